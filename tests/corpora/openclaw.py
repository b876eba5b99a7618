"""OpenClaw's sessions: a folder for each of its agents, as files of lines, and as rows of a database since mid 2026."""

from pathlib import Path
from random import Random

from tests.corpora.agent import SERVED, Agent, Used, usual
from tests.corpora.entries import Session, spoil
from tests.corpora.opencode import Database
from tests.corpora.pen import EDGES, dated, iso
from tests.corpora.truth import Made

_ROWS = (
    "CREATE TABLE transcript_events(session_id TEXT NOT NULL, seq INTEGER NOT NULL, event_json TEXT NOT NULL,"
    " created_at INTEGER NOT NULL, PRIMARY KEY(session_id, seq)) STRICT"
)


class OpenClaw(Agent):
    source = "openclaw"

    def __init__(self, root: Path, random: Random) -> None:
        super().__init__(root, random)
        self.base = Database(root / "agents/main/agent/openclaw-agent.sqlite", _ROWS)

    def session(self, at: int, trap: str = "", *, of: str = "main", root: str = "") -> Session:
        folder = (self.root.parent / root if root else self.root) / "agents" / of / "sessions"
        return Session(self, at, folder, trap=trap)


def write(root: Path, random: Random) -> OpenClaw:
    """Below `~/.openclaw`, and beside it below its earlier names."""
    agent = OpenClaw(root, random)
    for number, at in enumerate(agent.starts(10)):
        session = agent.session(at, of="main" if number % 3 else "work")
        _work(session, random.randrange(2, 12))
        session.close()
    for at in agent.starts(5):
        stored = agent.session(at)
        _work(stored, random.randrange(2, 12))
        _store(agent, stored)
    agent.base.settle()
    for trap in (_untold, _renamed, _moved, _halves, _older_name, _plan, _elsewhere, _placeholder, _total_only, _fork,
                 _long, _unknown, _edges, _spoiled, _bad_row):  # fmt: skip
        trap(agent)
    agent.base.close()
    return agent


def _work(session: Session, answers: int) -> int:
    """And which call is the first of them."""
    first = len(session.agent.calls)
    for _ in range(answers):
        session.say()
        session.answer()
    return first


def _store(agent: OpenClaw, session: Session, since: int = 0) -> None:
    """As rows instead of a file."""
    for seq, line in enumerate(session.file.lines):
        if seq >= since:
            agent.base.put("transcript_events", session_id=session.id, seq=seq, event_json=line.decode().strip(),
                           created_at=session.at)  # fmt: skip


def _untold(agent: OpenClaw) -> None:
    """The model is that of the last change, in the session's own words: in a file, and in rows."""
    for stored in (False, True):
        session = agent.session(agent.later(), "model")
        for served, snapshot in ((SERVED[0], False), (SERVED[2], True), (SERVED[3], False)):
            session.choose(served, snapshot=snapshot)
            for _ in range(2):
                session.say()
                session.answer(served=served, named=False)
        _store(agent, session) if stored else session.close()


def _renamed(agent: OpenClaw) -> None:
    """What is deleted or begun anew stays under another name, and may stand in both."""
    for ending, both in (("deleted", False), ("reset", False), ("reset", True)):
        session = agent.session(agent.later(), "renamed")
        first = _work(session, 3)
        other = Session(agent, session.at, session.file.path.parent, id=session.id, trap="renamed")
        other.file.lines = list(session.file.lines)
        other.file.path = session.file.path.with_name(
            f"{session.file.path.name}.{ending}.{iso(session.at).replace(':', '-')}"
        )
        other.close()
        if both:
            agent.copied(first)
            _work(session, 2)
            session.close()


def _moved(agent: OpenClaw) -> None:
    """The database took a session over, and its file is still there."""
    session = agent.session(agent.later(), "moved")
    agent.copied(_work(session, 3))
    session.close()
    _work(session, 2)
    _store(agent, session)


