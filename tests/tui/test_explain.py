from pathlib import Path

from textual.widgets import OptionList, Static

from creditsui.core import book
from creditsui.core.explain.answer import FIELDS, explain
from creditsui.core.explain.names import looked_at, names
from creditsui.domain.board import AccountView, Band, Board, BudgetUse, Hit, HitPart
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Semantics
from creditsui.tui.screens.explain import ExplainScreen
from tests.tui.stage import NOW, Stage, closed, session, until, usd, view

VIEW = view()
BOARD = Board(generated_at=NOW, accounts=(VIEW,))


def words(app: Stage) -> list[str]:
    first, rest = (str(app.shown.query_one(id, Static).content) for id in ("#first", "#rest"))
    return [first, *rest.split("\n")] if rest else [first]


async def test_tab_goes_through_every_number_and_round(home: Path) -> None:
    app = Stage(ExplainScreen(BOARD, VIEW, NOW))
    async with app.run_test(size=(100, 30)) as pilot:
        for name in names(VIEW):
            expected = explain(BOARD, "piggy", name, NOW)
            await until(pilot, lambda expected=expected: words(app) == expected)
            await pilot.press("tab")
        await until(pilot, lambda: words(app) == explain(BOARD, "piggy", "balance", NOW))
        await pilot.press("shift+tab", "up", "down", "escape")
        assert await closed(pilot, app) is None


async def test_the_mouse_shows_another_number_and_leaves_it_open(home: Path) -> None:
    app = Stage(ExplainScreen(BOARD, VIEW, NOW))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.click(OptionList, offset=(3, 1))
        await until(pilot, lambda: words(app) == explain(BOARD, "piggy", "health", NOW))
        assert app.screen is app.shown


async def test_enter_closes(home: Path) -> None:
    app = Stage(ExplainScreen(BOARD, VIEW, NOW))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert await closed(pilot, app) is None


async def test_it_reads_well_in_a_small_pane(home: Path) -> None:
    app = Stage(ExplainScreen(BOARD, VIEW, NOW))
    async with app.run_test(size=(44, 20)) as pilot:
        await pilot.press("tab")
        await until(pilot, lambda: "60% is the least of:" in app.text())
        assert "balance: $18.03 of $30.00 = 60%" in app.text()


async def test_an_account_that_is_gone_meanwhile_is_no_crash(home: Path) -> None:
    app = Stage(ExplainScreen(Board(generated_at=NOW), VIEW, NOW))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "no account" in words(app)[0])


def test_every_field_has_a_name_or_tells_what_another_one_tells() -> None:
    silent = {"id", "provider", "provider_name", "label", "enabled", "capacity_from", "age_seconds"}
    whole = dict.fromkeys(names(_full()))
    assert set(FIELDS) - set(whole) <= silent | {"pool", "plan", "allowance", "expired", "stale", "problem", "wide"}
    assert names(VIEW)["burn_per_day"] == "burn a day" and not silent & set(names(VIEW))


def _full() -> AccountView:
    use = BudgetUse(usd(50), "month", None, None, usd(12), usd(38), None, None, None)
    return view(budget=use, probe=False, probe_cost="about $0.00001", hits=(object(),), topups=(object(),),
                spike=object(), basis=object(), expiring=object(), proposals=(object(),), limit=object(),
                balances=(object(), object()), badges=("free",), key_from="keyring")  # fmt: skip


def test_what_says_nothing_of_an_account_is_not_listed() -> None:
    bare = AccountView(id="a", provider="a", label="A")
    assert list(names(bare)) == ["balance", "semantics"]
    assert not {"drift", "lots", "expired", "budget", "problem", "stale"} & set(names(view(drift=None, lots=())))


def test_it_opens_at_the_number_that_the_bar_shows() -> None:
    use = BudgetUse(usd(50), "month", None, None, usd(12), usd(38), None, None, None)
    assert looked_at(VIEW) == "balance"
    assert looked_at(view(binding="5h", semantics=Semantics.WINDOW)) == "windows"
    assert looked_at(view(binding="budget", budget=use)) == "budget"
    broken = Problem("rejected", "no")
    assert looked_at(view(binding=None, health=None, band=Band.UNKNOWN, problem=broken)) == "problem"
    assert looked_at(AccountView(id="a", provider="a", label="A")) == "balance"


async def test_the_rows_behind_a_number_follow_its_words(home: Path) -> None:
    opened = session(home)
    book.sync(opened, "piggy", usd(18.03))
    app = Stage(ExplainScreen(BOARD, VIEW, NOW, opened))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "entry 1, sync $18.03 on 20 Nov 19:41 UTC" in app.text())
        assert "The rows behind it:" in app.text()


async def test_where_amounts_hide_no_cause_is_told(home: Path) -> None:
    parts = (HitPart("claude-opus · web-app", usd(2)), HitPart("unseen", usd(0.31)))
    one = view(hits=(Hit(NOW, usd(2.31), "claude-opus · web-app", parts),))
    app = Stage(ExplainScreen(Board(generated_at=NOW, accounts=(one,)), one, NOW), hidden=True)
    async with app.run_test(size=(100, 40)) as pilot:
        for _ in range(list(names(one)).index("hits")):
            await pilot.press("tab")
        await until(pilot, lambda: "••••" in words(app)[0])
        assert "web-app" not in app.text() and "2.31" not in app.text()


async def test_where_amounts_hide_the_rows_hide_theirs(home: Path) -> None:
    opened = session(home)
    book.sync(opened, "piggy", usd(18.03))
    app = Stage(ExplainScreen(BOARD, VIEW, NOW, opened), hidden=True)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "entry ••, sync $••" in app.text())
        assert "18.03" not in app.text()
