"""Every provider that can be asked, before every kind of hostile answer: no fault of ours, no number that is none.

Each kind comes over a real socket through the real client, once; what the client makes of it is then every provider's
answer. In full (`CREDITSUI_SOAK=full`) each provider asks over the socket itself.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from creditsui.adapters.http import Client, Request, Response
from creditsui.core import board as boards
from creditsui.core.asking import refresh as refreshing
from creditsui.core.asking.refresh import refresh
from creditsui.core.asking.round import Network
from creditsui.core.session import Session
from creditsui.domain.problem import Problem, Refused
from creditsui.outputs.json import as_json, dumps
from creditsui.outputs.table import table
from creditsui.providers import catalogue
from creditsui.providers.spec import Get
from tests import soak
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.e2e.test_every_provider import FOLDER, good_routes, together, unsigned
from tests.e2e.test_ten_providers import NOW, Scenario
from tests.hostile_answers import BENT, GROUPS, HOSTILE, Hostile, aimed, bent
from tests.servers import Server

__all__ = ["clock", "session_of"]

KEY = "sk-canary-0123456789abcdef"
OWN: dict[str, dict[str, str]] = {
    "aimlapi": {"forbidden": "unknown"},  # has one status for several reasons, and tells them in words
    "claude": {"empty-purse": "limited"},  # has no purse, and one of its limits in this form
    "perplexity": {"gone": "", "gone-for-good": ""},  # the list that proves the key is not promised
    "zenmux": {"refused-422": "limited"},  # documented so
    "fireworks": {"": "forbidden"},  # the rest: where all is empty, what that means there
    "moonshot": {"": "unknown"},
    "runpod": {"": "rejected"},
    "siliconflow": {"": "unknown"},
    "vertex": {"": "busy"},
    "xai": {"": "no_key unsupported"},
    "zai": {"": "unsupported"},
}
"""Who may call which answer by another name than the others, and why; "": one that says nothing."""
PATIENCE = 0.25
"""Seconds for an answer that never ends."""


class Retold(Network):
    """One answer for whoever asks, or one failure."""

    def __init__(self, told: Response | Refused) -> None:
        super().__init__()
        self._told = told

    async def send(self, request: Request, deadline: float) -> Response:
        if isinstance(self._told, Refused):
            raise Refused(self._told.problem)
        return self._told


async def heard(server: Server, one: Hostile, other: str) -> Response | Refused:
    """What the real client makes of it."""
    server.routes = {("GET", "*"): aimed(one.answer, other)}
    auth = {"Authorization": f"Bearer {KEY}", "x-api-key": KEY}
    async with Client() as client:
        try:
            return await client.send(
                Request("GET", server.url + "/", secret_headers=auth, query={"key": KEY}),
                PATIENCE if one.slow else 20.0,
            )
        except Refused as refused:
            return refused


@dataclass
class Stage:
    """All providers at once, each below a path of its own, after one good round."""

    session_of: SessionOf
    clock: Clock
    server: Server
    stories: list[Scenario]
    config: str
    env: dict[str, str]
    good: bytes
    """The ledger after it."""
    before: dict[str, dict[str, Any]]

    async def after(self, routes: dict[tuple[str, str], Any] | None = None) -> dict[str, dict[str, Any]]:
        """The accounts, as JSON, a little later, when everybody was told this."""
        session = self.session_of(config=self.config, env=self.env, real=True)
        for path in session.paths.ledger.parent.glob("ledger.db*"):
            path.unlink()
        session.paths.ledger.write_bytes(self.good)
        self.server.routes = routes if routes is not None else good_routes(self.stories)
        self.clock.instant = NOW + timedelta(seconds=5)
        return await rows(session)


async def staged(session_of: SessionOf, clock: Clock, home: Path, server: Server) -> Stage:
    config, env, stories = together(home, server)
    session = session_of(config=config, env=env, real=True)
    clock.instant = NOW
    before = await rows(session)
    assert {id: row["problem"] for id, row in before.items() if row["problem"]} == {}
    ledger = session.paths.ledger
    assert not ledger.with_name("ledger.db-wal").exists() or not ledger.with_name("ledger.db-wal").stat().st_size
    with closing(sqlite3.connect(ledger)) as connection:
        connection.executescript("DELETE FROM states")  # so that everybody is due again at once
    return Stage(session_of, clock, server, stories, config, env, ledger.read_bytes(), before)


async def rows(session: Session) -> dict[str, dict[str, Any]]:
    """After a round; everything that is shown must be showable."""
    await refresh(session, force=True)
    board = boards.board(session)
    text = dumps(board) + table(board, 120)
    assert text.replace("\n", "").isprintable(), [c for c in text if not c.isprintable()]
    assert "NaN" not in text and "Infinity" not in text and KEY not in text
    return {one["id"]: one for one in as_json(board)["accounts"]}


def known(row: dict[str, Any]) -> dict[str, Any]:
    found = {name: row[name] for name in ("balance", "balances", "limit", "plan", "spend")}
    on_course = ("even", "projected", "runs_out_at")  # what time alone moves
    return found | {"windows": [{k: v for k, v in one.items() if k not in on_course} for one in row["windows"]]}


Rows = dict[str, dict[str, Any]]


def wrong(before: Rows, after: Rows, usual: frozenset[str], name: str) -> list[str]:
    """What does not hold, a line for each account."""
    found = [] if set(after) == set(before) else ["an account is missing"]
    for id, row in after.items():
        problem, was = row["problem"], before[id]
        own = OWN.get(id, {}).get("" if "" in usual else name)
        kinds = usual if own is None else usual | set(own.split() or [""])
        if problem is None:
            shown = (row["balance"] or {}).get("remaining")
            if "" not in kinds:
                found.append(f"{id} took it for an answer")
            elif shown is not None and shown != was["balance"]["remaining"]:
                found.append(f"{id} made {shown} of it")
        elif "the log says where" in problem["message"] or problem["kind"] not in kinds:
            found.append(f"{id}: {problem['kind']}: {problem['message']}")
        elif not (row["stale"] or not any((row["balance"], row["windows"], row["limit"]))):
            found.append(f"{id} does not mark it as old")
        elif known(row) != known(was):
            found.append(f"{id} lost its last good numbers: {known(was)} {known(row)}")
    return found


@pytest.mark.parametrize("group", GROUPS)
async def test_every_hostile_answer_leaves_every_provider_its_last_good_numbers(
    session_of: SessionOf, clock: Clock, home: Path, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    with Server({}) as server, Server({("GET", "*"): {}, ("POST", "*"): {}}) as other:
        monkeypatch.setattr("creditsui.adapters.cloud.signed", unsigned)
        stage = await staged(session_of, clock, home, server)
        faults: dict[str, list[str]] = {}
        known: list[tuple[Response | Problem, Rows]] = []
        """What came of what the client made of an answer; of many it makes the same."""
        for name, one in GROUPS[group].items():
            if soak.FULL:
                monkeypatch.setattr("creditsui.core.asking.ask.DEADLINE", timedelta(seconds=2 if one.slow else 60))
                after = await stage.after(dict.fromkeys([("GET", "*"), ("POST", "*")], aimed(one.answer, other.url)))
            else:
                told = await heard(server, one, other.url)
                made = told.problem if isinstance(told, Refused) else told
                after = next((rows for before, rows in known if before == made), {})
                if not after:
                    monkeypatch.setattr(refreshing, "Network", lambda told=told: Retold(told))
                    after = await stage.after()
                    known.append((made, after))
            if amiss := wrong(stage.before, after, one.kinds, name):
                faults[name] = amiss
        assert faults == {}
        assert other.requests == [] and server.asked("/elsewhere") == []


async def test_an_answer_of_its_own_shape_with_nothing_right_in_it_becomes_no_number(
    session_of: SessionOf, clock: Clock, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server({}) as server:
        monkeypatch.setattr("creditsui.adapters.cloud.signed", unsigned)
        stage = await staged(session_of, clock, home, server)
        for name, bend in BENT.items():
            routes = {key: bent(answer, bend) for key, answer in good_routes(stage.stories).items()}
            after = await stage.after(routes)
            assert "\n".join(wrong(stage.before, after, frozenset({"changed", ""}), name)) == "", name


def test_ninety_kinds_of_answers_and_everybody_who_can_be_asked_are_here() -> None:
    asking = {id for id, one in catalogue().items() if any(isinstance(ask, Get) for ask in one.asks)}
    assert {path.stem for path in FOLDER.glob("*.json")} >= asking
    assert len(HOSTILE) + len(BENT) >= 90
