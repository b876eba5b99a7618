from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from creditsui.domain.money import Money, money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Limit, Reading, Window
from creditsui.providers.spec import Answer, Answers, Get
from tests.providers.answering import NOW, answer, known, read, refused

RESET = "2026-12-01T00:00:00Z"
NO = answer({"error": {"message": "no", "code": "403"}}, 403)


def usd(value: str) -> Money:
    return money(value, "USD")


def key(**info: object) -> Answer:
    usual = {"spend": Decimal("10"), "max_budget": None, "budget_duration": None, "budget_reset_at": None}
    return answer({"key": "88dc28d0", "info": usual | info})


def team(*members: object, **info: object) -> Answer:
    usual = {"team_id": "t", "spend": 40, "max_budget": 50, "budget_duration": None, "budget_reset_at": None}
    return answer({"team_id": "t", "team_info": usual | info, "team_memberships": list(members)})


def user(*teams: object, **info: object) -> Answer:
    return answer({"user_id": "u", "user_info": {"spend": 3, "max_budget": 5} | info, "teams": list(teams), "keys": []})


def ask(name: str) -> Get:
    found = next(one for one in known("litellm").asks if one.name == name)
    assert isinstance(found, Get)
    return found


def asked(name: str, **answers: Answer) -> Mapping[str, str] | None:
    """The query, if it is asked."""
    get, so_far = ask(name), Answers(NOW, answers)
    assert get.when is not None and get.query is not None
    return get.query(so_far) if get.when(so_far) else None


def test_a_budget_that_is_null_is_no_limit_and_all_spend_is_told() -> None:
    reading = read("litellm", key=key())
    assert reading.limit is None and reading.windows == () and reading.badges == ("PAYG", "no budget")
    assert reading.spend is not None and reading.spend.all == usd("10")


def test_float_noise_is_rounded_off() -> None:
    reading = read("litellm", key=key(spend=0.1 + 0.2, max_budget=1.1 + 2.2))
    assert reading.limit == Limit(usd("3.3"), usd("3.0"), None)


@pytest.mark.parametrize(
    ("duration", "resets", "name"),
    [("1d", "daily", "day"), ("24h", "daily", "day"), ("7d", "weekly", "7d"), ("30d", "monthly", "month"),
     ("1mo", "monthly", "month"), ("10d", None, "10d"), ("often", None, "budget"), (None, None, "budget")],
)  # fmt: skip
def test_a_duration_says_when_a_budget_resets(duration: str | None, resets: str | None, name: str) -> None:
    reading = read("litellm", key=key(max_budget=40, budget_duration=duration, budget_reset_at=RESET))
    assert reading.limit == Limit(usd("40"), usd("30"), resets)
    (window,) = reading.windows
    assert isinstance(window, Window)
    assert (window.name, window.used, window.limit, window.remaining, window.unit) == (name, 0.25, 40, 30, "usd")
    assert window.resets_at == datetime(2026, 12, 1, tzinfo=UTC)


def test_a_reset_that_has_passed_is_none() -> None:
    past = (NOW - timedelta(hours=1)).isoformat()
    assert read("litellm", key=key(max_budget=40, budget_duration="30d", budget_reset_at=past)).windows == ()


def test_spend_since_the_last_reset_is_not_lifetime_spend() -> None:
    assert read("litellm", key=key(max_budget=40, budget_duration="30d")).spend is None
    assert read("litellm", key=key(budget_reset_at=RESET)).spend is None
    assert read("litellm", key=key(litellm_budget_table={"budget_duration": "1d"})).spend is None
    assert read("litellm", key=key(max_budget=40)).spend is not None


def test_the_lowest_of_what_the_budgets_leave_binds_and_is_named() -> None:
    in_team = {"team_id": "t", "user_id": "u"}
    reading = read("litellm", key=key(max_budget=100, **in_team), team=team())
    assert (reading.limit, reading.badges) == (Limit(usd("50"), usd("10")), ("team budget",))
    reading = read("litellm", key=key(max_budget=15, **in_team), team=team())
    assert (reading.limit, reading.badges) == (Limit(usd("15"), usd("5")), ("key budget",))
    alone = read("litellm", key=key(max_budget=100, user_id="u"), user=user())
    assert (alone.limit, alone.badges) == (Limit(usd("5"), usd("2")), ("user budget",))


def test_an_owners_own_budget_does_not_hold_for_a_key_of_a_team() -> None:
    reading = read("litellm", key=key(team_id="t", user_id="u"), team=team(), user=user(max_budget=3))
    assert reading.badges == ("team budget",)


def test_a_members_share_of_the_teams_budget_binds_too() -> None:
    mine = {"user_id": "u", "spend": 4, "litellm_budget_table": {"max_budget": 5, "budget_duration": "1d"}}
    others = {"user_id": "x", "spend": 9, "litellm_budget_table": {"max_budget": 1}}
    reading = read("litellm", key=key(team_id="t", user_id="u"), team=team(others, mine))
    assert (reading.limit, reading.badges) == (Limit(usd("5"), usd("1"), "daily"), ("team member budget",))


