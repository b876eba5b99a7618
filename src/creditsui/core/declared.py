"""Providers that the user declared, beside the built-in ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

from creditsui.adapters import declared_files
from creditsui.domain.clean import clean
from creditsui.domain.problem import Problem, Refused
from creditsui.providers import catalogue
from creditsui.providers.declaration import DeclarationError
from creditsui.providers.declared import load
from creditsui.providers.spec import Answers, File, Provider


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
            own: dict[str, Provider] = {}
            faults = []
            for path, text in declared_files.texts(self.folder):
                try:
                    provider = read(path, text)
                except DeclarationError as fault:
                    faults.append(fault)
                    if path.stem not in catalogue():
                        own[path.stem] = _broken(path, fault)
                else:
                    own[provider.id] = provider
            self._all = MappingProxyType(dict(sorted({**own, **catalogue()}.items())))
            self.faults, self._stamp = tuple(faults), stamp
        return self._all


def read(path: Path, text: str | None) -> Provider:
    """The provider declared in a file. Raises DeclarationError."""
    from creditsui.core.settings import ID_RULE, fit

    name = clean(path.name, 80)
    if not fit(path.stem):
        raise DeclarationError(name, None, f"{ID_RULE}; so does the name of this file before .toml.")
    if path.stem in catalogue():
        raise DeclarationError(name, None, f"{path.stem} is built in; give the file another name.")
    if text is None:
        raise DeclarationError(name, None, "it cannot be read, is no UTF-8 text, or is larger than 64 KiB.")
    return load(text, path.stem, name, declared=str(path))


def _broken(path: Path, fault: DeclarationError) -> Provider:
    """Stands in for a declaration that cannot be used, so that its accounts say why."""

    def parse(answers: Answers) -> NoReturn:
        raise Refused(Problem("unsupported", str(fault), f"creditsui providers test {path.stem}"))

    return Provider(
        id=path.stem,
        name=path.stem,
        url="",
        console_url="",
        parse=parse,
        asks=(File(name="declaration", roots=(("", str(path.parent)),), glob=path.name, format="tail"),),
        tells=(),
        credential="its declaration has a mistake",
        declared=str(path),
    )
