"""First painted text against that of a static Textual app, and the bars of the board that was read before.

Bound: 1.25 × for the first text. The bars have none; they are shown beside it.
"""

import statistics
import subprocess
import sys

from tests.benchmarks.home import home, show
from tests.benchmarks.program import CREDITSUI, STATIC, Program

ROUNDS = 9


def main() -> None:
    with home(12, 0.3) as (env, _):
        subprocess.run([CREDITSUI, "status"], env=env, capture_output=True, check=True)
        ours, bars, theirs = [], [], []
        for _round in range(ROUNDS):
            with Program(CREDITSUI, env=env) as program:
                ours.append(program.until(" creditsui "))
                bars.append(program.until("Account 7"))
            with Program(sys.executable, "-c", STATIC, env=env) as program:
                theirs.append(program.until("ready to compare"))
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        show(
            "first paint",
            f"{ratio:.2f} × a static app",
            "≤ 1.25 ×",
            milliseconds=round(statistics.median(ours) * 1000),
            bars=round(statistics.median(bars) * 1000),
            static=round(statistics.median(theirs) * 1000),
        )
