"""The words of a declaration, handed out checked: a mistake has a file, a line, a key and what to write instead."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote, urlsplit

from creditsui.domain.clean import clean
from creditsui.domain.money import AmountError, currency_code
from creditsui.domain.secret import scrub
from creditsui.domain.urls import is_loopback
from creditsui.providers.expression import Expression, ExpressionError, expression
from creditsui.providers.spec import Json
from creditsui.toml_text import line_of

LARGEST = 64 * 1024
LONGEST = 300
"""Characters of one text; expressions have a bound of their own."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_ASK = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DEEPEST = 20
_LONGEST_FAULT = 800
_SECRET_QUERY = re.compile(r"(?i)(api[_-]?)?key|(access[_-]?)?token|auth|secret|sig|password")
_TAKEN = re.compile(
    r"(?i)host|content-.*|transfer-encoding|connection|upgrade|te|trailer|expect|user-agent|accept-encoding|cookie"
    r"|(proxy-)?authorization"
)
"""Headers that are not a declaration's to set: what the request is made of, and what holds a key."""
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
        return DeclarationError(self.file, self._line(key), clean(f"{clean(named, 80)} {message}.", _LONGEST_FAULT))

    def _line(self, key: str) -> int | None:
        try:
            return line_of(self.source, (*self.path, key))
        except IndexError:  # a line is worth less than the sentence
            return None

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self.values

    def _get(self, key: str, kind: type, what: str, default: Any) -> Any:
        self._asked.add(key)
        value = self.values.get(key, default)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fault(key, f"must be {what}")
        return value

    def _fit(self, key: str, text: str) -> str:
        if len(text) > LONGEST:
            raise self.fault(key, f"is longer than {LONGEST} characters")
        if not text.isprintable():
            raise self.fault(key, "holds a line end or another character that is not seen")
        return clean(text, None).strip()

    def text(self, key: str) -> str:
        return self._fit(key, str(self._get(key, str, "text in quotes", "")))

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
            close = _nearest(value, allowed)
            hint = f" (did you mean {close}?)" if close else ""
            raise self.fault(key, f"must be one of: {', '.join(one for one in allowed if one)}{hint}")
        return value

    def words(self, key: str, *allowed: str) -> tuple[str, ...]:
        value = self._get(key, list, 'a list of texts, such as ["one"]', [])
        if not all(isinstance(one, str) for one in value):
            raise self.fault(key, 'must be a list of texts, such as ["one"]')
        found = tuple(self._fit(key, one) for one in value)
        if not all(found):
            raise self.fault(key, "holds an empty text")
        if allowed and not set(found) <= set(allowed):
            raise self.fault(key, f"must be a list of these: {', '.join(allowed)}")
        return found

    def variables(self, key: str) -> tuple[str, ...]:
        names = self.words(key)
        if not all(_VARIABLE.fullmatch(name) and scrub(name) == name for name in names):
            raise self.fault(key, "holds names of environment variables, such as ACME_API_KEY, never a key itself")
        return names

    def whole_numbers(self, key: str, low: int, high: int) -> tuple[int, ...]:
        """One or a list of them."""
        self._asked.add(key)
        value = self.values.get(key, [])
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(one, int) and not isinstance(one, bool) and low <= one <= high for one in listed):
            raise self.fault(key, f"must be a whole number from {low} to {high}, or a list of them")
        return tuple(listed)

    def texts(self, key: str) -> Mapping[str, str]:
        value = self._get(key, dict, "a table of texts", {})
        if not all(isinstance(one, str) for one in value.values()):
            raise self.fault(key, "must be a table of texts in quotes")
        return MappingProxyType({self._fit(key, name): self._fit(key, one) for name, one in value.items()})

    def headers(self, key: str) -> Mapping[str, str]:
        """Fixed headers of a request. A key is never among them."""
        found = self.texts(key)
        for name, value in found.items():
            if not _TOKEN.fullmatch(name) or not value.isascii():
                raise self.fault(key, "must be a table of header names and plain texts")
            if _TAKEN.fullmatch(name):
                raise self.fault(key, f"cannot set {name}; the key goes into auth")
            self._keyless(key, value)
        return found

    def query(self, key: str) -> Mapping[str, str]:
        found = self.texts(key)
        for name, value in found.items():
            if _SECRET_QUERY.fullmatch(name):
                raise self.fault(key, "holds a key; one in an address ends up in logs, so it must go into a header")
            self._keyless(key, value)
        return found

    def _keyless(self, key: str, value: str) -> None:
        if scrub(value) != value or "{key}" in value:
            raise self.fault(key, "holds what looks like a key; write {key} in auth, and store the key itself apart")

    def json(self, key: str) -> Json:
        """A body, as JSON can say it."""
        self._asked.add(key)
        value = self.values.get(key)
        if value is not None and not isinstance(value, dict | list):
            raise self.fault(key, "must be a table or a list, sent as JSON")
        return self._plain(key, value, _DEEPEST)

    def _plain(self, key: str, value: Any, depth: int) -> Json:
        match value:
            case str():
                self._keyless(key, value)
                return value
            case None | bool() | int():
                return value
            case Decimal() if value.is_finite():
                return float(value)
            case dict() if depth:
                return {name: self._plain(key, one, depth - 1) for name, one in value.items()}
            case list() if depth:
                return [self._plain(key, one, depth - 1) for one in value]
        raise self.fault(key, "holds what JSON cannot say (a date, or a number that is none), or is nested too deeply")

    def url(self, key: str, *, base: bool = False) -> str:
        """An address: https, or http on this machine. `base`: with nothing after its path."""
        value = self.text(key).rstrip("/")
        if value and not fit_address(value, base=base):
            after = ", and nothing after the path" if base else ""
            raise self.fault(key, f"must begin with https:// and a host (http:// only for this machine){after}")
        return value

    def path_of(self, key: str) -> str:
        """The path of a request, which stays on its host; "" where there is none."""
        value = self.text(key)
        if (value and not value.startswith("/")) or re.search(r"[\s\\?#@]", value) or not value.isascii():
            raise self.fault(key, "must begin with one “/” and hold no “?”, “#”, “@” or blank; use [ask.query]")
        if not sound_path(value):
            raise self.fault(key, "must not hold “//” or “..”, written in whatever way")
        return value

    def ask_name(self, key: str, default: str) -> str:
        value = self.text(key) or default
        if not _ASK.fullmatch(value):
            raise self.fault(key, "must be a short name in small letters, such as usage")
        return value

    def currency(self, key: str) -> str:
        """A code such as USD, or a word such as credits; "" where nothing is said."""
        value = self.text(key)
        try:
            return currency_code(value) if value else ""
        except AmountError:
            raise self.fault(key, "must be a code such as USD, or a word such as credits") from None

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
            if not _NAME.fullmatch(str(one.path[-1])) or str(one.path[-1]) == "key":
                raise whole.fault(str(one.path[-1]), "must be a short name in small letters, and not key")
        return [one for one in found if one is not None]

    def own(self) -> None:
        """Raises DeclarationError for the first key of this table that nobody asked for."""
        for key in self.values:
            if key not in self._asked:
                close = _nearest(key.lower(), self._asked)
                hint = f" (did you mean {close}?)" if close else f"; there are {', '.join(sorted(self._asked))}"
                raise self.fault(key, f"means nothing here{hint}")

    def finish(self) -> None:
        """The same for all tables: a slip of the pen would stay unseen."""
        self.own()
        for below in self._below:
            below.finish()


def _nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was meant, perhaps; "" where none is near."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, [one for one in known if one], 1, 0.5)), "")


def fit_address(value: str, *, base: bool = False) -> bool:
    """Whether a provider can be asked, or its page shown, there."""
    try:
        url = urlsplit(value)
        host = url.hostname or ""
        bare = not (base and re.search(r"[?#]", value)) and sound_path(url.path)
        whole = value.isascii() and not re.search(r"[\s\\]", value) and "@" not in url.netloc and url.port != 0
        return bool(host) and bare and whole and (url.scheme == "https" or (url.scheme == "http" and is_loopback(host)))
    except ValueError:
        return False


def sound_path(path: str) -> bool:
    """Whether a path stays what it seems to be: no empty step, none that leads upwards, encoded ones included."""
    steps = unquote(unquote(path)).replace("\\", "/").split("/")[1:]
    return not any(one in {".", ".."} for one in steps) and "" not in steps[:-1]
