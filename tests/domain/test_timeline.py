"""The time axis: what dies first, painted to the cell."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain import timeline
from creditsui.domain.bar import ASCII, PLAIN, UNICODE
from creditsui.domain.board import AccountView, Band, Board, Lot, Pace, Runway
from creditsui.domain.grid import cells
from creditsui.domain.money import money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Window

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday


def known(id: str, p10: float, p50: float, p90: float, **more: object) -> AccountView:
    left = money("10", "USD")
    view = AccountView(
        id=id, provider=id, label=id.title(), balance=Balance(left), band=Band.FAIR, health=0.6, binding="balance",
        read_at=NOW, runway=Runway("known", p50, p10, p90, (NOW + timedelta(days=p50)).date()),
    )  # fmt: skip
    return replace(view, **more)  # type: ignore[arg-type]


def quota(id: str, used: float, refill: timedelta, dry: timedelta | None = None) -> AccountView:
    window = Window("5h", used, resets_at=NOW + refill, seconds=18_000)
    return AccountView(
        id=id, provider=id, label=id.title(), windows=(window,), health=1 - used, binding="5h", band=Band.LOW,
        read_at=NOW, runway=Runway("refills"),
        paces=(Pace("5h", "fraction", 0.5, runs_out_at=None if dry is None else NOW + dry),),
    )  # fmt: skip


def lanes(*views: AccountView) -> tuple[timeline.Lane, ...]:
    return timeline.lanes(Board(generated_at=NOW, accounts=views), UTC)


def drawn(lane: timeline.Lane, days: int, width: int, glyphs: object = ASCII) -> str:
    return "".join(text for text, _ in timeline.paint(lane, days, width, NOW, UTC, glyphs))  # type: ignore[arg-type]


def test_what_dies_first_stands_on_top_and_what_nobody_can_tell_below_it() -> None:
    empty = known("debt", 0, 0, 0, runway=Runway("empty"), health=0.0)
    silent = known("new", 0, 0, 0, runway=Runway("gathering"))
    idle = known("idle", 0, 0, 0, runway=Runway("idle"))
    dry = quota("dry", 0.8, timedelta(days=3), timedelta(days=1))
    found = lanes(idle, known("long", 20, 30, 40), silent, known("short", 2, 3, 4), dry, empty)
    assert [lane.view.id for lane in found] == ["debt", "dry", "short", "long", "new", "idle"]


def test_a_disabled_account_has_no_lane() -> None:
    assert lanes(known("off", 1, 2, 3, enabled=False)) == ()


def test_a_lane_is_solid_to_p10_and_hatched_to_p90_with_a_mark_at_p50() -> None:
    (lane,) = lanes(known("a", 2, 3, 4))
    assert drawn(lane, 7, 14).replace(".", " ") == "####%%|%      "


def shaded(runs: list[timeline.Run]) -> list[int]:
    """The cells of weekends."""
    roles = [role for text, role in runs for _ in text]
    return [at for at, role in enumerate(roles) if role.endswith(timeline.WEEKEND)]


def test_weekends_are_columns_through_lanes_gaps_and_axis_in_the_zone_of_the_user() -> None:
    full, silent = known("a", 20, 30, 40), known("b", 0, 0, 0, runway=Runway("gathering"))
    for zone, cells_of_weekend in ((UTC, [1, 2, 3, 4]), (ZoneInfo("Pacific/Kiritimati"), [0, 1, 2, 3])):
        for lane in lanes(full, silent):
            for part in ("row", "upper", "lower"):
                assert shaded(timeline.paint(lane, 7, 14, NOW, zone, UNICODE, part)) == cells_of_weekend  # type: ignore[arg-type]
        assert shaded(timeline.paint_gap(7, 14, NOW, zone)) == cells_of_weekend
        assert shaded(timeline.axis(7, 14, NOW, zone, UNICODE)) == cells_of_weekend


def test_the_axis_dots_weekends_for_whoever_sees_no_shade() -> None:
    painted = "".join(text for text, _ in timeline.axis(30, 60, NOW, UTC, ASCII))
    assert painted.startswith("now  23 Nov    ... 30 Nov    ... 7 Dec     ... ")


def test_where_a_cell_is_longer_than_a_day_no_weekend_is_told_apart() -> None:
    assert not any(timeline.weekends(365, 72, NOW, UTC))


def test_the_legend_tells_of_weekends_where_there_is_room() -> None:
    found = lanes(known("a", 2, 3, 4))
    wide = timeline.legend(found, UNICODE, 80, weekends=True)
    assert wide[-2:] == [("·", f"rule{timeline.WEEKEND}"), (" weekend", "dim")]
    text = "".join(text for text, _ in wide)
    assert "".join(text for text, _ in timeline.legend(found, UNICODE, len(text), weekends=True)) == text
    assert "weekend" not in str(timeline.legend(found, UNICODE, len(text) - 1, weekends=True))
    assert "weekend" not in str(timeline.legend(found, UNICODE, 80))


def test_what_lasts_longer_than_the_axis_ends_in_an_arrow() -> None:
    (lane,) = lanes(known("a", 20, 30, 40))
    assert drawn(lane, 7, 10) == "#########>"


def test_a_quota_is_solid_until_it_refills_and_broken_where_it_runs_dry_before() -> None:
    lasts, dry = lanes(quota("lasts", 0.3, timedelta(days=2))), lanes(quota("x", 0.8, timedelta(days=2), _hours(24)))
    assert drawn(lasts[0], 7, 14)[:5] == "####@"
    assert drawn(dry[0], 7, 14)[:5] == "##--@"


def test_a_quota_that_is_used_up_is_dry_from_now_on() -> None:
    (lane,) = lanes(quota("x", 1.0, timedelta(days=2)))
    assert drawn(lane, 7, 14)[:5] == "----@"


def test_of_several_quotas_the_first_to_run_dry_has_the_lane_even_where_another_is_emptier_now() -> None:
    day = Window("7d", 0.5, resets_at=NOW + timedelta(days=4), seconds=604_800)
    one = quota("x", 0.6, timedelta(hours=12))
    two = replace(
        one,
        windows=(*one.windows, day),
        paces=(*one.paces, Pace("7d", "fraction", 0.4, runs_out_at=NOW + timedelta(days=3))),
    )
    assert [(lane.window.name, lane.dry) for lane in lanes(one, two) if lane.window] == [("7d", "dry 3d"), ("5h", "")]
    assert drawn(lanes(two)[0], 7, 14)[:9] == "#@####--@"  # the other one's refill is marked all the same


def test_credit_that_expires_is_marked_where_its_last_day_ends() -> None:
    lot = Lot(money("3", "USD"), "paid", date(2026, 11, 22))
    (lane,) = lanes(known("a", 20, 30, 40, lots=(lot,)))
    assert drawn(lane, 7, 14)[5] == "v"
    assert [event.what for event in lane.events] == ["$3.00 expires"]


def _hours(count: int) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ({"runway": Runway("gathering", seen=0.01)}, "under a day of 3 observed"),
        ({"runway": Runway("gathering", seen=0.0)}, "0 of 3 days observed"),
        ({"runway": Runway("gathering", seen=1.98)}, "1 of 3 days observed"),
        ({"runway": Runway("gathering", seen=5.0)}, "no spend observed yet"),
        ({"runway": Runway("idle")}, "idle"),
        ({"runway": Runway(), "balance": None, "problem": Problem("rejected", "Key rejected.")}, "Key rejected"),
        ({"runway": Runway(), "balance": None, "manual": True}, "balance not known"),
        ({"runway": Runway("refills"), "binding": None}, "refills by itself"),
    ],
)
def test_where_nothing_can_be_drawn_it_says_why(view: dict[str, object], said: str) -> None:
    (lane,) = lanes(known("a", 0, 0, 0, **view))
    assert said in drawn(lane, 7, 40, PLAIN)


def test_the_axis_is_as_long_as_the_first_to_die_take() -> None:
    assert timeline.span(lanes(known("a", 2, 3, 6), known("b", 20, 30, 400))) == 730
    several = [known(str(at), 2, 3, 6) for at in range(3)]
    assert timeline.span(lanes(*several, known("b", 20, 30, 400))) == 7
    assert timeline.span(()) == 7


@pytest.mark.parametrize(
    ("days", "width", "text"),
    [
        (2, 48, "now         Sat         12:00       Sun"),
        (7, 70, "now  Sat 21    Sun 22"),
        (30, 60, "now  23 Nov        30 Nov        7 Dec"),
        (365, 72, "now     2027  Feb  Mar"),
    ],
)
def test_days_are_named_as_densely_as_there_is_room(days: int, width: int, text: str) -> None:
    painted = "".join(text for text, _ in timeline.axis(days, width, NOW, UTC, UNICODE)).replace("·", " ")
    assert len(painted) == width
    assert painted.startswith(text)


def test_a_day_without_midnight_hours_still_stands_where_the_wall_clock_says() -> None:
    berlin, before = (
        ZoneInfo("Europe/Berlin"),
        datetime(2026, 10, 23, 22, tzinfo=UTC),
    )  # midnight, two days before DST ends
    painted = "".join(text for text, _ in timeline.axis(7, 70, before, berlin, UNICODE))
    assert painted.index("Mon 26") == 20 and painted.index("Tue 27") == 30


@given(
    st.lists(st.floats(0, 4000), min_size=3, max_size=3).map(sorted),
    st.sampled_from(timeline.SPANS),
    st.integers(0, 120),
    st.sampled_from([UNICODE, PLAIN, ASCII]),
    st.sampled_from(["row", "upper", "lower"]),
)
def test_a_lane_takes_its_cells_exactly(
    edges: list[float], days: int, width: int, glyphs: object, part: timeline.Part
) -> None:
    (lane,) = lanes(known("a", *edges))
    runs = timeline.paint(lane, days, width, NOW, UTC, glyphs, part)  # type: ignore[arg-type]
    assert sum(cells(text) for text, _ in runs) == width
    assert sum(cells(text) for text, _ in timeline.axis(days, width, NOW, UTC, ASCII)) == width


def below(lane: timeline.Lane, days: int, width: int, glyphs: object = ASCII) -> str:
    return "".join(text for text, _ in timeline.paint_signs(lane, days, width, NOW, UTC, glyphs))  # type: ignore[arg-type]


def test_what_comes_meanwhile_stands_below_a_lane_with_its_words_where_these_have_room() -> None:
    lots = (Lot(money("12", "USD"), "paid", date(2026, 11, 22)), Lot(money("3", "USD"), "paid", date(2026, 11, 25)))
    (lane,) = lanes(known("a", 5, 6, 7, lots=lots))
    assert below(lane, 7, 70).rstrip() == " " * 25 + "v $12.00 expires" + " " * 14 + "v"
    assert below(lane, 7, 84).rstrip().endswith("v $3.00 expires")
    assert below(lane, 7, 28).split() == ["v", "v"]
    assert below(lane, 2, 40).strip() == ""
    assert [len(below(lane, days, width)) for days in (1, 7) for width in (0, 1, 33)] == [0, 1, 33] * 2
    bare = timeline.paint(lane, 7, 70, NOW, UTC, ASCII, signs=False)
    assert "v" not in "".join(text for text, _ in bare)


def test_the_legend_tells_of_no_sign_beyond_the_end_of_the_axis() -> None:
    (lane,) = lanes(known("a", 5, 6, 7, lots=(Lot(money("12", "USD"), "paid", date(2027, 1, 4)),)))
    near, far = (str(timeline.legend((lane,), UNICODE, 80, NOW + timedelta(days=days))) for days in (7, 90))
    assert "credit expires" not in near and "credit expires" in far
