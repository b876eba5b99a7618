"""What a provider needs before it can be asked: which credential, where it is made, what asking costs, and the fields
that stand beside a key."""

from collections.abc import Mapping
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from creditsui.core.settings import ProviderChoice
from creditsui.domain.grid import ascii_text
from creditsui.tui.widgets.field import Field, Row, field, typed
from creditsui.tui.widgets.preview import glyphs_of

_MOST_PARAMS = 4


class Address(Field):
    """An address; the arrows go through those that are known."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "Previous address", show=False),
        Binding("down", "step(1)", "Next address", show=False),
    ]
    known: tuple[str, ...] = ()

    def action_step(self, by: int) -> None:
        now = self.value.strip()
        if self.known:
            at = self.known.index(now) if now in self.known else 0 if by > 0 and not now else -1
            self.value = self.known[(at + by) % len(self.known)]


class Needs(Vertical):
    """Shows what is needed of one provider at a time."""

    DEFAULT_CSS = """
    Needs, Needs Row.tall, Needs Row.tall > .told { height: auto; }
    Needs Row.tall > .told { width: 1fr; padding: 0 1; }
    Screen.-wide Needs #regions { margin: 0 0 0 15; }
    Needs .unused { display: none; }
    """

    class Opened(Message):
        """The page where keys are made was clicked."""

    class Chosen(Message):
        """A known address was taken."""

    def compose(self) -> ComposeResult:
        for id, name in (("needs", "needed"), ("made", "made at"), ("costs", "asking costs")):
            yield Row(name, Static("", id=id, classes="told", markup=False), id=f"{id}-row", classes="tall")
        for number in range(_MOST_PARAMS):
            yield Row("", Field(id=f"param-{number}", classes="wide"), id=f"param-row-{number}")
        yield Row("address", Address(id="address", classes="wide", limit=200), id="address-row")
        regions = OptionList(id="regions", markup=False, compact=True)
        regions.can_focus = False
        yield regions

    def ask_for(self, one: ProviderChoice) -> None:
        """Show what this provider needs; what was typed for another one is forgotten."""
        self._one = one
        self._tell("needs", one.credential)
        self._tell("made", f"{_short(one.key_url)}  ctrl+o" if one.key_url else "")
        self._tell("costs", one.cost_of_asking or "nothing")
        for number in range(_MOST_PARAMS):
            row, entry = self.query_one(f"#param-row-{number}", Row), field(self, f"param-{number}")
            row.set_class(number >= len(one.params), "unused")
            entry.value = ""
            if number < len(one.params):
                param = one.params[number]
                row.query_one(".name", Static).update(param.name)
                entry.placeholder = param.told or param.says
        known = _addresses(one)
        address = self.query_one("#address", Address)
        address.value, address.placeholder = "", _short(one.url) or "https://…"
        address.known = tuple(base for base, _ in known)
        self.query_one("#address-row").set_class(not (one.homeless or known), "unused")
        listed = self.query_one("#regions", OptionList)
        listed.set_class(not known, "unused")
        listed.clear_options()
        listed.add_options([Option(self._plain(f"{_short(base)}  {says}")) for base, says in known])

    @property
    def params(self) -> Mapping[str, str]:
        """What was typed, by the names of the params."""
        said = {one.name: typed(self, f"param-{at}") for at, one in enumerate(self._one.params[:_MOST_PARAMS])}
        return {name: value for name, value in said.items() if value}

    @property
    def base_url(self) -> str:
        """The address that was typed; empty for the usual one."""
        address = typed(self, "address").rstrip("/")
        return "" if address == self._one.url.rstrip("/") else address

    def entry(self, name: str) -> Field:
        """The field of a param, or of the address."""
        names = [param.name for param in self._one.params]
        return field(self, f"param-{names.index(name)}" if name in names else "address")

    def about(self, id: str) -> str:
        """What is to be typed into a field of a param, in words; empty for any other field."""
        number = id.removeprefix("param-")
        return f"{self._one.params[int(number)].says}." if number != id else ""

    def _tell(self, id: str, text: str) -> None:
        self.query_one(f"#{id}", Static).update(self._plain(text))
        self.query_one(f"#{id}-row").set_class(not text, "unused")

    def _plain(self, text: str) -> str:
        return ascii_text(text) if glyphs_of(self.app).ascii else text

    @on(events.Click, "#made")
    def _open(self) -> None:
        self.post_message(self.Opened())

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        field(self, "address").value = _addresses(self._one)[event.option_index][0]
        self.post_message(self.Chosen())

    @on(OptionList.OptionHighlighted)
    def _quiet(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()


def _addresses(one: ProviderChoice) -> list[tuple[str, str]]:
    """The addresses that are known where there are several, the usual one first, and what is said of each."""
    usual = [(one.url, f"usual, {one.currency}")] if one.url and one.regions else []
    return [*usual, *((base, currency or one.currency) for base, currency in one.regions)]


def _short(url: str) -> str:
    return url.removeprefix("https://").removeprefix("www.").rstrip("/")
