"""What the user set: `config.toml`, validated value by value, as a frozen Config."""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from creditsui.domain.account import Account, Budget, Thresholds
from creditsui.domain.clean import clean
from creditsui.domain.money import AmountError, currency_code, money

SCHEMA = 1
LARGEST = 1 << 20
"""Bytes; a bigger file is not a settings file."""
COLOURS = ("healthy", "fair", "low", "critical", "trail", "fresh", "track", "accent")
"""What `[display.colors]` may set in the place of the theme's."""
RAW = ("sources", "alerts", "prices", "routing")
"""Sections that are handed on as they are."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_KEY_PLACE = re.compile(r"auto|env:[A-Za-z_][A-Za-z0-9_]*|keyring|file|login")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_TOML_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class ConfigError(ValueError):
    """Why the settings cannot be used, for the user. `line` counts from 1, None where no single line is at fault."""

    def __init__(self, message: str, line: int | None = None) -> None:
        place = "config.toml" if line is None else f"config.toml line {line}"
        super().__init__(f"{place}: {message}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Display:
    theme: str = "creditsui"
    density: str = "auto"
    motion: str = "auto"
    glyphs: str = "auto"
    sort: str = "worst"
    colors: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Word of `COLOURS` → `#rrggbb`."""


@dataclass(frozen=True, slots=True)
class Config:
    timezone: str = "local"
    refresh_minutes: int = 5
    thresholds: Thresholds = field(default_factory=Thresholds)
    display: Display = Display()
    accept: str = "ask"
    """Whether credit that came in unbooked is booked by itself (`auto`) or proposed (`ask`)."""
    accounts: tuple[Account, ...] = ()
    """In the order of the file. A label that was not given equals the id."""
    keys: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Action → key, for the TUI."""
    rest: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    """The sections `sources alerts prices routing`, not validated."""
    unknown: tuple[str, ...] = ()
    """Dotted names that mean nothing to this version."""

    def account(self, id: str) -> Account | None:
        return next((account for account in self.accounts if account.id == id), None)


def load(path: Path) -> Config:
    """The settings in a file; the defaults when there is none. Raises ConfigError."""
    return parse(read(path).decode())


def read(path: Path) -> bytes:
    """The bytes of a settings file, which are UTF-8; empty when there is none. Raises ConfigError."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ConfigError("this is not a file; move it away.")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise ConfigError(f"it cannot be read ({error.strerror}); check its owner and mode.") from None
    if len(data) > LARGEST:
        raise ConfigError("it is larger than 1 MiB; move it away.")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise ConfigError("a character is not UTF-8; save the file as UTF-8.", _line(data, error.start)) from None
    return data


def table(text: str) -> dict[str, Any]:
    """The values of a TOML text, a byte order mark allowed. Raises ConfigError with the line of a syntax error."""
    if not text:
        return {}  # as for most people: nothing needs to be loaded
    import tomllib

    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        place = _TOML_LINE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        raise ConfigError(f"{clean(_TOML_LINE.sub('', str(error)))}; correct it, or take the line out.", line) from None
    except (ValueError, RecursionError):
        raise ConfigError("a number is too long, or brackets are nested too deeply.") from None


def parse(text: str) -> Config:
    """Settings from TOML text. Every value that is used is checked; the first fault is raised as a ConfigError."""
    root = _Table(table(text), (), text.removeprefix("\ufeff"))
    if root.whole("schema", SCHEMA, 1, None) > SCHEMA:
        raise root.fault(
            "schema", f"was written by a newer creditsui (schema {root.values['schema']}): update creditsui"
        )
    thresholds = _thresholds(root.table("thresholds"), Thresholds())
    display = root.table("display")
    accounts = root.table("accounts")
    config = Config(
        timezone=_timezone(root),
        refresh_minutes=root.whole("refresh_minutes", 5, 1, 1440),
        thresholds=thresholds,
        display=Display(
            theme=display.text("theme", "creditsui"),
            density=display.choice("density", "auto", "cards", "rows"),
            motion=display.choice("motion", "auto", "full", "reduced", "none"),
            glyphs=display.choice("glyphs", "auto", "unicode", "ascii"),
            sort=display.choice("sort", "worst", "name", "config"),
            colors=_colours(display.table("colors")),
        ),
        accept=root.table("book").choice("accept", "ask", "auto"),
        accounts=tuple(_account(accounts.table(name), name, thresholds) for name in accounts.values),
        keys=MappingProxyType({name: keys.text(name, "") for keys in [root.table("keys")] for name in keys.values}),
        rest=MappingProxyType({name: root.table(name).values for name in RAW if name in root.values}),
    )
    return replace(config, unknown=tuple(root.unknown()))


