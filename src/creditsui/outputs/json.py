"""The board as the JSON that scripts rely on: `creditsui status --json` and `status.json`. Keys are only ever added."""

import json
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from creditsui.domain.board import (
    AccountView,
    Allowance,
    Basis,
    Board,
    BudgetUse,
    Drift,
    Expired,
    Expiring,
    Hit,
    Lot,
    Pace,
    Proposal,
    Runway,
    Spend,
    Spike,
    Total,
)
from creditsui.domain.format import problem_action
from creditsui.domain.money import Money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Limit, ModelSpend, Window

SCHEMA = 1
MOST_HITS = 5
"""Drops of an account's balance that are told, the newest first."""


def dumps(board: Board) -> str:
    """As text in ASCII, so that it can be printed and kept whatever the locale."""
    return json.dumps(as_json(board), indent=1, allow_nan=False)


def as_json(board: Board) -> dict[str, Any]:
    """Every key of the contract, null where it is not known. Instants are UTC, money is in whole units."""
    return {
        "schema": SCHEMA,
        "generated_at": instant(board.generated_at),
        "next_at": instant(board.next_at),
        "demo": board.demo,
        "notices": list(board.notices),
        "totals": [_total(one) for one in board.totals],
        "accounts": [_account(one, board.generated_at) for one in board.accounts],
    }


def _total(total: Total) -> dict[str, Any]:
    spend = total.spend
    return {
        "currency": total.currency,
        "remaining": _money(total.remaining),
        "spend": {"today": _money(spend.today), "7d": _money(spend.week), "30d": _money(spend.month)},
        "burn_per_day": _money(total.burn),
    }


def _account(view: AccountView, now: datetime) -> dict[str, Any]:
    age = view.age(now)
    return {
        "id": view.id,
        "provider": view.provider,
        "provider_name": view.provider_name or view.provider,
        "label": view.label,
        "enabled": view.enabled,
        "semantics": view.semantics.value,
        "certainty": view.certainty.value,
        "plan": view.plan,
        "badges": list(view.badges),
        "pool": view.pool or None,
        "balance": _balance(view),
        "balances": [_purse(one) for one in view.balances],
        "capacity": _money(view.capacity),
        "capacity_from": view.capacity_from,
        "health": _number(view.health),
        "binding": view.binding,
        "band": view.band.value,
        "limit": _limit(view.limit),
        "windows": [_window(one, view.pace(one)) for one in view.windows],
        "spend": _spend(view.spend),
        "burn_per_day": _money(view.burn),
        "runway": _runway(view.runway),
        "drift": _drift(view.drift),
        "basis": _basis(view.basis),
        "wide": view.wide,
        "lots": [_lot(one) for one in view.lots],
        "expiring": _expiring(view.expiring),
        "expired": [_expired(one) for one in view.expired],
        "proposals": [_proposal(one) for one in view.proposals],
        "allowance": _allowance(view.allowance),
        "budget": _budget(view.budget),
        "spike": _spike(view.spike),
        "hits": [_hit(one) for one in view.hits[:MOST_HITS]],
        "read_at": instant(view.read_at),
        "age_seconds": None if age is None else int(age),
        "stale": view.stale,
        "problem": _problem(view.problem, view.id),
        "console_url": view.console_url,
        "key_from": view.key_from,
    }


def _balance(view: AccountView) -> dict[str, Any] | None:
    balance = view.balance
    if balance is None:
        return None
    return {
        "remaining": _money(balance.remaining),
        "currency": balance.remaining.currency,
        "granted": _money(balance.granted),
        "paid": _money(balance.paid),
        "error": _money(view.error),
        "purse": _money(view.purse),
    }


def _purse(balance: Balance) -> dict[str, Any]:
    parts = {"granted": balance.granted, "paid": balance.paid}
    return {"remaining": _money(balance.remaining), "currency": balance.remaining.currency} | {
        name: _money(part) for name, part in parts.items() if part is not None
    }


def _limit(limit: Limit | None) -> dict[str, Any] | None:
    if limit is None:
        return None
    return {
        "amount": _money(limit.amount),
        "remaining": _money(limit.remaining),
        "resets": limit.resets,
        "currency": limit.amount.currency,
    }


def _window(window: Window, pace: Pace | None) -> dict[str, Any]:
    return {
        "name": window.name,
        "used": _number(window.used),
        "limit": _count(window.limit),
        "remaining": _count(window.remaining),
        "unit": window.unit,
        "resets_at": instant(window.resets_at),
        "even": None if pace is None else _number(pace.even),
        "projected": None if pace is None else _number(pace.projected),
        "runs_out_at": None if pace is None else instant(pace.runs_out_at),
    }


