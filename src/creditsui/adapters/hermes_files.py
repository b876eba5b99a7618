"""What Hermes Agent keeps in its home, read as it reads it itself. Nothing here writes."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from creditsui.adapters import process
from creditsui.adapters.regular import opened
from creditsui.domain.clean import clean, decode_json
from creditsui.domain.secret import Secret
from creditsui.routing.route import Refused

LARGEST = 8 << 20
"""Bytes; a bigger file is none of settings."""
MANAGED = Path("/etc/hermes")
_PROFILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_PLACEHOLDERS = frozenset(
    {"*", "**", "***", "changeme", "your_api_key", "your_api_key_here", "your-api-key"}
    | {"placeholder", "example", "dummy", "null", "none"}
)
_SHORTEST = 4
_LONGEST_KEY = 65_536


@dataclass(frozen=True)
class Place:
    """One home of Hermes: of the root, or of a profile."""

    home: Path
    root: Path

    @property
    def config(self) -> Path:
        return self.home / "config.yaml"


@dataclass(frozen=True, slots=True)
class Found:
    """A key as Hermes would find it."""

    secret: Secret
    source: str
    """`env:NAME` for the environment or `.env`, `auth.json` for a key kept there."""
    login: bool = False
    """Whether it is a token of a login, which draws on a plan."""


def place(env: Mapping[str, str], user: Path, told: str = "", profile: str = "") -> Place:
    """The home that `hermes` itself would use, or that of `profile`; `told` is the user's own word. Raises Refused."""
    given = told or env.get("HERMES_HOME", "").strip()
    try:
        home = _expanded(given, user) if given else user / ".hermes"
        root = home.parent.parent if home.parent.name == "profiles" else home
        if not home.is_dir():
            where = clean(str(home))
            raise Refused(f"No Hermes Agent in {where}; set home under [routing] in config.toml, or HERMES_HOME.")
        if not profile and not told and home == root:
            profile = _sticky(root)
        if profile == "default":
            return Place(root, root)
        return Place(_profile(root, profile), root) if profile else Place(home, root)
    except (OSError, ValueError):
        raise Refused(f"{clean(given) or '~/.hermes'} cannot be looked into.") from None


def _expanded(given: str, user: Path) -> Path:
    return user / given[2:] if given.startswith("~/") else user if given == "~" else Path(given)


def _sticky(root: Path) -> str:
    """The profile that `hermes profile use` chose."""
    data = _bytes(root / "active_profile", 1000)
    name = data.decode("utf-8", "replace").strip() if data else ""
    return name if _PROFILE.fullmatch(name) else ""


def _profile(root: Path, name: str) -> Path:
    if not _PROFILE.fullmatch(name):
        raise Refused(f"“{clean(name, 64)}” is no name of a profile: a to z, 0 to 9, hyphen and underscore.")
    folder = root / "profiles" / name
    if not folder.is_dir():
        there = ", ".join(profiles(root)) or "none"
        raise Refused(f"Hermes has no profile {name}; it has: {there}.")
    return folder


def profiles(root: Path) -> list[str]:
    """Names of the profiles that are there."""
    try:
        return sorted(one.name for one in (root / "profiles").iterdir() if _PROFILE.fullmatch(one.name))
    except OSError:
        return []


