"""Ninety hostile answers by name, in five groups, each with the kinds of problem that it may become.

They are for `tests.servers.Server`. Those of `BENT` are made from a good one, so that each provider gets its own shape
back with nothing right in it: `bent(good, BENT[name])`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests import servers
from tests.servers import Reply, Request, html, limited, raw, redirect, text

OTHER = "OTHER"
"""Stands for the address of a server that nobody must be sent to; see `aimed`."""


@dataclass(frozen=True)
class Hostile:
    answer: Any
    kinds: frozenset[str]
    """What the problem may be called. With "" in it, it may also be a good answer for who expects little."""
    slow: bool = False
    """Whether it never ends, so that only a deadline does."""


def _table(kinds: str, **answers: Any) -> dict[str, Hostile]:
    told = frozenset(kinds.replace("fine", "").split() + ([""] if "fine" in kinds.split() else []))
    return {name.replace("_", "-"): Hostile(answer, told) for name, answer in answers.items()}


def _slow(**answers: Any) -> dict[str, Hostile]:
    return {name.replace("_", "-"): Hostile(answer, frozenset({"offline"}), True) for name, answer in answers.items()}


_OK = b"HTTP/1.1 200 OK\r\n"
_JSON = b'{"balance": 1, "data": [], "limit": 2}'
_REFUSED = {"error": {"message": "no", "code": "no"}}

BROKEN = {
    **_table(
        "offline",
        reset=servers.reset(),
        reset_in_headers=servers.reset(_OK + b"content-le"),
        reset_in_body=servers.reset(_OK + b'content-length: 90\r\n\r\n{"a'),
        silence=raw(b""),
        ends_in_headers=raw(_OK + b"content-type: a"),
        ends_in_body=raw(_OK + b"content-length: 90\r\n\r\n" + _JSON),
        ends_in_chunk=raw(_OK + b"transfer-encoding: chunked\r\n\r\n26\r\n" + _JSON[:9]),
    ),
    **_table(
        "changed offline",
        not_http=raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        bytes=raw(bytes(range(256)) + b"\r\n\r\n"),
        tls=raw(b"\x15\x03\x01\x00\x02\x02\x28"),
        status_of_words=raw(b"HTTP/1.1 fine OK\r\ncontent-length: 2\r\n\r\n{}"),
        status_of_many_digits=raw(b"HTTP/1.1 20000 OK\r\ncontent-length: 2\r\n\r\n{}"),
        http_3000=raw(b"HTTP/3000.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"),
        bad_chunk=raw(_OK + b"transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        negative_length=raw(_OK + b"content-length: -5\r\n\r\n{}"),
        two_lengths=raw(_OK + b"content-length: 2\r\ncontent-length: 38\r\n\r\n" + _JSON),
        header_without_end=raw(_OK + b"x: " + b"a" * 200_000),
        header_with_nul=raw(_OK + b"x: a\0b\r\ncontent-length: 38\r\n\r\n" + _JSON),
        headers_without_end=servers.many_headers(9000),
        only_informs=raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 50),
    ),
    **_slow(
        hang=servers.hang(),
        hang_in_body=servers.hang_in_body(),
        slow_body=servers.drip(0.02),
        slow_headers=servers.drip(0.02, headers=True),
    ),
}  # 24

REFUSING = {
    **_table(
        "changed",
        redirect_301=redirect(f"{OTHER}/x", 301),
        redirect_302=redirect(f"{OTHER}/x?key=1", 302),
        redirect_303=redirect(f"{OTHER}/x", 303),
        redirect_307=redirect(f"{OTHER}/x", 307),
        redirect_308=redirect(f"{OTHER}/x", 308),
        redirect_here=redirect("/elsewhere", 307),
        redirect_nowhere=Reply(b"", 302),
        redirect_odd=redirect("file:///etc/passwd", 302),
        choices=Reply([f"{OTHER}/x"], 300),
        unchanged=Reply(b"", 304),
    ),
    **_table(
        "unknown", refused_400=Reply(_REFUSED, 400), teapot=Reply(_REFUSED, 418), refused_422=Reply(_REFUSED, 422)
    ),
    **_table("unknown busy", strange_499=Reply(b"", 499), strange_999=Reply(b"", 999)),
    **_table("rejected wrong_kind", rejected=Reply(_REFUSED, 401)),
    **_table(
        "out_of_money", no_money=Reply({}, 402), empty_purse=Reply({"error": {"code": "insufficient_quota"}}, 429)
    ),
    **_table("forbidden wrong_kind rejected", forbidden=Reply(_REFUSED, 403)),
    **_table(
        "busy", html_403=html(403), late=Reply({}, 408), **{f"failed_{n}": Reply([[[]]], n) for n in (500, 503, 529)}
    ),
    **_table("busy", html_502=html(502), busy_for_long=limited("99999999999", 503)),
    **_table("unsupported", gone=Reply({}, 404), gone_for_good=html(410)),
    **_table("offline", portal_511=html(511), proxy_407=Reply({}, 407)),
    **_table(
        "limited",
        limited=limited(),
        limited_seconds=limited("20"),
        limited_date=limited("Fri, 20 Nov 2026 21:00:00 GMT"),
        limited_past=limited("Fri, 20 Nov 1970 21:00:00 GMT"),
        limited_never=limited("-1e99"),
        limited_words=limited("soon \x1b[2J" + "9" * 4000),
    ),
}  # 34

UNREADABLE = {
    **_table(
        "changed",
        html=html(),
        nothing=Reply(b""),
        blanks=Reply(b" \r\n " * 99),
        torn=text('{"data": {"limit": 1'),
        nan=servers.NAN,
        endless_number=text('{"balance": ' + "9" * 5000 + "}"),
        exponent=text('{"balance": 1e400000, "data": {"limit": -1e999999}}'),
        not_utf8=servers.INVALID_UTF8,
        two_in_one=text("{}{}"),
        with_a_guard=text(")]}',\n{}"),
        as_script=text('callback({"balance": 1})'),
        deep=servers.deep(),
        many_values=text("[" + "[]," * 300_000 + "[]]"),
        too_big=servers.huge(3),
        endless=servers.infinite(),
        gzip_bomb=servers.bomb(24),
        deflate_bomb=servers.bomb(24, "deflate"),
        bomb_in_bomb=servers.bomb(8, layers=2),
        no_gzip=Reply(_JSON, headers={"content-encoding": "gzip"}),
        brotli=Reply(_JSON, headers={"content-encoding": "br"}),
    ),
}  # 20

SHAPELESS = _table("changed fine", **{json.dumps(shape): shape for shape in servers.WRONG_TYPES[:-1]})
"""Valid JSON that says nothing. Who only wants to know whether a key is taken is content with some of it."""  # 9


def _every(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Every value inside is another one; the shape stays."""

    def bend(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bend(one) for key, one in value.items()}
        return [bend(one) for one in value] if isinstance(value, list) else change(value)

    return bend


