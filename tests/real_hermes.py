"""The real Hermes Agent, in processes of its own. Installed once into a cache.

`package` is the package alone, without what it depends on: its `hermes_state` needs nothing else, and that takes
seconds. `python` is of an environment that has it all, where the whole of Hermes runs.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Any, Self

VERSION = "0.19.0"
_ENVIRONMENT = dict(os.environ)
"""As it was before any test took it away: where pip finds packages and its cache."""
ALWAYS = bool(_ENVIRONMENT.get("CI"))
"""Whether it is a mistake that it cannot be had."""

_WRITER = """
import json, sys, time
from pathlib import Path
from hermes_state import SessionDB
database = SessionDB(Path(sys.argv[1]))
for line in sys.stdin:
    name, given, named = json.loads(line)
    if name == "clock":
        time.time = given[0].__pos__
    else:
        getattr(database, name)(*given, **named)
    print("done", flush=True)
"""


class Absent(Exception):
    """It cannot be had here, and why."""


def package() -> Path:
    """The folder that holds it. Raises Absent."""
    return _kept(f"hermes-agent-{VERSION}", whole=False)


def python() -> Path:
    """The Python of an environment with Hermes and all it depends on: `-m hermes_cli.main` is `hermes`. Raises Absent.

    What is found there is whole; its scripts in `bin` name the folder it was made in, so they do not start.
    """
    return _kept(f"hermes-agent-{VERSION}-whole", whole=True) / "bin/python"


def _kept(name: str, *, whole: bool) -> Path:
    cache = Path(_ENVIRONMENT.get("XDG_CACHE_HOME") or Path(_ENVIRONMENT.get("HOME", "/tmp"), ".cache"))
    found = cache / "creditsui-tests" / name
    if not found.exists():
        _install(found, whole=whole)
    return found


def _install(place: Path, *, whole: bool) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(dir=place.parent))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    try:
        if whole:
            subprocess.run([sys.executable, "-m", "venv", str(folder)], env=_ENVIRONMENT, check=True, timeout=180)
            command = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet"]
        done = subprocess.run(
            [*command, f"hermes-agent=={VERSION}"], env=_ENVIRONMENT, capture_output=True, text=True, timeout=400
        )
        if done.returncode:
            raise Absent(f"pip could not install hermes-agent: {done.stderr.strip()[-300:]}")
        folder.rename(place)
    except (OSError, subprocess.SubprocessError) as error:
        if not place.exists():  # another one was faster
            raise Absent(f"hermes-agent could not be installed: {error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Writer:
    """A Hermes that keeps its database open, and does what it is told with its own `SessionDB`."""

    def __init__(self, path: Path) -> None:
        env = {
            **os.environ,
            "PYTHONPATH": str(package()),
            "HERMES_HOME": str(path.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)],
            env=env,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def tell(self, name: str, *given: Any, **named: Any) -> None:
        """Without waiting for it."""
        assert self._process.stdin
        print(json.dumps([name, given, named]), file=self._process.stdin, flush=True)

    def told(self) -> None:
        """Wait until the next thing that was told is done."""
        assert self._process.stdout
        assert self._process.stdout.readline() == "done\n"

    def do(self, name: str, *given: Any, **named: Any) -> None:
        self.tell(name, *given, **named)
        self.told()

    def clock(self, at: float) -> None:
        """Seconds since 1970 that it takes for now from here on."""
        self.do("clock", float(at))

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin and self._process.stdout
        if self._process.poll() is None and kind is None:
            self.do("close")
        self._process.stdin.close()
        self.kill()
        self._process.stdout.close()