def test_a_budget_that_is_shared_by_reference() -> None:
    table = {"max_budget": 30, "budget_duration": "7d", "budget_reset_at": RESET}
    assert read("litellm", key=key(litellm_budget_table=table)).limit == Limit(usd("30"), usd("20"), "weekly")


def test_an_overdrawn_budget_is_shown_as_debt() -> None:
    reading = read("litellm", key=key(max_budget=7, budget_reset_at=RESET))
    assert reading.limit == Limit(usd("7"), usd("-3")) and reading.windows[0].used == 1.0
    assert read("litellm", key=key(max_budget=0)).limit == Limit(usd("0"), usd("-10"))


def test_the_answer_of_older_proxies_is_not_wrapped() -> None:
    reading = read("litellm", key=answer({"spend": 10, "max_budget": 40, "team_id": "t"}), team=team(max_budget=None))
    assert reading.limit == Limit(usd("40"), usd("30"))


def test_where_the_team_does_not_tell_the_list_of_the_users_teams_does() -> None:
    member = {"team_id": "t", "spend": 49, "max_budget": 50}
    reading = read("litellm", key=key(team_id="t", user_id="u"), team=NO, user=user({"team_id": "x"}, member))
    assert (reading.limit, reading.badges) == (Limit(usd("50"), usd("1")), ("team budget",))


def test_a_budget_that_must_not_be_read_is_said_to_be_missing() -> None:
    assert read("litellm", key=key(team_id="t", max_budget=20), team=NO).badges == (
        "key budget",
        "team budget not told",
    )
    assert read("litellm", key=key(user_id="u"), user=NO).badges == ("PAYG", "no budget", "user budget not told")


def test_a_passing_failure_does_not_make_more_seem_to_be_left() -> None:
    before = Reading(at=NOW, limit=Limit(usd("50"), usd("1")))
    for answers in ({"team": answer(None, 503)}, {}):
        with pytest.raises(Refused) as caught:
            read("litellm", before, key=key(team_id="t", max_budget=20), **answers)
        assert caught.value.problem.kind == "busy"
    assert read("litellm", before, key=key(team_id="t", max_budget=20), team=NO).limit is not None


def test_blocked_and_expired_keys_say_so() -> None:
    badges = read("litellm", key=key(blocked=True, expires="2026-09-11T00:12:55.950000+00:00")).badges
    assert badges == ("PAYG", "no budget", "key blocked", "key expired")
    assert read("litellm", key=key(blocked=False, expires="2027-09-11T00:12:55Z")).badges == ("PAYG", "no budget")
    gone = {
        "error": {"message": "Authentication Error - Expired Key. Key Expiry time 2026-09-11", "type": "expired_key"}
    }
    assert refused("litellm", 401, gone).message == "The key has expired."
    assert (
        "blocked"
        in refused("litellm", 401, {"error": {"message": "Key is blocked. Update via `/key/unblock`"}}).message
    )
    assert refused("litellm", 401, {"error": {"message": "Invalid proxy server token"}}).kind == "rejected"


@pytest.mark.parametrize("status", [400, 422, 429])
def test_a_budget_that_is_used_up_is_told_in_disguise(status: int) -> None:
    error = {
        "error": {"message": "Budget has been exceeded! Current cost: 2, Max budget: 1", "type": "budget_exceeded"}
    }
    assert refused("litellm", status, error).kind == "out_of_money"
    assert refused("litellm", 429, {"error": {"message": "slow down", "type": "throttling_error"}}).kind == "limited"


def test_a_master_key_has_no_budget_to_tell() -> None:
    assert refused("litellm", 404, {"error": {"message": "Key not found in database"}}).kind == "unsupported"


@pytest.mark.parametrize("odd", [None, [], {}, {"info": None}, {"info": {}}, {"info": {"max_budget": 5}}])
def test_another_form_is_a_changed_answer(odd: object) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        read("litellm", key=answer(odd))
    with pytest.raises((KeyError, TypeError, ValueError)):
        read("litellm", key=key(max_budget="much"))


def test_the_team_is_asked_for_by_the_id_that_the_key_told_and_the_user_only_where_needed() -> None:
    both = key(team_id="t 1", user_id="u")
    assert asked("team", key=both) == {"team_id": "t 1"}
    assert asked("user", key=both, team=team()) is None
    assert asked("user", key=both, team=NO) == {"user_id": "u"}
    assert asked("team", key=key(user_id="u")) is None and asked("user", key=key(user_id="u")) == {"user_id": "u"}
    for odd in (answer(None), answer([]), answer({"info": None}), answer({"info": []}), NO):
        assert asked("team", key=odd) is None and asked("user", key=odd) is None


def test_everybody_runs_a_proxy_of_their_own_and_v1_is_no_part_of_its_address() -> None:
    provider = known("litellm")
    assert provider.url == "" and "LITELLM_BASE_URL" in provider.base_env and provider.base_suffix == "/v1"
    assert "LITELLM_MASTER_KEY" not in provider.env
