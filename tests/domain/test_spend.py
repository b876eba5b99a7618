from datetime import UTC, date
from zoneinfo import ZoneInfo

from creditsui.domain.board import Spend
from creditsui.domain.observe import Observed, calendar
from creditsui.domain.reading import DaySpend, Recorded, ReportedSpend, Semantics
from creditsui.domain.spend import best, reported_in, summary
from creditsui.domain.usage import Usage
from tests.domain.make import DAY, HOUR, NOW, ago, call, cny, history, report, told, usd

LOCAL = calendar(NOW, UTC)
TODAY = date(2026, 11, 20)


def day(back: int) -> date:
    return LOCAL.days[-1 - back]


def observed(
    readings: list[Recorded], usage: list[Usage] | None = None, semantics: Semantics = Semantics.BALANCE
) -> Observed:
    return best(history(readings, [], usage or []), readings, semantics, LOCAL)


def figures(readings: list[Recorded], usage: list[Usage] | None = None) -> Spend:
    found = summary(observed(readings, usage))
    assert found is not None
    return found


def test_nothing_seen_is_no_spend_at_all() -> None:
    assert summary(observed([])) is None
    assert summary(observed([told(NOW, 10)])) is None
    tokens = summary(observed([]), unpriced_tokens=500, notional=usd(3))
    assert tokens == Spend("USD", unpriced_tokens=500, notional=usd(3))


def test_a_drain_gives_every_figure_from_where_it_began() -> None:
    found = figures([told(ago(40), 100), told(ago(20), 90), told(ago(3), 80), told(ago(minutes=5), 78)])
    assert (found.source, found.since, found.all) == ("ledger", ago(40), usd(22))
    assert found.today is not None and found.week is not None and found.month is not None
    assert found.today < found.week < found.month < usd(22)


# Reports


def test_a_report_that_reaches_back_a_month_is_the_whole_truth() -> None:
    spend = report(day(29), (TODAY, 1), (day(1), "2.50"), (day(6), 3), (day(7), 10), (day(29), 20))
    found = figures([told(ago(2), 50), told(NOW, 10, spend=spend)])
    assert (found.today, found.week, found.month, found.all) == (usd(1), usd("6.50"), usd("36.50"), usd("36.50"))
    assert found.source == "provider"


def test_only_what_a_report_covers_is_claimed() -> None:
    for back, known in ((0, (True, False, False)), (5, (True, False, False)), (6, (True, True, False)),
                        (28, (True, True, False)), (29, (True, True, True))):  # fmt: skip
        found = figures([told(NOW, spend=report(day(back), (TODAY, 2)))])
        assert tuple(one is not None for one in (found.today, found.week, found.month)) == known, back


def test_a_day_without_a_row_cost_nothing() -> None:
    found = figures([told(NOW, spend=ReportedSpend((DaySpend(day(3), usd(2)),), day(10)))])
    assert (found.today, found.week, found.month) == (usd(0), usd(2), None)


def test_a_report_that_does_not_say_since_when_begins_with_its_first_row() -> None:
    found = figures([told(NOW, spend=report(None, (day(2), 2), (day(9), 5)))])
    assert (found.week, found.month, found.all) == (usd(2), None, usd(7))
    assert found.since == LOCAL.edges[20]


def test_a_report_of_yesterday_does_not_know_today() -> None:
    found = figures([told(ago(1), spend=report(day(29), (day(1), 2)))])
    assert (found.today, found.week) == (None, usd(2))


def test_today_and_a_lifetime_total_are_all_that_a_counting_key_tells() -> None:
    found = figures([told(NOW, spend=report(TODAY, (TODAY, "3.12"), all=310))])
    assert (found.today, found.week, found.month, found.all) == (usd("3.12"), None, None, usd(310))
    assert found.source == "provider"


def test_a_lifetime_total_alone() -> None:
    found = figures([told(NOW, spend=report(None, all=310))])
    assert (found.today, found.month, found.all, found.source) == (None, None, usd(310), "provider")


def test_a_report_of_today_completes_what_we_saw_before() -> None:
    readings = [
        told(LOCAL.edges[27], 50),
        told(LOCAL.edges[28], 45),
        told(LOCAL.edges[29], 43),
        told(LOCAL.edges[29] + HOUR, 42, until=NOW, spend=report(TODAY, (TODAY, "1.50"), all=310)),
    ]
    found = figures(readings)
    assert (found.today, found.week, found.all, found.source) == (usd("1.50"), usd("8.50"), usd(310), "ledger")


def test_a_month_of_reports_keeps_what_we_saw_before_it() -> None:
    readings = [told(ago(60), 90), told(ago(50), 50), told(NOW, 20, spend=report(day(29), (TODAY, 2)))]
    found = figures(readings)
    assert (found.month, found.source, found.since) == (usd(2), "provider", ago(60))
    assert found.all is not None and usd(40) < found.all


def test_days_of_utc_are_todays_by_utc() -> None:
    now = NOW.replace(hour=2)
    local = calendar(now, ZoneInfo("America/Los_Angeles"))  # still the 19th there
    spend = report(date(2026, 11, 19), (date(2026, 11, 19), 5), (TODAY, 1))
    readings = [told(now, spend=spend)]
    found = summary(best(history(readings), readings, Semantics.BALANCE, local))
    assert found is not None and found.today == usd(1)


def test_an_empty_report_and_one_in_another_currency_tell_nothing_here() -> None:
    assert reported_in(ReportedSpend()) is None
    other = ReportedSpend(all=cny(9))
    assert reported_in(other) == "CNY"
    assert summary(observed([told(NOW, spend=ReportedSpend())])) is None
    assert summary(observed([told(NOW, spend=other)])) is None


# Counters


def counting(*amounts: float) -> list[Recorded]:
    return [told(ago(hours=len(amounts) - n), spend=report(None, all=all)) for n, all in enumerate(amounts)]


def test_a_counter_is_spent_by_its_growth() -> None:
    found = figures(counting(100, 101.5, 104))
    assert (found.today, found.all, found.source) == (usd(4), usd(104), "ledger")


def test_a_counter_that_starts_again_is_no_negative_spend() -> None:
    found = figures(counting(100, 104, 1, 3))
    assert (found.today, found.all) == (usd(6), usd(3))


def test_a_balance_wins_over_a_counter_unless_the_provider_is_one_that_counts() -> None:
    readings = [
        told(ago(hours=2), 50, spend=report(None, all=100)),
        told(ago(hours=1), 40, spend=report(None, all=101)),
    ]
    drained = observed(readings)
    assert drained.last(1) == usd(10) and drained.of_purse
    counted = observed(readings, semantics=Semantics.COUNTER)
    assert counted.last(1) == usd(1) and not counted.of_purse


def test_calls_explain_a_counter_too() -> None:
    found = observed(counting(100, 104), [call(ago(hours=1.5), "3.50", model="big")])
    assert (found.last(1), [hit.cause for hit in found.hits]) == (usd(4), ["big"])


def test_the_last_report_stands_until_there_is_another() -> None:
    spend = report(day(29), (TODAY, 2))
    found = figures([told(NOW - HOUR, 10, spend=spend), told(NOW, 10)])
    assert found.today == usd(2)


def test_series_say_where_nobody_looked() -> None:
    found = observed([told(NOW, spend=report(day(2), (day(1), 2)))])
    assert found.series()[-4:] == ((day(3), None), (day(2), usd(0)), (day(1), usd(2)), (TODAY, usd(0)))
    assert (found.calendar.days[-1] - found.calendar.days[0]) == 29 * DAY
