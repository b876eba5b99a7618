import pytest

from creditsui.core.asking.refresh import refresh
from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Reading
from tests.core.conftest import SessionOf, clock, session_of
from tests.providers.answering import answer, read, refused
from tests.servers import Server

__all__ = ["clock", "session_of"]

WHOLE = {"username": "ada-example", "credits": {"current_balance": 24, "currency": "USD"}}
KEYS = {"FAL_KEY": "id-1:secret-0123456789", "FAL_ADMIN_KEY": "id-2:admin-0123456789"}


def told(**credits: object) -> Reading:
    return read("fal", answer=answer({"username": "ada-example", "credits": credits}))


@pytest.mark.parametrize(
    ("names", "sent"),
    [(["FAL_KEY"], "Key id-1:secret-0123456789"), (["FAL_KEY", "FAL_ADMIN_KEY"], "Key id-2:admin-0123456789")],
)
async def test_the_scheme_is_key_and_the_credits_are_asked_for_with_the_admin_key_if_there_is_one(
    session_of: SessionOf, names: list[str], sent: str
) -> None:
    with Server({("GET", "/v1/account/billing"): WHOLE}) as server:
        config = f'[accounts.fal]\nbase_url = "{server.url}"\n'
        await refresh(session_of(config=config, env={name: KEYS[name] for name in names}, real=True), force=True)
    (request,) = server.requests
    assert request.headers["authorization"] == sent and request.query == {"expand": "credits"}


def test_the_currency_is_the_answers_own() -> None:
    assert told(current_balance=3, currency="USD").balances[0].remaining == money(3, "USD")
    assert told(current_balance=3, currency="eur").balances[0].remaining == money(3, "EUR")


@pytest.mark.parametrize("odd", [{}, {"currency": None}, {"currency": ""}, {"currency": "US dollars"}])
def test_an_amount_without_a_currency_is_no_amount(odd: dict[str, object]) -> None:
    with pytest.raises(Refused) as caught:
        told(current_balance=3, **odd)
    assert caught.value.problem.kind == "changed"


def test_an_answer_without_credits_is_a_changed_one_never_zero() -> None:
    for body in ({"username": "ada-example"}, {"credits": None}, {"credits": {"currency": "USD"}}):
        with pytest.raises(Refused) as caught:
            read("fal", answer=answer(body))
        assert caught.value.problem.kind == "changed"


def test_the_user_is_not_kept() -> None:
    assert "ada-example" not in repr(read("fal", answer=answer(WHOLE)))


def test_a_403_wants_admin_scope_and_says_where_to_get_it() -> None:
    problem = refused("fal", 403, {"error": {"type": "authorization_error", "message": "Access denied"}})
    assert problem.kind == "wrong_kind" and "https://fal.ai/dashboard/keys" in problem.message
    assert problem.action == "creditsui key set fal" and problem.lasts


def test_a_401_names_the_scope_too() -> None:
    problem = refused("fal", 401, {"error": {"type": "authorization_error", "message": "Authentication required"}})
    assert problem.kind == "rejected" and "admin scope" in problem.message
