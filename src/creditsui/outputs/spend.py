"""What was spent, as a table with bars, as the JSON that scripts rely on, and as CSV."""

import json
from collections.abc import Sequence
from decimal import Decimal
from textwrap import wrap
from typing import Any

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.bar import PLAIN, UNICODE, Bar, Glyphs, Run, paint_row
from creditsui.domain.money import Money
from creditsui.domain.spending import Report, Row
from creditsui.outputs.sgr import Color, paint

SCHEMA = 1
_NARROWEST, _WIDEST = 20, 240
_BAR, _LONGEST_BAR = 8, 48
_GAP = 2
_LONGEST_KEY, _SHORTEST_KEY = 36, 10
_NAMED = 4
"""Unpriced models that are named in one line."""
_COUNTS = ("calls", "input", "output", "cache_read", "cache_write", "reasoning")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a formula begins; the last four are wide forms, which spreadsheets of some languages take for the same."""

# ── JSON and CSV ─────────────────────────────────────────────────────────────────────────────────────────────────────


def dumps(report: Report) -> str:
    """As text in ASCII, a line for each row."""
    data = as_json(report)
    rows = ",\n".join(f"  {json.dumps(row, allow_nan=False)}" for row in data["rows"])
    frame = json.dumps(data | {"rows": []}, indent=1, allow_nan=False)
    return frame.replace('"rows": []', f'"rows": [\n{rows}\n ]', 1) if rows else frame


def as_json(report: Report) -> dict[str, Any]:
    """Money is in whole units; null where no price is known."""
    return {
        "schema": SCHEMA,
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "timezone": report.zone,
        "rows": [_row(report, row) for row in report.rows],
        "totals": [_total(row) for row in report.totals],
        "unpriced": [{"model": model, "tokens": tokens} for model, tokens in report.unpriced],
        "prices": report.prices or None,
    }


def csv(report: Report) -> str:
    """A line of names, then one for each row; amounts in whole units with a point, empty where no price is known.

    A name that a spreadsheet would reckon as a formula has an apostrophe before it.
    """
    lines = [[*report.by, *_COUNTS, "cost", "notional", "currency", "unpriced_tokens"]]
    for row in report.rows:
        counts = [str(getattr(row, name)) for name in _COUNTS]
        amounts = [_exact(row.cost), _exact(row.notional), _inert(row.currency)]
        lines.append([*map(_inert, row.keys), *counts, *amounts, str(row.unpriced_tokens)])
    return "".join(",".join(map(_field, line)) + "\n" for line in lines)


def _inert(name: str) -> str:
    return f"'{name}" if name.startswith(_FORMULA) else name


def _field(text: str) -> str:
    quoted = text.replace('"', '""')
    return f'"{quoted}"' if any(mark in text for mark in ',"\r\n') else text


def _row(report: Report, row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"account": row.purse} if row.purse else {}
    found |= dict(zip(report.by, row.keys, strict=True))
    found |= {name: getattr(row, name) for name in _COUNTS}
    return found | _amounts(row) | {"low_quality_calls": row.low_calls}


def _total(row: Row) -> dict[str, Any]:
    return _amounts(row) | ({"account": row.purse} if row.purse else {})


def _amounts(row: Row) -> dict[str, Any]:
    return {
        "cost": _units(row.cost),
        "notional": _units(row.notional),
        "undecided": _units(row.undecided),
        "currency": row.currency,
        "unpriced_tokens": row.unpriced_tokens,
    }


def _units(money: Money | None) -> float | None:
    return None if money is None else money.amount


def _exact(money: Money | None) -> str:
    if money is None:
        return ""
    text = f"{Decimal(money.micros).scaleb(-6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────────


def table(
    report: Report, width: int, color: Color = "none", glyphs: Glyphs = UNICODE, *, unpriced: bool = False
) -> str:
    """Lines of at most `width` cells (20 to 240), joined by newlines, without one at the end.

    A bar is as long as the row's share of the largest in its currency: filled for money, pale for what a plan covers.
    Where there is no room, numbers of calls and tokens go first, then the bar. `unpriced`: the report is one of calls
    without a known price, measured in tokens.
    """
    if color == "none" and not glyphs.ascii:
        glyphs = PLAIN
    page = _Page(report, min(max(width, _NARROWEST), _WIDEST), color, glyphs, unpriced)
    lines = [page.title(), *page.rows(), *page.foot()]
    return "\n".join(line.rstrip() if color == "none" else line for line in lines)


class _Page:
    """One table being laid out: what every line of it has in common."""

    def __init__(self, report: Report, width: int, color: Color, glyphs: Glyphs, unpriced: bool) -> None:
        self.report, self.width, self.color, self.glyphs, self.unpriced = report, width, color, glyphs, unpriced
        self.end = "." if glyphs.ascii else "…"
        self.largest: dict[tuple[str, str], int] = {}
        for row in report.rows:
            purse = (row.currency, row.purse)
            self.largest[purse] = max(self.largest.get(purse, 0), self.measure(row) + self.pale(row))

    def say(self, text: str) -> str:
        return grid.ascii_text(text) if self.glyphs.ascii else text

    def line(self, runs: Sequence[Run]) -> str:
        kept: list[Run] = []
        room = self.width
        for text, role in runs:
            short = grid.cut(text, room, end=self.end)
            kept.append((short, role))
            room -= grid.cells(short)
        return paint(kept, self.color)

    def title(self) -> str:
        report = self.report
        first = words.short_day(report.since, report.until)
        days = f"{first} – {words.short_day(report.until)} {report.until.year}" if report.since < report.until else ""
        days = days or f"{words.short_day(report.until)} {report.until.year}"
        what = "no known price" if self.unpriced else "spent"
        said = self.say(f"{what} by {', '.join(report.by)} · {days}")
        zone = self.say(f" · {report.zone}")
        return self.line([(said + zone if grid.cells(said + zone) <= self.width else said, "dim")])

    def remark(self, text: str, role: str) -> list[str]:
        """In as many lines as it needs: what stands at its end is what to do."""
        said = wrap(self.say(text), self.width, subsequent_indent="  ", break_on_hyphens=False)
        return [self.line([(line, role)]) for line in said]

    def rows(self) -> list[str]:
        columns = self.columns()
        keys = [self.keys(index) for index in range(len(self.report.by))]
        cells = [max(map(grid.cells, [name, *texts])) for name, texts in zip(self.report.by, keys, strict=True)]
        wide = [max(map(grid.cells, [name, *texts])) for name, _, texts in columns]
        names, kept, bar = _layout(self.width, cells, wide)
        shown = [(columns[index], wide[index]) for index in range(kept)]
        titled = zip(self.report.by, names, strict=True)
        heads: list[Run] = [(grid.fit(name, room, end=self.end) + " " * _GAP, "dim") for name, room in titled]
        heads.append((" " * bar, ""))
        heads += [(" " * _GAP + grid.fit(name, room, ">"), "dim") for (name, _, _), room in shown]
        lines = [self.line(heads)]
        for index, row in enumerate(self.report.rows):
            runs: list[Run] = []
            for column, room in enumerate(names):
                text = grid.fit(keys[column][index], room, end=self.end)
                runs.append((text + " " * _GAP, "name"))
            runs += paint_row(self.bar(row), bar, self.glyphs)
            runs += [(" " * _GAP + grid.fit(texts[index], room, ">"), role) for (_, role, texts), room in shown]
            lines.append(self.line(runs))
        return lines

    def keys(self, column: int) -> list[str]:
        """A name that stands above already is not repeated."""
        found, before = [], None
        for row in self.report.rows:
            upto = row.keys[: column + 1]
            found.append("" if upto == before else self.say(row.keys[column] or words.NOTHING))
            before = upto
        return found

    def columns(self) -> list[tuple[str, str, list[str]]]:
        """Name, role and texts, in the order of survival."""
        rows = self.report.rows
        tokens = ("tokens", "dim", [words.tokens(row.tokens) if row.calls else "" for row in rows])
        if self.unpriced:
            return [("tokens", "strong", [words.tokens(row.unpriced_tokens) for row in rows])]
        spent = [self.cost(row) for row in rows]
        if any(text.endswith("+") for text in spent):
            spent = [text if text.endswith("+") else f"{text} " for text in spent]
        found = [("spent", "strong", spent)]
        if any(self.pale(row) or row.notional is None for row in rows):
            found.append(("notional", "dim", [self.covered(row) for row in rows]))
        return [*found, tokens, ("calls", "dim", [f"{row.calls:,}" if row.calls else "" for row in rows])]

    def cost(self, row: Row) -> str:
        """With a `+` where there is more that has no known price."""
        if row.cost is None:
            return "?"
        more = "+" if row.unpriced_tokens and row.notional is not None else ""
        return self.say(words.amount(row.cost)) + more

    def covered(self, row: Row) -> str:
        if row.notional is None:
            return "?"
        amount = row.notional if row.undecided is None else row.notional + row.undecided
        return self.say(words.amount(amount)) if amount.micros else ""

    def measure(self, row: Row) -> int:
        if self.unpriced:
            return row.unpriced_tokens
        return row.cost.micros if row.cost is not None else 0

    def pale(self, row: Row) -> int:
        parts = () if self.unpriced else (row.notional, row.undecided)
        return sum(part.micros for part in parts if part is not None)

    def bar(self, row: Row) -> Bar:
        largest = self.largest[row.currency, row.purse]
        known = self.measure(row) + self.pale(row)
        if not known and row.unpriced_tokens:
            return Bar(None, state="none")
        if not largest:
            return Bar(0.0)
        return Bar(self.measure(row) / largest, trail=self.pale(row) / largest)

    def foot(self) -> list[str]:
        lines = [] if self.unpriced else [self.total(row) for row in self.report.totals]
        if self.report.unpriced:
            named = [f"{model or 'not told'} ({words.tokens(count)})" for model, count in self.report.unpriced[:_NAMED]]
            if len(self.report.unpriced) > _NAMED:
                named.append(f"{len(self.report.unpriced) - _NAMED} more")
            if self.unpriced:
                model = next((model for model, _ in self.report.unpriced if model), "MODEL")
                hint = f'price one: [prices."{model}"] in config.toml, USD per million tokens'
                lines += self.remark(hint, "dim")
            else:
                text = f"no known price, in tokens: {', '.join(named)} · creditsui spend --unpriced"
                lines += self.remark(text, "warn")
        low = sum(row.low_calls for row in self.report.totals)
        if low:
            text = f"{low:,} call{' comes' if low == 1 else 's come'} from logs that are known to count wrong"
            lines += self.remark(text, "warn")
        if self.report.prices:
            lines += self.remark(f"prices: {self.report.prices}", "dim")
        return lines

    def total(self, row: Row) -> str:
        whose = f" of {row.purse}" if row.purse else ""
        spent = words.amount(row.cost) if row.cost is not None else "an unknown amount"
        runs: list[Run] = [(self.say(f"{spent}{whose}"), "strong"), (" spent", "dim")]
        more = []
        if row.notional is None or row.notional.micros:
            amount = words.amount(row.notional) if row.notional is not None else "an unknown amount"
            more.append(f"{amount} notional, covered by plans")
        if row.undecided is not None and row.undecided.micros:
            more.append(f"{words.amount(row.undecided)} nobody knows who pays for")
        if row.calls:
            more.append(f"{words.tokens(row.tokens)} tokens in {row.calls:,} call{'' if row.calls == 1 else 's'}")
        return self.line([*runs, *((self.say(f" · {text}"), "dim") for text in more)])


def _layout(width: int, keys: Sequence[int], columns: Sequence[int]) -> tuple[list[int], int, int]:
    """Widths of the keys, how many of the columns have room, and the width of the bar, which may be none."""
    names = [min(cells, _LONGEST_KEY) for cells in keys]
    kept = len(columns)

    def room() -> int:
        return width - sum(cells + _GAP for cells in names) - sum(cells + _GAP for cells in columns[:kept])

    while room() < _BAR and kept > 1:
        kept -= 1
    while room() < _BAR and max(names) > _SHORTEST_KEY:
        names[names.index(max(names))] -= 1
    return names, kept, max(0, min(_LONGEST_BAR, room()))
