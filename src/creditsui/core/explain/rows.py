"""The ledger's own rows behind each number of an account: from which of them it is reckoned."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from creditsui import config as configuration
from creditsui.config import Config, ConfigError
from creditsui.core import configured
from creditsui.core.accounts import detect
from creditsui.core.evidence import Known, Row, all_readings, calls, credits, entries, reading_row, truth
from creditsui.core.facts import facts
from creditsui.core.session import Session
from creditsui.domain import format as show
from creditsui.domain.board import AccountView
from creditsui.domain.facts import purse
from creditsui.domain.observe import calendar
from creditsui.domain.reading import Recorded
from creditsui.domain.reconcile import LAST

_EVER = datetime(1970, 1, 2, tzinfo=UTC)
_HITS = 3
_MOMENT = timedelta(milliseconds=1)
_JUST = timedelta(seconds=1)
"""How long before the reading that shows it credit is told to have come."""


def rows(session: Session, view: AccountView, field: str) -> list[Row]:
    """Of one field of `explain`, the most telling first; empty where the number rests on no row. Raises LedgerError.

    It looks into the ledger at every call of the time in question: no work for a thread that paints.
    """
    pick = PICKS.get(field)
    if pick is None or not session.paths.ledger.exists():
        return []
    from creditsui.adapters.ledger import open_ledger

    config, now = _config(session), session.now()
    zone = configuration.zone(config, session.env)
    account = next((one for one in detect.accounts(session, config) if one.id == view.id), None)
    if account is None:
        return []
    (known,) = facts(session, [account], now, zone, [])
    days = calendar(now, zone)
    money = purse(known, days, zone)
    with open_ledger(session.paths.ledger, readonly=True) as ledger:
        return pick(Known(view=view, facts=known, purse=money, since=days.edges[0], now=now, ledger=ledger))


def _config(session: Session) -> Config:
    try:
        return configured.current(session)
    except ConfigError:
        return configuration.parse("")


def _balance(known: Known) -> list[Row]:
    history = known.history
    if not history.anchors:
        return []
    _, end, _, number = history.anchors[-1]
    rows = truth(known, history.anchors[-1], history.currency)
    return [*rows, *credits(known, (end, number), (known.now, LAST)), *calls(known, end, known.now)]


def _read(known: Known) -> list[Row]:
    return _balance(known)[:1] or [reading_row(one, known.now) for one in known.facts.readings[-1:]]


def _balances(known: Known) -> list[Row]:
    rows: list[Row] = []
    for code in known.purse.carried:
        rows += truth(known, known.purse.stocks[code].history.anchors[-1], code)
    return list(dict.fromkeys(rows))


def _spend(known: Known) -> list[Row]:
    return _spent(known, known.since)


def _spent(known: Known, since: datetime) -> list[Row]:
    """What spend since an instant is known from."""
    spend = known.view.spend
    if spend is not None and spend.source == "provider":
        told = [one for one in known.facts.readings if one.reading.spend is not None and one.until >= since]
        rows = [reading_row(one, known.now, said="its report of what was spent") for one in told[-1:]]
    else:
        rows = all_readings(known, since, known.now) if known.history.anchors else []
    return [*calls(known, since - _MOMENT, known.now, plans=True), *rows,
            *entries(known, lambda entry: entry.at >= since)]  # fmt: skip


def _budget(known: Known) -> list[Row]:
    budget = known.view.budget
    if budget is None:
        return []
    return _spent(known, budget.since or _EVER)


def _runway(known: Known) -> list[Row]:
    return list(dict.fromkeys([*_balance(known)[:1], *_spend(known)]))


def _drift(known: Known) -> list[Row]:
    """The truths at both ends, what was booked and seen between them, and earlier syncs that taught the share."""
    drift, anchors, currency = known.view.drift, known.history.anchors, known.history.currency
    if drift is None:
        return []
    reported = drift.reported.micros if drift.reported is not None else None
    for at in range(len(anchors) - 1, 0, -1):
        (start, _, micros, own), (_, since, _, before) = anchors[at], anchors[at - 1]
        if since == drift.since and reported in (None, micros):
            rows = truth(known, anchors[at - 1], currency)
            rows += credits(known, (since, before), (start, own))
            rows += [*calls(known, since, start), *truth(known, anchors[at], currency)]
            return [*rows, *(_syncs_before(known, since) if drift.pairs > 1 else [])]
    return []


def _syncs_before(known: Known, at: datetime) -> list[Row]:
    return entries(known, lambda entry: entry.type == "sync" and entry.at < at)


def _last(known: Known, wanted: Callable[[Recorded], object], said: Callable[[Recorded], str]) -> list[Row]:
    found = next((one for one in reversed(known.facts.readings) if wanted(one)), None)
    return [] if found is None else [reading_row(found, known.now, said=said(found))]


def _limit(known: Known) -> list[Row]:
    def said(one: Recorded) -> str:
        limit = one.reading.limit
        if limit is None:
            return ""
        left = "" if limit.remaining is None else f"{show.amount(limit.remaining)} left of "
        return f"{left}{show.amount(limit.amount)}"

    return _last(known, lambda one: one.reading.limit, said)


def _windows(known: Known) -> list[Row]:
    def said(one: Recorded) -> str:
        return ", ".join(f"{show.quota(window)} {show.percent(window.used)} used" for window in one.reading.windows)

    begun = [pace.since for pace in known.view.paces if pace.since is not None]
    rows = _last(known, lambda one: one.reading.windows, said)
    return [*rows, *(all_readings(known, min(begun), known.now) if begun else [])]


def _health(known: Known) -> list[Row]:
    binding = known.view.binding
    pick = {"balance": _balance, "budget": _budget, "limit": _limit}.get(binding or "", _windows)
    return pick(known) if binding not in (None, "problem") else []


def _capacity(known: Known) -> list[Row]:
    view = known.view
    if view.capacity is None or view.capacity_from == "config":
        return []
    if view.capacity_from == "top-up":
        return entries(known, lambda entry: entry.type == "topup")[:1]
    highest = next((one for one in known.history.anchors if one[2] == view.capacity.micros), None)
    return [] if highest is None else truth(known, highest, view.capacity.currency)


def _topups(known: Known) -> list[Row]:
    return entries(known, lambda entry: entry.type == "topup")


def _lots(known: Known) -> list[Row]:
    def said(one: Recorded) -> str:
        parts = [
            f"{show.amount(part)} {word}"
            for balance in one.reading.balances
            for part, word in ((balance.granted, "granted"), (balance.paid, "paid"))
            if part is not None
        ]
        return ", ".join(parts)

    told = _last(known, lambda one: said(one), said)
    return [*_topups(known), *(told or _balance(known)[:1])] if known.view.lots else []


def _expired(known: Known) -> list[Row]:
    days = {one.on for one in known.view.expired}
    return entries(known, lambda entry: entry.type == "topup" and entry.expires_at in days)


def _around(known: Known, instants: Iterable[datetime]) -> list[Row]:
    """The readings before and after each instant, or the calls of just then."""
    rows: list[Row] = []
    readings, currency = known.facts.readings, known.history.currency
    for at in instants:
        after = next((index for index, one in enumerate(readings) if one.until > at or one.reading.at >= at), None)
        if after is None or readings[after].reading.at - at > _JUST or not readings[after].reading.balances:
            rows += calls(known, at - _MOMENT, at)
            continue
        rows += [reading_row(one, known.now, currency) for one in readings[max(after - 1, 0) : after + 1]]
    return list(dict.fromkeys(rows))


def _proposals(known: Known) -> list[Row]:
    return _around(known, [one.at for one in known.view.proposals])


def _allowance(known: Known) -> list[Row]:
    return _around(known, [known.view.allowance.last] if known.view.allowance is not None else [])


def _hits(known: Known) -> list[Row]:
    return _around(known, [one.at for one in known.view.hits[:_HITS]])


def _spike(known: Known) -> list[Row]:
    spike = known.view.spike
    if spike is None:
        return []
    end = known.now if spike.until is None else spike.until - _MOMENT
    return [*calls(known, spike.since - _MOMENT, end), *all_readings(known, spike.since, end)]


#: By the fields of `explain`.
PICKS: MappingProxyType[str, Callable[[Known], list[Row]]] = MappingProxyType(
    {
        **dict.fromkeys(("balance", "basis", "wide", "certainty"), _balance),
        **dict.fromkeys(("stale", "read_at", "age_seconds"), _read),
        **dict.fromkeys(("health", "binding", "band"), _health),
        **dict.fromkeys(("capacity", "capacity_from"), _capacity),
        **dict.fromkeys(("spend", "burn_per_day", "days"), _spend),
        **dict.fromkeys(("lots", "expiring"), _lots),
        "balances": _balances,
        "runway": _runway,
        "drift": _drift,
        "expired": _expired,
        "proposals": _proposals,
        "allowance": _allowance,
        "budget": _budget,
        "limit": _limit,
        "windows": _windows,
        "hits": _hits,
        "topups": _topups,
        "spike": _spike,
    }
)
