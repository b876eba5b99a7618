"""`creditsui metrics` on a real ledger: to standard output, or as a file that node_exporter may read at any time."""

import os
import shutil
import stat
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from creditsui.adapters.ledger import open_ledger
from creditsui.core import board as boards
from creditsui.core import book, metrics
from creditsui.core.demo.session import demo_session
from creditsui.domain.money import Money, money
from creditsui.domain.usage import Usage
from creditsui.outputs.metrics import spent_of, text
from tests.cli.conftest import Run
from tests.core.conftest import Clock, SessionOf, clock, session_of

__all__ = ["clock", "session_of"]

LEDGER = ".local/share/creditsui/ledger.db"
needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="Debian's package prometheus has it")


def test_what_is_known_is_printed(run_cli: Run) -> None:
    assert run_cli("sync", "anthropic", "45", "--capacity", "50").code == 0
    done = run_cli("metrics")
    assert (done.code, done.err) == (0, "")
    assert 'creditsui_remaining{account="anthropic",provider="anthropic",currency="USD"} 45\n' in done.out
    assert 'creditsui_health_ratio{account="anthropic",provider="anthropic"} 0.9\n' in done.out
    assert done.out.endswith("# EOF\n")


def test_an_empty_home_has_metrics_too(run_cli: Run, home: Path) -> None:
    done = run_cli("metrics", "--cached")
    assert done.code == 0 and "creditsui_build_info" in done.out and "creditsui_remaining" not in done.out
    assert not (home / LEDGER).exists()


def test_a_problem_is_a_metric_and_no_failure(run_cli: Run) -> None:
    assert run_cli("account", "add", "groq").code == 0
    done = run_cli("metrics")
    assert done.code == 0 and 'kind="no_key"} 1' in done.out


def test_a_textfile_is_replaced_whole_and_readable_by_node_exporter(run_cli: Run, tmp_path: Path) -> None:
    assert run_cli("sync", "anthropic", "45").code == 0
    folder = tmp_path / "textfile"
    folder.mkdir()
    path = folder / "creditsui.prom"
    old = os.umask(0o077)
    try:
        for _ in range(2):
            done = run_cli("metrics", "--textfile", str(path))
            assert (done.code, done.out, done.err) == (0, "", "")
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644 and path.read_text().endswith("# EOF\n")
    assert [one.name for one in folder.iterdir()] == ["creditsui.prom"], "nothing else is left in a folder of others"


@pytest.mark.parametrize("place", ["no/such/folder/x.prom", ".", "file/x.prom"])
def test_a_place_that_takes_no_file_is_one_line_and_leaves_what_was_there(
    run_cli: Run, tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").write_text("mine")
    done = run_cli("metrics", "--cached", "--textfile", str(tmp_path / place))
    assert done.code == 1 and done.err.count("\n") == 1 and not done.out
    assert {one.name for one in tmp_path.iterdir()} == {"file", "home"} and (tmp_path / "file").read_text() == "mine"


def test_a_full_disk_or_a_read_only_file_keeps_what_was_there(run_cli: Run, tmp_path: Path) -> None:
    done = run_cli("metrics", "--cached", "--textfile", "/dev/full")
    assert done.code == 1 and done.err.count("\n") == 1
    path = tmp_path / "x.prom"
    path.write_text("old")
    path.chmod(0o444)
    done = run_cli("metrics", "--cached", "--textfile", str(path))
    assert done.code == 1 and path.read_text() == "old" and "x.prom: " in done.err


def test_a_name_that_node_exporter_passes_over_is_told(run_cli: Run, tmp_path: Path) -> None:
    done = run_cli("metrics", "--cached", "--textfile", str(tmp_path / "creditsui.txt"))
    assert done.code == 0 and ".prom" in done.err


def test_a_counter_never_falls_where_an_estimate_was_too_high(session_of: SessionOf, clock: Clock) -> None:
    """Prometheus takes a fall for a new beginning, and all of it for spent."""
    session = session_of(config="[accounts.anthropic]\n", real=True)

    def told() -> tuple[Money, Money]:
        """By the board, and by the counter."""
        rows = [row for view in boards.board(session).accounts for row in spent_of(view)]
        return rows[0][1], metrics.counted(session, rows)["anthropic", "USD"]

    book.sync(session, "anthropic", money(45, "USD"))
    clock.instant += timedelta(hours=1)
    with open_ledger(session.paths.ledger) as ledger:
        ledger.book_usage([Usage(key="k", source="hand", account="anthropic", at=clock.instant, model="m", input=1000,
                                 cost=money(2, "USD"))])  # fmt: skip
    clock.instant += timedelta(hours=1)
    board, before = told()
    assert board == before and before >= money(2, "USD")
    book.sync(session, "anthropic", money("44.50", "USD"))
    assert told() == (money("0.50", "USD"), before)
    (session.paths.status.parent / "metrics.json").write_text('[["anthropic", "USD", "x"], 3]')
    assert told()[1] == money("0.50", "USD"), "what cannot be read is forgotten"


def test_what_was_told_is_kept_by_account_and_currency(session_of: SessionOf) -> None:
    session = session_of()

    def told(*rows: tuple[str, str, int]) -> dict[tuple[str, str], Money]:
        return metrics.counted(session, [((id, code), Money(micros, code)) for id, code, micros in rows])

    assert told(("a", "USD", 5), ("b", "EUR", 7)) == {("a", "USD"): Money(5, "USD"), ("b", "EUR"): Money(7, "EUR")}
    assert told(("a", "USD", 4)) == {("a", "USD"): Money(5, "USD")}
    assert told(("a", "EUR", 1), ("b", "EUR", 9)) == {("a", "EUR"): Money(1, "EUR"), ("b", "EUR"): Money(9, "EUR")}
    assert told(("a", "USD", 6)) == {("a", "USD"): Money(6, "USD")}


@needs_promtool
def test_the_demo_has_metrics_that_promtool_reads(tmp_path: Path) -> None:
    told = text(boards.board(demo_session(1.0, tmp_path)), "1")
    assert "creditsui_runway_days" in told and 'band="critical"} 1' in told
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=told, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr.count("\n") == 1 and "days" in done.stderr
