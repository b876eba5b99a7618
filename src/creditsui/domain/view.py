"""Everything known about one account → its view: the one place where the rules meet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from creditsui.domain import budget as budgets
from creditsui.domain.board import AccountView, BudgetUse, Runway, Spend
from creditsui.domain.cadence import decide
from creditsui.domain.drift import too_wide
from creditsui.domain.facts import Facts, Purse
from creditsui.domain.facts import purse as reckon
from creditsui.domain.health import band, capacity, counts, health, refilled, spendable
from creditsui.domain.jump import jumps
from creditsui.domain.lapse import End, ends
from creditsui.domain.levels import levels
from creditsui.domain.lot import expiring, lots
from creditsui.domain.money import Money
from creditsui.domain.observe import Calendar, Observed, calendar
from creditsui.domain.pace import paces
from creditsui.domain.problem import LASTING, Problem
from creditsui.domain.reading import Balance, Certainty, Reading, Recorded, Semantics
from creditsui.domain.reconcile import Carried, drift
from creditsui.domain.runway import burn, runway
from creditsui.domain.spend import summary
from creditsui.domain.totals import Share

STALE_AFTER = timedelta(minutes=10)
"""The least age at which a live reading is stale; else twice the interval."""


def view(
    facts: Facts, purse: str, days: Calendar, zone: tzinfo, interval: timedelta
) -> tuple[AccountView, list[Share]]:
    """The view of one account at the end of `days`, and what it adds to the totals of its `purse`, by currency."""
    account, now = facts.account, days.now
    last = facts.readings[-1] if facts.readings else None
    reading = last.reading if last else Reading(at=now)
    money = facts.money or reckon(facts, days, zone)
    currency, carried, used = money.currency, money.carried, money.used
    held, main, spent = money.held, money.main, money.spent
    history, booked = held.history, money.topups.all(currency)

    windows, guessed = refilled(reading.windows, now)
    left = main.remaining if main else None
    can_spend = spendable(left, reading.limit)
    full, full_from = capacity(account, history, booked)
    problem = _problem(facts)
    spent_up = _used_up(facts, problem)

    figures = _by_model(summary(spent, used.unpriced_tokens, used.notional.get(currency)), reading)
    pace = burn(spent)
    budget = _budget(facts, money, zone)
    share, binding = health(left, full, reading.limit, windows, budget)
    if spent_up:
        share, binding = 0.0, "problem"
    live = not main.by_user if main else last is not None
    # Where calls without a price drain a balance that nobody reports, its pace is not known either.
    priceless = used.unpriced_tokens > 0 and not spent.reported and not live
    told = _told(facts.readings) if main and main.certainty is Certainty.LIVE else {}
    open_lots = lots(held, left, told.get(currency), days.days[-1]) if left else ()
    over = ends(open_lots, zone) if can_spend == left else ()  # a cap that leaves less may outlast them
    # An agent's log tells what was spent until now; a balance alone, until it was last confirmed.
    known_at = days.now if history.logged else main.at if main else last.until if last else days.now
    future = _runway(reading, can_spend, full, spent, zone, known_at, main.error if main else None, over)
    if priceless and future.state in ("known", "gathering", "idle"):
        future = Runway()
    if spent_up:
        future = Runway("empty")

    balances = tuple(_balance(found.remaining, told.get(code)) for code, found in carried.items())
    certainty = _certainty(main, last, guessed)
    read_at = main.at if main else last.until if last else None

    own = {} if account.pool else money.histories  # what comes into a shared purse is booked once, where the purse is
    rises = {code: jumps(one, facts.readings, money.topups.all(code), now) for code, one in own.items()}
    proposals = sorted((one for found, _ in rises.values() for one in found), key=lambda one: one.at)

    shares = [Share(purse, currency, can_spend, figures, pace, spent.of_purse)]
    for code, found in carried.items():
        if code != currency:
            other = money.spent_in(code, facts.semantics, days)
            shares.append(Share(purse, code, found.remaining, summary(other), burn(other), other.of_purse))

    shown = AccountView(
        id=account.id,
        provider=account.provider,
        label=account.label,
        provider_name=facts.provider_name,
        enabled=account.enabled,
        semantics=_semantics(facts.semantics, main, reading),
        certainty=certainty,
        plan=reading.plan,
        badges=reading.badges,
        pool=account.pool or None,
        currency=account.currency,
        balance=_balance(can_spend, told.get(currency)) if can_spend else None,
        purse=left,
        error=main.error if main else None,
        balances=balances,
        capacity=full,
        capacity_from=full_from,
        health=share,
        binding=binding,
        band=band(share, account.thresholds, can_spend, future.days),
        thresholds=account.thresholds,
        limit=reading.limit,
        windows=windows,
        paces=paces(windows, facts.readings, now),
        spend=figures,
        burn=pace,
        runway=future,
        drift=drift(history),
        basis=main.basis if main else None,
        wide=_wide(facts, main, full, problem),
        lots=open_lots,
        expiring=expiring(open_lots, days.days[-1]),
        expired=held.expired,
        proposals=tuple(proposals),
        allowance=rises[currency][1] if currency in rises else None,
        budget=budget,
        credit_lasts_days=facts.credit_lasts_days,
        days=spent.series(),
        levels=levels(history, days, left),
        hits=spent.hits,
        topups=money.topups.marks(currency),
        spike=facts.spike,
        read_at=read_at,
        stale=live and read_at is not None and _stale(facts, problem, certainty, read_at, now, interval),
        problem=problem,
        console_url=facts.console_url,
        key_from=facts.key_from,
        key_hint=facts.key_hint,
        manual=_manual(facts),
        probe=account.probe if facts.probe_cost is not None else None,
        probe_cost=facts.probe_cost,
        next_at=_next_at(facts, now, interval),
        refreshing=facts.refreshing,
    )
    return shown, shares


def _budget(facts: Facts, money: Purse, zone: tzinfo) -> BudgetUse | None:
    """The user's budget, by the spend in its own currency."""
    budget, spent, now = facts.account.budget, money.spent, money.spent.calendar.now
    if budget is None:
        return None
    code, span = budget.amount.currency, budgets.period(budget.per, now, zone)
    if code != spent.currency or (span is not None and span[0] < spent.calendar.edges[0]):
        days = calendar(now, zone, budgets.DAYS)
        spent = money.spent_in(code, facts.semantics, days)
    main = money.carried.get(code)
    told = spent.reported or spent.all is not None or (main is not None and not main.by_user)
    return budgets.use(budget, spent, burn(spent), None if told else money.used.unpriced_at, now, zone)


