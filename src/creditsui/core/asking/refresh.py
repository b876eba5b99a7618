"""Make the numbers true again: ask whoever is due, one fetcher per machine, and record what came."""

import asyncio
import os
import random
import threading
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from creditsui.config import Config
from creditsui.core import board, configured, copies, credit, retention, stand_in
from creditsui.core.accounts import credentials, detect
from creditsui.core.asking.ask import pace
from creditsui.core.asking.round import Credentials, Network, Outcome, Round
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.cadence import APART, DEADLINE, AskState, backoff, decide, one_after_another
from creditsui.domain.problem import LASTING, Problem
from creditsui.domain.reading import ProbeCost, Reading
from creditsui.domain.usage import Usage
from creditsui.providers.spec import Feed, File, Provider

_CLAIM = DEADLINE + timedelta(seconds=10)
_POLL = 0.05
_NOW = timedelta(0)


@dataclass(frozen=True, slots=True)
class _Job:
    account: Account
    provider: Provider
    synced: bool
    """Whether the user keeps its balance by hand, so a missing key is no problem."""


async def refresh(
    session: Session,
    *,
    ids: Collection[str] | None = None,
    force: bool = False,
    woken: bool = False,
    on_change: Callable[[], None] | None = None,
) -> None:
    """Ask every enabled account that is due (`ids`: only these) and publish the new board.

    `force` ignores due times and back-off, never a Retry-After nor an endpoint's cool-down. Copies that run at once
    share one round. Where the machine has just `woken`, one provider is asked after another. `on_change` is called on
    this loop after each account that came back. The first of a day leaves a copy of the ledger. Raises LedgerError
    where that cannot be used; what providers say is on the board all the same.
    """
    from creditsui.adapters.ledger_file import BusyLedger, LedgerError

    forced_at = session.now() if force else None
    try:
        await _round(session, ids, forced_at, on_change, woken=woken)
        if not session.demo:  # no status line shows it
            await asyncio.to_thread(publish, session)
    except LedgerError as fault:
        if session.demo or isinstance(fault, BusyLedger):
            raise
        await _round(await asyncio.to_thread(stand_in.of, session, str(fault)), ids, forced_at, on_change, woken=woken)
        await asyncio.to_thread(lambda: board.publish(session, board.board(session)))
        raise
    stand_in.end(session)
    await asyncio.to_thread(copies.daily, session)
    await asyncio.to_thread(retention.daily, session)


async def _round(
    session: Session,
    ids: Collection[str] | None,
    forced_at: datetime | None,
    on_change: Callable[[], None] | None,
    *,
    woken: bool,
) -> None:
    config, jobs = await asyncio.to_thread(_plan, session, ids)
    interval = timedelta(minutes=config.refresh_minutes)
    network, writer = Network(), _Writer(session, on_change)
    waits: Mapping[str, timedelta] = {}
    if woken:
        first = random.random() * APART  # noqa: S311 – no secret
        waits = one_after_another((job.provider.id for job in jobs), first, APART)

    async def one(job: _Job) -> None:
        await asyncio.sleep(waits.get(job.provider.id, _NOW).total_seconds())
        await _one(session, job, interval, forced_at, network, writer)

    try:
        # All of them, whatever befalls one: nobody else's request is left without its client.
        ended = await asyncio.gather(*(one(job) for job in jobs), return_exceptions=True)
    finally:
        await _through(network.close(), writer.close())
    for fault in ended:
        if isinstance(fault, BaseException):
            raise fault


async def _through(*acts: Awaitable[None]) -> None:
    """Wait until all of these are over, however often the one who waits is told to stop: a pane that is left tells it
    its round, and its event loop once more."""
    over = asyncio.gather(*acts, return_exceptions=True)
    told: asyncio.CancelledError | None = None
    while not over.done():
        try:
            await asyncio.shield(over)
        except asyncio.CancelledError as error:
            told = error
    for fault in (told, *over.result()):
        if fault is not None:
            raise fault


def publish(session: Session) -> None:
    """Write the board of this moment; what came in meanwhile is booked first, where the settings say so."""
    shown = board.board(session)
    if credit.accept_by_itself(session, shown):
        shown = board.board(session)
    board.publish(session, shown)


def _plan(session: Session, ids: Collection[str] | None) -> tuple[Config, list[_Job]]:
    config = configured.current(session)
    catalogue = session.providers()
    synced = {entry.account for entry in board.standing_entries(session) if entry.type == "sync"}
    jobs = [
        _Job(account, catalogue[account.provider], account.id in synced)
        for account in detect.accounts(session, config)
        if account.enabled
        and account.provider in catalogue
        and catalogue[account.provider].asks
        and (ids is None or account.id in ids)
    ]
    return config, jobs


