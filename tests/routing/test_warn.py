"""What is said before a primary is changed."""

from typing import Any

import pytest

from creditsui.routing.route import Choice, Route
from creditsui.routing.warn import skips, warnings

NEW = Choice("gemini", "Gemini-Big")
OLD = Route(Choice("deepseek", "deepseek-chat"))


@pytest.mark.parametrize(
    ("job", "skipped"),
    [
        ({"provider_snapshot": "deepseek"}, True),
        ({"model_snapshot": "deepseek-chat"}, True),
        ({"provider_snapshot": "gemini", "model_snapshot": "deepseek-chat"}, True),
        ({"provider_snapshot": " GEMINI ", "model_snapshot": "gemini-big"}, False),
        ({"provider_snapshot": "deepseek", "provider": "deepseek"}, False),
        ({"provider_snapshot": "deepseek", "provider": " "}, True),
        ({"provider_snapshot": "deepseek", "enabled": False}, False),
        ({"provider_snapshot": "deepseek", "state": "paused"}, False),
        ({"provider_snapshot": "deepseek", "no_agent": True}, False),
        ({"provider_snapshot": None, "model_snapshot": 3}, False),
        ({}, False),
    ],
)
def test_a_job_is_skipped_where_hermes_skips_it(job: dict[str, Any], skipped: bool) -> None:
    assert skips(job, NEW) is skipped


def test_jobs_are_named_and_many_are_counted() -> None:
    one = {"provider_snapshot": "deepseek", "name": "news\u202e\n\x1b[31m"}
    assert warnings([one], None, None, Route(NEW), OLD) == (
        "Hermes will skip a scheduled job that follows the primary, until it is pinned: news [31m.",
    )
    many = [{"provider_snapshot": "deepseek", "id": f"{number}"} for number in range(7)]
    (said,) = warnings(many, None, None, Route(NEW), OLD)
    assert said.endswith("until they are pinned: 0, 1, 2, 3, 4 and 2 more.")


def test_jobs_and_the_length_of_context_matter_only_where_the_primary_changes() -> None:
    jobs = [{"provider_snapshot": "xai"}]
    behind = Route(OLD.primary, NEW)
    assert warnings(jobs, None, 64000, behind, OLD) == ()
    assert len(warnings(jobs, None, 64000, Route(NEW), OLD)) == 2
    assert len(warnings(jobs, None, 64000, Route(NEW), None)) == 2


def test_a_gateway_matters_whatever_changes() -> None:
    (said,) = warnings([], 77, None, Route(OLD.primary, NEW), OLD)
    assert said == "A gateway runs (process 77): what it began keeps the old model until it is restarted."
