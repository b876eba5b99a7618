from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.bar import ASCII
from creditsui.domain.board import AccountView, Band, Runway, Spend, Total
from creditsui.domain.money import Money, money
from creditsui.domain.problem import Kind, Problem
from creditsui.domain.reading import Balance, Certainty, Limit, Window

NOW = datetime(2026, 11, 20, 19, 41, tzinfo=UTC)


def view(**values: object) -> AccountView:
    return AccountView(id="groq", provider="groq", label="Groq", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "currency", "shown"),
    [
        ("18.03", "USD", "$18.03"),
        ("71.1", "CNY", "¥71.10"),
        ("-3.2", "USD", "−$3.20"),
        ("1234567.891", "USD", "$1,234,567.89"),
        ("12", "CHF", "12.00 CHF"),
        ("1234", "points", "1,234 points"),
        ("1234.5", "credits", "1,234.50 credits"),
        ("551564495", "credits", "551.6M credits"),
        ("9999999", "points", "9,999,999 points"),
        ("551564495", "USD", "$551,564,495.00"),
        ("0", "USD", "$0.00"),
        ("0.004", "USD", "<$0.01"),
        ("-0.000001", "USD", "−<$0.01"),
        ("0.004", "CHF", "<0.01 CHF"),
        ("0.005", "USD", "$0.01"),
    ],
)
def test_amounts(value: str, currency: str, shown: str) -> None:
    assert words.amount(money(value, currency)) == shown


def test_what_is_not_known_is_a_dash_and_signs_are_real() -> None:
    assert words.amount(None) == "–" == words.figure(None)
    assert words.signed(money(30, "USD")) == "+$30.00"
    assert words.signed(money("-2.31", "USD")) == "−$2.31"
    assert words.figure(money("3.12", "USD")) == "3.12"


def test_currencies_stand_side_by_side() -> None:
    sums = (
        Total("USD", money("66.36", "USD"), Spend("USD"), money("7.31", "USD")),
        Total("EUR", None, Spend("EUR"), None),
        Total("CNY", money("96.3", "CNY"), Spend("CNY"), money(0, "CNY")),
    )
    assert words.totals(sums) == "$66.36 + ¥96.30"
    assert words.burning(sums) == "$7.31/day"


@pytest.mark.parametrize(
    ("health", "shown"),
    [
        (None, "?%"),
        (0.0, "0%"),
        (-0.2, "0%"),
        (0.0001, "<1%"),
        (0.102, "10%"),
        (0.305, "31%"),
        (0.994, "99%"),
        (0.9999, "99%"),
        (1.0, "100%"),
        (1.3, "100%"),
    ],
)
def test_percent(health: float | None, shown: str) -> None:
    assert words.percent(health) == shown


@given(st.floats(0, 1))
def test_only_all_is_100_and_only_nothing_is_0(health: float) -> None:
    shown = words.percent(health)
    assert (shown == "100%") == (health == 1)
    assert (shown == "0%") == (health == 0)


def test_an_estimate_says_so_only_where_the_balance_decides() -> None:
    assert words.health(view(health=0.6, certainty=Certainty.ESTIMATED, binding="balance")) == "~60%"
    assert words.health(view(health=0.6, certainty=Certainty.ESTIMATED, binding="5h")) == "60%"
    assert words.health(view(health=0.6, certainty=Certainty.LIVE, binding="balance")) == "60%"


@pytest.mark.parametrize(
    ("seconds", "coarse", "ago"),
    [
        (-5, "0s", "just now"),
        (9.9, "0s", "just now"),
        (12, "10s", "10s ago"),
        (59, "50s", "50s ago"),
        (60, "1m", "1m ago"),
        (3599, "59m", "59m ago"),
        (7300, "2h", "2h ago"),
        (3 * 86_400, "3d", "3d ago"),
    ],
)
def test_ages_change_rarely(seconds: float, coarse: str, ago: str) -> None:
    assert words.coarse(seconds) == coarse
    assert words.ago(seconds) == ago


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-1, "now"),
        (0, "now"),
        (1, "0:10"),
        (30, "0:30"),
        (41, "0:50"),
        (51, "1m"),
        (61, "2m"),
        (3600, "1h"),
        (3601, "2h"),
        (90000, "25h"),
        (200000, "3d"),
    ],
)
def test_waits_are_rounded_up(seconds: float, shown: str) -> None:
    assert words.countdown(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "↻now"),
        (20, "↻<1m"),
        (720, "↻12m"),
        (4320, "↻1h12m"),
        (3660, "↻1h01m"),
        (7200, "↻2h"),
        (187200, "↻2d4h"),
        (12.5 * 86400, "↻12d"),
    ],
)
def test_time_to_a_refill(seconds: float, shown: str) -> None:
    assert words.reset(seconds) == shown


