"""One account as one widget: a slim row, or a card of three lines. It paints what it is told, and only what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from creditsui.tui.changed import regions
from creditsui.tui.ink import Ink, Run
from creditsui.tui.rows import Columns as Columns
from creditsui.tui.rows import Density as Density
from creditsui.tui.rows import card as card
from creditsui.tui.rows import columns as columns
from creditsui.tui.rows import flashed as flashed
from creditsui.tui.rows import moving as moving
from creditsui.tui.rows import row as row

if TYPE_CHECKING:
    from creditsui.domain.board import AccountView


class AccountRow(Widget):
    """Line-painted; its strips are kept until something it shows is different."""

    DEFAULT_CSS = """
    AccountRow { height: 1; width: 1fr; }
    """
    ALLOW_SELECT: ClassVar[bool] = False

    class Clicked(Message):
        """The row was clicked."""

        def __init__(self, account: str) -> None:
            super().__init__()
            self.account = account

    def __init__(self, view: AccountView, resized: Callable[[AccountRow], None]) -> None:
        """`resized` is called when the row has got its width, which is when it can be painted."""
        super().__init__()
        self.view = view
        self._resized = resized
        self._strips: list[Strip] = []

    def paint(self, ink: Ink, lines: Sequence[list[Run]], *, cursor: bool) -> None:
        """Take over new lines; the terminal hears of it only if a cell is different."""
        ground = "ground-cursor" if cursor else "background"
        strips = [ink.line(line, self.size.width, ground) for line in lines]
        before, self._strips = self._strips, strips
        if len(before) != len(strips):
            self.refresh()
        elif where := list(regions(before, strips)):
            self.refresh(*where)

    @property
    def painted(self) -> bool:
        """Whether there is something for its width to be seen."""
        return bool(self._strips) and self._strips[0].cell_length == self.size.width

    def render_line(self, y: int) -> Strip:
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)

    def on_resize(self) -> None:
        self._resized(self)

    def on_click(self) -> None:
        self.post_message(self.Clicked(self.view.id))
