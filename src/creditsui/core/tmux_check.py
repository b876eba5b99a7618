"""How well tmux shows creditsui: its colours, what it passes on, and whether the segment works. Nothing is changed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from creditsui.adapters import tmux
from creditsui.core import terminal
from creditsui.core.session import Session
from creditsui.core.tmux import LINE, OPEN, SEGMENT
from creditsui.domain.clean import clean

State = Literal["ok", "better", "hurts"]
SLOW_ESCAPE = 100
"""Milliseconds from which on esc feels late."""
_QUICK = 5
"""Seconds between two looks at the board that gain nothing."""
_POPUPS, _PASSING = (3, 2), (3, 3)
_OPTIONS = (
    "default-terminal", "focus-events", "set-clipboard", "escape-time", "mouse", "allow-passthrough", "status",
    "status-interval", "status-left", "status-right", "status-format",
)  # fmt: skip
_RUN_IT = "creditsui tmux --write"


@dataclass(frozen=True, slots=True)
class Check:
    """`better`: it works, and could be finer. `do` is one line, empty where all is well."""

    name: str
    state: State
    found: str
    do: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    inside: bool
    """Whether we run in a tmux that answers: only there can most be told."""
    version: str | None
    checks: tuple[Check, ...]

    @property
    def hurts(self) -> bool:
        return any(one.state == "hurts" for one in self.checks)


def diagnose(session: Session) -> Diagnosis:
    """Ask the tmux that we run in."""
    env = session.env
    version = tmux.version(env)
    if version is None:
        return Diagnosis(False, None, (Check("tmux", "hurts", "not installed", "install tmux 3.2 or newer"),))
    first = _version(version)
    if not env.get("TMUX") or not tmux.running(env):
        do = "run creditsui tmux --check in a pane of tmux"
        return Diagnosis(False, version, (first, Check("inside", "hurts", "this is not a pane of tmux", do)))
    try:
        checks = (first, *_terminal(env), *_passed_on(env, version), *_segment(session))
    except tmux.NoServer as silent:
        do = "run creditsui tmux --check in a pane of tmux"
        return Diagnosis(False, version, (first, Check("inside", "hurts", clean(str(silent)), do)))
    return Diagnosis(True, version, checks)


def as_json(found: Diagnosis) -> dict[str, object]:
    checks = [{"name": one.name, "state": one.state, "found": one.found, "do": one.do or None} for one in found.checks]
    return {"schema": 1, "inside": found.inside, "version": found.version, "checks": checks}


def _version(version: str) -> Check:
    if _numbers(version) < _POPUPS:
        return Check("tmux", "hurts", version, "the popup needs tmux 3.2: update it")
    return Check("tmux", "ok", version)


def _numbers(version: str) -> tuple[int, ...]:
    """`3.3a` is (3, 3); what has no number is taken for new."""
    found = re.search(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else (99, 0)


def _terminal(env: Mapping[str, str]) -> Iterator[Check]:
    features, client, utf8 = tmux.formats(("#{client_termfeatures}", "#{client_termname}", "#{client_utf8}"), env)
    depth = terminal.colors(env)
    rich = f"set-option -as terminal-features ',{clean(client, 40) or 'xterm-256color'}:RGB', then attach anew"
    if depth in ("16", "none"):
        why = "NO_COLOR is set" if env.get("NO_COLOR") else f"TERM is {clean(env.get('TERM', ''), 40) or 'not set'}"
        do = (
            "unset NO_COLOR" if env.get("NO_COLOR") else "set-option -g default-terminal tmux-256color, then a new pane"
        )
        yield Check("colours", "hurts" if depth == "16" else "better", f"{why}: {depth}", do)
    elif depth == "256":
        do = "set-environment -g COLORTERM truecolor, then a new pane"
        yield Check("colours", "better", "256", do if "RGB" in features else f"{rich}; {do}")
    elif client and "RGB" not in features:
        yield Check("colours", "better", "true colour here, which tmux makes 256 for your terminal", rich)
    else:
        yield Check("colours", "ok", "true colour")
    if client:
        yield _either("UTF-8", utf8 == "1", "hurts", "start tmux as tmux -u, or set LANG to a UTF-8 locale")


def _passed_on(env: Mapping[str, str], version: str) -> Iterator[Check]:
    told = tmux.options(_OPTIONS, env)
    focus = told.get("focus-events") == "on"
    yield _either("focus-events", focus, "better", "set-option -g focus-events on: a pane nobody looks at rests")
    clipboard = told.get("set-clipboard", "")
    copies = clipboard == "on"
    yield Check(
        "set-clipboard",
        "ok" if copies else "better",
        clipboard,
        "" if copies else "set-option -g set-clipboard on: y copies",
    )
    if _numbers(version) >= _PASSING:
        passing = told.get("allow-passthrough") in ("on", "all")
        do = "set-option -g allow-passthrough on: notifications reach your terminal"
        yield _either("allow-passthrough", passing, "better", do)
    wait = _whole(told.get("escape-time"))
    late = wait is not None and wait > SLOW_ESCAPE
    do = "set-option -sg escape-time 20: esc answers at once" if late else ""
    yield Check("escape-time", "better" if late else "ok", f"{wait} ms", do)
    yield _either("mouse", told.get("mouse") == "on", "better", "set-option -g mouse on: a click opens the pane")


def _segment(session: Session) -> Iterator[Check]:
    env = session.env
    told = tmux.options(_OPTIONS, env)
    shown = [name for name, value in told.items() if name.startswith("status-") and _ours(value)]
    if not shown:
        yield Check(
            "segment", "better", "not in the status line", f"{_RUN_IT}, or #(creditsui line --for tmux) in status-right"
        )
    elif told.get("status") == "off":
        yield Check("segment", "hurts", "the status line is off", "set-option -g status on")
    else:
        yield _works(env, ", ".join(shown))
        pause = _whole(told.get("status-interval")) or 0
        if pause == 0:
            yield Check("status-interval", "hurts", "0: never drawn anew", "set-option -g status-interval 15")
        elif pause < _QUICK:
            do = "set-option -g status-interval 15: the numbers change every few minutes"
            yield Check("status-interval", "better", f"{pause} s", do)
        else:
            yield Check("status-interval", "ok", f"{pause} s")
        yield _numbers_age(session)
    prefix = [key for key, act in tmux.keys("prefix", env).items() if OPEN in act]
    yield Check(
        "keys",
        "ok" if prefix else "better",
        ", ".join(f"prefix {key}" for key in prefix) or "none",
        "" if prefix else _RUN_IT,
    )


def _works(env: Mapping[str, str], where: str) -> Check:
    """Run what the segment runs."""
    command = tmux.variable(LINE, env)
    if command is None:
        return Check("segment", "ok", f"in {where}")  # a #(creditsui line …) of the user's own
    try:
        said = tmux.job(command, env)
    except tmux.NoServer as failed:
        return Check("segment", "hurts", f"in {where}, but {clean(str(failed), 80)}", f"{_RUN_IT} again")
    return Check("segment", "ok" if said else "hurts", f"in {where}", "" if said else f"{_RUN_IT} again")


def _numbers_age(session: Session) -> Check:
    do = "keep creditsui open in a pane, or run creditsui status from cron"
    try:
        age = session.now().timestamp() - Path(session.paths.status).stat().st_mtime
    except OSError:
        return Check("numbers", "better", "none yet", do)
    minutes = max(0, int(age // 60))
    return Check("numbers", "ok" if minutes < 60 else "better", f"{minutes} min old", "" if minutes < 60 else do)


def _ours(value: str) -> bool:
    return SEGMENT in value or "creditsui line" in value or LINE in value


def _either(name: str, fine: bool, otherwise: State, do: str) -> Check:
    return Check(name, "ok", "on") if fine else Check(name, otherwise, "off", do)


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() else None
