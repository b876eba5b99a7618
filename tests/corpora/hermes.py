"""Hermes' sessions, as its own classes write them: sums that grow, by session and by route."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from tests.corpora.agent import Agent, Used, dollars, usual
from tests.corpora.pen import EDGES, hex_of, iso
from tests.corpora.truth import Made
from tests.real_hermes import Writer

_DAY = 86_400_000


class Route(NamedTuple):
    model: str
    provider: str
    address: str
    mode: str = "chat_completions"
    priced: bool = True
    """Whether Hermes knows its price."""


OPUS = Route("claude-opus-4-8", "anthropic", "https://api.anthropic.com", "anthropic_messages")
HAIKU = Route("claude-haiku-4-5", "anthropic", "https://api.anthropic.com", "anthropic_messages")
GPT = Route("gpt-5.4", "openai-api", "https://api.openai.com/v1")
CODEX = Route("gpt-5.4", "openai-codex", "https://chatgpt.com/backend-api/codex", "subscription_included", False)
FLASH = Route("gemini-3-flash-preview", "gemini", "https://generativelanguage.googleapis.com/v1beta", priced=False)
NOVA = Route("glm-99-turbo", "custom", "https://models.nowhere.example/v1", priced=False)
DEAR = Route("glm-99-max", "custom", "https://models.nowhere.example/v1")


@dataclass
class Session:
    """What the row of a session says, which is not all that was called in it."""

    id: str
    began: int
    at: int
    writer: Writer
    trap: str = ""
    route: Route | None = None
    rows: list[Made] = field(default_factory=list)
    """The calls of its main loop, those that are in its sums."""

    @property
    def sums(self) -> Used:
        return Used(*(sum(each) for each in zip(*map(_used, self.rows), strict=True)))


class Hermes(Agent):
    source = "hermes"

    def __init__(self, root: Path, random: Random) -> None:
        super().__init__(root, random)
        self.writer = Writer(root / "state.db")
        self.sessions: list[Session] = []
        """Those that were not deleted."""

    def session(self, at: int, trap: str = "", *, writer: Writer | None = None, **more: Any) -> Session:
        name = f"{iso(at)[:19].replace('-', '').replace(':', '').replace('T', '_')}_{hex_of(self.random, 6)}"
        told = Session(name, at, at, writer or self.writer, trap)
        told.writer.clock(at / 1000)
        told.writer.do("create_session", name, "cli", cwd="/home/u/shop", **more)
        self.sessions.append(told)
        return told

    def call(self, session: Session, route: Route, used: Used | None = None, *, task: str = "", at: int | None = None,
             told: int | None = None) -> Made:  # fmt: skip
        """A call, accounted as soon as it is answered; `task`: an auxiliary one, which is beside the session's sums."""
        session.at = self.pause(session.at) if at is None else at
        used = used or usual(self.random, written=route.provider == "anthropic")
        made = self.called(session.at, route.model, used, session.trap, told=told)
        session.writer.clock(session.at / 1000)
        tokens = {
            "input_tokens": used.input, "output_tokens": used.output, "cache_read_tokens": used.read,
            "cache_write_tokens": used.written, "reasoning_tokens": used.reasoning,
            "estimated_cost_usd": dollars(made) if route.priced else 0.0,
            "model": route.model, "billing_provider": route.provider, "billing_base_url": route.address,
        }  # fmt: skip
        if task:
            session.writer.do("record_auxiliary_usage", session.id, task, **tokens)
            return made
        status = "estimated" if route.priced else "included" if route is CODEX else "unknown"
        session.writer.do("update_token_counts", session.id, **tokens, billing_mode=route.mode, cost_status=status,
                          api_call_count=1)  # fmt: skip
        session.route = session.route or route
        session.rows.append(made)
        return made

    def delete(self, session: Session) -> None:
        session.writer.do("delete_session", session.id)
        self.sessions.remove(session)


def write(agent: Hermes) -> Iterator[None]:
    """Whoever reads after each step sees every call alone."""
    for at in sorted(agent.starts(6)):
        session = agent.session(at, model=OPUS.model)
        for _ in range(agent.random.randrange(2, 7)):
            agent.call(session, agent.random.choice((OPUS, HAIKU)))
            yield
    for trap in (_beside, _switch, _fallback, _subagent, _rotation, _days, _deleted, _plan, _unknown, _profile, _edges,
                 _twins, _whole_sums, _upgrade, _restarted):  # fmt: skip
        yield from trap(agent)


def _beside(agent: Hermes) -> Iterator[None]:
    """Auxiliary calls stand in no session's sums, and may have the main loop's own route."""
    session = agent.session(agent.later(), "beside")
    for route, task in ((OPUS, ""), (FLASH, "title_generation"), (OPUS, "compression"), (OPUS, ""), (FLASH, "vision")):
        agent.call(session, route, task=task)
        yield


def _switch(agent: Hermes) -> Iterator[None]:
    """The row of a session names the last model for all that was called."""
    session = agent.session(agent.later(), "switch")
    for route in (OPUS, GPT, OPUS):
        if session.route is not None:
            session.writer.do("update_session_model", session.id, route.model)
            session.writer.do("update_session_billing_route", session.id, provider=route.provider,
                              base_url=route.address, billing_mode=route.mode)  # fmt: skip
            session.route = route
            yield
        for _ in range(2):
            agent.call(session, route)
            yield


