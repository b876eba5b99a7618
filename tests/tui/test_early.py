"""The first paint, and how the pane takes its place, in a pseudo-terminal whose bytes are replayed on an emulator."""

import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyte
import pytest

from tests.benchmarks.home import home
from tests.benchmarks.program import CREDITSUI, Program

END = b"\x1b[?2026l"
"""With it ends the first paint."""
_UNKNOWN = re.compile(rb"\x1b\[[<>?=][0-9;]*\$?[pu]|\x1b\[[0-9;]*t|\x1b\][^\x07]*\x07")
"""What the emulator would take for text."""

Cells = list[list[tuple[str, str, str, bool]]]


class Terminal(Program):
    """The program on a terminal whose screen can be looked at after each of the pieces that were read."""

    def __init__(self, *command: str, env: dict[str, str], width: int, height: int) -> None:
        self.pieces: list[bytes] = []
        self.width, self.height = width, height
        super().__init__(*command, env=env, width=width, height=height)

    def _read(self, seconds: float) -> bool:
        before = len(self.written)
        found = super()._read(seconds)
        if len(self.written) > before:
            self.pieces.append(self.written[before:])
        return found

    def screens(self) -> Iterator[tuple[bytes, Cells]]:
        """All that was written up to a point, and what the screen shows there."""
        whole = b""
        for piece in self.pieces:
            whole += piece
            yield whole, self.screen(whole)

    def screen(self, whole: bytes) -> Cells:
        screen = pyte.Screen(self.width, self.height)
        pyte.ByteStream(screen).feed(_UNKNOWN.sub(b"", whole))
        return seen(screen)


def seen(screen: pyte.Screen) -> Cells:
    """A blank has no ink, so its colour is nothing that is seen."""
    return [
        [
            (cell.data, "" if cell.data == " " else cell.fg, cell.bg, cell.bold and cell.data != " ")
            for cell in (screen.buffer[y][x] for x in range(screen.columns))
        ]
        for y in range(screen.lines)
    ]


def text(cells: Cells) -> str:
    return "\n".join("".join(cell[0] for cell in line).rstrip() for line in cells)


SIZES = [(120, 36), (200, 60), (80, 24), (60, 18), (44, 20), (120, 12)]


@pytest.fixture(scope="module")
def known() -> Iterator[dict[str, str]]:
    """A home whose pane had these sizes."""
    with home(5) as (env, _):
        subprocess.run([CREDITSUI, "status"], env=env, capture_output=True, check=True)
        look = Path(env["HOME"], ".local/state/creditsui/look.json")
        with Terminal(CREDITSUI, env=env, width=SIZES[0][0], height=SIZES[0][1]) as program:
            for width, height in SIZES:
                if program.written:
                    resized(program, width, height)
                    os.write(program.terminal, b"R")  # a look is kept after a board has come
                at = f'"{width}x{height}"'
                wait(lambda at=at: look.exists() and at in look.read_text(), program)
            leave(program)
        yield env


