"""`creditsui providers test`: what a declaration makes of an answer, field by field."""

import argparse
import asyncio
import json
import os
import re
import sys
from collections.abc import Iterator
from typing import Any

from creditsui.cli.codes import FINE, PROBLEM
from creditsui.cli.parser import WrongUse, say
from creditsui.cli.providers_new import answer
from creditsui.core import settings
from creditsui.core.declare import trying
from creditsui.core.declare.trying import Tried
from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.domain import format as words
from creditsui.domain.clean import clean
from creditsui.domain.money import Money
from creditsui.domain.reading import Reading
from creditsui.domain.secret import scrub

_WIDEST = 28
_ITEMS = 3
"""Of a list whose fields are shown; of the others only what is missing."""


def run(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    _known(session, args.name)
    account, provider = trying.target(session, args.name, args.account or "")
    if provider.fault is not None:
        tried = Tried(provider, problem=provider.fault)
    elif args.offline:
        tried = trying.offline(session, account, provider, answer(args.offline))
    else:
        tried = asyncio.run(trying.online(session, account, provider))
    if args.json:
        sys.stdout.write(scrub(json.dumps(_as_json(tried), ensure_ascii=False, indent=1)) + "\n")
    else:
        sys.stdout.writelines(scrub(line) + "\n" for line in _lines(tried, offline=bool(args.offline)))
    return FINE if tried.fine else PROBLEM


def _known(session: Session, name: str) -> None:
    """Raises WrongUse for a word that is neither a provider nor an account."""
    if name not in session.providers() and settings.account(session, name) is None:
        raise WrongUse(f"there is no provider {say(name)}; creditsui providers lists them, providers new makes one")


def _lines(tried: Tried, *, offline: bool) -> Iterator[str]:
    provider = tried.provider
    for name, status in tried.asked:
        yield f"{provider.name} · {name}: {'read from the file' if offline else f'answered with {status}'}"
    rows = [(one.field, one.expression, one) for one in tried.fields if one.missing or not _further(one.field)]
    wide = max((min(len(field), _WIDEST) for field, _, _ in rows), default=0)
    wider = max((min(len(text), _WIDEST) for _, text, _ in rows), default=0)
    for field, text, one in rows:
        value = f"= {one.found}" if one.found is not None else f"{'missing' if one.needed else 'absent'}: {one.missing}"
        yield f"  {field:<{wide}}  {clean(text, 80):<{wider}}  {value}"
    for match in tried.matched:
        yield f"  [[error]] {match.rule}: {match.problem.message}"
    if tried.reading is not None:
        yield "The account would show"
        yield from (f"  {line}" for line in shown(tried.reading) or ["nothing"])
    if tried.problem is not None:
        todo = f" To do: {tried.problem.action}" if tried.problem.action else ""
        yield f"{tried.problem.message.rstrip('.')}.{todo}"
    if tried.unused:
        yield "Numbers in the answer that no field uses"
        yield from (f"  {one.path} = {one.shown}" for one in tried.unused)
    yield from tried.notes


def _further(field: str) -> bool:
    """Whether it is of an item further down a list, whose first ones have told enough."""
    item = re.search(r"\[(\d+)\]", field)
    return item is not None and int(item[1]) >= _ITEMS


def shown(reading: Reading) -> list[str]:
    """A reading in words, one line for each thing."""
    lines = []
    for balance in reading.balances:
        parts = [
            f"{name} {words.amount(one)}" for name, one in (("granted", balance.granted), ("paid", balance.paid)) if one
        ]
        lines.append(f"balance {words.amount(balance.remaining)}" + (f" ({', '.join(parts)})" if parts else ""))
    if reading.limit is not None:
        left = f"{words.amount(reading.limit.remaining)} left of " if reading.limit.remaining is not None else ""
        resets = f", resets {reading.limit.resets}" if reading.limit.resets else ""
        lines.append(f"limit {left}{words.amount(reading.limit.amount)}{resets}")
    for window in reading.windows:
        amounts = ""
        if window.limit is not None and window.remaining is not None:
            amounts = f" ({window.remaining:g} of {window.limit:g} {window.unit} left)"
        until = f", resets {window.resets_at:%Y-%m-%d %H:%M} UTC" if window.resets_at is not None else ""
        lines.append(f"window {window.name}: {window.used:.0%} used{amounts}{until}")
    if reading.spend is not None:
        days = [words.amount(one.amount) + f" on {one.day}" for one in reading.spend.days[-3:]]
        whole = [f"{words.amount(reading.spend.all)} in all"] if reading.spend.all is not None else []
        lines.append("spend " + (", ".join([*whole, *days]) or "none"))
    lines += [f"plan {reading.plan}"] if reading.plan else []
    lines += [f"badge {one}" for one in reading.badges]
    return lines


def _as_json(tried: Tried) -> dict[str, Any]:
    problem = tried.problem
    return {
        "schema": 1,
        "provider": tried.provider.id,
        "fine": tried.fine,
        "asks": [{"name": name, "status": status} for name, status in tried.asked],
        "fields": [
            {
                "field": one.field,
                "expression": one.expression,
                "found": one.found,
                "missing": one.missing or None,
                "needed": one.needed,
            }
            for one in tried.fields
        ],
        "errors": [
            {"ask": one.ask, "rule": one.rule, "kind": one.problem.kind, "message": one.problem.message}
            for one in tried.matched
        ],
        "problem": problem and {"kind": problem.kind, "message": problem.message, "action": problem.action},
        "reading": _reading(tried.reading) if tried.reading is not None else None,
        "unused": [{"path": one.path, "value": one.shown} for one in tried.unused],
    }


def _reading(reading: Reading) -> dict[str, Any]:
    limit, spend = reading.limit, reading.spend
    return {
        "balances": [
            {
                "remaining": one.remaining.amount,
                "granted": _amount(one.granted),
                "paid": _amount(one.paid),
                "currency": one.remaining.currency,
            }
            for one in reading.balances
        ],
        "limit": limit
        and {
            "amount": limit.amount.amount,
            "remaining": _amount(limit.remaining),
            "resets": limit.resets,
            "currency": limit.amount.currency,
        },
        "windows": [
            {
                "name": one.name,
                "used": one.used,
                "limit": one.limit,
                "remaining": one.remaining,
                "unit": one.unit,
                "resets_at": one.resets_at.isoformat() if one.resets_at is not None else None,
            }
            for one in reading.windows
        ],
        "spend": spend
        and {
            "all": _amount(spend.all),
            "days": [{"day": one.day.isoformat(), "amount": one.amount.amount} for one in spend.days],
        },
        "plan": reading.plan,
        "badges": [*reading.badges],
    }


def _amount(money: Money | None) -> float | None:
    return money.amount if money is not None else None
