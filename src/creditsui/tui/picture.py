"""A picture of the screen, and where it is put."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from textual.app import App

_WEB_FONT = re.compile(r"\s*@font-face\s*\{.*?\}", re.DOTALL)


def draw(app: App[Any]) -> str:
    """The screen as an SVG of its own: it names a usual font and fetches nothing."""
    drawing = _WEB_FONT.sub("", app.export_screenshot(title="creditsui"))
    return drawing.replace("Fira Code,", "DejaVu Sans Mono, Menlo, Consolas,")


def save(drawing: str, name: str, env: Mapping[str, str], home: Path) -> Path:
    """Write an SVG among the user's pictures, or into the current folder where there are none. Raises OSError."""
    chosen = env.get("XDG_PICTURES_DIR", "")
    for folder in (Path(chosen) if chosen else home / "Pictures", Path.cwd()):
        if folder.is_dir():
            path = folder / name
            path.write_text(drawing, encoding="utf-8")
            return path
    raise FileNotFoundError(2, "there is no folder for it")
