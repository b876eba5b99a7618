"""Another program's database: what it says is read, and nothing of it is touched."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from creditsui.adapters import foreign_sqlite, local_files
from creditsui.providers.spec import File
from tests.adapters.test_local_files import as_nobody
from tests.soak import rounds

KEYS = ("auth/token", "auth/plan")
ASK = File(name="login", roots=(("", "~/.tool"),), glob="state.vscdb", format="sqlite", table="ItemTable", keys=KEYS)


def write(connection: sqlite3.Connection, **values: object) -> None:
    connection.execute("CREATE TABLE IF NOT EXISTS ItemTable(key TEXT UNIQUE ON CONFLICT REPLACE, value BLOB)")
    rows = [(f"auth/{key}", value) for key, value in values.items()]
    connection.executemany("INSERT INTO ItemTable VALUES (?, ?)", rows)
    connection.commit()


@pytest.fixture
def path(home: Path) -> Path:
    path = home / ".tool/state.vscdb"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        write(connection, token="first", plan=b"pro", other="x", email="a@b.c")
    return path


@pytest.fixture
def busy(path: Path) -> Iterator[sqlite3.Connection]:
    """The program itself, at work: its last words stand in the WAL alone."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        write(connection, token="second")
        yield connection


def beside(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in sorted(path.parent.iterdir())}


def read(path: Path) -> dict[str, str] | None:
    return foreign_sqlite.values(path, "ItemTable", KEYS)


def test_only_the_keys_that_are_asked_for_are_read_text_or_bytes(path: Path, home: Path) -> None:
    answer = local_files.find(ASK, {}, home)
    assert answer is not None
    assert answer.body == {"auth/token": "first", "auth/plan": "pro"}
    assert answer.at is not None and answer.at.timestamp() == pytest.approx(path.stat().st_mtime)


def test_nothing_is_created_beside_a_database_that_nobody_uses(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        write(connection, token="third")
    before = beside(path)
    assert read(path) == {"auth/token": "third", "auth/plan": "pro"}
    assert beside(path) == before and list(before) == ["state.vscdb"]


def test_the_newest_word_of_a_program_at_work_is_read_from_its_wal(path: Path, busy: sqlite3.Connection) -> None:
    before = {name: data for name, data in beside(path).items() if not name.endswith("-shm")}
    found = read(path)
    assert found is not None and found["auth/token"] == "second"
    assert {name: data for name, data in beside(path).items() if not name.endswith("-shm")} == before
    write(busy, token="third")
    assert read(path) == {"auth/token": "third", "auth/plan": "pro"}


def test_what_a_crashed_program_left_in_its_wal_is_read_from_a_copy(
    path: Path, busy: sqlite3.Connection, tmp_path: Path
) -> None:
    left = tmp_path / "left"
    left.mkdir()
    for suffix in ("", "-wal"):
        (left / f"state.vscdb{suffix}").write_bytes(Path(f"{path}{suffix}").read_bytes())
    before = beside(left / "state.vscdb")
    found = read(left / "state.vscdb")
    assert found is not None and found["auth/token"] == "second"
    assert beside(left / "state.vscdb") == before and len(before) == 2


def test_a_folder_that_may_not_be_written(path: Path, busy: sqlite3.Connection, tmp_path: Path) -> None:
    for parent in (tmp_path, *tmp_path.parents[:3]):
        parent.chmod(0o755)
    for one in path.parent.iterdir():
        one.chmod(0o444)
    path.parent.chmod(0o555)
    found: list[dict[str, str] | None] = []
    try:
        as_nobody(lambda: found.append(read(path)))
    finally:
        path.parent.chmod(0o755)
    assert found[0] is not None and found[0]["auth/token"] == "second"


def test_a_locked_database_is_not_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_sqlite, "PATIENCE", 0.01)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=WAL")
        write(connection, token="hidden")
        assert read(path) in (None, {"auth/token": "hidden", "auth/plan": "pro"})


@pytest.mark.parametrize("name", ["what?mode=rwc.db", "a#b.db", "a%20b.db", "ä ö.db"])
def test_odd_names_open_no_other_file(path: Path, name: str) -> None:
    odd = path.parent / name
    path.rename(odd)
    assert read(odd) == {"auth/token": "first", "auth/plan": "pro"}
    assert [one.name for one in odd.parent.iterdir()] == [name]


