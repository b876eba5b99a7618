"""What a first run that found nothing shows: each place that was looked at, and the ways to begin."""

import asyncio
from collections.abc import Sequence
from textwrap import wrap

from textual import work
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from creditsui.core.accounts.detect import Looked, detect
from creditsui.core.session import Session
from creditsui.domain.grid import cut

WAYS = (
    ("a", "add an account and its key"),
    ("s", "enter a balance by hand"),
    ("d", "look around in the demo; it writes nothing"),
)
_MISSING = ("Looked for settings and logins, and found nothing at:", "Looked for keys, and found none called:")
_LEAST = 12


def lines(places: Sequence[Looked], width: int) -> list[tuple[str, str]]:
    """(text, tone) per line; tones are `head`, `found`, `missing`, `way` and `plain`.

    What was found has a line each; all that was not is listed at the end, by its usual name.
    """
    said = [("Nothing to watch yet.", "head"), ("", "plain")]
    for key, words in WAYS:
        said += [(line, "way") for line in wrap(f"  {key}  {words}", width, subsequent_indent=" " * 5)]
    there = [place for place in places if place.found]
    if there:
        said += [("", "plain"), ("Found:", "plain")]
        wide = min(max(len(place.place) for place in there), max(16, width - 24))
        said += [(f"  {cut(place.place, wide):<{wide}}  {place.found}", "found") for place in there]
    missing = [place.place.partition(" or ")[0] for place in places if not place.found]
    files = [name for name in missing if "/" in name]
    for title, names in zip(_MISSING, (files, sorted({*missing} - {*files})), strict=True):
        if names:
            said += [("", "plain"), *((line, "plain") for line in wrap(title, width))]
            said += [(f"  {line}", "missing") for line in _listed(names, width - 2)]
    return said


def _listed(names: Sequence[str], width: int) -> list[str]:
    """One after another; where not each fits whole with its comma, one below another."""
    if max(map(len, names)) < width:
        return wrap(", ".join(names), width, break_on_hyphens=False)
    return [cut(name, width) for name in names]


class Welcome(VerticalScroll, can_focus=True):
    """Shown in the place of the roster while there is no account."""

    DEFAULT_CSS = """
    Welcome { scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    Welcome .head { text-style: bold; color: $text-strong; }
    Welcome .missing { color: $text-dim; }
    Welcome .found { color: $text-gain; }
    Welcome .way { color: $mark-brand; text-style: bold; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._places: Sequence[Looked] = ()
        self._said: list[tuple[str, str]] = []

    @work(exclusive=True, exit_on_error=False)
    async def look(self, session: Session) -> None:
        """Look again at each place, and say what was there."""
        self._places = await asyncio.to_thread(detect, session)
        await self._tell()

    async def on_resize(self) -> None:
        if self._places:
            await self._tell()

    async def _tell(self) -> None:
        said = lines(self._places, max(_LEAST, self.scrollable_content_region.width))
        if said != self._said:
            self._said = said
            await self.remove_children()
            await self.mount(*(Static(Content(text), classes=tone) for text, tone in said))
