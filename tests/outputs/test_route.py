"""A routing decision on paper, and the JSON of it."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain import grid
from creditsui.domain.band import Band
from creditsui.domain.bar import ASCII, PLAIN, UNICODE
from creditsui.domain.clean import clean
from creditsui.outputs.route import changed_lines, diff, dumps, plan, ranking, report, undone
from creditsui.outputs.sgr import Color
from creditsui.routing.route import Choice, Decision
from tests.tui.routes import BROKEN, CHANGE, NO_OP, NOWHERE, PAST, RANKING, STANDS, rank

BANDS = {"deepseek": Band.HEALTHY, "openrouter": Band.HEALTHY, "anthropic": Band.FAIR, "xai": Band.CRITICAL}


def rows(decision: Decision, width: int = 80) -> list[str]:
    lines = ["".join(text for text, _ in line) for line in ranking(decision, BANDS, width, PLAIN, why=False)]
    assert all(grid.cells(line) <= width for line in lines)
    return lines


def said(decision: Decision) -> list[str]:
    """The plan in words."""
    return ["".join(text for text, _ in line) for line in plan(decision, 80, UNICODE)]


def test_a_bar_is_solid_as_long_as_it_surely_lasts_and_the_longest_is_full() -> None:
    first, second, idle, fourth, *_ = rows(CHANGE)
    assert first.startswith(" 1 ● DeepSeek") and "▁" not in first and first.count("▄") < first.count("▞")
    assert second.startswith(" 2 ● OpenRouter") and "▁" in second and "▞" not in second and "9d" in second
    assert "▞" in idle and "idle" in idle, "money that nobody spends may last, as far as it would carry the work"
    assert second.count("▄") > fourth.count("▄") and "~$18.03" in fourth and "3–6d" in fourth


def test_who_cannot_serve_has_no_place_and_no_bar_in_colour() -> None:
    lines = ranking(CHANGE, BANDS, 80, UNICODE, why=False)
    xai = next(line for line in lines if any("xAI" in text for text, _ in line))
    assert xai[0][0].strip() == "" and not any(role.startswith("fill") for _, role in xai)
    assert any(role == "stale" for _, role in xai)
    assert any("K.O." in line for line in rows(CHANGE))


def test_each_rank_has_below_it_what_its_line_does_not_tell() -> None:
    text = report(CHANGE, BANDS, 200)
    for one in RANKING:
        assert not one.more or f"     {one.more}" in text
    assert "enough for" not in text and "left," not in text
    narrow = "\n".join("".join(part for part, _ in line) for line in ranking(CHANGE, BANDS, 24))
    assert "left, enough for 40–90d" in " ".join(narrow.split()), (
        "a line without amount and runway leaves all to the reason"
    )


def test_the_plan_says_what_moves_and_what_is_new() -> None:
    assert said(CHANGE) == [
        "primary     anthropic · anthropic-large → deepseek · deepseek-large",
        "delegation  anthropic · anthropic-small → openrouter · openrouter-small",
        "fallbacks   + 1 openrouter · openrouter-large",
        "            + 2 anthropic · anthropic-large",
        "              3 mine · my-own",
    ]
    stands = said(NO_OP)
    assert stands[0] == "primary     anthropic · anthropic-large" and stands[2] == "fallbacks   1 mine · my-own"


def test_fallbacks_of_the_users_own_stand_behind_those_of_the_plan_unless_they_go() -> None:
    assert CHANGE.route is not None
    ours = replace(CHANGE, route=replace(CHANGE.route, fallbacks=CHANGE.route.fallbacks[:2]))
    assert said(ours)[-1] == "              3 mine · my-own"
    assert said(replace(ours, diff="-  - {provider: mine, model: my-own}"))[-1].startswith("            + 2")


def test_where_nothing_changes_the_plan_is_all_that_stands() -> None:
    assert CHANGE.route is not None
    stands = replace(NO_OP, current=replace(STANDS, fallbacks=(*STANDS.fallbacks, Choice("mine", "second"))))
    assert said(stands)[-1] == "            2 mine · second"


def test_helpers_that_have_no_model_of_their_own_get_the_primarys() -> None:
    assert CHANGE.route is not None
    alone = replace(CHANGE, route=replace(CHANGE.route, delegation=None))
    assert "→ as the primary" in report(alone, BANDS, 80)


def test_where_nothing_stands_yet_nobody_is_replaced() -> None:
    assert "nobody → deepseek · deepseek-large" in report(replace(CHANGE, current=None), BANDS, 80)


def test_a_line_of_the_diff_has_the_colour_of_what_it_does() -> None:
    roles = {text: role for line in diff(CHANGE) for text, role in line}
    assert roles['+  provider: "deepseek"'] == "gain" and roles["-  provider: anthropic"] == "loss"
    assert roles["--- config.yaml"] == "dim" and roles[" # my agent"] == "" and changed_lines(CHANGE) == 6


def test_what_to_know_first_stands_at_the_end() -> None:
    assert report(CHANGE, BANDS, 80).rstrip().endswith("restarted.")
    assert "! Hermes will skip 2" in report(CHANGE, BANDS, 80)


@pytest.mark.parametrize("decision", [CHANGE, NO_OP, NOWHERE, BROKEN, Decision(state="refused", reason="no")])
@pytest.mark.parametrize("color", ["none", "16", "256", "truecolor"])
def test_every_decision_can_be_painted_at_every_depth(decision: Decision, color: Color) -> None:
    painted = report(decision, BANDS, 80, color)
    assert ("\x1b[" in painted) is (color != "none") and decision.reason.split()[0] in painted
    assert report(decision, BANDS, 80, "none", ASCII).isascii()


@given(st.integers(20, 240), st.text(max_size=40).map(clean), st.text(max_size=60).map(clean), st.booleans())
def test_nothing_but_the_diff_is_wider_than_the_paper(width: int, label: str, model: str, ascii: bool) -> None:
    odd = rank("x", label, None, "Why not.", (1, 2, 3), flagship=model)
    route = replace(STANDS, primary=Choice("x", model))
    decision = replace(CHANGE, ranking=(*RANKING, odd), route=route, diff="")
    glyphs = ASCII if ascii else UNICODE
    for line in (*ranking(decision, {}, width, glyphs), *plan(decision, width, glyphs)):
        assert grid.cells("".join(text for text, _ in line)) <= width


def test_json_is_what_the_contract_says() -> None:
    told = json.loads(dumps(CHANGE))
    assert told["schema"] == 1 and told["state"] == "change" and told["reason"] == CHANGE.reason
    first = told["ranking"][0]
    assert (first["provider"], first["runway_days"], first["eligible"]) == ("deepseek", 50, True)
    assert first["why"] == RANKING[0].why
    assert told["plan"] == {
        "primary": {"provider": "deepseek", "model": "deepseek-large"},
        "delegation": {"provider": "openrouter", "model": "openrouter-small"},
        "fallbacks": [
            {"provider": "openrouter", "model": "openrouter-large"},
            {"provider": "anthropic", "model": "anthropic-large"},
            {"provider": "mine", "model": "my-own"},
        ],
    }
    assert told["diff"].startswith("--- config.yaml\n+++ config.yaml\n") and told["warnings"] == list(CHANGE.warnings)
    assert "applied" not in told and "backup" not in told


def test_json_tells_what_is_not_known_as_null_and_not_as_nothing() -> None:
    groq = json.loads(dumps(CHANGE))["ranking"][-1]
    assert (groq["remaining"], groq["currency"], groq["runway_days"], groq["flagship"]) == (None, None, None, None)
    assert json.loads(dumps(NOWHERE))["plan"] is None and json.loads(dumps(NOWHERE))["config"] is None


def test_json_of_what_was_written_names_the_backup() -> None:
    told = json.loads(dumps(CHANGE, PAST[1], applied=True))
    assert (told["applied"], told["backup"]) == (True, PAST[1].backup)
    told = json.loads(dumps(NO_OP, applied=True))
    assert (told["applied"], told["backup"]) == (False, None)
    assert json.loads(undone(PAST[1]))["undone"] is True


def test_a_label_cannot_do_anything_to_a_terminal() -> None:
    evil = replace(CHANGE, route=replace(STANDS, primary=Choice("x\x1b[2J", "m\nn")))
    assert "\x1b" not in report(evil, BANDS, 80)


def test_what_has_no_account_here_is_told_without_one() -> None:
    block = rank("custom", "proxy", None, "config.yaml sends it elsewhere.", eligible=False, account="", foreign=True)
    (told,) = json.loads(dumps(replace(CHANGE, ranking=(block,))))["ranking"]
    assert (told["account"], told["eligible"], told["why"]) == (None, False, "config.yaml sends it elsewhere.")


def test_a_change_that_was_taken_back_tells_until_when_it_rests() -> None:
    at = datetime(2026, 11, 20, 23, 30, tzinfo=timezone(timedelta(hours=2)))
    told = json.loads(undone(replace(PAST[1], undone=True, undone_at=at)))
    assert told["rests_until"] == "2026-11-21T21:30:00Z"
    assert json.loads(undone(replace(PAST[1], undone=True, undone_at=None)))["rests_until"] is None
