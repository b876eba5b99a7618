"""Adding an account with a key: asked for, tried, and stored with the account by the last enter or not at all."""

import threading
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import OptionList, Static

from creditsui.adapters import keystore
from creditsui.core.session import Session
from creditsui.domain.bar import ASCII, UNICODE
from creditsui.domain.money import money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Balance, Reading
from creditsui.providers.spec import Answers, Get, Param, Provider
from creditsui.tui.screens.add_account import AddAccountScreen
from creditsui.tui.widgets.field import Choice, Field, SecretField
from creditsui.tui.widgets.search import Search
from tests.servers import Late, Reply, Request, Server
from tests.tui.stage import Stage, closed, refused, session, until

KEY = "acme-canary-0123456789abcdef"
ZETA = "zeta-canary-0123456789abcdef"


def parse(answers: Answers) -> Reading:
    return Reading(at=answers.now, balances=(Balance(money(answers["left"].body["left"], "USD")),))


def judge(request: Request) -> Any:
    key = request.headers.get("authorization", "")
    return Reply({"left": "3.50"}) if KEY in key or ZETA in key else Reply({"error": "no"}, 401)


def provider(id: str, url: str, **changes: Any) -> Provider:
    usual: dict[str, Any] = {
        "name": id.title(),
        "url": url,
        "console_url": f"https://{id}.example/billing",
        "parse": parse,
        "asks": (Get(name="left", path="/left"),),
        "env": (f"{id.upper()}_API_KEY",),
        "key_forms": (f"{id}-",),
    }
    return Provider(id=id, **(usual | changes))


@pytest.fixture
def server() -> Iterator[Server]:
    routes = {("GET", path): judge for path in ("/left", "/cn/left", "/t-1/left", "/cn/t-1/left")}
    with Server(routes) as running:
        yield running


def opened(home: Path, server: Server, env: Mapping[str, str] | None = None, **changes: Any) -> Session:
    one = session(home, "", env)
    built = one.providers()
    both = {"acme": replace(provider("acme", server.url), **changes), "zeta": provider("zeta", server.url)}
    return replace(one, providers=lambda: {**both, "manual": built["manual"]})


def shown(app: Stage) -> list[str]:
    """Ids of the fields that can be seen, from top to bottom."""
    return [str(one.id) for one in app.shown.query(Field) if one.is_on_screen and one.region.height]


def value(app: Stage, id: str) -> str:
    return app.shown.query_one(f"#{id}", Field).value


def paste(app: Stage, text: str) -> None:
    app.post_message(events.Paste(text))


def stored(one: Session) -> dict[str, Any]:
    if not one.paths.config.exists():
        return {}
    accounts: dict[str, Any] = tomllib.loads(one.paths.config.read_text()).get("accounts", {})
    return accounts


def nothing_stored(one: Session) -> bool:
    return not one.paths.config.exists() and not one.paths.keys.exists()


async def test_type_enter_paste_enter_enter(home: Path, server: Server) -> None:
    one = opened(home, server)
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acm", "enter")
        assert shown(app) == ["provider", "key"]
        text = app.text()
        assert "API key" in text and "acme.example/billing" in text and "nothing" in text
        paste(app, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: app.shown.query_one("#id").has_focus)
        assert app.says == "Acme accepts it: it reads balance. enter adds it; nothing here has to be changed."
        assert nothing_stored(one)
        assert (value(app, "id"), value(app, "label"), value(app, "currency")) == ("acme", "Acme", "USD")
        app.shown.query_one("#where", Choice).chosen = 1
        await pilot.press("enter")
        said = await closed(pilot, app)
    assert said is not None and said.startswith("Acme added. The key for Acme is kept in ")
    assert stored(one) == {"acme": {"provider": "acme", "label": "Acme", "currency": "USD", "key": "file"}}
    assert KEY in one.paths.keys.read_text()
    assert len(server.requests) == 1


async def test_a_keyring_that_refuses_keeps_what_was_typed_and_a_file_is_offered(home: Path, server: Server) -> None:
    one = opened(home, server)
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acm", "enter")
        paste(app, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: app.shown.query_one("#id").has_focus)
        await pilot.press(*"mine", "enter")
        assert "Nothing is stored yet" in await refused(pilot, app)
        assert nothing_stored(one)
        assert app.shown.query_one("#where").has_focus
        await pilot.press("space", "enter")
        await closed(pilot, app)
    assert list(stored(one)) == ["mine"]


