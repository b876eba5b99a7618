import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.problem import Refused
from creditsui.providers import catalogue, get, refusals
from creditsui.providers.spec import Answer, Provider
from tests.providers.answering import NOW, answer, known, read, refused


def error(**fields: object) -> dict[str, object]:
    return {"error": fields}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, error(message="API key not valid. Please pass a valid API key."), "rejected"),
        (400, error(message="Your credit balance is too low to access the API."), "out_of_money"),
        (400, error(message="max_tokens is too large"), "unknown"),
        (400, None, "unknown"),
        (401, None, "rejected"),
        (401, error(message="insufficient_quota"), "out_of_money"),
        (402, None, "out_of_money"),
        (402, error(metadata={"limit_source": "openrouter_in_flight_budget"}), "limited"),
        (403, None, "forbidden"),
        (403, error(message="Only management keys can perform this operation"), "wrong_kind"),
        (
            403,
            error(message="Your request was made with a secret key; it must be made with a session key"),
            "wrong_kind",
        ),
        (404, None, "unsupported"),
        (407, None, "offline"),
        (408, None, "busy"),
        (418, None, "unknown"),
        (429, None, "limited"),
        (429, error(code="insufficient_quota"), "out_of_money"),
        (429, error(type="exceeded_current_quota_error"), "out_of_money"),
        (429, error(code="1113", message="余额不足"), "out_of_money"),
        (429, error(code=1113), "out_of_money"),
        (429, error(details=[{"reason": "enforced_spend_limit_reached"}]), "out_of_money"),
        (500, None, "busy"),
        (502, "<html>", "busy"),
        (503, None, "busy"),
        (511, None, "offline"),
        (529, None, "busy"),
        (301, None, "changed"),
        (307, None, "changed"),
        (304, None, "changed"),
    ],
)
def test_the_table(status: int, body: object, kind: str) -> None:
    assert refused("vercel", status, body).kind == kind


TRAPS = json.loads((Path(__file__).parent / "refusals.json").read_text(encoding="utf-8"))
"""Refusals, as services word them, that are easily taken for another: the kind each must be told as."""


def named(id: str) -> Provider:
    """The service; for one that is not asked, one that says nothing of its own."""
    return get(id) or replace(known("vercel"), id=id, name=id.title(), refuse=None)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: f"{trap['id']}: {trap['trap']}".replace(" ", "-"))
def test_no_refusal_is_taken_for_another(trap: dict[str, Any]) -> None:
    credential, headers = trap.get("credential", "key"), trap.get("headers", {})
    sent = Answer(trap["status"], trap.get("body"), headers, at=NOW, credential=credential)
    problem = refusals.problem(named(trap["id"]), sent)
    assert (problem.kind, problem.told) == (trap["kind"], trap.get("told", False))
    assert problem.kind != "out_of_money" or (problem.retry_at is None and problem.action)


@pytest.mark.parametrize(
    ("id", "name", "body", "kind"),
    [
        ("minimax", "plan", {"base_resp": {"status_code": 1004, "status_msg": "login fail"}}, "rejected"),
        ("minimax", "plan", {"base_resp": {"status_code": 2013, "status_msg": "invalid params"}}, "unknown"),
        ("moonshot", "answer", {"code": 5, "status": False, "scode": "0x5", "data": {}}, "unknown"),
        ("zai", "quota", {"code": 1001, "success": False, "msg": "token expired"}, "rejected"),
        ("siliconflow", "answer", {"code": 20012, "status": False, "message": "no", "data": None}, "unknown"),
        ("runpod", "answer", {"errors": [{"message": "no such field"}], "data": None}, "unknown"),
        ("cohere", "answer", {"valid": False}, "rejected"),
    ],
)
def test_a_200_that_says_no_is_a_refusal_never_an_empty_reading(id: str, name: str, body: Any, kind: str) -> None:
    with pytest.raises(Refused) as told:
        read(id, **{name: answer(body)})
    assert told.value.problem.kind == kind


def test_a_name_that_sounds_like_money_in_a_request_that_is_too_large_is_no_empty_purse() -> None:
    body = error(message="Keep a balance of turns; remove some messages", code="context_length_exceeded")
    assert refused("vercel", 400, body).kind == "unknown"


def test_429_with_1113_in_an_id_or_a_sentence_is_no_empty_purse() -> None:
    body = {"error": {"code": "rate_limit_exceeded", "message": "Limit 1113 TPM"}, "request_id": "1113", "id": 1113}
    assert refused("vercel", 429, body).kind == "limited"


