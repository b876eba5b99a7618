"""Where files are, and that finding them makes none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from creditsui.paths import NoHome, ensure, find

linux = pytest.mark.skipif(sys.platform != "linux", reason="the folders of Linux")


@linux
def test_the_usual_folders():
    paths = find({"HOME": "/home/ann"})
    assert paths.config == Path("/home/ann/.config/creditsui/config.toml")
    assert paths.declared == Path("/home/ann/.config/creditsui/providers")
    assert paths.keys == Path("/home/ann/.config/creditsui/keys.toml")
    assert paths.ledger == Path("/home/ann/.local/share/creditsui/ledger.db")
    assert paths.status == Path("/home/ann/.local/state/creditsui/status.json")
    assert paths.claude_status == Path("/home/ann/.local/state/creditsui/claude-status.json")
    assert paths.prices == Path("/home/ann/.local/state/creditsui/prices.json")
    assert paths.seen == Path("/home/ann/.local/state/creditsui/seen")
    assert paths.log == Path("/home/ann/.local/state/creditsui/creditsui.log")
    assert paths.home == Path("/home/ann")


def test_xdg_folders_win():
    paths = find({"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s"})
    assert (paths.config.parent, paths.ledger.parent, paths.log.parent) == (
        Path("/c/creditsui"),
        Path("/d/creditsui"),
        Path("/s/creditsui"),
    )


@linux
@pytest.mark.parametrize("value", ["", "relative/path", "~/.config", "./x"])
def test_an_xdg_folder_that_is_not_absolute_does_not_count(value):
    assert find({"HOME": "/h", "XDG_CONFIG_HOME": value}) == find({"HOME": "/h"})


@pytest.mark.parametrize(
    "env", [{}, {"HOME": ""}, {"HOME": "relative"}, {"XDG_CONFIG_HOME": "/c"}, {"HOME": "a\0b"}], ids=str
)
def test_without_a_home_it_is_said_what_to_set(env):
    with pytest.raises(NoHome, match="set HOME to your home folder"):
        find(env)


def test_xdg_folders_do_without_a_home():
    paths = find({"XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s"})
    assert paths.ledger == Path("/d/creditsui/ledger.db")
    assert not paths.home.exists()


def test_finding_makes_nothing_and_loads_little(tmp_path):
    find({"HOME": str(tmp_path / "nobody")})
    assert not (tmp_path / "nobody").exists()
    code = "import sys, creditsui.paths as p; p.find({'HOME': '/h'}); print('platformdirs' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out == f"{sys.platform != 'linux'}\n"


def test_elsewhere_the_system_decides(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    paths = find({"HOME": os.environ["HOME"]})
    assert paths.config.name == "config.toml"
    assert paths.config.is_relative_to(os.environ["HOME"])


def test_ensured_folders_are_for_the_owner_alone(tmp_path):
    old = os.umask(0)
    try:
        (tmp_path / "there").mkdir(0o755)
        ensure(tmp_path / "there" / "a" / "b")
        ensure(tmp_path / "there" / "a" / "b")
    finally:
        os.umask(old)
    modes = [oct((tmp_path / "there" / one).stat().st_mode & 0o777) for one in (".", "a", "a/b")]
    assert modes == ["0o755", "0o700", "0o700"]


def test_a_file_where_a_folder_should_be(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError):
        ensure(tmp_path / "file" / "a")
