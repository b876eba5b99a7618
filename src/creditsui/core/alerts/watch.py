"""What is told once: the board held against what was remembered of it, whoever asks, in one ledger."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from creditsui import config as configuration
from creditsui.core import configured
from creditsui.core.alerts.settings import AlertSettings, read
from creditsui.core.session import Session
from creditsui.domain.alert import Alert
from creditsui.domain.board import AccountView, Board
from creditsui.domain.edges import Sight, edges
from creditsui.domain.episodes import Episode, Manner, Sample, Watch, handed, step, worst_first
from creditsui.domain.look import Look, jumped

_FRESH = timedelta(minutes=1)
"""How long a look is remembered before it is written again though nothing has happened: panes look at what others
write, so whoever wrote at every look would have no rest."""
_FORGOTTEN = timedelta(days=7)
"""How long an account that is not seen any more is still listed: it may have been removed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An episode that goes on."""

    alert: Alert
    """As it was when it was last seen; `since` is when it began."""
    told: bool
    """False: it waits for the end of quiet hours or of a snooze."""
    acknowledged: bool


def look(session: Session, board: Board, *, hold: bool = False) -> list[Alert]:
    """Hold a board against what is remembered, remember it, and return what is new and due, the worst first.

    Of all processes one alone is given an alert. With `hold` it is given to another one where this process ends before
    it says `handed_on`. Blocks on the ledger. Raises LedgerError, ConfigError.
    """
    from creditsui.adapters.episodes import gone, myself
    from creditsui.adapters.ledger import open_ledger

    if not session.paths.ledger.exists():
        return []  # nothing was ever known
    config = configured.current(session)
    settings, zone = read(config.rest.get("alerts")), configuration.zone(config, session.env)
    holder = myself() if hold else ""
    alerts: list[Alert] = []
    with open_ledger(session.paths.ledger) as ledger, ledger.episodes() as store:
        last, here = store.last(), _here(session)
        watches = store.watches()
        if jumped(last, here):
            store.keep((account, watch.shaken()) for account, watch in watches.items())
            store.looked(here)
            return []
        dead = gone({one.holder for watch in watches.values() for one in watch.episodes if one.holder} - {holder})
        quiet = settings.quiet_hours is not None and settings.quiet_hours.holds(here.at, zone)
        ids = {view.id for view in board.accounts}
        after: dict[str, Watch] = {}
        for view in board.accounts:
            known = watches.get(view.id, Watch()).without(dead)
            if not view.enabled:  # when it is shown again, it is seen for the first time
                after[view.id] = Watch(snoozed_until=known.snoozed_until)
                continue
            sight = edges(
                view, board.generated_at, zone, until=settings.through(view.id), shared=(view.pool or "") in ids
            )
            manner = _manner(settings, known, here.at, quiet, holder)
            after[view.id], told = step(known, _sample(view, board.generated_at, sight), manner)
            alerts += told
        news = any(_bare(watch) != _bare(watches.get(id)) for id, watch in after.items())
        if news or last is None or here.at < last.at or here.at - last.at >= _FRESH:
            store.keep((id, watch) for id, watch in after.items() if watch != watches.get(id, Watch()))
            store.looked(here)
    return worst_first(alerts)


def handed_on(session: Session, alerts: Sequence[Alert]) -> None:
    """What a look with `hold` returned has been delivered. Raises LedgerError."""
    from creditsui.adapters.episodes import myself

    accounts = {alert.account for alert in alerts}
    _change(session, lambda id, watch: handed(watch, myself()) if id in accounts else watch)


def standing(session: Session) -> list[Standing]:
    """The episodes that go on, the worst first, but of accounts that nobody has seen for long. Raises LedgerError."""
    since = session.now() - _FORGOTTEN
    watches = [watch for watch in _watches(session).values() if watch.at is None or watch.at > since]
    found = {one.alert: one for watch in watches for one in watch.episodes}
    return [
        Standing(alert, max(found[alert].told, found[alert].given) >= found[alert].step, found[alert].acknowledged)
        for alert in worst_first(found)
    ]


def snoozed(session: Session) -> dict[str, datetime]:
    """The accounts of which nothing is told yet, and until when. Raises LedgerError."""
    now = session.now()
    return {
        account: watch.snoozed_until
        for account, watch in _watches(session).items()
        if watch.snoozed_until is not None and watch.snoozed_until > now
    }


def snooze(session: Session, account: str, until: datetime) -> None:
    """Tell nothing of an account until then; what still holds then, and was not told, is. Raises LedgerError."""
    _of(session, account, lambda watch: replace(watch, snoozed_until=until))


def acknowledge(session: Session, account: str) -> int:
    """Tell nothing more of what goes on there until it has recovered, not even that it got worse; what is new is told.
    Says of how many episodes. Raises LedgerError."""
    after = _of(session, account, lambda watch: _acknowledged(watch, True))
    return len(after.episodes)


def resume(session: Session, account: str) -> None:
    """Take a snooze and an acknowledgement back. Raises LedgerError."""
    _of(session, account, lambda watch: replace(_acknowledged(watch, False), snoozed_until=None))


def _acknowledged(watch: Watch, whether: bool) -> Watch:
    return replace(watch, episodes=tuple(replace(one, acknowledged=whether) for one in watch.episodes))


def _manner(settings: AlertSettings, watch: Watch, now: datetime, quiet: bool, holder: str) -> Manner:
    until = watch.snoozed_until
    later = quiet or (until is not None and now < until)
    return Manner(
        tell="never" if not settings.enabled else "later" if later else "now",
        ignore=settings.ignore,
        refills=settings.refills,
        holder=holder,
    )


def _sample(view: AccountView, at: datetime, sight: Sight) -> Sample:
    by_user = view.basis is not None and view.basis.by_user
    return Sample(
        account=view.id,
        label=view.label,
        band=view.band,
        at=at,
        reading=None if by_user else view.read_at,
        word=_word(view),
        sight=sight,
    )


def _word(view: AccountView) -> str:
    """What is different whenever the user has booked or set something that decides how the account is."""
    synced = view.basis.at.isoformat() if view.basis is not None and view.basis.by_user else ""
    last = f"{view.topups[0].at.isoformat()} {view.topups[0].amount.micros}" if view.topups else ""
    edges, full = view.thresholds, view.capacity if view.capacity_from == "config" else None
    edge = f"{edges.warning:g} {edges.critical:g} {edges.days:g} {edges.amount:g} {full.micros if full else ''}"
    budget = f"{view.budget.amount.micros} {view.budget.per}" if view.budget is not None else ""
    return "|".join((synced, str(len(view.topups)), last, edge, budget))


def _here(session: Session) -> Look:
    told = session.uptime()
    return Look(session.now(), *told) if told is not None else Look(session.now())


def _bare(watch: Watch | None) -> Watch:
    """Without what is another one at every look."""
    if watch is None:
        return Watch()
    return replace(watch, at=None, episodes=tuple(map(_unworded, watch.episodes)))


def _unworded(one: Episode) -> Episode:
    return replace(one, alert=replace(one.alert, at=one.alert.since, message="", value=None))


def _watches(session: Session) -> dict[str, Watch]:
    from creditsui.adapters.ledger import open_ledger

    if not session.paths.ledger.exists():
        return {}
    with open_ledger(session.paths.ledger, readonly=True) as ledger:
        return ledger.watches()


def _of(session: Session, account: str, change: Callable[[Watch], Watch]) -> Watch:
    """Change what is remembered of one account, known or not."""
    from creditsui.adapters.ledger import open_ledger

    with open_ledger(session.paths.ledger) as ledger, ledger.episodes() as store:
        after = change(store.watches().get(account, Watch()))
        store.keep([(account, after)])
    return after


def _change(session: Session, change: Callable[[str, Watch], Watch]) -> None:
    from creditsui.adapters.ledger import open_ledger

    with open_ledger(session.paths.ledger) as ledger, ledger.episodes() as store:
        store.keep([(id, after) for id, watch in store.watches().items() if (after := change(id, watch)) != watch])
