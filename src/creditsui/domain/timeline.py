"""What dies first: one time axis for all accounts, painted for every face in the same runs of (text, role).

A lane is solid until P10, which nine in ten futures reach, hatched to P90, with a mark at P50. Quotas are solid until
they run dry and end at their refill. Weekends are columns through all of it: the role of such a cell ends in `WEEKEND`,
and the axis dots it for whoever has no second ground.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from math import ceil, inf
from typing import Literal

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.bar import Glyphs, Run
from creditsui.domain.board import AccountView, Board
from creditsui.domain.health import counts
from creditsui.domain.reading import Window

SPANS = (1, 2, 3, 7, 14, 30, 60, 90, 180, 365, 730)
"""Days that an axis may be long."""
WEEKEND = "@weekend"
"""How the role of a cell ends that is painted on a shaded ground."""
_FIRST = 3
"""The axis shows at least so many of the first to die to their end."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = timedelta(days=1)
_LONGEST_STEP = 1.2
"""Days of a cell up to which weekends can be told apart."""

Part = Literal["row", "upper", "body", "lower"]
EventKind = Literal["refill", "expiry", "budget"]
_SIGNS: dict[EventKind, tuple[str, str, str]] = {
    "refill": ("↻", "@", "bright"),
    "expiry": ("◇", "v", "warn"),
    "budget": ("▹", ">", "bright"),
}
"""Sign, the same in ASCII, role."""


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    kind: EventKind
    what: str
    """In words: `$12.00 expires`, `5h refills`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One account on the axis; days are counted from now."""

    view: AccountView
    low: float | None = None
    """P10; of a quota that runs dry before it refills, when. None: nothing to draw."""
    middle: float | None = None
    high: float | None = None
    refill: float | None = None
    """When the quota that counts refills: the lane ends there."""
    window: Window | None = None
    """That quota: the first to run dry, else the one whose bar is shown."""
    words: str = ""
    """In the place of a lane."""
    events: tuple[Event, ...] = ()

    @property
    def dry(self) -> str:
        """`dry 3d`, `dry`: of a quota that will not last until it refills, or did not; else empty."""
        if self.refill is None or self.low is None or self.low >= self.refill:
            return ""
        return f"dry {words.stretch(self.low)}" if self.low > 0 else "dry"

    @property
    def first(self) -> float:
        """When it runs dry, most likely; infinite where that is not in sight."""
        if self.view.runway.state == "empty" or (self.view.health is not None and self.view.health <= 0):
            return 0.0
        dry = self.middle if self.middle is not None else self.low
        return inf if dry is None or (self.refill is not None and dry >= self.refill) else dry


def lanes(board: Board, zone: tzinfo, now: datetime | None = None) -> tuple[Lane, ...]:
    """Every account that is on, what dies first on top; what has no forecast below, what refills last."""
    at = now or board.generated_at
    found = [_lane(view, at, zone) for view in board.accounts if view.enabled]
    return tuple(sorted(found, key=lambda lane: (lane.first, _LATER.get(lane.view.runway.state, 0), lane.view.id)))


_LATER = {"known": 0, "gathering": 1, "unknown": 2, "idle": 3, "refills": 4}


def _lane(view: AccountView, now: datetime, zone: tzinfo) -> Lane:
    events = tuple(sorted(_events(view, now, zone), key=lambda event: event.at))
    future = view.runway
    if future.state == "known" and future.days is not None:
        low, high = (future.days if edge is None else edge for edge in (future.p10, future.p90))
        return Lane(view=view, low=low, middle=future.days, high=high, events=events)
    window = _first_dry(view, now) or words.binding_window(view)
    if window is not None and window.resets_at is not None and future.state in ("refills", "unknown", "empty"):
        refill = _days(window.resets_at, now)
        low = min(refill, _dry(view, window, now))
        return Lane(view=view, low=low, refill=refill, window=window, events=events)
    return Lane(view=view, words=_why(view), events=events)


def _first_dry(view: AccountView, now: datetime) -> Window | None:
    """The quota that is used up first, of those that will be before they refill."""
    short = [
        (dry, at)
        for at, window in enumerate(view.windows)
        if counts(window)
        and window.resets_at is not None
        and (dry := _dry(view, window, now)) < _days(window.resets_at, now)
    ]
    return view.windows[min(short)[1]] if short else None


def _dry(view: AccountView, window: Window, now: datetime) -> float:
    """When a quota is used up, in days from now, if it goes on as it does; infinite where it lasts."""
    pace = view.pace(window)
    if window.used >= 1:
        return 0.0
    return inf if pace is None or pace.runs_out_at is None else _days(pace.runs_out_at, now)


def _why(view: AccountView) -> str:
    """Why nothing can be drawn."""
    state = view.runway.state
    if state == "empty":
        return "empty"
    if state == "gathering":
        seen = view.runway.seen or 0.0
        if 0 < seen < 1:
            return "under a day of 3 observed"
        return f"{int(seen)} of 3 days observed" if seen < 3 else "no spend observed yet"
    if state == "idle":
        return "idle: nothing spent for 7 days"
    if state == "refills":
        return "refills by itself"
    if view.problem is not None and view.balance is None:
        return view.problem.message.rstrip(".") or "not read yet"
    if view.balance is None:
        return "balance not known" if view.manual or view.read_at is not None else "not read yet"
    return "no forecast: calls without a known price" if view.spend and view.spend.unpriced_tokens else "no forecast"


