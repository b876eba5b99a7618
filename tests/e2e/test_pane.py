"""The program as it is used: in a tmux pane, by its keys."""

import tomllib
from pathlib import Path

from tests.e2e.tmux import CREDITSUI, needs_tmux, pane
from tests.servers import Server

pytestmark = needs_tmux

KEY = {"data": {"limit": None, "limit_remaining": None, "usage": 8.8, "usage_daily": 3.12, "is_free_tier": False}}


def configure(home: Path, text: str) -> Path:
    path = home / ".config/creditsui/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


def test_start_read_top_up_edit_and_quit(home: Path) -> None:
    routes = {
        ("GET", "/api/v1/key"): KEY,
        ("GET", "/api/v1/credits"): {"data": {"total_credits": 50, "total_usage": 8.8}},
    }
    with Server(routes) as server:
        path = configure(
            home,
            f'# mine\n[accounts.openrouter]  # the gateway\nbase_url = "{server.url}"\ncapacity = 50\n\n'
            "[accounts.anthropic]\ncapacity = 50\n",
        )
        before = path.read_text()
        env = {"OPENROUTER_API_KEY": "sk-or-v1-0123456789abcdef"}
        with pane(home, env=env) as screen:
            screen.start(f"{CREDITSUI} sync anthropic 45 > /dev/null; {CREDITSUI} --account anthropic; echo rc=$?")
            screen.shows("OpenRouter", "$41.20", "82%", "Anthropic", "$45.00", "90%")
            screen.press("t")
            screen.shows("Top up")
            screen.type("20")
            screen.press("Enter")
            screen.shows("$65.00")
            screen.press("u")
            screen.shows("$45.00")
            screen.press("S")
            screen.shows("Sync")
            screen.type("11")
            screen.press("Enter")
            screen.shows("$11.00", "22%")
            screen.press("e")
            screen.shows("Thresholds", "critical below")
            screen.press("Escape")
            screen.lacks("critical below")
            screen.press("q")
            screen.shows("rc=0")
            assert screen.flag("alternate_on") == "0"
            assert screen.flag("cursor_flag") == "1"
            assert screen.flag("mouse_any_flag") == "0"
        assert path.read_text() == before


def test_a_threshold_moved_by_keys_is_in_the_file_and_survives_a_restart(home: Path) -> None:
    path = configure(home, "[accounts.anthropic] # kept\ncapacity = 100\n")
    with pane(home) as screen:
        screen.start(f"{CREDITSUI} sync anthropic 22 > /dev/null; {CREDITSUI} --still")
        screen.shows("✖", "22%")
        screen.press("e")
        screen.shows("critical below")
        screen.press("Down", "Down")
        screen.press("C-Left", "C-Left", "C-Left", "C-Left", "C-Left")
        screen.press("Enter")
        screen.lacks("critical below")
        screen.shows("▲")
        saved = tomllib.loads(path.read_text())
        assert saved["accounts"]["anthropic"]["thresholds"]["critical"] == 20
        assert path.read_text().startswith("[accounts.anthropic] # kept\ncapacity = 100\n")
        screen.press("q")
        screen.lacks("Thresholds")
        screen.start(f"clear; {CREDITSUI} --still")
        screen.shows("▲", "22%")


def test_every_size_class_and_a_resize(home: Path) -> None:
    with pane(home) as screen:
        screen.start(f"{CREDITSUI} --demo --still")
        screen.shows("DEMO", "OpenRouter", "runway")
        for width, height, there in ((80, 24, "OpenRouter"), (44, 20, "OpenRouter"), (80, 6, "xAI"), (80, 1, "xAI")):
            screen.resize(width, height)
            screen.shows(there)
            assert all(len(line) <= width for line in screen.text().splitlines())
        screen.resize(120, 36)
        screen.shows("OpenRouter", "runway")


def test_an_empty_home_says_where_it_looked(home: Path) -> None:
    with pane(home) as screen:
        screen.start(str(CREDITSUI))
        screen.shows("Nothing to watch yet", "OPENROUTER_API_KEY", "a  add an account")
        screen.press("q")


def test_without_a_terminal_it_names_the_table(home: Path) -> None:
    with pane(home) as screen:
        screen.start(f"{CREDITSUI} < /dev/null; echo rc=$?")
        screen.shows("creditsui status", "rc=2")
        screen.start(f"clear; TERM=dumb {CREDITSUI}; echo dumb rc=$?")
        screen.shows("creditsui status", "dumb rc=2")
