"""What the user decided: reading the configuration, and changing one value of it at a time."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from creditsui.config import ConfigError, fit_address
from creditsui.core.accounts import detect
from creditsui.core.accounts.choices import ProviderChoice, providers
from creditsui.core.configured import config, current, last_good
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.clean import clean
from creditsui.providers.spec import Provider

__all__ = ["ProviderChoice", "config", "current", "last_good", "providers"]

_NOTHING: Mapping[str, str] = MappingProxyType({})
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
    write(session, {(*prefix, name): _plain(value) for name, value in changes.items()})


def set_account(session: Session, id: str, **values: Any) -> None:
    """Write fields of one account (`enabled`, `label`, `capacity`, `key`, `probe`, …). Raises Unsettable."""
    found = existing(session, id)
    changes: dict[tuple[str, ...], Any] = {("accounts", id, name): _plain(value) for name, value in values.items()}
    if not found.configured and found.provider != id:
        changes["accounts", id, "provider"] = found.provider
    write(session, changes)


def set_display(session: Session, **values: str) -> None:
    write(session, {("display", name): value for name, value in values.items()})


def add_account(session: Session, id: str, **wanted: Any) -> Account:
    """Add an account to the configuration; see `new_account`. Raises Unsettable."""
    write(session, new_account(session, id, **wanted))
    return existing(session, id)


def new_account(
    session: Session,
    id: str,
    *,
    provider: str = "",
    label: str = "",
    currency: str = "",
    capacity: float | None = None,
    pool: str = "",
    base_url: str = "",
    params: Mapping[str, str] = _NOTHING,
    **more: Any,
) -> dict[tuple[str, ...], Any]:
    """What is to be written for a new account; its provider is the one of the same id, else `manual`. `more` are
    further fields. Raises Unsettable."""
    provider = check_new(session, id, provider, pool, base_url, params)
    values = {"label": label, "currency": currency, "capacity": capacity, "pool": pool, "base_url": base_url, **more}
    changes: dict[tuple[str, ...], Any] = {("accounts", id, "provider"): provider}
    changes |= {("accounts", id, name): _plain(value) for name, value in values.items() if value}
    return changes | {("accounts", id, "params", name): value for name, value in params.items() if value}


def check_new(
    session: Session,
    id: str,
    provider: str = "",
    pool: str = "",
    base_url: str = "",
    params: Mapping[str, str] = _NOTHING,
) -> str:
    """The provider of an account that may be added like this. Raises Unsettable for one that may not."""
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
    check_address(base_url)
    check_params(catalogue[provider], params)
    return provider


def check_address(base_url: str) -> None:
    """Raises Unsettable for what cannot be a `base_url`, and does not repeat it: it may hold a password."""
    if base_url and not fit_address(base_url):
        raise Unsettable("An address is https://host/path (http only on this machine), nothing more.")


def check_params(provider: Provider, names: Iterable[str]) -> None:
    """Raises Unsettable where this provider knows no param of a name."""
    for name in names:
        if name not in provider.params:
            there = f"it has {', '.join(provider.params)}" if provider.params else "it has none"
            raise Unsettable(f"There is no param “{clean(name, 20)}” for {provider.name}; {there}.")


def free_id(session: Session, wanted: str, taken: Iterable[str] = ()) -> str:
    """`wanted`, or with the first number behind it that no account has: `openrouter-2`."""
    used = {one.id for one in config(session).accounts} | set(taken)
    names = (wanted, *(f"{wanted[:60]}-{number}" for number in range(2, 1000)))
    return next((name for name in names if name not in used), "")


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


def write(session: Session, changes: Mapping[tuple[str, ...], Any]) -> None:
    """Write values under their keys in the file, in one go. Raises Unsettable, and then nothing was written."""
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
