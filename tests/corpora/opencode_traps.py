"""The traps of OpenCode's answers. Numbers are those of the reference (2.4)."""

from typing import Any

from tests.corpora.agent import SERVED, Used, usual
from tests.corpora.opencode import TABLES, Database, OpenCode
from tests.corpora.pen import EDGES

_MINUTE = 60_000


def write(agent: OpenCode) -> None:
    for trap in (_late, _twice, _grown, _newer_fork, _older_fork, _file_fork, _moved, _at_once, _inside, _google,
                 _thoughtful, _plan, _unknown, _nothing, _edges, _spoiled, _channel, _total_only):  # fmt: skip
        trap(agent)


def _late(agent: OpenCode) -> None:
    """A row is seen a little later than the time that is written in it."""
    at = agent.later()
    agent.row(agent.session(at), agent.answer(at, trap="late"), late=20_000)


def _twice(agent: OpenCode) -> None:
    """For a while each answer was written to a file and to the database."""
    at = agent.later()
    session = agent.session(at)
    for _ in range(4):
        at = agent.pause(at)
        data = agent.answer(at, trap="19")
        agent.file(session, data, id=agent.row(session, data))


def _grown(agent: OpenCode) -> None:
    """An answer is written when it begins, with nothing in it; the file stayed behind the database."""
    at = agent.later()
    session = agent.session(at)
    for _ in range(3):
        at = agent.pause(at)
        data = agent.answer(at, trap="grown")
        some = {**data, "tokens": {"input": 3, "output": 1, "reasoning": 0, "cache": {"read": 0, "write": 0}}}
        id = agent.row(session, some)
        agent.file(session, some, id=id)
        agent.row(session, data, id=id)


def _newer_fork(agent: OpenCode) -> None:
    """A fork holds its history under new ids, and a fork of the fork once more."""
    at = agent.later()
    first, told = agent.session(at, newer=True), []
    for seq in range(4):
        at = agent.pause(at)
        told.append(agent.answer(at, trap="20", style="newer"))
        agent.newer(first, told[-1], seq)
    before = first
    for _ in range(2):
        at = agent.pause(at) + _MINUTE
        session = agent.session(at, newer=True, fork_session_id=before, fork_boundary=str(len(told)))
        for seq, data in enumerate(told):
            agent.newer(session, data, seq)
        agent.copied(len(agent.calls) - len(told))
        at = agent.pause(at)
        told.append(agent.answer(at, trap="20", style="newer"))
        agent.newer(session, told[-1], len(told))
        before = session


def _older_fork(agent: OpenCode) -> None:
    at = agent.later()
    session, told = agent.session(at), []
    for _ in range(3):
        at = agent.pause(at)
        told.append(agent.answer(at, trap="fork"))
        agent.row(session, told[-1])
    at += 5 * _MINUTE
    fork = agent.session(at)
    for data in told:
        agent.row(fork, data, id=agent.id("msg", at))
    agent.copied(len(agent.calls) - len(told))
    agent.row(fork, agent.answer(agent.pause(at), trap="fork"))


def _file_fork(agent: OpenCode) -> None:
    """Among the files, a copy is known by the time in its id."""
    at = agent.later()
    session, told = agent.id("ses", at), []
    for _ in range(3):
        at = agent.pause(at)
        told.append(agent.answer(at, trap="fork"))
        agent.file(session, told[-1])
    at += 5 * _MINUTE
    fork = agent.id("ses", at)
    for data in told:
        agent.file(fork, data, id=agent.id("msg", at))
    agent.copied(len(agent.calls) - len(told))
    agent.file(fork, agent.answer(agent.pause(at), trap="fork"))


def _moved(agent: OpenCode) -> None:
    """The newer tables take over what the older ones held, under ids of their own."""
    at = agent.later()
    session = agent.session(at)
    agent.session(at, newer=True, id=session)
    for seq in range(3):
        at = agent.pause(at)
        data = agent.answer(at, trap="moved")
        agent.row(session, data)
        newer = {
            "agent": "build", "model": {"id": data["modelID"], "providerID": data["providerID"]}, "time": data["time"],
            "cost": data["cost"], "tokens": {key: each for key, each in data["tokens"].items() if key != "total"},
        }  # fmt: skip
        agent.newer(session, newer, seq)
        agent.copied(len(agent.calls) - 1)


def _at_once(agent: OpenCode) -> None:
    """Two subagents of one session get their answers in one instant, as long as each other."""
    at = agent.later()
    for _ in range(2):
        agent.row(agent.session(at - 50), agent.answer(at, Used(10, 20, 30), "at-once", served=SERVED[0]))


