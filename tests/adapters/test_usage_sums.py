"""Sums of calls for a board: the same as if every call had been looked at, whatever is remembered of the last time."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from creditsui.adapters import usage_told
from creditsui.adapters.ledger import Ledger, open_ledger
from creditsui.adapters.usage_recall import Recall
from creditsui.adapters.usage_store import row_of
from creditsui.adapters.usage_sums import runs
from creditsui.domain.call import Call
from creditsui.domain.money import Money
from creditsui.domain.observe import calendar
from creditsui.domain.usage import Usage, together

SLOT, DAY = 900_000, 96
NOW = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)
Span = tuple[datetime, datetime]
Kinds = dict[tuple[str, str, str], int]
"""Source, model and billing of a kind that is in dollars, and its number."""


@pytest.fixture
def ledger(tmp_path: Path):
    with open_ledger(tmp_path / "ledger.db") as ledger:
        yield ledger


def slot_of(at: datetime) -> int:
    return int(at.timestamp() * 1000) // SLOT


def plain(
    ledger: Ledger, edges: Sequence[datetime], exact: Sequence[datetime], spans: Sequence[Span], *, by_day: bool
) -> list[Usage]:
    """By a look at every call of the account `a`."""
    with ledger.glance() as store:
        kinds = {(one.source, one.model, one.billing): one.id for one in store.kinds() if one.account == "a"}
    calls = [one for one in ledger.usage("a") if one.at < edges[-1]]
    counts: dict[tuple[int, int], int] = {}
    for one in calls:
        place = (slot_of(one.at), kinds[one.source, one.model, one.billing])
        counts[place] = counts.get(place, 0) + 1
    newest, many = slot_of(edges[-1]), 0
    for (slot, _), count in sorted(counts.items(), reverse=True)[:40]:
        newest, many = slot, many + count
        if many >= 40:
            break
    bounds = [slot_of(edge) for edge in edges if slot_of(edge) < newest]
    first = bounds[0] if bounds else newest
    close: set[int] = set()
    for begin, end in spans:
        low, high = slot_of(begin), min(slot_of(end), newest - 1)
        met = {slot for slot, _ in counts if low <= slot <= high}
        for part in (met, met & {low, high}):
            if sum(count for (slot, _), count in counts.items() if slot in close | part) <= 600:
                close |= part
                break
    single = sorted({slot_of(at) for at in exact if slot_of(at) < newest} | close)
    by_day = by_day or bool(single)

    def bucket(slot: int) -> tuple[int, int]:
        """Where it begins, and after how many single slots within it this lies."""
        if slot >= first:
            start = bounds[bisect_right(bounds, slot) - 1]
            end = [*bounds, newest][bisect_right(bounds, slot)]
        else:
            start = slot // DAY * DAY if by_day else (first // DAY - 1) * DAY
            end = min(start + DAY, first)
        inside = [one for one in single if start <= one < end]
        return start, bisect_right(inside, slot) if inside else -1

    sums: dict[tuple[int, int, int], list[Usage]] = {}
    alone = []
    for one in calls:
        slot = slot_of(one.at)
        if slot >= newest or slot in single:
            alone.append(one)
        else:
            sums.setdefault((*bucket(slot), kinds[one.source, one.model, one.billing]), []).append(one)
    found = []
    for (start, part, _), some in sorted(sums.items(), key=lambda item: item[0]):
        begun = start if part < 0 else min(slot_of(one.at) for one in some)
        found += summed(some, datetime.fromtimestamp(begun * SLOT / 1000, UTC))
    return sorted([*found, *alone], key=lambda one: one.at)


def apart(rows: Sequence[Usage]) -> list[Usage]:
    """The sums of each model, in one order."""
    every = [one for row in rows for one in row.parts or (row,)]
    return sorted(every, key=lambda one: (one.at, one.key, one.model, one.billing, one.cost is None))


def summed(calls: Sequence[Usage], at: datetime) -> list[Usage]:
    def tokens(some: Sequence[Usage]) -> int:
        return sum(one.input + one.output + one.cache_read + one.cache_write for one in some)

    found = []
    priced = [one for one in calls if one.cost is not None]
    cost = sum(one.cost.micros for one in priced if one.cost is not None)
    one = calls[0]
    if tokens(priced) or cost:
        found.append(Usage(key="", source=one.source, account=one.account, at=at, model=one.model,
                           input=tokens(priced), cost=Money(cost, "USD"), billing=one.billing))  # fmt: skip
    if unpriced := tokens([one for one in calls if one.cost is None]):
        found.append(Usage(key="", source=one.source, account=one.account, at=at, model=one.model, input=unpriced,
                           billing=one.billing))  # fmt: skip
    return found


def act(ledger: Ledger, random: Random, now: datetime) -> None:
    """Something that changes what calls there are."""
    with ledger.calls() as store:
        match random.choice(["keep", "keep", "late", "few", "reprice", "reattribute", "roll", "nothing"]):
            case "keep" | "late" | "few" as how:
                back = {"keep": 60 * 86_400, "late": 1200, "few": 86_400}[how]
                rows = []
                for _call in range(random.randrange(1, 60 if how == "keep" else 9)):
                    at = int((now - timedelta(seconds=random.random() * back)).timestamp() * 1000)
                    at -= at % SLOT if random.random() < 0.1 else 0
                    one = Call(random.randrange(3000), at, f"m{random.randrange(4)}", random.randrange(1, 900), 7, 5, 3)
                    kind = store.kind("s", one, random.choice(["metered", "subscription"]), lambda kind: "a")
                    cost = random.choice([None, random.randrange(1, 99)])
                    rows.append(row_of(one, kind.id, store.place("p", "s"), cost))
                store.keep(rows)
            case "reprice" if store.kinds():
                store.reprice(random.choice(store.kinds()), lambda call: random.choice([None, call.input]))
            case "reattribute":
                store.reattribute(lambda kind: random.choice("aaab"))
            case "roll":
                store.roll()


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Apia")])
@pytest.mark.parametrize("seed", range(8))
def test_what_is_remembered_of_the_last_time_makes_no_difference(
    ledger: Ledger, seed: int, zone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage_told, "_MANY", 1 if seed % 2 else 8)  # calls of an hour are read for all accounts, or not
    monkeypatch.setattr(usage_told, "_MOST", 10_000 if seed % 4 == 1 else 5)
    random, now = Random(seed), NOW
    recall, part, exact, spans = Recall(), Recall(), [], []
    for _round in range(25):
        act(ledger, random, now)
        now += random.choice([timedelta(0), timedelta(minutes=5), timedelta(hours=7)])
        edges = calendar(now, zone, 12).edges
        if random.random() < 0.4:
            exact = [now - random.random() * timedelta(days=50) for _ in range(random.randrange(4))]
        if random.random() < 0.4:
            starts = [now - random.random() * timedelta(days=50) for _ in range(random.randrange(4))]
            spans = [(at, at + random.random() * timedelta(hours=random.choice([1, 60]))) for at in starts]
        by_day = random.random() < 0.8
        whole = plain(ledger, edges, exact, spans, by_day=by_day)
        fresh = ledger.summed_usage("a", edges, exact, spans, by_day=by_day)
        assert apart(fresh) == apart(whole)
        assert fresh == sorted(fresh, key=lambda one: one.at)
        assert all(together(one.parts) == [one] for one in fresh if one.parts)
        assert ledger.summed_usage("a", edges, exact, spans, by_day=by_day, recall=recall) == fresh
        since = (edges[0] - random.randrange(1, 4) * timedelta(days=1)).replace(hour=0, minute=0)
        found = ledger.summed_usage("a", edges, exact, spans, by_day=by_day, since=since, recall=part)
        if part.cut is not None:
            assert found == [one for one in fresh if one.at >= since]
        else:
            assert found == fresh


@pytest.mark.parametrize("seed", range(6))
def test_calls_before_an_instant_are_summed_alike_where_they_are_cut_alike_and_nothing_touched_them(
    ledger: Ledger, seed: int
) -> None:
    random, known, same = Random(seed), {}, 0
    since = datetime(2026, 11, 7, tzinfo=UTC)
    edges = calendar(NOW, UTC, 12).edges
    recall = Recall()
    for _round in range(60):
        act(ledger, random, NOW)
        exact = [NOW - random.randrange(3) * timedelta(days=9)]
        recall.changed = 2**40
        ledger.summed_usage("a", edges, exact, since=since, recall=recall)
        before = [one for one in plain(ledger, edges, exact, (), by_day=True) if one.at < since]
        if recall.changed < slot_of(since):
            known.clear()
        assert recall.cut is not None
        same += recall.cut in known
        assert known.setdefault(recall.cut, before) == before
    assert same > 5


@pytest.mark.parametrize("back", range(-2, 10))
def test_a_call_that_comes_in_late_counts_whichever_slot_it_was_in(ledger: Ledger, back: int) -> None:
    """Newest are the two slots before now, and looked at closely is the span between the sixth and the fourth, in which
    there was none."""

    def call(key: str, at: datetime) -> Usage:
        return Usage(key=key, source="s", account="a", at=at, model="m", input=1, billing="metered")

    quarter = timedelta(minutes=15)
    ledger.book_usage([call(f"{n}", NOW - (n % 12) * quarter) for n in range(360) if n % 12 != 4])
    edges = calendar(NOW, UTC).edges
    spans = [(NOW - 6 * quarter, NOW - 4 * quarter)]
    recall = Recall()
    for key in ("", "late", "later"):
        if key:
            ledger.book_usage([call(key, NOW - back * quarter)])
        fresh = ledger.summed_usage("a", edges, [], spans)
        assert ledger.summed_usage("a", edges, [], spans, recall=recall) == fresh
        assert apart(fresh) == apart(plain(ledger, edges, [], spans, by_day=True))


def test_a_call_of_tomorrow_counts_once_it_is_tomorrow(ledger: Ledger) -> None:
    tomorrow = NOW + timedelta(days=1)
    made = [Usage(key=f"{at}", source="s", account="a", at=at, model="m", input=1, billing="metered")
            for at in (NOW, tomorrow)]  # fmt: skip
    ledger.book_usage(made)
    recall = Recall()
    for now, count in ((NOW, 1), (tomorrow, 2)):
        found = ledger.summed_usage("a", calendar(now, UTC).edges, [], recall=recall)
        assert found == ledger.usage("a")[:count]


def test_a_sparse_account_beside_a_busy_one_is_told_call_by_call(ledger: Ledger) -> None:
    def call(key: str, at: datetime, account: str) -> Usage:
        return Usage(key=key, source="s", account=account, at=at, model="m", input=1, billing="metered")

    quiet = [call(f"q{n}", NOW - n * timedelta(days=3), "a") for n in range(12)]
    ledger.book_usage([*quiet, *(call(f"b{n}", NOW - n * timedelta(hours=1), "b") for n in range(900))])
    found = ledger.summed_usage("a", calendar(NOW, UTC).edges, [])
    assert found == ledger.usage("a") and len(found) == 12


def test_slots_that_follow_one_another_are_one_run() -> None:
    assert runs([5, 1, 2, 9]) == [(1, 3), (5, 6), (9, 10)]
    assert runs([5, 1, 2, 9], 2) == [(1, 6), (9, 10)]