async def test_a_key_that_fails_says_why_and_may_be_kept_untested(home: Path, server: Server) -> None:
    one = opened(home, server)
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acm", "enter")
        assert not app.shown.query_one("#then").is_on_screen
        paste(app, "acme-wrong")
        await pilot.press("enter")
        assert "reject" in (await refused(pilot, app)).lower()
        assert value(app, "key") == "acme-wrong" and app.shown.query_one("#key").has_focus
        await pilot.press("enter")
        await until(pilot, lambda: len(server.requests) == 2 and not app.shown.busy)
        await pilot.press("tab", "space", "enter")
        await until(pilot, lambda: app.shown.query_one("#id").has_focus)
        assert app.says == "The key was not tested. enter adds it; nothing here has to be changed."
        app.shown.query_one("#where", Choice).chosen = 1
        await pilot.press("enter")
        await closed(pilot, app)
    assert len(server.requests) == 2
    assert "acme-wrong" in one.paths.keys.read_text()


async def test_a_key_of_another_service_is_not_sent_and_enter_adds_that_one(home: Path, server: Server) -> None:
    one = opened(home, server)
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acm", "enter")
        paste(app, ZETA)
        await pilot.press("enter")
        said = await refused(pilot, app)
        assert said == "This is a key of Zeta. It was not sent: enter adds Zeta instead."
        assert server.requests == []
        await pilot.press("enter")
        await until(pilot, lambda: app.shown.query_one("#id").has_focus)
        assert (value(app, "provider"), value(app, "id")) == ("Zeta", "zeta")
        app.shown.query_one("#where", Choice).chosen = 1
        await pilot.press("enter")
        await closed(pilot, app)
    assert stored(one)["zeta"]["key"] == "file"


async def test_a_key_pasted_where_a_name_belongs_is_never_seen_and_finds_its_provider(
    home: Path, server: Server
) -> None:
    one = opened(home, server)
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        paste(app, "sk-nobody-0123456789abcdef")
        assert "looks like a key" in await refused(pilot, app)
        assert value(app, "provider") == ""
        paste(app, ZETA)
        await until(pilot, lambda: app.shown.query_one("#key").has_focus)
        assert (value(app, "provider"), value(app, "key")) == ("Zeta", ZETA)
        seen = app.text() + app.export_screenshot() + repr(app.shown.tree)
        assert "canary" not in seen
        assert app.says == "This is a key of Zeta: enter tests it."
        await pilot.press("escape")
        assert await closed(pilot, app) is None
    assert nothing_stored(one) and server.requests == []


async def test_what_else_must_be_said_is_asked_one_by_one(home: Path, server: Server) -> None:
    one = opened(
        home,
        server,
        asks=(Get(name="left", path="/{team}/left"),),
        params={"team": Param("team id, from acme.example/team"), "org": Param("organization", required=False)},
    )
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acm", "enter")
        await until(pilot, lambda: app.shown.query_one("#param-0").has_focus)
        assert shown(app) == ["provider", "param-0", "param-1", "key"]
        assert app.says == "team id, from acme.example/team."
        await pilot.press("enter")
        assert await refused(pilot, app) == "Needed: team id, from acme.example/team."
        await pilot.press(*"t-1", "enter")
        assert app.shown.query_one("#key").has_focus
        paste(app, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: app.shown.query_one("#id").has_focus)
        app.shown.query_one("#where", Choice).chosen = 1
        await pilot.press("enter")
        await closed(pilot, app)
    assert server.requests[0].path == "/t-1/left"
    assert stored(one)["acme"]["params"] == {"team": "t-1"}


async def test_what_the_environment_says_need_not_be_typed(home: Path, server: Server) -> None:
    env = {"ACME_TEAM": "t-1", "ACME_API_KEY": KEY}
    one = opened(home, server, env, params={"team": Param("team id", ("ACME_TEAM",))})
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        first = app.shown.query_one("#list", OptionList).get_option_at_index(0)
        assert str(first.prompt).startswith("● Acme") and "ACME_API_KEY" in str(first.prompt)
        await pilot.press(*"ACME_API", "enter")
        assert app.shown.query_one("#key").has_focus
        assert "Empty: ACME_API_KEY serves." in app.says
        await pilot.press("enter", "enter")
        assert await closed(pilot, app) == "Acme added · ACME_API_KEY serves"
    assert stored(one) == {"acme": {"provider": "acme", "label": "Acme", "currency": "USD"}}


