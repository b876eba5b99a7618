"""One account as a portrait: how much in figures to read from across the room, the bar with its thresholds and lots,
its last thirty days behind it, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from creditsui.domain import format as words
from creditsui.domain import grid, timeline
from creditsui.domain.bar import paint_row, paint_tall
from creditsui.domain.board import AccountView, Band, Board, Lot
from creditsui.domain.money import money
from creditsui.domain.reading import Semantics
from creditsui.tui import digits, facts, quotas, shadow, snoozed, spiked
from creditsui.tui.facts import LABEL, Line
from creditsui.tui.ink import fit, width_of
from creditsui.tui.manner import Manner
from creditsui.tui.motion import Frame
from creditsui.tui.widgets.account_row import flashed, moving

_MARGIN = 2
_WIDEST = 240
_SHOWN = ("runway", "burn", "lots")
"""Of the money, what stands beside the figures or at the bar."""
_FIRST = 4
"""Parts that shall be in sight, up to the bar: for these the lines between them give way."""
_TALL = 20
_WORDY = 56
"""Columns from which each of four parts of a bar has room for its name."""
_FIGURES = 46
"""Columns from which there is room for the big figures and words beside them."""


@dataclass(frozen=True, slots=True)
class _Room:
    """Lines that parts of it take."""

    figures: bool
    past: int
    bar: int
    air: bool
    keys: bool

    @classmethod
    def of(cls, width: int, height: int) -> _Room:
        return cls(
            figures=width >= _FIGURES and height >= 13,
            past=0 if height < 11 else 2 if height < 15 else min(18, 3 + max(0, height - 22) // 2),
            bar=2 if height < 11 else 3 if height < 26 else 4 if height < 40 else 5 if height < 50 else 6,
            air=height >= 15,
            keys=height >= 26,
        )


def portrait(view: AccountView, frame: Frame, manner: Manner, width: int, height: int) -> list[Line]:
    """As much as `height` lines hold stands first; what does not fit comes below."""
    room, long = _Room.of(width, height), min(_WIDEST, max(8, width - 2 * _MARGIN))
    past = shadow.shadow(view, manner, long, room.past) if room.past else []
    standing = _standing(view, frame, manner, long, room)
    # What stands above the bar is air enough.
    gap: list[Line] = [[]] if past and standing and not _marks(view) and room.air else []
    tall = room.keys or (words.binding_window(view) is not None and height >= _TALL)
    sections = [
        [fit(facts.head(view, manner, long), long)],
        [*facts.trouble(view, manner, long), *snoozed.line(view, manner)],
        _figures(view, frame, manner, long, room),
        [*past, *gap, *standing],
        spiked.section(view, manner, long),
        quotas.tall(view, manner, long) if tall else quotas.limits(view, manner, long),
        _ahead(view, manner, long),
        _money(view, manner, long),
    ]
    keys = _next(view, manner, long) if room.keys else []
    air = room.air and sum(len(section) + 1 for section in sections[:_FIRST] if section) <= height + 1
    lines: list[Line] = []
    for section in sections:
        if section:
            lines += [*([[]] if lines and air else []), *section]
    hits = facts.hits(view, manner, long)
    if hits and len(lines) + len(hits) + len(keys) + 2 <= height:
        lines += [[], *hits]
    lines += [[], *keys] if keys else []
    return [[(" " * _MARGIN, "text"), *fit(line, long)] if line else [] for line in lines]


# ── how much ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _figures(view: AccountView, frame: Frame, manner: Manner, width: int, room: _Room) -> list[Line]:
    """The percent in big figures and, beside it, the same in money and time."""
    said = _beside(view, frame, manner)
    percent = words.health(view)
    drawn = room.figures and view.health is not None
    shape = digits.big(percent, ascii=manner.glyphs.ascii) if drawn else None
    if shape is None and not any(said) and view.health is None:
        return []
    if shape is None:
        share: Line = [(percent, _tone(frame, "band", view.band))] if view.health is not None else []
        sign: Line = [(words.marker(view, manner.glyphs), f"glyph:{view.band.value}"), (" ", "text")]
        head = [*sign, *facts.joined([*([share] if share else []), *said[0]], width - 2)]
        return [head, *([facts.joined(said[1], width)] if said[1] else [])]
    tones = [_tone(frame, kind, view.band) for kind in ("fill-top", "fill", "fill")]
    found: list[Line] = []
    for text, tone, parts in zip(shape, tones, said, strict=True):
        left: Line = [(text, tone), ("   ", "text")]
        found.append([*left, *facts.joined(parts, width - width_of(left))] if parts else left)
    return found


def _tone(frame: Frame, role: str, band: Band) -> str:
    return f"{'pulse' if frame.dimmed else role}:{band.value}"


def _beside(view: AccountView, frame: Frame, manner: Manner) -> tuple[list[Line], list[Line], list[Line]]:
    """Three lines in parts: what is left, how long it lasts, what it costs."""
    left, known = [], facts.amount(view, manner)
    if known is not None:
        left.append(known[0])
        # The share stands in big figures already; what is left of it says how sure it is.
        left += [[(manner.plain("± "), "dim"), *known[1][1:]]] if len(known[1]) > 1 else []
    elif view.health is None and view.problem is None:
        left.append([(manner.figures(words.known(view)), "text")])
    if left and len(left) > 1:
        left[1] = [(text.lstrip(" ±"), role) if at else (text, role) for at, (text, role) in enumerate(left[1])]
    if frame.floating is not None:
        worth = frame.floating if isinstance(frame.floating, float) else frame.floating.micros
        left.append([(manner.worth(frame.floating), "gain" if worth > 0 else "loss")])
    lasts = [part for part in (facts.runway(view, manner), facts.empty(view, manner)) if part]
    costs: list[Line] = [[(manner.amount(view.burn), "bright"), (" a day", "dim")]] if view.burn is not None else []
    window = words.binding_window(view)
    pace = view.pace(window) if window is not None else None
    costs += [[(said, "warn" if quotas.runs_dry(pace) else "dim")] for said in quotas.courses(pace, manner)[-1:]]
    return left, lasts, [*costs, *facts.spend(view, manner)]


# ── the bar ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _standing(view: AccountView, frame: Frame, manner: Manner, width: int, room: _Room) -> list[Line]:
    """The bar, above it where it should stand or stood, below it the lots and the thresholds."""
    bar = moving(view, frame)
    if bar is None:
        return []
    marks = _marks(view)
    bar = replace(bar, ghost=marks[0] if marks else None)
    lines: list[Line] = []
    if marks is not None:
        lines.append(_above(manner.plain(marks[1]), marks[0], width, manner))
    if bar.state == "none":
        return [paint_row(bar, width, manner.glyphs)]
    lines += [flashed(line, frame, width) for line in paint_tall(bar, width, room.bar, manner.glyphs)]
    if view.health is not None:
        segments = _lots(view, manner, width)
        lines += [*([segments] if segments else []), _thresholds(view, manner, width)]
        floors = _floors(view, manner)
        lines += [floors] if floors else []
    return lines


def _marks(view: AccountView) -> tuple[float, str] | None:
    """Where the bar stood a week ago, or where an even pace would have it stand."""
    window = words.binding_window(view)
    pace = view.pace(window) if window is not None else None
    if pace is not None:
        return min(1.0, max(0.0, 1 - pace.even)), "even pace"
    then = shadow.ghost(view)
    return None if then is None else (then, f"{shadow.WEEK}d ago {words.percent(then)}")


def _above(said: str, share: float, width: int, manner: Manner) -> Line:
    """A label that ends, or begins, where its mark stands on the bar."""
    at = min(int(share * width), width - 1)
    foot = "v" if manner.glyphs.ascii else "▾"
    if at >= grid.cells(said) + 1:
        return [(" " * (at - grid.cells(said) - 1) + said + " " + foot, "dim")]
    return [(" " * at + foot + " " + said, "dim")]


def _thresholds(view: AccountView, manner: Manner, width: int) -> Line:
    """What each part of the bar is called, from its beginning on, in as many words as there is room for."""
    edges = view.thresholds
    marks = [
        (0.0, Band.CRITICAL),
        (edges.critical, Band.LOW),
        (edges.warning, Band.FAIR),
        (edges.healthy, Band.HEALTHY),
    ]
    foot = "'" if manner.glyphs.ascii else "╵"
    starts = [int(at / 100 * width + 1e-9) for at, _ in marks]
    rooms = [end - start for start, end in zip(starts, [*starts[1:], width], strict=True)]
    most = 3 if width >= _WORDY else 2
    line: Line = []
    for (at, band), space in zip(marks, rooms, strict=True):
        if space <= 0:
            continue
        labels = (f"{foot if at else ''}{_label(at, band, manner, words_of)} " for words_of in range(most, 0, -1))
        text = grid.fit(next((label for label in labels if grid.cells(label) <= space), " "), space)
        line.append((text, f"band:{band.value}" if band is view.band and not view.stale else "dim"))
    return line


def _floors(view: AccountView, manner: Manner) -> Line:
    """What makes it critical besides."""
    edges, said = view.thresholds, []
    if edges.amount > 0:
        said.append(manner.amount(money(edges.amount, view.currency)))
    if edges.days > 0:
        said.append(f"{edges.days:g} day{'s' if edges.days != 1 else ''}")
    return [(f"critical below {' or '.join(said)} too", "dim")] if said else []


def _label(at: float, band: Band, manner: Manner, words_of: int) -> str:
    """`50 ◆ fair`, in one, two or three words."""
    said = [*([f"{at:g}"] if at else []), words.glyph(band, manner.glyphs), band.value]
    return " ".join(said[: words_of if at else max(1, words_of - 1)])


def _lots(view: AccountView, manner: Manner, width: int) -> Line:
    """The lots as segments under the fill. What ends first is spent first, so it stands at the right, at the edge."""
    whole, lots = view.capacity, [lot for lot in view.lots if lot.remaining.micros > 0]
    dated = any(lot.expires_at is not None for lot in lots)
    if whole is None or view.binding not in (None, "balance") or not dated or view.purse is None or not view.health:
        return []
    if sum(lot.remaining.micros for lot in lots) > whole.micros * 1.0001 or whole.currency != view.purse.currency:
        return []
    line: Line = []
    end = 0.0
    cells = 0
    for lot in reversed(lots):
        end += lot.remaining / whole
        edge = min(width, ceil(end * width - 0.5)) if lot is not lots[0] else round(view.health * width)
        long = max(0, edge - cells)
        if long:
            line.append((_segment(_lot(lot, manner), long, manner), _urgency(lot, manner)))
        cells += long
    return line


def _lot(lot: Lot, manner: Manner) -> tuple[str, ...]:
    """A lot in ever fewer words."""
    amount = manner.amount(lot.remaining)
    if lot.expires_at is None:
        return f"{amount} lasts", amount
    today = manner.now.astimezone(manner.zone).date()
    day = words.short_day(lot.expires_at, today)
    return f"{amount} until {day}", f"until {day}", day, amount


def _segment(said: tuple[str, ...], long: int, manner: Manner) -> str:
    left, line, right = ("[", "-", "]") if manner.glyphs.ascii else ("╰", "─", "╯")
    if long < 2:
        return ("|" if manner.glyphs.ascii else "╵")[:long]
    text = next((f" {one} " for one in said if grid.cells(one) + 4 <= long), "")
    rest = long - 2 - grid.cells(text)
    return left + line * (rest // 2) + text + line * (rest - rest // 2) + right


def _urgency(lot: Lot, manner: Manner) -> str:
    if lot.expires_at is None:
        return "dim"
    days = (lot.expires_at - manner.now.astimezone(manner.zone).date()).days
    return "loss" if days <= 1 else "warn" if days <= 30 else "dim"


# ── what comes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _money(view: AccountView, manner: Manner, width: int) -> list[Line]:
    """What is to be said besides of the money: a budget, what came in, what went unseen."""
    told = [(name, parts) for name, parts in facts.money(view, manner) if name not in _SHOWN]
    return [line for name, parts in told for line in facts.flow(name, parts, width)]


def _ahead(view: AccountView, manner: Manner, width: int) -> list[Line]:
    """The runway as a fan on its own axis: solid while nine in ten futures last, hatched to one in ten."""
    found = timeline.lanes(Board(generated_at=manner.now, accounts=(view,)), manner.zone, manner.now)
    if not found or found[0].middle is None or width < LABEL + 24:
        return []
    days, long = timeline.span(found), width - LABEL
    axis = [
        (manner.plain(text), role) for text, role in timeline.axis(days, long, manner.now, manner.zone, manner.glyphs)
    ]
    fan = timeline.paint(found[0], days, long, manner.now, manner.zone, manner.glyphs)
    return [facts.labelled("", axis), facts.labelled("lasts", fan)]


def _next(view: AccountView, manner: Manner, width: int) -> list[Line]:
    """What to press."""
    came = f" books {manner.signed(view.proposals[0].amount)}" if view.proposals else " tops up"
    acts = [("sync", "s", " enters the balance" if view.manual else " makes it true"), ("topup", "t", came)]
    if view.semantics is Semantics.WINDOW:
        del acts[1]
    acts += [("thresholds", "e", " moves the thresholds"), ("explain", "x", " explains")]
    parts: list[Line] = [[manner.key(name, usual), (does, "dim")] for name, usual, does in acts]
    return [facts.joined(parts, width)]
