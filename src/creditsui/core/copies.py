"""Copies of the ledger, as an act: one a day by whoever refreshes, and the last sound one back into its place."""

import logging
import os
import uuid
from datetime import timedelta

from creditsui.core.session import Session

_NAME = "/copy"
"""What a process holds while it copies; no account can be called like that."""
_LONGEST = timedelta(minutes=10)


def daily(session: Session) -> None:
    """Copy the ledger where today's copy is missing. One process does; that none can be made stops nobody's work.

    Blocks as long as the copying takes.
    """
    from creditsui.adapters import ledger_copies
    from creditsui.adapters.ledger import LedgerError, open_ledger

    now, path = session.now(), session.paths.ledger
    if session.demo or not ledger_copies.due(path, now.date()):
        return
    holder = f"copy {os.getpid()} {uuid.uuid4().hex}"  # one of several in this process is enough, too
    try:
        with open_ledger(path) as ledger:
            if not ledger.claim({_NAME}, holder, os.getpid(), now, now + _LONGEST):
                return
        try:
            if ledger_copies.due(path, now.date()):  # nobody made it since the first look
                ledger_copies.back_up(path, now.date())
        finally:
            with open_ledger(path) as ledger:
                ledger.release({_NAME}, holder)
    except (LedgerError, OSError) as error:
        logging.getLogger(__name__).warning("no copy of the ledger was made: %s", type(error).__name__)


def restore(session: Session) -> str:
    """Put the last sound copy in the ledger's place, and say what was done. Raises LedgerError, OSError."""
    from creditsui.adapters import ledger_copies

    done = ledger_copies.restore(session.paths.ledger, session.now())
    day = done.copy.name.rpartition("bak-")[2]
    told = [f"The ledger is the one of {day} again."]
    if done.saved:
        entries = "1 entry that was" if done.saved == 1 else f"{done.saved} entries that were"
        told.append(f"It has {entries} booked since then too; look through them: creditsui export - | tail")
    if done.aside is not None:
        told.append(f"What stood there is kept: {done.aside}")
    return "\n".join(told)
