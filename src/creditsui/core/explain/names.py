"""Which fields say something of an account, under the names that people read, and at which one somebody looks."""

from collections.abc import Callable
from types import MappingProxyType

from creditsui.domain.board import AccountView

_MOVES = ("budget", "limit")


def _spent(view: AccountView) -> bool:
    spend = view.spend
    return spend is not None and (
        any(part is not None for part in (spend.today, spend.week, spend.month, spend.all, spend.notional))
        or spend.unpriced_tokens > 0
    )


def _lasts(view: AccountView) -> bool:
    return view.runway.state != "unknown" or view.balance is not None or view.limit is not None


#: By field of `explain`: its name, and whether it says anything of an account; None: as soon as it is there.
_FIELDS: MappingProxyType[str, tuple[str, Callable[[AccountView], object] | None]] = MappingProxyType(
    {
        "balance": ("balance", lambda view: view.balance or not view.windows),
        "health": ("health", None),
        "binding": ("what binds", None),
        "band": ("band", lambda view: view.health is not None),
        "capacity": ("full bar", None),
        "budget": ("budget", None),
        "limit": ("cap", None),
        "windows": ("limits", None),
        "balances": ("purses", lambda view: len(view.balances) > 1),
        "runway": ("runway", _lasts),
        "burn_per_day": ("burn a day", lambda view: view.burn),
        "spend": ("spend", _spent),
        "days": ("30 days", lambda view: any(spent is not None for _, spent in view.days)),
        "hits": ("hits", None),
        "spike": ("spike", None),
        "basis": ("carried from", None),
        "drift": ("drift", None),
        "wide": ("re-sync", None),
        "lots": ("lots", None),
        "expiring": ("ends next", None),
        "expired": ("expired", None),
        "proposals": ("came in", None),
        "allowance": ("gifts", None),
        "topups": ("top-ups", None),
        "certainty": ("certainty", lambda view: view.read_at),
        "stale": ("stale", None),
        "read_at": ("read", None),
        "problem": ("problem", None),
        "semantics": ("kind", lambda view: True),
        "probe": ("requests", lambda view: view.probe_cost and view.probe is not None),
        "plan": ("plan", None),
        "badges": ("notes", None),
        "pool": ("pool", None),
        "key_from": ("key", None),
        "console_url": ("console", None),
    }
)


def names(view: AccountView) -> dict[str, str]:
    """The name of each field that says something of this account, the numbers people ask about first."""
    found = {}
    for field, (name, says) in _FIELDS.items():
        value = getattr(view, field) if says is None else says(view)
        if value is not None and value is not False and value not in ("", ()):
            found[field] = name
    return found


def looked_at(view: AccountView) -> str:
    """The field of the number that the bar of this account shows."""
    told = names(view)
    if view.binding == "problem":
        return "problem"
    if view.binding in _MOVES:
        return view.binding
    if view.health is None and view.problem is not None:
        return "problem"
    return "windows" if view.binding not in (None, "balance") and "windows" in told else next(iter(told))
