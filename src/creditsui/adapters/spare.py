"""Small files of ours that can always be made anew: what one holds is whole, or as if it were not there.

They save work, so they cost next to none: nothing waits for the disk, and a checksum tells what a crash left.
"""

import os
from contextlib import suppress
from zlib import crc32

_LARGEST = 64 * 1024 * 1024


def load(path: str) -> bytes | None:
    """What was kept; None where nothing was, or something else stands there."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe in its place would be waited for
    except (OSError, ValueError):
        return None
    try:
        data = b""
        while len(data) <= _LARGEST and (more := os.read(file, 1 << 20)):
            data += more
    except OSError:
        return None
    finally:
        os.close(file)
    content, _, check = data.rpartition(b"\n")
    return content if check == _check(content) else None


def keep(path: str, content: bytes) -> None:
    """Put it there at once, for the owner alone; where that cannot be it is left. The folder must exist."""
    temporary = f"{path}.{os.getpid()}.tmp"
    with suppress(OSError, ValueError):
        file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(file, "wb") as out:
                out.write(content + b"\n" + _check(content))
            os.replace(temporary, path)  # noqa: PTH105 – whoever reads it may have no time for pathlib
        except OSError:
            os.unlink(temporary)  # noqa: PTH108
            raise


def drop(path: str) -> None:
    with suppress(OSError, ValueError):
        os.unlink(path)  # noqa: PTH108


def _check(content: bytes) -> bytes:
    return b"%08x" % crc32(content)
