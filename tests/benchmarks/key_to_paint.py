"""From a key to the first byte of what it changed, among 50 accounts. Bound: 30 ms, by the median.

Beside it stands what a key costs the processor in all, which a busy machine changes less.
"""

import statistics

from tests.benchmarks.home import home, show
from tests.benchmarks.program import CREDITSUI, Program

ACCOUNTS, KEYS = 50, 60


def main() -> None:
    with home(ACCOUNTS) as (env, _), Program(CREDITSUI, env=env) as program:
        program.until("Account 4")
        program.settle()
        before = program.cpu
        times = sorted(program.answer(key) for key in [b"j"] * (KEYS // 2) + [b"k"] * (KEYS // 2))
        processor = round((program.cpu - before) / KEYS * 1000, 1)
        median, late = statistics.median(times), times[int(len(times) * 0.95)]
        met = median <= 0.03
        more = {"accounts": ACCOUNTS, "p95": round(late * 1000, 1), "processor": processor}
        show("key to paint", f"{median * 1000:.1f} ms", "≤ 30 ms", met, **more)