def test_a_web_page_with_403_is_not_the_providers_word() -> None:
    assert refused("groq", 403, None, content_type="text/html; charset=UTF-8").kind == "busy"
    assert refused("groq", 403, {"error": {"message": "no"}}, content_type="application/json").kind == "forbidden"


def test_messages_are_short_plain_and_say_the_next_step() -> None:
    problem = refused("groq", 401, error(message="Invalid API Key"))
    assert problem.message == "Groq rejected the key." and problem.action == "creditsui key set groq"
    assert (
        refused("openai", 401, error(code="invalid_api_key"), "admin_key").message == "OpenAI rejected the admin key."
    )
    assert refused("vercel", 402).action == f"top up at {known('vercel').console_url}"


def test_a_long_word_of_the_provider_is_quoted_shortened() -> None:
    message = refused("groq", 418, error(message="no " * 400)).message
    assert len(message) < 180 and "…" in message
    assert refused("groq", 418, error(message="a\nb.")).message == "Groq refused (418): “a b”."


def test_the_providers_sentence_is_found_where_they_put_it() -> None:
    for body in (
        {"error": {"message": "why"}},
        {"message": "why"},
        {"detail": "why"},
        {"error": "why"},
        {"msg": "why"},
        [{"error": {"message": "why"}}],
    ):
        assert refusals.message(answer(body, 400)) == "why"
    for odd in (None, [], {}, "why", {"error": []}, {"detail": [{"msg": "x"}]}, 7):
        assert refusals.message(answer(odd, 400)) == ""


def retry(value: str, **more: str) -> float | None:
    at = refusals.retry_at(answer(None, 429, {"retry-after": value, **more}))
    return None if at is None else (at - NOW).total_seconds()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("12", 12),
        (" 12 ", 12),
        ("0.2", 1),
        ("90000", 3600),
        ("99999999999999999999999", 3600),
        ("0", None),
        ("-5", None),
        ("", None),
        ("soon", None),
        ("NaN", None),
        ("inf", None),
        ("12 seconds", None),
    ],
)
def test_retry_after_in_seconds(value: str, seconds: float | None) -> None:
    assert retry(value) == seconds


def test_retry_after_as_a_date() -> None:
    assert retry(format_datetime(NOW + timedelta(minutes=2), usegmt=True)) == 120
    assert retry(format_datetime(NOW - timedelta(minutes=2), usegmt=True)) is None
    assert retry(format_datetime(NOW + timedelta(days=2), usegmt=True)) == 3600


def test_retry_after_as_a_date_counts_by_the_senders_clock() -> None:
    theirs = NOW + timedelta(hours=7)
    sent = format_datetime(theirs, usegmt=True)
    assert retry(format_datetime(theirs + timedelta(seconds=30), usegmt=True), date=sent) == 30


def test_retry_after_needs_to_know_when() -> None:
    assert refusals.retry_at(Answer(429, None, {"retry-after": "5"})) is None


def test_told_is_only_what_the_provider_said() -> None:
    assert refused("groq", 429).told is False
    problem = refused("groq", 429, None, retry_after="7")
    assert (problem.told, problem.retry_at) == (True, NOW + timedelta(seconds=7))
    assert refused("groq", 503, None, retry_after="7").told is True


@pytest.mark.parametrize("delay", ["45.8s", "1m0s", "soon", None, 7, {}])
def test_the_delay_in_googles_body(delay: object) -> None:
    body = error(details=["odd", {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}])
    seconds = {"45.8s": 45.8, "1m0s": 60.0}.get(str(delay))
    at = refused("google", 429, body).retry_at
    assert at == (None if seconds is None else NOW + timedelta(seconds=seconds))


bodies = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=30)
    | st.sampled_from(["1113", "insufficient_quota", "code"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["error", "message", "code", "details", "type", "retryDelay", "x"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(
    st.sampled_from(sorted(catalogue())),
    st.integers(100, 599).filter(lambda status: not 200 <= status < 300),
    bodies,
    st.sampled_from(["key", "admin_key", "login", ""]),
    st.text(max_size=40),
)
def test_every_refusal_is_a_problem(id: str, status: int, body: object, credential: str, retry_after: str) -> None:
    headers = {"retry-after": retry_after, "content-type": "text/html"}
    problem = refusals.problem(known(id), Answer(status, body, headers, at=datetime.now(UTC), credential=credential))
    assert 0 < len(problem.message) < 250 and "\n" not in problem.message
    assert problem.told == (problem.retry_at is not None)


@given(st.recursive(st.just("x"), lambda inner: st.fixed_dictionaries({"error": inner, "code": inner}), max_leaves=200))
def test_a_deep_body_is_looked_at_only_so_far(body: object) -> None:
    assert refused("groq", 429, body).kind == "limited"
