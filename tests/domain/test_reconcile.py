from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.board import Drift
from creditsui.domain.drift import STRETCHES
from creditsui.domain.entry import Entry, standing
from creditsui.domain.money import Money
from creditsui.domain.reading import Certainty, Recorded
from creditsui.domain.reconcile import Carried, Gaps, carry, drift, expected, gaps, histories, learned
from creditsui.domain.usage import Usage
from tests.domain.make import DAY, HOUR, MINUTE, NOW, ago, call, cny, entry, history, told, usd


def carried(readings: list[Recorded], entries: list[Entry], usage: list[Usage] | None = None) -> Carried:
    found = carry(history(readings, standing(entries), usage or []), NOW)
    assert found is not None
    return found


def left(*entries: Entry) -> Money:
    return carried([], list(entries)).remaining


def test_sync_topup_undo_redo_is_45_65_45_65() -> None:
    sync, topup = entry(1, "sync", 45, ago(minutes=3)), entry(2, "topup", 20, ago(minutes=2))
    undo, redo = entry(3, "undo", None, ago(minutes=1), undoes=2), entry(4, "undo", None, NOW, undoes=3)
    assert left(sync) == usd(45)
    assert left(sync, topup) == usd(65)
    assert left(sync, topup, undo) == usd(45)
    assert left(sync, topup, undo, redo) == usd(65)


def test_entries_of_one_instant_count_in_the_order_of_their_numbers() -> None:
    assert left(entry(1, "sync", 45), entry(2, "topup", 20)) == usd(65)
    assert left(entry(1, "topup", 20), entry(2, "sync", 45)) == usd(45)
    assert carried([told(NOW, 45)], [entry(1, "topup", 20)]).remaining == usd(65)


def test_what_is_spent_and_adjusted_after_the_anchor_counts_and_nothing_before_it() -> None:
    entries = [
        entry(1, "topup", 99, ago(3)),
        entry(2, "sync", 45, ago(2)),
        entry(3, "adjust", "-1.25", ago(1)),
    ]
    calls = [call(ago(2.5), 10), call(ago(1.5), "0.75"), call(ago(0.5), "3"), call(ago(0.4), cny(5))]
    assert carried([], entries, calls).remaining == usd("40")


def test_debt_stays_debt() -> None:
    assert left(entry(1, "sync", "-3.20")) == usd("-3.20")
    assert carried([], [entry(1, "sync", 1, ago(1))], [call(ago(0.5), 4)]).remaining == usd(-3)


def test_nobody_said_anything() -> None:
    assert carry(history(), NOW) is None
    assert carry(history([], [entry(1, "topup", 20)], [call(NOW, 1)]), NOW) is None


def test_the_latest_anchor_counts_whoever_said_it() -> None:
    live = told(ago(2), 40, until=ago(1))
    by_user = carried([live], [entry(1, "sync", 30, ago(0.5))])
    assert (by_user.remaining, by_user.by_user, by_user.at) == (usd(30), True, ago(0.5))
    by_provider = carried([live], [entry(1, "sync", 30, ago(3))])
    assert (by_provider.remaining, by_provider.by_user, by_provider.at) == (usd(40), False, ago(1))
    # The provider said 40 before the sync and after it.
    assert carried([live], [entry(1, "sync", 30, ago(1.5))]).remaining == usd(40)


# Certainty


def test_live_until_something_was_booked_or_spent() -> None:
    live = [told(ago(minutes=9), 40)]
    assert carried(live, []).certainty is Certainty.LIVE
    assert carried(live, [], [call(ago(minutes=10), 1)]).certainty is Certainty.LIVE
    assert carried(live, [], [call(ago(minutes=1), 1)]).certainty is Certainty.ESTIMATED
    assert carried(live, [entry(1, "topup", 5)]).certainty is Certainty.ESTIMATED
    assert carried(live, []).error == usd(0)


def test_a_sync_holds_for_an_hour_without_spend() -> None:
    assert carried([], [entry(1, "sync", 45, ago(minutes=59))]).certainty is Certainty.SYNCED
    assert carried([], [entry(1, "sync", 45, ago(minutes=60))]).certainty is Certainty.ESTIMATED
    fresh = [entry(1, "sync", 45, ago(minutes=5))]
    assert carried([], [*fresh, entry(2, "topup", 20)]).certainty is Certainty.SYNCED
    assert carried([], fresh, [call(ago(minutes=1), "0.01")]).certainty is Certainty.ESTIMATED
    unpriced = carry(history([], fresh, unpriced_at=ago(minutes=1)), NOW)
    assert unpriced is not None and unpriced.certainty is Certainty.ESTIMATED


