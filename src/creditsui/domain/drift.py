"""Drift: the share of spend that no log tells, learned from the stretches between two truths, and how sure that is.

A stretch is the time between two anchors in which only the ledger looked. What a balance lost over it, net of what was
booked, against what calls were seen to cost tells one share. Learned is the median over single stretches and every two
neighbours together, weighted by the spend seen: a wrong truth spoils the stretches before and after it in opposite
directions and leaves their sum alone, so that one right truth after it is enough. Where few stretches disagree, the
share is drawn towards 0 by as much as their spread is wide against that of an account of which nothing is known.

Where no spend was seen there is no share. What was lost over such a stretch, or beyond any plausible share, is a rate
per day that only widens the band. It is never subtracted: nobody knows when it will go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot, sqrt

STRETCHES = 11
"""The latest that count: those between twelve truths."""
LEAST_SHARE, MOST_SHARE = -0.5, 3.0
"""Beyond these a stretch tells of a typing error, of credit nobody booked or of use without a log, not of a share."""
PRIOR = 0.25
"""How wide a share is spread before anything is known of it: a quarter of the spend seen."""
_LEAST = 1_000_000
"""Half a band worth a word, in micro-units."""
_DAY = 86_400
# Chosen by replay, so that the truth lies within the band in 80 to 90 % of cases (`python -m tests.benchmarks drift`).
WITHIN = 1.6
"""A half-width is so many usual errors of a share."""
_USUAL = 0.8
_USUAL_RATE = 0.85
_WITHIN_RATE = 1.2
_ALONE = 3
"""What is so many times farther off than all others comes from a wrong truth."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Between two truths: what calls were seen to cost and what the balance lost net of what was booked, in
    micro-units, and how long it was, in seconds."""

    seen: int
    lost: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What stretches taught."""

    share: float = 0.0
    """Of the spend seen, so much more was spent and not seen; below 0 where prices are too high."""
    pairs: int = 0
    """How many stretches the share was learned from; 0: there is none."""
    spread: float = PRIOR
    """How far a share is usually off."""
    rate: float | None = None
    """Micro-units lost a day that no share explains; None before the first stretch."""

    def unseen(self, seen: int) -> int:
        """What was probably spent beside `seen`, in micro-units."""
        return round(self.share * seen)

    def half_width(self, seen: int, seconds: float) -> int | None:
        """Half the band, so much seen spend and so long after the last truth, in micro-units.

        It grows evenly with both: what goes unseen comes in bursts, which no square root foresees. None: nothing was
        spent, and nothing is known to judge it by.
        """
        if self.rate is None and not seen:
            return None
        return round(WITHIN * self.spread * seen + (self.rate or 0.0) * max(seconds, 0.0) / _DAY)


NOTHING = Learned()


def too_wide(half: int, left: int, full: int | None) -> bool:
    """Whether half a band this wide is worth a new truth: more than a tenth of a full purse or a fifth of what is left,
    and never for less than one unit of money; amounts in micro-units."""
    shares = [abs(left) / 5] if full is None else [abs(left) / 5, full / 10]
    return half > _LEAST and half > min(shares)


def learn(stretches: Sequence[Stretch]) -> Learned:
    """From the latest stretches, oldest first."""
    singles = _agreed(_mended(stretches[-STRETCHES:]))
    if not singles:
        return NOTHING
    told = [(share, one.seen) for one in singles if (share := _share(one)) is not None]
    share, spread = 0.0, PRIOR
    if told:
        pairs = map(_together, singles, singles[1:])
        share = _quantile([*told, *((share, one.seen) for one in pairs if (share := _share(one)) is not None)], 0.5)
        usual = _quantile([(abs(one - share), weight) for one, weight in told], _USUAL)
        spread = sqrt(((len(told) - 1) * usual**2 + PRIOR**2) / len(told))
        share *= PRIOR**2 / (PRIOR**2 + spread**2 / len(told))
        spread = hypot(spread, spread / sqrt(len(told)))
    return Learned(share, len(told), spread, _rate(singles, share, spread))


def _share(one: Stretch) -> float | None:
    """What one stretch says; None where it says nothing of a share."""
    if one.seen <= 0:
        return None
    share = one.lost / one.seen - 1
    return share if LEAST_SHARE <= share <= MOST_SHARE else None


def _mended(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Without the truths that those around them contradict: where a balance rose unbooked and fell again, or the other
    way round, and both together are nothing of note."""
    found = list(stretches)
    for at in range(len(found) - 1, -1, -1):
        beside = [n for n in (at - 1, at + 1) if 0 <= n < len(found) and found[n].lost > 0]
        if found[at].lost >= 0 or not beside:
            continue
        other = max(beside, key=lambda n: found[n].lost)
        both = _together(found[at], found[other])
        if _likely(both):
            found[min(at, other) : max(at, other) + 1] = [both]
    return found


def _agreed(stretches: list[Stretch]) -> list[Stretch]:
    """Without the one truth that stands against all others: far too much went before it and far too little after, or
    the other way round, where the rest is of one mind."""
    shares = [_share(one) for one in stretches]
    told = [(share, one.seen) for share, one in zip(shares, stretches, strict=True) if share is not None]
    if len(told) < 4:
        return stretches
    middle = _quantile(told, 0.5)
    for at, (one, after) in enumerate(pairwise(shares)):
        if one is not None and after is not None and (one < middle) != (after < middle):
            rest = [
                abs(share - middle) for n, share in enumerate(shares) if share is not None and n not in (at, at + 1)
            ]
            if min(abs(one - middle), abs(after - middle)) > _ALONE * max(rest):
                return [*stretches[:at], _together(stretches[at], stretches[at + 1]), *stretches[at + 2 :]]
    return stretches


def _likely(one: Stretch) -> bool:
    return one.lost >= 0 and (not one.seen or _share(one) is not None)


def _rate(stretches: Sequence[Stretch], share: float, spread: float) -> float:
    """Micro-units a day that went beyond the share and its spread; a rise is credit, and tells of no spend."""
    rates = sorted(
        (max(0.0, one.lost - (1 + share + WITHIN * spread) * one.seen) / max(one.seconds, _DAY), one.seconds)
        for one in stretches
        if one.lost >= 0
    )
    if len(rates) > 2 and rates[-1][0] > _ALONE * rates[-2][0]:
        rates.pop()
    return _quantile(rates, _USUAL_RATE) * _WITHIN_RATE * _DAY


def _together(one: Stretch, other: Stretch) -> Stretch:
    return Stretch(one.seen + other.seen, one.lost + other.lost, one.seconds + other.seconds)


def _quantile(weighted: Sequence[tuple[float, int]], share: float) -> float:
    """The least value at which this share of all weight is reached."""
    whole, reached = sum(weight for _, weight in weighted), 0
    for value, weight in sorted(weighted):
        reached += weight
        if reached >= share * whole:
            return value
    return 0.0
