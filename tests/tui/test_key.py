import stat
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events

from creditsui.core.session import Session
from creditsui.domain.bar import ASCII, UNICODE, Glyphs
from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading
from creditsui.providers.spec import Answers, Get, Provider, header
from creditsui.tui.screens.key import KeyScreen
from creditsui.tui.widgets.field import Choice, SecretField
from tests.servers import Late, Reply, Request, Server, html
from tests.tui.stage import WAITING, Stage, closed, refused, session, until, view

SECRET = "sk-acme-0123456789abcdef"


def parse(answers: Answers) -> Reading:
    return Reading(at=answers.now, balances=(Balance(money(answers["credits"].body["left"], "USD")),))


def acme(home: Path, server: Server, **changes: Any) -> Session:
    """A session with one provider, which is asked on loopback."""
    provider = Provider(
        id="acme",
        name="Acme",
        url=server.url,
        console_url="https://acme.example/keys",
        parse=parse,
        asks=(Get(name="credits", path="/credits"),),
        **changes,
    )
    opened = session(home, '[accounts.acme]\nlabel = "Acme"\n')
    return replace(opened, providers=lambda: {"acme": provider})


def knows(request: Request) -> Any:
    if request.headers.get("authorization") == f"Bearer {SECRET}":
        return Reply({"left": "3.50"})
    return Reply({"error": {"message": "bad key"}}, 401)


def stage(opened: Session) -> Stage:
    return Stage(KeyScreen(opened, view(id="acme", provider="acme", label="Acme", key_from=None)))


def entry(app: Stage) -> SecretField:
    return app.shown.query_one("#key", SecretField)


async def test_it_is_tested_and_without_a_keyring_kept_in_a_file_only_by_choice(home: Path) -> None:
    with Server({("GET", "/credits"): knows}) as server:
        opened = acme(home, server)
        app = stage(opened)
        async with app.run_test(size=(60, 20)) as pilot:
            await pilot.press(*SECRET, "enter")
            assert "no keyring" in (await refused(pilot, app)).lower()
            assert not opened.paths.keys.exists()
            choice = app.shown.query_one("#where", Choice)
            assert app.shown.focused is choice
            assert choice.value == "keyring"
            await pilot.press("space", "enter")
            said = await closed(pilot, app)
    assert said is not None
    assert said.startswith("Acme accepts it: it reads balance. The key for Acme is kept in ")
    assert len(server.requests) == 1
    assert SECRET in opened.paths.keys.read_text()
    assert stat.S_IMODE(opened.paths.keys.stat().st_mode) == 0o600
    assert tomllib.loads(opened.paths.config.read_text())["accounts"]["acme"]["key"] == "file"


async def test_a_key_that_does_not_work_is_not_kept_and_may_be_corrected(home: Path) -> None:
    with Server({("GET", "/credits"): knows}) as server:
        opened = acme(home, server)
        app = stage(opened)
        async with app.run_test(size=(60, 20)) as pilot:
            await pilot.press(*"sk-acme-wrong", "enter")
            assert "reject" in (await refused(pilot, app)).lower()
            assert app.shown.focused is entry(app)
            assert entry(app).value == "sk-acme-wrong"
            entry(app).value = SECRET
            await pilot.press("enter")
            await until(pilot, lambda: len(server.requests) == 2)
            await until(pilot, lambda: "no keyring" in app.says.lower())
    assert not opened.paths.keys.exists()


async def test_a_strange_answer_is_no_success(home: Path) -> None:
    with Server({("GET", "/credits"): html()}) as server:
        app = stage(acme(home, server))
        async with app.run_test() as pilot:
            await pilot.press(*SECRET, "enter")
            assert await refused(pilot, app)
            assert app.said is WAITING


async def test_it_is_never_seen(home: Path) -> None:
    with Server({("GET", "/credits"): Late(0.3, Reply({"left": "1"}))}) as server:
        app = stage(acme(home, server))
        async with app.run_test(size=(60, 20)) as pilot:
            await pilot.press(*SECRET)
            seen = [app.export_screenshot(), app.text(), repr(app.shown), repr(app.shown.tree)]
            await pilot.press("enter")
            await until(pilot, lambda: "Testing" in app.says)
            seen += [app.export_screenshot(), app.text()]
            await refused(pilot, app)
            seen += [app.export_screenshot(), app.text(), app.says]
            field = entry(app)
            field.focus()
            field.select_all()
            field.action_copy()
            field.action_cut()
            assert app.clipboard == ""
    assert not [text for text in seen if SECRET in text or SECRET[8:20] in text]
    assert seen[1].count("•") >= len(SECRET)


async def test_it_is_forgotten_when_the_modal_closes(home: Path) -> None:
    with Server() as server:
        app = stage(acme(home, server))
        async with app.run_test() as pilot:
            field = entry(app)
            await pilot.press(*SECRET, "escape")
            assert await closed(pilot, app) is None
            assert field.value == ""
    assert server.requests == []


@pytest.mark.parametrize("pasted", [f"{SECRET}\nanother", "a\tb", "first\r\nsecond\r\n"])
async def test_a_paste_of_several_lines_is_refused(home: Path, pasted: str) -> None:
    with Server() as server:
        app = stage(acme(home, server))
        async with app.run_test() as pilot:
            app.post_message(events.Paste(pasted))
            assert "one line" in await refused(pilot, app)
            assert entry(app).value == ""


