"""`creditsui spend` on a real ledger and real logs: what it reads, prints and says where there is nothing."""

import csv
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.domain.money import money
from creditsui.domain.usage import Usage
from tests.cli.conftest import Run

LEDGER = ".local/share/creditsui/ledger.db"
NOVEMBER = ("--since", "2026-11-01", "--until", "2026-11-20")


def call(at: str, cost: str | None, **more: Any) -> Usage:
    usual: dict[str, Any] = {
        "key": f"{at}{cost}{more}", "source": "hand", "account": "anthropic", "model": "m-1", "input": 1000,
        "output": 200, "project": "web", "session": "s-1",
    }  # fmt: skip
    amount = None if cost is None else money(cost, "USD")
    return Usage(at=datetime.fromisoformat(at).replace(tzinfo=UTC), cost=amount, **(usual | more))


def keep(home: Path, *calls: Usage) -> None:
    with open_ledger(home / LEDGER) as ledger:
        ledger.book_usage(calls)


@pytest.fixture
def ledger(home: Path) -> Path:
    keep(
        home,
        call("2026-11-18T23:45", "4.20"),
        call("2026-11-19T12:00", "9.10"),
        call("2026-11-19T12:10", "3.30", billing="subscription", account="claude", project="api, old"),
        call("2026-11-20T12:00", None, model="mystery-9000", session="s-2"),
    )
    return home / LEDGER


def test_a_line_for_every_day_and_the_sums(run_cli: Run, ledger: Path) -> None:
    done = run_cli("spend", *NOVEMBER)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("spent by day · 1 Nov – 20 Nov 2026 · UTC")
    assert [line.split()[0] for line in lines[2:5]] == ["2026-11-18", "2026-11-19", "2026-11-20"]
    assert "$9.10" in lines[3] and "$3.30" in lines[3] and "\x1b" not in done.out
    assert lines[5].startswith("$13.30 spent · $3.30 notional, covered by plans")
    assert "mystery-9000 (1.2k) · creditsui spend --unpriced" in lines[6]
    assert lines[7].startswith("prices: genai-prices ") and "newest price of 20" in lines[7]


def test_names_with_commas_are_keys_of_the_rows(run_cli: Run, ledger: Path) -> None:
    data = run_cli("spend", *NOVEMBER, "--by", "account, project,session", "--json").json
    assert [(row["account"], row["project"], row["session"], row["cost"], row["notional"]) for row in data["rows"]] == [
        ("anthropic", "web", "s-1", 13.3, 0),
        ("anthropic", "web", "s-2", None, 0),
        ("claude", "api, old", "s-1", 0, 3.3),
    ]
    assert data["totals"][0]["unpriced_tokens"] == 1200


def test_days_are_those_of_the_users_zone(run_cli: Run, ledger: Path) -> None:
    data = run_cli("spend", *NOVEMBER, "--json", env={"TZ": "Asia/Kathmandu"}).json
    assert data["timezone"] == "Asia/Kathmandu"
    assert {row["day"]: row["cost"] for row in data["rows"]} == {"2026-11-19": 13.3, "2026-11-20": None}


def test_csv_has_a_line_of_names_and_quotes_what_must_be(run_cli: Run, ledger: Path) -> None:
    done = run_cli("spend", *NOVEMBER, "--by", "project,model", "--csv")
    rows = list(csv.DictReader(done.out.splitlines()))
    assert [(row["project"], row["model"], row["cost"]) for row in rows] == [
        ("web", "m-1", "13.3"),
        ("web", "mystery-9000", ""),
        ("api, old", "m-1", "0"),
    ]


def test_the_unpriced_are_listed_with_their_tokens(run_cli: Run, ledger: Path, home: Path) -> None:
    done = run_cli("spend", *NOVEMBER, "--unpriced")
    assert done.out.splitlines()[2].split()[0] == "mystery-9000" and "m-1" not in done.out
    assert '[prices."mystery-9000"]' in done.out
    data = run_cli("spend", *NOVEMBER, "--unpriced", "--json").json
    assert [(row["model"], row["source"], row["unpriced_tokens"]) for row in data["rows"]] == [
        ("mystery-9000", "hand", 1200)
    ]
    none = run_cli("spend", "--since", "2026-11-18", "--until", "2026-11-19", "--unpriced")
    assert (none.code, none.out) == (0, "") and "Every call has a known price" in none.err


def test_everything_there_is(run_cli: Run, home: Path) -> None:
    keep(home, call("2024-02-29T12:00", "1"), call("2025-07-01T12:00", "2"))
    data = run_cli("spend", "--since", "all", "--by", "month", "--json").json
    assert data["since"] == "2024-02-29"
    assert {row["month"]: row["cost"] for row in data["rows"]} == {"2024-02": 1, "2025-07": 2}


