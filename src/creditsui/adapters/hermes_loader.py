"""Asking the Hermes that is installed here what its own loader makes of a config.yaml."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from creditsui.paths import ensure
from creditsui.routing.hermes_now import as_read, route
from creditsui.routing.route import Refused, Route

PATIENCE = 20.0
"""Seconds; it starts in less than one."""
_FOLDER = ".hermes-loader."
_ORPHAN = 3600
_PARTS = ("model", "provider", "base_url", "api_base", "delegation", "fallback_providers", "fallback_model")
_ASKED = """
import json, sys
from pathlib import Path
from hermes_cli import config
from hermes_cli.fallback_config import get_fallback_chain
parts, found = json.loads(sys.argv[1]), []
for name in ("old", "new"):
    config.get_config_path = lambda name=name: Path(sys.argv[2], name)
    config._LAST_EXPANDED_CONFIG_BY_PATH.clear()
    found.append(config.load_config())
old, new = found
told = {name: new[name] for name in parts if name in new}
told["fallback_providers"] = [{key: one[key] for key in ("provider", "model", "base_url") if key in one}
                              for one in get_fallback_chain(new)]
told.pop("fallback_model", None)
leaves = ("default", "model", "name", "provider", "base_url", "api_mode")
for name in ("model", "delegation"):
    if isinstance(told.get(name), dict):
        told[name] = {key: told[name][key] for key in leaves if key in told[name]}
for each in found:
    for name in ("model", "delegation"):
        inner = each.get(name) if isinstance(each.get(name), dict) else {}
        each[name] = {key: value for key, value in inner.items() if key not in leaves}
    for name in set(parts) - {"model", "delegation"}:
        each.pop(name, None)
sys.stdout.write("\\n" + json.dumps({"route": told, "rest": repr(old) == repr(new)}))
"""


def agrees(old: bytes, new: bytes, wanted: Route, *, env: Mapping[str, str], folder: Path) -> bool:
    """Whether Hermes' own loader was asked, and finds the route in `new` and all else as in `old`. False: it is not
    installed where it could be found, or does not answer. Raises Refused where it reads another route.

    `folder` is one of ours: both files lie there for as long as it takes, for their owner alone.
    """
    python = interpreter(env)
    told = _asked(python, old, new, env, folder) if python else None
    if told is None:
        return False
    stands = route(told["route"])
    wanted = as_read(wanted)
    if told["rest"] is not True:
        raise Refused("Nothing was written, because Hermes itself would read more than the route differently.")
    if (
        stands is None
        or (stands.primary, stands.delegation) != (wanted.primary, wanted.delegation)
        or stands.fallbacks[: len(wanted.fallbacks)] != wanted.fallbacks
    ):
        raise Refused("Nothing was written, because Hermes itself would read another route.")
    return True


def interpreter(env: Mapping[str, str]) -> str | None:
    """The Python that runs `hermes`; None: none was found."""
    if find_spec("hermes_cli") is not None:
        return sys.executable
    program = shutil.which("hermes", path=env.get("PATH"))
    if program is None:
        return None
    with suppress(OSError, ValueError):
        with Path(os.path.realpath(program)).open("rb") as file:
            first = file.readline(1000).decode().strip()
        python = Path(first.removeprefix("#!").strip())
        if first.startswith("#!") and python.is_absolute() and python.name.startswith("python"):
            return str(python)
    return None


def _asked(python: str, old: bytes, new: bytes, env: Mapping[str, str], folder: Path) -> dict[str, Any] | None:
    ensure(folder)
    _sweep(folder)
    home = Path(mkdtemp(prefix=_FOLDER, dir=folder))
    try:
        for name, data in (("old", old), ("new", new)):
            (home / name).write_bytes(data)
        kept = {name: env[name] for name in ("PATH", "LANG", "LC_ALL", "PYTHONPATH") if name in env}
        done = subprocess.run(
            [python, "-c", _ASKED, json.dumps(_PARTS), str(home)],
            env={**kept, "HOME": str(home), "HERMES_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
        )
        told = json.loads(done.stdout.decode().rpartition("\n")[2]) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return told if isinstance(told, dict) and isinstance(told.get("route"), dict) else None


def _sweep(folder: Path) -> None:
    """Remove what a killed one left."""
    for orphan in folder.glob(f"{_FOLDER}*"):
        with suppress(OSError):
            if time.time() - orphan.stat().st_mtime > _ORPHAN:
                shutil.rmtree(orphan, ignore_errors=True)
