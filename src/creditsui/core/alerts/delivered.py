"""What became of alerts on their way to the user."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of some alerts on one way to the user."""

    channel: str
    """`desktop`, `terminal`, `command`, or the name of an address."""
    arrived: bool
    """As far as can be told: who took it may still not show it."""
    reason: str = ""
    """One clean sentence without its full stop: how it went out, else why it did not."""
    here: bool = True
    """False: there is no such way on this machine, which is no fault of anybody's."""
