"""The list of accounts: it keeps the cursor by account, drives the motion of its rows, and stands still between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.message import Message
from textual.timer import Timer

from creditsui.tui.ink import Ink, Run
from creditsui.tui.manner import Manner
from creditsui.tui.motion import Frame, Level, Motion
from creditsui.tui.rows import SLIM, awaited
from creditsui.tui.widgets.account_row import AccountRow, Columns, Density, card, columns, row

if TYPE_CHECKING:
    from creditsui.domain.board import AccountView

LETTERS = "asdfghjklqwertyuiopzxcvbnm"


class Roster(VerticalScroll, can_focus=True, inherit_bindings=False):
    """Rows of accounts. The roster keeps the focus; rows only paint."""

    class Moved(Message):
        """The cursor stands on another account."""

    class Opened(Message):
        """The account under the cursor was chosen with the mouse."""

    class Turned(Message):
        """The account under the cursor looks different."""

    def __init__(self, level: Level, clock: Callable[[], float] = monotonic, id: str | None = None) -> None:
        """`clock` is monotonic seconds, for motion."""
        super().__init__(id=id)
        self.level: Level = level
        self.cursor: str | None = None
        self._awake = True
        """False while nobody looks: then nothing moves."""
        self.density: Density = "rows"
        self.tall = SLIM
        """Lines of a card's bar."""
        self.grain = 0
        """Into how many steps a larger bar of the account under the cursor is parted that stands elsewhere."""
        self._clock = clock
        self._rows: dict[str, AccountRow] = {}
        self._motions: dict[str, Motion] = {}
        self._shown: dict[str, tuple[object, ...]] = {}
        self._order: list[str] = []
        self._manner: Manner | None = None
        self._ink: Ink | None = None
        self._columns = Columns()
        self._fitted: tuple[Manner, int] | None = None
        self._beat: Timer | None = None
        self._letters = False
        self._settled = False
        """Whether somebody moved the cursor, or every account has been heard of: from then on it stays where it is."""
        self._heard = False
        """Whether there was an answer, or a reason why there is none, for every account that is asked."""

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────

    def show(self, views: Sequence[AccountView], manner: Manner, ink: Ink) -> None:
        """These accounts, in this order. What changed since the last time moves."""
        self._manner, self._ink, self._fitted = manner, ink, None
        before = self._order
        at = before.index(self.cursor) if self.cursor in before else 0
        now, wanted = self._clock(), {view.id for view in views}
        for gone in [id for id in self._rows if id not in wanted]:
            self._rows.pop(gone).remove()
            self._motions.pop(gone)
        fresh = []
        for view in views:
            known = self._rows.get(view.id)
            if known is None:
                known = self._rows[view.id] = AccountRow(view, self._paint)
                self._motions[view.id] = Motion(view, self.level)
                self._motions[view.id].rest(self._awake)
                fresh.append(known)
            elif known.view != view:
                self._motions[view.id].turn(known.view, view, now)
                known.view = view
        self._order = [view.id for view in views]
        self._heard = self._heard or not any(map(awaited, views))
        if not self._heard:
            # In a first round each answer would sort the list anew: it is sorted once, when all are in.
            self._order.sort(key=lambda id: before.index(id) if id in before else len(before))
        if fresh:
            self.mount(*fresh)
        if not self._settled and self._order:
            self.cursor = self._order[0]  # whoever only looks sees the worst on top
            self._settled = self._heard
            self.call_after_refresh(self._into_sight)
        elif self.cursor not in wanted:
            self.cursor = self._order[min(at, len(self._order) - 1)] if self._order else None
        self.arrange_rows()
        if self._settled and before != self._order and self.cursor in before and self.cursor in self._order:
            self._keep_in_place(self._order.index(self.cursor) - before.index(self.cursor))
        self.repaint()
        self._schedule()

    def arrange_rows(self) -> None:
        """Put the rows in order: down the first column, then down the second, where the strip has two."""
        lines = max(1, self.size.height)
        two = self.styles.layout is not None and self.styles.layout.name == "grid"
        place = {id: index for index, id in enumerate(self._order)}

        def key(child: object) -> tuple[int, int, int]:
            index = place.get(child.view.id, len(place)) if isinstance(child, AccountRow) else 0
            if not two:
                return (0, index, 0)
            page, rest = divmod(index, 2 * lines)
            tall = min(lines, (min(len(place) - page * 2 * lines, 2 * lines) + 1) // 2)
            return (page, rest % tall if tall else 0, rest // tall if tall else 0)

        if list(self.children) != sorted(self.children, key=key):
            self.sort_children(key=key)

    def say(self, manner: Manner) -> None:
        """The same accounts in another manner: later, hidden, still."""
        self._manner = manner
        self.repaint()

    def repaint(self) -> None:
        """Paint all rows; each tells the terminal only what is different."""
        if self._manner is not None:
            for one in self._rows.values():
                self._paint(one)

    def ink_changed(self, ink: Ink) -> None:
        self._ink = ink
        self.repaint()

    def frame(self, account: str) -> Frame | None:
        """How an account's bar looks now."""
        motion = self._motions.get(account)
        return None if motion is None else motion.frame(self._clock())

    @property
    def moving(self) -> bool:
        """Whether any motion is still to end."""
        return self._beat is not None

    @property
    def painted(self) -> bool:
        """Whether every row that has a place has its cells."""
        rows = [self._rows[id] for id in self._order if id in self._rows]
        return bool(rows) and rows[0].size.width > 0 and all(one.painted or not one.size.width for one in rows)

    def top_row(self) -> Region | None:
        """Where the first row is on the screen; None where it is scrolled away."""
        first = self._rows.get(self._order[0]) if self._order else None
        return None if first is None or self.scroll_y else first.region

    @property
    def step(self) -> int:
        """Lines of an account, without the air below it."""
        return 1 + self.tall if self.density == "cards" else 1

    @property
    def order(self) -> list[str]:
        """The ids of the accounts shown, from the top."""
        return list(self._order)

    def _paint(self, one: AccountRow) -> None:
        manner, ink, width = self._manner, self._ink, one.size.width
        if manner is None or ink is None or one.view.id not in self._motions:
            return
        frame = self._motions[one.view.id].frame(self._clock())
        self._shown[one.view.id] = self._quantised(frame)
        if width <= 0:  # out of sight, while what is told of it elsewhere moves on
            return
        self._fit(manner, width)
        cursor, mark = one.view.id == self.cursor, self._mark(one.view.id)
        lines: Sequence[list[Run]]
        if self.density == "cards":
            lines = card(one.view, frame, manner, width, cursor=cursor, mark=mark, tall=self.tall)
        else:
            lines = [row(one.view, frame, manner, self._columns, cursor=cursor, mark=mark)]
        one.paint(ink, lines, cursor=cursor)

    def _fit(self, manner: Manner, width: int) -> None:
        """The columns depend on what all rows say, so they are reckoned once for all."""
        if self._fitted != (manner, width):
            self._fitted = (manner, width)
            self._columns = columns([self._rows[id].view for id in self._order], manner, width)

    def _quantised(self, frame: Frame) -> tuple[object, ...]:
        """Two frames with the same value look the same: lengths count in half cells, in eighths in a thick bar, or
        in the `grain`."""
        cells = self._columns.bar if self.density == "rows" else max(8, self.size.width - 12)
        parts = max(cells * (8 if self.density == "cards" and self.tall > SLIM else 2), self.grain)
        lengths = (round(part * parts) for part in (frame.fill or 0.0, frame.trail, frame.fresh))
        return (*lengths, frame.flash, frame.dimmed, frame.floating, frame.spin)

    # ── motion ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def move_at(self, level: Level) -> None:
        """Move as much as that from now on; what moves stands at its end."""
        self.level = level
        for motion in self._motions.values():
            motion.level = level
            motion.rest(False)
            motion.rest(self._awake)
        self._on_beat()

    def rest(self, awake: bool) -> None:
        """Stand still while nobody looks."""
        if awake != self._awake:
            self._awake = awake
            for motion in self._motions.values():
                motion.rest(awake)
            self._on_beat()

    def _schedule(self) -> None:
        """One timer until the next change of any row; none when all have come to rest."""
        if self._beat is not None:
            self._beat.stop()
            self._beat = None
        now = self._clock()
        waits = [change for motion in self._motions.values() if (change := motion.next_change(now)) is not None]
        if waits:
            self._beat = self.set_timer(max(0.005, min(waits) - now), self._on_beat, name="motion")

    def _on_beat(self) -> None:
        now = self._clock()
        for id, one in self._rows.items():
            if self._quantised(self._motions[id].frame(now)) != self._shown.get(id):
                self._paint(one)
                if id == self.cursor:
                    self.post_message(self.Turned())
        self._schedule()

    # ── the cursor ───────────────────────────────────────────────────────────────────────────────────────────────────

    def select(self, account: str) -> None:
        """Put the cursor on an account, if it is shown."""
        self._settled = True
        if account not in self._rows or account == self.cursor:
            return
        before, self.cursor = self.cursor, account
        for id in (before, account):
            if id in self._rows:
                self._paint(self._rows[id])
        self.call_after_refresh(self._into_sight)
        self.post_message(self.Moved())

    def move(self, by: int) -> None:
        """Move the cursor by so many accounts, as far as there are any."""
        if self._order:
            at = self._order.index(self.cursor) if self.cursor in self._order else 0
            self.select(self._order[min(max(at + by, 0), len(self._order) - 1)])

    def _into_sight(self) -> None:
        if self.cursor in self._rows:
            self.scroll_to_widget(self._rows[self.cursor], animate=False)

    def _keep_in_place(self, moved: int) -> None:
        """After another order, the row under the cursor stays where the eye is, as far as the list can scroll."""
        cursor = self._rows.get(self.cursor or "")
        if cursor is not None and self.max_scroll_y:
            tall = cursor.outer_size.height
            self.call_after_refresh(self.scroll_relative, y=moved * tall, animate=False)
        self.call_after_refresh(self._into_sight)

    # ── finding by letters ───────────────────────────────────────────────────────────────────────────────────────────

    def ask_letter(self) -> None:
        """Show a letter before each account; the next key goes to it."""
        self._letters = True
        self.repaint()

    def _mark(self, account: str) -> str:
        if not self._letters:
            return ""
        at = self._order.index(account) if account in self._order else len(LETTERS)
        return LETTERS[at] if at < len(LETTERS) else ""

    def on_key(self, event: events.Key) -> None:
        if not self._letters:
            return
        self._letters = False
        event.stop()
        event.prevent_default()
        at = LETTERS.find(event.key) if len(event.key) == 1 else -1
        if 0 <= at < len(self._order):
            self.select(self._order[at])
        self.repaint()

    def on_account_row_clicked(self, event: AccountRow.Clicked) -> None:
        event.stop()
        if event.account == self.cursor:
            self.post_message(self.Opened())
        self.select(event.account)

    def on_resize(self) -> None:
        self.arrange_rows()
