"""Every number can be explained, and no explanation claims what is not known."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.core.explain.answer import FIELDS, Unexplained, explain
from creditsui.domain.account import Thresholds
from creditsui.domain.board import (
    AccountView,
    Band,
    Board,
    Drift,
    Hit,
    HitPart,
    Lot,
    Outlook,
    Pace,
    Runway,
    Spend,
    TopUpMark,
)
from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Certainty, Limit, ModelSpend, Semantics, Window
from creditsui.outputs.json import as_json

NOW = datetime(2026, 11, 20, 19, 41, tzinfo=UTC)


def usd(amount: float) -> Money:
    return money(amount, "USD")


def view(**changes: Any) -> AccountView:
    usual: dict[str, Any] = {
        "id": "openrouter",
        "provider": "openrouter",
        "label": "OpenRouter",
        "provider_name": "OpenRouter",
        "certainty": Certainty.LIVE,
        "balance": Balance(usd(18.03), granted=usd(6.03), paid=usd(12)),
        "purse": usd(18.03),
        "balances": (Balance(usd(18.03)),),
        "capacity": usd(30),
        "capacity_from": "top-up",
        "health": 0.601,
        "binding": "balance",
        "band": Band.FAIR,
        "read_at": NOW - timedelta(minutes=2),
        "burn": usd(4.1),
        "runway": Runway("known", 4.4, 3.1, 6.2, date(2026, 11, 24)),
    }
    return AccountView(**(usual | changes))


def said(field: str, account: AccountView | None = None) -> str:
    account = account or view()
    return "\n".join(explain(Board(generated_at=NOW, accounts=(account,)), account.id, field, NOW))


def test_every_key_of_the_status_json_is_explained() -> None:
    (row,) = as_json(Board(generated_at=NOW, accounts=(view(),)))["accounts"]
    assert set(FIELDS) == set(row) | {"hits", "days", "topups", "probe"}


def test_an_unknown_field_and_an_unknown_account_list_what_there_is() -> None:
    board = Board(generated_at=NOW, accounts=(view(),))
    with pytest.raises(Unexplained, match="runway") as caught:
        explain(board, "openrouter", "luck", NOW)
    assert "“luck”" in str(caught.value)
    with pytest.raises(Unexplained, match="There are: openrouter"):
        explain(board, "nobody", "health", NOW)
    with pytest.raises(Unexplained, match="none yet"):
        explain(Board(generated_at=NOW), "nobody", "health", NOW)


def test_balance_names_figure_parts_source_and_age() -> None:
    text = said("balance")
    for part in ("$18.03 can be spent", "OpenRouter said so", "granted: $6.03", "paid: $12.00", "live, read 2m ago"):
        assert part in text


def test_a_cap_that_binds_is_told_beside_the_purse() -> None:
    assert "holds $41.20" in said("balance", view(purse=usd(41.2)))


def test_an_estimate_says_so_and_how_far_it_may_be_off() -> None:
    text = said("balance", view(certainty=Certainty.ESTIMATED, error=usd(0.8)))
    assert "less the spend seen since" in text
    assert "±$0.80" in text


def test_other_currencies_stand_beside_and_are_not_added() -> None:
    text = said("balance", view(balances=(Balance(usd(18.03)), Balance(money(70, "CNY")))))
    assert "Beside it: ¥70.00" in text
    assert "88.03" not in text


def test_nothing_known_says_why() -> None:
    nothing = view(balance=None, purse=None, certainty=Certainty.UNKNOWN, read_at=None, health=None, capacity=None)
    assert "not read yet" in said("balance", nothing)
    refused = replace(nothing, problem=Problem("rejected", "the key was rejected"))
    assert said("balance", refused) == "Not known: the key was rejected."
    assert "creditsui sync" in said("balance", replace(nothing, manual=True))
    assert "Not known" in said("health", nothing)
    assert "Not known" in said("capacity", nothing)


def test_health_shows_each_part_and_which_is_the_least() -> None:
    account = view(
        health=0.44,
        binding="5h",
        limit=Limit(usd(100), usd(74.5), "monthly"),
        windows=(Window("5h", 0.56, seconds=18_000), Window("minute", 0.9, seconds=60)),
    )
    lines = said("health", account).split("\n")
    assert lines[0] == "44% is the least of:"
    assert "  balance: $18.03 of $30.00 = 60%" in lines
    assert "  limit: $74.50 of $100.00 = 75%" in lines
    assert "  5h: 1 − 0.56 used = 44%  ← least" in lines
    assert any(line.startswith("Not counted: minute") for line in lines)
    assert any("the balance after the latest top-up" in line for line in lines)


def test_health_says_that_a_quota_beyond_which_money_pays_is_not_counted() -> None:
    account = view(windows=(Window("day", 1.0, 50, 0, "requests", seconds=86_400, counts=False),))
    assert "Not counted: requests/day, because money pays for what goes beyond it." in said("health", account)


def test_band_names_edges_and_floors() -> None:
    account = view(thresholds=Thresholds(80, 60, 20, days=2, amount=5), band=Band.LOW)
    text = said("band", account)
    for part in ("low: health 60%", "20 · 60 · 80", "under 5 USD", "under 2 days"):
        assert part in text
    assert "No floor" in said("band")


def test_runway_divides_and_ranges() -> None:
    text = said("runway")
    for part in ("4.4 days", "$18.03 left at $4.10 a day", "between 3.1 and 6.2 days", "Tue 24 Nov"):
        assert part in text


def test_runway_tells_what_its_range_rests_on() -> None:
    look = Outlook(pace=usd(4.4), trend=0.021, swing=0.6, doubt=0.17, days=24.5, quiet=0.25, gone=timedelta(hours=5))
    text = said("runway", view(runway=Runway("known", 4.4, 3.1, 6.2, date(2026, 11, 24), look), error=usd(0.8)))
    for part in (
        "$18.03 left at $4.40 a day",
        "24.5 observed days",
        "rises by 2.1% a day",
        "±60%",
        "±17%",
        "weekend takes 25%",
        "5h ago",
        "±$0.80",
        "Top-ups to come are not counted on",
    ):
        assert part in text


def test_a_runway_beyond_what_can_be_seen_names_no_day_and_no_false_figure() -> None:
    text = said("runway", view(runway=Runway("known", 3650.0, 400.0, 3650.0)))
    assert "3650" not in text and "At least 10 years" in text and "between 13mo and 10 years" in text


def test_calls_without_a_price_make_it_unknown_and_say_why_however_few() -> None:
    spend = Spend("USD", usd(3), usd(9), usd(20), unpriced_tokens=12)
    text = said("runway", view(runway=Runway(), spend=spend))
    assert "12 tokens" in text and "however few" in text and "--unpriced" in text


def test_an_empty_runway_says_debt_and_refusal() -> None:
    debt = view(runway=Runway("empty"), balance=Balance(usd(-3.2)))
    assert "$3.20 in debt" in said("runway", debt)
    assert "the provider says" in said("runway", view(runway=Runway("empty"), binding="problem"))


def test_a_window_tells_its_course_with_its_figures() -> None:
    window = Window("5h", 0.56, resets_at=NOW + timedelta(hours=1), seconds=18_000)
    course = Pace("5h", "fraction", 0.8, 1.2, NOW + timedelta(minutes=50), 0.528, NOW - timedelta(hours=4))
    text = said("windows", view(windows=(window,), paces=(course,)))
    for part in (
        "56% is used; an even pace would have used 80%",
        "52.8% an hour",
        "120% used at its refill",
        "dry at",
        "15:41 UTC",
    ):
        assert part in text
    young = said("windows", view(windows=(window,), paces=(Pace("5h", "fraction", 0.02),)))
    assert "Too little" in young and "course for 1" not in young


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("gathering", "three days"),
        ("idle", "seven days"),
        ("refills", "refills"),
        ("empty", "empty"),
        ("unknown", "no"),
    ],
)
def test_runway_without_numbers_has_a_reason(state: Any, word: str) -> None:
    assert word in said("runway", view(runway=Runway(state)))


def test_burn_counts_the_days_really_seen() -> None:
    days = ((date(2026, 11, 18), None), (date(2026, 11, 19), usd(3)), (date(2026, 11, 20), usd(5.2)))
    text = said("burn_per_day", view(days=days))
    assert "$4.10 a day" in text
    assert "2 days of the last 3 observed, $8.20 in all" in text
    assert "1 day when nobody was looking is left out, not zero" in text
    assert "Not known yet" in said("burn_per_day", view(burn=None))


def test_spend_tells_its_source_and_what_it_lacks() -> None:
    spend = Spend(
        "USD", usd(3.12), None, usd(96.4), since=NOW - timedelta(days=9), unpriced_tokens=12_000, notional=usd(4)
    )
    text = said("spend", view(spend=spend))
    for part in (
        "$3.12 today",
        "29 days",
        "From the ledger",
        "12,000 tokens",
        "Nothing before 11 Nov",
        "Not money: $4.00",
    ):
        assert part in text
    assert "6 days before" not in text
    dear = replace(spend, models=(ModelSpend("openai/gpt-4.1", usd(90)), ModelSpend("z-ai/glm-5", usd(6.4))))
    assert "Most of the last 30 days: openai/gpt-4.1 $90.00, z-ai/glm-5 $6.40." in said("spend", view(spend=dear))
    assert "by its own days" in said("spend", view(spend=replace(spend, source="provider")))
    assert "Not known" in said("spend", view(spend=Spend("USD")))


def test_what_is_drawn_of_the_past_is_explained() -> None:
    days = ((date(2026, 11, 18), None), (date(2026, 11, 19), usd(3)), (date(2026, 11, 20), usd(5.2)))
    text = said("days", view(days=days))
    for part in ("$8.20 on 2 of the last 3 days", "The dearest: $5.20 on Fri 20 Nov, $3.00", "1 day is blank"):
        assert part in text
    parts = (HitPart("opus · web", usd(2)), HitPart("unseen", usd(0.31)))
    text = said("hits", view(hits=(Hit(NOW - timedelta(hours=1), usd(2.31), "opus · web", parts),)))
    for part in ("−$2.31 by 20 Nov 18:41 UTC: opus · web", "  $0.31 unseen", "beyond all of them is unseen"):
        assert part in text
    assert "+$20.00 on 12 Nov 19:41 UTC" in said("topups", view(topups=(TopUpMark(NOW - timedelta(days=8), usd(20)),)))
    assert "No fall" in said("hits") and "No top-up" in said("topups") and "Not known" in said("days")


def test_drift_has_a_direction() -> None:
    since = NOW - timedelta(days=8)
    assert "$0.31 was spent that the ledger did not see" in said("drift", view(drift=Drift(usd(0.31), since)))
    assert "saw $0.31 more" in said("drift", view(drift=Drift(usd(-0.31), since)))
    assert "saw all" in said("drift", view(drift=Drift(usd(0), since)))
    assert "two truths" in said("drift")


def test_lots_limits_windows_and_problems() -> None:
    account = view(
        lots=(Lot(usd(12), "paid", date(2027, 12, 3)), Lot(usd(6), "granted", None)),
        limit=Limit(usd(100), None, None),
        windows=(Window("5h", 0.2, limit=1000, remaining=800, unit="requests", resets_at=NOW + timedelta(minutes=72)),),
        problem=Problem("limited", "slow down", retry_at=NOW + timedelta(minutes=5), since=NOW, told=True),
        stale=True,
    )
    assert "$12.00 paid, expires 3 Dec 2027" in said("lots", account)
    assert "$6.00 granted, never expires" in said("lots", account)
    assert "not told" in said("limit", account)
    assert "5h: 80% left, 800 of 1000 requests; refills in 1h12m" in said("windows", account)
    for part in ("limited: slow down", "19:46 UTC (the provider said so)", "stay"):
        assert part in said("problem", account)
    assert said("stale", account).startswith("Yes.")


_money = st.none() | st.integers(-(10**9), 10**12).map(lambda micros: Money(micros, "USD"))
_share = st.none() | st.floats(0, 1)


@given(
    balance=_money,
    capacity=_money,
    burn=_money,
    health=_share,
    certainty=st.sampled_from(Certainty),
    semantics=st.sampled_from(Semantics),
    band=st.sampled_from(Band),
    used=st.floats(0, 1),
    read=st.booleans(),
    stale=st.booleans(),
    field=st.sampled_from(list(FIELDS)),
)
def test_any_account_is_explained_in_whole_plain_lines(field: str, **drawn: Any) -> None:
    balance = drawn["balance"]
    account = view(
        balance=None if balance is None else Balance(balance),
        purse=balance,
        balances=(),
        capacity=drawn["capacity"],
        burn=drawn["burn"],
        health=drawn["health"],
        certainty=drawn["certainty"],
        semantics=drawn["semantics"],
        band=drawn["band"],
        windows=(Window("7d", drawn["used"]),),
        read_at=NOW if drawn["read"] else None,
        stale=drawn["stale"],
    )
    lines = explain(Board(generated_at=NOW, accounts=(account,)), account.id, field, NOW)
    assert lines
    assert all(line.strip() and "\n" not in line and "None" not in line for line in lines if line != "None.")
