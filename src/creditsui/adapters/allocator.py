"""How much memory the C library sets aside: little of it, for a process that stays open for weeks."""

import sys

_ARENA_MAX = -8
"""As in glibc's malloc.h."""


def one_for_all() -> None:
    """Let all threads share one arena, as far as they have none yet: each would keep the most that it ever needed, and
    threads that wait for the interpreter gain nothing by arenas of their own. Nothing where there is no glibc."""
    _call("mallopt", _ARENA_MAX, 1)


def give_back() -> None:
    """Give the system what became free amidst of what is still in use. Takes milliseconds. Nothing where there is no
    glibc."""
    _call("malloc_trim", 0)


def _call(name: str, *values: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    try:
        import ctypes

        getattr(ctypes.CDLL(None), name)(*values)
    except (ImportError, OSError, AttributeError):
        return
