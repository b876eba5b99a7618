"""What a provider itself says was spent."""

from collections.abc import Sequence
from datetime import datetime

from creditsui.domain.reading import Recorded, ReportedSpend

Report = tuple[ReportedSpend, datetime]
"""With when it was last confirmed."""


def reported_in(report: ReportedSpend) -> str | None:
    """The currency of a report; None for an empty one."""
    if report.all is not None:
        return report.all.currency
    return report.days[0].amount.currency if report.days else None


def last_report(readings: Sequence[Recorded], currency: str) -> Report | None:
    """The last one in a currency; `readings` run from old to new."""
    for recorded in reversed(readings):
        report = recorded.reading.spend
        if report is not None and reported_in(report) == currency:
            return report, recorded.until
    return None
