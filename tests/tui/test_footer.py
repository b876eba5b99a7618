"""Which hints the footer has room for."""

import pytest

from creditsui.tui.widgets.footer import Hint, footer

HINTS = [
    Hint("s", "Sync", "sync"),
    Hint("t", "Top up", "topup"),
    Hint("2", "Spend", "spend"),
    Hint("?", "Help", "help"),
]
PALETTE = Hint("^p", "palette", "app.command_palette")


def drawn(width: int) -> str:
    return "".join(text for text, _ in footer(HINTS, PALETTE, width)[0]).rstrip()


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (60, " s Sync  t Top up  2 Spend  ? Help               ^p palette"),
        (47, " s Sync  t Top up  2 Spend  ? Help  ^p palette"),
        (46, " s Sync  t Top up  2 Spend  ? Help"),
        (34, " s Sync  t Top up  2 Spend  ? Help"),
        (33, " s Sync  t Top up  ? Help"),
        (16, " s Sync  ? Help"),
        (12, " ? Help"),
        (0, " ? Help"),
    ],
)
def test_help_tells_all_the_keys_so_it_is_the_last_to_go(width: int, line: str) -> None:
    assert drawn(width) == line


@pytest.mark.parametrize("width", range(8, 70))
def test_a_click_meets_the_hint_that_is_drawn_there_and_none_is_cut(width: int) -> None:
    runs, places = footer(HINTS, PALETTE, width)
    line = "".join(text for text, _ in runs)
    assert all(line[start:end].strip() == f"{hint.key} {hint.words}" for start, end, hint in places)
    assert len(line.rstrip()) <= width and len({hint.action for *_, hint in places}) == len(places)
