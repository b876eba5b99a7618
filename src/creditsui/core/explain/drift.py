"""How a balance was carried forward, in words: from which truth, by what was seen and what usually is not, how far that
may be off, and what the last truth showed."""

from datetime import datetime, timedelta

from creditsui.domain import format as show
from creditsui.domain.board import AccountView
from creditsui.domain.drift import PRIOR, WITHIN
from creditsui.domain.money import Money

_DAY = timedelta(days=1)


def basis(view: AccountView, now: datetime) -> list[str]:
    """The sum, with a line for each part that is not nothing, and how far the result may be off."""
    known = view.basis
    if known is None or view.purse is None:
        return ["Not known: nobody has told a balance yet."]
    who = "You" if known.by_user else view.provider_name or view.provider
    lines = [f"{who} said {show.amount(known.anchor)} {show.ago((now - known.at).total_seconds())}."]
    parts = 0
    for part, words in (
        (known.credited, "credit that was booked or expired since"),
        (-known.seen, "that calls were seen to cost since"),
        (-known.unseen, _share(known.share)),
    ):
        if part.micros:
            parts += 1
            lines.append(f"  {show.signed(part)} {words}")
    if not parts:
        return [*lines, "Nothing was booked or seen since.", *error(view, now)]
    return [*lines, f"  = {show.amount(view.purse)}", *error(view, now)]


def error(view: AccountView, now: datetime) -> list[str]:
    """What the half-width of the band is made of."""
    known, half = view.basis, view.error
    if half is None:
        return [
            "How far it may be off is not known: nothing was spent since, and no second truth tells what goes unseen."
        ]
    if not half.micros or known is None:
        return [f"It may be off by ±{show.amount(half)}."] if half.micros else []
    by_spend = Money(round(WITHIN * known.spread * known.seen.micros), half.currency)
    parts = []
    if known.seen.micros:
        why = (
            f"±{known.spread:.0%} is usual for what goes unseen"
            if known.pairs
            else f"nobody knows yet what goes unseen, so ±{PRIOR:.0%} is taken as usual"
        )
        parts.append(f"{show.amount(by_spend)} for {show.amount(known.seen)} seen ({why}, times {WITHIN:g})")
    if known.rate is not None and known.rate.micros:
        days = max((now - known.at) / _DAY, 0.0)
        parts.append(
            f"{show.amount(half - by_spend)} for {days:.1f} days ({show.amount(known.rate)} a day went before that no"
            " share explains)"
        )
    if not parts:
        return [f"It may be off by ±{show.amount(half)}."]
    return [f"It may be off by ±{show.amount(half)}: {' + '.join(parts)}. The next truth ends that."]


def wide(view: AccountView, now: datetime) -> list[str]:
    rule = "It is when only you can tell what is left, and ± passes a tenth of a full bar or a fifth of what is left."
    if view.wide and view.error is not None:
        return [f"Yes: ±{show.amount(view.error)}. A new sync makes it true again.", rule]
    return ["No.", rule]


def drift(view: AccountView, now: datetime) -> list[str]:
    found = view.drift
    if found is None:
        return ["Not known yet: it takes two truths (a sync, or a reading after a gap) with time between them."]
    amount = found.amount
    if not amount.micros:
        lines = ["Nothing: the ledger saw all that was spent."]
    elif amount.micros > 0:
        lines = [f"{show.amount(amount)} was spent that the ledger did not see; it is booked as unseen."]
    else:
        lines = [f"The ledger saw {show.amount(-amount)} more than was spent."]
    if found.expected is not None and found.reported is not None:
        lines.append(
            f"The last truth: {show.amount(found.expected)} was expected, {show.amount(found.reported)} was reported."
        )
    since = f"{show.short_day(found.since.date(), now.date())} {found.since:%H:%M} UTC"
    lines.append(f"Counted since {since}, when the number was last known to be true.")
    if found.share is None:
        return [*lines, "No share is learned from that: no spend was seen meanwhile, or too little to compare."]
    times = "1 such time" if found.pairs == 1 else f"{found.pairs} such times"
    few = ", and trusted the less the fewer they are and the more they differ" if found.pairs < 4 else ""
    return [*lines, f"Learned from {times}{few}: {_share(found.share)}."]


def _share(share: float | None) -> str:
    """What the share means."""
    if share is None:
        return "that goes unseen"
    if share < 0:
        return f"because calls cost {-share:.0%} less than their prices say"
    return f"that usually goes unseen: {share:.0%} of what is seen"


def estimated(view: AccountView) -> list[str]:
    """Of spend, what is not seen but reckoned until the next truth."""
    known = view.basis
    if known is None or not known.unseen.micros or known.share is None:
        return []
    return [
        f"Of it {show.amount(known.unseen)} is an estimate: what usually goes unseen, {known.share:.0%} of what is seen"
        ". The next truth replaces it."
    ]
