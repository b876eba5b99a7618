"""Where a number comes from: the rule with its figures, who said it, how old it is, and what it does not cover."""

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType

from creditsui.domain import format as show
from creditsui.domain.board import AccountView, Board
from creditsui.domain.health import counts
from creditsui.domain.money import Money, total
from creditsui.domain.reading import Certainty, Semantics, Window


class Unexplained(ValueError):
    """No such account, or no such field; the text says which there are."""


def explain(board: Board, id: str, field: str, now: datetime) -> list[str]:
    """Plain lines about one field of one account; `field` is a key of the status JSON.

    Every number named is on the board; instants are UTC. Raises Unexplained for an unknown account or field.
    """
    view = board.account(id)
    if view is None:
        known = ", ".join(account.id for account in board.accounts) or "none yet"
        raise Unexplained(f"There is no account “{id}”. There are: {known}.")
    about = FIELDS.get(field)
    if about is None:
        raise Unexplained(f"“{field}” is not a field. There are: {', '.join(FIELDS)}.")
    return about(view, now)


def _balance(view: AccountView, now: datetime) -> list[str]:
    if view.balance is None:
        lines = ["Not known: " + _why_nothing(view)]
        return lines + ([f"Its limits are known: {_names(view.windows)}."] if view.windows else [])
    left = view.balance.remaining
    lines = [f"{show.amount(left)} can be spent. {_origin(view, now)}"]
    if view.purse is not None and view.purse != left:
        lines.append(
            f"The account itself holds {show.amount(view.purse)}; a cap on this key leaves less, and the less counts."
        )
    for part, word in ((view.balance.granted, "granted"), (view.balance.paid, "paid")):
        if part is not None:
            lines.append(f"of it {word}: {show.amount(part)}")
    if view.error is not None and view.error.micros:
        lines.append(f"It may be off by ±{show.amount(view.error)}.")
    others = [balance.remaining for balance in view.balances if balance.remaining.currency != left.currency]
    if others:
        lines.append(f"Beside it: {_sums(others)}. Two currencies are never added.")
    if view.pool:
        lines.append(f"It draws on the purse of {view.pool}; totals count that purse once.")
    return lines + _age(view, now)


def _balances(view: AccountView, now: datetime) -> list[str]:
    if not view.balances:
        return ["Not known: " + _why_nothing(view)]
    return [f"{show.amount(balance.remaining)}" for balance in view.balances] + [
        "Every currency stands for itself; none is converted.",
        *_age(view, now),
    ]


def _health(view: AccountView, now: datetime) -> list[str]:
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
    short = []
    for window in view.windows:
        if not counts(window):
            short.append(window.name)
            continue
        lines.append(_bound(view, window.name, f"1 − {window.used:.2f} used = {show.percent(1 - window.used)}"))
    if short:
        lines.append(f"Not counted: {', '.join(short)}, because it refills within the hour.")
    if view.capacity is not None:
        lines.append(_capacity_line(view))
    return lines + _age(view, now)


def _bound(view: AccountView, name: str, text: str) -> str:
    return f"  {name}: {text}{'  ← the least' if view.binding == name else ''}"


def _band(view: AccountView, now: datetime) -> list[str]:
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


def _capacity(view: AccountView, now: datetime) -> list[str]:
    if view.capacity is None:
        return ["Not known: no balance was seen yet, and none is set in the settings (capacity)."]
    return [_capacity_line(view)]


def _limit(view: AccountView, now: datetime) -> list[str]:
    if view.limit is None:
        return ["No cap on spending is known."]
    lines = [f"Spending is capped at {show.amount(view.limit.amount)}. {_origin(view, now)}"]
    if view.limit.remaining is None:
        lines.append("What is left under the cap was not told.")
    else:
        lines.append(f"{show.amount(view.limit.remaining)} is left under it.")
    lines.append(f"It starts anew {view.limit.resets}." if view.limit.resets else "It does not start anew by itself.")
    return lines + _age(view, now)


def _windows(view: AccountView, now: datetime) -> list[str]:
    if not view.windows:
        return ["No quota that refills is known."]
    return [_window(window, now) for window in view.windows] + [
        "Left is 1 − used, so long is good.",
        *_age(view, now),
    ]


