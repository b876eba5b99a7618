"""The demo: believable at once, alive afterwards, the same every time, and nowhere but in its folder."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.core import board as boards
from creditsui.core import book
from creditsui.core.accounts import keys
from creditsui.core.asking.refresh import refresh
from creditsui.core.demo import story as demo_story
from creditsui.core.demo.clock import Calendar
from creditsui.core.demo.session import PACE, demo_session
from creditsui.core.demo.story import KEPT, LIVE, OPENROUTER, XAI, Purse
from creditsui.core.session import Session
from creditsui.domain.board import AccountView, Board
from creditsui.domain.money import money
from creditsui.domain.secret import Secret
from creditsui.outputs.json import as_json

START = datetime(2026, 11, 20, 19, 41, tzinfo=UTC)


@dataclass
class Clock:
    at: datetime = field(default=START)

    def __call__(self) -> datetime:
        return self.at


def view(board: Board, id: str) -> AccountView:
    found = board.account(id)
    assert found is not None
    return found


async def after(session: Session, clock: Clock, minutes: int) -> Board:
    for _ in range(minutes):
        clock.at += timedelta(minutes=1)
        await refresh(session)
    return boards.board(session)


def test_it_opens_on_eight_accounts_in_every_band(tmp_path: Path) -> None:
    board = boards.board(demo_session(1, tmp_path, Clock()))
    assert board.demo
    shown = {
        one.id: (one.band.value, None if one.health is None else round(100 * one.health)) for one in board.accounts
    }
    assert shown == {
        "xai": ("critical", 10),
        "openai": ("low", 31),
        "claude": ("low", 44),
        "anthropic": ("fair", 60),
        "moonshot": ("fair", 70),
        "openrouter": ("healthy", 82),
        "deepseek": ("healthy", 99),
        "groq": ("unknown", None),
    }
    assert {total.currency: total.remaining for total in board.totals} == {
        "USD": money("66.36", "USD"),
        "CNY": money("96.30", "CNY"),
    }


def test_there_is_a_month_behind_it(tmp_path: Path) -> None:
    board = boards.board(demo_session(1, tmp_path, Clock()))
    for id in ("xai", "openai", "anthropic", "openrouter", "deepseek", "moonshot"):
        one = view(board, id)
        assert one.runway.state == "known", id
        assert sum(spent is not None for _, spent in one.days) >= 29, id
        assert one.hits and one.burn is not None and one.burn.micros > 0, id
    anthropic = view(board, "anthropic")
    assert anthropic.certainty == "estimated" and anthropic.error is not None and anthropic.error.micros > 0
    assert {lot.expires_at is None for lot in anthropic.lots} == {True, False}
    assert anthropic.drift is not None and anthropic.drift.amount.micros
    assert anthropic.basis is not None and anthropic.basis.unseen.micros > 0
    assert view(board, "claude").plan == "Max 20x" and view(board, "claude").binding == "5h"
    moonshot, groq = view(board, "moonshot"), view(board, "groq")
    assert moonshot.stale and moonshot.problem is not None and moonshot.problem.kind == "offline"
    assert groq.problem is not None and groq.problem.kind == "rejected"


@pytest.mark.parametrize("later", range(0, 24 * 7, 13))
def test_whenever_it_opens_each_thing_that_can_be_told_is_told_once(tmp_path: Path, later: int) -> None:
    start = START + timedelta(hours=later, minutes=7 * later)
    board = boards.board(demo_session(1, tmp_path, Clock(start)))

    def who(holds: Callable[[AccountView], object]) -> list[str]:
        return [one.id for one in board.accounts if holds(one)]

    assert who(lambda one: one.proposals) == ["openrouter"]
    assert len(view(board, "openrouter").proposals) == 1
    assert who(lambda one: one.spike) == ["openai"] and who(lambda one: one.budget) == ["openai"]
    assert who(lambda one: one.expired) == ["moonshot"]
    assert [one.amount for one in view(board, "moonshot").expired] == [money("4.60", "CNY")]
    assert who(lambda one: one.expiring) == ["deepseek"]
    assert who(lambda one: any(pace.runs_out_at for pace in one.paces)) == ["claude"]
    assert who(lambda one: one.drift and one.drift.share) == ["openai", "anthropic"]
    assert who(lambda one: one.wide) == []
    assert who(lambda one: one.stale or one.problem) == ["moonshot", "groq"]
    bands = [one.band.value for one in board.accounts]
    assert bands == ["critical", "low", "low", "fair", "fair", "healthy", "healthy", "unknown"]


async def test_each_beat_of_the_story_is_on_the_board(tmp_path: Path) -> None:
    clock = Clock()
    session = demo_session(1, tmp_path, clock)
    before = boards.board(session)
    spent = await after(session, clock, 1)
    assert view(spent, "xai").balance != view(before, "xai").balance
    spike = await after(session, clock, 1)
    hit = view(spike, "anthropic").hits[0]
    assert hit.amount == money("3.96", "USD") and "claude-opus" in hit.cause
    told = view(spike, "anthropic").spike
    assert told is not None and told.until is None and view(spike, "anthropic").band == "low"
    assert view(await after(session, clock, 1), "xai").health == 0
    filled = await after(session, clock, 1)
    assert view(filled, "xai").health == 1
    assert view(filled, "moonshot").problem is None and not view(filled, "moonshot").stale
    five, week = view(await after(session, clock, 1), "claude").windows
    assert five.used < 0.05 and week.used > 0.3
    ended = view(await after(session, clock, 1), "deepseek")
    assert [one.amount for one in ended.expired] == [money("9.10", "CNY")]
    dead = view(await after(session, clock, 1), "openrouter")
    assert dead.problem is not None and dead.problem.kind == "rejected" and dead.balance is not None
    again = await after(session, clock, 2)
    assert view(again, "openrouter").problem is None, "somebody gave it another key"
    assert (view(again, "xai").health or 0) < 0.9, "and all of it begins again"


async def test_whoever_presses_the_key_that_a_dead_account_asks_for_revives_it(tmp_path: Path) -> None:
    clock = Clock()
    session = demo_session(1, tmp_path, clock)
    assert view(await after(session, clock, 7), "openrouter").problem is not None
    key = Secret("sk-or-v1-another-key-0123456789abcdef")
    assert (await keys.test(session, "openrouter", key)).ok
    keys.save(session, "openrouter", key, "file")
    assert view(await after(session, clock, 1), "openrouter").problem is None


@pytest.mark.parametrize("later", [0, 3.9, 4.2, 13, 70])
def test_at_its_usual_speed_every_beat_is_told_within_a_minute_and_again_in_each_loop(
    tmp_path: Path, later: float
) -> None:
    start = START + timedelta(hours=later)
    clock = Clock(start)
    session = demo_session(PACE, tmp_path, clock)
    nights = []
    for loop in (1, 2, 3):
        clock.at = start + timedelta(minutes=loop, seconds=-0.1)
        nights.append(session.now().date())
    assert nights == [nights[0] + timedelta(days=at) for at in range(3)], "a night in each minute"
    assert nights[0] in {start.date() + timedelta(days=1), start.date() + timedelta(days=2)}


async def test_the_same_clock_tells_the_same_story(tmp_path: Path) -> None:
    told = []
    for name in ("one", "two"):
        clock = Clock()
        told.append(as_json(await after(demo_session(1, tmp_path / name, clock), clock, 5)))
    assert told[0] == told[1]


def test_speed_runs_the_demos_own_clock(tmp_path: Path) -> None:
    clock = Clock()
    session = demo_session(60, tmp_path, clock)
    clock.at += timedelta(seconds=7)
    assert session.now() == START + timedelta(minutes=7)


@pytest.mark.parametrize("speed", [0, -1, float("nan"), float("inf")])
def test_a_speed_that_is_none_is_refused(tmp_path: Path, speed: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        demo_session(speed, tmp_path / "demo")
    assert not (tmp_path / "demo").exists()


async def test_what_the_user_does_is_real(tmp_path: Path) -> None:
    clock = Clock()
    session = demo_session(1, tmp_path, clock)
    book.topup(session, "anthropic", money(10, "USD"))
    assert view(boards.board(session), "anthropic").balance is not None
    balance = view(boards.board(session), "anthropic").balance
    assert balance is not None and balance.remaining == money("28.03", "USD")
    key = Secret("gsk_demo_key_0123456789")
    assert (await keys.test(session, "groq", key)).ok
    keys.save(session, "groq", key, "file")
    board = await after(session, clock, 1)
    assert view(board, "groq").problem is None and view(board, "groq").health is not None


async def test_nothing_outside_its_folder_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, folder = tmp_path / "nobody", tmp_path / "demo"
    home.mkdir()
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home))
    clock = Clock()
    session = demo_session(1, folder, clock)
    await after(session, clock, 2)
    assert not list(home.iterdir())
    assert all(folder in path.parents for path in (session.paths.config, session.paths.ledger, session.paths.home))
    assert not session.env


@given(st.sampled_from([*LIVE, *KEPT]), st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)))
def test_every_past_leads_to_what_is_left(purse: Purse, start: datetime) -> None:
    points = demo_story.past(purse, start.replace(tzinfo=UTC))
    assert points[-1].cents == purse.left
    assert all(0 <= point.cents <= purse.full for point in points)
    for one, other in itertools.pairwise(points):
        assert other.cents == one.cents - other.spent + other.gained - other.lost
        assert other.at - one.at == demo_story.STEP


@given(st.sampled_from(LIVE), st.integers(0, 400))
def test_a_future_balance_is_never_negative_nor_more_than_full(purse: Purse, beat: int) -> None:
    state = demo_story.Course(purse).at(beat)
    assert 0 <= sum(state.gifts) <= state.cents <= purse.full


def test_agents_log_each_call_once() -> None:
    calendar = Calendar(START, timedelta(minutes=1), lambda at: at)
    course = demo_story.Course(OPENROUTER)
    told = [list(demo_story.calls(course, calendar, *beats)) for beats in ((1, 20), (1, 10), (11, 20))]
    assert told[1] + told[2] == told[0]
    assert len({call.key for call in told[0]}) == len(told[0])
    assert demo_story.Course(XAI).at(3).spent == 57


@given(st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1)), st.integers(1, 900), st.integers(0, 100))
def test_the_calendar_only_goes_forward_and_knows_its_beats(start: datetime, seconds: int, beat: int) -> None:
    length = timedelta(seconds=seconds)
    calendar = Calendar(start.replace(tzinfo=UTC), length, lambda at: at + timedelta(hours=1))
    for passed in (beat * length, beat * length + length / 2, (beat + 1) * length - timedelta(microseconds=1)):
        now = calendar.now(passed)
        assert calendar.beat(now) == beat and calendar.begins(beat) <= now < calendar.begins(beat + 1)
    assert calendar.night(2) == calendar.night(1) + timedelta(days=1)
