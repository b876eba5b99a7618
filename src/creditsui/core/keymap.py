"""The keys of each screen as plain data, and what is wrong with how the user remapped them. What screens have in common
is remapped by the same name."""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from creditsui.domain.clean import clean

MOVE, ACCOUNT, BOOK, VIEW, PROGRAM = "Move", "This account", "The book", "The view", "creditsui"
GROUPS = (MOVE, ACCOUNT, BOOK, VIEW, PROGRAM)


class Key(NamedTuple):
    """`keys` by their names, comma between; `id` is what `[keys]` calls it."""

    keys: str
    action: str
    words: str
    help: str
    group: str
    id: str
    show: bool


def _key(key: str, action: str, words: str, help: str, group: str, *, id: str = "", show: bool = False) -> Key:
    return Key(key, action, words, help, group, id or action, show)


def _moves(next: str, before: str, first: str, last: str) -> tuple[Key, ...]:
    return (
        _key("j,down", "move(1)", "Down", next, MOVE, id="down"),
        _key("k,up", "move(-1)", "Up", before, MOVE, id="up"),
        _key("g,home", "move(-9999)", "Top", first, MOVE, id="top"),
        _key("G,end", "move(9999)", "Bottom", last, MOVE, id="bottom"),
        _key("pagedown", "page(1)", "Page down", "a page on", MOVE, id="page_down"),
        _key("pageup", "page(-1)", "Page up", "a page back", MOVE, id="page_up"),
    )


def _screens(here: str, shown: str) -> tuple[Key, ...]:
    """The four screens; `shown` are those whose keys the footer tells."""
    words = {
        "1": ("accounts", "Accounts", "what is left, account by account"),
        "2": ("spend", "Spend", "what was spent, day by day and on what"),
        "3": ("timeline", "Timeline", "what dies first, and when"),
        "4": ("route", "Routing", "which provider should carry Hermes' work"),
    }
    return tuple(
        _key(key, action, name, "this screen" if key == here else help, VIEW, show=key in shown)
        for key, (action, name, help) in words.items()
    )


_LOOK = (
    _key("P", "privacy", "Privacy", "hide amounts and labels", VIEW),
    _key("Y", "picture", "Picture", "save an SVG picture, without amounts and labels", VIEW),
)
_PROGRAM = (
    _key("p", "pause", "Pause", "ask nobody until you press it again", PROGRAM),
    _key("question_mark", "help", "Help", "all keys", PROGRAM, show=True),
    _key("colon", "app.command_palette", "Palette", "every command by name", PROGRAM, id="palette"),
    _key("q", "quit", "Quit", "leave; nothing is lost", PROGRAM),
)
_BACK = _key("escape", "back", "Back", "back to the accounts", VIEW, show=True)

ACCOUNTS = (
    *_moves("next account", "account before", "first account", "last account"),
    _key("s", "sync", "Sync", "make it true: ask if the provider can tell, else ask you", ACCOUNT, show=True),
    _key("t", "topup", "Top up", "book new credit", ACCOUNT, show=True),
    _key("e", "thresholds", "Thresholds", "move the edges between the bands", ACCOUNT, show=True),
    _key("r", "refresh", "Refresh", "ask this account again", ACCOUNT, show=True),
    _key("S", "sync_by_hand", "Enter balance", "enter the true balance by hand", ACCOUNT),
    _key("exclamation_mark", "refused", "It refused me", "a call was refused: ask why, or book it empty", ACCOUNT),
    _key("K", "key", "Key", "enter a key; it is tested before it is kept", ACCOUNT),
    _key("b", "probe", "Probe", "read limits by requests that cost a token, or stop", ACCOUNT),
    _key("x", "explain", "Explain", "where each number comes from", ACCOUNT),
    _key("n", "snooze", "Snooze", "no alerts of this account for a while, or until it recovers", ACCOUNT),
    _key("o", "console", "Console", "open the provider's page", ACCOUNT),
    _key("y", "copy", "Copy", "copy this account as one line", ACCOUNT),
    _key("enter", "detail", "Detail", "everything about this account; again for its portrait", ACCOUNT),
    _key("escape", "back", "Back", "a step back, to the list; ends a filter", ACCOUNT),
    _key("a", "add", "Add", "add an account", PROGRAM, show=True),
    _key("d", "demo", "Demo", "look around on invented accounts", PROGRAM, show=True),
    *_screens("1", shown="2"),
    _key("R", "refresh_all", "Refresh all", "ask every account again", PROGRAM),
    _key("u", "undo", "Undo", "take the last entry back", BOOK),
    _key("ctrl+r", "redo", "Redo", "book again what was taken back", BOOK),
    _key("slash", "filter", "Filter", "show only what matches: a name, provider, plan or band", VIEW, show=True),
    _key("f", "find", "Find", "go to an account by its letter", VIEW),
    _key("z", "sort", "Sort", "worst first, by name, in your own order", VIEW),
    _key("v", "density", "Density", "cards, rows, or what fits", VIEW),
    *_LOOK,
    *_PROGRAM,
)

