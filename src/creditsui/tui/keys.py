"""The keys of the dashboard: one table, which the footer, the help and the user's remapping read."""

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


KEYS = (
    _key("j,down", "move(1)", "Down", "next account", MOVE, id="down"),
    _key("k,up", "move(-1)", "Up", "account before", MOVE, id="up"),
    _key("g,home", "move(-9999)", "Top", "first account", MOVE, id="top"),
    _key("G,end", "move(9999)", "Bottom", "last account", MOVE, id="bottom"),
    _key("pagedown", "page(1)", "Page down", "a page on", MOVE, id="page_down"),
    _key("pageup", "page(-1)", "Page up", "a page back", MOVE, id="page_up"),
    _key("s", "sync", "Sync", "make it true: ask if the provider can tell, else ask you", ACCOUNT, show=True),
    _key("t", "topup", "Top up", "book new credit", ACCOUNT, show=True),
    _key("e", "thresholds", "Thresholds", "move the edges between the bands", ACCOUNT, show=True),
    _key("r", "refresh", "Refresh", "ask this account again", ACCOUNT, show=True),
    _key("S", "sync_by_hand", "Enter balance", "enter the true balance by hand", ACCOUNT),
    _key("exclamation_mark", "refused", "It refused me", "a call was refused: ask why, or book it empty", ACCOUNT),
    _key("K", "key", "Key", "enter a key; it is tested before it is kept", ACCOUNT),
    _key("b", "probe", "Probe", "read limits by requests that cost a token, or stop", ACCOUNT),
    _key("x", "explain", "Explain", "where each number comes from", ACCOUNT),
    _key("o", "console", "Console", "open the provider's page", ACCOUNT),
    _key("y", "copy", "Copy", "copy this account as one line", ACCOUNT),
    _key("enter", "detail", "Detail", "everything about this account", ACCOUNT),
    _key("escape", "back", "Back", "back to the list; ends a filter", ACCOUNT),
    _key("a", "add", "Add", "add an account", PROGRAM, show=True),
    _key("d", "demo", "Demo", "look around on invented accounts", PROGRAM, show=True),
    _key("1", "accounts", "Accounts", "what is left, account by account", VIEW),
    _key("2", "spend", "Spend", "what was spent, day by day and on what", VIEW, show=True),
    _key("3", "timeline", "Timeline", "what dies first, and when", VIEW),
    _key("4", "route", "Routing", "which provider should carry Hermes' work", VIEW),
    _key("R", "refresh_all", "Refresh all", "ask every account again", PROGRAM),
    _key("u", "undo", "Undo", "take the last entry back", BOOK),
    _key("ctrl+r", "redo", "Redo", "book again what was taken back", BOOK),
    _key("slash", "filter", "Filter", "show only what matches: a name, provider, plan or band", VIEW, show=True),
    _key("f", "find", "Find", "go to an account by its letter", VIEW),
    _key("z", "sort", "Sort", "worst first, by name, in your own order", VIEW),
    _key("v", "density", "Density", "cards, rows, or what fits", VIEW),
    _key("P", "privacy", "Privacy", "hide amounts and labels", VIEW),
    _key("p", "pause", "Pause", "ask nobody until you press it again", PROGRAM),
    _key("Y", "picture", "Picture", "save the screen as an SVG picture", VIEW),
    _key("question_mark", "help", "Help", "all keys", PROGRAM, show=True),
    _key("colon", "app.command_palette", "Palette", "every command by name", PROGRAM, id="palette"),
    _key("q", "quit", "Quit", "leave; nothing is lost", PROGRAM),
)

#: The keys of the spend screen. What both screens have is remapped by the same name.
SPEND_KEYS = (
    _key("j,down", "move(1)", "Down", "next row", MOVE, id="down"),
    _key("k,up", "move(-1)", "Up", "row before", MOVE, id="up"),
    _key("g,home", "move(-9999)", "Top", "first row", MOVE, id="top"),
    _key("G,end", "move(9999)", "Bottom", "last row", MOVE, id="bottom"),
    _key("pagedown", "page(1)", "Page down", "a page on", MOVE, id="page_down"),
    _key("pageup", "page(-1)", "Page up", "a page back", MOVE, id="page_up"),
    _key("w", "period", "Period", "today, 7 days, 30 days, all time", VIEW, show=True),
    _key("tab", "breakdown(1)", "By", "by model, project, source, session, account", VIEW, id="by", show=True),
    _key("shift+tab", "breakdown(-1)", "By", "the same, the other way round", VIEW, id="by_back"),
    _key("escape", "back", "Back", "without the last filter; then back to the accounts", VIEW, show=True),
    _key("enter", "open", "Only this", "only what this row spent, by the next breakdown", VIEW, id="detail", show=True),
    _key("1", "accounts", "Accounts", "what is left, account by account", VIEW, show=True),
    _key("2", "spend", "Spend", "this screen", VIEW),
    _key("3", "timeline", "Timeline", "what dies first, and when", VIEW, show=True),
    _key("4", "route", "Routing", "which provider should carry Hermes' work", VIEW),
    _key("P", "privacy", "Privacy", "hide amounts and labels", VIEW),
    _key("Y", "picture", "Picture", "save the screen as an SVG picture", VIEW),
    _key("p", "pause", "Pause", "ask nobody until you press it again", PROGRAM),
    _key("question_mark", "help", "Help", "all keys", PROGRAM, show=True),
    _key("colon", "app.command_palette", "Palette", "every command by name", PROGRAM, id="palette"),
    _key("q", "quit", "Quit", "leave; nothing is lost", PROGRAM),
)

