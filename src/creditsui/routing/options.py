"""What the user says of routing: the section `[routing]` of config.toml."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from creditsui.domain.clean import clean
from creditsui.routing.route import Candidate, Refused

_NONE: Mapping[str, str] = MappingProxyType({})
_KNOWN = ("home", "pin", "exclude", "flagship", "fast")


@dataclass(frozen=True, slots=True)
class Options:
    """A provider is named by our id, by Hermes' id, or by the id of one of its accounts."""

    home: str = ""
    """Hermes' folder; empty: where Hermes itself looks."""
    pin: str = ""
    """Who stays the primary; empty: nobody."""
    exclude: frozenset[str] = frozenset()
    flagship: Mapping[str, str] = field(default_factory=lambda: _NONE)
    fast: Mapping[str, str] = field(default_factory=lambda: _NONE)
    unknown: tuple[str, ...] = ()
    """Keys that mean nothing to this version."""

    @property
    def named(self) -> frozenset[str]:
        """Every provider or account that is mentioned."""
        return frozenset((*self.exclude, *self.flagship, *self.fast, *([self.pin] if self.pin else ())))


def names(candidate: Candidate) -> frozenset[str]:
    """All that a candidate may be called by."""
    return frozenset((candidate.provider, candidate.hermes, candidate.account))


def options(section: Any) -> Options:
    """Read the section strictly: what is meant must not be guessed. Raises Refused."""
    if section is None:
        return Options()
    if not isinstance(section, Mapping):
        raise Refused("config.toml: routing is no table; write [routing].")
    return Options(
        home=_text(section, "home"),
        pin=_text(section, "pin"),
        exclude=frozenset(_texts(section)),
        flagship=_models(section, "flagship"),
        fast=_models(section, "fast"),
        unknown=tuple(clean(str(key), 64) for key in section if key not in _KNOWN),
    )


def _text(section: Mapping[str, Any], key: str) -> str:
    value = section.get(key, "")
    if not isinstance(value, str):
        raise Refused(f"config.toml: [routing] {key} is not text in quotes.")
    return clean(value).strip()


def _texts(section: Mapping[str, Any]) -> Iterator[str]:
    values = section.get("exclude", [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Refused('config.toml: [routing] exclude is no list; write ["google", "xai"].')
    yield from filter(None, (clean(value, 64).strip() for value in values))


def _models(section: Mapping[str, Any], key: str) -> Mapping[str, str]:
    values = section.get(key, {})
    if not isinstance(values, Mapping) or not all(isinstance(value, str) for value in values.values()):
        raise Refused(f'config.toml: [routing] {key} is no table; write {{ google = "model id" }}.')
    told = {clean(name, 64).strip(): clean(value, 200).strip() for name, value in values.items()}
    return MappingProxyType({name: value for name, value in told.items() if name and value})
