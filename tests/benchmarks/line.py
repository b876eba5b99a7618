"""`creditsui line` against an interpreter that does nothing, with a hundred accounts and for every host. Bound: 4 ×.

It reads the last board alone, so a ledger of any size costs the same: beside it lies one of a gigabyte.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.home import home, show
from tests.benchmarks.program import CREDITSUI

ROUNDS = 30
ACCOUNTS = 100
HOSTS = ("plain", "tmux", "waybar", "starship", "claude")
PIPED = json.dumps({"rate_limits": {"five_hour": {"used_percentage": 27, "resets_at": 4102444800}}}).encode()


def main() -> None:
    with home(ACCOUNTS) as (env, _):
        subprocess.run([CREDITSUI, "status"], env=env, capture_output=True, check=True)
        with open(Path(env["HOME"]) / ".local/share/creditsui/ledger.db", "r+b") as ledger:
            os.truncate(ledger.fileno(), 1 << 30)
        board = Path(env["HOME"]) / ".local/state/creditsui/status.json"
        for host in HOSTS:
            ours, theirs = [], []
            command = [CREDITSUI, "line", "--for", host]
            for _round in range(ROUNDS):
                ours.append(_seconds(command, env))
                theirs.append(_seconds([sys.executable, "-c", "pass"], env))
            ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
            show(
                f"line --for {host}",
                f"{ratio:.2f} × python -c pass",
                "≤ 4 ×",
                ratio <= 4,
                milliseconds=round(statistics.median(ours) * 1000, 1),
                python=round(statistics.median(theirs) * 1000, 1),
                board_kilobytes=board.stat().st_size // 1000,
            )


def _seconds(command: list[str], env: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=env, input=PIPED, capture_output=True, check=True)
    return time.perf_counter() - start
