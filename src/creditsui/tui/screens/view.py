"""What every whole screen of the pane has in common: it paints the app's board, in the app's ink and manner."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.screen import Screen

from creditsui.tui.ink import Run
from creditsui.tui.widgets.footer import Footer, Hint, hints

if TYPE_CHECKING:
    from creditsui.domain.board import Board
    from creditsui.tui.app import CreditsApp


class View(Screen[None]):
    """A screen with a number of its own. The app tells it when there is something new to say."""

    @property
    def pane(self) -> CreditsApp:
        """The application, by its own type."""
        return cast("CreditsApp", self.app)

    @property
    def board(self) -> Board | None:
        return self.pane.board

    def show(self) -> None:
        """Take over the app's board."""
        raise NotImplementedError

    def say(self) -> None:
        """Say the same in another manner: it is later, or figures are hidden now."""
        raise NotImplementedError

    def say_notice(self) -> None:
        """Say again what the line below the top says."""
        raise NotImplementedError

    def aside(self) -> list[Run]:
        """What the figures leave out because nobody may look for its logs."""
        count = len(self.pane.session.unlisted)
        said = f"{count:,} log folder{'' if count == 1 else 's'} unreadable: creditsui doctor"
        return [(" ! ", "warn"), (said, "warn")] if count else []

    def new_ink(self) -> None:
        """Paint in the app's new ink."""
        raise NotImplementedError

    def footer_hints(self) -> tuple[list[Hint], Hint | None]:
        display = {key: self.pane.get_key_display(active.binding) for key, active in self.active_bindings.items()}
        shown = [active.binding for active in self.active_bindings.values() if active.enabled]
        return hints(shown, display), Hint("^p", "palette", "app.command_palette")

    async def on_footer_chosen(self, event: Footer.Chosen) -> None:
        await self.run_action(event.action)

    def action_privacy(self) -> None:
        self.pane.hidden = not self.pane.hidden
        self.pane.repaint()

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
