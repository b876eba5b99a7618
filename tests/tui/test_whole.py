"""What is looked for in every frame is found where it is."""

import pytest

from tests.tui.whole import faults

WHOLE = "balance $18.03 of $30.00   runway 4–6d\nkeep everything whole at 19:40"


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        ("balance $18.0", "a number is cut"),
        ("│ balance $18 │", "a number is cut"),
        ("balance ~$…", "a number is cut"),
        ("synced 19…", "a number is cut"),
        ("runway 4–6", "a number is cut"),
        ("keep every\nthing whole", "a word is broken"),
        ("balance None", "no words for a user"),
        ("balance {amount}", "no words for a user"),
        ("keep nan", "no words for a user"),
        ("Traceback (most recent call last)", "no words for a user"),
    ],
)
def test_what_is_cut_broken_or_strange_is_found(frame: str, kind: str) -> None:
    assert [fault.split(": ")[1] for fault in faults({(120, 36): WHOLE, (20, 8): frame})][:1] == [kind]


@pytest.mark.parametrize(
    "frame", [WHOLE, "balance $18.03", "runway 4–6d\nkeep", "claude-opus-4… $30.00", "keep eve…", ""]
)
def test_what_is_whole_or_left_out_in_whole_is_not(frame: str) -> None:
    assert not faults({(120, 36): WHOLE, (20, 8): frame})
