"""A ledger that moves: the same board elsewhere, each row once, and whatever a file holds, only rows come in."""

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.adapters.usage_store import row_of
from creditsui.core import book, transfer
from creditsui.core.board import board
from creditsui.core.session import Session
from creditsui.core.spending import ALL, spent
from creditsui.domain.call import Call, key_of
from creditsui.domain.money import Money, money
from creditsui.domain.reading import (
    Balance,
    Certainty,
    DaySpend,
    Limit,
    ModelSpend,
    ProbeCost,
    Reading,
    Recorded,
    ReportedSpend,
    Window,
    apart,
)
from creditsui.outputs.json import as_json
from creditsui.paths import ensure
from tests.core.conftest import Clock, SessionOf, clock, session_of

__all__ = ["clock", "session_of"]

NOW = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CONFIG = """
timezone = "Europe/Berlin"
[accounts.openai]
budget = { amount = 50, per = "month" }
[accounts.second]
provider = "openai"
pool = "openai"
[accounts.anthropic]
capacity = 60
[accounts.deepseek]
[accounts.claude]
[accounts.openrouter]
"""
ASKING = {"generated_at", "problem", "key_from", "next_at"}


@pytest.fixture
def other(session_of: SessionOf, tmp_path: Path) -> Session:
    """Another machine with the same config."""
    return elsewhere(session_of, tmp_path, "other")


def elsewhere(session_of: SessionOf, tmp_path: Path, name: str) -> Session:
    from dataclasses import replace

    from creditsui import paths

    first = session_of(config=CONFIG, real=True)
    found = paths.find({"HOME": str(tmp_path / name)})
    found.config.parent.mkdir(parents=True)
    found.config.write_text(CONFIG)
    env = {"HOME": str(tmp_path / name)}
    return replace(first, paths=found, env=env, history={}, imported=[], good=[], hints={}, stored={}, hermes={})


def usd(amount: float | str) -> Money:
    return money(amount, "USD")


def lines_of(session: Session) -> list[bytes]:
    out = io.BytesIO()
    transfer.export(session, out)
    return out.getvalue().splitlines()


def take(session: Session, lines: Iterable[bytes]) -> transfer.Imported:
    return transfer.load(session, enumerate(lines, 1))


def shown(session: Session) -> dict[str, Any]:
    """What the board tells but for when it was made and what is about asking."""
    told = as_json(board(session))
    told.pop("generated_at")
    for account in told["accounts"]:
        for key in ASKING & set(account):
            account.pop(key)
    return told


def keep(session: Session, calls: Sequence[tuple[Call, str, float | None, str]], currency: str = "USD") -> None:
    """Calls with source, cost and billing, as the logs of this machine would be kept."""
    with open_ledger(session.paths.ledger) as ledger, ledger.calls() as store:
        rows = []
        for call, source, cost, billing in calls:
            kind = store.kind(source, call, billing, lambda kind: kind.provider, currency=currency)
            place = store.place(call.project, call.session)
            rows.append(row_of(call, kind.id, place, None if cost is None else money(cost, currency).micros))
        store.keep(rows)


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def made(name: object, at: datetime, provider: str, **more: Any) -> Call:
    usual: dict[str, Any] = {"input": 1000, "output": 50, "project": "web", "session": "s-1", "model": "m-1"}
    return Call(key_of("call", name), milliseconds(at), provider=provider, **(usual | more))


_RICH: list[bytes] = []


def rich(session: Session, clock: Clock) -> None:
    """Sixty days of everything that a ledger can hold, made once."""
    if not _RICH:
        filled(session, clock)
        _RICH.append(session.paths.ledger.read_bytes())
    else:
        ensure(session.paths.ledger.parent)
        session.paths.ledger.write_bytes(_RICH[0])
        session.paths.ledger.chmod(0o600)
    clock.instant = NOW


