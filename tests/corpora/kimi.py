"""The wires of Kimi CLI, which name no model, and of Kimi Code, which followed it."""

from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from tests.corpora.agent import Agent, Used, usual
from tests.corpora.pen import EDGES, HERE, File, dated, hex_of, text, uuid_of

MODELS = ("kimi-code/kimi-k2.6", "kimi-k2.6", "claude-sonnet-4-6")
"""As Kimi Code tells them; what a login serves has a prefix."""
LATE = 140
"""Milliseconds after which a parent's wire tells a step of its subagent's."""
_MEDIAN = 900


class Kimi(Agent):
    source = "kimi-cli"

    def older(self, at: int, trap: str = "") -> "Older":
        return Older(self, at, trap, self.root / "sessions" / ("0f" * 16) / uuid_of(self.random))

    def newer(self, at: int, trap: str = "") -> "Newer":
        folder = self.root.with_name(".kimi-code") / "sessions/wd_shop_0123456789ab" / uuid_of(self.random)
        return Newer(self, at, trap, folder / "agents/main")


class Wire:
    def __init__(self, agent: Kimi, at: int, trap: str, folder: Path) -> None:
        self.agent, self.at, self.trap, self.folder = agent, at, trap, folder
        self.file = File(folder / "wire.jsonl")

    def wait(self) -> int:
        self.at = self.agent.pause(self.at)
        return self.at

    def close(self) -> None:
        self.file.close()


class Older(Wire):
    """Kimi CLI's: events of turns, at seconds with a fraction."""

    def event(self, type: str, payload: dict[str, Any]) -> bytes:
        told = {"timestamp": self.at / 1000, "message": {"type": type, "payload": payload}}
        return self.file.add(told, text(self.agent.random, _MEDIAN))

    def turn(self) -> None:
        self.wait()
        self.event("TurnBegin", {"user_input": HERE[1:-1]})

    def step(self, used: Used | None = None, *, id: str | None = "new", at: int | None = None) -> dict[str, Any]:
        """A step that was answered, and how it is told; `id`: None where the service gives none."""
        self.at = self.wait() if at is None else at
        used = used or usual(self.agent.random, reasoning=False)
        self.agent.called(self.at, "", used, self.trap)
        payload = {
            "context_usage": 0.2, "message_id": f"chatcmpl-{hex_of(self.agent.random, 24)}" if id else None,
            "token_usage": {"input_other": used.input, "output": used.output, "input_cache_read": used.read,
                            "input_cache_creation": used.written},
        }  # fmt: skip
        self.event("StatusUpdate", payload)
        return payload


class Newer(Wire):
    """Kimi Code's: a record for each answer, which names its model."""

    def record(self, used: Used | None = None, *, model: str = "", scope: str = "turn", at: int | None = None) -> bytes:
        self.at = self.wait() if at is None else at
        used, model = used or usual(self.agent.random, reasoning=False), model or self.agent.random.choice(MODELS)
        self.agent.called(self.at, model.removeprefix("kimi-code/"), used, self.trap)
        usage = {"inputOther": used.input, "output": used.output, "inputCacheRead": used.read,
                 "inputCacheCreation": used.written}  # fmt: skip
        return self.file.add({"type": "usage.record", "agentId": "main", "model": model, "usage": usage,
                              "usageScope": scope, "time": self.at})  # fmt: skip

    def turn(self) -> None:
        self.wait()
        self.file.add({"type": "context.append_message", "message": {"role": "user", "content": HERE[1:-1]},
                       "time": self.at}, text(self.agent.random, _MEDIAN))  # fmt: skip


def write(root: Path, random: Random) -> Kimi:
    """Below `~/.kimi`, and beside it `~/.kimi-code`."""
    agent = Kimi(root, random)
    for number, at in enumerate(agent.starts(14)):
        wire = agent.newer(at) if number % 2 else agent.older(at)
        for _ in range(random.randrange(2, 12)):
            wire.turn()
            wire.record() if isinstance(wire, Newer) else wire.step()
        wire.close()
    for trap in (_subagent, _nameless, _nameless_subagent, _early_subagent, _older_fork, _newer_fork, _agents, _scopes,
                 _nothing, _written, _unknown, _edges, _spoiled_older, _spoiled_newer):  # fmt: skip
        trap(agent)
    return agent


def _within(wire: Older, payload: dict[str, Any], at: int, agent: str | None) -> None:
    """How a parent's wire tells a step of its subagent's."""
    wire.at = at
    event = {"type": "StatusUpdate", "payload": payload}
    wire.event("SubagentEvent", {"parent_tool_call_id": "t", "agent_id": agent, "event": event})


def _subagent(agent: Kimi, trap: str = "subagent", id: str | None = "new") -> None:
    """Its steps stand in its own wire, and in its parent's a little later."""
    main = agent.older(agent.later(), trap)
    main.step(id=id)
    own = Older(agent, main.at, trap, main.folder / "subagents/agent-1")
    first = len(agent.calls)
    for _ in range(3):
        told = own.step(id=id)
        _within(main, told, own.at + LATE, "agent-1")
    agent.copied(first)
    main.step(id=id)
    main.close()
    own.close()


