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


def run(
    words: list[str], *, input: bytes, env: Mapping[str, str], cwd: Path, timeout: float
) -> tuple[int, bytes, bytes]:
    """The exit code, as `subprocess` tells it, and what came out."""
    (stdin, put), (out, stdout), (err, stderr), (end, ended) = (os.pipe() for _ in range(4))
    told = json.dumps({"words": words, "env": dict(env), "cwd": str(cwd)}).encode()
    with _ONE_AT_A_TIME:
        socket.send_fds(_parent(), [told], [stdin, stdout, stderr, ended])
    for fd in (stdin, stdout, stderr, ended):
        os.close(fd)
    with open(put, "wb", 0) as into, open(out, "rb") as says, open(err, "rb") as moans, open(end, "rb") as ends:
        pid = int(ends.readline())
        late = threading.Timer(timeout, os.kill, (pid, signal.SIGKILL))
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
        code = int(ends.readline())
        late.cancel()
    return code, said, errors[0]


def _feed(into: object, data: bytes) -> None:
    with suppress(BrokenPipeError), into:  # type: ignore[attr-defined]
        view = memoryview(data)
        while view:
            view = view[into.write(view) :]  # type: ignore[attr-defined]


@cache
def _parent() -> socket.socket:
    """The other end is the process that makes the copies; it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    # Pipes, as the copies have: Python asks once whether a stream can seek.
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.forked", str(theirs.fileno())],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, cwd=Path(__file__).parents[1],
        pass_fds=[theirs.fileno()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    theirs.close()
    atexit.register(process.wait, 10)
    atexit.register(ours.close)
    return ours


def _serve(asked: socket.socket) -> None:
    """Make a copy for every command, which returns from here, and tell of each how it ended."""
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


def _become(told: dict[str, object], fds: list[int]) -> None:
    for number, fd in enumerate(fds[:3]):
        os.dup2(fd, number)
    for fd in fds:
        os.close(fd)
    os.environ.clear()
    os.environ.update(told["env"])  # type: ignore[call-overload]
    time.tzset()
    os.chdir(str(told["cwd"]))
    sys.path[0] = str(told["cwd"])
    sys.argv = [sys.argv[0], *told["words"]]  # type: ignore[misc]


def _end(code: int) -> NoReturn:
    """As Python ends, but what was imported is not cleared away: that would first copy all of it."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    gc.collect()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _import_all() -> None:
    import creditsui

    for one in pkgutil.walk_packages(creditsui.__path__, "creditsui.", onerror=lambda name: None):
        if not one.name.startswith(_LEFT_OUT):
            importlib.import_module(one.name)
    for name in _LATE:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    _import_all()
    assert "textual" not in sys.modules, "it reads the environment when it is imported"
    _serve(socket.socket(fileno=int(sys.argv[1])))
    from creditsui.cli.main import main

    _end(main())
