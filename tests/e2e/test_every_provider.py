"""Every provider that can be asked, over a real socket: its usual answer, an odd one and an error.

`tests/providers/scenarios/ID.json` holds scenarios by name, at least `usual`, `odd` and `error`:

    env      variables, keys among them          files    path below the home → text, or what is written as JSON
    config   lines of the account's table        params   of the account
    routes   "GET /path" → the body; or {"status": …, "headers": {…}, "body": …}; or a list: one after another
    tells    paths into the account's JSON ("windows.0.used") and what must stand there
    asked    the paths that are asked, in order; absent: whatever

What is asked below `/library/` is asked by a cloud's own library. `PORT` anywhere in them is the server's own port.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from creditsui.adapters.http import Request
from creditsui.core import board as boards
from creditsui.core.asking.refresh import refresh
from creditsui.outputs.json import as_json
from creditsui.providers import catalogue
from creditsui.providers.spec import Get
from creditsui.tui.app import CreditsApp
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.e2e.test_ten_providers import NOW, Scenario, dig, lay_out, looked_at
from tests.servers import Reply, Server, turns
from tests.tui.conftest import PLAIN, styles_read_once
from tests.tui.stage import until

__all__ = ["clock", "session_of", "styles_read_once"]

FOLDER = Path(__file__).parents[1] / "providers" / "scenarios"
NOWHERE = {"PATH": "/nowhere"}
"""No program of this machine has a part in it; a cloud's library would start that cloud's command line tool, if any."""


def reply(given: Any) -> Any:
    if isinstance(given, list) and given and all(isinstance(one, dict) and "status" in one for one in given):
        return turns(*map(reply, given))
    if isinstance(given, dict) and set(given) <= {"status", "headers", "body"} and "status" in given:
        return Reply(given.get("body", b""), given["status"], given.get("headers", {}))
    return Reply(given)


def stories() -> list[tuple[str, str]]:
    return [(path.stem, name) for path in sorted(FOLDER.glob("*.json")) for name in json.loads(path.read_text())]


def tell(id: str, name: str, port: int) -> tuple[Scenario, str]:
    """The scenario and its configuration, for a server at that port."""
    return staged(id, name, json.loads((FOLDER / f"{id}.json").read_text(encoding="utf-8"))[name], port)


def staged(id: str, name: str, told: dict[str, Any], port: int) -> tuple[Scenario, str]:
    """The same of one that stands anywhere."""
    given = json.loads(json.dumps(told).replace("PORT", str(port)))
    strange = set(given) - {"env", "files", "config", "params", "routes", "tells", "asked", "about"}
    assert not strange, strange
    asked = tuple(given["asked"]) if "asked" in given else None
    routes = {tuple(key.split(" ", 1)): reply(answer) for key, answer in given["routes"].items()}
    env = NOWHERE | given.get("env", {})
    scenario = Scenario(name, id, routes, env, given.get("files", {}), "", given["tells"], asked)
    params = "".join(f"{key} = {json.dumps(value)}\n" for key, value in given.get("params", {}).items())
    table = f'[accounts.{id}]\nbase_url = "http://127.0.0.1:{port}/here"\n{given.get("config", "")}'
    return scenario, table + (f"\n[accounts.{id}.params]\n{params}" if params else "")


def together(home: Path, server: Server) -> tuple[str, dict[str, str], list[Scenario]]:
    """The usual story of all at once, each below a path of its own; the configuration and the environment."""
    config, env, told = "", dict[str, str](), []
    for path in sorted(FOLDER.glob("*.json")):
        story, text = tell(path.stem, "usual", server.port)
        config += text.replace("/here", f"/{path.stem}") + "\n"
        env |= {name: value.replace("/here", f"/{path.stem}") for name, value in story.env.items()}
        told.append(replace(story, files=json.loads(json.dumps(story.files).replace("/here", f"/{path.stem}"))))
        lay_out(home, told[-1])
    server.routes = good_routes(told)
    return config, env, told


async def unsigned(request: Request, login: object, seconds: float) -> Request:
    """As if a cloud's own library had signed it, which takes its time."""
    return request


