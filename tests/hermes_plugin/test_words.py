"""What the plugin says of a number is what the pane says of it."""

from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain import format as pane
from creditsui.domain.band import Band
from creditsui.domain.money import MICRO, Money
from creditsui.hermes_plugin import words

micros = st.one_of(
    st.integers(-(10**15), 10**15), st.integers(-20_000, 20_000), st.integers(9_900_000_000_000, 10_100_000_000_000)
)
days = st.floats(0, 5000)


@given(micros, st.sampled_from(["USD", "CNY", "EUR", "GBP", "CHF", "points", "credits"]))
def test_an_amount_reads_as_in_the_pane(micros: int, currency: str) -> None:
    assert words.amount(micros / MICRO, currency) == pane.amount(Money(micros, currency))


@given(st.one_of(st.none(), st.floats(-1, 2), st.floats(0, 0.02)), st.booleans())
def test_a_percentage_reads_as_in_the_pane(health: float | None, estimated: bool) -> None:
    assert words.percent(health, estimated) == pane.percent(health, estimated=estimated)


@given(st.floats(-100, 2_000_000))
def test_an_age_and_a_refill_read_as_in_the_pane(seconds: float) -> None:
    assert words.age(seconds) == pane.coarse(seconds)
    assert words.reset(seconds) == pane.reset(seconds)


@given(days, st.one_of(st.none(), days), st.one_of(st.none(), days))
def test_how_long_it_lasts_reads_as_in_the_pane(days: float, p10: float | None, p90: float | None) -> None:
    assert words.lasts(days, p10, p90) == pane.time_to_empty(days, p10, p90)


def test_every_band_has_the_sign_of_the_pane() -> None:
    assert {band.value: pane.glyph(band) for band in Band} == words.GLYPHS
