from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from textual import events

from creditsui.domain.board import AccountView, Band
from creditsui.domain.reading import Balance
from creditsui.tui.motion import Level, Motion
from tests.tui.boards import ANTHROPIC, BOARD, CLAUDE, XAI, changed, usd
from tests.tui.conftest import Open
from tests.tui.stage import until


def at(left: str, *, band: Band = Band.FAIR, base: AccountView = ANTHROPIC) -> AccountView:
    """An account of $30 with so much left."""
    return replace(base, balance=Balance(usd(left)), health=float(left) / 30, band=band, capacity=usd("30"))


def moved(*steps: tuple[float, str], level: Level = "full") -> Motion:
    """The motion after balances that came at these seconds; the first one was there before."""
    view = at(steps[0][1])
    motion = Motion(view, level)
    for seconds, left in steps[1:]:
        new = at(left)
        motion.turn(view, new, seconds)
        view = new
    return motion


def close(one: float | None, other: float) -> bool:
    return one is not None and abs(one - other) < 1e-9


def test_steady_means_no_frame_is_due() -> None:
    motion = moved((0, "15"))
    assert motion.next_change(5) is None
    assert motion.frame(5).fill == 0.5
    assert motion.frame(5).trail == 0


def test_damage_drops_the_edge_waits_then_drains() -> None:
    motion = moved((0, "30"), (10, "15"))
    assert motion.frame(10).fill == 1
    assert 0.5 < (motion.frame(10.05).fill or 0) < 0.7, "it eases out: most of the way is gone early"
    assert close(motion.frame(10.15).fill, 0.5)
    assert close(motion.frame(10.6).trail, 0.5)
    assert close(motion.frame(11.05).trail, 0.25)
    assert motion.frame(11.5).trail == 0


def test_what_was_lost_floats_for_three_seconds() -> None:
    motion = moved((0, "30"), (10, "15"))
    assert motion.frame(12.99).floating == usd("-15")
    assert motion.frame(13).floating is None
    assert motion.next_change(13) is None


def test_a_second_hit_keeps_the_trails_right_edge_and_starts_its_wait_again() -> None:
    motion = moved((0, "30"), (10, "15"), (11.05, "9"))
    first = moved((0, "30"), (10, "15")).frame(11.05)
    right = (first.fill or 0) + first.trail
    for seconds in (11.2, 11.6):
        frame = motion.frame(seconds)
        assert close((frame.fill or 0) + frame.trail, right)
    assert motion.frame(12.0).trail < right - 0.3
    assert motion.frame(12.56).trail == 0


def test_credit_grows_and_its_fresh_part_is_tinted() -> None:
    motion = moved((0, "9"), (10, "24"))
    assert 0.3 < (motion.frame(10.2).fill or 0) < 0.8
    assert close(motion.frame(10.5).fill, 0.8)
    assert close(motion.frame(11.9).fresh, 0.5)
    assert motion.frame(12).fresh == 0
    assert motion.frame(13.9).floating == usd("15")
    assert motion.frame(14).floating is None


def test_the_crossed_tick_lights_up_once() -> None:
    motion = moved((0, "24"), (10, "14"))
    assert motion.frame(10.29).flash == 0.5
    assert motion.frame(10.3).flash is None
    assert moved((0, "14"), (10, "13")).frame(10.1).flash is None


def test_the_lowest_edge_is_crossed_below_itself() -> None:
    assert moved((0, "8"), (10, "7.5")).frame(10.1).flash is None
    assert moved((0, "7.5"), (10, "7.4")).frame(10.1).flash == 0.25


def test_critical_pulses_six_times_and_only_on_a_new_fall() -> None:
    view = at("6", band=Band.CRITICAL)
    motion = Motion(view, "full")
    assert not motion.frame(1).dimmed
    lower = at("5", band=Band.CRITICAL)
    motion.turn(view, lower, 10)
    halves = [motion.frame(10.01 + half * 0.5).dimmed for half in range(16)]
    assert halves == [True, False] * 6 + [False] * 4
    assert motion.next_change(16) is None
    motion.turn(lower, replace(lower, stale=True), 20)
    assert not motion.frame(20.01).dimmed


def test_nobody_looking_everything_stands_at_its_end_at_once_and_nothing_begins() -> None:
    motion = moved((0, "30"), (10, "15"))
    motion.rest(awake=False)
    assert motion.frame(10.01) == motion.frame(99) and motion.next_change(10.01) is None
    assert motion.frame(10.01).fill == 0.5 and motion.frame(10.01).trail == 0
    motion.turn(at("15"), at("5", band=Band.CRITICAL), 11)
    motion.turn(at("5", band=Band.CRITICAL), replace(at("5", band=Band.CRITICAL), refreshing=True), 12)
    assert motion.next_change(12) is None
    assert not motion.frame(12.1).dimmed and motion.frame(12.1).floating is None
    motion.rest(awake=True)
    motion.turn(at("5"), at("4", band=Band.CRITICAL), 20)
    assert motion.frame(20.1).dimmed


