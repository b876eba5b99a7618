"""What the three clouds have in common: spend by the day, told late, and read with the cloud's own login."""

from datetime import timedelta

from creditsui.domain.problem import Problem
from creditsui.providers.spec import Answer

LATE = timedelta(hours=24)
"""Their bills take 8 to 24 hours; until then a day without a row may still have cost something."""
BADGE = "costs up to 24 h late"
_LOOK_AGAIN = timedelta(minutes=15)


def logged_out(answer: Answer, cloud: str, command: str) -> Problem:
    """The service does not take the login, which the user renews elsewhere: soon looked at again."""
    at = None if answer.at is None else answer.at + _LOOK_AGAIN
    return Problem("rejected", f"Login at {cloud} expired.", command, retry_at=at)
