"""Lines that scroll are drawn for the room there is, with the scroll bar and without it."""

from textual.app import App, ComposeResult
from textual.strip import Strip

from creditsui.tui.widgets.strips import Strips
from tests.tui.stage import until


class Ruler(Strips):
    """Draws so many lines, each as wide as it was told."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.lines = lines

    def draw(self, width: int) -> list[Strip]:
        return [Strip.blank(width)] * self.lines


class Bench(App[None]):
    def __init__(self, lines: int) -> None:
        super().__init__()
        self.ruler = Ruler(lines)

    def compose(self) -> ComposeResult:
        yield self.ruler


async def test_a_scroll_bar_that_comes_or_goes_covers_no_line_and_moves_none() -> None:
    bench = Bench(4)
    async with bench.run_test(size=(30, 10)) as pilot:
        for lines, bar in ((4, False), (40, True), (4, False)):
            bench.ruler.lines = lines
            bench.ruler.paint()
            await until(pilot, lambda bar=bar: bench.ruler.show_vertical_scrollbar is bar)  # type: ignore[misc]
            assert [strip.cell_length for strip in bench.ruler._strips] == [29] * lines
