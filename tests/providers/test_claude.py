from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Limit, Reading
from creditsui.providers.spec import Answer, Answers, Feed, File, Get
from tests.providers.answering import NOW, answer, body, known, read, refused, window

PIPED = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)


def login(name: str = "login", **changes: object) -> Answer:
    found = body("claude", name)
    found["claudeAiOauth"].update(changes)
    return answer(found)


def usage(**changes: object) -> Answer:
    return answer({**body("claude", "usage"), **changes}, credential="login")


def status(**changes: object) -> Answer:
    return answer({**body("claude", "status"), **changes})


def headers(now: datetime = NOW, **answers: Answer) -> Any:
    sign = known("claude").login
    assert sign is not None
    return sign(Answers(now, answers))


def problem(**answers: Answer) -> str:
    with pytest.raises(Refused) as caught:
        headers(**answers)
    return caught.value.problem.kind


def test_the_plan_alone_from_the_login_file() -> None:
    reading = read("claude", login=login())
    assert (reading.plan, reading.windows, reading.at, reading.badges) == ("Max 20x", (), NOW, ())


@pytest.mark.parametrize(
    ("type", "tier", "plan"),
    [("pro", "default_claude_ai", "Pro"), ("team", None, "Team"), ("max", "default_raven", "Max"), (None, None, None)],
)
def test_plans(type: object, tier: object, plan: str | None) -> None:
    assert read("claude", login=login(subscriptionType=type, rateLimitTier=tier)).plan == plan


def test_what_claude_code_piped_is_percent_with_epoch_seconds() -> None:
    reading = read("claude", login=login(), status=status())
    assert [(window.name, window.used, window.seconds) for window in reading.windows] == [
        ("5h", 0.27, 18000),
        ("7d", 0.415, 604800),
    ]
    assert window(reading, "5h").resets_at == datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    assert reading.at == PIPED


def test_the_status_line_alone_is_enough() -> None:
    reading = read("claude", status=status())
    assert len(reading.windows) == 2 and reading.plan is None


@pytest.mark.parametrize(
    "limits",
    [None, {}, [], {"five_hour": None}, {"five_hour": {}}, {"five_hour": {"used_percentage": "n/a"}}, "x"],
)
def test_a_status_line_without_limits_says_nothing(limits: object) -> None:
    assert read("claude", login=login(), status=status(rate_limits=limits)).windows == ()


def test_a_half_told_status_line_keeps_what_it_tells() -> None:
    half = {"five_hour": {"used_percentage": 140}, "seven_day": None}
    (only,) = read("claude", status=status(rate_limits=half)).windows
    assert (only.name, only.used, only.resets_at) == ("5h", 1.0, None)


def test_a_status_line_from_an_unknown_time_is_not_believed() -> None:
    assert read("claude", login=login(), status=status(captured_at=None)).windows == ()


def test_the_endpoint_tells_percent_not_fractions_and_cents_not_dollars() -> None:
    reading = read("claude", login=login(), usage=usage())
    assert [(window.name, window.used) for window in reading.windows] == [
        ("5h", 0.11),
        ("7d", 0.005),
        ("7d Sonnet", 0.03),
        ("7d Fable", 0.05),
    ]
    assert reading.limit == Limit(money("20.50", "USD"), money("17.25", "USD"), "monthly")
    assert reading.at == NOW and reading.badges == ()
    assert window(reading, "7d").resets_at == datetime(2026, 11, 25, 9, 0, 0, 282694, tzinfo=UTC)


def test_extra_usage_that_is_off_or_uncapped_or_odd_is_no_limit() -> None:
    for extra in (None, {}, [], {"is_enabled": False, "monthly_limit": 5}, {"is_enabled": True, "monthly_limit": None}):
        assert read("claude", login=login(), usage=usage(extra_usage=extra)).limit is None
    unknown = {"is_enabled": True, "monthly_limit": 2050, "used_credits": None}
    assert read("claude", usage=usage(extra_usage=unknown)).limit == Limit(money("20.5", "USD"), None, "monthly")


def test_extra_usage_is_money_and_no_window_although_it_has_a_utilization() -> None:
    assert all("extra" not in one.name for one in read("claude", usage=usage()).windows)


def test_codenames_and_windows_that_share_the_main_limit_are_left_out() -> None:
    row = {"utilization": 99, "resets_at": "2026-11-25T09:00:00Z"}
    told = usage(seven_day_omelette=row, seven_day_design=row, iguana_necktie=row, seven_day_oauth_apps=row)
    assert max(one.used for one in read("claude", usage=told).windows) < 0.9


