"""`creditsui` many times without starting Python as often.

A process imports the program once, and has a copy of itself made for every command: with words, environment, folder and
streams of its own, and nothing in its memory but what was imported. It ends like a program. What of an environment
Python reads at its start cannot be given to a copy; such a command is started anew.

How fast the program starts, and what it loads for that, has tests of its own, which start it.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NoReturn

from tests import unsynced

_AT_START = ("LC_", "LD_", "PYTHON")
_HARMLESS = {"PYTHON_KEYRING_BACKEND"}  # read by a library when it is used, not when it is imported
_LEFT_OUT = ("creditsui.__main__", "creditsui.tui", "creditsui.hermes_plugin", "creditsui.cli.mcp_server")
_LATE = (  # what many commands load when they need it
    "anyio._backends._asyncio", "concurrent.futures.thread", "httpcore", "keyring.backends.SecretService",
    "keyring.backends.fail",
)  # fmt: skip
_ONE_AT_A_TIME = threading.Lock()


def can(env: Mapping[str, str]) -> bool:
    """Whether a copy can have this environment."""
    told = {name: value for name, value in env.items() if name.startswith(_AT_START) and name not in _HARMLESS}
    return sys.platform == "linux" and told == {"LC_ALL": "C.UTF-8"}


class Copy:
    """A copy at work: of `subprocess.Popen` what tests need of it."""

    def __init__(self, told: int) -> None:
        self._told = open(told, "rb", 0)  # noqa: SIM115
        self.pid = int(self._told.readline())
        self.returncode: int | None = None

    def wait(self, timeout: float) -> int:
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise TimeoutError(f"the copy is still at work after {timeout} s")
            with self._told:
                self.returncode = int(self._told.readline())
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start(
    words: list[str],
    *,
    streams: tuple[int, int, int],
    env: Mapping[str, str],
    cwd: Path,
    session: bool = False,
    code: str = "",
    loaded: str = "",
) -> Copy:
    """`streams`: what becomes its standard input, output and error; `session`: whether it gets one of its own.

    With `code` it runs that and not the command; `loaded` is a module that the others do not have in memory.
    """
    told, tell = os.pipe()
    order = {"words": words, "env": dict(env), "cwd": str(cwd), "session": session, "code": code}
    with _ONE_AT_A_TIME:
        socket.send_fds(_parent(loaded), [json.dumps(order).encode()], [*streams, tell])
    os.close(tell)
    return Copy(told)


def run(
    words: list[str],
    *,
    input: bytes,
    env: Mapping[str, str],
    cwd: Path,
    timeout: float,
    stdout: int | None = None,
    code: str = "",
    loaded: str = "",
) -> tuple[int, bytes, bytes]:
    """The exit code, as `subprocess` tells it, and what came out, unless it goes to `stdout`."""
    (stdin, put), (out, said_into), (err, stderr) = (os.pipe() for _ in range(3))
    streams = (stdin, said_into if stdout is None else stdout, stderr)
    copy = start(words, streams=streams, env=env, cwd=cwd, code=code, loaded=loaded)
    for fd in (stdin, said_into, stderr):
        os.close(fd)
    with open(put, "wb", 0) as into, open(out, "rb") as says, open(err, "rb") as moans:
        late = threading.Timer(timeout, copy.kill)
        late.start()
        errors: list[bytes] = []
        threads = [
            threading.Thread(target=_feed, args=(into, input)),
            threading.Thread(target=lambda: errors.append(moans.read())),
        ]
        for thread in threads:
            thread.start()
        said = says.read()
        for thread in threads:
            thread.join()
        ended = copy.wait(timeout)
        late.cancel()
    return ended, said, errors[0]


def _feed(into: object, data: bytes) -> None:
    with suppress(BrokenPipeError), into:  # type: ignore[attr-defined]
        view = memoryview(data)
        while view:
            view = view[into.write(view) :]  # type: ignore[attr-defined]


@cache
def _parent(loaded: str) -> socket.socket:
    """The other end is the process that makes the copies; it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    # Pipes, as the copies have: Python asks once whether a stream can seek.
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.forked", str(theirs.fileno()), loaded],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, cwd=Path(__file__).parents[1],
        pass_fds=[theirs.fileno()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    theirs.close()
    atexit.register(process.wait, 10)
    atexit.register(ours.close)
    return ours


def _serve(asked: socket.socket) -> str:
    """Make a copy for every command, which returns from here with the code it is to run, if any, and tell of each how
    it ended."""
    copies: dict[int, tuple[int, int]] = {}  # what tells that a copy has ended: the copy, and whom to tell
    poll = select.poll()
    poll.register(asked, select.POLLIN)
    while True:
        for ready, _ in poll.poll():
            if ready in copies:
                poll.unregister(ready)
                pid, tell = copies.pop(ready)
                _, status = os.waitpid(pid, 0)
                with suppress(BrokenPipeError):
                    os.write(tell, f"{os.waitstatus_to_exitcode(status)}\n".encode())
                os.close(ready)
                os.close(tell)
                continue
            told, fds, _, _ = socket.recv_fds(asked, 1 << 20, 4)
            if not told:
                os._exit(0)
            if (pid := os.fork()) == 0:
                asked.close()
                for ready, (_, tell) in copies.items():
                    os.close(ready)
                    os.close(tell)
                return _become(json.loads(told), fds)
            *streams, tell = fds
            for fd in streams:
                os.close(fd)
            os.write(tell, f"{pid}\n".encode())
            ending = os.pidfd_open(pid)
            copies[ending] = pid, tell
            poll.register(ending, select.POLLIN)


def _become(told: dict[str, object], fds: list[int]) -> str:
    for number, fd in enumerate(fds[:3]):
        os.dup2(fd, number)
    for fd in fds:
        os.close(fd)
    if told["session"]:
        os.setsid()
    if os.isatty(1):
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    os.environ.clear()
    os.environ.update(told["env"])  # type: ignore[call-overload]
    time.tzset()
    os.chdir(str(told["cwd"]))
    sys.path[0] = str(told["cwd"])
    sys.argv = [sys.argv[0], *told["words"]]  # type: ignore[misc]
    return str(told["code"])


def _end(code: int) -> NoReturn:
    """As Python ends, but what was imported is not cleared away: that would first copy all of it."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _import_all(more: str) -> None:
    import creditsui

    for one in pkgutil.walk_packages(creditsui.__path__, "creditsui.", onerror=lambda name: None):
        if not one.name.startswith(_LEFT_OUT):
            importlib.import_module(one.name)
    for name in (*_LATE, *filter(None, [more])):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    unsynced.install()
    _import_all(sys.argv[2])
    assert "textual" not in sys.modules, "it reads the environment when it is imported"
    if instead := _serve(socket.socket(fileno=int(sys.argv[1]))):
        exec(compile(instead, "<string>", "exec"), {"__name__": "__main__"})
        _end(0)
    from creditsui.cli.main import main

    _end(main())
