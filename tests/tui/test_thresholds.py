import tomllib
from pathlib import Path

from creditsui.core import settings
from creditsui.domain.account import Thresholds
from creditsui.domain.bar import ASCII
from creditsui.domain.board import Band, BudgetUse
from creditsui.tui.screens.thresholds import Edge, ThresholdsScreen, number
from creditsui.tui.widgets.field import Choice, Field
from creditsui.tui.widgets.preview import Preview
from tests.tui.stage import CONFIG, WAITING, Stage, closed, refused, session, try_in, usd, view


def edge(app: Stage, name: str) -> Edge:
    return app.shown.query_one(f"#{name}", Edge)


async def test_an_edge_moved_by_keys_changes_the_bar_at_once_and_lands_in_the_file(home: Path) -> None:
    opened = session(home)
    app = Stage(ThresholdsScreen(opened, view()))
    async with app.run_test(size=(60, 24)) as pilot:
        preview = app.shown.query_one(Preview)
        assert preview.bar.band is Band.FAIR
        await pilot.press("down", "pageup", "pageup")
        assert preview.bar.ticks == (0.25, 0.6, 0.75)
        assert preview.bar.band is Band.FAIR
        await pilot.press("ctrl+right")
        assert preview.bar.ticks == (0.25, 0.61, 0.75)
        assert preview.bar.band is Band.LOW
        assert app.says == "Piggy [bank] turns from fair to low."
        await pilot.press("enter")
        assert await closed(pilot, app) == "Piggy [bank]: 75 · 61 · 25 %"
    written = opened.paths.config.read_text()
    assert written.startswith(CONFIG.rstrip("\n"))
    assert tomllib.loads(written)["accounts"]["piggy"]["thresholds"] == {"warning": 61}


async def test_typing_an_edge_works_too(home: Path) -> None:
    opened = session(home)
    app = Stage(ThresholdsScreen(opened, view()))
    async with app.run_test() as pilot:
        await pilot.press(*"80", "down", *"70", "down", *"12.5", "down", *"$2", "down", *"1,5", "enter")
        await closed(pilot, app)
    account = settings.account(opened, "piggy")
    assert account is not None
    assert account.thresholds == Thresholds(healthy=80, warning=70, critical=12.5, amount=2, days=1.5)


async def test_for_all_writes_the_general_edges_and_keeps_other_accounts_own(home: Path) -> None:
    config = CONFIG + '\n[accounts.own]\nprovider = "manual"\n[accounts.own.thresholds]\nwarning = 33\n'
    opened = session(home, config)
    app = Stage(ThresholdsScreen(opened, view()))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("down", "ctrl+left", "down", "down", "down", "tab", "space")
        assert app.shown.query_one(Choice).value == "all"
        await pilot.press("enter")
        await closed(pilot, app)
    now = settings.config(opened)
    assert now.thresholds.warning == 49
    assert [account.thresholds.warning for account in now.accounts] == [49, 33]


async def test_for_all_includes_this_account_even_if_it_had_edges_of_its_own(home: Path) -> None:
    config = CONFIG + "[accounts.piggy.thresholds]\nwarning = 33\n"
    opened = session(home, config)
    app = Stage(ThresholdsScreen(opened, view(thresholds=Thresholds(warning=33))))
    async with app.run_test() as pilot:
        await pilot.press("down", "ctrl+right")
        app.shown.query_one(Choice).chosen = 1
        await pilot.press("enter")
        await closed(pilot, app)
    now = settings.config(opened)
    assert (now.thresholds.warning, now.accounts[0].thresholds.warning) == (34, 34)


async def test_edges_stop_at_their_neighbours_and_at_the_ends(home: Path) -> None:
    app = Stage(ThresholdsScreen(session(home), view()))
    async with app.run_test() as pilot:
        await pilot.press(*["ctrl+shift+right"] * 8)
        assert edge(app, "healthy").value == "100"
        await pilot.press("down", "down", *["pagedown"] * 8)
        assert edge(app, "critical").value == "0"
        await pilot.press(*["pageup"] * 12)
        assert edge(app, "critical").value == "50"
        assert app.shown.query_one(Preview).bar.ticks == (0.5, 0.5, 1.0)
        await pilot.press("down", "ctrl+left")
        assert edge(app, "amount").value == "0"


async def test_bad_edges_are_refused_in_place(home: Path) -> None:
    opened = session(home)
    app = Stage(ThresholdsScreen(opened, view()))
    async with app.run_test() as pilot:
        for name, typed in (
            ("healthy", "abc"),
            ("healthy", "NaN"),
            ("healthy", "101"),
            ("healthy", "40"),
            ("critical", "-1"),
            ("warning", ""),
            ("warning", "1e1"),
            ("amount", "-2"),
            ("amount", "5 EUR"),
            ("amount", "-"),
            ("days", "-1"),
            ("days", "inf"),
        ):
            assert await try_in(pilot, app, edge(app, name), typed)
    assert opened.paths.config.read_text() == CONFIG


