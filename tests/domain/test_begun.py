"""What the last board had begun: going on with it tells the same, to the micro-unit, as beginning anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from creditsui.domain.before import Forgotten
from creditsui.domain.begun import Trail
from creditsui.domain.facts import Facts, Purse, purse
from creditsui.domain.observe import calendar
from creditsui.domain.reading import Reading, Recorded
from creditsui.domain.spend import summary
from tests.domain.make import DAY, HOUR, MINUTE, NOW, call, entry, usd
from tests.domain.make import told as row_of
from tests.domain.test_past import ZONES, fast, folded, life
from tests.soak import rounds

Change = Callable[[Facts, datetime, Random], Facts]


def _nothing(facts: Facts, now: datetime, random: Random) -> Facts:
    return facts


def _other_balance(facts: Facts, now: datetime, random: Random) -> Facts:
    """One of the last days, told otherwise."""
    if not facts.readings:
        return facts
    rows = list(facts.readings)
    at = random.randrange(max(0, len(rows) - 120), len(rows))
    moved = [replace(one, remaining=one.remaining + usd(random.choice([0.01, 5, -3])))
             if one.remaining.currency == "USD" else one for one in rows[at].reading.balances]  # fmt: skip
    rows[at] = Recorded(replace(rows[at].reading, balances=tuple(moved)), rows[at].until)
    return replace(facts, readings=rows)


def _without_a_reading(facts: Facts, now: datetime, random: Random) -> Facts:
    rows = list(facts.readings)
    if len(rows) > 1:
        del rows[random.randrange(max(0, len(rows) - 60), len(rows))]
    return replace(facts, readings=rows)


def _late_call(facts: Facts, now: datetime, random: Random) -> Facts:
    late = call(now - random.random() ** 3 * 20 * DAY, round(random.random() * 3, 6), model="late")
    return replace(facts, usage=sorted([*facts.usage, late], key=lambda one: one.at))


def _without_a_call(facts: Facts, now: datetime, random: Random) -> Facts:
    rows = list(facts.usage)
    if rows:
        del rows[random.randrange(len(rows))]
    return replace(facts, usage=rows)


def _booking(facts: Facts, now: datetime, random: Random) -> Facts:
    at = now - random.random() ** 2 * 4 * DAY
    kind = random.choice(["sync", "sync", "topup", "topup", "adjust"])
    expires = (at + random.randrange(4) * DAY).date() if kind == "topup" and random.random() < 0.5 else None
    one = entry(900 + len(facts.entries), kind, usd(random.choice([5, 20, 40])), at, expires=expires)  # type: ignore[arg-type]
    return replace(facts, entries=tuple(sorted([*facts.entries, one], key=lambda one: (one.at, one.number))))


def _mistyped(facts: Facts, now: datetime, random: Random) -> Facts:
    """A sync that was put right within minutes."""
    at, count = now - random.random() * 3 * DAY, len(facts.entries)
    both = [entry(950 + count, "sync", usd(300), at), entry(951 + count, "sync", usd(30), at + 3 * MINUTE)]
    return replace(facts, entries=tuple(sorted([*facts.entries, *both], key=lambda one: (one.at, one.number))))


def _undone(facts: Facts, now: datetime, random: Random) -> Facts:
    if not facts.entries:
        return facts
    gone = random.choice(facts.entries[-6:])
    return replace(facts, entries=tuple(one for one in facts.entries if one is not gone))


def _filled_late(facts: Facts, now: datetime, random: Random) -> Facts:
    """A rise to which a top-up belongs that was booked hours before or after."""
    rows = list(facts.readings)
    if not rows or not rows[-1].reading.balances:
        return facts
    balances = tuple(replace(one, remaining=one.remaining + usd(40)) if one.remaining.currency == "USD" else one
                     for one in rows[-1].reading.balances)  # fmt: skip
    rows.append(Recorded(Reading(at=max(now, rows[-1].until), balances=balances), max(now, rows[-1].until)))
    booked = entry(980 + len(facts.entries), "topup", usd(40), now - random.random() * 30 * HOUR)
    entries = sorted([*facts.entries, booked], key=lambda one: (one.at, one.number))
    return replace(facts, readings=rows, entries=tuple(entries))


CHANGES: list[Change] = [
    _other_balance, _without_a_reading, _late_call, _without_a_call, _booking, _mistyped, _undone, _filled_late,
]  # fmt: skip


def told(money: Purse, facts: Facts, now: datetime, zone: object) -> list[object]:
    """All that a board asks of it."""
    month = calendar(now, zone, 40)  # type: ignore[arg-type]
    return [
        money,
        *(held.gone for held in money.stocks.values()),
        *(summary(money.spent_in(code, facts.semantics, month)) for code in money.stocks),
        *(history.turns for history in money.histories.values()),
        *(dict(history.rises) for history in money.histories.values()),
        *(history.sums for history in money.histories.values()),
    ]


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(rounds(full=300, short=30)))
def test_whatever_changes_a_board_that_goes_on_tells_what_one_that_begins_anew_tells(seed: int) -> None:
    it, zone, random = life(seed, days=60), ZONES[seed % len(ZONES)], Random(seed)
    now = NOW - random.random() * 2 * DAY
    seen, past = folded(it.until(now), now, zone)
    if past is None:
        pytest.skip("there is no place to cut")
    trail, changes, went_on = Trail(), [], 0
    for _board in range(14):
        facts = it.until(now)
        for change, own in changes:
            facts = change(facts, own, Random(own.timestamp()))
        facts, days, before = fast(facts, seen, past, zone), calendar(now, zone), trail.begun
        try:
            plain = told(purse(facts, days, zone), facts, now, zone)
        except Forgotten:
            with pytest.raises(Forgotten):
                purse(facts, days, zone, trail)
            changes.pop()
            continue
        assert told(purse(facts, days, zone, trail), facts, now, zone) == plain
        went_on += before is not None and trail.begun is before
        now += random.choice([5 * MINUTE, 5 * MINUTE, HOUR, 9 * HOUR])
        if random.random() < 0.5:
            changes.append((random.choice(CHANGES), now - timedelta(microseconds=len(changes))))
    assert went_on


def test_a_changed_reading_call_or_booking_is_never_taken_for_what_was_begun() -> None:
    """Each change for itself, one board after the one before."""
    it, zone = life(11), ZONES[1]
    seen, past = folded(it.until(NOW), NOW, zone)
    assert past is not None
    for change in CHANGES:
        for seed in range(6):
            trail, facts = Trail(), it.until(NOW)
            days = calendar(NOW, zone)
            purse(fast(facts, seen, past, zone), days, zone, trail)
            other = fast(change(facts, NOW - 6 * HOUR, Random(seed)), seen, past, zone)
            assert told(purse(other, days, zone, trail), other, NOW, zone) == told(
                purse(other, days, zone), other, NOW, zone
            ), change.__name__


def test_what_was_booked_before_and_only_shows_now_is_told_at_once() -> None:
    """Credit that a provider takes off a day late, and a top-up that the balance shows hours after it was booked."""
    zone, morning = ZONES[0], NOW.replace(hour=0, minute=0) + 7 * HOUR
    entries = (
        entry(1, "topup", usd(40), morning - 20 * DAY, expires=(morning - DAY).date()),
        entry(2, "topup", usd(30), morning - 10 * HOUR),
    )
    ended, filled, left, at, rows = morning + 3 * HOUR, morning + 5 * HOUR, 500.0, morning - 60 * DAY, []
    while at < morning + 8 * HOUR:
        left += {ended: -39, filled: 30, morning - 20 * DAY: 40}.get(at, -0.01)
        rows.append(row_of(at, usd(round(left, 2))))
        at += timedelta(minutes=30)
    facts = Facts(account=life(11).account, readings=rows, entries=entries)

    def at_hour(hour: int) -> Facts:
        until = morning + hour * HOUR
        return replace(facts, readings=[row for row in rows if row.reading.at <= until])

    seen, past = folded(at_hour(0), morning, zone)
    assert past is not None
    trail, begun, expired = Trail(), set(), []
    for hour in range(8):
        now, known = morning + hour * HOUR, fast(at_hour(hour), seen, past, zone)
        money = purse(known, calendar(now, zone), zone, trail)
        assert told(money, known, now, zone) == told(purse(known, calendar(now, zone), zone), known, now, zone), hour
        begun.add(id(trail.begun))
        expired.append(sum(one.amount.micros for one in money.stocks["USD"].expired))
    assert len(begun) == 1
    assert expired[0] == 0 < expired[-1]


def test_a_reading_that_comes_in_between_what_was_begun_and_what_follows_counts() -> None:
    it, zone, days = life(11), ZONES[1], calendar(NOW, ZONES[1])
    seen, past = folded(it.until(NOW), NOW, zone)
    assert past is not None
    bare = it.until(NOW)
    before = [row for row in bare.readings if row.until < days.edges[-2]][-1]
    late, sync = before.until + MINUTE, before.until + 2 * MINUTE
    entries = tuple(sorted([*bare.entries, entry(999, "sync", usd(4), sync)], key=lambda one: (one.at, one.number)))
    trail, facts = Trail(), fast(replace(bare, entries=entries), seen, past, zone)
    purse(facts, days, zone, trail)
    assert trail.begun is not None and trail.begun.told[-1].until <= before.until < sync < trail.begun.until
    other = replace(facts, told=sorted([*facts.told, row_of(late, usd(1))], key=lambda row: row.reading.at))
    assert told(purse(other, days, zone, trail), other, NOW, zone) == told(purse(other, days, zone), other, NOW, zone)