def _fallback(agent: Hermes) -> Iterator[None]:
    """The model that was asked for fails: another one serves."""
    session = agent.session(agent.later(), "fallback", model=GPT.model)
    agent.call(session, OPUS)
    yield
    agent.call(session, GPT)
    yield


def _subagent(agent: Hermes) -> Iterator[None]:
    """Has a session of its own, which its parent's leaves out."""
    main = agent.session(agent.later(), "subagent")
    agent.call(main, OPUS)
    child = agent.session(main.at, "subagent", parent_session_id=main.id)
    for session in (child, main, child):
        agent.call(session, HAIKU)
        yield


def _rotation(agent: Hermes) -> Iterator[None]:
    """A chat that became too long goes on in a session of its own."""
    first = agent.session(agent.later(), "rotation")
    agent.call(first, OPUS)
    yield
    first.writer.do("end_session", first.id, "compression")
    second = agent.session(first.at + 1000, "rotation", parent_session_id=first.id)
    yield
    agent.call(second, OPUS)
    yield


def _days(agent: Hermes) -> Iterator[None]:
    """A chat is ended, and opened again on other days."""
    session = agent.session(agent.later(), "days")
    for _ in range(3):
        agent.call(session, OPUS)
        session.writer.do("end_session", session.id, "user_exit")
        yield
        session.at += 2 * _DAY
        session.writer.do("reopen_session", session.id)


def _deleted(agent: Hermes) -> Iterator[None]:
    """What is deleted was paid for."""
    session = agent.session(agent.later(), "deleted")
    agent.call(session, OPUS)
    agent.call(session, FLASH, task="title_generation")
    yield
    agent.delete(session)
    yield


def _plan(agent: Hermes) -> Iterator[None]:
    """A plan's calls cost 0, those of a key beside it do not."""
    session = agent.session(agent.later(), "plan")
    for route in (CODEX, GPT):
        agent.call(session, route)
        yield


def _unknown(agent: Hermes) -> Iterator[None]:
    """A price that Hermes does not know is 0, and one that only Hermes knows is what it says."""
    for route, told in ((FLASH, None), (NOVA, None), (DEAR, 12_345)):
        session = agent.session(agent.later(), "23")
        agent.call(session, route, told=told)
        yield


def _profile(agent: Hermes) -> Iterator[None]:
    """Each profile has a home of its own."""
    with Writer(agent.root / "profiles/work/state.db") as writer:
        session = agent.session(agent.later(), "profile", writer=writer)
        agent.call(session, OPUS)
        yield
        agent.call(session, HAIKU)
        yield


def _edges(agent: Hermes) -> Iterator[None]:
    session = agent.session(EDGES[0] - 30 * _DAY, "18")
    for at in sorted(EDGES):
        agent.call(session, HAIKU, at=at)
        yield


def _twins(agent: Hermes) -> Iterator[None]:
    """The same tokens, once more at once, are another call."""
    session = agent.session(agent.later(), "twins")
    for _ in range(2):
        agent.call(session, OPUS, Used(10, 20, 30), at=session.at)
        yield


def _whole_sums(agent: Hermes) -> Iterator[None]:
    """Older gateways set a session's sums as a whole, which no route tells."""
    session = agent.session(agent.later(), "whole")
    agent.call(session, OPUS, task="compression")
    yield
    for used in (Used(900, 90, 9000, 10, 5), Used(300, 40, 20_000, 0, 0)):
        session.at = agent.pause(session.at)
        session.rows.append(agent.called(session.at, OPUS.model, used, "whole"))
        session.route = OPUS
        cost = sum(dollars(call) for call in session.rows)
        session.writer.clock(session.at / 1000)
        session.writer.do("append_message", session.id, "assistant", "no words")
        input, output, *more = session.sums
        session.writer.do("update_token_counts", session.id, input, output, OPUS.model, *more, absolute=True,
                          estimated_cost_usd=cost, billing_provider=OPUS.provider, billing_base_url=OPUS.address,
                          cost_status="estimated", api_call_count=len(session.rows))  # fmt: skip
        yield


def _used(call: Made) -> Used:
    return Used(call.input, call.output, call.cache_read, call.cache_write, call.reasoning)


def _upgrade(agent: Hermes) -> Iterator[None]:
    """A newer Hermes divides what an older one had summed up among routes."""
    path = agent.root / "profiles/older/state.db"
    with Writer(path) as writer:
        session = agent.session(agent.later(), "profile", writer=writer)
        agent.call(session, OPUS)
    with closing(sqlite3.connect(path)) as older:  # as a release before version 20 left it
        older.execute("DROP TABLE session_model_usage")
        older.execute("UPDATE schema_version SET version = 19")
        older.execute("UPDATE sessions SET ended_at = ?", (session.at / 1000,))
        older.commit()
    yield
    with Writer(path) as writer:
        session.writer = writer
        yield
        agent.call(session, OPUS)
        yield


def _restarted(agent: Hermes) -> Iterator[None]:
    """Hermes is killed, and begins again with what it had written."""
    session = agent.session(agent.later(), "restarted")
    agent.call(session, OPUS)
    with agent.writer as killed:
        killed.kill()
    agent.writer = session.writer = Writer(agent.root / "state.db")
    yield
    agent.call(session, OPUS)
    yield
