"""Files that can be made anew: whole, or as if they were not there."""

import os
from pathlib import Path

import pytest

from creditsui.adapters import spare


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "state"
    made.mkdir()
    return made


@pytest.mark.parametrize("content", [b"", b"a", b"a\nb\n", bytes(range(256)), b"x" * 3_000_000])
def test_what_was_kept_is_there_for_its_owner_alone(folder: Path, content: bytes) -> None:
    file = folder / "kept"
    for text in (b"before", content):
        spare.keep(str(file), text)
        assert spare.load(str(file)) == text
    assert file.stat().st_mode & 0o777 == 0o600 and os.listdir(folder) == ["kept"]


def test_half_of_a_file_is_none_and_so_is_a_changed_byte(folder: Path) -> None:
    file = folder / "kept"
    spare.keep(str(file), b"content")
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert spare.load(str(file)) is None
        file.write_bytes(whole[:length] + bytes([whole[length] ^ 1]) + whole[length + 1 :])
        assert spare.load(str(file)) is None


def test_what_is_no_file_is_nothing_and_nobody_waits_for_it(folder: Path) -> None:
    for path in (folder, folder / "missing", folder / "a\0b"):
        assert spare.load(str(path)) is None
    os.mkfifo(folder / "pipe")
    assert spare.load(str(folder / "pipe")) is None


def test_where_it_cannot_be_kept_nothing_is_left_and_nothing_raised(folder: Path) -> None:
    (folder / "taken/inside").mkdir(parents=True)
    spare.keep(str(folder / "taken"), b"a")
    spare.keep(str(folder / "missing/kept"), b"a")
    spare.drop(str(folder / "missing"))
    assert os.listdir(folder) == ["taken"]
