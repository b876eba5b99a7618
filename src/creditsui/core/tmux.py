"""creditsui in tmux: a segment of its status line, and keys that open the pane. Printed, installed, taken away."""

import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from creditsui.adapters import tmux, tmux_conf
from creditsui.adapters.atomic import replace
from creditsui.core.session import Session
from creditsui.core.settings import Unsettable
from creditsui.domain.clean import clean

POPUP_KEY, PANE_KEY = "b", "B"
CLICK = "MouseDown1StatusRight"
LINE, OPEN = "CREDITSUI_LINE", "CREDITSUI_OPEN"
"""Variables in tmux' environment. The shell reads the commands from them, so tmux interprets nothing in a path."""
SEGMENT = "@creditsui"
"""The option that the status line shows."""
_KEY = re.compile(r"(?:[CMS]-)*(?:[!-~]|F[1-9][0-2]?|[A-Z][A-Za-z]{1,15})")
_PATTERN = re.compile(r"([][*?\\])")
"""What tmux takes for a pattern in the name of a file to read."""
_NONE = "none"
_OPEN = f"sh -c 'eval \"exec ${OPEN}\"'"
"""As words of their own, so that the user's shell, whichever it is, has no part in it."""
_POPUP = "display-popup -E -w 90% -h 90%"
_PANE = "split-window -h -l 40%"
_HEAD = "# creditsui in tmux. Written by creditsui tmux --write, which writes it anew; --remove takes it away."


@dataclass(frozen=True, slots=True)
class Keys:
    """After the prefix; empty: none. Those in `named` the user chose, so they may take another command's place."""

    popup: str = POPUP_KEY
    pane: str = PANE_KEY
    named: frozenset[str] = frozenset()
    click: bool = True
    """Whether a click on the right of the status line opens the pane too."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What `install` and `remove` changed, and the files it is all in."""

    changed: tuple[Path, ...]
    snippet: Path
    settings: Path


def keys(popup: str | None, pane: str | None) -> Keys:
    """The keys as typed; `none` for none, None for the usual ones. Raises Unsettable for what is no key."""
    named = frozenset(key for key in (popup, pane) if key is not None)
    chosen = Keys(_key(popup, POPUP_KEY), _key(pane, PANE_KEY), named)
    if chosen.popup and chosen.popup == chosen.pane:
        raise Unsettable(f"The popup and the pane cannot both open by {chosen.popup}; name another with --key.")
    return chosen


def program(started: str, python: str) -> list[str]:
    """How to run this creditsui from anywhere, from what it was started as and the interpreter that runs it."""
    for path in (started, os.path.join(os.path.dirname(python), "creditsui")):  # noqa: PTH118, PTH120
        # Not resolved: what installed it may move what the link leads to.
        if Path(path).name == "creditsui" and Path(path).is_file() and os.access(path, os.X_OK):
            return [os.path.abspath(path)]  # noqa: PTH100
    return [python, "-m", "creditsui"]


def snippet(command: Sequence[str], says: Sequence[str], keys: Keys) -> str:
    """Settings for tmux. `command` runs creditsui, `says` is what its line shall say, as options of it.

    Raises Unsettable for what no settings file can hold.
    """
    line = shlex.join([*command, "line", "--for", "tmux", *says])
    if not line.isprintable():
        raise Unsettable("A path or template with control characters cannot stand in tmux' settings.")
    width = "" if "--width" in says else " --width #{e|/|:#{client_width},3}"
    there = f"#{{m:*{SEGMENT}*,#{{status-left}}#{{status-right}}}}"
    out = [
        _HEAD,
        f"set-environment -g {LINE} {shlex.quote(line)}",
        f"set-environment -g {OPEN} {shlex.quote(shlex.join(command))}",
        "",
        "# The segment: at the right, unless you put #{E:"
        + SEGMENT
        + "} elsewhere. It reads the last board, no network.",
        f"set-option -g {SEGMENT} '#(eval \"${LINE}\"{width})'",
        f"if-shell -F '{there}' '' \"set-option -ag status-right ' #{{E:{SEGMENT}}}'\"",
        "if-shell -F '#{e|<|:#{status-right-length},120}' 'set-option -g status-right-length 120'",
        "if-shell -F '#{==:#{status-interval},0}' 'set-option -g status-interval 15'",
        "",
        "# The pane: over everything, beside what you do, and by a click on the right of the status line (mouse on).",
    ]
    if keys.popup:
        out.append(f"bind-key {shlex.quote(keys.popup)} {_POPUP} {_OPEN}")
    if keys.pane:
        out.append(f"bind-key {shlex.quote(keys.pane)} {_PANE} {_OPEN}")
    if keys.click:
        out.append(f"bind-key -n {CLICK} {_POPUP} {_OPEN}")
    out += [
        "",
        "# Worth having in your own settings; creditsui tmux --check says which are missing:",
        *(f"#   {hint}" for hint in HINTS),
    ]
    return "\n".join(out) + "\n"


