"""Logs of agents as they are really written, of any size, with what they are known to hold.

`write(home, size)` fills a home with a log of every trap and as much usual work as makes up the size; the same seed
gives the same bytes. What it returns are the calls that were made, each once: the truth that readers are held against.
"""

from pathlib import Path
from random import Random

from tests.corpora import claude, codex
from tests.corpora.truth import Made

__all__ = ["Made", "write"]

SHARE = 0.75
"""Of the size that is Claude Code's; the rest is Codex'."""


def write(home: Path, size: int, seed: int = 1) -> list[Made]:
    """Logs of about `size` bytes below a home, traps (about 3 MB) included, which no size goes below."""
    return [
        *claude.write(home / ".claude", int(size * SHARE), Random(seed)),
        *codex.write(home / ".codex", int(size * (1 - SHARE)), Random(seed + 1)),
    ]
