import hashlib
import json
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from creditsui.adapters import local_files
from creditsui.providers.spec import File

LOGIN = File(name="login", roots=(("TOOL_HOME", "~/.tool"),), glob="auth.json")
LOGS = File(
    name="logs", roots=(("TOOL_HOME", "~/.tool"),), glob="logs/**/*.jsonl", format="tail", newest=2, tail_bytes=64
)


def put(path: Path, data: str | bytes, changed: float = 1_700_000_000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    os.utime(path, (changed, changed))
    return path


def test_a_login_is_found_in_the_usual_place_with_the_time_of_its_last_change(home: Path) -> None:
    put(home / ".tool/auth.json", '{"tokens": {"access": "abc"}, "left": 0.1}')
    answer = local_files.find(LOGIN, {}, home)
    assert answer is not None
    assert answer.body == {"tokens": {"access": "abc"}, "left": Decimal("0.1")}
    assert answer.at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert answer.status == 200


def test_a_variable_replaces_the_place_and_may_name_several(home: Path, tmp_path: Path) -> None:
    put(home / ".tool/auth.json", '{"from": "default"}', 3e9)
    put(tmp_path / "a/auth.json", '{"from": "a"}', 1e9)
    put(tmp_path / "b/auth.json", '{"from": "b"}', 2e9)
    put(home / "c/auth.json", '{"from": "c"}', 1.5e9)

    def found(value: str) -> object:
        answer = local_files.find(LOGIN, {"TOOL_HOME": value}, home)
        return answer and answer.body["from"]

    assert found(f"{tmp_path}/a") == "a"
    assert found(f"{tmp_path}/a, {tmp_path}/b ,~/c") == "b"
    assert found("~/c") == "c"
    assert found(f"{tmp_path}/none") is None
    assert found(" , ") == "default"
    assert found("a\0b") is None


def test_strings_are_clean_and_a_long_token_stays_whole(home: Path) -> None:
    token = "eyJ" + "aB3-_" * 1000
    put(home / ".tool/auth.json", json.dumps({"token": token, "plan": "\x1b[2Jpro\u202e"}))
    answer = local_files.find(LOGIN, {}, home)
    assert answer is not None
    assert answer.body == {"token": token, "plan": "[2Jpro"}


def test_a_file_that_is_just_being_written_is_read_again_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(home / ".tool/auth.json", '{"tokens": {"acc')
    waited = []

    def finish(seconds: float) -> None:
        waited.append(seconds)
        put(path, '{"tokens": {"access": "abc"}}')

    monkeypatch.setattr(local_files.time, "sleep", finish)
    answer = local_files.find(LOGIN, {}, home)
    assert answer is not None and answer.body == {"tokens": {"access": "abc"}}
    assert waited == [0.2]


@pytest.mark.parametrize("content", ["", "{", "<html>", '{"a": NaN}', "[" * 100_000, b"\xff\xfe\x00"])
def test_what_is_not_json_is_nothing(home: Path, content: str | bytes) -> None:
    put(home / ".tool/auth.json", content)
    assert local_files.find(LOGIN, {}, home) is None


def test_too_much_is_nothing(home: Path) -> None:
    path = put(home / ".tool/auth.json", "{}")
    os.truncate(path, 9 << 20)
    assert local_files.find(LOGIN, {}, home) is None


def test_the_ends_of_the_newest_logs_come_newest_first_and_begin_with_a_whole_line(home: Path) -> None:
    put(home / ".tool/logs/1/old.jsonl", "too old\n", 1e9)
    put(home / ".tool/logs/2/middle.jsonl", "short\nfile\n", 2e9)
    put(home / ".tool/logs/2/new.jsonl", "".join(f"line {number:04d}\n" for number in range(1000)), 3e9)
    answer = local_files.find(LOGS, {}, home)
    assert answer is not None
    newest, middle = answer.body
    assert newest.splitlines() == [f"line {number:04d}" for number in range(994, 1000)]
    assert middle == "short\nfile\n"
    assert answer.at == datetime.fromtimestamp(3e9, UTC)


def test_a_tail_that_begins_exactly_with_a_line_keeps_it(home: Path) -> None:
    put(home / ".tool/logs/a.jsonl", "x" * 100 + "\n" + "y" * 63 + "\n")
    answer = local_files.find(LOGS, {}, home)
    assert answer is not None and answer.body == ("y" * 63 + "\n",)


def test_a_tail_without_a_line_end_is_empty_and_bad_bytes_do_not_matter(home: Path) -> None:
    put(home / ".tool/logs/a.jsonl", b"x" * 1000, 1e9)
    put(home / ".tool/logs/b.jsonl", b'{"caf\xe9": "\x1b[2J"}\n', 2e9)
    answer = local_files.find(LOGS, {}, home)
    assert answer is not None and answer.body == ('{"caf\ufffd": "[2J"}\n', "")


class TestObstacles:
    """Whatever stands in a file's place: skipped, never waited for, and what else is there still counts."""

    def test_nothing_there(self, home: Path) -> None:
        assert local_files.find(LOGIN, {}, home) is None
        assert local_files.find(LOGS, {}, home) is None
        assert local_files.find(LOGIN, {}, Path("/nonexistent")) is None
        assert local_files.feed(home / "none.json") is None

    def test_a_folder_a_pipe_and_links_in_circles(self, home: Path) -> None:
        logs = home / ".tool/logs"
        put(logs / "good.jsonl", "good\n")
        (logs / "folder.jsonl").mkdir()
        os.mkfifo(logs / "pipe.jsonl")
        (logs / "self.jsonl").symlink_to("self.jsonl")
        (logs / "dangling.jsonl").symlink_to("nowhere")
        (logs / "loop").symlink_to(logs)
        answer = local_files.find(LOGS, {}, home)
        assert answer is not None and answer.body == ("good\n",)
        for name in ("folder.jsonl", "pipe.jsonl", "self.jsonl", "dangling.jsonl"):
            assert local_files.feed(logs / name) is None

    def test_a_device(self) -> None:
        assert local_files.feed(Path("/dev/zero")) is None
        assert local_files.feed(Path("/dev/stdin")) is None

    def test_a_file_and_a_folder_that_may_not_be_read(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o755)
        for parent in tmp_path.parents[:3]:
            parent.chmod(0o755)
        put(tmp_path / ".tool/auth.json", "{}").chmod(0)
        put(tmp_path / ".tool/logs/shut/a.jsonl", "hidden\n")
        put(tmp_path / ".tool/logs/b.jsonl", "seen\n")
        (tmp_path / ".tool/logs/shut").chmod(0)
        found: list[object] = []

        def look() -> None:
            found.append(local_files.find(LOGIN, {}, tmp_path))
            answer = local_files.find(LOGS, {}, tmp_path)
            found.append(answer and answer.body)

        as_nobody(look)
        assert found == [None, ("seen\n",)]

    def test_a_login_that_is_a_link_is_followed(self, home: Path, tmp_path: Path) -> None:
        put(tmp_path / "real.json", '{"a": 1}')
        (home / ".tool").mkdir()
        (home / ".tool/auth.json").symlink_to(tmp_path / "real.json")
        answer = local_files.find(LOGIN, {}, home)
        assert answer is not None and answer.body == {"a": 1}


def test_nothing_is_ever_written(home: Path) -> None:
    put(home / ".tool/auth.json", "{torn")
    put(home / ".tool/logs/a.jsonl", "a\n")

    def state() -> list[tuple[str, str, int, int]]:
        return [
            (str(path), hashlib.sha256(path.read_bytes() if path.is_file() else b"").hexdigest(), *times(path))
            for path in sorted(home.rglob("*"))
        ]

    def times(path: Path) -> tuple[int, int]:
        status = path.stat()
        return status.st_mtime_ns, status.st_ctime_ns

    before = state()
    local_files.find(LOGIN, {}, home)
    local_files.find(LOGS, {}, home)
    assert state() == before


def test_a_writer_that_never_stops_is_never_seen_half_done(home: Path) -> None:
    """A login that is rotated all the time: old or new, never anything else."""
    path = put(home / ".tool/auth.json", json.dumps({"token": "a" * 3000}))
    done = threading.Event()

    def rotate() -> None:
        turn = 0
        while not done.is_set():
            turn += 1
            temporary = path.with_suffix(".tmp")
            temporary.write_text(json.dumps({"token": "ab"[turn % 2] * 3000}))
            temporary.replace(path)

    writer = threading.Thread(target=rotate)
    writer.start()
    try:
        for _ in range(300):
            answer = local_files.find(LOGIN, {}, home)
            assert answer is not None and answer.body["token"] in ("a" * 3000, "b" * 3000)
    finally:
        done.set()
        writer.join()


def as_nobody(act: Callable[[], None]) -> None:
    """Run as somebody whom permissions bind, for root ignores them."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        act()
    finally:
        if root:
            os.seteuid(0)
