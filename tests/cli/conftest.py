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


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run_cli(home: Path) -> Run:
    """`run_cli("status", "--json", input=…, env={…})`: no traceback may come out, whatever it is told."""

    def run(*words: str, input: str | bytes = "", env: Mapping[str, str] = {}, cwd: Path | None = None) -> Done:
        given = input.encode() if isinstance(input, str) else input
        mine = {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8", **env}
        if forked.can(mine):
            code, *said = forked.run([*words], input=given, env=mine, cwd=cwd or Path.cwd(), timeout=60)
        else:
            done = subprocess.run(
                [sys.executable, "-m", "creditsui", *words],
                input=given, capture_output=True, env=mine, cwd=cwd, timeout=60, check=False,
            )  # fmt: skip
            code, *said = done.returncode, done.stdout, done.stderr
        out, err = (text.decode() for text in said)
        assert "Traceback" not in out + err, err
        assert "creditsui failed" not in err, err + _log(home)
        return Done(code, out, err)

    return run


def _log(home: Path) -> str:
    log = home / ".local/state/creditsui/creditsui.log"
    return log.read_text() if log.exists() else ""
