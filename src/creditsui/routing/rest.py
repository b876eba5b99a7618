"""How long things are left alone: after a change, for the sake of warm caches, and after one that was taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from creditsui.domain.format import span
from creditsui.routing.route import REST, Change


@dataclass(frozen=True, slots=True)
class Past:
    """When the route was last changed by us, and when the user took that back; None: not so."""

    changed: datetime | None = None
    undone: datetime | None = None


def past(changes: Sequence[Change], sha: str, written: datetime | None, pin: str, *, by_hand: bool = False) -> Past:
    """What the changes of one file mean for the next one. `sha` is of the bytes that stand there since `written`.

    What the user took back rests until somebody applies a change again, or pins a provider that was not pinned then.
    A decision that is applied `by_hand` is made as though it had never been.
    """
    stands = [one for one in changes if not one.undone]
    gone = [(one.undone_at or one.at, one.undone_pin) for one in changes if one.undone]
    if stands and stands[-1].before == sha != stands[-1].after and written is not None and written >= stands[-1].at:
        gone.append((written, None))  # put back without us; a change that was killed left an older file
        stands.pop()
    applied = max((one.at for one in stands), default=None)
    undone, pinned = max(reversed(gone), key=lambda one: one[0], default=(None, None))
    if by_hand:
        return Past(applied, undone if undone is not None and (applied is None or applied < undone) else None)
    lifted = undone is not None and ((applied is not None and undone < applied) or bool(pin and pin != pinned))
    return Past(max((one.at for one in changes), default=None), None if lifted else undone)


def rests(since: datetime | None, now: datetime) -> bool:
    """Whether so little time has passed; what is yet to come was noted by a clock that was wrong."""
    return since is not None and timedelta(0) <= now - since < REST


def until(undone: datetime) -> str:
    """When what was taken back may be done again: `2026-11-21 19:40`, in the zone of the moment that is given."""
    return f"{(undone.astimezone(UTC) + REST).astimezone(undone.tzinfo):%Y-%m-%d %H:%M}"


def taken_back(undone: datetime, now: datetime) -> str:
    """The sentence that says why nothing changes."""
    ago = span((now - undone).total_seconds())
    return f"The last change was taken back {ago} ago: all of it rests until {until(undone)}, {_UNLESS}."


def noticed(undone: datetime, now: datetime) -> str:
    """What to know before it is done by hand all the same."""
    ago = span((now - undone).total_seconds())
    return f"The last change was taken back {ago} ago; without you nothing would change until {until(undone)}."


_UNLESS = "unless you apply a change yourself or pin a provider"
