"""Accounts as they are named on the command line."""

from collections.abc import Iterable

from creditsui.cli.parser import UnknownAccount, say
from creditsui.core import settings
from creditsui.core.session import Session
from creditsui.domain.account import Account


def account(session: Session, id: str) -> Account:
    """The configured or detected account. Raises UnknownAccount, which repeats the id only if it is short."""
    found = settings.account(session, id)
    if found is None:
        raise _unknown(id)
    return found


def accounts(session: Session, ids: Iterable[str]) -> list[Account]:
    return [account(session, id) for id in ids]


def account_or_provider(session: Session, id: str) -> Account | None:
    """The account; None for one that will be created because its id is a provider's. Raises UnknownAccount."""
    found = settings.account(session, id)
    if found is None and (id == "manual" or id not in session.providers()):
        raise _unknown(id)
    return found


def _unknown(id: str) -> UnknownAccount:
    typed = id if settings.fit(id) and say(id) == id else "ID"
    return UnknownAccount(f"there is no account {say(id)}; add it with: creditsui account add {typed}")
