"""One account: its name, its bar, and what is known beside it."""

from collections.abc import Sequence

from creditsui.domain import format as words
from creditsui.domain.bar import bar_of
from creditsui.domain.board import AccountView, Spend
from creditsui.domain.reading import Semantics
from creditsui.outputs.report import bar, days
from creditsui.outputs.report.facts import facts, source
from creditsui.outputs.report.markup import Markup, join, tag
from creditsui.outputs.report.say import UNKNOWN, Say

_SEMANTICS = {
    Semantics.BALANCE: "prepaid",
    Semantics.COUNTER: "pay as you go",
    Semantics.CAP: "capped",
    Semantics.WINDOW: "quota",
}


_SIZES = (
    ("<article", 138),
    ('class="problem"', 62),
    ('class="spent"', 116),
    ('class="console"', 30),
    ("<dt", 26),
    ("<li", 21),
)
"""About how high each part of a card is."""


def cards(views: Sequence[AccountView], say: Say) -> Markup:
    """All of them in their order: two columns side by side, each card where more room is; one below the other on a
    phone."""
    columns: tuple[list[Markup], list[Markup]] = ([], [])
    high = [0, 0]
    for at, view in enumerate(views):
        drawn = card(view, say, at)
        column = 0 if high[0] <= high[1] else 1
        columns[column].append(drawn)
        high[column] += sum(drawn.count(part) * size for part, size in _SIZES)
    return tag("div", *(tag("div", *column, class_="column") for column in columns), class_="cards")


def card(view: AccountView, say: Say, place: int = 0) -> Markup:
    """`place` is the card's among all, for where there is one column."""
    picture = bar.health(view, say)
    return tag(
        "article",
        _head(view, say),
        tag("div", picture, tag("b", words.health(view), class_="percent", aria_hidden="true"), class_="life")
        if picture is not None
        else tag("p", say.figures(words.known(view)), class_="known"),
        tag(
            "p",
            tag("span", _kind(view, picture is not None), class_="kind"),
            tag("span", source(view, say)),
            class_="source",
        ),
        _problem(view, say),
        _spent(view, say),
        facts(view, say),
        _console(view, say),
        class_=f"card {view.band.value}{' stale' if view.stale else ''}",
        style=f"order:{place}",
    )


def _head(view: AccountView, say: Say) -> Markup:
    sign = tag("span", words.marker(view), class_="sign", aria_hidden="true")
    left = say.figures(words.purses(view)) or ("" if bar_of(view) is None else UNKNOWN)
    lasts = say.time_left(view)
    amount = [tag("b", left), tag("span", " left", class_="dim")] if left else []
    time = [tag("span", f"{' · ' if left else ''}{lasts}", class_="dim")] if lasts else []
    spiking = tag("span", " ↯", class_="warn", title=words.spiking(view)) if words.spiking(view) else None
    return tag(
        "header",
        tag("h3", sign, " ", tag("bdi", say.title(view)), spiking),
        tag("p", *amount, *time, class_="left"),
    )


def _kind(view: AccountView, badges: bool) -> str:
    kind = view.plan or words.by_hand(view, _SEMANTICS[view.semantics])
    return " · ".join([*filter(None, (kind,)), *(view.badges if badges else ())])


def _problem(view: AccountView, say: Say) -> Markup | None:
    """What is wrong and what to do about it."""
    if view.problem is None:
        if view.manual and view.read_at is None and not say.hidden:
            return tag(
                "p", "Nobody can be asked. To do: ", tag("code", f"creditsui sync {view.id} AMOUNT"), class_="problem"
            )
        return None
    phrase = words.problem_phrase(view.problem, say.now, say.zone, keys=False)
    told = None if say.hidden else view.problem.message.rstrip(".")
    todo = words.problem_action(view.problem, view.id)
    act = tag("code", todo) if todo.startswith("creditsui ") else tag("span", todo)
    return tag(
        "p",
        tag("b", f"! {phrase}"),
        join(" ", told, ".") if told and told.lower() not in phrase.lower() else None,
        join(" To do: ", act) if not say.hidden else None,
        class_="problem",
    )


def _spent(view: AccountView, say: Say) -> Markup | None:
    """What was spent, by the day and in all."""
    spend, picture = view.spend, days.spark(view, say)
    if spend is None and picture is None:
        return None
    return tag("div", _sums(spend, say), picture, class_="spent")


def _sums(spend: Spend | None, say: Say) -> Markup | None:
    if spend is None:
        return None
    parts = [
        tag("span", tag("span", f"{name} ", class_="dim"), tag("b", say.amount(money)))
        for name, money in (("today", spend.today), ("7 days", spend.week), ("30 days", spend.month))
    ]
    if spend.all is not None and spend.today is None and spend.week is None and spend.month is None:
        parts = [tag("span", tag("span", "in all ", class_="dim"), tag("b", say.amount(spend.all)))]
    if spend.notional is not None and spend.notional.micros:
        parts.append(tag("span", tag("span", "worth ", class_="dim"), tag("b", say.amount(spend.notional))))
    if spend.unpriced_tokens:
        unpriced = say.figures(words.tokens(spend.unpriced_tokens))
        parts.append(tag("span", f"{unpriced} tokens unpriced", class_="warn"))
    return tag("p", *parts, class_="sums")


def _console(view: AccountView, say: Say) -> Markup | None:
    url = view.console_url
    if url is None or say.hidden or not url.startswith("https://"):
        return None
    place = url.removeprefix("https://").partition("/")[0]
    return tag("p", tag("a", place, href=url, rel="noreferrer noopener", target="_blank"), class_="console")
