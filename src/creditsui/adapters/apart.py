"""One call in a daemon thread of its own: waited for so long and no longer, and never by the end of the program."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class TooLate(Exception):
    """The call did not return in time; it may do so later, and nobody will hear of it."""


def apart(act: Callable[[], Result], seconds: float, name: str) -> Callable[[], Result]:
    """Begin now. What is returned waits for the rest of the time: the result of `act`, or its exception, or TooLate."""
    end = time.monotonic() + seconds
    done = threading.Event()
    results: list[Result] = []
    errors: list[Exception] = []

    def work() -> None:
        try:
            results.append(act())
        except Exception as error:
            errors.append(error)
        finally:
            done.set()

    def wait() -> Result:
        if not done.wait(max(0.0, end - time.monotonic())):
            raise TooLate
        if errors:
            raise errors[0]
        return results[0]

    threading.Thread(target=work, name=name, daemon=True).start()
    return wait
