"""The report: valid, self-contained, and as true as the board."""

import re
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from creditsui.domain.bar import bar_of, paint_card
from creditsui.domain.board import AccountView, Band, Board, BudgetUse, Runway, Spend, Total
from creditsui.domain.money import money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Certainty, Window
from creditsui.outputs.report.bar import CELLS
from creditsui.outputs.report.page import POLICY
from creditsui.outputs.report.tones import DARK, LIGHT, WORDS
from tests.outputs.boards import (
    ANTHROPIC,
    BOARD,
    CLAUDE,
    EMPTY,
    GROQ,
    MISTRAL,
    MOONSHOT,
    NOW,
    OPENAI,
    OPENROUTER,
    XAI,
    usd,
)  # fmt: skip
from tests.outputs.pages import classed, page_of, parsed, said, text_of

TODAY = NOW.date()
UNKNOWN = AccountView(id="new", provider="new", label="New")
DEBT = replace(
    XAI, id="debt", label="Debt", balance=Balance(usd("-3.20")), purse=usd("-3.20"), balances=(Balance(usd("-3.20")),),
    health=0.0, runway=Runway("empty"),
)  # fmt: skip
NASTY = (
    "<script>alert(1)</script>\"'&amp;<!-- --></style></title>\x00\x1b[31m\u202egnp.exe\u2066\ud800\n#(touch /tmp/x)"
)
HOSTILE = replace(
    ANTHROPIC,
    label=NASTY,
    plan=NASTY,
    badges=(NASTY,),
    provider_name=NASTY,
    console_url=f'https://evil.example/"><script>{NASTY}',
    windows=(Window(NASTY, 0.5, unit=NASTY, resets_at=NOW + timedelta(hours=2)),),
    problem=Problem("offline", NASTY, NASTY),
)


def board(*views: AccountView, **more: object) -> Board:
    return replace(BOARD, accounts=views, **more)  # type: ignore[arg-type]


GOLDEN = {
    "every kind": BOARD,
    "nobody": Board(generated_at=NOW),
    "nothing known": board(UNKNOWN, replace(UNKNOWN, id="two"), totals=(Total("USD", None, Spend("USD"), None),)),
    "debt": board(DEBT),
    "hostile": board(HOSTILE, notices=(NASTY,)),
    "all off": board(replace(XAI, enabled=False)),
}


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("private", [False, True])
def test_it_is_valid_and_needs_nothing_from_anywhere(name: str, private: bool) -> None:
    text = text_of(GOLDEN[name], private=private)
    root = parsed(text)
    assert text.startswith("<!DOCTYPE html>\n") and root.get("lang") == "en"
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    head = root.find("head")
    assert head is not None and next(child.get("charset") for child in head) == "utf-8"
    policy = next(one for one in head if one.get("http-equiv") == "Content-Security-Policy")
    assert policy.get("content") == POLICY and POLICY.startswith("default-src 'none'")
    assert not [one.tag for one in root.iter() if one.tag in ("script", "img", "iframe", "object", "embed", "form")]
    for one in root.iter():
        for attribute, value in one.attrib.items():
            assert not str(attribute).startswith("on")
            if attribute in ("src", "href"):
                assert one.tag == "a" or value.startswith("data:")
            for place in re.findall(r"url\(([^)]*)\)", value):
                assert place.strip("\"'") in {f"#{id}" for id in ids}
    style = root.find("head/style")
    assert style is not None and style.text
    assert "@import" not in style.text and not re.findall(r"url\((?!#)", style.text)
    for one in root.iter():
        if one.get("role") == "img":
            assert (one.get("aria-label") or "").strip()


def test_hostile_names_are_words_and_nothing_else() -> None:
    root = page_of(GOLDEN["hostile"])
    text = "".join(root.itertext())
    assert "<script>alert(1)</script>\"'&amp;<!-- --></style></title>" in text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert "#(touch /tmp/x)" in text
    label = classed(root, "bar")[0].get("aria-label") or ""
    assert label.startswith("<script>alert(1)</script>\"'&")


def test_only_https_is_linked_and_tells_nobody_where_it_was_clicked() -> None:
    for url in ("http://plain.example", "javascript:alert(1)", "data:text/html,x", "//x", "HTTPS\n://x", ""):
        assert not list(page_of(board(replace(XAI, console_url=url))).iter("a")), url
    (link,) = page_of(board(replace(XAI, console_url='https://x.example/a?b="c"&d'))).iter("a")
    assert link.get("href") == 'https://x.example/a?b="c"&d' and said(link) == "x.example"
    assert link.get("rel") == "noreferrer noopener"


