"""What the ledger tells of a home, in the words of the truth, and where the two differ."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from creditsui.core import spending
from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.domain.money import Money
from tests.corpora.truth import Row, Sum

ROUNDING = 60
"""Micro-USD of a row that may come from rounding each of its calls."""


def session(home: Path, zone: str = "UTC") -> Session:
    return open_session({"HOME": str(home), "TZ": zone, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"})


def told(home: Path, zone: str) -> dict[Row, Sum]:
    report = spending.spent(session(home, zone), spending.ALL, date(2027, 1, 1)).report(("source", "day", "model"))
    found: dict[Row, Sum] = {}
    for row in report.rows:
        source, day, model = row.keys
        cost = sum(_micros(money) for money in (row.cost, row.notional, row.undecided))
        found[source, day, model] = Sum(row.input, row.output, row.cache_read, row.cache_write, row.reasoning, cost)
    return found


def different(ours: Mapping[Row, Sum], theirs: Mapping[Row, Sum]) -> dict[Row, tuple[Sum | None, Sum | None]]:
    """Rows that differ in a token, or in their cost by more than rounding."""
    found = {}
    for row in {**ours, **theirs}:
        one, other = ours.get(row), theirs.get(row)
        if one is None or other is None or one.tokens != other.tokens or abs(one.cost - other.cost) > ROUNDING:
            found[row] = (one, other)
    return found


def _micros(money: Money | None) -> int:
    return 0 if money is None else money.micros
