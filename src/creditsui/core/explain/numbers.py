"""The numbers of an account in words: the rule with its figures, who said it, how old it is, what it does not cover."""

from datetime import datetime

from creditsui.core.explain import drift as moving
from creditsui.domain import format as show
from creditsui.domain.board import AccountView
from creditsui.domain.health import counts
from creditsui.domain.money import Money, total
from creditsui.domain.reading import Certainty, Window


def balance(view: AccountView, now: datetime) -> list[str]:
    if view.balance is None:
        lines = ["Not known: " + _why_nothing(view)]
        return lines + ([f"Its limits are known: {_names(view.windows)}."] if view.windows else [])
    left = view.balance.remaining
    lines = [f"{show.amount(left)} can be spent. {_origin(view, now)}".rstrip()]
    if view.purse is not None and view.purse != left:
        lines.append(
            f"The account itself holds {show.amount(view.purse)}; a cap on this key leaves less, and the less counts."
        )
    for part, word in ((view.balance.granted, "granted"), (view.balance.paid, "paid")):
        if part is not None:
            lines.append(f"of it {word}: {show.amount(part)}")
    if view.certainty is Certainty.ESTIMATED and view.basis is not None:
        lines += moving.basis(view, now)
    elif view.error is not None and view.error.micros:
        lines += moving.error(view, now)
    others = [balance.remaining for balance in view.balances if balance.remaining.currency != left.currency]
    if others:
        lines.append(f"Beside it: {_sums(others)}. Two currencies are never added.")
    if view.pool:
        lines.append(f"It draws on the purse of {view.pool}; totals count that purse once.")
    return lines + age(view, now)


def balances(view: AccountView, now: datetime) -> list[str]:
    if not view.balances:
        return ["Not known: " + _why_nothing(view)]
    return [f"{show.amount(balance.remaining)}" for balance in view.balances] + [
        "Every currency stands for itself; none is converted.",
        *age(view, now),
    ]


def health(view: AccountView, now: datetime) -> list[str]:
    if view.health is None:
        return ["Not known: there is nothing to measure against. " + _why_nothing(view)]
    lines = [f"{show.percent(view.health)} is the least of:"]
    purse = view.purse or (view.balance.remaining if view.balance else None)
    if purse is not None and view.capacity is not None and view.capacity.micros:
        same = purse.currency == view.capacity.currency
        part = f" = {show.percent(purse / view.capacity)}" if same else ""
        lines.append(_bound(view, "balance", f"{show.amount(purse)} of {show.amount(view.capacity)}{part}"))
    if view.limit is not None and view.limit.remaining is not None and view.limit.amount.micros:
        share = show.percent(view.limit.remaining / view.limit.amount)
        lines.append(
            _bound(view, "limit", f"{show.amount(view.limit.remaining)} of {show.amount(view.limit.amount)} = {share}")
        )
    short: list[str] = []
    free: list[str] = []
    for window in view.windows:
        if not counts(window):
            (short if window.counts else free).append(show.quota(window))
            continue
        lines.append(_bound(view, window.name, f"1 − {window.used:.2f} used = {show.percent(1 - window.used)}"))
    if short:
        lines.append(f"Not counted: {', '.join(short)}, because it refills within the hour.")
    if free:
        lines.append(f"Not counted: {', '.join(free)}, because money pays for what goes beyond it.")
    budget = view.budget
    if budget is not None and budget.remaining is not None:
        lines.append(
            _bound(view, "budget", f"{show.amount(budget.remaining)} left of the budget, {show.budget(budget)}")
        )
    if view.binding == "problem" and view.problem is not None:
        lines.append(_bound(view, "problem", view.problem.message.rstrip(".")))
    if view.capacity is not None:
        lines.append(_capacity_line(view))
    return lines + age(view, now)


def _bound(view: AccountView, name: str, text: str) -> str:
    return f"  {name}: {text}{'  ← least' if view.binding == name else ''}"


def binding(view: AccountView, now: datetime) -> list[str]:
    if view.binding is None:
        return ["Nothing: no health is known."]
    return [
        f"{view.binding}: of all that can run dry it is the emptiest, so health comes from it.",
        *health(view, now),
    ]


def band(view: AccountView, now: datetime) -> list[str]:
    edges = view.thresholds
    lines = [
        f"{view.band}: health {show.percent(view.health)} against the edges "
        f"{edges.critical:g} · {edges.warning:g} · {edges.healthy:g} %.",
        f"Healthy above {edges.healthy:g}, fair above {edges.warning:g}, low from {edges.critical:g}, else critical.",
    ]
    floors = []
    if edges.amount:
        floors.append(f"under {edges.amount:g} {view.currency}")
    if edges.days:
        floors.append(f"under {edges.days:g} days of runway")
    lines.append(f"Critical also {' or '.join(floors)}." if floors else "No floor in money or days is set.")
    return lines


