"""What a bug report is given: enough to find a fault, and nothing by which anybody could be known."""

import base64
import platform
from pathlib import Path

import pytest

from creditsui.adapters import log
from creditsui.adapters.ledger import open_ledger
from creditsui.core import bundle
from creditsui.core.doctor import doctor
from creditsui.domain.cadence import AskState
from creditsui.domain.problem import Problem
from tests.cli.conftest import Run, run_cli  # noqa: F401
from tests.core.conftest import Clock, SessionOf

KEY = "zq-canary-0123456789abcdefghij"
PERSONAL = (
    "erika", "mustermann", "Mustermann GmbH", "werkstatt", "llm.mustermann.example", "team-4711", "MUSTER_KEY",
    "Geheimprojekt", "erika@mustermann.example", "10.11.12.13", "9.02", "Europe/Zurich", "secretpool",
)  # fmt: skip
CONFIG = """\
timezone = "Europe/Zurich"
[accounts.werkstatt]
provider = "deepseek"
label = "Mustermann GmbH"
key = "env:MUSTER_KEY"
base_url = "https://llm.mustermann.example/v1"
capacity = 9.02
pool = "openrouter"
[accounts.openrouter]
[accounts.geheim]
provider = "xai"
label = "Geheimprojekt"
params = { team = "team-4711" }
[sources.claude-code]
account = "werkstatt"
[erika]
phone = "mustermann"
"""


@pytest.fixture
def told(session_of: SessionOf, home: Path, clock: Clock) -> str:
    env = {"MUSTER_KEY": KEY, "USER": "erika", "LANG": "C.UTF-8", "HTTPS_PROXY": f"http://erika:{KEY}@10.11.12.13"}
    session = session_of(real=True, config=CONFIG, env=env)
    with open_ledger(session.paths.ledger) as ledger:
        ledger.save_state(AskState("werkstatt", clock(), None, 7, Problem("busy", f"said {KEY}")))
    session.paths.log.parent.mkdir(parents=True)
    session.paths.log.write_text(
        f"2026-11-20 19:00:00Z ERROR werkstatt failed at {home}/x/board.py:30 erika@mustermann.example 10.11.12.13\n"
        f"Mustermann GmbH is critical: $9.02 of 45.00 USD for Geheimprojekt {KEY} on {platform.node()}\n"
        f"{base64.b64encode(f'x{KEY}'.encode()).decode()} https://llm.mustermann.example/v1?team=team-4711\n"
    )
    return bundle.text(session, doctor(session))


def test_nothing_in_it_is_secret_or_personal(told: str, home: Path) -> None:
    for word in (*PERSONAL, str(home), platform.node()):
        assert word.casefold() not in told.casefold(), word
    forms = [KEY, base64.b64encode(KEY.encode()).decode(), base64.b64encode(f"x{KEY}".encode()).decode()[4:-4]]
    for form in forms:
        assert not [form[at : at + 12] for at in range(len(form) - 11) if form[at : at + 12] in told]


def test_what_helps_is_in_it(told: str) -> None:
    for word in (
        "creditsui  0", "python  ", "deepseek", "openrouter", "board.py:30", "2026-11-20 19:00:00Z ERROR",
        "busy · 7 failures in a row", "timezone named · every 5 min", "1 unknown names", "[sources] 1 values",
        "ledger.db: ", "LANG=C.UTF-8", "HTTPS_PROXY", "~/.config/creditsui/config.toml", "sound, 0 entries",
    ):  # fmt: skip
        assert word in told, word
    assert "[account-1]: deepseek · key: env · admin key: auto · base_url · pool · capacity" in told
    assert "[account-1] failed" in told, "the same name stands for the same account everywhere"


def test_a_home_in_every_state_makes_one(session_of: SessionOf, home: Path) -> None:
    session = session_of(real=True, config="refresh_minutes = [\n")
    assert "config.toml line" in bundle.text(session, doctor(session))
    session.paths.ledger.parent.mkdir(parents=True)
    session.paths.ledger.write_bytes(b"x" * 9000)
    session.paths.log.mkdir(parents=True)
    assert "is not a ledger" in bundle.text(session, doctor(session))


def test_it_is_one_private_file_and_never_one_of_ours(run_cli: Run, home: Path, tmp_path: Path) -> None:  # noqa: F811
    run_cli("sync", "anthropic", "45")
    path = tmp_path / "report.txt"
    done = run_cli("doctor", "--bundle", str(path))
    assert done.code == 0 and str(path) in done.out, done.err
    assert path.stat().st_mode & 0o777 == 0o600 and "sound, 1 entry" in path.read_text()
    ledger = home / ".local/share/creditsui/ledger.db"
    before = ledger.read_bytes()
    refused = run_cli("doctor", "--bundle", str(ledger))
    assert refused.code == 1 and refused.err.count("\n") == 1 and ledger.read_bytes() == before
    assert run_cli("doctor", "--bundle", str(path), "--json").code == 2


def test_the_log_that_it_quotes_never_had_a_key(tmp_path: Path) -> None:
    """The bundle masks what the log says; the log itself is scrubbed when it is written."""
    assert "zq-canary" not in log.scrubbed("Authorization: zq-canary-0123456789abcdefghij")
