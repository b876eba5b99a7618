"""Qwen Code's records, which call tokens as Gemini does, whatever service was asked."""

import json
from pathlib import Path
from random import Random
from typing import Any

from tests.corpora.agent import Agent, Used, usual
from tests.corpora.pen import EDGES, HERE, File, iso, text, uuid_of

MODELS = ("qwen3-coder-plus", "kimi-k2.6", "claude-sonnet-4-6")
_MEDIAN = 900


class Qwen(Agent):
    source = "qwen-code"

    def session(self, at: int, trap: str = "", below: str = "") -> "Session":
        return Session(self, at, trap, below)


class Session:
    """One file, and which kind of service its answers come from."""

    def __init__(self, agent: Qwen, at: int, trap: str, below: str) -> None:
        self.agent, self.at, self.trap = agent, at, trap
        self.id = uuid_of(agent.random)
        self.file = File(agent.root / "projects/-home-u-shop" / (below or f"chats/{self.id}.jsonl"))
        self._last: str | None = None

    def wait(self) -> int:
        self.at = self.agent.pause(self.at)
        return self.at

    def record(self, type: str, **more: Any) -> bytes:
        before, self._last = self._last, uuid_of(self.agent.random)
        told = {"uuid": self._last, "parentUuid": before, "sessionId": self.id, "timestamp": iso(self.at),
                "type": type, "cwd": "/home/u/shop", "version": "0.25.0", "gitBranch": "main"}  # fmt: skip
        return self.file.add(told | more, text(self.agent.random, _MEDIAN))

    def user(self) -> None:
        self.wait()
        self.record("user", message={"role": "user", "parts": [{"text": HERE[1:-1]}]})

    def answer(self, used: Used | None = None, *, model: str = "", beside: bool = False, named: bool = True,
               at: int | None = None, **more: Any) -> bytes:  # fmt: skip
        """`beside`: its reasoning stands beside the output, as where Gemini was asked."""
        random = self.agent.random
        self.at = self.wait() if at is None else at
        used, model = used or usual(random), model or random.choice(MODELS)
        self.agent.called(self.at, model if named else "", used, self.trap)
        usage = {
            "promptTokenCount": used.input + used.read,
            "candidatesTokenCount": used.output - (used.reasoning if beside else 0),
            "thoughtsTokenCount": used.reasoning, "totalTokenCount": used.total, "cachedContentTokenCount": used.read,
        }  # fmt: skip
        message = {"role": "model", "parts": [{"text": HERE[1:-1]}]}
        told = {"message": message, "usageMetadata": usage} | ({"model": model} if named else {}) | more
        return self.record("assistant", **told)

    def repeat(self, lines: list[bytes], parent: "Session") -> None:
        """As a branch does: the records of its parent under its own name, which tell whose they are."""
        for line in lines:
            told = json.loads(line)
            whose = {"sessionId": parent.id, "messageUuid": told["uuid"]}
            self.file.add(told | {"sessionId": self.id, "forkedFrom": whose})

    def close(self) -> None:
        self.file.close()


def write(root: Path, random: Random) -> Qwen:
    """Below `~/.qwen`."""
    agent = Qwen(root, random)
    for at in agent.starts(12):
        session = agent.session(at)
        session.record("system", subtype="session_model", systemPayload={"modelId": "any", "authType": "openai"})
        _work(session, random.randrange(2, 12))
        session.close()
    for trap in (_beside, _branch, _subagent, _telemetry, _free, _apart, _untold, _total_only, _failed, _edges,
                 _unknown, _line_ends, _spoiled):  # fmt: skip
        trap(agent)
    return agent


def _work(session: Session, answers: int) -> int:
    """And which call is the first of them."""
    first = len(session.agent.calls)
    for _ in range(answers):
        session.user()
        session.answer()
    return first


def _beside(agent: Qwen) -> None:
    """Where Gemini was asked, its thoughts stand beside the output: the total tells."""
    session = agent.session(agent.later(), "beside")
    session.record("system", subtype="session_model", systemPayload={"modelId": "gemini", "authType": "gemini"})
    for model in ("gemini-3-pro-preview", "gemini-2.5-flash"):
        session.answer(Used(900, 800, 7000, 0, 300), model=model, beside=True)
    session.close()