def good_routes(stories: list[Scenario]) -> dict[tuple[str, str], Any]:
    return {(method, f"/{one.id}{path}"): answer for one in stories for (method, path), answer in one.routes.items()}


@pytest.mark.parametrize(("id", "name"), stories(), ids=lambda word: word.replace(" ", "-"))
async def test_the_board_says_what_was_answered(
    session_of: SessionOf, clock: Clock, home: Path, id: str, name: str
) -> None:
    with Server({}) as server:
        scenario, config = tell(id, name, server.port)
        server.routes.update({(method, f"/here{path}"): answer for (method, path), answer in scenario.routes.items()})
        lay_out(home, scenario)
        session = session_of(config=config, env=scenario.env, real=True)
        clock.instant = NOW
        await refresh(session, force=True)
        said = as_json(boards.board(session))
        account = next(one for one in said["accounts"] if one["id"] == id)
        assert {path: dig(account, path) for path in scenario.tells} == scenario.tells
        if scenario.asked is not None:
            assert [request.path.removeprefix("/here") for request in server.requests] == list(scenario.asked)
        for request in server.requests:
            if not request.path.startswith("/here/library/"):
                assert request.headers["user-agent"].startswith("creditsui/")
        text = json.dumps(said) + "".join(path.read_text() for path in home.rglob("*.log"))
        for variable, secret in scenario.env.items():
            assert secret not in text or not variable.endswith(("KEY", "TOKEN"))


async def test_the_pane_shows_what_everybody_usually_answers(
    session_of: SessionOf, clock: Clock, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One pane of them all: each has its numbers in its row, or beside it once the cursor is there."""
    monkeypatch.setattr("creditsui.adapters.cloud.signed", unsigned)
    monkeypatch.setattr(CreditsApp, "_read_logs", lambda app: None)
    with Server({}) as server:
        config, env, stories = together(home, server)
        session = session_of(config=config, env=env, real=True)
        clock.instant = NOW
        await refresh(session, force=True)
        said = as_json(boards.board(session))
        app = CreditsApp(session, still=True, env=PLAIN)
        async with app.run_test(size=(150, len(stories) + 20)) as pilot:
            await until(pilot, lambda: app.board is not None and len(app.board.accounts) == len(stories))
            assert app.board is not None and as_json(app.board)["accounts"] == said["accounts"]
            looked = []
            for _ in stories:
                looked.append(await looked_at(app, pilot))
                await pilot.press("j")
    assert sorted(looked) == [one.id for one in stories]


def test_each_that_can_be_asked_has_its_usual_answer_an_odd_one_and_an_error() -> None:
    told = {path.stem: set(json.loads(path.read_text())) for path in FOLDER.glob("*.json")}
    asking = [id for id, one in catalogue().items() if any(isinstance(ask, Get) for ask in one.asks)]
    assert {id: {"usual", "odd", "error"} - told.get(id, set()) for id in asking} == {id: set() for id in asking}
    assert set(told) <= set(catalogue())


def test_what_a_story_promises_by_its_name_is_looked_at() -> None:
    for id, name in stories():
        tells = json.loads((FOLDER / f"{id}.json").read_text(encoding="utf-8"))[name]["tells"]
        assert name not in PROMISED or PROMISED[name](tells), (id, name)


def error(tells: dict[str, Any]) -> bool:
    return isinstance(tells["problem.kind"], str) and "problem.action" in tells


def usual(tells: dict[str, Any]) -> bool:
    windows = {path.split(".")[1] for path in tells if path.startswith("windows.") and tells[path] is not None}
    return (
        tells["problem"] is None
        and all({f"windows.{number}.used", f"windows.{number}.resets_at"} <= set(tells) for number in windows)
        and all(
            amount not in tells or amount.replace("remaining", "currency") in tells or "balances" in tells
            for amount in ("balance.remaining", "balances.0.remaining")
        )
    )


PROMISED = {"usual": usual, "error": error}
