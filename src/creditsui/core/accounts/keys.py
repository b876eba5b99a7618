"""Storing, trying and removing keys. A key is only ever sent to the host it is stored for."""

from dataclasses import dataclass, replace
from typing import Literal

from creditsui.core import settings
from creditsui.core.accounts import credentials
from creditsui.core.asking.round import Credential, Credentials, Network, Round
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Reading
from creditsui.domain.secret import Secret
from creditsui.providers.spec import Get, Provider

Slot = Literal["key", "admin_key"]
Place = Literal["keyring", "file"]


@dataclass(frozen=True, slots=True)
class KeyTest:
    """What came of trying a key; `says` is a sentence."""

    ok: bool
    says: str
    slot: Slot = "key"
    """Where it belongs, by its form or by the provider's own word."""
    other: str = ""
    """The provider whose key it is by its form: then it was not sent to anybody."""
    hopeless: bool = False
    """Whether there is no use in keeping it all the same."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """Where one account's credential comes from; never what it is."""

    account: str
    source: str | None
    hint: str | None
    note: str = ""


def wants(session: Session, id: str) -> Provider:
    """The provider of an account that takes keys. Raises Unsettable for one that has no use for them."""
    account = settings.existing(session, id)
    provider = session.providers().get(account.provider)
    if provider is not None and provider.fault is not None:
        raise settings.Unsettable(provider.fault.message)
    if provider is None or not credentials.takes_key(provider):
        raise settings.Unsettable(f"{account.label} takes no key; enter its balance with: creditsui sync {id} AMOUNT")
    return provider


async def test(session: Session, id: str, secret: Secret, slot: Slot = "key") -> KeyTest:
    """Ask the provider once with this key, free of charge, and say what it can read. Stores nothing.

    Raises Unsettable for an unknown account.
    """
    return await try_out(session, settings.existing(session, id), wants(session, id), secret, slot)


async def try_out(
    session: Session, account: Account, provider: Provider, secret: Secret, slot: Slot = "key"
) -> KeyTest:
    """The same for an account that need not be configured yet."""
    try:
        target = placed(session, provider, secret, slot)
    except Strange as strange:
        return KeyTest(False, strange.problem.message, slot, strange.other, hopeless=True)
    except Refused as refused:
        return KeyTest(False, refused.problem.message, slot, hopeless=True)
    account = replace(account, probe=False, enabled=True)
    keys = Credentials({target: Credential(secret, "typed")})
    network = Network()
    try:
        outcome = await session.ask(Round(account, provider, keys, network, session.paths, session.env, session.now))
    finally:
        await network.close()
    if outcome.reading is None:
        problem = outcome.problem
        says = problem.message if problem else f"{provider.name} says nothing about this key."
        return KeyTest(False, says, target)
    told: Slot = "admin_key" if outcome.slot == "admin_key" else "key" if outcome.slot == "key" else target
    kind = f" as {_kind(provider, told)}" if told != slot else ""
    return KeyTest(True, f"{provider.name} accepts it{kind}: {tells(outcome.reading)}.", told)


def _kind(provider: Provider, slot: Slot) -> str:
    return "a plain key" if slot == "key" else f"its {provider.admin_credential.partition(':')[0] or 'admin key'}"


class Strange(Refused):
    """A key that another service made, by its form."""

    def __init__(self, other: Provider) -> None:
        super().__init__(Problem("wrong_kind", f"This is a key of {other.name}.", f"creditsui key set {other.id}"))
        self.other = other.id


def placed(session: Session, provider: Provider, secret: Secret, slot: Slot = "key") -> Slot:
    """The slot that a key belongs to by its form. Raises Strange for a key of another service, and Refused for a kind
    of key that cannot be used."""
    other = _maker(session, provider, secret)
    if other is not None:
        raise Strange(other)
    return "admin_key" if credentials.slot_of(provider, slot, secret) == "admin_key" else "key"


def maker(session: Session, secret: Secret) -> str | None:
    """The provider whose keys have a form that no others have, as this one does; None: it could be anybody's."""
    found = _maker(session, None, secret)
    return found.id if found is not None else None


def _maker(session: Session, asked: Provider | None, secret: Secret) -> Provider | None:
    """Another provider than the one asked, if the form of this key is more surely its own."""
    value = secret.reveal()
    own = (*asked.key_forms, *asked.prefixes) if asked is not None else ()
    longest, found = max((len(form) for form in own if value.startswith(form)), default=0), None
    for one in session.providers().values():
        for form in one.key_forms if one != asked else ():
            if value.startswith(form) and len(form) > longest:
                longest, found = len(form), one
    return found


def tells(reading: Reading) -> str:
    """What a reading tells, in words."""
    parts = [
        word
        for word, there in (
            ("balance", reading.balances),
            ("limit", reading.limit),
            ("windows", reading.windows),
            ("spend", reading.spend),
        )
        if there
    ]
    return "it reads " + " and ".join(parts) if parts else "it is valid, but this kind of key cannot read a balance"


