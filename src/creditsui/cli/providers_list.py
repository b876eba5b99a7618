"""The providers as a table to choose from: who can be asked, what it tells, with which key, and what asking costs."""

import argparse
import json
import os
import re
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from shutil import get_terminal_size
from typing import Any

from creditsui.cli.codes import FINE, PROBLEM
from creditsui.cli.parser import say
from creditsui.core import terminal
from creditsui.core.accounts import choices
from creditsui.core.accounts.choices import GROUPS, ProviderChoice
from creditsui.core.start import open_session
from creditsui.domain import grid
from creditsui.outputs.sgr import Color, paint

_WORDS = {"limit": "cap"}
"""What `tells` says in fewer letters."""
_ORDINARY = {"API key", "API token"}
"""Credentials that go without saying, where a variable is named like one."""
_NARROWEST, _NAMED, _ROOMY, _WIDEST = 50, 76, 110, 160
"""Columns: the least, from which on names are shown, from which on prices have a column, the most."""
_GAP = "  "
_HEADS = ("id", "name", "tells", "needs", "asking")


def run(args: argparse.Namespace) -> int:
    session = open_session(os.environ)
    every = choices.providers(session)
    found = [one for one in every if all(_matches(one, word) for word in args.word)]
    if args.json:
        rows = [as_json(one) for one in found]
        sys.stdout.write(json.dumps({"schema": 1, "providers": rows}, ensure_ascii=False, indent=1) + "\n")
        return FINE
    if not found:
        named = " ".join(say(word) for word in args.word)
        sys.stderr.write(
            f"No provider matches {named}. Any purse can be kept by hand: creditsui account add NAME; "
            "a service can be declared: creditsui providers new NAME\n"
        )
        return PROBLEM
    page = _Page()
    alone = bool(args.word) and len(found) == 1
    for line in page.one(found[0]) if alone else page.table(found):
        sys.stdout.write(line + "\n")
    return FINE


def as_json(one: ProviderChoice) -> dict[str, Any]:
    """One row for scripts; null where there is nothing to say."""
    return {
        "id": one.id,
        "name": one.name,
        "tells": [*one.tells],
        "credential": one.credential,
        "env": [*one.env],
        "cost_of_asking": one.cost_of_asking,
        "console_url": one.console_url,
        "group": one.group,
        "admin_credential": one.admin_credential or None,
        "admin_env": [*one.admin_env],
        "base_env": [*one.base_env],
        "key_url": one.key_url or None,
        "status_url": one.status_url or None,
        "params": {
            param.name: {"says": param.says, "env": [*param.env], "required": param.required} for param in one.params
        },
        "regions": dict(one.regions),
        "declared": one.declared or None,
        "fault": one.fault or None,
        "found": one.found,
    }


def _matches(one: ProviderChoice, word: str) -> bool:
    """Whether a word is in what somebody would look for: name, id, a variable, what it tells, its group."""
    texts = (one.id, one.name, *one.env, *one.base_env, *one.tells, *tells(one), one.group, GROUPS[one.group])
    return any(word.casefold() in text.casefold() for text in texts)


def tells(one: ProviderChoice) -> list[str]:
    return [_WORDS.get(word, word) for word in one.tells] or ["key works" if one.takes_key else "by hand"]


def keys(one: ProviderChoice) -> list[str]:
    """The variables that may hold the usual key."""
    return [name for name in one.env if name not in one.admin_env] or [*one.env]


def needs(one: ProviderChoice) -> list[str]:
    """What must be at hand: the first variable of an ordinary key, else the credential in words; then what must be said
    beside it."""
    credential, names = one.credential.partition(";")[0], keys(one)[:1]
    parts = [" · ".join(names if names and credential in _ORDINARY else [credential, *names])]
    if one.homeless:
        parts.append(" · ".join(["+ its address", *one.base_env[:1]]))
    return parts + [f"+ {(param.env or (param.name,))[0]}" for param in one.params if param.required]


def price(one: ProviderChoice) -> str:
    """What asking once costs, as short as can be."""
    found = re.search(r"\$\d[\d.]*\d", one.cost_of_asking or "")
    return f"~{found[0]}" if found else "costs" if one.cost_of_asking else ""


def _from(what: str, names: Sequence[str]) -> str:
    """What is needed, and the variables that may hold it."""
    return f"{what}: {' or '.join(names)}" if what and names else what


