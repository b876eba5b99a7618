"""Storing, trying and removing keys. A key is only ever sent to the host it is stored for."""

from dataclasses import dataclass, replace
from typing import Literal

from creditsui.core import credentials, settings
from creditsui.core.round import Credential, Credentials, Network, Round
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Reading
from creditsui.domain.secret import Secret
from creditsui.providers.spec import Get, Provider

Slot = Literal["key", "admin_key"]


@dataclass(frozen=True, slots=True)
class KeyTest:
    """What came of trying a key; `says` is a sentence."""

    ok: bool
    says: str


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
    if provider is None or not credentials.takes_key(provider):
        raise settings.Unsettable(f"{account.label} takes no key; enter its balance with: creditsui sync {id} AMOUNT")
    return provider


async def test(session: Session, id: str, secret: Secret, slot: Slot = "key") -> KeyTest:
    """Ask the provider once with this key, free of charge, and say what it can read. Stores nothing.

    Raises Unsettable for an unknown account.
    """
    provider = wants(session, id)
    account = replace(settings.existing(session, id), probe=False, enabled=True)
    try:
        target = credentials.slot_of(provider, slot, secret)
    except Refused as refused:
        return KeyTest(False, refused.problem.message)
    keys = Credentials({target: Credential(secret, "typed")})
    network = Network()
    try:
        outcome = await session.ask(Round(account, provider, keys, network, session.paths, session.env, session.now))
    finally:
        await network.close()
    if outcome.reading is None:
        problem = outcome.problem
        return KeyTest(False, problem.message if problem else f"{provider.name} says nothing about this key.")
    return KeyTest(True, f"{provider.name} accepts it: {tells(outcome.reading)}.")


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


def save(
    session: Session, id: str, secret: Secret, where: Literal["keyring", "file"] = "keyring", slot: Slot = "key"
) -> str:
    """Store a key for the account's host. Blocks on the keyring, which may show a prompt. Returns a sentence.

    Raises Refused (locked, missing or lying keyring) and Unsettable.
    """
    from creditsui.adapters import keystore

    provider = wants(session, id)
    account = settings.existing(session, id)
    target = credentials.slot_of(provider, slot, secret)
    place, owner = credentials.home_of(account, provider), credentials.owner(id, target)
    if session.demo:
        where = "file"  # what the demo makes up never reaches the real keyring
    if where == "file":
        keystore.write_file(session.paths.keys, owner, place, secret)
    else:
        keystore.write(owner, place, secret)
    settings.set_account(session, id, **{target: where})
    credentials.forget(session, id)
    session.hints[id] = secret.hint
    _forget_problem(session, id)
    kept = f"in {session.paths.keys}" if where == "file" else "in the keyring"
    return f"The key for {account.label} is kept {kept}, for {place} only."


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
    from creditsui.core import detect

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
    from creditsui.core import detect

    if account.key == "login" or detect.source(session, provider) == "login":
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