def test_a_name_of_a_megabyte_takes_no_megabyte() -> None:
    long = "W" * 1_000_000
    assert len(text_of(board(replace(XAI, label=long)))) < 60_000


def test_accounts_stand_in_the_order_of_the_board_wherever_there_is_room() -> None:
    cards = classed(page_of(BOARD), "card")
    order = {said(next(card.iter("bdi"))): int((card.get("style") or "").removeprefix("order:")) for card in cards}
    on = [view for view in BOARD.accounts if view.enabled]
    assert [name.removesuffix(" 5h") for name in sorted(order, key=lambda name: order[name])] == [v.label for v in on]
    assert "Switched off: Vercel" in said(page_of(BOARD))


@pytest.mark.parametrize("view", [XAI, OPENAI, ANTHROPIC, MOONSHOT, OPENROUTER, CLAUDE, EMPTY])
def test_a_bar_is_what_the_one_painter_says(view: AccountView) -> None:
    quiet = replace(view, spend=None)
    bar = classed(page_of(board(quiet)), "bar")[0]
    rects = [one for one in bar.iter() if str(one.tag).endswith("rect") and one.get("fill") is None]
    painted = bar_of(quiet)
    assert painted is not None
    wanted = []
    for line in paint_card(painted, CELLS):
        at = 0
        for text, role in line:
            wanted.append((at / CELLS, "track" if role == "ko" else role.partition(":")[0]))
            if text[-1] in "▖▘":
                wanted.append(((at + len(text) - 0.5) / CELLS, "track-top" if "-top" in role else "track"))
            at += len(text)
    found = [(float((one.get("x") or "").rstrip("%")) / 100, one.get("class")) for one in rects]
    assert [(pytest.approx(x, abs=1e-4), role) for x, role in wanted] == found
    assert view.band.value in (bar.get("class") or "")


def test_a_bar_says_in_words_what_it_shows() -> None:
    bars = {
        (one.get("aria-label") or "").partition(":")[0]: one.get("aria-label") for one in classed(page_of(BOARD), "bar")
    }
    assert bars["OpenRouter"] == "OpenRouter: 82%, healthy, $41.20 left of $50.00, lasts 20–30d+"
    assert bars["Groq"] == "Groq: ?%, unknown"
    assert bars["Poe"] == "Poe: 0%, critical, 0 points left, empty"
    assert bars["Claude Max"] == "Claude Max: 44%, low, refills 20:53"


def test_what_went_today_trails_the_bar_and_what_came_is_light() -> None:
    roles = {one.get("class") for one in classed(page_of(board(ANTHROPIC)), "bar")[0].iter()}
    assert {"trail", "trail-top", "hatch"} <= roles
    stale = {one.get("class") for one in classed(page_of(board(replace(ANTHROPIC, stale=True))), "bar")[0].iter()}
    assert "trail" not in stale, "nobody knows what went since"
    foreign = replace(ANTHROPIC, spend=Spend("EUR", money("3.12", "EUR")))
    assert "trail" not in {one.get("class") for one in classed(page_of(board(foreign)), "bar")[0].iter()}


def test_what_is_not_known_is_a_question_mark_and_never_nothing() -> None:
    text = said(classed(page_of(GOLDEN["nothing known"]), "card")[0])
    assert text.startswith("◌ New ? left") and "?%" in text and "0" not in text
    root = page_of(GOLDEN["nothing known"])
    assert said(classed(root, "total")[0]) == "? left"
    cells = [said(cell) for cell in classed(root, "every")[0].iter("td")]
    assert set(cells) == {"unknown", "?", "never read"}
    assert "today €0.42 7 days ? 30 days ?" in said(page_of(board(MISTRAL)))


def test_debt_is_negative_and_knocked_out() -> None:
    root = page_of(GOLDEN["debt"])
    assert "−$3.20 left · empty" in said(root) and said(classed(root, "ko")[0]) == "K.O."


def test_a_problem_has_its_next_step() -> None:
    text = said(classed(page_of(board(GROQ)), "problem")[0])
    assert text == "! key rejected Groq rejected the key. To do: creditsui key set groq"


