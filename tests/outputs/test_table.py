import re
from dataclasses import replace
from datetime import UTC, timedelta, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain import grid
from creditsui.domain.bar import ASCII, ROLES
from creditsui.domain.board import Board, Spike, SpikeHour
from creditsui.outputs.sgr import Color, codes
from creditsui.outputs.table import table
from tests.outputs.boards import BOARD, GROQ, MOONSHOT, NOW, XAI, usd

AT_100 = """\
✖ xAI        ▄▄▄▁▁▁▁┊▁▁▁▁▁▁▁┊▁▁▁▁▁▁▁┊▁▁▁▁▁▁▁   10%     $1.02       9h
▲ OpenAI     ▄▄▄▄▄▄▄┊▄▖▁▁▁▁▁┊▁▁▁▁▁▁▁┊▁▁▁▁▁▁▁   31%     $6.11     1–3d
▲ Claude Max ▄▄▄▄▄▄▄┊▄▄▄▄▄▖▁┊▁▁▁▁▁▁▁┊▁▁▁▁▁▁▁   44%       44%   ↻1h12m
◆ Anthropic  ▄▄▄▄▄▄▄┊▄▄▄▄▄▄▄┊▄▄▖▁▁▁▁┊▁▁▁▁▁▁▁  ~60%    $18.03     3–6d
◆ 月之暗面   ▄▄▄▄▄▄▄┊▄▄▄▄▄▄▄┊▄▄▄▄▄▖▁┊▁▁▁▁▁▁▁   70%    ¥25.20      12d  2h old · offline · retry 0:30
● OpenRouter ▄▄▄▄▄▄▄┊▄▄▄▄▄▄▄┊▄▄▄▄▄▄▄┊▄▖▁▁▁▁▁   82%    $41.20  20–30d+
✖ Poe        ▁▁▁▁▁▁▁┊▁▁▁▁▁K.O.▁▁▁▁▁▁┊▁▁▁▁▁▁▁    0%  0 points    empty
? Mistral    PAYG · €0.42 today
? Groq       ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌    ?%                                      key rejected
- Vercel     off
$66.36 + ¥25.20 left · $3.12 today · burning $7.31/day
"""
AT_80 = """\
✖ xAI        ▄▄▁▁▁┊▁▁▁▁┊▁▁▁▁┊▁▁▁▁   10%     $1.02       9h
▲ OpenAI     ▄▄▄▄▄▄▁▁▁▁┊▁▁▁▁┊▁▁▁▁   31%     $6.11     1–3d
▲ Claude Max ▄▄▄▄▄┊▄▄▄▁┊▁▁▁▁┊▁▁▁▁   44%       44%   ↻1h12m
◆ Anthropic  ▄▄▄▄▄┊▄▄▄▄┊▞▁▁▁┊▁▁▁▁  ~60%    $18.03     3–6d
◆ 月之暗面   ▄▄▄▄▄┊▄▄▄▄┊▄▄▄▁┊▁▁▁▁   70%    ¥25.20      12d  2h old · offline · …
● OpenRouter ▄▄▄▄▄┊▄▄▄▄┊▄▄▄▄┊▖▁▁▁   82%    $41.20  20–30d+
✖ Poe        ▁▁▁▁▁┊▁▁K.O.▁▁▁┊▁▁▁▁    0%  0 points    empty
? Mistral    PAYG · €0.42 today
? Groq       ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌    ?%                             key rejected
- Vercel     off
$66.36 + ¥25.20 left · $3.12 today · burning $7.31/day
"""
AT_40 = """\
✖ xAI        ▄▁▁┊▁▁┊▁▁┊▁▁   10%       9h
▲ OpenAI     ▄▄▄▖▁▁┊▁▁┊▁▁   31%     1–3d
▲ Claude Max ▄▄▄┊▄▖┊▁▁┊▁▁   44%   ↻1h12m
◆ Anthropic  ▄▄▄┊▄▄▞▁▁┊▁▁  ~60%     3–6d
◆ 月之暗面   ▄▄▄┊▄▄┊▄▖┊▁▁   70%   2h old
● OpenRouter ▄▄▄┊▄▄┊▄▄▄▁▁   82%  20–30d+
✖ Poe        ▁▁▁┊K.O.▁┊▁▁    0%    empty
? Mistral    PAYG · €0.42 today
? Groq       ╌╌╌╌╌╌╌    ?%  key rejected
- Vercel     off
$66.36 + ¥25.20 left · $3.12 today · bu…
"""
AT_24 = """\
✖ xAI     ▄▁┊▁┊▁┊▁   10%
▲ OpenAI  ▄▄▖▁┊▁┊▁   31%
▲ Claude… ▄▄┊▖┊▁┊▁   44%
◆ Anthro… ▄▄┊▄▞▁┊▁  ~60%
◆ 月之暗… ▄┊┊▖▁ 2h   70%
● OpenRo… ▄▄┊▄┊▄▖▁   82%
✖ Poe     ▁▁K.O.┊▁    0%
? Mistral PAYG · €0.42 …
? Groq    key rejected
- Vercel  off
$66.36 + ¥25.20 left · …
"""
ASCII_60 = """\
x xAI        ##...|....|....|.....   10%      $1.02       9h
! OpenAI     #####|=...|....|.....   31%      $6.11     1-3d
! Claude Max #####|###.|....|.....   44%        44%   @1h12m
* Anthropic  #####|####|#=..|.....  ~60%     $18.03     3-6d
* ????       #####|####|###=|.....   70%  CNY 25.20   2h old
o OpenRouter #####|####|####|#=...   82%     $41.20  20-30d+
x Poe        .....|..K.O....|.....    0%   0 points    empty
? Mistral    PAYG - EUR 0.42 today
? Groq       - - - - - - - - - - -    ?%        key rejected
- Vercel     off
$66.36 + CNY 25.20 left - $3.12 today - burning $7.31/day
"""


