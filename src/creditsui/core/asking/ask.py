"""One round of asks for one account: credentials in, a reading or a problem out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from creditsui.core.accounts.credentials import homeless
from creditsui.core.asking import outage
from creditsui.core.asking.round import Outcome, Round
from creditsui.domain.account import Account
from creditsui.domain.cadence import DEADLINE
from creditsui.domain.problem import LASTING, Problem, Refused
from creditsui.domain.reading import ProbeCost
from creditsui.domain.urls import origin, rebase
from creditsui.providers.refusals import problem as refusal
from creditsui.providers.spec import Answer, Answers, Feed, File, Get, Param, Provider

if TYPE_CHECKING:
    from creditsui.adapters.cloud import Login
    from creditsui.adapters.http import Request

_LONGEST_COOL_DOWN = timedelta(hours=1)
_MENDING = timedelta(minutes=5)
"""After what the user may have put right by now, an ask is made again this soon, however rarely it is made else."""
_LOOK_AGAIN = timedelta(minutes=15)
"""When to see whether somebody has logged in meanwhile, which costs no request."""
_GONE = {404, 405, 410}
_ODD = (KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError)
"""What reading an answer of an unknown form may raise."""


@dataclass(slots=True)
class _Found:
    """What the asks of a round brought so far."""

    ends: float
    """When the round's time is over, on the event loop's clock."""
    answers: dict[str, Answer] = field(default_factory=dict)
    problem: Problem | None = None
    quiet_until: datetime | None = None
    asked: bool = False
    """Whether anybody was asked over the network."""
    sent: str = ""
    """The ask that was sent last."""
    paid: ProbeCost | None = None
    """What the pages that were served cost."""

    def pay(self, price: ProbeCost | None) -> None:
        if price is not None:
            paid = self.paid
            self.paid = price if paid is None else replace(price, cost=paid.cost + price.cost)

    def rest(self, until: datetime | None) -> None:
        """Ask nobody before this instant either."""
        if until is not None:
            self.quiet_until = max(until, self.quiet_until or until)


def allowed(ask: Get, account: Account) -> bool:
    """Whether the user's opt-ins cover it."""
    if ask.opt_in == "probe":
        return account.probe
    return ask.opt_in != "login" or account.key == "login"


def pace(provider: Provider, account: Account) -> timedelta:
    """The shortest time between two rounds over the network that this provider stands."""
    gets = [ask.every for ask in provider.asks if isinstance(ask, Get) and allowed(ask, account)]
    return max(gets, default=timedelta(0))


def address(ask: Get, account: Account, provider: Provider) -> str:
    """Where it is asked, before its path; "" for what is at an address that nobody told yet."""
    return rebase(ask.url or provider.url, "", account.base_url)


def login(ask: Get, account: Account, provider: Provider, env: Mapping[str, str]) -> "Login":
    """Whose login at a cloud signs it."""
    from creditsui.adapters.cloud import Login

    own = account.base_url
    audience = own if own in provider.regions else ask.url or provider.url
    return Login(ask.identity, audience, env, account.params.get("profile", ""))


async def ask(round: Round) -> Outcome:
    """Never raises: whatever goes wrong is this account's Problem. All asks share one deadline."""
    import asyncio

    found = _Found(asyncio.get_running_loop().time() + DEADLINE.total_seconds())
    try:
        for one in round.provider.asks:
            if isinstance(one, Get):
                await _get(round, one, found)
            else:
                await _local(round, one, found)
        outcome = _read(round, found)
    except Refused as refused:
        outcome = Outcome(None, refused.problem, found.quiet_until)
    except Exception as error:
        outcome = Outcome(None, _fault(round, error), found.quiet_until)
    problem = _addressed(round, outcome.problem)
    if problem is not None and outcome.reading is None and found.asked:
        page = outage.page(round.account, round.provider)
        left = found.ends - asyncio.get_running_loop().time()
        problem = await outage.told(_regional(round, problem), page, round.network, left)
    return replace(outcome, problem=problem, paid=found.paid)


def _fault(round: Round, error: Exception) -> Problem:
    """A fault of our own costs this account its round, and no other account anything."""
    import logging

    logging.getLogger("creditsui").error("asking %s failed", round.account.id, exc_info=error)
    return Problem("unknown", f"Asking {round.provider.name} failed ({type(error).__name__}); the log says where.")