HINTS = (
    "set-option -g  focus-events on                     # a pane that nobody looks at rests",
    "set-option -g  set-clipboard on                    # y copies",
    "set-option -g  allow-passthrough on                # notifications reach your terminal",
    "set-option -sg escape-time 20                      # esc answers at once",
    "set-option -g  mouse on                            # a click opens the pane",
    "set-option -g  default-terminal tmux-256color      # and set-environment -g COLORTERM truecolor",
)


def taken(session: Session, keys: Keys) -> dict[str, str]:
    """What our keys, and CLICK, do already in the server that runs, by key; nothing where none runs."""
    if not tmux.running(session.env):
        return {}
    prefix, root = tmux.keys("prefix", session.env), tmux.keys("root", session.env)
    found = {key: prefix[key] for key in (keys.popup, keys.pane) if key in prefix}
    if keys.click and CLICK in root:
        found[CLICK] = root[CLICK]
    return {key: clean(act, 80) for key, act in found.items() if OPEN not in act}


def install(session: Session, text: str) -> Installed:
    """Write the snippet beside our settings, and one line into tmux' own that reads it.

    Raises Unsettable, Conflict and OSError.
    """
    own, settings = places(session)
    command = f"source-file -q {shlex.quote(_PATTERN.sub(_escaped, str(own)))}"
    if not command.isprintable():
        raise Unsettable("A folder with control characters in its name cannot stand in tmux' settings.")
    changed = []
    new = not own.is_file()
    if new or own.read_bytes() != text.encode():
        replace(own, text.encode())
        changed.append(own)
    try:
        if tmux_conf.add(settings, command, lock=own):
            changed.append(settings)
    except tmux_conf.Unfit as unfit:
        # The snippet stays: that line reads it.
        raise Unsettable(f"{clean(str(settings))} was left alone: {unfit}. Add this line to it: {command}") from None
    except Exception:
        if new:
            tmux_conf.forget(own)
        raise
    return Installed(tuple(changed), own, settings)


def remove(session: Session) -> Installed:
    """Take away what `install` added and nothing else. Raises Unsettable, Conflict and OSError."""
    own, usual = places(session)
    changed = []
    for settings in dict.fromkeys((usual, *tmux_conf.candidates(session.env, session.paths.home))):
        try:
            if tmux_conf.holds(settings) and tmux_conf.take_away(settings, lock=own):
                changed.append(settings)
        except tmux_conf.Unfit as unfit:
            if settings == usual:
                raise Unsettable(f"{clean(str(settings))} was left alone: {unfit}.") from None
    if tmux_conf.forget(own):
        changed.append(own)
    return Installed(tuple(changed), own, usual)


def places(session: Session) -> tuple[Path, Path]:
    """The file of ours, and that of tmux which reads it."""
    return session.paths.config.with_name("tmux.conf"), tmux_conf.place(session.env, session.paths.home)


def _escaped(found: re.Match[str]) -> str:
    return "\\" + found[1]


def _key(typed: str | None, usual: str) -> str:
    if typed is None:
        return usual
    if typed.lower() == _NONE:
        return ""
    if not _KEY.fullmatch(typed):
        raise Unsettable(f"{clean(typed, 20)} is no key of tmux; write it like b, C-b, M-c, F5 or none.")
    return typed