@cache
def _of_file(place: str, changed: int) -> tzinfo:
    """One zone for one file, until it changes: what was reckoned in it holds as long as it is the same. Raises OSError,
    ValueError."""
    from zoneinfo import ZoneInfo

    with Path(place).open("rb") as file:
        return ZoneInfo.from_file(file, key=place.partition("/zoneinfo/")[2] or "local")


def zone(config: Config, env: Mapping[str, str] = os.environ) -> tzinfo:
    """The zone that days begin and end in. "local" is the system's, with summer time where known."""
    from zoneinfo import ZoneInfo

    if config.timezone != "local":
        return ZoneInfo(config.timezone)
    if "TZ" in env:
        name = env["TZ"].removeprefix(":")
        if not name:
            return UTC
        places = [name]
    else:
        places = [str(Path("/etc/localtime").resolve()).partition("/zoneinfo/")[2], "/etc/localtime"]
    for place in places:
        try:
            if not place.startswith("/"):
                return ZoneInfo(place)
            return _of_file(place, Path(place).stat().st_mtime_ns)
        except (OSError, ValueError, KeyError):
            continue
    return datetime.now().astimezone().tzinfo or UTC


class _Table:
    """One table of the file: takes values out of it, checked, and remembers which were asked for."""

    def __init__(self, values: Mapping[str, Any], path: tuple[str, ...], source: str) -> None:
        self.values = values
        self.path = path
        self.source = source
        self.asked: dict[str, _Table | None] = {}

    def fault(self, key: str, message: str) -> ConfigError:
        name = ".".join(clean(part, 64) for part in self.path)
        return ConfigError(
            f"{f'[{name}] ' if name else ''}{clean(key, 64)} {message}.", _line_of(self.source, (*self.path, key))
        )

    def wrong(self, key: str, allowed: str) -> ConfigError:
        return self.fault(key, f"is {_shown(self.values[key])}; write {allowed}")

    def table(self, key: str) -> "_Table":
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, f"a table, [{'.'.join((*self.path, key))}]")
        below = _Table(value, (*self.path, key), self.source)
        self.asked[key] = None if not self.path and key in RAW else below
        return below

    def text(self, key: str, default: str) -> str:
        self.asked[key] = None
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(key, "text in quotes")
        return clean(value)

    def choice(self, key: str, *allowed: str) -> str:
        """One of some words; the first is the default."""
        self.asked[key] = None
        value = self.values.get(key, allowed[0])
        if value not in allowed:
            raise self.wrong(key, " or ".join((", ".join(allowed[:-1]), allowed[-1])))
        return str(value)

    def flag(self, key: str, default: bool) -> bool:
        self.asked[key] = None
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def whole(self, key: str, default: int, low: int, high: int | None) -> int:
        self.asked[key] = None
        value = self.values.get(key, default)
        if type(value) is not int or value < low or (high is not None and value > high):
            raise self.wrong(key, f"a whole number from {low}{'' if high is None else f' to {high}'}")
        return value

    def number(self, key: str, default: float, allowed: str, *, low: float = 0, high: float = 1e12) -> float:
        self.asked[key] = None
        value = self.values.get(key, default)
        if type(value) not in (int, float) or not low <= value <= high:  # NaN is not in any range
            raise self.wrong(key, allowed)
        return float(value)

    def unknown(self) -> list[str]:
        names = []
        for key in self.values:
            if key not in self.asked:
                names.append(".".join(clean(part, 64) for part in (*self.path, key)))
            elif below := self.asked[key]:
                names += below.unknown()
        return names


def _account(given: _Table, id: str, general: Thresholds) -> Account:
    if not _ID.fullmatch(id):
        line = _line_of(given.source, given.path)
        raise ConfigError(
            f"an account is called “{clean(id, 64)}”; write a to z, 0 to 9, dot, hyphen or underscore, at most 64.",
            line,
        )
    currency = _currency(given)
    return Account(
        id=id,
        provider=_id(given, "provider", id),
        label=given.text("label", "").strip() or id,
        enabled=given.flag("enabled", True),
        key=_key_place(given, "key"),
        admin_key=_key_place(given, "admin_key"),
        pool=_pool(given, id),
        base_url=_base_url(given),
        capacity=_amount(given, "capacity") if "capacity" in given.values else None,
        currency=currency,
        probe=given.flag("probe", False),
        thresholds=_thresholds(given.table("thresholds"), general),
        budget=_budget(given.table("budget"), currency) if "budget" in given.values else None,
        params=_params(given.table("params")),
    )


