"""The line to type a filter in. It is there only while somebody types."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Label

from creditsui.tui.widgets.field import Field


class Filter(Horizontal):
    """`text` is what stood there the last time."""

    DEFAULT_CSS = """
    Filter { height: 1; }
    Filter Label { width: auto; padding: 0 1; color: $mark-brand; text-style: bold; }
    Filter Field { width: 1fr; background: $surface; }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        yield Label("/", markup=False)
        yield Field(self._text, placeholder="name, provider, plan or band", id="wanted")
