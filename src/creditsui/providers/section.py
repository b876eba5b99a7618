"""One table of a declaration over the answer of one ask: its fields, its conditions, and what each came to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from creditsui.domain.clean import clean
from creditsui.domain.money import AmountError, Money, currency_code, money
from creditsui.providers.evaluate import kind
from creditsui.providers.expression import Expression, Missing
from creditsui.providers.fields import MOST
from creditsui.providers.spec import Answers, Json
from creditsui.providers.spec import currency as currency_at
from creditsui.providers.times import coming

_MOST_ROWS = 10_000
"""Of a report by day, or of a list that a condition chooses from."""
_TEXTS = frozenset({"currency_path", "resets_path", "name_path", "text_path", "resets_at", "day", "plan"})
"""Fields that are no numbers."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What one field of a declaration came to, for who writes one."""

    field: str
    expression: str
    found: str | None
    missing: str = ""
    needed: bool = True
    """Whether something is wrong where it is missing."""


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a declaration: its fields over the answer of one ask, for the answer or `each` item of a list."""

    title: str
    source: str
    fields: dict[str, Expression]
    each: Expression | None = None
    when: Expression | None = None
    optional: bool = False
    words: dict[str, str] = field(default_factory=dict)
    scale: Decimal = Decimal(1)

    days: int = 0
    """How many days a report by day covers, today included; 0: it does not say."""

    def listed(self, answers: Answers) -> "list[Item] | None":
        """One view for each item there is, where the condition holds; None where nobody answered, or an optional list
        is not there. Raises Missing."""
        answer = answers.ok(self.source)
        if answer is None:
            return None
        inside, listed = self.each is not None, [answer.body]
        if self.each is not None:
            try:
                listed = self.each.value(answer.body)
            except Missing:
                if not self.optional:
                    raise
                return None
            if listed is None and self.optional:
                return None
            if not isinstance(listed, list):
                raise Missing(f"“{self.each.text}” is {kind(listed)}, not a list")
            if len(listed) > _MOST_ROWS:
                raise Missing(f"“{self.each.text}” is a list of {len(listed)}, which is too long")
        views = (Item(self, answers, answer.body, one, inside) for one in listed)
        return [one for one in views if self.when is None or self.when.holds(one.root, one.item, inside=inside)]

    def items(self, answers: Answers) -> "list[Item]":
        """Those, as many as are shown. Raises Missing."""
        return (self.listed(answers) or [])[:MOST]


@dataclass(frozen=True, slots=True)
class Item:
    """A section at one item of its answer."""

    section: Section
    answers: Answers
    root: Json
    item: Json
    inside: bool

    def value(self, name: str) -> Json:
        """None where the section has no such field, or the answer says null. Raises Missing."""
        found = self.section.fields.get(name)
        return None if found is None else found.value(self.root, self.item, inside=self.inside)

    def number(self, name: str) -> Decimal | None:
        found = self.section.fields.get(name)
        return None if found is None else found.number(self.root, self.item, inside=self.inside)

    def maybe(self, name: str) -> Decimal | None:
        """A number that may well be missing."""
        try:
            return self.number(name)
        except Missing:
            return None

    def text(self, name: str) -> str:
        try:
            value = self.value(name)
        except Missing:
            return ""
        plain = isinstance(value, str | int | Decimal) and not isinstance(value, bool)
        return clean(str(value), 40).strip() if plain else ""

    def at(self, name: str) -> datetime | None:
        try:
            return coming(self.value(name), self.answers.now)
        except Missing:
            return None

    def currency(self) -> str:
        """Raises Missing where the answer should say it and does not: an amount without a currency is no amount."""
        usual = currency_at(self.answers.regions, self.answers.base_url, self.section.words.get("currency", ""))
        if "currency_path" not in self.section.fields:
            return usual
        try:
            told = self.value("currency_path")
        except Missing:
            if not usual:
                raise
            told = None
        if told is None and usual:
            return usual
        try:
            return currency_code(told if isinstance(told, str) else "")
        except AmountError:
            raise Missing(f"the currency is {kind(told)}") from None

    def money(self, name: str) -> Money | None:
        """None where the answer says null. Raises Missing."""
        number = self.number(name)
        if number is None:
            return None
        currency = self.currency()
        try:
            return money(number * self.section.scale, currency)
        except AmountError as error:
            raise Missing(f"“{self.section.fields[name].text}” is {error}") from None

    def money_or_none(self, name: str) -> Money | None:
        try:
            return self.money(name)
        except Missing:
            return None


def trace(section: Section, answers: Answers) -> Iterator[Trace]:
    title, needed = section.title, not section.optional
    each = section.each.text if section.each is not None else ""
    try:
        items = section.listed(answers)
    except Missing as missing:
        yield Trace(f"{title} each", each, None, str(missing), needed)
        return
    if items is None:
        yield Trace(title, each, None, f"“{section.source}” was not answered" if not each else "it is not there", False)
    elif not items:
        when = section.when.text if section.when is not None else each
        yield Trace(title, when, None, "its condition does not hold" if section.when else "the list is empty", False)
    for index, item in enumerate((items or [])[:MOST]):
        place = f"{title}[{index}]" if each else title
        for name, one in section.fields.items():
            try:
                value = item.value(name) if name in _TEXTS else item.number(name)
                if value is None and name == "remaining" and needed and title == "balance":
                    raise Missing(f"“{one.text}” is null")
            except Missing as missing:
                yield Trace(f"{place} {name}", one.text, None, str(missing), needed)
            else:
                yield Trace(f"{place} {name}", one.text, kind(value))