def filled(session: Session, clock: Clock) -> None:
    random = Random(7)
    with open_ledger(session.paths.ledger) as ledger, ledger.transaction():
        left, credit, counter = 90.0, 300.0, 0.0
        at = NOW - 60 * DAY
        while at < NOW:
            left -= random.random() * 0.3
            credit -= random.random()
            counter += random.random() / 9
            left += 40 if left < 10 else 0
            used = (at - NOW) / (5 * HOUR) % 1
            ledger.record("openai", Reading(
                at=at,
                spend=ReportedSpend(
                    tuple(DaySpend((at - back * DAY).date(), usd(round(1 + back / 7, 6))) for back in range(9)),
                    (at - 8 * DAY).date(), usd(round(counter, 6)), (ModelSpend("gpt-5.5", usd("3.25")),), HOUR,
                ),
            ))  # fmt: skip
            ledger.record("deepseek", Reading(at=at, balances=(
                Balance(money(round(credit, 2), "CNY"), money(round(credit / 3, 2), "CNY"), None),
                Balance(usd(round(left, 6))),
            )))  # fmt: skip
            ledger.record("openrouter", Reading(
                at=at, balances=(Balance(usd(round(left, 2))),), plan="team", badges=("PAYG", "no key cap"),
                limit=Limit(usd(100), usd(round(left / 2, 2)), "monthly"),
            ))  # fmt: skip
            ledger.record("claude", Reading(at=at, plan="max", windows=(
                Window("5h", used, 200, 200 - 200 * used, "messages", at + (1 - used) * 5 * HOUR, 18_000),
                Window("7d", 0.25, seconds=604_800, counts=False),
            )))  # fmt: skip
            at += 3 * HOUR + timedelta(seconds=random.randrange(3000), microseconds=random.randrange(999_999))
    for days, amount in ((50, 55), (41, 48.5), (30, 33), (12, 51), (2, 20.25)):
        clock.instant = NOW - days * DAY
        book.sync(session, "anthropic", usd(amount), note="from the console")
        if days in (41, 12):
            clock.instant += HOUR
            book.topup(session, "anthropic", usd(25), expires=(NOW - (days - 32) * DAY).date(), kind="promo")
            book.topup(session, "openrouter", usd(10), expires=NOW.date() + DAY)
    for act in (
        lambda: book.sync(session, "anthropic", usd(202.5)),
        lambda: book.undo(session),
        lambda: book.topup(session, "anthropic", usd(3), note="“mine”\nand yours"),
        lambda: book.undo(session),
        lambda: book.redo(session),
        lambda: book.sync(session, "second", money(7, "EUR")),
        lambda: book.undo(session),
    ):
        clock.instant += timedelta(minutes=1)
        act()
    calls: list[tuple[Call, str, float | None, str]] = []
    for index in range(3000):
        at = NOW - timedelta(minutes=random.randrange(1, 60 * 24 * 60))
        provider, source, billing = random.choice(
            [("anthropic", "claude-code", "metered"), ("claude", "claude-code", "subscription"),
             ("openai", "codex", "metered"), ("second", "codex", "metered"), ("openrouter", "pi", "unknown")]
        )  # fmt: skip
        call = made(
            index, at, provider, model=random.choice(["m-1", "m-2", "mystery-9000"]),
            input=random.randrange(9000), cache_read=random.randrange(90_000), cache_write=500, cache_write_1h=200,
            reasoning=20, project=random.choice(["web", "api", ""]), session=f"s-{index // 40}", low=index % 5 == 0,
            tier=random.choice(["", "fast"]), side=index % 7 == 0, group=index % 3,
        )  # fmt: skip
        cost = None if call.model == "mystery-9000" else round(random.random() / 20, 6)
        calls.append((call, source, cost, billing))
    keep(session, calls)
    keep(session, [(made("yuan", NOW - DAY, "deepseek"), "pi", 1.5, "metered")], "CNY")
    keep(session, [(made(f"wild {n}", NOW - n * HOUR / 9, "anthropic", session="wild"), "pi", 3, "metered")
                   for n in range(9)])  # fmt: skip


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=45), 4 * DAY, 40 * DAY])
def test_an_export_shows_the_same_board_elsewhere(
    session_of: SessionOf, clock: Clock, other: Session, later: timedelta
) -> None:
    first = session_of(config=CONFIG, real=True)
    rich(first, clock)
    clock.instant = NOW + later
    done = take(other, lines_of(first))
    assert done.bad_in_all == 0 and done.calls == 3010 and done.entries == 16 and done.readings > 1000
    wanted = shown(first)
    assert shown(other) == wanted
    assert any(one["spike"] for one in wanted["accounts"]) or later > 3 * DAY
    assert any(one["lots"] for one in wanted["accounts"]) and any(one["drift"] for one in wanted["accounts"])
    for by in (["day", "account", "source", "model"], ["project", "session"]):
        assert spent(other, ALL, places=True).report(by) == spent(first, ALL, places=True).report(by)
    assert [(one.id, one.number) for one in book.entries(other)] == [
        (one.id, one.number) for one in book.entries(first)
    ]