def _events(view: AccountView, now: datetime, zone: tzinfo) -> Iterator[Event]:
    for window in view.windows:
        if window.resets_at is not None and counts(window) and window.resets_at > now:
            yield Event(window.resets_at, "refill", f"{words.quota(window)} refills")
    for lot in view.lots:
        if lot.expires_at is not None and lot.remaining.micros > 0:
            day = lot.expires_at + _DAY
            end = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
            yield Event(end, "expiry", f"{words.amount(lot.remaining)} expires")
    if view.budget is not None and view.budget.resets_at is not None:
        yield Event(view.budget.resets_at, "budget", "the budget starts anew")


def _days(at: datetime, now: datetime) -> float:
    return max(0.0, (at - now) / _DAY)


def span(found: Sequence[Lane], first: int = 0) -> int:
    """Days that show the ends of what dies first, of at least `first` accounts: the shortest nice number."""
    ends = [lane.high if lane.high is not None else lane.refill or 0.0 for lane in found if lane.low is not None]
    wanted = max(ends[: max(first, _FIRST)], default=7.0)
    return next((days for days in SPANS if days >= wanted), SPANS[-1])


def paint(
    lane: Lane,
    days: int,
    width: int,
    now: datetime,
    zone: tzinfo,
    glyphs: Glyphs,
    line: Part = "row",
    *,
    signs: bool = True,
) -> list[Run]:
    """The lane over the next `days` days, exactly `width` cells; `upper` and `lower` are the two lines of a tall one,
    lit from above, and `body` the full one between them. Without `signs` what comes meanwhile stands elsewhere."""
    if width <= 0:
        return []
    step = days / width
    shaded = weekends(days, width, now, zone)
    cells: list[Run] = [(" ", "text")] * width
    if lane.low is None:
        text = grid.cut(f" {lane.words} ", width, end="." if glyphs.ascii else "…")
        cells[: len(text)] = [(letter if line != "lower" else " ", "dim") for letter in text]
    else:
        _draw(cells, lane, step, glyphs, line)
    for event in lane.events if signs and line != "lower" else ():
        at = int(_days(event.at, now) / step)
        if 0 <= at < width and (lane.low is not None or at > len(lane.words) + 1):
            sign, plain, role = _SIGNS[event.kind]
            cells[at] = (plain if glyphs.ascii else sign, role)
    return _merged(_on(cells, shaded))


def paint_signs(lane: Lane, days: int, width: int, now: datetime, zone: tzinfo, glyphs: Glyphs) -> list[Run]:
    """The line below a lane: what comes meanwhile, each with its words where these have room before the next."""
    cells: list[Run] = [(" ", "text")] * max(0, width)
    step, end = days / max(1, width), width
    for event in reversed(lane.events):
        at = int(_days(event.at, now) / step)
        if at >= end:
            continue
        sign, plain, role = _SIGNS[event.kind]
        cells[at] = (plain if glyphs.ascii else sign, role)
        said = f" {event.what} "
        if at + 1 + grid.cells(said) <= end:
            cells[at + 1 : at + 1 + len(said)] = [(letter, "dim") for letter in said]
        end = at
    return _merged(_on(cells, weekends(days, width, now, zone)))


def paint_gap(days: int, width: int, now: datetime, zone: tzinfo) -> list[Run]:
    """The line between two lanes."""
    return _merged(_on([(" ", "text")] * max(0, width), weekends(days, width, now, zone)))


def _on(cells: Sequence[Run], shaded: Sequence[bool]) -> list[Run]:
    return [(text, f"{role}{WEEKEND}" if shade else role) for (text, role), shade in zip(cells, shaded, strict=True)]


def _draw(cells: list[Run], lane: Lane, step: float, glyphs: Glyphs, line: Part) -> None:
    fill, _, _, _, hatch, _ = getattr(glyphs, line)
    top = "-top" if line == "upper" else ""
    band, width = lane.view.band.value, len(cells)
    assert lane.low is not None
    low, high = lane.low, lane.high if lane.high is not None else lane.low
    for at in range(width):
        middle = (at + 0.5) * step
        if middle < low:
            cells[at] = (fill, f"fill{top}:{band}")
        elif middle < high:
            cells[at] = (hatch, f"hatch{top}:{band}")
        elif lane.refill is not None and middle < lane.refill:
            cells[at] = (glyphs.none[0], "ko")
    if low > 0 and cells[0][1] not in (f"fill{top}:{band}", f"hatch{top}:{band}"):
        cells[0] = (hatch, f"hatch{top}:{band}") if high > low else (fill, f"fill{top}:{band}")
    if lane.middle is not None and (at := int(lane.middle / step)) < width and ceil(high / step) - int(low / step) > 1:
        cells[at] = ("|" if glyphs.ascii else "┃", f"band:{band}")
    if max(high, lane.refill or 0.0) > width * step:
        cells[-1] = (fill if line == "lower" else ">" if glyphs.ascii else "▸", f"band:{band}")


