import pytest

from creditsui.core.asking.refresh import refresh
from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Reading
from tests.core.conftest import SessionOf, clock, session_of
from tests.providers.answering import answer, read, refused
from tests.servers import Server

__all__ = ["clock", "session_of"]

WHOLE = {"usd_balance": "129.46956147", "nano_balance": "26.71801147", "nanoDepositAddress": "nano_1gx385example"}


def told(**fields: object) -> Reading:
    return read("nanogpt", answer=answer(fields))


async def test_it_is_asked_by_a_post_without_a_body_with_the_bare_key(session_of: SessionOf) -> None:
    with Server({("POST", "/api/check-balance"): WHOLE}) as server:
        config = f'[accounts.nanogpt]\nbase_url = "{server.url}"\n'
        await refresh(session_of(config=config, env={"NANOGPT_API_KEY": "ng-0123456789"}, real=True), force=True)
    (request,) = server.requests
    assert request.body == b"" and request.headers.get("content-length", "0") == "0"
    assert "content-type" not in request.headers
    assert request.headers["x-api-key"] == "ng-0123456789" and "authorization" not in request.headers


def test_amounts_are_decimal_strings_and_numbers_do_as_well() -> None:
    for left in ("129.46956147", 129.46956147):
        assert told(usd_balance=left).balances[0].remaining == money("129.469561", "USD")


def test_nano_is_a_purse_of_its_own_beside_the_dollars() -> None:
    amounts = [balance.remaining for balance in told(**WHOLE).balances]
    assert amounts == [money("129.46956147", "USD"), money("26.71801147", "XNO")]


@pytest.mark.parametrize("none", [{}, {"nano_balance": "0"}, {"nano_balance": "0.000"}, {"nano_balance": None}])
def test_without_nano_there_are_only_dollars(none: dict[str, object]) -> None:
    assert [one.remaining for one in told(usd_balance="3.5", **none).balances] == [money("3.5", "USD")]


def test_the_deposit_address_is_not_kept() -> None:
    assert "nano_1gx385example" not in repr(told(**WHOLE))


@pytest.mark.parametrize("odd", [{}, {"usd_balance": None}, {"usd_balance": "NaN"}])
def test_no_dollars_told_is_a_changed_answer_never_zero(odd: dict[str, object]) -> None:
    with pytest.raises(Refused) as caught:
        told(nano_balance="5", **odd)
    assert caught.value.problem.kind == "changed"


def test_its_generic_400_is_quoted_and_one_about_the_key_is_a_rejection() -> None:
    problem = refused("nanogpt", 400, {"error": "Unexpected error"})
    assert problem.kind == "unknown" and "“Unexpected error”" in problem.message
    assert refused("nanogpt", 400, {"error": "Invalid API key"}).kind == "rejected"
