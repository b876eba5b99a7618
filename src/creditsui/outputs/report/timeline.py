"""What dies first, and when: the lanes of `domain/timeline.py` on one axis.

A fan is as high as it is likely that something is left: whole up to P10, half at P50, nothing from P90 on.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import ceil

from creditsui.domain import format as words
from creditsui.domain import timeline
from creditsui.domain.board import Board
from creditsui.domain.spending import start_of
from creditsui.domain.timeline import Event, Lane
from creditsui.outputs.report.markup import Markup, join, share, tag
from creditsui.outputs.report.say import Say

_TOP, _HIGH = 10, 16
_MIDDLE = _TOP + _HIGH // 2
_ENDS = 0.6
"""The share of accounts with a forecast whose ends the axis shows."""
_WIDE, _NARROW = 100, 44
"""Cells that labels of an axis have room for."""
_LONGEST_WEEKENDS = 60
"""Days of an axis on which weekends are still wide enough to be seen."""
_DAY = timedelta(days=1)
_SIGNS = {
    "refill": ("M0-5a5 5 0 1 1-.01 0z", "refills"),
    "expiry": ("M0-6l6 6-6 6-6-6z", "credit ends"),
    "budget": ("M-4-5.5l9 5.5-9 5.5z", "budget starts anew"),
}
"""The shape of each kind of event around its own middle, and what it says."""


def timeline_of(board: Board, say: Say) -> Markup | None:
    """None without an account that is on."""
    lanes = timeline.lanes(board, say.zone)
    if not lanes:
        return None
    days = timeline.span(lanes, ceil(_ENDS * sum(lane.low is not None for lane in lanes)))
    weekends = tuple(_weekends(days, say))
    rows = [_row(lane, days, weekends, say) for lane in lanes]
    axes = (_axis(days, _WIDE, say, "axis wide"), _axis(days, _NARROW, say, "axis narrow"))
    return join(
        tag("div", tag("span", class_="who"), tag("div", *axes, class_="lane"), class_="row head", aria_hidden="true"),
        tag("ol", *rows, class_="lanes"),
        _legend(lanes, weekends),
    )


def _row(lane: Lane, days: int, weekends: Sequence[tuple[float, float]], say: Say) -> Markup:
    view = lane.view
    lasts = lane.dry or (words.runway(view.runway) if view.runway.state != "refills" else _refilling(lane, say))
    said = f"{say.title(view)}: {_said(lane, say)}"
    shapes = [tag("rect", x=share(a), width=share(b - a), y="0", height="100%", class_="weekend") for a, b in weekends]
    shapes += _shapes(lane, days, say)
    picture = tag("svg", *shapes, width="100%", height="100%", aria_hidden="true")
    # In a layer of its own that is not cut: what is now stands half before the lane.
    signs = tag("svg", *_events(lane, days, say), width="100%", height="100%", class_="signs", aria_hidden="true")
    note = tag("span", _why(lane, say), class_="why", aria_hidden="true") if lane.low is None else None
    end = words.short_day(view.runway.empty_on, say.today) if view.runway.empty_on is not None else ""
    return tag(
        "li",
        tag("span", tag("span", words.marker(view), class_="sign", aria_hidden="true"), " ",
            tag("bdi", say.title(view)), class_="who"),
        tag("div", picture, signs, note, class_="lane", role="img", aria_label=said),
        tag("span", tag("b", "" if lasts == words.NOTHING else lasts), tag("span", end, class_="dim"), class_="lasts"),
        class_=f"row {view.band.value}",
    )  # fmt: skip


def _refilling(lane: Lane, say: Say) -> str:
    window = lane.window
    return f"↻ {say.short(window.resets_at)}" if window is not None and window.resets_at is not None else ""


def _shapes(lane: Lane, days: int, say: Say) -> Iterator[Markup]:
    if lane.low is not None:
        low = lane.low / days
        high = (lane.high if lane.high is not None else lane.low) / days
        end = lane.refill / days if lane.refill is not None else None
        if low > 0:
            yield tag("rect", x="0", y=_TOP, width=share(min(low, 1.0)), height=_HIGH, class_="sure")
        if low < 1 and high > low:
            yield _fan(lane, low, high, days)
        if end is not None and low < min(end, 1.0):
            yield tag("line", x1=share(low), x2=share(min(end, 1.0)), y1=_MIDDLE, y2=_MIDDLE, class_="dry")
        if lane.middle is not None and lane.middle < days:
            at = share(lane.middle / days)
            yield tag("line", x1=at, x2=at, y1=_TOP - 3, y2=_TOP + _HIGH + 3, class_="even")
        if max(low, end or 0.0) > 1:
            yield _placed(1.0, tag("path", d="M-9-6l8 6-8 6z", class_="on"))


def _events(lane: Lane, days: int, say: Say) -> Iterator[Markup]:
    for event in lane.events:
        where = _share(event.at, days, say.now)
        if 0 <= where <= 1:
            shape = tag("path", tag("title", _event(event, say)), d=_SIGNS[event.kind][0], class_=event.kind)
            yield _placed(where, shape)


def _fan(lane: Lane, low: float, high: float, days: int) -> Markup:
    middle = (lane.middle / days - low) / (high - low) if lane.middle is not None else 0.5
    middle = min(max(middle, 0.02), 0.98)
    path = f"M0 0L{middle:.3f} .25L1 .5L{middle:.3f} .75L0 1z"
    # What lies beyond the axis is cut by the lane's own frame.
    return tag(
        "svg", tag("path", d=path, class_="fan"), x=share(low), y=_TOP, width=share(high - low), height=_HIGH,
        viewBox="0 0 1 1", preserveAspectRatio="none",
    )  # fmt: skip


def _placed(at: float, shape: Markup) -> Markup:
    """A shape of fixed size with its middle at a share of the lane."""
    return tag("svg", shape, x=share(at), y=_MIDDLE, class_="at")


def _why(lane: Lane, say: Say) -> str:
    problem = lane.view.problem
    if say.hidden and problem is not None:
        return words.problem_phrase(problem, say.now, say.zone, keys=False)
    return lane.words


def _said(lane: Lane, say: Say) -> str:
    view, future = lane.view, lane.view.runway
    if future.state == "known":
        first = f"lasts {words.runway(future)}"
    elif lane.refill is not None:
        first = "runs dry before it refills" if lane.dry else "lasts until it refills"
    else:
        first = _why(lane, say) or future.state
    empty = f"empty {words.weekday(view.runway.empty_on, say.today)}" if view.runway.empty_on is not None else ""
    return ", ".join(part for part in (first, empty, *(_event(event, say) for event in lane.events[:4])) if part)


def _event(event: Event, say: Say) -> str:
    what = say.figures(event.what) if event.kind == "expiry" else event.what
    return f"{what} {say.at(event.at)}"


def _axis(days: int, room: int, say: Say, kind: str) -> Markup:
    ticks = [(_share(at, days, say.now), label) for at, label in timeline.ticks(days, room, say.now, say.zone)]
    step = (ticks[1][0] - ticks[0][0]) if len(ticks) > 1 else 1.0
    apart = (max((len(label) for _, label in ticks), default=0) + 2) / room
    labels = [tag("span", "now", style="left:0")]
    for where, label in ticks[:: max(1, ceil(apart / step))] if step > 0 else []:
        if where >= 5 / room and where + len(label) / room <= 1:
            labels.append(tag("span", label, style=f"left:{share(where)}"))
    return tag("div", *labels, class_=kind)


def _weekends(days: int, say: Say) -> Iterator[tuple[float, float]]:
    """Where each begins and ends, as shares of the axis."""
    if days > _LONGEST_WEEKENDS:
        return
    for day in (say.today + _DAY * at for at in range(-1, days + 1)):
        if day.weekday() == 5:
            begin, end = (_share(start_of(one, say.zone), days, say.now) for one in (day, day + 2 * _DAY))
            if begin < 1 and end > 0:
                yield max(0.0, begin), min(1.0, end)


def _share(at: datetime, days: int, now: datetime) -> float:
    return (at - now) / _DAY / days


def _legend(lanes: Sequence[Lane], weekends: Sequence[tuple[float, float]]) -> Markup:
    parts: list[tuple[Markup, str]] = []
    if any(lane.middle is not None for lane in lanes):
        sure = tag("rect", x="0", y="3", width="22", height="8", class_="sure")
        fan = tag("path", d="M0 3l11 2 11 2-11 2-11 2z", class_="fan")
        even = tag("line", x1="11", x2="11", y1="0", y2="14", class_="even")
        parts += [(sure, "9 in 10 last"), (fan, "may last"), (even, "even odds")]
    if any(lane.dry for lane in lanes):
        parts.append((tag("line", x1="0", x2="22", y1="7", y2="7", class_="dry"), "dry until it refills"))
    kinds = {event.kind for lane in lanes for event in lane.events}
    for kind, (path, says) in _SIGNS.items():
        if kind in kinds:
            parts.append((tag("path", d=path, class_=kind, transform="translate(11 7)"), says))
    if weekends:
        parts.append((tag("rect", x="0", y="0", width="22", height="14", class_="weekend"), "weekend"))
    keys = [
        tag("span", tag("svg", shape, width="22", height="14", aria_hidden="true"), f" {says}") for shape, says in parts
    ]
    return tag("p", *keys, class_="legend") if keys else Markup("")
