"""A variable that holds a key which tells nothing: said, never sent, and in nobody's way."""

from dataclasses import replace
from datetime import timedelta

from creditsui.core import board as boards
from creditsui.core import book
from creditsui.core.asking.refresh import refresh
from creditsui.core.session import Session
from creditsui.domain.board import AccountView
from creditsui.domain.money import money
from creditsui.providers.spec import Param
from tests.core.conftest import Clock, SessionOf
from tests.core.test_refresh import BALANCE, config, purse
from tests.servers import Server

WHY = {"useless_env": {"PURSE_CHAT_KEY": "a chat key cannot read money."}}
CHAT = {"PURSE_CHAT_KEY": "sk-chat-123456"}


def view(session: Session) -> AccountView:
    found = boards.board(session).account("purse")
    assert found is not None
    return found


async def test_a_key_of_a_useless_kind_is_told_and_never_sent(session_of: SessionOf) -> None:
    with Server({BALANCE: {"left": 5}}) as server:
        detected = session_of(purse(**WHY), env=CHAT)
        configured = session_of(purse(**WHY), env=CHAT, config=config(server.url))
        for session in (detected, configured):
            await refresh(session, force=True)
            problem = view(session).problem
            assert problem is not None and problem.kind == "wrong_kind"
            assert problem.message == "PURSE_CHAT_KEY: a chat key cannot read money."
            assert problem.action == "creditsui key set purse, or set PURSE_API_KEY"
            assert view(session).key_from is None
        assert server.requests == []


async def test_a_useless_key_beside_a_useful_one_is_no_problem(session_of: SessionOf) -> None:
    with Server({BALANCE: {"left": 5}}) as server:
        env = CHAT | {"PURSE_API_KEY": "sk-purse-123456"}
        session = session_of(purse(**WHY), env=env, config=config(server.url))
        await refresh(session)
        assert view(session).problem is None and view(session).key_from == "env:PURSE_API_KEY"
        assert [one.headers["authorization"] for one in server.requests] == ["Bearer sk-purse-123456"]


async def test_a_useless_key_is_no_problem_of_a_purse_kept_by_hand(session_of: SessionOf) -> None:
    session = session_of(purse(**WHY), env=CHAT)
    book.sync(session, "purse", money(45, "USD"))
    await refresh(session)
    assert view(session).problem is None and view(session).certainty == "synced"


async def test_a_process_with_a_useless_key_does_not_speak_for_one_with_a_useful_key(
    session_of: SessionOf, clock: Clock
) -> None:
    with Server({BALANCE: {"left": 5}}) as server:
        pane = session_of(purse(**WHY), config=config(server.url), env={"PURSE_API_KEY": "sk-purse-123456"})
        cron = session_of(purse(**WHY), env=CHAT)
        await refresh(pane)
        clock.instant += timedelta(minutes=5)
        await refresh(cron, force=True)
        assert view(pane).problem is None


async def test_a_header_holds_what_the_user_said_of_the_account_and_is_left_out_without(session_of: SessionOf) -> None:
    provider = purse(params={"user": Param("user id, from its settings", required=False)})
    (balance,) = provider.asks
    provider = replace(provider, asks=(replace(balance, headers={"X-User": "{user}", "X-Fixed": "1"}),))  # type: ignore[call-arg]
    env = {"PURSE_API_KEY": "sk-purse-123456"}
    with Server({BALANCE: {"left": 5}}) as server:
        await refresh(session_of(provider, config=config(server.url), env=env))
        told = config(server.url) + '[accounts.purse.params]\nuser = "42"\n'
        await refresh(session_of(provider, config=told, env=env), force=True)
        assert [one.headers.get("x-user") for one in server.requests] == [None, "42"]
        assert [one.headers.get("x-fixed") for one in server.requests] == ["1", "1"]
