"""Thresholds: the edges between the bands and the floors below them, moved on the account's own bar; and its budget."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from creditsui.core import settings
from creditsui.core.accounts import fields as account_fields
from creditsui.core.session import Session
from creditsui.domain import budget
from creditsui.domain import format as show
from creditsui.domain.account import Budget, Thresholds
from creditsui.domain.bar import Bar, bar_of
from creditsui.domain.board import AccountView
from creditsui.domain.health import band
from creditsui.domain.money import AmountError, typed_amount
from creditsui.tui.screens.modal import Modal
from creditsui.tui.widgets.field import Choice, Field, Row, after, field, hint, typed
from creditsui.tui.widgets.preview import Preview, glyphs_of

Name = Literal["healthy", "warning", "critical", "amount", "days"]
NAMES: tuple[Name, ...] = ("healthy", "warning", "critical", "amount", "days")
EDGES: tuple[Name, ...] = ("healthy", "warning", "critical")


class Edge(Field):
    """A number that can be typed, or moved in steps while the preview follows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+right", "nudge(1)", "1 more", show=False),
        Binding("ctrl+left", "nudge(-1)", "1 less", show=False),
        Binding("pageup,ctrl+shift+right", "nudge(5)", "5 more", show=False),
        Binding("pagedown,ctrl+shift+left", "nudge(-5)", "5 less", show=False),
        Binding("up", "go(-1)", "Previous edge", show=False),
        Binding("down", "go(1)", "Next edge", show=False),
    ]

    class Nudged(Message):
        """This edge shall move by so much."""

        def __init__(self, name: Name, by: int) -> None:
            super().__init__()
            self.name: Name = name
            self.by = by

    def __init__(self, name: Name, value: float) -> None:
        super().__init__(f"{value:g}", id=name, classes="short", limit=12)
        self.edge: Name = name

    def action_nudge(self, by: int) -> None:
        self.post_message(self.Nudged(self.edge, by))

    def action_go(self, by: int) -> None:
        if by > 0:
            self.screen.focus_next(Edge)
        else:
            self.screen.focus_previous(Edge)


