"""The board over a million calls of a year, of four accounts. Bounds: 30 ms, and 150 bytes a row on disk."""

import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from creditsui.adapters.ledger import open_ledger
from creditsui.adapters.usage_store import row_of
from creditsui.core.board import board
from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.domain.call import Call, key_of
from tests.benchmarks.home import home, show

ROWS, AT_ONCE, ACCOUNTS, ROUNDS = 1_000_000, 50_000, 4, 25
MODELS = ("claude-opus-4-8", "claude-sonnet-4-6", "gpt-5.5", "gpt-5.4")
YEAR = 365 * 86_400_000


def main() -> None:
    with home(ACCOUNTS) as (env, _):
        session = open_session(env)
        fill(session)
        took = []
        for _round in range(ROUNDS):
            start = time.perf_counter()
            found = board(session)
            took.append((time.perf_counter() - start) * 1000)
        assert len(found.accounts) == ACCOUNTS and all(view.spend is not None for view in found.accounts)
        middle = statistics.median(took)
        show("board with 1 million rows", f"{middle:.1f} ms", "≤ 30 ms", middle <= 30, worst=round(max(took), 1))
        size = sum(path.stat().st_size for path in Path(session.paths.ledger).parent.glob("ledger.db*"))
        show("ledger with 1 million rows", f"{size / ROWS:.0f} bytes a row", "≤ 150 bytes", size / ROWS <= 150)


def fill(session: Session) -> None:
    """A year of work: sessions of some hundred calls, each with one account and model, ten of them a day."""
    random, calls = Random(1), 0
    now = int(datetime.now(UTC).timestamp() * 1000)
    with open_ledger(session.paths.ledger) as ledger:
        while calls < ROWS:
            with ledger.calls() as store:
                rows: list[tuple[Any, ...]] = []
                while len(rows) < min(AT_ONCE, ROWS - calls):
                    account, model = random.randrange(ACCOUNTS), random.choice(MODELS)
                    kind = store.kind("claude-code", Call(0, 0, model), "metered", str, own=f"a{account}").id
                    place = store.place(f"project-{random.randrange(40)}", f"session-{calls + len(rows)}")
                    at = now - random.randrange(YEAR)
                    for _call in range(random.randrange(100, 450)):
                        at += random.randrange(3_000, 40_000)
                        if at < now:
                            call = Call(
                                key_of("bench", calls + len(rows)), at, model, random.randrange(200),
                                random.randrange(3000), random.randrange(150_000), random.randrange(9000),
                            )  # fmt: skip
                            rows.append(row_of(call, kind, place, random.randrange(900_000)))
                calls += len(rows)
                store.keep(rows)