def _window(window: Window, now: datetime) -> str:
    text = f"{window.name}: {show.percent(1 - window.used)} left"
    if window.limit is not None and window.remaining is not None:
        text += f", {window.remaining:g} of {window.limit:g} {window.unit}"
    if window.resets_at is None:
        return text + "; it has not started, or nobody said when it refills"
    return text + f"; refills in {show.span(max(0.0, (window.resets_at - now).total_seconds()))}"


def _spend(view: AccountView, now: datetime) -> list[str]:
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
        lines.append("Credit that expired is no spend.")
    if spend.since is not None:
        lines.append(f"Nothing before {show.short_day(spend.since.date(), now.date())} is covered.")
    if spend.unpriced_tokens:
        lines.append(f"Not covered: {spend.unpriced_tokens:,} tokens of models without a known price.")
    if spend.notional is not None and spend.notional.micros:
        lines.append(f"Not money: {show.amount(spend.notional)} is what a flat plan's tokens would have cost.")
    return lines


def _burn(view: AccountView, now: datetime) -> list[str]:
    seen = [money for _, money in view.days if money is not None]
    if view.burn is None:
        return [f"Not known yet: {_days(len(seen))} of spend observed."]
    lines = [f"{show.amount(view.burn)} a day, from the days that were really observed."]
    if seen:
        lines.append(f"{_days(len(seen))} of the last {len(view.days)} observed, {_sums(seen)} in all.")
    missing = len(view.days) - len(seen)
    if missing:
        lines.append(f"{_days(missing)} when nobody was looking {'is' if missing == 1 else 'are'} left out, not zero.")
    return lines


def _runway(view: AccountView, now: datetime) -> list[str]:
    runway = view.runway
    if runway.state == "known" and runway.days is not None:
        lines = [f"{runway.days:.1f} days until empty, in the middle of what may happen."]
        if view.balance is not None and view.burn is not None and view.burn.micros > 0:
            lines.append(f"{show.amount(view.balance.remaining)} left at {show.amount(view.burn)} a day.")
        if runway.p10 is not None and runway.p90 is not None:
            lines.append(f"Eight times in ten between {runway.p10:.1f} and {runway.p90:.1f} days.")
        if runway.empty_on is not None:
            lines.append(f"Empty on {show.weekday(runway.empty_on, now.date())}, in your time zone.")
        lines.append("It replays the days observed; a change of habit is not foreseen.")
        return lines
    return [
        {
            "gathering": "Not known yet: fewer than three days were observed.",
            "idle": "Nothing was spent for seven days, so there is no end in sight.",
            "refills": "This refills by itself; it does not run dry for good.",
            "empty": "It is empty now.",
        }.get(runway.state, "Not known: there is no balance, or no spend, to reckon with.")
    ]


def _drift(view: AccountView, now: datetime) -> list[str]:
    if view.drift is None:
        return ["Not known yet: it takes two truths (a sync or a live reading) with time between them."]
    amount = view.drift.amount
    if not amount.micros:
        lines = ["Nothing: the ledger saw all that was spent."]
    elif amount.micros > 0:
        lines = [f"{show.amount(amount)} was spent that the ledger did not see; it is booked as unseen."]
    else:
        lines = [f"The ledger saw {show.amount(-amount)} more than was spent."]
    return [*lines, f"Counted since {_utc(view.drift.since, now)}, when the number was last known to be true."]


def _lots(view: AccountView, now: datetime) -> list[str]:
    if not view.lots:
        return ["No lots are known: nothing was topped up here, or the provider does not tell."]
    lines = []
    for lot in view.lots:
        end = "never expires" if lot.expires_at is None else f"expires {show.short_day(lot.expires_at, now.date())}"
        lines.append(f"{show.amount(lot.remaining)} {lot.kind}, {end}")
    return [*lines, "What expires first is spent first."]


