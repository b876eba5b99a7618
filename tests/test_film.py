"""The film of the README: at each moment its strips show the very lines of that moment, and it is fit to be a picture
on a page of somebody else."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.segment import Segment
from rich.style import Style

from screenshots.film import BLOCKS, CELL, HELD, LINE, Palette, animated, cut, drawn

FILM = Path(__file__).parents[1] / "screenshots" / "film.svg"
GROUND = "#000000"
SVG = "{http://www.w3.org/2000/svg}"


def line(text: str, colour: str = "#ffffff") -> tuple[Segment, ...]:
    return (Segment(text, Style(color=colour, bgcolor=GROUND)),)


def test_each_line_moves_by_itself_to_what_stands_there_at_each_moment() -> None:
    film = [(0.0, (line("a"), line("one"))), (1.0, (line("a"), line("two"))), (2.0, (line("a"), line("one")))]
    tree = ElementTree.fromstring(animated(film, GROUND))
    rules = tree.findtext(f"{SVG}style") or ""
    assert "#r0" not in rules, "what stands still is not animated"
    told = re.search(r"@keyframes r1\{(.*?)\}\}", rules)
    assert told
    steps = re.findall(r"([\d.]+)%\{transform:translateY\((-?\d+)px\)", told[1] + "}")
    whole = 2.0 + HELD
    assert [(round(float(at) * whole / 100, 1), int(by)) for at, by in steps] == [(0, 0), (1, -LINE), (2, 0)]
    (strip,) = [group for group in tree.iter(f"{SVG}g") if group.get("id") == "r1"]
    first, second = strip
    assert first.text == "one" and second.get("transform") == f"translate(0 {LINE})"
    assert [text.text for text in second] == ["two"]


def test_waits_are_cut_short_though_the_clock_goes_on_and_nothing_else_is() -> None:
    def at(seconds: float, clock: str, body: str) -> tuple[float, tuple[tuple[Segment, ...], ...]]:
        return seconds, (line(clock), line(body))

    film = cut(
        [
            at(0, "0", "a"),
            at(0.1, "0", "b"),
            at(1, "1", "b"),
            at(5, "5", "b"),
            at(8, "8", "b"),
            at(9, "9", "c"),
            at(9.5, "9", "d"),
        ]
    )
    assert [seconds for seconds, _ in film] == pytest.approx([0, 0.1, 1, 0.1 + HELD, 0.6 + HELD])
    assert [frame[1][0].text for _, frame in film] == ["a", "b", "b", "c", "d"]


def test_blocks_are_drawn_without_a_font_and_neighbours_become_one() -> None:
    palette = Palette()
    cells = drawn(line("▄▄▄▖ <b>  x"), GROUND, palette)
    assert f'd="M0 {LINE / 2:g}h{3 * CELL + CELL / 2:g}v{LINE / 2:g}H0z"' in cells
    assert "▄" not in cells and "&lt;b&gt;" in cells and f'x="{10 * CELL}"' in cells
    assert cells.count("<path") == 1 and palette.css() == ".a{fill:#ffffff}"
    assert all(
        0 <= left < right <= 8 and 0 <= top < bottom <= 8 for box in BLOCKS.values() for left, top, right, bottom in box
    )


def test_the_film_that_is_kept_needs_no_script_and_no_network_and_is_small() -> None:
    text = FILM.read_text(encoding="utf-8")
    assert len(text.encode()) < 400_000
    tree = ElementTree.fromstring(text)
    assert {one.tag.removeprefix(SVG) for one in tree.iter()} <= {
        "svg",
        "title",
        "style",
        "rect",
        "circle",
        "g",
        "text",
        "path",
    }
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "") and "url(" not in text
    assert "prefers-reduced-motion" in text and text.count("@keyframes") > 10
    said = "".join(tree.itertext())
    for word in ("DEMO", "K.O.", "xAI is empty", "−$", "+$10.00", "key rejected"):
        assert word in said, word
