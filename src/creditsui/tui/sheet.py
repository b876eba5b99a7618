"""What the detail says about an account: sections of facts, composed for the room there is."""

from creditsui.domain.board import AccountView
from creditsui.domain.spark import spark
from creditsui.tui import facts, quotas, snoozed, spiked
from creditsui.tui.facts import Line
from creditsui.tui.ink import fit, width_of
from creditsui.tui.manner import Manner
from creditsui.tui.motion import Frame

_GROWN = ((3, 1), (3, 2), (4, 2), (4, 3), (6, 3), (8, 4))
"""Lines of the balance of the last days and of what was spent on them, in the order in which they grow."""
_MOVING, _GROWING = 2, 4
"""Which of the sections shows the bar, and which the charts."""
_BRIEF = ("purse", "cap", "purses", "budget", "came in", "lots", "drift")


def full(view: AccountView, frame: Frame, manner: Manner, width: int, height: int = 0) -> list[Line]:
    """Every section that has something to say, for a pane of its own; in one that has lines to spare, its charts grow
    until they are `height`."""
    stands = facts.standing(view, frame, manner, width)
    return around(stands, rest(view, manner, width, height, len(stands)), width)


Sections = list[list[Line]]


def rest(view: AccountView, manner: Manner, width: int, height: int, stands: int) -> Sections:
    """All sections but the one that moves, which is `stands` lines long: while it does, they are the same."""
    found = _sections(view, manner, width, stands)
    least = len(_joined(found))
    for stood, high in reversed(_GROWN):
        if least + high - 1 + (stood if view.levels else 0) > height:
            continue
        grown = facts.history(view, manner, width, high=high, stood=stood)
        if least - len(found[_GROWING]) + len(grown) <= height:
            found[_GROWING] = grown
            break
    return found


def around(stands: list[Line], sections: Sections, width: int) -> list[Line]:
    """The section that moves, with the rest around it."""
    return [fit(line, width) for line in _joined([*sections[:_MOVING], stands, *sections[_MOVING + 1 :]])]


def _sections(view: AccountView, manner: Manner, width: int, stands: int) -> Sections:
    return [
        [fit(facts.head(view, manner, width), width)],
        [*facts.trouble(view, manner, width), *snoozed.line(view, manner)],
        [[] for _ in range(stands)],
        [line for name, parts in facts.money(view, manner) for line in facts.flow(name, parts, width)],
        facts.history(view, manner, width),
        spiked.section(view, manner, width),
        facts.hits(view, manner, width),
        [*quotas.limits(view, manner, width), *facts.probe(view, manner, width)],
        facts.sources(view, manner, width),
    ]


def _joined(sections: Sections) -> list[Line]:
    lines: list[Line] = []
    for section in sections:
        if section:
            lines += [[], *section] if lines else section
    return lines


def brief(view: AccountView, manner: Manner, width: int, height: int) -> list[Line]:
    """A rule with the name in it, then what fits into `height` lines, the most telling first."""
    dash = "-" if manner.glyphs.ascii else "─"
    head = [(dash + " ", "rule"), *facts.head(view, manner, width - 5, sep=" · "), (" ", "text")]
    rule = fit(head, width - 2)
    lines: list[Line] = [[*rule, (dash * max(0, width - width_of(rule)), "rule")]]
    lines += [[(" ", "text"), *line] for line in (*facts.trouble(view, manner), *snoozed.line(view, manner))]
    known = facts.amount(view, manner)
    if known:
        if width < 60:
            runway = facts.runway_words(view, manner)
            extra = [(" · ", "dim"), (runway, "dim")] if runway else []
            forms = ([*known[0], *extra], known[0])
            figure = next((form for form in forms if width_of(form) < width), known[0][:1])
            lines.append([(" ", "text"), *figure])
        else:
            figure = [*known[0], facts.GAP, *known[1]]
            lines.append(
                [
                    (" ", "text"),
                    *facts.beside([figure, facts.runway(view, manner), facts.empty(view, manner)], (36, 24), width - 1),
                ]
            )
    roomy = width >= 60
    spend = facts.joined(facts.spend(view, manner), width - 1 - (facts.LABEL if roomy else 0))
    if spend and not roomy:
        lines.append([(" ", "text"), *spend])
    elif roomy:
        lines += [[(" ", "text"), *line] for line in facts.spending(view, manner, spend, width - 1)]
        values = [None if money is None else money.amount for _, money in view.days]
        if any(values):
            drawn = spark(values, min(30, width - 14), ascii=manner.glyphs.ascii)
            lines.append([(" ", "text"), *facts.labelled("30 days", [(drawn, "spark")])])
    if view.spike is not None:
        title = facts.labelled("spike", []) if roomy else []
        said = facts.joined(spiked.parts(view.spike, manner), width - 1 - width_of(title))
        lines.append([(" ", "text"), *title, *said])
    hits: Line = []
    for hit in view.hits[:3]:
        more = [*([facts.GAP] if hits else []), *facts.hit(manner, hit)]
        if not hits or width_of(hits) + width_of(more) + facts.LABEL + 1 <= width:
            hits += more
    if hits:
        lines.append([(" ", "text"), *(facts.labelled("hits", hits) if roomy else hits)])
    for name, parts in facts.money(view, manner):
        if name in _BRIEF:
            title = facts.labelled(name, []) if roomy else [(f"{name} ", "dim")]
            lines.append([(" ", "text"), *title, *facts.joined(parts, width - 1 - width_of(title))])
    lines += [[(" ", "text"), *line] for line in quotas.limits(view, manner, width - 2)]
    return [fit(line, width) for line in lines[:height]]
