"""May this be spent? The low end of what is left, after what will probably be spent meanwhile, against a need.

What is not known is no: a go rests on numbers, never on a guess.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from statistics import NormalDist

from creditsui.domain.board import AccountView
from creditsui.domain.forecast import Forecast, forecast
from creditsui.domain.format import problem_action
from creditsui.domain.health import counts
from creditsui.domain.lapse import End, lost
from creditsui.domain.money import Money
from creditsui.domain.observe import Observed
from creditsui.domain.preflight_words import MARGIN, by_then, money_words, quota_words, when
from creditsui.domain.reading import Certainty, Window

SURE = 0.9
"""The share of all cases in which what is left covers the need, before it is a go."""
OLD = timedelta(minutes=10)
"""A quota that was guessed to be full again since a reading older than this counts as stale."""
_LEAST, _MOST = 0.01, 0.99
"""The ends of what a confidence may be: nothing is certain."""
_STEPS = 30
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_NORMAL = NormalDist()


class Unfit(ValueError):
    """The need is no need of this account; the text is a sentence for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a verdict rests on beside the view."""

    spent: Observed
    """By day, in the currency of the view's balance."""
    since: datetime
    """Until when spend is already taken off the balance."""
    unpriced: bool = False
    """Whether calls drained it since it was known for certain whose price nobody knows."""
    ends: Sequence[End] = ()
    """What of the balance ends when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Go, or no with its reason. Amounts are money, or shares of a quota (0 to 1)."""

    account: str
    go: bool
    reason: str
    need: Money | float
    left: Money | float | None
    """None: not known."""
    low: Money | float | None = None
    """What is left of it in `SURE` of all cases, by `until`."""
    error: Money | None = None
    spent: Money | None = None
    """What will at most be spent meanwhile in as many cases."""
    by: str = ""
    """What decided: `balance`, `limit`, `budget`, a window by its name, `problem`, `account`; empty: nobody knows."""
    until: datetime | None = None
    certainty: Certainty = Certainty.UNKNOWN
    age: float | None = None
    stale: bool = False
    confidence: float | None = None
    """In which share of all cases it covers the need; None: nobody can tell."""
    pool: str | None = None
    """The account whose purse was looked at instead."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """The part of a verdict that the rules make."""

    go: bool
    reason: str
    by: str = ""
    left: Money | float | None = None
    low: Money | float | None = None
    error: Money | None = None
    spent: Money | None = None
    confidence: float | None = None
    need: Money | None = None
    """Where it was held against another kind of need than what was asked."""


def preflight(
    view: AccountView, need: Money | float, known: Known, now: datetime, zone: tzinfo, until: datetime | None = None
) -> Verdict:
    """Whether `need` can be spent now, or beside what is spent anyway until `until`.

    A number is a share: of every quota, or of a full bar where there is none. Raises Unfit for money of a currency that
    this account does not have, or that no quota is counted in.
    """
    stale = _stale(view, now)
    need = _in_money(view, need)
    answer = _blocked(view) or _judge(view, need, known, now, zone, until, stale)
    return Verdict(
        account=view.id,
        go=answer.go,
        reason=answer.reason,
        need=answer.need or need,
        left=answer.left if answer.left is not None else _left(view, need),
        low=answer.low,
        error=answer.error,
        spent=answer.spent,
        by=answer.by,
        until=until,
        certainty=view.certainty,
        age=view.age(now),
        stale=stale,
        confidence=answer.confidence,
    )


def currency(view: AccountView) -> str:
    """What a need in money is counted in where it names no currency."""
    left = _purse(view)
    return left.currency if left is not None else view.currency or "USD"


def _in_money(view: AccountView, need: Money | float) -> Money | float:
    """A share as the money it is, where there is no quota that it could be of."""
    if isinstance(need, Money) or any(map(counts, view.windows)):
        return need
    return _of_bar(view, need) or need


def _of_bar(view: AccountView, share: float) -> Money | None:
    """So much of a full bar; None where nobody knows what that stands for."""
    left, full = _purse(view), _full(view)
    if left is None or full is None or full.currency != left.currency or full.micros <= 0:
        return None
    return Money(round(full.micros * share), full.currency)


def _full(view: AccountView) -> Money | None:
    return view.capacity if view.balance is not None else view.limit.amount if view.limit is not None else None


def _share_left(view: AccountView, answer: _Answer) -> float:
    """To compare money with quotas; what is not known is least."""
    low, full = answer.low, _full(view)
    if isinstance(low, Money):
        return low / full if full is not None else 0.0
    return -1.0 if low is None else low


def tells(view: AccountView) -> bool:
    """Whether anything is known that a need could be held against."""
    return _purse(view) is not None or any(map(counts, view.windows))


def _blocked(view: AccountView) -> _Answer | None:
    """What forbids it whatever is left."""
    if not view.enabled:
        return _Answer(False, f"it is disabled, so nobody asks about it: creditsui account enable {view.id}", "account")
    problem = view.problem
    if problem is not None and (view.binding == "problem" or problem.kind == "rejected"):
        return _Answer(False, f"{problem.message.rstrip('.')}: {problem_action(problem, view.id)}", "problem")
    return None


def _judge(
    view: AccountView,
    need: Money | float,
    known: Known,
    now: datetime,
    zone: tzinfo,
    until: datetime | None,
    stale: bool,
) -> _Answer:
    quotas = [window for window in view.windows if counts(window)]
    left = _purse(view)
    if isinstance(need, float):
        if quotas:
            found = [_quota(view, window, need, now, zone, until, stale) for window in quotas]
            whole = _of_bar(view, need)
            if left is not None and whole is not None:  # the bar is as full as the emptiest of them
                found.append(replace(_money(view, left, whole, known, now, zone, until, stale), need=whole))
            return min(found, key=lambda answer: (answer.go, _share_left(view, answer)))
        if left is None:
            return _unknown(view)
        return _Answer(False, "what a full bar stands for is not known, so no share of it is", left=left)
    if left is None and quotas:
        raise Unfit(f"{view.id} has quotas and no balance; say how much of them is needed, such as 10%")
    if need.currency != currency(view):
        raise Unfit(f"{view.id} is counted in {currency(view)}, not in {need.currency}")
    if left is None:
        return _unknown(view)
    return _short(view, quotas, now, zone, until) or _money(view, left, need, known, now, zone, until, stale)


def _short(
    view: AccountView, quotas: Sequence[Window], now: datetime, zone: tzinfo, until: datetime | None
) -> _Answer | None:
    """Money that no quota lets through."""
    for window in quotas:
        if window.used >= 1:
            again = f" until {when(window.resets_at, now, zone)}" if window.resets_at is not None else ""
            return _Answer(False, f"its {window.name} quota is used up{again}", window.name)
        pace = view.pace(window)
        if until is not None and pace is not None and pace.runs_out_at is not None and pace.runs_out_at < until:
            dry = when(pace.runs_out_at, now, zone)
            return _Answer(False, f"at this pace its {window.name} quota is used up {dry}", window.name)
    return None


def _money(
    view: AccountView,
    left: Money,
    need: Money,
    known: Known,
    now: datetime,
    zone: tzinfo,
    until: datetime | None,
    stale: bool,
) -> _Answer:
    error = view.error if view.balance is not None else Money(0, left.currency)
    by = _by(view, left)
    if error is None or error.currency != left.currency:
        return _Answer(False, "nobody can tell how far the balance is off", by, left)
    if known.unpriced:
        return _Answer(False, "calls whose price is not known were made since the balance was", by, left, error=error)
    since, end = min(known.since, now), until or now
    ahead, why = _ahead(view, left, known, since)
    if left < need:
        return _Answer(False, money_words(by, left, left, need, "", None), by, left, left, error, None, _LEAST)
    if ahead is None and why and (until is not None or (stale and since < now)):
        return _Answer(False, why, by, left, error=error)
    days = (end - since) / _DAY

    def taken(share: float, days: float) -> int:
        """What is gone by then: spent, or over before it could be."""
        over = [((at - since) / _DAY, micros) for at, micros in known.ends]
        if ahead is None:
            return sum(micros for at, micros in over if at <= days)
        return round(ahead.spent(days, share)) + lost(ahead, share, over, days) if days > 0 else 0

    wanted = need.micros * (MARGIN if stale else 1)
    purses = [(by, left.micros, error.micros, days)]
    if (budget := view.budget) is not None and budget.amount.currency == left.currency:
        if budget.remaining is None:
            return _Answer(False, "what was spent of its budget is not known", "budget", left, error=error)
        if budget.remaining.micros < left.micros:
            stop = end if budget.resets_at is None else min(end, budget.resets_at)
            purses.append(("budget", budget.remaining.micros, 0, max(0.0, (stop - since) / _DAY)))

    def low(purse: tuple[str, int, int, float], share: float) -> int:
        _, micros, off, span = purse
        return micros - round(off * _NORMAL.inv_cdf(share) / _NORMAL.inv_cdf(SURE)) - taken(share, span)

    tight = min(purses, key=lambda purse: low(purse, SURE))
    bottom = low(tight, SURE)
    sure, whole = Money(bottom, left.currency), Money(tight[1], left.currency)
    return _Answer(
        bottom >= wanted,
        money_words(tight[0], whole, sure, need, by_then(until, now, zone), view.age(now) or 0.0 if stale else None),
        tight[0],
        left,
        sure,
        error,
        Money(taken(SURE, tight[3]), left.currency),
        _confidence(lambda share: low(tight, share) >= wanted),
    )


def _ahead(view: AccountView, left: Money, known: Known, since: datetime) -> tuple[Forecast | None, str]:
    """The spend to come, or why nobody knows it; nothing of both where none is expected."""
    if view.runway.state == "idle" or left.micros <= 0:
        return None, ""
    if view.runway.state == "known" and known.spent.currency == left.currency:
        return forecast(known.spent, since), ""
    return None, "too little spend was observed to tell what is left by then"


def _quota(
    view: AccountView,
    window: Window,
    need: float,
    now: datetime,
    zone: tzinfo,
    until: datetime | None,
    stale: bool,
) -> _Answer:
    """Of one window: what is left by then if it goes on as it does; a refill before then is no help to who needs it
    now."""
    left = max(0.0, 1 - window.used)
    pace = view.pace(window)
    end = until or now
    if window.resets_at is not None:
        end = min(end, window.resets_at)
    since = view.read_at or now
    rate = None if pace is None else pace.rate
    low: float | None = left
    if until is not None or stale:
        low = None if rate is None else max(0.0, left - rate * max(0.0, (end - since) / _HOUR))
    old = view.age(now) or 0.0 if stale else None
    if left < need:
        return _Answer(False, quota_words(window, left, need, "", old, now, zone), window.name, left, left)
    if low is None:
        why = f"the pace of its {window.name} quota is not known, so nobody can tell what is left of it by then"
        return _Answer(False, why, window.name, left)
    said = quota_words(window, low, need, by_then(until, now, zone), old, now, zone)
    return _Answer(low >= need * (MARGIN if stale else 1), said, window.name, left, low)


def _unknown(view: AccountView) -> _Answer:
    if view.problem is not None:
        return _Answer(False, f"{view.problem.message.rstrip('.')}: {problem_action(view.problem, view.id)}", "problem")
    return _Answer(False, f"what is left is not known yet: creditsui sync {view.id}")


def _purse(view: AccountView) -> Money | None:
    """What can be spent, else what a cap leaves of it."""
    if view.balance is not None:
        return view.balance.remaining
    return None if view.limit is None else view.limit.remaining


def _left(view: AccountView, need: Money | float) -> Money | float | None:
    """What is left, in the kind of the need."""
    quotas = [1 - window.used for window in view.windows if counts(window)]
    return max(0.0, min(quotas)) if isinstance(need, float) and quotas else _purse(view)


def _by(view: AccountView, left: Money) -> str:
    capped = view.limit is not None and view.limit.remaining == left and (view.balance is None or view.purse != left)
    return "limit" if capped else "balance"


def _stale(view: AccountView, now: datetime) -> bool:
    age = view.age(now)
    guessed = view.certainty is Certainty.ESTIMATED and view.balance is None and bool(view.windows)
    return view.stale or (guessed and (age is None or age > OLD.total_seconds()))


def _confidence(covers: Callable[[float], bool]) -> float:
    """The largest share of all cases in which it covers, to a hundredth."""
    low, high = _LEAST, _MOST
    if covers(high):
        return high
    if not covers(low):
        return low
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if covers(middle) else (low, middle)
    return low
