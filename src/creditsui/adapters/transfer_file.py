"""The file that a ledger is written to or read from: whole or not at all, for the owner alone, compressed by name."""

import errno
import gzip
import os
import stat
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, cast

_LONGEST = 4_000_000
"""Bytes of a line; no row is as long."""
_GZIP = b"\x1f\x8b"
_BUFFER = 1 << 16


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of `path` once everything was written to it. Raises OSError, and leaves nothing then.

    A link stays, and what it points to is replaced. What ends in `.gz` is compressed.
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder; name a file", str(path))
    if target.exists() and not stat.S_ISREG(target.stat().st_mode):
        raise OSError(errno.EINVAL, "it is no file; “-” writes to standard output", str(path))
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        with os.fdopen(descriptor, "wb") as raw:
            if path.name.endswith(".gz"):
                with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6, mtime=0) as file:
                    yield cast(IO[bytes], file)
            else:
                yield raw
            raw.flush()
            os.fsync(descriptor)
        Path(name).replace(target)
    except BaseException as error:
        Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename in (None, name):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


class Lines:
    """The lines of a file or a stream, with their numbers; compressed ones are told by their first bytes."""

    def __init__(self, raw: RawIOBase) -> None:
        self._raw = raw
        buffered = BufferedReader(raw, _BUFFER)
        compressed = buffered.peek(2)[:2] == _GZIP
        self._file: IO[bytes] = cast(IO[bytes], gzip.GzipFile(fileobj=buffered)) if compressed else buffered
        self._number = 0
        self.broken = ""
        """Why nothing follows, where the file ends in the middle; known once all lines were met."""

    def __iter__(self) -> Iterator[tuple[int, bytes | None]]:
        """Numbers from 1; None for a line that is longer than any row. Empty ones are passed over."""
        number = 0
        try:
            while text := self._file.readline(_LONGEST):
                self._number = number = number + 1
                if len(text) == _LONGEST and not text.endswith(b"\n"):
                    while (rest := self._file.readline(_LONGEST)) and not rest.endswith(b"\n"):
                        pass
                    yield number, None
                    continue
                text = text.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else text.strip()
                if text:
                    yield number, text
        except (EOFError, zlib.error, gzip.BadGzipFile):
            self.broken = f"The compressed file is damaged after line {number:,}"

    @property
    def done(self) -> int:
        """Bytes read of the file as it lies on the disk, else the lines of a stream."""
        try:
            return self._raw.tell()
        except OSError:
            return self._number


@contextmanager
def reading(path: Path | None) -> Iterator[tuple[Lines, int]]:
    """The lines of a file, or of standard input, and its size in bytes, 0 where it has none. Raises OSError."""
    with open(0 if path is None else path, "rb", buffering=0, closefd=path is not None) as raw:
        found = os.fstat(raw.fileno())
        yield Lines(raw), found.st_size if stat.S_ISREG(found.st_mode) else 0
