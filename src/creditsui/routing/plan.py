"""Who should carry the work: the ranking, a route, and whether it is worth a change. No clock, no IO."""

from collections.abc import Sequence
from datetime import datetime
from math import inf

from creditsui.domain.format import span, stretch
from creditsui.routing.hermes_ids import TARGETS, canonical
from creditsui.routing.models import confirmed
from creditsui.routing.options import Options, names
from creditsui.routing.ranking import Ranked, keeps, ranked
from creditsui.routing.rest import rests, taken_back
from creditsui.routing.route import Candidate, Choice, Decision, Rank, Refused, Route

BETTER = 1.25
"""Who takes over must last this many times as long as who carries the work,"""
DAYS = 3.0
"""and so many days longer, after REST: each change costs a warm cache and stops jobs that follow the primary."""


def plan(
    candidates: Sequence[Candidate],
    options: Options,
    current: Route | None,
    changed: datetime | None,
    now: datetime,
    ours: frozenset[Choice] = frozenset(),
    undone: datetime | None = None,
    hidden: frozenset[str] = frozenset(),
) -> Decision:
    """What to do about `current`, the route that stands (None: none does); `changed` is when it was last changed by us,
    and `ours` are the fallbacks that came in then, which go where they serve no more. `undone` is when the user took
    that back: then nothing at all is changed for a day. `hidden` are Hermes' ids of which nobody can
    tell anything here: like candidates that are not sure they keep the place that they have.

    A change is planned only where somebody known to last may lead, and is left alone where nobody can tell.
    """
    found = ranked(candidates, options, current)
    ranking = tuple(one.rank for one in found)
    rested = not rests(changed, now)
    kept = hidden | {one.candidate.hermes for one in found if keeps(one.candidate, options)}
    kept -= {one.candidate.hermes for one in found if one.rank.eligible}
    try:
        lead, reason = (
            _pinned(found, options, current, kept) if options.pin else _lead(found, current, kept, rested, changed, now)
        )
    except _Left as left:
        return Decision(state="no-op", reason=str(left), ranking=ranking, current=current)
    except Refused as refused:
        return Decision(state="refused", reason=refused.reason, ranking=ranking, current=current)
    route = _route(lead, found, current, settled=changed is not None, rested=rested)
    route = _with_kept(route, current, kept) if current is not None else route
    same = current is not None and unchanged(route, current, ours)
    if not same and undone is not None and rests(undone, now):
        return Decision(state="no-op", reason=taken_back(undone, now), ranking=ranking, current=current)
    if not same and current is not None and _is(lead.candidate, current):
        reason = f"{lead.candidate.label} stays; {_moves(route, current)}."
    return Decision(state="no-op" if same else "change", reason=reason, ranking=ranking, route=route, current=current)


def unchanged(route: Route, current: Route, ours: frozenset[Choice] = frozenset()) -> bool:
    """Whether a route says nothing new; entries of the user's own among the fallbacks are not ours to compare."""
    told = tuple(one for one in current.fallbacks if one in route.fallbacks or one in ours)
    return route.primary == current.primary and route.delegation == current.delegation and told == route.fallbacks


class _Left(Exception):
    """Nothing is changed, and why."""


def _pinned(
    found: Sequence[Ranked], options: Options, current: Route | None, kept: frozenset[str]
) -> tuple[Ranked, str]:
    named = [one for one in found if options.pin in names(one.candidate)]
    one = next((one for one in named if not one.candidate.foreign), next(iter(named), None))
    if current is not None and _stays(options.pin, one, current, kept):
        name = one.candidate.label if one is not None else options.pin
        raise _Left(f"{name} is pinned in config.toml, and carries the work.")
    if one is None:
        raise Refused(f"config.toml pins {options.pin}, which is no account that Hermes could use.")
    if not one.rank.eligible:
        raise Refused(f"config.toml pins {one.candidate.label}, which cannot carry the work: {one.rank.why}")
    return one, f"{one.candidate.label} is pinned in config.toml."


def _stays(pin: str, one: Ranked | None, current: Route, kept: frozenset[str]) -> bool:
    """Whether who is pinned carries the work, and is none that could be judged."""
    carrier = canonical(current.primary.provider)
    if one is not None:
        return one.candidate.hermes == carrier and (one.candidate.foreign or carrier in kept)
    return carrier in kept and any(pin in (it.hermes, it.provider) for it in TARGETS if it.hermes == carrier)


