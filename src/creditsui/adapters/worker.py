"""One daemon thread for calls that may never return: each is waited for so long and no longer, and exit never waits."""

import queue
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


class NoAnswer(Exception):
    """The call did not return in time, or an earlier one has not returned yet."""


class _Job:
    __slots__ = ("abandoned", "act", "done", "error", "result", "until")

    def __init__(self, act: Callable[[], Any], timeout: float) -> None:
        self.act = act
        self.until = time.monotonic() + timeout
        self.done = threading.Event()
        self.result: Any = None
        self.error: Exception | None = None
        self.abandoned = False


class Worker:
    """Runs calls one after another. While one hangs, every other fails at once; when it returns, all is well again."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._waiting: set[_Job] = set()
        self._thread: threading.Thread | None = None
        self._current: _Job | None = None

    def run(self, act: Callable[[], Result], timeout: float) -> Result:
        """The result of `act`, or its exception; NoAnswer after `timeout` seconds. Safe from any thread but its own."""
        job = _Job(act, timeout)
        with self._lock:
            if self.hung:
                raise NoAnswer
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
                self._thread.start()
            self._waiting.add(job)
        self._jobs.put(job)
        job.done.wait(timeout)
        with self._lock:
            self._waiting.discard(job)
            if not job.done.is_set() or job.abandoned:
                job.abandoned = True
                raise NoAnswer
        if job.error is not None:
            raise job.error
        result: Result = job.result
        return result

    @property
    def hung(self) -> bool:
        """Whether the thread is still in a call whose time is up, even if who waits for it has not woken yet: else who
        comes just then, because another's time was up, would wait in vain as well."""
        current = self._current
        return current is not None and (current.abandoned or time.monotonic() >= current.until)

    def give_up(self) -> None:
        """Let everybody who waits fail now, because the program ends."""
        with self._lock:
            for job in self._waiting:
                job.abandoned = True
                job.done.set()

    def _serve(self) -> None:
        while True:
            job = self._jobs.get()
            with self._lock:
                # Nobody waits for it any more: a write that was reported as failed must not happen later.
                if job.abandoned:
                    continue
                self._current = job
            try:
                job.result = job.act()
            except Exception as error:
                job.error = error
            with self._lock:
                self._current = None
            job.done.set()