def test_all_models_repeats_the_week_and_a_scope_without_a_name_is_none() -> None:
    scopes: list[Any] = [{"model": {"display_name": "All models"}}, {"model": {"display_name": None}}, None]
    week = {"utilization": 9, "resets_at": "2026-11-25T09:00:00Z"}
    limits = [{"kind": "weekly_scoped", "percent": 50, "resets_at": None, "scope": scope} for scope in scopes]
    told = answer({"seven_day": week, "seven_day_opus": None, "limits": limits}, credential="login")
    assert [(one.name, one.used) for one in read("claude", usage=told).windows] == [("7d", 0.09)]


def test_extra_usage_without_a_currency_is_in_dollars() -> None:
    extra = {"is_enabled": True, "monthly_limit": 2050, "used_credits": 325}
    limit = read("claude", usage=usage(extra_usage=extra)).limit
    assert limit == Limit(money("20.5", "USD"), money("17.25", "USD"), "monthly")


def test_a_five_hour_window_that_has_not_started_is_not_zero_percent_of_something() -> None:
    limits = [entry for entry in body("claude", "usage")["limits"] if entry["kind"] != "session"]
    reading = read("claude", login=login(), usage=usage(five_hour=None, limits=limits))
    assert "5h" not in [window.name for window in reading.windows]
    assert reading.badges == ("5h not started",)


def test_a_bad_element_does_not_kill_its_siblings() -> None:
    odd = {"kind": "weekly_scoped", "percent": "x", "scope": {"model": "Fable"}}
    reading = read(
        "claude",
        usage=usage(
            five_hour={"utilization": "?"}, seven_day=[7], limits=[odd, None, 3, *body("claude", "usage")["limits"]]
        ),
    )
    assert [window.name for window in reading.windows] == ["7d Sonnet", "5h", "7d", "7d Fable"]
    assert window(reading, "7d").used == 0.01


def test_a_plan_that_tells_no_numbers_at_all() -> None:
    reading = read("claude", login=login(), usage=answer({"five_hour": None, "seven_day": None}, credential="login"))
    assert reading.windows == () and reading.badges == ("limits not available",)


def test_the_newest_of_status_line_endpoint_and_memory_wins() -> None:
    asked = read("claude", login=login(), usage=usage())
    later = PIPED + timedelta(minutes=20)
    piped = read("claude", asked, later, login=login(), status=status(captured_at=later.isoformat()))
    assert (piped.at, window(piped, "5h").used) == (later, 0.27)
    assert window(piped, "7d Fable").used == 0.05 and piped.limit == asked.limit
    older = read("claude", asked, later, login=login(), status=status())
    assert (older.at, window(older, "5h").used) == (NOW, 0.11)
    both = read("claude", piped, later + timedelta(minutes=1), login=login(), status=status(), usage=usage())
    assert (both.at, window(both, "5h").used) == (later + timedelta(minutes=1), 0.11)


def test_an_older_status_line_does_not_bring_a_window_back_that_has_ended() -> None:
    asked = read("claude", login=login(), usage=usage(five_hour=None, limits=[]))
    later = read("claude", asked, NOW + timedelta(minutes=1), login=login(), status=status())
    assert later == asked and "5h" not in [window.name for window in later.windows]


def test_memory_is_not_made_younger_by_reading_it_again() -> None:
    first = read("claude", login=login(), status=status())
    again = read("claude", first, NOW + timedelta(hours=1), login=login(), status=status())
    assert again == first


def test_a_window_whose_reset_has_passed_is_untouched_again() -> None:
    first = read("claude", login=login(), status=status())
    reading = read("claude", first, datetime(2026, 11, 20, 21, 0, 1, tzinfo=UTC), login=login(), status=status())
    assert (window(reading, "5h").used, window(reading, "5h").resets_at) == (0.0, None)
    assert window(reading, "7d").used == 0.415 and reading.at == PIPED


def test_a_reset_that_had_passed_when_it_was_told_is_none_and_takes_nothing_from_what_was_used() -> None:
    told = answer({"five_hour": {"utilization": 7, "resets_at": "2025-12-23T16:00:00.000Z"}})
    five = window(read("claude", login=login(), usage=told), "5h")
    assert (five.used, five.resets_at) == (0.07, None)


