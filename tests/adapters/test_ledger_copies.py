"""Copies of the ledger: made once a day, few, private and sound; and the way back."""

import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from creditsui.adapters import ledger_copies as copies
from creditsui.adapters.ledger import LedgerError, NewerLedger, open_ledger
from creditsui.adapters.ledger_file import MIGRATIONS, BusyLedger, DamagedLedger, connect
from creditsui.domain.money import Money, money
from creditsui.domain.reading import Balance, Reading
from creditsui.domain.usage import Usage

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOW.date()
PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger of fifty entries, readings and calls."""
    path = tmp_path / "data ?#%20" / "ledger.db"
    with open_ledger(path) as ledger, ledger.transaction():
        for n in range(50):
            book(ledger, n)
            ledger.record("a", Reading(at=NOW + timedelta(minutes=n), balances=(Balance(Money(n, "USD")),)))
            ledger.book_usage([Usage(key=f"key-{n}", source="s", account="a", at=NOW, model="m")])
    return path


def book(ledger, n: int) -> None:
    ledger.book("topup", "a", NOW, Money(n, "USD"), now=NOW, id=f"id-{n}", note="of mine")


def ids(path: Path) -> list[str]:
    with open_ledger(path, readonly=True) as ledger:
        return [entry.id for entry in ledger.entries()]


def test_a_day_has_one_copy_that_is_whole_and_private(path: Path) -> None:
    assert copies.due(path, TODAY)
    with open_ledger(path) as ledger:  # what stands in the log alone is copied too
        book(ledger, 50)
        copy = copies.back_up(path, TODAY)
    assert copy is not None and copy.name == "ledger.db.bak-2026-11-20"
    assert not copies.due(path, TODAY) and copies.due(path, TODAY + timedelta(days=1))
    assert copy.stat().st_mode & 0o777 == 0o600
    assert ids(copy) == [f"id-{n}" for n in range(51)]
    assert sorted(one.name for one in path.parent.iterdir()) == ["ledger.db", copy.name]


def test_no_ledger_needs_no_copy(tmp_path: Path) -> None:
    assert not copies.due(tmp_path / "nowhere" / "ledger.db", TODAY)
    assert copies.copies(tmp_path / "nowhere" / "ledger.db") == []


def test_few_are_kept_and_those_of_versions_stay(path: Path) -> None:
    old = path.with_name("ledger.db.bak-v3")
    old.write_bytes(b"of a migration")
    for day in range(1, 10):
        copies.back_up(path, date(2026, 11, day))
    assert [one.name[-2:] for one in copies.copies(path)] == ["09", "08", "07", "06", "05"]
    assert old.exists()


def test_a_clock_that_went_back_keeps_what_was_made_today(path: Path) -> None:
    for day in range(10, 16):
        copies.back_up(path, date(2026, 11, day))
    copies.back_up(path, date(1970, 1, 1))
    assert len(copies.copies(path)) == copies.KEPT
    assert not copies.due(path, date(1970, 1, 1)), "it would be made again at every refresh"


def test_a_damaged_ledger_pushes_no_sound_copy_out(path: Path) -> None:
    good = copies.back_up(path, TODAY)
    whole = path.read_bytes()
    last = len(whole) // PAGE - 1
    for page in range(1, last + 1):
        path.write_bytes(whole[: page * PAGE] + os.urandom(PAGE) + whole[(page + 1) * PAGE :])
        with pytest.raises(LedgerError):
            copies.back_up(path, TODAY + timedelta(days=page))
    assert copies.copies(path) == [good]
    assert sorted(one.name for one in path.parent.iterdir() if one.name.startswith(".")) == []


def test_the_last_room_of_a_disk_is_left_to_entries(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(path.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=path.stat().st_size + 1_000_000))
    assert copies.back_up(path, TODAY) is None
    assert copies.copies(path) == []


def test_what_killed_copies_left_is_swept(path: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    left = [path.with_name(f".{path.name}.bak-2026-11-19.{gone.pid}.copy{suffix}") for suffix in ("", "-wal")]
    busy = path.with_name(f".{path.name}.bak-2026-11-19.{os.getppid()}.copy")
    for one in (*left, busy):
        one.touch()
    copies.back_up(path, TODAY)
    assert not any(one.exists() for one in left) and busy.exists()


# The way back


def broken(path: Path) -> Iterator[tuple[str, bytes | None]]:
    """What may have become of a ledger; None: it is gone."""
    whole = path.read_bytes()
    chance = random.Random(9)
    yield "gone", None
    yield "zeros", bytes(len(whole))
    yield "truncated", whole[: len(whole) // 2 // PAGE * PAGE]
    yield "one page", whole[:PAGE]
    yield "text", b"hello, this is no database at all " * 99
    for page in range(len(whole) // PAGE):
        yield f"page {page}", whole[: page * PAGE] + chance.randbytes(PAGE) + whole[(page + 1) * PAGE :]
    for _ in range(20):
        flipped = bytearray(whole)
        for _ in range(len(whole) // 400):
            flipped[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        yield "flipped bits", bytes(flipped)


def test_whatever_became_of_it_the_copy_comes_back_and_the_damaged_one_is_kept_as_it_was(path: Path) -> None:
    """With what was booked since, where that can still be read; never twice, never what is no entry."""
    copy = copies.back_up(path, TODAY)
    with open_ledger(path) as ledger:
        for n in range(50, 53):
            book(ledger, n)
    saved = []
    for number, (what, bytes_) in enumerate([*broken(path)]):
        path.unlink()
        if bytes_ is not None:
            path.write_bytes(bytes_)
        now = NOW + timedelta(seconds=number)
        try:
            restored = copies.restore(path, now)
        except LedgerError as error:  # such as a flip in what no page uses
            assert str(error) == "The ledger is sound, so nothing was restored.", what
            assert ids(path)[:50] == [f"id-{n}" for n in range(50)]
            continue
        assert restored.copy == copy
        assert (restored.aside is None) == (bytes_ is None)
        assert restored.aside is None or restored.aside.read_bytes() == bytes_, what
        found = ids(path)
        assert found[:50] == [f"id-{n}" for n in range(50)], what
        assert len(found) == 50 + restored.saved <= 53, what
        assert path.stat().st_mode & 0o777 == 0o600
        copies.verify(path)
        saved.append(restored.saved)
    assert saved.count(3) > len(saved) / 3, "what lies in sound pages comes along"
    assert not [one for one in path.parent.iterdir() if one.name.startswith(".")]


def test_an_entry_whose_id_was_damaged_is_not_taken_for_another_one(path: Path) -> None:
    """It would be credit that nobody booked."""
    copies.back_up(path, TODAY)
    with open_ledger(path) as ledger:
        book(ledger, 50)
    broken = path.read_bytes().replace(b"id-7topup", b"id-Xtopup", 1)
    assert b"id-Xtopup" in broken
    path.write_bytes(broken)
    assert copies.restore(path, NOW).saved == 1
    assert ids(path) == [f"id-{n}" for n in range(51)]


def test_a_ledger_that_began_anew_gets_its_past_back(path: Path) -> None:
    """An empty file is a new ledger: nothing is wrong with it, but that all is lost."""
    copies.back_up(path, TODAY)
    path.write_bytes(b"")
    assert copies.missing(path) == 50
    with open_ledger(path) as ledger:
        book(ledger, 99)
    assert copies.restore(path, NOW).saved == 1
    assert ids(path) == [f"id-{n}" for n in (*range(50), 99)]
    assert copies.missing(path) == 0


def test_what_is_sound_newer_or_only_busy_is_not_replaced(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copies.back_up(path, TODAY)
    with pytest.raises(LedgerError, match="is sound"):
        copies.restore(path, NOW)
    connect(path, migrations=(*MIGRATIONS, lambda connection: None)).close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="is sound"):
        copies.restore(path, NOW)
    assert path.read_bytes() == before


def test_a_damaged_copy_is_passed_over(path: Path) -> None:
    good = copies.back_up(path, TODAY)
    bad = copies.back_up(path, TODAY + timedelta(days=1))
    assert good and bad
    bad.write_bytes(bad.read_bytes()[: 3 * PAGE])
    path.write_bytes(b"x" * 9000)
    assert copies.restore(path, NOW).copy == good


def test_without_a_sound_copy_nothing_is_touched(path: Path) -> None:
    path.write_bytes(b"x" * 9000)
    with pytest.raises(LedgerError, match="no sound copy"):
        copies.restore(path, NOW)
    assert path.read_bytes() == b"x" * 9000
    assert [one.name for one in path.parent.iterdir()] == ["ledger.db"]


def test_a_log_that_belongs_to_the_damaged_one_is_not_played_into_the_copy(path: Path) -> None:
    copies.back_up(path, TODAY)
    with closing(sqlite3.connect(path)) as other:  # holds the log open, as a process that was killed leaves it
        other.execute("PRAGMA wal_autocheckpoint = 0")
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO meta VALUES('left', 'behind')")
        other.execute("COMMIT")
        log = path.with_name("ledger.db-wal").read_bytes()
    path.write_bytes(b"x" * 9000)
    path.with_name("ledger.db-wal").write_bytes(log)
    aside = copies.restore(path, NOW).aside
    assert aside is not None and aside.with_name(aside.name + "-wal").read_bytes() == log
    with open_ledger(path) as ledger:
        assert ledger.meta("left") is None
        ledger.check()


def test_each_way_to_fail_has_a_kind_of_its_own(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By which what to do about it is told."""
    monkeypatch.setattr("creditsui.adapters.ledger_file.PATIENCE", 0.05)
    with open_ledger(path) as one, open_ledger(path) as other, one.transaction(), pytest.raises(BusyLedger):
        other.book("topup", "a", NOW, money(1, "USD"), now=NOW)
    connect(path, migrations=(*MIGRATIONS, lambda connection: None)).close()
    with pytest.raises(NewerLedger):
        open_ledger(path)
    path.write_bytes(b"x" * 9000)
    with pytest.raises(DamagedLedger):
        open_ledger(path)
