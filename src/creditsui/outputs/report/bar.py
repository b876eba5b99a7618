"""Health bars as pictures: what the one painter says of each cell, as shapes that stay sharp at any width."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from creditsui.domain import format as words
from creditsui.domain.bar import Bar, Run, bar_of, paint_card, paint_row
from creditsui.domain.board import AccountView
from creditsui.domain.health import band
from creditsui.domain.money import Money
from creditsui.domain.reading import Window
from creditsui.outputs.report.markup import Markup, join, share, tag
from creditsui.outputs.report.say import Say

CELLS, FEW = 160, 80
"""Of a card's bar, and of the small one of a window: a tick is one of them."""
_HALVES = "▖▘"
_OVER = 0.002
"""How far a shape goes on under its right neighbour, so that no ground shines through between them."""


def health(view: AccountView, say: Say) -> Markup | None:
    """The bar of an account; None where there is nothing to measure it against."""
    painted = bar_of(view)
    if painted is None:
        return None
    upper, lower = paint_card(_lived(painted, view, say), CELLS)
    said = f"{say.name(view)}: {words.health(view)}, {view.band.value}"
    for more in (_left(view, say), say.time_left(view)):
        said += f", {more}" if more else ""
    shapes = [*_shapes(upper, "0", "50%"), *_shapes(lower, "50%", "50%")]
    return _framed(shapes, said, "bar", view.band.value, painted.state)


def small(view: AccountView, window: Window, said: str) -> Markup:
    """What is left of one window."""
    left = min(max(1 - window.used, 0.0), 1.0)
    tone = band(left, view.thresholds)
    painted = Bar(left, band=tone, stale=view.stale, state="bar" if left > 0 else "empty")
    return _framed(_shapes(paint_row(painted, FEW), "0", "100%"), said, "bar small", tone.value, "bar")


def _framed(shapes: Sequence[Markup] | Iterator[Markup], said: str, kind: str, tone: str, state: str) -> Markup:
    out = tag("b", "K.O.", class_="ko", aria_hidden="true") if state == "empty" else None
    picture = tag("svg", *shapes, width="100%", height="100%", aria_hidden="true")
    return tag("div", picture, out, class_=f"{kind} {tone}", role="img", aria_label=said)


def _left(view: AccountView, say: Say) -> str:
    left = words.left(view)
    if not left or words.binding_window(view) is not None:
        return ""
    whole = f" of {say.amount(view.capacity)}" if view.capacity is not None and view.binding == "balance" else ""
    return f"{say.figures(left)} left{whole}"


def _lived(painted: Bar, view: AccountView, say: Say) -> Bar:
    """With what became of it today: the pale trail of what was spent, the light part of what was added."""
    if view.binding not in (None, "balance") or view.capacity is None or view.capacity.micros <= 0 or view.stale:
        return painted
    spent = view.spend.today if view.spend is not None else None
    midnight = say.now.astimezone(say.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    added = [one.amount for one in view.topups if one.at >= midnight]
    return replace(
        painted,
        trail=_part(spent, view.capacity) if not added else 0.0,
        fresh=min(painted.fill or 0.0, sum(_part(one, view.capacity) for one in added)),
    )


def _part(amount: Money | None, whole: Money) -> float:
    return amount / whole if amount is not None and amount.currency == whole.currency and amount.micros > 0 else 0.0


def _shapes(runs: Sequence[Run], y: str, height: str) -> Iterator[Markup]:
    """A rectangle for each role, from left to right, each a little over the one before."""
    cells = sum(len(text) for text, _ in runs)
    at = 0.0
    for text, role in runs:
        if role == "none":
            yield tag("line", x1="0", x2="100%", y1="50%", y2="50%", class_="none") if text.strip() else join()
            at += len(text)
            continue
        halves = sum(text.count(half) for half in _HALVES)
        wide = len(text) - halves / 2
        name, _, _ = role.partition(":")
        tone = "track" if name == "ko" else name
        yield _rect(at / cells, wide / cells, y, height, tone)
        if halves:
            yield _rect((at + wide) / cells, halves / 2 / cells, y, height, f"track{'-top' if '-top' in name else ''}")
        at += len(text)


def _rect(x: float, width: float, y: str, height: str, role: str) -> Markup:
    wide = min(width + _OVER, 1 - x)
    shape = tag("rect", x=share(x), y=y, width=share(wide), height=height, class_=role)
    if "hatch" not in role:
        return shape
    # Stripes in the tone of the ground: whatever the band, what is only estimated is seen through.
    return join(shape, tag("rect", x=share(x), y=y, width=share(wide), height=height, fill="url(#hatch)"))
