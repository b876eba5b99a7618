"""The one door to the network: no redirects, no cookies, everything bounded, failures as Problems that leak nothing."""

import asyncio
import http.cookiejar
import importlib.util
import ipaddress
import logging
import re
import ssl
import sys
import zlib
from base64 import b64decode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from types import TracebackType
from typing import Any, Self

from creditsui import __version__
from creditsui.adapters import log
from creditsui.domain.clean import clean, decode_json
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.secret import Secret, scrubber
from creditsui.domain.urls import is_loopback, origin

# Where some other package brought click, httpx loads a command line with all that colours one: 3 MB for nothing.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

import httpx  # noqa: E402

CONNECTIONS = 64
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
LARGEST_BODY = 2 * 1024 * 1024
MOST_HEADERS = 100
LONGEST_HEADER = 2000
_SHORTEST_SECRET = 8
"""What is shorter is no key, and would take words out of honest answers."""
_SECRET_HEADER = re.compile("auth|key|token|secret")
_INLINE = 64 * 1024
"""A body up to this size is decoded at once; a larger one in a thread, so that a screen goes on."""

# httpcore looks for this optional package again at every lock it takes; where there is none, say so once.
if importlib.util.find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]

# They log whole URLs at INFO, and headers at DEBUG.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Request:
    """`url` has no query of its own. `body` is sent as JSON, bytes as they are. The repr shows no values of headers and
    no query."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """`headers` are lower-case and clean. `body` is decoded, clean JSON, or None where the answer was not JSON.

    Where a server repeats a key that it was sent, in whatever field, "[secret]" stands in its place.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    is_json: bool


class Client:
    """Connections for one round of refreshing. `async with Client() as client: await client.send(…)`."""

    def __init__(self) -> None:
        self._context: ssl.SSLContext | None = None
        self._opening = asyncio.Lock()
        self._clients: dict[tuple[bool, str], httpx.AsyncClient] = {}
        self._sent: set[Secret] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients.values():
            await client.aclose()

    async def send(self, request: Request, deadline_seconds: float) -> Response:
        """The answer, whatever its status. Raises Refused when none came in time, or none that can be taken in."""
        fault = allowed(request.url)
        if fault:
            raise Refused(Problem("unknown", fault, action="correct the account's base_url"))
        host = _host(httpx.URL(request.url))
        try:
            async with asyncio.timeout(deadline_seconds):
                return await self._exchange(request, host)
        except Refused as refused:
            problem = refused.problem
        except Exception as error:
            problem = _problem(error, host, deadline_seconds)
        # Outside of the except block: the original error, which may quote headers, is not even kept as context.
        raise Refused(problem)

    async def _exchange(self, request: Request, host: str) -> Response:
        client = await self._client(host, httpx.URL(request.url).scheme)
        headers = {**request.headers, **request.secret_headers, "Accept-Encoding": "identity"}
        exact = isinstance(request.body, bytes)
        built = client.build_request(
            request.method,
            request.url,
            params=dict(request.query) or None,
            headers=headers,
            content=request.body if exact else None,
            json=None if exact else request.body,
        )
        hide = self._hiding(request.secret_headers)
        reply = await client.send(built, stream=True)
        try:
            data = await _body(reply, host)
        finally:
            await reply.aclose()
        kept = {
            hide(name.lower()): hide(clean(value, LONGEST_HEADER))
            for name, value in reply.headers.multi_items()[:MOST_HEADERS]
        }
        try:
            small = len(data) <= _INLINE
            body = _decoded(data, hide) if small else await asyncio.to_thread(_decoded, data, hide)
        except ValueError:
            return Response(reply.status_code, kept, None, False)
        return Response(reply.status_code, kept, body, True)

    def _hiding(self, secret_headers: Mapping[str, str]) -> Callable[[str], str]:
        """What takes every key out of a text that this client has sent so far, these included."""
        for name, value in secret_headers.items():
            for secret in map(Secret, _secrets(value)):
                if _SECRET_HEADER.search(name.lower()) and len(secret.reveal()) >= _SHORTEST_SECRET:
                    log.remember(secret)
                    self._sent.add(secret)
        return scrubber(self._sent).known

    async def _client(self, host: str, scheme: str) -> httpx.AsyncClient:
        """One that goes through the environment's proxies, or for this machine itself, one that never does."""
        key = (is_loopback(host), scheme)
        async with self._opening:  # thirty accounts ask at once; the certificates are loaded once
            if key not in self._clients:
                self._clients[key] = httpx.AsyncClient(
                    verify=await self._trust(scheme),
                    trust_env=not key[0],
                    follow_redirects=False,
                    cookies=http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[])),
                    headers={"User-Agent": f"creditsui/{__version__}", "Accept": "application/json"},
                    timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=None),
                    limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
                )
        return self._clients[key]

    async def _trust(self, scheme: str) -> ssl.SSLContext:
        """Whom to trust; for plain http nobody, which costs nothing to load."""
        if scheme == "http":
            return await asyncio.to_thread(ssl.SSLContext, ssl.PROTOCOL_TLS_CLIENT)
        if self._context is None:
            self._context = await asyncio.to_thread(httpx.create_ssl_context)
        return self._context


