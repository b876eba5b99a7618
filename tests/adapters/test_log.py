import base64
import logging
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from creditsui.adapters import log
from creditsui.domain.secret import Secret

KEY = "canary+key/0123456789="


@pytest.fixture(autouse=True)
def own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test does to the logging of the whole process ends with it."""
    root = logging.getLogger()
    handlers, level, raises = list(root.handlers), root.level, logging.raiseExceptions
    monkeypatch.setattr(log, "_known", set())
    monkeypatch.setattr(log, "_scrubber", None)
    yield
    for handler in list(root.handlers):
        if handler not in handlers:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)
    logging.raiseExceptions = raises


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state/creditsui/creditsui.log"


def test_it_is_a_private_file_with_times_in_utc(path: Path) -> None:
    log.start(path)
    logging.getLogger("creditsui.x").info("hello %s", "there")
    line = path.read_text()
    assert line.endswith("Z INFO creditsui.x: hello there\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_becomes_private(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text("old\n")
    path.chmod(0o644)
    log.start(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and path.read_text() == "old\n"


def test_no_secret_gets_in_by_any_way(path: Path) -> None:
    log.start(path, logging.DEBUG)
    log.remember(Secret(KEY))
    logger = logging.getLogger("creditsui")
    logger.info("with %s", KEY)
    logger.info("split " + KEY[:11] + "\u200b" + KEY[11:])
    logger.info({"headers": {"x-api-key": KEY}})
    logger.info("packed %s", base64.b64encode(b"user:" + KEY.encode()).decode())
    logger.info("unknown Bearer abc123.def456 and https://h.example/?key=zzzz9999&a=1")
    try:
        secret_in_locals = KEY
        raise ValueError(f"Illegal header value {secret_in_locals}")
    except ValueError:
        logger.exception("failed")
    logging.getLogger("httpx").info("GET https://h.example/?key=%s", KEY)
    text = path.read_text()
    assert text.count("[secret]") == 6
    assert not any(KEY[at : at + 12] in text for at in range(len(KEY) - 11))
    assert "abc123" not in text and "zzzz9999" not in text and base64.b64encode(KEY.encode()).decode()[4:16] not in text
    assert "test_log.py" in text and "ValueError" in text and "Illegal" not in text


def test_nothing_in_it_moves_a_terminal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # whoever collects this test's log cannot encode it
    log.start(path)
    logging.getLogger("creditsui").info("a\x1b]52;c;aGk=\x07b\x9b2J\u202e\ud800")
    assert path.read_bytes().rstrip(b"\n").decode().endswith("a]52;c;aGk=b2J\ufffd")


def test_it_stays_small_and_every_part_is_private(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LARGEST", 2000)
    log.start(path)
    for number in range(300):
        logging.getLogger("creditsui").info("line %d %s", number, "x" * 40)
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["creditsui.log", "creditsui.log.1", "creditsui.log.2"]
    assert all(file.stat().st_size <= 2000 and stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


def test_where_there_can_be_no_log_there_is_none_and_nothing_is_said(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    log.start(tmp_path / "file/creditsui.log")
    logging.getLogger("creditsui").error("nobody hears this")
    assert capfd.readouterr() == ("", "")


def crash(code: str, path: Path) -> subprocess.CompletedProcess[str]:
    """The last words of a program of its own."""
    program = f"""
        import pathlib, threading
        from creditsui.adapters import log
        log.start(pathlib.Path({str(path)!r})); log.catch_crashes(); log.no_core_dump()
        key = {KEY!r}
    """
    full = textwrap.dedent(program) + textwrap.dedent(code)
    return subprocess.run([sys.executable, "-c", full], capture_output=True, text=True, timeout=60, check=False)


def test_a_crash_says_one_line_and_shows_no_values(path: Path) -> None:
    ended = crash("def act(): raise RuntimeError('with ' + key)\nact()", path)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "creditsui failed: RuntimeError. The log says where.\n"
    assert "in act" not in ended.stderr and "<string>:6 act" in path.read_text()
    assert KEY not in path.read_text()


def test_a_thread_that_crashes_is_logged_and_the_terminal_stays_as_it_is(path: Path) -> None:
    ended = crash(
        """
        def act(): raise RuntimeError('with ' + key)
        asker = threading.Thread(target=act, name='asker'); asker.start(); asker.join()
        """,
        path,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert "thread asker failed" in path.read_text() and KEY not in path.read_text()


def test_a_full_disk_is_not_the_programs_problem(path: Path) -> None:
    ended = crash(
        """
        import logging, resource, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        logging.getLogger("creditsui").error("no room")
        print("goes on")
        """,
        path,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "goes on\n", "")
    assert path.read_text() == ""


def test_memory_is_never_dumped_to_disk(path: Path) -> None:
    ended = crash("import resource; print(resource.getrlimit(resource.RLIMIT_CORE))", path)
    assert ended.stdout == "(0, 0)\n"
