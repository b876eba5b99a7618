"""DeepSeek's prices by the hour, against its own price notices."""

import pytest

from creditsui.domain.call import Call
from creditsui.pricing.aliases import instant
from creditsui.pricing.quote import units
from creditsui.pricing.unit import price


def each(model: str, at: str) -> tuple[int | None, int | None, int | None]:
    """Micro-USD for a million tokens of input, output and cache reads."""
    rows, when = units("deepseek", model, "", {}), instant(at)
    million = 1_000_000
    return (
        price(Call(1, when, model, input=million), rows),
        price(Call(1, when, model, output=million), rows),
        price(Call(1, when, model, cache_read=million), rows),
    )


NOTHING = (None, None, None)
FLASH, PRO = (150_000, 600_000, 3_000), (660_000, 1_980_000, 22_000)


@pytest.mark.parametrize(
    ("model", "at", "expected"),
    [
        ("deepseek-chat", "2025-08-30T12:00:00Z", (270_000, 1_100_000, 70_000)),
        ("deepseek-chat", "2025-08-30T16:30:00Z", (135_000, 550_000, 35_000)),
        ("deepseek-chat", "2025-08-30T00:29:59Z", (135_000, 550_000, 35_000)),
        ("deepseek-reasoner", "2025-08-30T12:00:00Z", (550_000, 2_190_000, 140_000)),
        ("deepseek-chat", "2025-09-05T16:30:00Z", (560_000, 1_680_000, 70_000)),
        ("deepseek-reasoner", "2025-12-01T20:00:00Z", (280_000, 420_000, 28_000)),
        ("deepseek-chat", "2026-06-01T03:00:00Z", (140_000, 280_000, 2_800)),
        ("deepseek-v4-flash", "2026-08-01T02:00:00Z", (140_000, 280_000, 2_800)),
        ("deepseek-v4-pro", "2026-08-01T02:00:00Z", (435_000, 870_000, 3_625)),
        ("deepseek-v4-pro", "2026-08-16T16:00:00Z", PRO),
        ("deepseek-v4-pro", "2026-08-17T01:00:00Z", (1_320_000, 3_960_000, 44_000)),
        ("deepseek-v4-flash", "2026-08-20T09:59:59Z", (440_000, 1_320_000, 14_000)),
        ("deepseek-v4-flash", "2026-08-20T10:00:00Z", (220_000, 660_000, 7_000)),
        ("deepseek-v4-flash", "2026-09-10T12:00:00Z", FLASH),
        ("deepseek-flash", "2026-11-20T06:00:00Z", (300_000, 1_200_000, 6_000)),
        ("deepseek-flash", "2026-11-20T05:00:00Z", FLASH),
    ],
)
def test_every_hour_has_the_price_of_its_day(model: str, at: str, expected: tuple[int, int, int]) -> None:
    assert each(model, at) == expected


def test_weekends_and_public_holidays_in_china_have_no_peak_hours() -> None:
    assert each("deepseek-v4-pro", "2026-08-22T02:00:00Z") == (1_320_000, 3_960_000, 44_000)  # a Saturday before
    for day in ("2026-08-23", "2026-11-21", "2026-11-22", "2026-09-25", "2026-10-01", "2026-10-07"):
        assert each("deepseek-v4-pro", f"{day}T02:00:00Z") == PRO
    assert each("deepseek-v4-pro", "2026-10-08T02:00:00Z") != PRO
    assert each("deepseek-v4-flash", "2026-10-02T02:00:00Z") == FLASH


def test_a_peak_hour_before_there_were_any_is_not_priced_as_one_as_the_table_does() -> None:
    assert each("deepseek-v4-pro", "2026-07-01T02:00:00Z") == (435_000, 870_000, 3_625)


@pytest.mark.parametrize(
    ("model", "at"),
    [
        ("deepseek-chat", "2025-09-29T12:00:00Z"),
        ("deepseek-chat", "2026-04-25T12:00:00Z"),
        ("deepseek-chat", "2026-07-25T00:00:00Z"),
        ("deepseek-chat", "2024-12-01T00:00:00Z"),
        ("deepseek-flash", "2026-09-01T00:00:00Z"),
        ("deepseek-v3.2", "2026-09-01T00:00:00Z"),
    ],
)
def test_days_of_an_unknown_hour_of_change_and_retired_names_are_unpriced(model: str, at: str) -> None:
    assert each(model, at) == NOTHING


def test_it_has_no_tiers() -> None:
    assert units("deepseek", "deepseek-v4-pro", "fast", {}) == ()
