"""Which lines an account has crossed now, by each rule of alerts. What was before is not known here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from math import ceil

from creditsui.domain import alert_words as say
from creditsui.domain.alert import Level, Rule
from creditsui.domain.board import AccountView, Band
from creditsui.domain.format import quota
from creditsui.domain.health import counts, length
from creditsui.domain.lot import WARNINGS
from creditsui.domain.money import money
from creditsui.domain.problem import Kind
from creditsui.domain.reading import Window

MARGIN = 2.0
"""Points, of a hundred, above an edge from which an account is clear of it."""
_FLOOR_MARGIN = 0.05
"""The same of a floor in money, as a share of it."""
_DAYS_MARGIN, _LEAST_DAYS = 0.1, 0.5
"""The same of a floor in days or of a day to last to: a share of it, and days at least. Forecasts sway."""
_SURE = 0.95
"""What a window may be foretold to use, and be clear of running out."""
_PERIODS = {"day": timedelta(hours=12), "week": timedelta(days=3), "month": timedelta(days=14)}
"""By how much the beginnings of two periods of a budget lie apart at least."""
_CALM = timedelta(hours=2)
"""The same of two spikes."""
_BUDGET = ((1.0, "100%"), (0.8, "80%"))
_BANDS = ("low", "low", "critical", "empty")
_KEY: frozenset[Kind] = frozenset({"rejected", "forbidden"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One thing that has one or several lines to cross, the worse the higher their number, which begins at 1."""

    step: int = 0
    """The highest line that is crossed; 0: none."""
    keeps: int = 0
    """The highest line that it is not yet clear of; never below `step`."""
    subject: str = ""
    """What an alert of this step calls it."""
    level: Level = "warning"
    value: float | None = None
    threshold: float | None = None
    message: str = ""
    """What there is to say: of the step, or with none what has become of it."""
    begins: datetime | None = None
    """When what is judged began, such as a period, or will end; None: it has no such time."""
    apart: timedelta = timedelta(0)
    """By how much more than this `begins` must have moved since it was last seen, for it to be another one: less is the
    jitter of a provider's clock."""
    settled: bool = False
    """Whether how it is found at first is no news, since the user has just made it so."""


Sight = Mapping[Rule, Mapping[str, Edge | None]]
"""By rule, by what it is about. A rule that is missing cannot be told now, and so cannot what is None: the memory stays
as it is. What is missing under a rule is over."""

GONE = Edge()


def edges(view: AccountView, now: datetime, zone: tzinfo, *, until: date | None = None, shared: bool = False) -> Sight:
    """Nothing of an account that is off or being asked right now; of a stale one only what needs no number.

    `until`: the day it should last through. `shared`: its purse is shown as another account, which tells of it.
    """
    if not view.enabled or view.refreshing:
        return {}
    found: dict[Rule, Mapping[str, Edge | None]] = {}
    if (key := _key(view)) is not None:
        found["key"] = {"key": key}
    if view.basis is not None and not shared:
        found["drift"] = _drift(view)
    if (not view.stale or view.binding == "problem") and not (shared and view.binding in (None, "balance")):
        found |= {"band": {"band": band}} if (band := _band(view, now)) is not None else {}
    if view.stale:
        return found
    today = now.astimezone(zone).date()
    if view.purse is not None and not shared:
        found["lot"] = _lots(view, today)
        found["runway"] = _runway(view, until, today)
    if view.spend is not None or view.budget is not None or view.read_at is not None:
        found["budget"] = _budget(view)
        found["spike"] = _spike(view, now, zone)
    if view.windows:
        found["window"] = _windows(view, now, zone)
    return found


def _band(view: AccountView, now: datetime) -> Edge | None:
    edges, amount, days = view.thresholds, view.balance.remaining if view.balance else None, view.runway.days
    step = {Band.CRITICAL: 2, Band.LOW: 1}.get(view.band, 0)
    keeps, judged = step, view.health is not None
    percent = None if view.health is None else round(view.health * 100, 6)
    if percent is not None:
        near = [2] * (percent < _above(edges.critical)) + [1] * (percent < _above(edges.warning))
        keeps = max(keeps, *near, 0)
    if step == 2 and percent is not None and percent < MARGIN:  # critical is a warning, empty is what it warned of
        step, keeps = (3 if percent <= 0 else step), 3
    if edges.amount > 0 and amount is not None:
        judged = True
        keeps = max(keeps, 2 * (amount < money(edges.amount * (1 + _FLOOR_MARGIN), amount.currency)))
    if edges.days > 0 and days is not None:
        judged = True
        keeps = max(keeps, 2 * (days < edges.days + max(_LEAST_DAYS, edges.days * _DAYS_MARGIN)))
    if not judged:
        return None
    value: float | None = view.health
    threshold: float | None = (edges.warning, edges.warning, edges.critical, 0.0)[step] / 100
    floored = step == 2 and (percent is None or percent >= edges.critical)
    why = ""
    if floored and amount is not None and edges.amount > 0 and amount < money(edges.amount, amount.currency):
        value, threshold, why = amount.amount, edges.amount, "amount"
    elif floored:
        value, threshold, why = days, edges.days, "days"
    return Edge(
        step=step,
        keeps=keeps,
        subject=_BANDS[step],
        level="critical" if step >= 2 else "warning",
        value=value,
        threshold=threshold,
        message=say.band(view, now, why, empty=step == 3),
    )


def _above(edge: float) -> float:
    return min(edge + MARGIN, 100.0)


