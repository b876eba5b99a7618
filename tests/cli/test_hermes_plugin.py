"""`creditsui hermes-plugin`: what it prints, what it writes, and what it leaves alone."""

import os
from pathlib import Path

import pytest

from creditsui.core.hermes.plugin import FILES, TOLD
from tests.cli.conftest import Run

CONFIG = "model: deepseek-chat # mine\r\nplugins:\r\n  enabled: []\r\n"


@pytest.fixture
def hermes(home: Path) -> Path:
    folder = home / ".hermes"
    folder.mkdir()
    (folder / "config.yaml").write_bytes(CONFIG.encode())
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_prints_every_file_and_writes_none(run_cli: Run, hermes: Path) -> None:
    before = tree(hermes)
    done = run_cli("hermes-plugin")
    assert done.code == 0
    for name in FILES:
        assert f"==> {hermes}/plugins/creditsui/{name} <==" in done.out
    assert "def register(" in done.out
    assert "Nothing was written; creditsui hermes-plugin --write does it." in done.err
    assert "hermes plugins enable creditsui" in done.err
    assert tree(hermes) == before


def test_it_installs_the_plugin_and_touches_nothing_else_of_hermes(run_cli: Run, hermes: Path, home: Path) -> None:
    (hermes / "plugins/other").mkdir(parents=True)
    (hermes / "plugins/other/plugin.yaml").write_text("name: other\n")
    before = tree(hermes)
    done = run_cli("hermes-plugin", "--write")
    assert done.code == 0
    after = tree(hermes)
    ours = {f"plugins/creditsui/{name}" for name in (*FILES, TOLD)}
    assert {name for name in after if after[name] != before.get(name)} == ours
    assert set(before) <= set(after)
    assert done.out.splitlines() == [f"{hermes}/plugins/creditsui/{name}" for name in (TOLD, *FILES)]
    assert "Only you can enable it" in done.err
    assert after[f"plugins/creditsui/{TOLD}"].decode() == f"{home}/.local/state/creditsui/status.json\n"


def test_written_again_it_changes_what_is_not_as_it_should_be(run_cli: Run, hermes: Path) -> None:
    folder = hermes / "plugins/creditsui"
    run_cli("hermes-plugin", "--write")
    again = run_cli("hermes-plugin", "--write")
    assert (again.code, again.out) == (0, "")
    assert f"{folder} is up to date; nothing was written." in again.err
    (folder / "board.py").write_text("broken")
    (folder / "mine.txt").write_text("a note")
    mended = run_cli("hermes-plugin", "--write")
    assert mended.out == f"{folder}/board.py\n"
    assert "def status" in (folder / "board.py").read_text()
    assert (folder / "mine.txt").read_text() == "a note"
    assert not [path for path in folder.rglob("*") if path.name.endswith((".tmp", ".lock"))]


def test_the_home_is_the_one_hermes_is_told_of_or_the_settings_say(run_cli: Run, hermes: Path, tmp_path: Path) -> None:
    profile, settings = hermes / "profiles/work", tmp_path / "settings home"
    profile.mkdir(parents=True)
    settings.mkdir()
    assert run_cli("hermes-plugin", "--write", env={"HERMES_HOME": str(profile)}).code == 0
    assert (profile / "plugins/creditsui/plugin.yaml").is_file()
    assert not (hermes / "plugins").exists()
    config = Path(os.environ["HOME"]) / ".config/creditsui/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[routing]\nhome = "{settings}"\n')
    assert run_cli("hermes-plugin", "--write", env={"HERMES_HOME": str(profile)}).code == 0
    assert (settings / "plugins/creditsui/plugin.yaml").is_file()


@pytest.mark.parametrize("named", ["", "root"])
def test_a_profile_that_was_chosen_for_good_has_plugins_of_its_own_and_is_told(
    run_cli: Run, hermes: Path, named: str
) -> None:
    (hermes / "profiles/work").mkdir(parents=True)
    (hermes / "active_profile").write_text("work\n")
    done = run_cli("hermes-plugin", "--write", env={"HERMES_HOME": str(hermes)} if named else {})
    assert (hermes / "plugins/creditsui/plugin.yaml").is_file()  # where the dashboard looks
    assert not (hermes / "profiles/work/plugins").exists()
    assert f"HERMES_HOME={hermes}/profiles/work creditsui hermes-plugin --write" in done.err


def test_without_hermes_it_prints_and_does_not_install(run_cli: Run, home: Path) -> None:
    shown = run_cli("hermes-plugin")
    assert (shown.code, "def register(" in shown.out) == (0, True)
    assert "No Hermes Agent in" in shown.err
    done = run_cli("hermes-plugin", "--write")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("No Hermes Agent in")
    assert len(done.err.splitlines()) == 1
    assert not (home / ".hermes").exists()


def test_what_is_not_ours_is_not_overwritten(run_cli: Run, hermes: Path, tmp_path: Path) -> None:
    folder = hermes / "plugins/creditsui"
    folder.mkdir(parents=True)
    (folder / "plugin.yaml").write_text("name: creditsui-of-another\n")
    done = run_cli("hermes-plugin", "--write")
    assert (done.code, done.err) == (1, f"{folder} holds another plugin; move it away first.\n")
    (folder / "plugin.yaml").unlink()
    folder.rmdir()
    folder.symlink_to(tmp_path)
    assert run_cli("hermes-plugin", "--write").err == f"{folder} is no folder of its own; move it away first.\n"
    folder.unlink()
    folder.write_text("a file")
    assert run_cli("hermes-plugin", "--write").code == 1
    assert folder.read_text() == "a file"
    folder.unlink()
    folder.mkdir()
    (tmp_path / "elsewhere").write_text("precious")
    (folder / "board.py").symlink_to(tmp_path / "elsewhere")
    done = run_cli("hermes-plugin", "--write")
    assert (done.code, (tmp_path / "elsewhere").read_text()) == (1, "precious")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_home_that_cannot_be_written_is_told_in_one_line(run_cli: Run, hermes: Path) -> None:
    hermes.chmod(0o500)
    try:
        done = run_cli("hermes-plugin", "--write")
        assert (done.code, len(done.err.splitlines())) == (1, 1)
    finally:
        hermes.chmod(0o700)


def test_settings_that_mean_nothing_are_told_in_one_line(run_cli: Run, hermes: Path, home: Path) -> None:
    config = home / ".config/creditsui/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[routing]\nhome = 3\n")
    done = run_cli("hermes-plugin", "--write")
    assert (done.code, done.err) == (1, "config.toml: [routing] home is not text in quotes.\n")
    assert not (hermes / "plugins").exists()
