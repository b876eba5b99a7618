"""`creditsui line` against an interpreter that does nothing. Bound: 6 ×."""

import statistics
import subprocess
import sys
import time

from tests.benchmarks.home import home, show
from tests.benchmarks.program import CREDITSUI

ROUNDS = 30


def main() -> None:
    with home(12) as (env, _):
        subprocess.run([CREDITSUI, "status"], env=env, capture_output=True, check=True)
        ours, theirs = [], []
        for _round in range(ROUNDS):
            ours.append(_seconds([CREDITSUI, "line"], env))
            theirs.append(_seconds([sys.executable, "-c", "pass"], env))
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        show(
            "line",
            f"{ratio:.2f} × python -c pass",
            "≤ 6 ×",
            milliseconds=round(statistics.median(ours) * 1000, 1),
            python=round(statistics.median(theirs) * 1000, 1),
        )


def _seconds(command: list[str], env: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=env, capture_output=True, check=True)
    return time.perf_counter() - start