async def _one(
    session: Session, job: _Job, interval: timedelta, forced_at: datetime | None, network: Network, writer: "_Writer"
) -> None:
    account, provider = job.account, job.provider
    keys = await asyncio.to_thread(credentials.resolve, session, account, provider)
    gap = max(interval, pace(provider, account))
    turn = await writer.turn(
        account.id,
        lambda state: (
            not _elsewhere(keys, account, state, session.now() - 2 * gap)
            and _due(state, session, gap, _mark(keys, job, state), forced_at)
        ),
    )
    mark = _mark(keys, job, turn.state)
    if turn.state is not None and turn.state.problem is not None and turn.state.problem.kind == "rejected":
        credentials.forget(session, account.id)
    if not turn.granted and not any(isinstance(ask, File | Feed) for ask in provider.asks):
        return
    started = session.now()
    same = turn.state if turn.state is not None and turn.state.fingerprint == mark else None
    known = same.problem if same is not None and forced_at is None else None
    round = Round(
        account, provider, keys, network, session.paths, session.env, session.now,
        turn.previous, turn.granted, same.failures if same is not None else 0,
        known if known is not None and known.part and known.kind in LASTING else None,
    )  # fmt: skip
    quiet = started + pace(provider, account) if pace(provider, account) else None
    try:
        async with asyncio.timeout(DEADLINE.total_seconds() + 1):
            outcome = await session.ask(round)
    except TimeoutError:
        outcome = Outcome(None, Problem("offline", f"{provider.name} did not answer in time."), quiet)
    except BaseException:
        if turn.granted:
            # What must not be asked often may just have been asked.
            before = turn.state or AskState(account.id)
            state = replace(before, attempted_at=started, fingerprint=mark, quiet_until=quiet) if quiet else None
            await asyncio.shield(writer.add(_Result(account.id, state=state, claimed=True)))
        raise
    outcome = _without_key(job, outcome, keys)
    if turn.granted:
        state = _after(turn.state, account.id, outcome, started, gap, mark)
        await writer.add(_Result(account.id, outcome.reading, state, claimed=True, paid=outcome.paid, at=started))
    elif outcome.reading is not None and (turn.previous is None or outcome.reading.at > turn.previous.at):
        await writer.add(_Result(account.id, outcome.reading))


def _mark(keys: Credentials, job: _Job, state: AskState | None) -> str:
    """The fingerprint of the credentials; where they cannot be had just now, behind that of the last ones used."""
    own = f"{keys.fingerprint(job.account)}{job.provider.edition}"
    if keys.slots or keys.problem is None or keys.problem.kind != "locked":
        return own
    return f"{state.fingerprint.partition('+')[0] if state is not None else ''}+{own}"


def _elsewhere(keys: Credentials, account: Account, state: AskState | None, since: datetime) -> bool:
    """Whether this process lacks a key that another one, started with another environment, asks with all right."""
    fault = keys.problem is not None and keys.problem.kind != "wrong_kind"
    if keys.slots or fault or keys.login or account.key != "auto" or state is None:
        return False
    told = state.problem is None and state.attempted_at is not None
    return told and state.succeeded_at is not None and state.succeeded_at >= since


def _due(state: AskState | None, session: Session, interval: timedelta, mark: str, forced_at: datetime | None) -> bool:
    if state is not None and state.fingerprint.startswith(f"{mark}+"):
        # The key can be had again: no reason to wait, unless the provider gave one.
        return state.quiet_until is None or not session.now() < state.quiet_until <= session.now() + timedelta(days=1)
    return decide(state, session.now(), interval, fingerprint=mark, forced_at=forced_at).due


def _without_key(job: _Job, outcome: Outcome, keys: Credentials) -> Outcome:
    """A purse kept by hand needs no key: that nobody can be asked is not a problem then."""
    problem = outcome.problem
    kinds = {"no_key", "locked"} if keys.slots else {"no_key", "locked", "wrong_kind"}
    if problem is None or not job.synced or problem.kind not in kinds or job.account.key != "auto":
        return outcome
    return replace(outcome, problem=None)


def _after(
    before: AskState | None, account: str, outcome: Outcome, started: datetime, interval: timedelta, mark: str
) -> AskState:
    """The state that follows from a round's outcome."""
    same = before if before is not None and before.fingerprint == mark else None
    problem = outcome.problem
    if problem is None:
        return AskState(account, started, started, 0, None, outcome.quiet_until, mark)
    failures = (same.failures if same else 0) + 1
    since = same.problem.since if same and same.problem and same.problem.kind == problem.kind else None
    problem = problem.seen_since(since or started)
    if problem.retry_at is None and problem.kind not in LASTING:
        problem = replace(problem, retry_at=started + backoff(failures, interval))
    quiet = outcome.quiet_until or (problem.retry_at if problem.told else None)
    if quiet is None and before is not None and "+" in mark:
        quiet = before.quiet_until
    succeeded = started if outcome.reading is not None else (same.succeeded_at if same else None)
    return AskState(account, started, succeeded, failures, problem, quiet, mark)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What an account's place in the ledger was when its turn came. Not granted: somebody else just asked."""

    granted: bool
    state: AskState | None
    previous: Reading | None


