import asyncio
import logging
import socket
import traceback
import tracemalloc
import urllib.request
from base64 import b64encode
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from creditsui import __version__
from creditsui.adapters.http import Client, Request, Response, allowed
from creditsui.domain.problem import Refused
from tests import servers
from tests.servers import Reply, Server
from tests.soak import rounds

CANARY = "sk-canary-0123456789abcdef"
AUTH = {"Authorization": f"Bearer {CANARY}", "x-api-key": CANARY, "x-goog-api-key": CANARY}


def get(url: str, **changes: object) -> Request:
    return Request("GET", url, secret_headers=AUTH, **changes)  # type: ignore[arg-type]


async def ask(reply: object, deadline: float = 10.0) -> Response:
    with Server({("GET", "/"): reply}) as server:
        async with Client() as client:
            return await client.send(get(server.url + "/"), deadline)


async def refused(reply: object, deadline: float = 10.0) -> Refused:
    with pytest.raises(Refused) as caught:
        await ask(reply, deadline)
    assert_leaks_nothing(caught.value)
    return caught.value


def assert_leaks_nothing(error: BaseException) -> None:
    assert error.__cause__ is None and error.__context__ is None
    shown = "".join(traceback.format_exception(error)) + repr(error)
    assert CANARY[6:] not in shown and "?" not in str(error)


async def test_an_answer_arrives_with_exact_fractions_and_small_header_names() -> None:
    answer = await ask(Reply('{"total": 0.1, "calls": 12}', headers={"X-RateLimit-Limit": "50"}))
    assert answer.body == {"total": Decimal("0.1"), "calls": 12}
    assert isinstance(answer.body["total"], Decimal)
    assert (answer.status, answer.is_json, answer.headers["x-ratelimit-limit"]) == (200, True, "50")


async def test_what_is_sent_is_what_was_asked_for_and_says_who_we_are() -> None:
    with Server({("POST", "/v1/ask"): {}}) as server:
        async with Client() as client:
            request = Request("POST", server.url + "/v1/ask", {"x-team": "7"}, AUTH, {"from": "a b&c"}, {"n": 1})
            await client.send(request, 10)
    (seen,) = server.requests
    assert (seen.method, seen.path, seen.query, seen.json) == ("POST", "/v1/ask", {"from": "a b&c"}, {"n": 1})
    assert seen.headers["authorization"] == f"Bearer {CANARY}"
    assert seen.headers["x-team"] == "7"
    assert seen.headers["user-agent"] == f"creditsui/{__version__}"
    assert seen.headers["accept-encoding"] == "identity"


def test_a_request_does_not_show_what_it_carries() -> None:
    shown = repr(Request("GET", "https://x.example/a", {"y": CANARY}, AUTH, {"key": CANARY}, {"key": CANARY}))
    assert CANARY not in shown and "https://x.example/a" in shown


async def test_an_error_status_is_an_answer() -> None:
    answer = await ask(servers.limited("7"))
    assert (answer.status, answer.headers["retry-after"], answer.is_json) == (429, "7", True)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_and_the_other_host_sees_nothing(status: int) -> None:
    with Server({("GET", "*"): {}, ("POST", "*"): {}}) as other:
        answer = await ask(servers.redirect(other.url + "/steal", status))
    assert answer.status == status
    assert other.requests == []


async def test_cookies_are_not_kept() -> None:
    with Server({("GET", "/"): Reply({}, headers={"set-cookie": "id=7; Path=/"})}) as server:
        async with Client() as client:
            await client.send(get(server.url), 10)
            await client.send(get(server.url), 10)
    assert [request.headers.get("cookie") for request in server.requests] == [None, None]


@pytest.mark.parametrize(
    "reply",
    [
        servers.html(),
        servers.NAN,
        servers.INVALID_UTF8,
        servers.deep(),
        servers.deep(900_000),
        Reply(""),
        servers.text('{"balance": 1e400000}'),
        servers.text('{"balance": ' + "9" * 5000 + "}"),
        servers.text('{"balance": 1'),
        servers.text('{"balance": 0.' + "1" * 100_000 + "}"),
    ],
    ids=["html", "NaN", "not UTF-8", "deep", "deeper", "empty", "exponent", "digits", "torn", "fraction"],
)
async def test_what_is_not_json_is_an_answer_without_a_body(reply: Reply) -> None:
    answer = await ask(reply)
    assert (answer.status, answer.body, answer.is_json) == (200, None, False)


