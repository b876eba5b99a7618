"""One refresh of 50 accounts that each answer in 300 ms, against the slowest answer of that refresh. Bound: 1.5 ×."""

import asyncio
import statistics
import time

from creditsui.core.asking.refresh import refresh
from creditsui.core.start import open_session
from tests.benchmarks.home import home, show

ACCOUNTS, DELAY, ROUNDS = 50, 0.3, 7


def main() -> None:
    with home(ACCOUNTS, DELAY) as (env, server):
        session = open_session(env)
        asyncio.run(refresh(session, force=True))
        ratios, times = [], []
        for _round in range(ROUNDS):
            server.took.clear()
            start = time.perf_counter()
            asyncio.run(refresh(session, force=True))
            times.append(time.perf_counter() - start)
            assert len(server.took) == ACCOUNTS
            ratios.append(times[-1] / max(server.took))
        ratio = statistics.median(ratios)
        show(
            "refresh",
            f"{ratio:.2f} × the slowest answer",
            "≤ 1.5 ×",
            ratio <= 1.5,
            seconds=round(statistics.median(times), 3),
        )