def _addressed(round: Round, problem: Problem | None) -> Problem | None:
    """With this account's id in the next step: a provider knows only its own."""
    if problem is None:
        return None
    for act in ("creditsui key set", "creditsui account set"):
        own = f"{act} {round.provider.id}"
        if problem.action is not None and f"{problem.action} ".startswith(f"{own} "):
            problem = replace(problem, action=f"{act} {round.account.id}{problem.action.removeprefix(own)}")
    return problem


def _regional(round: Round, problem: Problem) -> Problem:
    """With the other places that a refused key may be from: one region does not know those of another."""
    own = [base for base in (round.provider.url, *round.provider.regions) if base]
    asked = round.account.base_url or round.provider.url
    others = [base for base in own if origin(base) != origin(asked)]
    if problem.kind != "rejected" or not others or len(others) == len(own):
        return problem
    hint = f"keys of another region need base_url = {' or '.join(others)}"
    return replace(problem, message=f"{problem.message.removesuffix('.')}; {hint}.")


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
    if not (one.url or round.account.base_url or round.provider.url):
        found.problem = homeless(round.account, round.provider)
        return
    if round.refused is not None and round.refused.part == one.name:
        found.problem = found.problem or round.refused  # for good: asking again with the same key only annoys
        return
    answers = _answers(round, found)
    if one.when is not None and not one.when(answers):
        return
    try:
        headers, slot = _authorise(round, one, answers)
        if not slot:
            return
        answer = await _fetch(round, one, answers, headers, slot, found)
        if answer.status in _GONE and one.older:
            answer = await _fetch(round, replace(one, path=one.older), answers, headers, slot, found)
        rest = one.every
        if not 200 <= answer.status < 300:
            problem = refusal(round.provider, answer)
            if one.failure != "quiet":
                raise Refused(problem)
            found.rest(problem.retry_at if problem.told else None)
            rest = _rest(one, problem)
        found.answers[one.name] = answer
        found.rest(round.now + rest if rest else None)
    except Refused as refused:
        _refused(round, one, refused.problem, found)
    except _ODD:
        # What could not even be asked for, because an ask before it failed, failed by that.
        before = _whole(found.problem) if found.sent != one.name else None
        _refused(round, one, before or _strange(round), found)


def _rest(one: Get, problem: Problem) -> timedelta:
    """How long nobody is asked after a refusal."""
    return min(one.every, _MENDING) if problem.kind in {*LASTING, "offline"} else one.every


def _authorise(round: Round, one: Get, answers: Answers) -> tuple[Mapping[str, str], str]:
    if one.identity:
        return {}, "login"  # signed later, with the bytes that are sent
    if one.opt_in == "login":
        if round.provider.login is None or not any(isinstance(ask, File) for ask in round.provider.asks):
            return {}, ""
        return round.provider.login(answers), "login"
    for slot in one.credential:
        credential = round.credentials.slots.get(slot)
        if credential is not None:
            return one.auth(credential.secret.reveal()), slot
    return {}, ""


def _path(round: Round, one: Get, answers: Answers) -> str:
    """With what the user said of the account in its places. Raises Refused where that is missing."""
    from urllib.parse import quote

    if callable(one.path):
        return one.path(answers)
    path = one.path
    for name, param in round.provider.params.items():
        if f"{{{name}}}" in path:
            if not answers.params.get(name, "").strip("."):  # nor may it lead upwards
                raise Refused(untold(round.account, round.provider, name, param))
            path = path.replace(f"{{{name}}}", quote(answers.params[name], safe=""))
    return path


def _headers(round: Round, one: Get) -> Mapping[str, str]:
    """With what the user said of the account in its places. One whose value nobody told is not sent."""
    told: dict[str, str] = {}
    for header, value in one.headers.items():
        for name in round.provider.params:
            value = value.replace(f"{{{name}}}", round.account.params.get(name, ""))
        if value:
            told[header] = value
    return told


def untold(account: Account, provider: Provider, name: str, param: Param) -> Problem:
    """Something that must be known beside the key is not."""
    or_set = f", or set {param.env[0]}" if param.env and account.id == provider.id else ""
    return Problem(
        "no_key", f"{provider.name} needs its {param.says}.", f"creditsui account set {account.id} {name}=…{or_set}"
    )


