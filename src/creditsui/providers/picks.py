"""Where the numbers of a declared provider stand in its answers, and the reading they make."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from creditsui.domain.clean import clean
from creditsui.domain.money import AmountError, Money, money
from creditsui.domain.reading import Balance, DaySpend, Limit, Reading, ReportedSpend, Window
from creditsui.providers import limits
from creditsui.providers.daily import reported
from creditsui.providers.declaration import Table
from creditsui.providers.expression import Expression, Missing
from creditsui.providers.fields import MOST
from creditsui.providers.spec import Answers, Json
from creditsui.providers.spec import currency as currency_at
from creditsui.providers.times import instant, midnight

_PERIODS = ("", "daily", "weekly", "monthly")


@dataclass(frozen=True, slots=True)
class Trace:
    """What one field of a declaration came to, for who writes one."""

    field: str
    expression: str
    found: str | None
    missing: str = ""


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

    def items(self, answers: Answers) -> "list[Item]":
        """One view for each item there is; none where nobody answered, or the condition does not hold."""
        answer = answers.ok(self.source)
        if answer is None:
            return []
        try:
            listed = self.each.value(answer.body) if self.each is not None else [answer.body]
        except Missing:
            if self.optional:
                return []
            raise
        if listed is None and self.optional:
            return []
        if not isinstance(listed, list):
            raise Missing(f"“{self.each.text if self.each else ''}” is not a list")
        inside = self.each is not None
        views = [Item(self, answers, answer.body, one, inside) for one in listed[:MOST]]
        return [one for one in views if self.when is None or self.when.holds(one.root, one.item, inside=inside)]


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
        return clean(str(value), 40).strip() if isinstance(value, str | int | Decimal) else ""

    def at(self, name: str) -> datetime | None:
        """None too for what had passed when the answer came: it says nothing of what comes."""
        try:
            found = instant(self.value(name), self.answers.now)
        except Missing:
            return None
        return found if found is not None and found > self.answers.now else None

    def currency(self) -> str:
        """Raises Missing where the answer should say it and does not: an amount without a currency is no amount."""
        told = self.value("currency_path")
        usual = self.section.words.get("currency", "")
        if "currency_path" in self.section.fields:
            if isinstance(told, str) and told.strip():
                return told
            if not usual:
                raise Missing("the currency is not told")
        return currency_at(self.answers.regions, self.answers.base_url, usual)

    def money(self, name: str) -> Money | None:
        """None where the answer says null. Raises Missing."""
        number = self.number(name)
        if number is None:
            return None
        try:
            return money(number * self.section.scale, self.currency())
        except AmountError as error:
            raise Missing(f"“{self.section.fields[name].text}” is {error}") from None

    def money_or_none(self, name: str) -> Money | None:
        try:
            return self.money(name)
        except Missing:
            return None


@dataclass(frozen=True, slots=True)
class Picks:
    balances: tuple[Section, ...] = ()
    limit: Section | None = None
    windows: tuple[Section, ...] = ()
    spend: Section | None = None
    plan: Section | None = None
    plans: Mapping[str, str] = field(default_factory=dict)
    """The service's word for a plan → how people call it."""
    badges: tuple[Section, ...] = ()

    def sections(self) -> Iterator[Section]:
        for one in (*self.balances, self.limit, *self.windows, self.spend, self.plan, *self.badges):
            if one is not None:
                yield one

    def tells(self) -> tuple[str, ...]:
        there = {
            "balance": self.balances, "spend": self.spend, "limit": self.limit, "windows": self.windows,
            "plan": self.plan,
        }  # fmt: skip
        return tuple(name for name, section in there.items() if section)

    def currency(self) -> str:
        """Of balances that a user enters by hand: the one that the first amount is in."""
        return next((one.words["currency"] for one in self.sections() if one.words.get("currency")), "USD")

    def reading(self, answers: Answers) -> Reading:
        """Raises Missing where something is not there that must be."""
        return Reading(
            at=answers.now,
            balances=tuple(one for section in self.balances for one in _balances(section, answers))[:MOST],
            limit=_limit(self.limit, answers) if self.limit is not None else None,
            windows=tuple(one for section in self.windows for one in _windows(section, answers))[:MOST],
            spend=_spend(self.spend, answers) if self.spend is not None else None,
            plan=_plan(self.plan, self.plans, answers) if self.plan is not None else None,
            badges=tuple(one for section in self.badges for one in _badges(section, answers))[:MOST],
        )

    def trace(self, answers: Answers) -> list[Trace]:
        """Every field, what it came to, and why one is missing."""
        return [one for section in self.sections() for one in _trace(section, answers)]