# Drift and the band it teaches


def missed(found: Drift | None) -> tuple[Money, datetime] | None:
    return None if found is None else (found.amount, found.since)


def test_the_first_sync_shows_no_drift() -> None:
    assert drift(history([], [entry(1, "sync", 45)])) is None
    often = [told(ago(hours=2), 45, until=ago(hours=1)), told(ago(minutes=55), 40)]
    assert drift(history(often)) is None, "somebody who is asked every few minutes misses nothing"


def test_drift_is_what_the_ledger_did_not_see() -> None:
    entries = [entry(1, "sync", 45, ago(4)), entry(2, "sync", 40, ago(2))]
    assert missed(drift(history([], entries, [call(ago(3), "4.69")]))) == (usd("0.31"), ago(4))
    assert missed(drift(history([], entries, [call(ago(3), "6")]))) == (usd("-1"), ago(4))
    assert missed(drift(history([told(ago(5), 45, until=ago(4.5))], entries[1:]))) == (usd(5), ago(4.5))


def test_a_top_up_between_two_syncs_is_no_negative_spend() -> None:
    entries = [entry(1, "sync", 45, ago(4)), entry(2, "topup", 20, ago(3)), entry(3, "sync", 62, ago(2))]
    assert missed(drift(history([], entries))) == (usd(3), ago(4))
    assert missed(drift(history([], [*entries, entry(4, "topup", 100, ago(1))]))) == (usd(3), ago(4))


def test_drift_is_against_what_was_shown_before_the_truth_came() -> None:
    entries = [entry(1, "sync", 50, ago(6)), entry(2, "sync", 38, ago(4)), entry(3, "sync", 26, ago(2))]
    found = drift(history([], entries, [call(ago(5), 10), call(ago(3), 10), call(ago(1), 10)]))
    # The first pair taught 20 %, of which half is believed: 38 − 10 − 1 was shown.
    assert found is not None and (found.expected, found.reported, found.amount) == (usd(27), usd(26), usd(1))
    assert found.pairs == 2 and found.share is not None and 0.1 < found.share < 0.2, "by what is known now"


def test_what_usually_goes_unseen_is_taken_off_beside_what_was_seen() -> None:
    entries = [entry(number, "sync", 100 - 12 * number, ago(10 - number)) for number in range(1, 9)]
    calls = [call(ago(9.5 - number), 10) for number in range(1, 10)]
    found = carried([], entries, calls)
    basis = found.basis
    assert (basis.anchor, basis.seen) == (usd(4), usd(20)) and basis.share is not None
    assert found.remaining == basis.anchor + basis.credited - basis.seen - basis.unseen
    assert 0.17 < basis.share <= 0.2 and basis.unseen == Money(round(basis.share * 20_000_000), "USD")


def test_what_was_learned_before_more_was_booked_is_not_learned_after_it() -> None:
    entries = [entry(1, "sync", usd(50), ago(9)), entry(2, "sync", usd(40), ago(2))]
    calls = [call(ago(5), 6)]
    bare = history((), entries, calls)
    assert learned(bare).share == pytest.approx(4 / 6, abs=0.4)
    more = bare.with_credits([(ago(4), 3, 2_000_000)])
    assert learned(more) == learned(history((), [*entries, entry(3, "topup", usd(2), ago(4))], calls)) != learned(bare)


def test_a_later_truth_never_changes_what_was_shown_before_it() -> None:
    entries = [entry(number, "sync", 100 - 12 * number, ago(10 - number)) for number in range(1, 9)]
    calls = [call(ago(9.5 - number), 10) for number in range(1, 10)]
    for count in range(1, 8):
        before, after = history([], entries[:count], calls), history([], entries, calls)
        at = entries[count].at - MINUTE
        assert expected(before, at, 99) == expected(after, at, 99)


def test_credit_that_comes_in_or_expires_between_two_truths_teaches_no_share() -> None:
    plain = [entry(1, "sync", 50, ago(6)), entry(4, "sync", 38, ago(2))]
    booked = [plain[0], entry(2, "topup", 20, ago(5)), entry(3, "adjust", -20, ago(4)), plain[1]]
    calls = [call(ago(3), 10), call(ago(1), 10)]
    assert carried([], booked, calls) == carried([], plain, calls)


