"""Readings of several machines in one ledger: what one says late, because its clock or the answer it got was behind, is
an echo, and neither spend nor credit."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice, takewhile
from math import inf

from creditsui.domain.health import counts
from creditsui.domain.observe import levels
from creditsui.domain.reading import Reading, Recorded

LATE = timedelta(minutes=15)
"""By how much clocks, and answers that a provider kept for a while, may differ between machines."""
SETTLED = timedelta(hours=1)
"""Within which an echo has ended, as the machine that is behind may be the only one that looks for so long: whether an
older reading is one does not change any more."""

Levels = Mapping[object, float]


def without_echoes(rows: Sequence[Recorded]) -> list[Recorded]:
    """The rows, oldest first, without those that only say again what was over.

    A level that rises just after another machine had told it lower, and is down again within the hour, never rose. One
    that falls back just after it rose, and is up again at once, never fell. The newest row always stays.
    """
    kept: list[int] = []
    told = [_levels(row.reading) for row in rows]
    rises: dict[object, tuple[float, datetime]] = {}
    """By name, from which level it rose last, and when that was seen."""
    for index, row in enumerate(rows):
        at, here, before = row.reading.at, told[index], told[kept[-1]] if kept else {}
        up = [name for name, level in here.items() if level > before.get(name, level)]
        if kept and at - rows[kept[-1]].reading.at <= LATE:
            down = [name for name, level in here.items() if level < before.get(name, level) and name in rises]
            if any(_taken_back(rows, told, kept, index, name) for name in up) or any(
                _up_again(rows, told, before[name], index, name)
                for name in down
                if at - rises[name][1] <= LATE and 2 * here[name] <= rises[name][0] + before[name]
            ):
                continue
        kept.append(index)
        rises |= {name: (before[name], at) for name in up}
    return [rows[index] for index in kept]


def _taken_back(
    rows: Sequence[Recorded], told: Sequence[Levels], kept: Sequence[int], index: int, name: object
) -> bool:
    """Whether a rise is over soon, and was not credit that only a late word hides for a moment."""
    at, level, before = rows[index].reading.at, told[index][name], told[kept[-1]][name]
    over = next((later for later in _until(rows, index, SETTLED) if told[later].get(name, inf) <= before), None)
    if over is None:
        return False
    recent = takewhile(lambda place: at - rows[place].reading.at <= 2 * LATE, reversed(kept))
    if any(told[place].get(name, -inf) >= level for place in recent):
        return True
    return not any(2 * told[later].get(name, -inf) >= level + before for later in _until(rows, over, LATE))


def _up_again(rows: Sequence[Recorded], told: Sequence[Levels], had: float, index: int, name: object) -> bool:
    """Whether most of a fall is undone at once, and not more than all of it: more is credit that came in."""
    middle = (had + told[index][name]) / 2
    soon = [*_until(rows, index, LATE)] or [*islice(_until(rows, index, SETTLED), 1)]
    return any(middle <= told[later].get(name, inf) <= had for later in soon)


def _until(rows: Sequence[Recorded], index: int, time: timedelta) -> Iterator[int]:
    """The places of the rows of so much time after one."""
    end = rows[index].reading.at + time
    return takewhile(lambda later: rows[later].reading.at <= end, range(index + 1, len(rows)))


def _levels(reading: Reading) -> Levels:
    """Money, else quotas."""
    money: Levels = levels(reading)
    return money or {(one.name, one.unit): -one.used for one in reading.windows if counts(one)}
