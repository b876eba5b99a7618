"""Cursor: each trap by its name."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from creditsui.domain.money import money
from creditsui.domain.reading import Reading
from creditsui.providers.spec import File
from tests.providers.answering import NOW, answer, known, read
from tests.providers.logins import epoch, signed, unsigned, usual


def jwt(**claims: Any) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"eyJhbGciOiJub25lIn0.{body}.signature"


class TestCursor:
    ROUTE = "GET /api/usage-summary"
    TOKEN = jwt(sub="auth0|user_01", exp=epoch(NOW + timedelta(days=1)))

    def read(self, plan: Any = None, **changes: Any) -> Reading:
        body = {**usual("cursor", self.ROUTE), **changes}
        if plan is not None:
            body["individualUsage"] = {"plan": plan}
        return read("cursor", usage=answer(body, credential="login"))

    def login(self, token: str, **more: str) -> dict[str, str]:
        return {"cursorAuth/accessToken": token, **more}

    def test_the_login_becomes_the_cookie_of_its_own_user(self) -> None:
        assert signed("cursor", login=self.login(self.TOKEN)) == {
            "Cookie": f"WorkosCursorSessionToken=user_01%3A%3A{self.TOKEN}"
        }
        assert signed("cursor", login=self.login(f'"{self.TOKEN}"'))["Cookie"].endswith(self.TOKEN)

    def test_a_token_within_a_minute_of_its_end_is_expired_and_never_refreshed(self) -> None:
        dying = self.login(jwt(sub="user_01", exp=epoch(NOW + timedelta(seconds=59))))
        told = unsigned("cursor", login=dying)
        assert (told.kind, told.action) == ("rejected", "open Cursor once")
        signed("cursor", login=self.login(jwt(sub="user_01", exp=epoch(NOW + timedelta(seconds=61)))))

    @pytest.mark.parametrize("sub", ["user; admin=1", "a\r\nx: y", "", "user 1", None])
    def test_nothing_is_smuggled_into_the_cookie(self, sub: Any) -> None:
        assert unsigned("cursor", login=self.login(jwt(sub=sub, exp=epoch(NOW + timedelta(days=1))))).kind == "changed"
        assert unsigned("cursor", login=self.login(f"{self.TOKEN}; x=1")).kind == "changed"

    def test_only_two_values_of_its_database_are_read_and_the_refresh_token_is_none_of_them(self) -> None:
        (file,) = (ask for ask in known("cursor").asks if isinstance(ask, File))
        assert file.keys == ("cursorAuth/accessToken", "cursorAuth/stripeMembershipType")
        assert (file.format, file.table) == ("sqlite", "ItemTable")

    def test_the_pools_of_a_plan_are_percent_and_each_its_own(self) -> None:
        reading = self.read({"autoPercentUsed": 0.5, "apiPercentUsed": 100, "totalPercentUsed": 20})
        assert [(one.name, one.used) for one in reading.windows] == [("auto", 0.005), ("API", 1.0)]

    def test_the_whole_is_shown_where_there_are_no_pools(self) -> None:
        (month,) = self.read({"used": 2000, "limit": 2000, "totalPercentUsed": 17.7}).windows
        assert (month.name, month.used, month.limit) == ("month", pytest.approx(0.177), None)

    def test_amounts_are_cents(self) -> None:
        (month,) = self.read({"used": 1500, "limit": 2000}).windows
        assert (month.used, month.limit, month.remaining, month.unit) == (0.75, 20.0, 5.0, "usd")

    @pytest.mark.parametrize("plan", [{"enabled": False, "totalPercentUsed": 3}, {"used": 5, "limit": 0}, {"used": 5}])
    def test_what_is_off_or_has_no_limit_is_no_quota(self, plan: Any) -> None:
        assert self.read(plan).badges == ("no limits told",) and self.read(plan).windows == ()
        assert self.read(plan, isUnlimited=True).badges == ("unlimited",)

    def test_what_is_paid_on_demand_has_a_cap_in_cents(self) -> None:
        limit = self.read().limit
        assert limit is not None
        assert (limit.amount, limit.remaining) == (money("50", "USD"), money("37.50", "USD"))
        uncapped = {"enabled": True, "limit": None, "used": 0}
        for off in (
            uncapped,
            {"enabled": False, "limit": 5000, "used": 0},
            {"enabled": True, "limit": 0, "used": 0},
            None,
        ):
            assert self.read(individualUsage={"plan": {"totalPercentUsed": 1}, "onDemand": off}).limit is None

    def test_a_cycle_that_has_ended_brings_no_reset(self) -> None:
        assert self.read(billingCycleEnd="2026-11-01T00:00:00Z").windows[0].resets_at is None
        assert self.read(billingCycleEnd="1797000000000").windows[0].resets_at is not None

    def test_another_form_is_not_believed(self) -> None:
        for odd in (None, [], {}, {"individualUsage": [], "teamUsage": {}}):
            with pytest.raises((KeyError, TypeError)):
                read("cursor", usage=answer(odd))

    def test_the_plan_is_known_before_anybody_is_asked(self) -> None:
        reading = read(
            "cursor", login=answer(self.login(self.TOKEN, **{"cursorAuth/stripeMembershipType": "free_trial"}))
        )
        assert (reading.plan, reading.windows, reading.badges) == ("Free Trial", (), ("logged in",))
