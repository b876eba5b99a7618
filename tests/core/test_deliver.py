"""Alerts on their way: each channel by itself; a program of the user's gets the contract's object, and no keys."""

import json
import os
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from creditsui.adapters import notify_tmux
from creditsui.adapters.notify_tmux import Around
from creditsui.core.alerts import deliver as delivery
from creditsui.core.alerts.deliver import deliver
from creditsui.core.alerts.settings import AlertSettings
from creditsui.domain.alert import Alert
from creditsui.domain.band import Band
from tests.core.conftest import SessionOf, clock, session_of
from tests.servers import Server

__all__ = ["clock", "session_of"]

AT = datetime(2026, 11, 20, 19, 40, 48, tzinfo=UTC)
KEEP = '#!/bin/sh\ncat >> "$HOME/got"\nenv > "$HOME/env"\npwd > "$HOME/pwd"\n'
QUIET = AlertSettings(desktop=False)
CANARY = "canary-5d2f77c1aa"


def alert(account: str = "anthropic", **changes: object) -> Alert:
    usual = Alert(
        account=account,
        label=account.title(),
        rule="band",
        subject="critical",
        level="critical",
        band=Band.CRITICAL,
        value=0.2,
        threshold=0.25,
        since=AT,
        at=AT,
        message=f"{account.title()} is critical: $9.02 of $45.00, about 2 days",
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def script(home: Path, text: str) -> str:
    path = home / "told"
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def env(home: Path, **more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), **more}


def test_a_command_gets_one_object_for_each_alert_as_the_contract_says(home: Path, session_of: SessionOf) -> None:
    session = session_of(env=env(home))
    hostile = alert("evil", label="$(x)", message="“$(touch pwned)” \x1b[31m is\nlow é")
    told = deliver(session, replace(QUIET, command=(script(home, KEEP),)), [alert(), hostile])
    assert [(one.channel, one.arrived) for one in told] == [("command", True)]
    first, second = (json.loads(line) for line in (home / "got").read_text().splitlines())
    contract = {
        "schema": 1, "account": "anthropic", "rule": "band", "level": "critical", "band": "critical", "value": 0.2,
        "threshold": 0.25, "episode": "anthropic:band:critical:2026-11-20T19:40:48Z", "at": "2026-11-20T19:40:48Z",
        "message": "Anthropic is critical: $9.02 of $45.00, about 2 days",
    }  # fmt: skip
    assert contract.items() <= first.items()
    assert second["message"] == hostile.message
    assert (home / "pwd").read_text().strip() == str(home) and not (home / "pwned").exists()


def test_a_command_does_not_get_the_keys_but_what_else_it_may_need(home: Path, session_of: SessionOf) -> None:
    config = '[accounts.work]\nprovider = "openrouter"\nkey = "env:WORK_CREDENTIAL"\nadmin_key = "env:BOSS"\n'
    secret = {"OPENROUTER_API_KEY": "a1", "ANTHROPIC_ADMIN_KEY": "a2", "WORK_CREDENTIAL": "a3", "BOSS": "a4"}
    session = session_of(config=config, env=env(home, **secret, NTFY_TOKEN="mine"), real=True)
    from creditsui.core import settings

    settings.config(session)
    deliver(session, replace(QUIET, command=(script(home, KEEP),)), [alert()])
    seen = (home / "env").read_text()
    assert not [name for name in secret if f"{name}=" in seen]
    assert "NTFY_TOKEN=mine" in seen and f"HOME={home}" in seen