def test_what_was_exported_comes_out_the_same_again(session_of: SessionOf, clock: Clock, other: Session) -> None:
    first = session_of(config=CONFIG, real=True)
    rich(first, clock)
    lines = lines_of(first)
    take(other, lines)
    assert lines_of(other) == lines
    again = take(other, lines)
    assert (again.readings, again.entries, again.calls, again.known) == (0, 0, 0, len(lines))
    assert lines_of(other) == lines, "nothing changed"
    home = take(first, lines)
    assert (home.readings, home.entries, home.calls) == (0, 0, 0), "nor where it came from"
    assert lines_of(first) == lines


def kept(session: Session) -> list[tuple[Any, ...]]:
    """Calls as the ledger has them, but for the numbers that are its own."""
    with open_ledger(session.paths.ledger) as ledger, ledger.rows() as rows:
        return [(row[:2], row[4:], kind.source, kind.provider, kind.model, kind.tier, kind.billing, kind.low, project,
                 place) for row, kind, project, place in rows.calls()]  # fmt: skip


def test_every_number_of_a_call_moves(session_of: SessionOf, clock: Clock, other: Session) -> None:
    """Its group and branch too, by which the same id of an answer is told from another call."""
    first = session_of(config=CONFIG, real=True)
    rich(first, clock)
    take(other, lines_of(first))
    assert kept(other) == kept(first)


def test_a_later_export_only_makes_what_is_known_hold_for_longer(
    session_of: SessionOf, clock: Clock, other: Session
) -> None:
    clock.instant = NOW
    first = session_of(config=CONFIG, real=True)
    with open_ledger(first.paths.ledger) as ledger:
        for at in (NOW - 3 * HOUR, NOW - 2 * HOUR):
            ledger.record("deepseek", Reading(at=at, balances=(Balance(usd(5)),)))
        early = lines_of(first)
        ledger.record("deepseek", Reading(at=NOW - HOUR, balances=(Balance(usd(5)),)))
    take(other, early)
    assert take(other, lines_of(first)).known == 1
    take(other, early)
    assert lines_of(other) == lines_of(first)


def test_lines_in_any_order_make_the_same_board(session_of: SessionOf, clock: Clock, other: Session) -> None:
    first = session_of(config=CONFIG, real=True)
    rich(first, clock)
    lines = lines_of(first)
    wanted = shown(first)
    Random(3).shuffle(lines)
    assert take(other, lines).bad_in_all == 0
    assert shown(other) == wanted, "an undo and what it undoes stand right, whichever line came first"


