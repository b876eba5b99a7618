"""Files of the user's own: whole or not at all, for the owner alone, and never one of ours."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from creditsui.adapters import atomic
from creditsui.core import outside
from tests.core.conftest import SessionOf, clock, session_of

__all__ = ["clock", "session_of"]


def test_a_new_file_is_for_the_owner_alone_and_nothing_else_lies_beside_it(
    session_of: SessionOf, tmp_path: Path
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    outside.write(session_of(), folder / "r.html", b"one")
    assert stat.S_IMODE((folder / "r.html").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["r.html"]


def test_a_file_that_was_there_keeps_its_mode_and_a_link_stays_a_link(session_of: SessionOf, tmp_path: Path) -> None:
    real, link = tmp_path / "real.html", tmp_path / "link.html"
    real.write_bytes(b"old")
    real.chmod(0o644)
    link.symlink_to(real)
    outside.write(session_of(), link, b"new")
    assert link.is_symlink() and real.read_bytes() == b"new" and stat.S_IMODE(real.stat().st_mode) == 0o644


def test_a_link_to_nothing_makes_what_it_points_to(session_of: SessionOf, tmp_path: Path) -> None:
    link = tmp_path / "link.html"
    link.symlink_to(tmp_path / "later.html")
    outside.write(session_of(), link, b"new")
    assert link.is_symlink() and (tmp_path / "later.html").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (lambda home: home, "it is a folder; name a file"),
        (lambda home: home / "no" / "r.html", "there is no such folder"),
        (lambda home: Path("/dev/full"), "it is no file; “-” writes to standard output"),
    ],
)
def test_a_place_where_nothing_can_be_written_says_why(
    session_of: SessionOf, home: Path, place: Callable[[Path], Path], says: str
) -> None:
    with pytest.raises(OSError) as raised:
        outside.write(session_of(), place(home), b"x")
    assert (raised.value.strerror, raised.value.filename) == (says, str(place(home)))
    assert not (home / "no").exists()


def test_no_file_of_ours_is_overwritten_whatever_it_is_called(session_of: SessionOf, tmp_path: Path) -> None:
    session = session_of()
    session.paths.ledger.parent.mkdir(parents=True, exist_ok=True)
    session.paths.ledger.write_bytes(b"ledger")
    link = tmp_path / "r.html"
    link.symlink_to(session.paths.ledger)
    for place in (session.paths.ledger, link):
        with pytest.raises(OSError, match="a file of creditsui itself"):
            outside.write(session, place, b"x")
    assert session.paths.ledger.read_bytes() == b"ledger"


def test_a_full_disk_leaves_what_was_there(
    session_of: SessionOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.html"
    path.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(atomic.os, "fsync", full)
    with pytest.raises(OSError) as raised:
        outside.write(session_of(), path, b"new")
    assert (raised.value.errno, raised.value.filename) == (errno.ENOSPC, str(path))
    assert path.read_bytes() == b"old" and [one.name for one in tmp_path.iterdir() if "tmp" in one.name] == []


def test_who_took_the_write_permission_away_meant_it(session_of: SessionOf, tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(PermissionError, match="read-only"):
        outside.write(session_of(), path, b"new")
    assert path.read_bytes() == b"old"
