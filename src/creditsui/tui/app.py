"""The pane: it holds the board, keeps it true, and hands every screen the same ink and manner of speaking."""

from __future__ import annotations

import os

os.environ.setdefault("TEXTUAL_FPS", "30")  # read once, when Textual is imported; 30 is smooth and half the bytes

import asyncio
import gc
import signal
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.events import Resize
from textual.geometry import Size
from textual.reactive import var
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import WorkerFailed

from creditsui import config as configuration
from creditsui.config import Config
from creditsui.core import keymap
from creditsui.core.session import Session
from creditsui.tui.alerted import Alerted
from creditsui.tui.arrival import Arrival
from creditsui.tui.displayed import Displayed
from creditsui.tui.driver import GONE, leave_at_last, let_go_when_stopped, watch_terminal
from creditsui.tui.manner import Manner
from creditsui.tui.refresher import Refresher
from creditsui.tui.screens.dashboard import Dashboard
from creditsui.tui.screens.view import View
from creditsui.tui.sharing import Sharing
from creditsui.tui.titled import Title, title
from creditsui.tui.toasts import answer
from creditsui.tui.widgets.logs import LogsRead

INTERRUPTED = 130
if TYPE_CHECKING:
    from textual.command import Provider

    from creditsui.domain.board import Board
    from creditsui.tui.early import Early

SORTS = ("worst", "name", "config")
_SORT_WORDS = {"worst": "worst first", "name": "by name", "config": "in your own order"}


def _commands() -> type[Provider]:
    from creditsui.tui.palette import Commands

    return cast("type[Provider]", Commands)


