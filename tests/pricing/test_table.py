"""Which prices are in use is told without loading them, and a change of any is noticed."""

import os
import subprocess
import sys
from datetime import date
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

import creditsui
from creditsui.pricing import table

HEAVY = {"genai_prices", "pydantic", "httpx2"}


@pytest.fixture(autouse=True)
def forgotten() -> None:
    table.table_date.cache_clear()
    table.table_name.cache_clear()


def test_the_table_is_named_with_its_version_and_the_day_its_newest_price_began() -> None:
    assert table.table_name() == f"genai-prices {metadata.version('genai-prices')}"
    day = table.table_date()
    assert day is not None and date(2026, 11, 9) <= day
    assert table.table_told() == f"{table.table_name()}, newest price of {day}"


def test_a_price_that_is_announced_for_later_than_the_table_was_installed_makes_it_no_newer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "genai_prices" / "data.py"
    file.parent.mkdir()
    file.write_text("start_date=datetime.date(2026, 11, 9)\nstart_date=datetime.date(2027, 1, 1)\n")
    installed = SimpleNamespace(locate_file=lambda path: tmp_path / path)
    monkeypatch.setattr(metadata, "distribution", lambda name: installed)
    table.table_date.cache_clear()
    os.utime(file, (1_795_000_000, 1_795_000_000))  # 2026-11-18
    assert table.table_date() == date(2026, 11, 9)
    table.table_date.cache_clear()
    file.unlink()
    assert table.table_date() is None


def test_a_table_that_is_not_installed_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "PACKAGE", "no-such-package")
    assert (table.table_name(), table.table_date()) == ("no-such-package", None)
    assert table.table_told() == "no-such-package"


def test_the_mark_changes_with_the_table_and_with_the_users_prices_and_with_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mark = table.fingerprint({})
    assert mark == table.fingerprint({})
    told = {"m": {"input": 1, "output": 2}, "n": {"input": 1, "output": 2}}
    other = table.fingerprint(told)
    assert mark != other == table.fingerprint(dict(reversed(told.items())))
    assert other != table.fingerprint({**told, "m": {"input": 1, "output": 2.5}})
    monkeypatch.setattr(table, "table_name", lambda: "genai-prices 9.9.9")
    assert table.fingerprint({}) != mark


def test_the_mark_takes_any_value_that_toml_has() -> None:
    assert table.fingerprint({"m": date(2026, 1, 1), "\ud800": float("nan")})


def test_nothing_loads_the_table_but_asking_for_a_price() -> None:
    names = [
        ".".join(path.relative_to(Path(creditsui.__file__).parent.parent).with_suffix("").parts)
        for path in Path(creditsui.__file__).parent.rglob("*.py")
        if path.stem not in ("__init__", "__main__")
        and "hermes_plugin" not in path.parent.parts  # lives inside Hermes, which has what it imports
        and path.stem != "mcp_server"  # the only one that loads an extra, which has a use of its own for the same
    ]
    show = "import sys; print(*sys.modules)"
    check = f"import importlib\nfor name in {names!r}: importlib.import_module(name)\n{show}"
    told = f"from creditsui.pricing.table import *\ntable_name(), table_date(), fingerprint({{}})\n{show}"
    ask = "from creditsui.pricing.quote import units\nunits('', 'claude-opus-4-8', '', {})\n" + show
    loaded = []
    for code in (check, told, ask):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
        loaded.append(HEAVY & set(done.stdout.split()))
    assert loaded == [set(), set(), HEAVY]
