"""Claude Code's logs: a line for each block of an answer and for each message of the user or of a tool."""

from pathlib import Path
from random import Random
from typing import Any

from tests.corpora.pen import DAYS, FIRST, HERE, File, hex_of, iso, text, uuid_of
from tests.corpora.truth import Made

MODELS = ("claude-opus-4-8", "claude-sonnet-4-6", "claude-haiku-4-5")
VERSION = "2.1.120"
_MEDIAN = 1000
"""Bytes of text in a line, which makes 3 KB a line on the whole."""


class Session:
    """One file, and the calls that it tells first."""

    def __init__(
        self, root: Path, random: Random, at: int, *, name: str = "", project: str = "", trap: str = ""
    ) -> None:
        self.random, self.at, self.trap = random, at, trap
        self.id = uuid_of(random)
        self.project = project or f"project-{random.randrange(9)}"
        self.file = File(root / "projects" / f"-home-u-{self.project}" / f"{name or self.id}.jsonl")
        self.made: list[Made] = []

    def wait(self) -> int:
        """Until the next moment in which something is written."""
        self.at += self.random.randrange(300, 30_000)
        return self.at

    def user(self, **more: Any) -> bytes:
        """A line of the user's or a tool's."""
        message = {"role": "user", "content": [{"type": "tool_result", "content": HERE[1:-1]}]}
        return self._line("user", message, _MEDIAN, more)

    def answer(self, usage: dict[str, Any] | None = None, *, blocks: int = 1, id: str = "", request: str = "",
               model: str = "", **more: Any) -> list[bytes]:  # fmt: skip
        """An answer in so many blocks, whose output grows until the last."""
        random = self.random
        usage = usage if usage is not None else usual(random)
        id, request = id or f"msg_{hex_of(random, 24)}", request or f"req_{hex_of(random, 24)}"
        model = model or random.choice(MODELS)
        began = self.wait()
        told = []
        for block in range(1, blocks + 1):
            so_far = {**usage, "output_tokens": usage["output_tokens"] * block // blocks}
            content = [{"type": "text", "text": HERE[1:-1]}]
            message = {"model": model, "id": id, "type": "message", "role": "assistant", "content": content,
                       "stop_reason": None, "stop_sequence": None, "usage": so_far}  # fmt: skip
            told.append(self._line("assistant", message, _MEDIAN, {"requestId": request, **more}))
            self.at += random.randrange(50, 900)
        self.made.append(made(began, model, usage, self.trap))
        return told

    def _line(self, type: str, message: dict[str, Any], median: int, more: dict[str, Any]) -> bytes:
        line = {
            "parentUuid": uuid_of(self.random), "isSidechain": False, "userType": "external",
            "cwd": f"/home/u/{self.project}", "sessionId": self.id, "version": VERSION, "gitBranch": "main",
            "message": message, "type": type, "uuid": uuid_of(self.random), "timestamp": iso(self.at), **more,
        }  # fmt: skip
        return self.file.add({key: value for key, value in line.items() if value is not None},
                             text(self.random, median))  # fmt: skip


def usual(random: Random) -> dict[str, Any]:
    """What an answer uses: as the service tells it, the written cache split and as a sum."""
    hour = random.random() < 0.5
    written = random.randrange(200, 9000)
    return {
        "input_tokens": random.randrange(1, 120),
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": random.randrange(12_000, 150_000),
        "output_tokens": random.randrange(8, 3000),
        "cache_creation": {"ephemeral_5m_input_tokens": 0 if hour else written,
                           "ephemeral_1h_input_tokens": written if hour else 0},
        "service_tier": "standard",
    }  # fmt: skip


def made(at: int, model: str, usage: dict[str, Any], trap: str = "", tier: str = "") -> Made:
    split = usage.get("cache_creation")
    hour = split["ephemeral_1h_input_tokens"] if split else 0
    return Made(
        source="claude-code", at=at, model=model, input=usage["input_tokens"], output=usage["output_tokens"],
        cache_read=usage["cache_read_input_tokens"],
        cache_write=split["ephemeral_5m_input_tokens"] + hour if split else usage["cache_creation_input_tokens"],
        hour=hour, tier=tier or ("fast" if usage.get("speed") == "fast" else ""), trap=trap,
    )  # fmt: skip


def write(root: Path, size: int, random: Random) -> list[Made]:
    from tests.corpora import claude_traps

    calls, written = claude_traps.write(root, random)
    turns = max(6, min(110, size // 3000 // 4 // 60))
    while written < size:
        session = Session(root, random, FIRST + random.randrange(DAYS * 86_400_000))
        for _ in range(random.randrange(turns // 2, turns * 3 // 2)):
            blocks = random.choice((1, 1, 2, 2, 3, 5))
            for _ in range(blocks):
                session.wait()
                session.user()
            session.answer(blocks=blocks)
        written += session.file.close()
        calls += session.made
    return calls
