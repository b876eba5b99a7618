"""Messages by the real Apprise, to a real server on loopback; its addresses are secrets."""

import io
import logging
import threading
import time
from pathlib import Path

import pytest

from creditsui.adapters import log, notify_urls
from creditsui.adapters.notify_urls import NotSent, send, understood
from creditsui.domain.secret import Secret
from tests.servers import Late, Reply, Server

pytest.importorskip("apprise")
CANARY = "canary-8c1f0e77ab"


def address(server: Server, more: str = "") -> Secret:
    return Secret(f"{server.url.replace('http://', 'json://')}/{CANARY}{more}")


def refused(where: Secret, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(NotSent) as why:
        send(where, "creditsui", "hello", "warning")
    text = f"{why.value} {why.value!r} {why.value.__cause__} {why.value.__context__} {''.join(capsys.readouterr())}"
    assert CANARY not in text and "127.0.0.1" not in text, text
    return str(why.value)


def test_a_message_arrives_as_it_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    text = "Q&A <b>bot</b> is low \\n {{ name }} :fire: *star*\nsecond line"
    with Server({("POST", f"/{CANARY}"): {}}) as server:
        send(address(server), "creditsui: 2 alerts", text, "failure")
        [request] = server.requests
    assert request.json["message"] == text and request.json["title"] == "creditsui: 2 alerts"
    assert request.json["type"] == "failure"
    assert not "".join(capsys.readouterr())


def test_for_a_service_that_shows_html_what_looks_like_it_is_escaped() -> None:
    with Server({("POST", f"/{CANARY}"): {}}) as server:
        send(address(server, "?format=html"), "creditsui", "A&B <img src=x> is low", "info")
        [request] = server.requests
    assert "<img" not in request.json["message"] and "&lt;img" in request.json["message"]


def test_why_it_did_not_arrive_is_told_by_kind_and_never_by_address(capsys: pytest.CaptureFixture[str]) -> None:
    with Server({("POST", f"/{CANARY}"): Reply({"echo": CANARY}, 401)}) as server:
        assert refused(address(server), capsys) == "was refused by its service (401 Unauthorized)"
    assert refused(Secret(f"json://127.0.0.1:1/{CANARY}"), capsys) == "cannot be reached"
    assert refused(Secret(f"json://no-such-host.invalid/{CANARY}"), capsys) == "cannot be reached"
    for bad in (f"nothing://{CANARY}", f"{CANARY}", f"json://:{CANARY}@", f"mailto://{CANARY}"):
        assert refused(Secret(bad), capsys) == "has an address that Apprise does not understand"
        assert not understood(Secret(bad))


def test_nothing_goes_to_another_host_that_a_service_points_to(capsys: pytest.CaptureFixture[str]) -> None:
    with Server({}) as other:
        away = Reply({}, 307, {"location": f"{other.url}/{CANARY}"})
        with Server({("POST", f"/{CANARY}"): away}) as server:
            assert refused(address(server), capsys) == "was refused by its service (307 Temporary Redirect)"
        assert not other.requests


def test_one_that_does_not_answer_costs_its_time_and_no_more(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify_urls, "SECONDS", 0.5)
    with Server({("POST", f"/{CANARY}"): Late(60, {})}) as server:
        begun = time.monotonic()
        assert refused(address(server), capsys) == "did not answer within 0.5 seconds"
        assert time.monotonic() - begun < 30


def test_nothing_of_an_address_gets_into_the_log_or_onto_the_screen(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home / "creditsui.log"
    log.start(path, logging.DEBUG)
    heard = io.StringIO()
    ear = logging.StreamHandler(heard)
    logging.getLogger().addHandler(ear)
    try:
        with Server({("POST", f"/{CANARY}"): Reply({}, 500)}) as server:
            for where in (address(server), Secret(f"bogus://{CANARY}"), Secret(f"json://127.0.0.1:1/{CANARY}")):
                with pytest.raises(NotSent):
                    send(where, "creditsui", "hello", "info")
    finally:
        logging.getLogger().removeHandler(ear)
        log.start(home / "none" / "x", logging.WARNING)
    told = heard.getvalue() + path.read_text() + "".join(capsys.readouterr())
    assert CANARY not in told and "127.0.0.1" not in told


def test_without_the_extra_it_says_which_one_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify_urls, "find_spec", lambda name: None)
    for act in (lambda: send(Secret("json://x"), "a", "b", "info"), lambda: understood(Secret("json://x"))):
        with pytest.raises(NotSent, match=r"creditsui\[notify\]"):
            act()


def test_sending_leaves_no_thread_that_would_hold_up_the_end() -> None:
    before = set(threading.enumerate())
    with Server({("POST", f"/{CANARY}"): {}}) as server:
        send(address(server), "creditsui", "hello", "info")
    late = [one for one in threading.enumerate() if one not in before and not one.daemon]
    assert not late


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("json://me:{}@own.example:8080/{}", ("own.example:8080",)),
        ("gotify://own.example/{}", ("own.example",)),
        ("ntfys://me:{}@own.example/{}", ("own.example",)),
        ("ntfy://{}", ("ntfy.sh",)),
        ("notica://{}", ("notica.us",)),
        ("notica://own.example/{}", ("own.example",)),
        ("pushdeer://{}", ()),
        ("tgram://123456789:{}0123456789abcdefghij/1", ("api.telegram.org",)),
        ("discord://{}/{}", ("discord.com",)),
        (
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
            ("hooks.slack-gov.com", "hooks.slack.com", "slack.com"),
        ),
        ("mailto://me:{}@gmail.com", ("smtp.gmail.com:587",)),
        ("mailtos://me:{}@own.example?smtp=mail.example", ("mail.example:587",)),
        ("smtp2go://me@own.example/{}", ("api.smtp2go.com",)),
        ("syslog://", ()),
    ],
)
def test_the_hosts_it_goes_to_can_be_told_and_nothing_secret_is_taken_for_one(
    text: str, hosts: tuple[str, ...]
) -> None:
    assert notify_urls.hosts(Secret(text.replace("{}", CANARY.replace("-", "")))) == hosts
