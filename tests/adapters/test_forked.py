"""Work that is shared with children: all of it is told, each once, whatever becomes of a child."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from creditsui.adapters import forked

JOBS = range(1000)


def square(job: int) -> list[int]:
    return [job * job]


def told(act=square, jobs=JOBS, children=2):  # type: ignore[no-untyped-def]
    with forked.doing(jobs, act, children) as found:
        return sorted((job, values) for job, values in found)


ALL = [(job, [job * job]) for job in JOBS]


@pytest.fixture
def left() -> object:
    """What must be as before: open files, and children that nobody waits for any more."""
    before, born = sorted(os.listdir("/proc/self/fd")), children()
    yield None
    assert sorted(os.listdir("/proc/self/fd")) == before
    assert children() == born


def children() -> set[str]:
    """Of this process, also those that ended and wait to be asked how."""
    return {pid for thread in Path("/proc/self/task").glob("*/children") for pid in thread.read_text().split()}


@pytest.mark.usefixtures("left")
@pytest.mark.parametrize("children", [1, 2, 4])
@pytest.mark.parametrize("many", [0, 1, 3, 255, 256, 257, 1000])
def test_each_job_is_told_once(children: int, many: int) -> None:
    assert told(jobs=range(many), children=children) == ALL[:many]


@pytest.mark.usefixtures("left")
def test_more_than_a_pipe_takes_is_told_whole() -> None:
    found = told(lambda job: [bytes([job % 256]) * 3_000_000], range(5))
    assert [(job, len(data), data[:1]) for job, (data,) in found] == [
        (job, 3_000_000, bytes([job])) for job in range(5)
    ]


@pytest.mark.usefixtures("left")
@pytest.mark.parametrize("everybody", [False, True])
def test_what_a_killed_child_did_not_tell_is_done_here(tmp_path: Path, everybody: bool) -> None:
    parent, once = os.getpid(), tmp_path / "once"

    def act(job: int) -> list[int]:
        if job >= 500 and os.getpid() != parent and (everybody or not once.exists()):
            once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return square(job)

    assert told(act) == ALL
    assert once.exists()


@pytest.mark.usefixtures("left")
def test_a_child_that_is_killed_in_the_middle_of_what_it_tells_says_nothing_of_it() -> None:
    parent, others = os.getpid(), children()
    with forked.doing(range(2), lambda job: [os.getpid(), b"x" * 50_000_000], 1) as found:
        (child,) = map(int, children() - others)
        deadline = time.monotonic() + 10  # until it waits for somebody to read
        while "pipe" not in Path(f"/proc/{child}/wchan").read_text() and time.monotonic() < deadline:
            if Path(f"/proc/{child}/stat").read_text().split()[2] == "S":
                break
        os.kill(child, signal.SIGKILL)
        assert [(job, values[0]) for job, values in found] == [(0, parent), (1, parent)]


@pytest.mark.usefixtures("left")
def test_an_act_that_fails_in_a_child_is_tried_here() -> None:
    parent = os.getpid()

    def act(job: int) -> list[int]:
        if os.getpid() != parent:
            raise MemoryError
        return square(job)

    assert told(act) == ALL


@pytest.mark.usefixtures("left")
def test_where_nobody_can_be_born_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", none)
    assert told() == ALL


@pytest.mark.usefixtures("left")
@pytest.mark.parametrize("begun", [False, True])
def test_who_stops_listening_ends_the_children(begun: bool) -> None:
    def never(job: int) -> list[int]:
        return [job] if not job else signal.pause() or []

    with pytest.raises(KeyError), forked.doing(JOBS, never, 2) as found:
        if begun:
            assert next(found) == (0, [0])
        raise KeyError


def test_children_of_a_killed_parent_end_too(tmp_path: Path) -> None:
    (tmp_path / "pids").mkdir()
    program = f"""
import os, sys
from creditsui.adapters import forked
def act(job):
    open({str(tmp_path / "pids")!r} + "/" + str(os.getpid()), "w").close()
    return [b"x" * 100_000]
with forked.doing(range(5000), act, 2) as found:
    next(found)
    sys.stdout.write("begun\\n"); sys.stdout.flush()
    sys.stdin.read()
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"begun\n"
    children = [int(pid) for pid in os.listdir(tmp_path / "pids")]
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 20
    while any(alive(pid) for pid in children) and time.monotonic() < deadline:
        os.sched_yield()
    assert children and not any(alive(pid) for pid in children)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
