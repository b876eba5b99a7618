"""Film the demo: the real app for one minute of a virtual clock, as one animated SVG, cut where nothing moves.

Run it with `python screenshots/film.py`. Every line of the terminal is a strip of all that stood there, moved by steps
of CSS; nothing is fetched and no script runs, so it plays wherever an SVG may stand as a picture. Blocks are drawn as
rectangles: no font has to have them, and no seam shows between two.
"""

import asyncio
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.notifications import Notification

from creditsui.core.asking.refresh import refresh
from creditsui.core.board import board
from creditsui.core.demo.session import PACE, demo_session
from creditsui.core.session import Session
from creditsui.tui.app import CreditsApp
from creditsui.tui.screens.dashboard import Dashboard

HERE = Path(__file__).parent
START = datetime(2026, 11, 20, 19, 40, tzinfo=UTC)
WIDTH, HEIGHT = 104, 30
SECONDS, STEP = 60.0, 0.1
HELD = 1.2
"""Seconds for which a frame stands at most, so that nobody waits for the next beat."""
CELL, LINE, SIZE = 10, 21, 16.6
"""What a character takes, in the picture's own units; the size is that of a usual monospaced font."""

Line = tuple[Segment, ...]
Frame = tuple[Line, ...]

#: Left, top, right and bottom of what is filled of a cell, in eighths.
BLOCKS: dict[str, tuple[tuple[int, int, int, int], ...]] = {
    "█": ((0, 0, 8, 8),),
    "▀": ((0, 0, 8, 4),),
    "▐": ((4, 0, 8, 8),),
    "▖": ((0, 4, 4, 8),),
    "▗": ((4, 4, 8, 8),),
    "▘": ((0, 0, 4, 4),),
    "▝": ((4, 0, 8, 4),),
    "▞": ((4, 0, 8, 4), (0, 4, 4, 8)),
    "▚": ((0, 0, 4, 4), (4, 4, 8, 8)),
    **{block: ((0, 7 - at, 8, 8),) for at, block in enumerate("▁▂▃▄▅▆▇")},
    **{block: ((0, 0, 7 - at, 8),) for at, block in enumerate("▉▊▋▌▍▎▏")},
}


class Set(CreditsApp):
    """The pane on a clock of the film's own: boards come when the camera asks for them, toasts go by that clock."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, account="anthropic", env={"COLORTERM": "truecolor", "LANG": "C.UTF-8"})
        self.seconds = 0.0
        self.toasts: list[tuple[float, Notification]] = []

    def _keep(self) -> None:  # type: ignore[override]
        """Nobody is asked by itself."""

    def set_clock(self) -> None:
        """Time is told by the camera."""

    def notify(self, message: str, *, timeout: float | None = None, **more: Any) -> None:
        super().notify(message, timeout=3600, **more)
        ends = self.seconds + (timeout or self.NOTIFICATION_TIMEOUT)
        self.toasts += [(ends, one) for one in self._notifications if all(one is not known for _, known in self.toasts)]

    def clear_toasts(self) -> None:
        for ends, one in list(self.toasts):
            if ends <= self.seconds:
                self.toasts.remove((ends, one))
                self._unnotify(one)

    def frame(self) -> Frame:
        return tuple(tuple(Segment.simplify(strip)) for strip in self.screen._compositor.render_strips())


async def shoot() -> list[tuple[float, Frame]]:
    """What stood on the screen, and from when on; only what differs from before."""
    seconds = 0.0
    with TemporaryDirectory(prefix="creditsui-film-") as folder:
        session = demo_session(PACE, Path(folder), lambda: START + timedelta(seconds=seconds))
        await refresh(session)
        app, film = Set(session), list[tuple[float, Frame]]()
        async with app.run_test(size=(WIDTH, HEIGHT), notifications=True) as pilot:
            dashboard = app.screen
            assert isinstance(dashboard, Dashboard)
            dashboard.roster._clock = lambda: seconds
            app._take(board(session))
            for _ in range(10):
                await pilot.pause()
            for step in range(round(SECONDS / STEP)):
                seconds = app.seconds = step * STEP
                due = app.board.next_at if app.board is not None else None
                if due is None or due <= session.now() or step % 5 == 0:
                    await refresh(session)
                    found = board(session)
                    if app.board is None or found.accounts != app.board.accounts or step % 100 == 0:
                        app._take(found)
                        await app.workers.wait_for_complete()
                app.clear_toasts()
                dashboard.roster._on_beat()
                for _ in range(3):
                    await pilot.pause()
                shown = app.frame()
                if not film or shown != film[-1][1]:
                    film.append((seconds, shown))
    return film


# ── the picture ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Palette:
    """A short class for every colour, most of which come often."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name(self, colour: str) -> str:
        return self._names.setdefault(
            colour, f"{'abcdefghijklmnopqrstuvwxyz'[len(self._names) % 26]}{len(self._names) // 26 or ''}"
        )

    def css(self) -> str:
        return "".join(f".{name}{{fill:{colour}}}" for colour, name in self._names.items())


def colours(style: Style | None, ground: str) -> tuple[str, str]:
    """Of the characters and below them."""
    fore = style.color.triplet.hex if style and style.color and style.color.triplet else "#ffffff"
    back = style.bgcolor.triplet.hex if style and style.bgcolor and style.bgcolor.triplet else ground
    return (back, fore) if style and style.reverse else (fore, back)


