"""A picture of the screen is as small as it can be and shows the same."""

import re

from creditsui.tui.picture import draw, slim
from tests.tui.conftest import Open

TEXT = re.compile(r"<text ([^>]*)>([^<]*)</text>")
FILL = re.compile(r'<rect fill="([^"]+)"')


def told(drawing: str) -> list[tuple[str, str]]:
    """Each text and where it stands, without the clip of its line."""
    return [
        (re.sub(r' clip-path="[^"]+"|terminal-\d+-', "", where), text.replace("&#160;", "\xa0"))
        for where, text in TEXT.findall(drawing)
        if text.strip("\n")
    ]


async def test_a_picture_keeps_every_text_in_its_place_and_every_ground_in_a_third_of_the_bytes(pane: Open) -> None:
    async with pane(80, 24, env={"COLORTERM": "truecolor", "LANG": "C.UTF-8"}) as (app, _):
        whole = app.export_screenshot(title="creditsui")
        small = draw(app)
        assert told(small) == told(whole) and len(told(small)) > 100
        assert set(FILL.findall(small)) == set(FILL.findall(whole))
        assert len(small.encode()) < len(whole.encode()) / 2.5
        assert slim("<svg></svg>") == "<svg></svg>"
