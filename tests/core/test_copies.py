"""The daily copy of the ledger, by whoever comes first."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from creditsui.adapters import ledger_copies
from creditsui.adapters.ledger import open_ledger
from creditsui.core import copies
from creditsui.domain.money import money
from tests.core.conftest import SessionOf


def test_several_panes_of_one_process_make_one_sound_copy(
    session_of: SessionOf, caplog: pytest.LogCaptureFixture
) -> None:
    sessions = [session_of() for _ in range(8)]
    path, now = sessions[0].paths.ledger, sessions[0].now()
    with open_ledger(path) as ledger:
        for number in range(500):
            ledger.book("topup", "a", now, money(number, "USD"), now=now, note="n" * 900)
    at_once = threading.Barrier(8)

    def daily(number: int) -> None:
        at_once.wait()
        copies.daily(sessions[number])

    with caplog.at_level(logging.WARNING), ThreadPoolExecutor(8) as threads:
        list(threads.map(daily, range(8)))
    assert not caplog.records
    (copy,) = ledger_copies.copies(path)
    with open_ledger(copy, readonly=True) as kept:
        assert len(kept.entries()) == 500
