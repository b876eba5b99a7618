"""Plans that a key reads: Kimi Code, Z.ai, MiniMax, Synthetic, Chutes. Each trap by its name."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from creditsui.core import board as boards
from creditsui.core.asking.refresh import refresh
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Reading
from creditsui.providers.spec import Get
from tests.core.conftest import SessionOf, clock, session_of
from tests.providers.answering import answer, known, read, refused, window
from tests.servers import Request, Server

__all__ = ["clock", "session_of"]

STORIES = Path(__file__).parent / "scenarios"


def usual(id: str, route: str) -> Any:
    """What the service usually answers, to be changed here and there."""
    return json.loads((STORIES / f"{id}.json").read_text(encoding="utf-8"))["usual"]["routes"][route]


def why(id: str, **answers: Any) -> Problem:
    with pytest.raises(Refused) as caught:
        read(id, **{name: answer(body) for name, body in answers.items()})
    return caught.value.problem


class TestKimiCode:
    ROUTE = "GET /coding/v1/usages"

    def read(self, **changes: Any) -> Reading:
        return read("kimi-code", answer=answer({**usual("kimi-code", self.ROUTE), **changes}))

    def test_numbers_are_strings_and_stamps_have_nanoseconds(self) -> None:
        week = window(self.read(), "7d")
        assert (week.limit, week.remaining) == (2048.0, 1834.0)
        assert week.resets_at == datetime(2026, 11, 24, 15, 23, 13, 716839, tzinfo=UTC)

    def test_limits_may_be_null(self) -> None:
        assert [one.name for one in self.read(limits=None).windows] == ["7d"]

    @pytest.mark.parametrize(
        ("duration", "unit", "name", "seconds"),
        [
            (300, "TIME_UNIT_MINUTE", "5h", 18000),
            (5, "TIME_UNIT_HOUR", "5h", 18000),
            (1, "TIME_UNIT_DAY", "day", 86400),
            (7, "TIME_UNIT_DAY", "7d", 604800),
        ],
    )
    def test_lengths_are_told_in_units_of_time(self, duration: int, unit: str, name: str, seconds: int) -> None:
        row = {"window": {"duration": duration, "timeUnit": unit}, "detail": {"limit": "10", "remaining": "4"}}
        _, other = self.read(limits=[row]).windows
        assert (other.name, other.seconds, other.used) == (name, seconds, 0.6)

    def test_a_part_that_is_zero_is_left_out_of_the_answer(self) -> None:
        assert self.read(usage={"limit": "100", "used": "100"}).windows[0].used == 1.0
        assert self.read(usage={"limit": "100", "remaining": "100"}).windows[0].used == 0.0

    def test_without_a_week_the_form_has_changed(self) -> None:
        assert why("kimi-code", answer={"limits": None}).kind == "changed"

    def test_the_level_of_a_membership_is_said_in_a_word(self) -> None:
        assert self.read().plan == "Advanced"
        assert self.read(user={"membership": {"level": "LEVEL_NEW"}}).plan == "LEVEL_NEW"
        assert self.read(user=None).plan is None

    def test_its_key_is_not_one_of_moonshot(self) -> None:
        assert known("kimi-code").key_forms == ("sk-kimi-",)


class TestZai:
    ROUTE = "GET /api/monitor/usage/quota/limit"

    def read(self, *limits: Any, **changes: Any) -> Reading:
        data = {**usual("zai", self.ROUTE)["data"], **changes, **({"limits": list(limits)} if limits else {})}
        return read("zai", quota=answer({"code": 200, "success": True, "data": data}))

    def one(self, **row: Any) -> Any:
        (window,) = self.read(row).windows
        return window

    def test_usage_is_the_limit_and_the_percentage_is_of_what_was_used(self) -> None:
        tools = self.read().windows[0]
        assert (tools.limit, tools.remaining, round(tools.used, 6)) == (1000.0, 776.0, 0.224)

    @pytest.mark.parametrize(
        ("unit", "number", "name", "seconds"),
        [(1, 1, "day", 86400), (3, 5, "5h", 18000), (6, 1, "7d", 604800), (5, 1, "month", None), (5, 300, "5h", 18000)],
    )
    def test_units_of_windows(self, unit: int, number: int, name: str, seconds: int | None) -> None:
        found = self.one(type="TOKENS_LIMIT", unit=unit, number=number, percentage=12)
        assert (found.name, found.seconds, found.used) == (name, seconds, 0.12)

    def test_unit_5_is_a_month_of_tool_calls_not_a_minute_and_does_not_stop_the_models(self) -> None:
        tools = self.one(type="TIME_LIMIT", unit=5, number=1, percentage=100)
        assert (tools.name, tools.counts) == ("month", False)

    @pytest.mark.parametrize("unit", [None, 0, 2, 9, "x"])
    def test_a_unit_that_nobody_knows_is_a_quota_without_a_length(self, unit: Any) -> None:
        found = self.one(type="TOKENS_LIMIT", unit=unit, number=5, percentage=12)
        assert (found.name, found.seconds) == ("quota", None)

    def test_unit_5_that_is_neither_a_month_nor_many_minutes_has_no_length(self) -> None:
        assert self.one(type="TOKENS_LIMIT", unit=5, number=5, percentage=12).seconds is None

    def test_resets_are_milliseconds_and_one_that_has_passed_is_none(self) -> None:
        later, earlier = datetime(2026, 11, 20, 21, tzinfo=UTC), datetime(2026, 11, 20, 18, tzinfo=UTC)
        for at, told in ((later, later), (earlier, None)):
            stamp = int(at.timestamp() * 1000)
            assert self.one(type="TOKENS_LIMIT", unit=3, number=5, percentage=1, nextResetTime=stamp).resets_at == told

    def test_the_limit_of_tokens_has_another_name_now(self) -> None:
        found = self.one(type="CREDIT_LIMIT", unit=3, number=5, usage=2000, remaining=400, percentage=80)
        assert (found.unit, found.limit, found.used) == ("credits", 2000.0, 0.8)

    def test_amounts_that_contradict_the_percentage_are_not_shown(self) -> None:
        found = self.one(type="TOKENS_LIMIT", unit=3, number=5, usage=320, currentValue=0, remaining=320, percentage=32)
        assert (found.used, found.limit, found.remaining) == (0.32, None, None)

    @pytest.mark.parametrize("key", ["planName", "plan", "plan_type", "packageName", "level"])
    def test_the_plan_has_several_names(self, key: str) -> None:
        assert self.read(**{"level": None, key: "max"}).plan == "Max"

    def test_success_false_in_a_200_is_an_error(self) -> None:
        told = why("zai", quota={"code": 500, "success": False, "msg": "internal error"})
        assert (told.kind, told.message) == ("unknown", "Z.ai refused: “internal error”.")
        assert why("zai", quota={"code": 200, "success": False, "data": {"limits": []}}).kind == "unknown"

    @pytest.mark.parametrize("code", [401, 1000, 1001, 1002, 1003, "1004"])
    def test_a_rejected_key_in_a_200(self, code: Any) -> None:
        assert why("zai", quota={"code": code, "success": False, "msg": "token expired"}).kind == "rejected"

    @pytest.mark.parametrize(
        "body",
        [
            {"code": 500, "success": False, "msg": "Current user does not have a coding plan"},
            {"code": 200, "success": True, "data": {"limits": []}},
            {"code": 200, "success": True, "data": {}},
            {"code": 200, "success": True, "data": None},
        ],
    )
    def test_no_plan_is_said_in_words_and_is_no_zero(self, body: Any) -> None:
        told = why("zai", quota=body)
        assert told.kind == "unsupported" and "no coding plan" in told.message

    def test_code_1113_is_money_and_no_rate_limit(self) -> None:
        body = {"error": {"code": "1113", "message": "Insufficient balance or no resource package"}}
        assert refused("zai", 429, body).kind == "out_of_money"
        assert why("zai", quota={"code": 1113, "success": False, "msg": "Insufficient balance"}).kind == "out_of_money"
        assert refused("zai", 429, {"error": {"code": "1302", "message": "slow down"}}).kind == "limited"

    async def test_the_plan_of_a_team_is_asked_for_by_type_2_with_both_of_its_ids(self, session_of: SessionOf) -> None:
        async def asked(**params: str) -> tuple[list[Request], str]:
            text = f'[accounts.zai]\nbase_url = "{server.url}"\n[accounts.zai.params]\n'
            text += "".join(f'{name} = "{value}"\n' for name, value in params.items())
            session = session_of(config=text, env={"ZAI_API_KEY": "zai-0123456789abcdef"}, real=True)
            before = len(server.requests)
            await refresh(session, force=True)
            view = boards.board(session).account("zai")
            assert view is not None
            return server.requests[before:], view.problem.action or "" if view.problem is not None else ""

        with Server({("GET", "/api/monitor/usage/quota/limit"): usual("zai", self.ROUTE)}) as server:
            (request,), _ = await asked(organization="org-1", project="proj-2")
            assert request.query == {"type": "2"}
            assert request.headers["bigmodel-organization"] == "org-1"
            assert request.headers["bigmodel-project"] == "proj-2"
            (request,), _ = await asked()
            assert request.query == {} and "bigmodel-project" not in request.headers
            assert await asked(organization="org-1") == ([], "creditsui account set zai project=…")

    def test_a_key_of_china_goes_to_china(self) -> None:
        zai = known("zai")
        assert set(zai.env_regions.values()) == {"https://open.bigmodel.cn"} and "ZAI_API_KEY" not in zai.env_regions
        assert zai.regions == {"https://open.bigmodel.cn": "CNY"} and set(zai.env_regions) < set(zai.env)

    def test_the_undocumented_balance_of_another_host_is_left_alone(self) -> None:
        assert [ask.url for ask in known("zai").asks if isinstance(ask, Get)] == [""]
        assert "balance" not in known("zai").tells


class TestMiniMax:
    ROUTE = "GET /v1/token_plan/remains"

    def read(self, *rows: dict[str, Any], **changes: Any) -> Reading:
        row = {**usual("minimax", self.ROUTE)["model_remains"][0], **changes}
        body = {"base_resp": {"status_code": 0}, "model_remains": [{**row, **one} for one in rows or ({},)]}
        return read("minimax", plan=answer(body))

    def interval(self, **changes: Any) -> Any:
        return self.read(**{f"current_interval_{key}": value for key, value in changes.items()}).windows[0]

    def test_usage_count_is_what_remains_whatever_its_name_says(self) -> None:
        for percent in (25, None):
            found = self.interval(total_count=1000, usage_count=250, remaining_percent=percent)
            assert (found.used, found.remaining, found.limit) == (0.75, 250.0, 1000.0)

    def test_unless_the_percentage_beside_it_shows_that_it_was_used(self) -> None:
        found = self.interval(total_count=1000, usage_count=250, remaining_percent=75)
        assert (found.used, found.remaining) == (0.25, 750.0)
        spent = self.interval(total_count=100, usage_count=100, remaining_percent=None, status=2)
        assert (spent.used, spent.remaining) == (1.0, 0.0)

    def test_without_a_total_the_percentage_of_what_remains_tells(self) -> None:
        found = self.interval(total_count=0, usage_count=0, remaining_percent=96)
        assert (round(found.used, 6), found.limit, found.remaining) == (0.04, None, None)

    def test_no_total_and_no_percentage_is_unknown_never_zero(self) -> None:
        names = [
            one.name
            for one in self.read(current_interval_total_count=0, current_interval_remaining_percent=None).windows
        ]
        assert names == ["7d"]

    def test_a_window_that_is_not_limited_is_hidden(self) -> None:
        assert [one.name for one in self.read(current_weekly_status=3).windows] == ["5h"]

    def test_an_exhausted_window_without_numbers_is_used_up(self) -> None:
        assert self.interval(total_count=0, usage_count=0, remaining_percent=None, status=2).used == 1.0

    def test_a_window_is_named_by_its_own_length(self) -> None:
        hour = self.read(start_time=1795197600000, end_time=1795201200000).windows[0]
        assert (hour.name, hour.seconds) == ("1h", 3600)

    def test_a_quota_that_models_share_is_told_once_and_another_by_its_model(self) -> None:
        video = {"model_name": "video", "current_interval_usage_count": 500, "current_interval_remaining_percent": 50}
        same = self.read({"model_name": "MiniMax-M2"}, {"model_name": "MiniMax-M2.5"})
        assert [one.name for one in same.windows] == ["5h", "7d"]
        assert [one.name for one in self.read({}, {**video}).windows] == ["5h", "7d", "5h video"]

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            (1004, "rejected"),
            (2049, "rejected"),
            (1008, "out_of_money"),
            (1002, "limited"),
            (1013, "busy"),
            (7, "unknown"),
        ],
    )
    def test_errors_come_in_a_200(self, code: int, kind: str) -> None:
        assert why("minimax", plan={"base_resp": {"status_code": code, "status_msg": "no"}}).kind == kind

    def test_a_key_of_pay_as_you_go_is_the_wrong_kind(self) -> None:
        (said,) = known("minimax").prefixes.values()
        assert said.startswith("A pay-as-you-go key") and set(known("minimax").prefixes) == {"sk-api-"}

    def test_an_older_page_takes_over_where_the_newer_is_not_there(self) -> None:
        (plan,) = (ask for ask in known("minimax").asks if isinstance(ask, Get))
        assert (plan.path, plan.older) == ("/v1/token_plan/remains", "/v1/api/openplatform/coding_plan/remains")

    def test_no_models_is_not_zero(self) -> None:
        reading = read("minimax", plan=answer({"model_remains": []}))
        assert (reading.windows, reading.badges) == ((), ("no limits told",))


class TestSynthetic:
    ROUTE = "GET /v2/quotas"

    def read(self, **changes: Any) -> Reading:
        return read("synthetic", quotas=answer({**usual("synthetic", self.ROUTE), **changes}))

    def test_the_next_tick_is_no_reset(self) -> None:
        assert [one.resets_at for one in self.read().windows[:2]] == [None, None]

    def test_the_counter_of_the_older_plan_stays_at_zero_on_a_newer_one_and_is_not_shown(self) -> None:
        assert [(one.name, one.limit) for one in self.read().windows if one.name == "5h"] == [("5h", 640.0)]
        weekly = self.read(rollingFiveHourLimit=None)
        assert [one.name for one in weekly.windows] == ["7d", "search"]

    def test_credits_are_dollars_in_text(self) -> None:
        week = window(self.read(), "7d")
        assert (week.limit, week.remaining, week.unit, week.used) == (120.0, 90.0, "usd", 0.25)

    def test_without_them_the_percentage_of_what_remains_tells(self) -> None:
        week = window(self.read(weeklyTokenLimit={"percentRemaining": 87.5}), "7d")
        assert (week.used, week.limit) == (0.125, None)

    def test_limited_is_used_up(self) -> None:
        assert window(self.read(rollingFiveHourLimit={"remaining": 3, "max": 640, "limited": True}), "5h").used == 1.0

    def test_searches_do_not_stop_the_models(self) -> None:
        assert [one.name for one in self.read().windows if not one.counts] == ["search"]

    def test_no_plan_is_not_zero(self) -> None:
        reading = read("synthetic", quotas=answer({"subscription": {"limit": 0, "requests": 0}}))
        assert (reading.windows, reading.badges) == ((), ("no subscription",))
        with pytest.raises(KeyError):
            read("synthetic", quotas=answer({"error": "odd"}))


class TestChutes:
    CAPS = "GET /users/me/subscription_usage"

    def read(self, **changes: Any) -> Reading:
        more = {"account": answer({"balance": 14.0054}), "quota": answer({"quota": 5000, "used": 59.0})}
        return read("chutes", **{"caps": answer({**usual("chutes", self.CAPS), **changes}), **more})

    def test_the_monthly_reset_that_has_long_passed_does_not_refill_the_month(self) -> None:
        month = window(self.read(), "month")
        assert (month.used, month.resets_at) == (0.25, None)

    def test_caps_are_dollars_of_the_plan_and_no_balance(self) -> None:
        reading = self.read()
        assert [one.remaining.micros for one in reading.balances] == [14_005_400]
        assert window(reading, "4h").unit == "usd" and window(reading, "4h").limit == 8.3333

    def test_a_quota_without_an_end_is_none(self) -> None:
        unlimited = read("chutes", caps=answer({}), quota=answer({"quota": "unlimited", "used": 0}))
        assert unlimited.windows == () and unlimited.balances == ()
        assert read("chutes", caps=answer({}), quota=answer({"quota": 0, "used": 0})).windows == ()
