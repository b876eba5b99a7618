"""What was spent on what: the calls of the ledger and what went unseen, for a period, ready to be grouped."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from creditsui import config as configuration
from creditsui.config import Config
from creditsui.core import configured
from creditsui.core.accounts import detect
from creditsui.core.session import Session
from creditsui.domain.entry import standing
from creditsui.domain.observe import calendar
from creditsui.domain.reading import Semantics
from creditsui.domain.reconcile import gaps
from creditsui.domain.spending import Report, Slot, report, start_of
from creditsui.domain.totals import purses
from creditsui.domain.unseen import Known, unseen
from creditsui.pricing.table import table_told

if TYPE_CHECKING:
    from creditsui.adapters.ledger import Ledger
    from creditsui.adapters.usage_store import UsageStore
    from creditsui.adapters.usage_tables import Kind

DAYS = 30
"""What is told where nobody names a first day: this many days up to the last."""
ALL = date.min
"""As a first day: the first that anything is known of."""
PLACES = ("project", "session")
"""Keys of rows that calls alone tell."""
_LATEST = date(9000, 1, 1)
_MOST = 3660
"""Days that are looked through for what went unseen."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Everything of one period, to be grouped again and again without another look at the ledger."""

    slots: tuple[Slot, ...]
    since: date
    until: date
    zone: tzinfo
    span: tuple[date, date] | None
    """The first and the last day with a call, of all there are; None without one."""
    prices: str
    """The table of prices and the day of its newest price."""

    def report(self, by: Sequence[str], where: Mapping[str, str] | None = None, *, unpriced: bool = False) -> Report:
        """Rows by names of `spending.KEYS`, and only what has the values of `where`, or has no known price."""
        slots = [slot for slot in self.slots if slot.unpriced_tokens] if unpriced else self.slots
        return report(slots, by, self.since, self.until, self.zone, where=where, span=self.span, prices=self.prices)


def spent(
    session: Session,
    since: date | None = None,
    until: date | None = None,
    *,
    places: bool = False,
    times: bool = True,
    where: Mapping[str, str] | None = None,
) -> Spent:
    """From one day of the configured zone to another, both included; by default the last 30 days.

    `places` tells projects and sessions too, which takes a look at every call, or at those of the project and session
    in `where`. Without `times` only the whole period can be told, and that sooner. Raises LedgerError and ConfigError.
    """
    config = configured.current(session)
    zone = configuration.zone(config, session.env)
    today = session.now().astimezone(zone).date()
    last = min(until or today, _LATEST)
    first = last - timedelta(days=DAYS - 1) if since is None else since
    if not session.paths.ledger.exists():
        return Spent((), min(today, last) if since == ALL else first, last, zone, None, table_told())
    from creditsui.adapters.ledger import open_ledger

    with open_ledger(session.paths.ledger, readonly=True) as ledger:
        watched = _watched(session, config, ledger)
        with ledger.glance() as store:
            span = _span(store, zone)
            if since == ALL:
                first = min([last, *_begun(watched, span, zone)])
            begin, end = (_milliseconds(start_of(day, zone)) for day in (first, last + timedelta(days=1)))
            only = {name: value for name, value in (where or {}).items() if name in PLACES}
            slots = list(_slots(store.sums(begin, end, by_time=times, by_place=places, **only)))
    days = min((today - first).days + 1, _MOST)
    if days > 0:
        for members in watched:
            slots += unseen(members, session.now(), zone, days)
    return Spent(tuple(slots), first, last, zone, span, table_told())


def _watched(session: Session, config: Config, ledger: "Ledger") -> list[list[Known]]:
    """The accounts of each purse that somebody told a balance or a spend of."""
    accounts = [account for account in detect.accounts(session, config) if account.enabled]
    catalogue = session.providers()
    purse_of = purses({account.id: account.pool for account in accounts})
    entries = standing(ledger.entries())
    edges = calendar(session.now(), configuration.zone(config, session.env)).edges
    found: dict[str, list[Known]] = {}
    for account in accounts:
        provider = catalogue.get(account.provider)
        own = [entry for entry in entries if entry.account == account.id]
        readings = ledger.readings(account.id)
        known = Known(
            account=account.id,
            readings=readings,
            entries=own,
            usage=ledger.summed_usage(account.id, edges, [*(entry.at for entry in own), *gaps(readings)]),
            semantics=provider.semantics if provider is not None else Semantics.BALANCE,
        )
        found.setdefault(purse_of[account.id], []).append(known)
    return [members for members in found.values() if any(one.readings or one.entries for one in members)]


def _begun(watched: Iterable[Iterable[Known]], span: tuple[date, date] | None, zone: tzinfo) -> Iterator[date]:
    """The days that something is known from."""
    if span is not None:
        yield span[0]
    for members in watched:
        for one in members:
            yield from (row.reading.at.astimezone(zone).date() for row in one.readings[:1])
            yield from (entry.at.astimezone(zone).date() for entry in one.entries)
            reports = (row.reading.spend for row in one.readings)
            yield from (spend.since for spend in reports if spend is not None and spend.since is not None)


def _slots(sums: "Iterable[tuple[int, Kind, str, str, Sequence[int]]]") -> Iterator[Slot]:
    at: dict[int, datetime] = {}
    for start, kind, project, session, (calls, input, output, read, written, reasoning, cost, unpriced) in sums:
        if start not in at:
            at[start] = datetime.fromtimestamp(start // 1000, UTC)
        yield Slot(
            at[start], kind.source, kind.account, kind.provider, kind.model, kind.tier, kind.billing, project, session,
            calls, input, output, read, written, reasoning, cost, unpriced, kind.currency, kind.low,
        )  # fmt: skip


def _span(store: "UsageStore", zone: tzinfo) -> tuple[date, date] | None:
    found = store.span()
    if found is None:
        return None
    first, last = (datetime.fromtimestamp(at // 1000, UTC).astimezone(zone).date() for at in found)
    return first, last


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1000
