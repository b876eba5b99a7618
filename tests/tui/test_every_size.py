"""Every screen at every size the layout tells apart: as it was looked at, with nothing in it cut, broken or strange.

The frames of a screen are kept in `snapshots/every_size/SCREEN.txt`; CREDITSUI_UPDATE_SNAPSHOTS=1 keeps them anew.
"""

import os
from pathlib import Path
from textwrap import dedent

import pytest

from creditsui.domain.board import Board
from tests.tui.conftest import Open
from tests.tui.stage import until
from tests.tui.walk import NOW, SCREENS, SIZES, WHOLE, Frames, Walk, walking
from tests.tui.whole import faults

UPDATE = os.environ.get("CREDITSUI_UPDATE_SNAPSHOTS") == "1"
KEPT = Path(__file__).parent / "snapshots" / "every_size"
BOXES = tuple(name for name in SCREENS if name not in WHOLE)
GROUPS = {"whole": WHOLE, "boxes": BOXES[:4], "more boxes": BOXES[4:]}


def box(frame: str) -> str:
    """Without the empty room around it."""
    lines = frame.rstrip().split("\n")
    while lines and not lines[0]:
        del lines[0]
    return dedent("\n".join(lines))


def told(frames: Frames, *, whole: bool) -> str:
    return "".join(
        f"{f' {width}x{height} ':═^40}\n{frames[width, height].rstrip() if whole else box(frames[width, height])}\n"
        for width, height in sorted(SIZES, key=lambda size: (-size[0] * size[1], size))
    )


def differs(name: str, frames: Frames, *, whole: bool) -> list[str]:
    """What is wrong with the frames of a screen, and whether they are another than is kept."""
    wrong = [f"{name} {fault}" for fault in faults(frames)]
    kept, text = KEPT / f"{name}.txt", told(frames, whole=whole)
    if UPDATE:
        KEPT.mkdir(exist_ok=True)
        kept.write_text(text, encoding="utf-8")
    elif not kept.exists() or kept.read_text(encoding="utf-8") != text:
        wrong.append(f"{name} does not look as it is kept:\n{text}")
    return wrong


@pytest.mark.parametrize("group", GROUPS)
async def test_every_screen_at_every_size(group: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: list[str] = []
    async with walking(monkeypatch, tmp_path / "demo") as walk:
        for name in GROUPS[group]:
            wrong += differs(name, await walk.frames(name), whole=name in WHOLE)
    wrong += [f"{cut}: a number is cut in its field" for cut in walk.cut]
    assert not wrong, "\n".join(wrong)


async def test_the_welcome_at_every_size(pane: Open) -> None:
    async with pane(*SIZES[-1], board=Board(generated_at=NOW), account=None) as (app, pilot):
        await until(pilot, lambda: "look around in the demo" in app.text())
        wrong = differs("welcome", await Walk(app, pilot, []).sized("welcome"), whole=True)
    assert not wrong, "\n".join(wrong)
