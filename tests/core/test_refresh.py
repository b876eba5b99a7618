"""Asking, recording and waiting, over real sockets and a real ledger."""

import asyncio
import gc
import json
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.core import board as boards
from creditsui.core import book
from creditsui.core.asking.refresh import refresh
from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading
from creditsui.providers.spec import Answers, Get, Provider
from tests.cli.conftest import Run, run_cli  # noqa: F401
from tests.conftest import PATIENCE
from tests.core.conftest import Clock, SessionOf
from tests.servers import (
    NAN,
    Late,
    Reply,
    Request,
    Server,
    bomb,
    deep,
    hang,
    html,
    huge,
    limited,
    redirect,
    reset,
    text,
    turns,
)

BALANCE = ("GET", "/balance")


def _parse(answers: Answers) -> Reading:
    return Reading(at=answers.now, balances=(Balance(money(answers["balance"].body["left"], "USD")),))


def purse(id: str = "purse", url: str = "https://purse.invalid", **more: object) -> Provider:
    return Provider(
        id=id,
        name=id.title(),
        url=url,
        console_url="https://purse.invalid/billing",
        env=(f"{id.upper()}_API_KEY",),
        asks=(Get(name="balance", path="/balance"),),
        parse=_parse,
        **more,  # type: ignore[arg-type]
    )


def config(url: str, id: str = "purse") -> str:
    return f'[accounts.{id}]\nbase_url = "{url}"\n'


async def test_a_key_in_the_environment_is_asked_and_shown(session_of: SessionOf) -> None:
    with Server({BALANCE: {"left": 41.2}}) as server:
        session = session_of(purse(), config=config(server.url), env={"PURSE_API_KEY": "sk-purse-123456"})
        await refresh(session)
        view = boards.board(session).account("purse")
        assert view is not None and view.balance is not None
        assert view.balance.remaining == money("41.2", "USD")
        assert (view.certainty, view.key_from, view.problem) == ("live", "env:PURSE_API_KEY", None)
        assert server.requests[0].headers["authorization"] == "Bearer sk-purse-123456"
        assert server.requests[0].headers["user-agent"].startswith("creditsui/")
        assert session.paths.status.stat().st_mode & 0o777 == 0o600


