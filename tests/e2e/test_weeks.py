"""Days of refreshes, every tenth answer a bad one: the pane stays as it was at the end of the first day.

All of it, for the figures: CREDITSUI_SOAK=full .venv/bin/pytest -n 0 -s tests/e2e/test_weeks.py
"""

import itertools
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from creditsui.adapters.ledger import open_ledger
from tests import servers
from tests.benchmarks.program import Program
from tests.servers import Reply, Request, Server, html, limited
from tests.soak import FULL, rounds
from tests.weeks import Figures

ROUNDS = rounds(full=7_200, short=40)
"""In full 4,320, as three days have at one a minute, after the first day, which is warm-up."""
MINUTES = 1 if FULL else 45
"""Between two refreshes: in the short form hours pass, too."""
FAULTS = (
    limited(), Reply({}, 500), html(), html(502), servers.reset(), servers.text('{"data": {"limit": 1'), servers.NAN,
    servers.deep(), Reply([[]]), servers.raw(b""), servers.INVALID_UTF8, servers.redirect("/x"), servers.bomb(16),
    servers.many_headers(),
)  # fmt: skip
KEYS = {
    "OPENROUTER_API_KEY": "sk-or-v1-0123456789abcdef",
    "DEEPSEEK_API_KEY": "sk-0123456789abcdef",
    "AI_GATEWAY_API_KEY": "vck_0123456789abcdef",
}


class Hostile:
    """Three providers, each a tenth of a cent poorer after every good answer; every tenth answer is none."""

    def __init__(self) -> None:
        self.asked = itertools.count(1)
        self.faults = itertools.cycle(FAULTS)
        self.spent = dict.fromkeys(("openrouter", "deepseek", "vercel"), 0)
        self.told: dict[str, list[int]] = {id: [] for id in self.spent}
        """Tenths of a cent that were told to be spent."""

    def __call__(self, request: Request) -> Any:
        if next(self.asked) % 10 == 0:
            return next(self.faults)
        id, _, path = request.path[1:].partition("/")
        if path.endswith("activity"):
            return {"data": []}
        if path.endswith("/key"):
            return {"data": {"limit": None, "limit_remaining": None, "usage": 1, "is_free_tier": False}}
        self.spent[id] += 1
        self.told[id].append(self.spent[id])
        spent = self.spent[id] / 1000
        left = f"{90 - spent:.3f}"
        if id == "openrouter":
            return {"data": {"total_credits": 100, "total_usage": round(10 + spent, 3)}}
        if id == "vercel":
            return {"balance": left, "total_used": "4.5"}
        purse = {"currency": "USD", "total_balance": left, "granted_balance": "0", "topped_up_balance": left}
        return {"is_available": True, "balance_infos": [purse]}


@pytest.fixture
def lived(home: Path) -> Iterator[tuple[list[Figures], Hostile, dict[str, Any]]]:
    """The figures, what the server did, and the board at the end."""
    hostile = Hostile()
    with Server({("GET", "*"): hostile}) as server:
        accounts = "".join(f'[accounts.{id}]\nbase_url = "{server.url}/{id}"\ncapacity = 100\n' for id in hostile.spent)
        path = home / ".config/creditsui/config.toml"
        path.parent.mkdir(parents=True)
        path.write_text(f'refresh_minutes = {MINUTES}\ntimezone = "Europe/Berlin"\n{accounts}')
        env = {**KEYS, "HOME": str(home), "PYTHON_KEYRING_BACKEND": os.environ["PYTHON_KEYRING_BACKEND"]}
        where = str(Path(__file__).parents[2])
        with Program(
            sys.executable, "-m", "tests.weeks", str(home), str(ROUNDS), env={**env, "PYTHONPATH": where}
        ) as pane:
            while pane.process.poll() is None:
                pane.idle(0.2)
                pane.written = pane.written[-4000:]
            assert pane.process.returncode == 0, pane.written
        lines = (home / "figures.jsonl").read_text().splitlines()
        status = json.loads((home / ".local/state/creditsui/status.json").read_text())
        yield [Figures(**json.loads(line)) for line in lines], hostile, status


def slope(some: list[Figures]) -> float:
    """Megabytes in a thousand rounds."""
    x, y = [one.rounds / 1000 for one in some], [one.memory for one in some]
    mx, my = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sum((a - mx) ** 2 for a in x)


@pytest.mark.soak
def test_weeks_of_refreshes_with_faults_leave_nothing_behind_and_say_nothing_wrong(
    lived: tuple[list[Figures], Hostile, dict[str, Any]], home: Path
) -> None:
    figures, hostile, status = lived
    # Warm is who has done everything once, what is done once a day too: a copy of the ledger, the end of a day.
    warm = [one for one in figures if one.hours >= 25] or figures[len(figures) // 4 :]
    last = figures[-1]
    assert last.rounds >= ROUNDS
    if FULL:
        told = f"{last.rounds} rounds, {last.hours:.1f} h: {slope(warm):+.2f} MB per 1,000"
        print(f"{told}, at most {max(one.memory for one in figures):.1f} MB; {warm[0]} … {last}")
        assert slope(warm) < 1.0, told
    assert max(one.memory for one in figures) < 90
    for count in ("threads", "tasks", "files"):
        counts = [getattr(one, count) for one in warm]
        half = len(counts) // 2  # somebody may look for alerts just then, in a thread that opens files: so the least
        assert abs(min(counts[half:]) - min(counts[:half])) <= 2, (count, counts)
    assert [one.told for one in figures if one.told] == [] and sum(one.early for one in figures) == 0
    # Whatever was answered between, all that was lost was seen, and it was lost once.
    for one in status["accounts"]:
        assert one["spend"]["7d"] == pytest.approx((hostile.told[one["id"]][-1] - 1) / 1000, abs=1e-6), one["id"]
    with open_ledger(home / ".local/share/creditsui/ledger.db") as ledger:
        ledger.check()
