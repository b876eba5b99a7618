"""Alerts in words, for who hears of several at once."""

from collections.abc import Sequence

from creditsui.domain.alert import Alert, Level

_MOST = 8
"""Lines of one message."""
_LEVELS: tuple[Level, ...] = ("info", "warning", "critical")


def worst(alerts: Sequence[Alert]) -> Level:
    """The gravest level among some."""
    return max((alert.level for alert in alerts), key=_LEVELS.index, default="info")


def headline(alerts: Sequence[Alert]) -> str:
    """One line for all of them: the sentence of a single one, else how many and about whom."""
    if len(alerts) == 1:
        return alerts[0].message
    who = list(dict.fromkeys(alert.label for alert in alerts))
    named = ", ".join(who[:3]) + (f" and {len(who) - 3} more" if len(who) > 3 else "")
    return f"{len(alerts)} alerts: {named}"


def body(alerts: Sequence[Alert]) -> str:
    """One line for each, as many as a message takes."""
    lines = [alert.message for alert in alerts[:_MOST]]
    if len(alerts) > _MOST:
        lines.append(f"and {len(alerts) - _MOST} more")
    return "\n".join(lines)