def _nameless(agent: Kimi) -> None:
    wire = agent.older(agent.later(), "nameless")
    for _ in range(3):
        wire.step(id=None)
    wire.close()


def _nameless_subagent(agent: Kimi) -> None:
    """Where nothing names an answer, it has two times."""
    _subagent(agent, "subagent", None)


def _early_subagent(agent: Kimi) -> None:
    """Early subagents had no wires of their own."""
    wire = agent.older(agent.later(), "within")
    for _ in range(2):
        wire.step(id=None)
        told = wire.file.lines.pop()
        assert told
        used = agent.calls[-1]
        split = {"input_other": used.input, "output": used.output, "input_cache_read": used.cache_read,
                 "input_cache_creation": 0}  # fmt: skip
        _within(wire, {"message_id": None, "token_usage": split}, wire.at, None)
    wire.close()


def _older_fork(agent: Kimi) -> None:
    parent = agent.older(agent.later(), "fork")
    for _ in range(3):
        parent.turn()
        parent.step()
    agent.copied(len(agent.calls) - 3)
    child = agent.older(parent.at + 600_000, "fork")
    child.file.lines = list(parent.file.lines)
    child.step()
    parent.close()
    child.close()


def _newer_fork(agent: Kimi) -> None:
    parent = agent.newer(agent.later(), "fork")
    for _ in range(3):
        parent.turn()
        parent.record()
    agent.copied(len(agent.calls) - 3)
    child = agent.newer(parent.at + 600_000, "fork")
    child.file.lines = list(parent.file.lines)
    child.record()
    parent.close()
    child.close()


def _agents(agent: Kimi) -> None:
    """Kimi Code's subagents have wires of their own alone."""
    main = agent.newer(agent.later(), "agents")
    main.record()
    own = Newer(agent, main.at, "agents", main.folder.with_name("agent-1"))
    for _ in range(2):
        own.record()
    main.close()
    own.close()


def _scopes(agent: Kimi) -> None:
    """Tokens outside of turns are calls too: what was said before is summed up."""
    wire = agent.newer(agent.later(), "scope")
    wire.trap = "within-turns"
    wire.record()
    wire.trap = "scope"
    wire.record(scope="session")
    wire.close()


def _nothing(agent: Kimi) -> None:
    """Other events hold no tokens, or none but 0."""
    old, new = agent.older(agent.later(), "nothing"), agent.newer(agent.later(), "nothing")
    old.step(Used(0, 0))
    new.record(Used(0, 0))
    del agent.calls[-2:]
    old.event("StatusUpdate", {"context_usage": 0.5, "token_usage": None})
    old.step()
    new.record()
    old.close()
    new.close()


def _written(agent: Kimi) -> None:
    wire = agent.newer(agent.later(), "written")
    wire.record(Used(10, 20, 3000, 400), model="claude-sonnet-4-6")
    wire.close()


def _unknown(agent: Kimi) -> None:
    wire = agent.newer(agent.later(), "23")
    wire.record(model="glm-99-turbo")
    wire.close()


def _edges(agent: Kimi) -> None:
    old = agent.older(EDGES[0] - 30 * 86_400_000, "18")
    new = agent.newer(EDGES[0] - 30 * 86_400_000, "18")
    for number, at in enumerate(EDGES):
        old.step(at=at) if number % 4 < 2 else new.record(at=at, model="kimi-k2.6")
    old.close()
    new.close()


def _spoiled_older(agent: Kimi) -> None:
    """Lines that cannot be read stand among those that can."""
    wire = agent.older(agent.later(), "spoiled")
    wire.step()
    wire.file.raw(b"\n[]\n{}\nnull\n")
    wire.file.raw(b'{"timestamp":1,"message":{"type":"StatusUpdate","payload":{"token_usage":' + b"[" * 3000 + b"\n")
    wire.step()
    wire.file.lines[-1] = wire.file.lines[-1].replace(b"chatcmpl-", b"chat\xffcmpl-")
    wire.step()
    wire.file.lines[-1] = wire.file.lines[-1][:-40]
    del agent.calls[-2:]
    agent.unreadable += 2
    wire.close()


def _spoiled_newer(agent: Kimi) -> None:
    wire = agent.newer(agent.later(), "spoiled")
    wire.record()
    wire.record()
    wire.file.lines[-1] = wire.file.lines[-1].replace(b'"time":', b'"time":[],"was":')
    wire.record()
    wire.file.lines[-1] = wire.file.lines[-1][:-20]
    agent.unreadable += 1
    wire.close()
    agent.not_calls.append(replace(agent.calls[-2], at=dated(wire.file, wire.at)))
    del agent.calls[-2:]
