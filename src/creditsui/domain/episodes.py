"""The memory of alerts: an episode begins where an account crosses a line and lasts until it has recovered for good.

Told is what crosses a line, or one that is worse, for the first time in its episode. An episode ends where the account
was seen clear of the line in two readings, so that it stood there for the whole of one; what the user says counts at
once. What an account was like when it was first seen is no news.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from creditsui.domain.alert import Alert, Rule
from creditsui.domain.band import Band
from creditsui.domain.edges import GONE, Edge, Sight

_RECOVERS: frozenset[Rule] = frozenset({"band", "window", "key"})
"""Rules of which the end of an episode is worth a word to those who want good news too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    rule: Rule
    subject: str
    """What it is about, of all that the rule looks at."""
    step: int
    """The worst line of those that it was not yet clear of."""
    told: int
    """The worst line that was told, or need not be: it was there when the account was first seen."""
    alert: Alert
    """As it was when it was last over a line."""
    begins: datetime | None = None
    calm_at: datetime | None = None
    """The reading that was the first to be clear of `step`."""
    calm_to: int = 0
    """The worst line that it was not clear of since."""
    acknowledged: bool = False
    given: int = 0
    """The line that somebody is telling just now."""
    holder: str = ""
    """Who does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is remembered of one account."""

    at: datetime | None = None
    """When it was last looked at; None: never, or by a clock that cannot be trusted any more."""
    word: str = ""
    """What the user had said of it by then."""
    seen: frozenset[str] = frozenset()
    """The rules that have been told of it once, and the things that are no news when they are found."""
    episodes: tuple[Episode, ...] = ()
    snoozed_until: datetime | None = None

    def shaken(self) -> "Watch":
        """With no time in it that a clock which jumped could have made wrong."""
        return replace(self, at=None, episodes=tuple(replace(one, calm_at=None) for one in self.episodes))

    def without(self, gone: frozenset[str]) -> "Watch":
        """With what was given to those who are no more, and never handed on, to be told again."""
        freed = (replace(one, given=0, holder="") if one.holder in gone else one for one in self.episodes)
        return replace(self, episodes=tuple(freed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One account as it was seen at one moment."""

    account: str
    label: str
    band: Band
    at: datetime
    reading: datetime | None
    """When the provider last confirmed it; None: nobody but the user tells."""
    word: str
    """Another one whenever the user has said something new about it."""
    sight: Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How what is due is told."""

    tell: Literal["now", "later", "never"] = "now"
    """`later`: it is quiet now. `never`: it is not told then either."""
    ignore: frozenset[Rule] = frozenset()
    refills: bool = False
    holder: str = ""
    """Who is to say that it was handed on; empty: nobody needs to."""


def step(watch: Watch, sample: Sample, manner: Manner) -> tuple[Watch, list[Alert]]:
    """What is remembered after a look, and what is to be told of it. A look that is older than the last is none."""
    if not sample.sight or (watch.at is not None and sample.at < watch.at):
        return watch, []
    told: list[Alert] = []
    kept = {(one.rule, one.subject): one for one in watch.episodes}
    seen = set(watch.seen)
    said = watch.at is not None and watch.word != sample.word
    for rule, found in sample.sight.items():
        first = rule not in seen
        gone: dict[str, Edge | None] = {subject: GONE for at, subject in kept if at == rule}
        for subject, edge in (gone | {**found}).items():
            if edge is None:
                continue
            silent = first or (edge.settled and f"{rule}:{subject}" not in seen)
            before = kept.pop((rule, subject), None)
            after, alerts = _one(before, rule, subject, edge, sample, manner, silent=silent, said=said)
            told += alerts
            if after is not None:
                kept[rule, subject] = after
        seen = _seen(seen, rule, found)
    now = Watch(
        at=sample.at,
        word=sample.word,
        seen=frozenset(seen),
        episodes=tuple(kept.values()),
        snoozed_until=watch.snoozed_until,
    )
    return now, told


def handed(watch: Watch, holder: str) -> Watch:
    """With what `holder` was given told."""
    return replace(
        watch,
        episodes=tuple(
            replace(one, told=max(one.told, one.given), given=0, holder="") if one.holder == holder else one
            for one in watch.episodes
        ),
    )


def worst_first(alerts: Iterable[Alert]) -> list[Alert]:
    return sorted(alerts, key=lambda one: ("critical", "warning", "info").index(one.level))


def _seen(seen: set[str], rule: Rule, found: Mapping[str, Edge | None]) -> set[str]:
    """With the rule, and with those of its things that are still there."""
    there = {f"{rule}:{subject}" for subject, edge in found.items() if edge is not None and edge.settled}
    there |= {f"{rule}:{subject}" for subject, edge in found.items() if edge is None} & seen
    return {name for name in seen if not name.startswith(f"{rule}:")} | {rule} | there


def _one(
    before: Episode | None,
    rule: Rule,
    subject: str,
    edge: Edge,
    sample: Sample,
    manner: Manner,
    *,
    silent: bool,
    said: bool,
) -> tuple[Episode | None, list[Alert]]:
    """One episode after a look, or none."""
    told: list[Alert] = []
    now = before
    if before is not None:
        other = _another(before, edge)
        calm = replace(edge, step=0, keeps=0) if other else edge
        now = _after(before, calm, sample, said=said or sample.reading is None)
        if now is None and _welcome(before, edge, manner):
            told.append(_alert(sample, "refill", replace(edge, subject=subject, level="info"), sample.at))
        if other and now is not None:
            return now, told
    if now is None:
        if not edge.step:
            return None, told
        alert = _alert(sample, rule, edge, sample.at)
        now = Episode(rule=rule, subject=subject, step=edge.step, told=edge.step if silent else 0, alert=alert)
    if edge.step >= now.step:
        since = now.alert.since if edge.subject == now.alert.subject else sample.at
        now = replace(now, alert=_alert(sample, rule, edge, since))
    if edge.keeps >= now.step:
        now = replace(now, begins=edge.begins)
    if edge.step <= max(now.told, now.given) or now.acknowledged or manner.tell == "later":
        return now, told
    if manner.tell == "never" or rule in manner.ignore:
        return replace(now, told=edge.step), told
    told.append(now.alert if edge.step == now.step else _alert(sample, rule, edge, now.alert.since))
    if manner.holder:
        return replace(now, given=edge.step, holder=manner.holder), told
    return replace(now, told=edge.step, given=0, holder=""), told


def _welcome(ended: Episode, edge: Edge, manner: Manner) -> bool:
    """Whether its end is to be told too."""
    wanted = manner.refills and manner.tell == "now" and not manner.ignore & {ended.rule, "refill"}
    return wanted and ended.rule in _RECOVERS and ended.told > 0 and not edge.step and edge.message != ""


def _another(now: Episode, edge: Edge) -> bool:
    """Whether what is seen is no longer that which the episode is about, but the next of its kind."""
    return now.begins is not None and edge.begins is not None and edge.begins - now.begins > edge.apart


def _after(now: Episode, edge: Edge, sample: Sample, *, said: bool) -> Episode | None:
    """The episode with its line as it is now; None: it has ended. `said`: nothing needs to be confirmed."""
    if edge.step > now.step:
        return replace(now, step=edge.step, calm_at=None)
    if edge.keeps >= now.step:
        return replace(now, calm_at=None)
    if not said and now.calm_at is None:
        return replace(now, calm_at=sample.reading, calm_to=edge.keeps)
    if not said and now.calm_at == sample.reading:
        return replace(now, calm_to=max(now.calm_to, edge.keeps))
    to = edge.keeps if said or now.calm_at is None else max(edge.keeps, now.calm_to)
    if to == 0:
        return None
    alert = _alert(sample, now.rule, edge, sample.at)
    calm = sample.reading if edge.keeps < to else None  # it may be clear of this line too, for the first time
    lower = replace(now, step=to, told=min(now.told, to), given=min(now.given, to), alert=alert)
    return replace(lower, calm_at=calm, calm_to=edge.keeps)


def _alert(sample: Sample, rule: Rule, edge: Edge, since: datetime) -> Alert:
    return Alert(
        account=sample.account,
        label=sample.label,
        rule=rule,
        subject=edge.subject,
        level=edge.level,
        band=sample.band,
        value=edge.value,
        threshold=edge.threshold,
        since=since,
        at=sample.at,
        message=edge.message,
    )
