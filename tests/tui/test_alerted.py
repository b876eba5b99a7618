"""What is new after a board: toasts, the bell, the title, and what is sent elsewhere; never on the loop of the UI."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from creditsui.core.alerts import deliver as delivery
from creditsui.core.alerts import watch as episodes
from creditsui.core.alerts.delivered import Delivered
from creditsui.domain.alert import Alert, Level
from creditsui.domain.band import Band
from creditsui.domain.board import Board
from creditsui.tui.manner import Manner
from creditsui.tui.titled import Title, title
from tests.tui.boards import BOARD, NOW
from tests.tui.conftest import Open, Pane
from tests.tui.stage import until

ZONE = NOW.tzinfo


def alert(account: str = "xai", label: str = "xAI", level: Level = "critical", message: str = "") -> Alert:
    return Alert(
        account=account,
        label=label,
        rule="band",
        subject="critical",
        level=level,
        band=Band.CRITICAL,
        value=0.1,
        threshold=0.25,
        since=NOW,
        at=NOW,
        message=message or f"{label} is critical: $1.02 of $10.00, 9 hours",
    )


class Ledger:
    """What stands in for the memory: `look` gives what is new, and says in which threads it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.new: list[Alert] = []
        self.boards: list[Board] = []
        self.threads: set[int] = set()
        self.told: list[tuple[list[Alert], list[Alert]]] = []
        self.handed: list[Alert] = []
        self.results: list[Delivered] = []
        self.fault: Exception | None = None
        self.gate: threading.Event | None = None
        monkeypatch.setattr(episodes, "look", self.look)
        monkeypatch.setattr(episodes, "handed_on", lambda session, alerts: self.handed.extend(alerts))
        monkeypatch.setattr(delivery, "deliver", self.deliver)

    def look(self, session: object, board: Board, *, hold: bool = False) -> list[Alert]:
        assert hold
        self.boards.append(board)
        self.threads.add(threading.get_ident())
        if self.gate is not None:
            assert self.gate.wait(20)
        if self.fault is not None:
            raise self.fault
        new, self.new = self.new, []
        return new

    def deliver(
        self, session: object, settings: object, alerts: list[Alert], *, shown: list[Alert], terminal: object
    ) -> list[Delivered]:
        assert threading.current_thread() is not threading.main_thread() and threading.current_thread().daemon
        self.told.append((list(alerts), list(shown)))
        return self.results


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    return Ledger(monkeypatch)


def later(seconds: int) -> Board:
    return replace(BOARD, generated_at=BOARD.generated_at + timedelta(seconds=seconds))


async def taken(app: Pane, pilot: Pilot[int], ledger: Ledger, *new: Alert) -> None:
    """A new board, and all that comes of it."""
    ledger.new, seen = list(new), len(ledger.boards)
    app._take(later(seen + 1))
    await until(pilot, lambda: len(ledger.boards) > seen and not app.alerted._looking)
    await until(pilot, lambda: len(ledger.handed) >= len(new) or not new)
    await pilot.pause()


def toasts(app: Pane) -> list[tuple[str, str]]:
    return [(toast.severity, "\n".join(filter(None, (toast.title, toast.message)))) for toast in app._notifications]


async def test_each_of_few_is_a_toast_and_is_sent_on_once(pane: Open, ledger: Ledger) -> None:
    async with pane() as (app, pilot):
        await taken(app, pilot, ledger, alert(), alert("openai", "[b]Open[/b]", "warning"))
        assert toasts(app) == [
            ("error", "xAI is critical: $1.02 of $10.00, 9 hours"),
            ("warning", "[b]Open[/b] is critical: $1.02 of $10.00, 9 hours"),
        ]
        await until(pilot, lambda: "[b]Open[/b] is critical" in app.text())
        assert [len(told) for told, _ in ledger.told] == [2] and len(ledger.handed) == 2
        await taken(app, pilot, ledger)
        assert len(ledger.told) == 1 and len(toasts(app)) == 2
        assert threading.get_ident() not in ledger.threads


