"""What a round must not do: ask too often, give a key away, or let one account's trouble reach another."""

import asyncio
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from creditsui.adapters import keystore
from creditsui.adapters.ledger import open_ledger
from creditsui.core import board as boards
from creditsui.core.accounts import credentials, keys
from creditsui.core.asking.ask import ask
from creditsui.core.asking.refresh import refresh
from creditsui.core.asking.round import Outcome, Round
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.board import AccountView
from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading
from creditsui.domain.secret import Secret
from creditsui.providers.spec import Answers, Get, Provider
from tests.core.conftest import Clock, SessionOf
from tests.core.test_refresh import BALANCE, config, purse
from tests.servers import Late, Reply, Server, drip, hang, limited, turns

ENV = {"PURSE_API_KEY": "sk-purse-0123456789"}


def view(session: Session, id: str = "purse") -> AccountView:
    found = boards.board(session).account(id)
    assert found is not None
    return found


def two_part(**more: Any) -> Provider:
    """A balance by the plain key, and a report that needs a second one."""

    def parse(answers: Answers) -> Reading:
        return Reading(at=answers.now, balances=(Balance(money(answers["balance"].body["left"], "USD")),))

    report = Get(name="report", path="/report", credential=("admin_key",), failure="soft", **more)
    return Provider(
        id="purse", name="Purse", url="https://purse.invalid", console_url="", env=("PURSE_API_KEY",),
        admin_env=("PURSE_ADMIN_KEY",), admin_credential="admin key", parse=parse,
        asks=(Get(name="balance", path="/balance"), report),
    )  # fmt: skip


BOTH = {**ENV, "PURSE_ADMIN_KEY": "ak-purse-0123456789"}


async def test_a_key_refused_for_good_beside_a_good_one_stops_only_its_own_part(
    session_of: SessionOf, clock: Clock
) -> None:
    routes = {BALANCE: turns({"left": 5}, {"left": 4}, {"left": 3}), ("GET", "/report"): Reply({}, 401)}
    with Server(routes) as server:
        session = session_of(two_part(), config=config(server.url), env=BOTH)
        await refresh(session)
        assert view(session).problem is not None
        for left in (4, 3):
            clock.instant += timedelta(minutes=5)
            await refresh(session)
            seen = view(session)
            assert seen.balance is not None and seen.balance.remaining == money(left, "USD") and not seen.stale
            assert seen.problem is not None and seen.problem.kind == "rejected"
        assert len(server.asked("/report")) == 1
        clock.instant += timedelta(minutes=5)
        await refresh(session, force=True)
        assert len(server.asked("/report")) == 2
        await refresh(session_of(two_part(), env={**BOTH, "PURSE_ADMIN_KEY": "ak-purse-9876543210"}))
        assert len(server.asked("/report")) == 3


async def test_a_second_key_that_cannot_be_had_does_not_stop_the_first(session_of: SessionOf, clock: Clock) -> None:
    with Server({BALANCE: turns({"left": 5}, {"left": 4})}) as server:
        text = config(server.url) + 'admin_key = "env:NOT_SET"\n'
        session = session_of(two_part(), config=text, env=ENV)
        await refresh(session)
        clock.instant += timedelta(minutes=5)
        await refresh(session)
        assert len(server.requests) == 2 and view(session).problem is not None


async def test_an_odd_page_is_this_parts_problem_alone(session_of: SessionOf) -> None:
    routes = {BALANCE: {"left": 5}, ("GET", "/report"): []}
    with Server(routes) as server:
        provider = two_part(next_page=lambda page: page["next"])
        session = session_of(provider, purse("other"), config=config(server.url) + config(server.url, "other"),
                             env={**BOTH, "OTHER_API_KEY": "sk-other-0123456789"})  # fmt: skip
        await refresh(session)
        seen = view(session)
        assert seen.balance is not None and seen.problem is not None and seen.problem.kind == "changed"
        assert view(session, "other").balance is not None


async def test_a_fault_of_our_own_is_one_accounts_problem(session_of: SessionOf) -> None:
    def broken(answers: Answers) -> Reading:
        raise AssertionError("sk-purse-0123456789")

    with Server({BALANCE: {"left": 5}}) as server:
        bad = Provider(id="purse", name="Purse", url=server.url, console_url="", env=("PURSE_API_KEY",),
                       asks=(Get(name="balance", path="/balance"),), parse=broken)  # fmt: skip
        session = session_of(bad, purse("other", server.url), env={**ENV, "OTHER_API_KEY": "sk-other-0123456789"})
        await refresh(session)
        found = view(session).problem
        assert found is not None and found.kind == "unknown" and "0123456789" not in found.message
        assert view(session, "other").problem is None


