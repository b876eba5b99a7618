"""What Hermes can use and no route of ours names: addresses of the user's own, and logins that draw on a plan."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from creditsui.domain.board import AccountView
from creditsui.domain.clean import clean
from creditsui.routing import hermes_blocks, hermes_ids
from creditsui.routing.route import Candidate, Route

if TYPE_CHECKING:
    from creditsui.adapters.hermes_files import Keys


def strangers(
    views: Sequence[AccountView], known: frozenset[str], keys: "Keys", said: Mapping[str, Any], current: Route | None
) -> list[Candidate]:
    """None of them can be chosen; each says why. `known` are Hermes' ids of those that are ranked already."""
    primary = current.primary.provider if current is not None else ""
    builtin = {target.hermes for target in hermes_ids.TARGETS}
    found = []
    for block in hermes_blocks.blocks(said):
        if block.name in builtin:  # Hermes never takes a block by that name
            continue
        id = primary if hermes_blocks.names_it(primary, block) else f"custom:{block.name}"
        why = f"config.yaml sends it to {block.host}; only providers that Hermes has built in are routed."
        found.append(_stranger("custom", id, block.name, None, why))
    for login in keys.logins():
        if login not in known:
            ours = hermes_ids.LOGINS.get(login, login)
            view = next((one for one in views if one.provider == ours and one.enabled), None)
            why = "Hermes has a login there, which draws on a plan; only what a key opens is routed."
            found.append(_stranger(ours, login, clean(login, 64), view, why))
    return found


def _stranger(provider: str, hermes: str, label: str, view: AccountView | None, why: str) -> Candidate:
    return Candidate(
        provider=provider,
        hermes=hermes,
        account=view.id if view is not None else "",
        label=view.label if view is not None else label,
        key_found=False,
        flagship=None,
        fast=None,
        remaining=None,
        state="unknown",
        why_not=why,
        foreign=True,
    )
