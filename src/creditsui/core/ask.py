"""One round of asks for one account: credentials in, a reading or a problem out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from creditsui.core.round import Outcome, Round
from creditsui.domain.account import Account
from creditsui.domain.cadence import DEADLINE
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.urls import origin, rebase
from creditsui.providers.refusals import problem as refusal
from creditsui.providers.spec import Answer, Answers, Feed, File, Get, Provider

_LONGEST_COOL_DOWN = timedelta(hours=1)


@dataclass(slots=True)
class _Found:
    """What the asks of a round brought so far."""

    answers: dict[str, Answer] = field(default_factory=dict)
    problem: Problem | None = None
    quiet_until: datetime | None = None
    asked: bool = False


def allowed(ask: Get, account: Account) -> bool:
    """Whether the user's opt-ins cover it."""
    if ask.opt_in == "probe":
        return account.probe
    return ask.opt_in != "login" or account.key == "login"


def pace(provider: Provider, account: Account) -> timedelta:
    """The shortest time between two rounds over the network that this provider stands."""
    gets = [ask.every for ask in provider.asks if isinstance(ask, Get) and allowed(ask, account)]
    return max(gets, default=timedelta(0))


async def ask(round: Round) -> Outcome:
    """Never raises: whatever goes wrong is this account's Problem."""
    found = _Found()
    try:
        for one in round.provider.asks:
            if isinstance(one, Get):
                await _get(round, one, found)
            else:
                await _local(round, one, found)
        outcome = _read(round, found)
    except Refused as refused:
        outcome = Outcome(None, refused.problem, found.quiet_until)
    return replace(outcome, problem=_addressed(round, outcome.problem))


def _addressed(round: Round, problem: Problem | None) -> Problem | None:
    """With this account's id in the next step: a provider knows only its own."""
    if problem is None or problem.action != f"creditsui key set {round.provider.id}":
        return problem
    return replace(problem, action=f"creditsui key set {round.account.id}")


async def _local(round: Round, one: File | Feed, found: _Found) -> None:
    import asyncio

    from creditsui.adapters import local_files

    if isinstance(one, Feed):
        answer = await asyncio.to_thread(local_files.feed, round.paths.status.parent / one.file)
    else:
        answer = await asyncio.to_thread(local_files.find, one, round.env, round.paths.home)
    if answer is not None:
        found.answers[one.name] = answer


async def _get(round: Round, one: Get, found: _Found) -> None:
    if not round.online or not allowed(one, round.account):
        return
    answers = _answers(round, found)
    if one.when is not None and not one.when(answers):
        return
    try:
        headers, slot = _authorise(round, one, answers)
        if not slot:
            return
        found.asked = True
        answer = await _fetch(round, one, headers, slot)
        if not 200 <= answer.status < 300 and one.failure != "quiet":
            raise Refused(refusal(round.provider, answer))
        found.answers[one.name] = answer
        if one.every:
            found.quiet_until = round.now + one.every
    except Refused as refused:
        _refused(round, one, refused.problem, found)


def _authorise(round: Round, one: Get, answers: Answers) -> tuple[Mapping[str, str], str]:
    if one.opt_in == "login":
        if round.provider.login is None or not any(isinstance(ask, File) for ask in round.provider.asks):
            return {}, ""
        return round.provider.login(answers), "login"
    for slot in one.credential:
        credential = round.credentials.slots.get(slot)
        if credential is not None:
            return one.auth(credential.secret.reveal()), slot
    return {}, ""


async def _fetch(round: Round, one: Get, secret_headers: Mapping[str, str], slot: str) -> Answer:
    from creditsui.adapters.http import Request

    url = rebase(one.url or round.provider.url, one.path, round.account.base_url)
    query = dict(one.query(round.now)) if one.query is not None else {}
    pages: list[object] = []
    seen: set[tuple[tuple[str, str], ...]] = set()
    while True:
        request = Request(
            method=one.method, url=url, headers=one.headers, secret_headers=secret_headers, query=query, body=one.body
        )
        response = await round.network.send(request, DEADLINE.total_seconds())
        answer = Answer(response.status, response.body, response.headers, (), round.now, slot)
        if not 200 <= answer.status < 300:
            return answer
        if not response.is_json:
            raise Refused(changed(round.provider, "did not answer with JSON"))
        pages.append(response.body)
        following = one.next_page(response.body) if one.next_page is not None else None
        key = tuple(sorted(following.items())) if following else ()
        if not following or key in seen or len(pages) >= one.max_pages:
            if following:
                raise Refused(changed(round.provider, "repeats its pages"))
            return replace(answer, pages=tuple(pages), body=pages[0])
        seen.add(key)
        query.update(following)


def _refused(round: Round, one: Get, problem: Problem, found: _Found) -> None:
    """Cool down what must not be asked often, then fail the round or go on without this answer."""
    if problem.kind in {"limited", "busy"} and (one.every or problem.told):
        wait = min(one.every * (1 << min(round.failures, 8)), _LONGEST_COOL_DOWN)
        until = max(problem.retry_at or round.now, round.now + wait)
        problem = replace(problem, retry_at=until, told=True)
        found.quiet_until = max(until, found.quiet_until or until)
    elif one.every:
        found.quiet_until = round.now + one.every
    if one.failure == "fatal":
        raise Refused(problem)
    found.problem = found.problem or problem


def _answers(round: Round, found: _Found) -> Answers:
    return Answers(round.now, found.answers, round.previous, round.account.base_url or round.provider.url)


def _read(round: Round, found: _Found) -> Outcome:
    problem = found.problem or round.credentials.problem
    if not found.answers:
        if problem is None and round.online:
            problem = _keyless(round)
        return Outcome(None, problem, found.quiet_until)
    try:
        reading = round.provider.parse(_answers(round, found))
    except Refused as refused:
        return Outcome(None, refused.problem, found.quiet_until)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError):
        return Outcome(
            None, changed(round.provider, "answered in a form this version does not know"), found.quiet_until
        )
    return Outcome(reading, problem, found.quiet_until)


def _keyless(round: Round) -> Problem | None:
    if not round.provider.asks:
        return None
    if round.provider.env:
        return Problem(
            "no_key",
            f"No key for {round.provider.name}.",
            f"creditsui key set {round.account.id}, or set {round.provider.env[0]}",
        )
    return Problem("no_key", f"No login of {round.provider.name} on this machine.", "log in with its own tool once")


def changed(provider: Provider, what: str) -> Problem:
    return Problem("changed", f"{origin(provider.url).partition('//')[2]} {what}.", "update creditsui")