def test_a_gap_in_which_a_provider_could_not_be_asked_teaches_too() -> None:
    gaps = [told(ago(9), 50, until=ago(8)), told(ago(7), 38, until=ago(6)), told(ago(5), 26, until=ago(4))]
    found = carried(gaps, [], [call(ago(7.5), 10), call(ago(5.5), 10), call(ago(1), 10)])
    assert found.basis.pairs == 2 and found.basis.unseen > usd(1) and found.remaining < usd(15)
    steady = [told(ago(hours=9 - n / 2), 50 - 2 * n, until=ago(hours=8.6 - n / 2)) for n in range(9)]
    assert carried(steady, [], [call(ago(hours=6), 1)]).basis.pairs == 0


def test_a_rise_nobody_booked_while_a_provider_could_not_be_asked_teaches_nothing() -> None:
    gap = [told(ago(9), 10, until=ago(8)), told(ago(7), 60, until=ago(6))]
    found = carried(gap, [], [call(ago(7.5), 5), call(ago(1), 10)])
    assert (found.basis.pairs, found.remaining) == (0, usd(50))
    assert drift(history(gap, [], [call(ago(7.5), 5)])) is None, "and is no spend that the ledger saw too much of"


# The band


def test_what_nothing_is_known_of_has_no_band() -> None:
    first = [entry(1, "sync", 45, ago(10))]
    assert carried([], first).error is None
    assert carried([], first, [call(ago(1), 10)]).error == usd("4.00"), "a stated share of what was seen"


def test_the_band_grows_with_days_by_what_went_unseen_before_and_is_not_subtracted() -> None:
    first = [entry(1, "sync", 45, ago(10)), entry(2, "sync", 41, ago(6))]
    found = carried([], first)
    assert (found.remaining, found.error) == (usd(41), usd("7.20"))  # a dollar a day, and a fifth more
    assert carried([], [*first, entry(3, "sync", 41)]).error == usd(0), "and shrinks to nothing at the next truth"


def test_the_band_grows_with_what_is_seen_to_be_spent() -> None:
    entries = [entry(number, "sync", 100 - 12 * number, ago(10 - number)) for number in range(1, 5)]
    calls = [call(ago(9.5 - number), 10) for number in range(1, 4)]
    little, much = (carried([], entries, [*calls, call(ago(5), cost)]).error for cost in (1, 10))
    assert little is not None and much is not None and usd(0) < little < much


def test_a_corrected_typing_error_does_not_widen_the_band_for_ever() -> None:
    entries = [entry(1, "sync", 54, ago(2)), entry(2, "sync", 45, ago(2) + MINUTE)]
    assert carried([], entries) == carried([], entries[1:])


# Slips of the finger


def slip(wrong: float, right: float, *more: Entry, minutes: float = 2) -> bool:
    """Whether it is as if the wrong sync had never been, for balance, drift and what was lost."""
    first, calls = entry(1, "sync", 45, ago(3)), [call(ago(2), "0.50")]
    second, third = entry(2, "sync", wrong, ago(1)), entry(9, "sync", right, ago(1) + minutes * MINUTE)
    return history([], [first, second, *more, third], calls) == history([], [first, *more, third], calls)


def test_a_sync_that_another_puts_right_at_once_is_no_truth() -> None:
    assert slip(450, 44) and slip(4.4, 44) and slip(54, 44)


def test_credit_that_came_in_between_two_syncs_is_no_slip() -> None:
    assert not slip(5, 45), "higher than was known: somebody paid"
    assert not slip(5, 44, entry(3, "topup", 39, ago(1) + MINUTE)), "or booked it"


def test_an_empty_purse_and_a_steady_fall_are_no_slips() -> None:
    assert not slip(0, 44)
    assert not slip(43, 42) and not slip(44.2, 44)


def test_what_is_put_right_hours_later_stays_a_truth_and_teaches_nothing() -> None:
    assert not slip(450, 44, minutes=60)
    entries = [entry(1, "sync", 50, ago(9)), entry(2, "sync", 440, ago(7)), entry(3, "sync", 26, ago(5))]
    calls = [call(ago(8), 10), call(ago(6), 10), call(ago(1), 10)]
    straight = carried([], [entries[0], entries[2]], calls)
    found = carried([], entries, calls)
    assert (found.remaining, found.error, found.basis) == (straight.remaining, straight.error, straight.basis)


# Currencies


