"""The last thirty days of one account, small: a column a day, a gap where nobody looked, and where it is heading."""

from collections.abc import Sequence
from datetime import date

from creditsui.domain import format as words
from creditsui.domain.board import AccountView
from creditsui.domain.money import Money
from creditsui.outputs.report.markup import Markup, join, tag
from creditsui.outputs.report.say import UNKNOWN, Say

_HIGH = 100
_LEAST = 5
"""Of a hundred: anything above nothing is seen."""
_WEEK = 7

Days = Sequence[tuple[date, Money | None]]


def spark(view: AccountView, say: Say) -> Markup | None:
    """None where no day was looked at."""
    known = [money for _, money in view.days if money is not None]
    if not known:
        return None
    top = max((money.micros for money in known), default=0)
    columns = [_column(at, day, money, top, say) for at, (day, money) in enumerate(view.days)]
    mean = _mean(view.days, top)
    picture = tag(
        "svg",
        *columns,
        tag("path", d=mean, class_="mean") if mean else None,
        viewBox=f"0 0 {len(view.days)} {_HIGH}",
        preserveAspectRatio="none",
        width="100%",
        height="100%",
        aria_hidden="true",
    )
    first, looked = say.day(view.days[0][0]), f"{len(known)} of {len(view.days)} days known"
    said = (
        f"{say.name(view)}, spend by day since {first}: {looked}, at most {say.amount(Money(top, known[0].currency))}"
    )
    heading = trend(view)
    said += f", {heading[1]}" if heading else ""
    course = tag("span", tag("span", f"{heading[0]} ", class_="turn"), heading[1]) if heading else None
    ends = tag("div", tag("span", first), course, tag("span", "today"), class_="ends", aria_hidden="true")
    return join(tag("div", picture, class_="spark", role="img", aria_label=said), ends)


def _column(at: int, day: date, money: Money | None, top: int, say: Say) -> Markup:
    when = words.weekday(day)
    if money is None:
        return tag(
            "rect", tag("title", f"{when}: {UNKNOWN}, nobody looked"), x=at, y=0, width=1, height=_HIGH, class_="gap"
        )
    high = max(_LEAST, money.micros / top * _HIGH) if money.micros > 0 and top > 0 else 1.5
    kind = "zero" if money.micros <= 0 else None
    said = tag("title", f"{when}: {say.amount(money)}")
    return tag("rect", said, x=at + 0.1, y=_HIGH - high, width=0.8, height=high, class_=kind)


def _mean(days: Days, top: int) -> str:
    """The mean of seven days up to each, as a line that breaks where one of them is not known."""
    path, drawing = [], False
    for at in range(_WEEK - 1, len(days)):
        week = [money.micros for _, money in days[at - _WEEK + 1 : at + 1] if money is not None]
        if len(week) < _WEEK or top <= 0:
            drawing = False
            continue
        y = _HIGH - min(1.0, max(0.0, sum(week) / _WEEK / top)) * _HIGH
        path.append(f"{'L' if drawing else 'M'}{at + 0.5:g} {y:.1f}")
        drawing = True
    return "".join(path) if len(path) > 1 else ""


def trend(view: AccountView) -> tuple[str, str] | None:
    """A sign and words for the seven whole days before today against the seven before those; None where one of them is
    not known."""
    days = [money for _, money in view.days[:-1]][-2 * _WEEK :]
    known = [money.micros for money in days if money is not None]
    if len(known) < 2 * _WEEK:
        return None
    before, after = sum(known[:_WEEK]), sum(known[_WEEK:])
    if before <= 0:
        return None if after <= 0 else ("▲", "spending again after a week of nothing")
    change = after / before - 1
    if abs(change) < 0.05:
        return "▬", "level with the week before"
    said = f"{after / before:.1f}×" if change >= 2 else f"{abs(change):.0%}"
    if change >= 2:
        return "▲", f"{said} the week before"
    return ("▲", f"{said} more than the week before") if change > 0 else ("▼", f"{said} less than the week before")
