"""Jobs done by children of this process, for work that one core takes too long for. Posix only.

Children are forks: they begin at once, know what the parent knows, and send plain values back through a pipe each.
A child must not touch what the parent has open, such as its ledger, and ends without any of the parent's last acts.
"""

import gc
import marshal
import os
import select
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

Job = TypeVar("Job")
_HEAD = 4
"""Bytes that say how long the message after them is."""
_ROOM = 1 << 20
"""Bytes that a pipe should take, so that a child goes on while the parent is busy; the system may give less."""
_BUNDLES = 256
"""As many as one byte tells apart."""


@contextmanager
def doing(
    jobs: Sequence[Job], act: Callable[[Job], list[Any]], children: int
) -> Iterator[Iterator[tuple[Job, list[Any]]]]:
    """Each job with what `act` makes of it, as it is done, in any order. The children work from now on, and not longer
    than the block. What a child could not tell, because it was killed, is done here in the end: each job is told once,
    as a whole. `act` makes plain values (numbers, text, tuples, lists, dicts) and must not raise."""
    parent = os.getpid()
    pipes: dict[int, int] = {}
    try:
        _fork(jobs, act, children, pipes)
        yield _told(jobs, act, pipes)
    except BaseException:
        if os.getpid() != parent:  # a signal that came to a child before it had begun
            os._exit(1)
        raise
    finally:
        _end(pipes)


def _fork(jobs: Sequence[Job], act: Callable[[Job], list[Any]], children: int, pipes: dict[int, int]) -> None:
    # Whoever is free takes the next byte out of this pipe, the number of a bundle of jobs. A pipe that nobody can
    # write to any more ends after the last one, for everybody.
    bundles = min(len(jobs), _BUNDLES)
    todo, give = os.pipe()
    try:
        os.write(give, bytes(range(bundles)))
        os.close(give)
        for _child in range(min(children, bundles)):
            mine, theirs = os.pipe()
            try:
                pid = os.fork()
            except OSError:  # too many processes: what is left is done here
                os.close(mine)
                return
            else:
                if not pid:
                    for pipe in (*pipes, mine):
                        os.close(pipe)  # else it would be written to for ever when the parent is gone
                    _work(jobs, act, todo, theirs, bundles)
                pipes[mine] = pid
            finally:
                os.close(theirs)
    finally:
        os.close(todo)


def _work(jobs: Sequence[Job], act: Callable[[Job], list[Any]], todo: int, out: int, bundles: int) -> None:
    """The life of a child."""
    try:
        gc.disable()  # it lives for a moment only, and a search would touch, and so copy, all that the parent has
        _widen(out)
        while number := os.read(todo, 1):
            for index in range(number[0], len(jobs), bundles):
                data = marshal.dumps((index, act(jobs[index])))
                data = len(data).to_bytes(_HEAD, "little") + data
                while data:
                    data = data[os.write(out, data) :]
    finally:
        os._exit(0)  # whatever it was: the parent sees what was not told


def _widen(pipe: int) -> None:
    import fcntl

    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _ROOM)


def _told(
    jobs: Sequence[Job], act: Callable[[Job], list[Any]], pipes: dict[int, int]
) -> Iterator[tuple[Job, list[Any]]]:
    left = dict.fromkeys(range(len(jobs)))
    for index, values in _heard(pipes):
        del left[index]
        yield jobs[index], values
    for index in left:
        yield jobs[index], act(jobs[index])


def _heard(pipes: dict[int, int]) -> Iterator[tuple[int, list[Any]]]:
    """What children say, until all have ended."""
    waiting = select.poll()
    heard: dict[int, bytearray] = {}
    for pipe in pipes:
        waiting.register(pipe, select.POLLIN)
        heard[pipe] = bytearray()
    while heard:
        for pipe, _event in waiting.poll():
            data = os.read(pipe, _ROOM)
            if not data:
                waiting.unregister(pipe)
                del heard[pipe]
                continue
            buffer = heard[pipe]
            buffer += data
            start = 0
            while len(buffer) >= start + _HEAD:
                end = start + _HEAD + int.from_bytes(buffer[start : start + _HEAD], "little")
                if len(buffer) < end:
                    break
                yield marshal.loads(memoryview(buffer)[start + _HEAD : end])  # noqa: S302 – our own child wrote it
                start = end
            del buffer[:start]


def _end(pipes: dict[int, int]) -> None:
    for pipe, pid in pipes.items():
        os.close(pipe)
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)  # has nothing to say any more, or is not wanted
            os.waitpid(pid, 0)
    pipes.clear()
