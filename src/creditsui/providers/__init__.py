"""The services we know how to ask: every module here that has a `PROVIDER`, and every declaration in TOML."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import MappingProxyType

from creditsui.providers.declared import load
from creditsui.providers.spec import Provider


@cache
def catalogue() -> Mapping[str, Provider]:
    """All providers by id, in alphabetical order."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    found = [module.PROVIDER for module in modules if isinstance(getattr(module, "PROVIDER", None), Provider)]
    found += [load(path.read_text(encoding="utf-8"), path.stem, path.name) for path in declarations()]
    return MappingProxyType({provider.id: provider for provider in sorted(found, key=lambda provider: provider.id)})


def declarations() -> list[Path]:
    """The files of those that are declared in TOML."""
    return sorted(Path(__file__).parent.glob("*.toml"))


def get(id: str) -> Provider | None:
    """The provider with this id, or None."""
    return catalogue().get(id)
