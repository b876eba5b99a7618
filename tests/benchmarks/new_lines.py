"""Seconds from a line in a log to its figure on the screen, of a pane in a real tmux with a gigabyte of logs behind it.

Bound: 5 s. On each screen some lines come at any moment, among them models that were never priced before, for which
another process loads the price table. Then what looking for new lines costs while none come, which is to stay within
what an idle pane may use.
"""

import re
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from tests.benchmarks.home import home, show
from tests.benchmarks.program import CREDITSUI, Program
from tests.conftest import wait_until
from tests.core.test_ingest import PROJECT, line
from tests.corpora import write
from tests.e2e.tmux import Pane, pane

SIZE = 1_000_000_000
LINES = 12
LONGEST = 3.5
"""Seconds between two lines at most; as long as between two looks, so that they come at any moment."""
NEW_MODELS = {"accounts": ("claude-opus-4-5", "claude-sonnet-4-5"), "spend": ("claude-opus-4-1", "claude-sonnet-4-0")}
FIGURE = {"accounts": r"today ([\d.,]+)", "spend": r"\$([\d.,]+) spent"}
IDLE = 20.0


def main() -> None:
    with home(1) as (env, _):
        folder = Path(env["HOME"])
        write(folder, SIZE)
        with (folder / ".config/creditsui/config.toml").open("a") as config:
            config.write('[sources.claude-code]\naccount = "a0"\nbilling = "metered"\n')
        log = folder / PROJECT / "new.jsonl"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(_line("first", "claude-opus-4-8"))
        random = Random(1)
        with pane(folder, env={**env, "HISTFILE": ""}) as screen:
            screen.start(f"{CREDITSUI}; echo rc=$?")
            wait_until(lambda: _figure(screen, "accounts") is not None, 60)
            for name in FIGURE:
                if name == "spend":
                    screen.press("2")
                    wait_until(lambda: _figure(screen, "spend") is not None, 60)
                _report(name, [_seconds(screen, name, log, number, random) for number in range(LINES)])
            screen.press("q")
            screen.shows("rc=0")
        _idle(env)


def _report(name: str, took: list[tuple[float, bool]]) -> None:
    seconds = [second for second, _ in took]
    show(
        f"new lines on {name}",
        f"{statistics.median(seconds):.1f} s, {max(seconds):.1f} s at most",
        "≤ 5 s",
        max(seconds) <= 5,
        lines=len(took),
        new_models=[round(second, 1) for second, new in took if new],
    )


def _seconds(screen: Pane, name: str, log: Path, number: int, random: Random) -> tuple[float, bool]:
    """And whether the model was a new one."""
    time.sleep(random.uniform(0.0, LONGEST))
    before = _figure(screen, name)
    new = NEW_MODELS[name]
    every = LINES // len(new)
    is_new = number % every == every - 1
    model = new[number // every] if is_new else "claude-opus-4-8"
    start = time.monotonic()
    with log.open("a") as file:
        file.write(_line(f"{name}-{number}", model))
    wait_until(lambda: _figure(screen, name) not in (before, None), 60)
    return time.monotonic() - start, is_new


def _line(id: str, model: str) -> str:
    return line(id, output=100_000, at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}", model=model)


def _figure(screen: Pane, name: str) -> str | None:
    found = re.search(FIGURE[name], screen.text())
    return found[1] if found else None


def _idle(env: dict[str, str]) -> None:
    with Program(CREDITSUI, env=env) as program:
        program.until("Account 0")
        program.settle()
        program.idle(15)
        before = program.cpu
        written = program.idle(IDLE)
        share = (program.cpu - before) / IDLE * 100
        show(
            "idle beside 1 GB of logs",
            f"{share:.2f} % of a core, {written / IDLE:.1f} bytes/s",
            "≤ 0.5 %, ≤ 50 bytes/s",
            share <= 0.5 and written / IDLE <= 50,
        )
