"""Codex' logs: items of the conversation, and a counter of tokens after each request."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from tests.corpora.pen import DAYS, FIRST, HERE, File, iso, text, uuid_of
from tests.corpora.truth import Made

MODELS = ("gpt-5.5", "gpt-5.4", "gpt-5.3-codex")
_MEDIAN = 2800
"""Bytes of text in an item, which with the short counters makes 3 KB a line on the whole."""

Vector = tuple[int, int, int, int]
"""Input, of which cached; output, of which reasoning."""


class Session:
    """One file, and the calls that it tells first."""

    def __init__(self, root: Path, random: Random, at: int, *, trap: str = "", meta: dict[str, Any] | None = None,
                 archived: bool = False, id: str = "") -> None:  # fmt: skip
        self.random, self.at, self.trap = random, at, trap
        self.id = id or uuid_of(random)
        self.model, self.tier = "", ""
        self.total: Vector = (0, 0, 0, 0)
        self.made: list[Made] = []
        day = datetime.fromtimestamp(at // 1000, UTC)
        folder = root / "archived_sessions" if archived else root / "sessions" / day.strftime("%Y/%m/%d")
        self.file = File(folder / f"rollout-{day:%Y-%m-%dT%H-%M-%S}-{self.id}.jsonl")
        self.meta(self.id, **(meta or {}))

    def line(self, type: str, payload: dict[str, Any], body: str = "") -> bytes:
        return self.file.add({"timestamp": iso(self.at), "type": type, "payload": payload}, body)

    def meta(self, id: str, **more: Any) -> None:
        told = {"id": id, "timestamp": iso(self.at), "cwd": "/home/u/" + (f"trap-{self.trap}" if self.trap else "tool"),
                "originator": "codex_cli_rs", "cli_version": "0.140.0", "source": "cli"}  # fmt: skip
        self.line("session_meta", {**told, **more})

    def turn(self, model: str) -> None:
        """A new turn; "" names no model."""
        self.wait()
        self.line("event_msg", {"type": "task_started", "started_at": self.at // 1000, "model_context_window": 272000})
        if model:
            self.model = model
            self.line("turn_context", {"turn_id": uuid_of(self.random), "cwd": "/home/u/tool", "model": model})

    def item(self) -> None:
        self.wait()
        content = [{"type": "output_text", "text": HERE[1:-1]}]
        self.line("response_item", {"type": "message", "role": "assistant", "content": content},
                  text(self.random, _MEDIAN))  # fmt: skip

    def request(self, used: Vector | None = None, *, last: bool = True, restart: bool = False) -> None:
        """A request was answered: the counter goes on."""
        self.wait()
        used = usual(self.random) if used is None else used
        self.total = used if restart else _plus(self.total, used)
        self.count(used if last else None)
        input, cached, output, reasoning = used
        self.made.append(
            Made(source="codex", at=self.at, model=self.model, input=input - cached, output=output, cache_read=cached,
                 reasoning=reasoning,
                 tier=self.tier, trap=self.trap)
        )  # fmt: skip

    def count(self, last: Vector | None) -> None:
        info = {"total_token_usage": _told(self.total), "model_context_window": 272000}
        if last is not None:
            info["last_token_usage"] = _told(last)
        window = {"used_percent": 20.0, "window_minutes": 300, "resets_at": self.at // 1000 + 9000}
        limits = {"limit_id": "codex", "primary": window, "secondary": None, "credits": None, "plan_type": "plus"}
        self.line("event_msg", {"type": "token_count", "info": info, "rate_limits": limits})

    def wait(self) -> None:
        self.at += self.random.randrange(1000, 40_000)


def usual(random: Random) -> Vector:
    input, output = random.randrange(9000, 120_000), random.randrange(20, 4000)
    return input, random.randrange(input * 9 // 10), output, random.randrange(output)


def _plus(one: Vector, two: Vector) -> Vector:
    a, b, c, d = (x + y for x, y in zip(one, two, strict=True))
    return a, b, c, d


def _told(vector: Vector) -> dict[str, int]:
    input, cached, output, reasoning = vector
    return {"input_tokens": input, "cached_input_tokens": cached, "output_tokens": output,
            "reasoning_output_tokens": reasoning, "total_tokens": input + output}  # fmt: skip


def write(root: Path, size: int, random: Random) -> list[Made]:
    from tests.corpora import codex_traps

    calls, written = codex_traps.write(root, random)
    turns = max(4, min(40, size // 3000 // 10 // 20))
    while written < size:
        session = Session(root, random, FIRST + random.randrange(DAYS * 86_400_000))
        for _ in range(random.randrange(turns // 2, turns * 3 // 2)):
            session.turn(random.choice(MODELS))
            for _ in range(random.randrange(2, 9)):
                session.item()
                session.request()
        written += session.file.close()
        calls += session.made
    return calls
