"""What the routing screen says, as lines of runs: who should carry the work and why, what would change, what did."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import PurePath
from textwrap import wrap
from types import MappingProxyType

from creditsui.outputs import route as painter
from creditsui.outputs.route import Bands
from creditsui.routing.route import Change, Decision, Rank
from creditsui.tui.ink import Run, fit, width_of
from creditsui.tui.manner import Manner, masked

Line = list[Run]

TWO_COLUMNS = 100
"""From so many cells on, what would change stands beside the ranking."""
_GAP = 3
_ROLES = {"": "text", "loss": "removed"}
_PAST = 5
"""Changes that are listed."""
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_JOBS = re.compile(r"pinned: .*")
"""The user's own names of scheduled jobs."""
_ELSEWHERE = "What it draws on is none of what is ranked here."


def page(
    decision: Decision,
    past: Sequence[Change],
    bands: Bands,
    manner: Manner,
    width: int,
    home: PurePath | None = None,
    names: Mapping[str, str] = _NO_NAMES,
) -> list[Line]:
    """All of it; at the left who is ranked how, at the right what would change, where there is room for both.

    `names` are those of providers, by account: they stand in the place of labels where those are hidden.
    """
    if manner.hidden:
        past = [replace(one, reason=masked(_named(one.reason, decision, names))) for one in past]
        decision = private(decision, names)
    if width < TWO_COLUMNS:
        said = [*_reason(decision, manner, width), *_ranking(decision, bands, manner, width)]
        return _joined(said, *_change(decision, manner, width), _past(past, manner, width, home))
    left = (width - _GAP) * 52 // 100
    right = width - _GAP - left
    said = [*_reason(decision, manner, left), *_ranking(decision, bands, manner, left)]
    return _beside(
        _joined(said, _past(past, manner, left, home)), _joined(*_change(decision, manner, right)), left, manner
    )


def private(decision: Decision, names: Mapping[str, str] = _NO_NAMES) -> Decision:
    """Without amounts and addresses, and with providers in the place of the user's own labels."""

    def said(text: str) -> str:
        return masked(_named(text, decision, names))

    ranking = tuple(
        replace(
            rank,
            why=said(rank.why),
            more=said(rank.more),
            candidate=replace(rank.candidate, label=_public(rank, names), remaining=None),
        )
        for rank in decision.ranking
    )
    warnings = tuple(_JOBS.sub("pinned.", _named(one, decision, names)) for one in decision.warnings)
    return replace(decision, reason=said(decision.reason), ranking=ranking, warnings=warnings)


def _named(text: str, decision: Decision, names: Mapping[str, str]) -> str:
    """Without what the user alone calls so."""
    for rank in decision.ranking:
        if rank.candidate.foreign:
            text = text.replace(rank.candidate.why_not, _ELSEWHERE)
    public = {rank.candidate.label: _public(rank, names) for rank in decision.ranking if rank.candidate.label}
    # In one pass, the longest first: a name may hold another's label.
    labels = "|".join(re.escape(label) for label in sorted(public, key=len, reverse=True))
    return re.sub(labels, lambda match: public[match[0]], text) if labels else text


def _public(rank: Rank, names: Mapping[str, str]) -> str:
    return names.get(rank.candidate.account) or rank.candidate.provider


def headline(decision: Decision) -> str:
    """Who is to carry the work, in a few words."""
    carrier = decision.route or decision.current
    if decision.state == "refused" or carrier is None:
        return "nothing can be changed" if decision.config else "Hermes was not found"
    who = carrier.primary.provider
    label = next((rank.candidate.label for rank in decision.ranking if rank.candidate.hermes == who), who)
    if decision.state == "no-op":
        return f"{label} carries the work"
    stays = decision.current is not None and decision.current.primary == carrier.primary
    return f"{label} carries the work; others change" if stays else f"{label} should carry the work"


def last(past: Sequence[Change], config: str) -> Change | None:
    """The change of this file that can be taken back."""
    return next((one for one in reversed(past) if not one.undone and one.config == config), None)


def short(path: str, home: PurePath | None) -> str:
    """`~/.hermes/config.yaml`."""
    try:
        return f"~/{PurePath(path).relative_to(home).as_posix()}" if home is not None else path
    except ValueError:
        return path


# ── sections ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _reason(decision: Decision, manner: Manner, width: int) -> list[Line]:
    role = "warn" if decision.state == "refused" else "strong"
    return [[(" ", "text"), (part, role)] for part in wrap(manner.plain(decision.reason), max(8, width - 2))]


def _ranking(decision: Decision, bands: Bands, manner: Manner, width: int) -> list[Line]:
    lines = _inked(painter.ranking(decision, bands, width, manner.glyphs))
    return [[], *lines] if lines else []


def _change(decision: Decision, manner: Manner, width: int) -> list[list[Line]]:
    room, glyphs = width - 1, manner.glyphs
    plan = painter.plan(decision, room, glyphs)
    diff = [fit(line, room) for line in painter.diff(decision, glyphs)]
    warnings = painter.warnings(decision, room, glyphs)
    parts = [("as it would be" if decision.state == "change" else "as it stands", plan)]
    parts += [("know first", warnings), (f"what changes in {PurePath(decision.config).name}", diff)]
    return [[_rule(name, manner, width), *_indented(_inked(lines))] for name, lines in parts if lines]


def _past(past: Sequence[Change], manner: Manner, width: int, home: PurePath | None) -> list[Line]:
    if not past:
        return []
    lines = [_rule("what was changed", manner, width)]
    for change in reversed(past[-_PAST:]):
        at = manner.plain(f"{manner.day_or_clock(change.at):>6}  ")
        line: Line = [(" ", "text"), (at, "dim"), (painter.named(change.route.primary, manner.glyphs), "text")]
        line += [("  taken back", "dim")] if change.undone else []
        lines.append(fit(line, width))
        lines += [[(" " * 9, "text"), (part, "dim")] for part in wrap(manner.plain(change.reason), max(8, width - 10))]
    return lines


def _rule(name: str, manner: Manner, width: int) -> Line:
    dash = "-" if manner.glyphs.ascii else "─"
    head = fit([(f"{dash} ", "rule"), (manner.plain(name), "dim"), (" ", "text")], width)
    return [*head, (dash * max(0, width - width_of(head)), "rule")]


def _inked(lines: Sequence[Line]) -> list[Line]:
    """In this face's roles: a loss here is money, and what leaves a file is red."""
    return [[(text, _ROLES.get(role, role)) for text, role in line] for line in lines]


def _indented(lines: Sequence[Line]) -> list[Line]:
    return [[(" ", "text"), *line] for line in lines]


def _joined(*sections: list[Line]) -> list[Line]:
    lines: list[Line] = []
    for section in filter(None, sections):
        lines += [[], *section] if lines else section
    return lines


def _beside(left: Sequence[Line], right: Sequence[Line], width: int, manner: Manner) -> list[Line]:
    edge: Run = (" | " if manner.glyphs.ascii else " │ ", "rule")
    empty: Line = []
    lines = []
    for one, other in zip_longest(left, right, fillvalue=empty):
        kept = fit(one, width)
        lines.append([*kept, (" " * (width - width_of(kept)), "text"), edge, *other])
    return lines