def test_each_currency_is_carried_by_itself() -> None:
    readings = [told(ago(1), cny(70), usd(5))]
    found = histories(readings, [entry(1, "sync", usd(4), ago(0.5)), entry(2, "topup", cny(10), ago(0.2))], [])
    now = {currency: carry(one, NOW) for currency, one in found.items()}
    assert list(now) == ["CNY", "USD"]
    assert now["CNY"] is not None and now["CNY"].remaining == cny(80)
    assert now["USD"] is not None and (now["USD"].remaining, now["USD"].by_user) == (usd(4), True)


def test_a_currency_the_provider_no_longer_lists_is_gone() -> None:
    found = histories([told(ago(2), cny(70), usd(5)), told(ago(1), cny(60))], [], [])
    assert {currency for currency, one in found.items() if one.anchors} == {"CNY"}


def test_a_reading_without_a_balance_keeps_the_last_one() -> None:
    found = carry(history([told(ago(2), 40, until=ago(1)), told(NOW)]), NOW)
    assert found is not None and (found.remaining, found.at) == (usd(40), ago(1))


# By property

amounts = st.integers(-(10**9), 10**9).map(lambda micros: Money(micros, "USD"))
offsets = st.integers(0, 10**6).map(lambda seconds: NOW - timedelta(seconds=seconds))
books = st.lists(st.tuples(st.sampled_from(["sync", "topup", "adjust"]), amounts, offsets), max_size=12).map(
    lambda rows: [entry(number, type, amount, at) for number, (type, amount, at) in enumerate(rows, 1)]  # type: ignore[arg-type]
)
calls_made = st.lists(st.tuples(offsets, st.integers(0, 10**8)), max_size=12).map(
    lambda rows: [call(at, Money(micros, "USD")) for at, micros in rows]
)


@given(books, calls_made)
def test_the_balance_is_the_last_sync_and_the_sum_of_what_came_after(entries: list[Entry], usage: list[Usage]) -> None:
    found = carry(history([], standing(entries), usage), NOW)
    syncs = [one for one in standing(entries) if one.type == "sync"]
    if not syncs:
        assert found is None
        return
    last = syncs[-1]
    later = [one for one in entries if one.type != "sync" and (one.at, one.number) > (last.at, last.number)]
    micros = last.amount.micros if last.amount else 0
    micros += sum(one.amount.micros for one in later if one.amount)
    micros -= sum(row.cost.micros for row in usage if row.cost and row.at > last.at)
    assert found is not None and found.remaining + found.basis.unseen == Money(micros, "USD")
    assert found.error is None or found.error.micros >= 0


@given(books, calls_made, st.integers(0, 10**9))
def test_an_undone_entry_leaves_no_trace(entries: list[Entry], usage: list[Usage], micros: int) -> None:
    number = len(entries) + 1
    booked = entry(number, "topup", Money(micros, "USD"), NOW - DAY)
    undone = [*entries, booked, entry(number + 1, "undo", None, undoes=number)]
    assert carry(history([], standing(undone), usage), NOW) == carry(history([], standing(entries), usage), NOW)


@given(books, calls_made)
def test_what_is_expected_now_is_what_is_carried(entries: list[Entry], usage: list[Usage]) -> None:
    one = history([], standing(entries), usage)
    found = carry(one, NOW)
    assert expected(one, NOW, 10**6) == (None if found is None else found.remaining.micros)


@pytest.mark.parametrize("seed", range(6))
def test_gaps_that_are_remembered_as_readings_grow_are_those_that_are_looked_for_anew(seed: int) -> None:
    random, held, rows = Random(seed), Gaps(), [told(NOW - 90 * DAY, 1)]
    for _step in range(400):
        if random.random() < 0.3:  # confirmed again
            rows[-1] = replace(rows[-1], until=rows[-1].until + MINUTE * 20)
        for _more in range(random.choice([0, 1, 1, 9])):
            after = HOUR * (2 if random.random() < 0.03 + 0.5 * (seed == 1) else 0.2)
            rows.append(told(rows[-1].until + after, random.random()))
        if random.random() < 0.02:  # other ones came in
            rows = [replace(row) for row in rows[::2]]
        plain = [(b.reading.at, a.until) for a, b in pairwise(rows[-2000:]) if b.reading.at - a.until > HOUR]
        assert held.latest(rows) == gaps(rows) == [one for pair in plain[: -STRETCHES - 1 : -1] for one in pair]