def _spend(spend: Spend | None) -> dict[str, Any] | None:
    if spend is None or (
        all(part is None for part in (spend.today, spend.week, spend.month, spend.all, spend.notional))
        and not spend.unpriced_tokens
    ):
        return None
    return {
        "today": _money(spend.today),
        "7d": _money(spend.week),
        "30d": _money(spend.month),
        "all": _money(spend.all),
        "currency": spend.currency,
        "from": spend.source,
        "unpriced_tokens": spend.unpriced_tokens,
        "notional": _money(spend.notional),
        "since": instant(spend.since),
    } | ({"models": [_model(one) for one in spend.models]} if spend.models else {})


def _model(one: ModelSpend) -> dict[str, Any]:
    return {"model": one.model, "cost": _money(one.amount)}


def _runway(runway: Runway) -> dict[str, Any]:
    return {
        "state": runway.state,
        "days": _number(runway.days),
        "p10": _number(runway.p10),
        "p90": _number(runway.p90),
        "empty_on": None if runway.empty_on is None else runway.empty_on.isoformat(),
    }


def _drift(drift: Drift | None) -> dict[str, Any] | None:
    if drift is None:
        return None
    return {
        "amount": _money(drift.amount),
        "since": instant(drift.since),
        "currency": drift.amount.currency,
        "expected": _money(drift.expected),
        "reported": _money(drift.reported),
        "share": _number(drift.share),
        "pairs": drift.pairs,
    }


def _basis(basis: Basis | None) -> dict[str, Any] | None:
    if basis is None:
        return None
    return {
        "anchor": _money(basis.anchor),
        "at": instant(basis.at),
        "by": "user" if basis.by_user else "provider",
        "currency": basis.anchor.currency,
        "credited": _money(basis.credited),
        "seen": _money(basis.seen),
        "unseen": _money(basis.unseen),
        "share": _number(basis.share),
        "spread": _number(basis.spread),
        "pairs": basis.pairs,
        "rate_per_day": _money(basis.rate),
    }


def _lot(lot: Lot) -> dict[str, Any]:
    return {
        "remaining": _money(lot.remaining),
        "currency": lot.remaining.currency,
        "kind": lot.kind,
        "expires_at": None if lot.expires_at is None else lot.expires_at.isoformat(),
    }


def _expiring(one: Expiring | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"amount": _money(one.amount), "currency": one.amount.currency, "on": one.on.isoformat(), "days": one.days}


def _expired(one: Expired) -> dict[str, Any]:
    return {
        "amount": _money(one.amount),
        "currency": one.amount.currency,
        "kind": one.kind,
        "on": one.on.isoformat(),
    }


def _proposal(one: Proposal) -> dict[str, Any]:
    return {
        "at": instant(one.at),
        "amount": _money(one.amount),
        "currency": one.amount.currency,
        "kind": one.kind,
        "confirmed": one.confirmed,
    }


def _allowance(one: Allowance | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "amount": _money(one.amount),
        "currency": one.amount.currency,
        "every_days": one.every,
        "last_at": instant(one.last),
    }


def _budget(budget: BudgetUse | None) -> dict[str, Any] | None:
    if budget is None:
        return None
    return {
        "amount": _money(budget.amount),
        "per": budget.per,
        "spent": _money(budget.spent),
        "remaining": _money(budget.remaining),
        "currency": budget.amount.currency,
        "since": instant(budget.since),
        "resets_at": instant(budget.resets_at),
        "projected": _money(budget.projected),
        "seen_since": instant(budget.seen_since),
    }


def _spike(spike: Spike | None) -> dict[str, Any] | None:
    if spike is None:
        return None
    return {
        "since": instant(spike.since),
        "until": instant(spike.until),
        "amount": _money(spike.amount),
        "usual": _money(spike.usual),
        "currency": spike.amount.currency,
        "culprits": [
            {"model": one.model, "project": one.project, "session": one.session, "amount": _money(one.amount)}
            for one in spike.culprits
        ],
    }


def _hit(one: Hit) -> dict[str, Any]:
    return {"at": instant(one.at), "amount": _money(one.amount), "currency": one.amount.currency}


def _problem(problem: Problem | None, account: str) -> dict[str, Any] | None:
    if problem is None:
        return None
    return {
        "kind": problem.kind,
        "message": problem.message,
        "since": instant(problem.since),
        "retry_at": instant(problem.retry_at),
        "action": problem_action(problem, account),
        "outage": problem.outage,
    }


def _money(money: Money | None) -> float | None:
    return None if money is None else money.amount


def _number(value: float | None) -> float | None:
    return None if value is None or not isfinite(value) else round(value, 6)


def _count(value: float | None) -> float | int | None:
    """Whole numbers without a fraction, so that 1000 requests are not 1000.0."""
    number = _number(value)
    return int(number) if number is not None and number == int(number) else number


def instant(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
