import os
import subprocess
import sys

import pytest

from creditsui.adapters import process

needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="this system does not tell when it began")


@pytest.fixture
def other():
    """A process that waits."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as running:
        yield running
        running.kill()


def test_who_runs_is_alive_until_it_ends(other):
    assert process.alive(os.getpid()) and process.alive(other.pid)
    other.kill()
    other.wait()
    assert not process.alive(other.pid)


def test_a_number_no_process_can_have_is_nobody():
    assert not process.alive(2**70)


@needs_proc
def test_a_later_process_of_the_same_number_is_another(other):
    began = process.started(other.pid)
    assert process.alive(other.pid, began) and not process.alive(other.pid, began - 1)
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # dead, and still a zombie
    assert process.started(other.pid) is None and not process.alive(other.pid, began)
