"""When an account is asked next: a pure decision with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from creditsui.domain.problem import LASTING, Problem

LONGEST_BACKOFF = timedelta(minutes=15)
LONGEST_RETRY_AFTER = timedelta(hours=1)
DEADLINE = timedelta(seconds=20)
"""What one round of asks for one account may take in all."""
APART = timedelta(seconds=2)
"""Between the first requests to two providers when the machine wakes: its network has just begun to work, and other
machines woke at the same moment."""


@dataclass(frozen=True, slots=True)
class AskState:
    """What asking an account came to so far; in the ledger, so neither back-off nor cool-down ends by a restart."""

    account: str
    attempted_at: datetime | None = None
    succeeded_at: datetime | None = None
    failures: int = 0
    """In a row."""
    problem: Problem | None = None
    quiet_until: datetime | None = None
    """A cool-down that not even force ignores: Retry-After, or an endpoint that must not be asked more often."""
    fingerprint: str = ""
    """Of the credential that was used, one-way; another one starts clean."""


@dataclass(frozen=True, slots=True)
class Decision:
    due: bool
    at: datetime | None
    """The instant it becomes due; None: not by itself."""
    reason: str


def decide(
    state: AskState | None,
    now: datetime,
    interval: timedelta,
    *,
    fingerprint: str = "",
    forced_at: datetime | None = None,
) -> Decision:
    """Whether to ask over the network now.

    `forced_at` is when somebody demanded fresh numbers: due unless an attempt began after that, so that many who demand
    at once share one round. A clock that was set back makes an account due rather than asleep for ever.
    """
    if state is None or state.attempted_at is None:
        return Decision(True, now, "never asked")
    fresh_key = fingerprint != state.fingerprint
    if state.quiet_until is not None and not fresh_key and now < state.quiet_until <= now + timedelta(days=1):
        return Decision(False, state.quiet_until, "the provider asked to wait")
    if fresh_key:
        return Decision(True, now, "the credential changed")
    if forced_at is not None:
        return Decision(state.attempted_at < forced_at, forced_at, "asked for by the user")
    if state.attempted_at > now:
        return Decision(True, now, "the clock was set back")
    if state.problem is not None and state.problem.lasts:
        return Decision(False, None, "waiting for another key")
    problem = state.problem
    if problem is None or (problem.kind in LASTING and problem.retry_at is None):
        # A part that is refused for good slows nothing down.
        at = state.attempted_at + interval
        return Decision(at <= now, at, "interval")
    at = problem.retry_at or state.attempted_at + backoff(state.failures, interval)
    return Decision(at <= now, at, "back-off")


def backoff(failures: int, interval: timedelta) -> timedelta:
    """How long to wait after `failures` in a row: 30 s, doubling, at most 15 min, never longer than the interval
    unless that has been reached."""
    wait = timedelta(seconds=30 << min(max(failures - 1, 0), 10))
    return min(wait, max(interval, LONGEST_BACKOFF))


def one_after_another(providers: Iterable[str], first: timedelta, apart: timedelta = APART) -> dict[str, timedelta]:
    """How long each waits of whom the first one waits `first`. Accounts of one provider go together."""
    return {provider: first + place * apart for place, provider in enumerate(dict.fromkeys(providers))}