BENT: Mapping[str, Callable[[Any], Any]] = {
    "every value null": _every(lambda value: None),
    "every value a list": _every(lambda value: [value]),
    "every text and number a word": _every(lambda value: "none \x1b]52;c;aGk=\x07[@click=app.quit]"),
}
"""Of a good answer another one from which no number can be read."""

GROUPS = {"broken": BROKEN, "refusing": REFUSING, "unreadable": UNREADABLE, "shapeless": SHAPELESS}
HOSTILE: Mapping[str, Hostile] = {name: one for group in GROUPS.values() for name, one in group.items()}


def aimed(answer: Any, other: str) -> Any:
    """With the address of the other server in its place."""
    if not isinstance(answer, Reply):
        return answer
    headers = {name: value.replace(OTHER, other) for name, value in answer.headers.items()}
    return Reply(answer.body, answer.status, headers)


def bent(good: Any, bend: Callable[[Any], Any]) -> Any:
    """A good route of a scenario, its body bent, whatever status and headers it has."""
    if isinstance(good, servers.Turns):
        return servers.Turns(tuple(bent(one, bend) for one in good.answers))
    if isinstance(good, Reply):
        return Reply(bend(good.body), good.status, good.headers)
    return good if callable(good) and not isinstance(good, Request) else bend(good)
