"""What the user decided: reading the configuration, and changing one value of it at a time."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from creditsui.config import ConfigError
from creditsui.core import detect
from creditsui.core.choices import ProviderChoice, providers
from creditsui.core.configured import config, current, last_good
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.clean import clean

__all__ = ["ProviderChoice", "config", "current", "last_good", "providers"]

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
ID_RULE = "An id is up to 64 small letters, digits, “.”, “_” and “-”, and starts with a letter or digit"
_EDGES = ("healthy", "warning", "critical", "days", "amount")


class Unsettable(Exception):
    """The change was refused; the text is a sentence for the user."""


def account(session: Session, id: str) -> Account | None:
    """The configured or detected account of that id."""
    return next((one for one in detect.accounts(session, config(session)) if one.id == id), None)


def fit(id: str) -> bool:
    """Whether an account may have this id."""
    return _ID.fullmatch(id) is not None


def existing(session: Session, id: str) -> Account:
    """Raises Unsettable for an id that is neither configured nor detected."""
    found = account(session, id)
    if found is None:
        raise Unsettable(unknown(id))
    return found


def unknown(id: str) -> str:
    return f"There is no account “{clean(id, 40)}”. Add it with: creditsui account add {id if fit(id) else 'ID'}"


def set_thresholds(session: Session, account_id: str | None, changes: Mapping[str, float]) -> None:
    """Write edges and floors for one account, or for all when `account_id` is None. Raises Unsettable."""
    if strange := [name for name in changes if name not in _EDGES]:
        raise Unsettable(f"There is no threshold “{clean(strange[0], 20)}”; there are {', '.join(_EDGES)}.")
    prefix: tuple[str, ...] = ("thresholds",)
    if account_id is None:
        before = config(session).thresholds
    else:
        before, prefix = existing(session, account_id).thresholds, ("accounts", account_id, "thresholds")
    if fault := replace(before, **changes).fault():
        raise Unsettable(fault)
    _write(session, {(*prefix, name): _plain(value) for name, value in changes.items()})


def set_account(session: Session, id: str, **values: Any) -> None:
    """Write fields of one account (`enabled`, `label`, `capacity`, `key`, `probe`, …). Raises Unsettable."""
    found = existing(session, id)
    changes: dict[tuple[str, ...], Any] = {("accounts", id, name): _plain(value) for name, value in values.items()}
    if not found.configured and found.provider != id:
        changes["accounts", id, "provider"] = found.provider
    _write(session, changes)


def set_display(session: Session, **values: str) -> None:
    _write(session, {("display", name): value for name, value in values.items()})


def add_account(
    session: Session,
    id: str,
    *,
    provider: str = "",
    label: str = "",
    currency: str = "",
    capacity: float | None = None,
    pool: str = "",
) -> Account:
    """Add an account to the configuration; its provider is the one of the same id, else `manual`. Raises Unsettable."""
    if not fit(id):
        raise Unsettable(f"{ID_RULE}.")
    now = config(session)
    if any(one.id == id for one in now.accounts):
        raise Unsettable(f"There is already an account “{id}”.")
    catalogue = session.providers()
    provider = provider or (id if id in catalogue else "manual")
    if provider not in catalogue:
        raise Unsettable(f"There is no provider “{clean(provider, 40)}”. See: creditsui providers")
    if pool and pool not in {one.id for one in now.accounts} | {one.id for one in detect.accounts(session, now)}:
        raise Unsettable(unknown(pool))
    values = {"provider": provider, "label": label, "currency": currency, "capacity": capacity, "pool": pool}
    _write(
        session,
        {("accounts", id, name): _plain(value) for name, value in values.items() if value or name == "provider"},
    )
    return existing(session, id)


def remove_account(session: Session, id: str) -> str:
    """Take an account out of the configuration; what was booked for it stays in the ledger. Returns a sentence."""
    from creditsui.adapters import config_file

    found = existing(session, id)
    if not found.configured:
        raise Unsettable(
            f"{id} is shown because its credential was found; hide it with: creditsui account disable {id}"
        )
    _guard(session, lambda: config_file.remove(session.paths.config, ("accounts", id)))
    return f"{found.label} is no longer shown; its entries are kept. “creditsui account add {id}” brings it back."


def _write(session: Session, changes: Mapping[tuple[str, ...], Any]) -> None:
    from creditsui.adapters import config_file

    _guard(session, lambda: config_file.change_all(session.paths.config, changes))


def _guard(session: Session, write: Any) -> None:
    """Run a write; whatever it would leave unreadable was refused before anything was replaced."""
    try:
        write()
    except ConfigError as fault:
        raise Unsettable(str(fault)) from None
    except OSError as fault:
        why = fault.strerror or type(fault).__name__
        raise Unsettable(f"{session.paths.config} was not written: {why}. Nothing was changed.") from None
    config(session)


def _plain(value: Any) -> Any:
    """Whole numbers as integers, so the file says 10, not 10.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
