from decimal import Decimal

import pytest

from creditsui.core.asking.refresh import refresh
from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Balance, Reading
from tests.core.conftest import SessionOf, clock, session_of
from tests.providers.answering import answer, read, refused
from tests.servers import Server

__all__ = ["clock", "session_of"]


def told(**fields: object) -> Reading:
    return read("kilo", answer=answer(fields))


def test_the_balance_is_in_dollars_and_not_in_millionths() -> None:
    assert told(balance=Decimal("8.42"), isDepleted=False).balances == (Balance(money("8.42", "USD")),)
    assert told(balance=8420000).balances[0].remaining == money(8420000, "USD")


def test_debt_is_shown() -> None:
    reading = told(balance=Decimal("-0.37"), isDepleted=True)
    assert reading.balances[0].remaining == money("-0.37", "USD") and reading.badges == ("used up",)


def test_depleted_is_said_whatever_the_balance() -> None:
    assert told(balance=5, isDepleted=True).badges == ("used up",)
    assert told(balance=5).badges == told(balance=5, isDepleted=False).badges == ()


@pytest.mark.parametrize("odd", [{}, {"balance": None}, {"balance": "n/a"}])
def test_no_balance_is_a_changed_answer_never_zero(odd: dict[str, object]) -> None:
    with pytest.raises(Refused) as caught:
        told(isDepleted=True, **odd)
    assert caught.value.problem.kind == "changed"


@pytest.mark.parametrize(
    ("env", "sent"),
    [({}, None), ({"KILO_ORG_ID": "org-1"}, "org-1"), ({"KILOCODE_ORGANIZATION_ID": "org-2"}, "org-2")],
)
async def test_the_purse_of_an_organization_is_asked_for_where_it_is_named(
    session_of: SessionOf, env: dict[str, str], sent: str | None
) -> None:
    with Server({("GET", "/api/profile/balance"): {"balance": 1, "isDepleted": False}}) as server:
        config = f'[accounts.kilo]\nbase_url = "{server.url}"\n'
        await refresh(session_of(config=config, env={"KILO_API_KEY": "kilo-0123456789", **env}, real=True), force=True)
    assert [one.headers.get("x-kilocode-organizationid") for one in server.requests] == [sent]


def test_refusals() -> None:
    assert refused("kilo", 401, {"error": "Invalid token"}).kind == "rejected"
    assert refused("kilo", 403).kind == "forbidden"