@pytest.mark.parametrize("body", servers.WRONG_TYPES, ids=repr)
async def test_any_json_is_handed_on(body: object) -> None:
    answer = await ask(body)
    assert answer.is_json and answer.body == body


async def test_strings_and_headers_are_clean() -> None:
    tricks = "\x1b]52;c;aGk=\x07\u202eevil\u200b\x9b2J"
    answer = await ask(Reply({tricks: [tricks]}, headers={"x-name": "a\x9b2Jb\tc"}))
    assert answer.body == {"]52;c;aGk=evil2J": ["]52;c;aGk=evil2J"]}
    assert answer.headers["x-name"] == "a2Jb c"


async def test_a_key_that_comes_back_is_not_in_the_answer() -> None:
    answer = await ask(servers.echo)
    assert answer.headers["x-echo"] == "Bearer [secret]"
    assert CANARY not in repr(answer)
    assert answer.body["headers"]["host"].startswith("127.0.0.1")


async def test_a_password_that_was_sent_encoded_is_not_in_the_answer_either() -> None:
    secret = {"Authorization": f"Basic {b64encode(f'me:{CANARY}'.encode()).decode()}"}
    with Server({("GET", "/"): {"password": CANARY, "user": "me"}}) as server:
        async with Client() as client:
            answer = await client.send(Request("GET", server.url + "/", secret_headers=secret), 10)
    assert answer.body == {"password": "[secret]", "user": "me"}


