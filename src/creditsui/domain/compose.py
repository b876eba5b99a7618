"""Everything known about the accounts → the board: the one place where the rules meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from creditsui.domain.account import Account
from creditsui.domain.board import AccountView, Board
from creditsui.domain.cadence import AskState, decide
from creditsui.domain.entry import Entry
from creditsui.domain.reading import Recorded, Semantics
from creditsui.domain.usage import Usage

Sort = Literal["worst", "name", "config"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about one account before any rule was applied."""

    account: Account
    provider_name: str = ""
    console_url: str | None = None
    semantics: Semantics = Semantics.BALANCE
    tells: Sequence[str] = ()
    """What the provider can tell: `balance spend limit windows plan`."""
    probe_cost: str | None = None
    can_ask: bool = False
    """Whether there is a credential, a file or a feed to ask with."""
    pace: timedelta = timedelta(0)
    """The shortest time between two asks that the provider stands; longer than the interval for some."""
    readings: tuple[Recorded, ...] = ()
    """Oldest first."""
    entries: tuple[Entry, ...] = ()
    """Standing ones of this account, oldest effect first."""
    usage: tuple[Usage, ...] = ()
    state: AskState | None = None
    key_from: str | None = None
    key_hint: str | None = None
    refreshing: bool = False


def compose(
    facts: Sequence[Facts],
    *,
    now: datetime,
    zone: tzinfo,
    interval: timedelta,
    sort: Sort | str = "worst",
    demo: bool = False,
    notices: Sequence[str] = (),
) -> Board:
    """The board at `now` (UTC); days begin at midnight in `zone`; `interval` is the time between refreshes."""
    views = [_view(one, now, interval) for one in facts]
    return Board(generated_at=now, accounts=tuple(views), demo=demo, notices=tuple(notices))


def _view(facts: Facts, now: datetime, interval: timedelta) -> AccountView:
    account, state = facts.account, facts.state
    last = facts.readings[-1] if facts.readings else None
    balance = last.reading.balances[0] if last and last.reading.balances else None
    asks_itself = account.enabled and facts.can_ask
    return AccountView(
        id=account.id,
        provider=account.provider,
        label=account.label,
        provider_name=facts.provider_name,
        enabled=account.enabled,
        semantics=facts.semantics,
        pool=account.pool or None,
        currency=account.currency,
        balance=balance,
        thresholds=account.thresholds,
        read_at=last.until if last else None,
        problem=state.problem if state else None,
        console_url=facts.console_url,
        key_from=facts.key_from,
        key_hint=facts.key_hint,
        manual="balance" not in facts.tells or not facts.can_ask,
        next_at=decide(state, now, interval, fingerprint=state.fingerprint if state else "").at
        if asks_itself
        else None,
        refreshing=facts.refreshing,
    )
