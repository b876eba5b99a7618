"""`!` in the pane, the mark of a number that became too uncertain, and a sync that puts another one right."""

from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

from creditsui.core import book
from creditsui.domain import format as words
from creditsui.domain.board import Basis, Drift
from creditsui.domain.problem import Problem
from creditsui.tui import sheet
from creditsui.tui.app import CreditsApp
from creditsui.tui.manner import Manner
from creditsui.tui.screens.sync import SyncScreen, corrects
from tests.tui.boards import BOARD, NOW, changed, usd
from tests.tui.conftest import PLAIN, Open
from tests.tui.stage import CONFIG, Stage, closed, session, until
from tests.tui.stage import NOW as STAGED
from tests.tui.stage import view as staged

WIDE = {"wide": True, "error": usd("6.00")}


def said(app: CreditsApp) -> str:
    return " | ".join(toast.message for toast in app._notifications)


async def test_it_books_that_nothing_is_left_says_what_was_missed_and_u_takes_it_back(home: Path) -> None:
    opened = session(home, CONFIG)
    book.sync(opened, "piggy", usd("6.11"))
    later = replace(opened, now=lambda: STAGED + timedelta(days=2))
    app = CreditsApp(later, still=True, env=PLAIN, account="piggy")
    async with app.run_test(size=(100, 24), notifications=True) as pilot:
        await until(pilot, lambda: app.board is not None and bool(app.board.accounts))
        await pilot.press("!")
        await until(pilot, lambda: "has nothing left" in said(app))
        assert said(app).startswith("Piggy [bank] has nothing left; $6.11 was expected and is booked as unseen")
        assert said(app).endswith("u takes it back")
        assert app.board is not None
        await until(pilot, lambda: app.board is not None and app.board.accounts[0].health == 0)
        await pilot.press("u")
        await until(pilot, lambda: app.board is not None and app.board.accounts[0].purse == usd("6.11"))


async def test_somebody_who_can_tell_is_asked_first(pane: Open) -> None:
    async with pane(account="openrouter") as (app, pilot):
        asked: list[tuple[list[str], bool]] = []

        async def nothing() -> None:
            return None

        def ask(ids: list[str], *, force: bool = False) -> object:
            asked.append((ids, force))
            return nothing()

        app.refresher.ask = ask  # type: ignore[assignment, method-assign]
        await pilot.press("!")
        await until(pilot, lambda: bool(said(app)))
        assert asked == [(["openrouter"], True)]


async def test_a_number_gone_uncertain_is_marked_on_its_account_alone(pane: Open) -> None:
    board = changed(BOARD, "anthropic", **WIDE)
    async with pane(80, 24, board=board) as (app, _):
        marked = [line for line in app.text().splitlines() if "Anthropic ±" in line]
        assert len(marked) == 1
        assert "± $6.00 by now · s to re-sync" in app.text()
    async with pane(120, 36, board=board) as (app, _):
        assert "±$6.00 · s to re-sync" in app.text()
    async with pane(80, 24) as (app, _):
        assert "re-sync" not in app.text()


def test_at_a_shell_no_key_is_named_and_a_problem_comes_first() -> None:
    one = replace(next(view for view in BOARD.accounts if view.id == "anthropic"), **WIDE)
    assert words.remark(one, NOW) == "±$6.00 · s to re-sync"
    assert words.remark(one, NOW, keys=False) == "±$6.00 · re-sync it"
    assert "re-sync" not in words.remark(replace(one, problem=Problem("rejected", "no")), NOW)


def test_the_detail_tells_what_was_expected_and_what_goes_unseen() -> None:
    drift = Drift(usd("0.31"), NOW - timedelta(days=8), usd("6.11"), usd("5.80"), 0.12, 4)
    one = replace(next(view for view in BOARD.accounts if view.id == "anthropic"), drift=drift)

    def text(manner: Manner) -> str:
        return "\n".join("".join(run[0] for run in line) for line in sheet.brief(one, manner, 100, 30))

    assert "$0.31 unseen since 12 Nov · $5.80 for $6.11 · 12% unseen beside what is seen" in text(Manner(NOW, UTC))
    hidden = text(Manner(NOW, UTC, hidden=True))
    assert "0.31" not in hidden and "6.11" not in hidden


# A sync that puts another one right


def slipped(now_minus: timedelta = timedelta(minutes=2), drift: bool = True, credited: str = "0") -> dict[str, object]:
    basis = Basis(
        anchor=usd("450"), at=STAGED - now_minus, by_user=True, credited=usd(credited), seen=usd("0"),
        unseen=usd("0"), share=None, spread=0.25, pairs=0, rate=None,
    )  # fmt: skip
    missed = Drift(usd("-405"), STAGED - timedelta(days=3), usd("45"), usd("450"))
    return {"basis": basis, "drift": missed if drift else None, "purse": usd("450")}


async def test_a_sync_that_puts_one_of_just_now_right_says_so_while_typing(home: Path) -> None:
    opened = session(home)
    app = Stage(SyncScreen(opened, staged(**slipped())))
    async with app.run_test(size=(70, 20)) as pilot:
        await pilot.press(*"44")
        assert app.says == "instead of the $450.00 of just now"
        await pilot.press("enter")
        assert await closed(pilot, app) == (
            "Piggy [bank] synced to $44.00 · instead of the $450.00 of just now · u takes it back"
        )


def test_only_what_will_be_read_so_is_called_so() -> None:
    right = staged(**slipped())
    assert corrects(right, usd("44"), STAGED)
    assert corrects(staged(**slipped(drift=False)), usd("44"), STAGED), "the first sync of all"
    assert not corrects(right, usd("449"), STAGED)
    assert not corrects(right, usd("450"), STAGED)
    assert not corrects(staged(**slipped(timedelta(hours=2))), usd("44"), STAGED)
    assert not corrects(staged(**slipped(credited="5")), usd("44"), STAGED)
    assert not corrects(staged(), usd("44"), STAGED)
