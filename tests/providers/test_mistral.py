from datetime import timedelta

import pytest

from creditsui.domain.format import quota
from creditsui.domain.money import Money
from creditsui.domain.reading import ProbeCost, Reading
from creditsui.providers.spec import Get
from tests.providers.answering import NOW, answer, body, headers, known, read, refused, window


def probed(vocabulary: str) -> Reading:
    return read("mistral", probe=answer(body("mistral", "probe"), headers=headers("mistral", vocabulary)))


def test_a_plain_key_proves_valid_and_tells_no_money() -> None:
    reading = read("mistral", models=answer({"object": "list", "data": []}))
    assert reading.badges == ("key valid",) and reading.balances == () and reading.windows == ()


def test_vocabulary_by_minute_and_month_without_resets() -> None:
    reading = probed("minute")
    assert [quota(window) for window in reading.windows] == ["requests/min", "tokens/min", "tokens/month"]
    assert window(reading, "requests/min").used == 0.25 and window(reading, "requests/min").resets_at is None
    month = window(reading, "tokens/month")
    assert (month.used, month.seconds, month.unit) == (0.25, 2592000, "tokens")
    assert reading.probe == ProbeCost("ministral-3b-latest", 4, 1, Money(1, "USD"))


def test_vocabulary_without_a_kind() -> None:
    (requests,) = probed("plain").windows
    assert (requests.name, requests.used, requests.unit, requests.seconds) == ("requests", 0.25, "requests", None)
    assert requests.resets_at == NOW + timedelta(seconds=30)


def test_vocabulary_of_openai() -> None:
    assert [(window.name, window.used) for window in probed("openai").windows] == [("requests", 0.5), ("tokens", 0.0)]


def test_refusals() -> None:
    assert refused("mistral", 402, {"message": "Prepaid balance is zero"}).kind == "out_of_money"
    assert refused("mistral", 401, {"detail": "Unauthorized"}).kind == "rejected"
    assert refused("mistral", 429, {"message": "Requests rate limit exceeded"}, retry_after="1").told


def test_an_answer_of_another_shape() -> None:
    with pytest.raises(TypeError):
        read("mistral", models=answer([]))


def test_billing_pages_that_nobody_documents_are_never_asked() -> None:
    paths = [str(ask.path) for ask in known("mistral").asks if isinstance(ask, Get)]
    assert sorted(paths) == ["/v1/chat/completions", "/v1/models"]


def test_balances_that_are_entered_are_in_euros() -> None:
    assert known("mistral").currency == "EUR"


def test_404_of_billing_is_a_surface_that_is_not_there() -> None:
    assert refused("mistral", 404, {"message": "no Route matched with those values"}).kind == "unsupported"
