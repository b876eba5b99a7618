"""What is painted first says what the pane will say: the same cells from the JSON of a board as from the board."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from creditsui.domain.board import AccountView, Board
from creditsui.domain.problem import Problem
from creditsui.outputs.json import as_json
from creditsui.tui.manner import Manner
from creditsui.tui.motion import Frame
from creditsui.tui.recalled import Unknown, recalled
from creditsui.tui.rows import card, columns, row
from creditsui.tui.standing import Standing, topbar
from tests.tui.boards import BOARD, NOW

HOUR = timedelta(hours=1)


def again(board: Board, now: datetime, **changes: Any) -> Board:
    data = json.loads(json.dumps(as_json(board))) | changes
    edges = {one.id: one.thresholds for one in board.accounts}
    ticks = {id: [one.critical, one.warning, one.healthy] for id, one in edges.items()}
    return recalled(data, now, UTC, interval=timedelta(minutes=5), ticks=ticks)


def told(board: Board, now: datetime, width: int) -> Sequence[object]:
    manner = Manner(now, UTC)
    fits = columns(board.accounts, manner, width)
    rows = [row(view, Frame(view.health), manner, fits, cursor=False) for view in board.accounts]
    cards = [card(view, Frame(view.health), manner, width, cursor=False) for view in board.accounts]
    return [topbar(board, manner, Standing(next_at=board.next_at), width), *zip(rows, cards, strict=True)]


def usual() -> Board:
    """The board of the tests, as far as it is one that may be painted early."""
    kept = [view for view in BOARD.accounts if _fine(view)]
    assert len(kept) >= 5, [view.id for view in BOARD.accounts]
    return replace(BOARD, accounts=tuple(kept), demo=False)


def _fine(view: AccountView) -> bool:
    try:
        again(replace(BOARD, accounts=(view,), demo=False), NOW)
    except Unknown:
        return False
    return True


@pytest.mark.parametrize("width", [40, 56, 80, 120, 200])
def test_rows_cards_and_the_top_line_are_the_same_from_the_json_as_from_the_board(width: int) -> None:
    board = usual()
    assert told(again(board, NOW), NOW, width) == told(_without_hits(board), NOW, width)


def _without_hits(board: Board) -> Board:
    """A name that only the hidden manner shows is not in the JSON."""
    return replace(board, accounts=tuple(replace(view, provider_name="", manual=False) for view in board.accounts))


def test_a_live_number_grows_stale_with_nobody_looking() -> None:
    live = [view for view in usual().accounts if view.certainty == "live" and not view.stale and not view.windows]
    board = replace(usual(), accounts=tuple(live[:1]))
    later = NOW + timedelta(minutes=25)
    view = again(board, later).accounts[0]
    assert view.stale
    assert (
        told(again(board, later), later, 80)[1:]
        == told(replace(_without_hits(board), accounts=(replace(live[0], stale=True, provider_name=""),)), later, 80)[
            1:
        ]
    )


@pytest.mark.parametrize(
    "changes",
    [{"schema": 2}, {"demo": True}, {"accounts": []}, {"generated_at": None}],
    ids=lambda one: next(iter(one)),
)
def test_a_board_that_is_newer_a_demo_empty_or_broken_is_not_painted(changes: dict[str, Any]) -> None:
    with pytest.raises((Unknown, KeyError, TypeError, ValueError)):
        again(usual(), NOW, **changes)


def test_what_refilled_since_is_not_guessed() -> None:
    view = next(view for view in BOARD.accounts if view.windows and view.windows[0].resets_at is not None)
    board = replace(BOARD, accounts=(view,), demo=False)
    at = view.windows[0].resets_at
    assert at is not None
    again(board, NOW)
    with pytest.raises(Unknown):
        again(board, at)


@pytest.mark.parametrize("kind", ["no_key", "rejected", "offline", "locked", "limited", "changed", "unsupported"])
@pytest.mark.parametrize("action", [None, "open Claude Code once", "creditsui key set other"])
def test_problems_read_as_they_do_in_the_pane(kind: Any, action: str | None) -> None:
    view = next(view for view in usual().accounts if view.problem is None)
    retry = NOW + HOUR / 60 if kind in ("offline", "limited") else None
    problem = Problem(kind, "it went wrong", action, retry_at=retry)
    board = replace(BOARD, accounts=(replace(view, problem=problem, stale=True, provider_name=""),), demo=False)
    assert told(again(board, NOW), NOW, 90) == told(board, NOW, 90)