def load() -> None:
    """What the first request would load otherwise, while everybody on its event loop waits for it."""
    import httpcore  # noqa: F401

    with suppress(ImportError):
        import_module("anyio._backends._asyncio")


def allowed(url: str) -> str | None:
    """Why nothing is sent to this address, as a sentence, or None: https anywhere, http only on this machine."""
    if not url.isprintable() or " " in url or "\\" in url:
        return "The address has a blank, backslash or control character."
    try:
        parsed = httpx.URL(url)
        host = _host(parsed)
        bound = origin(url)
    except (httpx.InvalidURL, ValueError):
        return "The address does not begin with https:// and a host."
    if parsed.scheme not in ("https", "http") or not host:
        return "The address does not begin with https:// and a host."
    if parsed.userinfo or "@" in url.split("/")[2]:
        return "The address has a name or password before the host; keys do not belong there."
    if parsed.scheme == "http" and not is_loopback(host):
        return f"http:// would send the key in clear to {clean(host, 80)}; use https://."
    # Keys are bound to an origin by the standard library's reading of an address, and sent by httpx's. Where the two
    # differ, as for some international names, a key bound to one host would go to another.
    port = f":{parsed.port}" if parsed.port is not None else ""
    if bound != f"{parsed.scheme}://{f'[{host}]' if ':' in host else host}{port}":
        return "The host can be read in two ways; write it in plain letters (the xn-- form)."
    return None


def _secrets(value: str) -> list[str]:
    """What is secret in a header's value: its last word, and what that says where it is a name and a password."""
    word = value.rpartition(" ")[2]
    try:
        told = b64decode(word, validate=True).decode() if value.lower().startswith("basic ") else ""
    except ValueError:
        told = ""
    return [word, *([told, told.partition(":")[2] or told.partition(":")[0]] if told else [])]


def _host(url: httpx.URL) -> str:
    host = url.raw_host.decode("ascii").lower().removesuffix(".")
    return ipaddress.ip_address(host).compressed if ":" in host else host


def _decoded(data: bytes, hide: Callable[[str], str]) -> Any:
    """Clean JSON in which no string, keys included, holds what `hide` hides. Raises ValueError."""
    root: list[Any] = [decode_json(data)]
    todo: list[Any] = [root]
    while todo:
        inside = todo.pop()
        if isinstance(inside, dict):
            shown = {hide(key): hide(value) if isinstance(value, str) else value for key, value in inside.items()}
            inside.clear()
            inside.update(shown)
            todo.extend(value for value in inside.values() if isinstance(value, dict | list))
        else:
            inside[:] = [hide(value) if isinstance(value, str) else value for value in inside]
            todo.extend(value for value in inside if isinstance(value, dict | list))
    return root[0]


async def _body(reply: httpx.Response, host: str) -> bytes:
    encoding = reply.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "deflate"):
        raise Refused(Problem("changed", f"{host} sent an answer in an encoding that was not asked for"))
    # 32: gzip and zlib headers are both recognised.
    inflate = zlib.decompressobj(wbits=47) if encoding in ("gzip", "deflate") else None
    data = bytearray()
    raw = 0
    async for chunk in reply.aiter_raw():
        raw += len(chunk)
        data += inflate.decompress(chunk, LARGEST_BODY + 1 - len(data)) if inflate else chunk
        if max(raw, len(data)) > LARGEST_BODY:
            raise Refused(Problem("changed", f"{host} sent more than {LARGEST_BODY >> 20} MB"))
    return bytes(data)


def _problem(error: Exception, host: str, deadline: float) -> Problem:
    """What an error means, from its type alone: its text may quote keys and addresses."""
    causes = _chain(error)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Problem("offline", f"The certificate of {host} is not trusted")
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Problem("offline", f"No secure connection to {host}")
    match error:
        case httpx.ConnectTimeout():
            return Problem("offline", f"Cannot reach {host} within {CONNECT_SECONDS:g} s")
        case httpx.ReadTimeout() | httpx.WriteTimeout():
            return Problem("offline", f"{host} did not answer within {READ_SECONDS:g} s")
        case httpx.TimeoutException() | TimeoutError():
            return Problem("offline", f"{host} did not answer within {deadline:g} s")
        case httpx.ProxyError():
            return Problem("offline", f"The proxy does not let us through to {host}")
        case httpx.ConnectError():
            return Problem("offline", f"Cannot reach {host}")
        case httpx.LocalProtocolError() | UnicodeEncodeError():
            return Problem("rejected", "The key has characters that cannot be sent", action="enter the key again")
        case httpx.RemoteProtocolError() if "disconnected" not in str(error) and "closed" not in str(error):
            return Problem("changed", f"{host} answered with something that is not HTTP")
        case httpx.TransportError():
            return Problem("offline", f"{host} broke the connection off")
        case zlib.error() | httpx.DecodingError():
            return Problem("changed", f"{host} sent an answer that cannot be unpacked")
        case OSError() | ImportError() | ValueError():
            return Problem("offline", "The proxy or SSL_CERT_FILE of the environment cannot be used")
    return Problem("unknown", f"Asking {host} failed ({type(error).__name__})")


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and len(found) < 10:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
