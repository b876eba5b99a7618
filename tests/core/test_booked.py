"""Entries that were decoded once: the same as those in the ledger, whatever is booked, undone or put in its place."""

from datetime import UTC, datetime
from pathlib import Path

from creditsui.adapters.ledger import Ledger, open_ledger
from creditsui.core.booked import Booked, booked
from creditsui.domain.entry import standing
from creditsui.domain.money import money

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def book(ledger: Ledger, count: int, undoes: str | None = None) -> str:
    kind = "undo" if undoes else "topup"
    entries = [
        ledger.book(kind, account, NOW, None if undoes else money(n, "USD"), now=NOW, undoes=undoes)  # type: ignore[arg-type]
        for n in range(count)
        for account in ("a", "b")
    ]
    return entries[-1].id


def same(ledger: Ledger, found: Booked) -> None:
    assert list(found.all) == ledger.entries()
    for account in "ab":
        assert list(found.of(account)) == [one for one in standing(ledger.entries()) if one.account == account]


def test_what_was_decoded_is_kept_and_what_was_booked_since_is_added(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.db") as ledger:
        empty = booked(ledger)
        assert empty.all == [] and empty.of("a") == ()
        last = book(ledger, 3)
        first = booked(ledger, empty)
        same(ledger, first)
        assert booked(ledger, first) is first
        book(ledger, 1, undoes=last)
        second = booked(ledger, first)
        same(ledger, second)
        assert second.all[0] is first.all[0] and len(second.of("b")) == 2


def test_another_ledger_in_its_place_is_read_anew(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "one.db") as one, open_ledger(tmp_path / "two.db") as two:
        book(one, 3)
        known = booked(one)
        same(two, booked(two, known))
        book(two, 5)
        same(two, booked(two, known))
