"""Replacing a file: old bytes or new bytes, whatever happens."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from creditsui.adapters import atomic
from creditsui.adapters.atomic import Conflict, replace
from tests.adapters.killing import Nursery

NOBODY = 65534


def others(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir() if one.name not in {path.name, f".{path.name}.lock"})


@pytest.fixture
def path(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    return folder / "config.toml"


def test_a_new_file_is_for_the_owner_alone(path):
    replace(path.parent / "new" / "file", b"data")
    assert (path.parent / "new" / "file").read_bytes() == b"data"
    assert (path.parent / "new" / "file").stat().st_mode & 0o777 == 0o600
    assert (path.parent / "new").stat().st_mode & 0o777 == 0o700
    replace(path, b"x", mode=0o644)
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_link_stays_a_link_and_its_target_keeps_mode_and_owner(path):
    target = path.parent / "dotfiles" / "real.toml"
    target.parent.mkdir()
    target.write_bytes(b"old")
    target.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(target, NOBODY, NOBODY)
    path.symlink_to(target)
    owner = target.stat().st_uid
    replace(path, b"new", unless_changed=b"old")
    assert path.is_symlink()
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640
    assert target.stat().st_uid == owner
    assert [one.name for one in target.parent.iterdir()] == ["real.toml"]


def test_what_was_changed_meanwhile_is_not_overwritten(path):
    path.write_bytes(b"theirs")
    with pytest.raises(Conflict):
        replace(path, b"ours", unless_changed=b"old")
    assert path.read_bytes() == b"theirs"
    assert others(path) == []
    path.unlink()
    replace(path, b"ours", unless_changed=b"")
    with pytest.raises(Conflict):
        replace(path, b"again", unless_changed=b"")


def test_a_file_without_the_write_bit_is_respected(path):
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(PermissionError, match="read-only"):
        replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert others(path) == []


@pytest.mark.parametrize("kind", ["folder", "pipe", "loop", "device"])
def test_what_is_not_a_file_is_refused(path, kind):
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    else:
        path.symlink_to("/dev/null")
    with pytest.raises(OSError):
        replace(path, b"new")
    assert others(path) == []


def test_leftovers_of_the_dead_are_swept_and_of_the_living_kept(path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    orphan = path.with_name(f".config.toml.{dead.pid}.abcd.tmp")
    living = path.with_name(f".config.toml.{os.getpid()}.abcd.tmp")
    ancient = path.with_name(f".config.toml.{os.getpid()}.efgh.tmp")
    strange = path.with_name(".config.toml.notes.tmp")
    for one in (orphan, living, ancient, strange):
        one.write_bytes(b"")
    os.utime(ancient, (1, 1))
    replace(path, b"new")
    assert others(path) == sorted([living.name, strange.name])


def test_a_full_disk_leaves_nothing_behind(path):
    path.write_bytes(b"old")
    code = (
        "import resource, signal, sys; from pathlib import Path; from creditsui.adapters.atomic import replace\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: replace(Path(sys.argv[1]), b'x' * 2000)\n"
        "except OSError as error: print(error.errno)"
    )
    told = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(errno.EFBIG)
    assert path.read_bytes() == b"old"
    assert others(path) == []


def test_another_instance_is_waited_for_but_not_for_ever(path, monkeypatch):
    monkeypatch.setattr(atomic, "PATIENCE", 0.05)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, sys; lock = open(sys.argv[1], 'w'); fcntl.flock(lock, fcntl.LOCK_EX)\n"
            "print('held', flush=True); sys.stdin.read()",
            str(path.with_name(".config.toml.lock")),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(TimeoutError, match="another creditsui"):
        replace(path, b"new")
    assert not path.exists()
    holder.communicate()
    replace(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(os.geteuid() != 0, reason="root can give the folder to somebody else")
def test_a_folder_that_cannot_be_written_is_said(path):
    path.write_bytes(b"old")
    path.parent.chmod(0o555)
    code = (
        "import os, sys; from pathlib import Path; from creditsui.adapters.atomic import replace\n"
        f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"
        "try: replace(Path('config.toml'), b'x')\n"
        "except PermissionError: print('refused')"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=path.parent)
    assert told.stdout.strip() == "refused", told.stderr
    assert path.read_bytes() == b"old"


WRITING = """
import itertools
from pathlib import Path
from creditsui.adapters.config_file import change
def work(first):
    for n in itertools.count(first):
        told(n)
        change(Path(sys.argv[1]), ("accounts", "a", "capacity"), float(n))
"""


def test_killed_at_any_moment_the_file_is_old_or_new(path):
    """kill -9, 200 times, while a setting is written through a link to a file of mode 0640."""
    target = path.parent / "dotfiles" / "real.toml"
    target.parent.mkdir()
    text = "# mine\n[accounts.a]\ncapacity = {}.0 # full\n" + "# filler\n" * 2000 + "[display]\nsort = 'name'\n"
    target.write_text(text.format(1))
    target.chmod(0o640)
    path.symlink_to(target)
    last = 1
    with Nursery(WRITING, path) as nursery:
        for _ in range(200):
            begun = nursery.killed(last + 1, after=3, within=0.015)
            found = target.read_text()
            assert found in {text.format(begun - 1), text.format(begun)}
            assert path.is_symlink()
            assert target.stat().st_mode & 0o777 == 0o640
            assert len([one for one in target.parent.iterdir() if one != target]) <= 1
            last = begun if found == text.format(begun) else begun - 1
