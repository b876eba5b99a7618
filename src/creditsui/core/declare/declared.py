"""Providers that the user declared, beside the built-in ones."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

from creditsui.adapters import declared_files
from creditsui.domain.clean import clean
from creditsui.domain.problem import Problem, Refused
from creditsui.providers import catalogue
from creditsui.providers.declaration import DeclarationError
from creditsui.providers.declared import load
from creditsui.providers.spec import Answers, Provider
from creditsui.toml_text import line_of


@dataclass(slots=True)
class Catalogue:
    """All providers. The folder of declarations is looked at each time, and read when something in it changed."""

    folder: Path
    faults: tuple[DeclarationError, ...] = ()
    """What is wrong in the declarations, one for each file that cannot be used."""
    _stamp: object = None
    _all: Mapping[str, Provider] = field(default_factory=dict)

    def __call__(self) -> Mapping[str, Provider]:
        stamp = declared_files.stamp(self.folder)
        if stamp != self._stamp:
            own, self.faults = declared(self.folder)
            self._all = MappingProxyType(dict(sorted({**own, **catalogue()}.items())))
            self._stamp = stamp
        return self._all


def declared(folder: Path) -> tuple[dict[str, Provider], tuple[DeclarationError, ...]]:
    """The user's providers by id, those with a mistake included, and the mistakes."""
    own: dict[str, Provider] = {}
    faults = []
    for path, text, why in declared_files.texts(folder):
        try:
            own[path.stem] = read(path, text, why)
        except DeclarationError as fault:
            faults.append(fault)
            if fault_of_name(path.stem) is None:
                own[path.stem] = _broken(path, text, fault)
    return {id: _among(one, own) for id, one in own.items()}, tuple(faults)


def read(path: Path, text: str | None, why: str = "") -> Provider:
    """The provider declared in a file of this text; `why` there is none. Raises DeclarationError."""
    name = clean(path.name, 80)
    if (fault := fault_of_name(path.stem)) is not None:
        raise DeclarationError(name, None, fault)
    if text is None:
        raise DeclarationError(name, None, why or "it cannot be read.")
    provider = load(text, path.stem, name, declared=str(path))
    for param, told in provider.params.items():
        for variable in told.env:
            if variable in _variables() or variable in {*provider.env, *provider.admin_env}:
                line = line_of(text, ("params", param, "env"))
                says = f"[params.{param}] env names {variable}, which holds a key; a key is no part of an address."
                raise DeclarationError(name, line, says)
    return replace(provider, edition=_edition(text))


def fault_of_name(id: str) -> str | None:
    """Why a declaration cannot be called this, as a sentence."""
    from creditsui.core.settings import ID_RULE, fit

    if not fit(id):
        return f"{ID_RULE}; so does the name of this file before .toml."
    return f"{id} is built in; give the file another name." if id in catalogue() else None


def _variables() -> dict[str, str]:
    """Variables that may hold a key of a built-in provider, and whose."""
    return {
        name: one.id
        for one in catalogue().values()
        for name in (*one.env, *one.admin_env, *one.useless_env, *one.env_regions)
    }


def _among(provider: Provider, own: Mapping[str, Provider]) -> Provider:
    """Beside the others: what is theirs is not taken by the mere presence of a file."""
    taken = set(_variables())
    taken |= {name for one in own.values() if one.id != provider.id for name in (*one.env, *one.admin_env)}
    forms = [form for one in catalogue().values() for form in (*one.key_forms, *one.prefixes)]
    return replace(
        provider,
        borrowed=frozenset(taken & {*provider.env, *provider.admin_env}),
        key_forms=tuple(
            one for one in provider.key_forms if not any(one.startswith(form) or form.startswith(one) for form in forms)
        ),
    )


def lenders(provider: Provider, providers: Mapping[str, Provider]) -> Mapping[str, str]:
    """Each variable that a provider borrows, and the name of the one it belongs to."""
    return {
        name: next(
            (one.name for one in providers.values() if one.id != provider.id and name in (*one.env, *one.admin_env)),
            "another provider",
        )
        for name in sorted(provider.borrowed)
    }


def _edition(text: str | None) -> str:
    return hashlib.sha256((text or "").encode()).hexdigest()[:12]


def _broken(path: Path, text: str | None, fault: DeclarationError) -> Provider:
    """Stands in for a declaration that cannot be used, so that its accounts say why."""
    problem = Problem("unknown", str(fault), f"creditsui providers test {path.stem}")

    def parse(answers: Answers) -> NoReturn:
        raise Refused(problem)

    return Provider(
        id=path.stem,
        name=path.stem,
        url="",
        console_url="",
        parse=parse,
        env=_claimed(text),
        tells=(),
        credential="its declaration has a mistake",
        declared=str(path),
        edition=_edition(text),
        fault=problem,
    )


def _claimed(text: str | None) -> tuple[str, ...]:
    """The variables of a declaration with a mistake elsewhere: an account that was found there says so."""
    try:
        names = tomllib.loads(text or "").get("env", ())
    except (ValueError, RecursionError):
        return ()
    listed = names if isinstance(names, list) else ()
    return tuple(name for name in listed if isinstance(name, str) and name.isascii() and name.isidentifier())