#: The keys of the timeline.
TIMELINE_KEYS = (
    _key("j,down", "move(1)", "Down", "next account", MOVE, id="down"),
    _key("k,up", "move(-1)", "Up", "account before", MOVE, id="up"),
    _key("g,home", "move(-9999)", "Top", "first to die", MOVE, id="top"),
    _key("G,end", "move(9999)", "Bottom", "last account", MOVE, id="bottom"),
    _key("pagedown", "page(1)", "Page down", "a page on", MOVE, id="page_down"),
    _key("pageup", "page(-1)", "Page up", "a page back", MOVE, id="page_up"),
    _key("w", "period", "Span", "what matters, 7, 30, 90 days, a year", VIEW, show=True),
    _key("t", "advise", "Top up", "how much lasts to a day of your choice", ACCOUNT, id="topup", show=True),
    _key("enter", "open", "Account", "this account among the others", VIEW, id="detail", show=True),
    _key("escape", "back", "Back", "back to the accounts", VIEW, show=True),
    _key("1", "accounts", "Accounts", "what is left, account by account", VIEW, show=True),
    _key("2", "spend", "Spend", "what was spent, day by day and on what", VIEW, show=True),
    _key("3", "timeline", "Timeline", "this screen", VIEW),
    _key("4", "route", "Routing", "which provider should carry Hermes' work", VIEW),
    _key("P", "privacy", "Privacy", "hide amounts and labels", VIEW),
    _key("Y", "picture", "Picture", "save the screen as an SVG picture", VIEW),
    _key("p", "pause", "Pause", "ask nobody until you press it again", PROGRAM),
    _key("question_mark", "help", "Help", "all keys", PROGRAM, show=True),
    _key("colon", "app.command_palette", "Palette", "every command by name", PROGRAM, id="palette"),
    _key("q", "quit", "Quit", "leave; nothing is lost", PROGRAM),
)

#: The keys of the routing screen.
ROUTING_KEYS = (
    _key("j,down", "move(1)", "Down", "a line on", MOVE, id="down"),
    _key("k,up", "move(-1)", "Up", "a line back", MOVE, id="up"),
    _key("g,home", "move(-9999)", "Top", "the beginning", MOVE, id="top"),
    _key("G,end", "move(9999)", "Bottom", "the end", MOVE, id="bottom"),
    _key("pagedown", "page(1)", "Page down", "a page on", MOVE, id="page_down"),
    _key("pageup", "page(-1)", "Page up", "a page back", MOVE, id="page_up"),
    _key("enter", "apply", "Apply", "change Hermes' config.yaml, after a question", BOOK, show=True),
    _key("u", "take_back", "Undo", "put back what stood there before the last change", BOOK, id="undo", show=True),
    _key("r", "again", "Again", "read and ask everything again", VIEW, id="refresh", show=True),
    _key("escape", "back", "Back", "back to the accounts", VIEW, show=True),
    _key("1", "accounts", "Accounts", "what is left, account by account", VIEW, show=True),
    _key("question_mark", "help", "Help", "all keys", PROGRAM, show=True),
    _key("2", "spend", "Spend", "what was spent, day by day and on what", VIEW, show=True),
    _key("3", "timeline", "Timeline", "what dies first, and when", VIEW, show=True),
    _key("4", "route", "Routing", "this screen", VIEW),
    _key("P", "privacy", "Privacy", "hide amounts and labels", VIEW),
    _key("Y", "picture", "Picture", "save the screen as an SVG picture", VIEW),
    _key("p", "pause", "Pause", "ask nobody until you press it again", PROGRAM),
    _key("colon", "app.command_palette", "Palette", "every command by name", PROGRAM, id="palette"),
    _key("q", "quit", "Quit", "leave; nothing is lost", PROGRAM),
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
        "console",
        "copy",
        "detail",
    }
)
