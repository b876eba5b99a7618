"""The share that goes unseen: learned robustly, trusted by how much it was seen to hold, never invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.drift import LEAST_SHARE, MOST_SHARE, NOTHING, PRIOR, Learned, Stretch, learn, too_wide
from tests.soak import rounds
from tests.unlogged import HABITS, lives, replay, share

DAY = 86_400
TEN = 10_000_000


def steady(*lost: float, seen: int = TEN, days: float = 2) -> list[Stretch]:
    """Stretches with the same spend seen, which lost so many times that."""
    return [Stretch(seen, round(one * seen), round(days * DAY)) for one in lost]


def wrong(stretches: list[Stretch], at: int, by: float) -> list[Stretch]:
    """The truth after the stretch of that index was mistyped: so much too high, or too low."""
    found, off = list(stretches), round(by * TEN)
    for index, sign in ((at, -1), (at + 1, 1)):
        if index < len(found):
            one = found[index]
            found[index] = Stretch(one.seen, one.lost + sign * off, one.seconds)
    return found


def test_nothing_is_learned_from_nothing() -> None:
    assert learn([]) == NOTHING
    assert (NOTHING.unseen(TEN), NOTHING.half_width(0, DAY)) == (0, None)


def test_one_pair_is_half_believed_and_many_that_agree_wholly() -> None:
    one, many = learn(steady(1.2)), learn(steady(*[1.2] * 11))
    assert one.share == pytest.approx(0.1) and one.pairs == 1
    assert many.share == pytest.approx(0.2, abs=0.01) and many.pairs == 11
    assert many.spread < one.spread


def test_the_more_the_stretches_disagree_the_less_they_are_believed() -> None:
    agreed, torn = learn(steady(1.28, 1.3, 1.32, 1.3)), learn(steady(1.0, 1.6, 1.1, 1.5))
    assert 0 < torn.share < agreed.share
    assert torn.spread > 2 * agreed.spread


def test_prices_that_are_too_high_make_a_share_below_nothing() -> None:
    assert learn(steady(*[0.8] * 8)).share == pytest.approx(-0.2, abs=0.02)


def test_without_spend_seen_there_is_no_share_only_a_rate_that_widens_the_band() -> None:
    taught = learn([Stretch(0, TEN, 2 * DAY)] * 3)
    assert (taught.share, taught.pairs, taught.unseen(TEN)) == (0, 0, 0)
    assert taught.rate == pytest.approx(TEN / 2 * 1.2)
    assert taught.half_width(0, DAY) == round(TEN / 2 * 1.2)


def test_use_that_hardly_any_log_tells_is_no_share_either() -> None:
    taught = learn(steady(*[MOST_SHARE + 2] * 5))
    assert taught.pairs == 0 and taught.rate is not None and taught.rate > 0


def test_only_the_latest_twelve_truths_count() -> None:
    assert learn(steady(*[2.0] * 20, *[1.2] * 11)) == learn(steady(*[1.2] * 11))


@pytest.mark.parametrize("off", [45, -4.0, 9, 1.5, -1.5])
@pytest.mark.parametrize("at", range(10))
def test_a_wrong_truth_that_was_not_undone_is_forgiven_once_a_right_one_followed(off: float, at: int) -> None:
    right = steady(1.2, 1.25, 1.3, 1.2, 1.25, 1.2, 1.3, 1.25, 1.2, 1.25, 1.2)[: at + 2]
    honest, spoilt = learn(right), learn(wrong(right, at, off))
    assert abs(spoilt.share - honest.share) < 0.11
    assert (spoilt.half_width(TEN, 2 * DAY) or 0) < 2 * (honest.half_width(TEN, 2 * DAY) or 0)


@pytest.mark.parametrize("off", [0.6, -0.6])
@pytest.mark.parametrize("at", range(3, 10))
def test_so_is_one_that_only_stands_against_all_others(off: float, at: int) -> None:
    right = steady(1.2, 1.25, 1.3, 1.2, 1.25, 1.2, 1.3, 1.25, 1.2, 1.25, 1.2)[: at + 2]
    honest, spoilt = learn(right), learn(wrong(right, at, off))
    assert abs(spoilt.share - honest.share) < 0.05
    assert (spoilt.half_width(TEN, 2 * DAY) or 0) < 2 * (honest.half_width(TEN, 2 * DAY) or 0)


@pytest.mark.parametrize("off", [0.6, -0.6])
def test_among_few_it_only_makes_the_share_doubtful(off: float) -> None:
    honest, spoilt = learn(steady(1.2, 1.25, 1.2)), learn(wrong(steady(1.2, 1.25, 1.2), 1, off))
    assert 0 < spoilt.share < honest.share
    assert (spoilt.half_width(TEN, 2 * DAY) or 0) > (honest.half_width(TEN, 2 * DAY) or 0)


def test_credit_that_nobody_booked_spoils_no_share() -> None:
    right = steady(1.2, 1.25, 1.3, 1.2, 1.25, 1.2)
    for at in range(6):
        spoilt = [Stretch(one.seen, one.lost - (3 * TEN if at == n else 0), one.seconds) for n, one in enumerate(right)]
        assert abs(learn(spoilt).share - learn(right).share) < 0.05


def test_a_correction_within_minutes_is_no_rate_of_a_whole_day() -> None:
    assert learn([Stretch(0, TEN, 60)]).rate == learn([Stretch(0, TEN, DAY)]).rate


def test_the_band_grows_with_spend_and_with_time() -> None:
    taught = Learned(0.2, 4, 0.1, rate=1_000_000.0)
    widths = [taught.half_width(*at) or 0 for at in ((0, 0), (0, DAY), (TEN, DAY), (TEN, 2 * DAY), (2 * TEN, 2 * DAY))]
    assert widths == sorted(set(widths)) and widths[0] == 0
    assert NOTHING.half_width(TEN, 0) == NOTHING.half_width(TEN, 99 * DAY) == round(1.6 * PRIOR * TEN)


def test_a_word_is_due_at_a_tenth_of_a_full_purse_or_a_fifth_of_what_is_left_and_never_for_a_trifle() -> None:
    assert too_wide(6 * 10**6, 40 * 10**6, 50 * 10**6) and not too_wide(4 * 10**6, 40 * 10**6, 50 * 10**6)
    assert too_wide(3 * 10**6, 10 * 10**6, 50 * 10**6), "a fifth of what is left"
    assert too_wide(3 * 10**6, -10 * 10**6, 50 * 10**6), "a debt is as uncertain"
    assert not too_wide(900_000, 10**6, 2 * 10**6)
    assert too_wide(9 * 10**6, 40 * 10**6, None)


stretches = st.lists(
    st.builds(Stretch, st.integers(0, 10**10), st.integers(-(10**10), 10**10), st.integers(0, 10**7)), max_size=15
)


@given(stretches, st.integers(0, 10**10))
def test_a_share_stays_plausible_whatever_was_told(told: list[Stretch], seen: int) -> None:
    taught = learn(told)
    assert LEAST_SHARE <= taught.share <= MOST_SHARE
    assert 0 <= taught.pairs <= 11 and (taught.pairs > 0 or taught.share == 0)
    assert taught.rate is None or taught.rate >= 0
    assert (taught.half_width(seen, DAY) or 0) >= 0


# Replayed lives: what was shown, against what was true


@pytest.mark.parametrize(("habit", "every"), [("calls", (2, 5)), ("calls", (1, 3)), ("sessions", (0.7, 2))])
def test_after_three_syncs_nine_of_ten_balances_are_within_five_percent(habit: str, every: tuple[float, float]) -> None:
    replayed = (one for life in lives(7, 40, habit, every=every) for one in replay(life, parts=(1.0,)))
    shown = [one for one in replayed if one.at_sync and one.syncs >= 3]
    assert len(shown) > 200
    assert share(shown) >= 0.9, "and at the fourth alone"
    assert share([one for one in shown if one.syncs == 3]) >= 0.9
    assert share(shown) > share(shown, "plain") + 0.02, "which is not so without a learned share"
    assert share(shown) > share(shown, "best") - 0.03, "nearly as often as where the share is known from the start"


@pytest.mark.parametrize("habit", HABITS)
def test_the_truth_lies_within_the_band_four_times_in_five(habit: str) -> None:
    shown = [one for life in lives(7, rounds(full=30, short=18), habit) for one in replay(life) if one.syncs > 1]
    assert 0.75 <= share(shown, "covered") <= 0.97