def test_instants_in_a_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert words.instant(NOW, NOW, berlin) == "at 20:41"
    assert words.instant(NOW + timedelta(hours=4), NOW, berlin) == "Sat 21 Nov"
    assert words.weekday(date(2026, 11, 24)) == "Tue 24 Nov"
    assert words.short_day(date(2027, 12, 3), date(2026, 11, 20)) == "3 Dec 2027"


@pytest.mark.parametrize(
    ("runway", "shown"),
    [
        (Runway(), "–"),
        (Runway("gathering"), "gathering"),
        (Runway("idle"), "idle"),
        (Runway("empty"), "empty"),
        (Runway("known", 0.375), "9h"),
        (Runway("known", 0.01), "<1h"),
        (Runway("known", 4.2, 3.9, 4.4), "4d"),
        (Runway("known", 4.2, 3.1, 6.2), "3–6d"),
        (Runway("known", 0.4, 0.3, 0.6), "7–14h"),
        (Runway("known", 0.9, 0.5, 2.0), "12h–2d"),
        (Runway("known", 0.1, 0.01, 0.2), "<1h–5h"),
        (Runway("known", 20.0, 12.0, 45.0), "12–30d+"),
        (Runway("known", 99.0, 12.0, 300.0), "12–30d+"),
        (Runway("known", 99.0, 31.0, 300.0), "30d+"),
        (Runway("known", 3650.0, 3650.0, 3650.0), "30d+"),
    ],
)
def test_runways(runway: Runway, shown: str) -> None:
    assert words.runway(runway) == shown


def test_the_amount_and_time_columns_show_what_binds() -> None:
    five = Window("5h", 0.56, resets_at=NOW + timedelta(hours=1, minutes=12))
    plan = view(windows=(five, Window("7d", 0.3)), binding="5h", health=0.44)
    assert (words.left(plan), words.time_left(plan, NOW)) == ("44%", "↻1h12m")
    unstarted = view(windows=(Window("5h", 0.0),), binding="5h", health=1.0)
    assert (words.left(unstarted), words.time_left(unstarted, NOW)) == ("100%", "")
    purse = view(balance=Balance(money("18.03", "USD")), binding="balance", runway=Runway("known", 4.0))
    assert (words.left(purse), words.time_left(purse, NOW)) == ("$18.03", "4d")
    capped = view(limit=Limit(money(10, "USD"), money("7.5", "USD")), binding="limit")
    assert words.left(capped) == "$7.50"
    assert (words.left(view()), words.time_left(view(), NOW)) == ("", "")


def test_an_account_without_a_bar_tells_what_it_knows() -> None:
    spend = Spend("USD", today=money("3.12", "USD"))
    assert words.known(view(badges=("PAYG",), spend=spend)) == "PAYG · $3.12 today"
    assert words.known(view(plan="Pro")) == "Pro"
    assert words.known(view()) == "nothing to measure"


def test_band_glyphs() -> None:
    assert "".join(words.glyph(band) for band in Band) == "●◆▲✖?"
    assert "".join(words.glyph(band, ASCII) for band in Band) == "o*!x?"
    assert words.marker(view()) == "◌"
    assert words.marker(view(problem=Problem("rejected", "no"))) == "?"


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("no_key", "no key · press K"),
        ("locked", "keyring locked · unlock it, press r"),
        ("rejected", "key rejected · press K"),
        ("limited", "rate limited · retry 0:30"),
        ("offline", "offline · retry 0:30"),
        ("changed", "answer changed · update creditsui"),
        ("unknown", "what it said · retry 0:30"),
    ],
)
def test_a_problem_names_the_act(kind: Kind, shown: str) -> None:
    problem = Problem(kind, "what it said", action="creditsui key set groq", retry_at=NOW + timedelta(seconds=27))
    assert words.problem_phrase(problem, NOW) == shown


