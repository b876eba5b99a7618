"""The real program with a heart: about every 10 ms its event loop notes how long it let its heart wait.

`python beating.py FILE pane [arguments of creditsui]` is the program as it is, with one more task; what reads the logs
is a process without any of this. `python beating.py FILE bare` is a loop with nothing but the heart.
"""

import asyncio
import struct
import sys
import time
from pathlib import Path
from typing import BinaryIO

EVERY = 0.01
BEAT = struct.Struct("dd")
"""When, by the monotonic clock, and seconds since the beat before."""


async def beat(file: BinaryIO) -> None:
    """For ever. A beat comes `EVERY` after the one before, as far as the loop lets it."""
    last = time.monotonic()
    while True:
        await asyncio.sleep(EVERY)
        now = time.monotonic()
        file.write(BEAT.pack(now, now - last))
        last = now


def beats(path: Path) -> list[tuple[float, float]]:
    data = path.read_bytes()
    return list(BEAT.iter_unpack(data[: len(data) // BEAT.size * BEAT.size]))


def main(path: str, what: str, *arguments: str) -> int:
    file = Path(path).open("wb", buffering=0)  # noqa: SIM115 - as long as the process
    if what == "bare":
        asyncio.run(beat(file))
    from creditsui.cli.main import main as creditsui
    from creditsui.tui import app

    class Beating(app.CreditsApp):
        def on_mount(self) -> None:
            self._heart = asyncio.create_task(beat(file))

    app.CreditsApp = Beating  # type: ignore[misc]
    return creditsui(arguments)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
