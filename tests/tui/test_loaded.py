"""What the pane has loaded by when: what is not needed yet makes everybody wait, and what is never needed is memory."""

import re
import sys

from tests.benchmarks.home import home
from tests.benchmarks.program import Program

STYLED = b"\x1b[?1000h"
"""Textual begins to paint."""
_IMPORT = re.compile(rb"import time: +\d+ \| +\d+ \| *([\w.]+)")


def loaded(written: bytes) -> set[str]:
    return {name.decode() for name in _IMPORT.findall(written)}


def below(names: set[str], *packages: str) -> set[str]:
    return {name for name in names if any(name == one or name.startswith(f"{one}.") for one in packages)}


def test_nothing_is_loaded_before_it_is_needed_and_some_of_it_never() -> None:
    with (
        home(2) as (env, _),
        Program(sys.executable, "-X", "importtime", "-m", "creditsui", env=env) as program,
    ):
        program.until(" creditsui ")
        name = program.written.index(b" creditsui ")
        program.until(STYLED.decode())
        frame = program.written.index(STYLED)
        program.until("Account 1")
        program.until("| creditsui.adapters.http\n".replace("\n", "\r\n"))
    first, before, all_of_it = loaded(program.written[:name]), loaded(program.written[:frame]), loaded(program.written)
    assert "creditsui.tui.early" in first and "textual.app" in before and "httpx" in all_of_it
    assert not below(first, "textual", "rich", "asyncio", "json", "dataclasses", "creditsui.domain")
    assert not below(
        before, "sqlite3", "msgspec", "httpx", "json", "logging.handlers", "keyring", "statistics", "zoneinfo",
        "creditsui.adapters", "creditsui.providers", "creditsui.sources", "creditsui.core.board",
        "creditsui.core.logs.ingest", "creditsui.core.asking.refresh", "creditsui.domain.board",
        "creditsui.domain.entry", "creditsui.domain.problem", "creditsui.outputs", "creditsui.tui.palette",
    )  # fmt: skip
    views = {f"creditsui.tui.screens.{name}" for name in ("acts", "dashboard", "view")}
    assert below(all_of_it, "creditsui.tui.screens") == {"creditsui.tui.screens", *views}
    assert not below(
        all_of_it, "argparse", "apprise", "boto3", "click", "genai_prices", "keyring", "mcp",
        "multiprocessing", "pydantic", "pygments", "rich.markdown", "rich.progress", "rich.syntax", "rich.traceback",
        "textual.widgets._data_table", "textual.widgets._markdown", "textual.widgets._text_area", "tomli_w",
        "tree_sitter", "unittest", "yaml",
    )  # fmt: skip