@pytest.mark.parametrize(("width", "shown"), [(100, AT_100), (80, AT_80), (40, AT_40), (24, AT_24)])
def test_what_is_kept_at_each_width(width: int, shown: str) -> None:
    assert table(BOARD, width) == shown.rstrip("\n")


@given(st.integers(20, 240), st.sampled_from([None, UTC]), st.sampled_from([2, 30, 600 * 24]), st.booleans())
def test_what_is_stale_says_so_at_any_width(width: int, zone: tzinfo | None, hours: int, spikes: bool) -> None:
    spike = Spike(NOW, None, usd(9), usd(1), SpikeHour(NOW, usd(9), usd(1), usd(3), "hour", 8)) if spikes else None
    old = replace(MOONSHOT, label="Old", problem=None, spike=spike, stale=True, read_at=NOW - timedelta(hours=hours))
    board = replace(BOARD, accounts=tuple(old if one is MOONSHOT else one for one in BOARD.accounts))
    (line,) = (line for line in table(board, width, zone=zone).splitlines() if " Old " in line)
    fresh = replace(board, accounts=tuple(replace(one, stale=False) if one is old else one for one in board.accounts))
    (other,) = (line for line in table(fresh, width, zone=zone).splitlines() if " Old " in line)
    told = {2: r"2h|\d\d:\d\d", 30: r"1d|\d+ Nov|old", 600 * 24: r"600d|2025|\d+ \w{3}|old"}[hours]
    assert re.search(told, line) and not re.search(r"2h|\d\d:\d\d|old", other), (line, other)
    assert " 70%" in line


def test_ascii_has_nothing_else() -> None:
    assert table(BOARD, 60, glyphs=ASCII) == ASCII_60.rstrip("\n")


@given(st.integers(0, 300), st.sampled_from(["none", "16", "256", "truecolor"]), st.booleans())
def test_no_line_is_wider_than_asked(width: int, color: Color, ascii: bool) -> None:
    painted = table(BOARD, width, color, ASCII) if ascii else table(BOARD, width, color)
    for line in painted.split("\n"):
        assert grid.cells(_bare(line)) <= max(width, 20)
    assert painted.isascii() or not ascii


@pytest.mark.parametrize("color", ["16", "256", "truecolor"])
def test_colour_changes_nothing_but_colour(color: Color) -> None:
    coloured = _bare(table(BOARD, 80, color, ASCII))
    assert [line.rstrip() for line in coloured.split("\n")] == table(BOARD, 80, "none", ASCII).split("\n")


def test_each_depth_speaks_its_own_sequences() -> None:
    assert "\x1b[38;2;229;83;75m" in table(BOARD, 80, "truecolor")
    assert "\x1b[38;5;" in table(BOARD, 80, "256") and ";2;" not in table(BOARD, 80, "256").replace("38;2;", "38;2;")
    assert "\x1b[31m" in table(BOARD, 80, "16") and "38;" not in table(BOARD, 80, "16")
    assert "\x1b" not in table(BOARD, 80)


@pytest.mark.parametrize("color", ["16", "256", "truecolor"])
def test_every_role_has_a_colour(color: Color) -> None:
    assert all(codes(role, color) for role in ROLES)


def test_instants_take_the_place_of_what_ticks() -> None:
    board = Board(generated_at=NOW, accounts=(MOONSHOT,))
    assert "2h old · offline · retry 0:30" in table(board, 100)
    assert "at 17:41 · offline · retry at 19:41" in table(board, 100, zone=UTC)


def test_a_board_without_accounts_says_so() -> None:
    assert table(Board(generated_at=NOW), 80) == "no accounts yet · creditsui --help"


def test_a_demo_is_called_one_and_a_long_name_is_cut() -> None:
    long = replace(XAI, label="A very long name of an account at a provider")
    shown = table(replace(BOARD, accounts=(long, GROQ), demo=True), 80)
    assert shown.split("\n")[-1].startswith("DEMO $66.36")
    assert "A very long name of an …" in shown


def _bare(line: str) -> str:
    import re

    return re.sub("\x1b\\[[0-9;]*m", "", line)
