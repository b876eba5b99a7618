"""Kill a program at a random moment, many times, without starting Python anew each time."""

import os
import random
import select
import signal
import subprocess
import sys
from types import TracebackType

_NURSERY = """
import os, sys
def told(number):
    os.write(1, b"%d\\n" % number)
{code}
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        work(int(line))
        os._exit(1)
    os.write(1, b"born %d\\n" % child)
    os.waitpid(child, 0)
    os.write(1, b"gone\\n")
"""


class Nursery:
    """Runs `work(first)` of a piece of code in children, which say how far they are by `told(number)`."""

    def __init__(self, code: str, *arguments: object, seed: int = 3) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _NURSERY.format(code=code), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._chance = random.Random(seed)

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def killed(self, first: int, *, after: int, within: float) -> int:
        """Let a child start with `first`, kill it at some moment in the `within` seconds after it told one of the
        next `after` numbers, and return the last that it told."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(b"%d\n" % first)
        self._process.stdin.flush()
        enough = first + self._chance.randrange(after)
        child, last = 0, first - 1
        while last < enough or not child:
            word, _, number = self._process.stdout.readline().partition(b" ")
            assert word.strip() not in {b"gone", b""}, "it ended by itself"
            if word == b"born":
                child = int(number)
            else:
                last = int(word)
        select.select([], [], [], self._chance.random() * within)  # the moment is the point: any of them
        os.kill(child, signal.SIGKILL)
        for line in iter(self._process.stdout.readline, b"gone\n"):
            last = int(line)
        return last
