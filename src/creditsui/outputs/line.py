"""One line for status bars, from the JSON of the last board alone. It never fails: what is broken, it says."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from math import isfinite
from types import MappingProxyType
from typing import Any

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.band import Band
from creditsui.domain.clean import clean
from creditsui.domain.money import MICRO, Money
from creditsui.outputs.bands import hexadecimal
from creditsui.outputs.sgr import codes

Segment = tuple[str, str]
"""Text and the band it is coloured by; empty: none. `raw` marks a template's own text, which is passed on as it is."""

OLD = timedelta(minutes=10)
"""From this age on the line says how old it is."""
_NOTHING = "no data yet · run creditsui status"
_BROKEN = "status.json cannot be read · run creditsui status"
_NEWER = "status.json is from a newer version · update creditsui"
_NAME = 24
_FIELD = re.compile(r"\{(?:([a-z0-9][a-z0-9._-]*)\.)?([a-z]+)\}")
_PANGO = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_WORST_FIRST = (Band.CRITICAL, Band.LOW, Band.FAIR, Band.HEALTHY)

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
    }
)


def line(
    data: Mapping[str, Any],
    now: datetime,
    *,
    width: int | None = None,
    host: str = "plain",
    template: str | None = None,
    ascii: bool = False,
) -> str:
    """One line (without its end) from the JSON of `creditsui status --json`; `now` is aware.

    `host` is `plain`, `starship`, `claude` (ANSI colours), `tmux` (its own styles, `#` doubled) or `waybar` (one JSON
    object, Pango markup escaped). At most `width` cells are shown. `template` names FIELDS in braces.
    """
    fault = _fault(data)
    board = _Board({} if fault else data, now)
    if fault:
        segments: list[Segment] = [(fault, "")]
    elif template is not None:
        segments = _filled(board, template)
    else:
        segments = _composed(board, width)
    if ascii:
        segments = [(grid.ascii_text(text), band) for text, band in segments]
    if width is not None:
        segments = _cut(segments, width)
    if host == "waybar":
        return _waybar(segments, board)
    return "".join(_HOSTS.get(host, _plain)(text, band) for text, band in segments)


def _fault(data: Mapping[str, Any]) -> str | None:
    if not data:
        return _NOTHING
    if not isinstance(data, Mapping) or not isinstance(data.get("accounts"), list):
        return _BROKEN
    schema = data.get("schema")
    if type(schema) is not int or schema < 1:
        return _BROKEN
    return _NEWER if schema > 1 else None


class _Account:
    """One account of the JSON, read with suspicion: a value of the wrong type counts as not known."""

    def __init__(self, data: Mapping[str, Any], now: datetime) -> None:
        self.data, self.now = data, now
        self.health = _number(data.get("health"))
        self.band = _band(data.get("band"))
        self.runway = _table(data.get("runway"))
        windows = [one for one in _list(data.get("windows")) if one.get("name") == data.get("binding")]
        self.window = windows[0] if windows else None
        self.budget = _table(data.get("budget")) if data.get("binding") == "budget" else {}

    @property
    def enabled(self) -> bool:
        return self.data.get("enabled") is not False

    def rank(self) -> tuple[int, float, float]:
        days = _number(self.runway.get("days"))
        return _WORST_FIRST.index(self.band), float("inf") if days is None else days, self.health or 0.0

    def fields(self) -> dict[str, str]:
        label = self.data.get("label") or self.data.get("id")
        estimated = self.data.get("certainty") == "estimated" and self.window is None and not self.budget
        return {
            "glyph": words.glyph(self.band),
            "name": grid.cut(clean(label, 80), _NAME) if isinstance(label, str) else "?",
            "percent": words.percent(self.health, estimated=estimated),
            "left": self._left(),
            "time": self._time(),
            "band": self.band.value,
        }

    def _left(self) -> str:
        used = _number(self.window.get("used")) if self.window is not None else None
        if used is not None:
            return words.percent(1 - used)
        purse = _money(self.budget.get("remaining"), self.budget.get("currency"))
        if purse is not None:
            return words.amount(purse)
        balance = _table(self.data.get("balance"))
        main = _money(balance.get("remaining"), balance.get("currency"))
        told = [_money(one.get("remaining"), one.get("currency")) for one in _list(self.data.get("balances"))]
        others = [one for one in told if one is not None and main is not None and one.currency != main.currency]
        return " + ".join(words.amount(one) for one in (main, *(one for one in others if one.micros)))

    def _time(self) -> str:
        if self.window is not None:
            resets = _instant(self.window.get("resets_at"))
            return "" if resets is None else words.reset((resets - self.now).total_seconds())
        anew = _instant(self.budget.get("resets_at"))
        wait, lasts = (anew - self.now).total_seconds() if anew else None, _number(self.runway.get("days"))
        if wait is not None and (lasts is None or lasts * 86_400 > wait):
            return words.reset(wait)
        days, p10, p90 = (_number(self.runway.get(name)) for name in ("days", "p10", "p90"))
        return "" if days is None else words.time_to_empty(days, p10, p90)