async def test_when_the_machine_wakes_each_provider_is_asked_once_and_well_after_the_one_before(
    session_of: SessionOf, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("creditsui.core.asking.refresh.APART", timedelta(seconds=0.3))
    asked: list[tuple[str, float]] = []

    def answer(request: Request) -> object:
        asked.append((request.path.split("/")[1], time.monotonic()))
        return {"left": 5}

    with Server({("GET", "*"): answer}) as server:
        text = "".join(config(f"{server.url}/{id}", id) for id in ("one", "two", "three"))
        text += f'[accounts.again]\nprovider = "two"\nbase_url = "{server.url}/two"\nkey = "env:AGAIN"\n'
        env = dict.fromkeys(("ONE_API_KEY", "TWO_API_KEY", "THREE_API_KEY", "AGAIN"), "sk-purse-123456")
        session = session_of(purse("one"), purse("two"), purse("three"), config=text, env=env)
        await refresh(session)
        asked.clear()
        clock.instant += timedelta(hours=8)
        await refresh(session, woken=True)
    first = dict(reversed(asked))
    assert list(first) == ["three", "two", "one"] and len(asked) == 4
    assert first["two"] - first["one"] > 0.2 and first["three"] - first["two"] > 0.2


async def test_nothing_is_asked_before_it_is_due_and_force_asks_now(session_of: SessionOf, clock: Clock) -> None:
    with Server({BALANCE: {"left": 5}}) as server:
        session = session_of(purse(), config=config(server.url), env={"PURSE_API_KEY": "sk-purse-123456"})
        await refresh(session)
        await refresh(session)
        assert len(server.requests) == 1
        clock.instant += timedelta(minutes=2)
        await refresh(session, force=True)
        assert len(server.requests) == 2
        clock.instant += timedelta(minutes=6)
        await refresh(session)
        assert len(server.requests) == 3


async def test_a_failure_keeps_the_last_value_as_stale_and_backs_off_across_restarts(
    session_of: SessionOf, clock: Clock
) -> None:
    with Server({BALANCE: turns({"left": 5}, Reply({"error": "sk-purse-123456"}, 500))}) as server:
        session = session_of(purse(), config=config(server.url), env={"PURSE_API_KEY": "sk-purse-123456"})
        await refresh(session)
        clock.instant += timedelta(minutes=6)
        await refresh(session)
        view = boards.board(session).account("purse")
        assert view is not None and view.balance is not None and view.problem is not None
        assert view.balance.remaining == money(5, "USD") and view.stale
        assert view.problem.kind == "busy" and view.problem.since == clock.instant
        assert "123456" not in view.problem.message
        again = session_of(purse(), env={"PURSE_API_KEY": "sk-purse-123456"})
        clock.instant += timedelta(seconds=10)
        await refresh(again)
        assert len(server.requests) == 2
        clock.instant += timedelta(seconds=25)
        await refresh(again)
        assert len(server.requests) == 3


async def test_retry_after_is_kept_even_under_force(session_of: SessionOf, clock: Clock) -> None:
    with Server({BALANCE: limited("600")}) as server:
        session = session_of(purse(), config=config(server.url), env={"PURSE_API_KEY": "sk-purse-123456"})
        await refresh(session)
        clock.instant += timedelta(minutes=9)
        await refresh(session, force=True)
        assert len(server.requests) == 1
        clock.instant += timedelta(minutes=2)
        await refresh(session)
        assert len(server.requests) == 2


async def test_a_rejected_key_is_not_tried_again_until_it_changes(session_of: SessionOf, clock: Clock) -> None:
    with Server({BALANCE: Reply({"error": {"message": "no"}}, 401)}) as server:
        session = session_of(purse(), config=config(server.url), env={"PURSE_API_KEY": "sk-purse-123456"})
        await refresh(session)
        clock.instant += timedelta(hours=2)
        await refresh(session)
        assert len(server.requests) == 1
        other = session_of(purse(), env={"PURSE_API_KEY": "sk-purse-999999"})
        await refresh(other)
        assert [one.headers["authorization"] for one in server.requests][1:] == ["Bearer sk-purse-999999"]


async def test_one_dead_provider_costs_its_own_row_only(session_of: SessionOf) -> None:
    with Server({BALANCE: {"left": 7}}) as alive, Server({BALANCE: reset()}) as dead:
        session = session_of(
            purse("good"),
            purse("bad"),
            config=config(alive.url, "good") + config(dead.url, "bad"),
            env={"GOOD_API_KEY": "sk-good-123456", "BAD_API_KEY": "sk-bad-123456"},
        )
        await refresh(session)
        board = boards.board(session)
        good, bad = board.account("good"), board.account("bad")
        assert good is not None and good.problem is None and good.balance is not None
        assert bad is not None and bad.problem is not None and bad.problem.kind == "offline"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (html(), "changed"),
        ({"left": "much"}, "changed"),
        ({"left": None}, "changed"),
        ([1, 2], "changed"),
        (NAN, "changed"),
        (text('{"left": 1e400}'), "changed"),
        (deep(), "changed"),
        (bomb(), "changed"),
        (huge(), "changed"),
        (redirect("http://127.0.0.1:9/"), "changed"),
        (Reply({}, 402), "out_of_money"),
        (Reply({"error": {"code": "insufficient_quota"}}, 429), "out_of_money"),
    ],
    ids=["html", "word", "null", "list", "nan", "overflow", "deep", "bomb", "huge", "redirect", "402", "429-money"],
)
async def test_an_odd_answer_is_a_typed_problem_and_keeps_the_last_value(
    session_of: SessionOf, clock: Clock, reply: object, kind: str
) -> None:
    with Server({BALANCE: turns({"left": 9}, reply)}) as server:
        session = session_of(purse(), config=config(server.url), env={"PURSE_API_KEY": "sk-purse-123456"})
        await refresh(session)
        clock.instant += timedelta(minutes=6)
        await refresh(session)
        view = boards.board(session).account("purse")
        assert view is not None and view.problem is not None and view.balance is not None
        assert (view.problem.kind, view.balance.remaining, view.stale) == (kind, money(9, "USD"), True)


async def test_a_purse_kept_by_hand_needs_no_key(session_of: SessionOf) -> None:
    session = session_of(purse())
    book.sync(session, "purse", money(45, "USD"))
    await refresh(session)
    view = boards.board(session).account("purse")
    assert view is not None and view.balance is not None
    assert (view.problem, view.certainty, view.manual) == (None, "synced", True)


