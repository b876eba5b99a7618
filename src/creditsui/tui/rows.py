"""An account in one slim line, or as a card: what both say and how they fit. No part of Textual is needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.bar import Bar, bar_of, paint_row, paint_tall
from creditsui.tui import digits, snoozed
from creditsui.tui.manner import Manner
from creditsui.tui.motion import Frame
from creditsui.tui.runs import Run, fit, spread, width_of

if TYPE_CHECKING:
    from creditsui.domain.board import AccountView

Density = Literal["cards", "rows"]

_PERCENT = 6
_BAR_LEAST = 8
_BAR_GOOD = 20
"""Cells that the bar keeps beside money in several currencies."""
_HIT = 17
_NAMED = 7
"""Cells of the sign and as much of a name as still tells whose it is."""
_AMOUNT = 16
_TIME_USUAL, _AMOUNT_USUAL, _WINDOW_USUAL = 6, 7, 3
"""Cells that are kept for `11–16d`, for `$123.45` and for the window beside a name, so that nothing moves when an
account says so that was not read before."""
SLIM = 2
"""Lines of a card's bar; in a pane with much room it has more."""
_FIGURES = 28
"""Cells of the big figures beside a tall bar, with the gap before them."""
_FIGURES_FROM = 100
"""Columns from which a card has room for them."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths that all rows share, in cells; 0 drops a column. The gaps before each are counted in."""

    name: int = 10
    bar: int = _BAR_LEAST
    percent: int = 0
    time: int = 0
    amount: int = 0
    hit: int = 0


def columns(views: Sequence[AccountView], manner: Manner, width: int) -> Columns:
    """What fits into `width`, in the order in which columns survive: name, bar, percent, time, amount, last hit."""
    late = [awaited(view) for view in views]
    names = [
        grid.cells(manner.title(view)) + (_WINDOW_USUAL if come and view.semantics == "window" else 0)
        for view, come in zip(views, late, strict=True)
    ]
    times = [grid.cells(_time(view, manner)[0]) for view in views]
    amounts, purses = ([grid.cells(_left(view, manner, room)) for view in views] for room in (0, _AMOUNT))
    time, amount = (
        max(most, *said) if any(said) or any(late) else 0
        for most, said in ((_TIME_USUAL, times), (_AMOUNT_USUAL, amounts))
    )
    all_purses = min(max(amount, *purses, 0) + 1, _AMOUNT) + 2
    name = min(max(names, default=4) + 2, 18 if width >= 70 else 15 if width >= 56 else 13 if width >= 42 else 11)
    room = width - 4 - name
    if room < _BAR_LEAST:
        return Columns(max(2, width - 4 - _BAR_LEAST), min(_BAR_LEAST, max(0, width - 6)))
    fitting = Columns(name, room)
    for column, cells, least in (
        ("percent", _PERCENT, _BAR_LEAST),
        ("time", min(time, 9) + 2, _BAR_LEAST),
        ("amount", min(amount + 1, _AMOUNT) + 2, 14),
        ("hit", _HIT, 30),
    ):
        if column == "amount" and fitting.bar - all_purses >= _BAR_GOOD:
            cells = all_purses
        if fitting.bar - cells < least:
            break
        fitting = replace(fitting, bar=fitting.bar - cells, **{column: cells})
    return fitting


def moving(view: AccountView, frame: Frame) -> Bar | None:
    """The bar of `view` at one instant of its motion; None where there is nothing to measure against."""
    bar = bar_of(view)
    if bar is None or frame.fill is None or bar.state == "none":
        return bar
    if bar.state == "empty" and frame.fill > 0:
        bar = replace(bar, state="bar")
    return replace(bar, fill=frame.fill, trail=frame.trail, fresh=frame.fresh)


def flashed(runs: list[Run], frame: Frame, width: int) -> list[Run]:
    """The bar with the tick that was just crossed alight."""
    if frame.flash is None or width < 2:
        return runs
    at, seen, lit = min(width - 1, int(frame.flash * width + 1e-9)), 0, []
    for text, role in runs:
        here = at - seen
        seen += len(text)
        if 0 <= here < len(text):
            parts = ((text[:here], role), (text[here], "flash"), (text[here + 1 :], role))
            lit += [part for part in parts if part[0]]
        else:
            lit.append((text, role))
    return lit


