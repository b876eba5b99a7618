"""One-line input fields, the rows that name them, and the small choice between a few words."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from creditsui.tui.widgets.preview import glyphs_of


class Field(Input):
    """An input one line high and without a border. Its cursor does not blink: an idle modal writes nothing."""

    DEFAULT_CSS = """
    Field, Field.-textual-compact {
        width: 14;
        padding: 0 1;
        background: $panel;
        color: $text;
        &:focus { background: $primary 22%; background-tint: $primary 0%; }
        &.wide { width: 1fr; }
        &.short { width: 8; }
        &.wrong { background: $error 30%; }
    }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", id: str, classes: str = "", limit: int = 120) -> None:
        super().__init__(
            value, placeholder=placeholder, id=id, classes=classes, compact=True, max_length=limit, select_on_focus=True
        )
        self.cursor_blink = False


class SecretField(Field):
    """A field for a key: drawn as dots, never copied out, and a paste of several lines is refused, not cut."""

    class Refused(Message):
        """What was pasted is not one line; nothing was taken over."""

    def __init__(self, *, placeholder: str = "", id: str, classes: str = "") -> None:
        super().__init__(placeholder=placeholder, id=id, classes=classes, limit=4096)
        self.password = True

    @property
    def _value(self) -> Text:
        dot = "*" if glyphs_of(self.app).ascii else "•"
        return Text(dot * len(self.value), no_wrap=True, overflow="ignore", end="")

    def _on_paste(self, event: events.Paste) -> None:
        # The input's own handler takes the first line without a word: half a key, or a key and a stray line.
        event.prevent_default()
        event.stop()
        text = event.text.strip()
        if not text:
            return
        if not text.isprintable():
            self.post_message(self.Refused())
            return
        selection = self.selection
        self.replace(text, *selection)

    def action_copy(self) -> None:
        """A key never leaves the field by the clipboard."""

    def action_cut(self) -> None:
        self.delete_selection()

    def action_paste(self) -> None:
        """Paste what the application's own clipboard holds, by the same rule."""
        self._on_paste(events.Paste(self.app.clipboard))


class Row(Horizontal):
    """A name in a quiet tone, then what it names, on one line."""

    DEFAULT_CSS = """
    Row { height: 1; width: 1fr; }
    Row > .name { width: 15; color: $text-muted; }
    Row > .value { width: 1fr; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Row > .after { width: auto; padding: 0 0 0 1; color: $text-muted; }
    """

    def __init__(self, name: str, *children: Widget, id: str | None = None, classes: str = "") -> None:
        super().__init__(Static(name, classes="name", markup=False), *children, id=id, classes=classes)


def after(text: str, *, id: str | None = None) -> Static:
    """A word behind a field without which it says nothing: its unit."""
    return Static(text, classes="after", markup=False, id=id)


def hint(text: str) -> Static:
    """Words behind a field for which there may be no room."""
    return Static(text, classes="after hint", markup=False)


class Choice(Widget, can_focus=True):
    """One of a few words, on one line: `(•) this account  ( ) all`. Arrows, space or a click choose."""

    DEFAULT_CSS = """
    Choice { height: 1; width: auto; color: $text-muted; }
    Choice:focus { background: $primary 22%; }
    Choice > .choice--chosen { color: $text; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--chosen"}
    BINDINGS: ClassVar[list[BindingType]] = [
        ("left", "step(-1)", "Previous"),
        ("right,space", "step(1)", "Next"),
    ]

    chosen: reactive[int] = reactive(0)

    class Changed(Message):
        """Another word was chosen."""

        def __init__(self, choice: "Choice") -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> "Choice":
            return self.choice

    def __init__(self, options: Sequence[tuple[str, str]], *, id: str, chosen: str | None = None) -> None:
        """`options` are (value, words); `chosen` is a value, the first one by default."""
        super().__init__(id=id)
        self.options = tuple(options)
        values = [value for value, _ in self.options]
        self.set_reactive(Choice.chosen, values.index(chosen) if chosen in values else 0)

    @property
    def value(self) -> str:
        return self.options[self.chosen][0]

    def watch_chosen(self) -> None:
        self.post_message(self.Changed(self))

    def action_step(self, by: int) -> None:
        self.chosen = (self.chosen + by) % len(self.options)

    @property
    def _one_at_a_time(self) -> bool:
        """Whether there is room for the chosen one only."""
        return self.size.width < self.get_content_width(None, None)

    def on_click(self, event: events.Click) -> None:
        if self._one_at_a_time:
            self.action_step(1)
            return
        x = event.x
        for index, (_, words) in enumerate(self.options):
            width = len(words) + 4
            if x < width + 2:
                self.chosen = index
                return
            x -= width + 2

    def get_content_width(self, container: object, viewport: object) -> int:
        return sum(len(words) + 4 for _, words in self.options) + 2 * (len(self.options) - 1)

    def render(self) -> Content:
        style = self.get_visual_style("choice--chosen")
        dot = "*" if glyphs_of(self.app).ascii else "•"
        if self._one_at_a_time:
            return Content.assemble("< ", Content(self.options[self.chosen][1]).stylize(style), " >")
        parts = []
        for index, (_, words) in enumerate(self.options):
            chosen = index == self.chosen
            text = Content(f"({dot if chosen else ' '}) {words}")
            parts.append(text.stylize(style) if chosen else text)
        return Content("  ").join(parts)


def field(screen: Widget, id: str) -> Field:
    """The field with this id on a screen."""
    return screen.query_one(f"#{id}", Field)


def typed(screen: Widget, id: str) -> str:
    """What stands in a field, without the blanks around it."""
    return field(screen, id).value.strip()
