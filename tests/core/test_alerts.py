"""Alerts of a real ledger: told once whoever looks, kept through restarts, held back when it is quiet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from creditsui.adapters.ledger import LedgerError, open_ledger
from creditsui.core import board as boards
from creditsui.core import book
from creditsui.core.alerts import watch
from creditsui.core.asking.refresh import refresh
from creditsui.core.session import Session
from creditsui.domain.money import money
from tests.core.conftest import Clock, SessionOf
from tests.core.test_out_of_money import BALANCE, ENV, FULL, SPENT, config
from tests.servers import Reply, Server, turns

HAND = '[accounts.piggy]\nprovider = "manual"\ncapacity = 50.0\n'
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def sync(session: Session, left: float) -> None:
    book.sync(session, "piggy", money(left, "USD"))


def told(session: Session) -> list[str]:
    """What another program on the same ledger is given."""
    return [f"{one.account}:{one.rule}:{one.subject}" for one in watch.look(fresh(session), boards.board(session))]


def fresh(session: Session) -> Session:
    return replace(session, history={}, condensed={}, good=[], hints={})


@pytest.fixture
def piggy(session_of: SessionOf, clock: Clock) -> Session:
    """An account that was seen half full."""
    session = session_of(config=HAND)
    sync(session, 40)
    assert told(session) == []
    clock.instant += MINUTE
    return session


def test_a_crossing_is_told_once_and_a_restart_repeats_nothing(piggy: Session, clock: Clock) -> None:
    sync(piggy, 20)
    assert told(piggy) == ["piggy:band:low"]
    for _ in range(3):
        clock.instant += HOUR
        assert told(piggy) == []
    sync(piggy, 9.02)
    assert told(piggy) == ["piggy:band:critical"]
    (one,) = watch.standing(piggy)
    assert one.alert.message == "piggy is critical: $9.02 of $50.00" and one.told and not one.acknowledged
    sync(piggy, 50)
    assert told(piggy) == [] and watch.standing(piggy) == []
    clock.instant += MINUTE
    sync(piggy, 9)
    assert told(piggy) == ["piggy:band:critical"]


def test_an_empty_home_is_left_empty(session_of: SessionOf) -> None:
    session = session_of()
    assert told(session) == [] and watch.standing(session) == [] and watch.snoozed(session) == {}
    assert not session.paths.ledger.exists()


async def test_a_failed_and_a_stale_reading_tell_nothing_and_the_next_good_one_does(
    session_of: SessionOf, clock: Clock
) -> None:
    low = {"is_available": True, "balance_infos": [{"currency": "USD", "total_balance": "2.00"}]}
    away = Reply({"error": "busy"}, 503)
    with Server({BALANCE: turns(FULL, low, away, away, low, low, FULL, low, FULL, FULL, low)}) as server:
        session = session_of(real=True, config=config(server), env=ENV)
        given = []
        for minutes in (5, 0, 30, 5, 5, 5, 5, 5, 5, 5, 5):
            await refresh(session, force=True)
            clock.instant += timedelta(minutes=minutes)  # the second answer is half an hour old when it is looked at
            given.append([] if minutes == 0 else told(session))
            clock.instant += MINUTE
        critical = ["deepseek:band:critical"]
        assert given == [[], [], [], [], critical, [], [], [], [], [], critical]


async def test_the_word_of_a_provider_that_the_credit_is_used_up_is_told(session_of: SessionOf, clock: Clock) -> None:
    with Server({BALANCE: turns(FULL, SPENT)}) as server:
        session = session_of(real=True, config=config(server), env=ENV)
        await refresh(session, force=True)
        assert told(session) == []
        clock.instant += 6 * MINUTE
        await refresh(session, force=True)
        assert told(session) == ["deepseek:band:empty"]


async def test_a_key_that_worked_is_told_when_it_is_rejected_and_one_that_never_did_is_not(
    session_of: SessionOf, clock: Clock
) -> None:
    no = Reply({"error": {"message": "Authentication Fails"}}, 401)
    with Server({BALANCE: turns(FULL, no)}) as server, Server({BALANCE: no}) as other:
        both = (
            config(server)
            + f'[accounts.never]\nprovider = "deepseek"\nbase_url = "{other.url}"\nkey = "env:OTHER_KEY"\n'
        )
        session = session_of(real=True, config=both, env={**ENV, "OTHER_KEY": "sk-9876543210fedcba"})
        for expected in ([], ["deepseek:key:rejected"], []):
            await refresh(session, force=True)
            assert told(session) == expected
            clock.instant += 6 * MINUTE


def test_quiet_hours_hold_back_what_begins_in_them_until_they_end(session_of: SessionOf, clock: Clock) -> None:
    quiet = f'timezone = "Europe/Berlin"\n{HAND}[alerts]\nquiet_hours = "22:00-07:00"\nignore = ["drift"]\n'
    session = session_of(config=quiet)
    clock.instant = datetime(2026, 10, 24, 19, 0, tzinfo=UTC)  # 21:00 there; the clock goes back that night
    sync(session, 40)
    told(session)
    clock.instant += 2 * HOUR
    sync(session, 9)
    assert told(session) == []
    assert not watch.standing(session)[0].told
    clock.instant = datetime(2026, 10, 25, 5, 59, tzinfo=UTC)
    assert told(session) == [], "06:59"
    clock.instant += MINUTE
    assert told(session) == ["piggy:band:critical"]
    assert told(session) == []


def test_what_is_over_before_they_end_is_never_told(session_of: SessionOf, clock: Clock) -> None:
    session = session_of(config=f'timezone = "UTC"\n{HAND}[alerts]\nquiet_hours = "22:00-07:00"\nignore = ["drift"]\n')
    sync(session, 40)
    told(session)
    clock.instant = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    sync(session, 9)
    told(session)
    sync(session, 45)
    told(session)
    clock.instant = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    assert told(session) == []


def test_a_snooze_holds_one_account_back_and_can_be_taken_back(session_of: SessionOf, clock: Clock) -> None:
    session = session_of(config=HAND + '[accounts.other]\nprovider = "manual"\ncapacity = 50.0\n')
    for left in (40, 9):
        sync(session, left)
        book.sync(session, "other", money(left, "USD"))
        if left == 40:
            told(session)
            watch.snooze(session, "piggy", clock.instant + HOUR)
        clock.instant += MINUTE
    assert watch.snoozed(session) == {"piggy": clock.instant + HOUR - 2 * MINUTE}
    assert told(session) == ["other:band:critical"]
    clock.instant += HOUR
    assert watch.snoozed(session) == {}
    assert told(session) == ["piggy:band:critical"]
    sync(session, 50)
    told(session)
    watch.snooze(session, "piggy", clock.instant + HOUR)
    sync(session, 9)
    assert told(session) == []
    watch.resume(session, "piggy")
    assert told(session) == ["piggy:band:critical"]


def test_what_is_acknowledged_gets_worse_in_silence_until_it_has_recovered(piggy: Session, clock: Clock) -> None:
    sync(piggy, 20)
    told(piggy)
    assert watch.acknowledge(piggy, "piggy") == 1
    assert watch.standing(piggy)[0].acknowledged
    sync(piggy, 9)
    assert told(piggy) == []
    sync(piggy, 50)
    assert told(piggy) == []
    sync(piggy, 9)
    assert told(piggy) == ["piggy:band:critical"]


def test_alerts_that_are_off_remember_so_that_turning_them_on_tells_nothing_old(
    session_of: SessionOf, clock: Clock
) -> None:
    session = session_of(config=HAND + "[alerts]\nenabled = false\n")
    sync(session, 40)
    told(session)
    sync(session, 20)
    assert told(session) == []
    on = session_of(config=HAND)
    assert told(on) == []
    sync(on, 9)
    assert told(on) == ["piggy:band:critical"]


def test_eight_hours_of_sleep_tell_what_crossed_a_line_and_a_clock_that_is_set_does_so_one_look_later(
    piggy: Session, clock: Clock
) -> None:
    awake = [100.0]
    session = replace(piggy, uptime=lambda: (awake[0], "this start"))
    assert told(session) == []
    clock.instant += 8 * HOUR
    awake[0] += 8 * 3600
    sync(session, 20)
    assert told(session) == ["piggy:band:low"]
    clock.instant += 8 * HOUR
    sync(session, 9)
    assert told(session) == [], "the clock on the wall was set"
    assert told(session) == ["piggy:band:critical"]
    clock.instant -= 3 * HOUR
    awake[0] += 60
    assert told(session) == []
    assert told(session) == [], "and nothing is repeated"


def test_a_look_at_what_is_known_writes_nothing(piggy: Session, clock: Clock) -> None:
    sync(piggy, 20)
    told(piggy)
    before = stamps(piggy)
    for _ in range(3):
        clock.instant += timedelta(seconds=10)
        assert told(piggy) == []
        assert stamps(piggy) == before, "a pane that watches the file would look again and again"


def stamps(session: Session) -> bytes:
    wal = session.paths.ledger.with_name("ledger.db-wal")
    return session.paths.ledger.read_bytes() + (wal.read_bytes() if wal.exists() else b"")


def test_a_day_to_last_through_is_judged_for_the_account_it_names(session_of: SessionOf, clock: Clock) -> None:
    session = session_of(config=HAND)
    sync(session, 40)
    for _ in range(10):
        clock.instant += timedelta(days=1)
        sync(session, float(boards.board(session).accounts[0].purse.amount) - 1)  # type: ignore[union-attr]
        told(session)
    assert told(session) == []
    until = (clock.instant + timedelta(days=90)).date()
    soon = session_of(config=f"{HAND}[alerts.until]\npiggy = {until}\nother = {until}\n")
    assert told(soon) == [f"piggy:runway:{until}"]
    assert told(soon) == []


def test_a_ledger_of_an_older_version_learns_it_and_what_a_newer_one_remembers_is_passed_over(
    session_of: SessionOf,
) -> None:
    from creditsui.adapters.ledger_file import MIGRATIONS, connect

    session = session_of(config=HAND)
    session.paths.ledger.parent.mkdir(parents=True)
    connect(session.paths.ledger, migrations=MIGRATIONS[:3]).close()
    assert told(session) == []
    sync(session, 40)
    told(session)
    with open_ledger(session.paths.ledger) as ledger, ledger.transaction():
        ledger._connection.execute("UPDATE episodes SET content = json_insert(content, '$.mood', 'good')")
    sync(session, 9)
    assert told(session) == ["piggy:band:critical"]
    with open_ledger(session.paths.ledger) as ledger, ledger.transaction():
        ledger._connection.execute("UPDATE episodes SET content = '[]'")
    with pytest.raises(LedgerError, match="makes no sense to this version"):
        told(session)


def test_memory_is_of_this_machine_and_not_exported(piggy: Session) -> None:
    from creditsui.core import transfer

    sync(piggy, 9)
    told(piggy)
    path = piggy.paths.home / "all.ndjson"
    transfer.to_file(piggy, path)
    assert "band" not in path.read_text()


def test_an_account_that_was_off_is_seen_for_the_first_time_again(piggy: Session, clock: Clock) -> None:
    path = piggy.paths.config
    sync(piggy, 20)
    told(piggy)
    path.write_text(f"{HAND}enabled = false\n")
    assert told(piggy) == [] and watch.standing(piggy) == []
    sync(piggy, 9)
    path.write_text(HAND)
    assert told(piggy) == []
    assert [one.alert.subject for one in watch.standing(piggy)] == ["critical"]


def test_an_account_that_was_removed_is_listed_no_longer_than_a_week(piggy: Session, clock: Clock) -> None:
    sync(piggy, 20)
    told(piggy)
    piggy.paths.config.write_text("")
    clock.instant += timedelta(days=6)
    assert told(piggy) == [] and len(watch.standing(piggy)) == 1
    clock.instant += timedelta(days=2)
    assert watch.standing(piggy) == []


def test_keys_that_share_a_purse_are_told_of_it_once(session_of: SessionOf, clock: Clock) -> None:
    pooled = f'{HAND}[accounts.second]\nprovider = "manual"\ncapacity = 50.0\npool = "piggy"\n'
    session = session_of(config=pooled)
    for left in (40, 9):
        sync(session, left)
        book.sync(session, "second", money(left, "USD"))
        given = told(session)
        clock.instant += MINUTE
    assert given == ["piggy:band:critical"]