def read(path: Path) -> bytes:
    """The bytes of config.yaml. Raises Refused where there are none to be had."""
    try:
        with opened(path) as (file, _):
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise Refused(f"{clean(str(path))} is missing; `hermes setup` makes it.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no file"
        raise Refused(f"{clean(str(path))} cannot be read ({why}).") from None
    if len(data) > LARGEST:
        raise Refused(f"{clean(str(path))} is larger than 8 MiB, which no settings are.")
    return data


def written(path: Path) -> datetime | None:
    """When a file got the bytes that it has; None: nobody knows."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None


def manager(place: Place, env: Mapping[str, str]) -> str:
    """Who else writes the settings of this installation, such as NixOS; empty: nobody."""
    told = env.get("HERMES_MANAGED", "").strip()
    if told:
        return {"brew": "Homebrew", "homebrew": "Homebrew"}.get(told.lower(), "NixOS" if _true(told) else clean(told))
    return "NixOS" if os.path.lexists(place.home / ".managed") else ""


def _true(told: str) -> bool:
    return told.lower() in {"true", "1", "yes", "nix", "nixos"}


def stripped(env: Mapping[str, str]) -> bool:
    """Whether Hermes started this process, as it does with scripts of its scheduler: then it took providers' keys and
    addresses out of the environment, and left its mark (`apply_subprocess_home_env`)."""
    return bool(env.get("HERMES_REAL_HOME", "").strip())


def overlay(env: Mapping[str, str]) -> tuple[Path, bytes] | None:
    """What an administrator lays over everybody's settings, and where it stands; None: nothing."""
    folder = _managed(env)
    data = _bytes(folder / "config.yaml", LARGEST) if folder else None
    return (folder / "config.yaml", data) if folder and data else None


def _managed(env: Mapping[str, str]) -> Path | None:
    told = env.get("HERMES_MANAGED_DIR", "").strip()
    folder = Path(told) if told else MANAGED
    try:
        return folder if folder.is_dir() else None
    except (OSError, ValueError):
        return None


class Keys:
    """The keys that Hermes finds in one home: its `.env` before the environment, and `auth.json`.

    Keys that stand in blocks of config.yaml are not used for its built-in providers, so they are not looked at.
    """

    def __init__(self, place: Place, env: Mapping[str, str]) -> None:
        self._place = place
        self._env = env

    def variable(self, name: str) -> str:
        """Its value, `.env` first; of a reference to a password manager, what the environment has; "" for none."""
        told = self._dotenv.get(name, "").strip()
        if told.startswith("op://"):
            told = ""
        return told or self._env.get(name, "").strip()

    def find(self, hermes: str, variables: tuple[str, ...], logins: tuple[str, ...] = ()) -> Found | None:
        """The key that Hermes would use for one of its providers; None: it finds none."""
        return next((one for one in self._each(hermes, variables, logins) if usable(one.secret.reveal())), None)

    def logins(self) -> list[str]:
        """Hermes' ids of those that it has logged in to, by name."""
        state, pool = self._auth.get("providers"), self._auth.get("credential_pool")
        found = {name for name, one in (state.items() if isinstance(state, dict) else ()) if _logged_in(one)}
        for name, entries in pool.items() if isinstance(pool, dict) else ():
            rows = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
            alive = [one for one in rows if one.get("last_status") != "dead" and one.get("access_token")]
            if any(str(one.get("auth_type") or "api_key") != "api_key" for one in alive):
                found.add(name)
        return sorted(found)

    def endpoint(self, hermes: str) -> str:
        """The address that Hermes found out for this provider, where it did."""
        state = self._auth.get("providers")
        one = state.get(hermes) if isinstance(state, dict) else None
        found = one.get("detected_endpoint") if isinstance(one, dict) else None
        base = found.get("base_url") if isinstance(found, dict) else None
        return base if isinstance(base, str) else ""

    def _each(self, hermes: str, variables: tuple[str, ...], logins: tuple[str, ...]) -> Iterator[Found]:
        held = {name: value for name in variables if (value := self.variable(name))}
        # A plain key in its usual place ends what was found out by looking for logins of other tools.
        plain = bool(held) and not any(value.startswith(logins) for value in held.values())
        met: set[str] = set()
        for entry in self._pool(hermes):
            source = str(entry.get("source") or "")
            if source.startswith("env:"):
                name = source.removeprefix("env:")
                met.add(name)
                if name in held:
                    yield self._found(held[name], source, logins)
                continue
            token = entry.get("access_token")
            borrowed = source in {"claude_code", "hermes_pkce"}
            if not isinstance(token, str) or entry.get("last_status") == "dead" or (borrowed and plain):
                continue
            by_login = str(entry.get("auth_type") or "api_key") != "api_key"
            yield Found(Secret(token.strip()), "auth.json", by_login or token.startswith(logins))
        for name, value in held.items():
            if name not in met:
                yield self._found(value, f"env:{name}", logins)

    @staticmethod
    def _found(value: str, source: str, logins: tuple[str, ...]) -> Found:
        return Found(Secret(value), source, value.startswith(logins))

    def _pool(self, hermes: str) -> list[dict[str, Any]]:
        """The entries of this home, or of the root where a profile has none, in Hermes' order."""
        for auth in (self._auth, self._root_auth):
            pool = auth.get("credential_pool")
            entries = pool.get(hermes) if isinstance(pool, dict) else None
            if isinstance(entries, list) and entries:
                return sorted((one for one in entries if isinstance(one, dict)), key=_priority)
        return []

    @cached_property
    def _auth(self) -> Mapping[str, Any]:
        return _json(self._place.home / "auth.json")

    @cached_property
    def _root_auth(self) -> Mapping[str, Any]:
        return {} if self._place.home == self._place.root else _json(self._place.root / "auth.json")

    @cached_property
    def _dotenv(self) -> Mapping[str, str]:
        own = _variables(self._place.home / ".env")
        managed = _managed(self._env)
        return {**own, **_variables(managed / ".env")} if managed else own


def _logged_in(state: Any) -> bool:
    return isinstance(state, dict) and any(state.get(name) for name in ("tokens", "access_token", "refresh_token"))


def usable(value: str) -> bool:
    """Whether this can be a key at all: a placeholder is none, though Hermes sends one here and there."""
    plain = value.strip()
    return len(plain) >= _SHORTEST and plain.lower() not in _PLACEHOLDERS and plain.isprintable() and " " not in plain


def jobs(place: Place) -> list[Mapping[str, Any]]:
    """The scheduled jobs of this home; empty where none can be read."""
    found = _json(place.home / "cron" / "jobs.json").get("jobs")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def gateway(place: Place) -> int | None:
    """The process id of the gateway that runs on this home; None: none does."""
    told = _json(place.home / "gateway.pid", bare=True)
    pid = told.get("pid")
    if type(pid) is not int or pid <= 0 or not process.alive(pid):
        return None
    begun, known = told.get("start_time"), process.started(pid)
    return None if type(begun) is int and known is not None and known != begun else pid


def _priority(entry: Mapping[str, Any]) -> int:
    value = entry.get("priority")
    return value if type(value) is int else 0


def _variables(path: Path) -> dict[str, str]:
    data = _bytes(path, LARGEST) or b""
    values: dict[str, str] = {}
    for line in data.decode("utf-8-sig", "replace").splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and name.strip().isidentifier():
            values[name.strip()] = _unquoted(value.strip())
    return values


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return re.sub(r'\\(["\\])', r"\1", value[1:-1])
    return value[1:-1] if len(value) >= 2 and value[0] == value[-1] == "'" else value


def _json(path: Path, *, bare: bool = False) -> Mapping[str, Any]:
    """An object; empty where there is none. `bare`: a number alone is a process id."""
    data = _bytes(path, LARGEST)
    try:
        found = decode_json(data, _LONGEST_KEY) if data else {}
    except ValueError:
        return {}
    if bare and type(found) is int:
        return {"pid": found}
    return found if isinstance(found, dict) else {}


def _bytes(path: Path, most: int) -> bytes | None:
    try:
        with opened(path) as (file, _):
            data = file.read(most + 1)
    except (OSError, ValueError):
        return None
    return data if len(data) <= most else None