class CreditsApp(Displayed, Sharing, Arrival):
    """One run of the pane over one session."""

    TITLE = "creditsui"
    CSS_PATH = Path(__file__).with_name("app.tcss")
    COMMANDS = App.COMMANDS | {_commands}
    ENABLE_COMMAND_PALETTE = True
    NOTIFICATION_TIMEOUT = 6.0
    VERTICAL_BREAKPOINTS = [(0, "-low"), (14, "-high")]  # noqa: RUF012  (of screens that have none of their own)
    BINDINGS: ClassVar[list[object]] = []  # type: ignore[assignment]

    board: var[Board | None] = var(None, init=False)

    def __init__(
        self,
        session: Session,
        config: Config | None = None,
        *,
        account: str | None = None,
        ascii: bool = False,
        still: bool = False,
        theme: str | None = None,
        env: Mapping[str, str] | None = None,
        early: Early | None = None,
    ) -> None:
        """`config` was read at the start; `account` is under the cursor at first; `early` is on the terminal already.

        `env` describes the terminal, by default this process's; the session's own may be that of a demo.
        """
        # Textual takes NO_COLOR out of the environment, so it is read before.
        self.env = dict(os.environ if env is None else env)
        super().__init__(early)
        self.session = session
        self.config = config or Config()
        self.start_at = account
        self.hidden = False
        self.trouble = ""
        self.logs: LogsRead | None = None
        """How far the reading of logs has come; None while none are read."""
        self._options = ascii or still or theme is not None
        self.refresher = Refresher(session, self._take, self._complain)
        self.alerted = Alerted(self)
        self._heard = threading.Event()
        """Whether the loop itself has been told to leave."""
        self._clock: Timer | None = None
        self._sized: Size | None = None
        """How large the terminal last said to be."""
        self._title = Title(self.tell_terminal)
        self.set_out(self.config, still=still, ascii=ascii, theme=theme)
        self._take_keys(self.config)

    # ── ink and manner ───────────────────────────────────────────────────────────────────────────────────────────────

    def get_default_screen(self) -> Dashboard:
        return Dashboard(self.config.display.density)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Of Textual's own commands those that have no word of ours, and take no screen apart."""
        ours = ("Keys", "Quit", "Screenshot", "Maximize", "Minimize")
        return (command for command in super().get_system_commands(screen) if command.title not in ours)

    def get_key_display(self, binding: Binding) -> str:
        """How a key is written; `enter` as everywhere, and in ASCII the arrows by their names too."""
        display = super().get_key_display(binding)
        return binding.key if display == "⏎" or (self.glyphs.ascii and not display.isascii()) else display

    @property
    def still(self) -> bool:
        """Whether instants stand where a clock would tick: by choice, or because nobody looks."""
        return self.motion == "none" or not self.app_focus

    @property
    def manner(self) -> Manner:
        now = self.session.now()
        if self.still and self.board is not None:
            now = self.board.generated_at
        zone, quiet = configuration.zone(self.config), self.alerted.quiet
        return Manner(now, zone, self.still, self.hidden, self.glyphs, quiet, self.remapped)

    def repaint(self) -> None:
        """Say everything again: it is later, or something about the pane itself changed."""
        for screen in self._views():
            screen.say()

    def _views(self) -> list[View]:
        """The screens that can be painted: none of a pane that is left, since their widgets go one after another."""
        if self._leaving:
            return []
        return [screen for screen in self.screen_stack if isinstance(screen, View)]

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def on_mount(self) -> None:
        if self.motion != "full":
            self.go_along()
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP", "SIGINT"):
            if hasattr(signal, name) and not self.is_headless:  # a test is not to be ended by its pane
                # Left to itself a signal ends the process and leaves the terminal as the pane had set it.
                with suppress(NotImplementedError, RuntimeError, ValueError):
                    loop.add_signal_handler(getattr(signal, name), self.leave)
                    signal.signal(getattr(signal, name), self._told_to_leave)
        self.come_at_last()
        # Not before the first frame: a thread that reads the ledger would hold up the one that paints.
        self.call_after_refresh(self._keep)

    def _told_to_leave(self, *signal: object) -> None:
        """Even where the loop hears of no signal, because it waits to write to a terminal that nobody reads."""
        leave_at_last(INTERRUPTED, GONE, self._heard)

    def leave(self) -> None:
        """Go because the terminal goes: in good order if that is still possible, at any rate soon."""
        self._heard.set()
        leave_at_last(INTERRUPTED)
        self.exit(INTERRUPTED)

    def terminal_gone(self) -> None:
        """From the thread that reads: the loop itself may be waiting to write, for ever."""
        leave_at_last(INTERRUPTED, GONE)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.exit, INTERRUPTED)

    @work(exclusive=True, group="logs", exit_on_error=False)
    async def _read_logs(self) -> None:
        from creditsui.tui.log_reader import LogReader

        def tell(done: int, whole: int) -> None:
            self.post_message(LogsRead(done, whole))

        await LogReader(self.session, tell).run()

    @work(exclusive=True, group="keep", exit_on_error=False)
    async def _keep(self) -> None:
        try:
            if not self.session.demo:
                await asyncio.to_thread(_prepare, self.env)
            await self.refresher.run()
        except Exception as error:
            # Without its refresher the pane would show old numbers for ever and not say so.
            self._complain(f"Nothing is refreshed any more ({type(error).__name__}): leave and start again.")

    def _take(self, board: Board) -> None:
        """A new board. Settings that were read with it take effect now."""
        if self._leaving:
            return
        if not gc.isenabled():
            gc.freeze()  # what the start left is here to stay
            gc.enable()
        self.trouble = ""
        config = self.as_said(self.refresher.config)
        if config is not self.config:
            before, self.config = self.config, config
            self.redress(config, before)
            if (config.keys, config.display) != (before.keys, before.display):
                self._take_keys(config)
        first, self.board = self.board is None, board
        if first and not self.session.demo:
            self._read_logs()  # what is known already is not to wait for them
        self.alerted.take(board)

    def _take_keys(self, config: Config) -> None:
        self.amiss = (*keymap.faults(config.keys), *self.strange_theme(config))
        self.set_keymap(dict(config.keys))
        firsts = {name: Binding(keys.partition(",")[0].strip(), "", "") for name, keys in config.keys.items() if keys}
        self.remapped = {name: self.get_key_display(first) for name, first in firsts.items()}
        """How the keys are written that the user chose, by what they are for."""

    def _complain(self, sentence: str) -> None:
        self.trouble = sentence
        self.repaint()

    def on_logs_read(self, event: LogsRead) -> None:
        self.logs = None if event.over else event
        if event.over:
            self.refresher.wake()  # what was read is in the ledger
        for screen in self._views():
            screen.say_notice()

    def watch_board(self) -> None:
        for screen in self._views():
            screen.show()
        self.retitle()
        self.set_clock()
        self.come(keep=not (self.session.demo or self._options))

    def on_resize(self, event: Resize) -> None:
        """A terminal that became smaller and at once as large as before has lost what it cut off."""
        if event.size == self._sized:
            self.screen.refresh()
        self._sized = event.size

    def watch_app_focus(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, Dashboard):
                screen.look_away()
        self.repaint()
        self.set_clock()

    def set_clock(self) -> None:
        """The one clock: it wakes when a text that it drives changes next, every ten seconds at most."""
        if self._clock is not None:
            self._clock.stop()
            self._clock = None
        board = self.board
        if self.still or board is None or not self.is_running:
            return
        now = self.session.now()
        ages = [(now - view.read_at).total_seconds() for view in board.accounts if view.read_at is not None]
        waits = [] if board.next_at is None else [(board.next_at - now).total_seconds()]
        near = any(0 <= seconds < 60 for seconds in (*sorted(ages)[:1], *waits))
        waits += [
            (view.problem.retry_at - now).total_seconds()
            for view in board.accounts
            if view.problem is not None and view.problem.retry_at is not None
        ]
        near = near or any(0 <= seconds < 60 for seconds in waits)
        step = 10 if near else 60
        self._clock = self.set_timer(step, self._tick, name="clock")

    def _tick(self) -> None:
        self.repaint()
        self.set_clock()

    def retitle(self) -> None:
        """Say in the window's title who is critical, where it may be said."""
        settings = self.alerted.settings
        if settings is not None and settings.title:
            self._title.say(title(self.board, self.manner))
        else:
            self._title.give_back()

    def tell_terminal(self, sequence: str) -> None:
        """Send the terminal something that it does not show; from any thread."""
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    def on_unmount(self) -> None:
        self._title.give_back()

    def _fatal_error(self) -> None:
        """Textual's own report shows local variables, which may hold keys; ours goes into the log and shows none."""
        from rich.text import Text

        from creditsui.core import crash

        fault = self._exception or RuntimeError()
        error = fault.error if isinstance(fault, WorkerFailed) else fault  # where the worker failed, not its frame
        said = f"creditsui stopped by a fault of its own ({type(error).__name__})."
        if self.session.demo:
            said = f"{said}\n{crash.details(error, self.env)}"
        elif (log := crash.note(error, self.env)) is not None:
            said = f"{said} Where it happened: {log}"
        self._exit_renderables.append(Text(said))
        self._close_messages_no_wait()

    # ── what screens ask of the app ──────────────────────────────────────────────────────────────────────────────────

    def say(self, sentence: str, *, fault: bool = False) -> None:
        """A toast for what the user did."""
        answer(self, sentence, fault=fault)

    def next_sort(self) -> None:
        now = self.refresher.sort or self.config.display.sort
        self.refresher.sort = SORTS[(SORTS.index(now) + 1) % len(SORTS)] if now in SORTS else SORTS[0]
        self.say(f"Sorted {_SORT_WORDS[self.refresher.sort]}")
        self.run_worker(self.refresher.reload(), group="sort", exclusive=True, exit_on_error=False)

    @work(exclusive=True, group="demo", exit_on_error=False)
    async def start_demo(self) -> None:
        """Go on with the demo's session; it lives in a folder of its own that goes with the pane."""
        import tempfile

        from creditsui.core.demo.session import PACE, demo_session

        self._demo_folder = tempfile.TemporaryDirectory(prefix="creditsui-demo-")
        self.session = await asyncio.to_thread(demo_session, PACE, Path(self._demo_folder.name))
        self.refresher = Refresher(self.session, self._take, self._complain)
        self._keep()


def _prepare(env: Mapping[str, str]) -> None:
    """What has to hold before anything secret is read, or many threads run; the first frame does not wait for it."""
    from creditsui.core import crash, memory

    memory.one_for_all()
    crash.prepare(env)


def run(
    session: Session,
    *,
    account: str | None = None,
    ascii: bool = False,
    still: bool = False,
    theme: str | None = None,
    early: Early | None = None,
) -> int:
    """Open the pane until the user leaves; the exit code of the program."""
    from creditsui.config import ConfigError
    from creditsui.core import configured

    config = Config()
    with suppress(ConfigError):
        config = configured.config(session)
    app = CreditsApp(session, config, account=account, ascii=ascii, still=still, theme=theme, early=early)
    watch_terminal(app.terminal_gone)
    let_go_when_stopped()
    result = app.run()
    from creditsui.core.accounts import keys
    from creditsui.core.alerts import deliver

    keys.give_up()
    deliver.leave()
    return result if result is not None else app.return_code or 0
