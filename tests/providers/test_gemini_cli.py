"""Gemini CLI: each trap by its name."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from creditsui.domain.problem import Refused
from creditsui.domain.reading import Reading, Window
from creditsui.providers.spec import Answers, Get
from tests.providers.answering import NOW, answer, known, read, refused, window
from tests.providers.logins import epoch, signed, unsigned, usual


class TestGeminiCli:
    QUOTA = "POST /v1internal:retrieveUserQuota"
    ASSIST = "POST /v1internal:loadCodeAssist"
    LOGIN: ClassVar = {
        "access_token": "ya29.x",
        "refresh_token": "1//x",
        "expiry_date": epoch(NOW + timedelta(hours=1)) * 1000,
    }

    def read(self, *buckets: Any, **changes: Any) -> Reading:
        assist = {**usual("gemini-cli", self.ASSIST), **changes}
        quota = {"buckets": list(buckets)} if buckets else usual("gemini-cli", self.QUOTA)
        return read("gemini-cli", assist=answer(assist), quota=answer(quota))

    def bodies(self, assist: Any, **params: str) -> tuple[Any, Any, bool]:
        """What is sent to both pages, and whether the second is asked."""
        first, second = (ask for ask in known("gemini-cli").asks if isinstance(ask, Get))
        assert callable(first.body) and callable(second.body) and second.when is not None
        before, after = Answers(NOW, {}, params=params), Answers(NOW, {"assist": answer(assist)}, params=params)
        return first.body(before), second.body(after), second.when(after)

    def test_a_fraction_is_of_what_remains_and_the_lowest_of_a_model_counts(self) -> None:
        reading = self.read()
        assert [(one.name, round(one.used, 3)) for one in reading.windows] == [
            ("gemini-2.5-flash", 0.007),
            ("gemini-2.5-pro", 0.75),
        ]

    def test_a_model_without_a_fraction_is_unknown_never_used_up(self) -> None:
        assert self.read({"modelId": "a"}, {"remainingFraction": 0.5}, 3).windows == ()
        assert self.read({"modelId": "a", "remainingFraction": 0}).windows == (Window("a", 1.0),)

    @pytest.mark.parametrize(
        ("told", "project"),
        [("p-1", "p-1"), ({"id": "p-2"}, "p-2"), ({"projectId": "p-3"}, "p-3"), (None, None), ({}, None)],
    )
    def test_the_project_of_the_first_answer_is_asked_about(self, told: Any, project: str | None) -> None:
        assist = {"currentTier": {"id": "standard-tier"}, "cloudaicompanionProject": told}
        _, second, asked = self.bodies(assist)
        assert asked and second == ({"project": project} if project else {})

    def test_a_project_that_the_account_names_comes_first(self) -> None:
        first, second, _ = self.bodies({"currentTier": {}, "cloudaicompanionProject": "other"}, project="mine")
        assert first["cloudaicompanionProject"] == "mine" and second == {"project": "mine"}

    def test_it_does_not_say_to_be_the_program_whose_login_it_reads(self) -> None:
        first, _, _ = self.bodies({})
        assert "GEMINI_CLI" not in json.dumps(first)

    @pytest.mark.parametrize("reason", ["UNSUPPORTED_CLIENT", "DASHER_USER"])
    def test_a_login_that_google_no_longer_serves_is_unsupported_and_asked_no_further(self, reason: str) -> None:
        assist = {"ineligibleTiers": [{"reasonCode": reason, "tierId": "free-tier"}]}
        assert not self.bodies(assist)[2]
        with pytest.raises(Refused) as caught:
            read("gemini-cli", login=answer(self.LOGIN), assist=answer(assist))
        told = caught.value.problem
        assert told.kind == "unsupported" and told.action is not None and "API key" in told.action

    def test_another_tier_that_is_refused_beside_the_current_one_is_no_matter(self) -> None:
        assert self.read(ineligibleTiers=[{"reasonCode": "UNSUPPORTED_CLIENT"}]).windows

    @pytest.mark.parametrize(
        "body",
        [{"error": {"details": [{"reason": "UNSUPPORTED_CLIENT"}]}}, {"error": {"message": "IneligibleTierError: no"}}],
    )
    def test_the_same_said_as_an_error(self, body: Any) -> None:
        assert refused("gemini-cli", 403, body, "login").kind == "unsupported"
        assert refused("gemini-cli", 403, {"error": {"message": "no"}}, "login").kind == "forbidden"

    def test_its_end_is_told_in_milliseconds(self) -> None:
        assert signed("gemini-cli", login=self.LOGIN) == {"Authorization": "Bearer ya29.x"}
        dying = {**self.LOGIN, "expiry_date": (epoch(NOW) + 59) * 1000}
        assert unsigned("gemini-cli", login=dying).action == "open Gemini CLI once"

    @pytest.mark.parametrize(
        ("settings", "kind"),
        [
            ({"selectedAuthType": "oauth-personal"}, ""),
            ({"security": {"auth": {"selectedType": "oauth-personal"}}}, ""),
            ({"security": {"auth": {"selectedType": "gemini-api-key"}}}, "unsupported"),
            (
                {"security": {"auth": {"selectedType": "vertex-ai"}}, "selectedAuthType": "oauth-personal"},
                "unsupported",
            ),
            ({"selectedAuthType": "gemini-api-key"}, "unsupported"),
            ({"security": "odd"}, ""),
            ([], ""),
        ],
    )
    def test_a_way_to_log_in_without_a_quota(self, settings: Any, kind: str) -> None:
        if kind:
            assert unsigned("gemini-cli", login=self.LOGIN, settings=settings).kind == kind
        else:
            assert signed("gemini-cli", login=self.LOGIN, settings=settings)

    def test_the_paid_tier_names_the_plan(self) -> None:
        assert self.read().plan == "Gemini Code Assist Standard"
        assert self.read(paidTier=None).plan == "Gemini Code Assist"
        assert self.read(paidTier=None, currentTier={"id": "standard-tier"}).plan == "standard-tier"

    def test_what_was_read_stands_until_its_reset(self) -> None:
        first = self.read()
        login = answer(self.LOGIN)
        later = read("gemini-cli", first, NOW + timedelta(hours=1), login=login)
        assert (later.windows, later.at, later.plan) == (first.windows, first.at, first.plan)
        after = read("gemini-cli", first, datetime(2026, 11, 21, 9, tzinfo=UTC), login=login)
        assert window(after, "gemini-2.5-pro").used == 0.0
