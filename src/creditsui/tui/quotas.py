"""The windows of an account in its detail: what is left of each, when it refills, and what it is on course for."""

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.bar import Bar, paint_card, paint_row
from creditsui.domain.board import AccountView, Band, Pace
from creditsui.domain.reading import Window
from creditsui.tui.facts import LABEL, Line, labelled
from creditsui.tui.ink import width_of
from creditsui.tui.manner import Manner

_SHOWN = 8
_EVEN = "even pace"


def limits(view: AccountView, manner: Manner, width: int) -> list[Line]:
    """Every window as a small bar of what is left of it; one that runs dry before it refills says so, if need be in a
    line of its own."""
    lines: list[Line] = []
    names = max((grid.cells(words.quota(window)) for window in view.windows), default=0) + 1
    long = max(6, min(16, width - LABEL - names - 14))
    for window in view.windows[:_SHOWN]:
        left = min(max(1 - window.used, 0.0), 1.0)
        bar = Bar(left, band=_band(view, left), stale=view.stale, state="bar" if left > 0 else "empty")
        text: Line = [
            (grid.fit(manner.plain(words.quota(window)), names), "text"),
            *paint_row(bar, long, manner.glyphs),
            (grid.fit(words.percent(left), 5, ">"), "bright"),
            (refill(window, manner), "dim"),
        ]
        said, dry = courses(view.pace(window), manner), runs_dry(view.pace(window))
        role, room = ("warn" if dry else "dim"), width - LABEL - width_of(text)
        beside = next((one for one in said if grid.cells(one) + 3 <= room), "")
        lines.append(
            labelled(
                "" if lines else "limits", [*text, (manner.plain(" · "), "dim"), (beside, role)] if beside else text
            )
        )
        if said and dry and not beside:
            lines.append(labelled("", [(" " * names, "text"), (said[-1], role)]))
    return lines


def tall(view: AccountView, manner: Manner, width: int) -> list[Line]:
    """Every window but the one whose bar is the account's own: what is left, when it refills and what it is on course
    for, over a bar in which a tick stands where an even pace would have it."""
    lines: list[Line] = []
    for window in view.windows[:_SHOWN]:
        if window is words.binding_window(view):
            continue
        left, pace = min(max(1 - window.used, 0.0), 1.0), view.pace(window)
        even = None if pace is None else min(1.0, max(0.0, 1 - pace.even))
        bar = Bar(
            left,
            ticks=() if even is None else (even,),
            band=_band(view, left),
            stale=view.stale,
            state="bar" if left > 0 else "empty",
        )
        text: Line = [
            (manner.plain(words.quota(window)), "name"),
            (f" {words.percent(left)}", f"band:{bar.band.value}"),
            (" left", "dim"),
            (refill(window, manner), "dim"),
        ]
        said = next((one for one in courses(pace, manner) if width_of(text) + grid.cells(one) + 3 <= width), "")
        if said:
            text += [(manner.plain(" · "), "dim"), (said, "warn" if runs_dry(pace) else "dim")]
        lines += [_marked(text, even, width, manner), *paint_card(bar, width, manner.glyphs), []]
    return lines[:-1]


def _marked(text: Line, even: float | None, width: int, manner: Manner) -> Line:
    """With a word over the mark of the bar below, where there is room for it."""
    at = 0 if even is None else min(int(even * width), width - 1)
    gap = at - width_of(text) - len(_EVEN) - 1
    if even is None or gap < 2:
        return text
    return [*text, (f"{' ' * gap}{_EVEN} {'v' if manner.glyphs.ascii else '▾'}", "dim")]


def runs_dry(pace: Pace | None) -> bool:
    return pace is not None and pace.runs_out_at is not None


def courses(pace: Pace | None, manner: Manner) -> tuple[str, ...]:
    """What a window is on course for, in ever fewer words."""
    if pace is None or pace.projected is None:
        return ()
    if pace.projected <= 1:
        left = f"{words.percent(1 - pace.projected)} left at reset"
        told = (f"on course for {left}, {words.percent(pace.even)} of the time over", left)
    else:
        used = f"{words.projected(pace)} used at reset"
        if pace.runs_out_at is not None:
            wait = (pace.runs_out_at - manner.now).total_seconds()
            dry = (
                f"dry {words.instant(pace.runs_out_at, manner.now, manner.zone)}"
                if manner.still
                else words.dry_in(wait)
            )
            used = f"{used}: {dry}"
        told = (f"on course for {used}", used)
    return tuple(map(manner.plain, told))


def refill(window: Window, manner: Manner) -> str:
    if window.resets_at is not None:
        wait = (window.resets_at - manner.now).total_seconds()
        return manner.plain(
            f"  ↻{manner.day_or_clock(window.resets_at) if manner.still else words.span(max(0.0, wait))}"
        )
    return ""


def _band(view: AccountView, left: float) -> Band:
    edges, percent = view.thresholds, left * 100
    if percent > edges.healthy:
        return Band.HEALTHY
    if percent > edges.warning:
        return Band.FAIR
    return Band.LOW if percent >= edges.critical else Band.CRITICAL
