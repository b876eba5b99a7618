"""A pane with 12 accounts in which nothing happens, over 20 s.

Bounds: 0.4 % of a core, and 50 bytes/s; with --still, or not looked at, no byte.
"""

import os
import sys

from tests.benchmarks.home import home, show
from tests.benchmarks.program import CREDITSUI, STATIC, Program

SECONDS = 20.0


def main() -> None:
    with home(12) as (env, _):
        with Program(CREDITSUI, env=env) as program:
            program.until("Account 7")
            os.write(program.terminal, b"\x1b[O")
            _report("idle, not looked at", program, 0)
        for name, options in (("idle", ()), ("idle --still", ("--still",))):
            with Program(CREDITSUI, *options, env=env) as program:
                program.until("Account 7")
                _report(name, program, 0 if options else 50)
        with Program(sys.executable, "-c", STATIC, env=env) as program:
            program.until("ready to compare")
            _report("idle static app", program, None)


def _report(name: str, program: Program, most: int | None) -> None:
    """`most`: bytes a second; None: only to compare with."""
    program.settle()
    program.idle(15)
    before = program.cpu
    written = program.idle(SECONDS)
    share = (program.cpu - before) / SECONDS * 100
    figure = f"{share:.2f} % of a core, {written / SECONDS:.1f} bytes/s"
    if most is None:
        show(name, figure, "none", None)
    else:
        show(name, figure, f"≤ 0.4 %, ≤ {most} bytes/s", share <= 0.4 and written / SECONDS <= most)