def test_two_currencies_are_never_added() -> None:
    root = page_of(BOARD)
    assert [said(one) for one in classed(root, "total")] == [
        "$66.36 left burning $7.31 a day today $3.12 7 days $28.70 30 days $96.40", "¥25.20 left",
    ]  # fmt: skip


def test_times_are_instants_since_nothing_ticks() -> None:
    text = said(page_of(BOARD))
    assert "as of Fri 20 Nov 2026, 19:41 UTC" in text and "synced 16:41 · estimated since · ±$0.80" in text
    assert "read 17:41 · 2h old" in text and " ago" not in text and "↻1h12m" not in text


def test_a_column_a_day_a_gap_where_nobody_looked_and_a_mark_where_nothing_went() -> None:
    days = [None, None, usd(0), usd(5), usd(10), *[usd(1)] * 25]
    view = replace(XAI, days=tuple((TODAY - timedelta(days=29 - at), money) for at, money in enumerate(days)))
    spark = classed(page_of(board(view)), "spark")[0]
    rects = [one for one in spark.iter() if str(one.tag).endswith("rect")]
    assert [one.get("class") for one in rects[:4]] == ["gap", "gap", "zero", None] and len(rects) == 30
    assert [one.get("height") for one in rects[2:5]] == ["1.5", "50", "100"]
    titles = [(one.find("title") if one.find("title") is not None else one[0]).text for one in rects[:4]]
    assert titles[0] == "Thu 22 Oct: ?, nobody looked" and titles[2] == "Sat 24 Oct: $0.00"
    assert "28 of 30 days known, at most $10.00" in (spark.get("aria-label") or "")
    nobody = replace(XAI, days=tuple((day, None) for day, _ in view.days))
    assert not classed(page_of(board(nobody)), "spark")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ([10] * 7, [10] * 7, "▬ level with the week before"),
        ([10] * 7, [12] * 7, "▲ 20% more than the week before"),
        ([10] * 7, [5] * 7, "▼ 50% less than the week before"),
        ([10] * 7, [40] * 7, "▲ 4.0× the week before"),
        ([0] * 7, [1] * 7, "▲ spending again after a week of nothing"),
        ([10] * 7, [0] * 7, "▼ 100% less than the week before"),
        ([10] * 6 + [None], [10] * 7, ""),
        ([0] * 7, [0] * 7, ""),
    ],
)  # fmt: skip
def test_a_trend_compares_whole_weeks_that_were_seen(
    before: list[int | None], after: list[int | None], says: str
) -> None:
    amounts = [*before, *after, 99]
    days = tuple((TODAY - timedelta(days=14 - at), None if one is None else usd(one)) for at, one in enumerate(amounts))
    (ends,) = classed(page_of(board(replace(XAI, days=days))), "ends")
    assert said(ends) == " ".join(f"6 Nov {says} today".split())


def test_the_axis_is_cut_and_says_so_and_fans_end_where_one_in_ten_does() -> None:
    root = page_of(board(XAI, OPENAI, ANTHROPIC, OPENROUTER))
    rows = {said(next(row.iter("bdi"))): row for row in classed(root, "row") if list(row.iter("bdi"))}
    lane = classed(rows["OpenAI"], "sure")[0]
    fan = next(one for one in classed(rows["OpenAI"], "lane")[0].iter() if one.get("viewBox") == "0 0 1 1")
    at, width = (float((fan.get(name) or "").rstrip("%")) for name in ("x", "width"))
    assert float((lane.get("width") or "").rstrip("%")) == pytest.approx(at)
    assert (at, at + width) == (pytest.approx(1.2 / 7 * 100, abs=0.01), pytest.approx(3.1 / 7 * 100, abs=0.01))
    assert classed(rows["OpenRouter"], "on") and not classed(rows["OpenAI"], "on")
    assert classed(rows["OpenAI"], "lane")[0].get("aria-label") == "OpenAI: lasts 1–3d, empty Tue 24 Nov"
    assert classed(root, "weekend")


def test_a_window_that_runs_dry_says_when() -> None:
    from creditsui.domain.board import Pace

    pace = Pace("5h", "fraction", 0.5, projected=1.27, runs_out_at=NOW + timedelta(minutes=40))
    root = page_of(board(replace(CLAUDE, paces=(pace,))))
    assert "refills 20:53 · on course for 127% used: dry 20:21" in said(classed(root, "windows")[0])


