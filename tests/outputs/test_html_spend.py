"""Spend by day in the report: stacks that add up, one chart for each currency, and gaps that are no zeros."""

from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.money import MICRO
from creditsui.domain.spending import Slot
from creditsui.outputs.report.say import Say
from creditsui.outputs.report.stack import SERIES, ceiling, purses, stack
from tests.outputs.boards import ANTHROPIC, BOARD, NOW, XAI, usd
from tests.outputs.pages import UTC, classed, page_of, parsed, reports, said, text_of

SAY = Say.of(BOARD.accounts, NOW, UTC, False)


def slot(days_ago: int, account: str, cost: float, model: str = "opus", **more: object) -> Slot:
    at = datetime(NOW.year, NOW.month, NOW.day, 12, tzinfo=UTC) - timedelta(days=days_ago)
    made = Slot(at, "claude-code", account, model=model, calls=1, output=10, cost_micros=round(cost * MICRO))
    return made._replace(**more)


def rects(root: Element, by: str) -> list[Element]:
    (chart,) = (one for one in classed(root, f"of-{by}"))
    return [one for one in classed(chart, "columns")[0].iter() if str(one.tag).endswith("rect")]


def test_each_day_is_as_high_as_what_was_spent_and_each_part_in_its_place() -> None:
    slots = [slot(0, "anthropic", 6), slot(0, "xai", 2), slot(1, "xai", 4)]
    columns = [one for one in rects(page_of(BOARD, slots), "account") if (one.get("class") or "").startswith("s")]
    heights = {(one.get("x"), one.get("class")): float(one.get("height") or 0) for one in columns}
    assert heights == {("29.1", "s0"): 150, ("29.1", "s1"): 50, ("28.1", "s1"): 100}, "of 8.00, the next nice number"
    assert "Anthropic $6.00" in said(classed(page_of(BOARD, slots), "of-account")[0])


def test_currencies_have_charts_of_their_own_and_points_belong_to_somebody() -> None:
    slots = [
        slot(0, "anthropic", 6),
        slot(0, "moonshot", 5, currency="CNY"),
        slot(0, "poe", 300, currency="points"),
        slot(0, "kilo", 200, currency="points"),
    ]
    root = page_of(BOARD, slots)
    titles = [said(next(one.iter("h3"))) for one in classed(root, "purse")]
    assert titles == [
        "$6.00 in 30 days", "¥5.00 in 30 days", "200 points of kilo in 30 days", "300 points of Poe in 30 days",
    ]  # fmt: skip
    names = [one.get("name") for one in root.iter("input")]
    assert len(set(names)) == 4 and len(names) == 8


def test_what_no_log_saw_and_what_names_no_model_are_told_apart() -> None:
    slots = [slot(0, "xai", 3, "unseen", source="unseen"), slot(0, "xai", 2, ""), slot(0, "xai", 1, "grok")]
    by_model = stack(reports(slots)["model"], "model", ("USD", ""), SAY)
    assert by_model.names == ("seen in no log", "no model told", "grok")


def test_what_a_plan_covers_is_no_spend_and_calls_without_a_price_are_marked() -> None:
    slots = [
        slot(0, "claude", 9, billing="subscription"),
        slot(1, "xai", 1),
        slot(1, "xai", 0, "odd", unpriced_tokens=10),
    ]
    root = page_of(BOARD, slots)
    assert said(classed(root, "purse")[0]).startswith("$1.00 in 30 days")
    assert len([one for one in rects(root, "account") if one.get("class") == "unpriced"]) == 1
    assert "calls without a known price" in said(classed(root, "purse")[0])
    assert "$1.00+" not in said(root) and "1.00+" in said(root)


def test_a_day_nobody_looked_at_is_a_gap_and_in_the_table_a_question_mark() -> None:
    today = NOW.date()
    days = tuple((today - timedelta(days=29 - at), None if at < 20 else usd(1)) for at in range(30))
    board = replace(BOARD, accounts=(replace(XAI, days=days),))
    root = page_of(board, [slot(0, "xai", 1), slot(25, "xai", 2)])
    assert len([one for one in rects(root, "account") if one.get("class") == "gap"]) == 19
    rows = [said(row) for row in classed(root, "of-account")[0].iter("tr")]
    assert rows[1] == "Fri 20 Nov 1.00 1.00" and rows[2] == "Thu 19 Nov 0.00" and rows[-1] == "Thu 22 Oct ? ?"


def test_without_a_cent_there_is_no_chart_at_all() -> None:
    for slots in ([], [slot(0, "xai", 0)], [slot(0, "claude", 5, billing="subscription")]):
        assert "Spent by day" not in text_of(BOARD, slots)


def test_an_account_that_is_gone_keeps_its_id_but_not_in_private() -> None:
    slots = [slot(0, "acme-old", 5), slot(0, "xai", 1)]
    assert "acme-old" in text_of(BOARD, slots)
    private = text_of(BOARD, slots, private=True)
    assert "acme" not in private and "another account" in private


def test_a_model_with_markup_in_its_name_is_a_word() -> None:
    root = parsed(text_of(BOARD, [slot(0, "xai", 1, '<svg onload="x">')]))
    assert '<svg onload="x"> $1.00' in said(root)


_COST = st.integers(-5 * MICRO, 50 * MICRO)
_SLOTS = st.lists(
    st.tuples(st.integers(0, 29), st.sampled_from([f"a{n}" for n in range(12)]), _COST), min_size=1, max_size=60
)


@given(_SLOTS)
def test_layers_add_up_to_the_report_to_the_micro_unit(given_slots: list[tuple[int, str, int]]) -> None:
    slots = [slot(days, account, 0, cost_micros=cost) for days, account, cost in given_slots]
    report = reports(slots)["account"]
    it = stack(report, "account", ("USD", ""), SAY)
    assert len(it.names) == len(set(it.names)) == len(it.amounts) <= SERIES + 1
    wanted: dict[str, int] = {}
    for row in report.rows:
        wanted[row.keys[0]] = wanted.get(row.keys[0], 0) + (row.cost.micros if row.cost else 0)
    assert {day.isoformat(): it.on(at) for at, day in enumerate(it.days) if it.on(at)} == {
        day: cost for day, cost in wanted.items() if cost
    }
    whole = {account for _, account, _ in given_slots}
    if len(whole) > SERIES + 1:
        assert it.names[-1].endswith("others") and len(it.names) == SERIES + 1


@given(st.integers(1, 10**18))
def test_an_axis_ends_at_a_round_number_that_is_not_much_too_high(top: int) -> None:
    found = ceiling(top)
    assert found >= top and (found <= 2 * top or found == MICRO // 100)
    assert len(str(found).rstrip("0")) <= 2


def test_no_report_is_no_purse() -> None:
    assert purses({}) == []
    assert "Spent by day" not in text_of(replace(BOARD, accounts=(ANTHROPIC,)))


@pytest.mark.parametrize("private", [False, True])
def test_it_is_valid_with_everything_in_it(private: bool) -> None:
    slots = [slot(at % 30, f"a{at % 12}", 1 + at, f"model {at % 11}") for at in range(200)]
    root = page_of(BOARD, slots, private=private)
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    for label in root.iter("label"):
        assert label.get("for") in ids
