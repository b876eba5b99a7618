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
        done = subprocess.run(
            [sys.executable, "-m", "creditsui", *words],
            input=input.encode() if isinstance(input, str) else input,
            capture_output=True,
            env={**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8", **env},
            cwd=cwd,
            timeout=60,
            check=False,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in out + err, err
        assert "creditsui failed" not in err, err + _log(home)
        return Done(done.returncode, out, err)

    return run


def _log(home: Path) -> str:
    log = home / ".local/state/creditsui/creditsui.log"
    return log.read_text() if log.exists() else ""
