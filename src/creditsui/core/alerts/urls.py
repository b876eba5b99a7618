"""Addresses that Apprise sends alerts to: secrets, so they are kept where keys are. The settings only name them."""

import re

from creditsui.core import configured, settings
from creditsui.core.alerts.settings import read
from creditsui.core.session import Session
from creditsui.core.settings import Unsettable
from creditsui.domain.problem import Refused
from creditsui.domain.secret import Secret

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_PLACE = "apprise"
"""Where a key would have the host it is for."""


def address(session: Session, name: str) -> Secret | None:
    """The address of that name; None where none is kept. Raises Refused where that cannot be told."""
    from creditsui.adapters import keystore

    owner = _owner(name)
    kept = keystore.read_file(session.paths.keys, owner, _PLACE)
    return kept or keystore.read(owner, _PLACE, session.env, expected=True)


def places(session: Session) -> list[tuple[str, tuple[str, ...], str]]:
    """Of each name the hosts that its alerts go to, and why they are not known, "" where they are.

    Blocks on the keyring and on Apprise for a bounded time. Raises ConfigError.
    """
    from creditsui.adapters import notify_urls

    found = []
    for name in _names(session):
        hosts: tuple[str, ...] = ()
        try:
            kept = address(session, name)
            hosts = notify_urls.hosts(kept) if kept is not None else ()
            why = "" if hosts else "which host, Apprise decides" if kept is not None else "no address is kept"
        except Refused as refused:
            why = unread(refused, name)
        except notify_urls.NotSent as fault:
            why = str(fault)
        found.append((name, hosts, why))
    return found


def unread(refused: Refused, name: str) -> str:
    """Why an address cannot be had or kept, and what to do."""
    said = refused.problem.message.rstrip(".")
    return f"{said[:1].lower()}{said[1:]}; creditsui alerts add {name} --file keeps its address in a file"


def check(name: str) -> None:
    """Raises Unsettable for what is no name, and does not repeat it: it may be the address."""
    if not _NAME.fullmatch(name):
        raise Unsettable("A name is up to 64 letters, digits, “.”, “_” and “-”; the address itself is asked for later.")


def add(session: Session, name: str, address: Secret, *, file: bool = False) -> str:
    """Keep an address and send alerts there from now on. Returns a sentence. Raises Unsettable, ConfigError."""
    from creditsui.adapters import keystore, notify_urls

    check(name)
    names = _names(session)
    try:
        if not notify_urls.understood(address):
            raise Unsettable(
                f"Apprise does not understand this address, so {name} was not kept. What each service wants is told at "
                "https://appriseit.com/services/"
            )
    except notify_urls.NotSent as why:
        raise Unsettable(f"{name} {why}.") from None
    owner = _owner(name)
    if file:
        keystore.write_file(session.paths.keys, owner, _PLACE, address)
    else:
        try:
            keystore.write(owner, _PLACE, address)
        except Refused as refused:
            raise Unsettable(f"{name} was not kept: {unread(refused, name)}.") from None
    if name not in names:
        settings.write(session, {("alerts", "urls"): [*names, name]})
    where = f"in {session.paths.keys}" if file else "in the keyring"
    return f"The address of {name} is kept {where}. Try it with: creditsui alerts --test"


def remove(session: Session, name: str) -> str:
    """Send nothing there any more, and forget the address. Returns a sentence. Raises Unsettable, Refused, ConfigError.

    The settings come first: what cannot be forgotten because a keyring is locked is not used all the same.
    """
    from creditsui.adapters import keystore

    check(name)
    names = _names(session)
    if name in names:
        settings.write(session, {("alerts", "urls"): [one for one in names if one != name]})
    owner = _owner(name)
    gone = keystore.delete_file(session.paths.keys, owner, _PLACE)
    gone = keystore.delete(owner, _PLACE) or gone
    if not gone and name not in names:
        raise Unsettable(f"There is no address called {name}; [alerts] urls has {', '.join(names) or 'none'}.")
    return f"Nothing is sent to {name} any more{', and its address is gone' if gone else ''}."


def _names(session: Session) -> tuple[str, ...]:
    return read(configured.config(session).rest.get("alerts")).urls


def _owner(name: str) -> str:
    """No account can be called so."""
    return f"alerts/{name}"
