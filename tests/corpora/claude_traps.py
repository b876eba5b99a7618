"""The traps of Claude Code's logs, each in files of its own. Numbers are those of the reference (2.4)."""

from pathlib import Path
from random import Random
from typing import Any

from tests.corpora.claude import Session, made, usual
from tests.corpora.pen import EDGES, FIRST, iso, uuid_of
from tests.corpora.truth import Made

_HOUR = 3_600_000


class Traps:
    def __init__(self, root: Path, random: Random) -> None:
        self.root, self.random, self.at = root, random, FIRST
        self.calls: list[Made] = []
        self.written = 0
        self.project = ""

    def begin(self, trap: str, **more: Any) -> Session:
        self.at += 7 * _HOUR
        return Session(self.root, self.random, self.at, project=f"trap-{trap}", trap=trap, **more)

    def end(self, *sessions: Session) -> None:
        for session in sessions:
            self.written += session.file.close()
            self.calls += session.made


def write(root: Path, random: Random) -> tuple[list[Made], int]:
    """The calls that were really made, and how many bytes were written."""
    traps = Traps(root, random)
    for trap in (_blocks, _resume, _side, _subagent, _split, _fast, _synthetic, _early, _cut, _edges, _unknown,
                 _spoiled, _no_id, _two_requests, _advice, _old_cost, _results, _batch_line_ends, _long):  # fmt: skip
        trap(traps)
    return traps.calls, traps.written


def _blocks(traps: Traps) -> None:
    session = traps.begin("1")
    for _ in range(4):
        session.user()
        session.answer(blocks=5)
    traps.end(session)


def _resume(traps: Traps) -> None:
    """A file that begins with 200 lines of another, on another day, and goes on."""
    first = traps.begin("2")
    for _ in range(100):
        first.user()
        first.answer()
    second = traps.begin("2")
    for line in first.file.lines[-200:]:
        second.file.raw(line)
    third = traps.begin("2")
    third.at += 40 * _HOUR
    for line in first.file.lines[-20:]:  # as newer ones do: under the new session's name
        third.file.raw(line.replace(first.id.encode(), third.id.encode()))
    for session in (second, third):
        for _ in range(3):
            session.user()
            session.answer()
    traps.end(first, second, third)


def _side(traps: Traps) -> None:
    """A side question repeats what the main branch said, under new ids of requests, and then says more."""
    main = traps.begin("3")
    ids = []
    for _ in range(5):
        main.user()
        usage, id = usual(traps.random), f"msg_{uuid_of(traps.random)}"
        main.answer(usage, id=id, model="claude-opus-4-8")
        ids.append((usage, id))
    for usage, id in ids[:4]:
        main.answer(usage, id=id, model="claude-opus-4-8", isSidechain=True)
        main.made.pop()
    main.answer(isSidechain=True)
    traps.end(main)


def _subagent(traps: Traps) -> None:
    """A subagent's file holds answers of its parent's, and others."""
    main = traps.begin("4")
    usage, id, request = usual(traps.random), f"msg_{uuid_of(traps.random)}", f"req_{uuid_of(traps.random)}"
    main.answer(usage, id=id, request=request, model="claude-sonnet-4-6", blocks=2)
    main.user()
    agent = Session(traps.root, traps.random, main.at + 5000, project=main.project,
                    name=f"{main.id}/subagents/agent-a1b2c3d", trap="4")  # fmt: skip
    agent.id = main.id
    agent.answer(usage, id=id, model="claude-sonnet-4-6", isSidechain=True)
    agent.made.pop()
    for _ in range(3):
        agent.user(isSidechain=True)
        agent.answer(isSidechain=True, model="claude-haiku-4-5", blocks=2)
    traps.end(main, agent)


def _split(traps: Traps) -> None:
    """The sum of what was written stands beside its parts, or is all there is; or, once, the parts are another sum."""
    session = traps.begin("5")
    for split in (None, (300, 700), (0, 1000), (1000, 0)):
        usage = usual(traps.random) | {"cache_creation_input_tokens": 1000}
        usage["cache_creation"] = None
        if split is None:
            del usage["cache_creation"]
        else:
            usage["cache_creation"] = {"ephemeral_5m_input_tokens": split[0], "ephemeral_1h_input_tokens": split[1]}
        session.answer(usage, model="claude-opus-4-8")
    traps.end(session)


def _fast(traps: Traps) -> None:
    session = traps.begin("6")
    for speed in ("fast", "standard", "fast"):
        session.answer(usual(traps.random) | {"speed": speed}, model="claude-opus-4-8", blocks=2)
    traps.end(session)