class ThresholdsScreen(Modal):
    """Sets edges and floors for one account, or for all that have none of their own."""

    heading = "Thresholds"
    keys = "enter save · esc cancel"

    def __init__(self, session: Session, view: AccountView) -> None:
        super().__init__(view)
        self.session = session
        self.view = view
        own = view.budget
        self.budget = budget.text_of(Budget(own.amount, own.per)) if own is not None else ""
        """As it was when this opened."""

    def fields(self) -> ComposeResult:
        now = self.view.thresholds
        yield Row("healthy above", Edge("healthy", now.healthy), after("%"))
        yield Row("warning below", Edge("warning", now.warning), after("%"))
        yield Row("critical below", Edge("critical", now.critical), after("%"))
        yield Row("or under", Edge("amount", now.amount), after(self.view.currency), hint("(0 is off)"))
        yield Row("or under", Edge("days", now.days), after("days"), hint("(0 is off)"))
        yield Preview(scale=True, classes="gap")
        yield Row("applies to", Choice((("one", "this one"), ("all", "all")), id="scope"), classes="gap")
        yield Row("its budget", Field(self.budget, placeholder="50/month", id="budget"), hint("or none"))
        yield Static("", id="says", markup=False)
        how = (
            "up/down next · ctrl+left/right +-1"
            if glyphs_of(self.app).ascii
            else "↑/↓ next · ctrl+←/→ ±1 · pgup/pgdn ±5"
        )
        yield Static(self.plain(how), id="how", classes="quiet", markup=False)

    def read(self) -> Thresholds:
        """What the fields say. Raises ValueError with a sentence; its second argument is the field at fault."""
        values: dict[str, float] = {}
        for name in NAMES:
            text = self.query_one(f"#{name}", Edge).value
            try:
                values[name] = _money(text, self.view.currency) if name == "amount" else number(text)
            except ValueError as fault:
                raise ValueError(str(fault), name) from None
        try:
            budget.typed(typed(self, "budget"), self.view.currency)
        except AmountError as fault:
            raise ValueError(str(fault), "budget") from None
        return replace(self.view.thresholds, **values)

    def update(self) -> None:
        try:
            edges = self.read()
        except ValueError as fault:
            self.say(str(fault.args[0]))
            return
        fault_text = edges.fault()
        if fault_text:
            self.say(fault_text)
            return
        self._preview(edges)

    def _preview(self, edges: Thresholds) -> None:
        view = self.view
        left = view.balance.remaining if view.balance else None
        days = view.runway.days if view.runway.state == "known" else None
        reached = band(view.health, edges, left, days)
        now = bar_of(view) or Bar(None, state="none")
        bar = replace(now, ticks=(edges.critical / 100, edges.warning / 100, edges.healthy / 100), band=reached)
        preview = self.query_one(Preview)
        words = f"{show.glyph(reached, glyphs_of(self.app))} {show.health(view)}"
        preview.show(bar, [(words, f"band:{reached.value}")])
        if view.health is None:
            self.say("There is no reading yet; the scale shows where the edges stand.")
        elif reached is view.band:
            self.say(f"{self.name_of(view)} is {reached.value}.")
        else:
            self.say(f"{self.name_of(view)} turns from {view.band.value} to {reached.value}.", "live")

    def on_edge_nudged(self, event: Edge.Nudged) -> None:
        event.stop()
        try:
            edges = self.read()
        except ValueError as fault:
            self.refuse(str(fault.args[0]))
            return
        self._move(event.name, getattr(edges, event.name) + event.by, edges)

    def on_preview_picked(self, event: Preview.Picked) -> None:
        event.stop()
        try:
            edges = self.read()
        except ValueError:
            return
        percent = float(round(event.fraction * 100))
        nearest = min(EDGES, key=lambda name: abs(getattr(edges, name) - percent))
        self.query_one(f"#{nearest}", Edge).focus()
        self._move(nearest, percent, edges)

    def _move(self, name: Name, to: float, edges: Thresholds) -> None:
        """Put one edge somewhere else; it stops at its neighbours, so that they stay in order."""
        low, high = {
            "healthy": (edges.warning, 100.0),
            "warning": (edges.critical, edges.healthy),
            "critical": (0.0, edges.warning),
        }.get(name, (0.0, 1e9))
        edge = self.query_one(f"#{name}", Edge)
        edge.value = f"{min(max(to, low), high):g}"
        edge.cursor_position = len(edge.value)

    def action_accept(self) -> None:
        try:
            edges = self.read()
        except ValueError as fault:
            self.refuse(str(fault.args[0]), field(self, fault.args[1]))
            return
        fault_text = edges.fault()
        if fault_text:
            self.refuse(fault_text)
            return
        everywhere = self.query_one("#scope", Choice).value == "all"
        purse = typed(self, "budget")
        same = purse == self.budget
        if not everywhere and same and edges == self.view.thresholds:
            self.dismiss(None)
            return
        self.perform(lambda: self._save(edges, everywhere) if same else self._save_budget(purse, edges, everywhere))

    def _save_budget(self, text: str, edges: Thresholds, everywhere: bool) -> str:
        said = account_fields.change(self.session, self.view.id, {"budget": text or "none"})
        if not everywhere and edges == self.view.thresholds:
            return said
        return f"{self._save(edges, everywhere)}; its budget is set"

    def _save(self, edges: Thresholds, everywhere: bool) -> str:
        id, label = self.view.id, self.name_of(self.view)
        if not everywhere:
            settings.set_thresholds(self.session, id, _changes(self.view.thresholds, edges))
            return f"{label}: {_words(edges)}"
        general = _changes(settings.config(self.session).thresholds, edges)
        if general:
            settings.set_thresholds(self.session, None, general)
        own = settings.account(self.session, id)
        if own is not None and own.thresholds != edges:
            settings.set_thresholds(self.session, id, _changes(own.thresholds, edges))
        return f"All accounts without edges of their own: {_words(edges)}"


def number(text: str) -> float:
    """A plain number, with or without a percent sign; a comma is a decimal comma. Raises ValueError with a sentence."""
    plain = text.strip().removesuffix("%").strip().replace(",", ".").replace("−", "-")
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,6})?", plain, re.ASCII):
        raise ValueError(f"“{text.strip()[:16]}” is not a number. Write it like 25 or 12.5.")
    return float(plain)


def _money(text: str, currency: str) -> float:
    try:
        floor = typed_amount(text, currency)
    except AmountError as fault:
        raise ValueError(str(fault)) from None
    if floor.currency != currency:
        raise ValueError(f"The floor is in {currency}, as the account is.")
    return floor.amount


def _changes(old: Thresholds, new: Thresholds) -> Mapping[str, float]:
    return {name: getattr(new, name) for name in NAMES if getattr(new, name) != getattr(old, name)}


def _words(edges: Thresholds) -> str:
    floors = [f"{edges.amount:g} in money"] if edges.amount else []
    floors += [f"{edges.days:g} days"] if edges.days else []
    return f"{edges.healthy:g} · {edges.warning:g} · {edges.critical:g} %" + (
        f", floor {' or '.join(floors)}" if floors else ""
    )
