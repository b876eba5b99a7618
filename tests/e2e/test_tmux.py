"""creditsui in a real tmux: the segment, the keys, the click, and what it says of itself. A second tmux looks on."""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from creditsui.outputs.json import as_json
from tests.e2e.tmux import CREDITSUI, Pane, look_until, needs_tmux, pane
from tests.outputs.boards import BOARD, OPENROUTER, XAI

pytestmark = needs_tmux
USERS = "set -g status-right 'mine'\nset -g status-interval 1\nset -g mouse on\n"


class Inner:
    """The user's tmux, with settings at the usual place, drawn in a pane of another."""

    def __init__(self, outer: Pane, home: Path, socket: Path) -> None:
        self.outer, self.home, self.socket = outer, home, socket
        self.env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "TMUX": f"{socket},0,0",
            "TMUX_TMPDIR": str(home),
        }

    def start(self) -> None:
        self.outer.start(f"cd; TMUX= exec tmux -S {self.socket}")
        look_until(lambda: self.run("list-clients") != "")

    def run(self, *words: str) -> str:
        done = subprocess.run(["tmux", "-S", str(self.socket), *words], env=self.env, capture_output=True, text=True)
        return done.stdout

    def creditsui(self, *words: str, code: int = 0, env: dict[str, str] | None = None) -> str:
        done = subprocess.run([CREDITSUI, *words], env=self.env | (env or {}), capture_output=True, text=True)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    def bar(self) -> str:
        return self.outer.text().rstrip("\n").rpartition("\n")[2]

    def says(self, text: str) -> None:
        try:
            look_until(lambda: text in self.bar())
        except AssertionError:
            raise AssertionError(f"{text!r} is not in {self.bar()!r}") from None


def board(home: Path, *labels: str) -> None:
    """The last board, of accounts a0, a1 … in trouble and one that is fine."""
    path = home / ".local/state/creditsui/status.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    accounts = [replace(XAI, id=f"a{n}", label=label) for n, label in enumerate(labels)]
    shown = replace(BOARD, accounts=(*accounts, OPENROUTER), generated_at=datetime.now(UTC))
    path.write_text(json.dumps(as_json(shown)))


@pytest.fixture
def inner(tmp_path: Path) -> Iterator[Inner]:
    (tmp_path / ".tmux.conf").write_text(USERS)
    board(tmp_path, "xAI")
    socket = Path("/tmp") / f"cui-{os.getpid()}-{abs(hash(str(tmp_path))) % 10**8}.inner"
    with pane(tmp_path, width=150, height=30, env={"SHELL": "/bin/sh"}) as outer:
        it = Inner(outer, tmp_path, socket)
        try:
            yield it
        finally:
            it.run("kill-server")
            socket.unlink(missing_ok=True)


def test_the_segment_stands_beside_what_the_user_has_there(inner: Inner) -> None:
    inner.creditsui("tmux", "--write", env={"TMUX": ""})
    inner.start()
    inner.says("mine $66.36 + ¥25.20 · worst ✖ xAI 10% (9h)")
    painted = inner.outer.colours().rstrip("\n").rpartition("\n")[2]
    assert "38;2;229;83;75" in painted or "38;5;" in painted, "the band has its colour"
    inner.run("source-file", str(inner.home / ".config/creditsui/tmux.conf"))
    inner.run("source-file", str(inner.home / ".tmux.conf"))
    assert inner.run("show-options", "-gv", "status-right").count("@creditsui") == 1, "however often it is read"
    inner.outer.resize(90, 30)
    inner.says("worst ✖ xAI 10% (9h)")
    look_until(lambda: "66.36" not in inner.bar())
    inner.creditsui("tmux", "--remove")
    assert (inner.home / ".tmux.conf").read_text() == USERS


def test_wherever_the_user_puts_the_segment_it_is_not_put_again(inner: Inner) -> None:
    (inner.home / ".tmux.conf").write_text("set -g status-left '#{E:@creditsui} | '\nset -g status-left-length 80\n")
    inner.creditsui("tmux", "--write", "--template", "<{name}> #[bold]{percent} )", env={"TMUX": ""})
    inner.start()
    inner.says("<xAI> 10% ) | 0:")
    assert "@creditsui" not in inner.run("show-options", "-gv", "status-right")


HOSTILE = [
    "#(touch pwned)",
    "#{session_name}",
    "#[fg=red,bg=blue]x",
    "%H:%M %%",
    "$(touch pwned)`id`",
    "a'b\"c;\\ } ~",
    "##[bg=red]x## #",
    "two\nlines",
]


def test_a_label_is_a_text_to_tmux_and_nothing_else(inner: Inner) -> None:
    board(inner.home, *HOSTILE)
    fields = "|".join(f"{{a{n}.name}}" for n, _ in enumerate(HOSTILE))
    inner.creditsui("tmux", "--write", "--template", fields, "--width", "140", env={"TMUX": ""})
    (inner.home / ".tmux.conf").write_text((inner.home / ".tmux.conf").read_text() + "set -g status-right-length 140\n")
    inner.start()
    inner.says("|".join(HOSTILE).replace("\n", " "))
    inner.creditsui("tmux", "--write", env={"TMUX": ""})
    inner.run("source-file", str(inner.home / ".config/creditsui/tmux.conf"))
    inner.says(f"✖ {HOSTILE[0]} 10% (9h)")
    assert not list(inner.home.rglob("pwned*"))


