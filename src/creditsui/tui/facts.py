"""What is said about one account, section by section, as lines of runs."""

from collections.abc import Sequence
from textwrap import wrap

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.bar import paint_card
from creditsui.domain.board import AccountView, Hit, Runway
from creditsui.domain.observe import UNSEEN
from creditsui.domain.reading import Certainty, Semantics
from creditsui.domain.spark import sparks
from creditsui.domain.spike import during
from creditsui.tui import credited, drifted, shadow
from creditsui.tui.ink import Run, spread, width_of
from creditsui.tui.manner import Manner
from creditsui.tui.motion import Frame, ticks
from creditsui.tui.widgets.account_row import flashed, moving

Line = list[Run]

LABEL = 10
_OTHERS = 3
_BETWEEN = " · "
_LEAST_PROJECT = 4
"""Cells of a project's name in which it can still be known."""
"""Parts of a hit that are told below its first."""
GAP: Run = ("   ", "text")
DOT: Run = (" · ", "dim")
_SEMANTICS = {
    Semantics.BALANCE: "prepaid",
    Semantics.COUNTER: "pay as you go",
    Semantics.CAP: "capped",
    Semantics.WINDOW: "quota",
}


def spending(view: AccountView, manner: Manner, spent: Line, width: int) -> list[Line]:
    """Spend and, beside it, the latest top-up."""
    last: Line = []
    if view.topups:
        day = words.short_day(view.topups[0].at.astimezone(manner.zone).date())
        last = [(manner.signed(view.topups[0].amount), "gain"), (f" {day}", "dim")]
        if not spent:
            return [labelled("top-up", last)]
        last = [("top-up ", "dim"), *last]
    return [beside([labelled("spend", spent), last], (51,), width)] if spent else []


def head(view: AccountView, manner: Manner, room: int, sep: str = "   ") -> Line:
    """The name, what it is and how fresh, in parts that stay whole: where the room is small, the last ones are said."""
    kind = view.plan or words.by_hand(view, _SEMANTICS[view.semantics])
    facts = [*filter(None, (kind,)), *view.badges, words.freshness(view, manner.now, manner.instants)]
    if not view.enabled:
        facts.append("disabled")
    name = manner.name(view)
    said = [manner.plain(fact) for fact in facts]
    while said and grid.cells(name + sep + " · ".join(said)) > room:
        del said[0]
    return [(name, "strong"), *([(sep + " · ".join(said), "dim")] if said else [])]


def trouble(view: AccountView, manner: Manner, width: int = 0) -> list[Line]:
    """What is wrong and what to do; the whole sentence in as many lines as it takes where a width is given."""
    if view.problem is None:
        if view.read_at is None and view.manual:
            return [[("nobody can be asked · ", "dim"), manner.key("sync", "s"), (" enters the balance", "dim")]]
        return drifted.nudge(view, manner)
    lines: list[Line] = [
        [("! ", "warn"), (manner.plain(words.problem_phrase(view.problem, manner.now, manner.instants)), "warn")]
    ]
    message = view.problem.message
    if message and message not in lines[0][1][0]:
        text = manner.about(view, message)
        said = wrap(text, max(width - 2, 20), break_on_hyphens=False) if width else [text]
        lines += [[("  ", "text"), (line, "dim")] for line in said]
    return lines


def amount(view: AccountView, manner: Manner) -> tuple[Line, Line] | None:
    """`$18.03 of $30.00` and `60% ± 3%`; None where nothing is known."""
    window = words.binding_window(view)
    if view.health is None and view.balance is None:
        return None
    if window is not None:
        remaining: Line = [
            (words.percent(1 - window.used), f"band:{view.band.value}"),
            (f" left of {manner.plain(words.quota(window))}", "dim"),
        ]
        if view.balance is not None:
            remaining += [(" · ", "dim"), (manner.amount(view.balance.remaining), "name")]
        return remaining, []
    left: Line = [(manner.figures(words.left(view)), "strong")]
    whole = view.limit.amount if view.binding == "limit" and view.limit is not None else view.capacity
    if view.binding == "budget" and view.budget is not None:
        left.append((f" of {manner.figures(words.budget(view.budget))}", "dim"))
    elif whole is not None:
        left.append((f" of {manner.amount(whole)}", "dim"))
    share: Line = []
    if view.health is not None:
        share.append((words.health(view), f"band:{view.band.value}"))
    if view.error is not None and view.error.micros and view.certainty is Certainty.ESTIMATED:
        share.append((f" ± {manner.amount(view.error)}", "dim"))
    return left, share


