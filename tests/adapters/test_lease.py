"""Names that one process holds: until it lets go, dies, or its time is over."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from creditsui.adapters import process
from creditsui.adapters.ledger import open_ledger

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SOON = NOW + timedelta(minutes=1)
LATER = NOW + timedelta(minutes=2)
ME = os.getpid()


@pytest.fixture
def ledger(tmp_path):
    with open_ledger(tmp_path / "ledger.db") as ledger:
        yield ledger


@pytest.fixture
def other():
    """Another process that lives until its standard input closes."""
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    yield process
    process.communicate()


def test_a_name_has_one_holder(ledger):
    assert ledger.claim(["a", "b"], "me", ME, NOW, SOON) == {"a", "b"}
    assert ledger.claim(["b", "c"], "you", ME, NOW, LATER) == {"c"}
    assert ledger.holders(NOW) == {"a": SOON, "b": SOON, "c": LATER}
    assert ledger.claim([], "me", ME, NOW, SOON) == set()


def test_a_holder_renews(ledger):
    ledger.claim(["a"], "me", ME, NOW, SOON)
    assert ledger.claim(["a"], "me", ME, NOW, LATER) == {"a"}
    assert ledger.holders(NOW) == {"a": LATER}


def test_only_the_holder_lets_go(ledger):
    ledger.claim(["a", "b"], "me", ME, NOW, SOON)
    ledger.release(["a", "b"], "you")
    assert set(ledger.holders(NOW)) == {"a", "b"}
    ledger.release(["a", "never held"], "me")
    assert set(ledger.holders(NOW)) == {"b"}
    assert ledger.claim(["a"], "you", ME, NOW, SOON) == {"a"}


def test_what_has_run_out_is_free(ledger):
    ledger.claim(["a"], "me", ME, NOW, SOON)
    assert ledger.holders(SOON) == {}
    assert ledger.claim(["a"], "you", ME, SOON, LATER) == {"a"}
    assert ledger.claim(["a"], "me", ME, SOON, LATER) == set()


def test_what_a_dead_process_held_is_free_at_once(ledger, other):
    assert ledger.claim(["a"], "you", other.pid, NOW, SOON) == {"a"}
    assert ledger.claim(["a"], "me", ME, NOW, SOON) == set()
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # dead, and still a zombie
    assert ledger.holders(NOW) == {}
    other.wait()
    assert ledger.holders(NOW) == {}
    assert ledger.claim(["a"], "me", ME, NOW, SOON) == {"a"}


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="this system does not tell when a process began")
def test_a_later_process_of_the_same_number_is_somebody_else(ledger, monkeypatch):
    monkeypatch.setattr(process, "started", lambda pid: 1)
    ledger.claim(["a"], "old", ME, NOW, SOON)
    monkeypatch.undo()
    assert ledger.claim(["a"], "me", ME, NOW, SOON) == {"a"}


def test_a_process_of_another_host_cannot_be_called_dead(ledger, other, monkeypatch):
    other.kill()
    other.wait()
    monkeypatch.setattr("platform.node", lambda: "elsewhere")
    ledger.claim(["a"], "far", other.pid, NOW, SOON)
    monkeypatch.undo()
    assert ledger.claim(["a"], "me", ME, NOW, SOON) == set()
    assert ledger.claim(["a"], "me", ME, SOON, LATER) == {"a"}


def test_without_proc_a_signal_tells_who_lives(ledger, other, monkeypatch):
    monkeypatch.setattr(process, "started", lambda pid: None)
    ledger.claim(["a"], "you", other.pid, NOW, SOON)
    assert ledger.claim(["a"], "me", ME, NOW, SOON) == set()
    other.kill()
    other.wait()
    assert ledger.claim(["a"], "me", ME, NOW, SOON) == {"a"}


CLAIMING = """
import os, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from creditsui.adapters.ledger import open_ledger
now = datetime(2026, 11, 20, 12, tzinfo=UTC)
with open_ledger(Path(sys.argv[1])) as ledger:
    print("ready", flush=True)
    sys.stdin.readline()
    names = [str(n) for n in range(50)]
    mine = ledger.claim(names, sys.argv[2], os.getpid(), now, now + timedelta(minutes=1))
    print(" ".join(mine), flush=True)
    sys.stdin.readline()
"""


def test_of_many_who_claim_at_once_each_name_has_one(tmp_path):
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMING, str(tmp_path / "ledger.db"), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(6)
    ]
    assert [worker.stdout.readline() for worker in workers] == ["ready\n"] * 6
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    claimed = [name for worker in workers for name in worker.stdout.readline().split()]
    assert sorted(claimed, key=int) == [str(n) for n in range(50)]
    for worker in workers:
        worker.communicate("done\n")
    with open_ledger(tmp_path / "ledger.db") as ledger:
        assert ledger.holders(NOW) == {}
