"""A real Secret Service of its own: a private D-Bus, a gnome-keyring in an empty home, and programs run inside.

    with KeyringSession(tmp_path) as session:
        assert session.python("import keyring; print(keyring.get_password('creditsui', 'a'))").stdout == "None\\n"

Skips, and says why, where the tools are missing. Nothing here touches the keyring of whoever runs the tests.
"""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

TOOLS = ("dbus-daemon", "dbus-send", "dbus-monitor", "gnome-keyring-daemon")
PASSWORD = "right horse"
_BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""
# Without service folders: else a keyring that died would be replaced by a locked one behind the test's back.


class KeyringSession:
    """Lasts as long as its `with`. The keyring is unlocked, unless `unlocked=False`; `service=False`: only a bus."""

    def __init__(self, folder: Path, *, unlocked: bool = True, service: bool = True) -> None:
        missing = [tool for tool in TOOLS if shutil.which(tool) is None]
        if missing or sys.platform != "linux":
            pytest.skip(f"a real keyring needs {', '.join(missing) or 'Linux'}")
        self.home = folder / "keyring-home"
        self._unlocked = unlocked
        self._service = service
        self._bus: subprocess.Popen[bytes] | None = None
        self._daemon: subprocess.Popen[bytes] | None = None
        self._monitor: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def __enter__(self) -> Self:
        # Without its cache and runtime folders the daemon cannot open its control socket, and clients hang.
        for name in ("", "run", ".cache", ".local/share/keyrings"):
            (self.home / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        config = self.home / "bus.conf"
        config.write_text(_BUS_CONFIG.format(socket=self.home / "run/bus"))
        self._bus = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork"], env=self.env(), stderr=subprocess.DEVNULL
        )
        try:
            _wait(lambda: self._bus_answers(), "the bus does not answer")
            self._watch()
            if self._service:
                self.start()
                if not self._unlocked:
                    # A keyring that exists, in a daemon that was not told the password.
                    self.kill()
                    self.start(password=None)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def env(self) -> dict[str, str]:
        """For a program that is to meet this keyring."""
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        return {
            **kept,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.home / 'run/bus'}",
            "LC_ALL": "C.UTF-8",
        }

    @property
    def prompts(self) -> int:
        """How often somebody was to be asked for a password so far."""
        return (self.home / "prompts").read_text().count("member=Prompt\n")

    def start(self, password: str | None = PASSWORD) -> None:
        """Start the daemon, unlocked with this password (its own on first use) or, with None, locked."""
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        self._daemon = subprocess.Popen(
            [*command, "--unlock"] if password is not None else command,
            env=self.env(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert self._daemon.stdin is not None
        self._daemon.stdin.write((password or "").encode())
        self._daemon.stdin.close()
        _wait(self._has_owner, "the keyring does not take its name on the bus")

    def kill(self) -> None:
        """End the daemon at once, as a crash would."""
        if self._daemon is not None:
            self.resume()
            self._daemon.kill()
            self._daemon.wait(10)
            self._daemon = None
            if self._bus is not None and self._bus.poll() is None:
                _wait(lambda: not self._has_owner(), "the name of the keyring stays on the bus")

    def stop(self) -> None:
        """Make the daemon hang: it keeps its name and answers nothing."""
        assert self._daemon is not None
        self._daemon.send_signal(signal.SIGSTOP)
        self._stopped = True

    def resume(self) -> None:
        if self._daemon is not None and self._stopped:
            self._daemon.send_signal(signal.SIGCONT)
            self._stopped = False

    def python(
        self, code: str, *, env: Mapping[str, str] | None = None, input: str = "", timeout: float = 30
    ) -> subprocess.CompletedProcess[str]:
        """Run a snippet beside this keyring; a traceback in it fails the test."""
        ended = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)],
            env={**self.env(), **(env or {})},
            input=input,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended

    def _watch(self) -> None:
        seen = self.home / "prompts"
        with seen.open("wb") as file:
            what = "type='method_call',interface='org.freedesktop.Secret.Prompt'"
            self._monitor = subprocess.Popen(["dbus-monitor", what], env=self.env(), stdout=file)
        _wait(lambda: seen.stat().st_size > 0, "nobody watches the bus")

    def _bus_answers(self) -> bool:
        return self._ask("org.freedesktop.DBus.GetId") is not None

    def _has_owner(self) -> bool:
        said = self._ask("org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets")
        return said is not None and "boolean true" in said

    def _ask(self, *message: str) -> str | None:
        command = ["dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", *message]
        ended = subprocess.run(command, env=self.env(), capture_output=True, text=True, timeout=10, check=False)
        return ended.stdout if ended.returncode == 0 else None

    def _end(self) -> None:
        self.kill()
        for process in (self._monitor, self._bus):
            if process is not None:
                process.terminate()
                process.wait(10)


def _wait(holds: Callable[[], bool], otherwise: str, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(otherwise)
        time.sleep(0.01)
