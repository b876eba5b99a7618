"""Texts by chance from every door at once: nothing that is written for a terminal holds more than text.

All ten thousand of them: CREDITSUI_SOAK=full .venv/bin/pytest -n 0 tests/e2e/test_text_fuzz.py
"""

import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from textual.pilot import Pilot

from creditsui.cli.main import main
from creditsui.core import board as boards
from creditsui.core.asking.refresh import refresh
from creditsui.core.logs.ingest import ingest
from creditsui.core.session import Session
from creditsui.outputs.json import dumps
from creditsui.outputs.table import table
from creditsui.tui.app import CreditsApp
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.core.test_ingest import line
from tests.e2e.test_hostile import ENV, GOOD, NOW, config, log_in, routes
from tests.sequences import intruders
from tests.servers import Reply, Server
from tests.soak import rounds

__all__ = ["clock", "session_of"]

ROUNDS = rounds(full=40, short=2)
PIECES = (
    "\x1b", "\x1b[", "\x1b]", "\x1bP", "\x07", "\x1b\\", "\x9b", "\x9d", "\x90", "\x9c", "\r", "\n", "\t", "\b",
    "\0", "\x7f", "2J", "31m", "52;c;aGk=", "0;title", "8;;http://x", "?1049h", "6n", "[red]", "[/]", "[/x]",
    "[@click=app.quit]", "\\[", "{0}", "%s", "../", "\u202e", "\u2066", "\u200b", "\ufeff", "\U000e0041",
    "\u0301\u0301\u0301\u0301", "\u115f", "字", "é", "😀", "a", "B", "7", "\x85", "\u2028", "\ud83d", "<b>", "&lt;",
    "`id`", "$(id)", "\x0e", "\x1bc",
)  # fmt: skip
COLOURS = re.compile(r"\x1b\[[\d;]*m")
SAFE = [piece for piece in PIECES if not set(piece) & set("/\0\ud83d")]
"""That may stand in a file's name."""


class Chance:
    """Words by chance, and how many there were."""

    def __init__(self, seed: int) -> None:
        self._random, self.count = Random(seed), 0

    def text(self, pieces: Any = PIECES) -> str:
        self.count += 1
        return "".join(self._random.choice(pieces) for _ in range(self._random.randrange(1, 9)))

    def lace(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {**{key: self.lace(one) for key, one in value.items()}, self.text(): self.text()}
        if isinstance(value, list):
            return [self.lace(one) for one in value]
        return value + self.text() if isinstance(value, str) and not value[:1].isdigit() else value


def toml(text: str) -> str:
    return json.dumps(text.replace("\ud83d", ""), ensure_ascii=False).replace("\x7f", "\\u007f")


def settings(url: str, chance: Chance) -> str:
    """Labels and notes by chance."""
    text = config(url)
    for id in GOOD:
        text = text.replace(f"[accounts.{id}]\n", f"[accounts.{id}]\nlabel = {toml(chance.text())}\n")
    return text + '[sources.claude-code]\naccount = "anthropic"\nbilling = "metered"\n'


def logged(home: Path, chance: Chance, turn: int) -> None:
    """A hundred calls, of models, projects and files by chance."""
    folder = home / ".claude/projects" / f"-{turn}-{chance.text(SAFE)}"
    folder.mkdir(parents=True)
    rows = (
        line(
            f"{turn}-{n}", model=chance.text() or "m", cwd=f"/w/{chance.text()}", sessionId=chance.text(), output=40_000
        )
        for n in range(100)
    )
    (folder / "one.jsonl").write_text("".join(rows))


@asynccontextmanager
async def shown(session: Session) -> AsyncIterator["Pane"]:
    pane = Pane(session, still=True)
    async with pane.run_test(size=(200, 50)) as pane.pilot:
        yield pane


class Pane(CreditsApp):
    """Shows the boards that it is given."""

    pilot: Pilot[int]

    def _keep(self) -> None:  # type: ignore[override]
        pass

    def text(self) -> str:
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips())


def written(session: Session, said: pytest.CaptureFixture[str]) -> str:
    """All that is said of a board and of what was spent, for terminals and for pipes."""
    shown = boards.board(session)
    for words in (
        ["line"],
        ["status", "--cached"],
        ["spend", "--by", "model,project,session", "--since", "2026-11-01"],
    ):
        assert main(words) in (0, 1, 3)
    told = said.readouterr()
    return "\n".join([told.out, told.err, dumps(shown), *(table(shown, width) for width in (200, 80, 44))])


@pytest.mark.soak
async def test_no_text_by_chance_from_any_door_is_more_than_text(
    session_of: SessionOf, clock: Clock, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = Chance(11)
    log_in(home)
    clock.instant = NOW
    async with AsyncExitStack() as stack:
        server = stack.enter_context(Server(routes()))
        session = session_of(config=settings(server.url, chance), env=ENV, real=True)
        await refresh(session)
        pane = await stack.enter_async_context(shown(session))
        for turn in range(ROUNDS):
            clock.instant += timedelta(minutes=61)
            session.paths.config.write_text(settings(server.url, chance))
            logged(home, chance, turn)
            ingest(session)
            for bad in (False, True):
                clock.instant += timedelta(minutes=61)
                header = {"x-name": chance.text().encode("utf-8", "replace").decode("latin-1").replace("\n", "")}
                answers = {
                    id: {
                        ask: Reply({"error": {"message": chance.text(), "code": chance.text()}}, 400, header)
                        if bad
                        else Reply(chance.lace(answer), headers=header)
                        for ask, answer in good.items()
                    }
                    for id, good in GOOD.items()
                }
                server.routes = routes(**answers)
                await refresh(session)
                pane.board = boards.board(session)
                await pane.pilot.pause()
                text = written(session, capsys) + pane.text()
                assert intruders(text.encode(errors="surrogatepass").replace(b"\n", b" ")) == []
                assert all(char == "\n" or char.isprintable() for char in COLOURS.sub("", text))
                assert "tokens" in text or "$" in text
    assert chance.count > 250 * ROUNDS