def standing(view: AccountView, frame: Frame, manner: Manner, width: int) -> list[Line]:
    """The big bar with its figures above and its thresholds below."""
    known = amount(view, manner)
    bar = moving(view, frame)
    long = max(8, width - 2)
    lines: list[Line] = []
    if known is not None:
        lines.append([*spread(known[0], known[1], long)])
    if bar is None:
        # What was spent stands in a section of its own.
        return lines if lines or view.spend is not None else [[(manner.figures(words.known(view)), "text")]]
    upper, lower = paint_card(bar, long, manner.glyphs)
    lines += [flashed(upper, frame, long), flashed(lower, frame, long)]
    if view.health is not None:
        lines.append(_scale(view, long))
    return lines


def _scale(view: AccountView, width: int) -> Line:
    text = ""
    for tick in ticks(view):
        label = f"{tick * 100:g}"
        start = max(len(text), int(tick * width) - len(label) // 2)
        text = text.ljust(start) + label + " "
    return [(text.rstrip(), "dim")]


def money(view: AccountView, manner: Manner) -> list[tuple[str, list[Line]]]:
    """Runway, burn, lots, drift: what has something to say, each in parts that stay whole."""
    lines: list[tuple[str, list[Line]]] = []
    lasts = runway(view, manner, label=False)
    if lasts:
        lines.append(("runway", [lasts, *([empty(view, manner)] if view.runway.empty_on else [])]))
    if view.burn is not None:
        lines.append(("burn", [[(manner.amount(view.burn), "bright"), (" a day", "dim")]]))
    if (
        view.purse is not None
        and view.balance is not None
        and (view.purse != view.balance.remaining or view.binding == "budget")
    ):
        lines.append(("purse", [[(manner.amount(view.purse), "bright"), (" in the account", "dim")]]))
    if view.limit is not None and view.binding == "limit" and view.limit.resets:
        lines.append(("cap", [[("renews ", "dim"), (manner.plain(view.limit.resets), "bright")]]))
    elif view.limit is not None and view.binding != "limit":
        left = view.limit.remaining
        cap: Line = [(manner.amount(left if left is not None else view.limit.amount), "bright")]
        cap.append((f" left of {manner.amount(view.limit.amount)}" if left is not None else " in all", "dim"))
        resets: list[Line] = [[(manner.plain(view.limit.resets), "dim")]] if view.limit.resets else []
        lines.append(("cap", [cap, *resets]))
    if len(view.balances) > 1:
        lines.append(("purses", [[(manner.amount(one.remaining), "bright")] for one in view.balances]))
    lines += credited.credit(view, manner)
    moved = drifted.drift(view, manner)
    return [*lines, ("drift", moved)] if moved else lines


def runway(view: AccountView, manner: Manner, *, label: bool = True) -> Line:
    it = view.runway
    name: Line = [("runway ", "dim")] if label else []
    if it.state != "known" or it.days is None:
        said = {"gathering": "gathering: needs 3 days of spend", "idle": "nothing spent for a week"}
        return [*name, (said[it.state], "dim")] if it.state in said else []
    middle = words.runway(Runway("known", it.days))
    text = words.runway(it)
    return [*name, (middle, "strong"), *([(f"  {manner.plain(text)}", "dim")] if "–" in text else [])]


def runway_words(view: AccountView, manner: Manner) -> str:
    window = words.binding_window(view)
    if window is not None:
        return f"refills {manner.time_left(view)}" if window.resets_at else ""
    return f"empty in {manner.plain(words.runway(view.runway))}" if view.runway.state == "known" else ""


def empty(view: AccountView, manner: Manner) -> Line:
    if view.runway.empty_on is None:
        window = words.binding_window(view)
        if window is None or window.resets_at is None:
            return []
        return [("refills ", "dim"), (manner.time_left(view), "bright")]
    today = manner.now.astimezone(manner.zone).date()
    return [("empty ", "dim"), (words.weekday(view.runway.empty_on, today), "bright")]


def spend(view: AccountView, manner: Manner) -> list[Line]:
    """What was spent, in parts."""
    spend = view.spend
    if spend is None:
        return []
    parts: list[Line] = []
    for name, money in (("today", spend.today), ("7d", spend.week), ("30d", spend.month)):
        if money is not None:
            parts.append([(f"{name} ", "dim"), (manner.figures(words.figure(money)), "bright")])
    if not parts and spend.all is not None:
        parts = [[("in all ", "dim"), (manner.amount(spend.all), "bright")]]
    if spend.notional is not None and spend.notional.micros:
        parts.append([("worth ", "dim"), (manner.amount(spend.notional), "bright")])
    return parts


def models(view: AccountView, manner: Manner, width: int) -> list[Line]:
    """What the last 30 days cost on each model, the most expensive first, as many as fit on one line."""
    if view.spend is None or not view.spend.models:
        return []
    parts: list[Line] = [
        [
            (f"{grid.fit(manner.plain(one.model), 32).rstrip()} ", "dim"),
            (manner.figures(words.figure(one.amount)), "bright"),
        ]
        for one in view.spend.models
    ]
    return [labelled("models", joined(parts, width - LABEL))]


def history(view: AccountView, manner: Manner, width: int, *, high: int = 1, stood: int = 0) -> list[Line]:
    """What was spent, on the last days in a chart `high` lines high, and `stood` lines of what was left after each."""
    lines = [*flow("spend", spend(view, manner), width), *models(view, manner, width)]
    values = [None if money is None else money.amount for _, money in view.days]
    each = max(1, (width - LABEL) // max(1, len(values))) if high > 1 or stood else 1
    long = min(len(values) * each, width - LABEL)
    left = shadow.shadow(view, manner, long, stood) if stood and len(view.levels) == len(values) else []
    if long < 8 or not (any(values) or left):
        return lines
    if any(values):
        drawn = sparks([value for value in values for _ in range(each)], long, high, ascii=manner.glyphs.ascii)
        lines += [labelled("" if at else "30 days", [(line, "spark")]) for at, line in enumerate(drawn)]
    below = left or [_days_below(view, manner, long)]
    return [*lines, *(labelled("balance" if left and not at else "", line) for at, line in enumerate(below))]


def _days_below(view: AccountView, manner: Manner, long: int) -> Line:
    """The first day and the last, and between them the latest top-up."""
    first = words.short_day(view.days[0][0])
    under = [" "] * long
    under[: len(first)] = first
    under[long - 5 :] = "today"
    mark = view.topups[0] if view.topups else None
    if mark is not None:
        day = mark.at.astimezone(manner.zone).date()
        at = next((index for index, (date, _) in enumerate(view.days) if date == day), None)
        text = "▲ " + manner.signed(mark.amount).replace(".00", "")
        column = None if at is None else at * long // len(view.days)
        if column is not None and len(first) < column and column + len(text) < long - 6:
            end = column + len(text)
            return [("".join(under[:column]), "dim"), (text, "gain"), ("".join(under[end:]), "dim")]
    return [("".join(under), "dim")]


def hit(manner: Manner, one: Hit) -> Line:
    cause = _cause(manner, one.parts[0].cause if one.parts else one.cause)
    more = f" + {len(one.parts) - 1}" if len(one.parts) > 1 else ""
    return [
        (manner.signed(-one.amount), "loss"),
        (f" {cause}{more} " if cause else " ", "text"),
        (manner.day_or_clock(one.at), "dim"),
    ]


def _cause(manner: Manner, cause: str, room: int | None = None) -> str:
    """The model and its project; in few cells the model alone, unless enough of the project can be told to know it."""
    if manner.hidden and cause:
        return "••••"
    if room is not None and grid.cells(cause) > room:
        model, between, project = cause.partition(_BETWEEN)
        left = room - grid.cells(model + between)
        end = "." if manner.glyphs.ascii else "…"
        cause = model + between + grid.cut(project, left, end=end) if between and left >= _LEAST_PROJECT else model
    return manner.plain(cause)


def hits(view: AccountView, manner: Manner, width: int) -> list[Line]:
    """Each drop with the dearest of the calls that made it; below it what others had in it, and what went unseen."""
    lines: list[Line] = []
    lost = [manner.signed(-one.amount) for one in view.hits[:5]]
    wide = max(map(grid.cells, lost), default=0)
    for index, (one, fall) in enumerate(zip(view.hits, lost, strict=False)):
        mark = f" {manner.glyphs.spike}" if during(view.spike, one.at) else ""
        right: Line = [(f"{mark} ", "warn"), (manner.day_or_clock(one.at), "dim")]
        room = width - LABEL - wide - 2
        cause = _cause(manner, one.parts[0].cause if one.parts else one.cause, room - width_of(right))
        left: Line = [(grid.fit(fall, wide), "loss"), (f"  {cause}", "text")]
        lines.append(labelled("" if index else "hits", spread(left, right, width - LABEL)))
        others = one.parts[1:]
        unseen = [part for part in others if part.cause == UNSEEN]
        calls = [part for part in others if part.cause != UNSEEN]
        for part in (*calls[: _OTHERS - len(unseen)], *unseen):
            amount = grid.fit(manner.amount(part.amount), wide, ">")
            lines.append(labelled("", [(f"{amount}  {_cause(manner, part.cause, room)}", "dim")]))
        if len(others) > _OTHERS:
            lines.append(labelled("", [(" " * wide + f"  and {len(others) - _OTHERS} more", "dim")]))
    return lines


def probe(view: AccountView, manner: Manner, width: int) -> list[Line]:
    """The offer to read limits, or what was spent, by a request that costs something, with its price."""
    if view.probe is None or not view.probe_cost:
        return []
    what = "costs" if view.semantics is Semantics.COUNTER else "limits"
    does = f" stops requests for {what}" if view.probe else f" reads {what} by a request"
    offer: list[Line] = [[manner.key("probe", "b"), (does, "dim")]]
    cost: list[Line] = [[(part, "dim")] for part in manner.plain(view.probe_cost).split(", ")]
    return flow("" if view.windows else what, [*offer, *cost], width)


def sources(view: AccountView, manner: Manner, width: int) -> list[Line]:
    lines: list[Line] = []
    if view.key_from is not None:
        hint = f" · …{view.key_hint}" if view.key_hint and not manner.hidden else ""
        lines.append(labelled("key", [(manner.plain(view.key_from.replace(":", " ", 1) + hint), "text")]))
    if view.pool:
        lines.append(labelled("pool", [("the purse of ", "dim"), (view.pool, "text")]))
    if view.console_url:
        place = view.console_url.partition("//")[2].partition("/")[0]
        lines += flow("console", [[(place, "text")], [manner.key("console", "o"), (" open", "dim")]], width)
    return lines


def labelled(name: str, runs: Line) -> Line:
    return [(name.ljust(LABEL), "dim"), *runs]


def flow(name: str, parts: Sequence[Line], width: int) -> list[Line]:
    """All parts under one name; those that do not fit go on below. No part is broken."""
    between = GAP if name == "runway" else DOT
    rows: list[Line] = []
    for part in parts:
        if rows and width_of(rows[-1]) + width_of([between, *part]) <= width - LABEL:
            rows[-1] = [*rows[-1], between, *part]
        else:
            rows.append(part)
    return [labelled("" if at else name, row) for at, row in enumerate(rows)]


def joined(parts: Sequence[Line], width: int) -> Line:
    """The first parts, as many as fit on one line."""
    return flow("", parts, width + LABEL)[0][1:] if parts else []


def beside(parts: Sequence[Line], stops: Sequence[int], width: int) -> Line:
    """Parts side by side, each at its tab stop; those at the right that do not fit are left out."""
    runs: Line = []
    stop = 0
    for part, wide in zip(parts, (*stops, 0), strict=False):
        if part:
            here = width_of(runs)
            more: Line = [(" " * max(3 if runs else 0, stop - here), "text"), *part]
            if runs and here + width_of(more) > width:
                break
            runs += more
        stop += wide
    return runs