def _problem(view: AccountView, now: datetime) -> list[str]:
    problem = view.problem
    if problem is None:
        return ["None."]
    lines = [f"{problem.kind}: {problem.message}"]
    if problem.since is not None:
        lines.append(f"Since {show.ago((now - problem.since).total_seconds())}.")
    if problem.retry_at is not None:
        who = "the provider said so" if problem.told else "by our own back-off"
        lines.append(f"Asked again at {problem.retry_at:%H:%M} UTC ({who}).")
    if problem.action:
        lines.append(f"To do: {problem.action}")
    if view.read_at is not None:
        lines.append("The last good values stay, marked as stale.")
    return lines


def _certainty(view: AccountView, now: datetime) -> list[str]:
    meaning = {
        Certainty.LIVE: "the provider said so",
        Certainty.SYNCED: "you said so, under an hour ago, and nothing was spent since",
        Certainty.ESTIMATED: "carried forward by the ledger since the number was last known to be true",
        Certainty.UNKNOWN: "nobody has said anything yet",
    }[view.certainty]
    return [f"{view.certainty}: {meaning}.", *_age(view, now)]


def _semantics(view: AccountView, now: datetime) -> list[str]:
    meaning = {
        Semantics.BALANCE: "it drains as it is spent; spend is how far it fell",
        Semantics.COUNTER: "it only grows; spend is how far it rose",
        Semantics.CAP: "it limits spending, but is not money",
        Semantics.WINDOW: "a quota that refills; spend is no money here",
    }[view.semantics]
    return [f"{view.semantics}: {meaning}."]


def _stale(view: AccountView, now: datetime) -> list[str]:
    if view.certainty in (Certainty.SYNCED, Certainty.ESTIMATED):
        return ["No: a number that you entered is never stale, it grows uncertain."]
    rule = "A reading is stale after twice its interval, at least ten minutes, and while there is a problem."
    return ["Yes." if view.stale else "No.", rule, *_age(view, now)]


def _read(view: AccountView, now: datetime) -> list[str]:
    if view.read_at is None:
        return ["Never read."]
    return [f"{_utc(view.read_at, now)}, {show.ago(view.age(now) or 0.0)}."]


def _pool(view: AccountView, now: datetime) -> list[str]:
    if not view.pool:
        return ["It has a purse of its own."]
    return [f"It draws on the purse of {view.pool}, which totals count once."]


def _plain(name: str) -> Callable[[AccountView, datetime], list[str]]:
    """For what is no reckoned number but a fact: it is said as it stands."""

    def say(view: AccountView, now: datetime) -> list[str]:
        value = getattr(view, name)
        if value is None or value in ("", ()):
            return ["Not known."]
        return [", ".join(value) if isinstance(value, tuple) else "yes" if value is True else str(value or "no")]

    return say


def _why_nothing(view: AccountView) -> str:
    if view.problem is not None:
        return view.problem.message
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


def _age(view: AccountView, now: datetime) -> list[str]:
    age = view.age(now)
    if age is None:
        return []
    line = f"{view.certainty}, read {show.ago(age)}"
    if view.stale:
        line += ", stale"
    return [line + "."]


def _utc(at: datetime, now: datetime) -> str:
    return f"{show.short_day(at.date(), now.date())} {at:%H:%M} UTC"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _sums(amounts: list[Money]) -> str:
    return " + ".join(show.amount(sum_) for sum_ in total(amounts).values())


def _names(windows: tuple[Window, ...]) -> str:
    return ", ".join(window.name for window in windows)


#: Every key of an account in the status JSON, the numbers people ask about first.
FIELDS: MappingProxyType[str, Callable[[AccountView, datetime], list[str]]] = MappingProxyType(
    {
        "balance": _balance,
        "health": _health,
        "band": _band,
        "capacity": _capacity,
        "capacity_from": _capacity,
        "spend": _spend,
        "burn_per_day": _burn,
        "runway": _runway,
        "drift": _drift,
        "lots": _lots,
        "limit": _limit,
        "windows": _windows,
        "balances": _balances,
        "certainty": _certainty,
        "stale": _stale,
        "read_at": _read,
        "age_seconds": _read,
        "problem": _problem,
        "semantics": _semantics,
        "pool": _pool,
        "plan": _plain("plan"),
        "badges": _plain("badges"),
        "console_url": _plain("console_url"),
        "id": _plain("id"),
        "provider": _plain("provider"),
        "label": _plain("label"),
        "enabled": _plain("enabled"),
    }
)
