"""What the user should hear whatever screen is open: one line, the same below the top of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from creditsui.tui.ink import Run, fit
from creditsui.tui.widgets.logs import logs_line

if TYPE_CHECKING:
    from creditsui.tui.app import CreditsApp


def heard(pane: CreditsApp, own: list[Run], width: int, fault: str = "") -> list[Run]:
    """The most urgent first: what keeps the screen or the pane from being true, alone on the line; else what the
    screen says of itself (`own`), with what is amiss for longer behind it. How far logs are read stands in for `own`
    as long as it lasts."""
    manner = pane.manner
    if wrong := fault or pane.trouble:
        return fit(_warning(_shown(pane, wrong)), width)
    if pane.board is not None and pane.board.notices:
        return fit([*own, *_warning(_shown(pane, pane.board.notices[0]))], width)
    if pane.logs is not None:
        return logs_line(pane.logs, manner, width)
    if pane.amiss:
        return fit([*own, *_warning(manner.plain(pane.amiss[0]))], width)
    return fit([*own, *_unlisted(len(pane.session.unlisted))], width)


def _shown(pane: CreditsApp, sentence: str) -> str:
    """As it may be seen now."""
    for view in pane.board.accounts if pane.board is not None else ():
        sentence = pane.manner.about(view, sentence)
    return pane.manner.figures(sentence)


def _unlisted(count: int) -> list[Run]:
    """What the figures leave out because nobody may look for its logs."""
    return _warning(f"{count:,} log folder{'' if count == 1 else 's'} unreadable: creditsui doctor") if count else []


def _warning(sentence: str) -> list[Run]:
    return [(" ! ", "warn"), (sentence, "warn")]
