"""Where a number comes from: the rule with its figures, who said it, how old it is, and what it does not cover."""

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType

from creditsui.core.explain import drift, numbers, seen
from creditsui.core.explain import lots as credit
from creditsui.core.explain.budget import budget
from creditsui.core.explain.pace import windows
from creditsui.core.explain.runway import runway
from creditsui.core.explain.spike import spike
from creditsui.domain import format as show
from creditsui.domain.board import AccountView, Board
from creditsui.domain.reading import Certainty, Semantics


class Unexplained(ValueError):
    """No such account, or no such field; the text says which there are."""


def explain(board: Board, id: str, field: str, now: datetime) -> list[str]:
    """Plain lines about one field of one account; `field` is a key of the status JSON.

    Every number named is on the board; instants are UTC. Raises Unexplained for an unknown account or field.
    """
    view = board.account(id)
    if view is None:
        known = ", ".join(account.id for account in board.accounts) or "none yet"
        raise Unexplained(f"There is no account “{id}”. There are: {known}.")
    about = FIELDS.get(field)
    if about is None:
        raise Unexplained(f"“{field}” is not a field. There are: {', '.join(FIELDS)}.")
    return about(view, now)


def _problem(view: AccountView, now: datetime) -> list[str]:
    problem = view.problem
    if problem is None:
        return ["None."]
    lines = [f"{problem.kind}: {problem.message}"]
    if problem.since is not None:
        lines.append(f"First met {show.ago((now - problem.since).total_seconds())}.")
    if problem.retry_at is not None:
        who = "the provider said so" if problem.told else "by our own back-off"
        lines.append(f"Asked again at {problem.retry_at:%H:%M} UTC ({who}).")
    if problem.action:
        lines.append(f"To do: {problem.action}")
    if view.read_at is not None:
        lines.append("The last good values stay, marked as stale.")
    return lines


def _certainty(view: AccountView, now: datetime) -> list[str]:
    meaning = {
        Certainty.LIVE: "the provider said so",
        Certainty.SYNCED: "you said so, under an hour ago, and nothing was spent since",
        Certainty.ESTIMATED: "carried forward by the ledger since the number was last known to be true",
        Certainty.UNKNOWN: "nobody has said anything yet",
    }[view.certainty]
    return [f"{view.certainty}: {meaning}.", *numbers.age(view, now)]


def _semantics(view: AccountView, now: datetime) -> list[str]:
    meaning = {
        Semantics.BALANCE: "it drains as it is spent; spend is how far it fell",
        Semantics.COUNTER: "it only grows; spend is how far it rose",
        Semantics.CAP: "it limits spending, but is not money",
        Semantics.WINDOW: "a quota that refills; spend is no money here",
    }[view.semantics]
    return [f"{view.semantics}: {meaning}."]


def _stale(view: AccountView, now: datetime) -> list[str]:
    if view.certainty in (Certainty.SYNCED, Certainty.ESTIMATED):
        return ["No: a number that you entered is never stale, it grows uncertain."]
    rule = "A reading is stale after twice its interval, at least ten minutes, and while there is a problem."
    return ["Yes." if view.stale else "No.", rule, *numbers.age(view, now)]


def _read(view: AccountView, now: datetime) -> list[str]:
    if view.read_at is None:
        return ["Never read."]
    return [f"{numbers.utc(view.read_at, now)}, {show.ago(view.age(now) or 0.0)}."]


def _key(view: AccountView, now: datetime) -> list[str]:
    if view.key_from is None:
        return ["No credential was found in the environment, the keyring, the key file or a login."]
    place, _, name = view.key_from.partition(":")
    meaning = {
        "env": f"the environment variable {name}",
        "hermes": f"the variable {name} in Hermes' own .env",
        "keyring": "the system's keyring",
        "file": "the key file that only you can read",
        "login": "the login of the provider's own tool, which is only read",
    }.get(place, view.key_from)
    return [f"The credential comes from {meaning}.", "It is sent to this provider only, and shown to nobody."]


def _pool(view: AccountView, now: datetime) -> list[str]:
    if not view.pool:
        return ["It has a purse of its own."]
    return [f"It draws on the purse of {view.pool}, which totals count once."]


def _probe(view: AccountView, now: datetime) -> list[str]:
    if view.probe is None or not view.probe_cost:
        return ["This provider tells its limits without a request that costs, or not at all."]
    allowed = "They are allowed." if view.probe else "They are not allowed, so none is made."
    return [f"A request that reads limits: {view.probe_cost}. {allowed}", "What it costs is booked as spend."]


def _plain(name: str) -> Callable[[AccountView, datetime], list[str]]:
    """For what is no reckoned number but a fact: it is said as it stands."""

    def say(view: AccountView, now: datetime) -> list[str]:
        value = getattr(view, name)
        if value is None or value in ("", ()):
            return ["Not known."]
        return [", ".join(value) if isinstance(value, tuple) else "yes" if value is True else str(value or "no")]

    return say


#: Every key of an account in the status JSON and what else is drawn, the numbers people ask about first.
FIELDS: MappingProxyType[str, Callable[[AccountView, datetime], list[str]]] = MappingProxyType(
    {
        "balance": numbers.balance,
        "health": numbers.health,
        "binding": numbers.binding,
        "band": numbers.band,
        "capacity": numbers.capacity,
        "capacity_from": numbers.capacity,
        "spend": numbers.spend,
        "burn_per_day": numbers.burn,
        "runway": runway,
        "drift": drift.drift,
        "basis": drift.basis,
        "wide": drift.wide,
        "spike": spike,
        "lots": credit.lots,
        "expiring": credit.expiring,
        "expired": credit.expired,
        "proposals": credit.proposals,
        "allowance": credit.allowance,
        "budget": budget,
        "limit": numbers.limit,
        "windows": windows,
        "hits": seen.hits,
        "days": seen.days,
        "topups": seen.topups,
        "probe": _probe,
        "balances": numbers.balances,
        "certainty": _certainty,
        "stale": _stale,
        "read_at": _read,
        "age_seconds": _read,
        "problem": _problem,
        "semantics": _semantics,
        "pool": _pool,
        "key_from": _key,
        "plan": _plain("plan"),
        "badges": _plain("badges"),
        "console_url": _plain("console_url"),
        "id": _plain("id"),
        "provider": _plain("provider"),
        "provider_name": _plain("provider_name"),
        "label": _plain("label"),
        "enabled": _plain("enabled"),
    }
)
