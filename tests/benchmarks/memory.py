"""Resident memory with 12 accounts after the first refresh, beside a static Textual app. Bound: 60 MB."""

import sys

from tests.benchmarks.home import home, show
from tests.benchmarks.program import CREDITSUI, STATIC, Program


def main() -> None:
    with home(12) as (env, _):
        with Program(CREDITSUI, env=env) as program:
            program.until("Account 7")
            program.settle()
            ours = program.memory
        with Program(sys.executable, "-c", STATIC, env=env) as program:
            program.until("ready to compare")
            theirs = program.memory
        show("memory", f"{ours:.1f} MB", "≤ 60 MB", ours <= 60, static=round(theirs, 1), ratio=round(ours / theirs, 2))
