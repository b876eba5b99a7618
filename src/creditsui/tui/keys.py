"""The keys of each screen: tables that the footer, the help and the user's remapping read. What screens have in common
is remapped by the same name."""

from textual.binding import Binding

MOVE = Binding.Group("Move")
ACCOUNT = Binding.Group("This account")
BOOK = Binding.Group("The book")
VIEW = Binding.Group("The view")
PROGRAM = Binding.Group("creditsui")


def _key(
    key: str, action: str, words: str, help: str, group: Binding.Group, *, id: str = "", show: bool = False
) -> Binding:
    return Binding(key, action, words, show=show, tooltip=help, id=id or action, group=group)


def _moves(next: str, before: str, first: str, last: str) -> tuple[Binding, ...]:
    return (
        _key("j,down", "move(1)", "Down", next, MOVE, id="down"),
        _key("k,up", "move(-1)", "Up", before, MOVE, id="up"),
        _key("g,home", "move(-9999)", "Top", first, MOVE, id="top"),
        _key("G,end", "move(9999)", "Bottom", last, MOVE, id="bottom"),
        _key("pagedown", "page(1)", "Page down", "a page on", MOVE, id="page_down"),
        _key("pageup", "page(-1)", "Page up", "a page back", MOVE, id="page_up"),
    )


def _screens(here: str, shown: str) -> tuple[Binding, ...]:
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
    _key("Y", "picture", "Picture", "save the screen as an SVG picture", VIEW),
)
_PROGRAM = (
    _key("p", "pause", "Pause", "ask nobody until you press it again", PROGRAM),
    _key("question_mark", "help", "Help", "all keys", PROGRAM, show=True),
    _key("colon", "app.command_palette", "Palette", "every command by name", PROGRAM, id="palette"),
    _key("q", "quit", "Quit", "leave; nothing is lost", PROGRAM),
)
_BACK = _key("escape", "back", "Back", "back to the accounts", VIEW, show=True)

KEYS = (
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
    _key("enter", "detail", "Detail", "everything about this account", ACCOUNT),
    _key("escape", "back", "Back", "back to the list; ends a filter", ACCOUNT),
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

SPEND_KEYS = (
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

TIMELINE_KEYS = (
    *_moves("next account", "account before", "first to die", "last account"),
    _key("w", "period", "Span", "what matters, 7, 30, 90 days, a year", VIEW, show=True),
    _key("t", "advise", "Top up", "how much lasts to a day of your choice", ACCOUNT, id="topup", show=True),
    _key("enter", "open", "Account", "this account among the others", VIEW, id="detail", show=True),
    _BACK,
    *_screens("3", shown="12"),
    *_LOOK,
    *_PROGRAM,
)

ROUTING_KEYS = (
    *_moves("a line on", "a line back", "the beginning", "the end"),
    _key("enter", "apply", "Apply", "change Hermes' config.yaml, after a question", BOOK, show=True),
    _key("u", "take_back", "Undo", "put back what stood there before the last change", BOOK, id="undo", show=True),
    _key("r", "again", "Again", "read and ask everything again", VIEW, id="refresh", show=True),
    _BACK,
    *_screens("4", shown="123"),
    *_LOOK,
    *_PROGRAM,
)

#: Actions that mean nothing while there is no account under the cursor.
ON_ACCOUNT = frozenset(
    {
        "topup",
        "thresholds",
        "refresh",
        "refused",
        "sync_by_hand",
        "key",
        "probe",
        "explain",
        "snooze",
        "console",
        "copy",
        "detail",
    }
)
