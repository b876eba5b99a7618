"""Logs as they grow, turn over, vanish and are no logs at all."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from creditsui.adapters import tail
from creditsui.sources.spec import Source


def source(*files: str, roots: tuple[tuple[str, str], ...] = (("LOGS", "~/logs"),), **more: object) -> Source:
    return Source(id="s", name="S", roots=roots, files=files or ("**/*.jsonl",), **more)  # type: ignore[arg-type]


def found(one: Source, home: Path, *more: str, **env: str) -> list[str]:
    return [str(log.path.relative_to(home)) for log in tail.find(one, env, home, more)]


def put(path: Path, text: str = "x\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_globs_find_files_at_any_depth_and_only_those(tmp_path: Path) -> None:
    for name in ("logs/a.jsonl", "logs/x/b.jsonl", "logs/x/y/z/c.jsonl", "logs/x/d.json", "logs/x/e.jsonl.bak"):
        put(tmp_path / name)
    (tmp_path / "logs/f.jsonl").mkdir()
    os.mkfifo(tmp_path / "logs/g.jsonl")
    assert found(source(), tmp_path) == ["logs/a.jsonl", "logs/x/b.jsonl", "logs/x/y/z/c.jsonl"]
    assert found(source("*/*.jsonl"), tmp_path) == ["logs/x/b.jsonl"]
    assert found(source("x/**/c.jsonl", "*.jsonl"), tmp_path) == ["logs/a.jsonl", "logs/x/y/z/c.jsonl"]


def test_a_root_is_read_once_whatever_leads_to_it(tmp_path: Path) -> None:
    put(tmp_path / "logs/a.jsonl")
    (tmp_path / "link").symlink_to(tmp_path / "logs")
    os.link(tmp_path / "logs/a.jsonl", tmp_path / "logs/same.jsonl")
    both = f"{tmp_path}/logs, {tmp_path}/link,{tmp_path}/none,\0"
    assert len(found(source(), tmp_path, str(tmp_path / "link"), LOGS=both)) == 1


def test_links_that_lead_round_in_a_circle_end(tmp_path: Path) -> None:
    put(tmp_path / "logs/x/a.jsonl")
    (tmp_path / "logs/x/up").symlink_to(tmp_path / "logs")
    (tmp_path / "logs/self").symlink_to(tmp_path / "logs/self")
    assert [Path(name).name for name in found(source(), tmp_path)] == ["a.jsonl"]


def test_what_another_program_writes_first_beside_its_database_is_a_change(tmp_path: Path) -> None:
    path = put(tmp_path / "logs/state.db", "")
    one = source("state.db", rows=lambda rows: [])
    (before,) = tail.find(one, {}, tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t(x)")
        connection.commit()
        (after,) = tail.find(one, {}, tmp_path)
        assert (before.size, before.changed) != (after.size, after.changed)
        connection.execute("INSERT INTO t VALUES(1)")
        connection.commit()
        (later,) = tail.find(one, {}, tmp_path)
        assert (later.size, later.changed) != (after.size, after.changed)


def read(path: Path, part: tail.Part | None = None) -> list[tail.Part]:
    return list(tail.parts(path, part.offset, part.check) if part else tail.parts(path))


def test_new_lines_are_read_and_a_half_written_one_waits(tmp_path: Path) -> None:
    path = put(tmp_path / "a", "one\ntwo\nthr")
    (first,) = read(path)
    assert (first.data, first.start, first.offset) == (b"one\ntwo\n", 0, 8)
    assert read(path, first) == []
    with path.open("a") as file:
        file.write("ee\nfour\nf")
    (second,) = read(path, first)
    assert (second.data, second.start) == (b"three\nfour\n", 8)
    assert read(path, second) == []


@pytest.mark.parametrize("text", ["new\n", "newer and longer than it was before, by far\n", "one\nTWO\nthree\n"])
def test_a_log_that_was_cut_or_written_anew_is_read_from_its_start(tmp_path: Path, text: str) -> None:
    path = put(tmp_path / "a", "one\ntwo\n")
    (first,) = read(path)
    path.write_text(text)
    (again,) = read(path, first)
    assert (again.data.decode(), again.start) == (text, 0)


def test_small_steps_are_remembered_as_surely_as_large_ones(tmp_path: Path) -> None:
    path = put(tmp_path / "a", "")
    part: tail.Part | None = None
    for number in range(200):
        with path.open("a") as file:
            file.write(f"{number}\n")
        (part,) = read(path, part)
        assert part.data == f"{number}\n".encode()
        assert part.start == part.offset - len(part.data)


def test_lines_longer_than_a_block_stay_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "BLOCK", 10)
    lines = [b"a" * size + b"\n" for size in (3, 25, 0, 9, 10, 11, 40)]
    path = tmp_path / "a"
    path.write_bytes(b"".join(lines) + b"rest")
    parts = read(path)
    assert b"".join(part.data for part in parts) == b"".join(lines)
    assert all(part.data.endswith(b"\n") for part in parts)
    for part in parts:
        assert b"".join(one.data for one in read(path, part)) == b"".join(lines)[part.offset :]


def test_a_line_that_never_ends_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "BLOCK", 10)
    monkeypatch.setattr(tail, "LONGEST_LINE", 30)
    path = tmp_path / "a"
    path.write_bytes(b"ok\n" + b"x" * 75 + b"\nfine\n")
    assert b"".join(part.data for part in read(path)).endswith(b"fine\n")


def test_what_cannot_be_read_is_said_or_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("none", "pipe", "folder"):
        with pytest.raises(OSError):
            read(tmp_path / name)
        assert tail.whole(tmp_path / name) is None
    assert tail.whole(put(tmp_path / "d", "{}")) == b"{}"
