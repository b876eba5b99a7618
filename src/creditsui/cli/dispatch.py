"""From words to acts: finds the verb in the table, parses its arguments, and runs the module that is named after it."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from keyword import iskeyword

from creditsui.cli.codes import FINE, WRONG
from creditsui.cli.parser import WrongUse, parse, say, second
from creditsui.verbs import APP, VERBS, find


def dispatch(words: Sequence[str]) -> int:
    """Runs one command line and returns its exit code. Raises what the act raises."""
    try:
        return _run([_text(word) for word in words])
    except WrongUse as wrong:
        return _wrong(words, wrong)
    except SystemExit as left:  # argparse, after --help or --version
        return left.code if isinstance(left.code, int) else FINE


def _run(words: list[str]) -> int:
    if not words or words[0].startswith("-"):
        args = parse(APP, words)
        return _act("app")(args)
    verb = find(words[0])
    if verb is None:
        raise WrongUse(_no_such(words[0]))
    rest, path = words[1:], verb.name
    if verb.verbs:
        verb, rest = second(verb, rest)
        path = f"{path} {verb.name}"
    args = parse(verb, rest, path)
    return _act(path)(args)


def _text(word: str) -> str:
    """`word`, in UTF-8 even where the locale is another one. Raises WrongUse for bytes that are no text."""
    try:
        return word.encode("utf-8", "surrogateescape").decode()
    except UnicodeError:
        raise WrongUse("a word is not UTF-8 text; type it again") from None


def _act(path: str) -> Callable[[Namespace], int]:
    """What does it: "status" is `run` in status.py, "key set" is `set` in key.py, imported only when it is meant."""
    name, _, word = path.partition(" ")
    name = name.replace("-", "_") + ("_" if iskeyword(name) else "")
    if name not in {"line", "app"}:  # the line has no time for it and no keys, the demo leaves no log behind
        from creditsui.core.crash import prepare

        prepare(os.environ)
    act: Callable[[Namespace], int] = getattr(import_module(f"creditsui.cli.{name}"), f"{word or 'run'}")
    return act


def _no_such(word: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, [verb.name for verb in VERBS], n=1)
    return f"there is no command {say(word)}" + (f"; did you mean {close[0]}?" if close else "")


def _wrong(words: Sequence[str], wrong: WrongUse) -> int:
    verb = find(words[0]) if words else None
    path = f"creditsui {verb.name}" if verb else "creditsui"
    if verb and len(words) > 1 and any(one.name == words[1] for one in verb.verbs):
        path = f"{path} {words[1]}"
    message = str(wrong).rstrip(".")
    message = message[:1].lower() + message[1:]
    end = "" if message.endswith("?") or not wrong.help else "."
    sys.stderr.write(f"{path}: {message}{end}{f' Try {path} --help.' if wrong.help else ''}\n")
    return WRONG
