"""The first `config.toml`: the defaults, each with what it means."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from creditsui.config import SCHEMA, Config
from creditsui.toml_edit import key_text, value_text

_ANY = "*"
_COMMENTS = {
    "timezone": 'where days begin and end: "local" or a zone such as "Europe/Berlin"',
    "refresh_minutes": "how often accounts are asked, 1 to 1440",
    "thresholds": "bands, in percent of a full bar",
    "thresholds.days": "critical under this many days of runway; 0 is off",
    "thresholds.amount": "critical under this much money; 0 is off",
    "thresholds.healthy": "healthy above this",
    "thresholds.warning": "low up to this",
    "thresholds.critical": "critical below this",
    "display.density": "auto, cards or rows",
    "display.motion": "full, reduced or none; auto: full, but reduced over SSH",
    "display.glyphs": "auto, unicode or ascii",
    "display.sort": "worst, name or config",
    "display.theme": "colours; the palette (ctrl+p) lists the themes",
    "book.accept": "credit that came in unbooked: ask, or auto to book it",
    "alerts": "what crosses a line is told once",
    "alerts.enabled": "false: nothing is told, but what happens is remembered",
    "alerts.bell": "ring in the pane",
    "alerts.desktop": "by the system's notifier, or the terminal",
    "alerts.title": "name who is critical in the title of the pane's window",
    "alerts.command": "a program and its arguments, run for each alert with one JSON object on its standard input",
    "alerts.urls": "names that creditsui alerts add was given",
    "alerts.quiet_hours": 'tell later what begins then: "22:00-07:00"',
    "accounts.*.provider": "who is asked; the account's id where nothing is said",
    "accounts.*.label": "how it is called on the screen",
    "accounts.*.enabled": "false: kept, but neither asked nor counted",
    "accounts.*.key": "where the key is: auto, env:NAME, keyring, file or login",
    "accounts.*.admin_key": "where a second key that can read more is; the same words",
    "accounts.*.pool": "id of the account whose purse this key draws on",
    "accounts.*.base_url": "another region or a gateway, instead of the provider's address",
    "accounts.*.capacity": "what a full bar stands for",
    "accounts.*.currency": "of balances that are entered by hand",
    "accounts.*.probe": "allow requests that cost one token to read limits",
    "accounts.*.budget.amount": "how much may be spent",
    "accounts.*.budget.per": "day, week, month or total",
    "accounts.*.thresholds": "these instead of the general ones",
    "schema": "version of this file's layout",
}


def defaults() -> dict[str, Any]:
    """What a new file says: every general setting at its default."""
    config = Config()
    edges = {name: int(value) for name, value in asdict(config.thresholds).items()}
    return {
        "schema": SCHEMA,
        "timezone": config.timezone,
        "refresh_minutes": config.refresh_minutes,
        "thresholds": edges,
        "display": {name: getattr(config.display, name) for name in ("theme", "density", "motion", "glyphs", "sort")},
        "book": {"accept": config.accept},
        "alerts": {
            "enabled": True,
            "bell": False,
            "desktop": True,
            "title": True,
            "command": [],
            "urls": [],
            "quiet_hours": "",
        },
    }


def commented(values: Mapping[str, Any]) -> str:
    """A TOML text of these values, with a line above each that says what it is."""
    return "\n".join(_table(values, ())).lstrip("\n") + "\n"


def _table(values: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    lines = []
    plain = [name for name, value in values.items() if not isinstance(value, dict)]
    if path and (plain or not values):
        lines += ["", *_comment(path), f"[{key_text(path)}]"]
    for name in plain:
        lines += [*_comment((*path, name)), f"{key_text((name,))} = {value_text(values[name])}"]
    for name in values:
        if name not in plain:
            lines += _table(values[name], (*path, name))
    return lines


def _comment(path: tuple[str, ...]) -> list[str]:
    known = (path[0], _ANY, *path[2:]) if path[0] == "accounts" else path
    said = _COMMENTS.get(".".join(known))
    return [f"# {said}"] if said else []
