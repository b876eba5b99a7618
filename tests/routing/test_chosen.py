"""Which models of a candidate count."""

from creditsui.routing.chosen import chosen
from creditsui.routing.hermes_ids import of
from creditsui.routing.options import Options
from creditsui.routing.route import Choice, Route
from tests.routing.candidates import known

(TARGET,) = of("deepseek")
ONE = known("deepseek", 9, flagship=None, fast=None)
IDS = ("deepseek-v4-pro", "deepseek-v4-flash", "big", "small")
ALL = ("", False)


def models(current: Route | None = None, wanted: Options | None = None) -> tuple[str | None, str | None]:
    found, _ = chosen(ONE, TARGET, IDS, ALL, wanted or Options(), current)
    return found.flagship, found.fast


def at(*names: str) -> tuple[Choice, ...]:
    return tuple(Choice("deepseek", name) for name in names)


def test_defaults_count_where_nobody_says_otherwise() -> None:
    assert models() == ("deepseek-v4-pro", "deepseek-v4-flash")
    assert models(Route(Choice("xai", "grok"))) == ("deepseek-v4-pro", "deepseek-v4-flash")


def test_models_that_are_in_the_route_stay_wherever_they_stand() -> None:
    assert models(Route(*at("big"))) == ("big", "deepseek-v4-flash")
    assert models(Route(*at("big", "small"))) == ("big", "small")
    assert models(Route(Choice("xai", "grok"), None, at("big", "small"))) == ("big", "small")
    assert models(Route(*at("big"), None, at("small"))) == ("big", "small")
    assert models(Route(Choice("xai", "grok"), *at("small"), at("big"))) == ("big", "small")


def test_the_users_own_word_counts_before_the_route() -> None:
    own = Options(flagship={"deepseek": "small"}, fast={"deepseek": "big"})
    assert models(Route(*at("big", "small")), own) == ("small", "big")


def test_a_list_that_could_not_be_read_says_so_and_one_that_could_says_what_is_missing() -> None:
    down, _ = chosen(ONE, TARGET, (), ("it is too busy (503)", True), Options(), None)
    assert (down.why_not, down.unsure) == ("It is too busy (503).", True)
    refused, _ = chosen(ONE, TARGET, (), ("it refuses the key (401)", False), Options(), Route(*at("big")))
    assert (refused.why_not, refused.unsure) == ("It refuses the key (401).", False)
    gone, _ = chosen(ONE, TARGET, ("other",), ALL, Options(), Route(*at("big")))
    assert (gone.flagship, gone.unsure) == (None, True)
    none, _ = chosen(ONE, TARGET, ("other",), ALL, Options(), None)
    assert (none.flagship, none.why_not) == (None, "")
