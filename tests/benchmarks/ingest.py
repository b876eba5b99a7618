"""Reading agents' logs into a fresh ledger, and reading them when nothing is new, beside ccusage on the same logs.

Bounds, as shares of ccusage's wall clock: cold 0.9 at 200 MB and 0.8 at 1 GB, nothing new 0.2 and 0.06, and 1/50 at
1 GB for the look inside the running app; 0.6 of its peak memory at 1 GB; 150 bytes a row. Runs alternate, and shares
are medians of pairs. A ledger is fresh; the files are in the system's cache for both. Once more cold is told of a
machine that never priced anything, which loads the price table too.
"""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from creditsui.core.logs import ingest
from creditsui.core.start import open_session
from tests import peer
from tests.benchmarks.home import show
from tests.benchmarks.program import CREDITSUI
from tests.corpora import write

SIZES = {"200 MB": 200_000_000, "1 GB": 1_000_000_000}
COLD = {"200 MB": 0.9, "1 GB": 0.8}
NOTHING_NEW = {"200 MB": 0.2, "1 GB": 0.06}
ROUNDS = 9
LOOKS = 50


@dataclass(frozen=True)
class Run:
    seconds: float
    memory: float
    """Megabytes at most, of the largest of its processes."""
    told: str


def main() -> None:
    program = peer.program()
    for name, size in SIZES.items():
        with tempfile.TemporaryDirectory(prefix="creditsui-bench-") as folder:
            _measure(program, name, size, Path(folder))


def _measure(program: str, name: str, size: int, home: Path) -> None:
    calls = len(write(home, size))
    env = {"HOME": str(home), "TZ": "UTC", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    ours, theirs = [CREDITSUI, "ingest", "--json"], [program, "daily", "--json", "--offline"]
    ledger = home / ".local/share/creditsui"
    run(ours, env), run(theirs, env)  # both once, so that files and programs are in the system's cache
    cold, peers, again, unpriced = [], [], [], []
    for _round in range(ROUNDS):
        shutil.rmtree(ledger)
        shutil.rmtree(home / ".local/state/creditsui")
        unpriced.append(run(ours, env))
        shutil.rmtree(ledger)
        cold.append(run(ours, env))
        peers.append(run(theirs, env))
        again.append(run(ours, env))
        report = json.loads(cold[-1].told)
        assert report["new"] == calls and json.loads(again[-1].told)["read_bytes"] == 0
    shutil.rmtree(ledger)
    together = {"together": at_most(ours, env), "ccusage": at_most(theirs, env)}
    rows = sum(path.stat().st_size for path in ledger.glob("ledger.db*")) / calls
    first, later = _shares(cold, peers), _shares(again, peers)
    told = {"seconds": _median(cold), "ccusage": _median(peers)}
    show(f"ingest {name}, cold", f"{first:.2f} × ccusage", f"≤ {COLD[name]} ×", first <= COLD[name], **told)
    never = _shares(unpriced, peers)
    show(f"ingest {name}, never priced", f"{never:.2f} × ccusage", "none", None, seconds=_median(unpriced))
    least = NOTHING_NEW[name]
    show(
        f"ingest {name}, nothing new", f"{later:.3f} × ccusage", f"≤ {least} ×", later <= least, seconds=_median(again)
    )
    memory = statistics.median(one.memory / other.memory for one, other in zip(cold, peers, strict=True))
    judged = name == "1 GB"
    megabytes = {key: round(value) for key, value in together.items()}
    show(
        f"ingest {name}, peak memory",
        f"{memory:.2f} × ccusage",
        "≤ 0.6 ×" if judged else "none",
        memory <= 0.6 if judged else None,
        megabytes=round(cold[-1].memory),
        **megabytes,
    )
    show(f"ingest {name}, ledger", f"{rows:.0f} bytes a row", "≤ 150 bytes", rows <= 150, rows=calls)
    look = _look(env)
    faster = _median(peers) / look
    show(
        f"ingest {name}, nothing new inside the app",
        f"{faster:.0f} × faster than ccusage",
        "≥ 50 × faster" if judged else "none",
        faster >= 50 if judged else None,
        milliseconds=round(look * 1000, 2),
    )


def run(command: Sequence[str], env: dict[str, str]) -> Run:
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, command
        out.seek(0)
        return Run(seconds, used.ru_maxrss / 1024, out.read().decode())


def at_most(command: Sequence[str], env: dict[str, str]) -> float:
    """Megabytes that all processes of a command have together at most, each page once; it runs slower meanwhile."""
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = 0.0
    done = threading.Event()
    threading.Thread(target=lambda: (process.wait(), done.set()), daemon=True).start()
    while not done.wait(0.01):
        found = max(found, sum(_share(pid) for pid in [process.pid, *_children(process.pid)]) / 1024)
    return found


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _look(env: dict[str, str]) -> float:
    """Seconds of one look for new lines in the open app, all files looked at."""
    session = open_session(env)
    return _repeated(lambda: ingest.pending(session))


def _repeated(work: Callable[[], object]) -> float:
    took = []
    for _look in range(LOOKS):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def _shares(ours: Sequence[Run], theirs: Sequence[Run]) -> float:
    return statistics.median(one.seconds / other.seconds for one, other in zip(ours, theirs, strict=True))


def _median(runs: Sequence[Run]) -> float:
    return round(statistics.median(one.seconds for one in runs), 3)
