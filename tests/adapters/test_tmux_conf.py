"""Our one line in tmux' settings: taken away again, the file has the very bytes that it had before."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.adapters import tmux_conf
from creditsui.adapters.tmux_conf import Unfit, add, candidates, place, take_away, with_line, without_line

COMMAND = "source-file -q /home/me/.config/creditsui/tmux.conf"
texts = st.lists(st.sampled_from([b"set -g mouse on", b"", b"# \xff", b"x \\", b"\r", b"bind b ls"]), max_size=5).map(
    b"\n".join
)


@given(texts | st.binary(max_size=40))
def test_what_was_added_leaves_no_byte_behind(before: bytes) -> None:
    try:
        after = with_line(before, COMMAND)
    except Unfit:
        assert before.rstrip(b"\n").endswith(b"\\")
        return
    assert COMMAND.encode() in after.splitlines()[-1] and after.startswith(before)
    assert with_line(after, COMMAND) == after, "once is enough"
    assert without_line(after) == before


@given(texts, texts)
def test_what_the_user_wrote_around_it_since_stays(above: bytes, below: bytes) -> None:
    line = with_line(b"", COMMAND)
    assert without_line(above + b"\n" + line + below) == above + b"\n" + below


def test_a_line_from_before_is_written_anew_in_its_place_and_stands_once() -> None:
    old = with_line(b"a\n", "source-file -q /old") + b"b\n"
    new = with_line(old, COMMAND)
    assert new.splitlines()[0] == b"a" and COMMAND.encode() in new.splitlines()[1] and new.splitlines()[2:] == [b"b"]
    assert with_line(new + with_line(b"", "source-file -q /twice"), COMMAND) == new
    assert without_line(new) == b"a\nb\n"


def test_a_file_of_our_own_goes_with_the_line_unless_the_user_wrote_into_it(tmp_path: Path) -> None:
    path, lock = tmp_path / ".tmux.conf", tmp_path / "ours"
    assert add(path, COMMAND, lock=lock) and not add(path, COMMAND, lock=lock)
    assert take_away(path, lock=lock) and not path.exists() and not take_away(path, lock=lock)
    add(path, COMMAND, lock=lock)
    path.write_bytes(path.read_bytes() + b"set -g mouse on\n")
    assert take_away(path, lock=lock) and path.read_bytes() == b"set -g mouse on\n"
    path.write_bytes(b"")
    add(path, COMMAND, lock=lock)
    assert take_away(path, lock=lock) and path.read_bytes() == b"", "an empty file is the user's too"


def test_a_link_leads_to_the_file_that_changes_and_its_mode_stays(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    target, path = tmp_path / "dotfiles/tmux.conf", tmp_path / ".tmux.conf"
    target.write_bytes(b"set -g mouse on")
    target.chmod(0o640)
    path.symlink_to("dotfiles/tmux.conf")
    assert add(path, COMMAND, lock=tmp_path / "ours") and path.is_symlink() and COMMAND in target.read_text()
    assert target.stat().st_mode & 0o777 == 0o640
    assert take_away(path, lock=tmp_path / "ours") and target.read_bytes() == b"set -g mouse on" and path.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in target.parent.iterdir()) == ["tmux.conf"], "nothing is left among dotfiles"


def test_what_cannot_be_changed_safely_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / ".tmux.conf"
    path.symlink_to("nowhere")
    with pytest.raises(Unfit, match="symbolic link"):
        add(path, COMMAND, lock=tmp_path / "ours")
    path.unlink()
    path.write_bytes(b"set -g status-right \\\n")
    with pytest.raises(Unfit, match="backslash"):
        add(path, COMMAND, lock=tmp_path / "ours")
    path.write_bytes(b"#" * (tmux_conf.LARGEST + 1))
    with pytest.raises(Unfit, match="1 MiB"):
        add(path, COMMAND, lock=tmp_path / "ours")
    path.unlink()
    path.mkdir()
    with pytest.raises(OSError, match="not a regular file"):
        add(path, COMMAND, lock=tmp_path / "ours")


def test_the_file_is_the_last_that_tmux_reads(tmp_path: Path) -> None:
    usual, told = tmp_path / ".config/tmux/tmux.conf", tmp_path / "xdg/tmux/tmux.conf"
    env = {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    assert candidates(env, tmp_path) == (tmp_path / ".tmux.conf", told, usual)
    assert candidates({"XDG_CONFIG_HOME": str(tmp_path / ".config")}, tmp_path) == (tmp_path / ".tmux.conf", usual)
    assert place({}, tmp_path) == tmp_path / ".tmux.conf", "any version reads it"
    usual.parent.mkdir(parents=True)
    assert place({}, tmp_path) == usual, "where its folder is, somebody keeps it there"
    (tmp_path / ".tmux.conf").touch()
    assert place(env, tmp_path) == tmp_path / ".tmux.conf"
    told.parent.mkdir(parents=True)
    told.touch()
    assert place(env, tmp_path) == told
    usual.touch()
    assert place(env, tmp_path) == usual