async def test_no_word_of_a_toast_is_cut_in_a_narrow_pane_whatever_its_length(pane: Open, ledger: Ledger) -> None:
    async with pane(44, 20) as (app, pilot):
        for more in range(8):
            app.clear_notifications()
            await taken(app, pilot, ledger, alert(message=f"xAI is critical: $1.02 of $10.00, {'9' * more} days"))
            await until(pilot, lambda: "xAI is critical" in app.text())
            await until(pilot, lambda: " days" in app.text())


async def test_many_at_once_fold_into_one(pane: Open, ledger: Ledger) -> None:
    async with pane() as (app, pilot):
        await taken(app, pilot, ledger, *(alert(f"a{n}", f"A{n}", "warning") for n in range(12)))
        [(severity, text)] = toasts(app)
        assert severity == "warning" and text.startswith("12 alerts\nA0 is critical") and text.endswith("and 4 more")


async def test_news_takes_the_place_of_what_it_overtook_and_only_a_few_stand_at_once(
    pane: Open, ledger: Ledger
) -> None:
    spike = replace(alert(message="xAI spends 9× the usual"), rule="spike")
    async with pane() as (app, pilot):
        await taken(app, pilot, ledger, alert(message="xAI is low"), spike)
        await taken(app, pilot, ledger, alert(message="xAI is empty"))
        assert [text for _, text in toasts(app)] == ["xAI spends 9× the usual", "xAI is empty"]
        await taken(app, pilot, ledger, replace(alert(message="xAI is healthy again"), rule="refill"))
        assert [text for _, text in toasts(app)] == ["xAI spends 9× the usual", "xAI is healthy again"]
        for names in (("Anthropic",), ("OpenAI", "Groq")):
            new = [alert(name.lower(), name, message=f"{name} is low") for name in names]
            await taken(app, pilot, ledger, *new)
        assert [text for _, text in toasts(app)] == ["Anthropic is low", "OpenAI is low", "Groq is low"]
        await until(pilot, lambda: "Groq is low" in app.text())
        rows = [number for number, line in enumerate(app.text().splitlines()) if " is low" in line]
        assert rows == [*range(rows[0], rows[0] + 3)], "nothing shows between them"


async def test_no_toast_for_a_board_without_news_nor_for_a_mark_on_the_last(pane: Open, ledger: Ledger) -> None:
    async with pane() as (app, pilot):
        await taken(app, pilot, ledger)
        marked = [replace(view, refreshing=True) for view in BOARD.accounts]
        app._take(replace(later(1), accounts=tuple(marked)))
        await pilot.pause()
        assert len(ledger.boards) == 1 and not toasts(app)


async def test_while_one_look_takes_its_time_the_pane_goes_on_and_only_the_last_board_is_looked_at(
    pane: Open, ledger: Ledger
) -> None:
    async with pane() as (app, pilot):
        ledger.gate = threading.Event()
        for seconds in range(1, 6):
            app._take(later(seconds))
            await until(pilot, lambda: len(ledger.boards) == 1)
        await pilot.press("j")
        assert app.cursor != "anthropic"
        ledger.gate.set()
        await until(pilot, lambda: len(ledger.boards) == 2 and not app.alerted._looking)
        assert [board.generated_at for board in ledger.boards] == [later(1).generated_at, later(5).generated_at]


async def test_the_bell_rings_only_where_it_was_asked_for(pane: Open, ledger: Ledger) -> None:
    for settings, rings in (("", 0), ("[alerts]\nbell = true\n", 1)):
        async with pane() as (app, pilot):
            app.session.paths.config.write_text(settings)
            heard: list[bool] = []
            app.bell = lambda heard=heard: heard.append(True)  # type: ignore[method-assign, misc]
            await taken(app, pilot, ledger, alert(), alert("openai"))
            assert len(heard) == rings


async def test_what_hides_on_the_screen_hides_in_toasts_and_on_the_desktop_and_goes_whole_elsewhere(
    pane: Open, ledger: Ledger
) -> None:
    async with pane() as (app, pilot):
        await pilot.press("P")
        await taken(app, pilot, ledger, alert("anthropic", "My secret purse", "warning"))
        hidden = "Anthropic is critical: $•• of $••, •• hours"
        assert toasts(app) == [("warning", hidden)]
        [(whole, shown)] = ledger.told
        assert "My secret purse" in whole[0].message and shown[0].message == hidden


