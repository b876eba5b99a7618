"""The words of a declaration, handed out checked: a mistake has a file, a line, a key and what to write instead."""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from creditsui.domain.clean import clean
from creditsui.domain.urls import origin
from creditsui.providers.expression import Expression, ExpressionError, expression
from creditsui.providers.spec import Json
from creditsui.toml_text import line_of

LARGEST = 64 * 1024
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_TOML_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class DeclarationError(ValueError):
    """Why a declaration cannot be used: file, line, key and what to write instead."""

    def __init__(self, file: str, line: int | None, message: str) -> None:
        super().__init__(f"{file}{f' line {line}' if line is not None else ''}: {message}")
        self.file, self.line, self.message = file, line, message


def parse(text: str, file: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise DeclarationError(file, None, "it is larger than 64 KiB.")
    try:
        return tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_LINE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        raise DeclarationError(file, line, f"{clean(_TOML_LINE.sub('', str(error)))}.") from None
    except (ValueError, RecursionError):
        raise DeclarationError(file, None, "a number is too long, or brackets are nested too deeply.") from None


class Table:
    """One table of a declaration: hands its values out checked, and knows which nobody asked for."""

    def __init__(self, values: Mapping[str, Any], path: tuple[str | int, ...], source: str, file: str) -> None:
        self.values, self.path, self.source, self.file = values, path, source, file
        self._asked: set[str] = set()
        self._below: list[Table] = []

    def fault(self, key: str, message: str) -> DeclarationError:
        where = ".".join(str(part) for part in self.path if not isinstance(part, int))
        named = f"[{where}] {key}" if where else key
        return DeclarationError(self.file, line_of(self.source, (*self.path, key)), f"{clean(named, 80)} {message}.")

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self.values

    def _get(self, key: str, kind: type, what: str, default: Any) -> Any:
        self._asked.add(key)
        value = self.values.get(key, default)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fault(key, f"must be {what}")
        return value

    def text(self, key: str) -> str:
        return clean(str(self._get(key, str, "text in quotes", "")), None).strip()

    def flag(self, key: str) -> bool:
        return bool(self._get(key, bool, "true or false", False))

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        value = int(self._get(key, int, f"a whole number from {low} to {high}", default))
        if not low <= value <= high:
            raise self.fault(key, f"must be a whole number from {low} to {high}")
        return value

    def choice(self, key: str, *allowed: str) -> str:
        """One of some words; the first where nothing is said."""
        value = self.text(key) or allowed[0]
        if value not in allowed:
            raise self.fault(key, f"must be one of: {', '.join(one for one in allowed if one)}")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        value = self._get(key, list, "a list of texts", [])
        if not all(isinstance(one, str) for one in value):
            raise self.fault(key, "must be a list of texts")
        return tuple(clean(one, None) for one in value)

    def variables(self, key: str) -> tuple[str, ...]:
        names = self.words(key)
        if not all(_VARIABLE.fullmatch(name) for name in names):
            raise self.fault(key, "holds names of environment variables, such as ACME_API_KEY, never a key itself")
        return names

    def texts(self, key: str) -> Mapping[str, str]:
        value = self._get(key, dict, "a table of texts", {})
        if not all(isinstance(one, str) for one in value.values()):
            raise self.fault(key, "must be a table of texts")
        return MappingProxyType({clean(name, None): clean(one, None) for name, one in value.items()})

    def json(self, key: str) -> Json:
        self._asked.add(key)
        value = self.values.get(key)
        if value is not None and not isinstance(value, dict | list):
            raise self.fault(key, "must be a table or a list, sent as JSON")
        return value

    def url(self, key: str) -> str:
        """An address without anything after it; https, or http on this machine."""
        value = self.text(key).rstrip("/")
        if value:
            try:
                host = origin(value).partition("//")[2].rpartition(":")[0] or origin(value).partition("//")[2]
                fit = value.startswith("https://") or host.strip("[]") in {"localhost", "127.0.0.1", "::1"}
            except ValueError:
                fit = False
            if not fit or "@" in value.partition("//")[2].partition("/")[0]:
                raise self.fault(key, "must begin with https:// and a host (http:// only for this machine)")
        return value

    def expression(self, key: str) -> Expression | None:
        """A value to be found in the answer; a number may stand without quotes."""
        self._asked.add(key)
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise self.fault(key, "must be a path or a calculation in quotes, such as 'data.total - data.used'")
        try:
            return expression(value)
        except ExpressionError as error:
            raise self.fault(key, f"is no path or calculation: {error}") from None

    def scale(self, key: str = "scale") -> Decimal:
        """What amounts are multiplied by: 0.01, or "1/10000" where that reads better."""
        self._asked.add(key)
        value = self.values.get(key, 1)
        if isinstance(value, str) and re.fullmatch(r"1/[1-9]\d{0,11}", value):
            return Decimal(1) / Decimal(value.partition("/")[2])
        number = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else Decimal(0)
        if not number.is_finite() or not 0 < abs(number) < 10**12:
            raise self.fault(key, 'must be a number such as 0.01, or a fraction such as "1/10000"')
        return number

    def table(self, key: str) -> "Table | None":
        if not self.has(key):
            return None
        below = Table(self._get(key, dict, f"a table, [{key}]", {}), (*self.path, key), self.source, self.file)
        self._below.append(below)
        return below

    def tables(self, key: str) -> list["Table"]:
        """The tables of `[[key]]`; one `[key]` counts as a list of one."""
        self._asked.add(key)
        value = self.values.get(key, [])
        listed = [value] if isinstance(value, dict) else value
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise self.fault(key, f"must be tables, each under [[{key}]]")
        alone = isinstance(value, dict)
        below = [
            Table(one, (*self.path, key) if alone else (*self.path, key, index), self.source, self.file)
            for index, one in enumerate(listed)
        ]
        self._below += below
        return below

    def named(self, key: str) -> list["Table"]:
        """The tables below `[key]`, by name."""
        whole = self.table(key)
        found = [whole.table(name) for name in whole.values] if whole is not None else []
        for one in found:
            assert one is not None and whole is not None
            if not _NAME.fullmatch(str(one.path[-1])):
                raise whole.fault(str(one.path[-1]), "must be a short name in small letters")
        return [one for one in found if one is not None]

    def finish(self) -> None:
        """Raises DeclarationError for the first key that nobody asked for: a slip of the pen would stay unseen."""
        for key in self.values:
            if key not in self._asked:
                raise self.fault(key, f"means nothing here; there are {', '.join(sorted(self._asked))}")
        for below in self._below:
            below.finish()