def row(view: AccountView, frame: Frame, manner: Manner, fits: Columns, *, cursor: bool, mark: str = "") -> list[Run]:
    """One slim line."""
    room = 3 + fits.name
    runs = _head(view, frame, manner, cursor, mark, room - 1, news=not fits.hit, aged=not fits.time)
    runs.append((" " * (room - width_of(runs)), "text"))
    bar, after = moving(view, frame), fits.percent + fits.time + fits.amount
    remark = ""
    if view.health is None:
        remark = manner.remark(view) or (_unread(view) if view.read_at is None else "")
    elif view.binding == "problem" and view.balance is None:
        short = manner.remark(view).split(" · ")[0]
        remark = short if grid.cells(short) <= fits.time + fits.amount - 2 else ""
    if bar is None:
        known = fit([(manner.figures(words.known(view)), "dim")], fits.bar + after)
        return [*runs, *known, (" " * max(0, fits.bar + after - width_of(known)), "text"), *_hit(view, manner, fits)]
    if remark and grid.cells(remark) > fits.time + fits.amount - 2:
        # The words want more room than the columns behind the bar have, so they stand where the bar would be.
        said = fit([(remark + " ", "warn" if view.problem else "dim")], fits.bar + after)
        rest = max(0, fits.bar - width_of(said))
        runs += [*said, *paint_row(bar, rest, manner.glyphs)]
        if rest and fits.percent:
            runs.append((grid.fit(words.percent(None), fits.percent, ">"), _band(view, frame)))
        runs.append((" " * (room + fits.bar + after - width_of(runs)), "text"))
        return [*runs, *_hit(view, manner, fits)]
    runs += flashed(paint_row(bar, fits.bar, manner.glyphs), frame, fits.bar)
    if fits.percent:
        runs.append((grid.fit(_percent(view), fits.percent, ">"), _band(view, frame)))
    if remark:
        runs.append((grid.fit(remark, fits.time + fits.amount, ">"), "warn" if view.problem else "dim"))
    else:
        if fits.amount:
            text, role = _left(view, manner, fits.amount - 2), "name"
            if frame.floating is not None:
                text, role = manner.worth(frame.floating), _tone(frame)
            runs.append((" " + grid.fit(text, fits.amount - 1, ">"), role))
        if fits.time:
            text, role = _time(view, manner)
            runs.append((grid.fit(text, fits.time, ">"), role))
    return [*runs, *_hit(view, manner, fits)]


def card(
    view: AccountView, frame: Frame, manner: Manner, width: int, *, cursor: bool, mark: str = "", tall: int = SLIM
) -> list[list[Run]]:
    """Who and how much, then the bar, `tall` lines high and lit from above."""
    inner = width - 2
    head = _head(view, frame, manner, cursor, mark, inner)
    bar, edge = moving(view, frame), _edge(cursor, manner)
    if bar is None:
        title = spread(head, [(manner.figures(words.known(view)), "dim")], inner)
        return [title, *([edge] for _ in range(tall))]
    large = tall >= digits.HEIGHT and width >= _FIGURES_FROM and not manner.glyphs.ascii
    long = max(_BAR_LEAST, inner - 3 - (_FIGURES + 2 if large else 7))
    # Above big figures nothing is said.
    end = long + 3 if large else inner
    title = spread(head, _facts(view, frame, manner, end - width_of(head) - 2), end)
    beside = _share(view, frame, tall, max(7, inner - 3 - long), large)
    lines = paint_tall(bar, long, tall, manner.glyphs)
    margin = (" " * 2, "text")
    return [title, *([edge, margin, *flashed(line, frame, long), at] for line, at in zip(lines, beside, strict=True))]


def _share(view: AccountView, frame: Frame, tall: int, room: int, large: bool) -> list[Run]:
    """The percent, beside each line of the bar: in big figures where these have room."""
    text, first = _percent(view), (tall - 1) // 2
    shape = digits.big(text) if large and view.health is not None else None
    if shape is None or grid.cells(shape[0]) > room - 2:
        return [(grid.fit(text, room, ">") if at == first else "", _band(view, frame)) for at in range(tall)]
    first = (tall - digits.HEIGHT) // 2
    tones = ["pulse" if frame.dimmed else kind for kind in ("fill-top", "fill", "fill")]
    lines: list[Run] = [("", "text")] * tall
    for at, (line, tone) in enumerate(zip(shape, tones, strict=True), first):
        lines[at] = (grid.fit(line, room, ">"), f"{tone}:{view.band.value}")
    return lines


