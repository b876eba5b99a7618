"""The dashboard: who is hurting, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Input

from creditsui.tui.ink import Run, width_of
from creditsui.tui.keys import KEYS, ON_ACCOUNT
from creditsui.tui.rows import SLIM
from creditsui.tui.screens.acts import Acts
from creditsui.tui.screens.view import View
from creditsui.tui.widgets.detail import Detail, Form
from creditsui.tui.widgets.roster import Roster
from creditsui.tui.widgets.strip import OneLine
from creditsui.tui.widgets.topbar import Clock, Line, Standing, topbar

if TYPE_CHECKING:
    from creditsui.domain.board import AccountView

DENSITIES = ("auto", "cards", "rows")
_THICK = 3
"""Lines of a card's bar where there is room for it."""


class Dashboard(Acts):
    """Topbar, roster, detail, footer: arranged by the size there is, painted from the app's board."""

    BINDINGS: ClassVar[list[BindingType]] = [*KEYS]
    AUTO_FOCUS = "#roster"

    def __init__(self, density: str = "auto") -> None:
        super().__init__()
        self.density = density
        self.wanted = ""
        """What the filter lets through, in small letters; empty: everything."""
        self._straight = False
        """Whether the portrait was opened from the list."""

    def body(self) -> ComposeResult:
        with Container(id="main"):
            yield Roster(self.pane.motion, id="roster")
            yield Detail(id="detail")
        yield OneLine(id="oneline")

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def roster(self) -> Roster:
        return self.query_one("#roster", Roster)

    @property
    def current(self) -> AccountView | None:
        cursor = self.roster.cursor
        return self.board.account(cursor) if self.board is not None and cursor is not None else None

    def on_mount(self) -> None:
        # The first frame says who we are; reading the ledger takes longer.
        self.query_one("#standing", Line).paint(self.pane.ink, [(" creditsui ", "badge")])
        self.show()

    def show(self) -> None:
        """Take over the app's board: rows move as their numbers did."""
        board = self.board
        if board is None or not self.ready:
            return
        empty = not board.accounts
        self.set_class(empty, "-empty")
        if empty:
            self._welcome()
        self._arrange()
        self.roster.show(self._views(), self.pane.manner, self.pane.ink)
        if self.pane.start_at is not None and board.account(self.pane.start_at) is not None:
            self.go_to(self.pane.start_at)
            self.pane.start_at = None
        self.paint()

    def _welcome(self) -> None:
        from creditsui.tui.screens.welcome import Welcome

        if not self.query(Welcome):
            self.mount(Welcome(id="welcome"), before="#oneline")
        self.query_one(Welcome).look(self.pane.session)

    def say(self) -> None:
        """The same board in another manner: it is later, or figures are hidden now."""
        if self.ready:
            self.roster.say(self.pane.manner)
            self.paint()

    def paint(self) -> None:
        if self.board is not None:
            super().paint()

    def fill(self) -> None:
        """Everything but the rows."""
        board, manner, ink = self.board, self.pane.manner, self.pane.ink
        if board is None:
            return
        refresher = self.pane.refresher
        asking = sum(view.refreshing for view in board.accounts)
        standing = Standing(refresher.paused, asking, next_at=board.next_at)
        left, right = topbar(board, manner, standing, self.size.width)
        self.query_one("#standing", Line).paint(ink, left)
        self.query_one(Clock).show(ink, right, self.size.width - width_of(left))
        if self.has_class("-line"):
            self.query_one(OneLine).show(board, manner, ink)
        self._paint_detail()

    def new_ink(self) -> None:
        self.roster.ink_changed(self.pane.ink)
        self.paint()

    def _paint_detail(self) -> None:
        view = self.current
        frame = None if view is None else self.roster.frame(view.id)
        detail = self.query_one(Detail)
        self.roster.grain = 8 * detail.size.width if self._form == "portrait" else 0
        detail.show(view, frame, self.pane.manner, self.pane.ink, form=self._form)

    @property
    def _form(self) -> Form:
        """In how many words the detail is told, and pictures."""
        if self.has_class("-strip"):
            return "brief"
        if self.has_class("-portrait"):
            return "portrait"
        return "whole" if self.has_class("-wide") or self.has_class("-detail") else "brief"

    def _views(self) -> list[AccountView]:
        board = self.board
        if board is None:
            return []
        return [view for view in board.accounts if not self.wanted or self.wanted in _words_of(view)]

    def remark(self) -> list[Run]:
        if self.board is None or not self.wanted:
            return []
        found = len(self._views())
        return [(f" /{self.wanted}", "accent"), (f"  {found} of {len(self.board.accounts)} · esc shows all", "dim")]

    # ── size ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def resized(self) -> None:
        self._arrange()
        self.roster.repaint()
        self.paint()

    def _arrange(self) -> None:
        """Density, air and the height of the detail follow from the room and the number of accounts."""
        height, rows = self.size.height, len(self._views())
        wide, strip = self.has_class("-wide"), height < 9
        least = 0 if wide else 3 if self.has_class("-narrow") else 7
        room = height - 2 if strip else height - 3
        cards = not strip and (self.density == "cards" or (self.density == "auto" and wide and 3 * rows <= room))
        each = (room - least) // max(rows, 1) if cards else 0
        roster = self.roster
        roster.density = "cards" if cards else "rows"
        roster.tall = _THICK if each >= _THICK + 2 else SLIM
        air = min(max(each - roster.step, 0), 2 if roster.tall > SLIM else 1)
        roster.set_class(cards, "-cards")
        roster.set_class(roster.tall > SLIM, "-tall")
        roster.set_class(air > 0, "-roomy")
        roster.set_class(air > 1, "-airy")
        free = room - rows * (roster.step + air) - 1
        detail = self.query_one(Detail)
        detail.styles.height = "1fr" if wide or self.has_class("-detail") else min(max(free, least), 11)
        self.set_class(height < 18 and not wide and free < min(least, 4), "-cramped")

    @property
    def settled(self) -> bool:
        """Whether all that is in sight has got its place and its cells."""
        if self.board is None or not self.ready or self._layout_required or self._dirty_widgets:
            return False
        return not self.board.accounts or self.roster.painted

    def place(self) -> dict[str, Any] | None:
        """Where the rows stand, for a start that paints them before the screen is there; None: not as they usually do,
        or in more than one column."""
        roster, board = self.roster, self.board
        usual = not (self.wanted or self.has_class("-detail") or self.has_class("-filter") or self.has_class("-strip"))
        if board is None or not usual or self.has_class("-line") or not self.settled:
            return None
        first = roster.top_row()
        if first is None or self.size != self.pane.size:
            return None
        return {
            "count": len(board.accounts),
            "x": first.x,
            "y": roster.content_region.y,
            "width": first.width,
            "height": roster.content_region.height,
            "cards": roster.density == "cards",
            "bar": roster.tall,
            "gap": roster.has_class("-roomy") + roster.has_class("-airy"),
        }

    # ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def look_away(self) -> None:
        """Stand still while nobody looks at the pane, or another screen lies over this one."""
        covered = any(isinstance(screen, View) for screen in self.pane.screen_stack[1:])
        self.roster.rest(self.pane.app_focus and not covered)

    def on_screen_suspend(self) -> None:
        self.look_away()

    def on_screen_resume(self) -> None:
        if self.ready:
            self.look_away()

    def on_roster_moved(self) -> None:
        self.paint()

    def on_roster_turned(self) -> None:
        if self.current is not None:
            self.query_one(Detail).turn(self.roster.frame(self.current.id))

    def on_roster_opened(self) -> None:
        self.action_detail()

    def on_detail_picked(self, event: Detail.Picked) -> None:
        """A click on a bar opens the portrait, and one more closes it; one on a few words opens all of them."""
        if self._form == "brief":
            self.action_detail()
        elif event.bar:
            shown = self.has_class("-portrait")
            self._whole(not (shown and self._straight), not shown, straight=not shown and not self.has_class("-detail"))

    def on_input_changed(self, event: Input.Changed) -> None:
        self.wanted = event.value.strip().casefold()
        self.show()

    def on_input_submitted(self) -> None:
        self._close_filter()

    def _close_filter(self) -> None:
        self.remove_class("-filter")
        self.query("Filter").remove()
        self.roster.focus()

    # ── the view's keys ──────────────────────────────────────────────────────────────────────────────────────────────

    def go_to(self, account: str) -> None:
        self.roster.select(account)

    def action_move(self, by: int) -> None:
        self.roster.move(by)

    def action_page(self, by: int) -> None:
        """In the detail a page of text, in the list as many accounts as fit."""
        if self.has_class("-detail"):
            detail = self.query_one(Detail)
            detail.scroll_relative(y=by * max(1, detail.size.height - 1), animate=False)
        else:
            self.roster.move(by * max(1, self.roster.size.height // self.roster.step))

    def action_jump(self, account: str) -> None:
        self.go_to(account)

    async def action_filter(self) -> None:
        from creditsui.tui.widgets.filter import Filter

        if not self.query(Filter):
            self.add_class("-filter")
            await self.mount(Filter(self.wanted), before="#footer")
        self.query_one("#wanted").focus()

    def action_back(self) -> None:
        if self.has_class("-portrait") and not self._straight:
            self._whole(True)
        elif self.has_class("-detail"):
            self._whole(False)
        elif self.wanted or self.query("Filter"):
            self._close_filter()
            self.wanted = ""
            self.show()

    def action_detail(self) -> None:
        """The list, the detail, the portrait, and from the beginning."""
        if self.current is not None and not self.has_class("-line"):
            further = self.has_class("-detail") and not self.has_class("-strip")
            self._whole(not self.has_class("-detail") or (further and not self.has_class("-portrait")), further)

    def action_accounts(self) -> None:
        self._whole(False)

    def _whole(self, whole: bool, portrait: bool = False, *, straight: bool = False) -> None:
        """`portrait` of the account, in the place of its detail; `straight` from the list."""
        self._straight = straight
        self.set_class(whole, "-detail")
        self.set_class(whole and portrait, "-portrait")
        self._arrange()
        self.call_after_refresh(self.paint)

    def action_find(self) -> None:
        if self._views():
            self.roster.focus()
            self.roster.ask_letter()

    def action_density(self) -> None:
        self.density = DENSITIES[(DENSITIES.index(self.density) + 1) % len(DENSITIES)]
        self._arrange()
        self.call_after_refresh(self.resized)
        self.pane.say(f"Density: {self.density}")

    def action_sort(self) -> None:
        self.pane.next_sort()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that would do nothing now are neither shown nor taken."""
        if not self.ready:
            return True
        if action == "demo":
            return self.has_class("-empty")
        if action in ("filter", "find") and self.has_class("-line"):
            return False
        if action in ("filter", "find", "refresh_all"):
            return not self.has_class("-empty")
        return self.current is not None if action in ON_ACCOUNT else True

    def action_demo(self) -> None:
        self.pane.start_demo()


def _words_of(view: AccountView) -> str:
    words = (view.id, view.label, view.provider_name, view.provider, view.plan or "", view.band.value, *view.badges)
    return " ".join(words).casefold()
