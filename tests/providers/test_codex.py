import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Balance, Limit, Reading
from creditsui.providers.spec import Answer, Answers, File, Get
from tests.providers.answering import NOW, answer, body, known, read, refused, text, window

EVENT = datetime(2026, 11, 20, 18, 0, 2, tzinfo=UTC)
AUTH = "https://api.openai.com/auth"


def token(**claims: object) -> str:
    """A token whose payload is not padded, as the standard has it."""
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{payload}.c2ln"


def login(**changes: object) -> Answer:
    tokens = {
        "id_token": token(
            email="e@example.com", **{AUTH: {"chatgpt_plan_type": "plus", "chatgpt_account_id": "acc-claim"}}
        ),
        "access_token": token(exp=int(NOW.timestamp()) + 3600),
        "refresh_token": "r",
        "account_id": "acc-1",
        **changes,
    }
    return answer(
        {"auth_mode": "chatgpt", "OPENAI_API_KEY": None, "tokens": tokens, "last_refresh": "2026-11-20T12:00:00Z"}
    )


def sessions(*files: str) -> Answer:
    return answer(tuple(files or (text("codex", "rollout.jsonl"),)))


def event(at: str, **limits: object) -> str:
    payload = {"type": "token_count", "info": None, "rate_limits": limits}
    return json.dumps({"timestamp": at, "type": "event_msg", "payload": payload})


def usage(**changes: object) -> Answer:
    return answer({**body("codex", "usage"), **changes}, credential="login")


def headers(now: datetime = NOW, **answers: Answer) -> Any:
    sign = known("codex").login
    assert sign is not None
    return sign(Answers(now, answers))


def names(reading: Reading) -> list[str]:
    return [window.name for window in reading.windows]


def test_the_plan_at_once_from_the_claims_of_the_token() -> None:
    reading = read("codex", login=login())
    assert (reading.plan, reading.windows, reading.at) == ("Plus", (), NOW)


@pytest.mark.parametrize("length", range(4))
def test_claims_of_any_length_are_padded(length: int) -> None:
    told = token(pad="x" * length, **{AUTH: {"chatgpt_plan_type": "prolite"}})
    assert read("codex", login=login(id_token=told)).plan == "Pro 5x"


@pytest.mark.parametrize("odd", ["", "a.b", "a.!!!.c", "a.bm90IGpzb24.c", "a.WzFd.c", None, 7])
def test_a_token_that_cannot_be_read_has_no_plan(odd: object) -> None:
    assert read("codex", login=login(id_token=odd)).plan is None


def test_an_unknown_plan_survives() -> None:
    told = token(**{AUTH: {"chatgpt_plan_type": "self_serve_business"}})
    assert read("codex", login=login(id_token=told)).plan == "Self Serve Business"


def test_the_newest_limits_of_a_session_file() -> None:
    reading = read("codex", login=login(), sessions=sessions())
    assert [(window.name, window.used, window.seconds) for window in reading.windows] == [
        ("5h", 0.2, 18000),
        ("7d", 0.8, 604800),
    ]
    assert window(reading, "5h").resets_at == datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    assert reading.balances == (Balance(money(50, "credits")),)
    assert (reading.plan, reading.at) == ("Team", EVENT)


def test_the_newest_file_need_not_hold_the_newest_event() -> None:
    week = {"used_percent": 8.5, "window_minutes": 10080, "resets_at": 1795600800}
    newer = event("2026-11-20T19:00:00Z", primary=week, secondary=None)
    reading = read("codex", sessions=sessions(text("codex", "rollout.jsonl"), newer))
    assert reading.at == datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
    assert read("codex", sessions=sessions(newer, text("codex", "rollout.jsonl"))) == reading


def test_pitfall_26_a_sole_weekly_window_in_the_first_slot_is_weekly() -> None:
    week = {"used_percent": 8.5, "window_minutes": 10080, "resets_at": 1795600800}
    reading = read("codex", sessions=sessions(event("2026-11-20T19:00:00Z", primary=week, secondary=None)))
    assert [(window.name, window.used) for window in reading.windows] == [("7d", 0.085)]
    swapped = usage(
        rate_limit={"primary_window": {"used_percent": 1, "limit_window_seconds": 604800}}, additional_rate_limits=[]
    )
    assert names(read("codex", login=login(), usage=swapped)) == ["7d"]


@pytest.mark.parametrize(
    ("minutes", "name"),
    [
        (300, "5h"),
        (299, "5h"),
        (10080, "7d"),
        (10079, "7d"),
        (1440, "day"),
        (43200, "month"),
        (1, "minute"),
        (None, "primary"),
    ],
)
def test_windows_are_named_by_their_length(minutes: object, name: str) -> None:
    told = event("2026-11-20T19:00:00Z", primary={"used_percent": 1, "window_minutes": minutes})
    assert names(read("codex", sessions=sessions(told))) == [name]


def test_older_builds_tell_seconds_until_the_reset() -> None:
    told = event("2026-11-20T19:00:00Z", primary={"used_percent": 1, "window_minutes": 300, "resets_in_seconds": 7200})
    assert read("codex", sessions=sessions(told)).windows[0].resets_at == datetime(2026, 11, 20, 21, 0, tzinfo=UTC)


def test_a_reset_at_that_had_passed_falls_back_to_the_seconds_until_it_and_else_is_none() -> None:
    row = {"used_percent": 15, "limit_window_seconds": 18000, "reset_at": 1735401600}
    for seconds, resets in ((12345, NOW + timedelta(seconds=12345)), (None, None)):
        told = usage(rate_limit={"primary_window": {**row, "reset_after_seconds": seconds}})
        five = window(read("codex", login=login(), usage=told), "5h")
        assert (five.used, five.resets_at) == (0.15, resets)