def test_exports_of_two_machines_merge_and_count_nothing_twice(
    session_of: SessionOf, clock: Clock, tmp_path: Path
) -> None:
    """Both asked about the same purse and one call was exported to the other before."""
    clock.instant = NOW
    one, two, both, turned = (elsewhere(session_of, tmp_path, name) for name in ("one", "two", "both", "turned"))
    for session, offset in ((one, 0), (two, 2)):
        with open_ledger(session.paths.ledger) as ledger:
            for minute in range(offset, 600, 5):
                ledger.record("deepseek", Reading(
                    at=NOW - 10 * HOUR + timedelta(minutes=minute),
                    balances=(Balance(usd(100 - minute // 60)),), badges=("a",) if minute < 300 else (),
                ))  # fmt: skip
    keep(one, [(made("shared", NOW - HOUR, "anthropic"), "pi", 1, "metered"),
               (made("mine", NOW - HOUR, "anthropic"), "pi", 2, "metered")])  # fmt: skip
    keep(two, [(made("shared", NOW - HOUR, "anthropic"), "pi", 1, "metered"),
               (made("yours", NOW - HOUR, "anthropic"), "pi", 4, "metered")])  # fmt: skip
    book.sync(one, "anthropic", usd(50))
    clock.instant += timedelta(minutes=1)
    book.sync(two, "anthropic", usd(45))
    for session, order in ((both, (one, two, one)), (turned, (two, one))):
        for each in order:
            take(session, lines_of(each))
        balance = next(view for view in board(session).accounts if view.id == "deepseek")
        assert balance.spend is not None and balance.spend.all == usd(9), "what one machine alone saw"
        assert balance.read_at == NOW - timedelta(minutes=3)
        view = next(view for view in board(session).accounts if view.id == "anthropic")
        assert view.balance is not None and view.balance.remaining == usd(45)
    assert shown(both) == shown(turned)
    calls = spent(both, ALL).report(["account"], {"source": "pi"})
    assert calls.totals[0].cost == usd(7) and calls.totals[0].calls == 3


def test_a_log_that_is_read_later_does_not_count_again(session_of: SessionOf, clock: Clock, other: Session) -> None:
    """Two requests that gave one answer's id, too, of which the second has a key of its own."""
    clock.instant = NOW
    first = session_of(config=CONFIG, real=True)
    calls = [(made("a", NOW - HOUR, "anthropic"), "pi", 1.0, "metered"),
             (made("b", NOW - HOUR, "anthropic", group=5), "pi", 2.0, "metered"),
             (made("b", NOW - HOUR, "anthropic", group=6, input=70), "pi", 4.0, "metered")]  # fmt: skip
    keep(first, [calls[0], calls[1]])
    keep(first, [calls[2]])
    take(other, lines_of(first))
    keep(other, [calls[0], calls[1]])
    keep(other, [calls[2]])
    assert spent(other, ALL).report(["account"]).totals == spent(first, ALL).report(["account"]).totals
    assert spent(other, ALL).report(["account"]).totals[0].calls == 3
    assert lines_of(other) == lines_of(first)


def test_imported_calls_keep_the_account_they_name_whatever_the_settings_say(
    clock: Clock, other: Session, session_of: SessionOf
) -> None:
    clock.instant = NOW
    row = {"kind": "usage", "key": "b64:AAAAAAAAAAE", "source": "codex", "account": "second", "model": "gpt-5.5",
           "at": "2026-11-20T18:00:00Z", "cost": 3, "currency": "USD"}  # fmt: skip
    take(other, [json.dumps(row).encode()])
    from creditsui.core.logs.ingest import ingest

    ingest(other)
    assert [r.keys for r in spent(other, ALL).report(["account", "source"]).rows] == [("second", "codex")]
    (line,) = lines_of(other)
    assert json.loads(line)["key"] == "b64:AAAAAAAAAAE"


def test_an_open_board_sees_what_was_imported_meanwhile(session_of: SessionOf, clock: Clock, other: Session) -> None:
    """Readings that are older than all it has in mind."""
    clock.instant = NOW
    with open_ledger(other.paths.ledger) as ledger:
        ledger.record("deepseek", Reading(at=NOW - HOUR, balances=(Balance(usd(5)),)))
    assert shown(other)
    row = {"kind": "reading", "account": "deepseek", "at": "2026-11-20T10:00:00+00:00",
           "balances": [{"remaining": 9, "currency": "USD"}]}  # fmt: skip
    take(other, [json.dumps(row).encode()])
    view = next(one for one in board(other).accounts if one.id == "deepseek")
    assert view.spend is not None and view.spend.all == usd(4)


READING = Reading(
    at=NOW - HOUR - timedelta(microseconds=1),
    balances=(Balance(usd("123456789012.123456"), usd("0.000001"), usd("-3.2")), Balance(money(7, "points"))),
    limit=Limit(usd(10), usd("0.5"), "daily"),
    windows=(Window("5h", 1 / 3, 1000, 997.5, "requests", NOW, 18_000, False),),
    spend=ReportedSpend((DaySpend(date(2026, 11, 1), usd(2)),), date(2026, 10, 1), usd(9), (ModelSpend("m", usd(1)),),
                        timedelta(hours=1.5)),
    plan="pro", badges=("PAYG",), probe=ProbeCost("m", 1, 2, usd("0.00002")), certainty=Certainty.ESTIMATED,
)  # fmt: skip


def test_every_field_of_a_reading_moves(other: Session, session_of: SessionOf, clock: Clock) -> None:
    clock.instant = NOW
    for noun in (READING, *READING.balances[:1], READING.limit, *READING.windows, READING.spend, READING.probe):
        bare = [one.name for one in fields(noun) if getattr(noun, one.name) == one.default]  # type: ignore[arg-type]
        assert not bare, f"{type(noun).__name__} would not show that these are lost: {bare}"
    first = session_of(config=CONFIG, real=True)
    with open_ledger(first.paths.ledger) as ledger:
        ledger.take_in([("a", Recorded(READING, NOW))])
    take(other, lines_of(first))
    with open_ledger(other.paths.ledger) as ledger:
        assert ledger.readings("a") == [Recorded(READING, NOW)]


GOOD = (
    b'{"kind": "entry", "id": "1", "type": "sync", "account": "anthropic", "at": "2026-11-20T08:00:00Z",'
    b' "amount": 5, "currency": "USD"}'
)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"nope", "no JSON object"),
        (b"[1]", "expected object"),
        (b"\xff\xfe", "no JSON object"),
        (b"{}", "it lacks kind"),
        (b'{"kind": "wish"}', "kind means nothing here"),
        (GOOD.replace(b'"1"', b'""'), "id: expected str of length >= 1"),
        (GOOD.replace(b"08:00:00Z", b"08:00:00"), "at: expected datetime with a timezone"),
        (GOOD.replace(b"2026-11-20T08", b"2026-11-20T25"), "at means nothing here"),
        (GOOD.replace(b"2026", b"2027"), "it lies in the future"),
        (GOOD.replace(b'"amount": 5', b'"amount": null'), "the amount is missing"),
        (GOOD.replace(b'"amount": 5', b'"amount": 1e30'), "not a finite amount"),
        (GOOD.replace(b'"amount": 5', b'"amount": true'), "amount: expected"),
        (GOOD.replace(b'"amount": 5', b'"amount": -5').replace(b"sync", b"topup"), "a top-up is more than 0"),
        (GOOD.replace(b"USD", b"$$$"), "not a currency"),
        (GOOD.replace(b"sync", b"gift"), "type means nothing here"),
        (GOOD.replace(b"sync", b"undo"), "an undo has no amount"),
        (GOOD.replace(b"sync", b"undo").replace(b'"amount": 5', b'"amount": null'), "does not say what it undoes"),
        (b'{"kind": "usage", "key": "k", "source": "s", "account": "a", "at": "2026-11-20T08:00:00Z", "model": "m"}',
         "the cost is missing"),
        (b'{"kind": "usage", "key": "k", "source": "s", "account": "a", "at": "2026-11-20T08:00:00Z", "model": "m",'
         b' "cost": 1, "input": -1}', "input: expected int >= 0"),
        (b'{"kind": "usage", "key": "k", "source": "s", "account": "a", "at": "2026-11-20T08:00:00Z", "model": "m",'
         b' "cost": 1, "output": 1, "reasoning": 2}', "a part is more than the whole"),
        (b'{"kind": "reading", "account": "a", "at": "2026-11-20T08:00:00Z", "until": "2026-11-20T07:00:00Z"}',
         "it ends before it begins"),
        (b'{"kind": "reading", "account": "a", "at": "2026-11-20T08:00:00Z", "windows": [{"name": "5h", "used": "x"}]}',
         "windows[0].used: expected float"),
    ],
)  # fmt: skip
def test_a_bad_line_is_told_and_the_rest_comes_in(other: Session, clock: Clock, line: bytes, why: str) -> None:
    clock.instant = NOW
    done = take(other, [line, GOOD])
    assert done.bad_in_all == 1 and done.bad[0][0] == 1 and why in done.bad[0][1], done.bad
    assert done.entries == 1 and len(book.entries(other)) == 1


