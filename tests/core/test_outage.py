"""Is it me? Where a service fails, its own status page has the word, and never a key."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.core import board as boards
from creditsui.core.asking import outage
from creditsui.core.asking.refresh import refresh
from creditsui.core.asking.round import Network
from creditsui.core.doctor import doctor
from creditsui.core.session import Session
from creditsui.domain import format as words
from creditsui.domain.account import Account
from creditsui.domain.board import AccountView
from creditsui.domain.money import money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Reading
from creditsui.outputs.json import as_json
from creditsui.outputs.table import table
from creditsui.providers import catalogue
from creditsui.providers.spec import Answers, File, Get, Provider
from tests.core.conftest import Clock, SessionOf
from tests.core.test_out_of_money import screen
from tests.servers import Late, Reply, Server, drip, hang, hang_in_body, html, huge, redirect, reset, turns

ENV = {"PURSE_API_KEY": "sk-purse-0123456789", "OTHER_API_KEY": "sk-other-0123456789"}
PAGE = ("GET", "/api/v2/status.json")
BALANCE = ("GET", "/balance")
DOWN = Reply({"error": {"message": "upstream connect error"}}, 503)


def says(indicator: Any) -> dict[str, Any]:
    return {"page": {"id": "x"}, "status": {"indicator": indicator, "description": "words of theirs"}}


def purse(server: Server, status: Server | None, id: str = "purse", **changes: Any) -> Provider:
    def parse(answers: Answers) -> Reading:
        return Reading(at=answers.now, balances=(Balance(money(answers["balance"].body["left"], "USD")),))

    return Provider(
        id=id, name=id.title(), url=server.url, console_url="", env=(f"{id.upper()}_API_KEY",), parse=parse,
        status_url=f"{status.url}{PAGE[1]}" if status is not None else "",
        **{"asks": (Get(name="balance", path="/balance"),), **changes},
    )  # fmt: skip


def view(session: Session, id: str = "purse") -> AccountView:
    found = boards.board(session).account(id)
    assert found is not None
    return found


def problem(session: Session) -> Problem:
    found = view(session).problem
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("indicator", "told", "message"),
    [
        ("none", False, "Purse failed to answer (503); no outage is reported."),
        ("minor", True, "Purse failed to answer (503); an outage is reported."),
        ("major", True, "Purse failed to answer (503); an outage is reported."),
        ("critical", True, "Purse failed to answer (503); an outage is reported."),
        ("maintenance", None, "Purse failed to answer (503)."),
        ("sunny", None, "Purse failed to answer (503)."),
        (None, None, "Purse failed to answer (503)."),
        (["none"], None, "Purse failed to answer (503)."),
    ],
)
async def test_what_the_status_page_says_of_a_failure(
    session_of: SessionOf, indicator: object, told: bool | None, message: str
) -> None:
    with Server({BALANCE: DOWN}) as server, Server({PAGE: says(indicator)}) as status:
        session = session_of(purse(server, status), env=ENV)
        await refresh(session, force=True)
        assert (problem(session).outage, problem(session).message) == (told, message)
        assert as_json(boards.board(session))["accounts"][0]["problem"]["outage"] is told


async def test_it_is_asked_without_any_credential(session_of: SessionOf) -> None:
    with Server({BALANCE: DOWN}) as server, Server({PAGE: says("none")}) as status:
        await refresh(session_of(purse(server, status), env=ENV), force=True)
        (request,) = status.requests
        assert request.target == PAGE[1] and not request.body
        assert not {"authorization", "x-api-key", "cookie"} & set(request.headers)
        assert "sk-" not in repr(request)


ODD = {
    "hang": hang(),
    "hang in the body": hang_in_body(),
    "drip": drip(0.01),
    "reset": reset(),
    "html": html(),
    "redirect": redirect("https://elsewhere.invalid/"),
    "two megabytes and more": huge(3),
    "500": Reply(says("none"), 500),
    "404": Reply({}, 404),
    "a list": [says("none")],
    "a word": Reply('"none"'),
    "no status": {"page": {}},
    "a status of another form": {"status": "none"},
}


@pytest.mark.parametrize("how", ODD)
async def test_a_status_page_that_fails_leaves_the_problem_as_it_was(
    session_of: SessionOf, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(outage, "LONGEST", 0.5 if how != "two megabytes and more" else 5.0)
    with Server({BALANCE: DOWN}) as server, Server({PAGE: ODD[how]}) as status:
        session = session_of(purse(server, status), env=ENV)
        async with asyncio.timeout(10):
            await refresh(session, force=True)
        assert (problem(session).outage, problem(session).message) == (None, "Purse failed to answer (503).")
        assert len(status.requests) == 1


async def test_nobody_listens_where_the_status_page_should_be(session_of: SessionOf) -> None:
    with Server({}) as gone:
        pass
    with Server({BALANCE: DOWN}) as server:
        session = session_of(purse(server, gone), env=ENV)
        await refresh(session, force=True)
        assert problem(session).outage is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(reset(), "offline"), (html(), "changed"), (Reply({}, 418), "unknown"), ({"odd": 1}, "changed"), (DOWN, "busy")],
    ids=["reset", "a page", "a teapot", "another form", "503"],
)
async def test_kinds_that_may_be_anybodys_fault_are_looked_up(session_of: SessionOf, answer: Any, kind: str) -> None:
    with Server({BALANCE: answer}) as server, Server({PAGE: says("critical")}) as status:
        session = session_of(purse(server, status), env=ENV)
        await refresh(session, force=True)
        assert (problem(session).kind, problem(session).outage) == (kind, True)


@pytest.mark.parametrize("status_code", [401, 402, 403, 404, 429])
async def test_a_clear_word_of_the_service_needs_no_status_page(session_of: SessionOf, status_code: int) -> None:
    with Server({BALANCE: Reply({}, status_code)}) as server, Server({PAGE: says("critical")}) as status:
        session = session_of(purse(server, status), env=ENV)
        await refresh(session, force=True)
        assert problem(session).outage is None and status.requests == []


async def test_a_good_round_and_a_round_that_read_the_rest_ask_no_status_page(session_of: SessionOf) -> None:
    more = Get(name="report", path="/report", failure="soft")
    asks = (Get(name="balance", path="/balance"), more)
    routes = {BALANCE: {"left": 5}, ("GET", "/report"): DOWN}
    with Server(routes) as server, Server({PAGE: says("critical")}) as status:
        session = session_of(purse(server, status, asks=asks), env=ENV)
        await refresh(session, force=True)
        assert (problem(session).kind, problem(session).part) == ("busy", "report")
        assert status.requests == []


async def test_a_file_that_cannot_be_read_is_no_failure_of_the_service(session_of: SessionOf, home: Any) -> None:
    (home / "login.json").write_text("[]")
    with Server({}) as server, Server({PAGE: says("critical")}) as status:
        asks = (File(name="balance", roots=(("", str(home)),), glob="login.json"),)
        session = session_of(purse(server, status, asks=asks), config="[accounts.purse]\n")
        await refresh(session, force=True)
        assert problem(session).kind == "changed" and status.requests == []


async def test_an_address_of_the_users_own_is_not_what_the_status_page_speaks_of(
    session_of: SessionOf, clock: Clock
) -> None:
    with Server({BALANCE: DOWN}) as server, Server({PAGE: says("critical")}) as status:
        own = replace(purse(server, status), url="https://purse.invalid")
        config = f'[accounts.purse]\nbase_url = "{server.url}"\n'
        session = session_of(own, env=ENV, config=config)
        await refresh(session, force=True)
        assert problem(session).outage is None and status.requests == []
        clock.instant += timedelta(minutes=10)
        region = session_of(replace(own, regions={f"{server.url}/": ""}), env=ENV, config=config)
        await refresh(region, force=True)
        assert problem(region).outage is True, "another region is the service's own"


async def test_two_accounts_of_one_service_ask_its_page_once_and_the_next_refresh_again(
    session_of: SessionOf, clock: Clock
) -> None:
    with Server({BALANCE: DOWN}) as server, Server({PAGE: turns(says("critical"), says("none"))}) as status:
        config = '[accounts.purse]\n[accounts.twin]\nprovider = "purse"\nkey = "env:OTHER_API_KEY"\n'
        session = session_of(purse(server, status), env=ENV, config=config)
        await refresh(session, force=True)
        assert [one.problem.outage for one in boards.board(session).accounts if one.problem] == [True, True]
        assert len(status.requests) == 1
        clock.instant += timedelta(minutes=10)
        await refresh(session, force=True)
        assert [one.problem.outage for one in boards.board(session).accounts if one.problem] == [False, False]
        assert len(status.requests) == 2


async def test_who_has_little_time_left_takes_none_from_the_others() -> None:
    with Server({PAGE: Late(0.3, says("major"))}) as status:
        network, url = Network(), f"{status.url}{PAGE[1]}"
        busy = Problem("busy", "It failed.")
        hasty, calm = await asyncio.gather(outage.told(busy, url, network, 0.01), outage.told(busy, url, network, 5.0))
        await network.close()
        assert (hasty.outage, calm.outage, len(status.requests)) == (None, True, 1)


async def test_leaving_while_a_status_page_hangs_leaves_nothing_behind(session_of: SessionOf) -> None:
    with Server({BALANCE: DOWN}) as server, Server({PAGE: hang()}) as status:
        session = session_of(purse(server, status), env=ENV)
        leaving = asyncio.create_task(refresh(session, force=True))
        await asyncio.to_thread(status.arrived.get, timeout=60)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        assert asyncio.all_tasks() == {asyncio.current_task()}
        with open_ledger(session.paths.ledger) as ledger:
            assert ledger.holders(session.now()) == {}


async def test_a_round_without_time_left_asks_nobody(session_of: SessionOf) -> None:
    busy = Problem("busy", "It failed.")
    network = object()
    assert await outage.told(busy, "https://status.invalid", network, 0.0) is busy  # type: ignore[arg-type]
    assert await outage.told(busy, "", network, 5.0) is busy  # type: ignore[arg-type]


async def test_rows_tables_and_details_say_it(session_of: SessionOf) -> None:
    with Server({BALANCE: html()}) as server, Server({PAGE: says("major")}) as status:
        session = session_of(purse(server, status), env=ENV)
        await refresh(session, force=True)
        board = boards.board(session)
        (one,) = board.accounts
        assert one.problem is not None
        assert words.remark(one, board.generated_at) == "outage reported · retry 0:30"
        assert "outage reported" in table(board, 100)
        assert "update creditsui" not in repr(as_json(board)), "it is theirs to mend"
        assert words.problem_action(one.problem, one.id) == "wait until the outage is over"
        pane = await screen(session)
        assert "outage reported · retry" in pane
        detail = " ".join(line.partition("│")[2].strip() for line in pane.splitlines())
        assert "did not answer with JSON; an outage is reported." in detail, pane


async def test_a_state_that_an_older_version_wrote_is_read(session_of: SessionOf) -> None:
    with Server({BALANCE: DOWN}) as server:
        session = session_of(purse(server, None), env=ENV)
        await refresh(session, force=True)
        with open_ledger(session.paths.ledger) as ledger:
            rows = ledger._connection.execute("SELECT content FROM states").fetchall()
            old = rows[0][0].replace(',"outage":null', "").replace('"outage":null,', "")
            assert "outage" not in old
            ledger._connection.execute("UPDATE states SET content = ?", (old,))
        assert problem(session).outage is None


def test_the_doctor_lists_the_status_pages_that_may_be_asked(session_of: SessionOf) -> None:
    groq = catalogue()["groq"]
    assert groq.status_url == "https://groqstatus.com/api/v2/status.json"
    assert "groqstatus.com" in doctor(session_of(groq, env={"GROQ_API_KEY": "gsk_0123456789"})).hosts
    elsewhere = '[accounts.groq]\nbase_url = "https://gateway.example"\n'
    hosts = doctor(session_of(groq, env={"GROQ_API_KEY": "gsk_0123456789"}, config=elsewhere)).hosts
    assert hosts == ("gateway.example",)


def test_a_page_belongs_to_the_services_own_addresses() -> None:
    one = replace(
        catalogue()["groq"],
        url="https://api.acme.ai/v1",
        regions={"https://api.acme.cn": "CNY"},
        status_url="https://s",
    )
    for base in ("", "https://API.acme.ai:443/other", "https://api.acme.cn/x"):
        assert outage.page(Account("a", "a", "A", base_url=base), one) == "https://s"
    for base in ("https://api.acme.cn.evil.com", "nonsense", "http://api.acme.cn"):
        assert outage.page(Account("a", "a", "A", base_url=base), one) == ""
    assert outage.page(Account("a", "a", "A"), replace(one, status_url="")) == ""
    assert outage.page(Account("a", "a", "A"), replace(one, url="")) == ""


async def test_a_key_that_is_refused_in_one_region_may_be_from_another(session_of: SessionOf) -> None:
    other = "https://api.purse.example"
    with Server({BALANCE: Reply({"error": "invalid"}, 401)}) as server:
        regional = purse(server, None, regions={other: "CNY"})
        session = session_of(regional, env=ENV)
        await refresh(session, force=True)
        assert problem(session).kind == "rejected"
        assert problem(session).message == (f"Purse rejected the key; keys of another region need base_url = {other}.")
        elsewhere = session_of(
            replace(regional, url="https://purse.invalid"),
            env=ENV,
            config=f'[accounts.purse]\nbase_url = "{server.url}"\n',
        )
        await refresh(elsewhere, force=True)
        assert problem(elsewhere).message == "Purse rejected the key.", "a gateway's keys are of no region"


async def test_a_key_that_was_never_sent_is_of_no_other_region(session_of: SessionOf) -> None:
    with Server({}) as server:
        regional = purse(server, None, regions={"https://api.purse.example": "CNY"})
        session = session_of(regional, env={"PURSE_API_KEY": "a key with blanks"})
        await refresh(session, force=True)
        assert "region" not in problem(session).message and server.requests == []
