import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.board import Band, Board, BudgetUse, Runway
from creditsui.outputs.json import as_json
from creditsui.outputs.line import FIELDS, line
from tests.outputs.boards import ANTHROPIC, BOARD, CLAUDE, GROQ, NOW, OPENROUTER, XAI, usd

DATA = as_json(replace(BOARD, accounts=(OPENROUTER, XAI, CLAUDE, ANTHROPIC)))
HOSTS = ["plain", "starship", "claude", "tmux", "waybar"]
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def of(*accounts: Any, **board: Any) -> dict[str, Any]:
    return as_json(Board(generated_at=NOW, accounts=accounts, **board))


def test_it_says_what_is_left_who_is_hurting_and_how_fast_it_goes() -> None:
    assert line(DATA, NOW) == "$66.36 + ¥25.20 · worst ✖ xAI 10% (9h) · $7.31/day"


def test_the_worst_is_the_lowest_band_then_the_shortest_time_then_the_least_left() -> None:
    assert "worst ▲ Claude Max 44% (↻1h12m)" in line(of(OPENROUTER, ANTHROPIC, CLAUDE), NOW)
    assert "worst ◆ Anthropic ~60% (3–6d)" in line(of(OPENROUTER, ANTHROPIC), NOW)
    assert "xAI" not in line(of(replace(XAI, enabled=False), OPENROUTER), NOW)


def test_a_budget_that_binds_is_said_by_what_is_left_of_it_and_when_it_starts_anew() -> None:
    budget = BudgetUse(
        usd(50), "month", NOW - timedelta(days=20), NOW + timedelta(days=3), usd(44), usd(6), None, 0.9, None
    )
    one = replace(ANTHROPIC, health=0.12, binding="budget", band=Band.CRITICAL, budget=budget)
    assert line(of(one), NOW, template="{percent} {left} {time}") == "12% $6.00 ↻3d"
    soon = replace(one, runway=Runway("known", 1.0, 1.0, 1.0))
    assert line(of(soon), NOW, template="{percent} {left} {time}") == "12% $6.00 1d"


def test_problems_are_counted() -> None:
    assert line(of(GROQ), NOW) == "1 problem"
    assert line(of(GROQ, replace(GROQ, id="b"), OPENROUTER), NOW).endswith("2 problems")


def test_it_says_its_age_when_it_is_old() -> None:
    assert "old" not in line(DATA, NOW + timedelta(minutes=10))
    assert line(DATA, NOW + timedelta(minutes=12)).endswith("$7.31/day · 12m old")
    assert line(DATA, NOW + timedelta(days=2)).endswith("2d old")


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (50, "$66.36 + ¥25.20 · worst ✖ xAI 10% (9h) · $7.31/day"),
        (49, "$66.36 + ¥25.20 · worst ✖ xAI 10% (9h)"),
        (30, "worst ✖ xAI 10% (9h)"),
        (20, "worst ✖ xAI 10% (9h)"),
        (19, "✖ xAI 10% (9h)"),
        (13, "✖ xAI 10%"),
        (8, "✖ x… 10%"),
        (7, "✖ 10%"),
        (4, "✖ …"),
        (1, "…"),
        (0, ""),
    ],
)
def test_who_is_hurting_is_the_last_to_go(width: int, shown: str) -> None:
    assert line(DATA, NOW, width=width) == shown


def test_a_number_is_never_cut_into_another() -> None:
    purses = of(replace(XAI, health=None, band=Band.UNKNOWN), replace(ANTHROPIC, health=None, band=Band.UNKNOWN))
    purses = {**DATA, "accounts": purses["accounts"]}
    assert line(purses, NOW, width=16) == "$66.36 + ¥25.20"
    assert line(purses, NOW, width=14) == "$66.36 + …"
    assert line(purses, NOW, width=7) == "$66.36…"
    assert line(purses, NOW, width=6) == line(purses, NOW, width=3) == "…"
    assert line(DATA, NOW, template="left {xai.left} of it", width=9) == "left …"
    assert line(DATA, NOW, template="{openrouter.percent} left", width=4) == "82%…"


def test_how_old_all_that_is_goes_after_for_how_long_it_lasts() -> None:
    later = NOW + timedelta(minutes=12)
    assert line(DATA, later, width=31) == "worst ✖ xAI 10% (9h) · 12m old"
    assert line(DATA, later, width=19) == "✖ xAI 10% · 12m old"
    assert line(DATA, later, width=15) == "✖ 10% · 12m old"
    assert line(DATA, later, width=14) == "✖ xAI 10% (9h)"


def test_nothing_and_broken_things_are_said_in_one_line() -> None:
    assert line({}, NOW) == "no data yet · run creditsui status"
    assert line({"schema": 1}, NOW) == "status.json cannot be read · run creditsui status"
    assert line({"schema": 2, "accounts": []}, NOW) == "status.json is from a newer version · update creditsui"
    assert line({"schema": 1, "accounts": []}, NOW) == "no accounts yet · run creditsui"
    assert json.loads(line({}, NOW, host="waybar"))["text"] == "no data yet · run creditsui status"


