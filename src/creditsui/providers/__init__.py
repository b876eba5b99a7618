"""The services we know how to ask: every module here that has a `PROVIDER`."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from creditsui.providers.spec import Provider


@cache
def catalogue() -> Mapping[str, Provider]:
    """All providers by id, in alphabetical order."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    found = [module.PROVIDER for module in modules if isinstance(getattr(module, "PROVIDER", None), Provider)]
    return MappingProxyType({provider.id: provider for provider in sorted(found, key=lambda provider: provider.id)})


def get(id: str) -> Provider | None:
    """The provider with this id, or None."""
    return catalogue().get(id)
