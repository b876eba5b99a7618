"""The windows of an account in its detail: what is left, when it refills, and what each is on course for."""

from dataclasses import replace
from datetime import UTC, timedelta

from creditsui.domain.bar import ASCII, UNICODE
from creditsui.domain.board import AccountView, Pace
from creditsui.domain.reading import Window
from creditsui.tui.manner import Manner
from creditsui.tui.quotas import limits
from tests.tui.boards import CLAUDE, NOW

FIVE = Window("5h", 0.56, resets_at=NOW + timedelta(minutes=72), seconds=18_000)
DRY = Pace("5h", "fraction", 0.76, 1.2, NOW + timedelta(minutes=50), 0.4, NOW - timedelta(hours=3))
CALM = replace(DRY, projected=0.7, runs_out_at=None)


def shown(pace: Pace | None, width: int = 100, *, still: bool = False, ascii: bool = False) -> str:
    view: AccountView = replace(CLAUDE, windows=(FIVE,), paces=(pace,) if pace else ())
    manner = Manner(NOW, UTC, still=still, glyphs=ASCII if ascii else UNICODE)
    return "\n".join("".join(text for text, _ in line).rstrip() for line in limits(view, manner, width))


def test_a_window_that_runs_dry_before_it_refills_says_when() -> None:
    assert shown(DRY).endswith("44%  ↻1h12m · on course for 120% used at reset: dry in 50m")
    assert shown(DRY, 80).endswith("44%  ↻1h12m · 120% used at reset: dry in 50m")


def test_where_there_is_no_room_beside_it_stands_below() -> None:
    first, second = shown(DRY, 50).split("\n")
    assert first.endswith("↻1h12m") and second.strip() == "120% used at reset: dry in 50m"


def test_a_calm_window_tells_its_course_against_the_time_only_where_there_is_room() -> None:
    assert shown(CALM, 110).endswith("on course for 30% left at reset, 76% of the time over")
    assert shown(CALM, 70).endswith("· 30% left at reset")
    assert "course" not in shown(CALM, 50) and "\n" not in shown(CALM, 50)


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert shown(None).endswith("↻1h12m")
    assert shown(replace(DRY, projected=None, runs_out_at=None)).endswith("↻1h12m")


def test_nothing_ticks_when_still_and_ascii_has_nothing_else() -> None:
    assert "dry at 10:54" in shown(DRY, still=True)
    assert shown(DRY, ascii=True).isascii()


def test_what_an_old_reading_foretold_for_before_now_is_dry_by_now() -> None:
    assert shown(replace(DRY, runs_out_at=NOW)).endswith("dry by now")
    assert ">999% used at reset" in shown(replace(DRY, projected=20.0))