def _by_model(figures: Spend | None, reading: Reading) -> Spend | None:
    """With what the provider says each model cost."""
    if figures is None or reading.spend is None:
        return figures
    models = tuple(one for one in reading.spend.models if one.amount.currency == figures.currency)
    return replace(figures, models=models)


def _told(readings: Sequence[Recorded]) -> dict[str, Balance]:
    """The last balances told, by currency."""
    last = next((recorded.reading.balances for recorded in reversed(readings) if recorded.reading.balances), ())
    return {balance.remaining.currency: balance for balance in last}


def _balance(remaining: Money, told: Balance | None) -> Balance:
    """With its granted and paid parts, where they still are the parts of just this."""
    return told if told is not None and told.remaining == remaining else Balance(remaining)


def _runway(
    reading: Reading,
    left: Money | None,
    full: Money | None,
    spent: Observed,
    zone: tzinfo,
    at: datetime,
    error: Money | None,
    over: Sequence[End],
) -> Runway:
    """By the balance, else by what a cap that never resets leaves."""
    limit = reading.limit
    quotas = reading.spend is None and any(map(counts, reading.windows))
    moneyless = left is None or (left.micros == 0 and full is None)
    refills = moneyless and (quotas or (limit is not None and limit.resets is not None))
    if left is None and limit is not None and limit.remaining is not None:
        left = limit.remaining
    return runway(left, spent, spent.calendar.now, zone, at=at, error=error, refills=refills, ends=over)


def _certainty(main: Carried | None, last: Recorded | None, guessed: bool) -> Certainty:
    told = last.reading.certainty if last else Certainty.UNKNOWN
    if main is None:
        return Certainty.ESTIMATED if guessed else told
    if guessed or (main.certainty is Certainty.LIVE and told is Certainty.ESTIMATED):
        return Certainty.ESTIMATED
    return main.certainty


def _semantics(declared: Semantics, main: Carried | None, reading: Reading) -> Semantics:
    """What the numbers at hand are, where they are of one kind only."""
    if main is not None:
        return declared
    if reading.limit is not None and declared is not Semantics.WINDOW:
        return Semantics.CAP
    return Semantics.WINDOW if any(map(counts, reading.windows)) and reading.spend is None else declared


def _problem(facts: Facts) -> Problem | None:
    """A synced account without a key is a manual account, not a problem."""
    problem = facts.fault or (facts.state.problem if facts.state else None)
    synced = any(entry.type == "sync" for entry in facts.entries)
    return None if problem is not None and problem.kind == "no_key" and synced else problem


def _used_up(facts: Facts, problem: Problem | None) -> bool:
    """Whether the provider itself says that nothing can be spent, whatever was left when it last told; until the user
    books what came in since."""
    if problem is None or problem.kind != "out_of_money":
        return False
    asked = facts.state.attempted_at if facts.state else None
    return asked is None or not any(entry.at > asked and entry.type in ("sync", "topup") for entry in facts.entries)


def _stale(
    facts: Facts, problem: Problem | None, certainty: Certainty, read_at: datetime, now: datetime, interval: timedelta
) -> bool:
    """Of a number that came from the provider: whether it is old, or the last round could not confirm it."""
    attempted = facts.state.attempted_at if facts.state else None
    confirmed = attempted is not None and facts.readings[-1].until >= attempted
    old = certainty is Certainty.LIVE and now - read_at > max(2 * interval, STALE_AFTER)
    return old or (problem is not None and not confirmed)


def _manual(facts: Facts) -> bool:
    """Whether only the user can tell what is left. Neither a quota that refills nor a cap has a balance to be told."""
    quota = facts.semantics in {Semantics.WINDOW, Semantics.CAP}
    return not facts.can_ask or ("balance" not in facts.tells and not quota)


def _wide(facts: Facts, main: Carried | None, full: Money | None, problem: Problem | None) -> bool:
    """Whether the user is the one to ask, and what is known became too uncertain."""
    helpless = _manual(facts) or (problem is not None and problem.kind in LASTING)
    if main is None or main.error is None or not helpless or not facts.account.enabled:
        return False
    return too_wide(main.error.micros, main.remaining.micros, full.micros if full is not None else None)


def _next_at(facts: Facts, now: datetime, interval: timedelta) -> datetime | None:
    if not facts.account.enabled or not facts.can_ask:
        return None
    state = facts.state
    at = decide(state, now, interval, fingerprint=state.fingerprint if state else "").at
    if at is None:
        return now + interval if facts.local else None
    return max(at, now)
