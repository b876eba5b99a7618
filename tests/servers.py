"""A real HTTP server on loopback that answers as told, badly if need be, and remembers every request.

    with Server({("GET", "/credits"): {"total": "3.5"}, ("GET", "/key"): turns(limited("7"), html())}) as server:
        …ask server.url + "/credits"…
        assert server.requests[0].headers["authorization"] == "Bearer k"

A reply is JSON (dict, list, number, None), `Reply`, a mode below, a function from the request to any of these, or
`turns(…)` of them: one after another, the last one for ever. The path "*" answers what no other route does; else 404.
"""

import json
import queue
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    target: str
    """As it stood on the first line."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    body: Any = b""
    """Bytes as they are, text in UTF-8, anything else as JSON."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def bytes(self) -> bytes:
        kind = "application/json"
        if isinstance(self.body, bytes | str):
            data = self.body.encode() if isinstance(self.body, str) else self.body
        else:
            data = json.dumps(self.body).encode()
        headers = {"content-type": kind, "content-length": str(len(data)), **_lower(self.headers)}
        lines = [f"HTTP/1.1 {self.status} {'OK' if self.status < 400 else 'Refused'}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + data


@dataclass(frozen=True)
class Mode:
    """An answer that has a way of its own with the connection, which is closed after it."""

    act: Callable[["Server", socket.socket], None]


@dataclass(frozen=True)
class Turns:
    answers: tuple[Any, ...]


@dataclass(frozen=True)
class Late:
    """An answer that takes its time, without holding up anybody else."""

    seconds: float
    answer: Any


def turns(*answers: Any) -> Turns:
    """The first request gets the first answer, and so on; the last one is repeated."""
    return Turns(answers)


def echo(request: Request) -> Reply:
    """Everything that was sent comes back: in the body, and the key in a header."""
    shown = {"headers": dict(request.headers), "query": dict(request.query), "body": request.body.decode("latin-1")}
    secret = request.headers.get("authorization", request.headers.get("x-api-key", ""))
    return Reply(shown, headers={"x-echo": secret})


def html(status: int = 200) -> Reply:
    """What a captive portal or a load balancer says."""
    return Reply("<!doctype html><title>Sign in</title><p>Welcome", status, {"content-type": "text/html"})


def limited(retry_after: str | None = None, status: int = 429) -> Reply:
    headers = {} if retry_after is None else {"retry-after": retry_after}
    return Reply({"error": {"message": "slow down"}}, status, headers)


def redirect(to: str, status: int = 302) -> Reply:
    return Reply(b"", status, {"location": to})


def hang(after: bytes = b"") -> Mode:
    """Say `after`, then nothing until the server ends."""

    def act(server: "Server", peer: socket.socket) -> None:
        peer.sendall(after)
        server.closing.wait()

    return Mode(act)


def hang_in_body() -> Mode:
    return hang(b'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"a":')


def drip(every: float = 0.05, *, headers: bool = False) -> Mode:
    """One byte at a time, for ever: never slow enough for a timeout between two reads."""

    def act(server: "Server", peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n" + (b"x-drip: " if headers else b"content-length: 100000\r\n\r\n"))
        while not server.closing.wait(every):
            peer.sendall(b"a" if headers else b" ")

    return Mode(act)


def reset(after: bytes = b"") -> Mode:
    """Break the connection off with RST, after these bytes."""

    def act(server: "Server", peer: socket.socket) -> None:
        peer.sendall(after)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return Mode(act)


def raw(data: bytes) -> Mode:
    """These bytes and nothing else, whether HTTP or not; then the connection ends."""
    return Mode(lambda server, peer: peer.sendall(data))


def bomb(megabytes: int = 256, encoding: str = "gzip", layers: int = 1) -> Reply:
    """A small body that unpacks to a big one. Packed is one megabyte, which stands in it again and again."""
    gzip, block = encoding == "gzip", b"a" * (1 << 20)
    packer = zlib.compressobj(1, wbits=-15)
    first = packer.compress(b'"' + block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    sums, total = zlib.crc32 if gzip else zlib.adler32, 2 + megabytes * len(block)
    checked = sums(b'"')
    for _ in range(megabytes):
        checked = sums(block, checked)
    checked = sums(b'"', checked)
    head = b"\x1f\x8b\x08" + bytes(7) if gzip else b"\x78\x01"
    tail = struct.pack("<II", checked, total) if gzip else struct.pack(">I", checked)
    body = head + first + again * (megabytes - 1) + packer.compress(b'"') + packer.flush() + tail
    for _ in range(layers - 1):
        packer = zlib.compressobj(1, wbits=31 if gzip else 15)
        body = packer.compress(body) + packer.flush()
    return Reply(body, headers={"content-encoding": ", ".join([encoding] * layers)})


def huge(megabytes: int = 64) -> Mode:
    """A valid JSON string that is far too long."""
    return _pour(megabytes << 20, f'content-length: {(megabytes << 20) + 2}\r\n\r\n"'.encode(), b'"')


def infinite() -> Mode:
    """Chunks without end."""

    def act(server: "Server", peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        while not server.closing.is_set():
            peer.sendall(b"4000\r\n" + b" " * 0x4000 + b"\r\n")

    return Mode(act)


def many_headers(count: int = 1500) -> Reply:
    return Reply({"ok": True}, headers={f"x-header-{number}": "v" * 20 for number in range(count)})


def deep(levels: int = 100_000) -> Reply:
    return Reply("[" * levels + "]" * levels)


def text(body: str) -> Reply:
    """Literal JSON text, for what `json.dumps` would not write: NaN, duplicates, long numbers, broken ends."""
    return Reply(body)


NAN = text('{"balance": NaN, "limit": Infinity}')
INVALID_UTF8 = Reply(b'{"name": "caf\xe9 \xff\xfe"}')
WRONG_TYPES: tuple[Any, ...] = (None, True, 3, "text", [], [[]], {}, {"data": None}, {"data": []}, {"data": "x"})
"""Valid JSON that no parser expects."""


def _pour(size: int, head: bytes, tail: bytes) -> Mode:
    def act(server: "Server", peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n" + head)
        sent = 0
        while sent < size and not server.closing.is_set():
            sent += peer.send(b"a" * min(65536, size - sent))
        peer.sendall(tail)

    return Mode(act)


class Server:
    """Runs while the `with` block does. `routes` may be changed meanwhile."""

    def __init__(self, routes: Mapping[tuple[str, str], Any] | None = None, *, tls: tuple[Path, Path] | None = None):
        self.routes: dict[tuple[str, str], Any] = dict(routes or {})
        self.requests: list[Request] = []
        self.arrived: queue.Queue[Request] = queue.Queue()
        """The same, to wait for: `server.arrived.get(timeout=10)`."""
        self.took: list[float] = []
        """Seconds from the arrival of a request to the last byte of its answer."""
        self.closing = threading.Event()
        self.open = 0
        self.most_open = 0
        """Connections at one time."""
        self._lock = threading.Lock()
        self._turns: dict[tuple[str, str], int] = {}
        self._peers: set[socket.socket] = set()
        self._context: ssl.SSLContext | None = None
        if tls is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*tls)

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True, name="server").start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        with self._lock:
            peers = list(self._peers)
        for peer in peers:
            with suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True, name="server peer").start()

    def _serve(self, plain: socket.socket) -> None:
        with self._lock:
            self.open += 1
            self.most_open = max(self.most_open, self.open)
            self._peers.add(plain)
        peer = plain
        try:
            if self._context is not None:
                peer = self._context.wrap_socket(plain, server_side=True)
            self._converse(peer)
        except OSError:
            pass
        finally:
            with self._lock:
                self.open -= 1
                self._peers.discard(plain)
            peer.close()
            plain.close()

    def _converse(self, peer: socket.socket) -> None:
        buffer = b""
        while not self.closing.is_set():
            while b"\r\n\r\n" not in buffer:
                data = peer.recv(65536)
                if not data:
                    return
                buffer += data
                if buffer.startswith(b"\x16\x03"):  # TLS, which this is not
                    return
            head, _, buffer = buffer.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            method, target, _ = first.split(" ", 2)
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            length = int(headers.get("content-length", 0))
            while len(buffer) < length:
                data = peer.recv(65536)
                if not data:
                    return
                buffer += data
            body, buffer = buffer[:length], buffer[length:]
            parts = urlsplit(target)
            request = Request(method, unquote(parts.path), dict(parse_qsl(parts.query)), headers, body, target)
            with self._lock:
                self.requests.append(request)
                answer = self._answer(request)
            self.arrived.put(request)
            start = time.perf_counter()
            if isinstance(answer, Late):
                self.closing.wait(answer.seconds)
                answer = _reply(answer.answer)
            if isinstance(answer, Mode):
                answer.act(self, peer)
                return
            peer.sendall(answer.bytes())
            self.took.append(time.perf_counter() - start)

    def _answer(self, request: Request) -> Reply | Mode | Late:
        key = (request.method, request.path)
        if key not in self.routes:
            key = (request.method, "*")
        if key not in self.routes:
            return Reply({"error": {"message": "no such page"}}, 404)
        answer = self.routes[key]
        if isinstance(answer, Turns):
            turn = self._turns.get(key, 0)
            self._turns[key] = turn + 1
            answer = answer.answers[min(turn, len(answer.answers) - 1)]
        if callable(answer):
            answer = answer(request)
        return answer if isinstance(answer, Late) else _reply(answer)


def _reply(answer: Any) -> Reply | Mode:
    return answer if isinstance(answer, Reply | Mode) else text(json.dumps(answer))


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def certificate(folder: Path, host: str = "127.0.0.1") -> tuple[Path, Path]:
    """A self-signed certificate and its key, for `Server(tls=…)`; SSL_CERT_FILE set to the first makes it trusted."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "creditsui tests")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(built.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