def test_obstacles_are_nothing_and_leave_nothing(path: Path) -> None:
    folder = path.parent
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "text").write_text("no database at all, but long enough to be one " * 50)
    (folder / "torn").write_bytes(path.read_bytes()[:700])
    (folder / "empty").touch()
    with closing(sqlite3.connect(folder / "other")) as connection:
        connection.execute("CREATE TABLE Others(key, value)")
    names = sorted(one.name for one in folder.iterdir())
    for name in ("folder", "pipe", "text", "torn", "empty", "other", "missing"):
        assert read(folder / name) is None, name
    assert sorted(one.name for one in folder.iterdir()) == names


def test_values_are_clean_bounded_and_texts(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        write(connection, token="\x1b[2Jx" + "\u202e", plan="y" * 70_000)
    assert read(path) == {"auth/token": "[2Jx"}
    with closing(sqlite3.connect(path)) as connection:
        write(connection, token=7, plan=None)
    assert read(path) == {}


def test_a_table_is_a_plain_name(path: Path) -> None:
    with pytest.raises(ValueError):
        foreign_sqlite.values(path, 'x"; DROP TABLE ItemTable; --', KEYS)


def test_lines_of_a_text_are_clean(home: Path) -> None:
    ask = File(name="hosts", roots=(("GH_CONFIG_DIR", "~/.gh"),), glob="hosts.yml", format="text")
    (home / ".gh").mkdir()
    (home / ".gh/hosts.yml").write_text("github.com:\r\n    oauth_token: gho_x\x1b[2J\n")
    answer = local_files.find(ask, {}, home)
    assert answer is not None and answer.body == "github.com:\n    oauth_token: gho_x[2J\n"
    os.truncate(home / ".gh/hosts.yml", 9 << 20)
    assert local_files.find(ask, {}, home) is None


def test_what_a_crash_left_half_written_is_undone_in_a_copy(path: Path, tmp_path: Path) -> None:
    left = tmp_path / "left"
    left.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        rows = [(f"x{number}", "y" * 2000) for number in range(200)]
        connection.executemany("INSERT INTO ItemTable VALUES (?, ?)", rows)
        connection.execute("PRAGMA cache_size=1")
        connection.execute("PRAGMA cache_spill=1")
        connection.execute("BEGIN")
        connection.execute("UPDATE ItemTable SET value = 'half' || value")
        for suffix in ("", "-journal"):
            (left / f"state.vscdb{suffix}").write_bytes(Path(f"{path}{suffix}").read_bytes())
    assert b"half" in (left / "state.vscdb").read_bytes()
    before = beside(left / "state.vscdb")
    assert read(left / "state.vscdb") == {"auth/token": "first", "auth/plan": "pro"}
    assert beside(left / "state.vscdb") == before


def test_a_change_while_it_is_read_as_one_that_nobody_changes_is_told(path: Path) -> None:
    with pytest.raises(OSError, match="changed"), foreign_sqlite.reading(path) as connection:
        with closing(sqlite3.connect(path)) as writer:
            write(writer, token="second")
        connection.execute("SELECT count(*) FROM ItemTable").fetchone()
    assert read(path) == {"auth/token": "second", "auth/plan": "pro"}


@pytest.mark.soak
@settings(
    max_examples=rounds(full=5000, short=60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    spoilt=st.lists(st.tuples(st.booleans(), st.floats(0, 1), st.binary(min_size=1, max_size=40)), max_size=6),
    cut=st.tuples(st.floats(0, 1) | st.none(), st.floats(0, 1) | st.none()),
)
@example(spoilt=[(False, 0.9999999999999999, bytes(4)), (True, 0.0, bytes(1))], cut=(None, None))
def test_spoilt_bytes_are_no_answer_or_clean_texts_and_stay_as_they_are(
    path: Path,
    busy: sqlite3.Connection,
    spoilt: list[tuple[bool, float, bytes]],
    cut: tuple[float | None, float | None],
) -> None:
    folder = path.parent.parent / "spoilt"
    folder.mkdir(exist_ok=True)
    for one in folder.iterdir():
        one.unlink()
    files = [bytearray(path.read_bytes()), bytearray(path.with_name(f"{path.name}-wal").read_bytes())]
    for in_wal, where, junk in spoilt:
        file = files[in_wal]
        at = int(where * (len(file) - len(junk)))
        file[at : at + len(junk)] = junk
    for file, share in zip(files, cut, strict=True):
        del file[len(file) if share is None else int(share * len(file)) :]
    copy = folder / path.name
    for name, file in zip((copy.name, f"{copy.name}-wal"), files, strict=True):
        (folder / name).write_bytes(file)
    before = beside(copy)
    found = read(copy)
    assert found is None or all(key in KEYS and value.isprintable() for key, value in found.items())
    assert found is not None or spoilt or cut != (None, None), "what is whole is read"
    assert beside(copy) == before
