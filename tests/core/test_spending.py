"""What was spent, from a real ledger: the period in the configured zone, calls, places, and what went unseen."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.core.session import Session
from creditsui.core.spending import ALL, spent
from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading
from creditsui.domain.spending import Report
from creditsui.domain.usage import Usage
from tests.core.conftest import Clock, SessionOf, clock, session_of

__all__ = ["clock", "session_of"]


def call(at: str, cost: str | None = "1", **more: Any) -> Usage:
    usual = {"source": "codex", "account": "openai", "model": "m-1", "input": 10, "project": "web", "session": "s-1"}
    fields: dict[str, Any] = usual | {"key": f"{at}{cost}{more}"} | more
    amount = None if cost is None else money(cost, fields.pop("currency", "USD"))
    return Usage(at=datetime.fromisoformat(at).replace(tzinfo=UTC), cost=amount, **fields)


def keep(session: Session, *calls: Usage) -> None:
    with open_ledger(session.paths.ledger) as ledger:
        ledger.book_usage(calls)


def fall(session: Session, account: str, *told: tuple[str, str]) -> None:
    with open_ledger(session.paths.ledger) as ledger:
        for at, amount in told:
            instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
            ledger.record(account, Reading(at=instant, balances=(Balance(money(amount, "USD")),)))


def costs(told: Report) -> dict[str, float | None]:
    return {" ".join(row.keys): row.cost.amount if row.cost else None for row in told.rows}


def test_without_a_ledger_there_is_nothing_and_none_is_made(session_of: SessionOf) -> None:
    session = session_of()
    found = spent(session).report(["day"])
    assert (found.rows, found.totals, found.span) == ((), (), None)
    assert not session.paths.ledger.exists()


def test_by_default_it_is_today_and_the_29_days_before(session_of: SessionOf) -> None:
    session = session_of(env={"TZ": "UTC"})
    keep(session, *(call(f"2026-{day}T12:00") for day in ("10-21", "10-22", "11-20")))
    found = spent(session).report(["day"])
    assert (found.since, found.until, found.zone) == (date(2026, 10, 22), date(2026, 11, 20), "UTC")
    assert costs(found) == {"2026-10-22": 1, "2026-11-20": 1}
    assert found.span == (date(2026, 10, 21), date(2026, 11, 20))
    assert costs(spent(session, until=date(2026, 10, 21)).report(["day"])) == {"2026-10-21": 1}


def test_days_are_those_of_the_configured_zone(session_of: SessionOf, clock: Clock) -> None:
    session = session_of(config='timezone = "Pacific/Tongatapu"')
    clock.instant = datetime(2026, 11, 20, 12, tzinfo=UTC)  # the 21st there
    keep(session, call("2026-10-22T10:59"), call("2026-10-22T11:00", "2"), call("2026-11-20T11:30", "4"))
    found = spent(session).report(["day"])
    assert costs(found) == {"2026-10-23": 2, "2026-11-21": 4}
    assert (found.until, found.zone) == (date(2026, 11, 21), "Pacific/Tongatapu")
    assert found.span == (date(2026, 10, 22), date(2026, 11, 21))


def test_everything_is_told_from_the_first_call_on(session_of: SessionOf) -> None:
    session = session_of()
    keep(session, call("2024-02-29T12:00"), call("2026-11-20T12:00"))
    found = spent(session, ALL).report(["month"])
    assert found.since == date(2024, 2, 29) and costs(found) == {"2024-02": 1, "2026-11": 1}


def test_a_day_that_no_calendar_of_ours_has_is_no_error(session_of: SessionOf) -> None:
    session = session_of()
    keep(session, call("2026-11-20T12:00"))
    assert costs(spent(session, date(2, 1, 1), date.max).report(["day"])) == {"2026-11-20": 1}
    assert spent(session, date(2027, 1, 1), date(2027, 2, 1)).report(["day"]).rows == ()


def test_projects_and_sessions_are_told_where_they_are_wanted(session_of: SessionOf) -> None:
    session = session_of()
    keep(session, call("2026-11-20T12:00"), call("2026-11-20T12:01", "2", project="api", session="s-2"))
    found = spent(session, places=True)
    assert costs(found.report(["project", "session"])) == {"api s-2": 2, "web s-1": 1}
    assert costs(found.report(["day"], {"project": "api"})) == {"2026-11-20": 2}


@pytest.mark.parametrize("places", [False, True])
def test_every_number_of_a_call_arrives_in_its_place(session_of: SessionOf, places: bool) -> None:
    session = session_of()
    parts: dict[str, Any] = {"input": 1, "output": 20, "cache_read": 300, "cache_write": 4000, "reasoning": 7}
    keep(session, call("2026-11-20T12:00", "0.5", **parts), call("2026-11-20T12:00", None, model="x", input=9))
    keep(session, call("2026-11-20T12:00", "3", billing="subscription", currency="EUR"))
    found = spent(session, places=places).report(["account", "source"])
    euro, dollar = found.rows
    assert dollar.keys == ("openai", "codex") and (dollar.calls, dollar.unpriced_tokens) == (2, 9)
    assert (dollar.input, dollar.output, dollar.cache_read, dollar.cache_write, dollar.reasoning) == (
        10, 20, 300, 4000, 7,
    )  # fmt: skip
    assert dollar.cost == money("0.5", "USD")
    assert (euro.cost, euro.notional) == (money(0, "EUR"), money(3, "EUR"))
    assert found.unpriced == (("x", 9),)


def test_a_whole_period_is_told_alike_with_fewer_rows(session_of: SessionOf) -> None:
    session = session_of()
    days = ("2025-01-02", "2026-10-22", "2026-11-19", "2026-11-20")
    names = [(day, project, n) for day in days for project in ("web", "api") for n in range(9)]
    keep(session, *(call(f"{day}T{n + 8:02}:00", project=p, session=f"{p}-{n % 4}") for day, p, n in names))
    for since in (None, ALL, date(2026, 11, 20)):  # some of all calls are found by their time, many one after another
        for by in (["session"], ["project", "session"], ["model"], ["account", "project"]):
            places = by[-1] in {"session", "project"}
            whole = spent(session, since, places=places, times=False)
            each = spent(session, since, places=places)
            assert whole.report(by) == each.report(by) and whole.report(by).rows
            assert len(whole.slots) < len(each.slots)


@pytest.mark.parametrize("where", [{"project": "web"}, {"session": "s-1"}, {"project": "", "session": "s-1"}])
def test_of_one_project_or_session_nothing_else_is_looked_at(session_of: SessionOf, where: dict[str, str]) -> None:
    session = session_of()
    names = [(project, name) for project in ("web", "api", "") for name in ("s-1", "s-2", "")]
    keep(session, *(call(f"2026-11-{n + 3:02}T12:00", project=p, session=s) for n, (p, s) in enumerate(names)))
    found = spent(session, places=True, where=where | {"model": "never looked at"})
    assert {(slot.project, slot.session) for slot in found.slots} == {
        (p, s) for p, s in names if {"project": p, "session": s} | where == {"project": p, "session": s}
    }
    everything = spent(session, places=True)
    assert found.report(["day"], where) == everything.report(["day"], where)


CONFIG = """
[accounts.openai]
[accounts.second]
provider = "openai"
pool = "openai"
"""


def test_what_no_log_knows_stands_in_rows_of_source_unseen(session_of: SessionOf) -> None:
    session = session_of(config=CONFIG)
    fall(session, "openai", ("2026-11-19T10:00", "20"), ("2026-11-19T11:00", "13"))
    keep(session, call("2026-11-19T10:30", "3"), call("2026-11-19T10:40", "2", account="second"))
    found = spent(session)
    assert costs(found.report(["day", "source", "account"])) == {
        "2026-11-19 codex openai": 3,
        "2026-11-19 codex second": 2,
        "2026-11-19 unseen openai": 2,
    }
    assert costs(found.report(["model"])) == {"m-1": 5, "unseen": 2}
    (total,) = found.report(["day"]).totals
    assert total.cost == money(7, "USD") and total.calls == 2, "what the balance lost, no more and no less"


def test_what_went_unseen_outside_of_the_period_is_not_told(session_of: SessionOf) -> None:
    session = session_of(config=CONFIG)
    fall(session, "openai", ("2026-11-12T10:00", "20"), ("2026-11-12T11:00", "13"), ("2026-11-19T11:00", "13"))
    assert costs(spent(session, date(2026, 11, 12), date(2026, 11, 12)).report(["day"])) == {"2026-11-12": 7}
    assert spent(session, date(2026, 11, 13)).report(["day"]).rows == ()
    assert spent(session, until=date(2026, 11, 11)).report(["day"]).rows == ()
    assert spent(session, ALL).since == date(2026, 11, 12)


def test_the_unseen_spend_of_a_disabled_account_is_not_counted(session_of: SessionOf) -> None:
    session = session_of(config="[accounts.openai]\nenabled = false\n")
    fall(session, "openai", ("2026-11-12T10:00", "20"), ("2026-11-12T11:00", "13"))
    assert spent(session).report(["day"]).rows == ()


def test_the_sum_is_the_one_that_the_board_tells(session_of: SessionOf, clock: Clock) -> None:
    from creditsui.core.board import board

    session = session_of(config=CONFIG)
    hour = timedelta(hours=1)
    falls = [(clock.instant - n * 5 * hour, 20 - (40 - n) // 3) for n in range(40, 0, -1)]
    fall(session, "openai", *((f"{at:%Y-%m-%dT%H:%M}", str(left)) for at, left in falls))
    keep(session, *(call(f"{clock.instant - n * 7 * hour:%Y-%m-%dT%H:%M}", "0.2") for n in range(1, 25)))
    (row,) = [one for one in board(session).accounts if one.id == "openai"]
    (total,) = spent(session).report(["day"]).totals
    assert row.spend is not None and total.cost == row.spend.month


def test_a_drop_of_long_ago_names_the_calls_of_its_own_time(session_of: SessionOf, clock: Clock) -> None:
    """Newer calls, many more than a board sees one by one, are between it and now."""
    from creditsui.core.board import board

    session = session_of(config=CONFIG)
    falls = [f"2026-11-{day:02}T{hour:02}" for day in (12, 13, 15) for hour in (9, 11)]
    told, left = [("2026-11-10T00:00", "500")], 500
    for at in falls:
        told += [(f"{at}:00", str(left)), (f"{at}:20", str(left - 4))]
        left -= 4
        keep(session, *(call(f"{at}:0{n}", "0.5", project="web" if n < 5 else "api") for n in range(1, 8)))
        keep(session, call(f"{at}:40", "0.9", project="before the next balance was told"))
        left -= 1
    fall(session, "openai", *told, ("2026-11-16T00:00", str(left)))
    keep(session, *(call(f"2026-11-19T{n // 60 + 10:02}:{n % 60:02}", "0", project="newer") for n in range(300)))
    (view,) = [one for one in board(session).accounts if one.id == "openai"]
    hits = {f"{hit.at:%Y-%m-%dT%H:%M}": [(part.cause, part.amount.amount) for part in hit.parts] for hit in view.hits}
    for at in falls[2:]:
        assert hits[f"{at}:20"] == [("m-1 · web", 2.0), ("m-1 · api", 1.5), ("unseen", 0.5)]
    assert hits["2026-11-15T09:00"] == [("m-1 · before the next balance was told", 0.9), ("unseen", 0.1)]
    assert len(hits) == 8 and view.spend is not None and view.spend.all == money(500 - left, "USD")
