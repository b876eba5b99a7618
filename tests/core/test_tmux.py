"""What is written for tmux: how this creditsui is run from there, which keys, and that no text breaks the settings."""

from pathlib import Path

import pytest

from creditsui.core.settings import Unsettable
from creditsui.core.tmux import Keys, keys, program, snippet
from creditsui.core.tmux_check import _numbers


def test_it_is_run_by_the_name_it_was_started_as_or_by_its_interpreter(tmp_path: Path) -> None:
    real, linked = tmp_path / "venv/bin/creditsui", tmp_path / "bin/creditsui"
    for path in (real, linked):
        path.parent.mkdir(parents=True)
    real.write_text("#!/bin/sh\n")
    real.chmod(0o755)
    linked.symlink_to(real)
    python = str(real.with_name("python"))
    assert program(str(linked), python) == [str(linked)], "what the link leads to may move"
    module = str(tmp_path / "creditsui/__main__.py")
    assert program(module, python) == [str(real)], "beside the interpreter"
    assert program("-c", "/usr/bin/python3") == ["/usr/bin/python3", "-m", "creditsui"]
    real.chmod(0o644)
    assert program(str(linked), python) == [python, "-m", "creditsui"]


def test_a_relative_name_becomes_one_that_holds_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "creditsui").touch(0o755)
    monkeypatch.chdir(tmp_path)
    assert program("./creditsui", "/usr/bin/python3") == [str(tmp_path / "creditsui")]


def test_keys_are_those_that_tmux_knows() -> None:
    assert keys(None, None) == Keys("b", "B")
    assert keys("none", "b") == Keys("", "b", frozenset({"none", "b"})) and keys("NONE", "none").pane == ""
    for key in ("C-y", "M-c", "F5", ";", "'", '"', "#", "Space", "C-M-x", "\\", "{", "PageUp"):
        assert keys(key, None).popup == key
    for key in ("", "ab", "C-", "b; kill-server", "b\nkill-server", "é", "F99", "run-shell x"):
        with pytest.raises(Unsettable, match="no key of tmux"):
            keys(key, None)
    with pytest.raises(Unsettable, match="cannot both"):
        keys("B", None)


def test_a_key_that_is_none_is_bound_to_nothing() -> None:
    assert "bind-key -n" in snippet(["/bin/creditsui"], [], Keys("", ""))
    assert snippet(["/bin/creditsui"], [], Keys("", "")).count("bind-key") == 1
    assert "bind-key" not in snippet(["/bin/creditsui"], [], Keys("", "", click=False))


def test_no_word_can_leave_its_line() -> None:
    for word in ("a\nrun-shell 'touch pwned'", "a\x1b[2J", "a\x00b", "a\u2028b"):
        with pytest.raises(Unsettable, match="control characters"):
            snippet(["/bin/creditsui"], ["--template", word], Keys())
        with pytest.raises(Unsettable, match="control characters"):
            snippet([word], [], Keys())


def test_a_width_of_the_users_own_takes_the_place_of_a_third() -> None:
    assert "--width 60" in snippet(["c"], ["--width", "60"], Keys()) and "client_width" not in snippet(
        ["c"], ["--width", "60"], Keys()
    )
    assert "client_width" in snippet(["c"], ["--hide", "work"], Keys())


@pytest.mark.parametrize(
    ("version", "numbers"), [("3.3a", (3, 3)), ("3.10", (3, 10)), ("next-3.6", (3, 6)), ("openbsd-7.5", (7, 5))]
)
def test_versions_are_compared_as_numbers(version: str, numbers: tuple[int, int]) -> None:
    assert _numbers(version) == numbers and _numbers("master") > numbers
