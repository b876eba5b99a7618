"""A picture of the screen, and where it is put."""

import re
from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from textual.app import App

_WEB_FONT = re.compile(r"\s*@font-face\s*\{.*?\}", re.DOTALL)
_PREFIX = re.compile(r"terminal-\d+-")
_GROUND = re.compile(
    r'<rect fill="([^"]+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" shape-rendering[^>]+>'
)
_END = ">\n</text>"
_BLANKS = re.compile(r">[ \n]+<")
_TEXT = re.compile(r'(<text [^>]*?) clip-path="([^"]+)"(>[^<]*</text>)')


def draw(app: App[Any]) -> str:
    """The screen as an SVG of its own: it names a usual font and fetches nothing."""
    drawing = _WEB_FONT.sub("", app.export_screenshot(title="creditsui"))
    return slim(drawing.replace("Fira Code,", "DejaVu Sans Mono, Menlo, Consolas,"))


def slim(drawing: str) -> str:
    """The same picture in a fifth of the bytes: one ground below all others, one clip for the texts of a line."""
    drawing = _PREFIX.sub("", drawing).replace("&#160;", "\xa0")
    found = list(_GROUND.finditer(drawing))
    if not found:
        return drawing
    cells = [(one[1], float(one[2]), float(one[3]), float(one[4]), float(one[5])) for one in found]
    fills = Counter[str]()
    for fill, _, _, wide, _ in cells:
        fills[fill] += round(wide)
    ground = fills.most_common(1)[0][0]
    right = max(x + wide for _, x, _, wide, _ in cells)
    top, bottom = min(y for _, _, y, _, _ in cells), max(y + high for _, _, y, _, high in cells)
    rects = [_rect(ground, 0, top, right, bottom - top)]
    for (fill, y), run in groupby(cells, key=lambda cell: (cell[0], cell[2])):
        row = list(run)
        if fill != ground:
            rects.append(_rect(fill, row[0][1], y, row[-1][1] + row[-1][3] - row[0][1], row[0][4]))
    begin, end = found[0].start(), found[-1].end()
    body = f'<g shape-rendering="crispEdges">{"".join(rects)}</g>'
    texts = list(_TEXT.finditer(drawing, end))
    # The end of each line comes as a text of its own, which shows nothing.
    lines = "".join(
        f'<g clip-path="{clip}">{"".join(text[1] + text[3] for text in run if text[3] != _END)}</g>'
        for clip, run in groupby(texts, key=lambda text: text[2])
    )
    first, last = (texts[0].start(), texts[-1].end()) if texts else (end, end)
    return _BLANKS.sub("><", drawing[:begin] + body + drawing[end:first] + lines + drawing[last:])


def _rect(fill: str, x: float, y: float, wide: float, high: float) -> str:
    return f'<rect fill="{fill}" x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}"/>'


def save(drawing: str, name: str, env: Mapping[str, str], home: Path) -> Path:
    """Write an SVG among the user's pictures, or into the current folder where there are none. Raises OSError."""
    chosen = env.get("XDG_PICTURES_DIR", "")
    for folder in (Path(chosen) if chosen else home / "Pictures", Path.cwd()):
        if folder.is_dir():
            path = folder / name
            path.write_text(drawing, encoding="utf-8")
            return path
    raise FileNotFoundError(2, "there is no folder for it")
