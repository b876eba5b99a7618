"""What holds of every plan, whatever the accounts are like."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.money import Money
from creditsui.routing.hermes_ids import TARGETS, canonical
from creditsui.routing.options import Options
from creditsui.routing.plan import BETTER, DAYS, plan, unchanged
from creditsui.routing.ranking import ranked
from creditsui.routing.route import REST, Candidate, Route
from tests.routing.candidates import HERMES, NOW, known, route, some

PROVIDERS = ("anthropic", "deepseek", "google", "openai", "openrouter", "xai", "zai")
STATES = st.sampled_from(("known", "known", "known", "gathering", "idle", "refills", "empty", "unknown"))
DAYS_LEFT = st.floats(0, 4000, allow_nan=False) | st.sampled_from((0.0, 3.0, 16.0, 20.0))
MONEY = st.builds(Money, st.integers(-(10**9), 10**11), st.sampled_from(("USD", "USD", "CNY")))


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    found = []
    for provider in draw(st.lists(st.sampled_from(PROVIDERS), unique=True, max_size=6)):
        state = draw(STATES)
        days = draw(DAYS_LEFT) if state == "known" else None
        found.append(
            Candidate(
                provider=provider,
                hermes=HERMES[provider],
                account=provider,
                label=provider.title(),
                key_found=draw(st.integers(0, 9)) > 0,
                flagship=draw(st.sampled_from((f"{provider}-big",) * 6 + (None,))),
                fast=draw(st.sampled_from((f"{provider}-small",) * 4 + (None, f"{provider}-big"))),
                remaining=draw(st.none() | MONEY),
                state=state,
                days=days,
                p10=None if days is None else days * 0.7,
                p90=None if days is None else days * 1.5,
                stale=draw(st.booleans()),
                estimated=draw(st.booleans()),
                other_key=draw(st.booleans()),
                why_not=draw(st.sampled_from(("",) * 9 + ("It is closed.",))),
            )
        )
    return found


ROUTES = st.none() | st.builds(
    lambda primary, helper, behind: route(primary, helper, *(one for one in behind if one != primary)),
    st.sampled_from(PROVIDERS),
    st.none() | st.sampled_from(PROVIDERS),
    st.lists(st.sampled_from(PROVIDERS), unique=True, max_size=3),
)
CHANGED = st.none() | st.integers(-48, 480).map(lambda hours: NOW - timedelta(hours=hours))
ANY = st.frozensets(st.sampled_from(PROVIDERS), max_size=2)
OPTIONS = st.builds(lambda pin, out: Options(pin=pin, exclude=out), st.sampled_from(("", "", *PROVIDERS)), ANY)


@given(candidates(), OPTIONS, ROUTES, CHANGED, st.randoms())
def test_the_order_of_the_accounts_decides_nothing(found, options, current, changed, chance) -> None:  # type: ignore[no-untyped-def]
    first = plan(found, options, current, changed, NOW)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert plan(shuffled, options, current, changed, NOW) == first


@given(candidates(), OPTIONS, ROUTES, CHANGED)
def test_only_who_can_serve_is_in_a_route_and_each_has_a_reason(found, options, current, changed) -> None:  # type: ignore[no-untyped-def]
    decision = plan(found, options, current, changed, NOW)
    assert sorted(rank.candidate.provider for rank in decision.ranking) == sorted(one.provider for one in found)
    assert decision.reason.endswith(".")
    assert all(rank.why.endswith(".") for rank in decision.ranking)
    assert not any(" None" in rank.why or " inf" in rank.why or "nan" in rank.why for rank in decision.ranking)
    able = {rank.candidate.hermes: rank.candidate for rank in decision.ranking if rank.eligible}
    assert not options.exclude & {one.provider for one in able.values()}
    for one in able.values():
        assert one.key_found and one.flagship and not one.why_not
        assert one.state == "refills" if one.remaining is None else one.remaining.micros > 0
    if decision.route is None:
        assert decision.state != "change"
        return
    it = decision.route
    helpers = [it.delegation] if it.delegation else []
    assert {canonical(one.provider) for one in (it.primary, *helpers, *it.fallbacks)} <= set(able)
    assert it.primary.provider not in {one.provider for one in (*helpers, *it.fallbacks)}
    assert len(set(it.fallbacks)) == len(it.fallbacks)
    assert {one.provider for one in it.fallbacks} == set(able) - {it.primary.provider}
    if options.pin:
        assert able[it.primary.provider].provider == options.pin


@given(candidates(), OPTIONS, ROUTES)
def test_known_stands_before_unknown_longer_before_shorter_and_who_cannot_serve_last(found, options, current) -> None:  # type: ignore[no-untyped-def]
    order = ranked(found, options, current)
    tiers = [2 if not one.rank.eligible else 1 if one.lasting is None else 0 for one in order]
    assert tiers == sorted(tiers)
    lasting = [one.lasting for one in order if one.lasting is not None]
    assert lasting == sorted(lasting, reverse=True)


@given(candidates(), ROUTES, CHANGED)
def test_who_is_not_known_is_never_put_first(found, current, changed) -> None:  # type: ignore[no-untyped-def]
    decision = plan(found, Options(), current, changed, NOW)
    if decision.state == "change" and decision.route and not _holds(decision.route, current):
        lead = next(
            one for one in ranked(found, Options(), current) if one.candidate.hermes == decision.route.primary.provider
        )
        assert lead.lasting is not None
        assert lead.candidate.state in ("known", "idle")


@given(candidates(), ROUTES, CHANGED)
def test_a_primary_that_can_serve_is_left_only_for_one_clearly_better_after_a_day(found, current, changed) -> None:  # type: ignore[no-untyped-def]
    decision = plan(found, Options(), current, changed, NOW)
    order = {one.candidate.hermes: one for one in ranked(found, Options(), current)}
    holder = order.get(current.primary.provider) if current else None
    if holder is None or not holder.rank.eligible or decision.route is None or _holds(decision.route, current):
        return
    best = order[decision.route.primary.provider]
    assert holder.candidate.state != "refills"
    assert best.lasting is not None and best.lasting >= BETTER * (holder.lasting or 0)
    assert best.lasting - (holder.lasting or 0) >= DAYS
    assert changed is None or not timedelta(0) <= NOW - changed < REST


@given(candidates(), OPTIONS, ROUTES, CHANGED)
def test_what_was_planned_once_stands_when_it_is_planned_again(found, options, current, changed) -> None:  # type: ignore[no-untyped-def]
    first = plan(found, options, current, changed, NOW)
    if first.state == "change" and first.route is not None:
        again = plan(found, options, first.route, NOW, NOW + timedelta(minutes=5))
        assert again.state == "no-op"
        assert again.route == first.route
        assert unchanged(again.route, first.route)


@given(candidates(), OPTIONS)
def test_a_first_plan_is_its_own_last(found, options) -> None:  # type: ignore[no-untyped-def]
    """Not even the day after the change does the same board ask for another one."""
    first = plan(found, options, None, None, NOW)
    if first.route is not None:
        assert plan(found, options, first.route, NOW, NOW + timedelta(days=30)).state == "no-op"


@given(st.lists(st.floats(0.1, 400, allow_nan=False), min_size=2, max_size=30))
def test_a_board_that_flutters_changes_the_route_at_most_once_a_day(days) -> None:  # type: ignore[no-untyped-def]
    stands: Route | None = None
    changed, now, changes = None, NOW, 0
    for hour, left in enumerate(days):
        now = NOW + timedelta(hours=hour)
        board = [known("google", left), known("anthropic", 20), known("deepseek", 400 / left)]
        decision = plan(board, Options(), stands, changed, now)
        if decision.state == "change":
            stands, changed, changes = decision.route, now, changes + 1
    assert changes <= 1 + (len(days) - 1) // 24


@given(candidates(), OPTIONS, ROUTES, CHANGED, st.sets(st.sampled_from(PROVIDERS)), st.booleans())
def test_who_cannot_be_judged_keeps_its_place_for_good_or_has_none(
    found,
    options,
    current,
    changed,
    names,
    foreign,  # type: ignore[no-untyped-def]
) -> None:
    board = [
        replace(one, why_not="Nobody can tell.", unsure=not foreign, foreign=foreign) if one.provider in names else one
        for one in found
    ]
    decision = plan(board, options, current, changed, NOW)
    if decision.route is None or current is None:
        return
    judged = {one.candidate.hermes for one in decision.ranking if one.eligible}
    for one in (decision.route.delegation, *decision.route.fallbacks):
        assert one is None or one.provider in judged or one in (current.delegation, *current.fallbacks)
    assert decision.route.primary.provider in judged
    again = plan(board, options, decision.route, NOW, NOW + timedelta(minutes=5))
    assert (again.state, again.route) == ("no-op", decision.route)


ANY_DAYS = st.floats(0) | st.floats(0, 1e-300) | st.sampled_from((1e308, 5e-324, 0.001, float("inf"), float("nan")))
ANY_MONEY = st.integers(-(10**18), 10**18) | st.integers(0, 3)


@given(ANY_DAYS, ANY_DAYS, ANY_MONEY, ANY_MONEY)
def test_no_number_is_too_large_or_too_small_for_a_plan(google, anthropic, left, idle) -> None:  # type: ignore[no-untyped-def]
    board = [
        replace(known("google", google), remaining=Money(left, "USD")),
        replace(some("deepseek", state="idle"), remaining=Money(idle, "USD")),
        known("anthropic", anthropic),
    ]
    found = plan(board, Options(), route("anthropic"), None, NOW)
    assert not any("nan" in rank.why or "inf" in rank.why for rank in found.ranking)


def _holds(planned: Route, current: Route | None) -> bool:
    return current is not None and canonical(current.primary.provider) == planned.primary.provider


def test_every_target_has_a_model_of_each_kind() -> None:
    assert all(target.flagship and target.fast for target in TARGETS)
