"""Take the README's pictures: the real app on the demo's accounts at one fixed instant.

Run it with `python screenshots/take.py` after a change that shows. With `--sizes` it also draws every screen at every
size that the layout tells apart into `sizes/`, which is to be looked at, not kept.
"""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from creditsui.cli.report import html
from creditsui.core.board import board
from creditsui.core.demo import demo_session
from creditsui.core.refresh import refresh
from creditsui.tui.app import CreditsApp
from creditsui.tui.picture import draw

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 20, 19, 40, tzinfo=UTC)


@dataclass(frozen=True)
class Shot:
    name: str
    width: int
    height: int
    account: str = "anthropic"
    keys: tuple[str, ...] = ()


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
    "portrait": ("enter", "enter"),
    "spend": ("2",),
    "timeline": ("3",),
    "routing": ("4",),
    "explain": ("x",),
    "help": ("question_mark",),
    "thresholds": ("e",),
    "topup": ("t",),
    "sync": ("S",),
    "add": ("a",),
}
SIZES = ((200, 60), (120, 36), (80, 24), (44, 20), (80, 6), (80, 1), (20, 8))


async def take(shot: Shot) -> None:
    with TemporaryDirectory(prefix="creditsui-shot-") as folder:
        session = demo_session(1.0, Path(folder), lambda: NOW)
        await refresh(session)
        app = CreditsApp(session, account=shot.account, still=True, env={"COLORTERM": "truecolor", "LANG": "C.UTF-8"})
        async with app.run_test(size=(shot.width, shot.height)) as pilot:
            while app.board is None or app.board.account("groq") is None:
                await pilot.pause()
            await pilot.pause()
            for key in shot.keys:
                await pilot.press(key)
                await pilot.pause()
                while getattr(app.screen, "busy", False):
                    await pilot.pause()
            path = HERE / f"{shot.name}.svg"
            path.parent.mkdir(exist_ok=True)
            path.write_text(draw(app), encoding="utf-8")


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
            yield Shot(f"sizes/{name}-{width}x{height}", width, height, keys=keys)


if __name__ == "__main__":
    asyncio.run(main([*SHOTS, *(every_size() if "--sizes" in sys.argv[1:] else ())]))
    take_report()
