"""Which two entries are one rise, seen by two machines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from creditsui.domain.entry import Entry
from creditsui.domain.twin import twins
from tests.domain.make import HOUR, MINUTE, NOW, cny, entry, usd

OWN, OTHER = entry(1, "topup", 30), entry(2, "topup", 30, NOW + 7 * MINUTE)


def pairs(
    held: Entry, coming: Entry, *, told: tuple[str, ...] = (), automatic: tuple[Entry, ...] = (OTHER,)
) -> list[str]:
    ids = {one.id for one in automatic}
    return [goes.id for _, goes in twins([held], [coming], {coming.id, *told}, lambda one: one.id in ids)]


def test_what_a_machine_booked_goes_before_what_the_user_did_whichever_came_first() -> None:
    assert pairs(OWN, OTHER) == pairs(OTHER, OWN) == [OTHER.id]
    assert pairs(OWN, OTHER, automatic=(OWN, OTHER)) == pairs(OTHER, OWN, automatic=(OWN, OTHER)) == [OTHER.id]


def test_what_people_booked_by_hand_is_theirs() -> None:
    assert pairs(OWN, OTHER, automatic=()) == []


@pytest.mark.parametrize(
    "other",
    [
        replace(OTHER, at=NOW + HOUR + timedelta(seconds=1)),
        replace(OTHER, account="b"),
        replace(OTHER, amount=cny(30)),
        replace(OTHER, amount=usd(26)),
        replace(OTHER, type="sync"),
    ],
)
def test_what_is_another_rise_stays(other: Entry) -> None:
    assert pairs(OWN, other) == [] and pairs(other, OWN) == []


def test_a_part_spent_in_between_makes_no_other_rise() -> None:
    assert pairs(OWN, replace(OTHER, amount=usd("27.50"))) == [OTHER.id]


def test_two_that_one_machine_knows_are_two() -> None:
    assert pairs(OWN, OTHER, told=(OWN.id,)) == []


def test_each_is_the_twin_of_one() -> None:
    third = replace(OTHER, id="3" * 32, at=NOW + 9 * MINUTE)
    assert len(twins([OWN], [OTHER, third], {OTHER.id, third.id}, lambda one: True)) == 1
