"""Where the numbers of a declared provider stand in its answers, and the reading they make."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from creditsui.domain.reading import Balance, DaySpend, Limit, Reading, ReportedSpend, Window
from creditsui.providers import limits
from creditsui.providers.daily import DAYS, reported
from creditsui.providers.declaration import Table
from creditsui.providers.evaluate import kind
from creditsui.providers.expression import Missing
from creditsui.providers.fields import MOST, number
from creditsui.providers.section import Item, Section, Trace, trace
from creditsui.providers.spec import Answers
from creditsui.providers.times import instant, midnight

_PERIODS = ("", "daily", "weekly", "monthly")
_EPOCH = 1e9
"""Seconds; a smaller number is no day since 1970."""
_OVERDRAWN = 2
"""A used fraction above this is no fraction: somebody forgot to divide a percentage by 100."""


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
        return [one for section in self.sections() for one in trace(section, answers)]


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
        if share is not None and share > _OVERDRAWN:
            raise Missing(f"“{section.fields['used_fraction'].text}” is {kind(share)}, not a fraction (percent / 100)")
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
    items = section.listed(answers)
    if items is None:
        return None
    if section.each is not None:
        days = [(_day(item), item.money("amount")) for item in items]
        report = reported(((day, cost) for day, cost in days if cost is not None), answers.now)
        return _covering(report, section.days, answers.now) if report.days or section.days else None
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


def _covering(report: ReportedSpend, days: int, now: datetime) -> ReportedSpend:
    """With what the declaration says of the days without a row; without a word on it, those before the first row are
    unknown."""
    if not days:
        return replace(report, since=None)
    since = (midnight(now) - timedelta(days=days - 1)).date()
    return replace(report, days=tuple(one for one in report.days if one.day >= since), since=since)


def _day(item: Item) -> date:
    """From `2026-11-20`, with or without a time, `20261120`, or seconds or milliseconds since 1970."""
    value = item.value("day")
    text = str(value) if isinstance(value, str | int | Decimal) else ""
    try:
        if re.fullmatch(r"20\d{6}|20\d\d-\d\d-\d\d.*", text):
            return date.fromisoformat(text[:10])
        at = instant(value, item.answers.now) if (number(value) or 0) > _EPOCH else None
    except ValueError:
        at = None
    if at is None:
        raise Missing(f"“{item.section.fields['day'].text}” is {kind(value)}, not a day")
    return at.date()


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
    money = kind in {"balance", "limit", "spend"}
    found = Section(
        title=kind,
        source=given.text("from") or (names[0] if names else ""),
        fields={name: one for name in _FIELDS[kind] if (one := given.expression(name)) is not None},
        each=given.expression("each") if kind != "limit" else None,
        when=given.expression("when"),
        optional=given.flag("optional"),
        words={name: said for name in _WORDS[kind] if (said := _word(given, name))},
        scale=given.scale() if money else Decimal(1),
        days=given.whole("days", 0, 0, DAYS) if kind == "spend" else 0,
    )
    given.own()
    if not names:
        raise given.fault("from", "names no ask; say in [[ask]] what is requested")
    if found.source not in names:
        raise given.fault("from", f"names no ask; there are {', '.join(names)}")
    if money and not {"currency", "currency_path"} & {*found.words, *found.fields}:
        raise given.fault("currency", 'is missing; write currency = "USD", or currency_path = "where it stands"')
    _check(given, found)
    return found


def _word(given: Table, name: str) -> str:
    match name:
        case "currency":
            return given.currency(name)
        case "resets":
            return given.choice(name, *_PERIODS)
        case "unit":
            return given.choice(name, "", *_UNITS)
    return given.text(name)


def _check(given: Table, found: Section) -> None:
    """Raises DeclarationError where a table lacks what it is there for."""
    there = set(found.fields)
    match found.title:
        case "balance" if "remaining" not in there:
            raise given.fault("remaining", "is missing; write where the amount that is left stands")
        case "limit" if "amount" not in there:
            raise given.fault("amount", "is missing; write where the cap stands")
        case "spend" if found.each is not None and not {"day", "amount"} <= there:
            raise given.fault("day" if "day" not in there else "amount", "is missing; each goes with day and amount")
        case "spend" if found.each is None and not {"all", "today"} & there:
            raise given.fault("all", "is missing; write all, today, or each with day and amount")
        case "spend" if found.days and found.each is None:
            raise given.fault("days", "goes with each, day and amount")
        case "window" if "used_fraction" not in there and ("limit" not in there or not {"remaining", "used"} & there):
            raise given.fault("used_fraction", "is missing; write it, or limit with remaining or used")
        case "badge" if "text" not in found.words and "text_path" not in there:
            raise given.fault("text", "is missing; write the badge in a few words")
