"""Gemini CLI's conversations: one document each, and since 2026 lines that tell a message again as it grows."""

import json
from pathlib import Path
from random import Random
from typing import Any

from tests.corpora.agent import Agent, Used, usual
from tests.corpora.pen import EDGES, HERE, File, hex_of, iso, text, uuid_of

PRO, FLASH, OLDER = "gemini-3-pro-preview", "gemini-3-flash-preview", "gemini-2.5-flash"
_MEDIAN = 700


class Gemini(Agent):
    source = "gemini-cli"

    @property
    def chats(self) -> Path:
        return self.root / "tmp/shop/chats"


class Session:
    """What is told of one conversation, in the order of its messages."""

    def __init__(self, agent: Gemini, at: int, trap: str = "") -> None:
        self.agent, self.at, self.trap = agent, at, trap
        self.id = uuid_of(agent.random)
        self.head = {"sessionId": self.id, "projectHash": "ab" * 32, "startTime": iso(at), "lastUpdated": iso(at)}
        self.name = f"session-{iso(at)[:16].replace(':', '-')}-{self.id[:8]}"

    def wait(self) -> int:
        self.at = self.agent.pause(self.at)
        return self.at

    def user(self) -> dict[str, Any]:
        return {"id": uuid_of(self.agent.random), "timestamp": iso(self.wait()), "type": "user", "content": HERE[1:-1]}

    def answer(self, used: Used | None = None, *, model: str = "", tool: int | None = None,
               at: int | None = None) -> dict[str, Any]:  # fmt: skip
        random = self.agent.random
        at = self.wait() if at is None else at
        used, model = used or usual(random), model or random.choice((PRO, FLASH, OLDER))
        tool = min(used.input, random.choice((0, 0, 700))) if tool is None else tool
        self.agent.called(at, model, used, self.trap)
        return {"id": uuid_of(random), "timestamp": iso(at), "type": "gemini", "content": HERE[1:-1],
                "thoughts": [{"subject": "no words", "timestamp": iso(at)}], "tokens": tokens_of(used, tool),
                "model": model}  # fmt: skip

    def document(self, messages: list[dict[str, Any]]) -> Path:
        path = self.agent.chats / f"{self.name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        told = json.dumps({**self.head, "lastUpdated": iso(self.at), "messages": messages}, indent=2)
        path.write_text(told.replace(HERE, f'"{text(self.agent.random, _MEDIAN)}"'))
        return path

    def lines(self, below: str = "") -> File:
        file = File(self.agent.chats / below / f"{self.name}.jsonl")
        file.add({**self.head, "kind": "main"})
        return file

    def add(self, file: File, message: dict[str, Any]) -> None:
        file.add(message, text(self.agent.random, _MEDIAN))


def tokens_of(used: Used, tool: int) -> dict[str, int]:
    """What was cached is part of the input; thoughts, and what tools put into the prompt, stand beside."""
    return {"input": used.input - tool + used.read, "output": used.output - used.reasoning, "cached": used.read,
            "thoughts": used.reasoning, "tool": tool, "total": used.total}  # fmt: skip


def write(root: Path, random: Random) -> Gemini:
    """Below `~/.gemini`."""
    agent = Gemini(root, random)
    for number, at in enumerate(agent.starts(14)):
        session = Session(agent, at)
        turns = range(random.randrange(2, 12))
        if number % 2:
            session.document([each for _ in turns for each in (session.user(), session.answer())])
            continue
        file = session.lines()
        for _ in turns:
            session.add(file, session.user())
            session.add(file, session.answer())
            file.add({"$set": {"lastUpdated": iso(session.at)}})
        file.close()
    for trap in (_grown, _taken_over, _checkpoint, _taken_back, _sums, _subagent, _bare, _total_only, _tools, _long,
                 _unknown, _edges, _spoiled_lines, _spoiled_documents, _hashed):  # fmt: skip
        trap(agent)
    return agent


def _grown(agent: Gemini) -> None:
    """A message is told when it begins, with some tokens, with all, and again with what its tools said."""
    session = Session(agent, agent.later(), "grown")
    file = session.lines()
    for _ in range(3):
        whole = session.answer(Used(900, 800, 7000, 0, 300))
        some = tokens_of(Used(900, 20, 7000), 0)
        for more in ({"tokens": None}, {"tokens": some}, {}, {"toolCalls": [{"id": hex_of(agent.random, 8)}]}):
            session.add(file, {**whole, **more})
    file.close()


def _taken_over(agent: Gemini) -> None:
    """A session that goes on is copied from its document into lines; the document stays."""
    session = Session(agent, agent.later(), "moved")
    first = len(agent.calls)
    messages = [session.user(), *(session.answer() for _ in range(3))]
    session.document(messages)
    agent.copied(first)
    file = session.lines()
    for message in (*messages, session.user(), session.answer()):
        session.add(file, message)
    file.close()


def _checkpoint(agent: Gemini) -> None:
    """All messages are set anew: those that were told, and one that was not."""
    session = Session(agent, agent.later(), "checkpoint")
    file = session.lines()
    told = [session.answer() for _ in range(2)]
    for message in told:
        session.add(file, message)
    session.trap = "checkpoint-only"
    file.add({"$set": {"messages": [*told, session.answer()], "lastUpdated": iso(session.at)}})
    file.close()


