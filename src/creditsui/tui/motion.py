"""What moves on a row, as a pure function of time: every motion means one thing and ends by itself.

Lengths are fractions of the bar; instants are seconds of any one monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from creditsui.domain.band import Band
from creditsui.domain.money import Money

if TYPE_CHECKING:
    from creditsui.domain.board import AccountView

Level = Literal["full", "reduced", "none"]

FRAME = 1 / 30
DROP, WAIT, DRAIN = 0.15, 0.6, 0.9
GROW, TINT = 0.5, 2.0
LOSS_FLOATS, GAIN_FLOATS = 3.0, 4.0
FLASH = 0.3
BEAT, BEATS = 0.5, 12
SPIN = 0.125


@dataclass(frozen=True, slots=True)
class Frame:
    """A row at one instant. `fill` is where the solid part ends, fresh credit included."""

    fill: float | None
    trail: float = 0.0
    fresh: float = 0.0
    flash: float | None = None
    """The threshold whose tick is lit."""
    dimmed: bool = False
    """The dark half of a critical pulse."""
    floating: Money | float | None = None
    """What the last change was worth: money, or a share of the bar where there is no money."""
    spin: int | None = None
    """The step of the spinner of a row that is being asked."""


class Motion:
    """The motion of one account. `turn` it when a new view comes, read `frame`, and look again at `next_change`."""

    def __init__(self, view: AccountView, level: Level) -> None:
        self.level: Level = level
        self.awake = True
        self._fill = view.health
        self._from = view.health or 0.0
        self._edge_at = self._trail_at = self._fresh_at = self._flash_at = self._pulse_at = self._float_at = _LONG_AGO
        self._edge_lasts = DROP
        self._trail_end = 0.0
        self._fresh_start = 0.0
        self._flash: float | None = None
        self._floating: Money | float | None = None
        self._float_lasts = 0.0
        self._spinning = view.refreshing

    def rest(self, awake: bool) -> None:
        """Nobody looks, or somebody again: what moves stands at its end at once, and what comes is just there."""
        self.awake = awake
        if not awake:
            self._still(self._fill or 0.0)

    def turn(self, old: AccountView, new: AccountView, now: float) -> None:
        """Start what the change from `old` to `new` means."""
        self._spinning = new.refreshing
        before, after = old.health, new.health
        if before is None or after is None or before == after or not self._moves:
            self._fill = after
            if before != after:
                self._still(after or 0.0)
            return
        shown = self.frame(now)
        start = before if shown.fill is None else shown.fill
        self._fill, self._from, self._edge_at = after, start, now
        self._floating, self._float_at = _worth(old, new), now
        if after < before:
            self._edge_lasts, self._float_lasts = DROP, LOSS_FLOATS
            self._trail_end, self._trail_at = max(start, start + shown.trail), now
            self._fresh_at = _LONG_AGO
        else:
            self._edge_lasts, self._float_lasts = GROW, GAIN_FLOATS
            self._fresh_start, self._fresh_at = start, now
            self._trail_at = _LONG_AGO
        if self.level == "full":
            self._flash = _crossed(before, after, ticks(new))
            self._flash_at = now if self._flash is not None else _LONG_AGO
            if new.band is Band.CRITICAL and after < before:
                self._pulse_at = now

    def frame(self, now: float) -> Frame:
        """How the row looks at `now`."""
        fill = self._edge(now)
        if fill is None:
            return Frame(None, spin=self._spin(now))
        beat = self._beat(now)
        return Frame(
            fill=fill,
            trail=max(0.0, self._trail(now) - fill),
            fresh=max(0.0, fill - self._fresh_start) if now < self._fresh_at + TINT else 0.0,
            flash=self._flash if now < self._flash_at + FLASH else None,
            dimmed=0 <= beat < BEATS and beat % 2 == 0,
            floating=self._floating if now < self._float_at + self._float_lasts else None,
            spin=self._spin(now),
        )

    def next_change(self, now: float) -> float | None:
        """The next instant at which `frame` may differ; None: all motion has ended."""
        waits: list[float] = []
        moving = self.level == "full" and self.awake
        if moving and now < self._edge_at + self._edge_lasts:
            waits.append(now + FRAME)
        if now < self._trail_at + WAIT:
            waits.append(self._trail_at + WAIT)
        elif now < self._trail_at + WAIT + DRAIN:
            waits.append(now + FRAME if moving else self._trail_at + WAIT + DRAIN)
        for end in (self._fresh_at + TINT, self._flash_at + FLASH, self._float_at + self._float_lasts):
            if now < end:
                waits.append(end)
        beat = self._beat(now)
        if 0 <= beat < BEATS:
            waits.append(self._pulse_at + (beat + 1) * BEAT)
        if self._spinning and moving:
            waits.append((int(now / SPIN + _NUDGE) + 1) * SPIN)
        return min(waits, default=None)

    @property
    def _moves(self) -> bool:
        return self.awake and self.level != "none"

    def _still(self, at: float) -> None:
        self._from, self._floating = at, None
        self._edge_at = self._trail_at = self._fresh_at = self._flash_at = self._pulse_at = self._float_at = _LONG_AGO

    def _edge(self, now: float) -> float | None:
        if self._fill is None or self.level != "full":
            return self._fill
        gone = _share(now, self._edge_at, self._edge_lasts)
        if gone >= 1:
            return self._fill
        return self._from + (self._fill - self._from) * (1 - (1 - gone) ** 3)

    def _trail(self, now: float) -> float:
        """Where the trail ends on the right; at or left of the edge when there is none."""
        if now >= self._trail_at + WAIT + DRAIN or self._fill is None:
            return 0.0
        gone = _share(now, self._trail_at + WAIT, DRAIN) if self.level == "full" else 0.0
        return self._trail_end + (self._fill - self._trail_end) * gone * gone * (3 - 2 * gone)

    def _beat(self, now: float) -> int:
        return int((now - self._pulse_at) / BEAT + _NUDGE)

    def _spin(self, now: float) -> int | None:
        if not self._spinning:
            return None
        return int(now / SPIN + _NUDGE) if self.level == "full" and self.awake else 0


_LONG_AGO = -1e9
_NUDGE = 1e-6
"""So that the instant at which a step begins counts as in it, whatever its last binary digit."""


def ticks(view: AccountView) -> tuple[float, ...]:
    """Where the thresholds of an account stand on its bar, low to high."""
    edges = (view.thresholds.critical, view.thresholds.warning, view.thresholds.healthy)
    return tuple(edge / 100 for edge in edges if 0 < edge < 100)


def _share(now: float, start: float, lasts: float) -> float:
    return min(1.0, max(0.0, (now - start) / lasts))


def _worth(old: AccountView, new: AccountView) -> Money | float | None:
    if old.balance is not None and new.balance is not None:
        was, left = old.balance.remaining, new.balance.remaining
        if was.currency == left.currency and was != left:
            return left - was
    if old.health is not None and new.health is not None and old.binding == new.binding:
        return new.health - old.health
    return None


def _crossed(before: float, after: float, edges: tuple[float, ...]) -> float | None:
    """The edge passed last on the way. An edge belongs to the band below it, the lowest to the one above."""
    low, high = min(before, after), max(before, after)
    passed = [edge for at, edge in enumerate(edges) if (low < edge <= high if at == 0 else low <= edge < high)]
    if not passed:
        return None
    return min(passed) if after < before else max(passed)
