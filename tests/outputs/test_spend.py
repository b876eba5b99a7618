"""`creditsui spend` on paper: bars in proportion, plans apart, the unpriced named, and numbers for scripts exact."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain import grid
from creditsui.domain.bar import ASCII, UNICODE
from creditsui.domain.spending import KEYS, Report, Slot, report
from creditsui.outputs import spend
from creditsui.outputs.sgr import Color
from creditsui.outputs.spend import table


def slot(day: int, model: str, micros: int, **more: Any) -> Slot:
    usual: dict[str, Any] = {
        "source": "claude-code", "account": "anthropic", "calls": 12, "input": 1000, "output": 20_000,
        "cache_read": 1_400_000, "cache_write": 10_000, "reasoning": 5,
    }  # fmt: skip
    return Slot(datetime(2026, 11, day, 12, tzinfo=UTC), model=model, cost_micros=micros, **(usual | more))


NONE = {"calls": 0, "input": 0, "output": 0, "cache_read": 0, "cache_write": 0, "reasoning": 0}
CODEX = {"source": "codex", "account": "codex", "billing": "subscription"}
SLOTS = (
    slot(17, "mystery-9000", 0, unpriced_tokens=1_431_000),
    slot(18, "claude-opus-4-8", 4_200_000),
    slot(18, "claude-haiku-5", 200_000),
    slot(19, "claude-opus-4-8", 9_100_000),
    slot(19, "gpt-5.3-codex", 3_300_000, **CODEX),
    slot(20, "mystery-9000", 0, unpriced_tokens=1_431_000),
    slot(20, "claude-opus-4-8", 1_100_000),
    slot(20, "unseen", 800_000, **(NONE | {"source": "unseen"})),
)


def told(by: str, *slots: Slot) -> Report:
    prices = "genai-prices 0.2.3, 2026-11-09"
    return report(slots or SLOTS, by.split(","), date(2026, 10, 22), date(2026, 11, 20), UTC, prices=prices)


BY_DAY = """\
spent by day · 22 Oct – 20 Nov 2026 · UTC
day                                               spent  notional  tokens  calls
2026-11-17  ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌      ?               1.4M     12
2026-11-18  ▄▄▄▄▄▄▄▄▄▄▄▄▖▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  $4.40               2.9M     24
2026-11-19  ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▓▓▓▓▓▓▓▓▓▓  $9.10      $3.30    2.9M     24
2026-11-20  ▄▄▄▄▄▖▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  $1.90+              2.9M     24
$15.40 spent · $3.30 notional, covered by plans · 10.0M tokens in 84 calls
no known price, in tokens: mystery-9000 (2.9M) · creditsui spend --unpriced
prices: genai-prices 0.2.3, 2026-11-09"""


def test_a_day_has_a_bar_and_its_numbers_and_the_foot_has_the_sums() -> None:
    assert table(told("day"), 80) == BY_DAY


def test_a_name_that_stands_above_is_not_repeated() -> None:
    lines = table(told("day,model"), 90).splitlines()
    assert [line.split()[0] for line in lines[2:9]] == [
        "2026-11-17", "2026-11-18", "claude-haiku-5", "2026-11-19", "gpt-5.3-codex", "2026-11-20", "unseen",
    ]  # fmt: skip


def test_two_currencies_have_bars_and_sums_of_their_own() -> None:
    lines = table(told("model", *SLOTS, slot(20, "qwen", 7_000_000, currency="CNY")), 60).splitlines()
    assert lines[2].startswith("qwen             ▄▄▄▄") and "▁" not in lines[2] and "¥7.00" in lines[2]
    assert [line.partition(" spent")[0] for line in lines if " spent · " in line] == ["¥7.00", "$15.40"]


def test_the_unpriced_is_never_a_price_of_nothing() -> None:
    lines = table(told("model"), 80).splitlines()
    (row,) = [line for line in lines if line.startswith("mystery-9000")]
    assert "$" not in row and "?" in row and "╌" in row
    assert "mystery-9000 (2.9M) · creditsui spend --unpriced" in "\n".join(lines)
    only = table(told("model", SLOTS[0]), 80)
    assert "an unknown amount spent" in only and "$" not in only


def test_what_is_notional_only_is_pale_and_not_spent() -> None:
    lines = table(told("model", SLOTS[4]), 80).splitlines()
    assert "▓" in lines[2] and "▄" not in lines[2]
    assert lines[3].startswith("$0.00 spent · $3.30 notional, covered by plans")


def test_what_nobody_knows_who_pays_for_is_said_to_be_that() -> None:
    assert "$2.00 nobody knows who pays for" in table(told("day", slot(20, "m", 2_000_000, billing="unknown")), 100)


def test_points_are_told_with_whose_they_are() -> None:
    points = [slot(20, "m", 5_000_000, currency="points", account=name) for name in ("poe", "zen")]
    lines = table(told("account", *points), 80).splitlines()
    assert lines[4].startswith("5 points of poe spent") and lines[5].startswith("5 points of zen spent")
    data = spend.as_json(told("day", *points))
    assert [row["account"] for row in data["rows"]] == [row["account"] for row in data["totals"]] == ["poe", "zen"]


def test_calls_that_are_known_to_be_counted_wrong_are_told() -> None:
    assert "12 calls come from logs that are known to count wrong" in table(told("day", slot(20, "m", 1, low=True)), 80)


def test_the_list_of_the_unpriced_is_in_tokens_and_says_how_to_price_them() -> None:
    text = table(told("model,source", SLOTS[0], slot(20, "", 0, unpriced_tokens=500)), 80, unpriced=True)
    lines = text.splitlines()
    assert lines[0].startswith("no known price by model, source")
    assert lines[2].startswith("mystery-9000  claude-code  ▄▄") and lines[2].endswith("1.4M")
    assert lines[3].startswith("–             claude-code  ▖▁") and lines[3].endswith("500")
    assert '[prices."mystery-9000"] in config.toml, USD per million tokens' in text and "$" not in text


def test_in_ascii_every_character_is() -> None:
    assert table(told("day,model"), 100, glyphs=ASCII).isascii()


@given(
    st.integers(0, 260),
    st.sampled_from(["none", "16", "256", "truecolor"]),
    st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True),
    st.booleans(),
    st.text(max_size=40).filter(str.isprintable),
)
def test_no_line_is_wider_than_the_paper(width: int, color: Color, by: list[str], ascii: bool, name: str) -> None:
    slots = (*SLOTS, slot(3, name, 10**13, project=name, session=name))
    text = table(told(",".join(by), *slots), width, color, ASCII if ascii else UNICODE)
    bare = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in text.splitlines()]
    assert all(grid.cells(line) <= min(max(width, 20), 240) for line in bare)
    assert len(bare) >= len(told(",".join(by), *slots).rows) + 5


def test_on_narrow_paper_days_stay_whole_and_what_to_do_is_not_cut_off() -> None:
    for width in (20, 30, 40):
        lines = table(told("day"), width).splitlines()
        assert [line.split()[0] for line in lines[2:6]] == ["2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"]
        foot = " ".join(" ".join(lines[6:]).split())
        assert foot.endswith("mystery-9000 (2.9M) · creditsui spend --unpriced prices: genai-prices 0.2.3, 2026-11-09")
        assert lines[0] == ("spent by day · 22 Oct – 20 Nov 2026" if width == 40 else lines[0])
    listed = " ".join(table(told("model", SLOTS[0]), 30, unpriced=True).split())
    assert 'price one: [prices."mystery-9000"] in config.toml, USD per million tokens' in listed


# ── for scripts ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_json_has_every_key_of_the_contract() -> None:
    data = json.loads(spend.dumps(told("day,source,model")))
    assert (data["schema"], data["since"], data["until"], data["timezone"]) == (1, "2026-10-22", "2026-11-20", "UTC")
    row = next(row for row in data["rows"] if row["day"] == "2026-11-19" and row["source"] == "codex")
    assert list(row)[:11] == [
        "day", "source", "model", "calls", "input", "output", "cache_read", "cache_write", "reasoning", "cost",
        "notional",
    ]  # fmt: skip
    assert (row["cost"], row["notional"], row["currency"], row["unpriced_tokens"]) == (0.0, 3.3, "USD", 0)
    (total,) = data["totals"]
    assert (total["currency"], total["cost"], total["notional"], total["unpriced_tokens"]) == (
        "USD", 15.4, 3.3, 2_862_000,
    )  # fmt: skip
    assert data["unpriced"] == [{"model": "mystery-9000", "tokens": 2_862_000}]
    assert data["prices"] == "genai-prices 0.2.3, 2026-11-09"


@given(st.text())
def test_json_has_a_line_for_each_row_whatever_it_is_called(name: str) -> None:
    found = told("model,project", *SLOTS, slot(20, name, 1, project='"rows": []'))
    text = spend.dumps(found)
    assert json.loads(text) == spend.as_json(found) and text.isascii()
    assert sum(line.startswith("  {") and '"calls"' in line for line in text.splitlines()) == len(found.rows)
    assert (
        json.loads(spend.dumps(told("model", slot(1, "m", 1)._replace(at=datetime(2020, 1, 1, tzinfo=UTC)))))["rows"]
        == []
    )


def test_in_json_and_csv_an_unknown_cost_is_null_and_empty() -> None:
    found = told("model", SLOTS[0])
    assert spend.as_json(found)["rows"][0]["cost"] is None and spend.as_json(found)["totals"][0]["cost"] is None
    (row,) = csv.DictReader(spend.csv(found).splitlines())
    assert (row["cost"], row["notional"], row["unpriced_tokens"]) == ("", "0", "1431000")


@pytest.mark.parametrize(
    ("micros", "text"), [(0, "0"), (1, "0.000001"), (200_200, "0.2002"), (10_000_000, "10"), (10**15, "1000000000")]
)
def test_csv_amounts_are_exact_and_plain(micros: int, text: str) -> None:
    (row,) = csv.DictReader(spend.csv(told("day", slot(20, "m", micros))).splitlines())
    assert row["cost"] == text


def field(name: str) -> str:
    """A project's name as a program that reads CSV gets it."""
    text = spend.csv(told("project", slot(20, "m", 1, project=name)))
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    return row["project"]


@given(st.text())
def test_any_name_survives_csv(name: str) -> None:
    assert field(name) in {name, f"'{name}"}


@pytest.mark.parametrize("first", [*"=+-@\t\r\n＝＋－＠"])
def test_in_a_spreadsheet_no_name_is_a_formula(first: str) -> None:
    name = f'{first}HYPERLINK("https://evil.example")'
    assert field(name) == f"'{name}"
    assert field(f"a{name}") == f"a{name}", "only the beginning makes it one"
    points = told("model", slot(20, "m", 1, currency=f"{first}c"))
    assert f"'{first}c" in spend.csv(points)


def test_in_csv_numbers_are_plain_below_zero_too() -> None:
    (row,) = csv.DictReader(spend.csv(told("model", slot(20, "m", -1_500_000))).splitlines())
    assert (row["cost"], row["calls"]) == ("-1.5", "12")
