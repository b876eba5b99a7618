from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.cadence import LONGEST_BACKOFF, AskState, backoff, decide, one_after_another
from creditsui.domain.problem import LASTING, Kind, Problem
from tests.domain.make import DAY, HOUR, MINUTE, NOW

INTERVAL = 5 * MINUTE


def state(ago: timedelta = MINUTE, **values: object) -> AskState:
    return AskState("a", attempted_at=NOW - ago, **values)  # type: ignore[arg-type]


def test_what_was_never_asked_is_due() -> None:
    assert decide(None, NOW, INTERVAL).due
    assert decide(AskState("a"), NOW, INTERVAL).due


def test_an_account_is_asked_once_an_interval() -> None:
    early = decide(state(4 * MINUTE), NOW, INTERVAL)
    assert (early.due, early.at) == (False, NOW + MINUTE)
    assert decide(state(INTERVAL), NOW, INTERVAL).due


def test_retry_after_holds_even_under_force() -> None:
    waiting = state(quiet_until=NOW + HOUR)
    for forced in (None, NOW):
        decision = decide(waiting, NOW, INTERVAL, forced_at=forced)
        assert (decision.due, decision.at) == (False, NOW + HOUR)
    assert decide(waiting, NOW + HOUR, INTERVAL, forced_at=NOW + HOUR).due


def test_another_key_ends_every_wait() -> None:
    waiting = state(quiet_until=NOW + HOUR, fingerprint="old", problem=Problem("rejected", "no"))
    assert decide(waiting, NOW, INTERVAL, fingerprint="new").due


def test_a_cool_down_far_in_the_future_is_a_broken_clock() -> None:
    assert decide(state(10 * MINUTE, quiet_until=NOW + 400 * DAY), NOW, INTERVAL).due


def test_many_forced_at_once_share_one_round() -> None:
    demanded = NOW - MINUTE
    asked_before, asked_since = state(2 * MINUTE), state(timedelta(seconds=30))
    assert decide(asked_before, NOW, INTERVAL, forced_at=demanded).due
    assert not decide(asked_since, NOW, INTERVAL, forced_at=demanded).due


def test_force_passes_over_back_off_and_lasting_problems() -> None:
    for kind in ("offline", "rejected"):
        failed = state(problem=Problem(kind, "no"), failures=9)
        assert not decide(failed, NOW, INTERVAL).due
        assert decide(failed, NOW, INTERVAL, forced_at=NOW).due


@pytest.mark.parametrize("kind", sorted(LASTING))
def test_a_lasting_problem_waits_for_another_key(kind: Kind) -> None:
    decision = decide(state(30 * DAY, problem=Problem(kind, "no")), NOW, INTERVAL)
    assert (decision.due, decision.at) == (False, None)


def test_a_retry_time_is_kept_to_the_second() -> None:
    failed = state(problem=Problem("limited", "slow down", retry_at=NOW + 2 * MINUTE), failures=1)
    assert decide(failed, NOW, INTERVAL).at == NOW + 2 * MINUTE
    assert decide(failed, NOW + 2 * MINUTE, INTERVAL).due


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=4000)))
def test_a_clock_set_back_wakes_rather_than_sleeps(jump: timedelta) -> None:
    assert decide(state(-jump), NOW, INTERVAL).due


@given(st.integers(0, 10_000), st.integers(1, 1440).map(lambda minutes: timedelta(minutes=minutes)))
def test_back_off_grows_within_bounds(failures: int, interval: timedelta) -> None:
    wait = backoff(failures, interval)
    assert timedelta(seconds=30) <= wait <= max(interval, LONGEST_BACKOFF)
    assert wait <= backoff(failures + 1, interval)


def test_back_off_doubles_from_half_a_minute() -> None:
    waits = [backoff(failures, INTERVAL).total_seconds() for failures in range(1, 8)]
    assert waits == [30, 60, 120, 240, 480, 900, 900]


@given(
    st.timedeltas(timedelta(days=-2), timedelta(days=2)),
    st.integers(0, 20),
    st.none() | st.timedeltas(timedelta(days=-2), timedelta(days=2)),
    st.none() | st.sampled_from(["offline", "limited", "rejected"]),
)
def test_a_decision_not_due_names_a_time_to_come_or_none(
    ago: timedelta, failures: int, quiet: timedelta | None, kind: Kind | None
) -> None:
    quiet_until: datetime | None = None if quiet is None else NOW + quiet
    problem = None if kind is None else Problem(kind, "no")
    decision = decide(state(ago, failures=failures, quiet_until=quiet_until, problem=problem), NOW, INTERVAL)
    assert decision.due or decision.at is None or decision.at > NOW


def test_of_providers_that_wait_for_each_other_none_is_asked_within_two_seconds_of_another() -> None:
    waits = one_after_another(["b", "a", "b", "c"], timedelta(seconds=1))
    assert waits == {"b": timedelta(seconds=1), "a": timedelta(seconds=3), "c": timedelta(seconds=5)}
    assert one_after_another([], timedelta(0)) == {}
