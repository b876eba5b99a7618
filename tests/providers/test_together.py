import pytest

from creditsui.domain.health import counts
from creditsui.domain.money import Money
from tests.providers.answering import answer, known, read, refused, window

HEADERS = {
    "x-ratelimit-limit": "10", "x-ratelimit-remaining": "1", "x-ratelimit-reset": "1",
    "x-tokenlimit-limit": "3000", "x-tokenlimit-remaining": "2990",
}  # fmt: skip


def test_a_plain_key_proves_valid_for_free_by_a_bare_list_of_models() -> None:
    reading = read("together", models=answer([{"id": "m"}]))
    assert reading.badges == ("key valid",) and reading.balances == () and reading.windows == ()
    assert reading.spend is None and reading.probe is None
    assert read("together", models=answer({"data": []})).badges == ("key valid",)
    with pytest.raises(TypeError):
        read("together", models=answer("<html>"))


def test_limits_are_of_a_second_and_a_busy_second_empties_no_account() -> None:
    usage = {"usage": {"prompt_tokens": 68, "completion_tokens": 1}}
    reading = read("together", probe=answer(usage, headers=HEADERS))
    assert (window(reading, "requests/s").limit, window(reading, "tokens/s").remaining) == (10, 2990)
    assert not any(counts(one) for one in reading.windows)
    assert reading.probe is not None and reading.probe.cost == Money(4, "USD")  # 68 · 0.05 + 0.20, rounded up


def test_headers_that_are_not_there_say_nothing() -> None:
    assert read("together", probe=answer({}, headers={"x-ratelimit-limit": "10"})).windows == ()


def test_a_probe_is_only_ever_made_by_opt_in() -> None:
    probe, models = known("together").asks
    assert probe.opt_in == "probe" and models.opt_in == ""  # type: ignore[union-attr]
    assert refused("together", 401, {"error": {"code": "invalid_api_key"}}).kind == "rejected"
    assert known("together").cost_of_asking
