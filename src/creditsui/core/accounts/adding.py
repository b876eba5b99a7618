"""Adding an account: its key is tried before anything of it is stored, then all of it is stored at once."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType

from creditsui.core import settings
from creditsui.core.accounts import credentials, detect, keys
from creditsui.core.accounts.keys import KeyTest, Place, Slot
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.problem import Refused
from creditsui.domain.secret import Secret
from creditsui.providers.spec import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An account as the user wants it. Empty values are left to the provider."""

    provider: str
    id: str = ""
    label: str = ""
    currency: str = ""
    capacity: float | None = None
    pool: str = ""
    base_url: str = ""
    params: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def proposed(session: Session, provider: str, *, own_key: bool) -> str:
    """A free id for a further account of this provider. One with a key of its own takes no place from an account that
    is shown because its key was found."""
    taken = {one.id for one in detect.accounts(session, settings.config(session))} if own_key else set()
    return settings.free_id(session, provider, taken)


def inherits(session: Session, provider: str) -> bool:
    """Whether a new account without a key of its own would use the one that was found: only a namesake does."""
    return proposed(session, provider, own_key=False) == provider


def missing(session: Session, draft: Draft) -> dict[str, str]:
    """What must still be said before the provider can be asked: the name of a field or a param, and a sentence."""
    account, provider = _account(session, draft)
    found: dict[str, str] = {}
    if credentials.takes_key(provider) and not (account.base_url or provider.url):
        found["base_url"] = f"{provider.name} is at an address of your own: https://…"
    for name, param in provider.params.items():
        if param.required and not account.params.get(name):
            found[name] = f"Needed: {param.says}."
    return found


def currency(session: Session, draft: Draft) -> str:
    """Of balances entered by hand, where the draft names none: the region's, else the provider's."""
    return _account(session, draft)[0].currency


async def test(session: Session, draft: Draft, secret: Secret, slot: Slot = "key") -> KeyTest:
    """Ask the provider once with this key, free of charge, and say what it can read. Stores nothing.

    Raises Unsettable for an address or a param that cannot be.
    """
    account, provider = _account(session, draft)
    settings.check_address(draft.base_url)
    settings.check_params(provider, draft.params)
    return await keys.try_out(session, account, provider, secret, slot)


def add(
    session: Session,
    draft: Draft,
    secret: Secret | None = None,
    where: Place = "keyring",
    slot: Slot = "key",
    wanted: Callable[[], bool] = lambda: True,
) -> str:
    """Store the account, and its key if it has one of its own; all of it or nothing. Returns a sentence.

    Blocks on the keyring, which may show a prompt; `wanted` tells afterwards whether the user is still there. Raises
    Unsettable and Refused.
    """
    settings.check_new(session, draft.id, draft.provider, draft.pool, draft.base_url, draft.params)
    account, provider = _account(session, draft)
    if secret is None:
        settings.write(session, _changes(session, draft))
        return f"{account.label} added"
    slot = keys.placed(session, provider, secret, slot)
    where, said = keys.put(session, account, provider, secret, where, slot)
    try:
        if not wanted():
            raise settings.Unsettable("You left: nothing was added.")
        settings.write(session, {**_namesake(session, draft), **_changes(session, draft, **{slot: where})})
    except BaseException:
        with suppress(Refused):
            keys.take_back(session, account, provider, where, slot)
        raise
    keys.renewed(session, draft.id, secret)
    return f"{account.label} added. {said}"


def _namesake(session: Session, draft: Draft) -> dict[tuple[str, ...], object]:
    """An account that is shown because its key was found would give way to the first one that is configured."""
    accounts = detect.accounts(session, settings.config(session))
    gone = any(one.id == draft.provider != draft.id and not one.configured for one in accounts)
    return {("accounts", draft.provider, "provider"): draft.provider} if gone else {}


def _changes(session: Session, draft: Draft, **key: str) -> dict[tuple[str, ...], object]:
    return settings.new_account(
        session,
        draft.id,
        provider=draft.provider,
        label=draft.label,
        currency=draft.currency,
        capacity=draft.capacity,
        pool=draft.pool,
        base_url=draft.base_url,
        params=draft.params,
        **key,
    )


def _account(session: Session, draft: Draft) -> tuple[Account, Provider]:
    """As it would be asked. Raises Unsettable for a provider that is not there."""
    provider = session.providers().get(draft.provider)
    if provider is None:
        raise settings.Unsettable("There is no such provider. See: creditsui providers")
    account = Account(
        id=draft.id or draft.provider,
        provider=draft.provider,
        label=draft.label or draft.id or draft.provider,
        pool=draft.pool,
        base_url=draft.base_url,
        capacity=draft.capacity,
        currency=draft.currency,
        params=draft.params,
    )
    return detect.completed(session, account, provider), provider


def takes_key(session: Session, provider: str) -> bool:
    """Whether a key of its own would tell something about an account of this provider."""
    found = session.providers().get(provider)
    return found is not None and credentials.takes_key(found)
