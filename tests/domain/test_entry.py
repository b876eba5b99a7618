from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.entry import Entry, standing
from tests.domain.make import DAY, NOW, entry


def numbers(entries: list[Entry]) -> list[int]:
    return [one.number for one in standing(entries)]


def test_undo_takes_back_and_redo_restores() -> None:
    sync, topup = entry(1, "sync", 45), entry(2, "topup", 20)
    undo, redo, again = (entry(number, "undo", None, undoes=number - 1) for number in (3, 4, 5))
    assert numbers([sync, topup]) == [1, 2]
    assert numbers([sync, topup, undo]) == [1]
    assert numbers([sync, topup, undo, redo]) == [1, 2]
    assert numbers([sync, topup, undo, redo, again]) == [1]


def test_two_undos_of_one_entry_are_lifted_one_by_one() -> None:
    topup = entry(1, "topup", 20)
    twice = [entry(2, "undo", None, undoes=1), entry(3, "undo", None, undoes=1)]
    assert numbers([topup, *twice, entry(4, "undo", None, undoes=3)]) == []
    assert numbers([topup, *twice, entry(4, "undo", None, undoes=3), entry(5, "undo", None, undoes=2)]) == [1]


def test_the_order_is_that_of_effect() -> None:
    assert numbers([entry(1, "sync", 45, NOW), entry(2, "topup", 20, NOW - DAY), entry(3, "sync", 5, NOW)]) == [2, 1, 3]


def test_an_undo_of_what_is_not_there_takes_nothing() -> None:
    assert numbers([entry(1, "sync", 45), entry(2, "undo", None, undoes=9)]) == [1]


@given(st.integers(0, 12), st.randoms())
def test_a_chain_of_undos_alternates_whatever_the_order_of_reading(length: int, random) -> None:  # type: ignore[no-untyped-def]
    chain = [entry(1, "topup", 20)] + [entry(n, "undo", None, undoes=n - 1) for n in range(2, length + 2)]
    random.shuffle(chain)
    assert numbers(chain) == ([1] if length % 2 == 0 else [])