def _halves(agent: OpenClaw) -> None:
    """A session whose beginning was cut away from the rows, and one whose rows come in between those of others."""
    session = agent.session(agent.later(), "halves")
    _work(session, 1)
    agent.calls.pop()
    lines = len(session.file.lines)
    _work(session, 2)
    _store(agent, session, lines)


def _older_name(agent: OpenClaw) -> None:
    session = agent.session(agent.later(), "name", root=".clawdbot")
    _work(session, 3)
    session.close()


def _plan(agent: OpenClaw) -> None:
    """The list price stands beside what a plan paid for."""
    session = agent.session(agent.later(), "plan")
    for _ in range(2):
        session.answer(served=("openai-codex", "gpt-5.4"))
    session.close()


def _elsewhere(agent: OpenClaw) -> None:
    """What was asked through Claude Code stands in its own logs, and is counted there."""
    session = agent.session(agent.later(), "elsewhere")
    for _ in range(2):
        session.answer(served=("claude-cli", "claude-opus-4-8"))
    agent.not_calls += agent.calls[-2:]
    del agent.calls[-2:]
    session.close()


def _placeholder(agent: OpenClaw) -> None:
    """Early versions told no tokens for Gemini."""
    session = agent.session(agent.later(), "placeholder")
    session.answer(Used(0, 0), served=SERVED[3])
    agent.calls.pop()
    session.answer()
    session.close()


def _total_only(agent: OpenClaw) -> None:
    """Only the sum is known: most of a call is what it reads."""
    session = agent.session(agent.later(), "total-only")
    session.answer(Used(4321, 0), served=SERVED[1])
    session.file.lines[-1] = session.file.lines[-1].replace(b'"input":4321', b'"input":0')
    session.close()


def _fork(agent: OpenClaw) -> None:
    """A session goes on under another id, with new entries of the same messages."""
    first = agent.session(agent.later(), "fork-anew")
    since = _work(first, 3)
    at = first.at + 3_600_000
    second = Session(agent, at, first.file.path.parent, trap="fork-anew", parent=first.file.path)
    second.repeat(first.file.lines, anew=True)
    agent.copied(since)
    _work(second, 2)
    first.close()
    second.close()


def _long(agent: OpenClaw) -> None:
    session = agent.session(agent.later(), "17")
    session.answer(Used(140_000, 500, 140_000), served=SERVED[2])
    session.answer(Used(120_000, 500, 100_000), served=SERVED[3])
    session.close()


def _unknown(agent: OpenClaw) -> None:
    session = agent.session(agent.later(), "23")
    session.answer(served=("openrouter", "nobody/glm-99-turbo"), told=12_345)
    session.answer(served=("ollama", "qwen-99"))
    session.close()


def _edges(agent: OpenClaw) -> None:
    session = agent.session(EDGES[0] - 30 * 86_400_000, "18")
    stored = agent.session(EDGES[0] - 30 * 86_400_000, "18")
    for number, at in enumerate(EDGES):
        (session, stored)[number % 4 < 2].answer(usual(agent.random), at=at, served=SERVED[1])
    session.close()
    _store(agent, stored)


def _spoiled(agent: OpenClaw) -> None:
    session = agent.session(agent.later(), "spoiled")
    agent.unreadable += spoil(session)
    session.close()
    at = dated(session.file, session.at)
    agent.not_calls.append(Made(source=agent.source, at=at, model="unknown", input=5))


def _bad_row(agent: OpenClaw) -> None:
    """A row that cannot be read stands among those that can."""
    session = agent.session(agent.later(), "spoiled")
    _work(session, 2)
    _store(agent, session)
    agent.base.put("transcript_events", session_id=session.id, seq=99, created_at=session.at,
                   event_json='{"type":"message","message":{"role":"assistant","usage":{"input":5')  # fmt: skip
    agent.unreadable += 1
