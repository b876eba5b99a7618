"""Fields of an account that the user sets by name, in words. What was typed is never repeated: it may be a key."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from creditsui.core import settings
from creditsui.core.accounts import credentials, keys
from creditsui.core.session import Session
from creditsui.core.settings import Unsettable
from creditsui.domain import budget
from creditsui.domain.account import Account
from creditsui.domain.clean import clean
from creditsui.domain.money import AmountError, currency_code, typed_amount
from creditsui.domain.urls import origin
from creditsui.providers.spec import Get, Provider

_LONGEST = 60
_YES, _NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
_KEY_PLACES = re.compile(r"auto|login|env:[A-Za-z_][A-Za-z0-9_]*")
_ELSEWHERE = {
    "enabled": "Use creditsui account enable ID, or disable.",
    "provider": "An account stays with its provider; add another account.",
    "id": "An account keeps its id; label= changes the name on the screen.",
    "thresholds": "Use creditsui thresholds ID critical=10.",
    "healthy": "Use creditsui thresholds ID healthy=80.",
    "warning": "Use creditsui thresholds ID warning=60.",
    "critical": "Use creditsui thresholds ID critical=10.",
    "days": "Use creditsui thresholds ID days=2.",
    "amount": "Use creditsui thresholds ID amount=5.",
}


def change(session: Session, id: str, texts: Mapping[str, str]) -> str:
    """Set fields of an account by name; an empty text takes a field away. Returns a sentence or two.

    Raises Unsettable, and then nothing was changed.
    """
    from creditsui.adapters.config_file import REMOVE

    account = settings.existing(session, id)
    provider = session.providers().get(account.provider)
    changes: dict[tuple[str, ...], Any] = {}
    currency = account.currency
    for name in sorted(texts, key=lambda name: name != "currency"):  # a capacity is in the new currency
        text = texts[name].strip()
        if name in _FIELDS:
            value = _FIELDS[name](session, account, text) if text else ""
            currency = str(value or currency) if name == "currency" else currency
            if name == "capacity" and text:
                value = _capacity(text, currency)
            if name == "budget":
                changes |= budget_changes(id, text, currency)
                continue
            changes["accounts", id, name] = REMOVE if value == "" else value
        elif provider is not None and name in provider.params:
            changes["accounts", id, "params", name] = clean(text, 200) if text else REMOVE
        else:
            raise Unsettable(_unknown(account, provider, name))
    if not account.configured:
        changes["accounts", id, "provider"] = account.provider
    settings.write(session, changes)
    said = f"{account.label}: {', '.join(texts)} {'are' if len(texts) > 1 else 'is'} set."
    return " ".join(part for part in (said, _moved(session, account, provider)) if part)


def budget_changes(id: str, text: str, currency: str) -> dict[tuple[str, ...], Any]:
    """What a budget as it is typed changes in the configuration. Raises Unsettable."""
    from creditsui.adapters.config_file import REMOVE

    try:
        wanted = budget.typed(text, currency)
    except AmountError as wrong:
        raise Unsettable(str(wrong)) from None
    place = ("accounts", id, "budget")
    if wanted is None:
        return {place: REMOVE}
    amount = wanted.amount.amount
    return {(*place, "amount"): int(amount) if amount.is_integer() else amount, (*place, "per"): wanted.per}


def names(session: Session, account: Account) -> list[str]:
    """What can be set of this account."""
    provider = session.providers().get(account.provider)
    return [*_FIELDS, *(provider.params if provider is not None else ())]


def key_from(session: Session, account: Account) -> str | None:
    """Where its keys are to come from, without asking a keyring: `env:NAME`, `keyring`, `login`; None: nowhere."""
    provider = session.providers().get(account.provider)
    if provider is None:
        return None
    return credentials.promised(session, account, provider) or keys.detect_login(session, account, provider)


def faults(session: Session, account: Account) -> list[str]:
    """What the configuration says of an account that cannot be, as sentences: a shared purse that is not there, a param
    that nobody knows. What is merely missing the provider says when it is asked."""
    provider = session.providers().get(account.provider)
    if provider is None:
        return [f"there is no provider “{clean(account.provider, 40)}”"]
    found = []
    if account.pool and settings.account(session, account.pool) is None:
        found.append(f"there is no account “{clean(account.pool, 40)}” to share a purse with")
    own = settings.config(session).account(account.id)
    strange = [name for name in (own.params if own is not None else ()) if name not in provider.params]
    if strange:
        found.append(f"{provider.name} has no param “{clean(strange[0], 20)}”")
    if credentials.takes_key(provider) and not (account.base_url or provider.url):
        found.append(f"set its address: creditsui account set {account.id} base_url=https://…")
    for name, param in provider.params.items():
        if param.required and not account.params.get(name):
            found.append(f"set its {name}: creditsui account set {account.id} {name}=…")
    return found


def _unknown(account: Account, provider: Provider | None, name: str) -> str:
    if name in _ELSEWHERE:
        return _ELSEWHERE[name].replace(" ID", f" {account.id}")
    there = [f"{one}=" for one in (*_FIELDS, *(provider.params if provider is not None else ()))]
    said = f" “{name}”" if re.fullmatch(r"[a-z_]{1,20}", name) else " of that name"
    return f"{account.label} has no field{said}; there are {', '.join(there[:-1])} and {there[-1]}"


def _moved(session: Session, before: Account, provider: Provider | None) -> str:
    """What another address means for the keys: none that is stored ever follows."""
    if provider is None or not credentials.takes_key(provider):
        return ""
    now = settings.existing(session, before.id)
    old, new = (_host(one.base_url or provider.url) for one in (before, now))
    if not new or old == new:
        return ""
    if now.key.startswith("env:") or (now.key == "auto" and credentials.named(session, provider)):
        return f"Its key from the environment goes to {new} from now on."
    was = f"A key that was kept for {old} stays with {old}" if old else "No key is kept for it yet"
    return f"{was}; confirm one for {new} with: creditsui key set {before.id}"


def _host(url: str) -> str:
    try:
        return origin(url)
    except ValueError:
        return ""


def _label(session: Session, account: Account, text: str) -> str:
    label = clean(text, _LONGEST)
    if not label:
        raise Unsettable("A label is a few words.")
    return label


def _currency(session: Session, account: Account, text: str) -> str:
    try:
        return currency_code(text)
    except AmountError:
        raise Unsettable("A currency is a code such as USD, or a word such as points.") from None


def _any(session: Session, account: Account, text: str) -> str:
    return text


def _capacity(text: str, currency: str) -> object:
    try:
        full = typed_amount(text, currency)
    except AmountError:
        raise Unsettable("A capacity is an amount such as 100; capacity= alone takes it away.") from None
    if full.currency != currency or full.micros <= 0:
        raise Unsettable(f"A full bar stands for more than nothing, in {currency}.")
    return int(full.amount) if full.amount.is_integer() else full.amount


def _pool(session: Session, account: Account, text: str) -> str:
    other = settings.account(session, text)
    if other is None:
        raise Unsettable(settings.unknown(text) if settings.fit(text) else "A pool is the id of another account.")
    if other.id == account.id:
        raise Unsettable("A pool is another account, whose purse this key draws on.")
    if other.pool:
        raise Unsettable(f"{other.id} draws on {other.pool} itself; write pool={other.pool}.")
    return other.id


def _base_url(session: Session, account: Account, text: str) -> str:
    settings.check_address(text)
    return text.rstrip("/")


def _probe(session: Session, account: Account, text: str) -> bool:
    provider = session.providers().get(account.provider)
    probes = provider is not None and any(isinstance(ask, Get) and ask.opt_in == "probe" for ask in provider.asks)
    if not probes:
        raise Unsettable(f"{account.label} tells its limits without a request, or not at all.")
    if text.lower() not in _YES | _NO:
        raise Unsettable("probe is true or false.")
    return text.lower() in _YES


def _key(session: Session, account: Account, text: str) -> str:
    if not _KEY_PLACES.fullmatch(text):
        raise Unsettable(
            f"This says where a key is, it is not the key: auto, env:NAME or login; "
            f"creditsui key set {account.id} takes one"
        )
    return text


_FIELDS: Mapping[str, Callable[[Session, Account, str], Any]] = {
    "label": _label,
    "currency": _currency,
    "capacity": _any,
    "budget": _any,
    "pool": _pool,
    "base_url": _base_url,
    "probe": _probe,
    "key": _key,
    "admin_key": _key,
}
