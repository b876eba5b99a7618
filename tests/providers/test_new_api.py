from collections.abc import Mapping
from decimal import Decimal

import pytest

from creditsui.domain.money import Money, money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Limit, Reading
from creditsui.providers.spec import Answer, Answers, Get
from tests.providers.answering import NOW, answer, known, read, refused


def usd(value: str) -> Money:
    return money(value, "USD")


def status(**told: object) -> Answer:
    return answer({"success": True, "data": {"quota_per_unit": 500000, "quota_display_type": "USD"} | told})


def token(used: object = 2_500_000, left: object = 7_500_000, **told: object) -> Answer:
    usual = {"total_used": used, "total_available": left, "unlimited_quota": False, "expires_at": 0}
    return answer({"code": True, "message": "ok", "data": usual | told})


def account(quota: object = 20_000_000, used: object = 5_000_000) -> Answer:
    return answer({"success": True, "data": {"quota": quota, "used_quota": used}}, credential="admin_key")


def billing(limit: object, used: object, until: object = 0) -> dict[str, Answer]:
    subscription = {"object": "billing_subscription", "hard_limit_usd": limit, "access_until": until}
    return {"subscription": answer(subscription), "usage": answer({"object": "list", "total_usage": used})}


NO = answer(None, 404)


def ask(name: str) -> Get:
    found = next(one for one in known("new-api").asks if one.name == name)
    assert isinstance(found, Get)
    return found


def asked(name: str, **answers: Answer) -> bool:
    when = ask(name).when
    return when is None or when(Answers(NOW, answers))


def left(reading: Reading) -> list[Money]:
    return [one.remaining for one in reading.balances]


def test_a_tokens_quota_is_a_cap_and_500000_units_are_a_dollar_where_the_site_says_so() -> None:
    reading = read("new-api", status=status(), token=token())
    assert reading.limit == Limit(usd("20"), usd("15")) and reading.balances == ()
    assert reading.spend is not None and reading.spend.all == usd("5") and reading.badges == ()
    assert read("new-api", status=status(quota_per_unit=1_000_000), token=token()).limit == Limit(usd("10"), usd("7.5"))


def test_a_site_that_shows_yuan_is_read_in_yuan() -> None:
    shown = status(quota_display_type="CNY", usd_exchange_rate=Decimal("7.3"))
    assert read("new-api", status=shown, token=token()).limit == Limit(money("146", "CNY"), money("109.5", "CNY"))
    for rate in (None, 0, "x"):
        reading = read("new-api", status=status(quota_display_type="CNY", usd_exchange_rate=rate), token=token())
        assert reading.limit == Limit(money(10_000_000, "quota"), money(7_500_000, "quota"))


@pytest.mark.parametrize(
    "told", [{"quota_display_type": "TOKENS"}, {"quota_display_type": None, "display_in_currency": False}]
)
def test_a_site_that_shows_units_is_read_in_units(told: dict[str, object]) -> None:
    reading = read("new-api", status=status(**told), token=token(), **billing(9_000_000, 100_000_000))
    assert reading.limit == Limit(money(10_000_000, "quota"), money(7_500_000, "quota"))
    assert left(reading) == [money(8_000_000, "quota")] and reading.badges == ()


@pytest.mark.parametrize(
    "unknown", [NO, answer(None), status(quota_per_unit=0), status(quota_per_unit=None), status(quota_per_unit="x")]
)
def test_what_a_unit_is_worth_is_never_guessed_silently(unknown: Answer) -> None:
    reading = read("new-api", status=unknown, token=token())
    assert reading.limit == Limit(money(10_000_000, "quota"), money(7_500_000, "quota"))
    assert reading.badges == ("unit not told",)
    reading = read("new-api", status=unknown, token=NO, **billing(10, 250))
    assert reading.limit == Limit(usd("10"), usd("7.5")) and reading.badges == ("taken for dollars",)


def test_a_currency_of_the_sites_own_stays_in_dollars_of_quota() -> None:
    shown = status(quota_display_type="CUSTOM", custom_currency_symbol="T", custom_currency_exchange_rate=2)
    reading = read("new-api", status=shown, token=token(), **billing(80, 250))
    assert reading.limit == Limit(usd("20"), usd("15")) and reading.balances == ()


def test_usage_is_in_hundredths() -> None:
    reading = read("new-api", status=status(), token=NO, **billing(Decimal("10.5"), Decimal("123.4")))
    assert reading.limit == Limit(usd("10.5"), usd("9.266"))
    assert reading.spend is not None and reading.spend.all == usd("1.234")


def test_100000000_is_no_balance_but_a_token_without_a_cap() -> None:
    for answers in ({"token": NO}, {"token": token(left=-5, unlimited_quota=True)}):
        reading = read("new-api", status=status(), **answers, **billing(100_000_000, 123))
        assert reading.balances == () and reading.limit is None and reading.badges == ("PAYG", "no token cap")
        assert reading.spend is not None


def test_billing_routes_that_speak_of_the_account_tell_its_balance() -> None:
    capped = read("new-api", status=status(), token=token(), **billing(50, 1000))
    assert left(capped) == [usd("40")] and capped.limit == Limit(usd("20"), usd("15"))
    assert capped.spend is not None and capped.spend.all == usd("10")
    free = read("new-api", status=status(), token=token(left=-5, unlimited_quota=True), **billing(50, 1000))
    assert left(free) == [usd("40")] and free.limit is None and free.badges == ()


def test_billing_routes_that_speak_of_the_token_are_no_balance_even_while_it_spends() -> None:
    for used in (500, 512):
        reading = read("new-api", status=status(), token=token(), **billing(20, used))
        assert reading.balances == () and reading.limit == Limit(usd("20"), usd("15"))


