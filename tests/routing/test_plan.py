"""Who should carry the work: the order, the route, and when it is better to leave it alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from creditsui.routing.options import Options, options
from creditsui.routing.plan import plan
from creditsui.routing.route import Candidate, Choice, Decision, Refused, Route
from tests.routing.candidates import NOW, choice, known, route, some

DAY = timedelta(days=1)


def decided(
    *candidates: Candidate,
    current: Route | None = None,
    changed: datetime | None = None,
    wanted: Options | None = None,
) -> Decision:
    return plan(candidates, wanted or Options(), current, changed, NOW)


def order(decision: Decision) -> Sequence[str]:
    return [rank.candidate.provider for rank in decision.ranking]


def why(decision: Decision, provider: str) -> str:
    return next(rank.why for rank in decision.ranking if rank.candidate.provider == provider)


def more(decision: Decision, provider: str) -> str:
    return next(rank.more for rank in decision.ranking if rank.candidate.provider == provider)


def test_the_longest_runway_leads_the_next_helps_and_the_others_stand_behind() -> None:
    found = decided(known("anthropic", 16), known("google", 92), known("deepseek", 9))
    assert found.state == "change"
    assert found.reason == "Google has 92d of runway, the longest of all."
    assert found.route == route("google", "anthropic", "anthropic", "deepseek")
    assert why(found, "google") == "$40.00 left, enough for 74d–4mo, about 92d."
    assert why(found, "deepseek") == "$40.00 left, enough for 7–12d, about 9d."
    assert more(found, "deepseek") == "About 9d.", "amount and range stand in its line"


def test_a_runway_that_nobody_knows_never_leads_however_much_is_left() -> None:
    found = decided(some("google", left="900"), known("deepseek", 1, left="0.40"))
    assert order(found) == ["deepseek", "google"]
    assert found.route == route("deepseek", "google", "google")
    assert why(found, "google") == "$900.00 left, but its pace is not known, so it is not put first."
    gathering = decided(some("google", left="900", state="gathering"), known("deepseek", 1))
    assert gathering.route and gathering.route.primary == choice("deepseek")


def test_where_nobody_is_known_nothing_is_written() -> None:
    found = decided(some("google"), some("deepseek", state="gathering"))
    assert (found.state, found.route) == ("refused", None)
    assert found.reason == (
        "Nobody whose runway is known can carry the work, and whoever is not known is never put first."
    )
    stays = decided(some("google"), some("deepseek"), current=route("google"), changed=NOW - DAY)
    assert stays.route and stays.route.primary == choice("google")


def test_an_unpriced_provider_does_not_stay_first_once_another_is_known() -> None:
    found = decided(some("google", left="900"), known("deepseek", 9), current=route("google", "deepseek", "deepseek"))
    assert found.route and found.route.primary == choice("deepseek")
    assert found.reason == "Deepseek has 9d of runway, Google no known runway."


def test_an_idle_provider_with_known_money_leads_by_the_pace_of_the_work() -> None:
    # Anthropic spends $2.50 a day: DeepSeek's $60 would carry that for 24 days, xAI's $5 for two.
    found = decided(
        known("anthropic", 16), some("deepseek", left="60", state="idle"), some("xai", left="5", state="idle"),
        current=route("anthropic"),
    )  # fmt: skip
    assert order(found) == ["deepseek", "anthropic", "xai"]
    assert found.reason == "Deepseek has 24d of runway, Anthropic 16d."
    assert why(found, "xai") == ("$5.00 left, nothing spent for 7 days; at $2.50/day it would carry the work for 2d.")
    assert more(found, "xai") == "Nothing spent for 7 days; at $2.50/day it would carry the work for 2d."
    assert found.ranking[0].runway_days is None


def test_an_idle_provider_leads_where_no_pace_is_known_in_its_currency() -> None:
    found = decided(known("anthropic", 16), some("moonshot", left="9", state="idle", currency="CNY"))
    assert order(found) == ["moonshot", "anthropic"]
    assert why(found, "moonshot") == "9.00 CNY left, and nothing was spent for 7 days." or "¥9.00" in why(
        found, "moonshot"
    )


def test_what_was_left_idle_does_not_win_the_work_back_by_being_idle() -> None:
    """The one that was replaced spends nothing any more; that alone is no runway."""
    before = route("google", "deepseek", "deepseek")
    found = decided(
        known("google", 40, left="80"), some("deepseek", left="60", state="idle"), current=before, changed=NOW - 8 * DAY
    )
    assert found.state == "no-op"
    assert found.route == before


@pytest.mark.parametrize(
    ("candidate", "said"),
    [
        (known("google", 90, left="0"), "Nothing is left ($0.00)."),
        (known("google", 90, left="-3"), "Nothing is left (−$3.00)."),
        (some("google", state="empty", left=None), "Nothing is left."),
        (some("google", left=None), "What is left is not known; creditsui sync google tells it."),
        (known("google", 90, key_found=False), "Hermes finds no key for it."),
        (
            known("google", 90, flagship=None),
            "None of the models known for it is in its own list; name one under [routing] flagship.",
        ),
        (known("google", 90, why_not="It is closed on Sundays."), "It is closed on Sundays."),
    ],
)
def test_who_cannot_serve_comes_last_and_says_why(candidate: Candidate, said: str) -> None:
    found = decided(candidate, known("deepseek", 2))
    assert order(found) == ["deepseek", "google"]
    assert why(found, "google") == more(found, "google") == said
    assert not found.ranking[1].eligible
    assert found.route == route("deepseek")


def test_a_reading_that_is_old_or_estimated_or_of_another_key_is_said() -> None:
    found = decided(known("google", 9, stale=True, estimated=True, other_key=True))
    assert why(found, "google") == (
        "$40.00 left, enough for 7–12d, about 9d; the number is estimated; the last reading is old; "
        "Hermes uses another key than this account, perhaps of another purse."
    )
    assert more(found, "google").startswith("About 9d; the number is estimated; the last reading is old; Hermes uses")


@pytest.mark.parametrize(
    ("holder", "better", "moves"),
    [(16, 19.9, False), (16, 20, True), (4, 6.9, False), (4, 7, True), (0.5, 3.4, False), (0.5, 3.5, True)],
)
def test_the_primary_stays_unless_another_lasts_a_quarter_and_three_days_longer(
    holder: float, better: float, moves: bool
) -> None:
    found = decided(known("google", better), known("anthropic", holder), current=route("anthropic"))
    assert found.route and found.route.primary == choice("google" if moves else "anthropic")
    assert moves or "is not 25 % and 3 days better" in found.reason or "stays" in found.reason


@pytest.mark.parametrize(("hours", "moves"), [(1, False), (23.9, False), (24, True), (-2, True)])
def test_the_primary_stays_for_a_day_after_each_change(hours: float, moves: bool) -> None:
    """A change that lies ahead was noted by a clock that was wrong: it holds nobody up."""
    found = decided(
        known("google", 92), known("anthropic", 16), current=route("anthropic", "google", "google"),
        changed=NOW - timedelta(hours=hours),
    )  # fmt: skip
    assert found.route and found.route.primary == choice("google" if moves else "anthropic")
    assert moves or found.state == "no-op"
    assert moves or "24 hours have to pass" in found.reason


def test_a_primary_that_cannot_serve_any_more_is_left_at_once() -> None:
    found = decided(
        known("google", 2), known("anthropic", 0, left="0"), current=route("anthropic"), changed=NOW - DAY / 24
    )
    assert found.state == "change"
    assert found.route and found.route.primary == choice("google")
    assert found.reason == "Google has 2d of runway; Anthropic cannot carry it: Nothing is left ($0.00)."


def test_a_primary_whose_list_of_models_is_down_is_left_alone() -> None:
    down = known("anthropic", 16, flagship=None, why_not="Its list of models cannot be read (503).", unsure=True)
    found = decided(known("google", 92), down, current=route("anthropic"))
    assert (found.state, found.route) == ("no-op", None)
    assert found.reason == (
        "Anthropic carries the work, and nobody can tell whether it can: Its list of models cannot be read (503)."
    )


def test_a_quota_that_refills_keeps_the_work_and_never_wins_it() -> None:
    plan_of = some("zai", left=None, state="refills")
    stays = decided(plan_of, known("google", 92), current=route("zai"))
    assert stays.route and stays.route.primary == choice("zai")
    assert stays.route.delegation == choice("google", "small")
    other = decided(plan_of, known("google", 1), some("deepseek"))
    assert order(other) == ["google", "zai", "deepseek"]


def test_a_pinned_provider_stays_primary_by_any_of_its_names() -> None:
    for name in ("google", "gemini"):
        found = decided(known("google", 1), known("deepseek", 90), wanted=Options(pin=name))
        assert found.route == route("google", "deepseek", "deepseek")
        assert found.reason == "Google is pinned in config.toml."


def test_a_pinned_provider_that_cannot_serve_is_refused_with_the_reason() -> None:
    found = decided(known("google", 1, key_found=False), known("deepseek", 90), wanted=Options(pin="google"))
    assert (found.state, found.route) == ("refused", None)
    assert found.reason == "config.toml pins Google, which cannot carry the work: Hermes finds no key for it."
    nobody = decided(known("deepseek", 90), wanted=Options(pin="groq"))
    assert nobody.reason == "config.toml pins groq, which is no account that Hermes could use."


def test_an_excluded_provider_has_no_part_in_the_route() -> None:
    found = decided(known("google", 90), known("deepseek", 9), wanted=Options(exclude=frozenset({"gemini"})))
    assert found.route == route("deepseek")
    assert why(found, "google") == "Excluded in config.toml."


def test_who_is_alone_has_no_helper_and_nobody_behind() -> None:
    assert decided(known("google", 9)).route == Route(choice("google"))


def test_nobody_at_all_is_refused() -> None:
    assert decided().reason == "No account here is one that Hermes could use."
    found = decided(known("google", 9, key_found=False))
    assert found.reason == "Nobody can carry the work; Google: Hermes finds no key for it."


def test_what_stands_already_is_no_change_whatever_else_the_user_has_behind_it() -> None:
    own = Choice("custom", "my-model")
    stands = route("google", "anthropic", "anthropic", "deepseek")
    current = Route(stands.primary, stands.delegation, (own, *stands.fallbacks))
    found = decided(known("google", 92), known("anthropic", 16), known("deepseek", 9), current=current)
    assert (found.state, found.route) == ("no-op", stands)


def test_what_we_once_put_behind_goes_once_it_cannot_serve() -> None:
    stands = route("google", "anthropic", "anthropic", "xai")
    board = [known("google", 92), known("anthropic", 16), known("xai", 9, key_found=False)]
    kept = plan(board, Options(), stands, None, NOW)
    assert kept.state == "no-op", "what the user put there stays"
    found = plan(board, Options(), stands, None, NOW, frozenset({choice("xai"), choice("xai", "small")}))
    assert (found.state, found.route) == ("change", route("google", "anthropic", "anthropic"))


def test_a_quota_that_refills_stands_before_who_is_not_known() -> None:
    found = decided(some("deepseek"), some("xai"), some("zai", left="1", state="refills"), known("google", 1))
    assert order(found) == ["google", "zai", "deepseek", "xai"]


def test_a_runway_that_is_over_tells_no_pace() -> None:
    found = decided(known("deepseek", 1e-300, left="0.01"), some("xai", left="9", state="idle"))
    assert why(found, "xai") == "$9.00 left, and nothing was spent for 7 days."


def test_of_equals_the_one_with_more_money_comes_first() -> None:
    found = decided(known("deepseek", 9, left="4"), known("anthropic", 9, left="40"), known("xai", 9, left="400"))
    assert order(found) == ["xai", "anthropic", "deepseek"]
    carries = decided(known("deepseek", 9, left="4"), known("xai", 9, left="400"), current=route("deepseek"))
    assert order(carries) == ["deepseek", "xai"], "who carries the work stays before its equals"


def test_an_idle_one_is_held_against_who_carries_the_work_and_not_against_the_slowest() -> None:
    # DeepSeek, which carries it, spends $4 a day; OpenAI a dollar.
    board = [known("deepseek", 10, left="40"), known("openai", 60, left="60"), some("xai", left="80", state="idle")]
    assert order(decided(*board, current=route("deepseek"))) == ["openai", "xai", "deepseek"]
    assert order(decided(*board)) == ["xai", "openai", "deepseek"]


def test_another_spelling_of_the_same_is_no_change() -> None:
    current = Route(Choice("google", "models/google-big"), Choice("claude", "anthropic/anthropic-small"),
                    (Choice("claude", "anthropic-big"), Choice("anthropic", "anthropic-small")))  # fmt: skip
    found = decided(known("google", 92), known("anthropic", 16), current=current)
    assert found.state == "no-op"
    assert found.route == current


def test_helpers_and_their_order_do_not_flutter_with_every_cent() -> None:
    stands = route("google", "anthropic", "anthropic", "deepseek")
    near = [known("google", 92), known("anthropic", 9.0), known("deepseek", 9.4)]
    assert decided(*near, current=stands, changed=NOW - 3 * DAY).state == "no-op"
    far = [known("google", 92), known("anthropic", 9.0), known("deepseek", 30)]
    found = decided(*far, current=stands, changed=NOW - 3 * DAY)
    assert found.route == route("google", "deepseek", "deepseek", "anthropic")
    assert found.reason == "Google stays; delegation and the fallbacks change."
    assert decided(*far, current=stands, changed=NOW - DAY / 2).state == "no-op"


def test_a_primary_that_is_no_account_here_gives_way_and_waits_a_day_too() -> None:
    local = Route(Choice("custom", "llama"))
    assert decided(known("google", 9), current=local).route == route("google")
    waits = decided(known("google", 9), current=local, changed=NOW - DAY / 2)
    assert (waits.state, waits.route) == ("no-op", None)


def test_models_of_one_name_stand_behind_only_once() -> None:
    found = decided(known("google", 92), known("deepseek", 9, fast="deepseek-big"))
    assert found.route and found.route.fallbacks == (choice("deepseek"),)


def test_money_of_two_currencies_is_never_compared() -> None:
    found = decided(
        some("moonshot", left="500", currency="CNY", state="idle"), some("deepseek", left="2", state="idle"),
        known("google", 20),
    )  # fmt: skip
    # $2.00 a day carries $2 for a day; no yuan is spent anywhere.
    assert order(found) == ["moonshot", "google", "deepseek"]


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (3, "config.toml: routing is no table; write [routing]."),
        ({"pin": 3}, "config.toml: [routing] pin is not text in quotes."),
        ({"home": ["~"]}, "config.toml: [routing] home is not text in quotes."),
        ({"exclude": "google"}, 'config.toml: [routing] exclude is no list; write ["google", "xai"].'),
        ({"exclude": [3]}, 'config.toml: [routing] exclude is no list; write ["google", "xai"].'),
        ({"flagship": "x"}, 'config.toml: [routing] flagship is no table; write { google = "model id" }.'),
        ({"fast": {"google": 3}}, 'config.toml: [routing] fast is no table; write { google = "model id" }.'),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_and_not_guessed(section: object, said: str) -> None:
    with pytest.raises(Refused) as refused:
        options(section)
    assert refused.value.reason == said


def test_settings_are_read_as_they_are_meant() -> None:
    told = options({"pin": " google ", "exclude": ["xai", ""], "flagship": {"google": "big"}, "colour": "red"})
    assert told == Options(
        pin="google", exclude=frozenset({"xai"}), flagship={"google": "big"}, fast={}, unknown=("colour",)
    )
    assert options(None) == Options()


@pytest.mark.parametrize(
    ("board", "current", "said"),
    [
        ((known("google", 92), known("anthropic", 80)), route("anthropic", "google", "google"),
         "Anthropic stays: the 92d of Google are not 25 % and 3 days more than its own 80d."),
        ((known("google", 2), some("anthropic")), route("anthropic", "google", "google"),
         "Anthropic stays: Google has 2d of runway, too little to change for."),
        ((some("moonshot", state="idle", currency="CNY"), known("anthropic", 80)), route("anthropic"),
         "Moonshot has money that nobody spends, and Anthropic has 80d of runway."),
        ((some("moonshot", state="idle", currency="CNY"), some("anthropic")), route("anthropic"),
         "Moonshot has money that nobody spends, and Anthropic has no known runway."),
        ((some("moonshot", state="idle", currency="CNY"),), None,
         "Moonshot has money that nobody spends, so it lasts longest."),
        ((known("google", 92), known("anthropic", 9)), route("google", "anthropic"),
         "Google stays; the fallbacks change."),
        ((known("google", 92), known("anthropic", 9)), route("google", None, "anthropic"),
         "Google stays; delegation changes."),
        ((known("google", 92, flagship="other"), known("anthropic", 9)), route("google", "anthropic", "anthropic"),
         "Google stays; its model changes."),
        ((known("google", 92, flagship="other"), known("anthropic", 9)), route("google"),
         "Google stays; its model, delegation and the fallbacks change."),
        ((known("google", 92),), Route(Choice("ollama", "q")),
         "Google has 92d of runway, and nothing is known of the primary that stands."),
        ((known("google", 92), known("anthropic", 9, left="0")), route("anthropic"),
         "Google has 92d of runway; Anthropic cannot carry it: Nothing is left ($0.00)."),
    ],
)  # fmt: skip
def test_each_reason_is_a_sentence(board: tuple[Candidate, ...], current: Route | None, said: str) -> None:
    assert decided(*board, current=current).reason == said


def test_a_primary_that_no_provider_is_named_for_stays_by_that_name() -> None:
    waits = decided(known("google", 9), current=Route(Choice("", "q")), changed=NOW - DAY / 24)
    assert waits.reason == "The primary stays: the last change was 1h ago, and 24 hours have to pass."