def test_a_problem_with_a_next_step_of_its_own() -> None:
    problem = Problem("rejected", "Login expired.", action="open Claude Code once")
    assert words.problem_phrase(problem, NOW) == "login expired · open Claude Code once"
    assert words.problem_action(problem, "claude") == "open Claude Code once"
    assert words.problem_action(Problem("rejected", ""), "groq") == "creditsui key set groq"
    assert words.problem_action(Problem("busy", ""), "groq") == "creditsui sync groq"
    told = Problem("limited", "", retry_at=datetime(2026, 11, 21, 0, 45, tzinfo=UTC), told=True)
    assert words.problem_action(told, "groq") == "wait until 2026-11-21 00:45 UTC"
    assert words.problem_phrase(Problem("no_key", ""), NOW, keys=False) == "no key"
    longer = Problem(
        "out_of_money", "Groq says that it is used up.", action="top up at https://console.example.com/billing"
    )
    assert words.problem_phrase(longer, NOW) == "out of credit · press t"
    cloud = Problem("rejected", "Login at Acme expired.", action="acme auth application-default login")
    assert words.problem_phrase(cloud, NOW) == "login at Acme expired · press enter"
    assert words.problem_phrase(Problem("no_key", "GROQ is not set.", "set GROQ"), NOW) == "no key · set GROQ"
    assert words.problem_phrase(Problem("changed", "example.com answered", "update creditsui"), NOW).startswith(
        "answer"
    )
    assert words.problem_phrase(Problem("offline", ""), NOW) == "offline · press r"
    later = Problem("offline", "", retry_at=NOW + timedelta(minutes=2))
    assert words.problem_phrase(later, NOW, UTC) == "offline · retry at 19:43"


def test_what_stands_beside_a_row() -> None:
    read = NOW - timedelta(hours=2, minutes=10)
    assert words.remark(view(read_at=read, stale=True), NOW) == "2h old"
    assert words.remark(view(read_at=read, stale=True), NOW, UTC) == "at 17:31"
    assert (
        words.remark(view(read_at=read, stale=True, problem=Problem("offline", "")), NOW)
        == "2h old · offline · press r"
    )
    assert words.remark(view(read_at=read), NOW) == ""
    assert words.freshness(view(read_at=read, certainty=Certainty.ESTIMATED), NOW) == "synced 2h ago"
    assert words.freshness(view(read_at=read, certainty=Certainty.LIVE), NOW, UTC) == "read at 17:31"
    assert words.freshness(view(), NOW) == "never read"


def test_a_number_is_kept_by_hand_where_only_the_user_tells_it_and_no_key_was_turned_down() -> None:
    view = AccountView(id="groq", provider="groq", label="Groq", manual=True)
    rejected = Problem("rejected", "Groq rejected the key.")
    assert words.by_hand(view, "prepaid") == "by hand"
    assert words.by_hand(replace(view, manual=False, problem=rejected), "prepaid") == "prepaid"
    assert words.by_hand(replace(view, problem=rejected), "prepaid") == ""
    assert words.by_hand(replace(view, problem=rejected, read_at=datetime(2026, 11, 20, tzinfo=UTC)), "x") == "by hand"


def test_wide_characters_take_two_cells_and_marks_none() -> None:
    assert grid.cells("月之暗面") == 8
    assert grid.cells("e\u0301✖●") == 3
    assert grid.fit("月之暗面", 6) == "月之… "
    assert grid.fit("ab", 4, ">") == "  ab"
    assert grid.cut("abcdef", 3) == "ab…"
    assert grid.cut("abc", 0) == "" == grid.fit("abc", 0)


@given(st.text(max_size=30), st.integers(0, 20), st.sampled_from("<>"))
def test_a_fitted_text_is_exactly_as_wide_as_asked(text: str, width: int, align: str) -> None:
    assert grid.cells(grid.fit(text, width, align)) == width


@given(st.integers(-(10**18), 10**18), st.sampled_from(["USD", "CNY", "points", "CHF"]))
def test_ascii_keeps_every_figure(micros: int, currency: str) -> None:
    shown = grid.ascii_text(words.amount(Money(micros, currency)))
    assert shown.isascii() and "?" not in shown


@pytest.mark.parametrize(
    ("count", "says"),
    [(0, "0"), (999, "999"), (1000, "1.0k"), (12_345, "12.3k"), (999_949, "999.9k"), (999_950, "1.0M"),
     (1_431_000, "1.4M"), (999_950_000, "1.0B"), (7_200_000_000_000, "7,200.0B")],
)  # fmt: skip
def test_counts_of_tokens_are_told_in_thousands_and_more(count: int, says: str) -> None:
    assert words.tokens(count) == says
