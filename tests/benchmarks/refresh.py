"""One refresh of 30 accounts that each answer in 300 ms, against the slowest answer of that refresh. Bound: 1.5 ×."""

import asyncio
import statistics
import time

from creditsui.core.refresh import refresh
from creditsui.core.start import open_session
from tests.benchmarks.home import home, show

ACCOUNTS, DELAY, ROUNDS = 30, 0.3, 7


def main() -> None:
    with home(ACCOUNTS, DELAY) as (env, server):
        session = open_session(env)
        asyncio.run(refresh(session, force=True))
        ratios, times = [], []
        for _round in range(ROUNDS):
            asked = len(server.requests)
            start = time.perf_counter()
            asyncio.run(refresh(session, force=True))
            times.append(time.perf_counter() - start)
            answered = server.requests[asked:]
            assert len(answered) == ACCOUNTS
            ratios.append(times[-1] / max(one.seconds for one in answered))
        show(
            "refresh",
            f"{statistics.median(ratios):.2f} × the slowest answer",
            "≤ 1.5 ×",
            seconds=round(statistics.median(times), 3),
        )
