"""Whether a process still runs on this machine, and which one of its number it is."""

import os
import sys
from pathlib import Path

_SYNCHRONIZE = 0x00100000
_STILL_RUNS = 0x102  # WAIT_TIMEOUT: it has not ended
_DENIED = 5


def alive(pid: int, start: int | None = None) -> bool:
    """Whether a process runs; with `start`, as `started` gave it, whether it is still the same one."""
    if start is not None:
        return started(pid) == start
    if sys.platform == "win32":  # where os.kill would end it, whatever the signal
        return _alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def started(pid: int) -> int | None:
    """When a process began, in ticks since boot, which tells it from a later one of the same number.

    None where that cannot be known: no such process, a zombie, or no /proc.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return None if fields[0] in (b"Z", b"X") else int(fields[19])
    except (OSError, IndexError, ValueError):
        return None


if sys.platform == "win32":
    import ctypes

    def _alive_on_windows(pid: int) -> bool:
        if not 0 < pid < 2**32:
            return False
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        handle = kernel.OpenProcess(_SYNCHRONIZE, False, pid)
        if not handle:
            return bool(ctypes.get_last_error() == _DENIED)
        try:
            return bool(kernel.WaitForSingleObject(ctypes.c_void_p(handle), 0) == _STILL_RUNS)
        finally:
            kernel.CloseHandle(ctypes.c_void_p(handle))