def test_the_endpoint_wins_and_tells_more() -> None:
    reading = read("codex", login=login(), sessions=sessions(), usage=usage())
    assert names(reading) == ["5h", "7d", "GPT-5.3-Codex-Spark 5h"]
    assert window(reading, "5h").used == 0.15
    assert window(reading, "7d").resets_at == NOW + timedelta(seconds=413940)
    assert reading.balances == (Balance(money("9.99", "credits")),)
    assert reading.limit == Limit(money(100, "credits"), money("87.5", "credits"))
    assert (reading.plan, reading.at) == ("Pro 5x", NOW)


@pytest.mark.parametrize("holder", ["spend_control", "rate_limit", None])
def test_an_individual_limit_wherever_it_is_kept(holder: str | None) -> None:
    cap = {"individualLimit": {"limit": 40, "used": 10}}
    told = usage(**{"spend_control": None, "rate_limit": None, **({holder: cap} if holder else cap)})
    assert read("codex", login=login(), usage=told).limit == Limit(money(40, "credits"), money(30, "credits"))


@pytest.mark.parametrize(
    ("credits", "left", "badges"),
    [
        ({"has_credits": True, "balance": "9.99"}, "9.99", ()),
        ({"has_credits": True, "balance": None}, None, ()),
        ({"has_credits": False, "balance": "0"}, None, ()),
        ({"has_credits": True, "unlimited": True, "balance": None}, None, ("unlimited credits",)),
        ({"has_credits": True, "balance": "NaN"}, None, ()),
        (None, None, ()),
        ([], None, ()),
    ],
)
def test_credits_are_credits_not_dollars(credits: object, left: str | None, badges: tuple[str, ...]) -> None:
    reading = read("codex", login=login(), usage=usage(credits=credits))
    assert reading.balances == ((Balance(money(left, "credits")),) if left else ())
    assert reading.badges == badges


def test_memory_counts_until_something_newer_is_met() -> None:
    asked = read("codex", login=login(), usage=usage())
    quiet = read("codex", asked, NOW + timedelta(minutes=1), login=login(), sessions=sessions())
    assert quiet == asked
    newer = event("2026-11-20T19:45:00Z", primary={"used_percent": 18, "window_minutes": 300, "resets_at": 1795212000})
    later = read("codex", asked, NOW + timedelta(minutes=5), login=login(), sessions=sessions(newer))
    assert (later.at, window(later, "5h").used) == (datetime(2026, 11, 20, 19, 45, tzinfo=UTC), 0.18)
    assert window(later, "GPT-5.3-Codex-Spark 5h").used == 0.6 and later.limit == asked.limit


def test_session_files_alone_suffice_because_the_login_may_be_in_a_keyring() -> None:
    assert names(read("codex", sessions=sessions())) == ["5h", "7d"]


def test_an_api_key_has_no_plan() -> None:
    keyed = answer({"auth_mode": "apikey", "OPENAI_API_KEY": "sk-proj-x", "tokens": None})
    for more in ({}, {"sessions": sessions("")}):
        with pytest.raises(Refused) as caught:
            read("codex", login=keyed, **more)
        assert caught.value.problem.kind == "wrong_kind"
    with pytest.raises(Refused) as caught:
        read("codex", sessions=sessions("not json"))
    assert caught.value.problem.kind == "no_key"


def test_who_is_logged_in_is_seen_without_asking() -> None:
    look = known("codex").login_found
    assert look is not None
    assert look(Answers(NOW, {"login": login()}))
    for odd in ({"tokens": None}, {"tokens": {"access_token": ""}}, {"tokens": []}, [], None):
        assert not look(Answers(NOW, {"login": answer(odd)}))


def test_the_login_signs_the_request_with_its_workspace() -> None:
    signed = headers(login=login())
    assert signed["Authorization"].startswith("Bearer eyJ") and signed["ChatGPT-Account-Id"] == "acc-1"
    assert headers(login=login(account_id=None))["ChatGPT-Account-Id"] == "acc-claim"
    assert "ChatGPT-Account-Id" not in headers(login=login(account_id=None, id_token=None))
    assert headers(login=login(access_token="opaque"))["Authorization"] == "Bearer opaque"


def test_an_expired_login_is_never_refreshed_and_says_what_to_do() -> None:
    with pytest.raises(Refused) as caught:
        headers(NOW + timedelta(seconds=3541), login=login())
    told = caught.value.problem
    assert (told.kind, told.message, told.action) == ("rejected", "Codex's login has expired.", "open Codex once")
    with pytest.raises(Refused):
        headers()


def test_refusals_of_the_endpoint() -> None:
    for status in (401, 403):
        assert refused("codex", status, {"detail": "Unauthorized"}, "login").action == "open Codex once"
    assert refused("codex", 403, None, "login", content_type="text/html").kind == "busy"


def test_the_endpoint_is_opt_in_slow_and_soft() -> None:
    file, tail, get = known("codex").asks
    assert isinstance(file, File) and file.roots == (("CODEX_HOME", "~/.codex"),) and file.format == "json"
    assert isinstance(tail, File) and tail.format == "tail" and tail.newest > 1
    assert isinstance(get, Get) and (get.opt_in, get.every, get.failure) == ("login", timedelta(minutes=5), "soft")


def test_no_other_shape_of_the_endpoint_is_believed() -> None:
    for odd in (None, [], "<html>"):
        with pytest.raises(TypeError):
            read("codex", login=login(), usage=answer(odd))