def save(session: Session, id: str, secret: Secret, where: Place = "keyring", slot: Slot = "key") -> str:
    """Store a key for the account's host. Blocks on the keyring, which may show a prompt. Returns a sentence.

    Raises Refused (locked, missing or lying keyring) and Unsettable.
    """
    provider = wants(session, id)
    account = settings.existing(session, id)
    target = placed(session, provider, secret, slot)
    where, said = put(session, account, provider, secret, where, target)
    settings.set_account(session, id, **{target: where})
    renewed(session, id, secret)
    return said


def put(
    session: Session, account: Account, provider: Provider, secret: Secret, where: Place, slot: Slot
) -> tuple[Place, str]:
    """Put a key into its place, which the configuration does not know of yet: where it is now, and a sentence.

    Raises Refused.
    """
    from creditsui.adapters import keystore

    place, owner = credentials.home_of(account, provider), credentials.owner(account.id, slot)
    if session.demo:
        where = "file"  # what the demo makes up never reaches the real keyring
    if where == "file":
        keystore.write_file(session.paths.keys, owner, place, secret)
    else:
        keystore.write(owner, place, secret)
    kept = f"in {session.paths.keys}" if where == "file" else "in the keyring"
    return where, f"The key for {account.label} is kept {kept}, for {place} only."


def take_back(session: Session, account: Account, provider: Provider, where: Place, slot: Slot) -> None:
    """Undo `put`. Raises Refused."""
    from creditsui.adapters import keystore

    place, owner = credentials.home_of(account, provider), credentials.owner(account.id, slot)
    if where == "file":
        keystore.delete_file(session.paths.keys, owner, place)
    else:
        keystore.delete(owner, place)


def renewed(session: Session, id: str, secret: Secret) -> None:
    """An account has a new key: nothing that was found out with an old one counts any more."""
    credentials.forget(session, id)
    session.hints[id] = secret.hint
    _forget_problem(session, id)


def delete(session: Session, id: str) -> str:
    """Remove every stored key of an account. Raises Refused and Unsettable.

    A keyring that cannot be asked matters only where a key is known to be in it.
    """
    from creditsui.adapters import keystore

    account = settings.existing(session, id)
    provider = wants(session, id)
    place, gone = credentials.home_of(account, provider), False
    for slot in ("key", "admin_key"):
        form = account.key if slot == "key" else account.admin_key
        owner = credentials.owner(id, slot)
        if form == "file" or keystore.read_file(session.paths.keys, owner, place) is not None:
            gone |= keystore.delete_file(session.paths.keys, owner, place)
        if form != "file" and not session.demo:
            try:
                gone |= keystore.delete(owner, place)
            except Refused:
                if form == "keyring":
                    raise
        if form in {"keyring", "file"}:
            settings.set_account(session, id, **{slot: "auto"})
    credentials.forget(session, id)
    session.hints.pop(id, None)
    _forget_problem(session, id)
    return f"The key of {account.label} is gone." if gone else f"No key of {account.label} was stored."


def listing(session: Session) -> list[KeyRow]:
    """Every account that takes a key, and where its key comes from. May talk to the keyring, bounded in time."""
    from creditsui.core.accounts import detect

    rows: list[KeyRow] = []
    for account in detect.accounts(session, settings.config(session)):
        provider = session.providers().get(account.provider)
        if provider is not None and any(isinstance(ask, Get) for ask in provider.asks):
            rows.append(_row(session, account, provider))
    return rows


def _row(session: Session, account: Account, provider: Provider) -> KeyRow:
    found = credentials.resolve(session, account, provider)
    note = found.problem.message if found.problem is not None else ""
    source = found.source or detect_login(session, account, provider)
    return KeyRow(account.id, source, session.hints.get(account.id), note)


def detect_login(session: Session, account: Account, provider: Provider) -> str | None:
    """`login` where the tool's own login is what tells something about this account."""
    from creditsui.core.accounts import detect

    if account.key == "login" or credentials.by_cloud(provider) or detect.source(session, provider) == "login":
        return "login"
    return None


def give_up() -> None:
    """Let whoever still waits for the keyring fail now, because the program ends."""
    import sys

    keystore = sys.modules.get("creditsui.adapters.keystore")
    if keystore is not None:
        keystore.give_up()


def _forget_problem(session: Session, id: str) -> None:
    """A new key, or none, starts clean: no back-off that an old one earned."""
    from creditsui.adapters.ledger import open_ledger

    with open_ledger(session.paths.ledger) as ledger:
        state = ledger.state(id)
        if state is not None:
            ledger.save_state(replace(state, problem=None, failures=0, attempted_at=None))
