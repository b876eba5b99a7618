"""The file of an export: all of it or what was there before."""

import errno
import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from creditsui.adapters.transfer_file import reading, writing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


FULL = """
import resource, signal, sys
from pathlib import Path
from creditsui.adapters.transfer_file import writing
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with writing(Path(sys.argv[1])) as out:
        for _ in range(1000):
            out.write(b"x" * 1000)
except OSError as error:
    print(error.filename)
"""


@pytest.mark.parametrize("name", ["out", "out.gz"])
def test_a_disk_that_is_full_halfway_leaves_what_was_there(folder: Path, name: str) -> None:
    """Noise, since what can be compressed would fit."""
    (folder / name).write_text("before")
    code = FULL.replace('b"x" * 1000', "__import__('os').urandom(1000)")
    done = subprocess.run([sys.executable, "-c", code, str(folder / name)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(folder / name)
    assert [one.name for one in folder.iterdir()] == [name] and (folder / name).read_text() == "before"


def test_whatever_stops_it_leaves_what_was_there(folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt), writing(folder / "out") as out:
        out.write(b"half")
        raise KeyboardInterrupt
    assert list(folder.iterdir()) == []


def test_a_link_stays_a_link(folder: Path) -> None:
    (folder / "real").write_text("before")
    (folder / "real").chmod(0o644)
    (folder / "link").symlink_to("real")
    with writing(folder / "link") as out:
        out.write(b"after")
    assert (folder / "link").is_symlink() and (folder / "real").read_text() == "after"
    assert (folder / "real").stat().st_mode & 0o777 == 0o600


def test_an_error_of_what_is_written_is_not_said_to_be_the_files(folder: Path) -> None:
    with pytest.raises(OSError, match="theirs") as caught, writing(folder / "out"):
        raise OSError(errno.EIO, "theirs", "/elsewhere")
    assert caught.value.filename == "/elsewhere"


def test_lines_have_their_numbers_and_empty_ones_are_passed_over(folder: Path) -> None:
    path = folder / "in"
    for data in (b"\xef\xbb\xbfa\r\n\n  \nb\n\nc", gzip.compress(b"a\n\n\nb\n\nc\n")):
        path.write_bytes(data)
        with reading(path) as (lines, size):
            assert list(lines) == [(1, b"a"), (4, b"b"), (6, b"c")]
            assert size == lines.done == len(data) and not lines.broken
