"""Booking from a shell: balances, top-ups, taking back; and what is refused before anything is written."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from creditsui.cli.main import main
from tests.cli.conftest import Run


def balance(run_cli: Run, id: str) -> float | None:
    """The spendable balance that `status --json` prints."""
    found = run_cli("status", id, "--cached", "--json").json["accounts"][0]["balance"]
    return None if found is None else found["remaining"]


def test_a_sync_a_top_up_and_an_undo(run_cli: Run, home: Path) -> None:
    done = run_cli("sync", "anthropic", "45.00", "--capacity", "50", "--note", "from the console")
    assert done.code == 0 and "$45.00" in done.out and "entry 1" in done.err
    assert "# what a full bar stands for\ncapacity = 50" in (home / ".config/creditsui/config.toml").read_text()
    assert balance(run_cli, "anthropic") == 45

    done = run_cli("topup", "anthropic", "20", "--expires", "2099-11-20", "--granted")
    assert done.code == 0 and "$65.00" in done.out and "+$20.00" in done.err
    assert balance(run_cli, "anthropic") == 65

    done = run_cli("undo")
    assert done.code == 0 and "$45.00" in done.out and "entry 2" in done.err
    assert balance(run_cli, "anthropic") == 45

    rows = run_cli("entries", "--json").json
    assert rows["schema"] == 1 and [row["number"] for row in rows["entries"]] == [3, 2, 1]
    undo, topup, sync = rows["entries"]
    assert (undo["type"], undo["undoes"], undo["amount"]) == ("undo", topup["id"], None)
    assert (topup["amount"], topup["currency"], topup["expires_at"], topup["granted"]) == (
        20,
        "USD",
        "2099-11-20",
        True,
    )
    assert (sync["account"], sync["note"], sync["kind"]) == ("anthropic", "from the console", "entry")
    assert sync["at"].endswith("Z")

    assert (topup["credit"], sync["credit"]) == ("granted", "paid")

    listed = run_cli("entries").out.splitlines()
    assert [line.split()[0] for line in listed] == ["3", "2", "1"]
    assert "taken back" in listed[1] and "taken back" not in listed[2]

    assert run_cli("undo").code == 0  # one further back
    assert balance(run_cli, "anthropic") is None
    again = run_cli("undo")
    assert again.code == 1 and "nothing to undo" in again.err and not again.out
    assert run_cli("undo", "9").code == 1
    assert run_cli("undo", "1").code == 1


def test_undos_at_the_same_moment_take_back_one_entry_each(run_cli: Run) -> None:
    for amount in range(1, 9):
        run_cli("sync", "anthropic", str(amount))
    with ThreadPoolExecutor(8) as pool:
        assert {done.code for done in pool.map(lambda _: run_cli("undo"), range(8))} == {0}
    rows = run_cli("entries", "--json").json["entries"]
    assert len({row["undoes"] for row in rows if row["type"] == "undo"}) == 8


def test_several_at_once_or_none(run_cli: Run) -> None:
    run_cli("account", "add", "piggy", "--currency", "EUR")
    done = run_cli("sync", "openrouter=45.00", "piggy=12", "--note", "Friday")
    assert done.code == 0 and "entries 1, 2; creditsui undo N takes one back" in done.err
    assert balance(run_cli, "openrouter") == 45
    assert run_cli("status", "piggy", "--cached", "--json").json["accounts"][0]["balance"]["currency"] == "EUR"

    for words in (
        ["openrouter=1", "piggy=x"],
        ["openrouter=1", "nope=2"],
        ["openrouter=1", "piggy"],
        ["openrouter=1", "openrouter=2"],
        ["openrouter=1", "piggy=2", "--capacity", "3"],
        ["openrouter=1", "=2"],
    ):
        refused = run_cli("sync", *words)
        assert refused.code == 2 and not refused.out, words
    assert balance(run_cli, "openrouter") == 45 and balance(run_cli, "piggy") == 12
    assert len(run_cli("entries", "--json").json["entries"]) == 2


@pytest.mark.parametrize(
    ("words", "amount", "currency"),
    [
        (["45"], 45, "USD"),
        (["$45"], 45, "USD"),
        (["¥45"], 45, "CNY"),
        (["45 USD"], 45, "USD"),
        (["45", "eur"], 45, "EUR"),
        (["45.00", "--currency", "EUR"], 45, "EUR"),
        (["0"], 0, "USD"),
        (["--", "-3.20"], -3.2, "USD"),
        (["-3.20"], -3.2, "USD"),
        (["--note", "x", "--", "-$3.20"], -3.2, "USD"),
        (["1200", "points"], 1200, "points"),
    ],
)
def test_how_an_amount_may_be_written(
    words: list[str], amount: float, currency: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["account", "add", "piggy"]) == 0
    assert main(["sync", "piggy", *words]) == 0
    capsys.readouterr()
    assert main(["entries", "--json"]) == 0
    out = capsys.readouterr().out
    assert f'"amount": {float(amount)},' in out and f'"currency": "{currency}"' in out


@pytest.mark.parametrize(
    "line",
    [
        "sync piggy nan",
        "sync piggy inf",
        "sync piggy 1e9",
        "sync piggy ten1",
        "sync piggy 45 46",
        "sync piggy 1 --capacity 0",
        "sync piggy 1 --capacity -5",
        "sync piggy 1 --capacity x",
        "sync piggy 1 --currency 12",
        "sync piggy --capacity 5",
        "sync piggy 99999999999999999",
        "sync nope 45",
        "sync manual 45",
        "topup piggy 0",
        "topup piggy -5",
        "topup piggy -- -5",
        "topup piggy five",
        "topup nope 5",
        "topup piggy 5 --expires soon",
        "topup piggy 5 --expires 2027-13-01",
        "topup piggy 5 --at yesterday",
        "undo one",
        "undo -1",
    ],
)
def test_a_line_that_cannot_be_meant_is_2_and_books_nothing(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["account", "add", "piggy"]) == 0
    capsys.readouterr()
    assert main(line.split()) == 2
    said = capsys.readouterr()
    assert not said.out and said.err.count("\n") == 1
    assert main(["entries", "--json"]) == 0
    assert '"entries": []' in capsys.readouterr().out


def test_what_is_refused_at_run_time_is_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["account", "add", "piggy"]) == 0
    assert main(["topup", "piggy", "5", "--at", "2099-01-01"]) == 1
    assert "future" in capsys.readouterr().err
    assert main(["topup", "piggy", "5", "--expires", "2001-01-01"]) == 1
    assert main(["sync", "piggy"]) == 1
    assert "creditsui sync piggy AMOUNT" in capsys.readouterr().err


def test_times_are_in_the_configured_zone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = home / ".config/creditsui/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('timezone = "Asia/Tokyo"\n[accounts.piggy]\nprovider = "manual"\n')
    for text in ("2026-01-02T09:00", "2026-01-02", "2026-01-02T09:00:00Z", "2026-01-02T09:00+02:00"):
        assert main(["topup", "piggy", "1", "--at", text]) == 0
    capsys.readouterr()
    assert main(["entries", "--json"]) == 0
    out = capsys.readouterr().out
    for at in ("2026-01-02T00:00:00Z", "2026-01-01T15:00:00Z", "2026-01-02T09:00:00Z", "2026-01-02T07:00:00Z"):
        assert f'"at": "{at}"' in out
    assert main(["entries"]) == 0
    assert "2026-01-02 09:00" in capsys.readouterr().out
    assert "# " not in config.read_text() and config.read_text().startswith('timezone = "Asia/Tokyo"\n')


def test_a_word_that_is_no_amount_is_called_that(run_cli: Run) -> None:
    done = run_cli("sync", "anthropic", "nan")
    assert done.code == 2
    assert "“nan” is not an amount" in done.err


def test_a_provider_without_an_account_can_be_told_of(run_cli: Run) -> None:
    done = run_cli("sync", "anthropic")
    assert done.code == 1
    assert "creditsui key set anthropic" in done.err and "creditsui sync anthropic AMOUNT" in done.err


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def test_credit_that_lasts_as_long_as_the_calendar(zone: str, run_cli: Run) -> None:
    run_cli("sync", "anthropic", "45", env={"TZ": zone})
    assert run_cli("topup", "anthropic", "20", "--expires", "9999-12-31", env={"TZ": zone}).code == 0
    assert run_cli("status", "--cached", env={"TZ": zone}).code == 0
    assert balance(run_cli, "anthropic") == 65


@pytest.mark.parametrize("at", ["0001-01-01", "1900-01-01T00:00+14:00", "9999-12-31T23:59-12:00"])
def test_a_top_up_at_the_end_of_the_calendar_books_nothing(at: str, run_cli: Run) -> None:
    done = run_cli("topup", "anthropic", "20", "--at", at, env={"TZ": "Asia/Tokyo"})
    assert done.code == 1 and done.err.count("\n") == 1
    assert run_cli("entries", "--json").json["entries"] == []


def test_what_only_a_key_or_the_user_can_tell_is_said(run_cli: Run) -> None:
    run_cli("account", "add", "openrouter")
    done = run_cli("sync", "openrouter")
    assert done.code == 1 and "creditsui key set openrouter" in done.err
    run_cli("account", "add", "piggy")
    assert "Nobody can be asked for piggy" in run_cli("sync", "piggy").err
    assert "creditsui sync piggy AMOUNT" in run_cli("topup", "piggy", "5").err
    run_cli("sync", "piggy", "5")
    assert "creditsui sync" not in run_cli("topup", "piggy", "5").err


def test_a_note_moves_no_cursor(run_cli: Run) -> None:
    run_cli("sync", "anthropic", "45", "--note", "a\x1b[31mb\nc\u202ed" + "x" * 5000)
    out = run_cli("entries").out
    assert "\x1b" not in out and "\u202e" not in out and out.count("\n") == 1
    (row,) = run_cli("entries", "--json").json["entries"]
    assert row["note"].isprintable() and len(row["note"]) <= 500