@dataclass(frozen=True, slots=True)
class _Result:
    account: str
    reading: Reading | None = None
    state: AskState | None = None
    claimed: bool = False
    paid: ProbeCost | None = None
    at: datetime | None = None
    """When the round began that was paid for."""

    def usage(self) -> list[Usage]:
        """What asking cost is spend like any other."""
        rows = []
        if self.reading is not None and self.reading.probe is not None:
            rows.append(_usage(f"probe:{self.account}", self.account, self.reading.at, self.reading.probe))
        if self.paid is not None and self.at is not None:
            rows.append(_usage(f"paid:{self.account}", self.account, self.at, self.paid))
        return rows


class _Writer:
    """The ledger's side of a refresh: as few transactions as its outcomes allow, off the event loop."""

    def __init__(self, session: Session, on_change: Callable[[], None] | None) -> None:
        self._session = session
        self._on_change = on_change
        self._holder = uuid.uuid4().hex
        self._lock = asyncio.Lock()
        self._results: list[_Result] = []
        self._wanted: set[str] = set()
        self._turns: dict[str, _Turn] = {}
        self._claims: set[str] = set()
        self._ledger = threading.Lock()

    async def turn(self, account: str, due: Callable[[AskState | None], bool]) -> _Turn:
        """Wait until the account is ours to ask, or until another copy's round made that needless."""
        while True:
            now = await self._claim(account)
            if not due(now.state):
                if now.granted:
                    await self.add(_Result(account, claimed=True))
                return replace(now, granted=False)
            if now.granted:
                return now
            await asyncio.sleep(_POLL)

    async def _claim(self, account: str) -> _Turn:
        """Accounts that want their turn at the same moment get it in one transaction."""
        self._wanted.add(account)
        async with self._lock:
            if account in self._wanted:
                names, self._wanted = self._wanted, set()
                self._turns.update(await asyncio.to_thread(self._take, names))
        return self._turns.pop(account)

    def _take(self, names: Collection[str]) -> dict[str, _Turn]:
        from creditsui.adapters.ledger import open_ledger

        now = self._session.now()
        with self._ledger, open_ledger(self._session.paths.ledger) as ledger:
            granted = ledger.claim(names, self._holder, os.getpid(), now, now + _CLAIM)
            self._claims |= granted
            states, latest = ledger.states(), ledger.latest()
        return {
            name: _Turn(name in granted, states.get(name), latest[name].reading if name in latest else None)
            for name in names
        }

    async def add(self, result: _Result) -> None:
        self._results.append(result)
        async with self._lock:
            if result in self._results:
                batch, self._results = self._results, []
                await asyncio.to_thread(self._write, batch)
        if self._on_change is not None and (result.state is not None or result.reading is not None):
            self._on_change()

    def _write(self, batch: list[_Result]) -> None:
        from creditsui.adapters.ledger import open_ledger

        with self._ledger, open_ledger(self._session.paths.ledger) as ledger, ledger.transaction():
            for result in batch:
                if result.reading is not None:
                    ledger.record(result.account, result.reading)
                if usage := result.usage():
                    ledger.book_usage(usage)
                if result.state is not None:
                    ledger.save_state(result.state)
            claimed = {result.account for result in batch if result.claimed}
            if claimed:
                ledger.release(claimed, self._holder)
                self._claims -= claimed

    async def close(self) -> None:
        """Let go of what a cancelled or failed job still held, so that nobody waits for it."""
        await asyncio.to_thread(self._let_go)

    def _let_go(self) -> None:
        from creditsui.adapters.ledger import LedgerError, open_ledger

        with self._ledger:  # a claim that was under way when its job was cancelled is seen here
            if self._claims:
                with suppress(LedgerError), open_ledger(self._session.paths.ledger) as ledger:
                    ledger.release(self._claims, self._holder)


def _usage(key: str, account: str, at: datetime, probe: ProbeCost) -> Usage:
    return Usage(
        key=f"{key}:{at.isoformat()}",
        source="creditsui",
        account=account,
        at=at,
        model=probe.model,
        input=probe.input,
        output=probe.output,
        cost=probe.cost,
        project="rate-limit probe" if probe.input or probe.output else "asking",
    )
