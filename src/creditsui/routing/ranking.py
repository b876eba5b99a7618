"""Who could carry the work, the best first, each with its reason in a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isnan

from creditsui.domain.format import amount, stretch, stretches
from creditsui.domain.money import Money
from creditsui.routing.hermes_ids import canonical
from creditsui.routing.options import Options, names
from creditsui.routing.route import Candidate, Rank, Route

_SHORTEST = 0.001
"""Days under which a runway is over, and tells no pace."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A rank, and for how many days its money would carry the work: infinity without a pace, None: nobody knows."""

    rank: Rank
    lasting: float | None

    @property
    def candidate(self) -> Candidate:
        return self.rank.candidate


def ranked(candidates: Sequence[Candidate], options: Options, current: Route | None) -> list[Ranked]:
    """By runway, known before unknown; those that cannot serve come last.

    Who was idle has no pace of its own: its money is held against the pace of who carries the work now.
    """
    carrier = canonical(current.primary.provider) if current else ""
    paces = _paces(candidates, carrier)
    found = []
    for one in candidates:
        why_not = barred(one, options)
        lasting = None if why_not else _lasting(one, paces)
        rank = Rank(
            candidate=one,
            eligible=not why_not,
            why=why_not or _why(one, lasting, paces),
            more=why_not or _more(one, lasting, paces),
            lasting=lasting,
        )
        found.append(Ranked(rank, lasting))
    return sorted(found, key=lambda one: _order(one, carrier))


def _order(one: Ranked, carrier: str) -> tuple[object, ...]:
    it = one.candidate
    left = it.remaining or Money(0, "")
    tier = 4 if not one.rank.eligible else 0 if one.lasting is not None else 1 if it.state == "refills" else 2
    names = (it.hermes, it.provider, it.account)
    return tier, -(one.lasting or 0.0), it.hermes != carrier, left.currency, -left.micros, *names


def _paces(candidates: Iterable[Candidate], carrier: str) -> Mapping[str, float]:
    """Micro-units a day in each currency: of who carries the work now, else of who is known to last longest."""
    paces: dict[str, float] = {}
    for one in sorted(candidates, key=lambda one: (one.hermes == carrier, _days(one) or 0.0, one.account)):
        days = _days(one)
        if (
            one.state == "known"
            and days
            and days >= _SHORTEST
            and one.remaining is not None
            and one.remaining.micros > 0
        ):
            paces[one.remaining.currency] = one.remaining.micros / days
    return paces


def _days(one: Candidate) -> float | None:
    return None if one.days is None or isnan(one.days) or one.days < 0 else one.days


def _lasting(one: Candidate, paces: Mapping[str, float]) -> float | None:
    if one.state == "known":
        return _days(one)
    if one.state != "idle" or one.remaining is None:
        return None
    pace = paces.get(one.remaining.currency)
    return one.remaining.micros / pace if pace else inf


def barred(one: Candidate, options: Options) -> str:
    """Why it cannot serve, as a sentence; empty: it can."""
    if options.exclude & names(one):
        return "Excluded in config.toml."
    if one.remaining is not None and one.remaining.micros <= 0:
        return f"Nothing is left ({amount(one.remaining)})."
    if one.state == "empty":
        return "Nothing is left."
    if one.why_not:
        return one.why_not
    if one.remaining is None and one.state != "refills":
        return f"What is left is not known; creditsui sync {one.account} tells it."
    if not one.key_found:
        return "Hermes finds no key for it."
    if not one.flagship:
        return "None of the models known for it is in its own list; name one under [routing] flagship."
    return ""


def keeps(one: Candidate, options: Options) -> bool:
    """Whether all that speaks against it may pass by itself: it keeps the place that it has in the route."""
    return one.unsure and barred(one, options) == one.why_not


def _why(one: Candidate, lasting: float | None, paces: Mapping[str, float]) -> str:
    return "; ".join((f"{_left(one)}{_runway(one, lasting, paces)}", *_notes(one))) + "."


def _more(one: Candidate, lasting: float | None, paces: Mapping[str, float]) -> str:
    if lasting is not None and one.state == "known":
        shown = "" if _between(one, lasting) == stretch(lasting) else f"about {_about(one)}"
    else:
        shown = _runway(one, lasting, paces).removeprefix("and ").removeprefix("but ")
    said = "; ".join(filter(None, (shown, *_notes(one))))
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _notes(one: Candidate) -> list[str]:
    notes = (
        "the number is estimated" if one.estimated else "",
        "the last reading is old" if one.stale else "",
        "Hermes uses another key than this account, perhaps of another purse" if one.other_key else "",
    )
    return [note for note in notes if note]


def _left(one: Candidate) -> str:
    return f"{amount(one.remaining)} left, " if one.remaining is not None else ""


def _runway(one: Candidate, lasting: float | None, paces: Mapping[str, float]) -> str:
    if lasting is not None and one.state == "known":
        between = _between(one, lasting)
        return f"enough for {between}" if between == stretch(lasting) else f"enough for {between}, about {_about(one)}"
    if lasting == inf:
        return "and nothing was spent for 7 days"
    if lasting is not None and one.remaining is not None:
        pace = Money(round(paces[one.remaining.currency]), one.remaining.currency)
        return f"nothing spent for 7 days; at {amount(pace)}/day it would carry the work for {stretch(lasting)}"
    if one.state == "refills":
        return "A quota that refills by itself" if one.remaining is None else "and a quota that refills by itself"
    if one.state == "gathering":
        return "but under 3 days of spend were seen, so it is not put first"
    return "but its pace is not known, so it is not put first"


def _between(one: Candidate, lasting: float) -> str:
    return stretches(one.p10, one.p90) if one.p10 is not None and one.p90 is not None else stretch(lasting)


def _about(one: Candidate) -> str:
    return stretch(one.days or 0.0)
