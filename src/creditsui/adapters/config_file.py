"""Write to `config.toml`: one value changes, every other byte stays."""

import copy
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import tomli_w

from creditsui import config
from creditsui.adapters import atomic
from creditsui.adapters.config_new import commented, defaults
from creditsui.toml_edit import drop, put, put_table

__all__ = ["REMOVE", "change", "change_all", "remove"]

Key = tuple[str, ...]
REMOVE: Final = object()
"""In place of a value: take the key away."""
_ATTEMPTS = 100


def change(path: Path, key: Key, value: object) -> None:
    """Set one value, or take it away with REMOVE. See `change_all`."""
    change_all(path, {key: value})


def remove(path: Path, key: Key) -> None:
    """Take a value, or a table with all that is in it, out of the file; not being there is fine."""
    change_all(path, {key: REMOVE})


def change_all(path: Path, changes: Mapping[Key, object]) -> None:
    """Set several values in one write; a dict replaces a whole table.

    A new file is written with a comment on each field. A file that is broken, or would be after the change, is left as
    it is and a ConfigError says why. When somebody else saves it meanwhile, the change is made to what they saved.
    Raises OSError where the file cannot be written, atomic.Conflict where it never stands still.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        old = config.read(path)
        new, faithful = _changed(old, changes)
        if new == old:
            return
        config.parse(new.decode())
        try:
            if not faithful:
                atomic.replace(path.with_name(f"{path.name}.bak"), old)
            atomic.replace(path, new, unless_changed=old)
            return
        except atomic.Conflict:
            if attempt == _ATTEMPTS:
                raise


def _changed(old: bytes, changes: Mapping[Key, object]) -> tuple[bytes, bool]:
    """The new bytes, and whether all that was not to change is the same byte for byte."""
    if not old:
        return commented(_applied(defaults(), changes)).encode(), True
    text = old.decode()
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    wanted = _applied(config.table(text), changes)
    try:
        edited = _edited(text, changes)
        if _same(_settled(tomllib.loads(edited), changes), _settled(wanted, changes)):
            return (mark + edited).encode(), True
    except (tomllib.TOMLDecodeError, IndexError):
        pass  # such as a key inside what is an array of tables here
    return tomli_w.dumps(wanted).encode(), False


def _edited(text: str, changes: Mapping[Key, object]) -> str:
    for key, value in changes.items():
        if value is REMOVE or isinstance(value, dict):
            text = drop(text, key)
        if isinstance(value, dict):
            text = (
                _edited(text, {(*key, name): below for name, below in value.items()}) if value else put_table(text, key)
            )
        elif value is not REMOVE:
            text = put(text, key, value)
    return text


def _applied(values: Mapping[str, Any], changes: Mapping[Key, object]) -> dict[str, Any]:
    changed = copy.deepcopy(dict(values))
    for key, value in changes.items():
        *above, last = key
        table = changed
        for name in above:
            if value is REMOVE and not isinstance(table.get(name), dict):
                break
            if not isinstance(table.get(name), dict):
                table[name] = {}
            table = table[name]
        else:
            if value is REMOVE:
                table.pop(last, None)
            else:
                table[last] = copy.deepcopy(value)
    return changed


def _settled(values: dict[str, Any], changes: Mapping[Key, object]) -> dict[str, Any]:
    """Without the tables that a removal left empty: whether a dotted key's table stays is a matter of spelling."""
    for key, value in changes.items():
        for depth in range(len(key) - 1, 0, -1) if value is REMOVE else ():
            above: Any = values
            for name in key[: depth - 1]:
                above = above.get(name) if isinstance(above, dict) else None
            if isinstance(above, dict) and above.get(key[depth - 1]) == {}:
                del above[key[depth - 1]]
    return values


def _same(one: object, other: object) -> bool:
    """Equal in type too: 1, 1.0 and true are three values."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return repr(one) == repr(other)  # NaN is the same as NaN here
