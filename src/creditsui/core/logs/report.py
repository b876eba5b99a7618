"""What reading the logs came to."""

from typing import NamedTuple


class Report(NamedTuple):
    files: int = 0
    """Logs there are."""
    read_bytes: int = 0
    new: int = 0
    duplicates: int = 0
    skipped_lines: int = 0
    unlisted: int = 0
    """Folders that may not be looked into: whatever was logged there is missing."""
    seconds: float = 0.0


class Progress(NamedTuple):
    done: int
    whole: int
    """Bytes."""
