"""What the user knows and the provider will not tell: syncs, top-ups, and taking them back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from creditsui.core import board, settings
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.clean import clean
from creditsui.domain.entry import CreditKind, Entry, standing
from creditsui.domain.money import Money

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Before this nobody sold what is booked here."""
_LONGEST_NOTE = 500


class Unbookable(Exception):
    """The entry was refused and nothing was written; the text is a sentence for the user."""


@dataclass(frozen=True, slots=True)
class SyncOf:
    """One true balance to book."""

    account: str
    amount: Money
    capacity: float | None = None
    note: str = ""


def currency(session: Session, id: str) -> str:
    """The currency that an amount typed for this account is in, where it names none."""
    view = board.board(session).account(id)
    if view is not None:
        return view.currency
    provider = session.providers().get(id)
    return provider.currency if provider is not None else "USD"


def sync(session: Session, account: str, amount: Money, *, capacity: float | None = None, note: str = "") -> Entry:
    """Book the true balance of now. `capacity` is also kept in the configuration. Raises Unbookable."""
    return sync_all(session, [SyncOf(account, amount, capacity, note)])[0]


def sync_all(session: Session, syncs: Sequence[SyncOf]) -> list[Entry]:
    """Book several true balances, all of them or none. Raises Unbookable."""
    from creditsui.adapters.ledger import open_ledger

    for one in syncs:
        _check_capacity(one.capacity)
        _known(session, one.account)
    now = session.now()
    # The settings change only once the ledger is ours to write, and nothing is booked where they cannot.
    with open_ledger(session.paths.ledger) as ledger, ledger.transaction():
        for one in syncs:
            _ensure(session, one.account, one.amount.currency, one.capacity)
        booked = [
            ledger.book("sync", one.account, now, one.amount, now=now, note=clean(one.note, _LONGEST_NOTE))
            for one in syncs
        ]
    _publish(session)
    return booked


def topup(
    session: Session,
    account: str,
    amount: Money,
    *,
    expires: date | None = None,
    kind: CreditKind = "paid",
    note: str = "",
    at: datetime | None = None,
    id: str | None = None,
) -> Entry:
    """Book new credit, from `at` (default now) on; `expires` is its last day, None: it never ends. Raises Unbookable.

    An `id` that is booked already counts once.
    """
    from creditsui.adapters.ledger import open_ledger

    if amount.micros <= 0:
        raise Unbookable("A top-up is more than 0. Book a correction with: creditsui sync ID AMOUNT")
    now = session.now()
    effect = at or now
    if effect > now + timedelta(minutes=1):
        raise Unbookable("A top-up cannot lie in the future; book it when it has happened.")
    if effect < _EARLIEST:
        raise Unbookable("A top-up cannot lie before the year 2000; check --at.")
    if expires is not None and expires < effect.date():
        raise Unbookable("That credit would have expired before it came.")
    _known(session, account)
    with open_ledger(session.paths.ledger) as ledger, ledger.transaction():
        _ensure(session, account, amount.currency)
        entry = ledger.book(
            "topup", account, effect, amount,
            now=now, expires_at=expires, kind=kind, note=clean(note, _LONGEST_NOTE), id=id,
        )  # fmt: skip
    _publish(session)
    return entry


def undo(session: Session, number: int | None = None) -> tuple[Entry, Entry]:
    """Take back the entry of that number, or the last one that still counts. Returns the undo and what it undid.

    Raises Unbookable when there is nothing to take back, ConfigError while the settings cannot be read.
    """
    settings.current(session)
    return _take_back(session, lambda book: _undoable(book, number))


def _undoable(book: Sequence[Entry], number: int | None) -> tuple[Entry, Entry]:
    """The entry to take back, twice. Raises Unbookable."""
    counting = {entry.id for entry in standing(book)}
    if number is None:
        target = next((entry for entry in reversed(book) if entry.id in counting), None)
        if target is None:
            raise Unbookable("There is nothing to undo.")
    else:
        target = next((entry for entry in book if entry.number == number), None)
        if target is None:
            raise Unbookable(f"There is no entry {number}. See: creditsui entries")
        if target.type == "undo":
            raise Unbookable(f"Entry {number} is an undo itself; book the value again instead.")
        if target.id not in counting:
            raise Unbookable(f"Entry {number} was taken back already.")
    return target, target


def redo(session: Session) -> tuple[Entry, Entry]:
    """Bring back what the last undo took, as long as nothing was booked since. Returns the undo of it and the entry
    that counts again. Raises Unbookable, and ConfigError while the settings cannot be read."""
    settings.current(session)
    return _take_back(session, _redoable)


def _redoable(book: Sequence[Entry]) -> tuple[Entry, Entry]:
    """The undo to take back, and what counts again then. Raises Unbookable."""
    by_id = {entry.id: entry for entry in book}
    undone = {entry.undoes for entry in book if entry.type == "undo"}
    for entry in reversed(book):
        if entry.type != "undo" or entry.undoes is None:
            break
        target = by_id.get(entry.undoes)
        if target is not None and target.type != "undo" and entry.id not in undone:
            return entry, target
    raise Unbookable("There is nothing to redo.")


def entries(session: Session) -> list[Entry]:
    """Every entry ever booked, undos included, newest first."""
    return _entries(session)[::-1]


def _entries(session: Session) -> list[Entry]:
    from creditsui.adapters.ledger import open_ledger

    if not session.paths.ledger.exists():
        return []
    with open_ledger(session.paths.ledger, readonly=True) as ledger:
        return ledger.entries()


def _take_back(session: Session, choose: Callable[[Sequence[Entry]], tuple[Entry, Entry]]) -> tuple[Entry, Entry]:
    """Book the undo of the first entry that `choose` finds in the book; nobody books in between. The second is passed
    on."""
    from creditsui.adapters.ledger import open_ledger

    if not session.paths.ledger.exists():
        choose([])
    now = session.now()
    with open_ledger(session.paths.ledger) as ledger, ledger.transaction():
        target, meant = choose(ledger.entries())
        entry = ledger.book("undo", target.account, now, None, now=now, undoes=target.id)
    _publish(session)
    return entry, meant


def _known(session: Session, id: str) -> Account | None:
    """The account, or None for one that will be created because its id is a provider's. Raises Unbookable."""
    found = settings.account(session, id)
    if found is None and (id not in session.providers() or id == "manual"):
        raise Unbookable(settings.unknown(id))
    return found


def _ensure(session: Session, id: str, currency: str, capacity: float | None = None) -> None:
    """The account is in the settings, with this capacity where one is given."""
    if settings.account(session, id) is None:
        default = session.providers()[id].currency
        settings.add_account(session, id, currency="" if currency == default else currency, capacity=capacity)
    elif capacity is not None:
        settings.set_account(session, id, capacity=capacity)


def _check_capacity(capacity: float | None) -> None:
    if capacity is not None and not 0 < capacity < 1e12:
        raise Unbookable("A capacity is more than 0: what a full bar stands for.")


def _publish(session: Session) -> None:
    board.publish(session, board.board(session))