def test_a_home_may_be_written_as_a_tilde(home: Path, session_of: SessionOf) -> None:
    script(home, KEEP)
    [told] = deliver(session_of(env=env(home)), replace(QUIET, command=("~/told",)), [alert()])
    assert told.arrived and (home / "got").exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "The command told does not exist"),
        ("#!/bin/sh\nexit 3\n", "The command told ended with exit code 3"),
        (f"#!/bin/sh\nprintf 'no\\033[2J {CANARY}\\nway'; exit 1\n", "ended with exit code 1: no[2J [secret] way"),
        ("#!/bin/sh\nwhile :; do echo flood; done\n", "wrote more than 1 MiB and was ended"),
        ("#!/bin/sh\nsleep 600\n", "did not end within 1 seconds and was ended"),
    ],
)
def test_a_command_that_fails_is_one_clean_sentence_and_one_line_of_the_log(
    text: str | None,
    reason: str,
    home: Path,
    session_of: SessionOf,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from creditsui.adapters import log
    from creditsui.domain.secret import Secret

    log.remember(Secret(CANARY))
    monkeypatch.setattr(delivery, "COMMAND_SECONDS", 1.0 if text and "sleep" in text else 20.0)
    path = script(home, text) if text else str(home / "told")
    [told] = deliver(session_of(env=env(home)), replace(QUIET, command=(path,)), [alert()])
    assert not told.arrived and told.here and reason in told.reason and told.reason.isprintable()
    assert [record.getMessage() for record in caplog.records] == [told.reason]
    assert CANARY not in told.reason


def test_after_one_that_fails_the_others_are_still_tried(home: Path, session_of: SessionOf) -> None:
    path = script(home, f'#!/bin/sh\ncat >> {home}/got\ncase "$(tail -1 {home}/got)" in *first*) exit 1;; esac\n')
    told = deliver(session_of(env=env(home)), replace(QUIET, command=(path,)), [alert("first"), alert("second")])
    assert not told[0].arrived and len((home / "got").read_text().splitlines()) == 2


def test_one_channel_that_hangs_or_breaks_costs_no_other(
    home: Path, session_of: SessionOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("apprise")
    monkeypatch.setattr(delivery, "_WHOLE", 8.0)
    monkeypatch.setattr(delivery, "COMMAND_SECONDS", 600.0)
    monkeypatch.setattr(delivery, "_COMMANDS", 1.0)  # so that the second alert starts nothing once the first is ended
    session = session_of(env=env(home))
    with Server({("POST", "/hook"): {}}) as server:
        session.paths.keys.parent.mkdir(parents=True, exist_ok=True)
        url = f"{server.url.replace('http', 'json')}/hook"
        session.paths.keys.write_text(f'[keys]\n"alerts/good@apprise" = "{url}"\n')
        session.paths.keys.chmod(0o600)
        hangs = script(home, f"#!/bin/sh\necho $$ > {home}/pid; exec sleep 600\n")
        settings = replace(QUIET, command=(hangs,), urls=("good", "missing"))
        begun = time.monotonic()
        told = {one.channel: one for one in deliver(session, settings, [alert(), alert("openai")])}
        assert time.monotonic() - begun < 60
        assert told["good"].arrived and told["command"].reason == "command did not answer in time"
        assert told["missing"].reason.startswith("missing was not told: there is no keyring on this machine; ")
        assert "creditsui alerts add missing --file" in told["missing"].reason
        assert server.requests[0].json["message"].count("\n") == 1
    os.kill(int((home / "pid").read_text()), 9)


def test_nothing_new_and_the_demo_reach_nobody(home: Path, session_of: SessionOf) -> None:
    settings = replace(QUIET, command=(script(home, KEEP),))
    session = session_of(env=env(home))
    assert deliver(session, settings, []) == []
    assert deliver(replace(session, demo=True), settings, [alert()]) == []
    assert not (home / "got").exists()


# ── the desktop ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def notifier(home: Path) -> dict[str, str]:
    """The environment of a desktop whose notify-send writes its arguments down."""
    tools = home / "bin"
    tools.mkdir()
    tool = tools / "notify-send"
    tool.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$HOME/argv"\nenv > "$HOME/env"\n')
    tool.chmod(0o755)
    return {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(home), "DBUS_SESSION_BUS_ADDRESS": "unix:path=/none"}


def test_a_local_screen_is_told_by_its_notifier_and_the_terminal_is_not(
    home: Path, session_of: SessionOf, notifier: dict[str, str]
) -> None:
    said: list[str] = []
    session = session_of(env={**notifier, "OPENAI_API_KEY": "sk-secret", "TERM": "xterm-kitty"})
    shown = [alert(message="xAI is critical: $•• of $••")]
    [told] = deliver(session, AlertSettings(), [alert()], terminal=said.append, shown=shown)
    assert told.arrived and told.reason == "notify-send took it" and not said
    argv = (home / "argv").read_text().splitlines()
    assert argv == ["--app-name=creditsui", "--urgency=critical", "--", "creditsui", "xAI is critical: $•• of $••"]
    assert "sk-secret" not in (home / "env").read_text()


def test_several_at_once_are_one_notification(home: Path, session_of: SessionOf, notifier: dict[str, str]) -> None:
    deliver(session_of(env=notifier), AlertSettings(), [alert("xai", level="warning"), alert("openai", level="info")])
    argv = (home / "argv").read_text().splitlines()
    assert argv[1] == "--urgency=normal" and argv[3] == "2 alerts: Xai, Openai" and len(argv) == 6


def test_over_ssh_the_terminal_is_told_and_never_both(
    home: Path, session_of: SessionOf, notifier: dict[str, str]
) -> None:
    said: list[str] = []
    for term, start in (("xterm-256color", "\x1b]9;Anthropic"), ("foot", "\x1b]777;notify;creditsui;Anthropic")):
        session = session_of(env={**notifier, "SSH_CONNECTION": "1 2 3 4", "TERM": term})
        [told] = deliver(session, AlertSettings(), [alert()], terminal=said.append)
        assert told.arrived and said.pop().startswith(start)
    assert not (home / "argv").exists()


def test_without_notifier_the_terminal_is_told_and_a_bare_console_rings(home: Path, session_of: SessionOf) -> None:
    said: list[str] = []
    nowhere = {"PATH": "/nowhere", "XDG_RUNTIME_DIR": str(home)}
    deliver(session_of(env={**nowhere, "TERM": "xterm"}), AlertSettings(), [alert()], terminal=said.append)
    assert said.pop().startswith("\x1b]9;")
    [told] = deliver(session_of(env={**nowhere, "TERM": "linux"}), AlertSettings(), [alert()], terminal=said.append)
    assert said == ["\a"] and "the bell rang" in told.reason


def test_with_neither_there_is_no_desktop_which_is_no_fault(
    home: Path, session_of: SessionOf, caplog: pytest.LogCaptureFixture
) -> None:
    [told] = deliver(session_of(env={"XDG_RUNTIME_DIR": str(home)}), AlertSettings(), [alert()])
    assert not told.arrived and not told.here and not caplog.records


def test_tmux_that_passes_nothing_on_rings(home: Path, session_of: SessionOf, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    session = session_of(env={"SSH_TTY": "/dev/pts/1", "TMUX": "x", "TERM": "tmux-256color"})
    monkeypatch.setattr(notify_tmux, "around", lambda env, home: Around(False))
    [told] = deliver(session, AlertSettings(), [alert()], terminal=said.append)
    assert said == ["\a"] and "allow-passthrough" in told.reason
    monkeypatch.setattr(notify_tmux, "around", lambda env, home: Around(True, "foot"))
    deliver(session, AlertSettings(), [alert()], terminal=said.append)
    assert said[1].startswith("\x1bPtmux;\x1b\x1b]777;notify;") and said[1].endswith("\x1b\x1b\\\x1b\\")


def test_a_terminal_that_is_gone_is_a_reason_and_no_fault_of_the_pane(home: Path, session_of: SessionOf) -> None:
    def gone(sequence: str) -> None:
        raise AssertionError("Driver must be in application mode")

    session = session_of(env={"SSH_TTY": "/dev/pts/1", "TERM": "xterm"})
    [told] = deliver(session, AlertSettings(), [alert()], terminal=gone)
    assert not told.arrived and told.reason == "desktop failed (AssertionError)"


def test_no_delivery_leaves_a_thread_behind_that_holds_up_the_end(home: Path, session_of: SessionOf) -> None:
    before = set(threading.enumerate())
    deliver(session_of(env=env(home)), replace(QUIET, command=(script(home, KEEP),)), [alert()])
    assert not [one for one in threading.enumerate() if one not in before and not one.daemon]
