"""Who of the accounts here could carry Hermes' work: by their money, by Hermes' own keys, and by the live models."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from creditsui.core import board as boards
from creditsui.core import configured
from creditsui.core.accounts import credentials, detect
from creditsui.core.asking.round import Network
from creditsui.core.hermes.live_models import listed
from creditsui.core.hermes.strangers import strangers
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.board import AccountView
from creditsui.domain.money import Money
from creditsui.domain.problem import Refused as Unasked
from creditsui.domain.reading import Certainty
from creditsui.domain.secret import Secret
from creditsui.domain.urls import origin
from creditsui.routing.hermes_blocks import host
from creditsui.routing.options import Options
from creditsui.routing.ranking import barred
from creditsui.routing.route import Candidate, Route

if TYPE_CHECKING:
    from creditsui.adapters.hermes_files import Found, Keys, Place
    from creditsui.routing.hermes_ids import Target


@dataclass(frozen=True, slots=True)
class Carrier:
    """A candidate before its models are known."""

    candidate: Candidate
    target: "Target"
    base: str
    key: Secret | None
    own: bool | None = None
    """Whether Hermes has the very key of this account; None: nobody can tell."""


def carriers(
    session: Session, wanted: Options, place: "Place", said: Mapping[str, Any], current: Route | None = None
) -> tuple[list[Carrier], list[Candidate]]:
    """One for every provider that Hermes has built in and somebody here pays: its account and Hermes' own key; and what
    else Hermes can use, which no route names.

    May talk to the keyring: never call it on an event loop. Raises ConfigError and LedgerError.
    """
    from creditsui.adapters import hermes_files
    from creditsui.routing import hermes_ids

    config = configured.current(session)
    keys = hermes_files.Keys(place, session.env)
    accounts = {account.id: account for account in detect.accounts(session, config)}
    found: dict[str, list[Carrier]] = {}
    views = boards.board(session, config).accounts
    for view in views:
        account = accounts.get(view.id)
        if account is None or not view.enabled:
            continue
        each = [_candidate(session, account, view, target, keys, said) for target in hermes_ids.of(view.provider)]
        if each:
            # A region has a provider of its own in Hermes: the one whose key goes where this account is.
            best = min(each, key=lambda one: (bool(one.candidate.why_not), one.key is None))
            found.setdefault(best.target.hermes, []).append(best)
    payers = [one for same in found.values() for one in _payer(same, wanted)]
    return payers, strangers(views, frozenset(found), keys, said, current)


def listers(session: Session, wanted: Options) -> frozenset[str]:
    """Hosts that may be asked for their models, with the keys of any of Hermes' profiles; empty: there is no Hermes.

    No keyring is asked. Raises ConfigError.
    """
    from creditsui.adapters import hermes_files
    from creditsui.routing import hermes_ids
    from creditsui.routing.route import Refused

    accounts = [one for one in detect.accounts(session, configured.current(session)) if one.enabled]
    found: set[str] = set()
    try:
        root = hermes_files.place(session.env, session.paths.home, wanted.home).root
        homes = [
            hermes_files.place(session.env, session.paths.home, wanted.home, name)
            for name in ("default", "", *hermes_files.profiles(root))
        ]
    except Refused:
        return frozenset()
    for home in homes:
        keys = hermes_files.Keys(home, session.env)
        for account in accounts:
            for target in hermes_ids.of(account.provider):
                key = keys.find(target.hermes, target.env, target.logins)
                base = _base(target, key, keys)
                if key is not None and not key.login and _same_host(base, account.base_url or target.base):
                    found.add(urlsplit(base).netloc)
    return frozenset(found)


def _payer(same: list[Carrier], wanted: Options) -> list[Carrier]:
    """Of several accounts for one key of Hermes, the one that has this key: nobody can tell the purse else."""
    fit = [one for one in same if not (one.candidate.why_not or wanted.exclude & {one.candidate.account})]
    rest = [one for one in same if one not in fit]
    for sure in ([one for one in fit if one.own], [one for one in fit if one.own is None], fit):
        if len(sure) == 1:
            return [*sure, *rest]
    why = f"Nobody can tell which of {len(fit)} accounts Hermes' key belongs to; exclude the others."
    return [replace(one, candidate=replace(one.candidate, why_not=why)) for one in fit] + rest


def _candidate(
    session: Session, account: Account, view: AccountView, target: "Target", keys: "Keys", said: Mapping[str, Any]
) -> Carrier:
    key = keys.find(target.hermes, target.env, target.logins)
    base = _base(target, key, keys)
    why_not, unsure = _why_not(session, account, view, target, key, keys, said)
    own = None if key is None or why_not else _own_key(session, account, view, target, key)
    candidate = Candidate(
        provider=target.provider,
        hermes=target.hermes,
        account=view.id,
        label=view.label,
        key_found=key is not None,
        flagship=None,
        fast=None,
        remaining=_left(view),
        state=view.runway.state,
        days=view.runway.days,
        p10=view.runway.p10,
        p90=view.runway.p90,
        stale=view.stale,
        estimated=view.certainty is Certainty.ESTIMATED,
        other_key=own is False,
        why_not=why_not,
        unsure=unsure,
        foreign=key is not None and key.login,
    )
    return Carrier(candidate, target, base, key.secret if key is not None else None, own)


def _left(view: AccountView) -> Money | None:
    if view.balance is not None and (view.runway.state != "refills" or view.balance.remaining.micros > 0):
        return view.balance.remaining
    return view.limit.remaining if view.limit is not None else None


def _base(target: "Target", key: "Found | None", keys: "Keys") -> str:
    """Where Hermes sends this key."""
    if target.base_env and (told := keys.variable(target.base_env)):
        return told.rstrip("/")
    moved = next((base for start, base in target.moved.items() if key and key.secret.reveal().startswith(start)), "")
    return moved or keys.endpoint(target.hermes) or target.base


def _why_not(
    session: Session,
    account: Account,
    view: AccountView,
    target: "Target",
    key: "Found | None",
    keys: "Keys",
    said: Mapping[str, Any],
) -> tuple[str, bool]:
    """Why it cannot serve, as a sentence, and whether that is only not known from here; "": it can."""
    from creditsui.adapters import hermes_files
    from creditsui.routing import hermes_said

    if hermes_said.switched_off(said, target.hermes):
        return f"Hermes has it switched off: providers.{target.hermes}.enabled is false.", False
    if view.runway.state == "refills" and view.health is not None and view.health <= 0:
        return "Its quota is used up.", False
    stripped = hermes_files.stripped(session.env)
    if key is None and stripped:
        return "Its key is not in Hermes' files, and Hermes shows no other key to what it starts.", True
    if key is None:
        told = f"{', '.join(target.env[:-1])} or {target.env[-1]}" if len(target.env) > 1 else target.env[0]
        return f"Hermes finds no key for it; it looks for {told}.", False
    if key.login:
        return "Hermes has a login there, which draws on a plan and not on this credit.", False
    base, usual = _base(target, key, keys), account.base_url or target.base
    if _same_host(base, usual):
        return "", False
    unseen = stripped and bool(target.base_env) and not keys.variable(target.base_env)
    return f"Hermes sends its key to {host(base)}, and this account is at {host(usual)}.", unseen


def _same_host(one: str, other: str) -> bool:
    try:
        return origin(one) == origin(other)
    except ValueError:
        return False


def _own_key(session: Session, account: Account, view: AccountView, target: "Target", key: "Found") -> bool | None:
    """Whether this account has the very key; None where it has none for the same work."""
    provider = session.providers().get(account.provider)
    if provider is None or view.key_from is None or any(name in provider.useless_env for name in target.env):
        return None
    try:
        own = credentials.resolve(session, account, provider).slots.get("key")
    except Unasked:
        return None
    return own.secret == key.secret if own is not None else None


async def with_models(
    asked: Sequence[Carrier], wanted: Options, current: Route | None, *, demo: bool = False
) -> tuple[list[Candidate], list[str]]:
    """With the models that each lists itself; and what the user asked for that is not there."""
    from creditsui.core.demo import hermes as demo_hermes
    from creditsui.routing.chosen import chosen

    network, ask = Network(), demo_hermes.listed if demo else listed

    async def one(it: Carrier) -> tuple[Candidate, str]:
        if it.key is None or barred(replace(it.candidate, flagship="any"), wanted):
            return it.candidate, ""
        listing = await ask(network, it.target, it.base, it.key)
        return chosen(it.candidate, it.target, listing.ids, (listing.why, listing.unsure), wanted, current)

    try:
        found = await asyncio.gather(*map(one, asked))
    finally:
        await network.close()
    return [candidate for candidate, _ in found], [warning for _, warning in found if warning]
