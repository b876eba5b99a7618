"""What the ledger, the config and this machine know about every account, before any rule is applied. No network."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from creditsui.core.accounts import credentials, detect
from creditsui.core.asking.ask import pace
from creditsui.core.booked import Booked, booked
from creditsui.core.retention import in_few, in_mind
from creditsui.core.session import Session
from creditsui.core.spikes import Watched, last
from creditsui.domain.account import Account
from creditsui.domain.before import Known, Past
from creditsui.domain.cadence import AskState
from creditsui.domain.condense import Condensed, Span, marks
from creditsui.domain.facts import Facts
from creditsui.domain.hours import Settled
from creditsui.domain.observe import calendar, falls
from creditsui.domain.reading import Recorded, Semantics, apart
from creditsui.domain.reconcile import Gaps
from creditsui.domain.totals import purses
from creditsui.domain.usage import Usage
from creditsui.providers.spec import Feed, File, Get, Provider

if TYPE_CHECKING:
    from creditsui.adapters.ledger import Ledger
    from creditsui.adapters.usage_recall import Recall


def facts(
    session: Session,
    accounts: Sequence[Account],
    now: datetime,
    zone: tzinfo,
    notices: list[str],
    *,
    brief: bool = False,
) -> list[Facts]:
    """Of these accounts, in their order. Raises LedgerError; a ledger of a newer version is read all the same, and
    told in `notices`. `brief`, for a board that is made again and again: what is long past may be told in few figures.
    """
    from creditsui.adapters.ledger import NewerLedger, open_ledger
    from creditsui.adapters.usage_hours import HoursRecall
    from creditsui.adapters.usage_recall import Recall
    from creditsui.core.folded import Folder

    catalogue = session.providers()
    if not session.paths.ledger.exists():
        return [_facts(session, account, catalogue.get(account.provider)) for account in accounts]
    try:
        opened = open_ledger(session.paths.ledger)
    except NewerLedger as newer:
        notices.append(str(newer))
        opened = open_ledger(session.paths.ledger, readonly=True)
    with opened as ledger, ledger.moment():
        if session.imported != [ledger.imported()]:  # readings may have come that are older than all in mind
            session.imported[:] = [ledger.imported()]
            session.history.clear()
            session.thin.clear()
            session.folded.clear()
            session.trails.clear()
            session.hours.clear()
            session.gaps.clear()
        session.booked[:] = [books := booked(ledger, *session.booked)]
        purse_of = purses({account.id: account.pool for account in accounts})
        states, holders = ledger.states(), ledger.holders(now)
        folder = Folder(session, now, zone)
        found = []
        for account in accounts:
            provider = catalogue.get(account.provider)
            history = session.history.setdefault(account.id, [])
            fresh = ledger.readings(account.id, since=history[-1].until if history else None)
            _join(history, fresh)
            entries, drops = books.of(account.id), falls(history)
            if brief:
                history = in_mind(session, account.id, history, entries, drops, zone)
                session.history[account.id] = history
            else:  # a board may be made meanwhile, and what explains a number is all of it
                history = ledger.readings(account.id) if in_few(session, account.id) else history[:]
            settled = session.hours.setdefault(account.id, {})
            watched = _watched(account, purse_of, provider, history, books, settled)
            spent = session.spent.pop(account.id, None) or HoursRecall()
            base = _facts(
                session,
                account,
                provider,
                readings=history,
                entries=entries,
                spike=last(ledger, replace(watched, recall=spent), now, zone) if account.enabled else None,
                state=_current(states.get(account.id), provider),
                refreshing=account.id in holders,
            )
            session.spent[account.id] = spent
            recall = Recall()
            if brief:  # another thread meanwhile begins anew
                recall = session.recalled.pop(account.id, recall)
            paused = (session.gaps.pop(account.id, None) if brief else None) or Gaps()
            exact = [*books.told(account.id), *paused.latest(history)]
            calls = _calls(ledger, base, calendar(now, zone).edges, exact, drops, recall)
            known = partial(_known, session, base, zone, drops, calls)
            told = folder.brief(account.id, known, recall) if brief else None
            if told is None:
                told = known()
                if brief and folder.due(account.id, told):
                    folder.fold(account.id, told, calls, recall)
            if brief:
                session.recalled[account.id], session.gaps[account.id] = recall, paused
            found.append(told)
        return found


def _calls(
    ledger: "Ledger",
    base: Facts,
    edges: Sequence[datetime],
    exact: Sequence[datetime],
    drops: Sequence[Span],
    recall: "Recall",
) -> Callable[[datetime | None], Sequence[Usage]]:
    """Asks the ledger for calls."""
    history = base.readings
    by_day = bool(history) and history[0].reading.at < edges[0]
    id = base.account.id
    return lambda since: ledger.summed_usage(id, edges, exact, drops, by_day=by_day, since=since, recall=recall)


def _known(
    session: Session,
    base: Facts,
    zone: tzinfo,
    drops: Sequence[Span],
    calls: Callable[[datetime | None], Sequence[Usage]],
    known: Known | None = None,
    past: Past | None = None,
) -> Facts:
    """With readings in few rows, and with calls, as far as they are not past."""
    return replace(
        base,
        told=_condensed(session, base, zone, drops, known, past.begin if past is not None else None),
        usage=calls(past.until if past is not None else None),
        known=known,
        past=past,
    )


def _watched(
    account: Account,
    purse_of: Mapping[str, str],
    provider: Provider | None,
    readings: Sequence[Recorded],
    books: Booked,
    settled: dict[object, Settled],
) -> Watched:
    purse = purse_of[account.id]
    return Watched(
        account,
        members=[id for id, other in purse_of.items() if other == purse],
        semantics=provider.semantics if provider is not None else Semantics.BALANCE,
        readings=readings,
        books=books,
        settled=settled,
    )


def _condensed(
    session: Session, base: Facts, zone: tzinfo, drops: Sequence[Span], known: Known | None, since: datetime | None
) -> list[Recorded]:
    """A year of readings is too much to look through for every board."""
    id, readings, entries = base.account.id, base.readings, base.entries
    of = entries, known
    held = session.condensed.get(id)
    if held is None or held.of != of or not held.fits(readings, held.marks, zone):
        where = marks(entries, zone, known)
        if held is None or not held.fits(readings, where, zone):
            held = session.condensed[id] = Condensed(where, zone)
        held.of = of
    return held.all(readings, drops, since)


def _join(known: list[Recorded], fresh: list[Recorded]) -> None:
    """Replace the last row, which may have been confirmed again, by what came since. At once, and never more of it:
    another thread may be looking at what came before."""
    if not fresh or fresh == known[-len(fresh) :]:
        return
    first = max(0, bisect_left(known, fresh[0].reading.at, key=lambda row: row.reading.at) - 1)
    known[first:] = apart([*(row for row in known[first:] if row.reading.at < fresh[0].reading.at), *fresh])


def _current(state: AskState | None, provider: Provider | None) -> AskState | None:
    """What the last round left, unless the provider's declaration has changed since: then nothing of it holds."""
    changed = state is not None and provider is not None and not state.fingerprint.endswith(provider.edition)
    return None if changed else state


