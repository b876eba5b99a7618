"""A new board paints what it changed and nothing else: on a real terminal the whole screen is ten times as much."""

import fcntl
import os
import signal
import struct
import termios
from collections.abc import Iterator

import pytest

from tests.benchmarks.home import ANSWER, home
from tests.benchmarks.program import CREDITSUI
from tests.tui.test_early import Terminal, leave, text, wait


@pytest.fixture
def pane() -> Iterator[Terminal]:
    before = dict(ANSWER)
    with home(6) as (env, _), Terminal(CREDITSUI, "--still", env=env, width=120, height=36) as program:
        wait(lambda: b"next" in program.written, program)
        program.settle(quiet=1)
        yield program
    ANSWER.update(before)


def shown(program: Terminal) -> str:
    return text(program.screen(program.written))


def test_a_round_of_asking_paints_what_it_changed_and_the_screen_is_as_if_all_had_been_painted(pane: Terminal) -> None:
    for balance in ("41.20", "33.10"):
        ANSWER["balance_infos"] = [{"currency": "USD", "total_balance": balance}]
        mark = len(pane.written)
        os.write(pane.terminal, b"R")
        wait(lambda mark=mark: "⟳".encode() in pane.written[mark:], pane)
        wait(lambda mark=mark: "⟳".encode() in pane.written[mark:].rpartition(b"next")[0], pane)
        assert b"palette" not in pane.written[mark:], "the footer says what it said"
    pane.settle(quiet=1.5)
    before = shown(pane)
    for width in (121, 120):
        fcntl.ioctl(pane.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, width, 0, 0))
        mark = len(pane.written)
        pane.process.send_signal(signal.SIGWINCH)
        wait(lambda mark=mark: b"palette" in pane.written[mark:], pane)
    pane.settle(quiet=0.5)
    assert before.count("$33.10") >= 6 and shown(pane) == before
    leave(pane)
