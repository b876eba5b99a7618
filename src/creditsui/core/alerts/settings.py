"""What the user says of alerts: the section `[alerts]` of config.toml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, get_args

from creditsui.config import ConfigError
from creditsui.core import configured
from creditsui.core.session import Session
from creditsui.domain.alert import Rule
from creditsui.domain.clean import clean
from creditsui.domain.quiet import Quiet, quiet

_KNOWN = (
    "enabled", "bell", "desktop", "title", "command", "urls", "quiet_hours", "refills", "ignore", "until",
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NEVER: Mapping[str, date] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    enabled: bool = True
    """Off: nothing is told, but what happens is remembered, so that turning it on tells nothing old."""
    bell: bool = False
    desktop: bool = True
    title: bool = True
    """Whether the pane may name what is critical in the title of its window."""
    command: tuple[str, ...] = ()
    """What is run for each alert, and its arguments."""
    urls: tuple[str, ...] = ()
    """Names of Apprise URLs; the URLs themselves are secrets in the keyring."""
    quiet_hours: Quiet | None = None
    refills: bool = False
    """Whether good news are told too: what has recovered or was refilled."""
    ignore: frozenset[Rule] = frozenset()
    """Rules that are not told."""
    until: date | None = None
    """The day that all accounts should last through."""
    lasting: Mapping[str, date] = field(default_factory=lambda: _NEVER)
    """The same for single accounts, where they are named one by one."""
    unknown: tuple[str, ...] = ()
    """Keys that mean nothing to this version."""

    def through(self, account: str) -> date | None:
        """The day that this account should last through, if any."""
        return self.lasting.get(account, self.until)


def alert_settings(session: Session) -> AlertSettings:
    """As the file has it now, or had it when it could last be read. Raises ConfigError."""
    return read(configured.current(session).rest.get("alerts"))


def read(section: Any) -> AlertSettings:
    """Read the section strictly: what is meant must not be guessed. Raises ConfigError, and repeats no value."""
    if section is None:
        return AlertSettings()
    if not isinstance(section, Mapping):
        raise ConfigError("alerts is no table; write [alerts].")
    until, lasting = _until(section)
    return AlertSettings(
        enabled=_flag(section, "enabled", True),
        bell=_flag(section, "bell", False),
        desktop=_flag(section, "desktop", True),
        title=_flag(section, "title", True),
        command=_command(section),
        urls=_urls(section),
        quiet_hours=_quiet(section),
        refills=_flag(section, "refills", False),
        ignore=_rules(section),
        until=until,
        lasting=lasting,
        unknown=tuple(clean(str(key), 64) for key in section if key not in _KNOWN),
    )


def advice(session: Session) -> list[str]:
    """What is wrong with the section, or means nothing in it."""
    try:
        found = alert_settings(session)
    except ConfigError as fault:
        return [str(fault)]
    return [f"config.toml: [alerts] {key} means nothing to this version." for key in found.unknown]


def _flag(section: Mapping[str, Any], key: str, default: bool) -> bool:
    value = section.get(key, default)
    if not isinstance(value, bool):
        raise ConfigError(f"[alerts] {key} is neither true nor false.")
    return value


def _command(section: Mapping[str, Any]) -> tuple[str, ...]:
    words = _texts(section, "command", '["notify", "me"]: a program and its arguments')
    if words and (not words[0].strip() or any("\0" in word for word in words)):
        raise ConfigError("[alerts] command names no program.")
    return words


def _urls(section: Mapping[str, Any]) -> tuple[str, ...]:
    names = _texts(section, "urls", '["phone"]: names that creditsui alerts add NAME was given')
    if not all(_NAME.fullmatch(name) for name in names):
        raise ConfigError(
            "[alerts] urls holds names, not the URLs, which are secrets; keep one with: creditsui alerts add NAME"
        )
    return tuple(dict.fromkeys(names))


def _quiet(section: Mapping[str, Any]) -> Quiet | None:
    value = section.get("quiet_hours", "")
    try:
        return quiet(value) if isinstance(value, str) else quiet("?")
    except ValueError:
        raise ConfigError('[alerts] quiet_hours is no span of hours; write "22:00-07:00".') from None


def _rules(section: Mapping[str, Any]) -> frozenset[Rule]:
    names = _texts(section, "ignore", '["window"]: rules that are not told')
    rules: tuple[Rule, ...] = get_args(Rule)
    if not set(names) <= set(rules):
        raise ConfigError(f"[alerts] ignore names a rule that there is not; there are {', '.join(rules)}.")
    return frozenset(rule for rule in rules if rule in names)


def _until(section: Mapping[str, Any]) -> tuple[date | None, Mapping[str, date]]:
    value = section.get("until")
    if value is None or value == "":
        return None, _NEVER
    if isinstance(value, Mapping):
        return None, MappingProxyType({str(name): _day(day) for name, day in value.items()})
    return _day(value), _NEVER


def _day(value: Any) -> date:
    try:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ConfigError(
            '[alerts] until is no day; write "2026-12-24", or under [alerts.until] a day for each account.'
        ) from None


def _texts(section: Mapping[str, Any], key: str, example: str) -> tuple[str, ...]:
    values = section.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ConfigError(f"[alerts] {key} is no list of texts; write {example}.")
    return tuple(values)
