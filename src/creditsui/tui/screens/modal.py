"""What every modal does alike: esc leaves, enter accepts, a refusal is said in place, the act runs in a thread."""

import asyncio
from collections.abc import Callable
from typing import ClassVar, Literal

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Input, Static

from creditsui.domain.board import AccountView
from creditsui.domain.clean import clean
from creditsui.domain.grid import ascii_text, cells
from creditsui.domain.secret import scrub
from creditsui.tui.manner import masked
from creditsui.tui.toasts import make_room
from creditsui.tui.widgets.field import Row
from creditsui.tui.widgets.preview import glyphs_of

Tone = Literal["quiet", "live", "fault", "good"]
_ROOM = 50
"""Cells of a pane in which the lower edge has room for the key of the help."""
_BESIDE = 32
"""Cells of a pane in which a field stands beside its name; in fewer, below it."""


class Panel(VerticalScroll, can_focus=False):
    """The box of a modal. Its title says what is done to which account."""


class Modal(ModalScreen[str | None]):
    """A modal that performs one act and is dismissed with a sentence about it, or with None when it was left."""

    DEFAULT_CSS = """
    Modal { align: center middle; background: $background 65%; }
    Modal > Panel {
        width: 100%;
        max-width: 64;
        height: auto;
        max-height: 100%;
        padding: 0 1;
        background: $surface;
        border: round $primary 45%;
        border-title-color: $text;
        border-title-style: bold;
        border-subtitle-color: $text-muted;
        scrollbar-size-vertical: 1;
        scrollbar-background: $surface;
    }
    Modal > Panel.ascii { border: ascii $primary 45%; }
    Modal > Panel.ascii Row > .value, Modal > Panel.ascii OptionList { text-overflow: clip; }
    Modal.-slim > Panel { padding: 0; }
    Modal.-flat > Panel, Modal.-flat > Panel.ascii { border: none; scrollbar-size: 0 0; }
    Modal.-slim Row > .name { width: 14; }
    Modal.-stacked Row {
        layout: grid; grid-size: 2; grid-columns: 1fr auto; grid-rows: 1; height: 2;
        & > .name { column-span: 2; width: 100%; }
        & > Field, & > Field.short, & > Choice { width: 1fr; }
        & > .hint { display: none; }
    }
    Modal.-roomy > Panel { padding: 1 2; }
    Modal.-roomy .gap { margin-top: 1; }
    Modal .quiet { color: $text-muted; }
    Modal #says { height: auto; min-height: 1; color: $text-muted; margin-top: 1; }
    Modal #says.live { color: $text; }
    Modal #says.fault { color: $error; text-style: bold; }
    Modal #says.good { color: $success; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("enter", "accept", "Accept"),
        Binding("f1,question_mark", "help", "These keys", show=False),
    ]
    AUTO_FOCUS = "Field"
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (44, "-narrow"), (64, "-wide")]  # noqa: RUF012  (declared so by Screen)
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (5, "-tight"), (24, "-roomy")]  # noqa: RUF012

    heading = ""
    """What is done, in plain text; the name of the account follows."""
    keys = "enter accept · esc cancel"
    """What the lower edge of the box says."""

    def __init__(self, about: AccountView | None = None) -> None:
        """`about` is the account that it is done to, if there is one yet."""
        super().__init__()
        self.about = about
        self.busy = False

    @property
    def holds_keys(self) -> bool:
        """Whether keys wait, because the act under way ends in a moment and closes this."""
        return self.busy

    def fields(self) -> ComposeResult:
        """The inside of the box, from top to bottom."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with Panel() as panel:
            # Content, because a string here would be read as markup, and a label may have brackets.
            name = f" · {self.name_of(self.about)}" if self.about is not None else ""
            panel.border_title = Content(self.plain(self.heading + name))
            panel.border_subtitle = self._edge()
            panel.set_class(glyphs_of(self.app).ascii, "ascii")
            yield from self.fields()

    def on_mount(self) -> None:
        make_room(self.app)
        self.update()

    def on_resize(self) -> None:
        self.set_class(self.app.size.width < _BESIDE, "-stacked")
        self.tell_keys(self.keys)
        self.call_after_refresh(self._into_sight)

    def tell_keys(self, keys: str) -> None:
        """Say at the lower edge what the keys do now, and where there is room, which one tells them all."""
        self.keys = keys
        self.query_one(Panel).border_subtitle = self._edge()

    def _edge(self) -> Content:
        keys = f"{self.keys} · f1 keys" if self.app.size.width >= _ROOM else self.keys
        room, parts = self.app.size.width - 6, keys.split(" · ")
        while len(parts) > 1 and cells(" · ".join(parts)) > room:
            # What is too long by itself gives way to what is not.
            del parts[0 if len(parts) == 2 and cells(parts[0]) > room else -1]
        return self.clickable(" · ".join(parts))

    def _into_sight(self) -> None:
        """The field in use, where the box is not all in sight."""
        if self.focused is not None:
            row = self.focused.parent if isinstance(self.focused.parent, Row) else self.focused
            row.scroll_visible(animate=False)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if self.has_class("-stacked"):  # a field alone does not say what it is
            self.call_after_refresh(self._into_sight)

    def clickable(self, keys: str) -> Content:
        """What enter and esc do, for the mouse too."""
        acts = {"enter": "screen.accept", "esc": "screen.cancel", "f1": "screen.help"}
        parts = []
        for part in keys.split(" · "):
            act, shown = acts.get(part.partition(" ")[0]), Content(self.plain(part))
            parts.append(shown.stylize(Style.from_meta({"@click": act})) if act else shown)
        return Content(self.plain(" · ")).join(parts)

    def plain(self, text: str) -> str:
        """Our own words in the characters that this terminal has."""
        return ascii_text(text) if glyphs_of(self.app).ascii else text

    @property
    def hidden(self) -> bool:
        """Whether amounts and labels are not shown now."""
        return bool(getattr(self.app, "hidden", False))

    def figures(self, text: str) -> str:
        """Words with amounts in them, which hide when they shall. What somebody types stays as typed."""
        return masked(text) if self.hidden else text

    def name_of(self, view: AccountView) -> str:
        return (view.provider_name or view.provider) if self.hidden else view.label

    def update(self) -> None:
        """Say again what would happen, after something was typed."""

    def say(self, text: str, tone: Tone = "quiet") -> None:
        """Put one sentence where the user looks; it replaces the one before."""
        says = self.query_one("#says", Static)
        says.update(self.plain(text))
        for name in ("live", "fault", "good"):
            says.set_class(name == tone, name)

    def refuse(self, text: str, at: Widget | None = None) -> None:
        """Say why not, keep all that was typed, and go where it can be put right."""
        self.say(text, "fault")
        if at is not None:
            at.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.update()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_accept()

    def action_cancel(self) -> None:
        # A booking takes milliseconds and cannot be called back half-way: then esc waits for its answer.
        if not self.busy:
            self.dismiss(None)

    def action_accept(self) -> None:
        raise NotImplementedError

    def action_help(self) -> None:
        from creditsui.tui.screens.help import HelpScreen, of_modal

        self.app.push_screen(HelpScreen(of_modal(self, self.keys)))

    def perform(self, act: Callable[[], str]) -> None:
        """Run `act` in a thread once; its sentence closes the modal, its refusal is shown."""
        if not self.busy:
            self.busy = True
            self._perform(act)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def _perform(self, act: Callable[[], str]) -> None:
        try:
            done = await asyncio.to_thread(act)
        except Exception as error:
            self.refuse(sentence(error))
        else:
            self.dismiss(done)
        finally:
            self.busy = False


def sentence(error: Exception) -> str:
    """Why an act failed, for the user. The core's own refusals are sentences already; of anything else no more than its
    first clean words are shown, without secrets."""
    if isinstance(error, OSError) and error.strerror:
        return f"It was not written: {error.strerror}."
    return clean(scrub(str(error))) or f"It failed: {type(error).__name__}."
