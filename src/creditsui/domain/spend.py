"""The best that is known of what an account spent: the provider's own report, or what the ledger observed."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from creditsui.domain.before import Before
from creditsui.domain.begun import Begun
from creditsui.domain.board import Spend
from creditsui.domain.history import History
from creditsui.domain.money import Money
from creditsui.domain.observe import Calendar, Observed, calendar, covered, observe
from creditsui.domain.reading import Recorded, ReportedSpend, Semantics
from creditsui.domain.report import last_report
from creditsui.domain.report import reported_in as reported_in


def best(
    history: History,
    readings: Sequence[Recorded],
    semantics: Semantics,
    local: Calendar,
    counted: Before | None = None,
    begun: Begun | None = None,
) -> Observed:
    """Spend in the history's currency, from the best source there is.

    A provider's own days win over ours. A counter's growth wins over balances where the provider is one that counts,
    and where no balance was ever told. `counted` is what a counter told before the readings, which may have been
    `begun` with.
    """
    own = observe(history, local)
    if semantics is Semantics.COUNTER or not history.anchors:
        counter = counter_of(history, readings, counted)
        many = len(counter.anchors) > 1 or (counted is not None and counted.anchored)
        if many or (counter.anchors and not history.anchors):
            own = replace(observe(counter, local), of_purse=False)
    begun = begun or Begun()
    last = last_report(readings[len(begun.told) :], history.currency) or begun.last_report(history.currency)
    return own if last is None else _with(own, last[0], last[1] - last[0].late)


def summary(observed: Observed, unpriced_tokens: int = 0, notional: Money | None = None) -> Spend | None:
    """The figures for the board; None where there is nothing at all to tell."""
    total = observed.total()
    if total is None and not unpriced_tokens and notional is None:
        return None
    return Spend(
        observed.currency,
        today=observed.last(1),
        week=observed.last(7),
        month=observed.last(30),
        all=total,
        source="provider" if observed.reported or (observed.since is None and total is not None) else "ledger",
        since=observed.since,
        unpriced_tokens=unpriced_tokens,
        notional=notional,
    )


def counter_of(history: History, readings: Sequence[Recorded], before: Before | None = None) -> History:
    """Spend so far, upside down: what a counter grows by, a balance falls by."""
    anchors = [
        (recorded.reading.at, recorded.until, -recorded.reading.spend.all.micros, 0)
        for recorded in readings
        if recorded.reading.spend is not None
        and recorded.reading.spend.all is not None
        and recorded.reading.spend.all.currency == history.currency
    ]
    if before is not None:
        anchors = anchors[bisect_left(anchors, before.place[0], key=lambda anchor: anchor[0]) :]
    return History(history.currency, anchors, (), history.usage, before=before)


def _with(own: Observed, report: ReportedSpend, until: datetime) -> Observed:
    """What we saw ourselves, and a report that was confirmed at `until`."""
    if report.all is not None:
        own = replace(own, all=report.all.micros)
    first = report.since or min((row.day for row in report.days), default=None)
    if first is None:
        return own
    days = _reported(own, report, first, until)
    if own.since is None or own.since.date() >= first:
        return days
    if first <= days.calendar.days[0]:
        return replace(days, earlier=max(days.earlier, own.earlier), since=own.since)
    told = {day: index for index, day in enumerate(days.calendar.days) if first <= day <= until.astimezone(UTC).date()}
    index = [told.get(day) for day in own.calendar.days]
    return replace(
        own,
        days=tuple(seen if i is None else days.days[i] for seen, i in zip(own.days, index, strict=True)),
        covered=tuple(seen if i is None else days.covered[i] for seen, i in zip(own.covered, index, strict=True)),
    )


def _reported(own: Observed, report: ReportedSpend, first: date, until: datetime) -> Observed:
    """A provider's days, which are days of UTC."""
    utc = calendar(own.calendar.now, UTC, len(own.calendar.days))
    amounts: dict[date, int] = {}
    for row in report.days:
        if row.amount.currency == own.currency:
            amounts[row.day] = amounts.get(row.day, 0) + row.amount.micros
    since = datetime.combine(first, time(), UTC)
    return Observed(
        currency=own.currency,
        calendar=utc,
        days=tuple(amounts.get(day, 0) for day in utc.days),
        covered=covered(since, until, utc.edges),
        earlier=sum(amount for day, amount in amounts.items() if day < utc.days[0]),
        since=since,
        hits=own.hits,
        reported=True,
        all=own.all,
    )