def _synthetic(traps: Traps) -> None:
    session = traps.begin("7")
    nothing = {"input_tokens": 0, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 0}
    session.answer(nothing, model="<synthetic>", isApiErrorMessage=True)
    session.made.pop()
    session.answer()
    traps.end(session)


def _early(traps: Traps) -> None:
    """What was logged before 2.1.97 is too little, but all there is."""
    session = traps.begin("8")
    for version in ("2.1.96", "2.1.98"):
        session.answer(usual(traps.random) | {"output_tokens": 1}, version=version)
    traps.end(session)


def _cut(traps: Traps) -> None:
    session = traps.begin("9")
    session.answer(blocks=2)
    session.answer()
    session.made.pop()
    session.file.lines[-1] = session.file.lines[-1][:-40]
    traps.end(session)


def _edges(traps: Traps) -> None:
    """Where days begin, in three zones."""
    session = traps.begin("18")
    for at in EDGES:
        usage = usual(traps.random)
        session.answer(usage, model="claude-haiku-4-5", timestamp=iso(at))
        session.made[-1] = made(at, "claude-haiku-4-5", usage, "18")
    traps.end(session)


def _unknown(traps: Traps) -> None:
    session = traps.begin("23")
    for model in ("claude-next-preview-x", "glm-99-turbo"):
        session.answer(model=model)
    traps.end(session)


def _long(traps: Traps) -> None:
    """A prompt that is over the limit only with its cache: all of it costs more."""
    session = traps.begin("17")
    for input, read in ((1000, 250_000), (1000, 100_000), (201_000, 0)):
        usage = usual(traps.random) | {"input_tokens": input, "cache_read_input_tokens": read}
        session.answer(usage, model="claude-sonnet-4-5")
    traps.end(session)


def _spoiled(traps: Traps) -> None:
    """Lines that cannot be read stand among those that can."""
    session = traps.begin("spoiled")
    session.answer()
    bad = session.answer()[0]
    session.made.pop()
    session.file.lines[-1] = bad.replace(b'"version":"', b'"version":"\xff\xfe', 1)
    session.file.raw(b"\n")
    session.file.raw(b'{"type":"assistant","message":{"usage":{"input_tokens":' + b"[" * 3000 + b"\n")
    session.file.raw(
        b'{"type":"assistant","timestamp":"never","message":{"usage":{"input_tokens":5,"output_tokens":7}}}\n'
    )
    session.answer(blocks=3)
    traps.end(session)


def _no_id(traps: Traps) -> None:
    """Old logs have no ids of answers: every line is one."""
    session = traps.begin("no-id")
    for _ in range(3):
        usage = usual(traps.random)
        began = session.wait()
        message = {"role": "assistant", "model": "claude-sonnet-4-6", "usage": usage}
        session._line("assistant", message, 10, {})
        session.made.append(made(began, "claude-sonnet-4-6", usage, "no-id"))
    traps.end(session)


def _two_requests(traps: Traps) -> None:
    """A proxy gives two answers the same id: under two requests they are two."""
    session = traps.begin("two-requests")
    for request in ("req_one", "req_two"):
        session.answer(id="msg_again", request=request)
    traps.end(session)


def _advice(traps: Traps) -> None:
    """What an adviser used stands beside what the answer did, which includes the other steps."""
    session = traps.begin("advice")
    usage = usual(traps.random)
    asked = {"type": "advisor_message", "model": "claude-opus-4-8", "input_tokens": 411, "output_tokens": 97,
             "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}  # fmt: skip
    step = {**asked, "type": "message", "input_tokens": usage["input_tokens"], "output_tokens": usage["output_tokens"]}
    session.answer({**usage, "iterations": [step, asked]}, model="claude-sonnet-4-6")
    session.made.append(made(session.made[-1].at, "claude-opus-4-8", asked, "advice"))
    traps.end(session)


def _old_cost(traps: Traps) -> None:
    """Old lines say what they cost; the price of the day holds all the same."""
    session = traps.begin("old-cost")
    session.answer(model="claude-sonnet-4-6", costUSD=0.5)
    traps.end(session)


def _results(traps: Traps) -> None:
    """What a subagent used stands in the result of its tool too, in a line of the user's."""
    session = traps.begin("results")
    session.user(toolUseResult={"status": "completed", "totalTokens": 999_999, "usage": usual(traps.random)})
    session.answer()
    traps.end(session)


def _batch_line_ends(traps: Traps) -> None:
    """Copied through another system, lines end in two signs."""
    session = traps.begin("line-ends")
    for _ in range(2):
        session.user()
        session.answer(blocks=2)
    session.file.lines = [line.replace(b"\n", b"\r\n") for line in session.file.lines]
    traps.end(session)