async def test_a_pane_that_is_not_looked_at_or_covered_runs_no_motion(pane: Open) -> None:
    async with pane(80, 24, still=False) as (app, pilot):
        app.board = changed(BOARD, "xai", health=0.05)
        await until(pilot, lambda: app.dash.roster._beat is not None)
        app.post_message(events.AppBlur())
        await until(pilot, lambda: app.dash.roster._beat is None)
        app.board = changed(app.board, "xai", health=0.04, refreshing=True)
        await pilot.pause()
        assert app.dash.roster._beat is None and " 4%" in app.text()
        app.post_message(events.AppFocus())
        await until(pilot, lambda: app.dash.roster._beat is not None)
        await pilot.press("3")
        await until(pilot, lambda: app.dash.roster._beat is None)
        await pilot.press("escape")
        await until(pilot, lambda: app.dash.roster._beat is not None)


def test_only_a_row_in_flight_spins() -> None:
    motion = Motion(XAI, "full")
    asking = replace(XAI, refreshing=True)
    motion.turn(XAI, asking, 10)
    assert motion.frame(10).spin != motion.frame(10.2).spin
    assert motion.next_change(10) is not None
    motion.turn(asking, XAI, 11)
    assert motion.frame(11).spin is None
    assert motion.next_change(11) is None


def test_a_window_floats_in_percent() -> None:
    motion = Motion(CLAUDE, "full")
    motion.turn(CLAUDE, replace(CLAUDE, health=0.40), 10)
    floating = motion.frame(10.1).floating
    assert isinstance(floating, float) and close(floating, -0.04)


def test_reduced_motion_stands_and_then_is_gone() -> None:
    motion = moved((0, "30"), (10, "15"), level="reduced")
    assert motion.frame(10).fill == 0.5
    assert motion.frame(10).trail == motion.frame(11.4).trail == 0.5
    assert motion.frame(11.5).trail == 0
    assert not motion.frame(10).dimmed


def test_no_motion_is_none() -> None:
    motion = moved((0, "30"), (10, "15"), level="none")
    assert motion.frame(10).fill == 0.5
    assert motion.frame(10).trail == 0
    assert motion.frame(10).floating is None
    assert motion.next_change(10) is None


def test_a_first_or_lost_number_does_not_move() -> None:
    unread = replace(ANTHROPIC, health=None, balance=None)
    motion = Motion(unread, "full")
    motion.turn(unread, at("15"), 10)
    assert motion.frame(10).fill == 0.5 and motion.next_change(10) is None
    motion.turn(at("15"), unread, 11)
    assert motion.frame(11).fill is None and motion.next_change(11) is None


@given(
    st.lists(st.tuples(st.floats(0, 5), st.integers(0, 30)), min_size=2, max_size=8),
    st.floats(0, 5),
    st.sampled_from(["full", "reduced", "none"]),
)
def test_all_motion_ends_and_stays_inside_the_bar(steps: list[tuple[float, int]], later: float, level: Level) -> None:
    now, view = 0.0, at(str(steps[0][1]))
    motion = Motion(view, level)
    for wait, left in steps:
        now += wait
        new = at(str(left), band=Band.CRITICAL if left < 8 else Band.FAIR)
        motion.turn(view, new, now)
        view = new
        frame = motion.frame(now + later)
        assert frame.fill is not None
        assert -1e-9 <= frame.fill <= 1 + 1e-9
        assert frame.trail >= 0 and frame.fill + frame.trail <= 1 + 1e-9
        assert 0 <= frame.fresh <= frame.fill + 1e-9
    seen = 0
    while (change := motion.next_change(now)) is not None:
        assert change > now
        now, seen = change, seen + 1
        assert seen < 500
    end = motion.frame(now)
    assert end.fill == view.health
    assert (end.trail, end.fresh, end.floating, end.flash, end.dimmed) == (0.0, 0.0, None, None, False)


async def test_the_wheel_is_seen_after_the_longest_name_and_after_one_that_is_cut(pane: Open) -> None:
    board = changed(BOARD, "anthropic", label="A very long name that is cut", refreshing=True)
    for each in (changed(BOARD, "claude", refreshing=True), board):
        for width in (44, 80, 120):
            async with pane(width, 24, board=each) as (app, _):
                assert "⠋" in "".join(app.text().splitlines()[2:]), app.text()