def test_new_lines_of_logs_are_in_it_at_once(run_cli: Run, home: Path) -> None:
    log = home / ".claude/projects/-work-web-app/0b1c.jsonl"
    log.parent.mkdir(parents=True)

    def line(id: str, at: str) -> str:
        usage = {
            "input_tokens": 10,
            "output_tokens": 20,
            "cache_read_input_tokens": 0,
            "cache_creation_input_tokens": 0,
        }
        message = {"id": id, "model": "claude-opus-4-8", "role": "assistant", "usage": usage}
        fields = {"type": "assistant", "timestamp": at, "requestId": f"r-{id}", "sessionId": "0b1c", "message": message}
        return json.dumps(fields | {"cwd": "/srv/web-app"}, separators=(",", ":")) + "\n"

    log.write_text(line("one", "2026-11-19T08:00:00.000Z"))
    first = run_cli("spend", *NOVEMBER, "--by", "source,project,model", "--json")
    assert first.code == 0, first.err
    (row,) = first.json["rows"]
    assert (row["source"], row["project"], row["model"], row["calls"]) == (
        "claude-code", "web-app", "claude-opus-4-8", 1,
    )  # fmt: skip
    with log.open("a") as file:
        file.write(line("two", "2026-11-20T08:00:00.000Z"))
    assert run_cli("spend", *NOVEMBER, "--json").json["totals"][0]["cost"] == pytest.approx(2 * row["cost"])


# ── nothing to show, or nothing that can be shown ────────────────────────────────────────────────────────────────────


def test_where_no_log_was_found_it_says_who_knows_where_they_are_looked_for(run_cli: Run) -> None:
    done = run_cli("spend")
    assert (done.code, done.out) == (0, "")
    assert "no log was found. creditsui doctor" in done.err
    data = run_cli("spend", "--json")
    assert data.code == 0 and (data.json["rows"], data.json["totals"]) == ([], [])
    assert run_cli("spend", "--csv").out.startswith("day,calls,")


def test_where_the_calls_are_of_other_days_it_says_of_which(run_cli: Run, ledger: Path) -> None:
    done = run_cli("spend", "--since", "2026-01-01", "--until", "2026-01-31")
    assert (done.code, done.out) == (0, "")
    assert "there are some from 2026-11-18 to 2026-11-20. To do: creditsui spend --since 2026-11-18\n" in done.err


def test_where_the_only_calls_are_dated_after_today_it_says_how_to_see_them(run_cli: Run, home: Path) -> None:
    keep(home, call("2999-01-01T12:00", "1"))
    done = run_cli("spend", "--since", "all")
    todo = "spend --since 2999-01-01 --until 2999-01-01"
    assert (done.code, done.out) == (0, "") and f"there are some on 2999-01-01. To do: creditsui {todo}\n" in done.err
    assert "$1.00 spent" in run_cli(*todo.split()).out


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("--by colour", "colour is nothing to group by; there are day, week"),
        ("--by day,", "is nothing to group by"),
        ("--since yesterday", "is not a day; write it like"),
        ("--since 2026-11-20 --until 2026-11-01", "2026-11-20 is after the last day, 2026-11-01"),
        ("--since 2999-01-01", "is after the last day"),
        ("--json --csv", "take one of them"),
        ("--by sk-canary-0123456789abcdefghij", "… is nothing to group by"),
    ],
)
def test_a_wrong_line_is_one_sentence_and_2(run_cli: Run, line: str, says: str) -> None:
    done = run_cli("spend", *line.split())
    assert (done.code, done.out) == (2, "")
    assert says in done.err and done.err.count("\n") == 1 and "canary" not in done.err


def garble(ledger: Path, table: str) -> None:
    import sqlite3

    connection = sqlite3.connect(ledger)
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with ledger.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)


def drop(ledger: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(ledger)
    connection.execute("DROP TABLE slots")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda ledger: (ledger.unlink(), ledger.mkdir()), "is not a file; move it away"),
        (lambda ledger: ledger.write_bytes(b"this is no database at all" * 400), "is not a ledger of creditsui"),
        (lambda ledger: os.truncate(ledger, ledger.stat().st_size // 2), "is damaged"),
        (lambda ledger: garble(ledger, "calls"), "is damaged"),
        (lambda ledger: garble(ledger, "slots"), "is damaged"),
        (lambda ledger: garble(ledger, "entries"), "is damaged"),
        (drop, "is damaged"),
    ],
    ids=["a folder", "no database", "cut", "calls", "sums", "entries", "a table is gone"],
)
def test_an_own_ledger_that_cannot_be_used_is_one_plain_line_everywhere(
    run_cli: Run, ledger: Path, spoil: Any, says: str
) -> None:
    spoil(ledger)
    for words in ("spend", "spend --by session --json", "status --cached", "status --cached --json"):
        done = run_cli(*words.split(), env={"ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"})
        assert (done.code, done.out, done.err.count("\n")) == (1, "", 1), (words, done)
        assert says in done.err and str(ledger) in done.err and "Traceback" not in done.err
        assert " away" in done.err or "creditsui doctor --restore" in done.err, "what to do"
    if spoil is not drop:
        doctor = run_cli("doctor")
        assert doctor.code == 0 and "(cannot be used)" in doctor.out and says in doctor.out


def test_a_ledger_that_cannot_be_written_is_read_all_the_same(run_cli: Run, ledger: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(ledger)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute(f"PRAGMA user_version = {version + 1}")
    connection.close()
    done = run_cli("spend", *NOVEMBER)
    assert done.code == 1 and "$13.30 spent" in done.out and "newer" in done.err
