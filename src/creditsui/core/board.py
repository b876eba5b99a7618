"""The board of this moment: ledger and config in, one frozen view out. No network."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from creditsui import config as configuration
from creditsui.config import Config, ConfigError
from creditsui.core import configured, stand_in
from creditsui.core.accounts import detect
from creditsui.core.facts import facts
from creditsui.core.logs.payers import strangers
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.board import Board
from creditsui.domain.compose import compose
from creditsui.domain.entry import Entry, standing
from creditsui.domain.facts import Facts


def board(session: Session, config: Config | None = None) -> Board:
    """Everything as the ledger and the config know it now. Raises LedgerError, unless a refresh found a stand-in.

    A config that cannot be read leaves a notice and the defaults, so a typing error never empties the pane.
    """
    notices: list[str] = [*session.unpublished]
    if config is None:
        try:
            config = configured.config(session)
        except ConfigError as fault:
            config = configured.last_good(session) or configuration.parse("")
            notices.append(str(fault))
    catalogue = session.providers()
    accounts = detect.accounts(session, config)
    notices += strangers(config.rest.get("sources"), [account.id for account in accounts], catalogue)
    now, zone = session.now(), configuration.zone(config, session.env)
    return compose(
        _facts(session, accounts, now, zone, notices),
        now=now,
        zone=zone,
        interval=timedelta(minutes=config.refresh_minutes),
        sort=config.display.sort,
        demo=session.demo,
        notices=tuple(notices),
    )


def _facts(
    session: Session, accounts: Sequence[Account], now: datetime, zone: tzinfo, notices: list[str]
) -> Sequence[Facts]:
    from creditsui.adapters.ledger import LedgerError

    if not session.stand_in:
        return facts(session, accounts, now, zone, notices, brief=True)
    kept = session.stand_in[0]
    try:
        found = stand_in.merged(kept, facts(session, accounts, now, zone, notices))
    except LedgerError:
        found = facts(kept.session, accounts, now, zone, notices, brief=True)
    if kept.why not in notices:
        notices.append(kept.why)
    notices.append(stand_in.NOTICE)
    return found


def standing_entries(session: Session) -> list[Entry]:
    """What the user booked and did not take back; empty before the first entry."""
    from creditsui.adapters.ledger import open_ledger

    if not session.paths.ledger.exists():
        return []
    with open_ledger(session.paths.ledger, readonly=True) as ledger:
        return standing(ledger.entries())


def publish(session: Session, board: Board) -> None:
    """Write `status.json`, for everything that must answer at once: status lines, plugins, scripts.

    It is a copy: where it cannot be written, what was booked or read stays true, and the next board has a notice.
    """
    from creditsui.adapters import atomic
    from creditsui.outputs import json

    try:
        atomic.replace(session.paths.status, f"{json.dumps(board)}\n".encode())
    except OSError as error:
        why = error.strerror or type(error).__name__
        session.unpublished[:] = [
            f"{session.paths.status} was not written ({why}), so status lines show old numbers; check its folder."
        ]
    else:
        session.unpublished.clear()
