"""The whole page: what is left in all, every account as a card, what dies first, what was spent, all as a table."""

from collections.abc import Mapping
from datetime import tzinfo

from creditsui.domain import format as words
from creditsui.domain.board import AccountView, Band, Board, Total
from creditsui.domain.spending import Report
from creditsui.domain.worst import worst_of
from creditsui.outputs.report.card import cards
from creditsui.outputs.report.markup import Markup, join, tag
from creditsui.outputs.report.numbers import numbers
from creditsui.outputs.report.say import Say
from creditsui.outputs.report.spend import spend
from creditsui.outputs.report.style import sheet
from creditsui.outputs.report.timeline import timeline_of

#: Nothing is loaded and nothing runs, whatever a name in it may say; only the page's own style applies.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_PROMISE = (
    "Everything is as of the time above. This page loads nothing, runs nothing and tells nobody that it was opened."
)
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath d='M3 5h12l-2 6H1z' fill='%232b303a'/%3E%3Cpath d='M3 5h8l-2 6H1z' fill='%234fc26b'/%3E%3C/svg%3E"
)
_PATTERNS = Markup(
    '<svg class="defs" width="0" height="0" aria-hidden="true"><defs>'
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="3" height="6" style="fill:var(--card);opacity:.55"/></pattern>'
    '<pattern id="gap" width="1" height="8" patternUnits="userSpaceOnUse">'
    '<rect width="1" height="1.5" style="fill:var(--rule)"/></pattern></defs></svg>'
)


def page(
    board: Board, zone: tzinfo, reports: Mapping[str, Report] | None = None, *, private: bool = False, version: str = ""
) -> str:
    """HTML in UTF-8. `reports`: what was spent by the day and `account`, and by the day and `model`, where known.

    `private`: amounts, names that the user gave and what money was spent on are not in the page at all.
    """
    say = Say.of(board.accounts, board.generated_at, zone, private)
    on = [view for view in board.accounts if view.enabled]
    off = [say.name(view) for view in board.accounts if not view.enabled]
    drawn = timeline_of(board, say)
    spent = spend(board, reports, say) if reports else None
    body = tag(
        "body",
        _PATTERNS,
        _top(board, say),
        tag(
            "main",
            _section(
                "Accounts",
                cards(on, say) if on else _nobody(),
                tag("p", f"Switched off: {', '.join(off)}", class_="off") if off else None,
            ),
            _section("What runs dry first", tag("div", drawn, class_="panel")) if drawn is not None else None,
            _section("Spent by day", tag("div", spent, class_="panel")) if spent is not None else None,
            _section("All numbers", tag("div", numbers(board, say), class_="panel")) if on else None,
        ),
        _foot(on, version),
    )
    return f"<!DOCTYPE html>\n{tag('html', _head(board, say), body, lang='en')}\n"


def _head(board: Board, say: Say) -> Markup:
    when = say.now.astimezone(say.zone)
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="robots", content="noindex, nofollow"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"creditsui · {when:%Y-%m-%d %H:%M}"),
        tag("link", rel="icon", href=_ICON),
        Markup(f"<style>{sheet()}</style>"),
    )


def _section(title: str, *content: Markup | None) -> Markup:
    return tag("section", tag("h2", title), *content)


# ── the top ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _top(board: Board, say: Say) -> Markup:
    there = say.now.astimezone(say.zone)
    said = f"{words.weekday(there.date())} {there.year}, {there:%H:%M} {there.tzname() or ''}".rstrip()
    notices = [tag("p", notice, class_="notice") for notice in board.notices] if not say.hidden else []
    return tag(
        "header",
        tag(
            "div",
            tag("h1", tag("span", "creditsui")),
            tag("span", "DEMO", class_="demo") if board.demo else None,
            tag("time", "as of ", said, datetime=there.isoformat(timespec="minutes")),
            class_="brand",
        ),
        *notices,
        tag("div", *(_total(one, say) for one in board.totals), class_="sums-of-all") if board.totals else None,
        _glance(board, say),
        class_="top",
    )


def _total(one: Total, say: Say) -> Markup:
    parts = []
    if one.burn is not None and one.burn.micros > 0:
        parts.append(join("burning ", tag("b", say.amount(one.burn)), " a day"))
    for name, money in (("today", one.spend.today), ("7 days", one.spend.week), ("30 days", one.spend.month)):
        if money is not None:
            parts.append(join(f"{name} ", tag("b", say.amount(money))))
    return tag(
        "div",
        tag("b", say.amount(one.remaining)),
        tag("span", " left", class_="dim"),
        tag("p", *(tag("span", part) for part in parts)) if parts else None,
        class_="total",
    )


def _glance(board: Board, say: Say) -> Markup | None:
    """Who hurts most, and how many stand in which band."""
    on = [view for view in board.accounts if view.enabled]
    if not on:
        return None
    hurting = worst_of(board)
    parts = []
    if hurting is not None:
        lasts = say.time_left(hurting)
        name = tag("b", f"{words.glyph(hurting.band)} {say.title(hurting)} {words.health(hurting)}", class_="worst")
        parts.append(tag("span", "worst ", name, f" · {lasts}" if lasts else None, class_=hurting.band.value))
    broken = sum(1 for view in on if view.problem is not None)
    if broken:
        parts.append(tag("span", f"{broken} with a problem", class_="warn"))
    counts = [_count(band, on) for band in (Band.CRITICAL, Band.LOW, Band.FAIR, Band.HEALTHY, Band.UNKNOWN)]
    return tag("div", *parts, tag("span", *counts, class_="counts"), class_="glance")


def _count(band: Band, views: list[AccountView]) -> Markup | None:
    many = sum(1 for view in views if view.band is band)
    if not many:
        return None
    sign = tag("span", words.glyph(band), class_="sign", aria_hidden="true")
    return tag("span", sign, f" {many} {band.value}", class_=band.value)


def _nobody() -> Markup:
    return tag(
        "p", "No account yet. ", tag("code", "creditsui doctor"), " says where keys were looked for.", class_="panel"
    )


# ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _foot(views: list[AccountView], version: str) -> Markup:
    keys = (
        ("trail", "spent today"),
        ("fresh", "added today"),
        ("stale", "stale: not renewed since"),
        ("edge", "an edge between bands"),
        ("gap", "nobody looked"),
    )
    legend = [tag("span", tag("i", class_=f"key key-{tone}"), says) for tone, says in keys] if views else []
    return tag(
        "footer",
        tag("p", *legend, tag("span", "~ and stripes: estimated"), tag("span", "? not known"), class_="legend")
        if legend
        else None,
        tag("p", f"Made by creditsui {version}".rstrip(), f". {_PROMISE}"),
    )