def test_a_program_in_a_folder_with_an_odd_name_is_run_all_the_same(inner: Inner) -> None:
    folder = inner.home / 'o\'d #(x) %H "q" $HOME [z]'
    folder.mkdir()
    program, settings = folder / "creditsui", folder / "set [1]*"
    program.symlink_to(CREDITSUI)
    state = {"XDG_STATE_HOME": str(inner.home / ".local/state"), "TMUX": "", "XDG_CONFIG_HOME": str(settings)}
    subprocess.run([program, "tmux", "--write"], env=inner.env | state, check=True, capture_output=True)
    assert str(settings).replace("'", "") not in (inner.home / ".tmux.conf").read_text(), "it is quoted"
    inner.start()
    inner.says("✖ xAI 10% (9h)")
    inner.outer.press("C-b", "B")
    inner.outer.shows("Nothing to watch yet")


def test_keys_open_the_pane_beside_and_over_what_is_there_and_a_click_does(inner: Inner) -> None:
    inner.creditsui("tmux", "--write", "--popup-key", "C-y", "--key", ";", env={"TMUX": ""})
    inner.start()
    inner.says("xAI")
    inner.outer.press("C-b", "\\;")
    inner.outer.shows("│ creditsui", "Nothing to watch yet")
    look_until(lambda: inner.run("list-panes").count("\n") == 2)
    inner.outer.press("q")
    look_until(lambda: inner.run("list-panes").count("\n") == 1)
    inner.outer.lacks("creditsui")
    inner.outer.press("C-b", "C-y")
    inner.outer.shows("┌──", "Nothing to watch yet")
    assert inner.run("list-panes").count("\n") == 1
    inner.outer.press("q")
    inner.outer.lacks("┌──")
    for event in ("M", "m"):
        inner.outer.run("send-keys", "-H", *(f"{ord(one):02x}" for one in f"\x1b[<0;{150 - 20};30{event}"))
    inner.outer.shows("┌──", "Nothing to watch yet")


def test_a_key_that_is_taken_is_left_to_what_it_does_unless_it_is_named(inner: Inner) -> None:
    mine = "bind b display-message 'my own'\nbind -n MouseDown1StatusRight display-message 'my click'\n"
    (inner.home / ".tmux.conf").write_text(mine)
    inner.start()
    said = inner.creditsui("tmux", "--write", "--key", "B", code=1)
    assert "prefix b already does: display-message" in said and "--popup-key" in said
    assert (inner.home / ".tmux.conf").read_text() == mine
    assert not (inner.home / ".config/creditsui/tmux.conf").exists()
    assert "prefix b already does" in inner.creditsui("tmux")
    said = inner.creditsui("tmux", "--write", "--popup-key", "b")
    assert "prefix b did this until now" in said and "A click on the right of the status line is left" in said
    inner.run("source-file", str(inner.home / ".config/creditsui/tmux.conf"))
    assert "my click" in inner.run("list-keys", "-T", "root", "MouseDown1StatusRight")
    assert "CREDITSUI" in inner.run("list-keys", "-T", "prefix", "b")
    assert "prefix b" not in inner.creditsui("tmux", "--write"), "what is ours is not taken"


def test_check_says_what_hurts_what_could_be_finer_and_what_is_well(inner: Inner) -> None:
    def found(code: int = 0) -> dict[str, dict[str, str]]:
        told = json.loads(inner.creditsui("tmux", "--check", "--json", code=code, env=inside))
        assert told["schema"] == 1 and told["inside"] and told["version"]
        return {one["name"]: one for one in told["checks"]}

    inner.start()
    inside = {"TERM": "screen"}
    before = found(1)
    assert before["colours"]["state"] == "hurts" and "tmux-256color" in before["colours"]["do"]
    assert before["segment"]["state"] == before["keys"]["state"] == "better" and "--write" in before["segment"]["do"]
    inside = {"TERM": "tmux-256color", "COLORTERM": "truecolor"}
    inner.creditsui("tmux", "--write")
    inner.run("source-file", str(inner.home / ".config/creditsui/tmux.conf"))
    for line in ("-g focus-events off", "-sg escape-time 500", "-g set-clipboard external", "-g mouse off"):
        inner.run("set-option", *shlex.split(line))
    well = found()
    assert well["segment"]["state"] == "ok" and "status-right" in well["segment"]["found"]
    assert well["keys"]["found"] == "prefix B, prefix b" and well["UTF-8"]["state"] == "ok"
    for name in ("focus-events", "escape-time", "set-clipboard", "mouse", "allow-passthrough", "status-interval"):
        assert well[name]["state"] == "better" and "set-option" in well[name]["do"], name
    for line in (
        "-g focus-events on", "-sg escape-time 20", "-g set-clipboard on", "-g mouse on", "-g allow-passthrough on",
        "-g status-interval 15", "-as terminal-features ,*:RGB",
    ):  # fmt: skip
        inner.run("set-option", *shlex.split(line))
    assert {one["state"] for name, one in found().items() if name not in ("colours", "numbers")} == {"ok"}
    inner.run("set-environment", "-g", "CREDITSUI_LINE", "/gone/creditsui line")
    assert found(1)["segment"]["state"] == "hurts"
    inner.run("set-option", "-g", "status", "off")
    assert "status on" in found(1)["segment"]["do"]
    text = inner.creditsui("tmux", "--check", code=1, env=inside)
    assert "✖ segment" in text and "● mouse" in text


def test_settings_at_several_places_are_read_and_the_last_has_our_line(inner: Inner) -> None:
    other = inner.home / ".config/tmux/tmux.conf"
    other.parent.mkdir(parents=True)
    other.write_text("set -g status-right 'later'\n")
    inner.creditsui("tmux", "--write", env={"TMUX": ""})
    assert "source-file" in other.read_text() and (inner.home / ".tmux.conf").read_text() == USERS
    inner.start()
    inner.says("later $66.36")
