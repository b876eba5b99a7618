"""Quotas in words: what is left of each, how much of its time is over, and what it is on course for."""

from datetime import datetime

from creditsui.core.explain.numbers import age, utc
from creditsui.domain import format as show
from creditsui.domain.board import AccountView, Pace
from creditsui.domain.health import counts
from creditsui.domain.reading import Window


def windows(view: AccountView, now: datetime) -> list[str]:
    if not view.windows:
        return ["No quota that refills is known."]
    lines: list[str] = []
    for window in view.windows:
        lines.append(_window(window, now))
        if (pace := view.pace(window)) is not None:
            lines += [f"  {line}" for line in _course(window, pace, now)]
        elif counts(window) and window.resets_at is not None:
            lines.append("  How long its period is was not told, so no pace is known.")
    return [*lines, "Left is 1 − used, so long is good.", *age(view, now)]


def _window(window: Window, now: datetime) -> str:
    text = f"{show.quota(window)}: {show.percent(1 - window.used)} left"
    if window.limit is not None and window.remaining is not None:
        text += f", {window.remaining:g} of {window.limit:g} {window.unit}"
    if window.resets_at is None:
        return text + "; it has not started, or nobody said when it refills"
    return text + f"; refills in {show.span(max(0.0, (window.resets_at - now).total_seconds()))}"


def _course(window: Window, pace: Pace, now: datetime) -> list[str]:
    over, used = show.percent(pace.even), show.percent(window.used)
    lines = [f"{used} is used; an even pace would have used {over}, as much as is over of its time."]
    if pace.projected is None or pace.rate is None or pace.since is None:
        return [*lines, "Too little of this period was seen to say what it is on course for: it takes a tenth."]
    course = f"on course for {show.projected(pace)} used at its refill"
    lines.append(f"At {pace.rate:.1%} an hour, recent use counting more, it is {course}.")
    if pace.runs_out_at is not None:
        lines.append(f"So it runs dry at {utc(pace.runs_out_at, now)}, before it refills.")
    return [*lines, f"Reckoned from what was used since {utc(pace.since, now)}, when it began or was last refilled."]
