"""The ledger of Hermes, read while Hermes' own classes write, against what was really called, and against ccusage.

Every call has its own day and model, for whoever reads often enough. ccusage has a session's sums on the day on which
it began and under its last model; auxiliary calls, and what was deleted, are lost to it. It charges by its own prices,
and for reasoning twice; homes of profiles it does not look into.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from shutil import copytree

import pytest

from creditsui.core.logs.ingest import ingest
from tests import peer, real_hermes
from tests.corpora import hermes
from tests.corpora.as_ccusage import sessions
from tests.corpora.hermes import Hermes
from tests.corpora.told import different, session, told
from tests.corpora.truth import Row, Sum, rows

ZONES = ("UTC", "Europe/Berlin", "Pacific/Auckland")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Hermes]]:
    """A home in which it was read after each step."""
    try:
        real_hermes.package()
    except real_hermes.Absent as reason:
        if real_hermes.ALWAYS:
            raise
        pytest.skip(str(reason))
    home = tmp_path_factory.mktemp("home")
    agent = Hermes(home / ".hermes", Random(7))
    try:
        for _ in hermes.write(agent):
            ingest(session(home))
        yield home, agent
    finally:
        with agent.writer:
            pass


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_and_model_is_told_as_it_was(made: tuple[Path, Hermes], zone: str) -> None:
    home, agent = made
    assert different(rows(agent.calls, zone), told(home, zone)) == {}


def test_reading_everything_again_changes_nothing(made: tuple[Path, Hermes]) -> None:
    home, agent = made
    assert ingest(session(home), rebuild=True).new == 0
    assert different(rows(agent.calls, "UTC"), told(home, "UTC")) == {}


def test_who_reads_for_the_first_time_finds_every_token_of_what_was_not_deleted(
    made: tuple[Path, Hermes], tmp_path: Path
) -> None:
    """Under its model, and at the last call of each of a session's routes."""
    home, agent = made
    copytree(home / ".hermes", tmp_path / ".hermes")
    ingest(session(tmp_path))
    left = [call for call in agent.calls if call.trap != "deleted"]
    assert _by_model(rows(left, "UTC")) == _by_model(told(tmp_path, "UTC"))


def _by_model(found: dict[Row, Sum]) -> dict[str, tuple[int, ...]]:
    whole: defaultdict[str, Sum] = defaultdict(Sum)
    for (_, _, model), sums in found.items():
        whole[model] += sums
    return {model: sums.tokens for model, sums in whole.items()}


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_and_model_is_as_ccusage_has_it_but_for_known_reasons(made: tuple[Path, Hermes], zone: str) -> None:
    home, agent = made
    try:
        program = peer.program()
    except peer.Absent as reason:
        if peer.ALWAYS:
            raise
        pytest.skip(str(reason))
    assert different(sessions(agent, zone), peer.rows_of_others(program, home, zone)) == {}