def _lead(
    found: Sequence[Ranked],
    current: Route | None,
    kept: frozenset[str],
    rested: bool,
    changed: datetime | None,
    now: datetime,
) -> tuple[Ranked, str]:
    """Who is to be the primary, and why. Raises Refused where nobody can be, _Left where it is better to wait."""
    able = [one for one in found if one.rank.eligible]
    holder = next((one for one in found if current and _is(one.candidate, current)), None)
    if holder is not None and holder.candidate.foreign:
        raise _Left(f"{holder.candidate.label} stays: {holder.candidate.why_not}")
    if current is not None and canonical(current.primary.provider) in kept:
        name = holder.candidate.label if holder is not None else current.primary.provider
        why = holder.rank.why if holder is not None else "Hermes shows no key to what it starts."
        raise _Left(f"{name} carries the work, and nobody can tell whether it can: {why}")
    holder = holder if holder in able else None
    best = next((one for one in able if one.lasting is not None), None)
    if not able:
        raise Refused(_nobody(found))
    if best is None:
        if holder is not None:
            return holder, f"{holder.candidate.label} stays: no other's runway is known."
        raise Refused("Nobody whose runway is known can carry the work, and whoever is not known is never put first.")
    if holder is None and current is None:
        return best, f"{_longest(best)}."
    if holder is None:
        before = _holder_before(found, current)
        if before is None and not rested:
            raise _Left(f"{(current and current.primary.provider) or 'The primary'} stays: {_rest(changed, now)}")
        return best, f"{_lasts(best)}{before or ', and nothing is known of the primary that stands'}."
    if best is holder:
        return holder, f"{_longest(holder)}."
    if holder.candidate.state == "refills":
        return holder, f"{holder.candidate.label} stays: its quota refills by itself."
    if not _beats(best, holder):
        return holder, f"{holder.candidate.label} stays: {_no_better(best, holder)}."
    if not rested:
        return holder, f"{holder.candidate.label} stays: {_rest(changed, now)}"
    return best, f"{_compared(best, holder)}."


def _holder_before(found: Sequence[Ranked], current: Route | None) -> str | None:
    """What became of a primary that cannot serve; None: it is no account of ours."""
    gone = next((one for one in found if current and _is(one.candidate, current)), None)
    return f"; {gone.candidate.label} cannot carry it: {gone.rank.why.removesuffix('.')}" if gone else None


def _route(lead: Ranked, found: Sequence[Ranked], current: Route | None, *, settled: bool, rested: bool) -> Route:
    """The others' flagships stand behind the primary, then their fast models; the best of them helps."""
    others = _one_each(found, lead.candidate.hermes)
    helper = next((one for one in others if one.candidate.fast), None)
    if settled and current is not None and _is(lead.candidate, current):
        helper = _kept_helper(helper, others, current, rested)
        others = _kept_order(others, current, rested)
    flagships = [Choice(one.candidate.hermes, one.candidate.flagship or "") for one in others]
    fast = [Choice(one.candidate.hermes, one.candidate.fast) for one in others if one.candidate.fast]
    helps = Choice(helper.candidate.hermes, helper.candidate.fast) if helper and helper.candidate.fast else None
    route = Route(
        primary=Choice(lead.candidate.hermes, lead.candidate.flagship or ""),
        delegation=helps,
        fallbacks=tuple(dict.fromkeys((*flagships, *fast))),
    )
    return _as_written(route, current) if current is not None else route


def _as_written(route: Route, current: Route) -> Route:
    """With what stands there already in its own words: another spelling of the same is no change."""
    helper = current.delegation
    return Route(
        primary=current.primary if _same(route.primary, current.primary) else route.primary,
        delegation=helper if route.delegation and helper and _same(route.delegation, helper) else route.delegation,
        fallbacks=tuple(
            next((before for before in current.fallbacks if _same(one, before)), one) for one in route.fallbacks
        ),
    )


