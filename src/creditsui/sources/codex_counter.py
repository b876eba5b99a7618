"""What a call used, from counters that only grow, start anew, are told twice, and may be several in one file."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from creditsui.sources.spec import count

_MOST = 8
"""Counters of one session that are remembered."""
_NONE = [0, 0, 0, 0, 0]
_Number = int | float | str | None


class Counts(Struct, gc=False):
    """As they are logged."""

    input_tokens: _Number = 0
    cached_input_tokens: _Number = 0
    cache_write_input_tokens: _Number = 0
    output_tokens: _Number = 0
    reasoning_output_tokens: _Number = 0


class Used(NamedTuple):
    """Disjoint but for `reasoning`, which is part of `output`."""

    fresh: int
    cached: int
    written: int
    output: int
    reasoning: int


def used(counters: list[list[int]], total: Counts | None, last: Counts | None) -> Used | None:
    """What was used since the line before; None for a line that repeats one, or tells nothing.

    `counters` are how far those of the session have come, the latest first; changed in place.
    """
    step = None if last is None else _vector(last)
    if total is None:
        return None if step is None else _used(step)
    now, before = _vector(total), counters[0] if counters else _NONE
    if step is None:
        # With the sums alone there is no telling several counters apart: one that is smaller has started anew.
        step = _minus(now, before)
        counters[:] = [now]
        return _used(step if min(step) >= 0 else now)
    origin = _minus(now, step)
    if origin == before:
        counters[:1] = [now]
    elif now in counters:
        counters.remove(now)
        counters.insert(0, now)
        return None
    else:
        follows = origin if origin in counters else before
        if follows in counters and min(_minus(now, follows)) >= 0:
            counters.remove(follows)
        counters.insert(0, now)
        del counters[_MOST:]
    return _used(step)


def _vector(told: Counts) -> list[int]:
    input: Any = told.input_tokens
    cached: Any = told.cached_input_tokens
    written: Any = told.cache_write_input_tokens
    output: Any = told.output_tokens
    reasoning: Any = told.reasoning_output_tokens
    try:
        if (input | cached | written | output | reasoning) >= 0:  # whole numbers, none negative
            return [input, cached, written, output, reasoning]
    except TypeError:
        pass
    return [count(number) for number in (input, cached, written, output, reasoning)]


def _minus(one: Sequence[int], other: Sequence[int]) -> list[int]:
    a, b, c, d, e = one
    f, g, h, i, j = other
    return [a - f, b - g, c - h, d - i, e - j]


def _used(vector: list[int]) -> Used | None:
    input, cached, written, output, reasoning = vector
    if (input | cached | written | output | reasoning) >> 26:  # more than a call can have
        input, cached, written, output, reasoning = map(count, vector)
    if not (input or output):
        return None
    cached = cached if cached < input else input
    written = written if written < input - cached else input - cached
    return Used(input - cached - written, cached, written, output, reasoning if reasoning < output else output)
