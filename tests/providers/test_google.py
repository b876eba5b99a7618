from datetime import timedelta

import pytest

from creditsui.providers.spec import Get
from tests.providers.answering import NOW, answer, body, known, read, refused


def test_a_valid_key_and_nothing_else() -> None:
    reading = read("google", models=answer(body("google", "models")))
    assert reading.badges == ("key valid",)
    assert reading.balances == () and reading.windows == () and reading.spend is None
    assert known("google").tells == ()


def test_an_empty_list_of_models_is_still_a_valid_key() -> None:
    assert read("google", models=answer({})).badges == ("key valid",)


def test_an_invalid_key_is_answered_with_400_not_401() -> None:
    problem = refused("google", 400, body("google", "invalid"))
    assert (problem.kind, problem.action) == ("rejected", "creditsui key set google")


def test_another_400_is_no_rejected_key() -> None:
    assert refused("google", 400, {"error": {"code": 400, "status": "FAILED_PRECONDITION"}}).kind == "unknown"


def test_the_delay_is_in_the_body_not_in_a_header() -> None:
    problem = refused("google", 429, body("google", "exhausted"))
    assert problem.kind == "limited" and problem.told
    assert problem.retry_at == NOW + timedelta(seconds=45.837907)


def test_the_key_is_sent_in_a_header_never_in_the_address() -> None:
    (ask,) = known("google").asks
    assert isinstance(ask, Get) and ask.query is not None
    assert ask.auth("s3cret") == {"x-goog-api-key": "s3cret"} and ask.query(NOW) == {"pageSize": "1"}


@pytest.mark.parametrize("odd", [None, [], "<html>"])
def test_another_shape_is_a_changed_answer(odd: object) -> None:
    with pytest.raises(TypeError):
        read("google", models=answer(odd))


def test_rate_headers_are_not_sent_and_would_not_be_believed() -> None:
    headers = {"x-ratelimit-limit": "10", "x-ratelimit-remaining": "1", "x-ratelimit-reset": "30"}
    assert read("google", models=answer({}, headers=headers)).windows == ()


def test_a_delay_at_the_wrong_level_is_no_delay() -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "metadata": {"retryDelay": "45s"}}]
    problem = refused("google", 429, {"error": {"status": "RESOURCE_EXHAUSTED", "details": details}})
    assert (problem.kind, problem.told) == ("limited", False)


def test_429_with_nothing_but_help_is_a_limit_without_an_end() -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.Help", "links": []}]
    problem = refused("google", 429, {"error": {"status": "RESOURCE_EXHAUSTED", "details": details}})
    assert (problem.kind, problem.retry_at) == ("limited", None)


def test_an_error_wrapped_in_a_list_is_understood() -> None:
    assert refused("google", 400, [body("google", "invalid")]).kind == "rejected"
