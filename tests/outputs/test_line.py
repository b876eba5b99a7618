import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        (12, "worst ✖ xAI…"),
        (0, ""),
    ],
)
def test_who_is_hurting_is_the_last_to_go(width: int, shown: str) -> None:
    assert line(DATA, NOW, width=width) == shown


def test_nothing_and_broken_things_are_said_in_one_line() -> None:
    assert line({}, NOW) == "no data yet · run creditsui status"
    assert line({"schema": 1}, NOW) == "status.json cannot be read · run creditsui status"
    assert line({"schema": 2, "accounts": []}, NOW) == "status.json is from a newer version · update creditsui"
    assert line({"schema": 1, "accounts": []}, NOW) == "no accounts yet · run creditsui"
    assert json.loads(line({}, NOW, host="waybar"))["text"] == "no data yet · run creditsui status"


def test_tmux_gets_its_own_colours_and_no_hash_of_ours() -> None:
    shown = line(of(replace(XAI, label="a#[fg=red]b")), NOW, host="tmux")
    assert shown == "worst #[fg=#e5534b]✖ a##[fg=red]b 10%#[fg=default] (9h)"


def test_claude_gets_ansi_and_starship_plain_text() -> None:
    assert "\x1b[1;31m✖ xAI 10%\x1b[0m" in line(DATA, NOW, host="claude")
    assert line(DATA, NOW, host="starship") == line(DATA, NOW)


def test_waybar_gets_one_object_safe_for_pango() -> None:
    shown = json.loads(line(of(replace(XAI, label="<b>&", health=0.001)), NOW, host="waybar"))
    assert shown["class"] == "critical" and shown["percentage"] == 0
    assert shown["text"] == "worst ✖ &lt;b&gt;&amp; &lt;1% (9h)"
    assert shown["tooltip"] == "✖ &lt;b&gt;&amp;  &lt;1%  $1.02 · 9h"


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
