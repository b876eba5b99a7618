"""A spike in words: what was spent, what is usual, by which rule, and who did it."""

from datetime import datetime

from creditsui.core.explain.numbers import utc
from creditsui.domain import format as show
from creditsui.domain.board import AccountView, Culprit, SpikeHour

_AGAINST = {
    "weekday": "the same hour of the same weekday",
    "hour": "the same hour of any day",
    "busy": "an hour with any spend, since this hour is usually calm",
}
_RULE = (
    "An hour is a spike where it costs at least three times the usual, more where the hours of the last weeks differ"
    " much, an eighth of a day's spend, and 1 in its currency. Two calm hours end it."
)


def spike(view: AccountView, now: datetime) -> list[str]:
    found = view.spike
    if found is None:
        return ["There was none in the last day, as far as spend is known by the hour.", _RULE, _COVERS]
    span = f"since {utc(found.since, now)}"
    if found.until is not None:
        span = f"from {utc(found.since, now)} to {utc(found.until, now)}"
    lines = [f"{show.amount(found.amount)} {span}; the same hours usually cost {show.amount(found.usual)}."]
    lines.append(_hour(found.peak, now))
    if found.culprits:
        lines.append("The dearest sessions of it:")
        lines += [f"  {show.amount(one.amount)}: {who(one)}" for one in found.culprits]
    else:
        lines.append("No log knows a call of it: the balance fell.")
    return [*lines, _RULE, _COVERS]


_COVERS = (
    "Hours are those in which calls were made or a balance fell, however late they were read; what a balance lost while"
    " nobody looked for over 90 minutes, and sums of sessions, belong to no hour."
)


def who(one: Culprit) -> str:
    """`claude-opus-4-8 · web-app · session 6f1c…`, as far as it is told."""
    parts = [one.model, one.project, f"session {one.session}" if one.session else ""]
    return " · ".join(part for part in parts if part) or "unnamed"


def _hour(peak: SpikeHour, now: datetime) -> str:
    return (
        f"The dearest hour began {utc(peak.at, now)}: {show.amount(peak.amount)}, above its limit of"
        f" {show.amount(peak.limit)}. Usual is {show.amount(peak.usual)}, the middle of {peak.seen} times"
        f" {_AGAINST[peak.against]}."
    )