async def _fetch(
    round: Round, one: Get, answers: Answers, secret_headers: Mapping[str, str], slot: str, found: _Found
) -> Answer:
    import asyncio

    await round.network.load()
    from creditsui.adapters.http import Request

    url = address(one, round.account, round.provider) + _path(round, one, answers)
    query = dict(one.query(answers)) if one.query is not None else {}
    headers = _headers(round, one)
    body = one.body(answers) if callable(one.body) else one.body
    pages: list[object] = []
    seen: set[tuple[tuple[str, str], ...]] = set()
    while True:
        request = Request(
            method=one.method, url=url, headers=headers, secret_headers=secret_headers, query=query, body=body
        )
        if one.identity:
            request = await _signed(round, one, request, found.ends - asyncio.get_running_loop().time())
        seconds = found.ends - asyncio.get_running_loop().time()
        if seconds <= 0:
            raise Refused(Problem("offline", f"{round.provider.name} did not answer in time."))
        found.asked, found.sent = True, one.name
        response = await round.network.send(request, seconds)
        answer = Answer(response.status, response.body, response.headers, (), round.now, slot, one.name)
        if not 200 <= answer.status < 300:
            return answer
        found.pay(one.price(response.body) if one.price is not None else None)
        if not response.is_json:
            raise Refused(changed(round, "did not answer with JSON"))
        pages.append(response.body)
        following = one.next_page(response.body) if one.next_page is not None else None
        key = tuple(sorted(following.items())) if following else ()
        if not following or key in seen or len(pages) >= one.max_pages:
            if following and (key in seen or not one.partial):
                raise Refused(changed(round, "repeats its pages"))
            return replace(answer, pages=tuple(pages), body=pages[0])
        seen.add(key)
        if one.page_in == "body":
            body = {**body, **following}
        else:
            query.update(following)


async def _signed(round: Round, one: Get, request: "Request", seconds: float) -> "Request":
    """By the login of the cloud's own library."""
    from creditsui.adapters import cloud

    try:
        return await cloud.signed(request, login(one, round.account, round.provider, round.env), seconds)
    except Refused as refused:
        if refused.problem.kind not in LASTING:
            raise
        raise Refused(replace(refused.problem, retry_at=round.now + _LOOK_AGAIN)) from None


def _refused(round: Round, one: Get, problem: Problem, found: _Found) -> None:
    """Cool down what must not be asked often, then fail the round or go on without this answer."""
    if problem.kind in {"limited", "busy"} and (one.every or problem.told):
        wait = min(one.every * (1 << min(round.failures, 8)), _LONGEST_COOL_DOWN)
        until = max(problem.retry_at or round.now, round.now + wait)
        problem = replace(problem, retry_at=until, told=True)
        found.rest(until)
    elif one.every and found.sent == one.name:
        found.rest(round.now + _rest(one, problem))
    if one.failure == "fatal":
        raise Refused(problem)
    found.problem = found.problem or replace(problem, part=one.name)


def _answers(round: Round, found: _Found) -> Answers:
    base = round.account.base_url or round.provider.url
    return Answers(round.now, found.answers, round.previous, base, round.account.params, round.provider.regions)


def _read(round: Round, found: _Found) -> Outcome:
    problem = found.problem or round.credentials.problem
    if not found.answers:
        if problem is None and round.online:
            problem = _keyless(round)
        return Outcome(None, _whole(problem), found.quiet_until)
    try:
        reading = round.provider.parse(_answers(round, found))
    except Refused as refused:  # what an ask met itself says more
        return Outcome(None, _whole(found.problem) or refused.problem, found.quiet_until)
    except _ODD:
        return Outcome(None, _strange(round), found.quiet_until)
    if problem is not None and not problem.part:
        problem = replace(problem, part="keys")
    slot = round.provider.slot_told(_answers(round, found)) if round.provider.slot_told is not None else None
    return Outcome(reading, problem, found.quiet_until, slot)


def _keyless(round: Round) -> Problem | None:
    if not round.provider.asks:
        return None
    gets = [one for one in round.provider.asks if isinstance(one, Get)]
    if gets and all(one.opt_in == "probe" for one in gets) and not round.account.probe:
        return Problem("no_key", "Asking costs money.", "set probe = true")
    if round.provider.env:
        return Problem(
            "no_key",
            f"No key for {round.provider.name}.",
            f"creditsui key set {round.account.id}"
            + (f", or set {round.provider.env[0]}" if round.account.id == round.provider.id else ""),
        )
    return Problem("no_key", f"No login of {round.provider.name} on this machine.", "log in with its own tool once")


def _whole(problem: Problem | None) -> Problem | None:
    return replace(problem, part="") if problem is not None else None


def _strange(round: Round) -> Problem:
    return changed(round, "answered in a form this version does not know")


def changed(round: Round, what: str) -> Problem:
    """Whoever was asked: the account's own address, where it has one."""
    base = round.account.base_url or round.provider.url
    asked = origin(base).partition("//")[2] if base else round.provider.name
    return Problem("changed", f"{asked} {what}.", "update creditsui")
