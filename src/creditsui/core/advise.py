"""How much to add so that an account lasts to a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from creditsui import config as configuration
from creditsui.core import configured
from creditsui.core.accounts import detect
from creditsui.core.facts import facts
from creditsui.core.session import Session
from creditsui.domain import format as words
from creditsui.domain.board import AccountView
from creditsui.domain.facts import purse
from creditsui.domain.lapse import ends
from creditsui.domain.money import Money
from creditsui.domain.observe import calendar
from creditsui.domain.runway import needed
from creditsui.domain.view import view

SHARE = 0.8
"""Of all futures, so many shall be covered."""


@dataclass(frozen=True, slots=True)
class Advice:
    account: str
    until: date
    amount: Money | None
    """What to add; nothing where it lasts anyway; None where nobody can tell."""
    sentence: str


def advise(session: Session, until: date, ids: Sequence[str]) -> list[Advice]:
    """For each of these accounts, in their order. Raises LedgerError and ConfigError."""
    config = configured.current(session)
    now, zone = session.now(), configuration.zone(config, session.env)
    accounts = {account.id: account for account in detect.accounts(session, config)}
    days = calendar(now, zone)
    found = []
    for one in facts(session, [accounts[id] for id in ids if id in accounts], now, zone, []):
        shown, _ = view(one, one.account.id, days, zone, timedelta(minutes=config.refresh_minutes))
        left = shown.balance.remaining if shown.balance is not None else None
        known = shown.runway.state in ("known", "empty") and left is not None
        outlook = shown.runway.outlook
        amount = None
        if known and left:
            spent, gone = purse(one, days, zone).spent, outlook.gone if outlook is not None else timedelta(0)
            amount = needed(left, spent, until, zone, share=SHARE, gone=gone, error=shown.error,
                            ends=ends(shown.lots, zone))  # fmt: skip
        found.append(Advice(shown.id, until, amount, _sentence(shown, until, amount)))
    return found


def _sentence(shown: AccountView, until: date, amount: Money | None) -> str:
    day = words.weekday(until)
    if amount is not None and amount.micros > 0:
        return f"{shown.label} needs {words.amount(amount)} more to last through {day} with 4 chances in 5."
    if amount is not None:
        return f"{shown.label} lasts through {day} with more than 4 chances in 5: nothing to add."
    why = {
        "refills": "it refills by itself",
        "idle": "nothing was spent for 7 days",
        "gathering": "under 3 days of spend were observed",
        "empty": "no spend is known to go by",
    }.get(shown.runway.state, "its balance or its pace is not known")
    return f"{shown.label}: nobody can tell what lasts through {day}, because {why}."