def drawn(line: Line, ground: str, palette: Palette) -> str:
    """One line, its upper left corner at 0, 0."""
    under: list[tuple[float, float, float, float, str]] = []
    over: list[tuple[float, float, float, float, str]] = []
    words: list[str] = []
    at = 0
    for text, style, _ in line:
        fore, back = colours(style, ground)
        if back != ground:
            under.append((at * CELL, 0, len(text) * CELL, LINE, back))
        for index, letter in enumerate(text):
            for left, top, right, bottom in BLOCKS.get(letter, ()):
                x, y = (at + index) * CELL + left * CELL / 8, top * LINE / 8
                over.append((x, y, (right - left) * CELL / 8, (bottom - top) * LINE / 8, fore))
        bold = " B" if style and style.bold else ""
        for word in re.finditer(r"[^\s▀-▟]+(?: [^\s▀-▟]+)*", text):
            words.append(
                f'<text x="{(at + word.start()) * CELL}" textLength="{len(word[0]) * CELL}" '
                f'class="{palette.name(fore)}{bold}">{escape(word[0])}</text>'
            )
        at += len(text)
    return "".join((*_boxes(under, palette), *_boxes(over, palette), *words))


def _boxes(boxes: Iterable[tuple[float, float, float, float, str]], palette: Palette) -> Iterator[str]:
    """Neighbours of one colour become one."""
    joined: list[tuple[float, float, float, float, str]] = []
    for x, y, width, height, colour in sorted(boxes, key=lambda box: (box[1], box[3], box[0])):
        if joined and joined[-1][1:2] + joined[-1][3:] == (y, height, colour):
            before = joined[-1]
            if abs(before[0] + before[2] - x) < 0.01:
                joined[-1] = (before[0], y, before[2] + width, height, colour)
                continue
        joined.append((x, y, width, height, colour))
    for x, y, width, height, colour in joined:
        path = f"M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}H{_n(x)}z"
        yield f'<path class="{palette.name(colour)}" d="{path}"/>'


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def cut(film: list[tuple[float, Frame]]) -> list[tuple[float, Frame]]:
    """Without the waits, in which at most the clock of the first line goes on."""
    done = [film[0]]
    began, at, still = film[0][0], 0.0, film[0][1][1:]
    for seconds, frame in film[1:]:
        here = at + min(seconds - began, HELD)
        if frame[1:] != still:
            began, at, still = seconds, here, frame[1:]
        if here - done[-1][0] < STEP / 2:
            done.pop()
        done.append((here, frame))
    return done


def animated(film: list[tuple[float, Frame]], ground: str) -> str:
    """The whole film as an SVG."""
    palette, length = Palette(), film[-1][0] + HELD
    rules, strips = [], []
    for row in range(len(film[0][1])):
        seen: dict[str, int] = {}
        changes: list[tuple[float, int]] = []
        for seconds, frame in film:
            place = seen.setdefault(drawn(frame[row], ground, palette), len(seen))
            if not changes or changes[-1][1] != place:
                changes.append((seconds, place))
        inside = "".join(
            f'<g transform="translate(0 {place * LINE})">{cells}</g>' if place else cells
            for cells, place in seen.items()
            if cells
        )
        top = 40 + row * LINE
        if len(changes) == 1:
            strips.append(f'<g transform="translate(0 {top})">{inside}</g>' if inside else "")
            continue
        steps = "".join(
            f"{_n(100 * seconds / length)}%{{transform:translateY({-place * LINE}px)}}" for seconds, place in changes
        )
        rules.append(f"@keyframes r{row}{{{steps}}}#r{row}{{animation:r{row} {_n(length)}s step-end infinite}}")
        size = f'y="{top}" width="{WIDTH * CELL}" height="{LINE}"'
        strips.append(f'<svg {size}><g id="r{row}">{inside}</g></svg>')
    width, height = WIDTH * CELL + 24, len(film[0][1]) * LINE + 52
    dots = "".join(
        f'<circle cx="{22 + 20 * at}" cy="20" r="6" fill="{colour}"/>'
        for at, colour in enumerate(("#ff5f57", "#febc2e", "#28c840"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<title>creditsui: one minute of the demo</title><style>"
        f"text{{font:{SIZE}px 'DejaVu Sans Mono',Menlo,Consolas,monospace;dominant-baseline:central;"
        f"transform:translateY({LINE / 2}px)}}.B{{font-weight:bold}}path{{shape-rendering:crispEdges}}"
        f"{palette.css()}{''.join(rules)}@media(prefers-reduced-motion){{g{{animation:none!important}}}}</style>"
        f'<rect width="{width}" height="{height}" rx="10" fill="{ground}"/>{dots}'
        f'<text x="{width / 2}" y="10" text-anchor="middle" fill="#8a90a3">creditsui --demo</text>'
        f'<g transform="translate(12)">{"".join(strips)}</g></svg>\n'
    )


def main(path: Path = HERE / "film.svg") -> None:
    film = cut(asyncio.run(shoot()))
    ground = film[0][1][-1][-1].style
    path.write_text(animated(film, colours(ground, "#0f1116")[1]), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
