"""The palette: the command line's verbs by the same words, what else has a key here, and a jump to every account."""

import asyncio
from collections.abc import Iterator
from typing import NamedTuple

from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.types import IgnoreReturnCallbackType

from creditsui.core.session import Session
from creditsui.domain.board import Board
from creditsui.tui.displayed import WORDS
from creditsui.verbs import VERBS


class Command(NamedTuple):
    """What is typed, what it does in one line, and the action that does it."""

    words: str
    help: str
    action: str


class Commands(Provider):
    """Offers what the screen behind the palette can do: a verb that has no action there is left out.

    The application has the board as `board`; the screen or the application has `action_jump(id)`.
    """

    def _able(self, action: str) -> bool:
        return any(hasattr(node, f"action_{action}") for node in (self.screen, self.app))

    def _commands(self) -> Iterator[Command]:
        seen: set[str] = set()
        for verb in VERBS:
            for words, one in ((verb.name, verb), *((f"{verb.name} {second.name}", second) for second in verb.verbs)):
                if one.name not in seen and self._able(one.name):
                    seen.add(one.name)
                    yield Command(words, one.help, one.name)
        for binding in type(self.screen).BINDINGS:
            if not isinstance(binding, Binding) or binding.action in seen or not self._able(binding.action):
                continue
            seen.add(binding.action)
            yield Command(binding.description.lower(), binding.tooltip, binding.action)
        board = getattr(self.app, "board", None)
        if isinstance(board, Board) and self._able("jump"):
            for account in board.accounts:
                hidden = getattr(self.app, "hidden", False)
                name = account.provider_name or account.provider
                known = "" if hidden else f"{account.id} · {name}"
                yield Command(f"go to {name if hidden else account.label}", known, f"jump({account.id!r})")

    def _settings(self) -> Iterator[Command]:
        """What is many, and so found only when it is looked for: themes, words of `[display]`, and providers to add."""
        if self._able("theme"):
            for name in sorted(self.app.available_themes):
                yield Command(f"theme {name}", "colours; remembered", f"app.theme({name!r})")
        if self._able("display"):
            for word, values in WORDS.items():
                for value, means in values:
                    yield Command(f"{word} {value}", f"{means}; remembered", f"app.display({word!r}, {value!r})")
        if self._able("add") and self.offered:
            for id, name in self.offered:
                yield Command(f"account add {id}", name, f"add_provider({id!r})")

    async def startup(self) -> None:
        """Providers are read once, when the palette opens."""
        self.offered: list[tuple[str, str]] = []
        if self._able("add_provider") and isinstance(session := getattr(self.app, "session", None), Session):
            providers = await asyncio.to_thread(session.providers)
            self.offered = [(one.id, one.name) for one in providers.values()]

    def _run(self, action: str) -> IgnoreReturnCallbackType:
        name = action.partition("(")[0].removeprefix("app.")
        target = self.screen if hasattr(self.screen, f"action_{name}") else self.app

        async def run() -> None:
            await self.app.run_action(action, target)

        return run

    async def discover(self) -> Hits:
        for words, help, action in self._commands():
            yield DiscoveryHit(Content(words), self._run(action), text=words, help=help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        each = [self.matcher(word) for word in query.split()]
        for words, help, action in (*self._commands(), *self._settings()):
            score = max(matcher.match(words), matcher.match(help) * 0.5)
            if score <= 0 and len(each) > 1:  # the same words in another order, or some of them in the help
                score = 0.3 * min(max(one.match(words), one.match(help)) for one in each)
            if score > 0:
                yield Hit(score, matcher.highlight(words), self._run(action), text=words, help=help)
