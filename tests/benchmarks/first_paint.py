"""What is painted first against the first text of a static Textual app: the name of a pane that was never open here,
its bars, and the bars of one that was, which are painted before Textual is loaded.

Bounds: 1.1 × for the name, 0.35 × for the early bars. There is none for the bars of a pane that was never open: they
wait for Textual and for the ledger. Beside each stands what it costs the processor, which a busy machine changes less.
"""

import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.home import home, show
from tests.benchmarks.program import CREDITSUI, STATIC, Program

ROUNDS = 9


@dataclass(frozen=True)
class Moment:
    """Milliseconds since a program was started, and those of a core that it used."""

    after: float
    worked: float


def main() -> None:
    with home(12, 0.3) as (env, _):
        subprocess.run([CREDITSUI, "status"], env=env, capture_output=True, check=True)
        look = Path(env["HOME"], ".local/state/creditsui/look.json")
        with Program(CREDITSUI, env=env) as program:
            program.until("Account 7")
            while not look.exists():
                program.idle(0.1)
        kept = look.read_bytes()
        first, early, own, static = [], [], [], []
        for _round in range(ROUNDS):
            look.unlink()
            with Program(CREDITSUI, env=env) as program:
                first.append(_until(program, " creditsui "))
                own.append(_until(program, "Account 7"))
            look.write_bytes(kept)
            with Program(CREDITSUI, env=env) as program:
                early.append(_until(program, "Account 7"))
            with Program(sys.executable, "-c", STATIC, env=env) as program:
                static.append(_until(program, "ready to compare"))
        _report("first paint", 1.1, first, static)
        _report("first bars of a pane that was never open", None, own, static)
        _report("early bars", 0.35, early, static)


def _until(program: Program, text: str) -> Moment:
    return Moment(program.until(text) * 1000, program.cpu * 1000)


def _report(name: str, bound: float | None, ours: Sequence[Moment], static: Sequence[Moment]) -> None:
    ratio = statistics.median(one.after / other.after for one, other in zip(ours, static, strict=True))
    processor = statistics.median(one.worked / other.worked for one, other in zip(ours, static, strict=True))
    times = {"milliseconds": _milliseconds(ours), "static": _milliseconds(static)}
    figure = f"{ratio:.2f} × a static app"
    met = None if bound is None else ratio <= bound
    show(name, figure, "none" if bound is None else f"≤ {bound:g} ×", met, processor=round(processor, 2), **times)


def _milliseconds(moments: Sequence[Moment]) -> int:
    return round(statistics.median(one.after for one in moments))
