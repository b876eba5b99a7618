"""The board of this moment: ledger and config in, one frozen view out. No network."""

from datetime import timedelta

from creditsui import config as configuration
from creditsui.config import Config, ConfigError
from creditsui.core import configured, detect
from creditsui.core.facts import facts
from creditsui.core.payers import strangers
from creditsui.core.session import Session
from creditsui.domain.board import Board
from creditsui.domain.compose import compose
from creditsui.domain.entry import Entry, standing


def board(session: Session, config: Config | None = None) -> Board:
    """Everything as the ledger and the config know it now. Raises LedgerError.

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
    now, zone = session.now(), configuration.zone(config)
    return compose(
        facts(session, accounts, now, zone, notices, brief=True),
        now=now,
        zone=zone,
        interval=timedelta(minutes=config.refresh_minutes),
        sort=config.display.sort,
        demo=session.demo,
        notices=tuple(notices),
    )


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
