"""The ledger against what was really called, and against what ccusage makes of the same logs.

The corpora hold every trap of logs that is known; a day, a source and a model are told as they were, or the difference
to ccusage stands here with its reason.
"""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from creditsui.core.logs.ingest import ingest
from tests import peer
from tests.corpora import Made, write
from tests.corpora.told import different, session, told
from tests.corpora.truth import Row, Sum, rows

SIZE = 6_000_000
ZONES = ("UTC", "Europe/Berlin", "Pacific/Auckland")
"""The clocks of the latter two change within the corpora; Auckland is 13 hours ahead afterwards."""
UNREADABLE = 4
"""Lines that are planted to be no calls: cut, of another encoding, too deep, without a time."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Made]]:
    home = tmp_path_factory.mktemp("home")
    return home, write(home, SIZE)


@pytest.fixture(scope="module")
def read(made: tuple[Path, list[Made]]) -> Path:
    home, calls = made
    report = ingest(session(home))
    assert (report.new, report.skipped_lines) == (len(calls), UNREADABLE)
    return home


@pytest.mark.parametrize("zone", ZONES)
def test_every_source_day_and_model_is_told_as_it_was(made: tuple[Path, list[Made]], read: Path, zone: str) -> None:
    assert different(rows(made[1], zone), told(read, zone)) == {}


def test_logs_that_grow_between_readings_tell_the_same(tmp_path: Path, made: tuple[Path, list[Made]]) -> None:
    logs = [path for path in made[0].rglob("*.jsonl") if path.is_file()]
    for share in (0.3, 0.31, 0.8, 1):
        for number, log in enumerate(logs):
            data = log.read_bytes()
            grown = tmp_path / log.relative_to(made[0])
            grown.parent.mkdir(parents=True, exist_ok=True)
            before = grown.stat().st_size if grown.exists() else 0
            with grown.open("ab") as file:
                file.write(data[before : max(before, int(len(data) * share) - (number if share < 1 else 0))])
        ingest(session(tmp_path))
    assert different(rows(made[1], "UTC"), told(tmp_path, "UTC")) == {}


def test_reading_everything_again_changes_nothing(made: tuple[Path, list[Made]], read: Path) -> None:
    assert ingest(session(read)).read_bytes == 0
    again = ingest(session(read), rebuild=True)
    assert again.new == 0 and again.read_bytes > SIZE * 0.9
    assert different(rows(made[1], "UTC"), told(read, "UTC")) == {}


@pytest.fixture(scope="module")
def program() -> str:
    try:
        return peer.program()
    except peer.Absent as reason:
        if peer.ALWAYS:
            raise
        pytest.skip(str(reason))


@pytest.mark.parametrize("zone", ZONES)
def test_every_source_day_and_model_is_as_ccusage_has_it_but_for_known_reasons(
    made: tuple[Path, list[Made]], read: Path, program: str, zone: str
) -> None:
    theirs = peer.rows(program, read, zone)
    explained = _as_ccusage_has_it(made[1], zone)
    assert different(explained, theirs) == {}
    assert different(told(read, zone), theirs).keys() == different(rows(made[1], zone), theirs).keys()


def _as_ccusage_has_it(calls: list[Made], zone: str) -> dict[Row, Sum]:
    """The truth with each of its differences put into it. What is not named here is the same."""
    charged = []
    for call in calls:
        model, cost = call.model, call.cost
        if call.tier == "fast":
            # It has fast answers as a model of their own; we tell the log's own id, and keep the speed apart.
            model = f"{call.model}-fast"
        if call.source == "codex" and not call.model:
            # It guesses gpt-5 where a log names no model; we know no price of what nobody named.
            model, cost = "gpt-5", _list_price(call, "1.25", "10", "0.125")
        if call.model == "claude-sonnet-4-5" and call.prompt > 200_000:
            # It charges the higher price for what is above the limit, and looks at each kind of token apart. The vendor
            # charges it for all of a request whose whole prompt is above.
            cost = _list_price(call, "3", "15", "0.3", "3.75", "6")
            cost += round(max(call.input - 200_000, 0) * 3 + max(call.cache_read - 200_000, 0) * 0.3)
        if call.model == "gpt-5.6-terra":
            # It has one price for all times; we have the one of the day.
            cost = _list_price(call, "2", "12", "0.2")
        charged.append((replace(call, model=model), cost or 0))
    found: defaultdict[Row, Sum] = defaultdict(Sum)
    for call, cost in charged:
        for row, sums in rows([call], zone).items():
            found[row] += replace(sums, cost=cost)
    return dict(found)


def _list_price(call: Made, input: str, output: str, read: str, written: str = "0", hour: str = "0") -> int:
    return round(
        call.input * float(input)
        + call.output * float(output)
        + call.cache_read * float(read)
        + (call.cache_write - call.hour) * float(written)
        + call.hour * float(hour)
    )