@pytest.mark.parametrize(
    ("reply", "kind", "message"),
    [
        (servers.hang(), "offline", "127.0.0.1 did not answer within 0.5 s"),
        (servers.hang_in_body(), "offline", "127.0.0.1 did not answer within 0.5 s"),
        (servers.drip(), "offline", "127.0.0.1 did not answer within 0.5 s"),
        (servers.drip(headers=True), "offline", "127.0.0.1 did not answer within 0.5 s"),
        (servers.reset(), "offline", "127.0.0.1 broke the connection off"),
        (servers.reset(b"HTTP/1.1 200 OK\r\ncontent-le"), "offline", "127.0.0.1 broke the connection off"),
        (servers.raw(b""), "offline", "127.0.0.1 broke the connection off"),
        (
            servers.raw(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"),
            "offline",
            "127.0.0.1 broke the connection off",
        ),
        (servers.raw(b"SSH-2.0-OpenSSH\r\n\r\n"), "changed", "127.0.0.1 answered with something that is not HTTP"),
        (
            servers.raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"),
            "changed",
            "127.0.0.1 answered with something that is not HTTP",
        ),
        (servers.huge(), "changed", "127.0.0.1 sent more than 2 MB"),
        (servers.infinite(), "changed", "127.0.0.1 sent more than 2 MB"),
        (servers.bomb(64), "changed", "127.0.0.1 sent more than 2 MB"),
        (servers.bomb(64, "deflate"), "changed", "127.0.0.1 sent more than 2 MB"),
        (
            servers.bomb(16, layers=2),
            "changed",
            "127.0.0.1 sent an answer in an encoding that was not asked for",
        ),
        (
            Reply(b"abc", headers={"content-encoding": "br"}),
            "changed",
            "127.0.0.1 sent an answer in an encoding that was not asked for",
        ),
        (
            Reply(b"abc", headers={"content-encoding": "gzip"}),
            "changed",
            "127.0.0.1 sent an answer that cannot be unpacked",
        ),
        (servers.many_headers(9000), "changed", "127.0.0.1 answered with something that is not HTTP"),
    ],
)
async def test_a_bad_answer_is_a_problem_in_plain_words(reply: object, kind: str, message: str) -> None:
    problem = (await refused(reply, 0.5 if kind == "offline" else 20)).problem
    assert (problem.kind, problem.message) == (kind, message)


PIECES = [
    b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 103 \r\n", b"HTTP/1.0 500 x\r\n",
    b"content-length: 9\r\n", b"Content-Length: -1\r\n", b"transfer-encoding: chunked\r\n",
    b"content-encoding: gzip\r\n", b"content-encoding: deflate, gzip\r\n", b"location: //\r\n",
    b"set-cookie: a=b\r\n", b"retry-after: 1e9\r\n", b"x-\xff: \x9b2J\r\n", b"x: " + CANARY.encode() + b"\r\n",
    b"\r\n", b"\r\n\r\n", b"5\r\n", b"0\r\n\r\n",
    b'{"a":1}', b'[{"a":', b"NaN", b"1e400", b"\x1f\x8b\x08\0\0\0\0\0\0\x03", b'"\\ud800"', CANARY.encode(),
]  # fmt: skip
"""What answers are made of."""


def begun(pieces: list[bytes]) -> st.SearchStrategy[list[bytes]]:
    """As they are, or as an answer that begins well."""
    return st.sampled_from([pieces, [PIECES[0], *pieces]])


@pytest.mark.soak
@settings(max_examples=rounds(full=10_000, short=80), deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=12), max_size=12).flatmap(begun))
@example([b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\nodd"])
def test_whatever_bytes_come_are_a_clean_answer_or_a_problem(pieces: list[bytes]) -> None:
    async def told() -> str:
        with Server({("GET", "/"): servers.raw(b"".join(pieces))}) as server:
            async with Client() as client:
                try:
                    answer = await client.send(get(server.url + "/"), 20)
                    return "".join([*answer.headers, *answer.headers.values(), str(answer.body)])
                except Refused as refused:
                    assert refused.problem.kind in {"offline", "changed"}, refused.problem
                    return refused.problem.message

    said = asyncio.run(told())
    assert said.isprintable() and CANARY[6:] not in said


async def test_a_packed_answer_is_unpacked_within_bounds() -> None:
    answer = await ask(servers.bomb(1))
    assert answer.is_json and answer.body == "a" * 3999 + "…"


async def test_a_bomb_costs_no_memory() -> None:
    bomb = servers.bomb(256)
    tracemalloc.start()
    try:
        await refused(bomb)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


async def test_only_so_many_headers_are_kept() -> None:
    answer = await ask(servers.many_headers(1500))
    assert answer.is_json and len(answer.headers) == 100


async def test_nobody_there_is_a_problem() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    async with Client() as client:
        with pytest.raises(Refused) as caught:
            await client.send(get(f"http://127.0.0.1:{port}/?key={CANARY}"), 5)
    assert_leaks_nothing(caught.value)
    assert (caught.value.problem.kind, caught.value.problem.message) == ("offline", "Cannot reach 127.0.0.1")


@pytest.mark.parametrize("key", ["sk-line\nbreak-0123456789", "sk-é-0123456789abcdef", "a\0b", "\ud800"])
async def test_a_key_that_cannot_be_sent_is_not_printed(key: str) -> None:
    with Server({("GET", "/"): {}}) as server:
        async with Client() as client:
            with pytest.raises(Refused) as caught:
                await client.send(Request("GET", server.url + "/", secret_headers={"Authorization": key}), 5)
    assert server.requests == []
    assert caught.value.problem.kind == "rejected"
    shown = "".join(traceback.format_exception(caught.value))
    assert key not in shown and "0123456789" not in shown


async def test_nothing_is_logged_that_a_request_carries(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Server({("GET", "/"): {}}) as server:
        async with Client() as client:
            await client.send(get(server.url + "/", query={"key": CANARY}), 5)
    assert server.requests and CANARY not in caplog.text


async def test_cancelling_a_round_ends_its_requests() -> None:
    with Server({("GET", "/"): servers.hang()}) as server:
        async with Client() as client:
            task = asyncio.create_task(client.send(get(server.url + "/"), 60))
            await asyncio.to_thread(server.arrived.get, timeout=60)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task


async def test_one_dead_host_holds_up_no_other() -> None:
    with Server({("GET", "/dead"): servers.hang(), ("GET", "/alive"): {"ok": 1}}) as server:
        async with Client() as client:
            dead = [asyncio.create_task(client.send(get(server.url + "/dead"), 60)) for _ in range(20)]
            alive = await asyncio.gather(*(client.send(get(server.url + "/alive"), 30) for _ in range(30)))
            assert not any(task.done() for task in dead)
            for task in dead:
                task.cancel()
            await asyncio.gather(*dead, return_exceptions=True)
    assert [answer.body for answer in alive] == [{"ok": 1}] * 30


async def test_at_most_64_connections_are_open() -> None:
    with Server({("GET", "/"): servers.hang()}) as server:
        async with Client() as client:
            tasks = [asyncio.create_task(client.send(get(server.url + "/"), 60)) for _ in range(80)]
            for _ in range(64):
                await asyncio.to_thread(server.arrived.get, timeout=60)
            assert server.most_open == 64
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


class TestProxies:
    async def test_this_machine_is_never_asked_through_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with Server({("GET", "*"): {}, ("CONNECT", "*"): {}}) as proxy, Server({("GET", "/"): {"ok": 1}}) as server:
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
                monkeypatch.setenv(name, proxy.url)
            assert urllib.request.getproxies()["http"] == proxy.url  # the trap is set
            async with Client() as client:
                answer = await client.send(get(server.url + "/"), 5)
        assert answer.body == {"ok": 1}
        assert proxy.requests == []

    async def test_elsewhere_it_carries_only_what_is_encrypted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with Server({("CONNECT", "*"): Reply({}, 403)}) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            async with Client() as client:
                with pytest.raises(Refused) as caught:
                    await client.send(get("https://api.example/v1"), 5)
        assert caught.value.problem.message == "The proxy does not let us through to api.example"
        (seen,) = proxy.requests
        assert seen.method == "CONNECT" and seen.target == "api.example:443"
        assert CANARY not in str(seen.headers)

    @pytest.mark.parametrize("proxy", ["nonsense://x:1", "socks5://127.0.0.1:1"])
    async def test_one_that_cannot_be_used_is_a_problem(self, proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        async with Client() as client:
            with pytest.raises(Refused) as caught:
                await client.send(get("https://api.example/v1"), 5)
        assert_leaks_nothing(caught.value)
        assert caught.value.problem.message == "The proxy or SSL_CERT_FILE of the environment cannot be used"


class TestCertificates:
    async def test_one_that_nobody_vouches_for_gets_no_key(self, tmp_path: Path) -> None:
        with Server({("GET", "/"): {}}, tls=servers.certificate(tmp_path)) as server:
            async with Client() as client:
                with pytest.raises(Refused) as caught:
                    await client.send(get(server.url + "/"), 5)
        assert server.requests == []
        assert_leaks_nothing(caught.value)
        problem = caught.value.problem
        assert (problem.kind, problem.message) == ("offline", "The certificate of 127.0.0.1 is not trusted")

    async def test_the_users_own_authority_is_honoured(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        files = servers.certificate(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
        with Server({("GET", "/"): {"ok": 1}}, tls=files) as server:
            async with Client() as client:
                assert (await client.send(get(server.url + "/"), 5)).body == {"ok": 1}

    async def test_a_missing_authority_file_is_a_problem(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
        async with Client() as client:
            with pytest.raises(Refused) as caught:
                await client.send(get("https://127.0.0.1:1/"), 5)
        assert caught.value.problem.message == "The proxy or SSL_CERT_FILE of the environment cannot be used"

    async def test_a_host_that_speaks_no_tls_is_a_problem(self) -> None:
        with Server({("GET", "/"): {}}) as server:
            async with Client() as client:
                with pytest.raises(Refused) as caught:
                    await client.send(get(server.url.replace("http", "https") + "/"), 5)
        assert caught.value.problem.kind == "offline"


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "https://api.x.ai/v1",
            "https://API.X.ai:443",
            "https://api.x.ai./v1",
            "https://münchen.example",
            "https://xn--mnchen-3ya.example",
            "http://127.0.0.1:8080/x",
            "http://127.9.9.9",
            "http://localhost:1",
            "http://[::1]:1/",
        ],
    )
    def test_that_are_asked(self, url: str) -> None:
        assert allowed(url) is None

    @pytest.mark.parametrize(
        "url",
        [
            "http://api.x.ai",
            "http://127.evil.example",
            "http://localhost.evil.example",
            "http://127.1",
            "http://0x7f.1",
            "http://2130706433",
            "http://[::ffff:127.0.0.1]",
            "https://key@api.x.ai",
            "https://a:b@api.x.ai",
            "https://api.x.ai\\@evil.example",
            "https://api.x.ai@evil.example",
            "https://api.x.ai\\.evil.example",
            "https://straße.example",
            "https://api.x.ai\n.evil.example",
            "https://",
            "https:///v1",
            "ftp://api.x.ai",
            "file:///etc/passwd",
            "api.x.ai",
            "//api.x.ai",
            "https://api.x.ai:99999",
            "",
        ],
    )
    def test_that_are_not(self, url: str) -> None:
        assert (allowed(url) or "").endswith((".", ")."))

    async def test_what_is_not_allowed_is_not_asked(self) -> None:
        async with Client() as client:
            with pytest.raises(Refused, match="would send the key in clear"):
                await client.send(get("http://api.example/v1"), 5)