def _head(
    view: AccountView,
    frame: Frame,
    manner: Manner,
    cursor: bool,
    mark: str,
    room: int,
    *,
    news: bool = False,
    aged: bool = False,
) -> list[Run]:
    """The sign and the name, then the marks of a spike and of a number gone uncertain, and a wheel while it is asked:
    after the name, or in the last cells of the room. With `news` a mark stands for what there is no room to say, with
    `aged` the age of what is stale, or another mark for it."""
    sign = (mark, "accent") if mark else (words.marker(view, manner.glyphs), _band(view, frame))
    runs = [_edge(cursor, manner), sign, (" ", "text"), (manner.title(view), _name(view, cursor))]
    tail: list[Run] = [(manner.glyphs.spike, "warn")] if view.spike is not None and view.spike.until is None else []
    tail += [("~" if manner.glyphs.ascii else "±", "warn")] if view.wide else []
    tail += snoozed.sign(view, manner)
    tail += [manner.mark(view)] if news and manner.news(view) else []
    tail += [(manner.spinner(frame.spin), "accent")] if frame.spin is not None else []
    if aged and (age := _age(view, manner)):
        short = f" {age.removesuffix(' old')}"
        tail.append((short, "dim") if room - width_of(tail) - grid.cells(short) >= _NAMED else ("!", "warn"))
    least = width_of(tail)
    kept = fit(runs, room - least)
    gap = " " if tail and not tail[0][0].startswith(" ") and width_of(kept) < room - least else ""
    return [*kept, (gap, "text"), *tail] if gap else [*kept, *tail]


def _facts(view: AccountView, frame: Frame, manner: Manner, room: int) -> list[Run]:
    """The right end of a card's title: `−$2.31   $18.03 left · 4d`. Where the name needs the room, words go first."""
    time = manner.time_left(view)
    left = _left(view, manner, room - len(f" left · {time}")) if view.health is not None else ""
    known: list[Run] = [(left, "name"), (f" left · {time}" if time else " left", "dim")] if left else []
    remark: list[Run] = []
    if frame.floating is not None:
        remark = [(manner.worth(frame.floating), _tone(frame))]
    else:
        words_of = manner.remark(view).split(" · ")
        gap = 3 if known else 0
        while words_of and grid.cells(" · ".join(words_of)) + gap + width_of(known) > room:
            words_of.pop()
        if words_of and words_of[0]:
            remark = [(" · ".join(words_of), "warn" if view.problem else "dim")]
    if not known and not remark and view.read_at is None:
        return [(_unread(view), "dim")]
    return [*remark, *([("   ", "text")] if remark and known else []), *known]


def awaited(view: AccountView) -> bool:
    """Whether what it says is still to come."""
    return view.enabled and not view.manual and view.read_at is None and view.problem is None


def _unread(view: AccountView) -> str:
    if view.refreshing:
        return "asking…"
    return "s enters its balance" if view.manual else "not read yet"


def _left(view: AccountView, manner: Manner, room: int = 0) -> str:
    """What is left, in as many currencies as there is room for; the main one always."""
    text = words.purses(view, room)
    return manner.plain(text) if words.binding_window(view) is not None else manner.figures(text)


def _time(view: AccountView, manner: Manner) -> Run:
    return _age(view, manner) or manner.time_left(view), "dim"


def _age(view: AccountView, manner: Manner) -> str:
    """`2h old`, or since when, where a percent is stale; else empty."""
    if not view.stale or view.health is None or view.read_at is None:
        return ""
    return manner.day_or_clock(view.read_at) if manner.still else words.old(view.age(manner.now) or 0.0)


def _hit(view: AccountView, manner: Manner, fits: Columns) -> list[Run]:
    if not fits.hit:
        return []
    said = manner.news(view)
    if said and grid.cells(said) < fits.hit:
        return [(grid.fit(said, fits.hit, ">"), "gain" if view.proposals else "warn")]
    if not view.hits:
        return [(" " * fits.hit, "text")]
    hit = view.hits[0]
    lost = grid.fit(manner.signed(-hit.amount), fits.hit - 7, ">")
    return [(lost, "loss"), (grid.fit(manner.day_or_clock(hit.at), 7, ">"), "dim")]


def _percent(view: AccountView) -> str:
    return words.health(view) if view.health is not None or view.read_at is None or view.problem else ""


def _band(view: AccountView, frame: Frame) -> str:
    return f"{'pulse' if frame.dimmed else 'band'}:{view.band.value}"


def _name(view: AccountView, cursor: bool) -> str:
    if not view.enabled:
        return "dim"
    return "strong" if cursor else "name"


def _tone(frame: Frame) -> str:
    worth = frame.floating
    amount = worth if isinstance(worth, float) or worth is None else worth.micros
    return "gain" if amount is not None and amount > 0 else "loss"


def _edge(cursor: bool, manner: Manner) -> Run:
    return (("|" if manner.glyphs.ascii else "▌") if cursor else " ", "accent")