def _key(view: AccountView) -> Edge | None:
    """Clear only where the provider has just taken the key; what else went wrong tells nothing of it."""
    problem = view.problem
    if problem is not None and problem.kind in _KEY and not problem.part:
        return Edge(step=1, keeps=1, subject=problem.kind, level="critical", message=say.key(view, problem.kind))
    worked = (problem is None or bool(problem.part)) and view.key_from is not None and view.read_at is not None
    return Edge(message=say.key_again(view)) if worked and not view.manual and not view.stale else None


def _drift(view: AccountView) -> dict[str, Edge | None]:
    if not view.wide or view.error is None:
        return {}
    message, value = say.drift(view), view.error.amount
    return {"balance": Edge(step=1, keeps=1, subject="balance", value=value, message=message)}


def _lots(view: AccountView, today: date) -> dict[str, Edge | None]:
    """Each day on which credit ends, from long before it does."""
    found: dict[str, Edge | None] = {}
    ends = sorted({lot.expires_at for lot in view.lots if lot.expires_at is not None and lot.expires_at >= today})
    for on in ends:
        amount = sum((lot.remaining.micros for lot in view.lots if lot.expires_at == on), 0)
        if amount <= 0 or view.purse is None:
            continue
        days = (on - today).days
        within = next((limit for limit in WARNINGS if days <= limit), None)
        step = 0 if within is None else len(WARNINGS) - WARNINGS.index(within)
        found[on.isoformat()] = Edge(
            step=step,
            keeps=step,
            subject=f"{on}/{within or 0}d",
            level="critical" if within == WARNINGS[0] else "warning",
            value=float(days),
            threshold=None if within is None else float(within),
            message=say.lot(view, amount, on, today),
            settled=True,
        )
    return found


def _runway(view: AccountView, until: date | None, today: date) -> dict[str, Edge | None]:
    if until is None or until < today:
        return {}
    runway, name = view.runway, until.isoformat()
    if runway.state in ("unknown", "gathering") or (runway.state == "known" and runway.days is None):
        return {name: None}
    if runway.state in ("idle", "refills"):
        return {name: GONE}
    wanted = (until - today).days
    margin = timedelta(days=ceil(max(_LEAST_DAYS, wanted * _DAYS_MARGIN)))
    on = today if runway.state == "empty" else runway.empty_on
    step = 1 if on is not None and on <= until else 0
    near = step or (1 if on is not None and on <= until + margin else 0)
    value = 0.0 if runway.state == "empty" else runway.days
    return {
        name: Edge(
            step=step, keeps=near, subject=name, value=value, threshold=wanted + 1.0, message=say.runway(view, until)
        )
    }


def _budget(view: AccountView) -> dict[str, Edge | None]:
    budget = view.budget
    if budget is None:
        return {}
    if budget.spent is None or budget.amount.micros <= 0:
        return {budget.per: None}
    share = budget.spent / budget.amount
    crossed = [limit for limit, _ in _BUDGET if share >= limit]
    step, keeps = len(crossed), sum(share > limit - MARGIN / 100 for limit, _ in _BUDGET)
    limit, subject = _BUDGET[-step] if step else (0.0, "")
    return {
        budget.per: Edge(
            step=step,
            keeps=max(step, keeps),
            subject=subject,
            level="critical" if step == len(_BUDGET) else "warning",
            value=share,
            threshold=limit or None,
            message=say.budget(view, share) if step else "",
            begins=budget.since,
            apart=_PERIODS.get(budget.per, timedelta(0)),
            settled=True,
        )
    }


def _spike(view: AccountView, now: datetime, zone: tzinfo) -> dict[str, Edge | None]:
    spike = view.spike
    if spike is None or spike.until is not None:
        return {}
    usual = spike.usual if spike.usual.micros > 0 else spike.peak.usual
    return {
        "spend": Edge(
            step=1,
            keeps=1,
            subject="spend",
            value=spike.amount.amount,
            threshold=usual.amount,
            message=say.spike(view, spike, now, zone),
            begins=spike.since,
            apart=_CALM,
        )
    }


def _windows(view: AccountView, now: datetime, zone: tzinfo) -> dict[str, Edge | None]:
    """By name: a time to a refill jitters."""
    names = [window.name for window in view.windows]
    return {
        window.name if names.count(window.name) == 1 else f"{window.name}/{window.unit}": _course(
            view, window, now, zone
        )
        for window in view.windows
        if counts(window)
    }


def _course(view: AccountView, window: Window, now: datetime, zone: tzinfo) -> Edge | None:
    """Whether a window is on course to run out. That it did is the band's to tell."""
    pace, long, resets, name = view.pace(window), length(window), window.resets_at, quota(window)
    calm = say.refilled(view, name, window.used)
    if resets is None or long is None:
        return Edge(message=calm) if window.used <= 0 else None
    apart = timedelta(seconds=long / 2)
    if window.used >= 1 or pace is None or pace.projected is None:
        # Too little was seen of this period to foretell anything; that the last one is over is known all the same.
        return Edge(keeps=1, message=calm, begins=resets, apart=apart)
    dry = pace.runs_out_at
    step = 1 if dry is not None and dry < resets else 0
    return Edge(
        step=step,
        keeps=1 if step or pace.projected > _SURE else 0,
        subject=name,
        value=pace.projected,
        threshold=1.0,
        message=say.window(view, name, dry, resets, now, zone) if step and dry is not None else calm,
        begins=resets,
        apart=apart,
    )
