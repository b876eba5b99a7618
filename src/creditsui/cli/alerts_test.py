"""`creditsui alerts --test`: a sample on every way that is set, and what became of it on each."""

import json
import os
import sys
from collections.abc import Callable

from creditsui.cli.codes import FINE, PROBLEM
from creditsui.core.alerts.deliver import deliver
from creditsui.core.alerts.delivered import Delivered
from creditsui.core.alerts.settings import AlertSettings
from creditsui.core.session import Session
from creditsui.domain.alert import Alert
from creditsui.domain.band import Band

_MESSAGE = "This is a test: alerts of creditsui arrive here"


def test(session: Session, settings: AlertSettings, *, as_json: bool) -> int:
    """Send a sample everywhere and say what arrived; PROBLEM where one way that is set failed."""
    terminal = _terminal()
    results = deliver(session, settings, [_sample(session)], terminal=terminal)
    if settings.bell:
        results.append(_bell(terminal))
    for one in results:
        sys.stdout.write((json.dumps(_object(one)) if as_json else _line(one, results)) + "\n")
    if not as_json:
        _beside(settings, results)
    return FINE if all(one.arrived or not one.here for one in results) else PROBLEM


def _sample(session: Session) -> Alert:
    now = session.now()
    return Alert(
        account="test",
        label="creditsui",
        rule="band",
        subject="test",
        level="warning",
        band=Band.UNKNOWN,
        value=None,
        threshold=None,
        since=now,
        at=now,
        message=_MESSAGE,
    )


def _terminal() -> Callable[[str], None] | None:
    """Where somebody sits before this; None where nobody does."""
    if not sys.stderr.isatty() or os.environ.get("TERM", "").lower() == "dumb":
        return None

    def tell(sequence: str) -> None:
        sys.stderr.write(sequence)
        sys.stderr.flush()

    return tell


def _bell(terminal: Callable[[str], None] | None) -> Delivered:
    if terminal is None:
        return Delivered("bell", False, "there is no terminal here to ring", here=False)
    terminal("\a")
    return Delivered("bell", True, "the terminal was asked to ring")


def _object(one: Delivered) -> dict[str, object]:
    return {
        "schema": 1, "channel": one.channel, "arrived": one.arrived, "here": one.here, "reason": one.reason,
    }  # fmt: skip


def _line(one: Delivered, all: list[Delivered]) -> str:
    wide = max(len(each.channel) for each in all)
    said = "sent  " if one.arrived else "FAILED" if one.here else "–     "
    return f"{one.channel:<{wide}}  {said}  {one.reason.removeprefix(f'{one.channel} ')}"


def _beside(settings: AlertSettings, results: list[Delivered]) -> None:
    if not settings.enabled:
        sys.stderr.write("[alerts] enabled is false: beside this test nothing is told.\n")
    if not any(one.here for one in results):
        sys.stderr.write("Nobody would hear of an alert but in an open pane. To do: creditsui alerts add NAME\n")