def _capacity_line(view: AccountView) -> str:
    source = {
        "config": "as you set it",
        "top-up": "the balance after the latest top-up",
        "highest": "the highest balance seen so far",
        None: "",
    }[view.capacity_from]
    return f"A full bar stands for {show.amount(view.capacity)}{': ' + source if source else ''}."


def capacity(view: AccountView, now: datetime) -> list[str]:
    if view.capacity is None:
        return ["Not known: no balance was seen yet, and none is set in the settings (capacity)."]
    return [_capacity_line(view)]


def limit(view: AccountView, now: datetime) -> list[str]:
    if view.limit is None:
        return ["No cap on spending is known."]
    lines = [f"Spending is capped at {show.amount(view.limit.amount)}. {_origin(view, now)}".rstrip()]
    if view.limit.remaining is None:
        lines.append("What is left under the cap was not told.")
    else:
        lines.append(f"{show.amount(view.limit.remaining)} is left under it.")
    lines.append(f"It starts anew {view.limit.resets}." if view.limit.resets else "It does not start anew by itself.")
    return lines + age(view, now)


def spend(view: AccountView, now: datetime) -> list[str]:
    spend = view.spend
    if spend is None or all(part is None for part in (spend.today, spend.week, spend.month, spend.all)):
        return ["Not known: neither the provider nor the ledger has seen any spend of this account."]
    lines = []
    for part, words in (
        (spend.today, "today, since midnight in your time zone"),
        (spend.week, "today and the 6 days before"),
        (spend.month, "today and the 29 days before"),
        (spend.all, "in all"),
    ):
        if part is not None:
            lines.append(f"{show.amount(part)} {words}")
    if spend.source == "provider":
        lines.append("The provider itself reports this, by its own days (UTC).")
    else:
        lines.append(
            "From the ledger: falls of the balance, what agents logged, and what was unseen between two truths."
        )
        lines += [*moving.estimated(view), "Credit that expired is no spend."]
    if spend.models:
        each = ", ".join(f"{one.model} {show.amount(one.amount)}" for one in spend.models[:5])
        lines.append(f"Most of the last 30 days: {each}.")
    if spend.since is not None:
        lines.append(f"Nothing before {show.short_day(spend.since.date(), now.date())} is covered.")
    if spend.unpriced_tokens:
        lines.append(f"Not covered: {spend.unpriced_tokens:,} tokens of models without a known price.")
    if spend.notional is not None and spend.notional.micros:
        lines.append(f"Not money: {show.amount(spend.notional)} is what a flat plan's tokens would have cost.")
    return lines


def burn(view: AccountView, now: datetime) -> list[str]:
    seen = [money for _, money in view.days if money is not None]
    if view.burn is None:
        return [f"Not known yet: {_days(len(seen))} of spend observed."]
    lines = [f"{show.amount(view.burn)} a day, from the days really observed; the recent ones count more."]
    if seen:
        lines.append(f"{_days(len(seen))} of the last {len(view.days)} observed, {_sums(seen)} in all.")
    missing = len(view.days) - len(seen)
    if missing:
        lines.append(f"{_days(missing)} when nobody was looking {'is' if missing == 1 else 'are'} left out, not zero.")
    return lines


def _why_nothing(view: AccountView) -> str:
    if view.problem is not None:
        return view.problem.message.rstrip(".") + "."
    if view.manual:
        return "this provider cannot be asked; enter the balance with “creditsui sync”."
    if view.read_at is None:
        return "it was not read yet."
    return "the provider does not tell."


def _origin(view: AccountView, now: datetime) -> str:
    who = view.provider_name or view.provider
    return {
        Certainty.LIVE: f"{who} said so.",
        Certainty.SYNCED: "You said so.",
        Certainty.ESTIMATED: "The ledger carried it forward: the last truth, less the spend seen since.",
        Certainty.UNKNOWN: "",
    }[view.certainty]


def age(view: AccountView, now: datetime) -> list[str]:
    age = view.age(now)
    if age is None:
        return []
    line = f"{view.certainty}, read {show.ago(age)}"
    if view.stale:
        line += ", stale"
    return [line + "."]


def utc(at: datetime, now: datetime) -> str:
    return f"{show.short_day(at.date(), now.date())} {at:%H:%M} UTC"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _sums(amounts: list[Money]) -> str:
    return " + ".join(show.amount(sum_) for sum_ in total(amounts).values())


def _names(windows: tuple[Window, ...]) -> str:
    return ", ".join(show.quota(window) for window in windows)
