"""Twenty accounts that fall at once, asked by one key, and the minute after it.

Bounds: what moves costs 1 % of a core over that minute.
"""

import os

from tests.benchmarks.home import ANSWER, home, show
from tests.benchmarks.program import CREDITSUI, Program

SECONDS = 60.0
ACCOUNTS = 20


AWAY = b"\x1b[O"


def main() -> None:
    with home(ACCOUNTS) as (env, _), Program(CREDITSUI, env=env) as program:
        program.until("Account 7")
        program.settle()
        asking = _minute(program, "41.20", b"R")
        falling = _minute(program, "30.10", b"R")
        away = _minute(program, "19.90", b"R" + AWAY)  # a key means that somebody is there, so it comes first
        moving = falling[0] - asking[0]
        figure = f"{moving:.2f} % of a core for what moves, {falling[0]:.2f} % with the asking"
        kilobytes = " · ".join(f"{one[1] / 1000:.0f}" for one in (asking, falling, away))
        show("a burst of 20 falls", figure, "≤ 1 %", moving <= 1, not_looked_at=f"{away[0]:.2f} %", kB=kilobytes)


def _minute(program: Program, balance: str, keys: bytes) -> tuple[float, int]:
    """Percent of a core, and bytes, of the minute that begins with asking everybody, who has so much left."""
    infos = ANSWER["balance_infos"]
    assert isinstance(infos, list)
    infos[0]["total_balance"] = balance
    before = program.cpu
    os.write(program.terminal, keys)
    written = program.idle(SECONDS)
    return (program.cpu - before) / SECONDS * 100, written