async def test_an_own_key_beside_one_that_was_found_makes_a_second_account(home: Path, server: Server) -> None:
    one = opened(home, server, {"ACME_API_KEY": "acme-from-the-environment"})
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acm", "enter")
        paste(app, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: app.shown.query_one("#id").has_focus)
        assert (value(app, "id"), value(app, "label")) == ("acme-2", "Acme 2")
        app.shown.query_one("#where", Choice).chosen = 1
        await pilot.press("enter")
        await closed(pilot, app)
    assert stored(one)["acme"] == {"provider": "acme"}
    assert stored(one)["acme-2"]["key"] == "file"


async def test_a_region_is_chosen_by_arrows_or_by_mouse(home: Path, server: Server) -> None:
    one = opened(home, server, regions={f"{server.url}/cn": "CNY"})
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acm", "enter")
        assert shown(app) == ["provider", "address", "key"]
        await pilot.press("shift+tab")
        assert app.shown.query_one("#address").has_focus
        await pilot.press("down")
        assert value(app, "address") == f"{server.url}/cn"
        await pilot.press("up")
        assert value(app, "address") == server.url
        await pilot.click("#regions", offset=(3, 1))
        assert value(app, "address") == f"{server.url}/cn"
        await until(pilot, lambda: app.shown.query_one("#key").has_focus)
        paste(app, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: app.shown.query_one("#id").has_focus)
        assert value(app, "currency") == "CNY"
        app.shown.query_one("#where", Choice).chosen = 1
        await pilot.press("enter")
        await closed(pilot, app)
    assert server.requests[0].path == "/cn/left"
    assert stored(one)["acme"]["base_url"] == f"{server.url}/cn"


async def test_a_service_without_an_address_asks_for_one(home: Path, server: Server) -> None:
    one = opened(home, server, url="", base_env=("ACME_URL",))
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acm", "enter")
        await until(pilot, lambda: app.shown.query_one("#address").has_focus)
        await pilot.press("enter")
        assert "address of your own" in await refused(pilot, app)
        app.shown.query_one("#address", Field).value = "http://far.example"
        await pilot.press("enter")
        assert "https://" in await refused(pilot, app)
        app.shown.query_one("#address", Field).value = server.url
        await pilot.press("tab")
        paste(app, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: app.shown.query_one("#id").has_focus)


async def test_going_back_changes_the_provider_and_forgets_the_key(home: Path, server: Server) -> None:
    one = opened(home, server)
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acm", "enter")
        paste(app, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: app.shown.query_one("#id").has_focus)
        await pilot.press("shift+tab")
        assert app.shown.query_one("#key").has_focus and value(app, "key") == KEY
        await pilot.press("enter")
        assert app.shown.query_one("#id").has_focus
        assert len(server.requests) == 1, "the same key need not be tried again"
        await pilot.press("shift+tab", "shift+tab")
        assert app.shown.query_one(Search).has_focus
        await pilot.press(*"zet", "enter")
        assert value(app, "key") == ""
        await pilot.press("enter", "enter")
        assert await closed(pilot, app) == "Zeta added · K takes its key"


async def test_the_page_where_keys_are_made_opens(home: Path, server: Server) -> None:
    app = Stage(AddAccountScreen(opened(home, server, key_url="https://acme.example/keys")))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("ctrl+o")
        assert app.clipboard == ""
        await pilot.press(*"acm", "enter", "ctrl+o")
        assert app.clipboard == "https://acme.example/keys"
        app.copy_to_clipboard("")
        await pilot.click("#made")
        assert app.clipboard == "https://acme.example/keys"


async def test_esc_leaves_while_it_is_tested_and_nothing_is_left_behind(home: Path, server: Server) -> None:
    server.routes["GET", "/left"] = Late(2, Reply({"left": "1"}))
    one = opened(home, server)
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acm", "enter")
        paste(app, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: bool(server.requests))
        assert "Testing" in app.says
        entry = app.shown.query_one("#key", SecretField)
        await pilot.press("escape")
        assert await closed(pilot, app) is None
        assert entry.value == ""
    assert nothing_stored(one)


