"""How long the pane's event loop waits between two heartbeats while the first gigabyte of logs is read. Bound: 100 ms.

The pane runs in a real tmux, with accounts that are asked meanwhile, the ledger fresh each time; in every other round
its spend screen is opened as soon as reading begins. Its heart (`beating`) is inside: only the loop itself knows how
long it was held, and what is seen from outside has waited for tmux too. A loop with nothing to do beats at the same
time: what it waits is the machine's, whose cores the reading keeps busy. So does the pane afterwards, with nothing to
do. A line that is logged meanwhile must not be lost, and the bar must have been seen.
"""

import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import beating
from tests.benchmarks.home import home, show
from tests.conftest import wait_until
from tests.core.test_ingest import PROJECT, line
from tests.corpora import write
from tests.e2e.tmux import Pane, pane

SIZE = 1_000_000_000
ACCOUNTS, ROUNDS = 12, 8
AFTER = 1.5
"""Seconds for which the board may still be made of what was read."""
IDLE = 10.0
BAR = "reading logs"
Beats = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Round:
    reading: Beats
    bare: Beats
    """Of the loop with nothing to do, at the same time."""
    idle: Beats
    seconds: float
    """From the first frame until the last call of the gigabyte was in the ledger."""
    bars: tuple[str, ...]
    """What stood on the screen while logs were read, each once."""


def main() -> None:
    with home(ACCOUNTS, delay=0.3) as (env, _):
        folder = Path(env["HOME"])
        made = len(write(folder, SIZE))
        rounds = [_round(folder, env, made, spend=bool(number % 2)) for number in range(ROUNDS)]
    for name, some in (("accounts", rounds[::2]), ("spend screen opened", rounds[1::2])):
        _report(name, some)


def _report(name: str, rounds: Sequence[Round]) -> None:
    longest = [_longest(one.reading) for one in rounds]
    show(
        f"heartbeat while 1 GB is read, {name}",
        f"{max(longest)} ms at most",
        "≤ 100 ms",
        max(longest) <= 100,
        longest=longest,
        p99=_p99([one.reading for one in rounds]),
        bare_loop={"longest": [_longest(one.bare) for one in rounds], "p99": _p99([one.bare for one in rounds])},
        idle_pane={"longest": [_longest(one.idle) for one in rounds], "p99": _p99([one.idle for one in rounds])},
        seconds=round(statistics.median(one.seconds for one in rounds), 2),
        bars=[len(one.bars) for one in rounds],
        last_bars=rounds[-1].bars,
    )


def _longest(beats: Beats) -> int:
    return round(max(gap for _, gap in beats) * 1000)


def _p99(rounds: Sequence[Beats]) -> int:
    return round(statistics.quantiles([gap for beats in rounds for _, gap in beats], n=100)[98] * 1000)


def _round(folder: Path, env: dict[str, str], made: int, *, spend: bool) -> Round:
    shutil.rmtree(folder / ".local", ignore_errors=True)
    late = folder / PROJECT / "late.jsonl"
    late.unlink(missing_ok=True)
    hearts = {name: folder / f"{name}.beats" for name in ("pane", "bare")}
    for heart in hearts.values():
        heart.unlink(missing_ok=True)
    with _bare(hearts["bare"]), pane(folder, env={**env, "HISTFILE": ""}) as screen:
        screen.start(f"{sys.executable} {beating.__file__} {hearts['pane']} pane; echo rc=$?")
        wait_until(lambda: BAR in screen.text(), 60)
        late.parent.mkdir(exist_ok=True)
        late.write_text(line("late"))
        if spend:
            screen.press("2")
        bars, read = _bars(screen, folder, made)
        wait_until(lambda: _calls(folder) == made + 1, 30)
        end = time.monotonic()
        time.sleep(AFTER + IDLE)
        over = time.monotonic()
        screen.press("q")
        screen.shows("rc=0")
    pane_beats, bare = (beating.beats(hearts[name]) for name in ("pane", "bare"))
    start = pane_beats[0][0]
    return Round(
        _between(pane_beats, start, end + AFTER),
        _between(bare, start, end + AFTER),
        _between(pane_beats, end + AFTER, over),
        read - start,
        bars,
    )


def _between(beats: Beats, start: float, end: float) -> Beats:
    return [beat for beat in beats if start <= beat[0] < end]


def _bars(screen: Pane, folder: Path, calls: int) -> tuple[tuple[str, ...], float]:
    """What the bar said until every call was in the ledger, and when that was."""
    found: dict[str, None] = {}
    end = time.monotonic() + 120
    while _calls(folder) < calls:
        assert time.monotonic() < end, screen.text()
        rows = [row.split()[-1] for row in screen.text().splitlines() if BAR in row]
        found.update((said, None) for said in rows if said.endswith("%"))
        time.sleep(0.04)  # whoever looks all the time holds up those that are looked at
    return tuple(found), time.monotonic()


def _calls(folder: Path) -> int:
    with closing(sqlite3.connect(folder / ".local/share/creditsui/ledger.db", timeout=30)) as ledger:
        return int(ledger.execute("SELECT count(*) FROM calls").fetchone()[0])


@contextmanager
def _bare(heart: Path) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, beating.__file__, str(heart), "bare"])
    try:
        yield
    finally:
        process.kill()
        process.wait()
