"""Taking turns with other instances, by a lock that the system lets go of with its holder."""

import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl


def wait(descriptor: int, patience: float) -> bool:
    """Take the lock of an open file or folder, and say whether it was had within `patience` seconds. Where there are no
    locks (Windows, some network file systems) everybody has it."""
    if sys.platform == "win32":
        return True
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(random.uniform(0.001, 0.008))  # noqa: S311
        except OSError:
            return True


@contextmanager
def in_line(folder: Path, patience: float) -> Iterator[None]:
    """Stand first in the line of those who want to write in a folder of ours, or after `patience` seconds beside it:
    its first may have been stopped there.

    SQLite knows no line: who has just written takes the next turn, too, while others sleep, and on a slow disk they may
    never be awake in the moment between.
    """
    if sys.platform == "win32":  # a folder has no lock there
        yield
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:  # what is written next will say so
        yield
        return
    try:
        wait(descriptor, patience)
        yield
    finally:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # a child forked meanwhile holds the same descriptor
        os.close(descriptor)
