"""Sums of calls beside the calls: by the day of UTC, and from which day on they changed."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.adapters.ledger_file import connect
from creditsui.adapters.usage_store import row_of
from creditsui.adapters.usage_tables import SUMS, TAKEN
from creditsui.domain.call import Call
from creditsui.domain.money import money
from creditsui.domain.usage import Usage

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path):
    with open_ledger(path) as ledger:
        yield ledger


def call(key: str, **more) -> Usage:
    return Usage(
        **{"key": key, "source": "s", "account": "a", "at": NOW, "model": "m", "input": 5, "billing": "metered"} | more
    )


def rolled_up(ledger):
    """Sums by the day as they are kept, and as the calls come to."""
    taken = TAKEN.format(sign="")
    of_calls = f"SELECT at / 86400000, kind, {taken} FROM calls WHERE at / 86400000 < ? GROUP BY 1, 2 ORDER BY 1, 2"
    kept = f"SELECT day, kind, {SUMS} FROM days WHERE calls != 0 AND day < ? + 99 ORDER BY 1, 2"
    with ledger.glance() as store:
        return [store._connection.execute(query, (store.rolled(),)).fetchall() for query in (kept, of_calls)]


def test_a_ledger_of_the_second_version_gets_its_sums_by_the_day(path):
    with open_ledger(path) as ledger:
        ledger.book_usage([call(f"{n}", at=NOW + n * HOUR, cost=money(n, "USD")) for n in range(96)])
    with closing(connect(path)) as connection:
        for newer in ("days", "touched", "episodes", "looks"):
            connection.execute(f"DROP TABLE {newer}")
        connection.execute("DELETE FROM meta")
        connection.execute("PRAGMA user_version = 2")
    with open_ledger(path) as ledger:
        kept, calls = rolled_up(ledger)
        assert kept == calls and len(kept) == 2
        ledger.book_usage([call("more", cost=money(7, "USD"))])
        kept, calls = rolled_up(ledger)
        assert kept == calls
    assert path.with_name("ledger.db.bak-v2").exists()


@pytest.mark.parametrize("seed", range(5))
def test_sums_by_the_day_follow_whatever_happens_to_calls_and_tell_from_when_on(ledger, seed):
    random, number = Random(seed), 0
    for _round in range(30):
        act = random.choice(["keep", "keep", "keep", "reprice", "reattribute", "roll"])
        with ledger.glance() as store:
            before = {row[1:]: row[0] for row in _whole(store)}
        with ledger.calls() as store:
            if act == "keep":
                rows = []
                for _call in range(random.randrange(1, 9)):
                    at = int(NOW.timestamp() * 1000) + random.randrange(20) * 70_000_000
                    one = Call(random.randrange(40), at, f"m{random.randrange(3)}", random.randrange(900))
                    kind = store.kind("s", one, "metered", lambda kind: "a")
                    rows.append(row_of(one, kind.id, store.place("", ""), random.choice([None, random.randrange(99)])))
                store.keep(rows)
            elif act == "reprice" and store.kinds():
                store.reprice(random.choice(store.kinds()), lambda call: random.choice([None, call.input]))
            elif act == "reattribute":
                store.reattribute(lambda kind: random.choice("ab"))
            else:
                store.roll()
        kept, calls = rolled_up(ledger)
        assert kept == calls
        with ledger.glance() as store:
            after = {row[1:]: row[0] for row in _whole(store)}
            latest, first = store.touched(number)
            changed = [slot for row, slot in (before | after).items() if before.get(row) != after.get(row)]
            assert not changed or (first is not None and first <= min(changed))
            assert (latest > number) == (first is not None)
            assert store.touched(latest) == (latest, None)
            number = latest
    with ledger.calls() as store:
        store.roll()
    kept, calls = rolled_up(ledger)
    assert kept == calls and kept


def _whole(store):
    return store._connection.execute(
        f"SELECT slot, slot, account, kind, {SUMS} FROM slots JOIN kinds ON kinds.id = kind WHERE calls != 0"
    ).fetchall()


def test_what_is_told_of_changes_takes_no_more_than_a_row_for_each_slot_of_the_last_day_and_for_each_day_before(ledger):
    for n in range(200):
        ledger.book_usage([call(f"{n}", at=NOW + n % 50 * HOUR)])
    day = int(NOW.timestamp()) // 86_400
    with ledger.glance() as store:
        rows = store._connection.execute("SELECT day, slot FROM touched ORDER BY number").fetchall()
        last = [slot for at, slot in rows if at == day + 2]
        assert rows == [(day, None), (day + 1, None), *((day + 2, slot) for slot in last)]
        assert last == sorted(set(last)) and len(last) > 9
        assert store.touched(0)[1] == day * 96


def test_a_ledger_of_the_fourth_version_tells_from_which_slot_on_calls_have_changed(path):
    with open_ledger(path) as ledger:
        ledger.book_usage([call("first")])
        with ledger.glance() as store:
            number, _ = store.touched(0)
    with closing(connect(path)) as connection:
        connection.execute("ALTER TABLE touched DROP COLUMN slot")
        connection.execute("PRAGMA user_version = 4")
    with open_ledger(path) as ledger:
        with ledger.glance() as store:
            assert store.touched(0) == (number, int(NOW.timestamp()) // 86_400 * 96)  # all of that day
        ledger.book_usage([call("second", at=NOW + HOUR)])
        with ledger.glance() as store:
            assert store.touched(number)[1] == int((NOW + HOUR).timestamp()) // 900
    assert path.with_name("ledger.db.bak-v4").exists()