def test_an_access_token_tells_the_account_and_billing_is_not_asked() -> None:
    reading = read("new-api", status=status(), token=token(), self=account())
    assert left(reading) == [usd("40")] and reading.limit == Limit(usd("20"), usd("15"))
    assert reading.spend is not None and reading.spend.all == usd("10")
    assert not asked("subscription", self=account()) and asked("subscription", self=NO) and asked("subscription")
    assert left(read("new-api", status=status(), self=account(-500_000))) == [usd("-1")]


def test_an_access_token_that_is_refused_with_200_leaves_the_token_standing() -> None:
    bad = answer({"success": False, "message": "无权进行此操作，access token 无效"}, credential="admin_key")
    reading = read("new-api", status=status(), token=token(), self=bad)
    assert reading.limit is not None and reading.badges == ("account not told",)
    assert asked("subscription", self=bad)
    with pytest.raises(Refused) as caught:
        read("new-api", status=status(), self=bad)
    assert caught.value.problem.message == "The gateway rejected the access token."


def test_a_cap_is_told_also_where_its_use_is_not() -> None:
    reading = read("new-api", status=status(), token=NO, subscription=billing(10, 0)["subscription"], usage=NO)
    assert reading.limit == Limit(usd("10")) and reading.badges == () and reading.spend is None


def test_a_passing_failure_does_not_turn_one_number_into_another() -> None:
    before, busy = Reading(at=NOW, limit=Limit(usd("20"), usd("15"))), answer(None, 502)
    rest = {"status": status(), "token": token(), **billing(50, 1000)}
    for name in rest:
        with pytest.raises(Refused) as caught:
            read("new-api", before, **rest | {name: busy})
        assert caught.value.problem.kind == "busy"
    assert read("new-api", **rest | {"status": busy}).badges == ("unit not told",)


def test_refusals_come_with_200_and_in_two_languages() -> None:
    for body in (
        {"success": False, "message": "record not found"},
        {"error": {"message": "无效的令牌", "type": "one_api_error"}},
    ):
        with pytest.raises(Refused) as caught:
            read("new-api", status=status(), token=answer(body), subscription=NO)
        assert caught.value.problem.kind == "rejected"
    for message in ("该令牌额度已用尽", "token quota exhausted"):
        assert refused("new-api", 401, {"error": {"message": message}}).kind == "out_of_money"
    for message in ("该令牌已过期", "This token has expired"):
        assert refused("new-api", 401, {"error": {"message": message}}).message == "The token has expired."
    assert refused("new-api", 403, {"error": {"message": "用户已被封禁"}}).kind == "forbidden"
    assert refused("new-api", 429, {}).kind == "limited"


def test_the_id_of_the_user_must_stand_beside_an_access_token() -> None:
    assert ask("self").headers == {"New-Api-User": "{user}"} and ask("self").credential == ("admin_key",)
    for message in ("无权进行此操作，未提供 New-Api-User", "Unauthorized, New-Api-User header not provided"):
        problem = refused("new-api", 401, {"success": False, "message": message}, credential="admin_key")
        assert (problem.kind, problem.action) == ("no_key", "creditsui account set new-api user=…")


def test_a_gateway_that_has_none_of_the_routes_is_unsupported() -> None:
    with pytest.raises(Refused) as caught:
        read("new-api", status=NO, token=NO, subscription=NO)
    assert caught.value.problem.kind == "unsupported"


def test_a_route_that_is_missing_says_less_than_one_that_refuses() -> None:
    with pytest.raises(Refused) as caught:
        read("new-api", status=NO, token=NO, subscription=answer({"error": {"message": "无效的令牌"}}, 401))
    assert caught.value.problem.kind == "rejected"


def test_an_expired_token_says_so() -> None:
    assert read("new-api", status=status(), token=token(expires_at=1_700_000_000)).badges == ("token expired",)
    assert read("new-api", status=status(), token=NO, **billing(10, 1, 1_700_000_000)).badges == ("token expired",)
    assert read("new-api", status=status(), token=token(expires_at=0), **billing(20, 500, 0)).badges == ()


@pytest.mark.parametrize("odd", [{"total_used": 1}, {"total_used": "x", "total_available": 1}, {}])
def test_another_form_is_a_changed_answer(odd: Mapping[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        read("new-api", status=status(), token=answer({"code": True, "data": odd}))
    for limit, used in ((None, 5), ("x", 5), (10, None), (10, [])):
        with pytest.raises((KeyError, TypeError, ValueError)):
            read("new-api", status=status(), token=NO, **billing(limit, used))
    with pytest.raises(Refused) as caught:
        read("new-api", status=status(), token=answer([]))
    assert caught.value.problem.kind == "changed"


def test_the_public_status_is_asked_without_a_key() -> None:
    assert ask("status").auth("sk-0123456789") == {}


def test_the_tokens_route_ends_in_a_slash_because_redirects_are_not_followed() -> None:
    assert ask("token").path == "/api/usage/token/"


def test_a_range_that_is_heeded_makes_usage_no_less() -> None:
    query = ask("usage").query
    assert query is not None and query(Answers(NOW, {})) == {"start_date": "2023-01-01", "end_date": "2026-11-21"}
    assert asked("usage", **billing(1, 1)) and not asked("usage", subscription=NO) and not asked("usage")


def test_everybody_runs_a_gateway_of_their_own() -> None:
    provider = known("new-api")
    assert provider.url == "" and provider.base_suffix == "/v1"
    assert {"NEW_API_BASE_URL", "ONE_API_BASE_URL"} <= set(provider.base_env)
