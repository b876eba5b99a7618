"""What every whole screen of the pane has in common: its frame, its numbered neighbours, what the user should hear."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from creditsui.tui.heard import heard
from creditsui.tui.ink import Run
from creditsui.tui.widgets.footer import Footer, Hint, hints
from creditsui.tui.widgets.strips import Strips
from creditsui.tui.widgets.topbar import Clock, Line

if TYPE_CHECKING:
    from textual.widget import Widget

    from creditsui.domain.board import AccountView, Board
    from creditsui.tui.app import CreditsApp


class View(Screen[None]):
    """A screen with a number of its own: topbar, notice, body, footer, painted from the app's board in the app's ink
    and manner. The app tells it when there is something new to say. The widget that has the keys is `AUTO_FOCUS`."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-normal"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-line"), (3, "-strip"), (9, "-short"), (18, "-tall")]  # noqa: RUF012

    _main: Widget | None = None
    """The widget that has the keys: it is looked for once, not for each key of the footer."""

    @property
    def pane(self) -> CreditsApp:
        """The application, by its own type."""
        return cast("CreditsApp", self.app)

    @property
    def board(self) -> Board | None:
        return self.pane.board

    @property
    def ready(self) -> bool:
        """Whether its widgets stand: not before the first frame, and not while it closes."""
        if self._main is None or not self._main.is_attached:
            self._main = next(iter(self.query(self.AUTO_FOCUS or "*")), None)
        return self.is_mounted and self._main is not None

    @property
    def current(self) -> AccountView | None:
        """The account under the cursor, if there is one."""
        return None

    def compose(self) -> ComposeResult:
        with Horizontal(id="topbar"):
            yield Line(id="standing")
            yield Clock(id="clock")
        yield Line(id="notice")
        yield from self.body()
        yield Footer(id="footer")

    def on_mount(self) -> None:
        self.set_class(self.pane.glyphs.ascii, "-ascii")

    # ── what a screen says for itself ────────────────────────────────────────────────────────────────────────────────

    def body(self) -> ComposeResult:
        """What stands between the notice and the footer."""
        raise NotImplementedError

    def fill(self) -> None:
        """Paint the top and the body."""
        raise NotImplementedError

    def remark(self) -> list[Run]:
        """What the screen says in the line of the notice while nothing more urgent has to be heard."""
        return []

    @property
    def wrong(self) -> str:
        """Why what the screen shows may not be true."""
        return ""

    def go_to(self, account: str) -> None:
        """Put the cursor on an account."""

    # ── when it is painted ───────────────────────────────────────────────────────────────────────────────────────────

    def show(self) -> None:
        """Take over the app's board."""
        self.paint()

    def say(self) -> None:
        """Say the same in another manner: it is later, or figures are hidden now."""
        self.paint()

    def new_ink(self) -> None:
        """Paint in the app's new ink."""
        self.paint()

    def resized(self) -> None:
        self.paint()

    def on_resize(self) -> None:
        self.call_after_refresh(self.resized)

    def paint(self) -> None:
        if self.ready:
            self.fill()
            self.say_notice()
            self.query_one(Footer).show(self.pane.ink, *self.footer_hints())

    def say_notice(self) -> None:
        """Say again what the line below the top says."""
        if self.ready:
            runs = heard(self.pane, self.remark(), self.size.width, self.wrong)
            self.query_one("#notice", Line).paint(self.pane.ink, runs)

    def brand(self) -> list[Run]:
        """The beginning of the top."""
        name: list[Run] = [(" creditsui ", "badge"), ("   ", "text")] if self.size.width >= 60 else [(" ", "text")]
        return [*name, *self.demo_badge()]

    def demo_badge(self) -> list[Run]:
        return [(" DEMO ", "demo"), ("  ", "text")] if self.board is not None and self.board.demo else []

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def key_of(self, binding: str) -> str:
        """How the key of a binding is written, as remapped."""
        for active in self.active_bindings.values():
            if active.binding.id == binding:
                return self.pane.get_key_display(active.binding)
        return ""

    def footer_hints(self) -> tuple[list[Hint], Hint | None]:
        display = {key: self.pane.get_key_display(active.binding) for key, active in self.active_bindings.items()}
        shown = [active.binding for active in self.active_bindings.values() if active.enabled]
        return hints(shown, display), Hint("^p", "palette", "app.command_palette")

    async def on_footer_chosen(self, event: Footer.Chosen) -> None:
        await self.run_action(event.action)

    def go(self, screen: View) -> None:
        """Open another screen over this one."""
        self.pane.push_screen(screen)

    def action_spend(self) -> None:
        from creditsui.core.spend_page import SpendBook
        from creditsui.tui.screens.spend import SpendScreen

        self.go(SpendScreen(SpendBook(self.pane.session)))

    def action_timeline(self) -> None:
        from creditsui.tui.screens.timeline import TimelineScreen

        self.go(TimelineScreen(None if self.current is None else self.current.id))

    def action_route(self) -> None:
        from creditsui.tui.screens.routing import RoutingScreen

        self.go(RoutingScreen())

    def action_privacy(self) -> None:
        self.pane.hidden = not self.pane.hidden
        if self.pane.hidden:
            self.pane.clear_notifications()  # they were said with their figures
        self.pane.repaint()
        self.pane.retitle()

    def action_picture(self) -> None:
        self.pane.save_picture()

    def action_pause(self) -> None:
        refresher = self.pane.refresher
        refresher.paused = not refresher.paused
        refresher.wake()
        self.pane.repaint()

    def action_help(self) -> None:
        from creditsui.tui.screens.help import HelpScreen

        self.pane.push_screen(HelpScreen([active.binding for active in self.active_bindings.values()]))

    async def action_quit(self) -> None:
        self.pane.exit(0)


class Over(View):
    """A screen that lies over the accounts, and leads back to them. Its main widget scrolls."""

    @property
    def main(self) -> Strips:
        return self.query_one(self.AUTO_FOCUS or "*", Strips)

    def on_screen_resume(self) -> None:
        self.paint()

    def go(self, screen: View) -> None:
        """Let another take this one's place: all lie over the accounts. The same again is this one already."""
        if type(screen) is not type(self):
            self.pane.switch_screen(screen)

    def action_move(self, by: int) -> None:
        self.main.move(by)

    def action_page(self, by: int) -> None:
        self.main.page(by)

    def action_back(self) -> None:
        self.action_accounts()

    def action_accounts(self) -> None:
        self.dismiss(None)

    def action_jump(self, account: str) -> None:
        """From the palette: the account, where its bar is."""
        self.dismiss(None)
        below = self.pane.screen_stack[0]
        if isinstance(below, View):
            below.go_to(account)
