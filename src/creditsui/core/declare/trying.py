"""Trying a declaration: one question to the service, or an answer from a file, and what every field comes to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from creditsui.adapters import declared_files
from creditsui.core import settings
from creditsui.core.accounts import credentials, detect
from creditsui.core.asking.round import Network, Round
from creditsui.core.declare import candidates
from creditsui.core.declare.candidates import Candidate
from creditsui.core.declare.declared import lenders
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Reading
from creditsui.providers import declarations
from creditsui.providers.declared import Declaration, declaration
from creditsui.providers.expression import expression
from creditsui.providers.section import Trace
from creditsui.providers.spec import Answer, Answers, Json, Provider


@dataclass(frozen=True, slots=True)
class Matched:
    """An error rule that an answer met."""

    ask: str
    rule: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it."""

    provider: Provider
    asked: tuple[tuple[str, int], ...] = ()
    """Each ask that was answered, and with which status."""
    fields: tuple[Trace, ...] = ()
    matched: tuple[Matched, ...] = ()
    reading: Reading | None = None
    problem: Problem | None = None
    notes: tuple[str, ...] = ()
    """What else there is to know, in sentences."""
    unused: tuple[Candidate, ...] = ()
    """Numbers in the answers that no field uses; told where something is missing."""

    @property
    def fine(self) -> bool:
        missing = any(one.missing for one in self.fields if one.needed)
        return self.reading is not None and self.problem is None and not missing


def target(session: Session, name: str, account_id: str = "") -> tuple[Account, Provider]:
    """The account and the provider that are meant. Raises Unsettable where there is none.

    A provider without an account is asked as one that was found: with a key in plain sight only.
    """
    providers = session.providers()
    accounts = detect.accounts(session, settings.config(session))
    wanted = account_id or name
    account = next((one for one in accounts if one.id == wanted), None)
    if not account_id and name in providers and (account is None or account.provider != name):
        account = next((one for one in accounts if one.provider == name), None) or _unseen(session, providers[name])
    if account is None or account.provider not in providers:
        raise settings.Unsettable(settings.unknown(wanted))
    if account_id and name in providers and account.provider != name:
        raise settings.Unsettable(f"{account_id} is an account of {account.provider}, not of {name}.")
    return replace(account, probe=False, enabled=True), providers[account.provider]


def _unseen(session: Session, provider: Provider) -> Account:
    found = Account(id=provider.id, provider=provider.id, label=provider.id, currency="", configured=False)
    return detect.completed(session, found, provider)


async def online(session: Session, account: Account, provider: Provider) -> Tried:
    """Ask once, with the account's key. Nothing is kept."""
    import asyncio

    keys = await asyncio.to_thread(credentials.resolve, session, account, provider)
    given: dict[str, Answer] = {}
    bases: list[Answers] = []

    def parse(answers: Answers) -> Reading:
        bases.append(answers)
        return provider.parse(answers)

    def refuse(answer: Answer) -> Problem | None:
        given[answer.ask] = answer
        return provider.refuse(answer) if provider.refuse is not None else None

    network = Network()
    watched = replace(provider, parse=parse, refuse=refuse)
    try:
        outcome = await session.ask(Round(account, watched, keys, network, session.paths, session.env, session.now))
    finally:
        await network.close()
    for answers in bases:
        given.update(answers.by_name)
    tried = _told(session, account, provider, given, outcome.reading, outcome.problem)
    return replace(tried, notes=_notes(session, account, provider, bool(keys.slots)))


def _notes(session: Session, account: Account, provider: Provider, keyed: bool) -> tuple[str, ...]:
    """Why a key that is at hand was not sent."""
    lent = [] if keyed or account.configured else lenders(provider, session.providers()).items()
    return tuple(
        f"{name} holds a key of {owner}, so it is sent to {provider.name} only once you say so: "
        f"creditsui account add {provider.id}"
        for name, owner in lent
        if credentials.variable(session, name)
    )


def offline(session: Session, account: Account, provider: Provider, body: Json) -> Tried:
    """Read answers as if the service had given them: one, or `{"ask": answer}` where there are several asks."""
    given = _answers(provider, body)
    try:
        return _told(session, account, provider, given, provider.parse(_all(session, account, provider, given)), None)
    except Refused as refused:
        problem = refused.problem
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError):
        problem = Problem("changed", f"{provider.name} does not answer in this form.")
    return _told(session, account, provider, given, None, problem)


def _answers(provider: Provider, body: Json) -> dict[str, Answer]:
    names = [one.name for one in provider.asks]
    several = len(names) > 1 and isinstance(body, dict) and bool(body) and set(body) <= set(names)
    bodies: dict[str, Json] = body if several else dict.fromkeys(names[:1], body)
    return {name: Answer(body=one, pages=(one,), credential="key", ask=name) for name, one in bodies.items()}


def _all(session: Session, account: Account, provider: Provider, given: Mapping[str, Answer]) -> Answers:
    base = account.base_url or provider.url
    return Answers(session.now(), given, None, base, account.params, provider.regions)


def _told(
    session: Session,
    account: Account,
    provider: Provider,
    given: Mapping[str, Answer],
    reading: Reading | None,
    problem: Problem | None,
) -> Tried:
    tried = Tried(provider, tuple((name, one.status) for name, one in given.items()), (), (), reading, problem)
    known = written(provider)
    if known is None or not given:
        return tried
    matched = tuple(
        Matched(name, error.rule, error.problem(answer, provider.name))
        for name, answer in given.items()
        for error in known.errors
        if error.source in {"", name} and error.met(answer)
    )
    fields = tuple(known.picks.trace(_all(session, account, provider, given)))
    tried = replace(tried, fields=fields, matched=matched)
    return tried if tried.fine else replace(tried, unused=_unused(fields, given))


def written(provider: Provider) -> Declaration | None:
    """The declaration of a provider in TOML, the user's or a built-in one; None for one in Python."""
    path = Path(provider.declared) if provider.declared else _built_in(provider.id)
    if path is None or provider.fault is not None:
        return None
    text, _ = declared_files.read(path)
    return declaration(text, provider.id, path.name) if text is not None else None


def _built_in(id: str) -> Path | None:
    return next((path for path in declarations() if path.stem == id), None)


def _unused(fields: Iterable[Trace], given: Mapping[str, Answer]) -> tuple[Candidate, ...]:
    """Numbers whose key stands in no expression that found something."""
    used = {name for one in fields if one.found is not None for name in expression(one.expression).names}
    return tuple(one for answer in given.values() for one in candidates.numbers(answer.body) if one.key not in used)
