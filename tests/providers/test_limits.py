import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.reading import Window
from creditsui.providers.limits import from_headers, length, name, rolled
from tests.providers.answering import NOW, answer

PATTERN = re.compile(r"x-ratelimit-(?P<part>limit|remaining|reset)-(?P<kind>[a-z-]+)")
KINDS = {"requests": ("requests/min", 60)}


@given(
    st.dictionaries(
        st.sampled_from(["limit", "remaining", "reset"]),
        st.text(max_size=20) | st.floats().map(str) | st.integers().map(str),
    )
)
def test_a_used_share_is_always_a_fraction(parts: dict[str, str]) -> None:
    told = {f"x-ratelimit-{part}-requests": value for part, value in parts.items()}
    for window in from_headers(answer(headers=told), PATTERN, KINDS, NOW):
        assert 0 <= window.used <= 1
        assert window.limit is not None and window.limit > 0 and window.remaining is not None and window.remaining >= 0


def test_a_reset_told_as_a_duration_does_not_wander_by_milliseconds() -> None:
    told = {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "1",
        "x-ratelimit-reset-requests": "17ms",
    }
    (window,) = from_headers(answer(headers=told), PATTERN, KINDS, NOW)
    assert window.resets_at == NOW
    (window,) = from_headers(answer(headers={**told, "x-ratelimit-reset-requests": "1.7s"}), PATTERN, KINDS, NOW)
    assert window.resets_at == NOW + timedelta(seconds=2)


def test_no_answer_has_no_windows() -> None:
    assert from_headers(None, PATTERN, KINDS, NOW) == ()


@pytest.mark.parametrize(
    ("seconds", "meant", "called"),
    [
        (60, 60, "minute"),
        (18000, 18000, "5h"),
        (17940, 18000, "5h"),
        (604740, 604800, "7d"),
        (86400, 86400, "day"),
        (30 * 86400, 30 * 86400, "month"),
        (2678400, 2678400, "month"),
        (900, 900, "15m"),
        (30, 30, "1m"),
    ],
)
def test_lengths_and_names(seconds: float, meant: int, called: str) -> None:
    assert length(seconds) == meant and name(meant) == called


@pytest.mark.parametrize("seconds", [None, 0, -1, 1e12])
def test_no_length(seconds: float | None) -> None:
    assert length(seconds) is None


def test_a_window_rolls_over_at_its_reset() -> None:
    window = Window("5h", 0.9, limit=10, remaining=1, resets_at=NOW)
    assert rolled(window, NOW - timedelta(seconds=1)) == window
    assert rolled(window, NOW) == Window("5h", 0.0, limit=10, remaining=10, resets_at=None)
    idle = Window("5h", 0.9)
    assert rolled(idle, NOW) == idle
