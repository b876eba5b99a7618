"""Who should carry Hermes' work: the board, Hermes' files and the providers' own lists in, a decision out."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from creditsui import config as configuration
from creditsui.core import configured
from creditsui.core.hermes.carriers import carriers, with_models
from creditsui.core.session import Session
from creditsui.domain.clean import clean
from creditsui.routing import rest
from creditsui.routing.options import Options, names, options
from creditsui.routing.plan import plan
from creditsui.routing.route import Candidate, Change, Choice, Decision, Refused, Route
from creditsui.routing.warn import warnings

if TYPE_CHECKING:
    from creditsui.adapters.hermes_files import Place


@dataclass(frozen=True, slots=True)
class _Home:
    """What one home of Hermes says of its route."""

    place: "Place"
    data: bytes
    said: Mapping[str, Any]
    current: Route | None
    fault: str
    """Why its settings cannot be changed; empty: they can."""


async def decide(session: Session, profile: str = "", *, by_hand: bool = False) -> Decision:
    """What to do now, by what the ledger knows; nothing is written. Raises ConfigError and LedgerError.

    `profile` names one of Hermes' profiles; empty: the one that `hermes` itself would use. `by_hand`: somebody is asked
    before it is applied, so what was taken back may be offered anew.
    """
    try:
        wanted = options(configured.current(session).rest.get("routing"))
        home = await asyncio.to_thread(_home, session, wanted, profile)
        asked, others = await asyncio.to_thread(carriers, session, wanted, home.place, home.said, home.current)
    except Refused as refused:
        return Decision(state="refused", reason=str(refused))
    candidates, said = await with_models(asked, wanted, home.current, demo=session.demo)
    return await asyncio.to_thread(_decided, session, wanted, home, [*candidates, *others], said, by_hand)


def _home(session: Session, wanted: Options, profile: str) -> _Home:
    from creditsui.adapters import hermes_files
    from creditsui.routing import hermes_blocks, hermes_config, hermes_said

    place = hermes_files.place(session.env, session.paths.home, wanted.home, profile)
    data = hermes_files.read(place.config)
    fault, current = "", None
    try:
        current = hermes_config.current(data)
        current = current and hermes_blocks.meant(current, hermes_blocks.blocks(hermes_said.said(data)))
    except Refused as refused:
        fault = str(refused)
    if manager := hermes_files.manager(place, session.env):
        fault = f"{manager} writes the settings of this Hermes, so they are not changed here."
    over = hermes_files.overlay(session.env)
    if over is not None and (leaves := list(hermes_said.pinned(hermes_said.said(over[1])))):
        fault = f"{clean(str(over[0]))} decides {', '.join(leaves)} for everybody, so a change would have no effect."
    return _Home(place, data, hermes_said.said(data), current, fault)


def _decided(
    session: Session,
    wanted: Options,
    home: _Home,
    candidates: Sequence[Candidate],
    said: Sequence[str],
    by_hand: bool,
) -> Decision:
    from creditsui.adapters import hermes_files, hermes_past
    from creditsui.routing import hermes_config, hermes_said
    from creditsui.routing.diff import diff

    changes = [one for one in history(session) if one.config == str(home.place.config)]
    sha = hashlib.sha256(home.data).hexdigest()
    past = rest.past(changes, sha, hermes_files.written(home.place.config), wanted.pin, by_hand=by_hand)
    zone, now = configuration.zone(configured.current(session), session.env), session.now()
    undone = past.undone.astimezone(zone) if past.undone is not None else None
    hidden = _hidden(wanted, home.current, candidates) if hermes_files.stripped(session.env) else frozenset[str]()
    fault, ours = home.fault, frozenset[Choice]()
    try:
        ours = hermes_past.ours(history_file(session), home.place.config)
    except Refused as refused:
        fault = fault or str(refused)
    decision = plan(candidates, wanted, home.current, past.changed, now, ours, None if by_hand else undone, hidden)
    decision = replace(
        decision,
        config=str(home.place.config),
        before=sha,
        warnings=(*_unheard(wanted, candidates), *said),
    )
    if fault:
        return replace(decision, state="refused", reason=fault, route=None)
    if decision.state != "change" or decision.route is None:
        return decision
    try:
        new = hermes_config.rewrite(home.data, decision.route, ours)
        hermes_config.verify(home.data, new, decision.route, ours)
    except Refused as refused:
        return replace(decision, state="refused", reason=str(refused), route=None)
    if new == home.data:
        return replace(decision, state="no-op", reason="It stands there already.")
    follows = warnings(
        hermes_files.jobs(home.place),
        hermes_files.gateway(home.place),
        hermes_said.context_length(home.said),
        decision.route,
        home.current,
    )
    if undone is not None and rest.rests(undone, now):
        follows = (rest.noticed(undone, now), *follows)
    return replace(decision, diff=diff(home.data, new, home.place.config.name), warnings=(*follows, *decision.warnings))


def apply(session: Session, decision: Decision) -> Change:
    """Write what was decided, if the file is still the one that it was decided about. Raises Refused."""
    from creditsui.adapters import hermes_files, hermes_loader, hermes_past, hermes_write
    from creditsui.routing import hermes_config

    if decision.state != "change" or decision.route is None:
        raise Refused("There is nothing to write.")
    config, past = Path(decision.config), history_file(session)
    old = hermes_files.read(config)
    if hermes_write.sha(old) != decision.before:
        raise Refused(f"{config.name} was changed since this was decided; decide again.")
    new = hermes_config.rewrite(old, decision.route, hermes_past.ours(past, config))
    applied = hermes_write.apply(
        config,
        old,
        new,
        decision.route,
        history=past,
        at=session.now(),
        reason=decision.reason,
        agrees=partial(hermes_loader.agrees, env=session.env, folder=past.parent),
    )
    if applied is None:
        raise Refused("It stands there already.")
    return applied.change


def undo(session: Session, profile: str = "") -> Change:
    """Put back what stood there before the latest change that is not taken back yet. Raises ConfigError and Refused."""
    from creditsui.adapters import hermes_files, hermes_write

    wanted = options(configured.current(session).rest.get("routing"))
    place = hermes_files.place(session.env, session.paths.home, wanted.home, profile)
    return hermes_write.undo(place.config, history=history_file(session), at=session.now(), pin=wanted.pin)


def _hidden(wanted: Options, current: Route | None, candidates: Sequence[Candidate]) -> frozenset[str]:
    """Hermes' ids in the route whose accounts are known by keys alone, which Hermes keeps from what it starts."""
    from creditsui.routing.hermes_ids import TARGETS, canonical

    if current is None:
        return frozenset()
    choices = (current.primary, *([current.delegation] if current.delegation else ()), *current.fallbacks)
    there = {canonical(one.provider) for one in choices} - {one.hermes for one in candidates}
    return frozenset(
        one.hermes for one in TARGETS if one.hermes in there and not wanted.exclude & {one.hermes, one.provider}
    )


def _unheard(wanted: Options, candidates: Sequence[Candidate]) -> list[str]:
    """What config.toml says of providers that are not here."""
    known = frozenset(name for one in candidates for name in names(one))
    said = [f"config.toml: [routing] {key} means nothing." for key in wanted.unknown]
    strangers = sorted(wanted.named - known - {wanted.pin})
    return said + [
        f"config.toml: [routing] names {one}, which is no account that Hermes could use." for one in strangers
    ]


def history_file(session: Session) -> Path:
    """Where the changes are kept that were applied: beside the ledger."""
    return session.paths.ledger.with_name("routing.json")


def history(session: Session) -> list[Change]:
    """The changes that were applied, the newest last."""
    from creditsui.adapters import hermes_history

    return hermes_history.changes(history_file(session))