@lru_cache(maxsize=4)
def weekends(days: int, width: int, now: datetime, zone: tzinfo) -> tuple[bool, ...]:
    """Which cells are of a Saturday or a Sunday; none where a cell is longer than a day or so."""
    step = days / width if width > 0 else 0.0
    middles = (now + _DAY * ((at + 0.5) * step) for at in range(width))
    return tuple(step <= _LONGEST_STEP and at.astimezone(zone).weekday() >= 5 for at in middles)


def axis(days: int, width: int, now: datetime, zone: tzinfo, glyphs: Glyphs) -> list[Run]:
    """The days above the lanes: a label stands where its day begins."""
    cells = [" "] * max(0, width)
    taken = _put(cells, 0, "now", -2)
    for at, label in ticks(days, width, now, zone):
        taken = _put(cells, _cell(at, now, days, width), label, taken)
    shaded = weekends(days, width, now, zone)
    free = [not "".join(cells[max(0, at - 1) : at + 2]).strip() for at in range(len(cells))]
    dot = "." if glyphs.ascii else "·"
    dotted = [dot if shade and bare else cell for cell, bare, shade in zip(cells, free, shaded, strict=True)]
    return _merged(_on([(cell, "rule" if cell == dot else "dim") for cell in dotted], shaded))


def _put(cells: list[str], at: int, label: str, taken: int) -> int:
    """Write a label where there is room for it and a gap before it; the last cell taken."""
    if at <= taken + 1 or at + len(label) > len(cells):
        return taken
    cells[at : at + len(label)] = label
    return at + len(label) - 1


def ticks(days: int, width: int, now: datetime, zone: tzinfo) -> Iterator[tuple[datetime, str]]:
    """Hours, days, Mondays or months and what they are called, as many as `width` cells have room for."""
    here = now.astimezone(zone)
    today = here.replace(hour=0, minute=0, second=0, microsecond=0)
    if days <= 2:
        every = next((hours for hours in (3, 6, 12) if width * hours / 24 / days >= 7), 24)
        for step in range(1, days * 24 // every + 2):
            at = _later(today, step * every // 24, step * every % 24)
            yield at, _WEEKDAYS[at.weekday()] if at.hour == 0 else f"{at:%H:%M}"
        return
    for step in range(1, days + 1):
        at = _later(today, step)
        if width / days >= 7:
            yield at, f"{_WEEKDAYS[at.weekday()]} {at.day}"
        elif at.weekday() == 0 and width * 7 / days >= 8:
            yield at, f"{at.day} {_MONTHS[at.month - 1]}"
        elif at.day == 1 and width * 7 / days < 8:
            yield at, _MONTHS[at.month - 1] if at.month > 1 else str(at.year)


def _later(midnight: datetime, days: int, hours: int = 0) -> datetime:
    """A wall clock's time so many days on, whatever clocks do meanwhile."""
    day = midnight.date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hours, tzinfo=midnight.tzinfo)


def _cell(at: datetime, now: datetime, days: int, width: int) -> int:
    return int((at.astimezone(UTC) - now.astimezone(UTC)) / _DAY / days * width)


def legend(
    found: Sequence[Lane], glyphs: Glyphs, width: int, until: datetime | None = None, *, weekends: bool = False
) -> list[Run]:
    """The signs that are in use on an axis that ends at `until`, and what they mean: as many as `width` cells have room
    for."""
    fill, _, _, _, hatch, _ = glyphs.row
    bar = "|" if glyphs.ascii else "┃"
    parts: list[tuple[str, str, str]] = []
    if any(lane.middle is not None for lane in found):
        parts += [
            (fill, "fill:unknown", "9 in 10 last"),
            (hatch, "hatch:unknown", "may last"),
            (bar, "dim", "even odds"),
        ]
    kinds = {event.kind for lane in found for event in lane.events if until is None or event.at < until}
    says: tuple[tuple[EventKind, str], ...] = (
        ("refill", "refills"), ("expiry", "credit expires"), ("budget", "budget starts anew"),
    )  # fmt: skip
    parts += [(_SIGNS[kind][glyphs.ascii], _SIGNS[kind][2], said) for kind, said in says if kind in kinds]
    if weekends:
        parts.append(("." if glyphs.ascii else "·", f"rule{WEEKEND}", "weekend"))
    runs: list[Run] = []
    for sign, role, said in parts:
        more: list[Run] = [("   ", "text")] * bool(runs) + [(sign, role), (f" {said}", "dim")]
        if sum(grid.cells(text) for text, _ in (*runs, *more)) > width:
            break
        runs += more
    return runs


def _merged(cells: Sequence[Run]) -> list[Run]:
    runs: list[Run] = []
    for text, role in cells:
        if runs and runs[-1][1] == role:
            runs[-1] = (runs[-1][0] + text, role)
        else:
            runs.append((text, role))
    return runs
