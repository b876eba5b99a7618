"""Replacing parts of a text, each given by where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """What stands from `start` up to `end` becomes `text`; both the same: it is put in between."""

    start: int
    end: int
    text: str


def spliced(text: str, edits: Iterable[Edit]) -> str:
    """Edits at the same place go in as they come. Raises ValueError where two of them overlap."""
    pieces: list[str] = []
    at = 0
    for one in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if not at <= one.start <= one.end <= len(text):
            raise ValueError("two edits overlap")
        pieces += text[at : one.start], one.text
        at = one.end
    return "".join((*pieces, text[at:]))
