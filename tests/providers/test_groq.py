from datetime import timedelta

import pytest

from creditsui.domain.format import quota
from creditsui.domain.money import Money
from creditsui.domain.reading import ProbeCost
from creditsui.providers.spec import Get
from tests.providers.answering import NOW, answer, body, headers, known, read, refused, window


def test_a_plain_key_proves_valid_and_tells_no_money() -> None:
    reading = read("groq", models=answer({"object": "list", "data": []}))
    assert reading.badges == ("key valid",) and reading.balances == () and reading.windows == ()


def test_requests_are_counted_by_the_day_and_tokens_by_the_minute() -> None:
    reading = read("groq", probe=answer(body("groq", "probe"), headers=headers("groq", "probe")))
    assert [quota(window) for window in reading.windows] == ["requests/day", "tokens/min"]
    day, minute = window(reading, "requests/day"), window(reading, "tokens/min")
    assert (day.seconds, day.limit, day.remaining) == (86400, 14400, 14370)
    assert minute.seconds == 60
    assert day.resets_at == NOW + timedelta(minutes=3)
    assert minute.resets_at == NOW + timedelta(seconds=8)
    assert reading.probe == ProbeCost("openai/gpt-oss-20b", 72, 16, Money(11, "USD"))


def test_an_answer_of_another_shape() -> None:
    for odd in ([], None, "<html>"):
        with pytest.raises((TypeError, KeyError)):
            read("groq", models=answer(odd))
        with pytest.raises((TypeError, KeyError)):
            read("groq", probe=answer(odd))


def test_refusals() -> None:
    problem = refused("groq", 401, {"error": {"message": "Invalid API Key", "code": "invalid_api_key"}})
    assert (problem.kind, problem.action) == ("rejected", "creditsui key set groq")
    assert refused("groq", 429, {"error": {"code": "rate_limit_exceeded"}}, retry_after="2").kind == "limited"
    gone = {"error": {"message": "The model has been decommissioned", "code": "model_decommissioned"}}
    assert "decommissioned" in refused("groq", 400, gone).message


def test_a_probe_is_opt_in_and_says_what_it_costs() -> None:
    assert known("groq").cost_of_asking
    assert known("groq").tells == ("windows",)


def test_a_second_name_for_requests_a_day_does_not_make_them_requests_a_minute() -> None:
    told = {"x-ratelimit-limit-requests": "14400", "x-ratelimit-remaining-requests": "14399"}
    (only,) = read("groq", probe=answer(body("groq", "probe"), headers=told)).windows
    assert (only.name, only.seconds, only.resets_at) == ("day", 86400, None)


def test_metrics_for_enterprises_and_the_consoles_own_pages_are_never_asked() -> None:
    paths = [str(ask.path) for ask in known("groq").asks if isinstance(ask, Get)]
    assert sorted(paths) == ["/openai/v1/chat/completions", "/openai/v1/models"]