async def test_esc_while_a_keyring_waits_leaves_no_key_in_it(
    home: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, ends, taken = threading.Event(), threading.Event(), threading.Event()
    kept: dict[str, str] = {}

    def write(account: str, origin: str, secret: Any) -> None:
        waits.set()
        ends.wait(10)
        kept[account] = origin

    def delete(account: str, origin: str) -> bool:
        found = kept.pop(account, None) == origin
        taken.set()
        return found

    monkeypatch.setattr(keystore, "write", write)
    monkeypatch.setattr(keystore, "delete", delete)
    one = opened(home, server)
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acm", "enter")
        paste(app, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: app.shown.query_one("#id").has_focus)
        await pilot.press("enter")
        await until(pilot, waits.is_set)
        await pilot.press("escape")
        assert await closed(pilot, app) is None
        ends.set()
        await until(pilot, taken.is_set)
    assert kept == {} and nothing_stored(one)


async def test_a_refusal_of_the_keyring_after_leaving_is_no_harm(
    home: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise Refused(Problem("locked", "The keyring is locked"))

    monkeypatch.setattr(keystore, "write", refuse)
    app = Stage(AddAccountScreen(opened(home, server)))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acm", "enter")
        paste(app, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: app.shown.query_one("#id").has_focus)
        await pilot.press("enter")
        assert (await refused(pilot, app)).startswith("The keyring is locked. Nothing is stored yet")


@pytest.mark.parametrize("ascii", [False, True])
async def test_every_step_fits(home: Path, server: Server, ascii: bool) -> None:
    env = {"ACME_API_KEY": KEY}
    one = opened(
        home,
        server,
        env,
        regions={f"{server.url}/cn": "CNY"},
        credential="API key; a management key for the account's balance",
        cost_of_asking="one output token per reading of the limits",
        params={"team": Param("team id, from acme.example/team"), "org": Param("organization", required=False)},
        asks=(Get(name="left", path="/{team}/left"),),
    )
    app = Stage(AddAccountScreen(one), glyphs=ASCII if ascii else UNICODE)
    async with app.run_test(size=(60, 24)) as pilot:

        async def fits() -> None:
            for size in ((44, 20), (80, 24), (200, 60), (60, 24)):
                await pilot.resize_terminal(*size)
                await until(pilot, lambda size=size: app.size == size and "esc cancel" in app.text())  # type: ignore[misc]
                await pilot.pause()
                assert app.shown.query_one("#says", Static).region.bottom <= size[1]
                assert "esc cancel" in app.text()
                assert not ascii or app.text().isascii()
                assert app.shown.query_one("#where").is_on_screen or "id" not in shown(app)

        for keys, last in (((), "provider"), (("a", "c", "m", "enter"), "key"), (("t", "-", "1", "enter"), "key")):
            await pilot.press(*keys)
            await until(pilot, lambda last=last: last in shown(app))  # type: ignore[misc]
            await fits()
        paste(app, KEY)
        await pilot.press("enter")
        await until(pilot, lambda: app.shown.query_one("#id").has_focus)
        assert shown(app) == ["provider", "key", "id", "label", "currency", "capacity", "pool"]
        await fits()


async def test_a_service_that_needs_no_key_asks_for_the_rest_only(home: Path, server: Server) -> None:
    asks = (Get(name="left", path="/{team}/left", opt_in="login"),)
    one = opened(home, server, asks=asks, credential="its own login", params={"team": Param("team id")})
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press(*"acm", "enter")
        await until(pilot, lambda: app.shown.query_one("#param-0").has_focus)
        assert shown(app) == ["provider", "param-0"] and "enter next" in app.text()
        await pilot.press(*"t-1", "enter", "enter")
        assert await closed(pilot, app) == "Acme added · needed: its own login"
    assert stored(one)["acme"]["params"] == {"team": "t-1"}


PRESSED = """\
a z 1 space . - tab shift+tab up down left right home end pageup pagedown backspace delete enter ctrl+a ctrl+c ctrl+e
ctrl+k ctrl+o ctrl+u ctrl+v ctrl+w ctrl+x f1 f5 question_mark slash colon [ ] enter tab enter enter
"""


@pytest.mark.parametrize("first", ["acm", "zet", "jar"])
async def test_every_key_may_be_pressed_in_every_step(home: Path, server: Server, first: str) -> None:
    one = opened(home, server, regions={f"{server.url}/cn": "CNY"}, params={"org": Param("organization", (), False)})
    app = Stage(AddAccountScreen(one))
    async with app.run_test(size=(60, 24)) as pilot:
        for lead in ((), (*first, "enter"), ("enter",)):
            await pilot.press(*lead)
            for key in PRESSED.split():
                if app.said is not None and app.screen is app.shown:
                    await pilot.press(key)
                    await until(pilot, lambda: not getattr(app.shown, "busy", False))
        assert app._exception is None
    if one.paths.config.exists():
        tomllib.loads(one.paths.config.read_text())