def _taken_back(agent: Gemini) -> None:
    """What the user takes back was paid for."""
    session = Session(agent, agent.later(), "rewind")
    file = session.lines()
    for _ in range(3):
        message = session.answer()
        session.add(file, message)
        file.add({"$rewindTo": message["id"]})
    file.close()


def _sums(agent: Gemini) -> None:
    """Some files tell only what a whole session used of each model."""
    session = Session(agent, agent.later(), "stats")
    models = {}
    for model in (PRO, FLASH):
        used = usual(agent.random)
        agent.called(session.at, model, used, "stats")
        split = tokens_of(used, 0)
        models[model] = {
            "api": {"totalRequests": 3},
            "tokens": {"prompt": split["input"], "candidates": split["output"], "cached": split["cached"],
                       "thoughts": split["thoughts"], "tool": 0, "total": split["total"], "input": used.input},
        }  # fmt: skip
    path = agent.chats / f"{session.name}.json"
    path.write_text(json.dumps({"session_id": session.id, "timestamp": iso(session.at), "stats": {"models": models}}))


def _subagent(agent: Gemini) -> None:
    """Has a file of its own, below its session's name."""
    session = Session(agent, agent.later(), "subagent")
    for below in ("", session.id):
        file = session.lines(below)
        for _ in range(2):
            session.add(file, session.answer())
        file.close()


def _bare(agent: Gemini) -> None:
    """Answers that failed, or that were stopped, tell no tokens, or none but 0."""
    session = Session(agent, agent.later(), "bare")
    told = [session.answer(Used(0, 0), tool=0), session.answer(Used(1, 1), tool=0), session.answer()]
    del agent.calls[-3:-1]
    del told[1]["tokens"]
    session.document(told)


def _total_only(agent: Gemini) -> None:
    """Only the sum is known: most of a call is what it reads."""
    session = Session(agent, agent.later(), "total-only")
    session.document([{**session.answer(Used(4321, 0), model=FLASH), "tokens": {"total": 4321}}])


def _tools(agent: Gemini) -> None:
    """More than the prompt came from tools."""
    session = Session(agent, agent.later(), "tools")
    session.document([session.answer(Used(9000, 300, 500, 0, 100), model=FLASH, tool=8800)])


def _long(agent: Gemini) -> None:
    """A prompt over the limit costs more, all of it; the cache counts."""
    session = Session(agent, agent.later(), "17")
    session.document([session.answer(Used(120_000, 500, 100_000, 0, 50), model=PRO, tool=0),
                      *(session.answer(Used(12_000, 50, 10_000), model=PRO, tool=0) for _ in range(10))])  # fmt: skip


def _unknown(agent: Gemini) -> None:
    session = Session(agent, agent.later(), "23")
    session.document([session.answer(model="gemini-99-nova")])


def _edges(agent: Gemini) -> None:
    session = Session(agent, EDGES[0] - 30 * 86_400_000, "18")
    other = Session(agent, EDGES[0] - 30 * 86_400_000, "18")
    file = session.lines()
    for at in EDGES[::2]:
        session.add(file, session.answer(at=at, model=OLDER))
    file.close()
    other.document([other.answer(at=at, model=OLDER) for at in EDGES[1::2]])


def _spoiled_lines(agent: Gemini) -> None:
    """Lines that cannot be read stand among those that can; the words of people may be spoilt."""
    session = Session(agent, agent.later(), "spoiled")
    file = session.lines()
    session.add(file, session.answer())
    file.raw(b"\n[]\n{}\nnull\n")
    file.raw(b'{"type":"gemini","tokens":' + b"[" * 3000 + b"\n")
    file.raw(b'{"id":"x","type":"gemini","model":"m","timestamp":"never","tokens":{"input":[5]}}\n')
    session.add(file, session.answer())
    file.lines[-1] = file.lines[-1].replace(b'"content":"', b'"content":"\xff\xfe', 1)
    session.add(file, session.answer(model=OLDER))
    file.lines[-1] = file.lines[-1].replace(OLDER.encode(), b"gemini-\xff", 1)
    session.add(file, session.answer())
    file.lines[-1] = file.lines[-1][:-40]
    del agent.calls[-2:]
    agent.unreadable += 3
    file.close()


def _spoiled_documents(agent: Gemini) -> None:
    """A cut document tells nothing; one message that cannot be read costs only itself."""
    session = Session(agent, agent.later(), "spoiled-document")
    path = session.document([session.answer() for _ in range(2)])
    del agent.calls[-2:]
    path.write_bytes(path.read_bytes()[:-90])
    other = Session(agent, agent.later(), "spoiled-message")
    other.document([other.answer(), {**other.answer(), "tokens": [1, 2]}, other.answer()])
    del agent.calls[-2]
    agent.unreadable += 2


def _hashed(agent: Gemini) -> None:
    """Older versions called a project's folder by a hash, and a session by its time."""
    session = Session(agent, agent.later(), "hash")
    path = session.document([session.answer()])
    place = agent.root / "tmp" / ("ab" * 32) / "chats" / path.name
    place.parent.mkdir(parents=True)
    path.rename(place)
