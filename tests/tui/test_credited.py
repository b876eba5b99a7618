"""Credit that came, ends or ended, and budgets, as the detail and the rows say them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from creditsui.domain import format as words
from creditsui.domain.bar import ASCII
from creditsui.domain.board import AccountView, Allowance, Band, BudgetUse, Expired, Expiring, Lot, Proposal, Runway
from creditsui.tui import sheet
from creditsui.tui.manner import Manner
from creditsui.tui.motion import Frame
from creditsui.tui.widgets.account_row import card, columns, row
from tests.tui.stage import NOW, usd, view

MANNER = Manner(NOW, UTC)
BUDGET = BudgetUse(
    usd(50), "month", datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC), usd(38), usd(12),
    usd(79), 0.66, None,
)  # fmt: skip
SOON = NOW.date() + timedelta(days=7)
CAME = Proposal(NOW - timedelta(days=8), usd(25), "paid", True)


def text(lines: Any) -> str:
    return "\n".join("".join(part for part, _ in line) for line in lines)


def detail(one: AccountView, manner: Manner = MANNER, width: int = 70) -> str:
    return text(sheet.full(one, Frame(None), manner, width))


def rowed(one: AccountView, width: int = 120, manner: Manner = MANNER) -> str:
    return text([row(one, Frame(None), manner, columns([one], manner, width), cursor=False)])


def test_the_detail_tells_what_is_left_of_a_budget_and_where_the_pace_leads() -> None:
    said = detail(view(budget=BUDGET))
    for part in ("$12.00 left of $50.00 a month", "$79.00 spent by 1 Dec", "76% spent, 66% of the time over"):
        assert part in said
    assert "$3.00 over $50.00 a month" in detail(view(budget=replace(BUDGET, remaining=usd(-3))))
    unknown = detail(view(budget=replace(BUDGET, spent=None, remaining=None, projected=None)))
    assert "what was spent of it is not known" in unknown and "$0.00" not in unknown


def test_where_no_balance_is_known_the_row_shows_what_is_left_of_the_budget() -> None:
    one = view(
        balance=None,
        purse=None,
        health=0.24,
        binding="budget",
        band=Band.CRITICAL,
        budget=BUDGET,
        lots=(),
        runway=Runway(),
    )
    assert words.left(one) == "$12.00"
    assert "24%" in rowed(one) and "$12.00" in rowed(one) and "↻10d" in rowed(one)
    assert "$12.00 of $50.00 a month" in detail(one)
    empty_first = replace(one, runway=Runway("known", 4.0))
    assert words.time_left(empty_first, NOW) == words.runway(empty_first.runway)


def test_a_budget_that_binds_hides_no_balance() -> None:
    assert "$18.03 in the account" in detail(view(health=0.24, binding="budget", budget=BUDGET))


def test_credit_that_came_in_unbooked_asks_for_one_key() -> None:
    one = view(proposals=(CAME, replace(CAME, amount=usd(5))))
    assert "+$25.00 12 Nov and nobody booked it (+1 more)" in detail(one) and "t books it" in detail(one)
    assert "+$25.00 press t" in rowed(one)
    assert "+$25.00 unbooked · press t" in text(card(one, Frame(None), MANNER, 100, cursor=False))
    assert "press" not in words.remark(one, NOW, keys=False) and "+$25.00 unbooked" in words.remark(
        one, NOW, keys=False
    )


@pytest.mark.parametrize(
    ("days", "within", "said"), [(30, 30, ""), (7, 7, "$12.00 ends 7d"), (0, 1, "$12.00 last day")]
)
def test_the_end_of_credit_is_said_beside_the_row(days: int, within: int, said: str) -> None:
    one = view(expiring=Expiring(usd(12), NOW.date() + timedelta(days=days), days, within))
    assert said in rowed(one) and (said or "ends" not in rowed(one))
    wanted = f"expires in {days}d" if days else "expires today"
    assert wanted in text(card(one, Frame(None), MANNER, 100, cursor=False))


def test_lots_of_every_kind_and_what_expired_are_told() -> None:
    one = view(
        lots=(Lot(usd(12), "promo", SOON), Lot(usd(6), "paid", None)),
        expired=(Expired(usd(5), "granted", date(2026, 11, 3)),),
        allowance=Allowance(usd(1), 1, NOW),
    )
    for part in ("$12.00 promo expires in 7d", "$6.00 never", "−$5.00 after 3 Nov", "+$1.00 a day by itself"):
        assert part in detail(one)


@pytest.mark.parametrize(
    ("days", "role", "said"), [(8, "dim", "28 Nov"), (7, "warn", "in 7d"), (1, "loss", "in 1d"), (0, "loss", "today")]
)
def test_the_detail_is_plainer_the_nearer_the_end_is(days: int, role: str, said: str) -> None:
    one = view(lots=(Lot(usd(12), "paid", NOW.date() + timedelta(days=days)),))
    runs = [run for line in sheet.full(one, Frame(None), MANNER, 70) for run in line if "expires" in run[0]]
    assert runs == [(f" expires {said}", role)]


def test_amounts_hide_wherever_credit_is_told() -> None:
    one = view(
        budget=BUDGET, proposals=(CAME,), expired=(Expired(usd(5), "granted", date(2026, 11, 3)),),
        allowance=Allowance(usd(1), 1, NOW), expiring=Expiring(usd(12), SOON, 7, 7),
    )  # fmt: skip
    hidden = replace(MANNER, hidden=True)
    shown = detail(one, hidden) + rowed(one, manner=hidden) + text(card(one, Frame(None), hidden, 120, cursor=False))
    for figure in ("25.00", "50.00", "12.00", "79.00", "5.00", "1.00"):
        assert figure not in shown


@pytest.mark.parametrize("width", [34, 44, 80])
def test_where_there_is_no_room_for_words_a_mark_says_that_credit_came_or_ends(width: int) -> None:
    plain = Manner(NOW, UTC, glyphs=ASCII)
    came = view(proposals=(CAME,))
    ends = view(expiring=Expiring(usd(12), SOON, 7, 7))
    later = view(expiring=Expiring(usd(12), NOW.date() + timedelta(days=20), 20, 30))
    for one, manner, mark in ((came, MANNER, "+"), (ends, MANNER, "◇"), (came, plain, "+"), (ends, plain, "v")):
        said = rowed(one, width, manner)
        assert mark in said[:22] and len(said) <= width, said
        assert mark not in rowed(one, 130, manner)[:22]
    assert "◇" not in rowed(later, width) and "+" not in rowed(view(), width)
