"""Preflight: whether an account can stand a spend, by the ledger alone."""

from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from creditsui import config as configuration
from creditsui.core import configured
from creditsui.core.accounts import detect
from creditsui.core.facts import facts
from creditsui.core.session import Session
from creditsui.domain.board import AccountView
from creditsui.domain.facts import Facts, purse
from creditsui.domain.lapse import ends
from creditsui.domain.money import AmountError, Money, typed_amount
from creditsui.domain.observe import Calendar, calendar
from creditsui.domain.preflight import Known, Unfit, Verdict, currency, preflight, tells
from creditsui.domain.totals import purses
from creditsui.domain.view import view


def check(session: Session, id: str, need: str, until: datetime | None = None) -> Verdict:
    """Whether `need`, as it is typed (`3.00`, `$3`, `10%`), can be spent now, or beside what is spent until `until`.

    A key without numbers of its own is judged by the purse it draws on. Raises Unfit, LedgerError and ConfigError.
    """
    config = configured.current(session)
    now, zone = session.now(), configuration.zone(config, session.env)
    accounts = {account.id: account for account in detect.accounts(session, config)}
    if id not in accounts:
        raise Unfit("there is no such account; creditsui account list tells their ids")
    holder = purses({one.id: one.pool for one in accounts.values()})[id]
    wanted = [accounts[name] for name in dict.fromkeys((id, holder)) if name in accounts]
    days, interval = calendar(now, zone), timedelta(minutes=config.refresh_minutes)
    found = facts(session, wanted, now, zone, [])
    shown = [view(one, holder, days, zone, max(interval, one.pace))[0] for one in found]
    # What the key itself says forbids it; numbers may be those of the purse.
    at = 0 if tells(shown[0]) or len(shown) == 1 or not shown[0].enabled else 1
    verdict = preflight(shown[at], _need(need, shown[at]), _known(found[at], shown[at], days, zone), now, zone, until)
    return replace(verdict, account=id, pool=shown[at].id if at else None)


def _need(text: str, shown: AccountView) -> Money | float:
    """Raises Unfit."""
    word = text.strip()
    try:
        amount = typed_amount(word.removesuffix("%"), "percent" if word.endswith("%") else currency(shown))
    except AmountError:
        raise Unfit("that is not an amount; write it like 3.00, $3 or 3 USD, or 10% of a quota") from None
    if amount.micros <= 0:
        raise Unfit("a need is more than nothing")
    if not word.endswith("%"):
        return amount
    if amount.currency != "percent" or amount.amount > 100:
        raise Unfit("a share is more than 0% and at most 100%")
    return amount.amount / 100


def _known(one: Facts, shown: AccountView, days: Calendar, zone: tzinfo) -> Known:
    money = purse(one, days, zone)
    main, left = money.main, shown.balance.remaining if shown.balance is not None else None
    # Agents' logs tell what was spent until now, a balance alone until it was last confirmed.
    since = days.now if money.held.history.usage else shown.read_at or days.now
    unpriced_at = money.used.unpriced_at
    return Known(
        spent=money.spent,
        since=since,
        unpriced=main is not None and unpriced_at is not None and unpriced_at > main.at,
        ends=ends(shown.lots, zone) if left is not None and left == shown.purse else (),
    )