async def test_a_key_is_not_sent_where_a_variable_says_it_does_not_belong(session_of: SessionOf) -> None:
    provider = purse(base_env=("PURSE_BASE_URL",))
    session = session_of(
        provider, env={"PURSE_API_KEY": "sk-purse-123456", "PURSE_BASE_URL": "https://gateway.invalid/v1"}
    )
    await refresh(session)
    view = boards.board(session).account("purse")
    assert view is not None and view.problem is not None
    assert view.problem.kind == "unsupported" and "PURSE_BASE_URL" in view.problem.message


async def test_copies_in_one_process_share_one_round(session_of: SessionOf) -> None:
    with Server({BALANCE: Late(0.1, {"left": 1})}) as server:
        text = config(server.url)
        copies = [session_of(purse(), config=text, env={"PURSE_API_KEY": "sk-purse-123456"}) for _ in range(10)]
        await asyncio.gather(*(refresh(one, force=True) for one in copies))
        assert len(server.requests) == 1


def test_ten_processes_at_once_make_the_requests_of_one(home: Path, run_cli: Run) -> None:  # noqa: F811
    routes = {
        ("GET", "/api/v1/key"): Late(0.3, {"data": {"usage": 1}}),
        ("GET", "/api/v1/credits"): Reply({}, 403),
    }
    with Server(routes) as server:
        folder = home / ".config/creditsui"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text(config(server.url, "openrouter"))
        env = {"OPENROUTER_API_KEY": "sk-or-v1-0123456789"}
        with ThreadPoolExecutor(10) as pool:
            results = list(pool.map(lambda _: run_cli("status", "--json", env=env), range(10)))
        assert [done.code for done in results] == [0] * 10, results
        paths = [request.path for request in server.requests]
        assert sorted(paths) == ["/api/v1/credits", "/api/v1/key"]


def test_killing_a_copy_in_mid_request_hands_the_account_to_the_next(home: Path, session_of: SessionOf) -> None:
    with Server({BALANCE: turns(hang(), {"left": 3})}) as server:
        script = textwrap.dedent(
            """
            import asyncio, os
            from creditsui import paths
            from creditsui.core.asking.ask import ask
            from creditsui.core.asking.refresh import refresh
            from creditsui.core.session import Session
            from tests.core.test_refresh import purse
            from datetime import datetime, UTC
            session = Session(paths=paths.find(os.environ), env=os.environ, now=lambda: datetime.now(UTC),
                              providers=lambda: {"purse": purse()}, ask=ask)
            asyncio.run(refresh(session))
            """
        )
        session = session_of(purse(), config=config(server.url), env={"PURSE_API_KEY": "sk-purse-123456"})
        env = {"HOME": str(home), "PURSE_API_KEY": "sk-purse-123456", "PYTHONPATH": str(Path.cwd())}
        copy = subprocess.Popen([sys.executable, "-c", script], env=env)
        server.arrived.get(timeout=60)
        copy.kill()
        copy.wait()
        asyncio.run(refresh(session))
        assert len(server.requests) == 2
        with open_ledger(session.paths.ledger) as ledger:
            assert ledger.latest()["purse"].reading.balances[0].remaining == money(3, "USD")


async def test_a_new_login_of_the_tool_ends_what_an_expired_one_began(
    session_of: SessionOf, clock: Clock, home: Path
) -> None:
    def log_in(token: str, hours: int) -> None:
        expires = int((clock.instant + timedelta(hours=hours)).timestamp()) * 1000
        oauth = {"accessToken": token, "expiresAt": expires, "subscriptionType": "pro"}
        path.write_text(json.dumps({"claudeAiOauth": oauth}))

    path = home / ".claude/.credentials.json"
    path.parent.mkdir()
    usage = {"five_hour": {"utilization": 10, "resets_at": "2026-11-21T00:00:00Z"}}
    with Server({("GET", "/api/oauth/usage"): usage}) as server:
        text = f'[accounts.claude]\nkey = "login"\nbase_url = "{server.url}"\n'
        session = session_of(config=text, real=True)
        log_in("sk-ant-oat01-old-old-old", -1)
        await refresh(session)
        board = boards.board(session)
        view = board.account("claude")
        assert view is not None and view.problem is not None and view.problem.action == "open Claude Code once"
        assert board.next_at is not None and server.requests == []
        log_in("sk-ant-oat01-new-new-new", 8)
        clock.instant += timedelta(minutes=5)
        await refresh(session)
        view = boards.board(session).account("claude")
        assert view is not None and (view.problem, view.windows[0].used) == (None, 0.1)


