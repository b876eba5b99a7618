"""How long this machine has been running, its sleep included, and which start that counts from."""

import time
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def uptime() -> tuple[float, str] | None:
    """Seconds and the name of the start; None where nobody can say."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)  # Linux; elsewhere the monotonic one goes on during sleep or does not
    if clock is None:
        return None
    try:
        return time.clock_gettime(clock), _BOOT.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
