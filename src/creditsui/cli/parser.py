"""argparse over the table of verbs. What it says about a wrong line never repeats a long word: that may be a key."""

import argparse
import math
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from creditsui import __version__
from creditsui.verbs import APP, VERBS, Argument, Verb

_DEBT = re.compile(r"-(?=[$¥€£]?[\d.,])")
_SAYABLE = re.compile(r"[A-Za-z0-9=._:+,/$¥€£ -]{1,20}")
_NARGS = {"optional": "?", "any": "*", "some": "+"}


class WrongUse(Exception):
    """The command line is wrong; the text says why, for people, and holds nothing that may be a secret."""

    help = True
    """Whether --help would help."""


class UnknownAccount(WrongUse):
    help = False


class _Parser(argparse.ArgumentParser):
    words: Sequence[str] = ()

    def error(self, message: str) -> NoReturn:
        for word in self.words:
            for part in (word, word.partition("=")[2]):
                if part and say(part) != part:
                    message = message.replace(repr(part), "…").replace(part, "…")
        raise WrongUse(message)


def say(word: str) -> str:
    """`word`, if it is short and plain enough to be repeated to the user, else an ellipsis."""
    return word if _SAYABLE.fullmatch(word) else "…"


def build(verb: Verb, path: str = "") -> argparse.ArgumentParser:
    """The parser of one verb; `path` is the verb as typed, such as "key set"."""
    examples = f"example:\n  {verb.example}"
    parser = _Parser(
        prog=f"creditsui {path or verb.name}".strip(),
        description=verb.help + "." + (f"\n{verb.more}" if verb.more else ""),
        epilog=f"{_table(VERBS)}\n\n{examples}" if verb is APP else examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if verb is APP:
        parser.usage = "creditsui [options]\n       creditsui COMMAND [arguments]"
        parser.add_argument("--version", action="version", version=f"creditsui {__version__}")
    if verb.verbs:
        parser.usage = f"{parser.prog} {'|'.join(one.name for one in verb.verbs)} …"
        parser.epilog = f"{_table(verb.verbs)}\n\n{examples}"
    for argument in verb.arguments:
        _add(parser, argument)
    return parser


def parse(verb: Verb, words: Sequence[str], path: str = "") -> argparse.Namespace:
    """What `words` say to `verb`. Raises WrongUse; prints and leaves by SystemExit(0) for --help and --version."""
    parser = build(verb, path)
    rest = next((one for one in verb.arguments if one.many == "rest"), None)
    then: list[str] = []
    words = list(words)
    if rest is not None and rest.name in words:
        at = words.index(rest.name)
        words, then = words[:at], words[at + 1 :]
        if not then:
            raise WrongUse(f"{rest.name} needs a command")
    words = _debts(words)
    if isinstance(parser, _Parser):
        parser.words = words
    found, unknown = parser.parse_known_intermixed_args(words)
    if unknown:
        option = unknown[0].partition("=")[0]
        raise WrongUse(f"there is no option {say(option)}" if option.startswith("-") else verb.too_many)
    if rest is not None:
        found.then = then
    return found


def _debts(words: list[str]) -> list[str]:
    # A typographic minus is no option to argparse, whatever its version makes of "--"; amounts take both signs.
    signed = [_DEBT.sub("−", word, count=1) if _DEBT.match(word) else word for word in words]
    if "--" in signed:
        at = signed.index("--")
        if not any(word.startswith("-") for word in signed[at + 1 :]):
            del signed[at]
    return signed


def _add(parser: argparse.ArgumentParser, argument: Argument) -> None:
    options: dict[str, Any] = {"help": argument.help}
    if not argument.name.startswith("-"):
        options["metavar"] = argument.metavar or None
        if argument.many in _NARGS:
            options["nargs"] = _NARGS[argument.many]
    elif argument.many == "rest":
        options |= {"metavar": argument.metavar, "nargs": "?"}
    elif argument.choices:
        options |= {"choices": argument.choices, "default": argument.default}
    elif argument.many == "any":
        options |= {"metavar": argument.metavar, "action": "append", "default": []}
    elif argument.metavar:
        options |= {"metavar": argument.metavar, "default": argument.default}
    else:
        options["action"] = "store_true"
    if argument.kind != "text":
        options["type"] = _number if argument.kind == "number" else _count
    parser.add_argument(argument.name, **options)


def _number(text: str) -> float:
    try:
        value = float(text.replace("−", "-"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{say(text)} is not a number")
    return value


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{say(text)} is not a whole number from 1 on")
    return int(text)


def _table(verbs: Sequence[Verb]) -> str:
    width = max(len(verb.name) for verb in verbs)
    return "commands:\n" + "\n".join(f"  {verb.name:<{width}}  {verb.help}" for verb in verbs)


def second(verb: Verb, words: Sequence[str]) -> tuple[Verb, list[str]]:
    """The second word's verb and what follows it: `key set groq`. Without one, the first of them; it is also meant by
    another word, if it takes words."""
    if not words:
        return verb.verbs[0], []
    if words[0] in ("-h", "--help"):
        build(verb).print_help(sys.stdout)
        raise SystemExit(0)
    if words[0].startswith("-"):
        return verb.verbs[0], list(words)
    found = next((one for one in verb.verbs if one.name == words[0]), None)
    if found is None and any(not one.name.startswith("-") for one in verb.verbs[0].arguments):
        return verb.verbs[0], list(words)
    if found is None:
        names = ", ".join(one.name for one in verb.verbs)
        raise WrongUse(f"the word after {verb.name} is one of {names}")
    return found, list(words[1:])
