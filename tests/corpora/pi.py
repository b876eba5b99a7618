"""pi's sessions, in a folder for each project, and the copies of them that forks and subagents make."""

import json
from pathlib import Path
from random import Random

from tests.corpora.agent import SERVED, Agent, Used, dollars, usual
from tests.corpora.entries import Session, name_of, spoil
from tests.corpora.pen import EDGES, File, iso

_PROJECT = "sessions/--home-u-shop--"


class Pi(Agent):
    source = "pi"

    def session(self, at: int, trap: str = "", *, parent: Session | None = None) -> Session:
        session = Session(self, at, self.root / _PROJECT, trap=trap, parent=parent.file.path if parent else None)
        session.file.path = session.file.path.with_stem(name_of(at, session.id))
        return session


def write(root: Path, random: Random) -> Pi:
    """Below `~/.pi/agent`; and beside it the sessions of oh-my-pi."""
    agent = Pi(root, random)
    for at in agent.starts(14):
        session = agent.session(at)
        for turn in range(random.randrange(2, 14)):
            if turn % 4 == 0:
                session.choose(SERVED[0])
            session.say()
            session.answer()
            if random.random() < 0.1:
                session.at += 20 * 3_600_000  # it goes on the next day
        session.close()
    for trap in (_fork, _fork_anew, _subagent, _lone_copy, _summary, _failed, _total_only, _hour, _long, _unknown,
                 _edges, _spoiled, _line_ends, _omp):  # fmt: skip
        trap(agent)
    return agent


def _work(session: Session, answers: int) -> int:
    """And which call is the first of them."""
    first = len(session.agent.calls)
    for _ in range(answers):
        session.say()
        session.answer()
    return first


def _fork(agent: Pi) -> None:
    """Forks of a session, and of its fork, begin with the lines of those before."""
    parent = agent.session(agent.later(), "fork")
    first = _work(parent, 3)
    parent.close()
    for _ in range(2):
        child = agent.session(parent.at + 900_000, "fork", parent=parent)
        child.repeat(parent.file.lines)
        agent.copied(first)
        _work(child, 2)
        child.close()
        parent = child


def _fork_anew(agent: Pi) -> None:
    """A fork whose entries are new ones, written a day later, of the same messages."""
    parent = agent.session(agent.later(), "fork-anew")
    first = _work(parent, 3)
    child = agent.session(parent.at + 30 * 3_600_000, "fork-anew", parent=parent)
    child.repeat(parent.file.lines, anew=True)
    agent.copied(first, child.at)
    _work(child, 2)
    parent.close()
    child.close()


def _subagent(agent: Pi) -> None:
    """A subagent has a session of its own and a transcript; its sum stands in the result of a tool too."""
    main = agent.session(agent.later(), "subagent")
    _work(main, 1)
    folder = main.file.path.with_suffix("")
    own = Session(agent, main.wait(), folder / "run/run-0", name="session", trap="subagent")
    first = _work(own, 3)
    _transcript(agent, own)
    agent.copied(first, own.at + 77)
    sums = {"input": 999_999, "output": 9, "cacheRead": 0, "cacheWrite": 0, "totalTokens": 1_000_008}
    main.at = own.at
    main.say("toolResult", toolName="subagent", usage=sums)
    _work(main, 1)
    main.close()
    own.close()


def _transcript(agent: Pi, own: Session) -> None:
    file = File(agent.root / _PROJECT / "subagent-artifacts" / f"{own.id}_worker_0_transcript.jsonl")
    for line in own.file.lines[1:]:
        told = json.loads(line)
        file.add({"version": 1, "recordType": "message", "source": "async", "runId": "run", "agent": "worker",
                  "cwd": "/home/u/shop", "timestamp": iso(own.at + 77), "role": told["message"]["role"],
                  "message": told["message"], "usage": told["message"].get("usage")})  # fmt: skip
    file.close()


def _lone_copy(agent: Pi) -> None:
    """What a transcript alone still tells was called when it was called, not when it was written."""
    gone = Session(agent, agent.later(), agent.root / "elsewhere", trap="lone-copy")
    _work(gone, 2)
    gone.at += 26 * 3_600_000
    _transcript(agent, gone)  # whose session is gone


def _summary(agent: Pi) -> None:
    """Old messages are summed up by a call of its own, which names no model, and are kept beside it."""
    session = agent.session(agent.later(), "summary")
    session.choose(SERVED[2])
    _work(session, 2)
    session.trap = "summary-only"
    for type in ("compaction", "branch_summary"):
        session.wait()
        usage, _ = session.used(session.at, usual(agent.random), SERVED[2])
        kept = [{"role": "assistant", "model": "gpt-5.4", "usage": usage, "timestamp": session.at - 5}]
        session.file.add(session.entry(type, summary="no words", usage=usage, retainedTail=kept))
    session.close()


def _failed(agent: Pi) -> None:
    session = agent.session(agent.later(), "failed")
    session.answer(Used(0, 0), served=SERVED[0])
    agent.calls.pop()
    session.answer()
    session.close()


def _total_only(agent: Pi) -> None:
    """Only the sum is known: most of a call is what it reads."""
    session = agent.session(agent.later(), "total-only")
    session.wait()
    made = agent.called(session.at, SERVED[1][1], Used(4321, 0), "total-only")
    message = {"role": "assistant", "provider": SERVED[1][0], "model": SERVED[1][1], "timestamp": session.at,
               "usage": {"totalTokens": 4321, "cost": {"total": dollars(made)}}}  # fmt: skip
    session.file.add(session.entry("message", message=message))
    session.close()


def _hour(agent: Pi) -> None:
    session = agent.session(agent.later(), "5")
    for hour in (0, 400, 1000):
        session.answer(Used(20, 300, 9000, 1000), served=SERVED[0], hour=hour)
    session.close()


def _long(agent: Pi) -> None:
    """One prompt of 280,000 tokens costs more than ten of 28,000."""
    session = agent.session(agent.later(), "17")
    for input, requests in ((280_000, 1), (28_000, 10)):
        for _ in range(requests):
            session.answer(Used(input // 2, 500, input // 2), served=SERVED[2])
    session.close()


def _unknown(agent: Pi) -> None:
    session = agent.session(agent.later(), "23")
    session.answer(served=("openrouter", "nobody/glm-99-turbo"), told=12_345)
    session.answer(served=("ollama", "qwen-99"))
    session.close()


def _edges(agent: Pi) -> None:
    session = agent.session(EDGES[0] - 30 * 86_400_000, "18")
    for at in EDGES:
        session.answer(at=at, served=SERVED[1])
    session.close()


def _spoiled(agent: Pi) -> None:
    session = agent.session(agent.later(), "spoiled")
    agent.unreadable += spoil(session)
    session.close()


def _line_ends(agent: Pi) -> None:
    session = agent.session(agent.later(), "line-ends")
    _work(session, 2)
    session.file.lines = [line.replace(b"\n", b"\r\n") for line in session.file.lines]
    session.close()


def _omp(agent: Pi) -> None:
    folder = agent.root.parents[1] / ".omp/agent" / _PROJECT
    session = Session(agent, agent.later(), folder, trap="omp")
    _work(session, 2)
    session.close()
