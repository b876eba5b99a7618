"""Prometheus text: what is not known has no line, and no label can break one."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditsui.domain.board import AccountView, Board, BudgetUse, Runway, Spend
from creditsui.domain.clean import clean
from creditsui.domain.money import Money
from creditsui.domain.reading import Balance, Window
from creditsui.outputs.metrics import text
from tests.outputs.boards import BOARD, NOW, OPENROUTER, cny, usd

UNIT = 'creditsui_runway_days use base unit "seconds" instead of "days"\n'
"""The one remark of the linter: the name is promised, and days are what people read."""
needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="Debian's package prometheus has it")


def lines(board: Board, name: str) -> list[str]:
    return [line for line in text(board, "1").splitlines() if re.match(rf"creditsui_{name}\b", line)]


def of(*views: AccountView) -> Board:
    return Board(generated_at=NOW, accounts=views)


def test_names_and_labels_are_those_that_are_promised() -> None:
    assert 'creditsui_remaining{account="openrouter",provider="openrouter",currency="USD"} 41.2' in lines(
        BOARD, "remaining"
    )
    assert lines(BOARD, "health_ratio")[0] == 'creditsui_health_ratio{account="xai",provider="xai"} 0.102'
    assert 'creditsui_window_used_ratio{account="claude",provider="claude",window="5h"} 0.56' in lines(
        BOARD, "window_used_ratio"
    )
    assert lines(BOARD, "spend_total") == [
        'creditsui_spend_total{account="anthropic",provider="anthropic",currency="USD"} 310'
    ]
    assert lines(BOARD, "burn_per_day") == [
        'creditsui_burn_per_day{account="anthropic",provider="anthropic",currency="USD"} 4.1'
    ]
    assert [line.split(",", 2)[2] for line in lines(BOARD, "runway_days")[:3]] == [
        'quantile="0.1"} 0.37', 'quantile="0.5"} 0.38', 'quantile="0.9"} 0.39',
    ]  # fmt: skip
    assert 'creditsui_reading_age_seconds{account="xai",provider="xai"} 12' in lines(BOARD, "reading_age_seconds")
    assert 'creditsui_problem{account="groq",provider="groq",kind="rejected"} 1' in lines(BOARD, "problem")
    assert text(BOARD, "1").endswith("\n# EOF\n")


def test_what_is_not_known_has_no_line_and_what_is_nothing_has_one() -> None:
    told = text(of(AccountView(id="a", provider="p", label="A")), "1")
    assert "spend_total" not in told and "remaining" not in told and "age" not in told and "stale" not in told
    assert "NaN" not in text(BOARD, "1") and not lines(BOARD, "health_ratio")[-1].startswith(
        'creditsui_health_ratio{account="groq'
    )
    empty = of(AccountView(id="a", provider="p", label="A", balances=(Balance(usd(0)),), runway=Runway("empty")))
    assert lines(empty, "remaining")[0].endswith(" 0") and len(lines(empty, "runway_days")) == 3


def test_two_currencies_have_a_line_each_and_debt_its_sign() -> None:
    view = replace(OPENROUTER, balance=Balance(usd("-3.2")), balances=(Balance(usd(9)), Balance(cny("0.000001"))))
    assert [line.rpartition("currency=")[2] for line in lines(of(view), "remaining")] == [
        '"USD"} -3.2', '"CNY"} 0.000001',
    ]  # fmt: skip


def test_two_quotas_of_one_name_are_one_line_with_the_fuller() -> None:
    """Requests and tokens a day: a label set that stands twice would spoil the whole file."""
    twice = replace(OPENROUTER, windows=(Window("day", 0.2, unit="requests"), Window("day", 0.7, unit="tokens")))
    assert [line.split()[-1] for line in lines(of(twice), "window_used_ratio")] == ["0.7"]


def test_what_is_off_is_not_watched() -> None:
    assert "vercel" not in text(BOARD, "1")


def test_a_budget_that_is_overspent_is_above_1() -> None:
    used = BudgetUse(usd(50), "month", NOW, NOW + timedelta(days=9), usd(60), usd(-10), None, 0.5, None)
    assert lines(of(replace(OPENROUTER, budget=used)), "budget_used_ratio")[0].endswith('period="month"} 1.2')


def test_a_counter_takes_what_was_told_before() -> None:
    view = replace(OPENROUTER, spend=Spend("USD", all=usd(9)))
    assert 'currency="USD"} 12.5\n' in text(of(view), "1", {("openrouter", "USD"): usd("12.5")})


LABEL = re.compile(r'(\w+)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"')


def parsed(told: str) -> Iterator[tuple[str, dict[str, str], float]]:
    """By a parser of its own."""
    for line in told.splitlines():
        if not line.startswith("#"):
            name, inner, value = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line).groups()  # type: ignore[union-attr]
            labels = dict(LABEL.findall(inner or ""))
            assert ",".join(f'{key}="{text}"' for key, text in LABEL.findall(inner or "")) == (inner or "")
            yield name, labels, float(value)


WORDS = st.text(st.characters(codec="utf-8"), max_size=40).map(clean)


@settings(deadline=None)
@given(label=WORDS, window=WORDS, id=WORDS, amount=st.integers(-(10**18), 10**18), used=st.floats(0, 1e9))
def test_no_label_breaks_a_line(label: str, window: str, id: str, amount: int, used: float) -> None:
    view = replace(
        OPENROUTER, id=id, label=label, balance=Balance(Money(amount, "USD")), windows=(Window(window, used),)
    )
    found = list(parsed(text(of(view), '1"\\\n')))
    assert len({(name, *sorted(labels.items())) for name, labels, _ in found}) == len(found), "no line stands twice"
    info = next(labels for name, labels, _ in found if name == "creditsui_account_info")
    assert info["label"].replace(r"\"", '"').replace("\\\\", "\\") == label or "\\" in label
    left = next(value for name, _, value in found if name == "creditsui_remaining")
    assert left == pytest.approx(amount / 10**6)


HOSTILE = [
    'a"} 9\ncreditsui_remaining{x="',
    "back\\slash\\",
    "#(touch /tmp/pwned)",
    "{{ .Value }}",
    "%",
    "月之暗面",
    "<b>",
]


@needs_promtool
@pytest.mark.parametrize("label", ["plain", *HOSTILE])
def test_promtool_accepts_it_and_remarks_on_nothing_but_the_days(label: str) -> None:
    hostile = replace(OPENROUTER, id="h", label=label, windows=(Window(label, 0.5),), badges=(label,))
    board = replace(BOARD, accounts=(*BOARD.accounts, hostile))
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text(board, label), capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.stderr + done.stdout == UNIT and done.returncode == 3, "3: the linter has a remark"


@needs_promtool
def test_the_days_are_the_only_reason_that_the_linter_has_one() -> None:
    told = "\n".join(line for line in text(BOARD, "1").splitlines() if "runway_days" not in line) + "\n"
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=told, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
