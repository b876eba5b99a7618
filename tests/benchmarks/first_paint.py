"""First painted text against that of a static Textual app: that of a pane that was never open here, and the bars that
are painted early where it was.

Bounds: 1.1 × for the first text, 0.35 × for the early bars. When the pane has its own bars stands beside them.
"""

import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.home import home, show
from tests.benchmarks.program import CREDITSUI, STATIC, Program

ROUNDS = 9


def main() -> None:
    with home(12, 0.3) as (env, _):
        subprocess.run([CREDITSUI, "status"], env=env, capture_output=True, check=True)
        look = Path(env["HOME"], ".local/state/creditsui/look.json")
        with Program(CREDITSUI, env=env) as program:
            program.until("Account 7")
            while not look.exists():
                program.idle(0.1)
        kept = look.read_bytes()
        first, early, own, theirs = [], [], [], []
        for _round in range(ROUNDS):
            look.unlink()
            with Program(CREDITSUI, env=env) as program:
                first.append(program.until(" creditsui "))
                own.append(program.until("Account 7"))
            look.write_bytes(kept)
            with Program(CREDITSUI, env=env) as program:
                early.append(program.until("Account 7"))
            with Program(sys.executable, "-c", STATIC, env=env) as program:
                theirs.append(program.until("ready to compare"))
        static = round(statistics.median(theirs) * 1000)
        for name, bound, times, more in (
            ("first paint", "≤ 1.1 ×", first, {"bars": round(statistics.median(own) * 1000)}),
            ("early bars", "≤ 0.35 ×", early, {}),
        ):
            ratio = statistics.median(a / b for a, b in zip(times, theirs, strict=True))
            milliseconds = round(statistics.median(times) * 1000)
            show(name, f"{ratio:.2f} × a static app", bound, milliseconds=milliseconds, static=static, **more)
