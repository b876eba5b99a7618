"""One line for status bars, from the JSON of the last board alone. It never fails: what is broken, it says."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from creditsui.domain import grid
from creditsui.outputs.line_board import Account, Board
from creditsui.outputs.line_hosts import STYLE, Segment, drawn, styled

TYPE_CHECKING = False  # a status line has no time to load typing
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

OLD = 600.0
"""Seconds; from this age on the line says how old it is."""
_NOTHING = "no data yet · run creditsui status"
_BROKEN = "status.json cannot be read · run creditsui status"
_NEWER = "status.json is from a newer version · update creditsui"
_FIELD = re.compile(r"\{(?:([a-z0-9][a-z0-9._-]*)\.)?([a-z]+)\}")
_DIGIT = re.compile(r"[\d.,%]")
_BEGUN = re.compile(r"[~<−$¥€£]*\d[\d.,]*…$")
_BREAKS = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")

#: What `{name}` in a template stands for. An account's fields are the worst one's, or those of `{openrouter.left}`.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "total": "what is left in all, by currency",
        "burn": "money a day, by currency",
        "today": "spent today, by currency",
        "problems": "how many accounts have a problem",
        "age": "how old the numbers are",
        "glyph": "the sign of an account's band",
        "name": "an account's label",
        "percent": "how full it is",
        "left": "what is left of it: money, or percent of a window",
        "time": "how long it lasts, or ↻ and when it refills",
        "band": "healthy, fair, low, critical or unknown",
        "old": "how old its number is, where it should be newer",
    }
)


def line(
    data: Mapping[str, Any],
    now: datetime,
    *,
    width: int | None = None,
    host: str = "plain",
    template: str | None = None,
    hide: Collection[str] = (),
    only: Collection[str] = (),
    private: bool = False,
    color: bool = True,
    ascii: bool = False,
) -> str:
    """One line (without its end) from the JSON of `creditsui status --json`; `now` is aware.

    `host` is `plain`, `starship` or `claude` (ANSI colours), `tmux` (its own styles, `#` doubled) or `waybar` (one JSON
    object, Pango markup escaped). At most `width` cells are shown. `template` names FIELDS in braces; what else it
    holds is the host's own language. Accounts in `hide`, or all that are not in `only`, are not told of, nor are sums
    that count them; `private` masks amounts and names providers instead of labels.
    """
    fault = _fault(data)
    board = Board({} if fault else data, now, hide=hide, only=only, private=private)
    if fault:
        segments: list[Segment] = [(fault, "")]
    elif template is not None:
        segments = _filled(board, _BREAKS.sub(" ", template), host)
    else:
        segments = _composed(board, width)
    if ascii and host != "waybar":
        segments = [(grid.ascii_text(text), band) for text, band in segments]
    if width is not None:
        segments = _cut(segments, width)
    return drawn(segments, host, board, color=color)


def _fault(data: Mapping[str, Any]) -> str | None:
    if not data:
        return _NOTHING
    if not isinstance(data, Mapping) or not isinstance(data.get("accounts"), list):
        return _BROKEN
    schema = data.get("schema")
    if type(schema) is not int or schema < 1:
        return _BROKEN
    return _NEWER if schema > 1 else None


def _composed(board: Board, width: int | None) -> list[Segment]:
    """Who is hurting goes last when there is no room, then how old all that is, then what is left, then the rest."""
    values = board.fields()
    parts: dict[str, list[Segment]] = {}
    if values["total"] and not board.private:
        parts["total"] = [(values["total"], "")]
    if board.worst is not None:
        parts["worst"] = next(_hurting(board.worst, width))
    if values["burn"] and not board.private:
        parts["burn"] = [(values["burn"], "")]
    if board.problems:
        parts["problems"] = [(f"{board.problems} problem{'s' if board.problems > 1 else ''}", "unknown")]
    if board.age is not None and board.age > OLD:
        parts["age"] = [(f"{values['age']} old", "")]
    if board.demo:
        parts["demo"] = [("DEMO", "")]
    if not parts:
        nobody = "no accounts yet · run creditsui" if board.empty else "nothing to tell"
        parts["none"] = [(nobody, "")]
    for name in ("demo", "problems", "burn", "total"):
        if width is None or _cells(_joined(parts)) <= width or len(parts) == 1:
            break
        parts.pop(name, None)
    if width is None or board.worst is None:
        return _joined(parts)
    for without in ((), ("age",)):
        for name in without:
            parts.pop(name, None)
        rest = _cells(_joined(parts)) - _cells(parts["worst"])
        for worst in _hurting(board.worst, width - rest):
            parts["worst"] = worst
            if _cells(_joined(parts)) <= width:
                return _joined(parts)
    return _joined(parts)


def _hurting(account: Account, width: int | None) -> Iterator[list[Segment]]:
    """Who is hurting, in ever fewer words; a name is cut to `width` before a number is, and at last goes altogether."""
    one, band = account.fields(), account.band.value
    times = ", ".join(filter(None, (one["time"], one["old"])))
    until = (f" ({times})" if times else "", "")
    whole = (f"{one['glyph']} {one['name']} {one['percent']}", band)
    yield [("worst ", ""), whole, until]
    yield [whole, until]
    yield [whole]
    room = (width or 0) - _cells([whole]) + grid.cells(one["name"])
    if room > 1:
        yield [(f"{one['glyph']} {grid.cut(one['name'], room)} {one['percent']}", band)]
    yield [(f"{one['glyph']} {one['percent']}", band)]


def _joined(parts: Mapping[str, Sequence[Segment]]) -> list[Segment]:
    joined: list[Segment] = []
    for segments in parts.values():
        joined += [*([(" · ", "")] if joined else []), *segments]
    return [segment for segment in joined if segment[0]]


def _filled(board: Board, template: str, host: str) -> list[Segment]:
    """The template with its fields filled in; a name that means nothing stays as it was typed."""
    general = board.fields()
    segments: list[Segment] = []
    end = 0
    for match in _FIELD.finditer(template):
        id, name = match.groups()
        one = board.account(id) if id else board.worst
        value = general.get(name) if not id else None
        if value is None and one is not None:
            value = one.fields().get(name)
        elif value is None and name in FIELDS:
            value = ""
        if value is None:
            continue
        band = one.band.value if one is not None and name in ("glyph", "percent", "band") else ""
        segments += [*styled(template[end : match.start()], host), (value, band)]
        end = match.end()
    return [segment for segment in (*segments, *styled(template[end:], host)) if segment[0]]


def _cut(segments: Sequence[Segment], width: int) -> list[Segment]:
    """At most so many cells. Markup stays, where nothing is shown any more too: it may end what it began before."""
    if _cells(segments) <= width:
        return list(segments)
    kept: list[Segment] = []
    full = False
    for text, band in segments:
        cells = grid.cells(text)
        if band == STYLE:
            kept.append((text, band))
        elif not full and cells >= width:
            kept.append((_ended(text, width), band))
            full = True
        elif not full:
            kept.append((text, band))
            width -= cells
    return kept


def _ended(text: str, width: int) -> str:
    """So many cells of what goes on. Of a number that does not fit nothing stays: its beginning is another number."""
    short = grid.cut(text + "……", width)
    if short.endswith("…") and _DIGIT.match(text, len(short) - 1):
        short = _BEGUN.sub("…", short)
    return short


def _cells(segments: Sequence[Segment]) -> int:
    return sum(grid.cells(text) for text, band in segments if band != STYLE)