def test_a_status_line_from_the_future_is_as_of_now() -> None:
    assert read("claude", status=status(captured_at="2027-01-01T00:00:00Z")).at == NOW


def test_pitfall_24_blanked_tokens_are_logged_out_not_a_parse_error() -> None:
    with pytest.raises(Refused) as caught:
        read("claude", login=login("blanked"))
    assert (caught.value.problem.kind, caught.value.problem.action) == ("rejected", "log in with claude")
    assert len(read("claude", login=login("blanked"), status=status()).windows) == 2


def test_a_file_with_only_mcp_logins_is_no_login() -> None:
    with pytest.raises(Refused) as caught:
        read("claude", login=answer({"mcpOAuth": {"x": {}}}))
    assert caught.value.problem.kind == "no_key"


def found(**answers: Answer) -> bool:
    look = known("claude").login_found
    assert look is not None
    return look(Answers(NOW, answers))


def test_who_is_logged_in_is_seen_without_asking() -> None:
    assert found(login=login()) and found(status=status())
    assert not found(login=login("blanked")) and not found(login=answer({"mcpOAuth": {}})) and not found()
    assert not found(login=answer(["odd"]))


def test_the_login_signs_the_request() -> None:
    assert headers(login=login()) == {"Authorization": "Bearer sk-ant-oat01-aaaaaaaaaaaaaaaa"}
    assert (
        headers(login=login(scopes=[])) and headers(login=login(scopes=None)) and headers(login=login(expiresAt=None))
    )


def test_an_expired_login_is_never_refreshed_and_says_what_to_do() -> None:
    with pytest.raises(Refused) as caught:
        headers(datetime.fromtimestamp(1795231260, UTC) - timedelta(seconds=59), login=login())
    told = caught.value.problem
    assert (told.kind, told.message, told.action) == (
        "rejected",
        "Claude's login has expired.",
        "open Claude Code once",
    )
    headers(datetime.fromtimestamp(1795231260, UTC) - timedelta(seconds=61), login=login())


def test_a_login_that_may_only_infer_cannot_read_usage() -> None:
    assert problem(login=login(scopes=["user:inference"])) == "wrong_kind"
    assert problem(login=login("blanked")) == "no_key" and problem() == "no_key"


def test_refusals_of_the_endpoint() -> None:
    assert refused("claude", 401, None, "login").action == "open Claude Code once"
    assert refused("claude", 403, {"error": {"type": "permission_error"}}, "login").kind == "wrong_kind"
    page = refused("claude", 403, None, "login", content_type="text/html; charset=utf-8")
    assert page.kind == "busy"


@pytest.mark.parametrize("retry_after", [None, "0", "-5", "soon"])
def test_pitfall_25_429_is_never_an_expired_login_and_a_retry_after_of_0_means_nothing(retry_after: str | None) -> None:
    told = {"error": {"type": "rate_limit_error", "message": "Rate limited. Please try again later."}}
    headers = {} if retry_after is None else {"retry_after": retry_after}
    problem = refused("claude", 429, told, "login", **headers)
    assert (problem.kind, problem.retry_at, problem.told) == ("limited", None, False)


@pytest.mark.parametrize("retry_after", ["1600", format_datetime(NOW + timedelta(seconds=1600), usegmt=True)])
def test_pitfall_25_429_with_seconds_or_a_date(retry_after: str) -> None:
    problem = refused("claude", 429, None, "login", retry_after=retry_after)
    assert (problem.retry_at, problem.told) == (NOW + timedelta(seconds=1600), True)


def test_the_endpoint_is_opt_in_slow_and_soft() -> None:
    file, feed, get = known("claude").asks
    assert isinstance(file, File) and file.roots == (("CLAUDE_CONFIG_DIR", "~/.claude"),)
    assert isinstance(feed, Feed) and feed.file == "claude-status.json"
    assert isinstance(get, Get) and get.method == "GET"
    assert (get.opt_in, get.every, get.failure) == ("login", timedelta(minutes=5), "soft")
    assert get.headers["anthropic-beta"] == "oauth-2025-04-20" and not any(
        key.lower() == "user-agent" for key in get.headers
    )


def test_no_other_shape_of_the_endpoint_is_believed() -> None:
    for odd in (None, [], "<html>"):
        with pytest.raises(TypeError):
            read("claude", login=login(), usage=answer(odd))


def test_an_empty_reading_is_never_better_than_memory() -> None:
    first: Reading = read("claude", login=login(), status=status())
    assert read("claude", first, login=login()).windows == first.windows