def test_text_from_a_file_is_clean_and_keys_that_nobody_knows_are_passed_over(other: Session, clock: Clock) -> None:
    clock.instant = NOW
    line = GOOD.replace(b'"account"', b'"note": "a\\u001b[31m\\u202eb", "later": {"x": [1]}, "account"')
    assert take(other, [line]).entries == 1
    assert book.entries(other)[0].note == "a[31mb"


def test_an_undo_of_what_nobody_knows_is_kept_for_when_that_comes(other: Session, clock: Clock) -> None:
    clock.instant = NOW
    undo = (
        b'{"kind": "entry", "id": "2", "type": "undo", "account": "anthropic", "at": "2026-11-20T09:00:00Z",'
        b' "undoes": "1"}'
    )
    assert take(other, [undo]).entries == 1
    take(other, [GOOD])
    view = next(one for one in board(other).accounts if one.id == "anthropic")
    assert view.balance is None
    circle = [
        undo.replace(b'"2"', b'"3"').replace(b'"1"', b'"4"'),
        undo.replace(b'"2"', b'"4"').replace(b'"1"', b'"3"'),
    ]
    assert take(other, circle).entries == 2, "nor does a circle hang it"


def told(minute: int, until: int, amount: int) -> Recorded:
    at = NOW + timedelta(minutes=minute)
    return Recorded(Reading(at=at, balances=(Balance(usd(amount)),)), NOW + timedelta(minutes=until))


def test_readings_of_two_machines_follow_one_another() -> None:
    assert apart([told(0, 10, 5), told(10, 20, 4), told(25, 30, 4)]) == [
        told(0, 10, 5), told(10, 20, 4), told(25, 30, 4)
    ]  # fmt: skip
    assert apart([told(0, 10, 5), told(2, 8, 5), told(9, 12, 5), told(13, 14, 4)]) == [told(0, 12, 5), told(13, 14, 4)]
    assert apart([told(0, 10, 5), told(8, 9, 4)]) == [told(0, 8, 5), told(8, 9, 4)]
    assert apart([]) == []


def test_a_ledger_tells_readings_of_two_machines_one_after_the_other(other: Session) -> None:
    with open_ledger(other.paths.ledger) as ledger:
        ledger.take_in([("a", told(0, 10, 5)), ("a", told(2, 8, 5)), ("a", told(9, 12, 4))])
        assert ledger.readings("a") == [told(0, 9, 5), told(9, 12, 4)]
