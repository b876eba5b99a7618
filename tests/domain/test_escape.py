"""What a terminal is told beside what it shows."""

from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain import escape

HOSTILE = "a;b\x1b]0;pwned\x07\x9d52;c;cHduZWQ=\x9c\x1b\\ $(touch x)\n\"'‮evil​\ud800é✖"


def test_a_title_and_two_dialects_of_notifications() -> None:
    assert escape.title("✖ xAI 10%") == "\x1b]0;✖ xAI 10%\x07"
    assert escape.notification("xAI is critical", "9") == "\x1b]9;xAI is critical\x1b\\"
    assert escape.notification("xAI is critical", "777") == "\x1b]777;notify;creditsui;xAI is critical\x1b\\"


def test_hostile_words_end_nothing_split_nothing_and_start_nothing() -> None:
    for sequence in (escape.title(HOSTILE), escape.notification(HOSTILE, "9"), escape.notification(HOSTILE, "777")):
        inner = sequence[2:].removesuffix("\x1b\\").removesuffix("\x07")
        assert all(char.isprintable() for char in inner), sequence
    assert escape.notification(HOSTILE, "9").count(";") == 1 and escape.notification(HOSTILE, "777").count(";") == 3


@given(st.text())
def test_whatever_the_text_it_stays_a_text(text: str) -> None:
    said = escape.notification(text, "9")[4:-2]
    assert not set(said) & set(map(chr, (*range(32), *range(127, 160), 0x3B))) and len(said) <= 240
    assert len(escape.title(text)) <= 80 + 5


def test_progress_bars_of_other_terminals_cannot_be_drawn_by_a_label() -> None:
    assert escape.notification("4;1;50", "9") == "\x1b]9;4,1,50\x1b\\"


def test_through_tmux_every_escape_is_doubled() -> None:
    assert escape.through_tmux("\x1b]9;hey\x1b\\") == "\x1bPtmux;\x1b\x1b]9;hey\x1b\x1b\\\x1b\\"


def test_one_dialect_for_each_terminal_since_some_know_both() -> None:
    for names in (["xterm-256color"], ["iTerm2 3.5"], ["xterm-kitty"], ["WezTerm 2024"], [""]):
        assert escape.dialect(*names) == "9"
    for names in (["rxvt-unicode-256color"], ["foot"], ["xterm-256color", "", "vte"], ["xterm-256color", "foot(1.16)"]):
        assert escape.dialect(*names) == "777"
