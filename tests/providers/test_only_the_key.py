"""Services that tell no money by any key: Cohere, Perplexity, Replicate, and Cerebras but for its rate limits."""

from datetime import timedelta

import pytest

from creditsui.domain.format import quota
from creditsui.domain.money import Money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import ProbeCost
from creditsui.providers.spec import Get
from tests.providers.answering import NOW, answer, known, read, refused, window

PROOF = {
    "cohere": ("answer", {"valid": True}),
    "perplexity": ("jobs", {"requests": [{"id": "x", "model": "sonar"}], "next_token": "t"}),
    "replicate": ("answer", {"type": "user", "username": "ada"}),
    "cerebras": ("models", {"data": []}),
}
LIMITS = {
    "x-ratelimit-limit-requests-day": "1000", "x-ratelimit-remaining-requests-day": "990",
    "x-ratelimit-reset-requests-day": "33011.382867", "x-ratelimit-limit-tokens-minute": "60000",
    "x-ratelimit-remaining-tokens-minute": "45000", "x-ratelimit-reset-tokens-minute": "11.38",
}  # fmt: skip


@pytest.mark.parametrize("id", PROOF)
def test_a_key_proves_valid_and_tells_no_money(id: str) -> None:
    name, body = PROOF[id]
    reading = read(id, **{name: answer(body)})
    assert reading.badges == ("key valid",)
    assert (reading.balances, reading.windows, reading.spend, reading.limit) == ((), (), None, None)
    assert "balance" not in known(id).tells and known(id).console_url


@pytest.mark.parametrize("id", PROOF)
def test_an_answer_of_another_form_is_no_valid_key(id: str) -> None:
    for odd in ([], None, "<html>", {"error": "no"} if id != "cerebras" else 3):
        with pytest.raises((TypeError, KeyError, Refused)):
            read(id, **{PROOF[id][0]: answer(odd)})


def test_cohere_says_that_a_key_is_not_valid_in_a_200() -> None:
    with pytest.raises(Refused) as told:
        read("cohere", answer=answer({"valid": False}))
    assert (told.value.problem.kind, told.value.problem.action) == ("rejected", "creditsui key set cohere")


def test_cohere_the_calls_of_a_trial_month_are_not_told_so_no_window_is_made_up() -> None:
    assert known("cohere").tells == ()
    assert refused("cohere", 429, {"message": "Trial key, limited to 1000 API calls / month"}).kind == "limited"


def test_cohere_402_is_out_of_money() -> None:
    assert refused("cohere", 402, {"message": "payment required"}).kind == "out_of_money"


def test_cohere_a_failure_without_a_word_about_the_key_stays_a_failure() -> None:
    assert refused("cohere", 503, {"message": "try later"}).kind == "busy"


def test_perplexity_asks_for_nothing_that_is_served() -> None:
    (ask,) = known("perplexity").asks
    assert isinstance(ask, Get) and ask.method == "GET" and ask.body is None and not ask.opt_in


def test_perplexity_a_list_that_is_gone_says_nothing_about_the_key() -> None:
    assert read("perplexity", jobs=answer({"error": {}}, 404)).badges == ()
    with pytest.raises(Refused) as told:
        read("perplexity", jobs=answer(None, 401))
    assert told.value.problem.kind == "rejected"


def test_replicate_names_the_account_and_nothing_of_it_is_kept() -> None:
    told = answer({"type": "user", "username": "ada", "name": "Ada L.", "github_url": "https://github.com/ada"})
    assert "ada" not in repr(read("replicate", answer=told)).lower()


def test_cerebras_counts_requests_by_the_day_and_tokens_by_the_minute() -> None:
    body = {"usage": {"prompt_tokens": 68, "completion_tokens": 1}}
    reading = read("cerebras", probe=answer(body, headers=LIMITS))
    assert [quota(one) for one in reading.windows] == ["requests/day", "tokens/min"]
    day = window(reading, "requests/day")
    assert (day.seconds, day.limit, day.remaining, day.used) == (86400, 1000, 990, pytest.approx(0.01))
    assert reading.probe == ProbeCost("gpt-oss-120b", 68, 1, Money(25, "USD"))


def test_cerebras_tells_resets_in_bare_seconds_from_now() -> None:
    reading = read("cerebras", probe=answer({"usage": {}}, headers=LIMITS))
    assert window(reading, "requests/day").resets_at == NOW + timedelta(seconds=33011)
    assert window(reading, "tokens/min").resets_at == NOW + timedelta(seconds=11)


def test_cerebras_a_second_bucket_of_tokens_shows_under_its_own_name() -> None:
    more = {"x-ratelimit-limit-uncached-tokens-minute": "100", "x-ratelimit-remaining-uncached-tokens-minute": "40"}
    reading = read("cerebras", probe=answer({"usage": {}}, headers={**LIMITS, **more}))
    assert window(reading, "uncached tokens minute").used == pytest.approx(0.6)
    assert len(reading.windows) == 3


def test_cerebras_reserves_what_may_be_answered_so_the_probe_allows_one_token() -> None:
    probe = known("cerebras").asks[0]
    assert isinstance(probe, Get) and probe.opt_in == "probe"
    assert probe.body["max_completion_tokens"] == 1


def test_cerebras_absent_headers_are_no_limits_of_zero() -> None:
    assert read("cerebras", probe=answer({"usage": {}})).windows == ()