SPEND = (
    *_moves("next row", "row before", "first row", "last row"),
    _key("w", "period", "Period", "today, 7 days, 30 days, all time", VIEW, show=True),
    _key("tab", "breakdown(1)", "By", "by model, project, source, session, account", VIEW, id="by", show=True),
    _key("shift+tab", "breakdown(-1)", "By", "the same, the other way round", VIEW, id="by_back"),
    _key("escape", "back", "Back", "without the last filter; then back to the accounts", VIEW, show=True),
    _key("enter", "open", "Only this", "only what this row spent, by the next breakdown", VIEW, id="detail", show=True),
    *_screens("2", shown="13"),
    *_LOOK,
    *_PROGRAM,
)

TIMELINE = (
    *_moves("next account", "account before", "first to die", "last account"),
    _key("w", "period", "Span", "what matters, 7, 30, 90 days, a year", VIEW, show=True),
    _key("t", "advise", "Top up", "how much lasts to a day of your choice", ACCOUNT, id="topup", show=True),
    _key("enter", "open", "Account", "this account among the others", VIEW, id="detail", show=True),
    _BACK,
    *_screens("3", shown="12"),
    *_LOOK,
    *_PROGRAM,
)

ROUTING = (
    *_moves("a line on", "a line back", "the beginning", "the end"),
    _key("enter", "apply", "Apply", "change Hermes' config.yaml, after a question", BOOK, show=True),
    _key("u", "take_back", "Undo", "put back what stood there before the last change", BOOK, id="undo", show=True),
    _key("r", "again", "Again", "read and ask everything again", VIEW, id="refresh", show=True),
    _BACK,
    *_screens("4", shown="123"),
    *_LOOK,
    *_PROGRAM,
)

SCREENS: Mapping[str, tuple[Key, ...]] = {
    "accounts": ACCOUNTS,
    "spend": SPEND,
    "timeline": TIMELINE,
    "routing": ROUTING,
}

_NAMED = (
    "up down left right home end insert delete pageup pagedown enter escape tab space backspace "
    + " ".join(f"f{number}" for number in range(1, 25))
).split()
_MODIFIED = re.compile(r"(?:(?:ctrl|alt|shift|super|meta|hyper)\+)+")
_SIGNS = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}


def name_of(key: str) -> str:
    """`question_mark` for `?`; other keys by the names they have."""
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key, "").lower().replace("-", "_").replace(" ", "_")
    return _SIGNS.get(name, name)


def faults(chosen: Mapping[str, str]) -> tuple[str, ...]:
    """What is wrong with `[keys]`, a sentence each: names that are no action, keys that no keyboard sends, and keys
    that mean two things on one screen."""
    known = sorted({key.id for keys in SCREENS.values() for key in keys})
    said: dict[str, None] = {}
    for id, text in chosen.items():
        if id not in known:
            near = difflib.get_close_matches(id, known, 1)
            hint = f"did you mean {near[0]}?" if near else "creditsui doctor lists what there is."
            said[f"[keys] {clean(id, 32)} is no action; {hint}"] = None
        for key in text.split(","):
            if not _is_key(key.strip()):
                said[
                    f"[keys] {clean(id, 32)} is “{clean(key, 32)}”, which is no key; write one such as T or ctrl+t."
                ] = None
    for screen, keys in SCREENS.items():
        holders: dict[str, list[str]] = {}
        for one in keys:
            for key in chosen.get(one.id, one.keys).split(","):
                holders.setdefault(name_of(key.strip()), []).append(one.id)
        for key, ids in holders.items():
            mine = [id for id in ids if id in chosen]
            if len(ids) > 1 and mine:
                twice = " and ".join(sorted(ids))
                said.setdefault(f"[keys] {clean(key, 32)} means {twice} on the {screen} screen; give one another key.")
    return tuple(said)


def names() -> tuple[str, ...]:
    """What may be remapped, in the order of the screens."""
    return tuple(dict.fromkeys(key.id for keys in SCREENS.values() for key in keys))


def _is_key(key: str) -> bool:
    bare = _MODIFIED.sub("", key)
    return len(bare) == 1 or bare in _NAMED or bare in _SIGNS.values() or _is_sign(bare)


def _is_sign(name: str) -> bool:
    with suppress(KeyError):
        return bool(unicodedata.lookup(name.replace("_", " ")))
    return False
