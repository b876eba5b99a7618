"""What keeps agents' logs from being read as the user means it: settings that mean nothing, places that hold no log."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from creditsui import config as configuration
from creditsui.core import configured
from creditsui.core.logs.ingest import stamp
from creditsui.core.logs.payers import strangers
from creditsui.core.logs.settings import settings
from creditsui.core.session import Session
from creditsui.domain.clean import clean
from creditsui.pricing import own
from creditsui.sources import catalogue

_MOST = 3
"""Places that are named of one source; the others are only counted."""


def faults(session: Session) -> list[str]:
    """A sentence each. Looks for logs, and reads none. Raises ConfigError."""
    stamp(session)
    rest = configured.current(session).rest
    told = [
        f"config.toml: [sources.{clean(str(id), 60)}] {fault}."
        for id, given in rest.get("sources", {}).items()
        for fault in _wrong(str(id), given)
    ]
    return [*told, *own.faults(rest.get("prices", {})), *_lost(session), *known(session), *_odd(session),
            *_unread(session)]  # fmt: skip


def known(session: Session) -> list[str]:
    """Those that need no look at any log, after somebody looked for them. Raises ConfigError."""
    config = configured.current(session)
    told: list[str] = []
    if config.rest.get("sources"):
        from creditsui.core.accounts import detect  # who is known takes longer to say than reading a few logs

        accounts = [account.id for account in detect.accounts(session, config)]
        told += strangers(config.rest["sources"], accounts, session.providers())
    return [*told, *unlisted(session), *_ahead(session, lambda: configuration.zone(config, session.env))]


def unlisted(session: Session) -> Iterator[str]:
    """Folders that could not be looked into the last time somebody looked for logs."""
    found: dict[str, list[str]] = {}
    for id, path in session.unlisted:
        found.setdefault(id, []).append(path)
    for id, paths in found.items():
        yield from _told(id, paths, "may not be looked into, so logs there do not count; check its owner and mode")


def _wrong(id: str, given: Any) -> Iterator[str]:
    if id not in catalogue():
        yield f"names no agent whose logs are known; known are {', '.join(catalogue())}"
        return
    if not isinstance(given, Mapping):
        yield "is not a table"
        return
    for name, value in given.items():
        if name not in _MEANT:
            yield f"{clean(name, 40)} means nothing here; known are {', '.join(_MEANT)}"
        elif not _meant(name, value):
            yield f"{name} must be {_MEANT[name]}; it is left at its default"


_MEANT = {
    "enabled": "true or false",
    "paths": 'a list of folders, as ["~/logs"]',
    "account": "the id of an account",
    "billing": '"auto", "metered" or "subscription"',
}


def _meant(name: str, value: Any) -> bool:
    if name == "enabled":
        return isinstance(value, bool)
    if name == "paths":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return isinstance(value, str) and (name != "billing" or value in {"auto", "metered", "subscription"})


def _lost(session: Session) -> Iterator[str]:
    """Folders that the user named and that are not there."""
    from creditsui.adapters import tail

    for id, chosen in settings(session).items():
        for text in chosen.paths:
            if "\0" in text or not _there(tail.expanded(text, session.paths.home)):
                yield f"config.toml: [sources.{id}] paths: there is no {clean(text, 120)}."


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return True  # who may not look cannot say that it is not


def _odd(session: Session) -> Iterator[str]:
    from creditsui.adapters import tail

    chosen = settings(session)
    for id, source in catalogue().items():
        if chosen[id].enabled:
            found = tail.odd(source, session.env, session.paths.home, chosen[id].paths)
            yield from _told(id, [str(path) for path in found], "is no log, though a log would be called so")


def _unread(session: Session) -> Iterator[str]:
    """Logs that could not be opened when they were last looked at."""
    from creditsui.adapters.ledger import LedgerError, open_ledger

    if not session.paths.ledger.exists():
        return
    found: dict[str, list[str]] = {}
    with suppress(LedgerError), open_ledger(session.paths.ledger) as ledger, ledger.calls() as store:
        for id in catalogue():
            found[id] = sorted(file.path for file in store.files(id).values() if file.size < 0)
    for id, paths in found.items():
        yield from _told(id, paths, "could not be read the last time; it is tried again whenever logs are read")


def _ahead(session: Session, zone: Callable[[], tzinfo]) -> Iterator[str]:
    """Calls that count on no day yet."""
    from creditsui.adapters.ledger import LedgerError, open_ledger

    if not session.paths.ledger.exists():
        return
    found: list[tuple[str, int, int]] = []
    now = session.now()
    with suppress(LedgerError), open_ledger(session.paths.ledger, readonly=True) as ledger, ledger.glance() as store:
        if store.after(int(now.timestamp()) * 1000):  # as there hardly ever are: a calendar takes a while to load
            from creditsui.domain.observe import calendar

            found = store.after(int(calendar(now, zone(), 1).edges[-1].timestamp()) * 1000)
    for id, calls, last in found:
        day = datetime.fromtimestamp(last // 1000, UTC).astimezone(zone()).date()
        many, they = ("call is", "it counts") if calls == 1 else ("calls are", "they count")
        until = f"on {day}" if calls == 1 else f"up to {day}"
        yield f"{id}: {calls:,} {many} dated after today, {until}: a clock was wrong there; {they} when that day comes."


def _told(id: str, paths: list[str], how: str) -> Iterator[str]:
    yield from (f"{id}: {clean(path, 200)} {how}." for path in paths[:_MOST])
    if len(paths) > _MOST:
        yield f"{id}: so it is with {len(paths) - _MOST:,} more."