def test_tmux_gets_its_own_colours_and_no_hash_of_ours() -> None:
    shown = line(of(replace(XAI, label="a#[fg=red]b")), NOW, host="tmux")
    assert shown == "worst #[fg=#e5534b,bg=#1b1e25]✖ a##[fg=red]b 10%#[default] (9h)"


@pytest.mark.parametrize("host", ["claude", "starship"])
def test_who_draws_in_a_terminal_gets_ansi_unless_colours_are_off(host: str) -> None:
    assert "\x1b[1;31m✖ xAI 10%\x1b[0m" in line(DATA, NOW, host=host)
    assert line(DATA, NOW, host=host, color=False) == line(DATA, NOW)
    assert "fg=" not in line(DATA, NOW, host="tmux", color=False)


def test_waybar_gets_one_object_safe_for_pango() -> None:
    shown = json.loads(line(of(replace(XAI, label="<b>&", health=0.001)), NOW, host="waybar"))
    assert shown["class"] == "critical" and shown["percentage"] == 0
    assert shown["text"] == "worst ✖ &lt;b&gt;&amp; &lt;1% (9h)"
    assert shown["tooltip"] == "✖ &lt;b&gt;&amp;  &lt;1%  $1.02 · 9h" and shown["alt"] == "critical"


def test_waybar_reads_it_whatever_its_locale() -> None:
    shown = line(DATA, NOW, host="waybar", ascii=True)
    assert shown.isascii() and json.loads(shown)["text"] == line(DATA, NOW)


def test_a_binding_cap_budget_or_window_reads_as_in_the_pane() -> None:
    for view in BOARD.accounts:
        cap = replace(view, balance=None, balances=(), binding="limit", limit=OPENROUTER.limit)
        twice = replace(view, windows=(*view.windows, *(replace(one, used=0.1) for one in view.windows)))
        for one in (view, cap, twice, replace(view, certainty=ANTHROPIC.certainty)):
            shown = line(of(one), NOW, template=f"{{{one.id}.percent}}|{{{one.id}.left}}|{{{one.id}.glyph}}")
            assert shown == f"{words.health(one)}|{words.purses(one)}|{words.glyph(one.band)}", one
            if one.runway.state == "known" or words.binding_window(one):
                assert line(of(one), NOW, template=f"{{{one.id}.time}}") == words.time_left(one, NOW)


def test_what_refilled_since_nobody_has_looked_at_is_not_known() -> None:
    later = NOW + timedelta(hours=2)
    assert line(of(CLAUDE, OPENROUTER), later).startswith("worst ● OpenRouter")
    assert (
        line(of(CLAUDE), later, template="{claude.percent} {claude.left} {claude.time} {claude.band}") == "?%   unknown"
    )


def test_a_number_that_should_be_newer_says_its_age() -> None:
    stale = replace(XAI, stale=True, read_at=NOW - timedelta(hours=2))
    assert line(of(stale), NOW) == "worst ✖ xAI 10% (9h, 2h old)"
    assert line(of(stale), NOW, template="{name} {old}") == "xAI 2h old"
    assert "2h old" in json.loads(line(of(stale), NOW, host="waybar"))["tooltip"]


def test_an_account_can_be_hidden_and_no_sum_tells_of_it() -> None:
    assert line(DATA, NOW, hide=["xai"]) == "worst ▲ Claude Max 44% (↻1h12m)"
    assert line(DATA, NOW, only=["openrouter"]) == "worst ● OpenRouter 82% (20–30d+)"
    assert line(DATA, NOW, hide=["xai"], template="{xai.left}|{total}|{burn}|{today}") == "|||"
    assert line(DATA, NOW, hide=["nope"]) == line(DATA, NOW)
    assert line(of(GROQ), NOW, hide=["groq"]) == line(of(replace(GROQ, enabled=False)), NOW, hide=["groq"])
    assert "xAI" not in json.loads(line(DATA, NOW, host="waybar", hide=["xai"]))["tooltip"]


def test_in_private_no_amount_and_no_label_is_told() -> None:
    named = as_json(replace(BOARD, accounts=(replace(XAI, label="Secret Inc"),)))
    assert line(named, NOW, private=True) == "worst ✖ xai 10% (9h)"
    assert line(named, NOW, private=True, template="{name} {left} {total} {burn} {today}") == (
        "xai $•• $•• + ¥•• $••/day $••"
    )
    tooltip = json.loads(line(named, NOW, private=True, host="waybar"))["tooltip"]
    assert "Secret" not in tooltip and "1.02" not in tooltip