async def test_blanks_and_line_ends_around_a_paste_do_no_harm(home: Path) -> None:
    with Server() as server:
        app = stage(acme(home, server))
        async with app.run_test() as pilot:
            app.post_message(events.Paste(f"  {SECRET}\n"))
            await until(pilot, lambda: entry(app).value == SECRET)
            assert not app.faulty


@pytest.mark.parametrize("typed", ["", "   ", "two words", "schlüssel"])
async def test_what_is_no_key_is_not_sent(home: Path, typed: str) -> None:
    with Server() as server:
        app = stage(acme(home, server))
        async with app.run_test() as pilot:
            entry(app).value = typed
            await pilot.press("enter")
            assert await refused(pilot, app)
    assert server.requests == []


async def test_esc_leaves_while_the_provider_is_slow(home: Path) -> None:
    with Server({("GET", "/credits"): Late(2, Reply({"left": "1"}))}) as server:
        opened = acme(home, server)
        app = stage(opened)
        async with app.run_test() as pilot:
            await pilot.press(*SECRET, "enter")
            await until(pilot, lambda: bool(server.requests))
            await pilot.press("escape")
            assert await closed(pilot, app) is None
    assert not opened.paths.keys.exists()


async def test_a_second_kind_of_key_has_a_slot_where_the_provider_has_one(home: Path) -> None:
    def admin(request: Request) -> Any:
        return Reply({"left": "1"}) if request.headers.get("x-admin") == SECRET else Reply({}, 401)

    with Server({("GET", "/credits"): admin}) as server:
        opened = acme(home, server)
        plain = opened.providers()["acme"]
        asks = (Get(name="credits", path="/credits", credential=("admin_key",), auth=header("x-admin")),)
        provider = replace(plain, admin_credential="an admin key for the costs", asks=asks)
        opened = replace(opened, providers=lambda: {"acme": provider})
        app = stage(opened)
        async with app.run_test(size=(60, 20)) as pilot:
            assert app.shown.query_one("#slot", Choice).value == "key"
            await pilot.press(*SECRET, "tab", "right", "enter")
            await refused(pilot, app)
            app.shown.query_one("#where", Choice).chosen = 1
            await pilot.press("enter")
            await closed(pilot, app)
    assert tomllib.loads(opened.paths.config.read_text())["accounts"]["acme"]["admin_key"] == "file"


async def test_an_account_that_takes_no_key_says_so(home: Path) -> None:
    app = Stage(KeyScreen(session(home), view(key_from=None)))
    async with app.run_test() as pilot:
        await pilot.press(*SECRET, "enter")
        assert "takes no key" in await refused(pilot, app)


async def test_a_key_of_another_service_is_not_sent(home: Path) -> None:
    with Server({("GET", "/credits"): knows}) as server:
        opened = acme(home, server)
        zeta = replace(opened.providers()["acme"], id="zeta", name="Zeta", key_forms=("sk-acme-",))
        both = {**opened.providers(), "zeta": zeta}
        app = stage(replace(opened, providers=lambda: both))
        async with app.run_test(size=(60, 20)) as pilot:
            await pilot.press(*SECRET, "enter")
            assert await refused(pilot, app) == "This is a key of Zeta. It was not sent: a adds it there."
    assert server.requests == []


async def test_a_key_is_kept_as_what_the_provider_says_it_is(home: Path) -> None:
    with Server({("GET", "/credits"): knows}) as server:
        opened = acme(home, server, slot_told=lambda answers: "admin_key", admin_credential="management key: all")
        app = stage(opened)
        async with app.run_test(size=(60, 20)) as pilot:
            await pilot.press(*SECRET, "enter")
            await refused(pilot, app)
            app.shown.query_one("#where", Choice).chosen = 1
            await pilot.press("enter")
            said = await closed(pilot, app)
    assert said is not None and said.startswith("Acme accepts it as its management key: it reads balance.")
    assert tomllib.loads(opened.paths.config.read_text())["accounts"]["acme"]["admin_key"] == "file"
    assert len(server.requests) == 1


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
async def test_enter_and_esc_can_be_clicked(home: Path, glyphs: Glyphs) -> None:
    def at(word: str) -> tuple[int, int]:
        lines = app.text().splitlines()
        edge = next(y for y, line in enumerate(lines) if "esc cancel" in line)
        return lines[edge].index(word) + 1, edge

    with Server() as server:
        app = stage(acme(home, server))
        app.glyphs = glyphs  # type: ignore[attr-defined]
        async with app.run_test(size=(60, 20)) as pilot:
            await pilot.click(offset=at("enter"))
            assert "empty" in await refused(pilot, app)
            await pilot.pause()
            await pilot.click(offset=at("esc"))
            await until(pilot, lambda: app.said is None)


async def test_the_page_where_keys_are_made_opens(home: Path) -> None:
    with Server() as server:
        app = stage(acme(home, server))
        async with app.run_test(size=(44, 20)) as pilot:
            assert "acme.example/keys" in app.text() and "ctrl+o" in app.text()
            await pilot.press("ctrl+o")
            assert app.clipboard == "https://acme.example/keys"
            app.copy_to_clipboard("")
            await pilot.click("#made")
            assert app.clipboard == "https://acme.example/keys"
