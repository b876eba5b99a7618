"""What a first run that found nothing shows: each place that was looked at, and the ways to begin."""

import asyncio
from collections.abc import Sequence

from textual import work
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from creditsui.core.detect import Looked, detect
from creditsui.core.session import Session

WAYS = (
    ("a", "add an account and its key"),
    ("s", "enter a balance by hand"),
    ("d", "look around in the demo; it writes nothing"),
)


def lines(places: Sequence[Looked], width: int) -> list[tuple[str, str]]:
    """(text, tone) per line; tones are `head`, `found`, `missing`, `way` and `plain`."""
    said = [("Nothing to watch yet.", "head"), ("", "plain"), ("Looked for keys and logins, and found:", "plain")]
    wide = min(max((len(place.place) for place in places), default=0), max(16, width - 24))
    for place in places:
        name = place.place if len(place.place) <= wide else place.place[: wide - 1] + "…"
        said.append((f"  {name:<{wide}}  {place.found or 'nothing'}", "found" if place.found else "missing"))
    said += [("", "plain"), *((f"  {key}  {words}", "way") for key, words in WAYS)]
    return said


class Welcome(VerticalScroll, can_focus=True):
    """Shown in the place of the roster while there is no account."""

    DEFAULT_CSS = """
    Welcome { scrollbar-size-vertical: 1; }
    Welcome .head { text-style: bold; color: $text-strong; }
    Welcome .missing { color: $text-dim; }
    Welcome .found { color: $text-gain; }
    Welcome .way { color: $mark-brand; text-style: bold; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said: list[tuple[str, str]] = []

    @work(exclusive=True, exit_on_error=False)
    async def look(self, session: Session) -> None:
        """Look again at each place, and say what was there."""
        places = await asyncio.to_thread(detect, session)
        said = lines(places, max(40, self.app.size.width - 8))
        if said != self._said:
            self._said = said
            await self.remove_children()
            await self.mount(*(Static(Content(text), classes=tone) for text, tone in said))
