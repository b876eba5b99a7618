"""Pages of the spend screen, from a real ledger."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from creditsui.core import spend_page, spending
from creditsui.core.spend_page import BREAKDOWNS, PERIODS, Asked, SpendBook
from creditsui.domain.spending import KEYS
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.core.test_spending import call, costs, keep

__all__ = ["clock", "session_of"]

DAYS = ("2026-10-01", "2026-10-22", "2026-11-14", "2026-11-20")


@pytest.fixture
def book(session_of: SessionOf) -> SpendBook:
    session = session_of(env={"TZ": "UTC"})
    keep(session, *(call(f"{day}T12:00", str(2**n), project=f"p{n % 2}") for n, day in enumerate(DAYS)))
    return SpendBook(session)


@pytest.mark.parametrize(("period", "cost"), [*zip(PERIODS, (8, 12, 14, 15), strict=True)])
def test_a_period_counts_today_and_the_days_before(book: SpendBook, period: str, cost: int) -> None:
    assert costs(book.page(Asked(period)).rows) == {"m-1": cost}


def test_today_is_seen_beside_the_six_days_before(book: SpendBook) -> None:
    page = book.page(Asked("today"))
    assert costs(page.days) == {"2026-11-14": 4, "2026-11-20": 8}
    assert (page.days.since, page.rows.since) == (date(2026, 11, 14), date(2026, 11, 20))


def test_a_filter_holds_for_the_chart_too(book: SpendBook) -> None:
    page = book.page(Asked("all", "model", (("project", "p1"),)))
    assert costs(page.rows) == {"m-1": 10}
    assert costs(page.days) == {"2026-10-22": 2, "2026-11-20": 8}


def test_every_breakdown_is_one_that_reports_know(book: SpendBook) -> None:
    assert set(BREAKDOWNS) < set(KEYS)
    for by in BREAKDOWNS:
        assert costs(book.page(Asked("all", by)).rows).keys() != {""}


def test_the_ledger_is_read_anew_only_for_what_is_not_known(book: SpendBook, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []
    monkeypatch.setattr(
        spend_page, "spent", lambda *given, **more: reads.append(more["places"]) or spending.spent(*given, **more)
    )
    book.page(Asked())
    book.page(Asked(by="account"))
    book.page(Asked(by="project"))
    book.page(Asked(by="model", where=(("source", "codex"),)))
    assert reads == [False, True]
    book.outdated()
    book.page(Asked(by="account"))
    assert reads == [False, True, False]


def test_every_page_tells_what_a_look_at_every_call_does(book: SpendBook) -> None:
    filters = [(), (("project", "p1"),), (("session", "s-1"), ("model", "m-1")), (("model", "m-1"), ("project", "p0"))]
    for period in PERIODS:
        whole = spending.spent(book._session, spending.ALL, places=True)
        for by in BREAKDOWNS:
            for where in filters:
                page = book.page(Asked(period, by, where))
                wanted = replace(whole, since=page.rows.since).report([by], dict(where))
                assert (page.rows, page.rows.totals) == (
                    wanted,
                    page.days.totals if period != "today" else wanted.totals,
                )


def test_after_midnight_it_is_another_today(book: SpendBook, clock: Clock) -> None:
    assert costs(book.page(Asked("today")).rows) == {"m-1": 8}
    clock.instant = clock.instant.replace(day=21)
    assert book.page(Asked("today")).rows.rows == ()


def test_no_ledger_is_an_empty_page(session_of: SessionOf) -> None:
    for period in PERIODS:
        page = SpendBook(session_of()).page(Asked(period))
        assert (page.days.rows, page.rows.rows, page.rows.span) == ((), (), None)


def test_what_was_read_before_it_was_outdated_is_not_kept(book: SpendBook, monkeypatch: pytest.MonkeyPatch) -> None:
    reads = []

    def slow(*given: Any, **more: Any) -> spending.Spent:
        found = spending.spent(*given, **more)
        reads.append(found)
        if len(reads) == 1:
            book.outdated()  # another process wrote a call just now
        return found

    monkeypatch.setattr(spend_page, "spent", slow)
    book.page(Asked())
    book.page(Asked())
    book.page(Asked())
    assert len(reads) == 2