def _inside(agent: OpenCode) -> None:
    """Until April 2026 the output held its reasoning already, and the cost counted that twice."""
    at = agent.later()
    for style in ("inside", "inside-total"):
        session = agent.session(at)
        for _ in range(3):
            at = agent.pause(at)
            data = agent.answer(at, usual(agent.random), "inside", served=SERVED[2], style=style)
            agent.file(session, data) if style == "inside" else agent.row(session, data)


def _google(agent: OpenCode) -> None:
    """But what Google's models thought stood beside all the time."""
    at = agent.later()
    session = agent.id("ses", at)
    for reasoning in (30, 700):
        at = agent.pause(at)
        used = Used(500, 400 + reasoning, 9000, 0, reasoning)
        agent.file(session, agent.answer(at, used, "google", served=SERVED[3], style="beside"))


def _thoughtful(agent: OpenCode) -> None:
    """More reasoning than output cannot be a part of it, whoever tells so."""
    at = agent.later()
    used = Used(500, 940, 9000, 0, 900)
    data = agent.answer(at, used, "google", served=("openai", "gpt-5.4"), style="beside")
    agent.file(agent.id("ses", at), data)


def _plan(agent: OpenCode) -> None:
    """With the login of a plan every cost is 0."""
    at = agent.later()
    session = agent.session(at)
    for served in SERVED[:3]:
        at = agent.pause(at)
        used = usual(agent.random, reasoning=False)
        agent.row(session, agent.answer(at, used, "plan", served=served, plan=True))


def _unknown(agent: OpenCode) -> None:
    """Of one model nobody knows the price, of the other only OpenCode."""
    at = agent.later()
    session = agent.session(at)
    for served, told in ((("opencode", "big-pickle-9"), None), (("nobody", "glm-99-turbo"), 12_345)):
        at = agent.pause(at)
        agent.row(session, agent.answer(at, trap="23", served=served, told=told))


def _nothing(agent: OpenCode) -> None:
    """An answer that failed has tokens of 0."""
    at = agent.later()
    session = agent.session(at)
    data = agent.answer(at, Used(0, 0), served=SERVED[0])
    agent.calls.pop()
    agent.row(session, {**data, "error": {"name": "MessageAbortedError"}})
    agent.file(session, data)


def _edges(agent: OpenCode) -> None:
    session, file = agent.session(EDGES[0] - 90 * 86_400_000), agent.id("ses", EDGES[0])
    for number, at in enumerate(EDGES):
        data = agent.answer(at, trap="18", served=SERVED[1])
        agent.row(session, data) if number % 4 < 2 else agent.file(file, data)


def _spoiled(agent: OpenCode) -> None:
    """Files that are cut, empty or of another encoding stand among those that can be read."""
    at = agent.later()
    session = agent.session(at)
    used = usual(agent.random, reasoning=False)
    paths = [agent.file(session, agent.answer(at + number, used, "spoiled")) for number in range(4)]
    whole = paths[0].read_bytes()
    paths[0].write_bytes(whole[: whole.index(b'"cache"')])
    paths[1].write_bytes(whole.replace(b"/home/u/shop", b"/home/\xff\xfe", 1))
    paths[2].write_bytes(b"")
    agent.not_calls.append(agent.calls[-4])
    del agent.calls[-4:-1]
    agent.unreadable += 2  # an empty one tells nothing
    agent.database.put("message", id="msg_bad", session_id=session, time_created=at,
                       time_updated=agent.now(at), data='{"role": "assistant", "tokens": {"input": 7')  # fmt: skip
    agent.unreadable += 1


def _channel(agent: OpenCode) -> None:
    """Each channel of releases has a database of its own."""
    at = agent.later()
    base = Database(agent.root / "opencode-dev.db", *TABLES)
    session = agent.session(at, base=base)
    for _ in range(2):
        at = agent.pause(at)
        agent.row(session, agent.answer(at, trap="channel"), base=base)
    base.close()


def _total_only(agent: OpenCode) -> None:
    """Of an answer only the sum is known: most of a call is what it reads."""
    at = agent.later()
    data: dict[str, Any] = agent.answer(at, Used(4321, 0), "total-only", served=SERVED[1])
    data["tokens"] = {"total": 4321, "input": 0, "output": 0, "reasoning": 0, "cache": {"read": 0, "write": 0}}
    agent.row(agent.session(at), data)