async def test_a_subscription_endpoint_is_left_alone_for_five_minutes_even_under_force_and_after_a_restart(
    session_of: SessionOf, clock: Clock, home: Path
) -> None:
    path = home / ".claude/.credentials.json"
    path.parent.mkdir()
    expires = int((clock.instant + timedelta(hours=8)).timestamp()) * 1000
    path.write_text(json.dumps({"claudeAiOauth": {"accessToken": "sk-ant-oat01-aaaaaaaa", "expiresAt": expires}}))
    with Server({("GET", "/api/oauth/usage"): turns({"five_hour": {"utilization": 1}}, limited("0"))}) as server:
        text = f'refresh_minutes = 1\n[accounts.claude]\nkey = "login"\nbase_url = "{server.url}"\n'
        await refresh(session_of(config=text, real=True), force=True)
        clock.instant += timedelta(minutes=4)
        await refresh(session_of(config=text, real=True), force=True)
        assert len(server.requests) == 1
        clock.instant += timedelta(minutes=1)
        await refresh(session_of(config=text, real=True))
        assert len(server.requests) == 2
        clock.instant += timedelta(minutes=4, seconds=59)
        await refresh(session_of(config=text, real=True), force=True)
        assert len(server.requests) == 2
        view = boards.board(session_of(config=text, real=True)).account("claude")
        assert view is not None and view.problem is not None and view.problem.kind == "limited"
        assert view.windows and view.stale


async def test_the_environments_key_belongs_to_one_account_only(session_of: SessionOf) -> None:
    with Server({BALANCE: {"left": 8}}) as server:
        text = f'[accounts.work]\nprovider = "purse"\nbase_url = "{server.url}"\n' + config(server.url)
        session = session_of(purse(), config=text, env={"PURSE_API_KEY": "sk-purse-123456"})
        await refresh(session)
        board = boards.board(session)
        work, own = board.account("work"), board.account("purse")
        assert work is not None and work.problem is not None and work.problem.kind == "no_key"
        assert own is not None and own.balance is not None
        assert board.totals[0].remaining == money(8, "USD")


async def test_an_account_with_an_admin_key_alone_is_asked_again_when_due(session_of: SessionOf, clock: Clock) -> None:
    costs = {"data": [{"starting_at": "2026-11-20T00:00:00Z", "results": [{"amount": "250", "currency": "USD"}]}]}
    with Server({("GET", "/v1/organizations/cost_report"): costs}) as server:
        text = f'[accounts.org]\nprovider = "anthropic"\nbase_url = "{server.url}"\nadmin_key = "env:ORG_ADMIN"\n'
        session = session_of(config=text, env={"ORG_ADMIN": "sk-ant-admin01-0123456789"}, real=True)
        await refresh(session)
        view = boards.board(session).account("org")
        assert view is not None and view.spend is not None and view.spend.today == money("2.5", "USD")
        assert (view.key_from, view.problem) == ("env:ORG_ADMIN", None)
        assert view.next_at == clock.instant + timedelta(minutes=5)


async def test_a_round_that_is_told_twice_to_stop_lets_go_of_everything_and_leaves_no_complaint(
    session_of: SessionOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a pane that is left: its worker is cancelled, then whatever still runs on its event loop."""
    from creditsui.core.asking import refresh as module

    lets_go, may = module._Writer._let_go, threading.Event()
    letting_go = threading.Event()

    def slowly(writer: Any) -> None:
        letting_go.set()
        may.wait(PATIENCE)
        lets_go(writer)

    monkeypatch.setattr(module._Writer, "_let_go", slowly)
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, told: complaints.append(told))
    with Server({BALANCE: hang()}) as server:
        session = session_of(purse(), config=config(server.url), env={"PURSE_API_KEY": "sk-purse-123456"})
        round = asyncio.create_task(refresh(session))
        await _until(lambda: bool(server.requests))
        round.cancel()
        await _until(letting_go.is_set)
        for rest in ({round}, asyncio.all_tasks() - {round, asyncio.current_task()}):
            for task in rest:
                task.cancel()
            await asyncio.sleep(0)
        may.set()
        with pytest.raises(asyncio.CancelledError):
            await round

        def held() -> bool:
            with open_ledger(session.paths.ledger) as ledger:
                return bool(ledger.holders(session.now()))

        await _until(lambda: not held() and asyncio.all_tasks() == {asyncio.current_task()})
        del round, task, rest
        await asyncio.sleep(0)  # what waited for the last of them hears of it
        gc.collect()
        assert complaints == []


async def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.01)
