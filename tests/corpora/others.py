"""The logs of every agent but Claude Code and Codex, and but Hermes, whose own classes write its database."""

from pathlib import Path
from random import Random

from tests.corpora import gemini, kimi, openclaw, opencode, pi, qwen
from tests.corpora.agent import Agent


def write(home: Path, seed: int = 5) -> list[Agent]:
    """Where each of them keeps its logs; the same seed gives the same calls."""
    return [
        opencode.write(home / ".local/share/opencode", Random(seed)),
        openclaw.write(home / ".openclaw", Random(seed + 1)),
        pi.write(home / ".pi/agent", Random(seed + 2)),
        gemini.write(home / ".gemini", Random(seed + 3)),
        kimi.write(home / ".kimi", Random(seed + 4)),
        qwen.write(home / ".qwen", Random(seed + 5)),
    ]
