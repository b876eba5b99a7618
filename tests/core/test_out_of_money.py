"""The provider says that the credit is used up: K.O. everywhere, and never a failure of the network or of the key."""

from datetime import timedelta
from typing import Any

import pytest

from creditsui.core import board as boards
from creditsui.core import book
from creditsui.core.asking.refresh import refresh
from creditsui.core.explain.answer import explain
from creditsui.core.session import Session
from creditsui.domain.board import AccountView, Band
from creditsui.domain.money import money
from creditsui.outputs.json import as_json
from creditsui.outputs.line import line
from creditsui.outputs.table import table
from creditsui.tui.app import CreditsApp
from tests.core.conftest import Clock, SessionOf
from tests.servers import Reply, Server, turns

BALANCE = ("GET", "/user/balance")
FULL = {"is_available": True, "balance_infos": [{"currency": "USD", "total_balance": "8.00"}]}
SPENT = Reply({"error": {"message": "Insufficient Balance", "code": "invalid_request_error"}}, 402)
DISGUISED = Reply({"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}, 429)
ENV = {"DEEPSEEK_API_KEY": "sk-0123456789abcdef"}


def view(session: Session, id: str = "deepseek") -> AccountView:
    found = boards.board(session).account(id)
    assert found is not None
    return found


def said(session: Session) -> dict[str, Any]:
    return dict(as_json(boards.board(session))["accounts"][0])


def config(server: Server, more: str = "") -> str:
    return f'[accounts.deepseek]\nbase_url = "{server.url}"\ncapacity = 10.0\n{more}'


async def screen(session: Session, width: int = 100, height: int = 24) -> str:
    app = CreditsApp(session, still=True, env={"NO_COLOR": "1", "LANG": "C.UTF-8"})
    async with app.run_test(size=(width, height)) as pilot:
        while app.board is None or not app.board.accounts:
            await pilot.pause()
        await pilot.pause()
        return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


@pytest.mark.parametrize("answer", [SPENT, DISGUISED], ids=["402", "429 in disguise"])
async def test_without_a_last_balance(session_of: SessionOf, answer: Reply) -> None:
    with Server({BALANCE: answer}) as server:
        session = session_of(real=True, config=config(server), env=ENV)
        await refresh(session, force=True)
        told = said(session)
        assert told["problem"]["kind"] == "out_of_money" and told["problem"]["action"].startswith("top up at https://")
        assert (told["health"], told["band"], told["binding"]) == (0.0, "critical", "problem")
        assert (told["balance"], told["read_at"], told["runway"]["state"]) == (None, None, "empty")
        shown = table(boards.board(session), 100)
        assert "K.O." in shown and "out of credit" in shown and "offline" not in shown
        pane = await screen(session)
        assert "K.O." in pane and "out of credit" in pane and "offline" not in pane
        assert line(as_json(boards.board(session)), session.now()) == "worst ✖ DeepSeek 0% · 1 problem"


async def test_the_last_good_balance_stays_in_sight_as_stale(session_of: SessionOf, clock: Clock) -> None:
    with Server({BALANCE: turns(FULL, SPENT, FULL)}) as server:
        session = session_of(real=True, config=config(server), env=ENV)
        await refresh(session, force=True)
        assert view(session).health == 0.8
        clock.instant += timedelta(minutes=10)
        await refresh(session, force=True)
        told = said(session)
        assert (told["balance"]["remaining"], told["stale"], told["problem"]["kind"]) == (8.0, True, "out_of_money")
        assert (told["health"], told["band"]) == (0.0, "critical")
        shown = table(boards.board(session), 100)
        assert "K.O." in shown and "$8.00" in shown and "10m old · out of credit" in shown
        pane = await screen(session)
        assert "K.O." in pane and "$8.00" in pane and "out of credit" in pane
        clock.instant += timedelta(minutes=10)
        await refresh(session, force=True)
        assert (view(session).problem, view(session).health, view(session).stale) == (None, 0.8, False)


async def test_narrow_panes_show_it_too(session_of: SessionOf) -> None:
    with Server({BALANCE: SPENT}) as server:
        session = session_of(real=True, config=config(server), env=ENV)
        await refresh(session, force=True)
        for width, height in ((44, 20), (80, 6), (60, 12)):
            assert "K.O." in await screen(session, width, height), (width, height)
        assert "K.O." in table(boards.board(session), 40)


async def test_a_probe_that_finds_no_credit_overrules_what_was_carried_forward(
    session_of: SessionOf, clock: Clock
) -> None:
    broke = Reply({"error": {"type": "invalid_request_error", "message": "Your credit balance is too low"}}, 400)
    routes = {("POST", "/v1/messages"): broke, ("GET", "/v1/models"): {"data": []}}
    with Server(routes) as server:
        text = f'[accounts.anthropic]\nbase_url = "{server.url}"\nprobe = true\n'
        session = session_of(real=True, config=text, env={"ANTHROPIC_API_KEY": "sk-ant-api03-0123456789"})
        book.sync(session, "anthropic", money(20, "USD"))
        clock.instant += timedelta(minutes=1)
        await refresh(session, force=True)
        found = view(session, "anthropic")
        assert found.problem is not None and found.problem.kind == "out_of_money"
        assert (found.health, found.band, found.binding) == (0.0, Band.CRITICAL, "problem")
        assert found.balance is not None and found.balance.remaining == money(20, "USD")
        why = "\n".join(explain(boards.board(session), "anthropic", "health", session.now()))
        assert "0% is the least of:" in why and "the credit is used up  ← least" in why
        clock.instant += timedelta(minutes=1)
        book.topup(session, "anthropic", money(30, "USD"))
        later = view(session, "anthropic")
        assert later.health == 1.0 and later.problem is not None, "until it is asked again, what came in counts"


async def test_other_problems_knock_nobody_out(session_of: SessionOf, clock: Clock) -> None:
    for answer in (Reply({}, 500), Reply({}, 401), Reply({}, 429)):
        with Server({BALANCE: turns(FULL, answer)}) as server:
            session = session_of(real=True, config=config(server), env=ENV)
            await refresh(session, force=True)
            clock.instant += timedelta(minutes=10)
            await refresh(session, force=True)
            assert view(session).health == 0.8 and "K.O." not in table(boards.board(session), 100)
        session.paths.ledger.unlink()
        clock.instant += timedelta(minutes=70)