class _Board:
    def __init__(self, data: Mapping[str, Any], now: datetime) -> None:
        self.now = now
        self.totals = _list(data.get("totals"))
        self.accounts = [_Account(one, now) for one in _list(data.get("accounts"))]
        self.demo = data.get("demo") is True
        self.generated_at = _instant(data.get("generated_at"))
        known = [one for one in self.accounts if one.enabled and one.band in _WORST_FIRST]
        self.worst = min(known, key=_Account.rank, default=None)
        self.problems = sum(1 for one in self.accounts if one.enabled and one.data.get("problem"))

    def sums(self, value: Callable[[Mapping[str, Any]], object], *, zero: bool = True) -> str:
        amounts = [_money(value(one), one.get("currency")) for one in self.totals]
        return " + ".join(words.amount(one) for one in amounts if one is not None and (zero or one.micros > 0))

    def fields(self) -> dict[str, str]:
        burn = self.sums(lambda total: total.get("burn_per_day"), zero=False)
        return {
            "total": self.sums(lambda total: total.get("remaining")),
            "burn": f"{burn}/day" if burn else "",
            "today": self.sums(lambda total: _table(total.get("spend")).get("today")),
            "problems": str(self.problems),
            "age": "" if self.generated_at is None else words.coarse((self.now - self.generated_at).total_seconds()),
        }


def _composed(board: _Board, width: int | None) -> list[Segment]:
    """Who is hurting goes last when there is no room, then what is left, then the rest."""
    values = board.fields()
    parts: dict[str, list[Segment]] = {}
    if values["total"]:
        parts["total"] = [(values["total"], "")]
    if board.worst is not None:
        one = board.worst.fields()
        band = board.worst.band.value
        time = f" ({one['time']})" if one["time"] else ""
        parts["worst"] = [("worst ", ""), (f"{one['glyph']} {one['name']} {one['percent']}", band), (time, "")]
    if values["burn"]:
        parts["burn"] = [(values["burn"], "")]
    if board.problems:
        parts["problems"] = [(f"{board.problems} problem{'s' if board.problems > 1 else ''}", "unknown")]
    if board.generated_at is not None and board.now - board.generated_at > OLD:
        parts["age"] = [(f"{values['age']} old", "")]
    if board.demo:
        parts["demo"] = [("DEMO", "")]
    if not parts:
        parts["none"] = [("no accounts yet · run creditsui", "")]
    for name in ("demo", "problems", "burn", "total"):
        if width is None or _cells(_joined(parts)) <= width or len(parts) == 1:
            break
        parts.pop(name, None)
    return _joined(parts)


def _joined(parts: Mapping[str, Sequence[Segment]]) -> list[Segment]:
    joined: list[Segment] = []
    for segments in parts.values():
        joined += [*([(" · ", "")] if joined else []), *segments]
    return [segment for segment in joined if segment[0]]


def _filled(board: _Board, template: str) -> list[Segment]:
    """The template with its fields filled in; a name that means nothing stays as it was typed."""
    general = board.fields()
    segments: list[Segment] = []
    end = 0
    for match in _FIELD.finditer(template):
        account, name = match.groups()
        one = next((one for one in board.accounts if one.data.get("id") == account), None) if account else board.worst
        value = general.get(name) if not account else None
        if value is None and one is not None:
            value = one.fields().get(name)
        elif value is None and name in FIELDS:
            value = ""
        if value is None:
            continue
        band = one.band.value if one is not None and name in ("glyph", "percent", "band") else ""
        segments += [(template[end : match.start()], "raw"), (value, band)]
        end = match.end()
    return [segment for segment in (*segments, (template[end:], "raw")) if segment[0]]


def _cut(segments: Sequence[Segment], width: int) -> list[Segment]:
    kept: list[Segment] = []
    if _cells(segments) <= width:
        return list(segments)
    for text, band in segments:
        cells = grid.cells(text)
        if cells >= width:
            kept.append((grid.cut(text, width) if cells > width else grid.cut(text + "…", width), band))
            break
        kept.append((text, band))
        width -= cells
    return kept


def _cells(segments: Sequence[Segment]) -> int:
    return sum(grid.cells(text) for text, _ in segments)


def _plain(text: str, band: str) -> str:
    return text


def _claude(text: str, band: str) -> str:
    return f"\x1b[{codes(f'band:{band}', '16')}m{text}\x1b[0m" if band in _COLOURED else text


def _tmux(text: str, band: str) -> str:
    if band == "raw":
        return text
    doubled = text.replace("#", "##")
    return f"#[fg={hexadecimal(band)}]{doubled}#[fg=default]" if band in _COLOURED else doubled


def _waybar(segments: Sequence[Segment], board: _Board) -> str:
    rows = []
    for account in board.accounts:
        if account.enabled:
            one = account.fields()
            time = f" · {one['time']}" if one["time"] else ""
            rows.append(f"{one['glyph']} {one['name']}  {one['percent']}  {one['left']}{time}")
    worst = board.worst
    shown: dict[str, Any] = {
        "text": "".join(text if band == "raw" else text.translate(_PANGO) for text, band in segments),
        "tooltip": "\n".join(rows).translate(_PANGO),
        "class": worst.band.value if worst is not None else Band.UNKNOWN.value,
    }
    if worst is not None and worst.health is not None:
        shown["percentage"] = round(100 * min(max(worst.health, 0.0), 1.0))
    return json.dumps(shown, ensure_ascii=False)


_COLOURED = frozenset(band.value for band in Band)
_HOSTS: Mapping[str, Callable[[str, str], str]] = {"tmux": _tmux, "claude": _claude}


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 and isfinite(value) else None


def _money(value: object, currency: object) -> Money | None:
    number = _number(value)
    if number is None or not isinstance(currency, str):
        return None
    return Money(round(number * MICRO), clean(currency, 16))


def _band(value: object) -> Band:
    return Band(value) if isinstance(value, str) and value in _COLOURED else Band.UNKNOWN


def _instant(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None
