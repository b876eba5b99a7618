"""Every provider that can be asked, before a server that answers badly: no fault of ours, no number that is none."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from creditsui.core import board as boards
from creditsui.core.refresh import refresh
from creditsui.core.session import Session
from creditsui.outputs.json import as_json, dumps
from creditsui.outputs.table import table
from creditsui.providers import catalogue
from creditsui.providers.spec import Get
from tests import servers
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.e2e.test_every_provider import FOLDER, tell
from tests.e2e.test_ten_providers import NOW, Scenario, lay_out
from tests.servers import Reply, Server, html, limited, redirect

__all__ = ["clock", "session_of"]

MODES: dict[str, Any] = {
    "html": html(),
    "html-502": html(502),
    "redirect": redirect("/elsewhere", 307),
    "reset": servers.reset(),
    "silence": servers.raw(b""),
    "torn": servers.text('{"data": {"limit": 1'),
    "nan": servers.NAN,
    "401": Reply({"error": {"message": "no"}}, 401),
    "402": Reply({}, 402),
    "403": Reply({"message": "no"}, 403),
    "404": Reply({}, 404),
    "429": limited("20"),
    "500": Reply([[[]]], 500),
    **{json.dumps(shape): shape for shape in servers.WRONG_TYPES},
}


def everybody(port: int) -> tuple[str, dict[str, str], list[Scenario]]:
    """The configuration, the environment and the usual story of each, every one below a path of its own."""
    config, env, stories = "", {}, []
    for path in sorted(FOLDER.glob("*.json")):
        story, text = tell(path.stem, "usual", port)
        config += text.replace("/here", f"/{path.stem}") + "\n"
        env |= {name: value.replace("/here", f"/{path.stem}") for name, value in story.env.items()}
        files = json.loads(json.dumps(story.files).replace("/here", f"/{path.stem}"))
        stories.append(replace(story, files=files))
    return config, env, stories


def routes(stories: list[Scenario]) -> dict[tuple[str, str], Any]:
    return {(method, f"/{one.id}{path}"): answer for one in stories for (method, path), answer in one.routes.items()}


async def rows(session: Session) -> dict[str, dict[str, Any]]:
    await refresh(session, force=True)
    board = boards.board(session)
    text = dumps(board) + table(board, 120)
    assert "NaN" not in text and "Infinity" not in text
    return {one["id"]: one for one in as_json(board)["accounts"]}


@pytest.mark.parametrize("mode", MODES)
async def test_a_bad_answer_breaks_nothing_and_becomes_no_number(
    session_of: SessionOf, clock: Clock, home: Path, mode: str
) -> None:
    with Server({}) as server:
        config, env, stories = everybody(server.port)
        for one in stories:
            lay_out(home, one)
        server.routes = routes(stories)
        session = session_of(config=config, env=env, real=True)
        clock.instant = NOW
        before = await rows(session)
        assert {id: row["problem"] for id, row in before.items() if row["problem"]} == {}
        clock.instant = NOW + timedelta(minutes=20)
        server.routes = dict.fromkeys(server.routes, MODES[mode])
        after = await rows(session)
        assert set(after) == set(before)
        for id, row in after.items():
            problem, was = row["problem"], before[id]
            assert problem is None or "the log says where" not in problem["message"], (id, problem)
            assert row["balance"] is None or row["balance"]["remaining"] == was["balance"]["remaining"], id
            assert row["health"] in (None, was["health"], 1.0) or problem["kind"] == "out_of_money", (id, row["health"])
            assert row["plan"] in (None, was["plan"]), id
        told = {id for id, row in after.items() if row["problem"]}
        assert len(told) >= len(after) * 2 // 3 or mode in {"{}", "404"}, sorted(set(after) - told)
        assert server.asked("/elsewhere") == []


def test_everybody_who_can_be_asked_is_here() -> None:
    asking = {id for id, one in catalogue().items() if any(isinstance(ask, Get) for ask in one.asks)}
    assert {path.stem for path in FOLDER.glob("*.json")} >= asking
