"""The words that every face shows for a number, so that a figure reads the same in the pane and in the table."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from creditsui.domain import micros
from creditsui.domain.band import Band
from creditsui.domain.band import percent as percent
from creditsui.domain.bar import UNICODE, Glyphs
from creditsui.domain.lasting import NOTHING as NOTHING
from creditsui.domain.lasting import dry_in as dry_in
from creditsui.domain.lasting import projected as projected
from creditsui.domain.lasting import runway as runway
from creditsui.domain.lasting import stretch as stretch
from creditsui.domain.lasting import stretches as stretches
from creditsui.domain.lasting import time_to_empty as time_to_empty
from creditsui.domain.money import Money
from creditsui.domain.times import ago as ago
from creditsui.domain.times import clock as clock
from creditsui.domain.times import coarse as coarse
from creditsui.domain.times import countdown as countdown
from creditsui.domain.times import instant as instant
from creditsui.domain.times import old as old
from creditsui.domain.times import reset as reset
from creditsui.domain.times import short_day as short_day
from creditsui.domain.times import span as span
from creditsui.domain.times import weekday as weekday

if TYPE_CHECKING:
    from creditsui.domain.board import AccountView, Allowance, BudgetUse, Spike, Total
    from creditsui.domain.problem import Problem
    from creditsui.domain.reading import Window

# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────────────


_PERIODS = {"second": "s", "minute": "min", "day": "day", "month": "month"}
_COUNTED = frozenset({"requests", "tokens", "messages"})


def amount(money: Money | None) -> str:
    """`$18.03`, `−$3.20`, `1,234 points`, `551.6M credits`, `12.00 CHF`; `<$0.01` where less than half a cent is left
    but not nothing."""
    return NOTHING if money is None else micros.amount(money.micros, money.currency)


def signed(money: Money) -> str:
    """With its sign: `+$30.00`, `−$2.31`."""
    return ("−" if money.micros < 0 else "+") + micros.unsigned(abs(money.micros), money.currency)


def figure(money: Money | None) -> str:
    """The number alone, where the currency stands nearby: `3.12`."""
    if money is None:
        return NOTHING
    return ("−" if money.micros < 0 else "") + micros.digits(abs(money.micros), money.currency)


def totals(sums: "Sequence[Total]") -> str:
    """What is left in all, currencies side by side: `$66.36 + ¥96.30`; empty where nothing is known."""
    return " + ".join(amount(one.remaining) for one in sums if one.remaining is not None)


def burning(sums: "Sequence[Total]") -> str:
    """`$7.31/day`; the currencies that burn, side by side; empty where nothing is known."""
    return " + ".join(f"{amount(one.burn)}/day" for one in sums if one.burn is not None and one.burn.micros > 0)


def tokens(count: int) -> str:
    """`950`, `12.3k`, `4.5M`, `1.2B`."""
    for size, unit in ((10**9, "B"), (10**6, "M"), (10**3, "k")):
        if count >= size * 0.99995:  # what would be rounded up to it too
            return f"{count / size:,.1f}{unit}"
    return f"{count}"


# ── health ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def health(account: "AccountView") -> str:
    """The percent column of an account."""
    estimated = account.certainty == "estimated" and account.binding in (None, "balance")
    return percent(account.health, estimated=estimated)


def glyph(band: Band, glyphs: Glyphs = UNICODE) -> str:
    """The one-cell sign of a band: it carries the band where colour cannot."""
    return glyphs.bands[tuple(Band).index(band)]


def marker(account: "AccountView", glyphs: Glyphs = UNICODE) -> str:
    """The sign before an account's name: its band's, or that of an account which was never read yet."""
    unread = account.read_at is None and account.problem is None and account.health is None
    return glyphs.unread if unread else glyph(account.band, glyphs)


# ── an account in words ──────────────────────────────────────────────────────────────────────────────────────────────


def left(account: "AccountView") -> str:
    """The amount column: what is left of that which binds: money, or the percent of a window; empty when not known."""
    window = binding_window(account)
    if window is not None:
        return percent(1 - window.used)
    budget, limit = account.budget, account.limit
    if account.binding == "budget" and budget is not None and budget.remaining is not None:
        return amount(budget.remaining)
    if account.binding == "limit" and account.balance is None and limit is not None and limit.remaining is not None:
        return amount(limit.remaining)
    return "" if account.balance is None else amount(account.balance.remaining)


def purses(account: "AccountView", room: int | None = None) -> str:
    """The same with the money in other currencies beside it: `$3.00 + ¥7.10`; `$3.00 + …` where there is no room for
    all in so many cells, since an amount is never cut."""
    main, first = account.balance, left(account)
    if main is None or account.binding == "budget" or binding_window(account) is not None:
        return first
    others = [one.remaining for one in account.balances if one.remaining.currency != main.remaining.currency]
    texts = [first, *(amount(one) for one in others if one.micros)]
    full = " + ".join(texts)
    if room is None or len(texts) == 1 or len(full) <= room:
        return full
    return f"{first} + …" if len(first) + 4 <= room else first


def time_left(account: "AccountView", now: datetime) -> str:
    """The time column: to a refill (`↻1h12m`) where a window binds, else to empty (`4d`); empty when not known."""
    window = binding_window(account)
    if window is not None:
        return "" if window.resets_at is None else reset((window.resets_at - now).total_seconds())
    budget = account.budget
    if account.binding == "budget" and budget is not None and budget.resets_at is not None:
        wait, days = (budget.resets_at - now).total_seconds(), account.runway.days
        if account.runway.state != "known" or days is None or days * 86_400 > wait:
            return reset(wait)
    return "" if account.runway.state == "unknown" else runway(account.runway)


def expiring(account: "AccountView") -> str:
    """What ends soon: `$12.00 expires in 7d`, `$12.00 expires today`; empty where nothing does."""
    soon = account.expiring
    if soon is None:
        return ""
    return f"{amount(soon.amount)} expires {f'in {soon.days}d' if soon.days else 'today'}"


def allowance(one: "Allowance") -> str:
    """Credit that comes by itself: `+$1.00 a day`, `+$5.00 a week`."""
    return f"{signed(one.amount)} a {'day' if one.every == 1 else 'week'}"


def budget(one: "BudgetUse") -> str:
    """How large it is: `$50.00 a month`, `$50.00 in all`."""
    return f"{amount(one.amount)} {'in all' if one.per == 'total' else f'a {one.per}'}"


def binding_window(account: "AccountView") -> "Window | None":
    """The window that the account's health comes from, if it comes from one."""
    named = [window for window in account.windows if window.name == account.binding]
    return max(named, key=lambda window: window.used, default=None)


