"""Copilot: each trap by its name."""

from datetime import UTC, datetime
from typing import Any

import pytest

from creditsui.domain.reading import Reading
from tests.providers.answering import answer, read, refused
from tests.providers.logins import found, signed, unsigned, usual


class TestCopilot:
    ROUTE = "GET /copilot_internal/user"

    def read(self, premium: Any = None, **changes: Any) -> Reading:
        body = {**usual("copilot", self.ROUTE), **changes}
        if premium is not None:
            body["quota_snapshots"] = {"premium_interactions": premium}
        return read("copilot", usage_by_login=answer(body, credential="login"))

    def test_a_percentage_is_of_what_remains(self) -> None:
        (premium,) = self.read({"percent_remaining": 11.72, "unlimited": False}).windows
        assert (premium.used, premium.limit) == (pytest.approx(0.8828), None)

    @pytest.mark.parametrize(
        "row",
        [
            {"entitlement": -1, "remaining": -1},
            {"entitlement": -1, "remaining": -1, "percent_remaining": 100.0},
            {"entitlement": 300, "remaining": 300, "percent_remaining": 100.0, "unlimited": True},
            {"entitlement": 0, "remaining": 0, "percent_remaining": 0.0, "unlimited": False},
            {},
            None,
        ],
    )
    def test_what_has_no_end_or_is_a_placeholder_is_hidden_and_never_zero(self, row: Any) -> None:
        assert self.read(quota_snapshots={"premium_interactions": row}).windows == ()

    def test_the_premium_quota_counts_credits_where_billing_is_by_token(self) -> None:
        units = [self.read(token_based_billing=billed).windows[0].unit for billed in (True, False, None)]
        assert units == ["credits", "requests", "requests"]
        assert self.read(token_based_billing={"enabled": False}).windows[0].unit == "requests"
        assert self.read(token_based_billing={"enabled": True}).windows[0].unit == "credits"

    def test_what_is_used_beyond_the_quota_is_said(self) -> None:
        row = {"entitlement": 300, "remaining": -36, "percent_remaining": -12.0, "overage_count": 36}
        reading = self.read(row)
        assert (reading.windows[0].used, reading.badges) == (1.0, ("36 beyond the quota",))

    def test_a_seat_of_a_business_may_tell_only_what_it_used(self) -> None:
        reading = self.read({"credits_used": 1210})
        assert (reading.windows, reading.badges) == ((), ("1,210 credits used",))

    @pytest.mark.parametrize(
        ("told", "resets"),
        [
            ({"quota_reset_date_utc": "2026-12-01T00:00:00.000Z"}, datetime(2026, 12, 1, tzinfo=UTC)),
            ({"quota_reset_date": "2026-12-02"}, datetime(2026, 12, 2, tzinfo=UTC)),
            ({"limited_user_reset_date": "2026-12-03"}, datetime(2026, 12, 3, tzinfo=UTC)),
            ({"quota_reset_date_utc": 0, "quota_reset_date": "odd"}, None),
            ({"quota_reset_date": "2026-11-01"}, None),
            ({}, None),
        ],
    )
    def test_the_day_of_the_reset_is_read_where_it_is_told(self, told: Any, resets: datetime | None) -> None:
        names = ("quota_reset_date_utc", "quota_reset_date", "limited_user_reset_date")
        assert self.read(**{**dict.fromkeys(names), **told}).windows[0].resets_at == resets

    def test_the_free_plan_tells_what_remains_beside_what_a_month_brings(self) -> None:
        limited, monthly = {"chat": 250, "completions": 0}, {"chat": 500, "completions": 4000}
        reading = self.read(quota_snapshots=None, limited_user_quotas=limited, monthly_quotas=monthly)
        assert [(one.name, one.used, one.remaining) for one in reading.windows] == [
            ("chat", 0.5, 250.0),
            ("completions", 1.0, 0.0),
        ]
        assert self.read(quota_snapshots=None, limited_user_quotas=limited, monthly_quotas=None).windows == ()

    def test_another_form_is_not_believed(self) -> None:
        for odd in (None, [], {}, {"quota_snapshots": []}):
            with pytest.raises((KeyError, TypeError)):
                read("copilot", usage=answer(odd))

    def test_a_login_of_another_github_is_not_sent_to_this_one(self) -> None:
        login = {"oauth_token": "ghu_x"}
        assert (
            unsigned("copilot", apps={"ghe.example.com:Iv1.x": login, "github.com.evil.example": login}).kind
            == "no_key"
        )
        assert signed("copilot", hosts={"github.com": login}) == {"Authorization": "Bearer ghu_x"}
        assert signed("copilot", apps={"ghe.example.com": {"oauth_token": "no"}, "github.com:Iv1.x": login}) == {
            "Authorization": "Bearer ghu_x"
        }

    @pytest.mark.parametrize(
        ("text", "token"),
        [
            ("github.com:\n    oauth_token: gho_a\n    user: me\n", "gho_a"),
            (
                "github.com:\n  users:\n    me:\n      oauth_token: gho_nested\n  oauth_token: 'gho_b'  # mine\n",
                "gho_b",
            ),
            (
                '# a note: here\n\nghe.example.com:\n    oauth_token: no\n"github.com":\n    oauth_token: "gho_c"\n',
                "gho_c",
            ),
            ("github.com:\n    oauth_token: gho_d\nghe.example.com:\n    oauth_token: no\n", "gho_d"),
            ("github.com:\n    users:\n        me:\n            oauth_token: gho_nested\n    user: me\n", ""),
            ("ghe.example.com:\n    oauth_token: no\n", ""),
            ("github.com:\n    oauth_token:\n", ""),
            ("github.com: {oauth_token: gho_e}\n", ""),
            ("oauth_token: gho_f\n", ""),
            ("", ""),
        ],
    )
    def test_the_hosts_of_gh_are_read_line_by_line(self, text: str, token: str) -> None:
        if token:
            assert signed("copilot", gh=text) == {"Authorization": f"Bearer {token}"}
        else:
            assert unsigned("copilot", gh=text).kind == "no_key"

    def test_a_login_of_gh_does_not_say_that_there_is_a_plan(self) -> None:
        assert not found("copilot", gh="github.com:\n    oauth_token: gho_a\n")
        assert found("copilot", apps={"github.com:Iv1.x": {"oauth_token": "ghu_x"}})

    def test_refusals(self) -> None:
        assert refused("copilot", 401, None, "login").action == "log in to Copilot in your editor"
        assert refused("copilot", 401, None, "key").action == "creditsui key set copilot"
        assert refused("copilot", 404, {"message": "Not Found"}, "login").kind == "unsupported"
