"""The README's first minute, walked in a real terminal by somebody who has nothing: every key and second is counted."""

import re
import tomllib
from pathlib import Path
from time import monotonic

from tests.e2e.tmux import CREDITSUI, Pane, needs_tmux, pane
from tests.servers import Server

pytestmark = needs_tmux

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
TABLE = README.partition("\n## The first minute\n")[2].partition("\n## ")[0]
KEY = "sk-0123456789abcdefghij"


class Newcomer:
    """Presses keys as they are told, and counts."""

    def __init__(self, screen: Pane) -> None:
        self.screen, self.keys, self.began = screen, 0, monotonic()

    def press(self, *keys: str) -> None:
        self.keys += len(keys)
        self.screen.press(*keys)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.screen.type(text)

    @property
    def seconds(self) -> float:
        return monotonic() - self.began


def test_from_an_empty_home_to_a_synced_bar_and_a_moved_threshold_and_from_a_key_to_a_live_bar(home: Path) -> None:
    for told in (
        "| `s`, the first letters, `enter`, the amount, `enter` |",
        "| `e`, `↓` to the edge, its new number, `enter` |",
    ):
        assert told in TABLE
    with pane(home, width=80, height=24) as screen:
        who = Newcomer(screen)
        screen.start(f"{CREDITSUI} --still; echo rc=$?")
        screen.shows("s  enter a balance by hand", "a  add an account and its key")
        who.press("s")
        screen.shows("Enter a balance", "Whose balance?", "enter next")
        who.type("anth")
        screen.shows("Anthropic", "“anth” by hand")
        who.press("Enter")
        asked = screen.shows("left now", "platform.claude.com", "enter book")
        assert "key" not in asked.partition("Enter a balance")[2].partition("f1 keys")[0], "no key is asked for"
        who.type("45")
        screen.shows("$45.00 is where the ledger starts")
        who.press("Enter")
        bar = screen.shows("Anthropic $45.00 · e moves its thresholds", "of $45.00")
        assert re.search(r"● Anthropic +▄+ +100% +\$45\.00", bar), bar
        assert who.keys <= 9 and who.seconds < 60

        who.press("e")
        screen.shows("Thresholds · Anthropic", "critical below", "enter save")
        who.press("Down", "Down")
        who.type("30")
        screen.shows("critical below  30")
        who.press("Enter")
        screen.shows("Anthropic: 75 · 50 · 30 %")
        assert who.keys <= 15 and who.seconds < 120
        screen.press("q")
        screen.shows("rc=0")
        written = tomllib.loads((home / ".config/creditsui/config.toml").read_text())
        assert written["accounts"]["anthropic"]["thresholds"] == {"critical": 30}

        # A key in the environment needs no key on the keyboard. A gateway of one's own is one that tests can be.
        cap = {"info": {"key_alias": "laptop", "spend": 58.8, "max_budget": 100.0}}
        with Server({("GET", "/key/info"): cap}) as server:
            started = monotonic()
            screen.start(f"clear; LITELLM_API_KEY={KEY} LITELLM_BASE_URL={server.url} {CREDITSUI} --still")
            live = screen.shows("LiteLLM", "41%", "$41.20")
            assert monotonic() - started < 60 and "Anthropic" in live and KEY not in live
            screen.press("q")
