"""The real command in a home of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import forked

_COMMAND = [sys.executable, "-m", "creditsui"]


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]
Running = forked.Copy | subprocess.Popen[bytes]
Start = Callable[..., Running]


@pytest.fixture
def run_cli(home: Path) -> Run:
    """`run_cli("status", "--json", input=…, env={…})`: no traceback may come out, whatever it is told.

    Where its output goes to a `stdout` of the test's own, `out` stays empty.
    """

    def run(
        *words: str,
        input: str | bytes = "",
        env: Mapping[str, str] = {},
        cwd: Path | None = None,
        stdout: int | None = None,
    ) -> Done:
        given = input.encode() if isinstance(input, str) else input
        mine = _env(home, env)
        if forked.can(mine):
            code, *said = forked.run([*words], input=given, env=mine, cwd=cwd or Path.cwd(), timeout=60, stdout=stdout)
        else:
            done = subprocess.run(
                [*_COMMAND, *words], input=given, stdout=subprocess.PIPE if stdout is None else stdout,
                stderr=subprocess.PIPE, env=mine, cwd=cwd, timeout=60, check=False,
            )  # fmt: skip
            code, *said = done.returncode, done.stdout or b"", done.stderr
        out, err = (text.decode() for text in said)
        assert "Traceback" not in out + err, err
        assert "creditsui failed" not in err, err + _log(home)
        return Done(code, out, err)

    return run


@pytest.fixture
def start_cli(home: Path) -> Start:
    """`start_cli("status", stdin=…, stdout=…, stderr=…, env={…})`: a command at work in a session of its own.

    What is not given is nothing: `/dev/null`.
    """

    def start(
        *words: str,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
        env: Mapping[str, str] = {},
    ) -> Running:
        mine = _env(home, env)
        with open(os.devnull, "r+b") as null:
            ins, out, err = (null.fileno() if given is None else given for given in (stdin, stdout, stderr))
            if forked.can(mine):
                return forked.start([*words], streams=(ins, out, err), env=mine, cwd=Path.cwd(), session=True)
            return subprocess.Popen(
                [*_COMMAND, *words], stdin=ins, stdout=out, stderr=err, env=mine, start_new_session=True
            )

    return start


def _env(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8", **more}


def _log(home: Path) -> str:
    log = home / ".local/state/creditsui/creditsui.log"
    return log.read_text() if log.exists() else ""
