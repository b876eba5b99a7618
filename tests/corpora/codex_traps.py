"""The traps of Codex' logs, each in files of its own. Numbers are those of the reference (2.4)."""

import json
from pathlib import Path
from random import Random
from typing import Any

from tests.corpora.codex import MODELS, Session
from tests.corpora.pen import FIRST, iso
from tests.corpora.prices import CHANGED
from tests.corpora.truth import Made

_HOUR = 3_600_000


class Traps:
    def __init__(self, root: Path, random: Random) -> None:
        self.root, self.random, self.at = root, random, FIRST + 2 * _HOUR
        self.calls: list[Made] = []
        self.written = 0

    def begin(self, trap: str, **more: Any) -> Session:
        self.at += 9 * _HOUR
        return Session(self.root, self.random, self.at, trap=trap, **more)

    def end(self, *sessions: Session) -> None:
        for session in sessions:
            self.written += session.file.close()
            self.calls += session.made


def write(root: Path, random: Random) -> tuple[list[Made], int]:
    """The calls that were really made, and how many bytes were written."""
    traps = Traps(root, random)
    for trap in (_sums_only, _again, _restart, _fork, _subagent, _root, _twins, _no_model, _long, _priority, _spoiled,
                 _unknown, _moved_on, _cheaper):  # fmt: skip
        trap(traps)
    return traps.calls, traps.written


def _work(session: Session, requests: int, model: str = "gpt-5.4") -> None:
    session.turn(model)
    for _ in range(requests):
        session.item()
        session.request()


def _sums_only(traps: Traps) -> None:
    session = traps.begin("10")
    session.turn("gpt-5.4")
    for _ in range(4):
        session.request(last=False)
    traps.end(session)


def _again(traps: Traps) -> None:
    """The counter is told again while nothing was used, and once without any."""
    session = traps.begin("11")
    session.turn("gpt-5.5")
    for _ in range(4):
        session.request((20_000, 8000, 300, 100))
        session.wait()
        session.count((20_000, 8000, 300, 100))
    session.line("event_msg", {"type": "token_count", "info": None, "rate_limits": {"primary": None}})
    session.request()
    traps.end(session)


def _restart(traps: Traps) -> None:
    session = traps.begin("12")
    _work(session, 3)
    session.request((9000, 100, 50, 10), restart=True)
    session.request()
    traps.end(session)


def _fork(traps: Traps) -> None:
    """A fork begins with its parent's lines, all written at the moment of the fork."""
    parent = traps.begin("13")
    _work(parent, 3)
    child = traps.begin("13", meta={"forked_from_id": parent.id})
    _copy(parent, child)
    _work(child, 2)
    traps.end(parent, child)


def _subagent(traps: Traps) -> None:
    """So does a subagent's file, which may be as long as its parent's and take more than a second to write."""
    parent = traps.begin("13")
    _work(parent, 40, "gpt-5.5")
    source = {"subagent": {"thread_spawn": {"parent_thread_id": parent.id, "depth": 1}}}
    child = traps.begin("13", meta={"source": source, "parent_thread_id": parent.id, "thread_source": "subagent"})
    _copy(parent, child, 30)
    _work(child, 5, "gpt-5.3-codex")
    traps.end(parent, child)


def _copy(parent: Session, child: Session, step: int = 0) -> None:
    for number, line in enumerate(parent.file.lines):
        copied = json.loads(line)
        child.at += step
        copied["timestamp"] = iso(child.at + number % 2)
        child.file.add(copied)
    child.total = parent.total
    child.at += 1500


def _root(traps: Traps) -> None:
    """No parent is told as null."""
    session = traps.begin("14", meta={"forked_from_id": None, "parent_thread_id": None, "thread_source": None})
    _work(session, 3)
    traps.end(session)


def _twins(traps: Traps) -> None:
    """The same session as it was archived, and as it is."""
    active = traps.begin("15")
    _work(active, 4)
    archived = Session(traps.root, traps.random, traps.at, trap="15", archived=True, id=active.id)
    archived.file.lines = list(active.file.lines)
    traps.end(active, archived)


def _no_model(traps: Traps) -> None:
    session = traps.begin("16")
    session.turn("")
    for _ in range(3):
        session.request()
    traps.end(session)


def _long(traps: Traps) -> None:
    """One request of 280,000 tokens costs more than ten of 28,000, for all of it."""
    for input, requests in ((280_000, 1), (28_000, 10), (272_000, 1), (272_001, 1)):
        session = traps.begin("17")
        session.turn("gpt-5.4")
        for _ in range(requests):
            session.request((input, input // 2, 500, 100))
        traps.end(session)


def _priority(traps: Traps) -> None:
    session = traps.begin("priority")
    session.line("event_msg", {"type": "thread_settings_applied", "thread_settings": {"service_tier": "priority"}})
    session.tier = "priority"
    _work(session, 2, "gpt-5.5")
    session.line("event_msg", {"type": "thread_settings_applied", "thread_settings": {"service_tier": "default"}})
    session.tier = ""
    _work(session, 2, "gpt-5.5")
    traps.end(session)


def _spoiled(traps: Traps) -> None:
    session = traps.begin("spoiled")
    _work(session, 2)
    session.file.raw(
        b'{"timestamp":"2026-10-01T00:00:00Z","type":"event_msg","payload":{"type":"token_count","info":\xff\n'
    )
    session.file.raw(b"\n{}\n[]\n")
    session.item()
    session.request()
    session.file.raw(session.file.lines[-1][:-30].replace(b'"timestamp":"2', b'"timestamp":"2', 1))
    traps.end(session)


def _unknown(traps: Traps) -> None:
    session = traps.begin("23")
    _work(session, 2, "gpt-99-nova")
    traps.end(session)


def _moved_on(traps: Traps) -> None:
    """The model changes from turn to turn."""
    session = traps.begin("models")
    for model in (*MODELS, *MODELS):
        _work(session, 2, model)
    traps.end(session)


def _cheaper(traps: Traps) -> None:
    """A price falls: what was called before was dearer, whenever it is read."""
    for at in (CHANGED - 2 * _HOUR, CHANGED + 26 * _HOUR):
        session = Session(traps.root, traps.random, at, trap="cheaper")
        _work(session, 2, "gpt-5.6-terra")
        traps.end(session)
