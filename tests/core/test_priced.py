"""Unit prices that are kept beside the ledger: the price table is loaded for a new model only."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from creditsui.adapters import spare
from creditsui.adapters.ledger import open_ledger
from creditsui.core import configured
from creditsui.core.accounts import detect
from creditsui.core.logs.ingest import ingest
from creditsui.core.logs.keeping import Keeper
from creditsui.core.logs.priced import NeedsTable, Prices
from creditsui.core.logs.settings import settings
from creditsui.core.session import Session
from creditsui.pricing.unit import UnitPrice, from_json, to_json
from creditsui.providers import catalogue
from tests.core.conftest import SessionOf
from tests.core.test_ingest import PROJECT, calls, line

COST = 3015
"""Micro-USD of one line: 3 × $5 + 100 × $25 + 1000 × $0.50, a million."""
RUN = """
import sys
from creditsui.cli.main import main
assert main(["ingest"]) == 0
print("genai_prices" in sys.modules)
"""


@pytest.fixture
def session(session_of: SessionOf, home: Path) -> Session:
    log = home / PROJECT / "one.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(line("m1"))
    return session_of(real=True)


def costs(session: Session) -> list[int | None]:
    return [call.cost.micros if call.cost else None for call in calls(session)]


def anew(session: Session) -> list[int | None]:
    session.paths.ledger.unlink()
    ingest(session)
    return costs(session)


def loads(home: Path) -> bool:
    done = subprocess.run(
        [sys.executable, "-c", RUN], env={**os.environ, "HOME": str(home)}, capture_output=True, text=True, check=True
    )
    return done.stdout.split()[-1] == "True"


def test_a_fresh_ledger_loads_the_table_for_a_model_that_was_never_priced_here(session: Session, home: Path) -> None:
    assert loads(home)
    assert session.paths.prices.stat().st_mode & 0o777 == 0o600
    session.paths.ledger.unlink()
    assert not loads(home)
    assert costs(session) == [COST]
    (home / PROJECT / "two.jsonl").write_text(line("m2", model="claude-haiku-4-5"))
    assert loads(home) and None not in costs(session)
    session.paths.ledger.unlink()
    assert not loads(home) and len(calls(session)) == 2


def test_what_was_kept_of_another_table_or_of_other_prices_of_the_users_is_asked_anew(session: Session) -> None:
    ingest(session)
    kept = json.loads(spare.load(str(session.paths.prices)) or b"")
    (row,) = kept["units"]
    dear = json.dumps([json.loads(row[3])[0] | {"input": 99_000_000}])
    spare.keep(str(session.paths.prices), json.dumps({**kept, "units": [[*row[:3], dear]]}).encode())
    assert anew(session) == [COST + 3 * 94]  # it is believed
    other = json.dumps({"fingerprint": "other", "units": [[*row[:3], dear]]}).encode()
    spare.keep(str(session.paths.prices), other)
    assert anew(session) == [COST]
    session.paths.config.parent.mkdir(parents=True)
    session.paths.config.write_text('[prices."claude-opus-4-8"]\ninput = 1\noutput = 1\ncache_read = 1\n')
    assert anew(session) == [3 + 100 + 1000]


ROW = ["", "claude-opus-4-8", ""]
BAD = ["-1", '"5"', "5.0", "true", "[]", "null"]


@pytest.mark.parametrize(
    "units",
    [
        *(f'[{{"input": {bad}, "output": 1, "cache_read": 1, "cache_write": 1, "cache_write_1h": 1}}]' for bad in BAD),
        '[{"input": 1, "output": 1}]', '[{"input": 1, "output": 1, "cache_read": 1, "cache_write": 1,'
        ' "cache_write_1h": 1, "more": 1}]', "{}", "null", "[1]", '"a"', "[" * 9000, "NaN", "", 5, None, [1], {},
        '[{"input": 1, "output": 1, "cache_read": 1, "cache_write": 1, "cache_write_1h": 1, "weekdays": null}]',
    ],
)  # fmt: skip
def test_no_price_is_guessed_from_what_was_never_one(session: Session, units: object) -> None:
    ingest(session)
    prices = Prices(session)
    content = json.dumps({"fingerprint": prices.fingerprint, "units": [[*ROW, units]]}).encode()
    spare.keep(str(session.paths.prices), content)
    assert anew(session) == [COST]


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"null", b"5", b'{"fingerprint": 5}', b"\xff", b"{" * 9000, b'{"fingerprint": "%s", "units": 5}',
     b'{"fingerprint": "%s", "units": [5]}', b'{"fingerprint": "%s", "units": [[[], {}, 1, 2]]}',
     b'{"fingerprint": "%s", "units": [["a"]]}', b'{"fingerprint": "%s"}'],
)  # fmt: skip
def test_whatever_stands_in_the_file_of_prices_is_as_if_nothing_did(session: Session, content: bytes) -> None:
    ingest(session)
    content = content.replace(b"%s", Prices(session).fingerprint.encode())
    spare.keep(str(session.paths.prices), content)
    assert anew(session) == [COST]
    session.paths.prices.write_bytes(content)
    assert anew(session) == [COST]
    session.paths.prices.unlink()
    session.paths.prices.mkdir()
    assert anew(session) == [COST]


def test_who_may_not_load_the_table_prices_by_what_was_kept_and_asks_for_help_with_the_rest(session: Session) -> None:
    with pytest.raises(NeedsTable):
        ingest(session, table=False)
    ingest(session)
    session.paths.ledger.unlink()
    ingest(session, table=False)
    assert costs(session) == [COST]


def test_a_price_is_kept_as_it_is() -> None:
    units = (
        UnitPrice(input=1, output=None, cache_read=None, cache_write=3, cache_write_1h=None, since=-5, above=7),
        UnitPrice(input=0, output=2, cache_read=3, cache_write=4, cache_write_1h=5, until=9, up_to=8, from_minute=1,
                  to_minute=2, weekdays=3, source="genai-prices 0.2.3"),
    )  # fmt: skip
    assert from_json(to_json(units)) == units and from_json(to_json(())) == ()


CONFIG = """
[accounts.work]
provider = "anthropic"
[accounts.home]
provider = "anthropic"
[accounts.openai]
provider = "openrouter"
[accounts.groq]
[accounts.fast]
provider = "groq"
"""


@pytest.mark.parametrize("config", ["", CONFIG])
def test_an_account_that_is_only_detected_is_called_as_its_provider(
    session_of: SessionOf, config: str, home: Path
) -> None:
    env = {name: "sk-x-0123456789abcdef" for one in catalogue().values() for name in one.env}
    session = session_of(real=True, config=config, env=env)
    expected: dict[str, str] = {}
    accounts = detect.accounts(session, configured.current(session))
    for account in accounts:
        if account.id == account.provider or account.provider not in expected:
            expected[account.provider] = account.id
    keeper = Keeper(session, settings(session), Prices(session))
    assert len(accounts) > 10
    with open_ledger(session.paths.ledger) as ledger, ledger.calls() as store:
        from creditsui.domain.call import Call

        for provider in catalogue():
            kind = store.kind("codex", Call(0, 0, "m", provider=provider), "metered", keeper.account)
            assert kind.account == expected.get(provider, provider)
