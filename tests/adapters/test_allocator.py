"""Memory that is free goes back to the system, though something in its midst is still in use."""

import subprocess
import sys
from pathlib import Path

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

ARENAS = """
import ctypes, sys, threading
from creditsui.adapters.allocator import one_for_all

one_for_all()
all_there = threading.Barrier(7)

def work():
    some = bytes(100_000)
    all_there.wait()

threads = [threading.Thread(target=work) for _ in range(6)]
for one in threads:
    one.start()
all_there.wait()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
told = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, told)
libc.fclose(told)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc")
def test_threads_share_one_arena(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", ARENAS, str(tmp_path / "told")], check=True)
    assert (tmp_path / "told").read_text().count("<heap nr=") == 1


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
