"""Top-ups from a shell: until when they last, and rises of a balance that nobody booked."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading
from creditsui.paths import find
from tests.cli.conftest import Run

NOW = datetime.now(UTC)


@pytest.fixture
def risen(home: Path, run_cli: Run) -> datetime:
    """DeepSeek's balance rose by $25 three days ago and by $10 yesterday; when it first did."""
    assert run_cli("account", "add", "deepseek").code == 0
    first = NOW - timedelta(days=3)
    with open_ledger(find({"HOME": str(home)}).ledger) as ledger:
        for at, left in (
            (NOW - timedelta(days=4), 5),
            (first, 30),
            (NOW - timedelta(days=2), 20),
            (NOW - timedelta(days=1), 30),
        ):
            ledger.record("deepseek", Reading(at=at, balances=(Balance(money(left, "USD")),)))
            ledger.record("deepseek", Reading(at=at + timedelta(hours=2), balances=(Balance(money(left, "USD")),)))
    return first


def entries(run_cli: Run) -> list[dict[str, object]]:
    return list(run_cli("entries", "--json").json["entries"])


def test_without_an_amount_what_the_balance_rose_by_is_booked_and_told(run_cli: Run, risen: datetime) -> None:
    told = run_cli("status", "deepseek", "--cached", "--json").json["accounts"][0]["proposals"]
    assert [(one["amount"], one["kind"]) for one in told] == [(25, "paid"), (10, "paid")]
    done = run_cli("topup", "deepseek", "--note", "card")
    assert done.code == 0 and "Booked +$25.00 of" in done.err and "Booked +$10.00 of" in done.err
    assert f"{risen:%Y-%m-%d}" in done.err and "as entry 1" in done.err and "as entry 2" in done.err
    booked = entries(run_cli)
    assert [(one["amount"], one["note"]) for one in booked] == [(10, "card"), (25, "card")]
    assert run_cli("status", "deepseek", "--cached", "--json").json["accounts"][0]["proposals"] == []
    again = run_cli("topup", "deepseek")
    assert again.code == 2 and "no rise of its balance is unbooked" in again.err
    run_cli("undo")
    assert len(run_cli("status", "deepseek", "--cached", "--json").json["accounts"][0]["proposals"]) == 1


def test_a_rise_has_its_own_time_but_may_be_a_gift_with_an_end(run_cli: Run, risen: datetime) -> None:
    assert run_cli("topup", "deepseek", "--at", "09:00").code == 2
    assert run_cli("topup", "deepseek", "--expires", "soon").code == 2
    assert entries(run_cli) == []
    assert run_cli("topup", "deepseek", "--promo", "--expires", "2099-01-01").code == 0
    assert {(one["credit"], one["expires_at"]) for one in entries(run_cli)} == {("promo", "2099-01-01")}


def test_a_top_up_lasts_as_long_as_the_providers_credit_unless_told_otherwise(run_cli: Run) -> None:
    done = run_cli("topup", "anthropic", "20", "--at", "2026-03-01T12:00")
    assert "It expires 2027-03-01, as credit of Anthropic does; --expires never denies that." in done.err
    for words, expires in (
        (["--expires", "never"], None),
        (["--expires", "2098-02-03"], "2098-02-03"),
        (["--granted"], None),
        (["--promo"], None),
    ):
        done = run_cli("topup", "anthropic", "20", *words)
        assert done.code == 0 and "as credit of" not in done.err
        assert entries(run_cli)[0]["expires_at"] == expires
    assert run_cli("topup", "openrouter", "20").code == 0
    assert entries(run_cli)[0]["expires_at"] is None


def test_a_balance_that_was_told_after_the_end_of_credit_knows_of_it(run_cli: Run) -> None:
    run_cli("sync", "anthropic", "30")
    last = (NOW - timedelta(days=2)).date()
    done = run_cli("topup", "anthropic", "20", "--expires", last.isoformat(), "--at", "2026-03-01")
    assert done.code == 0
    view = run_cli("status", "anthropic", "--cached", "--json").json["accounts"][0]
    assert view["balance"]["remaining"] == 30 and view["expired"] == []  # the sync came after it
    assert "known to have expired" in run_cli("explain", "anthropic", "expired").out


def test_what_is_no_top_up_is_not_asked_about_again_until_undo(run_cli: Run, risen: datetime) -> None:
    proposals = run_cli("status", "deepseek", "--cached", "--json").json["accounts"][0]["proposals"]
    wrong = run_cli("topup", "deepseek", "25", "--ignore")
    assert wrong.code == 2 and "without an amount" in wrong.err
    done = run_cli("topup", "deepseek", "--ignore")
    assert done.code == 0 and "+$25.00 is no top-up, by entry 1; creditsui undo takes that back." in done.err
    assert [(one["type"], one["amount"], one["note"]) for one in entries(run_cli)] == [("adjust", 0, "no top-up")] * 2
    view = run_cli("status", "deepseek", "--cached", "--json").json["accounts"][0]
    assert view["proposals"] == [] and view["balance"]["remaining"] == 30 and view["certainty"] == "live"
    assert "Took back entry 2: no top-up, as booked for deepseek." in run_cli("undo").err
    run_cli("undo")
    assert run_cli("status", "deepseek", "--cached", "--json").json["accounts"][0]["proposals"] == proposals


def test_explain_tells_the_rows_behind_a_number(run_cli: Run, risen: datetime) -> None:
    shown = run_cli("explain", "deepseek", "proposals")
    assert shown.code == 0 and "\nThe rows behind it:\n  reading of " in shown.out
    told = run_cli("explain", "deepseek", "proposals", "--json").json
    assert (told["schema"], told["account"], told["field"]) == (1, "deepseek", "proposals")
    assert told["lines"] == shown.out.partition("\n\n")[0].split("\n")
    assert [row["amount"] for row in told["rows"]] == [5, 30, 20, 30] and {row["kind"] for row in told["rows"]} == {
        "reading"
    }
    assert "rows behind" not in run_cli("explain", "deepseek", "label").out