class _Page:
    """What this terminal can show."""

    def __init__(self) -> None:
        self.color: Color = terminal.colors(os.environ) if sys.stdout.isatty() else "none"
        self.width = min(_WIDEST, max(_NARROWEST, get_terminal_size((80, 24)).columns))
        self.utf8 = terminal.utf8(os.environ)

    def say(self, text: str) -> str:
        return text if self.utf8 else grid.ascii_text(text)

    @property
    def mark(self) -> str:
        return "●" if self.utf8 else "*"

    def table(self, every: Sequence[ProviderChoice]) -> Iterator[str]:
        """One row each, grouped by what they give, most useful first; a footer says the next step."""
        widths = self._widths(every)
        yield from self._row(" ", [[text] for text in _HEADS], widths, "dim")
        for group, title in GROUPS.items():
            members = [one for one in every if one.group == group]
            if members:
                yield ""
                yield paint([(self.say(title), "strong")], self.color)
                for one in members:
                    name = f"{one.name} (yours)" if one.declared else one.name
                    cells = [[one.id], [name], [" ".join(tells(one))], needs(one), [price(one)]]
                    yield from self._row(self.mark if one.found else " ", cells, widths)
        yield ""
        yield from self._foot(every)

    def _widths(self, every: Sequence[ProviderChoice]) -> list[int]:
        """Of id, name, what it tells, needs and price. Where there is no room, names are left out (0), and prices join
        the needs (0)."""
        roomy = self.width >= _ROOMY
        id = max(grid.cells(one.id) for one in every)
        name = min(max(grid.cells(one.name) for one in every), 21 if roomy else 16) if self.width >= _NAMED else 0
        told = min(max(grid.cells(" ".join(tells(one))) for one in every), 30 if roomy else 14)
        cost = 10 if roomy else 0
        gaps = sum(len(_GAP) for width in (name, told, cost, 1) if width)
        return [id, name, told, self.width - 2 - id - name - told - cost - gaps, cost]

    def _row(self, mark: str, cells: Sequence[Sequence[str]], widths: Sequence[int], role: str = "") -> Iterator[str]:
        texts = [[self.say(text) for text in cell] for cell in cells]
        if not widths[4]:
            needed = f"{texts[3][-1]} · {texts[4][0]}" if texts[4][0] and not role else texts[3][-1]
            texts[3:] = [[*texts[3][:-1], self.say(needed)], []]
        columns = [
            [line for text in cell for line in wrapped(text, width)] if width else []
            for cell, width in zip(texts, widths, strict=True)
        ]
        for index in range(max(map(len, columns))):
            runs = [(f"{' ' if index else mark} ", "band:healthy")]
            for column, (lines, width) in enumerate(zip(columns, widths, strict=True)):
                text = lines[index] if index < len(lines) else ""
                runs += [(grid.fit(text, width), role or ("strong" if not column else "")), (_GAP if width else "", "")]
            line = paint(runs, self.color)
            yield line.rstrip() if self.color == "none" else line

    def _foot(self, every: Iterable[ProviderChoice]) -> Iterator[str]:
        found = sum(1 for one in every if one.found)
        if found:
            yield from self._prose(f"{self.mark} a credential for it was found on this machine.")
        if any(one.cost_of_asking for one in every):
            yield from self._prose("~ asking costs about that each time; off until you allow it (probe = true).")
        yield from self._prose("Add one: creditsui account add ID    One in detail: creditsui providers ID")
        yield from self._prose("Any other purse: creditsui account add NAME, or creditsui providers new NAME")

    def _prose(self, text: str) -> list[str]:
        return [paint([(line, "dim")], self.color) for line in wrapped(self.say(text), self.width)]

    def one(self, one: ProviderChoice) -> Iterator[str]:
        """All there is to know about one of them, and the next step."""
        yield paint([(one.name, "strong"), (f"  {one.id}", "dim")], self.color)
        base = f"your own, from base_url or {' or '.join(one.base_env)}" if one.homeless else one.url
        costs = f"costs {one.cost_of_asking}; off until you allow it" if one.cost_of_asking else "is free"
        rows = [
            ("tells", ", ".join(tells(one))),
            ("needs", _from(one.credential, keys(one))),
            ("also", _from(one.admin_credential, one.admin_env)),
            *((param.name, _from(param.says, param.env)) for param in one.params),
            ("address", base if one.takes_key else ""),
            ("regions", ", ".join(f"{base} ({money})" if money else base for base, money in one.regions)),
            ("found", (one.found or "").replace(":", " ", 1)),
            ("asking", costs if one.takes_key or one.cost_of_asking else ""),
            ("keys", one.key_url),
            ("console", one.console_url if one.console_url != one.key_url else ""),
            ("status", one.status_url),
            ("declared", one.declared),
            ("mistake", one.fault),
        ]
        width = max(len(name) for name, text in rows if text) + 2
        for name, text in rows:
            for index, line in enumerate(wrapped(self.say(text), self.width - width) if text else []):
                yield paint([((name if not index else "").ljust(width), "dim"), (line, "")], self.color)
        yield ""
        step = (
            f"creditsui account add {one.id}" if one.id != "manual" else "creditsui account add NAME --provider manual"
        )
        step = f"creditsui providers test {one.id}" if one.fault else step
        yield paint([("next ".ljust(width), "dim"), (step, "strong")], self.color)


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken between words, within one only where it is longer than a line."""
    return textwrap.wrap(text, max(width, 8), break_on_hyphens=False) or [""]