def _facts(session: Session, account: Account, provider: Provider | None, **known: object) -> Facts:
    asks = provider.asks if provider is not None else ()
    probes = any(isinstance(ask, Get) and ask.opt_in == "probe" for ask in asks)
    source = _source(session, account, provider)
    local = any(isinstance(ask, File | Feed) for ask in asks)
    return Facts(
        account=account,
        provider_name=provider.name if provider is not None else account.provider,
        console_url=provider.console_url if provider is not None and provider.console_url else None,
        semantics=provider.semantics if provider is not None else Semantics.BALANCE,
        tells=tuple(provider.tells) if provider is not None else (),
        probe_cost=provider.cost_of_asking if provider is not None and probes else None,
        credit_lasts_days=provider.credit_lasts_days if provider is not None else 0,
        fault=provider.fault if provider is not None else None,
        can_ask=bool(asks) and (source is not None or local),
        local=local,
        key_from=source,
        key_hint=session.hints.get(account.id) or None,
        pace=pace(provider, account) if provider is not None else timedelta(0),
        **known,  # type: ignore[arg-type]
    )


def _source(session: Session, account: Account, provider: Provider | None) -> str | None:
    """Where the account's credential comes from, as far as can be said without opening a keyring."""
    if provider is None or not provider.asks:
        return None
    if account.key.startswith("env:"):
        return account.key
    if account.key in {"keyring", "file", "login"}:
        return account.key
    if credentials.by_cloud(provider):
        return "login"
    if credentials.owns_environment(session, account):
        found = detect.source(session, provider)
    else:
        found = detect.login(session, provider)
    # An account with nothing but an admin key is fine.
    return found or (account.admin_key if account.admin_key != "auto" else None)
