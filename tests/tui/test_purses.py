"""Money in several currencies stands side by side wherever there is room, and is never added; points are points."""

from collections.abc import Callable

import pytest

from creditsui.domain import format as words
from creditsui.domain.bar import ASCII
from creditsui.domain.board import AccountView, Board, Spend, Total
from creditsui.domain.money import Money, money
from creditsui.domain.reading import Balance, Window
from creditsui.outputs.json import as_json
from creditsui.outputs.line import line
from creditsui.outputs.table import table
from tests.tui.conftest import Open
from tests.tui.stage import NOW, usd, view

YUAN, POINTS = money("7.10", "CNY"), money(1500, "points")


def account(id: str, *purses: Money, **more: object) -> AccountView:
    bare: dict[str, object] = {
        "id": id, "provider": id, "label": id.title(), "provider_name": id.title(), "manual": False, "windows": (),
        "binding": "balance", "balance": Balance(purses[0]), "purse": purses[0], "capacity": purses[0].times(2),
        "balances": tuple(Balance(one) for one in purses), "health": 0.5, "lots": (), "drift": None, "error": None,
    }  # fmt: skip
    return view(**(bare | more))


TWO, POE = account("deepseek", usd(3), YUAN), account("poe", POINTS)
TOTALS = tuple(Total(one.currency, one, Spend(one.currency), None) for one in (usd(3), YUAN, POINTS))
BOARD = Board(generated_at=NOW, accounts=(TWO, POE), totals=TOTALS)


@pytest.mark.parametrize(
    ("purses", "room", "said"),
    [
        ((usd(3), YUAN), None, "$3.00 + ¥7.10"),
        ((usd(3), YUAN), 13, "$3.00 + ¥7.10"),
        ((usd(3), YUAN), 12, "$3.00 + …"),
        ((usd(3), YUAN), 8, "$3.00"),
        ((usd(3), money(0, "CNY")), None, "$3.00"),
        ((usd(0), YUAN), None, "$0.00 + ¥7.10"),
        ((usd(3), -YUAN), None, "$3.00 + −¥7.10"),
        ((POINTS,), 4, "1,500 points"),
        ((usd(3), YUAN, POINTS), None, "$3.00 + ¥7.10 + 1,500 points"),
    ],
)
def test_all_purses_or_a_hint_that_there_are_more_but_never_half_an_amount(
    purses: tuple[Money, ...], room: int | None, said: str
) -> None:
    assert words.purses(account("acme", *purses), room) == said


def test_where_a_window_binds_it_is_the_window_that_is_told() -> None:
    windowed = account("acme", usd(3), YUAN, windows=(Window("5h", 0.2, seconds=18_000),), binding="5h")
    assert words.purses(windowed) == "80%"


def test_the_table_shows_both_at_80_columns_and_in_its_totals_at_44() -> None:
    wide = table(BOARD, 80).splitlines()
    assert "$3.00 + ¥7.10" in wide[0] and "1,500 points" in wide[1]
    assert wide[2] == "$3.00 + ¥7.10 + 1,500 points left"
    assert "$3.00 + CNY 7.10" in table(BOARD, 80, glyphs=ASCII)
    alone = Board(generated_at=NOW, accounts=(TWO,), totals=TOTALS)
    assert "$3.00" in table(alone, 44).splitlines()[0], "at least the main one"
    narrow = table(BOARD, 44).splitlines()
    assert narrow[2] == "$3.00 + ¥7.10 + 1,500 points left" and max(map(len, narrow)) <= 44


def test_a_status_line_names_both() -> None:
    data = as_json(BOARD)
    assert line(data, NOW, template="{deepseek.left} | {poe.left}") == "$3.00 + ¥7.10 | 1,500 points"
    assert line(data, NOW).startswith("$3.00 + ¥7.10 + 1,500 points · ")
    assert [one["remaining"] for one in data["totals"]] == [3, 7.1, 1500]


@pytest.mark.parametrize(
    ("size", "row", "detail"),
    [
        ((120, 36), "$3.00 + ¥7.10 left", "purses    $3.00 · ¥7.10"),
        ((80, 24), "$3.00 + ¥7.10  ", "purses    $3.00 · ¥7.10"),
        ((44, 20), "", "purses $3.00 · ¥7.10"),
    ],
)
async def test_the_pane_shows_both(pane: Open, size: tuple[int, int], row: str, detail: str) -> None:
    async with pane(*size, board=BOARD, account="deepseek") as (app, _):
        lines = app.text().splitlines()
        assert lines[0].replace(" ", "").replace("creditsui", "").startswith("$3.00+¥7.10+1,500points")
        assert row in next(one for one in lines[1:] if "Deepseek" in one)
        assert any(detail in one for one in lines), app.text()
        assert not row or any("1,500 points" in one for one in lines[1:])


async def test_hidden_amounts_hide_in_every_currency(pane: Open) -> None:
    async with pane(80, 24, board=BOARD, account="deepseek") as (app, pilot):
        await pilot.press("P")
        seen: Callable[[], str] = app.text
        assert "3.00" not in seen() and "7.10" not in seen() and "1,500" not in seen()
