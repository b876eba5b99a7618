"""What an account is called and holds: the fields that every account has, whoever is asked."""

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from creditsui.domain.money import AmountError, currency_code, typed_amount
from creditsui.tui.widgets.field import Choice, Field, Row, after, field, typed


class Wrong(Exception):
    """What was typed cannot be; the text is a sentence, and `at` the field to put it right in."""

    def __init__(self, text: str, at: Widget) -> None:
        super().__init__(text)
        self.at = at


@dataclass(frozen=True, slots=True)
class Said:
    id: str
    label: str
    currency: str
    capacity: float | None
    pool: str


class Called(Vertical):
    """The fields, filled as far as can be guessed."""

    DEFAULT_CSS = """
    Called { height: auto; }
    Called .unused { display: none; }
    """

    def compose(self) -> ComposeResult:
        yield Row("id", Field(id="id", classes="wide", limit=64), classes="gap")
        yield Row("label", Field(id="label", classes="wide", limit=60))
        yield Row("currency", Field("USD", id="currency", classes="short"), after("of balances"))
        yield Row("a full bar is", Field(id="capacity"), after("optional"))
        yield Row("same purse as", Field(id="pool", placeholder="account id"), after("optional"))
        places = (("keyring", "keyring"), ("file", "a file"))
        yield Row("keep key in", Choice(places, id="where"), id="where-row")

    def keeps(self, key: bool) -> None:
        """Whether there is a key to be kept somewhere."""
        self.query_one("#where-row").set_class(not key, "unused")

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            field(self, name).value = value

    def read(self) -> Said:
        """What was typed. Raises Wrong."""
        id, capacity, currency = field(self, "id"), field(self, "capacity"), field(self, "currency")
        if not id.value.strip():
            raise Wrong("Give the account an id: letters, digits, “.”, “_” and “-”.", id)
        try:
            code = currency_code(currency.value)
        except AmountError:
            raise Wrong("A currency is a code like USD, or a word like points.", currency) from None
        full = typed_capacity(capacity, code)
        return Said(id.value.strip(), typed(self, "label"), code, full, typed(self, "pool"))


def typed_capacity(capacity: Field, currency: str) -> float | None:
    """What a full bar stands for; None where nothing was typed. Raises Wrong."""
    if not capacity.value.strip():
        return None
    try:
        stands_for = typed_amount(capacity.value, currency)
    except AmountError as fault:
        raise Wrong(str(fault), capacity) from None
    if stands_for.currency != currency or stands_for.micros <= 0:
        raise Wrong(f"A full bar stands for more than nothing, in {currency}.", capacity)
    return stands_for.amount


def id_of(name: str) -> str:
    """A name as an id: lower-case, with hyphens where an id may not have what stands there."""
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "-" for letter in name)
    return "-".join(part for part in kept.casefold().split("-") if part)[:64]
