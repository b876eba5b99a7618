"""The agents whose logs we know how to read: every module here that has a `SOURCE`."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from creditsui.sources.spec import Source


@cache
def catalogue() -> Mapping[str, Source]:
    """All sources by id, in alphabetical order."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    found = [module.SOURCE for module in modules if isinstance(getattr(module, "SOURCE", None), Source)]
    return MappingProxyType({source.id: source for source in sorted(found, key=lambda source: source.id)})
