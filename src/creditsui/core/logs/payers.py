"""Accounts that `[sources.NAME] account` says the calls of an agent belong to."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from creditsui.domain.clean import clean

_MOST = 6
"""Accounts that are named as a choice."""


def strangers(sources: Any, known: Collection[str], providers: Collection[str]) -> Iterator[str]:
    """A sentence for each that is neither an account nor a provider, whose account would be called the same: no bar
    ever tells what is spent there."""
    for source, given in sources.items() if isinstance(sources, Mapping) else ():
        id = given.get("account", "") if isinstance(given, Mapping) and given.get("enabled") is not False else ""
        if isinstance(id, str) and id and id not in known and id not in providers:
            yield f"config.toml: [sources.{clean(str(source), 60)}] account: {_advice(id, known)}"


def _advice(id: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    from creditsui.core.settings import unknown

    near = get_close_matches(id, known, 1)
    there = f", or name one there is: {', '.join(sorted(known)[:_MOST])}" if known else ""
    return f"{unknown(id)}{f', or did you mean {near[0]}?' if near else f'{there}.'}"