def _balances(section: Section, answers: Answers) -> Iterator[Balance]:
    for item in section.items(answers):
        try:
            remaining = item.money("remaining")
        except Missing:
            if section.optional:
                continue
            raise
        if remaining is None:
            if section.optional:
                continue
            raise Missing(f"“{section.fields['remaining'].text}” is null")
        yield Balance(remaining, item.money_or_none("granted"), item.money_or_none("paid"))


def _limit(section: Section, answers: Answers) -> Limit | None:
    """A cap that is null, or not positive, is not set."""
    for item in section.items(answers):
        try:
            amount = item.money("amount")
        except Missing:
            if section.optional:
                continue
            raise
        if amount is None or amount.micros <= 0:
            continue
        left, used = item.money_or_none("remaining"), item.money_or_none("used")
        if left is None and used is not None:
            left = amount - used
        told = section.words.get("resets") or item.text("resets_path").lower()
        return Limit(amount, left, told if told in _PERIODS and told else None)
    return None


def _windows(section: Section, answers: Answers) -> Iterator[Window]:
    for item in section.items(answers):
        try:
            share, seconds = item.number("used_fraction"), item.number("seconds")
        except Missing:
            if section.optional:
                continue
            raise
        limit, left, used = (item.maybe(name) for name in ("limit", "remaining", "used"))
        if limit is not None and limit > 0:
            left = limit - used if left is None and used is not None else left
            share = 1 - left / limit if share is None and left is not None else share
        if share is None:
            if section.optional:
                continue
            raise Missing(f"[{section.title}] has neither a used fraction nor a limit with what remains or was used")
        length = limits.length(float(seconds)) if seconds is not None else None
        name = section.words.get("name") or item.text("name_path") or (limits.name(length) if length else "quota")
        whole = limit is not None and limit > 0
        yield Window(
            name=name,
            used=min(max(float(share), 0.0), 1.0),
            limit=float(limit) if limit is not None and whole else None,
            remaining=float(left) if left is not None and whole else None,
            unit=section.words.get("unit") or "fraction",
            resets_at=item.at("resets_at"),
            seconds=length,
        )


def _spend(section: Section, answers: Answers) -> ReportedSpend | None:
    items = section.items(answers)
    if section.each is not None:
        days = [(_day(item), item.money("amount")) for item in items]
        return reported(((day, cost) for day, cost in days if cost is not None), answers.now)
    for item in items:
        whole, today = item.money_or_none("all"), item.money_or_none("today")
        if today is not None:
            day = midnight(answers.now).date()
            return ReportedSpend((DaySpend(day, today),), day, whole)
        if whole is not None:
            return ReportedSpend(all=whole)
        if not section.optional:
            item.money("all" if "all" in section.fields else "today")
    return None


def _day(item: Item) -> date:
    value = item.value("day")
    if isinstance(value, str) and len(value) >= 10:
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            pass
    at = instant(value, item.answers.now) if not isinstance(value, str) else None
    if at is None:
        raise Missing(f"“{section_text(item, 'day')}” is no day")
    return at.date()


def section_text(item: Item, name: str) -> str:
    return item.section.fields[name].text


def _plan(section: Section, plans: Mapping[str, str], answers: Answers) -> str | None:
    told = next((item.text("plan") for item in section.items(answers)), "")
    return plans.get(told, told) or None


def _badges(section: Section, answers: Answers) -> Iterator[str]:
    for item in section.items(answers):
        said, found = section.words.get("text", ""), item.text("text_path")
        if "{}" in said:
            said = said.replace("{}", found) if found else ""
        if said or found:
            yield (said or found)[:39]


