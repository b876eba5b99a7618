"""Moving through a list of 50 accounts, a key at a time, beside a bare list of Textual. Bound: 10 ms of CPU a key."""

import sys

from tests.benchmarks.home import home, show
from tests.benchmarks.program import CREDITSUI, Program

ACCOUNTS, KEYS = 50, 96
BARE = """
from textual.app import App
from textual.widgets import OptionList

class Bare(App):
    BINDINGS = [("j", "down"), ("k", "up")]
    def compose(self):
        yield OptionList(*(f"Account {n}" for n in range(50)))
    def on_mount(self):
        self.query_one(OptionList).highlighted = 0
    def action_down(self):
        self.query_one(OptionList).action_cursor_down()
    def action_up(self):
        self.query_one(OptionList).action_cursor_up()

Bare().run()
"""


def main() -> None:
    with home(ACCOUNTS) as (env, _):
        with Program(CREDITSUI, env=env) as program:
            ours = _each(program)
        with Program(sys.executable, "-c", BARE, env=env) as program:
            theirs = _each(program)
        show(
            "scroll",
            f"{ours:.1f} ms of CPU a key",
            "≤ 10 ms",
            ours <= 10,
            bare_list=round(theirs, 1),
            ratio=round(ours / theirs, 1),
        )


def _each(program: Program) -> float:
    """Milliseconds of CPU that a key costs, down the list and up again."""
    program.until("Account 4")
    program.settle()
    before = program.cpu
    for key in [b"j"] * (KEYS // 2) + [b"k"] * (KEYS // 2):
        program.press(key)
    return (program.cpu - before) / KEYS * 1000
