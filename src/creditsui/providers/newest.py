"""Several sources tell one quota, each at its own time: the newest word on each window counts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from creditsui.domain.reading import Reading, Window
from creditsui.providers.limits import rolled
from creditsui.providers.spec import Answers


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one source said at `at`. `whole`: it lists every window there is, so earlier ones are gone."""

    at: datetime
    windows: tuple[Window, ...]
    whole: bool = False


def remembered(previous: Reading | None) -> tuple[Snapshot, ...]:
    """The last reading, if it told windows."""
    return (Snapshot(previous.at, previous.windows, whole=True),) if previous is not None and previous.windows else ()


def merged(snapshots: Iterable[Snapshot], now: datetime) -> Snapshot | None:
    """The newest word on every window, as it stands `now`; None without any. Snapshots of the same instant count in
    the order given; one from the future (a clock was set back) counts as told now."""
    ordered = sorted(snapshots, key=lambda snapshot: min(snapshot.at, now))
    if not ordered:
        return None
    windows: dict[str, Window] = {}
    for snapshot in ordered:
        told = {window.name: window for window in snapshot.windows}
        windows = told if snapshot.whole else {**windows, **told}
    latest = {window.name for window in ordered[-1].windows}
    standing = (
        rolled(window, now)
        for window in windows.values()
        if window.name in latest or window.resets_at is None or window.resets_at > now
    )
    return Snapshot(min(ordered[-1].at, now), tuple(standing), whole=True)


def standing(answers: Answers, plan: str | None = None) -> Reading:
    """The last reading as it stands now, where nobody was asked; before the first, what a login alone tells."""
    previous, newest = answers.previous, merged(remembered(answers.previous), answers.now)
    if previous is None or newest is None:
        return Reading(at=answers.now, plan=plan, badges=("logged in",))
    return replace(previous, at=newest.at, windows=newest.windows, plan=previous.plan or plan)
