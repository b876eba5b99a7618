"""Ten providers before a server that answers badly: their rows say so, and nothing else happens. (The others, more
shortly: test_hostile_all.)"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.core import board as boards
from creditsui.core.asking.refresh import refresh
from creditsui.core.session import Session
from creditsui.outputs.json import as_json, dumps
from creditsui.outputs.table import table
from creditsui.tui.app import CreditsApp
from tests import servers
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.e2e.test_ten_providers import (
    CLAUDE_LOGIN,
    CLAUDE_USAGE,
    CODEX_LOGIN,
    COSTS_ANTHROPIC,
    COSTS_OPENAI,
    KEY,
    NOW,
    OPENROUTER,
    WHAM,
    credits,
)
from tests.servers import Reply, Server, html, limited, redirect
from tests.soak import rounds
from tests.tui.conftest import PLAIN
from tests.tui.stage import until

__all__ = ["clock", "session_of"]

GOOD: dict[str, dict[tuple[str, str], Any]] = {
    "anthropic": {("GET", "/v1/models"): {"data": []}, ("GET", "/v1/organizations/cost_report"): COSTS_ANTHROPIC},
    "claude": {("GET", "/api/oauth/usage"): CLAUDE_USAGE},
    "codex": {("GET", "/backend-api/wham/usage"): WHAM},
    "deepseek": {
        ("GET", "/user/balance"): {
            "is_available": True,
            "balance_infos": [
                {"currency": "CNY", "total_balance": "7.10", "granted_balance": "0", "topped_up_balance": "7.10"},
                {"currency": "USD", "total_balance": "3.00", "granted_balance": "0", "topped_up_balance": "3.00"},
            ],
        }
    },
    "google": {("GET", "/v1beta/models"): {"models": []}},
    "groq": {("GET", "/openai/v1/models"): {"data": []}},
    "mistral": {("GET", "/v1/models"): {"data": []}},
    "openai": {("GET", "/v1/models"): {"data": []}, ("GET", "/v1/organization/costs"): COSTS_OPENAI},
    "openrouter": {("GET", "/api/v1/key"): {"data": KEY}, ("GET", "/api/v1/credits"): credits(50, 8.8)},
    "vercel": {("GET", "/v1/credits"): {"balance": "95.50", "total_used": "4.50"}},
}
ENV = {
    **OPENROUTER,
    "ANTHROPIC_API_KEY": "sk-ant-api03-0123456789", "ANTHROPIC_ADMIN_KEY": "sk-ant-admin01-0123456789",
    "DEEPSEEK_API_KEY": "sk-0123456789abcdef", "GEMINI_API_KEY": "AIza0123456789abcdefghij",
    "GROQ_API_KEY": "gsk_0123456789abcdef", "MISTRAL_API_KEY": "0123456789abcdef0123",
    "OPENAI_API_KEY": "sk-proj-0123456789", "OPENAI_ADMIN_KEY": "sk-admin-0123456789",
    "AI_GATEWAY_API_KEY": "vck_0123456789abcdef", "WITNESS": "vck_witness0123456789",
}  # fmt: skip
WITNESS = {"balance": "12.5", "total_used": "1"}


def config(url: str) -> str:
    text = "".join(f'[accounts.{id}]\nbase_url = "{url}/{id}"\n' for id in GOOD)
    for id in ("claude", "codex"):
        text = text.replace(f"[accounts.{id}]\n", f'[accounts.{id}]\nkey = "login"\n')
    return text + f'[accounts.witness]\nprovider = "vercel"\nkey = "env:WITNESS"\nbase_url = "{url}/witness"\n'


def routes(**instead: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
    told = {("GET", "/witness/v1/credits"): WITNESS, ("GET", "/openrouter/api/v1/activity"): {"data": []}}
    for id, good in {**GOOD, **instead}.items():
        told |= {(method, f"/{id}{path}"): answer for (method, path), answer in good.items()}
    return told


def each(told: dict[str, tuple[Any, str]]) -> dict[tuple[str, str], Any]:
    return routes(**{id: dict.fromkeys(GOOD[id], answer) for id, (answer, _) in told.items()})


def all_of(answer: Any) -> dict[tuple[str, str], Any]:
    return routes(**{id: dict.fromkeys(good, answer) for id, good in GOOD.items()})


def log_in(home: Path) -> None:
    for name, login in ((".claude/.credentials.json", CLAUDE_LOGIN), (".codex/auth.json", CODEX_LOGIN)):
        path = home / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(login))


async def rows(session: Session) -> dict[str, dict[str, Any]]:
    """After a round: the accounts as JSON; everything that is shown must be showable."""
    await refresh(session)
    board = boards.board(session)
    text = dumps(board) + table(board, 120)
    assert text.replace("\n", "").isprintable(), [c for c in text if not c.isprintable()]
    assert "NaN" not in text and "Infinity" not in text
    with open_ledger(session.paths.ledger) as ledger:
        assert ledger.holders(session.now()) == {}
    return {one["id"]: one for one in as_json(board)["accounts"]}


def known(row: dict[str, Any]) -> dict[str, Any]:
    found = {name: row[name] for name in ("balance", "balances", "limit", "plan", "health", "read_at")}
    on_course = ("even", "projected", "runs_out_at")  # what time alone moves
    return found | {"windows": [{k: v for k, v in one.items() if k not in on_course} for one in row["windows"]]}


async def started(session_of: SessionOf, clock: Clock, home: Path, url: str) -> tuple[Session, dict[str, Any]]:
    log_in(home)
    clock.instant = NOW
    session = session_of(config=config(url), env=ENV, real=True)
    before = await rows(session)
    assert {id: row["problem"] for id, row in before.items()} == dict.fromkeys([*GOOD, "witness"])
    clock.instant = NOW + timedelta(minutes=6)
    return session, before


def checked(before: dict[str, Any], after: dict[str, Any], kinds: dict[str, set[str]]) -> None:
    """`kinds` is what the problem of each may be."""
    assert after["witness"]["problem"] is None and not after["witness"]["stale"]
    assert after["witness"]["read_at"] > before["witness"]["read_at"]
    for id in GOOD:
        row = after[id]
        assert row["problem"] is not None and row["problem"]["kind"] in kinds[id], (id, row["problem"])
        spent = {"health": 0.0} if row["problem"]["kind"] == "out_of_money" else {}
        assert known(row) == known(before[id]) | spent, id
        assert row["stale"] or not any((row["balance"], row["windows"])), id


MONEY = {"error": {"type": "invalid_request_error", "message": "Your credit balance is too low"}}
MODES: dict[str, tuple[Any, str]] = {
    "html": (html(), "changed"),
    "html-502": (html(502), "busy"),
    "html-403": (html(403), "busy"),
    "portal-511": (html(511), "offline"),
    "redirect-301": (redirect("http://127.0.0.1:9/", 301), "changed"),
    "redirect-307": (redirect("/elsewhere", 307), "changed"),
    "redirect-308": (redirect("https://evil.example/", 308), "changed"),
    "304": (Reply(b"", 304), "changed"),
    "reset": (servers.reset(), "offline"),
    "reset-in-body": (servers.reset(b'HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{"a'), "offline"),
    "silence": (servers.raw(b""), "offline"),
    "not-http": (servers.raw(b"\x00\x01\x02 hello\r\n\r\n"), "changed"),
    "deep": (servers.deep(), "changed"),
    "nan": (servers.NAN, "changed"),
    "utf8": (servers.INVALID_UTF8, "changed"),
    "torn": (servers.text('{"data": {"limit": 1'), "changed"),
    "digits": (servers.text('{"balance": ' + "9" * 5000 + "}"), "changed"),
    "bomb": (servers.bomb(64), "changed"),
    "bomb-in-bomb": (servers.bomb(64, layers=2), "changed"),
    "deflate-bomb": (servers.bomb(64, "deflate"), "changed"),
    "huge": (servers.huge(), "changed"),
    "infinite": (servers.infinite(), "changed"),
    "many-values": (servers.text("[" + "[]," * 600_000 + "[]]"), "changed"),
    "401": (Reply({"error": {"message": "no"}}, 401), "rejected wrong_kind"),
    "404": (Reply({}, 404), "unsupported"),
    "402": (Reply({}, 402), "out_of_money"),
    "429-money": (Reply({"error": {"code": "insufficient_quota"}}, 429), "out_of_money limited"),
    "400-money": (Reply(MONEY, 400), "out_of_money"),
    "429": (limited(), "limited"),
    "529": (Reply({"error": {"type": "overloaded_error"}}, 529), "busy"),
    "418": (Reply({"error": {"message": "I am a teapot"}}, 418), "unknown"),
    "500-list": (Reply([[[]]], 500), "busy"),
}


SLOW = {
    "hang": (servers.hang(), "offline"), "hang-in-body": (servers.hang_in_body(), "offline"),
    "slow-body": (servers.drip(), "offline"), "slow-headers": (servers.drip(headers=True), "offline"),
}  # fmt: skip
PORTIONS = [list(MODES)[start : start + len(GOOD)] for start in range(0, len(MODES), len(GOOD))]


@pytest.mark.soak
@pytest.mark.parametrize("modes", PORTIONS, ids=lambda modes: f"{modes[0]} to {modes[-1]}")
async def test_bad_answers_are_told_and_the_last_good_ones_stay(
    session_of: SessionOf, clock: Clock, home: Path, modes: list[str]
) -> None:
    """Each provider has another one in a round; in as many rounds as there are providers, each has each."""
    for turn in range(rounds(full=len(GOOD), short=1)):
        with Server(routes()) as server:
            told = {id: MODES[modes[(number + turn) % len(modes)]] for number, id in enumerate(GOOD)}
            session, before = await started(session_of, clock, home, server.url)
            server.routes = each(told) | {("GET", "/elsewhere"): {}}
            checked(before, await rows(session), {id: set(kinds.split()) for id, (_, kinds) in told.items()})
            assert server.asked("/elsewhere") == []
        session.paths.ledger.unlink()


async def test_who_never_ends_is_given_up_in_time_and_holds_one_connection(
    session_of: SessionOf, clock: Clock, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("creditsui.core.asking.ask.DEADLINE", timedelta(seconds=1))
    with Server(routes()) as server:
        session, before = await started(session_of, clock, home, server.url)
        server.routes = each({id: list(SLOW.values())[number % len(SLOW)] for number, id in enumerate(GOOD)})
        server.most_open, begun = 0, time.monotonic()
        checked(before, await rows(session), {id: {"offline"} for id in GOOD})
        assert time.monotonic() - begun < 15, "or the client did not give up, only the refresh at last"
        assert server.most_open <= len(GOOD) + 1, "one for each, and the witness'"


WAITS = (
    ("600", 600), ("600.5", 600.5), ("Fri, 20 Nov 2026 19:26:00 GMT", 1200), ("99999999999999", 3600),
    ("1e300", 3600), ("Fri, 31 Dec 9999 23:59:59 GMT", 3600), ("0", 30), ("-5", 30), ("-1e99", 30), ("soon", 30),
    ("NaN", 30), ("Fri, 20 Nov 1970 19:00:00 GMT", 30), ("Fri, 99 Foo 2026 19:00:00 GMT", 30), ("6" * 4000, 30),
)  # fmt: skip
"""What Retry-After says, and the seconds that are waited."""


@pytest.mark.soak
@pytest.mark.parametrize("status", [429, 503])
async def test_a_wait_in_any_form_is_kept_within_reason_across_a_restart(
    session_of: SessionOf, clock: Clock, home: Path, status: int
) -> None:
    """Each provider says it in another form in a round; in enough rounds, each in each."""
    for turn in range(rounds(full=len(WAITS), short=2)):
        told = {id: WAITS[(number + turn * len(GOOD)) % len(WAITS)] for number, id in enumerate(GOOD)}
        with Server(routes()) as server:
            session, before = await started(session_of, clock, home, server.url)
            server.routes = each({id: (limited(said, status), "") for id, (said, _) in told.items()})
            after = await rows(session)
            checked(before, after, {id: {"limited", "busy"} for id in GOOD})
            for id, (said, seconds) in told.items():
                least = 300.0 if id in {"claude", "codex"} else 0.0
                at = datetime.fromisoformat(after[id]["problem"]["retry_at"])
                expected = clock.instant + timedelta(seconds=max(seconds, least))
                assert abs(at - expected) < timedelta(seconds=1), (id, said, at)
            clock.instant += timedelta(seconds=20)
            asked = len(server.requests)
            again = session_of(config=config(server.url), env=ENV, real=True)  # another start of the program
            await refresh(again)
            assert server.requests[asked:] == [], "the witness' turn has not come, nor anybody else's"
            await refresh(again, force=True)
            waiting = {id for id, (_, seconds) in told.items() if seconds > 30}
            assert not {request.path.split("/")[1] for request in server.requests[asked:]} & waiting
            server.routes = routes()
            clock.instant += timedelta(minutes=61)
            assert {id: row["problem"] for id, row in (await rows(again)).items() if row["problem"]} == {}
        session.paths.ledger.unlink()


TRICKS = "\x1b]52;c;aGk=\x07\x1b[2J\x9b31m\u202eevil\u200b[red][/][@click=app.quit]x[/] %s {0} ../../etc"
EXTREMES: list[Any] = [
    None, True, -1, 0, float("nan"), float("-inf"), 10**39, 1e308, 5e-324, "-1e300", "9999-12-31T23:59:59.9Z",
    "0001-01-01T00:00:00Z", 253402300799, "x" * 5000, TRICKS, "USD", [], {}, [{}] * 50,
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


@pytest.mark.soak
@pytest.mark.parametrize("first", range(rounds(full=len(EXTREMES), short=2)))
async def test_one_odd_value_anywhere_breaks_nothing(
    session_of: SessionOf, clock: Clock, home: Path, first: int
) -> None:
    """Every place of every good answer has one of the extremes; in enough runs, each has each."""
    odd = {id: [(ask, path) for ask in good for path in places(good[ask])] for id, good in GOOD.items()}
    with Server(routes()) as server:
        session, _ = await started(session_of, clock, home, server.url)
        for turn in range(max(map(len, odd.values()))):
            instead = {}
            for number, (id, spots) in enumerate(odd.items()):
                ask, path = spots[turn % len(spots)]
                extreme = EXTREMES[(first + 7 * turn + number) % len(EXTREMES)]
                instead[id] = {**GOOD[id], ask: put(GOOD[id][ask], path, extreme)}
            server.routes = routes(**instead)
            clock.instant += timedelta(minutes=6)
            after = await rows(session)
            assert after["witness"]["problem"] is None
            for id in GOOD:
                problem = after[id]["problem"]
                assert problem is None or problem["kind"] == "changed", (id, problem)


async def test_tricks_in_every_text_and_header_come_out_flat(session_of: SessionOf, clock: Clock, home: Path) -> None:
    def laced(value: Any) -> Any:
        if isinstance(value, dict):
            return {**{key: laced(one) for key, one in value.items()}, TRICKS: TRICKS}
        if isinstance(value, list):
            return [laced(one) for one in value]
        return value + TRICKS if isinstance(value, str) and not value[:1].isdigit() else value

    with Server(routes()) as server:
        session, _ = await started(session_of, clock, home, server.url)
        lace = {"x-ratelimit-limit-\x1b[2J": TRICKS, "x-name": TRICKS}
        bad = {
            id: {ask: Reply(laced(answer), headers=lace) for ask, answer in good.items()} for id, good in GOOD.items()
        }
        server.routes = routes(**bad)
        await rows(session)
        clock.instant += timedelta(minutes=20)
        server.routes = all_of(Reply({"error": {"message": TRICKS, "code": TRICKS}}, 403))
        after = await rows(session)
        assert any("[@click=app.quit]" in row["problem"]["message"] for row in after.values() if row["problem"])


async def test_lists_without_end_are_cut(session_of: SessionOf, clock: Clock, home: Path) -> None:
    count = 8_000
    limits = [
        {"kind": "weekly_scoped", "percent": 5, "scope": {"model": {"display_name": f"m{n}"}}} for n in range(count)
    ]
    extra = [{"limit_name": f"m{n}", "rate_limit": {"primary_window": {"used_percent": 5}}} for n in range(count)]
    codes = (chr(65 + n // 676) + chr(65 + n // 26 % 26) + chr(65 + n % 26) for n in range(count // 2))
    infos = [{"currency": code, "total_balance": "1"} for code in codes]
    with Server(routes()) as server:
        session, _ = await started(session_of, clock, home, server.url)
        server.routes = routes(
            claude={("GET", "/api/oauth/usage"): {"limits": limits}},
            codex={("GET", "/backend-api/wham/usage"): {"additional_rate_limits": extra}},
            deepseek={("GET", "/user/balance"): {"balance_infos": infos}},
        )
        after = await rows(session)
        assert all(len(row["windows"]) <= 32 and len(row["balances"]) <= 32 for row in after.values())
        assert len(after["claude"]["windows"]) > 3


@contextmanager
def longest() -> Iterator[list[float]]:
    """The longest that one turn of an event loop works, in seconds of its thread: for so long no key is answered.

    Seconds on the wall would be those of whoever else uses this machine, too.
    """
    worst, run = [0.0], asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        begun = time.thread_time()
        run(handle)
        worst[0] = max(worst[0], time.thread_time() - begun)

    asyncio.Handle._run = timed  # type: ignore[method-assign]
    try:
        yield worst
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]


HEAVY: dict[str, Any] = {
    "bomb": servers.bomb(64), "huge": servers.huge(), "infinite": servers.infinite(), "deep": servers.deep(900_000),
    "many values": servers.text("[" + "0," * 190_000 + "0]"), "long texts": Reply({"data": ["x" * 3990] * 520}),
    "digits": servers.text('{"balance": 0.' + "1" * 1_000_000 + "}"), "headers": servers.many_headers(4000),
    "texts to clean": Reply(json.dumps({"data": ["\u202ee\u0301" * 900] * 500}, ensure_ascii=False)),
    "keys": Reply({"a" * 60 + str(number): number for number in range(20_000)}),
}  # fmt: skip


async def test_heavy_answers_to_everybody_keep_no_key_waiting(session_of: SessionOf, clock: Clock, home: Path) -> None:
    log_in(home)
    clock.instant = NOW
    with Server(routes()) as server:
        session = session_of(config=config(server.url), env=ENV, real=True)
        app = CreditsApp(session, still=True, env=PLAIN)
        async with app.run_test(size=(120, 36)) as pilot:

            def problems() -> set[str]:
                views = app.board.accounts if app.board is not None else ()
                return {view.id for view in views if view.problem is not None and not view.refreshing}

            await until(pilot, lambda: app.board is not None and all(view.read_at for view in app.board.accounts))
            server.routes = each({id: (answer, "") for id, answer in zip(GOOD, HEAVY.values(), strict=True)})
            clock.instant += timedelta(minutes=6)
            with longest() as worst:
                await pilot.press("R")
                await until(pilot, lambda: len(problems()) >= 7)  # some are content with any JSON
            assert worst[0] <= 0.25


def peak(home: Path) -> tuple[int, float]:
    """Megabytes at most, and seconds of work, of the program that asks everybody once."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    env = {**kept, "HOME": str(home), **ENV}
    command = [sys.executable, "-m", "creditsui", "status", "--json", "--force"]
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        assert process.stdout is not None and process.stderr is not None
        said, errors = process.stdout.read(), process.stderr.read().decode()
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    assert json.loads(said)["accounts"] and "Traceback" not in errors
    return usage.ru_maxrss // 1024, usage.ru_utime + usage.ru_stime


def test_seven_bombs_at_once_cost_little_memory_and_little_time(home: Path) -> None:
    path = home / ".config/creditsui/config.toml"
    path.parent.mkdir(parents=True)
    log_in(home)
    with Server(routes()) as server:
        path.write_text(config(server.url))
        usual, quick = peak(home)
        bombs = {
            "openrouter": servers.bomb(512),
            "vercel": servers.bomb(256, layers=2),
            "deepseek": servers.bomb(512, "deflate"),
            "groq": servers.huge(200),
            "mistral": servers.infinite(),
            "openai": servers.text("[" + "0," * 1_000_000 + "0]"),
            "google": Reply({"data": ["x" * 3990] * 520}),
        }
        server.routes = routes(**{id: dict.fromkeys(GOOD[id], bomb) for id, bomb in bombs.items()})
        asked = len(server.requests)
        most, work = peak(home)
        assert {one.path.split("/")[1] for one in server.requests[asked:]} >= set(bombs)
        assert most <= usual + 50 and work <= quick + 5, (usual, most, quick, work)
