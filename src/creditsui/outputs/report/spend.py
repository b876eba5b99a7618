"""What was spent by the day: stacked columns by account and by model, one chart for each currency."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from creditsui.domain import format as words
from creditsui.domain.board import Board
from creditsui.domain.money import Money
from creditsui.domain.spending import Report
from creditsui.outputs.report.markup import Markup, join, share, tag
from creditsui.outputs.report.numbers import table
from creditsui.outputs.report.say import UNKNOWN, Say
from creditsui.outputs.report.stack import Purse, Stack, ceiling, purses, stack

_HIGH = 200
_DAY = timedelta(days=1)


def spend(board: Board, reports: Mapping[str, Report], say: Say) -> Markup | None:
    """`reports`: by `account` and by `model`, each by the day too; None where nothing was spent."""
    order = [one.currency for one in board.totals]
    found = sorted(purses(reports), key=lambda purse: order.index(purse[0]) if purse[0] in order else len(order))
    if not found:
        return None
    return join(*(_purse(at, purse, board, reports, say) for at, purse in enumerate(found)))


def _purse(at: int, purse: Purse, board: Board, reports: Mapping[str, Report], say: Say) -> Markup:
    """One currency: its charts, of which one is seen at a time, chosen without a script."""
    stacks = {by: stack(report, by, purse, say) for by, report in reports.items()}
    whole = Money(sum(next(iter(stacks.values())).on(day) for day in range(len(_days(reports)))), purse[0])
    owner = f" of {say.name_of(purse[1])}" if purse[1] else ""
    chosen = [
        part
        for index, by in enumerate(stacks)
        for part in (
            tag("input", type="radio", name=f"by-{at}", id=f"by-{at}-{by}", class_=f"by-{by}", checked=index == 0),
            tag("label", f"by {by}", for_=f"by-{at}-{by}"),
        )
    ]
    title = tag("h3", tag("b", say.amount(whole)), tag("span", f"{owner} in {len(_days(reports))} days", class_="dim"))
    charts = [tag("div", _chart(one, purse, board, say, by), class_=f"of-{by}") for by, one in stacks.items()]
    return tag("div", title, *chosen, *charts, class_="purse")


def _days(reports: Mapping[str, Report]) -> tuple[date, ...]:
    report = next(iter(reports.values()))
    return tuple(report.since + _DAY * at for at in range((report.until - report.since).days + 1))


# ── one chart ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _chart(it: Stack, purse: Purse, board: Board, say: Say, by: str) -> Markup:
    looked = _looked(board, purse, it.days)
    sums = [it.on(day) for day in range(len(it.days))]
    top = ceiling(max(sums, default=0))
    columns = [_column(it, day, top, looked[day], purse, say) for day in range(len(it.days))]
    picture = tag(
        "svg", *columns, viewBox=f"0 0 {len(it.days)} {_HIGH}", preserveAspectRatio="none", width="100%",
        height="100%", aria_hidden="true",
    )  # fmt: skip
    grid_lines = [
        tag("span", tag("span", say.amount(Money(top * part // 2, purse[0]))), style=f"bottom:{50 * part}%")
        for part in (2, 1)
    ]
    dearest = max(range(len(sums)), key=lambda day: sums[day], default=0)
    said = f"Spend by day and {by}, {say.day(it.days[0])} to {say.day(it.days[-1])}"
    if sums:
        most = say.amount(Money(sums[dearest], purse[0]))
        said += f": most on {words.weekday(it.days[dearest])}, {most}. The numbers are in the table below."
    return join(
        tag("div", *grid_lines, picture, class_="columns", role="img", aria_label=said),
        _axis(it.days),
        _legend(it, purse, say),
        _table(it, looked, purse, say, by),
    )


def _column(it: Stack, day: int, top: int, looked: bool, purse: Purse, say: Say) -> Markup:
    when = words.weekday(it.days[day])
    weekend = it.days[day].weekday() >= 5
    shapes = [tag("rect", x=day, y=0, width=1, height=_HIGH, class_="weekend")] if weekend else []
    if not looked and not it.on(day):
        said = tag("title", f"{when}: {UNKNOWN}, nobody looked")
        return join(*shapes, tag("rect", said, x=day, y=0, width=1, height=_HIGH, class_="gap"))
    y = float(_HIGH)
    for at, series in enumerate(it.amounts):
        if series[day] <= 0:
            continue
        high = max(1.0, series[day] / top * _HIGH)
        y -= high
        title = tag("title", f"{when} · {it.names[at]}: {say.amount(Money(series[day], purse[0]))}")
        shapes.append(tag("rect", title, x=day + 0.1, y=y, width=0.8, height=high, class_=f"s{at}"))
    if day in it.unknown:
        title = tag("title", f"{when}: more in calls without a known price")
        shapes.append(tag("rect", title, x=day + 0.1, y=max(0.0, y - 5), width=0.8, height=3, class_="unpriced"))
    return join(*shapes)


def _looked(board: Board, purse: Purse, days: Sequence[date]) -> list[bool]:
    """Of each day, whether anybody was looking at an account of this currency then."""
    seen: set[date] = set()
    for view in board.accounts:
        if not purse[1] or view.id == purse[1]:
            seen |= {day for day, money in view.days if money is not None and money.currency == purse[0]}
    return [day in seen for day in days]


def _axis(days: Sequence[date]) -> Markup:
    """Mondays under their columns, as far as they are apart from today at the end."""
    labels = [
        tag("span", words.short_day(day), style=f"left:{share(at / len(days))}")
        for at, day in enumerate(days)
        if day.weekday() == 0 and at < len(days) - 4
    ]
    return tag("div", *labels, tag("span", "today", class_="last"), class_="axis", aria_hidden="true")


def _legend(it: Stack, purse: Purse, say: Say) -> Markup:
    keys = [
        tag("span", tag("i", class_=f"swatch s{at}"), tag("bdi", name), " ",
            tag("b", say.amount(Money(sum(series), purse[0]))))
        for at, (name, series) in enumerate(zip(it.names, it.amounts, strict=True))
    ]  # fmt: skip
    if it.unknown:
        keys.append(tag("span", tag("i", class_="swatch unpriced"), "and calls without a known price"))
    return tag("p", *keys, class_="legend")


def _table(it: Stack, looked: Sequence[bool], purse: Purse, say: Say, by: str) -> Markup:
    head = tag("tr", tag("th", "day", scope="col"), *(tag("th", name, scope="col") for name in it.names),
               tag("th", "in all", scope="col"))  # fmt: skip
    rows = []
    for at in range(len(it.days) - 1, -1, -1):
        known = looked[at] or any(series[at] for series in it.amounts)
        cells = [
            tag("td", say.figure(Money(series[at], purse[0])) if series[at] else "" if known else UNKNOWN)
            for series in it.amounts
        ]
        whole = say.figure(Money(it.on(at), purse[0])) if known else UNKNOWN
        more = "+" if at in it.unknown else ""
        rows.append(tag("tr", tag("th", words.weekday(it.days[at]), scope="row"), *cells, tag("td", whole + more)))
    caption = f"Spend by day and {by}, in {purse[0]}"
    return tag("details", tag("summary", "as a table"), table(caption, head, rows))
