"""Keys on the dashboard, each by what it changes on the screen or in the files."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual import events

from creditsui.config import parse
from creditsui.core import book, settings
from creditsui.core.keymap import SCREENS
from creditsui.domain.problem import Problem
from creditsui.tui.app import CreditsApp
from creditsui.tui.screens.add_account import AddAccountScreen
from creditsui.tui.screens.explain import ExplainScreen
from creditsui.tui.screens.help import HelpScreen
from creditsui.tui.screens.key import KeyScreen
from creditsui.tui.screens.modal import Modal
from creditsui.tui.screens.spend import SpendScreen
from creditsui.tui.screens.sync import SyncScreen
from creditsui.tui.screens.thresholds import ThresholdsScreen
from creditsui.tui.screens.timeline import TimelineScreen
from creditsui.tui.screens.topup import TopUpScreen
from tests.tui.boards import BOARD, changed
from tests.tui.conftest import PLAIN, Open, Pane, settled
from tests.tui.stage import session, until


def asked(app: Pane) -> list[tuple[list[str] | None, bool]]:
    """What the refresher is asked from now on; nobody is really asked."""
    calls: list[tuple[list[str] | None, bool]] = []
    app.refresher.ask = lambda ids=None, *, force=False: calls.append((ids, force))  # type: ignore[assignment, misc, return-value]
    return calls


def said(app: CreditsApp) -> str:
    return " | ".join(toast.message for toast in app._notifications)


async def test_moving(pane: Open) -> None:
    async with pane(80, 24, account="openai") as (app, pilot):
        at = []
        for key in ("j", "down", "k", "up", "G", "j", "g", "k"):
            await pilot.press(key)
            at.append(app.cursor)
        assert at == ["claude", "anthropic", "claude", "openai", "groq", "groq", "xai", "xai"]


async def test_the_cursor_moves_by_arrows_and_pages_in_a_list_that_scrolls(pane: Open) -> None:
    async with pane(80, 7, account="xai", settings='[display]\ndensity = "rows"') as (app, pilot):
        at = []
        for key in ("down", "pagedown", "end", "up", "pageup", "home"):
            await pilot.press(key)
            await pilot.pause()
            at.append(app.cursor)
            assert any(line.startswith("▌") or "▌" in line for line in app.text().splitlines())
        assert at[0] == "openai" and at[2:4] == ["groq", "deepseek"] and at[5] == "xai"


async def test_the_cursor_stays_with_its_account_when_the_order_changes(pane: Open) -> None:
    async with pane(80, 10, account="deepseek") as (app, pilot):
        await pilot.pause()
        before = next(y for y, line in enumerate(app.text().splitlines()) if "DeepSeek" in line)
        views = {view.id: view for view in BOARD.accounts}
        order = ["xai", "openai", "claude", "moonshot", "deepseek", "anthropic", "openrouter", "groq"]
        app.board = replace(BOARD, accounts=tuple(views[id] for id in order))
        await pilot.pause()
        await pilot.pause()
        assert app.cursor == "deepseek"
        assert app.dash.roster.order == order
        lines = app.text().splitlines()
        assert next(y for y, line in enumerate(lines) if "DeepSeek" in line) <= before
        assert any(line.startswith(("▌", "|")) and "DeepSeek" in line for line in lines)


async def test_after_a_first_round_the_worst_is_on_top_under_the_cursor_unless_somebody_moved(pane: Open) -> None:
    unread = tuple(replace(view, read_at=None, problem=None, health=None) for view in reversed(BOARD.accounts))
    for moved in (False, True):
        async with pane(80, 10, board=replace(BOARD, accounts=unread), account=None) as (app, pilot):
            assert app.cursor == unread[0].id
            if moved:
                await pilot.press("j")
            first = BOARD.accounts[0]
            app.board = replace(BOARD, accounts=(first, *unread[:-1]))
            await pilot.pause()
            assert app.dash.roster.order[-1] == first.id, "one answer sorts nothing yet"
            app.board = BOARD
            await pilot.pause()
            assert app.dash.roster.order == [view.id for view in BOARD.accounts]
            assert app.cursor == (unread[1].id if moved else first.id)


async def test_an_account_that_goes_hands_the_cursor_to_its_neighbour(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        app.board = replace(BOARD, accounts=tuple(view for view in BOARD.accounts if view.id != "anthropic"))
        await pilot.pause()
        assert app.cursor == "moonshot"
        assert "Anthropic" not in app.text()


async def test_modals_open_on_the_account_and_esc_leaves_everything_as_it_was(pane: Open) -> None:
    modals: dict[str, type[Modal]] = {
        "S": SyncScreen,
        "t": TopUpScreen,
        "e": ThresholdsScreen,
        "K": KeyScreen,
        "a": AddAccountScreen,
        "x": ExplainScreen,
    }
    async with pane(80, 24) as (app, pilot):
        for key, modal in modals.items():
            await pilot.press(key)
            await until(pilot, lambda modal=modal: isinstance(app.screen, modal))  # type: ignore[misc]
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is app.dash)
            assert said(app) == ""


async def test_s_asks_where_somebody_can_tell_and_else_asks_the_user(pane: Open) -> None:
    async with pane(80, 24, account="openrouter") as (app, pilot):
        calls = asked(app)
        await pilot.press("s")
        assert calls == [(["openrouter"], True)]
        app.dash.go_to("anthropic")
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SyncScreen))
        assert len(calls) == 1


async def test_s_asks_the_user_when_the_key_does_not_work(pane: Open) -> None:
    async with pane(80, 24, account="groq") as (app, pilot):
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SyncScreen))


async def test_r_asks_one_and_shift_r_all(pane: Open) -> None:
    async with pane(80, 24, account="xai") as (app, pilot):
        calls = asked(app)
        await pilot.press("r", "R")
        assert calls == [(["xai"], True), (None, True)]


async def test_the_worst_is_the_worst_in_any_order(pane: Open) -> None:
    async with pane(120, 36) as (app, pilot):
        app.board = replace(BOARD, accounts=tuple(sorted(BOARD.accounts, key=lambda view: view.label)))
        await pilot.pause()
        assert app.dash.roster.order[0] == "anthropic"
        assert "worst ✖ xAI 10%" in app.text().splitlines()[0]


async def test_toasts_take_each_others_place_and_fit_a_narrow_pane(pane: Open) -> None:
    async with pane(44, 20) as (app, pilot):
        app.say("One sentence.")
        await until(pilot, lambda: "One sentence." in app.text())
        app.say("This provider tells its limits without a request, or not at all.")

        def shown() -> str:
            return " ".join(app.text().replace("▌", " ").split())

        await until(pilot, lambda: "One sentence." not in shown() and "request, or not at all." in shown())


async def test_a_narrow_pane_says_that_it_is_paused(pane: Open) -> None:
    async with pane(44, 20, board=replace(BOARD, demo=True)) as (app, pilot):
        await pilot.press("p")
        assert "paused" in app.text().splitlines()[0]


async def test_help_keeps_the_dashboard_in_sight_and_its_words_in_their_column(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: app.screen is not app.dash)
        await pilot.pause()
        assert "✖" in app.text() and 0 < app.screen.styles.background.a < 1
    async with pane(44, 20) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: app.screen is not app.dash)
        await pilot.pause()
        line = next(line for line in app.text().splitlines() if "provider can tell" in line)
        assert line.startswith("│" + " " * 11 + "provider")


async def test_p_pauses(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        await pilot.press("p")
        assert app.refresher.paused and "paused" in app.text()
        await pilot.press("p")
        assert not app.refresher.paused and "paused" not in app.text()


async def test_filter(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        await pilot.press("slash", *"low")
        await pilot.pause()
        assert app.dash.roster.order == ["openai", "claude"]
        await pilot.press("enter", "j")
        await pilot.pause()
        assert app.cursor == "claude"
        assert "/low  2 of 8" in app.text()
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.dash.roster.order) == 8
        assert app.cursor == "claude"


async def test_a_filter_that_lets_nobody_through(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        await pilot.press("slash", *"zzz", "enter")
        await pilot.pause()
        assert app.dash.current is None
        for key in ("s", "t", "e", "r", "K", "x", "o", "y", "enter", "f", "b"):
            await pilot.press(key)
            await pilot.pause()
            if isinstance(app.screen, Modal):
                await pilot.press("escape")
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.dash.roster.order) == 8


async def test_find_by_letter(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        await pilot.press("f")
        await pilot.pause()
        assert " s OpenAI" in app.text()
        await pilot.press("s")
        await pilot.pause()
        assert app.cursor == "openai"
        assert " s OpenAI" not in app.text()
        await pilot.press("f", "escape")
        assert app.cursor == "openai"


async def test_density_goes_round(pane: Open) -> None:
    async with pane(120, 36) as (app, pilot):
        seen = [app.dash.roster.density]
        for _ in range(3):
            await pilot.press("v")
            await pilot.pause()
            seen.append(app.dash.roster.density)
        assert seen == ["cards", "cards", "rows", "cards"]


async def test_privacy_hides_amounts_and_labels_but_not_the_bars(pane: Open) -> None:
    board = changed(BOARD, "anthropic", label="My secret project")
    async with pane(120, 36, board=board) as (app, pilot):
        assert "$18.03" in app.text() and "My secret project" in app.text()
        await pilot.press("P")
        await pilot.pause()
        text = app.text()
        for hidden in ("18.03", "My secret project", "66.36", "96.30", "web-app", "28.70", "a1f3"):
            assert hidden not in text
        assert "~60%" in text and "Anthropic" in text
        await pilot.press("P")
        await pilot.pause()
        assert "$18.03" in app.text()


async def test_detail_fills_the_pane_and_esc_comes_back(pane: Open) -> None:
    async with pane(80, 40) as (app, pilot):
        assert "console.anthropic.example" not in app.text()
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        text = app.text()
        assert "console.anthropic.example" in text and "OpenRouter" not in text
        await pilot.press("j")
        await pilot.pause()
        assert "Moonshot" in app.text()
        await pilot.press("escape")
        await pilot.pause()
        assert "OpenRouter" in app.text()


async def test_copy_and_console_without_a_browser(pane: Open) -> None:
    async with pane(80, 24, account="xai") as (app, pilot):
        await pilot.press("y")
        await until(pilot, lambda: said(app) == "Copied: ✖ xAI 10% · $1.02 left · 7–11h")
        assert app.clipboard == "✖ xAI 10% · $1.02 left · 7–11h"
        await pilot.press("o")
        assert app.clipboard == "https://console.xai.example/billing"
        assert "https://console.xai.example/billing" in said(app)


async def test_what_tmux_keeps_from_the_clipboard_is_shown_to_be_copied_by_hand(
    pane: Open, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmux = home / "bin" / "tmux"
    tmux.parent.mkdir()
    tmux.write_text("#!/bin/sh\ncase $2 in -s) echo set-clipboard external;; esac\n")
    tmux.chmod(0o755)
    env = PLAIN | {"TMUX": "/tmp/x,1,0", "PATH": f"{tmux.parent}:/usr/bin:/bin"}
    async with pane(80, 24, account="xai", env=env) as (app, pilot):
        await pilot.press("y")
        await until(pilot, lambda: said(app) == "✖ xAI 10% · $1.02 left · 7–11h")
        [toast] = app._notifications
        assert "set-clipboard external" in toast.title and "set -g set-clipboard on" in toast.title
        tmux.write_text("#!/bin/sh\ncase $2 in -s) echo set-clipboard on;; esac\n")
        await pilot.press("y")
        await until(pilot, lambda: said(app).startswith("Copied: "))


async def test_a_picture_is_saved_and_named_and_never_shows_an_amount_or_a_label(pane: Open, home: Path) -> None:
    (home / "Pictures").mkdir()
    board = changed(BOARD, "anthropic", label="My secret project")
    async with pane(120, 36, board=board) as (app, pilot):
        app.say("Undone: the top-up of $20.99, My secret project")
        await until(pilot, lambda: "$20.99" in app.text())
        seen: list[bool] = []
        app._display = lambda *_, shown=app._display: (seen.append(app.hidden), shown(*_))  # type: ignore[method-assign]
        before = app.text()
        await pilot.press("Y")
        await until(pilot, lambda: "Saved" in said(app))
        [picture] = (home / "Pictures").iterdir()
        assert str(picture) in said(app)
        drawn = picture.read_text().replace("&#160;", " ")
        assert "Anthropic" in drawn
        for hidden in ("secret", "18.03", "20.99", "66.36", "web-app", "28.70"):
            assert hidden not in drawn
        assert not app.hidden and "My secret project" in app.text() and "$18.03" in app.text()
        assert before.splitlines()[0] == app.text().splitlines()[0]


async def test_help_lists_what_the_bindings_say(pane: Open) -> None:
    async with pane(100, 60, settings='[keys]\ntopup = "T"') as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: app.screen is not app.dash)
        text = app.text()
        for line in (
            "T           book new credit",
            "^r          book again",
            "next account",
            "hide amounts and labels",
        ):
            assert line in text
        await pilot.press("question_mark")
        await until(pilot, lambda: app.screen is app.dash)


async def test_the_help_of_each_screen_tells_every_key_of_it(pane: Open) -> None:
    async with pane(100, 70) as (app, pilot):
        for key, keys in (("1", "accounts"), ("2", "spend"), ("3", "timeline"), ("4", "routing")):
            await pilot.press(key)
            await settled(app, pilot)
            screen = app.screen
            usable = {active.binding.id for active in screen.active_bindings.values()}
            await pilot.press("question_mark")
            await until(pilot, lambda: isinstance(app.screen, HelpScreen) and "esc back" in app.text())
            told = [one for one in SCREENS[keys] if one.id in usable]
            assert len(told) >= len(SCREENS[keys]) - 2
            text = app.text()
            for one in told:
                assert " ".join(one.help.split()[:4]) in text, one  # the rest may stand in the next line
            await pilot.press("escape")
            await until(pilot, lambda screen=screen: app.screen is screen)  # type: ignore[misc]


async def test_remapped_keys_work_and_show(pane: Open) -> None:
    async with pane(80, 24, settings='[keys]\ntopup = "T"') as (app, pilot):
        assert "T Top up" in app.text()
        await pilot.press("t")
        assert app.screen is app.dash
        await pilot.press("T")
        await until(pilot, lambda: isinstance(app.screen, TopUpScreen))


async def test_a_key_that_means_two_things_is_told_on_the_screen(pane: Open) -> None:
    async with pane(100, 24, settings='[keys]\ntopup = "s"') as (app, _):
        assert "[keys] s means sync and topup on the accounts screen" in app.text()


async def test_the_palette_opens_by_colon(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        await pilot.press("colon")
        await until(pilot, lambda: app.screen is not app.dash)
        await until(pilot, lambda: "go to" in app.text() or "topup" in app.text())
        assert "🔎" not in app.text()


async def test_a_click_selects_and_a_second_one_opens(pane: Open) -> None:
    async with pane(80, 30) as (app, pilot):
        row = next(y for y, line in enumerate(app.text().splitlines()) if "OpenRouter" in line)
        await pilot.click(offset=(5, row))
        assert app.cursor == "openrouter" and not app.dash.has_class("-detail")
        await pilot.click(offset=(5, row))
        assert app.dash.has_class("-detail")


async def test_the_wheel_scrolls_a_list_that_is_longer_than_the_pane(pane: Open) -> None:
    async with pane(80, 9, account="xai", settings='[display]\ndensity = "rows"') as (app, pilot):
        assert "Groq" not in app.text()
        for _ in range(6):
            await pilot._post_mouse_events([events.MouseScrollDown], app.dash.roster, offset=(5, 1))
        await until(pilot, lambda: "Groq" in app.text())
        assert app.cursor == "xai"


async def test_every_screen_can_be_reached_and_left_by_the_mouse(pane: Open) -> None:
    async with pane(120, 24) as (app, pilot):

        async def click(words: str) -> None:
            await pilot.click(offset=(app.text().splitlines()[-1].index(words), 23))

        await click("Spend")
        await until(pilot, lambda: isinstance(app.screen, SpendScreen) and "Timeline" in app.text())
        await click("Timeline")
        await until(pilot, lambda: isinstance(app.screen, TimelineScreen) and "Back" in app.text())
        await click("Help")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and "esc back" in app.text())
        lines = app.text().splitlines()
        row = next(y for y, line in enumerate(lines) if "esc back" in line)
        await pilot.click(offset=(lines[row].index("esc back") + 1, row))
        await until(pilot, lambda: isinstance(app.screen, TimelineScreen))
        await click("Back")
        await until(pilot, lambda: app.screen is app.dash)


async def test_hints_in_the_footer_are_buttons(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        hints = app.text().splitlines()[-1]
        await pilot.click(offset=(hints.index("Thresholds"), 23))
        await until(pilot, lambda: isinstance(app.screen, ThresholdsScreen))


async def test_q_leaves(pane: Open) -> None:
    async with pane(80, 24) as (app, pilot):
        await pilot.press("q")
        assert app.return_value == 0


async def test_text_of_others_is_never_markup(pane: Open) -> None:
    board = changed(BOARD, "groq", label="[red]x[/", problem=Problem("rejected", "[/bold] no"))
    async with pane(120, 36, board=board, account="groq") as (app, pilot):
        assert "[red]x[/" in app.text() and "[/bold] no" in app.text()
        await pilot.press("y")
        await until(pilot, lambda: "Copied: ? [red]x[/" in app.text())
        await pilot.press("S")
        await until(pilot, lambda: isinstance(app.screen, SyncScreen))


# ── on a real ledger ─────────────────────────────────────────────────────────────────────────────────────────────────


def left(app: CreditsApp) -> str:
    view = app.board.account("piggy") if app.board is not None else None
    return "" if view is None or view.balance is None else str(view.balance.remaining.amount)


async def test_sync_topup_undo_and_redo_by_keys(home: Path) -> None:
    opened = session(home)
    app = CreditsApp(opened, settings.config(opened), still=True, env=PLAIN)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.board is not None and "Piggy [bank]" in screen(app))
        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, SyncScreen))
        await pilot.press(*"45", "enter")
        await until(pilot, lambda: left(app) == "45.0")
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, TopUpScreen))
        await pilot.press(*"20", "enter")
        await until(pilot, lambda: left(app) == "65.0")
        await pilot.press("u")
        await until(pilot, lambda: left(app) == "45.0")
        assert "Undone: the top-up of $20.00, Piggy [bank], no. 2" in said(app)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: left(app) == "65.0")
        assert "$65.00" in screen(app)
        assert [entry.type for entry in book.entries(opened)] == ["undo", "undo", "topup", "sync"]


async def test_nothing_to_undo_is_said(home: Path) -> None:
    opened = session(home)
    app = CreditsApp(opened, settings.config(opened), still=True, env=PLAIN)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.board is not None)
        await pilot.press("u")
        await until(pilot, lambda: said(app) != "")


async def test_a_threshold_moved_in_the_modal_is_in_the_file_and_on_the_bar(home: Path) -> None:
    opened = session(home)
    app = CreditsApp(opened, settings.config(opened), still=True, env=PLAIN)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.board is not None and bool(app.board.accounts))
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ThresholdsScreen))
        await pilot.press(*"80", "enter")
        await until(pilot, lambda: app.screen is app.screen_stack[0])
        await until(pilot, lambda: app.board.accounts[0].thresholds.healthy == 80)  # type: ignore[union-attr]
        assert parse(opened.paths.config.read_text()).accounts[0].thresholds.healthy == 80


def screen(app: CreditsApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


@pytest.mark.parametrize("height", [24, 12])
async def test_a_toast_does_not_lie_over_the_filter_that_is_typed(pane: Open, height: int) -> None:
    async with pane(80, height) as (app, pilot):
        app.say("Undone: the balance of $10.94, OpenAI, no. 60; this needs more than one line of a toast.")
        await pilot.press("slash", *"pro")
        await until(pilot, lambda: any(line.startswith(" /  pro") for line in app.text().splitlines()))
        await until(pilot, lambda: "more than one line" in app.text())
        line = next(line for line in app.text().splitlines() if line.startswith(" /  pro"))
        assert line.strip() == "/  pro"
