"""Who of the accounts here could carry Hermes' work: by their money, by Hermes' own keys, and by the live models."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from creditsui.core import board as boards
from creditsui.core import configured, credentials, detect
from creditsui.core.live_models import Listing, listed
from creditsui.core.round import Network
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.board import AccountView
from creditsui.domain.clean import clean
from creditsui.domain.money import Money
from creditsui.domain.problem import Refused as Unasked
from creditsui.domain.reading import Certainty
from creditsui.domain.secret import Secret
from creditsui.domain.urls import origin
from creditsui.routing.models import confirmed, first, similar
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


def carriers(session: Session, wanted: Options, place: "Place", said: Mapping[str, Any]) -> list[Carrier]:
    """One for every provider that Hermes has built in and somebody here pays: its account and Hermes' own key.

    May talk to the keyring: never call it on an event loop. Raises ConfigError and LedgerError.
    """
    from creditsui.adapters import hermes_files
    from creditsui.routing import hermes_ids

    config = configured.current(session)
    keys = hermes_files.Keys(place, session.env)
    accounts = {account.id: account for account in detect.accounts(session, config)}
    found: dict[str, list[Carrier]] = {}
    for view in boards.board(session, config).accounts:
        account = accounts.get(view.id)
        if account is None or not view.enabled:
            continue
        each = [_candidate(session, account, view, target, keys, said) for target in hermes_ids.of(view.provider)]
        if each:
            # A region has a provider of its own in Hermes: the one whose key goes where this account is.
            best = min(each, key=lambda one: (bool(one.candidate.why_not), one.key is None))
            found.setdefault(best.target.hermes, []).append(best)
    return [one for same in found.values() for one in _payer(same, wanted)]


def _payer(same: list[Carrier], wanted: Options) -> list[Carrier]:
    """Of several accounts for one key of Hermes, the one that has this key: nobody can tell the purse else."""
    fit = [one for one in same if not (one.candidate.why_not or wanted.exclude & {one.candidate.account})]
    own = [one for one in fit if not one.candidate.other_key]
    if len(fit) < 2 or len(own) == 1:
        return [*(own if len(own) == 1 else fit), *(one for one in same if one not in fit)]
    why = f"Nobody can tell which of {len(fit)} accounts Hermes' key belongs to; exclude the others."
    return [replace(one, candidate=replace(one.candidate, why_not=why)) for one in fit] + [
        one for one in same if one not in fit
    ]


def _candidate(
    session: Session, account: Account, view: AccountView, target: "Target", keys: "Keys", said: Mapping[str, Any]
) -> Carrier:
    key = keys.find(target.hermes, target.env, target.logins)
    base = _base(target, key, keys)
    why_not = _why_not(account, view, target, key, base, said)
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
        other_key=key is not None and not why_not and _other_key(session, account, view, target, key),
        why_not=why_not,
    )
    return Carrier(candidate, target, base, key.secret if key is not None else None)


def _left(view: AccountView) -> Money | None:
    if view.balance is not None:
        return view.balance.remaining
    return view.limit.remaining if view.limit is not None else None


def _base(target: "Target", key: "Found | None", keys: "Keys") -> str:
    """Where Hermes sends this key."""
    if target.base_env and (told := keys.variable(target.base_env)):
        return told.rstrip("/")
    moved = next((base for start, base in target.moved.items() if key and key.secret.reveal().startswith(start)), "")
    return moved or keys.endpoint(target.hermes) or target.base


def _why_not(
    account: Account, view: AccountView, target: "Target", key: "Found | None", base: str, said: Mapping[str, Any]
) -> str:
    from creditsui.routing import hermes_said

    if hermes_said.switched_off(said, target.hermes):
        return f"Hermes has it switched off: providers.{target.hermes}.enabled is false."
    if view.runway.state == "refills" and view.health is not None and view.health <= 0:
        return "Its quota is used up."
    if key is None:
        told = f"{', '.join(target.env[:-1])} or {target.env[-1]}" if len(target.env) > 1 else target.env[0]
        return f"Hermes finds no key for it; it looks for {told}."
    if key.login:
        return "Hermes has a login there, which draws on a plan and not on this credit."
    usual = account.base_url or target.base
    if not _same_host(base, usual):
        return f"Hermes sends its key to {_host(base)}, and this account is at {_host(usual)}."
    return ""


def _same_host(one: str, other: str) -> bool:
    try:
        return origin(one) == origin(other)
    except ValueError:
        return False


def _host(url: str) -> str:
    return clean(url.partition("://")[2].partition("/")[0].rpartition("@")[2] or url, 80)


def _other_key(session: Session, account: Account, view: AccountView, target: "Target", key: "Found") -> bool:
    """Whether this account is known to have another key for the same work."""
    provider = session.providers().get(account.provider)
    if provider is None or view.key_from is None or any(name in provider.useless_env for name in target.env):
        return False
    try:
        slots = credentials.resolve(session, account, provider).slots
    except Unasked:
        return False
    own = slots.get("key")
    return own is not None and own.secret != key.secret


async def with_models(
    asked: Sequence[Carrier], wanted: Options, current: Route | None
) -> tuple[list[Candidate], list[str]]:
    """With the models that each lists itself; and what the user asked for that is not there."""
    network = Network()

    async def one(it: Carrier) -> Listing | None:
        if it.key is None or barred(replace(it.candidate, flagship="any"), wanted):
            return None
        return await listed(network, it.target, it.base, it.key)

    try:
        listings = await asyncio.gather(*map(one, asked))
    finally:
        await network.close()
    said: list[str] = []
    found = [
        it.candidate if listing is None else _with_models(it, listing, wanted, current, said)
        for it, listing in zip(asked, listings, strict=True)
    ]
    return found, said


def _with_models(it: Carrier, listing: Listing, wanted: Options, current: Route | None, said: list[str]) -> Candidate:
    """Only what its own list confirms counts; a model that is in the route stays while it is listed."""
    one, ids = it.candidate, listing.ids
    stands, helps = _standing(current, one.hermes) if current else ("", "")
    told, told_fast = _told(wanted.flagship, one), _told(wanted.fast, one)
    flagship = confirmed(told, ids) if told else first((stands, *it.target.flagship), ids)
    fast = confirmed(told_fast, ids) if told_fast else first((helps, *it.target.fast), ids)
    if told_fast and fast is None and flagship is not None:
        said.append(f"{one.label}: {_missing(told_fast, ids)} It gets no helpers.")
    why = ""
    if flagship is None and listing.why:
        why = f"{listing.why[:1].upper()}{listing.why[1:]}."
    elif flagship is None and told:
        why = _missing(told, ids)
    return replace(one, flagship=flagship, fast=fast, why_not=why, unsure=bool(why) and listing.unsure)


def _standing(route: Route, hermes: str) -> tuple[str, str]:
    """The models of a provider that a route has for the work itself, and for helpers; "" for none."""
    from creditsui.routing.hermes_ids import canonical

    behind = [one.model for one in route.fallbacks if canonical(one.provider) == hermes]
    helper = route.delegation
    leads = canonical(route.primary.provider) == hermes
    big = route.primary.model if leads else next(iter(behind), "")
    rest = behind if leads else behind[1:]
    return big, helper.model if helper and canonical(helper.provider) == hermes else next(iter(rest), "")


def _told(models: Mapping[str, str], one: Candidate) -> str:
    return next((models[name] for name in (one.account, one.provider, one.hermes) if name in models), "")


def _missing(model: str, ids: Sequence[str]) -> str:
    near = similar(model, ids)
    return f"Its own list has no model {model}" + (f"; it has {near}." if near else ".")