def _with_kept(route: Route, current: Route, kept: frozenset[str]) -> Route:
    """With those that keep their places: nobody knows that they cannot serve."""
    helper = current.delegation
    behind = [one for one in route.fallbacks if canonical(one.provider) not in kept]
    for place, one in enumerate(current.fallbacks):
        if canonical(one.provider) in kept:
            behind.insert(place, one)
    stays = helper is not None and canonical(helper.provider) in kept
    return Route(route.primary, helper if stays else route.delegation, tuple(behind))


def _same(one: Choice, other: Choice) -> bool:
    return canonical(one.provider) == canonical(other.provider) and confirmed(one.model, [other.model]) is not None


def _one_each(found: Sequence[Ranked], lead: str) -> list[Ranked]:
    """Who else can serve: one for each of Hermes' providers."""
    others: dict[str, Ranked] = {}
    for one in found:
        if one.rank.eligible and one.candidate.hermes != lead:
            others.setdefault(one.candidate.hermes, one)
    return list(others.values())


def _kept_helper(best: Ranked | None, others: Sequence[Ranked], current: Route, rested: bool) -> Ranked | None:
    """Who helps now goes on, unless somebody is clearly better: helpers have warm caches too."""
    now = canonical(current.delegation.provider) if current.delegation else ""
    holder = next((one for one in others if one.candidate.hermes == now and one.candidate.fast), None)
    if best is None or holder is None:
        return best
    return best if rested and _beats(best, holder) else holder


def _kept_order(others: list[Ranked], current: Route, rested: bool) -> list[Ranked]:
    """The order that stands, while it has the same members and its first is not clearly beaten."""
    by_id = {one.candidate.hermes: one for one in others}
    before = [by_id[id] for id in dict.fromkeys(canonical(one.provider) for one in current.fallbacks) if id in by_id]
    if len(before) != len(others) or not before or (rested and _beats(others[0], before[0])):
        return others
    return before


def _beats(best: Ranked, holder: Ranked) -> bool:
    """Whether it is worth the change. Against who is not known, whoever lasts so long at all is better."""
    if best.lasting is None:
        return False
    held = holder.lasting or 0.0
    return best.lasting >= held * BETTER and best.lasting - held >= DAYS if held < inf else False


def _is(one: Candidate, route: Route) -> bool:
    return one.hermes == canonical(route.primary.provider)


def _nobody(found: Sequence[Ranked]) -> str:
    if not found:
        return "No account here is one that Hermes could use."
    first: Rank = found[0].rank
    return f"Nobody can carry the work; {first.candidate.label}: {first.why}"


def _lasts(one: Ranked) -> str:
    lasting = one.lasting
    if lasting is None:
        return f"{one.candidate.label} has no known runway"
    if lasting == inf:
        return f"{one.candidate.label} has money that nobody spends"
    return f"{one.candidate.label} has {stretch(lasting)} of runway"


def _longest(one: Ranked) -> str:
    return f"{_lasts(one)}, {'so it lasts longest' if one.lasting == inf else 'the longest of all'}"


def _compared(best: Ranked, holder: Ranked) -> str:
    if best.lasting == inf:
        return f"{_lasts(best)}, and {_lasts(holder)}"
    rest = "no known runway" if holder.lasting is None else stretch(holder.lasting)
    return f"{_lasts(best)}, {holder.candidate.label} {rest}"


def _no_better(best: Ranked, holder: Ranked) -> str:
    """Why it is not worth the change."""
    if holder.lasting == inf:
        return "nobody spends its money"
    if best.lasting is None or holder.lasting is None:
        return f"{_lasts(best)}, too little to change for"
    them = f"the {stretch(best.lasting)} of {best.candidate.label}"
    return f"{them} are not 25 % and 3 days more than its own {stretch(holder.lasting)}"


def _rest(changed: datetime | None, now: datetime) -> str:
    ago = span((now - changed).total_seconds()) if changed is not None else ""
    return f"the last change was {ago} ago, and 24 hours have to pass."


def _moves(route: Route, current: Route) -> str:
    """`its model and the fallbacks change`."""
    behind = route.fallbacks != current.fallbacks
    told = [
        "its model" if route.primary != current.primary else "",
        "delegation" if route.delegation != current.delegation else "",
        "the fallbacks" if behind else "",
    ]
    *before, last = filter(None, told)
    return f"{', '.join(before)} and {last} change" if before else f"{last} {'change' if behind else 'changes'}"
