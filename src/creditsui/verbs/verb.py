"""What a verb of creditsui is: its name, its words, its help."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One word or option of a verb.

    `name` with leading dashes is an option, otherwise a position. An option with neither `metavar` nor `choices` is a
    switch. `many`: how often a position may stand, `any`: an option too; `rest` takes every word after it as it is.
    """

    name: str
    help: str
    metavar: str = ""
    choices: tuple[str, ...] = ()
    many: Literal["one", "optional", "any", "some", "rest"] = "one"
    kind: Literal["text", "number", "count"] = "text"
    """`number`: finite, may have a fraction. `count`: whole and at least 1."""
    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """`name` is what is typed, `help` one line without a full stop, `example` a whole command with what it does."""

    name: str
    help: str
    example: str
    arguments: tuple[Argument, ...] = ()
    verbs: tuple["Verb", ...] = ()
    """Second words; the first one is meant where none is given, or where it takes words of its own."""
    more: str = ""
    """What else a reader of the help should know."""
    too_many: str = "There is one word too many"
    """What to say to a word that has no place; the word itself is never repeated."""


JSON = Argument(name="--json", help="print JSON for scripts")


def account(help: str = "account id", many: Literal["one", "optional", "any"] = "one") -> Argument:
    """The id of one, or of several."""
    return Argument(name="id", help=help, metavar="ID", many=many)
