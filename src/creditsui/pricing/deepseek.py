"""DeepSeek's own prices. They change by the hour and the day of the week, which the price table cannot say.

Source: "Models & Pricing", the price notices and the change log of DeepSeek's API reference. Days of which it is not
known at what hour the price changed have none, and neither have retired names.
"""

from collections.abc import Iterator

from creditsui.pricing.aliases import instant
from creditsui.pricing.unit import UnitPrice

SOURCE = "DeepSeek's price list"
_WORKDAYS = 0b0011111
_PEAKS = ((60, 240), (360, 600))
"""Minutes of the day in UTC: 9 to 12 and 14 to 18 o'clock in Beijing."""
_DAILY = instant("2026-08-16T16:00:00Z")
"""Since when peak hours are dearer."""
_WEEKLY = instant("2026-08-22T16:00:00Z")
"""Since when they are not on weekends."""
_HOLIDAYS = (
    (instant("2026-09-24T16:00:00Z"), instant("2026-09-27T16:00:00Z")),
    (instant("2026-09-30T16:00:00Z"), instant("2026-10-07T16:00:00Z")),
)
"""Public holidays in China, which have no peak hours; those of 2027 are not known yet."""
_V41 = instant("2026-09-10T04:00:00Z")
_RETIRED = instant("2026-07-24T15:59:00Z")

_Rates = tuple[int, int, int]
"""Input, output and cache read in micro-USD per million tokens, which are pico-USD per token."""


def rows(model: str) -> tuple[UnitPrice, ...]:
    """All prices of a model, the first that holds is the one."""
    return tuple(_rows(model))


def _rows(model: str) -> Iterator[UnitPrice]:
    if model in ("deepseek-chat", "deepseek-reasoner"):
        yield from _legacy((270_000, 1_100_000, 70_000) if model == "deepseek-chat" else (550_000, 2_190_000, 140_000))
    if model in ("deepseek-v4-flash", "deepseek-v4-flash-vision-exp"):
        yield _row((140_000, 280_000, 2_800), "2026-04-27", _DAILY)
        yield from _peaked((220_000, 660_000, 7_000), _DAILY, _V41)
    if model in ("deepseek-v4-flash", "deepseek-v4-flash-vision-exp", "deepseek-flash"):
        yield from _peaked((150_000, 600_000, 3_000), _V41, None)
    if model == "deepseek-v4-pro":
        yield _row((435_000, 870_000, 3_625), "2026-04-27", _DAILY)
        yield from _peaked((660_000, 1_980_000, 22_000), _DAILY, None)


def _legacy(day: _Rates) -> Iterator[UnitPrice]:
    """The two names that always meant the newest model, until they were retired."""
    until = instant("2025-09-05T16:00:00Z")
    yield _row(day, "2025-02-27", until, hours=(30, 990))
    yield _row((135_000, 550_000, 35_000), "2025-02-27", until)
    yield _row((560_000, 1_680_000, 70_000), until, "2025-09-29")
    yield _row((280_000, 420_000, 28_000), "2025-09-30", "2026-04-24")
    yield _row((140_000, 280_000, 2_800), "2026-04-27", _RETIRED)


def _peaked(rates: _Rates, since: int, until: int | None) -> Iterator[UnitPrice]:
    """Twice as much at peak hours."""
    dear = (rates[0] * 2, rates[1] * 2, rates[2] * 2)
    for start, end in _HOLIDAYS:
        if start >= since and (until is None or end <= until):
            yield _row(rates, start, end)
    for hours in _PEAKS:
        if since < _WEEKLY:
            yield _row(dear, since, _WEEKLY, hours=hours)
        yield _row(dear, max(since, _WEEKLY), until, hours=hours, weekdays=_WORKDAYS)
    yield _row(rates, since, until)


def _row(
    rates: _Rates, since: int | str, until: int | str | None, *, hours: tuple[int, int] = (0, 1440), weekdays: int = 127
) -> UnitPrice:
    return UnitPrice(
        input=rates[0], output=rates[1], cache_read=rates[2], cache_write=rates[0], cache_write_1h=rates[0],
        since=instant(since) if isinstance(since, str) else since,
        until=instant(until) if isinstance(until, str) else until,
        from_minute=hours[0], to_minute=hours[1], weekdays=weekdays, source=SOURCE,
    )  # fmt: skip
