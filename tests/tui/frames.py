"""A pane in a test has no terminal: what is done for each of its frames, and to wait for it, is most of its work."""

import asyncio
from weakref import WeakSet

import pytest
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.screen import Screen

REST = 1 / 30
"""Seconds after which a frame is painted with all that has changed till then: as often as the pane paints at most."""


def paint_once(patch: pytest.MonkeyPatch) -> None:
    """Paint what changes in the same moment once, not at every step of it."""
    at_once = Screen._compositor_refresh
    owed = WeakSet[Screen[object]]()

    def paint(screen: Screen[object]) -> None:
        owed.discard(screen)
        app = screen.app
        if screen.is_running and app.is_running and app.screen_stack and screen is app.screen:
            try:
                update = screen._compositor.render_update(screen_stack=app._background_screens)
                app._display(screen, update)
            except Exception as error:
                app._handle_exception(error)  # as of any that a message leads to

    def soon(screen: Screen[object]) -> None:
        app = screen.app
        if app.is_inline or screen is not app.screen or not app.is_headless:
            at_once(screen)
            return
        screen._dirty_widgets.clear()
        app._update_mouse_over(screen)
        if screen not in owed:
            owed.add(screen)
            asyncio.get_running_loop().call_later(REST, paint, screen)

    patch.setattr(Screen, "_compositor_refresh", soon)


def ask_the_busy(patch: pytest.MonkeyPatch) -> None:
    """Wait for widgets that have something to do; a message to each that has not, only to hear so, is not sent."""
    ask_all = Pilot._wait_for_screen

    async def ask(pilot: Pilot[object], timeout: float = 30.0) -> bool:
        app = pilot.app
        if app.screen_stack and all(map(at_rest, (app, *app.screen.walk_children(with_self=True)))):
            return True
        return await ask_all(pilot, timeout)

    patch.setattr(Pilot, "_wait_for_screen", ask)


def at_rest(pump: MessagePump) -> bool:
    """Whether it waits for a message."""
    queue = pump._message_queue
    return queue.empty() and pump._pending_message is None and bool(queue.ready_event._waiters)
