"""Folding what is long past into a few figures, so that a board looks at the last weeks only and tells the same.

A history may begin with any anchor before which nothing reaches over to what came after it: no rise of a balance with a
top-up that may belong to it on the other side, no credit that ends the day after, nothing booked while the balance
stood. Everything before it is then walked once, by the very rules that walk the rest, and what they ask of it is kept.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice, pairwise

from creditsui.domain.before import Before, Known, Past, Place
from creditsui.domain.drift import STRETCHES, Stretch
from creditsui.domain.entry import Entry
from creditsui.domain.facts import Facts, Purse
from creditsui.domain.lot import EARLY, LATE, Stock, end_of, stock, topups
from creditsui.domain.money import MICRO
from creditsui.domain.observe import tallied
from creditsui.domain.reading import Recorded
from creditsui.domain.reconcile import LAST, Anchor, Credit, History, drift, expected, first_after, histories, stretches
from creditsui.domain.spend import counter_of, reported_in
from creditsui.domain.usage import Usage

DAYS = 33
"""What is younger is always looked at: the longest month of a budget, and what a jump looks back."""
_DAY = timedelta(days=1)
_SETTLED = LATE + 2 * _DAY
"""After the end of a credit nothing more is learned of when it left the balance."""
_REACH = 40 * _DAY
"""How far before that day a history may begin."""
_TICK = timedelta(microseconds=1)
_NOTABLE = MICRO // 2
"""A rise that may be credit, whatever was booked."""


def until(now: datetime) -> datetime:
    """The day of UTC before which calls can be folded."""
    return (now - DAYS * _DAY).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def known(money: Purse, now: datetime) -> Known:
    """When balances lost what had expired, as far as that is settled."""
    edge = now - _SETTLED
    return Known(
        edge, {code: {key: at for key, at in held.gone.items() if key[0] < edge} for code, held in money.stocks.items()}
    )


def fold(facts: Facts, money: Purse, now: datetime, zone: tzinfo) -> Past | None:
    """What came before the day `until(now)`, of facts without a past; None where there is no place to cut."""
    end = until(now)
    told = facts.told or facts.readings
    codes = _codes(facts, money, told)
    if codes is None or not _goes_on(told, end):
        return None
    used = money.used
    raw = histories(told, facts.entries, used.priced, used.unpriced_at, slips=True)
    bare = histories(told, facts.entries, used.priced, used.unpriced_at)
    balances: dict[str, Before] = {}
    counters: dict[str, Before] = {}
    for code in codes:
        whole = money.history(code)
        booked = topups(facts.entries, code)
        plain = bare.get(code, whole)
        place = _place(plain, whole, _ends(booked, zone), end)
        if place is None:
            return None
        stocked = stock(plain, booked, now, zone, facts.known, until=place)
        before = _before(whole, place)
        balances[code] = replace(
            before,
            mistaken=_taught(raw.get(code, whole), place),
            lots=stocked.opened,
            expired=stocked.expired,
            over=_over(stocked, place),
            **_filled(whole, booked, place),  # type: ignore[arg-type]
        )
        counter = counter_of(whole, told)
        if counter.anchors:
            counters[code] = _before(counter, _last(counter.anchors, end))
    everything = [*balances.values(), *counters.values()]
    begin = min((one.place[0] for one in everything), default=end - _TICK)
    edge = now - _SETTLED
    live = {balance.remaining.currency for row in told for balance in row.reading.balances}
    calls = [row for row in used.priced if row.at < end]
    return Past(
        account=facts.account,
        until=end,
        begin=begin,
        known=edge,
        entries=tuple(entry for entry in facts.entries if entry.at <= edge),
        balances=balances,
        counters=counters,
        told=frozenset(live),
        listed=frozenset(code for code in live if code in bare and _listed(code, told, facts.entries)),
        syncs=_order(entry.amount.currency for entry in facts.entries if entry.type == "sync" and entry.amount),
        credits=_order(
            entry.amount.currency for entry in facts.entries if entry.type in ("topup", "adjust") and entry.amount
        ),
        calls=_order(row.cost.currency for row in calls if row.cost is not None),
        rest=tuple(row for row in calls if row.at > begin),
        unpriced_at=max((row.at for row in facts.usage if row.at < end and _priceless(row)), default=None),
    )


def holds(past: Past, facts: Facts) -> bool:
    """Whether what was folded is still the past of these facts; of calls and readings others know."""
    told = facts.told or facts.readings
    entries = facts.entries[: bisect_right(facts.entries, past.known, key=lambda entry: entry.at)]
    return (
        past.account == facts.account
        and past.entries == entries
        and past.listed == {code for code in past.told if _listed(code, told, facts.entries)}
    )


def _priceless(row: Usage) -> bool:
    return row.billing == "metered" and row.cost is None


def _order(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _codes(facts: Facts, money: Purse, told: Sequence[Recorded]) -> list[str] | None:
    found = [*money.stocks, facts.account.currency]
    if facts.account.budget is not None:
        found.append(facts.account.budget.amount.currency)
    for row in told:
        report = row.reading.spend
        if report is not None and (code := reported_in(report)):
            found.append(code)
    return list(dict.fromkeys(found))


def _goes_on(told: Sequence[Recorded], end: datetime) -> bool:
    """Whether whatever kind of thing a provider told before, it told later too: the latest of each is looked for."""
    for of in (_has_balances, _report):
        kinds = {of(row) for row in told} - {None}
        later = {of(row) for row in told[bisect_left(told, end, key=lambda row: row.reading.at) :]}
        if not kinds <= later:
            return False
    return True


def _has_balances(row: Recorded) -> str | None:
    return "balances" if row.reading.balances else None


def _report(row: Recorded) -> str | None:
    return reported_in(row.reading.spend) if row.reading.spend is not None else None


def _listed(code: str, told: Sequence[Recorded], entries: Sequence[Entry]) -> bool:
    """Whether the balances that a provider told in a currency count: it still does, or the user vouches for it."""
    last = next((row.reading.balances for row in reversed(told) if row.reading.balances), ())
    return any(balance.remaining.currency == code for balance in last) or any(
        entry.type == "sync" and entry.amount is not None and entry.amount.currency == code for entry in entries
    )


def _ends(booked: Sequence[Entry], zone: tzinfo) -> list[datetime]:
    return sorted(
        {end_of(entry.expires_at, zone) for entry in booked if entry.expires_at and entry.expires_at.year < 9999}
    )


def _place(plain: History, whole: History, ends: Sequence[datetime], end: datetime) -> Place | None:
    """Where a history may begin, as late as possible before `end`; None where nowhere. `plain` is without what
    expired."""
    rises = _rises(plain)
    index = bisect_left(whole.anchors, end, key=lambda anchor: anchor[0]) - 1
    if index < 0:
        place = _last(whole.anchors, end)
        return place if _apart(rises, place, ends) else None
    while index >= 0 and whole.anchors[index][0] >= end - _REACH:
        start, over, _, number = whole.anchors[index]
        low = bisect_right(whole.credits, (start, number, LAST))
        stood = low < len(whole.credits) and whole.credits[low][0] <= over
        if not stood and _apart(rises, (start, number), ends):
            return start, number
        index -= 1
    return None


def _last(anchors: Sequence[Anchor], end: datetime) -> Place:
    """The last anchor before `end`; without one, the last place."""
    index = bisect_left(anchors, end, key=lambda anchor: anchor[0]) - 1
    return (anchors[index][0], anchors[index][3]) if index >= 0 else (end - _TICK, LAST)


def _apart(
    rises: Sequence[tuple[datetime, datetime, Sequence[Credit]]], place: Place, ends: Sequence[datetime]
) -> bool:
    at = place[0]
    near = bisect_left(ends, at)
    if near < len(ends) and ends[near] <= at + EARLY:
        return False
    for before, start, credits in rises:
        if credits[-1][0] < at and start <= at:
            continue
        if credits[0][0] > at and before >= at:
            continue
        return False
    return True


def _rises(history: History) -> list[tuple[datetime, datetime, Sequence[Credit]]]:
    """Between which two anchors a balance rose that a provider told, and what was booked near."""
    credits = [credit for credit in history.credits if credit[2] > 0]
    least = min([_NOTABLE, *(micros // 2 for _, _, micros in credits)])
    found: list[tuple[datetime, datetime, Sequence[Credit]]] = []
    for (before, _, was, one), (start, _, level, other) in pairwise(history.anchors):
        if level - was >= least and one == other == 0 and level > was:
            low = bisect_left(credits, (before - _DAY, 0, 0))
            high = bisect_right(credits, (start + _DAY, LAST, LAST))
            if low < high:
                found.append((before, start, credits[low:high]))
    return found


def _before(whole: History, place: Place) -> Before:
    """What is the same for balances and for counters."""
    index = bisect_left(whole.anchors, place, key=lambda anchor: (anchor[0], anchor[3]))
    anchors = whole.anchors[: index + 1] if index < len(whole.anchors) and _is(whole.anchors[index], place) else ()
    rows = whole.usage[: bisect_right(whole.usage, place[0], key=lambda row: row.at)]
    head = History(
        whole.currency, anchors, whole.credits[: bisect_right(whole.credits, (*place, LAST))], rows, whole.unpriced_at
    )
    spent, hits = tallied(head)
    began = [anchors[0][0]] if anchors else []
    began += [rows[0].at] if rows else []
    return Before(
        place=place,
        since=min(began, default=None),
        seen=bool(rows) or len(anchors) > 1,
        logged=bool(rows),
        anchored=len(anchors) > 1,
        spent=spent,
        hits=hits,
        stretches=_taught(whole, place),
        drift=drift(head),
        highest=max((micros for _, _, micros, _ in anchors), default=None),
    )


def _is(anchor: Anchor, place: Place) -> bool:
    return (anchor[0], anchor[3]) == place


def _taught(history: History, place: Place) -> tuple[Stretch, ...]:
    index = bisect_right(history.anchors, place, key=lambda anchor: (anchor[0], anchor[3])) - 1
    return tuple(islice(stretches(history, index), STRETCHES))


def _over(stocked: Stock, place: Place) -> tuple[Credit, ...]:
    return tuple(credit for credit in stocked.history.credits if credit[1] == 0 and (credit[0], 0) > place)


def _filled(whole: History, booked: Sequence[Entry], place: Place) -> Mapping[str, object]:
    """What the last top-up until then led to."""
    past = [entry for entry in booked if (entry.at, entry.number) <= place]
    if not past:
        return {}
    last = past[-1]
    after = [one for one in whole.anchors[first_after(whole, last.at, last.number) :] if (one[0], one[3]) <= place]
    return {
        "booked": True,
        "filled": max((micros for _, _, micros, _ in after), default=None),
        "filled_live": any(number == 0 for _, _, _, number in after),
        "carried": expected(whole, last.at, last.number),
    }