def _branch(agent: Qwen) -> None:
    """Branches of a session, and of its branch, begin with the records of those before."""
    parent = agent.session(agent.later(), "fork")
    first = _work(parent, 3)
    parent.close()
    for _ in range(2):
        child = agent.session(parent.at + 600_000, "fork")
        child.repeat(parent.file.lines, parent)
        agent.copied(first)
        _work(child, 2)
        child.close()
        parent = child


def _subagent(agent: Qwen) -> None:
    """Has a file of its own, which names no model."""
    main = agent.session(agent.later(), "main")
    _work(main, 2)
    own = agent.session(main.at, "subagent", f"subagents/{main.id}/agent-explore-1.jsonl")
    own.id = main.id
    for _ in range(2):
        own.answer(named=False, isSidechain=True, agentId="explore-1")
    main.close()
    own.close()


def _telemetry(agent: Qwen) -> None:
    """What an answer used is told once more, for statistics."""
    session = agent.session(agent.later(), "telemetry")
    for _ in range(2):
        session.answer()
        event = {"event.name": "qwen-code.api_response", "input_token_count": 999, "output_token_count": 99,
                 "usageMetadata": {"promptTokenCount": 999, "totalTokenCount": 999}}  # fmt: skip
        session.record("system", subtype="ui_telemetry", systemPayload={"uiEvent": event})
    session.close()


def _free(agent: Qwen) -> None:
    """Qwen's own login served models that nobody could pay for."""
    session = agent.session(agent.later(), "plan")
    session.record("system", subtype="session_model", systemPayload={"modelId": "x", "authType": "qwen-oauth"})
    session.answer(model="coder-model")
    session.close()


def _apart(agent: Qwen) -> None:
    """More than the prompt came from the cache: then it was not part of it."""
    session = agent.session(agent.later(), "apart")
    usage = {"promptTokenCount": 40, "candidatesTokenCount": 300, "totalTokenCount": 340,
             "cachedContentTokenCount": 9000}  # fmt: skip
    session.answer(Used(40, 300, 9000), model="claude-sonnet-4-6", usageMetadata=usage)
    session.close()


def _untold(agent: Qwen) -> None:
    """Without a total, reasoning is part of the output, as with every service but Gemini."""
    session = agent.session(agent.later(), "no-total")
    usage = {"promptTokenCount": 7900, "candidatesTokenCount": 800, "thoughtsTokenCount": 300,
             "cachedContentTokenCount": 7000}  # fmt: skip
    session.answer(Used(900, 800, 7000, 0, 300), model="kimi-k2.6", usageMetadata=usage)
    session.close()


def _total_only(agent: Qwen) -> None:
    """Only the sum is known: most of a call is what it reads."""
    session = agent.session(agent.later(), "total-only")
    session.answer(Used(4321, 0), model="kimi-k2.6", usageMetadata={"totalTokenCount": 4321})
    session.close()


def _failed(agent: Qwen) -> None:
    session = agent.session(agent.later(), "failed")
    session.answer(Used(0, 0))
    agent.calls.pop()
    session.answer()
    session.close()


def _edges(agent: Qwen) -> None:
    session = agent.session(EDGES[0] - 30 * 86_400_000, "18")
    for at in EDGES:
        session.answer(at=at, model="kimi-k2.6")
    session.close()


def _unknown(agent: Qwen) -> None:
    session = agent.session(agent.later(), "23")
    session.answer(model="qwen-99-nova")
    session.close()


def _line_ends(agent: Qwen) -> None:
    session = agent.session(agent.later(), "line-ends")
    _work(session, 2)
    session.file.lines = [line.replace(b"\n", b"\r\n") for line in session.file.lines]
    session.close()


def _spoiled(agent: Qwen) -> None:
    """Lines that cannot be read stand among those that can; the words of people may be spoilt."""
    session = agent.session(agent.later(), "spoiled")
    session.answer()
    session.file.raw(b"\n[]\n{}\nnull\n")
    session.file.raw(b'{"type":"assistant","usageMetadata":' + b"[" * 3000 + b"\n")
    session.file.lines[-1] = session.answer().replace(b'"text":"', b'"text":"\xff\xfe', 1)
    session.file.lines[-1] = session.answer().replace(b'"uuid":"', b'"uuid":"\xff', 1)
    agent.not_calls.append(agent.calls[-1])
    session.file.lines[-1] = session.answer()[:-40]
    del agent.calls[-2:]
    agent.unreadable += 2
    session.close()
