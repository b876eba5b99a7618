"""The board as Prometheus text. What is not known has no line; a purse that two accounts draw on stands at both."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Literal

from creditsui.domain.board import AccountView, Band, Board
from creditsui.domain.money import MICRO, Money

PREFIX = "creditsui_"
Labels = tuple[tuple[str, str], ...]
Sample = tuple[Labels, float | str]
"""A value is a number, or the text of an exact one."""


@dataclass(frozen=True, slots=True)
class Family:
    """One name with its meaning and its samples."""

    name: str
    type: Literal["gauge", "counter", "summary"]
    help: str
    samples: tuple[Sample, ...]


def text(board: Board, version: str, spent: Mapping[tuple[str, str], Money] | None = None) -> str:
    """In the text format that Prometheus scrapes and node_exporter reads from a file.

    `spent`: what each account has spent in all, by account and currency, where it must not fall below what was told
    before; without it as the board has it.
    """
    return "".join(_lines(families(board, version, spent))) + "# EOF\n"


def families(board: Board, version: str, spent: Mapping[tuple[str, str], Money] | None = None) -> list[Family]:
    """All names, in one order; those without a sample too."""
    views = [view for view in board.accounts if view.enabled]
    totals = {one: told for view in views for one, told in spent_of(view)} if spent is None else spent

    def gauge(name: str, help: str, samples: Iterable[Sample]) -> Family:
        return Family(name, "gauge", help, tuple(samples))

    newest = max((view.read_at for view in views if view.read_at is not None), default=None)
    return [
        gauge("build_info", "The version of creditsui that wrote this.", [((("version", version),), 1)]),
        gauge("generated_timestamp_seconds", "When this was written.", [((), _instant(board.generated_at))]),
        gauge(
            "last_refresh_timestamp_seconds",
            "When any account was last read or synced.",
            [] if newest is None else [((), _instant(newest))],
        ),
        gauge(
            "account_info",
            "The name of each account on screen.",
            [(_who(view, label=view.label), 1) for view in views],
        ),
        gauge("remaining", "What can be spent, in whole units of the currency.", _each(views, _remaining)),
        gauge(
            "total_remaining",
            "What is left of all accounts together, every purse once, in whole units of the currency.",
            [((("currency", one.currency),), _exact(one.remaining)) for one in board.totals if one.remaining],
        ),
        gauge(
            "remaining_error",
            "How far what is left may be off either way, in whole units of the currency.",
            [
                (_who(view, currency=view.error.currency), _exact(view.error))
                for view in views
                if view.error is not None and view.balance is not None
            ],
        ),
        gauge(
            "health_ratio",
            "How full the emptiest purse or quota of the account is, 0 to 1.",
            [(_who(view), view.health) for view in views if view.health is not None],
        ),
        gauge(
            "band",
            "1 for the band that the account is in by its thresholds, 0 for the others.",
            [(_who(view, band=band.value), int(view.band is band)) for view in views for band in Band],
        ),
        gauge("window_used_ratio", "How much of a quota is used, 0 to 1.", _each(views, _used)),
        gauge("window_reset_timestamp_seconds", "When a quota refills.", _each(views, _resets)),
        gauge("budget_used_ratio", "How much of the user's own budget is spent; above 1: over.", _each(views, _budget)),
        Family(
            "spend_total",
            "counter",
            "What was spent in all, as far as it is known, in whole units of the currency.",
            tuple(
                (_who(view, currency=code), _exact(totals.get((id, code), told)))
                for view in views
                for (id, code), told in spent_of(view)
            ),
        ),
        gauge(
            "burn_per_day",
            "What is spent a day, recent days counting more, in whole units of the currency.",
            [(_who(view, currency=view.burn.currency), _exact(view.burn)) for view in views if view.burn is not None],
        ),
        Family(
            "runway_days",
            "summary",
            "Days until nothing is left: in 1, 5 and 9 cases of 10 it is gone by then.",
            tuple(_each(views, _runway)),
        ),
        gauge(
            "reading_age_seconds",
            "How old the number was when this was written.",
            [(_who(view), age) for view in views if (age := view.age(board.generated_at)) is not None],
        ),
        gauge(
            "stale",
            "1 where the provider has not confirmed the number for too long, else 0.",
            [(_who(view), int(view.stale)) for view in views if view.read_at is not None],
        ),
        gauge(
            "problem",
            "1 where an account could not be read, by the kind of failure.",
            [(_who(view, kind=view.problem.kind), 1) for view in views if view.problem is not None],
        ),
    ]


def spent_of(view: AccountView) -> Iterator[tuple[tuple[str, str], Money]]:
    """What an account spent in all, where it is known, and is no debt."""
    if view.spend is not None and view.spend.all is not None and view.spend.all.micros >= 0:
        yield (view.id, view.spend.all.currency), view.spend.all


def _each(views: Iterable[AccountView], of: Callable[[AccountView], Iterable[Sample]]) -> Iterator[Sample]:
    for view in views:
        yield from of(view)


def _remaining(view: AccountView) -> Iterator[Sample]:
    """The main purse with what can be spent of it, and the others."""
    known = {one.remaining.currency: one.remaining for one in view.balances}
    if view.balance is not None:
        known[view.balance.remaining.currency] = view.balance.remaining
    for currency, left in known.items():
        yield _who(view, currency=currency), _exact(left)


def _used(view: AccountView) -> Iterator[Sample]:
    """Of two quotas of one name, in requests and in tokens, the one that is used more."""
    used: dict[str, float] = {}
    for window in view.windows:
        used[window.name] = max(window.used, used.get(window.name, 0.0))
    for name, share in used.items():
        yield _who(view, window=name), share


def _resets(view: AccountView) -> Iterator[Sample]:
    resets: dict[str, datetime] = {}
    for window in sorted(view.windows, key=lambda one: one.used):
        if window.resets_at is not None:
            resets[window.name] = window.resets_at
    for name, at in resets.items():
        yield _who(view, window=name), _instant(at)


def _budget(view: AccountView) -> Iterator[Sample]:
    budget = view.budget
    if budget is not None and budget.spent is not None and budget.amount.micros > 0:
        yield _who(view, period=budget.per), budget.spent / budget.amount


def _runway(view: AccountView) -> Iterator[Sample]:
    future = view.runway
    days = (0.0, 0.0, 0.0) if future.state == "empty" else (future.p10, future.days, future.p90)
    for quantile, value in zip(("0.1", "0.5", "0.9"), days, strict=True):
        if value is not None:
            yield _who(view, quantile=quantile), value


def _who(view: AccountView, **more: str) -> Labels:
    return (("account", view.id), ("provider", view.provider), *more.items())


# ── text ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lines(found: Iterable[Family]) -> Iterator[str]:
    for family in found:
        samples = [(labels, value) for labels, value in family.samples if isinstance(value, str) or isfinite(value)]
        if samples:
            yield f"# HELP {PREFIX}{family.name} {family.help}\n# TYPE {PREFIX}{family.name} {family.type}\n"
        for labels, value in samples:
            inner = ",".join(f'{name}="{_escaped(told)}"' for name, told in labels)
            yield f"{PREFIX}{family.name}{f'{{{inner}}}' if inner else ''} {_number(value)}\n"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _number(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return str(int(value)) if value == int(value) else repr(round(value, 9))


def _exact(money: Money) -> str:
    """Every digit of it, none more."""
    whole, part = divmod(abs(money.micros), MICRO)
    sign = "-" if money.micros < 0 else ""
    return f"{sign}{whole}" + (f".{part:06}".rstrip("0") if part else "")


def _instant(at: datetime) -> float:
    return at.timestamp()
