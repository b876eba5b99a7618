"""Which models of a candidate count: what the user names, what is in the route, else dated defaults; all if listed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from creditsui.routing.hermes_ids import Target, canonical
from creditsui.routing.models import confirmed, first, similar
from creditsui.routing.options import Options
from creditsui.routing.route import Candidate, Route


def chosen(
    one: Candidate,
    target: Target,
    ids: Sequence[str],
    lacks: tuple[str, bool],
    wanted: Options,
    current: Route | None,
) -> tuple[Candidate, str]:
    """The candidate with its models, and a warning, or "".

    `ids` are what its own list has; `lacks` says why that is not all ("": it is all), and whether that may pass.
    """
    big, small = _standing(current, one.hermes) if current else ("", "")
    told, told_fast = _told(wanted.flagship, one), _told(wanted.fast, one)
    if told:
        flagship, missing = confirmed(told, ids), _missing(told, ids)
    elif current is not None and canonical(current.primary.provider) == one.hermes:
        # Some lists leave out what is served, or have it with its date only. The user chose it: it is not replaced.
        flagship = confirmed(big, ids) or (big if similar(big, ids) else None)
        missing = f"{_missing(big, ids)} Name one under [routing] flagship."
        lacks = lacks if lacks[0] else ("", True)
    else:
        flagship, missing = first((big, *target.flagship), ids), ""
    if flagship is None:
        why = f"{lacks[0][:1].upper()}{lacks[0][1:]}." if lacks[0] else missing
        return replace(one, why_not=why, unsure=bool(why) and lacks[1]), ""
    fast = confirmed(told_fast, ids) if told_fast else first((small, *target.fast), ids)
    warning = f"{one.label}: {_missing(told_fast, ids)} It gets no helpers." if told_fast and fast is None else ""
    return replace(one, flagship=flagship, fast=fast), warning


def _standing(route: Route, hermes: str) -> tuple[str, str]:
    """The models of a provider that a route has for the work itself, and for helpers; "" for none."""
    behind = [one.model for one in route.fallbacks if canonical(one.provider) == hermes]
    helper = route.delegation
    leads = canonical(route.primary.provider) == hermes
    big = route.primary.model if leads else next(iter(behind), "")
    rest = behind if leads else behind[1:]
    return big, helper.model if helper and canonical(helper.provider) == hermes else next(iter(rest), "")


def _told(models: Mapping[str, str], one: Candidate) -> str:
    return next((models[name] for name in (one.account, one.provider, one.hermes) if name in models), "")


def _missing(model: str, ids: Sequence[str]) -> str:
    near = similar(model, ids)
    return f"Its own list has no model {model}" + (f"; it has {near}." if near else ".")
