"""A real browser without a window, driven over its own pipe: what a page asks for, complains about and looks like.

with Chromium(tmp_path) as browser:
    seen = browser.open(page.as_uri(), width=390, scheme="dark")
    assert seen.requests == [page.as_uri()] and not seen.complaints
"""

import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

_PROGRAM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
needs_chromium = pytest.mark.skipif(_PROGRAM is None, reason="needs chromium")
_PATIENCE = 240
"""Seconds after which a browser is killed, whatever it does."""
_QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-extensions",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb",
)  # fmt: skip
_OWN_CALLS = re.compile(rb"CONNECT (?!fonts\.)[a-z0-9.-]+\.(google|googleapis|gvt1)\.com:")
"""Hosts that the browser itself asks now and then, whatever page is open."""
_COMPLAINTS = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Audits.issueAdded")
#: Starts the browser with the pipe where it looks for it: 3 to be told, 4 to answer.
_START = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
)


@dataclass
class Seen:
    """What came of one page."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    width: int = 0
    """How wide its contents are."""


class Chromium:
    """`proxied`: what a page said to a host that is not this machine; all of it is turned away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "chromium"
        self._ids = 0
        self._buffer = b""
        self._events: list[dict[str, Any]] = []
        self.proxied: list[bytes] = []

    def __enter__(self) -> Self:
        assert _PROGRAM is not None
        self._proxy = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._refuse, daemon=True).start()
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # Numbers of their own, so that none of them is closed by becoming another.
        fds = [os.dup(fd) for fd in (theirs_in, theirs_out)]
        while min(fds) < 10:
            fds = [os.dup(fd) for fd in fds]
        for fd in fds:
            os.set_inheritable(fd, True)
        options = [
            *_QUIET,
            "--remote-debugging-pipe",
            f"--user-data-dir={self._folder}",
            f"--proxy-server=127.0.0.1:{self._proxy.getsockname()[1]}",
        ]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *map(str, fds), _PROGRAM, *options, "about:blank"],
            pass_fds=fds,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for fd in (theirs_in, theirs_out, *fds):
            os.close(fd)
        self._late = threading.Timer(_PATIENCE, self._kill)
        self._late.start()
        target = self.call("Target.createTarget", session=None, url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", session=None, targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Log", "Runtime", "Network", "Audits"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()
        self._process.wait()
        self._late.cancel()
        self._proxy.close()
        os.close(self._in)
        os.close(self._out)

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _refuse(self) -> None:
        while True:
            try:
                peer, _ = self._proxy.accept()
            except OSError:
                return
            with peer:
                peer.settimeout(5)
                try:
                    asked = peer.recv(4096)
                except OSError:
                    asked = b""
                if not _OWN_CALLS.match(asked):
                    self.proxied.append(asked)

    def open(self, url: str, *, width: int = 1280, scheme: str = "light", media: str = "") -> Seen:
        """Load a page and wait until it is there, and nothing of it is under way any more."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)
        self._events.clear()
        self.call("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self._events):
            self._events.append(self._read())
        # Two frames later everything that style and pictures could have asked for was asked for.
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        seen = Seen(width=self.evaluate("document.documentElement.scrollWidth"))
        for event in self._events:
            if event["method"] == "Network.requestWillBeSent":
                seen.requests.append(event["params"]["request"]["url"])
            if event["method"] in _COMPLAINTS:
                seen.complaints.append(json.dumps(event["params"]))
        return seen

    def evaluate(self, script: str) -> Any:
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def picture(self) -> bytes:
        """What is seen of the page, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def printed(self) -> bytes:
        """The page on paper, as PDF."""
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"])

    def call(self, method: str, session: str | None = "own", **params: Any) -> dict[str, Any]:
        self._ids += 1
        told: dict[str, Any] = {"id": self._ids, "method": method, "params": params}
        if session is not None:
            told["sessionId"] = self._session
        os.write(self._out, json.dumps(told).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._ids:
                assert "error" not in answer, answer
                return answer["result"]
            self._events.append(answer)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            data = os.read(self._in, 1 << 20)
            assert data, "chromium ended"
            self._buffer += data
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)
