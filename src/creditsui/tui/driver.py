"""Textual's terminal driver, made to forgive a stray byte and to let go of a terminal that is gone."""

import os
import sys
import threading
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver

    from creditsui.tui.early import Early

PATIENCE = 3.0
"""Seconds for leaving in good order; after them the process ends as it stands."""
GONE = 1.5
"""The same where the terminal is gone, so that there is nothing to give back."""


def watch_terminal(gone: Callable[[], None]) -> None:
    """Read what is no UTF-8 as replacement characters, and call `gone`, once and from another thread, at the end of
    the input. What cannot be written is dropped.

    One byte that is not UTF-8, typed or pasted, would end the pane; a terminal that was closed without a signal
    would leave it reading nothing, over and over, on a whole core. Whoever writes would wait for somebody to read.
    """
    if sys.platform == "win32":
        return
    from textual.drivers import linux_driver
    from textual.drivers._writer_thread import WriterThread

    write, decoder = WriterThread.run, getincrementaldecoder("utf-8")
    told = threading.Event()

    class Forgiving(IncrementalDecoder):
        def __init__(self, errors: str = "replace") -> None:
            super().__init__(errors)
            self._decoder = decoder(errors)

        def decode(self, data: bytes, final: bool = False) -> str:  # type: ignore[override]
            if not data and not final:
                if not told.is_set():
                    told.set()
                    gone()
                threading.Event().wait(0.1)  # it is asked again at once
            return self._decoder.decode(data, final)

    def write_or_drop(thread: WriterThread) -> None:
        try:
            write(thread)
        except OSError:
            while thread._queue.get() is not None:
                pass

    WriterThread.run = write_or_drop  # type: ignore[assignment, method-assign]
    vars(linux_driver)["getincrementaldecoder"] = lambda encoding: Forgiving


def let_go_when_stopped() -> None:
    """Leave the terminal before it is taken again, where the process was stopped without being told to leave it.

    Nobody can act on a SIGSTOP. What goes on after it would read the keys twice, so that some are lost, and take the
    modes of the pane for those to give back at the end.
    """
    if sys.platform == "win32":
        return
    from textual.drivers.linux_driver import LinuxDriver

    resume = LinuxDriver._sigcont_application
    going_on = threading.Event()

    def go_on(driver: LinuxDriver, *signal: object) -> None:
        if going_on.is_set():  # stopped again while it takes the terminal: it has it in a moment
            return
        going_on.set()
        try:
            if driver._auto_restart and not driver._must_signal_resume:
                driver.suspend_application_mode()
                driver._must_signal_resume = True
            resume(driver, *signal)
        finally:
            going_on.clear()

    LinuxDriver._sigcont_application = go_on  # type: ignore[assignment, method-assign]


def taking_over(early: "Early") -> "type[Driver] | None":
    """A driver for a terminal that is painted already: it neither enters the alternate screen again, which would blank
    it, nor takes the modes it finds for those to go back to. None: the usual one has to do."""
    if sys.platform == "win32":
        return None
    from textual.drivers.linux_driver import LinuxDriver

    from creditsui.tui.early import ENTER

    class TakingOver(LinuxDriver):
        def start_application_mode(self) -> None:
            super().start_application_mode()  # type: ignore[no-untyped-call]
            if not early.taken:
                early.taken = True
                self.attrs_before = early.attributes

        def write(self, data: str) -> None:
            if early.taken or data != ENTER:
                super().write(data)

    return TakingOver


def leave_at_last(code: int, patience: float = PATIENCE, unless: threading.Event | None = None) -> None:
    """End the process in a while, whatever still waits: a write to a terminal that nobody reads waits for ever. Not
    where somebody sets `unless` meanwhile.

    What was acknowledged is on the disk already; nothing else is worth waiting for.
    """
    cared_for = unless or threading.Event()

    def leave() -> None:
        if not cared_for.wait(patience):
            os._exit(code)

    threading.Thread(target=leave, name="leaving", daemon=True).start()
