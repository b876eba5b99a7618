"""The folder of pictures holds every screen at every size, and nothing that no command makes."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from creditsui.core import keymap
from creditsui.tui.themes import THEMES

FOLDER = Path(__file__).parent.parent / "screenshots"


@pytest.fixture(scope="module")
def take() -> ModuleType:
    spec = importlib.util.spec_from_file_location("take", FOLDER / "take.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["take"] = module
    spec.loader.exec_module(module)
    return module


def test_every_screen_is_there_at_every_size_and_every_look(take: ModuleType) -> None:
    shots = [*take.SHOTS, *take.every_size(), *take.every_look()]
    assert len({shot.name for shot in shots}) == len(shots) >= 7 + 15 * 7 + 7 * 3
    there = {path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.svg")}
    assert there - {"film"} == {shot.name for shot in shots}
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == take.contents()


def test_no_screen_with_a_number_and_no_theme_of_ours_is_forgotten(take: ModuleType) -> None:
    keys = {key.keys for key in keymap.ACCOUNTS if key.action in ("spend", "timeline", "route")}
    assert keys <= {key for pressed in take.SCREENS.values() for key in pressed} and len(keys) == 3
    assert {one.name for one in THEMES[1:]} <= {how.get("theme") for how in take.LOOKS.values()}
