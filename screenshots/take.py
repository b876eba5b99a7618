"""Take the README's pictures: the real app on the demo's accounts at one fixed instant.

Run it with `python screenshots/take.py` after a change that shows. With `--sizes` it also draws every screen at every
size that the layout tells apart into `sizes/`, the list and a detail in every theme into `looks/`, and `README.md`, a
table of them all: they are to be looked at, every one, whenever the look was changed.
"""

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from creditsui.cli.report import html
from creditsui.core.asking.refresh import refresh
from creditsui.core.board import board
from creditsui.core.demo.session import demo_session
from creditsui.core.session import Session
from creditsui.core.start import open_session
from creditsui.tui.app import CreditsApp
from creditsui.tui.picture import draw

HERE = Path(__file__).parent
_COLOUR = re.compile("#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})")
NOW = datetime(2026, 11, 20, 19, 40, tzinfo=UTC)


@dataclass(frozen=True)
class Shot:
    name: str
    width: int
    height: int
    account: str = "anthropic"
    keys: tuple[str, ...] = ()
    empty: bool = False
    """Of a home in which nothing was found, not of the demo."""
    theme: str | None = None
    ascii: bool = False
    plain: bool = False
    """Without any colour."""


SHOTS = (
    Shot("dashboard-120x36", 120, 36),
    Shot("dashboard-80x24", 80, 24),
    Shot("side-44x20", 44, 20),
    Shot("strip-80x6", 80, 6),
    Shot("thresholds", 80, 24, "xai", ("e",)),
    Shot("routing", 120, 36, keys=("4",)),
    Shot("portrait-120x36", 120, 36, keys=("enter", "enter")),
)


SCREENS: dict[str, tuple[str, ...]] = {
    "accounts": (),
    "detail": ("enter",),
    "portrait": ("enter", "enter"),
    "spend": ("2",),
    "timeline": ("3",),
    "routing": ("4",),
    "explain": ("x",),
    "help": ("question_mark",),
    "thresholds": ("e",),
    "topup": ("t",),
    "sync": ("S",),
    "key": ("K",),
    "snooze": ("n",),
    "add": ("a",),
    "welcome": (),
}
SIZES = ((200, 60), (120, 36), (80, 24), (44, 20), (80, 6), (80, 1), (20, 8))
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"theme": "creditsui-light"},
    "contrast": {"theme": "creditsui-contrast"},
    "safe": {"theme": "creditsui-safe"},
    "arcade": {"theme": "arcade"},
    "sixteen": {"theme": "ansi-dark"},
    "plain": {"plain": True},
    "ascii": {"ascii": True},
}
LOOKED_AT = (("accounts", 120, 36), ("accounts", 44, 20), ("portrait", 120, 36))


def session_of(shot: Shot, folder: Path) -> Session:
    if not shot.empty:
        return demo_session(1.0, folder, lambda: NOW)
    return replace(open_session({"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}), now=lambda: NOW)


async def take(shot: Shot) -> None:
    with TemporaryDirectory(prefix="creditsui-shot-") as folder:
        session = session_of(shot, Path(folder))
        if not shot.empty:
            await refresh(session)
        env = {"LANG": "C.UTF-8"} | ({"NO_COLOR": "1"} if shot.plain else {"COLORTERM": "truecolor"})
        app = CreditsApp(session, account=shot.account, still=True, env=env, theme=shot.theme, ascii=shot.ascii)
        async with app.run_test(size=(shot.width, shot.height)) as pilot:
            while app.board is None or not (shot.empty or app.board.account("groq")):
                await pilot.pause()
            await pilot.pause()
            for key in shot.keys:
                await pilot.press(key)
                await pilot.pause()
                while getattr(app.screen, "busy", False):
                    await pilot.pause()
            path = HERE / f"{shot.name}.svg"
            path.parent.mkdir(exist_ok=True)
            drawing = draw(app)
            path.write_text(_COLOUR.sub(_grey, drawing) if shot.plain else drawing, encoding="utf-8")


def _grey(colour: re.Match[str]) -> str:
    """As light as it is, as on a terminal that was told to show none."""
    red, green, blue = (int(part, 16) for part in colour.groups())
    light = round(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return f"#{light:02x}{light:02x}{light:02x}"


def take_report() -> None:
    """The page of `creditsui status --html`, as a browser shows it; not without Chromium."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        return
    with TemporaryDirectory(prefix="creditsui-shot-") as folder:
        session = demo_session(1.0, Path(folder), lambda: NOW)
        asyncio.run(refresh(session))
        page = Path(folder) / "report.html"
        page.write_text(html(session, board(session)), encoding="utf-8")
        subprocess.run(
            [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1280,940",
             "--blink-settings=preferredColorScheme=0", f"--user-data-dir={folder}/browser",
             f"--screenshot={HERE / 'report.png'}", page.as_uri()],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip


async def main(shots: Iterable[Shot]) -> None:
    for shot in shots:
        await take(shot)


def every_size() -> Iterator[Shot]:
    for name, keys in SCREENS.items():
        for width, height in SIZES:
            yield Shot(f"sizes/{name}-{width}x{height}", width, height, keys=keys, empty=name == "welcome")


def every_look() -> Iterator[Shot]:
    for look, how in LOOKS.items():
        for screen, width, height in LOOKED_AT:
            yield Shot(f"looks/{screen}-{look}-{width}x{height}", width, height, keys=SCREENS[screen], **how)


def contents() -> str:
    """A table of links to all of them."""
    lines = ["# Every screen at every size", "", "Made by `python screenshots/take.py --sizes`.", ""]
    lines += _table("", [f"{width}×{height}" for width, height in SIZES], SCREENS, every_size())
    heads = [f"{screen} {width}×{height}" for screen, width, height in LOOKED_AT]
    lines += ["", "The same in every look:", "", *_table("", heads, LOOKS, every_look())]
    return "\n".join(lines) + "\n"


def _table(corner: str, heads: Sequence[str], rows: Iterable[str], shots: Iterator[Shot]) -> list[str]:
    lines = [f"| {' | '.join([corner, *heads])} |", "|---" * (len(heads) + 1) + "|"]
    for row in rows:
        links = [f"[{head.split()[-1]}]({shot.name}.svg)" for head, shot in zip(heads, shots, strict=False)]
        lines.append(f"| {' | '.join([row, *links])} |")
    return lines


if __name__ == "__main__":
    asyncio.run(main(SHOTS))
    if "--sizes" in sys.argv[1:]:
        asyncio.run(main([*every_size(), *every_look()]))
        (HERE / "README.md").write_text(contents(), encoding="utf-8")
    take_report()
