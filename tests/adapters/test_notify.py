"""Notifications on a desktop: through the real `notify-send` and a real bus, to a daemon that remembers."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from creditsui.adapters import notify
from creditsui.adapters.command import NotRun
from tests.keyring_session import KeyringSession
from tests.notifications import NotificationDaemon, Shown

needs_notifier = pytest.mark.skipif(shutil.which("notify-send") is None, reason="needs notify-send")


@needs_notifier
def test_what_is_shown_is_what_was_said_whatever_markup_or_options_it_looks_like(tmp_path: Path) -> None:
    with KeyringSession(tmp_path, service=False) as bus, NotificationDaemon(bus.env()) as daemon:
        for title, text in (
            ("creditsui", "✖ A&B <b>is</b> low: $(touch pwned) `x` %s \\n \\"),
            ("--help", "--version\nand a second line"),
        ):
            notify.show("notify-send", title, text, "critical", bus.env(), bus.home)
        assert daemon.shown == [
            # The body of a notification is markup, so what looks like it is escaped; a title never is.
            Shown("creditsui", "creditsui", "✖ A&amp;B &lt;b&gt;is&lt;/b&gt; low: $(touch pwned) `x` %s \\n \\", 2),
            Shown("creditsui", "--help", "--version\nand a second line", 2),
        ]
        assert not list(bus.home.glob("pwned"))


@needs_notifier
def test_a_cron_job_finds_the_bus_that_nobody_told_it_of_and_may_have_any_locale(tmp_path: Path) -> None:
    with KeyringSession(tmp_path, service=False) as bus, NotificationDaemon(bus.env()) as daemon:
        bare = {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": bus.env()["XDG_RUNTIME_DIR"], "LANG": "C"}
        assert notify.notifier(bare) == "notify-send"
        notify.show("notify-send", "creditsui", "¥12 geht bald aus – übermorgen", "low", bare, bus.home)
        assert daemon.shown == [Shown("creditsui", "creditsui", "¥12 geht bald aus – übermorgen", 0)]


@needs_notifier
def test_a_session_without_anybody_who_shows_is_nowhere_and_one_that_hangs_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with KeyringSession(tmp_path, service=False) as bus:
        with pytest.raises(notify.Nowhere):
            notify.show("notify-send", "a", "b", "normal", bus.env(), bus.home)
        monkeypatch.setattr(notify, "SECONDS", 1.0)
        with (
            NotificationDaemon(bus.env(), hangs=True),
            pytest.raises(NotRun, match="did not end within 1 seconds"),
        ):
            notify.show("notify-send", "a", "b", "normal", bus.env(), bus.home)


def test_without_a_session_there_is_no_notifier(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert notify.notifier({"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(home)}) is None
    assert notify.notifier({"PATH": str(home), "DBUS_SESSION_BUS_ADDRESS": "unix:path=/x"}) is None


def test_a_mac_gets_the_words_as_arguments_never_as_script(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for osascript, which keeps its arguments; there is no Mac here."""
    tool = home / "osascript"
    tool.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$(dirname "$0")/argv"\n')
    tool.chmod(0o755)
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("PATH", f"{home}:{os.environ['PATH']}")
    env = dict(os.environ)
    assert notify.notifier(env) == "osascript"
    evil = '" with title "pwned" & (do shell script "touch pwned") & "'
    notify.show("osascript", "-e", evil, "critical", env, home)
    lines = (home / "argv").read_text().splitlines()
    assert lines[-3:] == ["--", evil, "-e"]
    assert lines[:-3].count("-e") == 3 and not any("pwned" in line for line in lines[:-3])