def quota(window: "Window") -> str:
    """A window in words: `5h`, `requests/min`."""
    period = _PERIODS.get(window.name)
    return window.name if period is None or window.unit not in _COUNTED else f"{window.unit}/{period}"


def known(account: "AccountView") -> str:
    """Of an account without a bar: its badges and what is known, `PAYG · $3.12 today`."""
    parts = list(account.badges)
    if account.balance is not None:
        parts.append(f"{amount(account.balance.remaining)} left")
    spend = account.spend
    if spend is not None:
        for spent, when in (
            (spend.today, "today"),
            (spend.week, "in 7d"),
            (spend.month, "in 30d"),
            (spend.all, "in all"),
        ):
            if spent is not None:
                parts.append(f"{amount(spent)} {when}")
                break
    return " · ".join(parts or ([account.plan] if account.plan else ["nothing to measure"]))


def remark(account: "AccountView", now: datetime, still: tzinfo | None = None, *, keys: bool = True) -> str:
    """What stands beside a row: its problem and the act that ends it, a spike, or the age of what is stale; else empty.

    Without `keys` no key to press is named, for where there is none.
    """
    since = aged(account, now, still)
    if account.problem is not None:
        phrase = problem_phrase(account.problem, now, still, keys=keys)
        return f"{since} · {phrase}" if since else phrase
    return " · ".join(
        part
        for part in (
            since,
            spiking(account),
            unbooked(account, keys=keys),
            adrift(account, keys=keys),
            expiring(account),
        )
        if part
    )


def aged(account: "AccountView", now: datetime, still: tzinfo | None = None) -> str:
    """The age of what is stale, `2h old` or `at 16:00`; else empty."""
    age = account.age(now)
    if not account.stale or age is None or account.read_at is None:
        return ""
    return old(age) if still is None else instant(account.read_at, now, still)


def adrift(account: "AccountView", *, keys: bool = True) -> str:
    """What only the user can make certain again, once it became too uncertain: `±$6.00 · s to re-sync`; else empty."""
    if not account.wide or account.error is None:
        return ""
    return f"±{amount(account.error)} · {'s to re-sync' if keys else 're-sync it'}"


def unbooked(account: "AccountView", *, keys: bool = True) -> str:
    """Credit that came in and nobody booked: `+$25.00 unbooked · press t`; else empty."""
    if not account.proposals:
        return ""
    return f"{signed(account.proposals[0].amount)} unbooked{' · press t' if keys else ''}"


