"""Hermes' sums in the ledger: whatever is read again, moved, locked or repriced, nothing is counted twice."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from creditsui.adapters import foreign_sqlite
from creditsui.adapters.ledger import open_ledger
from creditsui.core.logs.ingest import Report, ingest
from creditsui.core.session import Session
from creditsui.domain.usage import Usage
from tests.core.conftest import SessionOf
from tests.sources.hermes_db import START, Hermes


@pytest.fixture
def session(session_of: SessionOf) -> Session:
    return session_of(real=True)


@pytest.fixture
def agent(home: Path) -> Hermes:
    agent = Hermes(home / ".hermes/state.db")
    agent.session(input_tokens=1000)
    agent.usage(input_tokens=1000)
    return agent


def kept(session: Session, account: str = "anthropic") -> list[Usage]:
    with open_ledger(session.paths.ledger) as ledger, ledger.calls() as store:
        return store.calls(account, 0)


def total(session: Session) -> int:
    return sum(call.input for call in kept(session))


def grow(agent: Hermes, tokens: int) -> None:
    agent.do("UPDATE session_model_usage SET input_tokens = ?, last_seen = last_seen + 60", tokens)
    agent.do("UPDATE sessions SET input_tokens = ?", tokens)


def test_growth_is_kept_once_and_sessions_that_are_deleted_stay(session: Session, agent: Hermes) -> None:
    assert ingest(session).new == 1
    grow(agent, 1200)
    assert ingest(session).new == 1
    assert total(session) == 1200
    agent.do("DELETE FROM session_model_usage")
    agent.do("DELETE FROM sessions")
    assert ingest(session).new == 0
    assert total(session) == 1200


def again(session: Session, agent: Hermes) -> Report:
    return ingest(session, rebuild=True)


def moved(session: Session, agent: Hermes) -> Report:
    agent.close()
    shutil.move(agent.path.parent, agent.path.parent.with_name("elsewhere"))
    session.env["HERMES_HOME"] = str(agent.path.parent.with_name("elsewhere"))  # type: ignore[index]
    return ingest(session)


def replaced(session: Session, agent: Hermes) -> Report:
    agent.close()
    copy = agent.path.with_name("copy.db")
    shutil.copyfile(agent.path, copy)  # a repair, or a backup that was put back
    copy.replace(agent.path)
    return ingest(session)


@pytest.mark.parametrize("happens", [again, moved, replaced])
def test_nothing_counts_twice_whatever_happens_to_the_file(
    session: Session, agent: Hermes, happens: Callable[[Session, Hermes], Report]
) -> None:
    ingest(session)
    grow(agent, 1200)
    ingest(session)
    happens(session, agent)
    assert total(session) == 1200


def test_a_database_that_is_locked_for_a_moment_is_read_later_and_nothing_is_lost_or_doubled(
    session: Session, agent: Hermes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign_sqlite, "PATIENCE", 0.01)
    ingest(session)
    grow(agent, 1200)
    agent.close()
    with closing(sqlite3.connect(agent.path)) as holder:
        holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        holder.execute("UPDATE sessions SET cwd = '/srv/shop'")
        holder.commit()
        assert ingest(session).new in (0, 1)
    ingest(session)
    assert total(session) == 1200


def test_a_sum_of_calls_never_has_the_price_of_one_long_call(session: Session, home: Path) -> None:
    agent = Hermes(home / ".hermes/state.db")
    route = {"model": "gpt-5.4", "billing_provider": "openai", "billing_base_url": "https://api.openai.com/v1"}
    for id, tokens in (("short", 100_000), ("long", 400_000)):
        agent.session(id, **route, input_tokens=tokens)
        agent.usage(id, **route, input_tokens=tokens, last_seen=START)
    ingest(session)
    agent.close()
    costs = {call.input: call.cost.micros for call in kept(session, "openai") if call.cost}
    assert costs[400_000] == 4 * costs[100_000]
