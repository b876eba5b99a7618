"""Secrets: a value that does not print itself, the check of a pasted one, and the scrubber for text that leaves."""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn, Self
from urllib.parse import quote, quote_plus

MASK = "[secret]"
LONGEST = 8192
_SLICE = 12
"""Any run of this many characters of a secret is treated as the secret; a hint shows four."""
_SHORTEST = 4
_AROUND = " \t\r\n\v\f\0\ufeff\u200b\u200c\u200d\u2060\u00a0\"'`“”‘’«»"
_PATTERNS = (
    re.compile(r"(?<![A-Za-z0-9])()(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}"),
    re.compile(r"(?<![A-Za-z0-9])()(?:gsk_|xai-|ghp_|gho_|ghu_|github_pat_|fw_|hf_|tvly-|fc-|r8_)[A-Za-z0-9_-]{16,}"),
    re.compile(r"()AIza[A-Za-z0-9_-]{10,}"),
    re.compile(r"(?<![A-Za-z0-9])()(?:AKIA|ASIA)[A-Z0-9]{12,}"),
    re.compile(r"(?<![A-Za-z0-9])()eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,2}"),
    re.compile(r"\b((?:bearer|basic)\s+)[^\s\"',;]{6,}", re.I),
    re.compile(r"([?&;](?:api[_-]?key|key|access[_-]?token|auth|token|secret|sig)=)[^\s&;\"'<>]+", re.I),
    re.compile(
        r"\b((?:x-[a-z-]*key|xi-api-key|api-key|authorization)[\"']?\s*[:=]\s*[\"']?)(?!bearer|basic)[^\s\"',}]+", re.I
    ),
)


class Secret:
    """A credential. Printing, formatting, copying and comparing are safe; only `reveal` gives the value away."""

    __slots__ = ("_value",)
    _value: str

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_value", value)

    def reveal(self) -> str:
        """The value itself, for the one place that sends or stores it."""
        return self._value

    @property
    def hint(self) -> str:
        """The last four characters, to tell keys apart; empty where that would give too much away (under 12 long)."""
        return self._value[-4:] if len(self._value) >= 12 else ""

    def __str__(self) -> str:
        return "••••" + self.hint

    def __repr__(self) -> str:
        return f"Secret({self})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not pickled")


def accept(text: str, what: str = "key") -> Secret:
    """The secret in what somebody typed, pasted or piped, without the blanks, line ends and quotes around it.
    `what` it is called.

    Raises ValueError with a sentence for the user, which never repeats the text.
    """
    value = text.strip(_AROUND)
    if not value:
        raise ValueError(f"The {what} is empty.")
    if len(value) > LONGEST:
        raise ValueError(f"The {what} is longer than {LONGEST} characters; that is not a {what}.")
    if any(ord(char) < 32 or ord(char) == 127 for char in value):
        raise ValueError(
            f"The {what} has a line break or control character inside; paste it again, alone and on one line."
        )
    if not value.isascii():
        raise ValueError(
            f"The {what} has a character that no {what} has (an accent, a typographic dash or the like); copy it again."
        )
    if " " in value:
        raise ValueError(f"The {what} has a blank inside; paste the {what} alone.")
    return Secret(value)


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Takes known secrets, and what looks like one, out of text. Make it once where many texts are scrubbed."""

    fragments: Mapping[int, frozenset[str]] = field(repr=False)
    """What gives a secret away, by length."""

    def __call__(self, text: str) -> str:
        for pattern in _PATTERNS:
            text = pattern.sub(rf"\1{MASK}", text)
        return self.known(text)

    def known(self, text: str) -> str:
        """Without the known secrets only: what merely looks like one stays."""
        for start, end in reversed(self._found(text)):
            text = text[:start] + MASK + text[end:]
        return text

    def _found(self, text: str) -> list[tuple[int, int]]:
        hits = sorted(
            (start, start + length)
            for length, known in self.fragments.items()
            for start in range(len(text) - length + 1)
            if text[start : start + length] in known
        )
        merged: list[tuple[int, int]] = []
        for start, end in hits:
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged


def scrubber(secrets: Iterable[Secret]) -> Scrubber:
    """One that knows these secrets as they are, quoted for a URL, and inside base64."""
    fragments: dict[int, set[str]] = {}
    for secret in secrets:
        for length, slices in _fragments(secret):
            fragments.setdefault(length, set()).update(slices)
    return Scrubber({length: frozenset(known) for length, known in fragments.items()})


@lru_cache(256)
def _fragments(secret: Secret) -> tuple[tuple[int, frozenset[str]], ...]:
    """What gives one secret away, each form by its length; kept, since one more secret makes a new scrubber."""
    found = []
    for form in _forms(secret.reveal()):
        length = min(len(form), _SLICE)
        if length >= _SHORTEST:
            slices = (form[start : start + length] for start in range(len(form) - length + 1))
            found.append((length, frozenset(slices)))
    return tuple(found)


def scrub(text: str, secrets: Iterable[Secret] = ()) -> str:
    """`text` with every secret, every slice of 12 characters of one, and every usual shape of a key as "[secret]"."""
    return scrubber(secrets)(text)


def _forms(value: str) -> set[str]:
    raw = value.encode("utf-8", "replace")
    quoted = quote(raw, safe="")
    forms = {value, quoted, quote_plus(raw), re.sub(r"%..", lambda found: found[0].lower(), quoted)}
    for shift in range(3):
        # Where the secret starts inside a longer text decides its base64; the characters that its neighbours share go.
        text = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        inner = text[(0, 2, 3)[shift] : len(text) - (1 if (shift + len(raw)) % 3 else 0)]
        forms |= {inner, inner.replace("+", "-").replace("/", "_")}
    return forms