def spiking(account: "AccountView") -> str:
    """`spends 10× the usual` while an account does so; else empty."""
    if account.spike is None or account.spike.until is not None:
        return ""
    return f"spends {times_usual(account.spike)} the usual"


def times_usual(spike: "Spike") -> str:
    """`10×`, `3.5×`: what it costs against what the same hours usually do."""
    whole = spike if spike.usual.micros > 0 else spike.peak
    times = whole.amount / whole.usual
    return f"{times:,.0f}×" if times >= 10 else f"{times:.1f}×"


def by_hand(account: "AccountView", otherwise: str) -> str:
    """`by hand` of a number that only the user tells, else `otherwise`; empty where a key was asked with and turned
    down before anything was ever told, since nobody knows what it would tell."""
    if not account.manual:
        return otherwise
    return "" if account.read_at is None and account.problem is not None else "by hand"


def freshness(account: "AccountView", now: datetime, still: tzinfo | None = None) -> str:
    """Where the number comes from and when: `synced 3h ago`, `read 10s ago`, `never read`."""
    if account.read_at is None:
        return "never read"
    verb = {"live": "read", "synced": "synced", "estimated": "synced"}.get(account.certainty, "seen")
    age = account.age(now) or 0.0
    return f"{verb} {ago(age) if still is None else instant(account.read_at, now, still)}"


# ── problems ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_SAYS: dict[str, str] = {
    "no_key": "no key",
    "locked": "keyring locked",
    "rejected": "key rejected",
    "forbidden": "key may not read this",
    "wrong_kind": "wrong kind of key",
    "out_of_money": "out of credit",
    "limited": "rate limited",
    "unsupported": "not told on this plan",
    "offline": "offline",
    "changed": "answer changed",
    "busy": "provider busy",
}
_SHORT = 28
"""Cells that one half of a row's problem may take."""
_PRESS: dict[str, str] = {
    "no_key": "press K",
    "locked": "unlock it, press r",
    "rejected": "press K",
    "forbidden": "press K",
    "wrong_kind": "press K",
    "out_of_money": "press t",
    "unsupported": "press S",
    "changed": "update creditsui",
}
_COMMAND: dict[str, str] = {
    "no_key": "creditsui key set {id}",
    "locked": "unlock the keyring, then creditsui sync {id}",
    "rejected": "creditsui key set {id}",
    "forbidden": "creditsui key set {id}",
    "wrong_kind": "creditsui key set {id}",
    "out_of_money": "creditsui topup {id} AMOUNT",
    "unsupported": "creditsui sync {id} AMOUNT",
    "changed": "update creditsui",
}


def problem_phrase(problem: "Problem", now: datetime, still: tzinfo | None = None, *, keys: bool = True) -> str:
    """A row's problem and the act, in few words: `key rejected · press K`, `offline · retry 0:30`.

    A short next step of the problem's own that is no command (“open Claude Code once”) takes the place of the key to
    press. An outage that the service itself reports leaves nothing to do but to wait. `still` gives the zone of an
    instant in the place of a countdown.
    """
    says, own = _SAYS.get(problem.kind) or problem.message.rstrip(".") or "problem", problem.action or ""
    if problem.outage:
        says, own = "outage reported", ""
    press = None if problem.outage else _PRESS.get(problem.kind)
    foreign = own != "" and not own.startswith("creditsui ")
    if problem.kind != "changed" and foreign and (len(own) <= _SHORT or press == "press K"):
        said = problem.message.rstrip(".")
        says = said[:1].lower() + said[1:] if 0 < len(said) <= _SHORT and not said[:2].isupper() else says
        if len(own) <= _SHORT:
            return f"{says} · {own}"
        press = "press enter"  # no key of ours mends it; the detail says what does
    if press is None and problem.retry_at is not None:
        wait = (problem.retry_at - now).total_seconds()
        press = f"retry {countdown(wait) if still is None else instant(problem.retry_at, now, still)}"
    if not keys and (press is None or "press " in press):
        return says
    return f"{says} · {press or 'press r'}"


def problem_action(problem: "Problem", account: str) -> str:
    """The next step for somebody at a shell: the problem's own, else the command that ends problems of this kind.

    Nothing ends a wait that the provider asked for.
    """
    if problem.told and problem.retry_at is not None:
        return f"wait until {problem.retry_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if problem.outage:
        return "wait until the outage is over"
    return problem.action or _COMMAND.get(problem.kind, "creditsui sync {id}").format(id=account)