def test_a_budget_that_is_overdrawn_says_by_how_much() -> None:
    it = BudgetUse(usd(50), "month", NOW, NOW + timedelta(days=10), usd(60), usd(-10), usd(80), 0.6, None)
    assert "$10.00 over $50.00 a month · $80.00 spent by 30 Nov" in said(page_of(board(replace(XAI, budget=it))))
    unknown = replace(it, spent=None, remaining=None, projected=None)
    assert "$50.00 a month · ? spent: not known" in said(page_of(board(replace(XAI, budget=unknown))))


def test_in_private_no_amount_no_name_and_no_path_is_in_the_page_at_all() -> None:
    secret = replace(
        ANTHROPIC,
        id="acme-corp",
        label="Acme Corp",
        provider_name="Anthropic",
        problem=Problem("offline", "Cannot reach gateway.acme.internal", "creditsui sync acme-corp"),
        console_url="https://gateway.acme.internal",
        limit=OPENROUTER.limit,
        budget=BudgetUse(usd(50), "month", NOW, NOW + timedelta(days=10), usd(12), usd(38), usd(80), 0.6, None),
        days=tuple((TODAY - timedelta(days=29 - at), usd("7.77")) for at in range(30)),
    )
    whole = board(secret, replace(secret, id="acme-two"), notices=("/home/acme/config.toml line 3",))
    text = text_of(whole, private=True)
    assert "acme" not in text.lower()
    assert not re.search(r"[$¥€£]\s?\d", text), "no amount"
    for figure in ("18.03", "30.00", "96.40", "7.77", "74.50", "38.00"):
        assert figure not in text
    root = parsed(text)
    assert [said(one) for one in classed(root, "card")[0].iter("bdi")] == ["Anthropic"]
    assert "Anthropic #2" in said(root) and "~60%" in said(root) and "lasts 3–6d" in said(root)
    assert "! offline" in said(root)
    assert "acme" in text_of(whole).lower()


def test_a_hundred_accounts_are_a_page_of_a_megabyte_and_a_half_made_in_a_third_of_a_second() -> None:
    days = tuple((TODAY - timedelta(days=29 - at), usd(at)) for at in range(30))
    views = tuple(
        replace(ANTHROPIC, id=f"a{at}", label=f"Account {at}", days=days, windows=CLAUDE.windows, band=Band.FAIR)
        for at in range(100)
    )
    seconds = []
    for _ in range(3):
        start = time.process_time()
        text = text_of(board(*views))
        seconds.append(time.process_time() - start)
    assert len(text.encode()) < 1_500_000 and min(seconds) < 0.3
    assert len(classed(parsed(text), "card")) == 100


def test_its_colours_are_those_of_the_pane() -> None:
    from creditsui.tui import themes

    for ours, theirs in ((DARK, themes.DARK), (LIGHT, themes.LIGHT)):
        for name in ("healthy", "fair", "low", "critical", "stale", "track"):
            assert ours[name] == theirs[f"bar-{name}"], name


@pytest.mark.parametrize("tones", [DARK, LIGHT])
def test_words_can_be_read_on_their_ground(tones: dict[str, str]) -> None:
    """WCAG AA: 4.5 to 1, and 3 to 1 for what is large or a picture."""

    def light(tone: str) -> float:
        parts = [int(tone[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def contrast(one: str, other: str) -> float:
        bright, dark = sorted((light(tones[one]), light(tones[other])), reverse=True)
        return (bright + 0.05) / (dark + 0.05)

    for ground in ("ground", "card", "panel"):
        for name in ("text", "strong", "dim", "warn", "gain", "loss"):
            assert contrast(name, ground) >= 4.5, (name, ground)
    for name in ("critical", "low", "healthy", "spark"):
        assert contrast(name, "card") >= 3, name
    tones = tones | (WORDS if tones is LIGHT else {})
    for name in ("critical", "low", "fair", "healthy"):
        assert contrast(name, "card") >= 4.5, name


def test_a_certainty_is_in_the_table() -> None:
    synced = replace(XAI, certainty=Certainty.SYNCED)
    row = [said(cell) for cell in classed(page_of(board(synced)), "every")[0].iter("td")]
    assert row[:6] == ["critical", "$1.02", "$10.00", "10%", "9h", "9h"] and row[-2:] == ["synced", "synced 19:40"]
    assert date.fromisoformat(row[6]) == date(2026, 11, 24)
