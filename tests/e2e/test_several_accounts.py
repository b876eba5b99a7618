"""Several accounts of one provider: each has its own key, edges, budget and full bar, and nobody gets another's."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from creditsui.core import board as boards
from creditsui.core import settings
from creditsui.core.accounts import keys
from creditsui.core.asking.refresh import refresh
from creditsui.core.session import Session
from creditsui.domain.account import Budget
from creditsui.domain.board import Band
from creditsui.domain.money import money
from creditsui.domain.secret import Secret
from creditsui.outputs.json import as_json
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.servers import Reply, Request, Server

__all__ = ["clock", "session_of"]

KEYS = {
    "deepseek": Secret("sk-home-canary-0123456789"),
    "work": Secret("sk-work-canary-0123456789"),
    "lab": Secret("sk-lab-canary-0123456789"),
}
LEFT = {
    "deepseek": [("USD", "40.00")],
    "work": [("USD", "40.00")],
    "lab": [("USD", "3.00"), ("CNY", "7.10")],
}


def judge(request: Request) -> Reply:
    for id, key in KEYS.items():
        if request.headers.get("authorization") == f"Bearer {key.reveal()}":
            infos = [
                {"currency": code, "total_balance": left, "granted_balance": "0", "topped_up_balance": left}
                for code, left in LEFT[id]
            ]
            return Reply({"is_available": True, "balance_infos": infos})
    return Reply({"error": {"message": "no such key"}}, 401)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({("GET", f"/{id}/user/balance"): judge for id in KEYS}) as running:
        yield running


@pytest.fixture
def session(session_of: SessionOf, server: Server) -> Session:
    """The namesake's key is in the environment, one in a variable of its own, one in a file; each asks at a path of
    its own, so that the server sees whose turn it is."""
    config = f"""\
[thresholds]
critical = 25
[accounts.deepseek]
base_url = "{server.url}/deepseek"
capacity = 100
[accounts.work]
provider = "deepseek"
label = "At work"
key = "env:WORK_KEY"
base_url = "{server.url}/work"
capacity = 200
[accounts.work.thresholds]
critical = 15
warning = 18
[accounts.work.budget]
amount = 50
per = "week"
[accounts.lab]
provider = "deepseek"
base_url = "{server.url}/lab"
capacity = 4
currency = "USD"
[accounts.lab.thresholds]
amount = 5
"""
    env = {"DEEPSEEK_API_KEY": KEYS["deepseek"].reveal(), "WORK_KEY": KEYS["work"].reveal()}
    opened = session_of(config=config, env=env, real=True)
    keys.save(opened, "lab", KEYS["lab"], "file")
    return opened


async def test_each_account_is_asked_with_its_own_key_only(session: Session, server: Server) -> None:
    await refresh(session, force=True)
    sent = {request.path.split("/")[1]: request.headers["authorization"] for request in server.requests}
    assert sent == {id: f"Bearer {key.reveal()}" for id, key in KEYS.items()}
    assert len(server.requests) == 3
    rows = {row.account: row.source for row in keys.listing(session)}
    assert rows == {"deepseek": "env:DEEPSEEK_API_KEY", "work": "env:WORK_KEY", "lab": "file"}
    assert "canary" not in json.dumps(as_json(boards.board(session)))


async def test_each_has_its_own_edges_budget_and_full_bar(session: Session) -> None:
    await refresh(session, force=True)
    views = {view.id: view for view in boards.board(session).accounts}
    assert {id: view.health for id, view in views.items()} == {"deepseek": 0.4, "work": 0.2, "lab": 0.75}
    assert {id: view.band for id, view in views.items()} == {
        "deepseek": Band.LOW,
        "work": Band.FAIR,  # 20 is above its own 18
        "lab": Band.CRITICAL,  # under its floor of $5
    }
    budgets = {id: settings.existing(session, id).budget for id in views}
    assert budgets == {"deepseek": None, "work": Budget(money(50, "USD"), "week"), "lab": None}
    assert {id: view.label for id, view in views.items()} == {"deepseek": "DeepSeek", "work": "At work", "lab": "lab"}


async def test_a_currency_is_summed_over_accounts_and_never_into_another(session: Session) -> None:
    await refresh(session, force=True)
    board = boards.board(session)
    assert {one.currency: one.remaining for one in board.totals} == {
        "USD": money(83, "USD"),
        "CNY": money("7.10", "CNY"),
    }
    lab = board.account("lab")
    assert lab is not None and [one.remaining for one in lab.balances] == [money(3, "USD"), money("7.10", "CNY")]


async def test_accounts_of_one_purse_are_counted_once(session: Session, home: Path) -> None:
    path = session.paths.config
    path.write_text(path.read_text().replace('label = "At work"\n', 'label = "At work"\npool = "deepseek"\n'))
    await refresh(session, force=True)
    assert {one.currency: one.remaining for one in boards.board(session).totals}["USD"] == money(43, "USD")


async def test_the_environment_belongs_to_the_namesake_and_to_nobody_else(
    session_of: SessionOf, clock: Clock, server: Server
) -> None:
    config = "".join(
        f'[accounts.{id}]\nprovider = "deepseek"\nbase_url = "{server.url}/{id}"\n'
        for id in ("work", "lab", "deepseek")
    )
    session = session_of(config=config, env={"DEEPSEEK_API_KEY": KEYS["deepseek"].reveal()}, real=True)
    await refresh(session, force=True)
    assert [request.path for request in server.requests] == ["/deepseek/user/balance"]
    problems = {view.id: view.problem.kind for view in boards.board(session).accounts if view.problem}
    assert problems == {"work": "no_key", "lab": "no_key"}


async def test_without_a_namesake_it_belongs_to_the_first(session_of: SessionOf, server: Server) -> None:
    config = "".join(
        f'[accounts.{id}]\nprovider = "deepseek"\nbase_url = "{server.url}/{id}"\n' for id in ("work", "lab")
    )
    session = session_of(config=config, env={"DEEPSEEK_API_KEY": KEYS["work"].reveal()}, real=True)
    await refresh(session, force=True)
    assert [request.path for request in server.requests] == ["/work/user/balance"]