async def test_esc_and_no_change_write_nothing(home: Path) -> None:
    opened = session(home)
    for keys in (["pageup", "escape"], ["enter"]):
        app = Stage(ThresholdsScreen(opened, view()))
        async with app.run_test() as pilot:
            await pilot.press(*keys)
            assert await closed(pilot, app) is None
    assert opened.paths.config.read_text() == CONFIG


async def test_a_floor_pushes_the_preview_down(home: Path) -> None:
    app = Stage(ThresholdsScreen(session(home), view()))
    async with app.run_test() as pilot:
        edge(app, "days").value = "5"
        await pilot.pause()
        assert app.shown.query_one(Preview).bar.band is Band.CRITICAL
        edge(app, "days").value = "4"
        edge(app, "amount").value = "18.04"
        await pilot.pause()
        assert app.shown.query_one(Preview).bar.band is Band.CRITICAL
        edge(app, "amount").value = "18.03"
        await pilot.pause()
        assert app.shown.query_one(Preview).bar.band is Band.FAIR


async def test_the_mouse_moves_the_nearest_edge(home: Path) -> None:
    app = Stage(ThresholdsScreen(session(home), view()))
    async with app.run_test(size=(60, 24)) as pilot:
        preview = app.shown.query_one(Preview)
        length = preview.size.width - 7
        await pilot.click(preview, offset=(round(length * 0.4), 0))
        assert 38 <= float(edge(app, "warning").value) <= 42
        assert app.shown.focused is edge(app, "warning")
        assert app.said is WAITING


async def test_an_account_without_a_reading_still_has_a_scale(home: Path) -> None:
    app = Stage(ThresholdsScreen(session(home), view(health=None, balance=None, read_at=None, band=Band.UNKNOWN)))
    async with app.run_test(size=(40, 18)) as pilot:
        await pilot.press("pageup")
        text = app.text()
        assert "no reading yet" in text
        assert "80" in text
        assert "?%" in text


async def test_plain_characters_where_there_are_no_others(home: Path) -> None:
    app = Stage(ThresholdsScreen(session(home), view(label="Piggy", balance=None, purse=usd(18))), glyphs=ASCII)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        assert app.text().isascii()


async def test_the_bar_stands_on_the_terminals_own_ground_in_its_own_colours(home: Path) -> None:
    app = Stage(ThresholdsScreen(session(home), view()))
    async with app.run_test(size=(60, 24)) as pilot:
        app.theme = "ansi-dark"
        await pilot.pause()
        strip = app.shown.query_one(Preview).render_line(0)
        grounds = {segment.style.bgcolor for segment in strip if segment.style is not None}
        assert [ground.is_default for ground in grounds if ground is not None] == [True]


def test_numbers() -> None:
    assert [number(text) for text in ("25", "25%", " 12,5 % ", "0.5", "−3")] == [25, 25, 12.5, 0.5, -3]


async def test_a_budget_is_set_changed_and_taken_away_beside_the_edges(home: Path) -> None:
    opened = session(home)
    app = Stage(ThresholdsScreen(opened, view()))
    async with app.run_test(size=(60, 24)) as pilot:
        app.shown.query_one("#budget", Field).focus()
        await pilot.press(*"50/week", "enter")
        assert await closed(pilot, app) == "Piggy [bank]: budget is set."
    assert tomllib.loads(opened.paths.config.read_text())["accounts"]["piggy"]["budget"] == {
        "amount": 50,
        "per": "week",
    }

    own = BudgetUse(usd(50), "week", None, None, None, None, None, None, None)
    app = Stage(ThresholdsScreen(opened, view(budget=own)))
    async with app.run_test(size=(60, 24)) as pilot:
        field = app.shown.query_one("#budget", Field)
        assert field.value == "50/week"
        field.focus()
        await pilot.press(*"50/year", "enter")
        assert (await refused(pilot, app)).startswith("Write a budget like 50/month")
        assert app.shown.focused is field
        field.value = ""
        await pilot.press("enter")
        await closed(pilot, app)
    assert "budget" not in tomllib.loads(opened.paths.config.read_text())["accounts"]["piggy"]


async def test_a_budget_that_was_not_touched_is_not_written(home: Path) -> None:
    opened = session(home)
    own = BudgetUse(usd(50), "week", None, None, None, None, None, None, None)
    before = opened.paths.config.read_text()
    app = Stage(ThresholdsScreen(opened, view(budget=own)))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.press("enter")
        assert await closed(pilot, app) is None
    assert opened.paths.config.read_text() == before
