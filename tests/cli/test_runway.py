"""`creditsui runway` on a real ledger: what dies first, and what lasts to a day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.domain.money import money
from creditsui.domain.usage import Usage
from tests.cli.conftest import Run

LEDGER = ".local/share/creditsui/ledger.db"


@pytest.fixture
def spending(home: Path, run_cli: Run) -> datetime:
    """Two accounts by hand that spend $2 and $1 a day of $20 and $30; now."""
    now = datetime.now(UTC)
    with open_ledger(home / LEDGER) as ledger:
        ledger.book_usage(
            Usage(
                key=f"{account}{day}", source="hand", account=account, at=now - timedelta(days=day, hours=1), model="m",
                input=1000, cost=money(cost, "USD"),
            )
            for account, cost in (("anthropic", "2"), ("openai", "1"))
            for day in range(20)
        )  # fmt: skip
    assert run_cli("sync", "anthropic=20", "openai=30").code == 0
    return now


def test_what_dies_first_stands_on_top_with_its_range_and_its_day(run_cli: Run, spending: datetime) -> None:
    done = run_cli("runway", env={"COLUMNS": "100"})
    assert (done.code, done.err) == (0, "")
    axis, first, second, signs = done.out.splitlines()
    assert axis.strip().startswith("now") and "9 in 10 last" in signs
    assert "Anthropic" in first and "▄" in first and "empty" in first and "d" in first.split("empty")[0]
    assert "OpenAI" in second and "\x1b" not in done.out
    assert all(len(line) <= 100 for line in done.out.splitlines())


@pytest.mark.parametrize("columns", [20, 30, 44, 80, 240])
def test_it_fits_any_width(run_cli: Run, spending: datetime, columns: int) -> None:
    lines = run_cli("runway", env={"COLUMNS": str(columns)}).out.splitlines()
    assert lines and max(map(len, lines)) <= columns
    assert all(name in "\n".join(lines) for name in ("Anth", "Open"))


def test_json_tells_the_same_in_the_same_order(run_cli: Run, spending: datetime) -> None:
    told = run_cli("runway", "--json").json
    assert told["schema"] == 1 and [one["id"] for one in told["accounts"]] == ["anthropic", "openai"]
    first = told["accounts"][0]
    assert first["state"] == "known" and first["p10"] <= first["days"] <= first["p90"]
    assert 7 < first["days"] < 13 and first["currency"] == "USD" and first["empty_on"] > f"{spending:%Y-%m-%d}"
    assert "needed" not in first


def test_it_says_how_much_lasts_to_a_day(run_cli: Run, spending: datetime) -> None:
    until = f"{spending + timedelta(days=60):%Y-%m-%d}"
    told = run_cli("runway", "--until", until, "--json").json["accounts"]
    assert all(one["until"] == until for one in told)
    assert 95 < told[0]["needed"] < 150 and 28 < told[1]["needed"] < 65  # 120 − 20 and 60 − 30, with 4 chances in 5
    said = run_cli("runway", "anthropic", "--until", until).out
    assert "Anthropic needs $" in said and "4 chances in 5" in said and "OpenAI" not in said


def test_where_it_lasts_anyway_there_is_nothing_to_add(run_cli: Run, spending: datetime) -> None:
    soon = f"{spending + timedelta(days=2):%Y-%m-%d}"
    done = run_cli("runway", "--until", soon)
    assert done.out.count("nothing to add") == 2
    assert [one["needed"] for one in run_cli("runway", "--until", soon, "--json").json["accounts"]] == [0.0, 0.0]


def test_where_nobody_can_tell_it_says_why(run_cli: Run, home: Path) -> None:
    assert run_cli("sync", "anthropic", "20").code == 0
    soon = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
    done = run_cli("runway", "--until", soon)
    assert "0 of 3 days observed" in done.out and "under 3 days of spend were observed" in done.out
    assert run_cli("runway", "--until", soon, "--json").json["accounts"][0]["needed"] is None


def test_a_day_that_is_over_or_is_none_and_an_unknown_account_are_refused(run_cli: Run, home: Path) -> None:
    assert (run_cli("runway", "--until", "2020-01-01").code, run_cli("runway", "--until", "soon").code) == (2, 2)
    assert "is over" in run_cli("runway", "--until", "2020-01-01").err
    assert run_cli("runway", "nosuch").code == 2


def test_without_an_account_it_says_so(run_cli: Run, home: Path) -> None:
    done = run_cli("runway")
    assert done.code == 0 and "no accounts yet" in done.out
    assert run_cli("runway", "--json").json["accounts"] == []