def resized(program: Program, width: int, height: int) -> None:
    fcntl.ioctl(program.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
    program.process.send_signal(signal.SIGWINCH)


def wait(done: Any, program: Program) -> None:
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end, program.written[-300:]
        program._read(0.05)


def leave(program: Program) -> None:
    os.write(program.terminal, b"q")
    wait(lambda: program.process.poll() is not None, program)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_cell_of_a_row_is_ever_blank_or_different_while_the_pane_takes_over(
    known: dict[str, str], size: tuple[int, int]
) -> None:
    with Terminal(CREDITSUI, env=known, width=size[0], height=size[1]) as program:
        program.until(END.decode())
        program.until("Thresholds" if size[0] > 60 else "Help")
        program.settle(1.5)
        screens = [(whole, cells) for whole, cells in program.screens() if END in whole]
    (_, first), (_, last) = screens[0], screens[-1]
    rows = [y for y, line in enumerate(first) if y > 0 and any(cell[0] != " " for cell in line)]
    assert len([y for y in rows if "Account" in "".join(cell[0] for cell in first[y])]) >= 3
    for _, cells in screens:
        for y in rows:
            for x, cell in enumerate(first[y]):
                assert cell[0] == " " or cells[y][x] == cell, (x, y, cell, cells[y][x], text(cells))
    half = size[0] // 2  # the other half tells the time
    assert first[0][:half] == last[0][:half]


def test_keys_typed_at_the_first_paint_act_and_are_shown_nowhere(known: dict[str, str]) -> None:
    with Terminal(CREDITSUI, env=known, width=120, height=36) as program:
        os.write(program.terminal, b"j")
        program.until(END.decode())
        os.write(program.terminal, b"e")
        program.until("critical below")
        program.settle(1)
        first = next(cells for whole, cells in program.screens() if END in whole)
        assert "Thresholds · Account 3" in text(program.screen(program.written))
    assert "Account 4" in text(first[:5]), "the cursor was not there yet"


@pytest.mark.parametrize("end", ["q", "SIGTERM", "SIGHUP", "SIGINT", "TERM later"])
def test_the_terminal_gets_back_the_modes_it_had(known: dict[str, str], end: str) -> None:
    with Terminal(CREDITSUI, env=known, width=120, height=36) as program:
        before = termios.tcgetattr(program.terminal)
        program.until(END.decode())
        if end in ("q", "TERM later"):
            program.until("Thresholds")
        assert termios.tcgetattr(program.terminal)[3] != before[3]
        if end == "q":
            leave(program)
        else:
            program.process.send_signal(signal.SIGTERM if end == "TERM later" else getattr(signal, end))
            wait(lambda: program.process.poll() is not None, program)
        while program._read(0.1):
            pass
        assert termios.tcgetattr(program.terminal) == before
        assert program.written.rfind(b"\x1b[?1049l") > program.written.rfind(b"\x1b[?1049h")
        assert program.written.count(b"\x1b[?1049h") == 1


def rewritten(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


DOUBTS: dict[str, tuple[list[str], dict[str, str], Callable[[Path, Path, Path], object]]] = {
    "no colour": ([], {"NO_COLOR": "1"}, lambda *files: None),
    "fewer colours": ([], {"COLORTERM": ""}, lambda *files: None),
    "another locale": ([], {"LANG": "C"}, lambda *files: None),
    "an account": (["--account", "a1"], {}, lambda *files: None),
    "a theme": (["--theme", "creditsui-light"], {}, lambda *files: None),
    "no motion": (["--still"], {}, lambda *files: None),
    "no board": ([], {}, lambda look, status, config: status.unlink()),
    "a broken board": ([], {}, lambda look, status, config: status.write_text('{"schema": 1, "acc')),
    "a newer board": ([], {}, lambda look, status, config: rewritten(status, lambda data: data.update(schema=2))),
    "fewer accounts": ([], {}, lambda look, status, config: rewritten(status, lambda data: data["accounts"].pop())),
    "a broken look": ([], {}, lambda look, status, config: look.write_text("[]")),
    "an older version": ([], {}, lambda look, status, config: rewritten(look, lambda data: data.update(version="0"))),
    "other settings": ([], {}, lambda look, status, config: config.write_text(config.read_text() + "\n")),
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_nothing_is_painted_early_where_the_pane_may_look_otherwise(known: dict[str, str], doubt: str) -> None:
    words, env, change = DOUBTS[doubt]
    state, config = Path(known["HOME"], ".local/state/creditsui"), Path(known["HOME"], ".config/creditsui/config.toml")
    files = (state / "look.json", state / "status.json", config)
    before = [(file.read_bytes(), file.stat()) for file in files]
    try:
        change(*files)
        with Terminal(CREDITSUI, *words, env=known | env, width=120, height=36) as program:
            program.until("\x1b[?1000h")
    finally:
        for file, (data, facts) in zip(files, before, strict=True):
            file.write_bytes(data)
            os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert END not in program.written


def test_it_is_painted_again_after_all_these_doubts(known: dict[str, str]) -> None:
    with Terminal(CREDITSUI, env=known, width=120, height=36) as program:
        program.until(END.decode())


def test_a_pane_that_was_never_open_says_its_name_until_all_is_there(known: dict[str, str]) -> None:
    look = Path(known["HOME"], ".local/state/creditsui/look.json")
    kept, facts = look.read_bytes(), look.stat()
    try:
        look.unlink()
        with Terminal(CREDITSUI, env=known, width=120, height=36) as program:
            program.until(END.decode())
            program.until("Account 4")
            name = program.written.index(END)
            shown = [text(cells) for whole, cells in program.screens() if len(whole) > name + len(END)]
            leave(program)
    finally:
        look.write_bytes(kept)
        os.utime(look, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert shown[0].strip("\n") == " creditsui" and "Account 4" in shown[-1]
    assert all(one.startswith(" creditsui") for one in shown)
    assert program.written.count(b"\x1b[?1049h") == 1


def test_at_a_size_that_the_pane_never_had_nothing_is_painted_early(known: dict[str, str]) -> None:
    with Terminal(CREDITSUI, env=known, width=121, height=36) as program:
        program.until("\x1b[?1000h")
    assert END not in program.written