def test_in_private_a_provider_stands_by_its_name_and_by_its_id_where_an_older_board_knows_no_name() -> None:
    named = as_json(replace(BOARD, accounts=(replace(XAI, label="Secret Inc", provider_name="xAI"),)))
    assert line(named, NOW, private=True) == "worst ✖ xAI 10% (9h)"
    del named["accounts"][0]["provider_name"]
    assert line(named, NOW, private=True) == "worst ✖ xai 10% (9h)"


def test_a_template_fills_in_what_it_names() -> None:
    template = (
        "{glyph}{name} {percent} {left} {time} {band} | {openrouter.left} {openrouter.percent} | {total} {burn} {today}"
    )
    shown = line(DATA, NOW, template=template)
    assert shown == "✖xAI 10% $1.02 9h critical | $41.20 82% | $66.36 + ¥25.20 $7.31/day $3.12"
    assert line(DATA, NOW + timedelta(minutes=5), template="{age} {problems}") == "5m 0"


def test_a_field_that_means_nothing_stays_and_one_that_is_not_known_is_empty() -> None:
    assert line(DATA, NOW, template="{nope} {nope.left} {__class__} { {}") == "{nope}  {__class__} { {}"
    assert line(of(GROQ), NOW, template="[{name}{time}]") == "[]"


def test_a_templates_own_markup_is_left_to_it() -> None:
    data = of(replace(XAI, label="#1"))
    assert line(data, NOW, host="tmux", template="#[bold]{name}") == "#[bold]##1"
    assert line(data, NOW, template="a\nb\r\n{name}\u2028c") == "a b #1 c"


@pytest.mark.parametrize(
    ("host", "begin", "end"),
    [("tmux", "#[bold]", "#[nobold]"), ("waybar", "<b>", "</b>"), ("claude", "\x1b[4m", "\x1b[m")],
)
def test_markup_takes_no_room_and_what_ends_it_is_never_cut_away(host: str, begin: str, end: str) -> None:
    shown = line(DATA, NOW, host=host, template=f"{begin}abcdef{end}", width=6)
    assert (json.loads(shown)["text"] if host == "waybar" else shown) == f"{begin}abcdef{end}"
    shown = line(DATA, NOW, host=host, template=f"{begin}abcdef ghi{end}", width=4)
    assert (json.loads(shown)["text"] if host == "waybar" else shown) == f"{begin}abc…{end}"


def test_every_field_is_filled() -> None:
    for name in FIELDS:
        assert "{" not in line(DATA, NOW, template=f"{{{name}}}")


def test_ascii_on_request() -> None:
    assert line(DATA, NOW, ascii=True) == "$66.36 + CNY 25.20 - worst x xAI 10% (9h) - $7.31/day"


def test_control_characters_in_the_file_never_reach_the_terminal() -> None:
    shown = line(of(replace(XAI, label="a\x1b]0;x\x07\nb")), NOW)
    assert "\x1b" not in shown and "\n" not in shown and "\x07" not in shown


@given(json_values, st.sampled_from(HOSTS), st.none() | st.integers(0, 80))
def test_no_value_anywhere_makes_it_fail(value: Any, host: str, width: int | None) -> None:
    broken = [
        value if isinstance(value, dict) else {"schema": 1, "accounts": value},
        {**DATA, "totals": value, "generated_at": value},
        {**DATA, "accounts": [{**account, key: value} for account in DATA["accounts"] for key in account]},
        {**DATA, "totals": [{**total, key: value} for total in DATA["totals"] for key in total]},
    ]
    for data in broken:
        shown = line(data, NOW, host=host, width=width, template=None)
        assert "\n" not in shown
        assert isinstance(line(data, NOW, host=host, width=width, template="{name} {total} {xai.time}"), str)


@given(st.integers(0, 70))
def test_it_is_never_wider_than_asked(width: int) -> None:
    assert grid.cells(line(DATA, NOW, width=width)) <= width


@given(st.text(st.sampled_from("#[](){},%$`'\"\\<>&;~ax\n\x1b\u202e"), max_size=20))
def test_whatever_a_label_holds_is_a_text_to_its_host(label: str) -> None:
    data = of(replace(XAI, label=label), OPENROUTER)
    plain = line(data, NOW)
    markup = json.loads(line(data, NOW, host="waybar"))
    for text, shown in ((markup["text"], plain), (markup["tooltip"].partition("\n")[0], None)):
        parsed = ElementTree.fromstring(f"<markup>{text}</markup>")
        assert len(parsed) == 0 and (shown is None or parsed.text == shown)
    runs = re.findall(r"#+", line(data, NOW, host="tmux", color=False))
    assert all(len(run) % 2 == 0 for run in runs), "tmux halves them, so none is left to begin anything"
    ansi = line(data, NOW, host="claude")
    assert re.sub("\x1b\\[[0-9;]*m", "", ansi) == plain and ansi.count("\x1b") == 2
