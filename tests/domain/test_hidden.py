"""What others may not read over a shoulder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain import micros
from creditsui.domain.hidden import masked


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("$18.03 lasts 4–6d at $3.91 a day", "$•• lasts 4–6d at $•• a day"),
        ("¥7.10 expires in 6d", "¥•• expires in 6d"),
        ("4h–1d or 30d+, by 19:40 of Wed 25 Nov 2026", "4h–1d or 30d+, by 19:40 of Wed 25 Nov 2026"),
        ("1,234 points by 2027-01-31", "•• points by 2027-01-31"),
        ("−$3.20, 551.6M credits, 12.00 CHF, <$0.01", "−$••, ••M credits, •• CHF, <$••"),
        ("$12 Nov", "$•• Nov"),
        ("16 days", "•• days"),
    ],
)
def test_amounts_are_hidden_and_times_are_not(said: str, shown: str) -> None:
    assert masked(said) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("/tmp/p12/config.yaml has no model.", "•••• has no model."),
        ("It is in '/srv/acme/7/.env'", "It is in '••••'"),
        ("~/.hermes2/config.yaml is not there", "~/.hermes2/config.yaml is not there"),
        ("C:\\Users\\me\\7.toml is broken", "•••• is broken"),
        ("anthropic/claude and $5/month and / Filter", "anthropic/claude and $••/month and / Filter"),
    ],
)
def test_a_path_outside_the_home_is_hidden_whole(said: str, shown: str) -> None:
    assert masked(said) == shown


def test_shares_may_stay() -> None:
    assert masked("60% of $30.00, 2.5 %", percents=False) == "60% of $••, 2.5 %"


@given(st.integers(-(10**14), 10**14), st.sampled_from(["USD", "CNY", "CHF", "points", "credits"]), st.booleans())
def test_no_digit_of_an_amount_stays(number: int, currency: str, percents: bool) -> None:
    said = masked(f"{micros.amount(number, currency)} left", percents=percents)
    assert not any(letter.isdigit() for letter in said)