def _colours(given: _Table) -> Mapping[str, str]:
    colours = {}
    for name in COLOURS:
        if name in given.values:
            colours[name] = given.text(name, "")
            if not _COLOUR.fullmatch(colours[name]):
                raise given.wrong(name, 'a colour such as "#4fc26b"')
    return MappingProxyType(colours)


def _params(given: _Table) -> Mapping[str, str]:
    return MappingProxyType({name: given.text(name, "").strip() for name in given.values})


def _thresholds(given: _Table, general: Thresholds) -> Thresholds:
    edge = "a number from 0 to 100"
    floor = "a number from 0 (off)"
    merged = Thresholds(
        healthy=given.number("healthy", general.healthy, edge, high=100),
        warning=given.number("warning", general.warning, edge, high=100),
        critical=given.number("critical", general.critical, edge, high=100),
        days=given.number("days", general.days, floor),
        amount=given.number("amount", general.amount, floor),
    )
    if why := merged.fault():
        first = next(iter(given.values), "")
        edges = f"critical {merged.critical:g}, warning {merged.warning:g}, healthy {merged.healthy:g}"
        raise ConfigError(f"[{'.'.join(given.path)}] has {edges}. {why}", _line_of(given.source, (*given.path, first)))
    return merged


def _budget(given: _Table, currency: str) -> Budget:
    if "amount" not in given.values:
        raise given.fault("amount", "is missing; write a number above 0")
    amount = money(_amount(given, "amount"), currency or "USD")
    per: Any = "month" if "per" not in given.values else given.choice("per", "day", "week", "month", "total")
    return Budget(amount, per)


def _amount(given: _Table, key: str) -> float:
    return given.number(key, 0, "a number above 0", low=0.000001)


def _id(given: _Table, key: str, default: str) -> str:
    value = given.text(key, default)
    if not _ID.fullmatch(value):
        raise given.wrong(key, "an id such as openrouter: a to z, 0 to 9, dot, hyphen or underscore")
    return value


def _pool(given: _Table, id: str) -> str:
    pool = _id(given, "pool", "") if given.values.get("pool", "") != "" else given.text("pool", "")
    if pool == id:
        raise given.wrong("pool", "the id of another account, or leave it empty")
    return pool


def _currency(given: _Table) -> str:
    text = given.text("currency", "")
    try:
        return currency_code(text) if text or "currency" in given.values else ""
    except AmountError:
        raise given.wrong("currency", "a code such as USD or EUR, or a word such as points") from None


def _key_place(given: _Table, key: str) -> str:
    given.asked[key] = None
    value = given.values.get(key, "auto")
    if not isinstance(value, str) or not _KEY_PLACE.fullmatch(value):
        # Whatever stands here may be a key that was pasted by mistake: it is never repeated.
        raise given.fault(key, "says where a key is, it is not the key; write auto, env:NAME, keyring, file or login")
    return value


def _base_url(given: _Table) -> str:
    value = given.text("base_url", "")
    if value and not fit_address(value):  # not repeated: it may hold a password
        raise given.fault("base_url", "cannot be used; write https://host/path (http only on loopback), nothing more")
    return value.rstrip("/")


def fit_address(value: str) -> bool:
    """Whether this can be a `base_url`: https anywhere or http on loopback, nothing but host, port and path."""
    from urllib.parse import urlsplit

    from creditsui.domain.urls import is_loopback

    try:
        url = urlsplit(value)
        plain = url.scheme == "https" or (url.scheme == "http" and is_loopback(url.hostname or ""))
        bare = "@" not in url.netloc and "?" not in value and "#" not in value and not re.search(r"[\s\\]", value)
        return plain and bare and bool(url.hostname) and url.port != 0 and value.isascii()
    except ValueError:
        return False


def _timezone(root: _Table) -> str:
    name = root.text("timezone", "local")
    if name != "local":
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(name)
        except (OSError, ValueError, KeyError):
            raise root.wrong("timezone", '"local" or a zone such as Europe/Berlin') from None
    return name


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, str):
        return f"“{clean(value, 40)}”"
    return clean(str(value).lower() if isinstance(value, bool) else str(value), 40)


def _line_of(text: str, path: tuple[str, ...]) -> int | None:
    from creditsui.toml_text import line_of  # for a fault only: it reads the text once more

    return line_of(text, path)


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1
