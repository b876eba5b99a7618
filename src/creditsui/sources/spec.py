"""What a source is: where an agent keeps its logs, and how calls are read out of them.

A source is one small file with `SOURCE = Source(...)`; the package is scanned, there is no registry to edit. Reading
is pure: text and the state of a file in, calls out. Prompt text never leaves a `read`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from creditsui.domain.call import Call, key_of

if TYPE_CHECKING:  # readers of lines begin before it is loaded
    import sqlite3

__all__ = ["Call", "Json", "Lines", "Rows", "Source", "count", "folder_name", "key_of"]

Json = Any
"""A decoded JSON value."""


@dataclass(slots=True)
class Lines:
    """Whole lines that a log got since it was last read."""

    data: bytes
    path: Path
    state: dict[str, Any]
    """What the source remembers about this file, kept with the rows: plain JSON, to be changed in place. Empty for a
    file that is read from its start."""
    skipped: int = 0
    """Lines that should have told a call and could not be read; to be counted up."""
    repeated: int = 0
    """Calls that were left out because the same part tells them again, with more tokens or later; to be counted up."""


@dataclass(slots=True)
class Rows:
    """A database of an agent's, opened read-only for a moment."""

    connection: "sqlite3.Connection"
    path: Path
    state: dict[str, Any]
    """As in `Lines`; what a counter stood at the last time, so that its growth is a call."""
    now: int
    """Milliseconds since 1970, UTC."""
    skipped: int = 0


class Source(NamedTuple):  # as all that is made before reading begins: a dataclass takes three times as long
    id: str
    name: str
    roots: tuple[tuple[str, str], ...]
    """(environment variable, default folder): the variable's value, a comma list even, else the default; ~ expanded.
    Every root that exists is read, each real folder once."""
    files: tuple[str, ...]
    """Globs below a root."""
    version: int = 1
    """Of the reading: a file that an older one read is read again."""
    lines: Callable[[Lines], Sequence[Call]] | None = None
    """For logs that grow by lines."""
    document: Callable[[Lines], Sequence[Call]] | None = None
    """For files that are written anew as a whole; `data` is all of it."""
    rows: Callable[[Rows], Sequence[Call]] | None = None
    """For SQLite databases."""
    sums: bool = False
    """Its calls are what sums grew by: each is several calls, whose lengths nobody knows. What the sums stood at is
    never forgotten, not even to read all anew: it would be counted again."""
    markers: tuple[bytes, ...] = ()
    """A line without any of them tells nothing; empty: every line may."""
    account: str = ""
    """The account of a call that names no provider and whose model's maker is not known."""
    plan: str = ""
    """The account of the flat-rate plan that the agent can be logged in with: then its calls are notional."""
    on_plan: Callable[[Mapping[str, str], Path], bool] | None = None
    """Whether it is, from the environment and the home; it reads small login files, never sends one."""
    note: str = ""
    """What is known to be missing or wrong in these logs, for the doctor."""

    def form(self, path: Path) -> Literal["lines", "document", "rows"]:
        """How a log of this source is read: one that keeps logs of several forms tells them by their names."""
        if self.rows and (path.suffix in (".db", ".sqlite") or not (self.lines or self.document)):
            return "rows"
        return "document" if self.document and (path.suffix == ".json" or not self.lines) else "lines"


def count(value: Json) -> int:
    """Tokens: a whole number of 0 or more, also written as a string or a float; 0 for anything else, and for what no
    call has."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return 0
    try:
        number = int(float(value)) if not isinstance(value, int) else value
    except (ValueError, OverflowError):
        return 0
    return number if 0 <= number <= MOST_TOKENS else 0


MOST_TOKENS = 100_000_000
"""More than any single call, or session of a day, has."""


def folder_name(path: str) -> str:
    """The last part of a folder's path, of either system."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]
