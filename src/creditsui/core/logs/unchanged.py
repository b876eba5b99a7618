"""Whether there is anything new at all: answered before anything else of the program is loaded."""

from collections.abc import Mapping

from creditsui import places
from creditsui.adapters import seen


def logs(env: Mapping[str, str]) -> int | None:
    """How many logs there are, where nothing changed since all were read and nothing is to be said about them; None
    where somebody has to look. Raises NoHome."""
    *_, state = places.find(env)
    told = seen.unchanged(f"{state}/seen", env)
    return told[0] if told is not None and told[1] else None