async def test_one_broken_ask_lets_the_others_end_and_leaves_no_claim(session_of: SessionOf) -> None:
    with Server({BALANCE: Late(0.3, {"left": 5})}) as server:
        env = {"BAD_API_KEY": "sk-bad-0123456789", "GOOD_API_KEY": "sk-good-0123456789"}
        session = session_of(purse("bad", server.url), purse("good", server.url), env=env)

        async def half(round: Round) -> Outcome:
            if round.account.id == "bad":
                raise RuntimeError("no")
            return await ask(round)

        broken = Session(session.paths, session.env, session.now, session.providers, half)
        with pytest.raises(RuntimeError):
            await refresh(broken)
        with open_ledger(session.paths.ledger) as ledger:
            assert ledger.latest().keys() == {"good"}
            assert ledger.holders(session.now()) == {}


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8, 13])
async def test_a_refresh_that_is_cancelled_at_any_point_leaves_no_claim(session_of: SessionOf, steps: int) -> None:
    with Server({BALANCE: hang()}) as server:
        session = session_of(*(purse(f"p{n}", server.url) for n in range(4)),
                             env={f"P{n}_API_KEY": f"sk-p{n}-0123456789" for n in range(4)})  # fmt: skip
        task = asyncio.create_task(refresh(session))
        if steps == 13:
            await asyncio.to_thread(server.arrived.get, timeout=60)
        for _ in range(steps):
            await asyncio.sleep(0.004)  # lets it come a little further; where it is does not matter
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with open_ledger(session.paths.ledger) as ledger:
            assert ledger.holders(session.now()) == {}


async def test_a_variable_that_holds_no_address_is_this_accounts_problem(session_of: SessionOf) -> None:
    with Server({BALANCE: {"left": 5}}) as server:
        session = session_of(
            purse(base_env=("PURSE_BASE_URL",)), purse("other", server.url),
            env={**ENV, "PURSE_BASE_URL": "localhost:8080", "OTHER_API_KEY": "sk-other-0123456789"},
        )  # fmt: skip
        await refresh(session)
        found = view(session).problem
        assert found is not None and found.kind == "unsupported"
        assert view(session, "other").balance is not None


async def test_a_key_once_read_is_not_sent_to_an_address_that_was_written_later(session_of: SessionOf) -> None:
    with Server({BALANCE: {"left": 5}}) as home, Server({BALANCE: {"left": 6}}) as elsewhere:
        session = session_of(purse(), config=config(home.url) + 'key = "file"\n')
        keystore.write_file(session.paths.keys, "purse", home.url, Secret("sk-purse-0123456789"))
        await refresh(session)
        assert len(home.requests) == 1
        session.paths.config.write_text(config(elsewhere.url) + 'key = "file"\n')
        await refresh(session, force=True)
        assert elsewhere.requests == []
        found = view(session).problem
        assert found is not None and found.kind == "no_key" and elsewhere.url in found.message


def test_a_key_from_the_keyring_is_remembered_for_its_address_only(session_of: SessionOf) -> None:
    session = session_of(purse(), config=config("https://one.example") + 'key = "keyring"\n')
    session.stored["purse", "keyring https://one.example"] = Secret("sk-purse-0123456789")
    here, there = (
        Account(id="purse", provider="purse", label="", key="keyring", base_url=url)
        for url in ("https://one.example", "https://two.example")
    )
    assert credentials.resolve(session, here, purse()).source == "keyring"
    assert credentials.resolve(session, there, purse()).source is None


async def test_a_key_that_another_process_replaced_is_used(session_of: SessionOf, clock: Clock) -> None:
    with Server({BALANCE: turns(Reply({}, 401), {"left": 5})}) as server:
        text = config(server.url) + 'key = "file"\n'
        pane = session_of(purse(), config=text)
        keystore.write_file(pane.paths.keys, "purse", server.url, Secret("sk-purse-old-456789"))
        await refresh(pane)
        keys.save(session_of(purse()), "purse", Secret("sk-purse-new-456789"), "file")
        clock.instant += timedelta(minutes=1)
        await refresh(pane)
        assert server.requests[-1].headers["authorization"] == "Bearer sk-purse-new-456789"
        assert view(pane).problem is None


async def test_a_process_without_the_key_does_not_speak_for_one_that_has_it(
    session_of: SessionOf, clock: Clock
) -> None:
    with Server({BALANCE: {"left": 5}}) as server:
        pane, cron = session_of(purse(), config=config(server.url), env=ENV), session_of(purse())
        await refresh(pane)
        clock.instant += timedelta(minutes=5)
        await refresh(cron, force=True)
        assert view(pane).problem is None and boards.board(pane).next_at == clock.instant
        await refresh(pane)
        assert len(server.requests) == 2
        clock.instant += timedelta(minutes=11)
        await refresh(cron)
        alone = view(cron).problem
        assert alone is not None and alone.kind == "no_key"
        await refresh(pane)
        assert view(pane).problem is None


