"""Memory that is free goes back to the system, though something in its midst is still in use."""

import subprocess
import sys

import pytest

from creditsui.adapters import allocator

HOLES = """
from pathlib import Path
from creditsui.adapters.allocator import give_back, one_for_all

def resident():
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) // 1024

one_for_all()
some = [bytes(1000 + n % 7) for n in range(40_000)]
some = some[::100]
before = resident()
give_back()
print(before - resident())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc")
def test_holes_go_back() -> None:
    done = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 15, "megabytes"


def test_elsewhere_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocator, "_call", lambda *values: None)
    allocator.one_for_all(), allocator.give_back()
    monkeypatch.undo()
    allocator._call("no such function", 1)
    monkeypatch.setattr(sys, "platform", "darwin")
    allocator.give_back()
