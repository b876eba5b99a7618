"""What one account costs per refresh: a year of readings every five minutes, 100,000 calls.

Bound: 5 ms for the whole view, of which 1 ms for the look at its hours. The board adds the ledger's own part.
"""

import cProfile
import pstats
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from creditsui.adapters.ledger import Ledger, open_ledger
from creditsui.adapters.usage_store import row_of
from creditsui.config import parse
from creditsui.core import detect
from creditsui.core import facts as known
from creditsui.core.board import board
from creditsui.core.session import Session
from creditsui.core.spikes import Watched, last
from creditsui.core.start import open_session
from creditsui.domain.board import Spike
from creditsui.domain.call import Call, key_of
from creditsui.domain.facts import Facts
from creditsui.domain.money import money
from creditsui.domain.observe import calendar
from creditsui.domain.reading import Balance, Reading, Recorded, Semantics, Window
from creditsui.domain.view import view
from tests.benchmarks.home import home, show

CALLS, ROUNDS = 100_000, 15
EVERY, YEAR = timedelta(minutes=5), timedelta(days=365)
SHAPES = {"a dozen bookings": 12, "a thousand bookings": 1000}


def main() -> None:
    for name, bookings in SHAPES.items():
        with home(1) as (env, _):
            session = open_session(env)
            fill(session, datetime.now(UTC), bookings)
            tell(name, session, bookings)


def tell(name: str, session: Session, bookings: int) -> None:
    accounts = detect.accounts(session, parse(session.paths.config.read_text()))
    board(session)
    now = session.now()
    days = calendar(now, UTC)
    (facts,) = known.facts(session, accounts, now, UTC, [])
    assert len(facts.readings) > 90_000 and len(facts.entries) == bookings and len(facts.usage) > 100
    shown, _ = view(facts, "a0", days, UTC, EVERY)
    assert shown.balance is not None and shown.runway.state == "known"
    ledger = open_ledger(session.paths.ledger, readonly=True)
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "view": (lambda: view(facts, "a0", days, UTC, EVERY), "≤ 5 ms"),
        "hours": (lambda: hours(session, ledger, facts), "≤ 1 ms"),
        "facts": (lambda: known.facts(session, accounts, now, UTC, []), "no bound"),
    }
    for part, (act, bound) in acts.items():
        took = measured(act)
        show(
            f"{part} of an account, {name}",
            f"{statistics.median(took):.2f} ms",
            bound,
            worst=round(max(took), 2),
            spike=shown.spike is not None,
        )
    ledger.close()
    if "--profile" in sys.argv:
        profile = cProfile.Profile()
        profile.runcall(lambda: [acts["view"][0]() for _ in range(10)])
        pstats.Stats(profile).sort_stats("cumulative").print_stats(25)


def measured(act: Callable[[], object]) -> list[float]:
    """Milliseconds."""
    took = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        act()
        took.append((time.perf_counter() - start) * 1000)
    return took


def hours(session: Session, ledger: Ledger, facts: Facts) -> Spike | None:
    """With the ledger open, as it is while a board is made."""
    id = facts.account.id
    return last(
        ledger, Watched(facts.account, [id], Semantics.BALANCE, facts.readings, facts.entries), session.now(), UTC
    )


def fill(session: Session, now: datetime, bookings: int) -> None:
    """A purse that drains by day, is topped up and synced, beside calls of an agent; the last hour is a spike."""
    random, left = Random(4), 500.0
    content: list[tuple[str, Recorded]] = []
    at = now - YEAR
    while at < now:
        if 8 <= at.hour < 20:
            left -= random.random() * 0.15
        left -= 4 if now - at < timedelta(minutes=40) else 0
        left += 300 if left < 50 else 0
        used = (at.hour % 5 + at.minute / 60) / 5
        windows = (Window("5h", round(used, 3), seconds=18_000, resets_at=at + timedelta(hours=5 * (1 - used))),)
        content.append(("a0", Recorded(Reading(at=at, balances=(Balance(money(round(left, 6), "USD")),),
                                               windows=windows), at)))  # fmt: skip
        at += EVERY
    with open_ledger(session.paths.ledger) as ledger:
        ledger.take_in(content)
        with ledger.transaction():
            for index in range(bookings):
                booked = now - YEAR * (1 - index / bookings) + timedelta(seconds=90)
                kind = "sync" if index % 3 else "topup"
                amount = money(random.randrange(5, 60), "USD")
                expires = (booked + timedelta(days=200)).date() if index % 2 and kind == "topup" else None
                ledger.book(kind, "a0", booked, amount, now=booked, expires_at=expires)  # type: ignore[arg-type]
        with ledger.calls() as store:
            rows = []
            for index in range(CALLS):
                made = int((now - YEAR * random.random()).timestamp() * 1000)
                model = f"m-{index % 6}"
                kind_id = store.kind("claude-code", Call(0, 0, model), "metered", str, own="a0").id
                place = store.place(f"p-{index % 30}", f"s-{index // 200}")
                call = Call(key_of("bench", index), made, model, 900, 300, 20_000, 100)
                rows.append(row_of(call, kind_id, place, random.randrange(40_000)))
            store.keep(rows)
    assert Path(session.paths.ledger).exists()