def _trace(section: Section, answers: Answers) -> Iterator[Trace]:
    try:
        items = section.items(answers)
    except Missing as missing:
        yield Trace(f"{section.title} each", section.each.text if section.each else "", None, str(missing))
        return
    if not items:
        why = "nobody answered" if answers.ok(section.source) is None else "its condition does not hold"
        yield Trace(section.title, section.when.text if section.when else "", None, why)
    for index, item in enumerate(items):
        title = f"{section.title}[{index}]" if section.each is not None else section.title
        for name, one in section.fields.items():
            try:
                value = one.value(item.root, item.item, inside=item.inside)
            except Missing as missing:
                yield Trace(f"{title} {name}", one.text, None, str(missing))
            else:
                yield Trace(f"{title} {name}", one.text, clean(str(value), 60) if value is not None else "null")


_FIELDS = {
    "balance": ("remaining", "granted", "paid", "currency_path"),
    "limit": ("amount", "remaining", "used", "resets_path", "currency_path"),
    "window": ("used_fraction", "limit", "remaining", "used", "resets_at", "seconds", "name_path"),
    "spend": ("all", "today", "day", "amount", "currency_path"),
    "badge": ("text_path",),
}
_WORDS = {
    "balance": ("currency",),
    "limit": ("currency", "resets"),
    "window": ("name", "unit"),
    "spend": ("currency",),
    "badge": ("text",),
}
_UNITS = ("tokens", "requests", "messages", "usd", "credits", "points", "flows", "calls", "kwh", "fraction")


def read(root: Table, names: Sequence[str]) -> Picks:
    """What a declaration says about where its numbers stand. `names` are its asks. Raises DeclarationError."""
    section: Callable[[Table, str], Section] = lambda given, kind: _section(given, kind, names)  # noqa: E731
    limit, spend = root.table("limit"), root.table("spend")
    plan = root.expression("plan")
    return Picks(
        balances=tuple(section(one, "balance") for one in root.tables("balance")),
        limit=section(limit, "limit") if limit is not None else None,
        windows=tuple(section(one, "window") for one in root.tables("window")),
        spend=section(spend, "spend") if spend is not None else None,
        plan=Section("plan", names[0] if names else "", {"plan": plan}, optional=True) if plan is not None else None,
        plans=root.texts("plans"),
        badges=tuple(section(one, "badge") for one in root.tables("badge")),
    )


def _section(given: Table, kind: str, names: Sequence[str]) -> Section:
    fields = {name: found for name in _FIELDS[kind] if (found := given.expression(name)) is not None}
    words = {name: said for name in _WORDS[kind] if (said := given.text(name))}
    source = given.text("from") or (names[0] if names else "")
    if source not in names:
        raise given.fault("from", f"names no ask; there are {', '.join(names) or 'none'}")
    money = kind in {"balance", "limit", "spend"}
    if money and "currency" not in words and "currency_path" not in fields:
        raise given.fault("currency", 'is missing; write currency = "USD", or currency_path = "where it stands"')
    if kind == "balance" and "remaining" not in fields:
        raise given.fault("remaining", "is missing; write where the amount that is left stands")
    if kind == "limit" and "amount" not in fields:
        raise given.fault("amount", "is missing; write where the cap stands")
    each = given.expression("each") if kind != "limit" else None
    if kind == "spend" and each is not None and not {"day", "amount"} <= set(fields):
        raise given.fault("each", "needs day and amount")
    if kind == "spend" and each is None and not {"all", "today"} & set(fields):
        raise given.fault("all", "is missing; write all, today, or each with day and amount")
    if kind == "window":
        amounts = "limit" in fields and {"remaining", "used"} & set(fields)
        if "used_fraction" not in fields and not amounts:
            raise given.fault("used_fraction", "is missing; write it, or limit with remaining or used")
        if words.get("unit", "fraction") not in _UNITS:
            raise given.fault("unit", f"must be one of: {', '.join(_UNITS)}")
    if kind == "limit" and words.get("resets", "") not in _PERIODS:
        raise given.fault("resets", "must be daily, weekly or monthly")
    if kind == "badge" and not ({"text"} & set(words) or {"text_path"} & set(fields)):
        raise given.fault("text", "is missing; write the badge in a few words")
    return Section(
        title=kind,
        source=source,
        fields=fields,
        each=each,
        when=given.expression("when"),
        optional=given.flag("optional"),
        words=words,
        scale=given.scale() if money else Decimal(1),
    )
