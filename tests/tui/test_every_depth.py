"""The list, the detail and the timeline in every depth of colour: what they say, and in which colours.

Under each line stands the style of each of its cells as a letter, up to where the last style goes on to the end; what
the letters mean follows the lines. Of a depth only those lines are told that are not as in true colour.
"""

from collections.abc import Callable
from string import ascii_letters

import pytest
from rich.color import ColorSystem
from rich.style import Style

from creditsui.domain.band import Band
from tests.tui import boards
from tests.tui.conftest import Open, Pane, settled
from tests.tui.stage import until

Lines = list[tuple[str, str]]
BOARD = boards.spent(boards.BOARD, "anthropic", boards.usd("12.00"), Band.LOW)
DEPTHS: dict[str, tuple[ColorSystem | None, dict[str, object]]] = {
    "true colour": (ColorSystem.TRUECOLOR, {"env": {"COLORTERM": "truecolor", "LANG": "C.UTF-8"}}),
    "256 colours": (ColorSystem.EIGHT_BIT, {"env": {"TERM": "xterm-256color", "LANG": "C.UTF-8"}}),
    "16 colours": (ColorSystem.STANDARD, {"env": {"TERM": "xterm", "LANG": "C.UTF-8"}}),
    "no colour": (None, {"env": {"NO_COLOR": "1", "LANG": "C.UTF-8"}}),
    "ascii": (ColorSystem.TRUECOLOR, {"env": {"COLORTERM": "truecolor"}, "ascii": True}),
}
SCREENS = {"dashboard": (), "detail": ("enter",), "timeline": ("escape", "3")}


def named(style: Style | None, depth: ColorSystem | None) -> str:
    """As the terminal is told it."""
    if style is None:
        return "plain"
    parts = [word for word in ("bold", "dim", "italic", "underline", "reverse") if getattr(style, word)]
    for before, colour in (("", style.color), ("on ", style.bgcolor)):
        if colour is not None and not colour.is_default:
            told = colour if depth is None else colour.downgrade(depth)
            name = told.triplet.hex if told.triplet is not None else str(told.number)
            parts.append(f"{before}{name}")
    return " ".join(parts) or "plain"


def seen(app: Pane, depth: ColorSystem | None) -> tuple[Lines, dict[str, str]]:
    """The lines of the screen with the letters of their cells, and what each letter means."""
    letters: dict[str, str] = {}
    lines: Lines = []
    for strip in app.screen._compositor.render_strips():
        marks = ""
        for segment in strip:
            name = named(segment.style, depth)
            marks += letters.setdefault(name, ascii_letters[len(letters)]) * segment.cell_length
        lines.append((strip.text.rstrip(), marks.rstrip(marks[-1]) + marks[-1]))
    return lines, letters


@pytest.fixture
def told(pane: Open, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    async def all_of(depth: str) -> dict[str, tuple[Lines, dict[str, str]]]:
        system, options = DEPTHS[depth]
        if system is None:
            monkeypatch.setenv("NO_COLOR", "1")
        found = {}
        async with pane(80, 24, board=BOARD, **options) as (app, pilot):
            for name, keys in SCREENS.items():
                for key in keys:
                    await pilot.press(key)
                    await settled(app, pilot)
                if name == "timeline":
                    await until(pilot, lambda: app.screen is not app.dash)
                    await settled(app, pilot)
                found[name] = seen(app, system)
        return found

    return all_of


async def test_every_depth_of_colour(told: Callable[..., object], same: Callable[[str], None]) -> None:
    frames = {depth: await told(depth) for depth in DEPTHS}  # type: ignore[misc]
    parts = []
    for name in SCREENS:
        whole = frames["true colour"][name][0]
        for depth, found in frames.items():
            lines, letters = found[name]
            parts.append(f"{f' {name} · {depth} ':═^60}")
            for at, (line, before) in enumerate(zip(lines, whole, strict=True), 1):
                if depth == "true colour" or line != before:
                    parts += [f"{at:2} {line[0]}", f"   {line[1]}"]
            parts += [f"{letter} = {style}" for style, letter in letters.items()]
    for frame in frames["no colour"].values():
        told_of = [code for style in frame[1] for code in style.split() if code.startswith("#")]
        assert told_of and all(code[1:3] == code[3:5] == code[5:] for code in told_of), "only greys"
    for depth in ("true colour", "256 colours"):
        row = next(line for line in frames[depth]["dashboard"][0] if "✖ xAI   " in line[0])
        fill, track, tick = (row[1][row[0].index("▄") + at] for at in (0, 5, 9))
        letters = {letter: style.split()[0] for style, letter in frames[depth]["dashboard"][1].items()}
        ground = next(iter(frames[depth]["dashboard"][1])).split()[-1]
        assert len({letters[fill], letters[track], letters[tick], ground}) == 4, f"{depth}: the bar runs together"
    for frame in frames["ascii"].values():
        assert all(line.isascii() for line, _ in frame[0])
    same("\n".join(parts) + "\n")
