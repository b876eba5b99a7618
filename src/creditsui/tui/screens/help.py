"""All keys, read from the bindings in force: what is remapped shows as it is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.style import Style
from textual.widgets import Static

from creditsui.tui.toasts import make_room
from creditsui.tui.widgets.preview import glyphs_of

_HERE = Binding.Group("Here")
_ORDER = (_HERE.description, "Move", "This account", "The book", "The view", "creditsui")
_FIELDS = {"app.focus_next": "next field", "app.focus_previous": "field before"}


def sections(bindings: Sequence[Binding], display: dict[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(heading, [(keys, what they do)]) in a fixed order; keys of one action stand together."""
    found: dict[str, dict[str, tuple[list[str], str]]] = {name: {} for name in _ORDER}
    for binding in bindings:
        if binding.group is not None and binding.group.description in found:
            keys, _ = found[binding.group.description].setdefault(
                binding.action, ([], binding.tooltip or binding.description)
            )
            keys.append(display.get(binding.key, binding.key))
    return [
        (name, [(" ".join(keys), words) for keys, words in actions.values()])
        for name, actions in found.items()
        if actions
    ]


def of_modal(screen: Screen[Any], said: str) -> list[Binding]:
    """The keys of a modal and of the field in use, as far as they are ours: a text field's usual ones go without
    saying. `said` is what its lower edge says of enter and esc."""
    ours = {
        binding.action
        for node in {active.node for active in screen.active_bindings.values()}
        for kind in type(node).__mro__
        if kind.__module__.startswith("creditsui.")
        for binding in Binding.make_bindings(kind.__dict__.get("BINDINGS", ()))
    }
    edge = {key: words for key, _, words in (part.partition(" ") for part in said.split(" · "))}
    words = {"enter": edge.get("enter", ""), "escape": edge.get("esc", "")}
    fields = _FIELDS if len(screen.focus_chain) > 1 else {}
    return [
        replace(
            one, group=_HERE, tooltip=words.get(one.key) or fields.get(one.action) or one.tooltip or one.description
        )
        for one in (active.binding for active in screen.active_bindings.values())
        if one.action in ours or one.action in fields or words.get(one.key)
    ]


def _half(lines: Sequence[int]) -> int:
    """How many of these stand in the first of two columns, so that the longer is as short as can be."""
    return min(range(1, len(lines) + 1), key=lambda at: max(sum(lines[:at]), sum(lines[at:])), default=0)


class HelpScreen(ModalScreen[None]):
    """Closes with any of esc, q, ?, f1."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $background 65%; }
    HelpScreen > VerticalScroll {
        width: 100%; max-width: 76; height: auto; max-height: 100%; padding: 0 2; background: $surface;
        border: round $primary 45%; border-title-style: bold; scrollbar-size-vertical: 1;
    }
    HelpScreen > VerticalScroll.ascii { border: ascii $primary 45%; }
    HelpScreen.-flat > VerticalScroll, HelpScreen.-flat > VerticalScroll.ascii { border: none; }
    HelpScreen.-flat .head { margin-top: 0; }
    HelpScreen Static, HelpScreen Horizontal { height: auto; }
    HelpScreen .columns, HelpScreen .column { layout: vertical; height: auto; width: 1fr; }
    HelpScreen .keys { width: 12; text-style: bold; }
    HelpScreen.-close .keys, HelpScreen.-wide .keys { width: 9; }
    HelpScreen.-wide > VerticalScroll { max-width: 132; }
    HelpScreen.-wide .columns { layout: horizontal; }
    HelpScreen.-wide .column.next { padding-left: 3; }
    HelpScreen .words { width: 1fr; }
    HelpScreen.-narrow > VerticalScroll { padding: 0 1 0 0; }
    HelpScreen.-narrow Horizontal { layout: vertical; }
    HelpScreen.-narrow .keys { width: 1fr; }
    HelpScreen.-narrow .words { padding-left: 2; }
    HelpScreen .head { color: $mark-brand; text-style: bold; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,f1", "close", "Close")]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (5, "-framed")]  # noqa: RUF012
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (34, "-close"), (60, "-roomy"), (116, "-wide")]  # noqa: RUF012

    def __init__(self, bindings: Sequence[Binding]) -> None:
        super().__init__()
        self._keys = bindings

    def compose(self) -> ComposeResult:
        display = {binding.key: self.app.get_key_display(binding) for binding in self._keys}
        with VerticalScroll() as panel:
            panel.set_class(glyphs_of(self.app).ascii, "ascii")
            panel.border_title = "Keys"
            panel.border_subtitle = Content("esc back").stylize(Style.from_meta({"@click": "screen.close"}))
            found = sections(self._keys, display)
            half = _half([len(keys) + 2 for _, keys in found])
            with Container(classes="columns"):
                for column, part in (("first", found[:half]), ("next", found[half:])):
                    with Container(classes=f"column {column}"):
                        yield from self._part(part)

    def _part(self, found: Sequence[tuple[str, list[tuple[str, str]]]]) -> ComposeResult:
        for name, keys in found:
            yield Static(name, classes="head", markup=False)
            for shown, words in keys:
                with Horizontal():
                    yield Static(shown, classes="keys", markup=False)
                    yield Static(words, classes="words", markup=False)

    def on_mount(self) -> None:
        make_room(self.app)

    def action_close(self) -> None:
        self.dismiss(None)
