"""A field that filters the list of providers below it, and takes a key that was pasted too early out of sight."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from creditsui.core.settings import ProviderChoice
from creditsui.domain.grid import ascii_text
from creditsui.domain.secret import scrub
from creditsui.tui.widgets.field import Field
from creditsui.tui.widgets.preview import glyphs_of

_LONGEST_NAME = 40


class Search(Field):
    """The arrows move in the list without leaving the field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.step(-1)", "Previous provider", show=False),
        Binding("down", "screen.step(1)", "Next provider", show=False),
    ]

    class KeyPasted(Message):
        """What was pasted looks like a key; it is not shown. Only this message holds it."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

        def __rich_repr__(self) -> tuple[str, ...]:
            return ("•••",)

    def _on_paste(self, event: events.Paste) -> None:
        text = event.text.strip()
        if text and (len(text) > _LONGEST_NAME or scrub(text) != text or (len(text) > 15 and " " not in text)):
            event.prevent_default()
            event.stop()
            self.post_message(self.KeyPasted(text))

    def action_paste(self) -> None:
        """Paste what the application's own clipboard holds, by the same rule."""
        self.app.post_message(events.Paste(self.app.clipboard))


class Found(OptionList, can_focus=False):
    """The providers that match what is typed, best first; by hand is always possible."""

    DEFAULT_CSS = "Found { height: auto; max-height: 4; }"

    class Highlighted(Message):
        """The cursor stands on another line."""

    class Clicked(Message):
        """A line was taken by the mouse."""

    def __init__(self, choices: Sequence[ProviderChoice]) -> None:
        super().__init__(id="list", markup=False, compact=True)
        self.choices = choices

    @property
    def choice(self) -> ProviderChoice | None:
        """The provider under the cursor; None: by hand."""
        option = self.highlighted_option
        id = (option.id or "").removeprefix("p-") if option is not None else ""
        return next((one for one in self.choices if one.id == id), None)

    def filter(self, text: str) -> None:
        ascii = glyphs_of(self.app).ascii
        self.clear_options()
        for id, line in _lines(matching(self.choices, text), text, "*" if ascii else "●"):
            self.add_option(Option(Content(ascii_text(line.plain)) if ascii else line, id=id))
        self.highlighted = 0

    def step(self, by: int) -> None:
        if by > 0:
            self.action_cursor_down()
        else:
            self.action_cursor_up()

    @on(OptionList.OptionHighlighted)
    def _highlight(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self.post_message(self.Highlighted())

    @on(OptionList.OptionSelected)
    def _select(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Clicked())


def matching(choices: Sequence[ProviderChoice], text: str) -> list[ProviderChoice]:
    """Providers by name, id or the name of a variable: what begins with the text first, then what was found here."""
    word = text.strip().casefold()

    def begins(one: ProviderChoice) -> bool:
        return one.name.casefold().startswith(word) or one.id.startswith(word)

    found = [
        one
        for one in choices
        if word in one.name.casefold() or word in one.id or any(word in name.casefold() for name in one.env)
    ]
    return sorted(found, key=lambda one: (not begins(one), one.found is None))


def _lines(found: Sequence[ProviderChoice], text: str, mark: str) -> Iterator[tuple[str, Content]]:
    """Ids and lines; `mark` stands before those whose key or login was found."""
    for one in found:
        about = " · ".join(part for part in (", ".join(one.tells), source(one.found)) if part)
        yield f"p-{one.id}", _line(mark if one.found else " ", one.name, about)
    name = f"“{text.strip()}” by hand" if text.strip() else "by hand"
    yield "by-hand", _line(" ", name, "you enter its balance")


def source(found: str | None) -> str:
    """Where a credential was found, in a word or two: `OPENROUTER_API_KEY`, `its login`."""
    kind, _, name = (found or "").partition(":")
    return name or (f"its {kind}" if kind else "")


def _line(mark: str, name: str, about: str) -> Content:
    return Content.assemble(Content(f"{mark} "), Content(name), Content(f"  {about}").stylize("dim"))