async def test_a_way_that_fails_is_told_once_until_it_works_again(pane: Open, ledger: Ledger) -> None:
    async with pane() as (app, pilot):
        why = Delivered("phone", False, "phone cannot be reached")
        none = Delivered("desktop", False, "no screen was found here", here=False)
        ledger.results = [why, none]
        for _ in range(3):
            app.clear_notifications()
            await taken(app, pilot, ledger, alert())
            await until(pilot, lambda: len(toasts(app)) > 0)
            await pilot.pause(0.05)
            told = [text for _, text in toasts(app) if "did not arrive" in text]
            assert told == (["An alert did not arrive\nphone cannot be reached"] if _ == 0 else [])
        ledger.results = [Delivered("phone", True)]
        await taken(app, pilot, ledger, alert())
        ledger.results = [why]
        app.clear_notifications()
        await taken(app, pilot, ledger, alert())
        await until(pilot, lambda: any("did not arrive" in text for _, text in toasts(app)))


async def test_a_memory_that_cannot_be_used_is_said_once_and_the_pane_goes_on(pane: Open, ledger: Ledger) -> None:
    from creditsui.adapters.ledger import LedgerError

    async with pane() as (app, pilot):
        ledger.fault = LedgerError("The ledger is locked by another program.")
        await taken(app, pilot, ledger)
        await taken(app, pilot, ledger)
        assert toasts(app) == [("warning", "No alerts now\nThe ledger is locked by another program.")]
        await pilot.press("j")
        assert app.cursor != "anthropic"


async def test_settings_that_cannot_be_read_are_said_by_their_line_and_repeat_nothing(
    pane: Open, ledger: Ledger
) -> None:
    async with pane() as (app, pilot):
        app.session.paths.config.write_text('[alerts]\nurls = ["json://canary/x"]\n')
        app._take(later(1))
        await until(pilot, lambda: bool(toasts(app)))
        [(_, text)] = toasts(app)
        assert "creditsui alerts add NAME" in text and "canary" not in text


# ── the title ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_title_names_who_is_critical_and_else_the_program() -> None:
    manner = Manner(NOW, ZONE)  # type: ignore[arg-type]
    assert title(BOARD, manner) == "✖ xAI 10%"
    fine = replace(BOARD, accounts=tuple(view for view in BOARD.accounts if view.band is not Band.CRITICAL))
    assert title(fine, manner) == "creditsui" == title(None, manner)
    assert title(replace(BOARD, demo=True), manner) == "✖ xAI 10% · demo"
    secret = replace(BOARD.accounts[0], label="My [b]purse", provider_name="xAI")
    assert title(replace(BOARD, accounts=(secret,)), replace(manner, hidden=True)) == "✖ xAI 10%"


def test_a_title_is_written_when_it_changes_and_given_back_once() -> None:
    told: list[str] = []
    one = Title(told.append)
    one.give_back()
    for text in ("creditsui", "creditsui", "✖ xAI 10%"):
        one.say(text)
    one.give_back()
    one.give_back()
    assert told == ["\x1b[22;0t\x1b]0;creditsui\x07", "\x1b]0;✖ xAI 10%\x07", "\x1b[23;0t"]


async def test_the_title_waits_for_the_settings_and_may_be_switched_off(
    pane: Open, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    keep: Callable[[Any, str], None] = lambda self, sequence: told.append(sequence)  # noqa: E731
    monkeypatch.setattr(Pane, "tell_terminal", keep)
    async with pane() as (app, pilot):
        assert not told
        await taken(app, pilot, ledger)
        assert told == ["\x1b[22;0t\x1b]0;✖ xAI 10%\x07"]
        app.session.paths.config.write_text("[alerts]\ntitle = false\n")
        await taken(app, pilot, ledger)
        assert told[1:] == ["\x1b[23;0t"]
    assert told[1:] == ["\x1b[23;0t"]
