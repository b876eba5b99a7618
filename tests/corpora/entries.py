"""Sessions in the format that pi made and OpenClaw took over: entries in lines."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.corpora.agent import SERVED, Agent, Used, dollars, usual
from tests.corpora.pen import HERE, File, hex_of, iso, text, uuid_of

ANSWERING = 4_000
"""Milliseconds from the beginning of an answer, which the message tells, to the writing of its line."""
_MEDIAN = 900


def name_of(at: int, id: str) -> str:
    """Of pi's file."""
    return f"{iso(at).replace(':', '-').replace('.', '-')}_{id}"


class Session:
    """One file, which begins with what is known of it."""

    def __init__(self, agent: Agent, at: int, folder: Path, *, name: str = "", id: str = "", trap: str = "",
                 parent: Path | None = None) -> None:  # fmt: skip
        self.agent, self.at, self.trap = agent, at, trap
        self.id = id or uuid_of(agent.random)
        self._last: str | None = None
        self.file = File(folder / f"{name or self.id}.jsonl")
        told = {"type": "session", "version": 3, "id": self.id, "timestamp": iso(at), "cwd": "/home/u/shop"}
        self.file.add(told | ({"parentSession": str(parent)} if parent else {}))

    def wait(self) -> int:
        self.at = self.agent.pause(self.at)
        return self.at

    def entry(self, type: str, **more: Any) -> dict[str, Any]:
        id, before = hex_of(self.agent.random, 8), self._last
        self._last = id
        return {"type": type, "id": id, "parentId": before, "timestamp": iso(self.at), **more}

    def say(self, role: str = "user", **more: Any) -> None:
        self.wait()
        message = {"role": role, "content": [{"type": "text", "text": HERE[1:-1]}], "timestamp": self.at, **more}
        self.file.add(self.entry("message", message=message), text(self.agent.random, _MEDIAN))

    def choose(self, served: tuple[str, str], *, snapshot: bool = False) -> None:
        """A change of the model, in either of the ways it is told."""
        self.wait()
        chosen = {"provider": served[0], "modelId": served[1]}
        if snapshot:
            self.file.add(self.entry("custom", customType="model-snapshot", data={"timestamp": self.at, **chosen}))
        else:
            self.file.add(self.entry("model_change", **chosen))

    def answer(self, used: Used | None = None, *, served: tuple[str, str] | None = None, named: bool = True,
               hour: int = 0, told: int | None = None, at: int | None = None) -> bytes:  # fmt: skip
        """An answer that began at `at`, else soon, and the line that tells it; `named`: with its model."""
        began = self.wait() if at is None else at
        usage, (provider, model) = self.used(began, used, served, hour=hour, told=told)
        message = {
            "role": "assistant", "content": [{"type": "text", "text": HERE[1:-1]}], "api": "any",
            **({"provider": provider, "model": model} if named else {}),
            "usage": usage, "stopReason": "stop", "timestamp": began,
        }  # fmt: skip
        self.at = began + ANSWERING
        return self.file.add(self.entry("message", message=message), text(self.agent.random, _MEDIAN))

    def used(self, at: int, used: Used | None, served: tuple[str, str] | None, *, hour: int = 0,
             told: int | None = None) -> tuple[dict[str, Any], tuple[str, str]]:  # fmt: skip
        """A call, and how its usage is told."""
        random = self.agent.random
        served = served or random.choice(SERVED)
        used = used or usual(random, written=served[0] == "anthropic")
        made = self.agent.called(at, served[1], used, self.trap, hour=hour, told=told)
        usage: dict[str, Any] = {
            "input": used.input, "output": used.output, "cacheRead": used.read, "cacheWrite": used.written,
            "totalTokens": used.total,
            "cost": {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0, "total": dollars(made)},
        }  # fmt: skip
        if used.reasoning:
            usage["reasoning"] = used.reasoning
        if hour:
            usage["cacheWrite1h"] = hour
        return usage, served

    def repeat(self, lines: list[bytes], *, anew: bool = False) -> None:
        """Lines of another session, but for its first; `anew`: under new ids, and the time of the copy."""
        for line in lines[1:]:
            told = json.loads(line)
            self.file.add(told | self.entry(told["type"])) if anew else self.file.raw(line)
            self._last = self._last if anew else told["id"]

    def close(self) -> None:
        self.file.close()


def spoil(session: Session) -> int:
    """Lines that cannot be read among those that can, and how many of them told a call."""
    agent = session.agent
    session.answer()
    session.file.lines[-1] = session.answer().replace(b'"text":"', b'"text":"\xff\xfe', 1)
    agent.calls[-1] = replace(agent.calls[-1], trap="words")  # are not what it is read for
    session.file.lines[-1] = session.answer().replace(b'"model":"', b'"model":"\xff\xfe', 1)
    agent.calls.pop()
    session.file.raw(b"\n[]\n{}\n")
    session.file.raw(b'{"type":"message","message":{"role":"assistant","usage":' + b"[" * 3000 + b"\n")
    session.file.raw(b'{"type":"message","timestamp":"never","message":{"role":"assistant","usage":{"input":5}}}\n')
    session.answer()
    session.file.lines[-1] = session.answer()[:-40]  # its end was never written
    agent.calls.pop()
    return 3