async def test_a_wait_that_was_told_beside_a_reading_is_kept(session_of: SessionOf, clock: Clock) -> None:
    key = {"data": {"limit": 10, "limit_remaining": 5, "usage": 5, "is_free_tier": False}}
    routes = {("GET", "/api/v1/key"): key, ("GET", "/api/v1/credits"): limited("900")}
    with Server(routes) as server:
        text = f'[accounts.openrouter]\nbase_url = "{server.url}"\n'
        env = {"OPENROUTER_API_KEY": "sk-or-v1-0123456789abcdef"}
        await refresh(session_of(config=text, env=env, real=True))
        clock.instant += timedelta(minutes=14)
        await refresh(session_of(env=env, real=True), force=True)
        assert len(server.asked("/api/v1/credits")) == 1
        clock.instant += timedelta(minutes=2)
        await refresh(session_of(env=env, real=True))
        assert len(server.asked("/api/v1/credits")) == 2


async def test_a_locked_keyring_in_between_ends_no_cool_down(session_of: SessionOf, clock: Clock) -> None:
    with Server({BALANCE: turns(limited("900"), {"left": 5})}) as server:
        text = config(server.url) + 'key = "file"\n'
        session = session_of(purse(), config=text)
        keystore.write_file(session.paths.keys, "purse", server.url, Secret("sk-purse-0123456789"))
        await refresh(session)
        os.chmod(session.paths.keys, 0o644)  # now nobody may trust it
        clock.instant += timedelta(minutes=1)
        await refresh(session)
        locked = view(session).problem
        assert locked is not None and locked.kind == "locked"
        os.chmod(session.paths.keys, 0o600)
        await refresh(session, force=True)
        assert len(server.requests) == 1
        clock.instant += timedelta(minutes=15)
        await refresh(session)
        assert len(server.requests) == 2 and view(session).problem is None


async def test_the_asks_of_a_round_share_one_deadline(session_of: SessionOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("creditsui.core.asking.ask.DEADLINE", timedelta(seconds=1))
    with Server({BALANCE: {"left": 5}, ("GET", "/report"): drip()}) as server:
        session = session_of(two_part(), config=config(server.url), env=BOTH)
        await refresh(session)
        seen = view(session)
        assert seen.balance is not None and seen.problem is not None and seen.problem.kind == "offline"


def log_in(home: Path, clock: Clock) -> None:
    path = home / ".claude/.credentials.json"
    path.parent.mkdir(exist_ok=True)
    expires = int((clock.instant + timedelta(hours=80)).timestamp()) * 1000
    login = {"accessToken": "sk-ant-oat01-aaaaaaaa", "expiresAt": expires, "subscriptionType": "max"}
    path.write_text(json.dumps({"claudeAiOauth": login}))


async def test_a_subscription_that_limits_is_asked_ever_more_rarely_and_keeps_what_was_read(
    session_of: SessionOf, clock: Clock, home: Path
) -> None:
    log_in(home, clock)
    usage = {"five_hour": {"utilization": 10, "resets_at": "2026-12-21T00:00:00Z"}}
    with Server({("GET", "/api/oauth/usage"): turns(usage, limited("0"))}) as server:
        text = f'refresh_minutes = 1\n[accounts.claude]\nkey = "login"\nbase_url = "{server.url}"\n'
        await refresh(session_of(config=text, real=True))
        clock.instant += timedelta(minutes=5)
        begun = clock.instant
        waits: list[int] = []
        last = clock.instant
        for _ in range(12 * 4):
            await refresh(session_of(real=True), force=True)
            if len(server.requests) > len(waits) + 1:
                waits.append((clock.instant - last) // timedelta(minutes=1))
                last = clock.instant
            clock.instant += timedelta(minutes=5)
        assert waits == [0, 5, 10, 20, 40, 60, 60]
        seen = view(session_of(real=True), "claude")
        assert seen.windows[0].used == 0.1 and seen.stale
        assert seen.problem is not None and (seen.problem.kind, seen.problem.since) == ("limited", begun)


async def test_leaving_in_mid_request_does_not_shorten_the_pace(
    session_of: SessionOf, clock: Clock, home: Path
) -> None:
    log_in(home, clock)
    with Server({("GET", "/api/oauth/usage"): turns(hang(), {"five_hour": {"utilization": 1}})}) as server:
        text = f'[accounts.claude]\nkey = "login"\nbase_url = "{server.url}"\n'
        task = asyncio.create_task(refresh(session_of(config=text, real=True)))
        await asyncio.to_thread(server.arrived.get, timeout=60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await refresh(session_of(real=True), force=True)
        assert len(server.requests) == 1
        clock.instant += timedelta(minutes=5)
        await refresh(session_of(real=True))
        assert len(server.requests) == 2
