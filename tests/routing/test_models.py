"""Whether a list confirms a model."""

import pytest

from creditsui.routing.models import confirmed, first, similar


@pytest.mark.parametrize(
    ("wanted", "listed", "found"),
    [
        ("a-1", ("a-1", "A-1"), "a-1"),
        ("A-1", ("a-1",), "a-1"),
        ("a-1", ("maker/a-1",), "maker/a-1"),
        ("maker/a-1", ("a-1",), "a-1"),
        ("models/a-1", ("a-1",), "a-1"),
        ("a-1", ("accounts/x/models/A-1",), "accounts/x/models/A-1"),
        ("a-1", ("one/a-1", "two/a-1"), None),
        ("one/a-1", ("two/a-1",), None),
        ("a-1", ("maker/a-1:free",), None),
        ("a-1", ("a.1",), None),
        ("a-1", ("a-1-20251001",), None),
        ("a-1", (), None),
    ],
)
def test_a_model_is_what_the_list_has_and_nothing_near_it(
    wanted: str, listed: tuple[str, ...], found: str | None
) -> None:
    assert confirmed(wanted, listed) == found


def test_the_first_that_is_listed_counts() -> None:
    assert first(("", "new", "old"), ("old",)) == "old"
    assert first(("new",), ("old",)) is None


@pytest.mark.parametrize(
    ("wanted", "listed", "hint"),
    [
        ("claude-opus-4.8", "anthropic/claude-opus-4-8", "anthropic/claude-opus-4-8"),
        ("claude-haiku-4-5", "claude-haiku-4-5-20251001", "claude-haiku-4-5-20251001"),
        ("gpt-5", "gpt-5.5", None),
        ("gpt-5", "gpt-6", None),
    ],
)
def test_what_is_spelled_almost_so_is_a_hint(wanted: str, listed: str, hint: str | None) -> None:
    assert similar(wanted, (listed,)) == hint
