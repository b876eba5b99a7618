from hypothesis import given
from hypothesis import strategies as st

from creditsui.domain.board import Spend
from creditsui.domain.money import Money
from creditsui.domain.totals import Share, purses, totals
from tests.domain.make import NOW, ago, cny, usd


def share(
    purse: str,
    remaining: Money | None = None,
    today: Money | None = None,
    *,
    burn: Money | None = None,
    of_purse: bool = True,
    currency: str = "USD",
) -> Share:
    spend = Spend(currency, today=today, since=NOW) if today is not None else None
    return Share(purse, currency, remaining, spend, burn, of_purse)


def test_a_purse_counts_once_by_the_most_that_a_key_may_spend_of_it() -> None:
    (total,) = totals([share("or", usd(41)), share("or", usd(5)), share("or", None), share("xai", usd(1))])
    assert total.remaining == usd(42)


def test_keys_that_saw_the_same_purse_drain_saw_the_same_spend() -> None:
    (total,) = totals([share("or", usd(9), usd(3), burn=usd(2)), share("or", usd(9), usd(3), burn=usd(2))])
    assert (total.spend.today, total.burn) == (usd(3), usd(2))


def test_what_each_key_counts_for_itself_adds_up() -> None:
    (total,) = totals(
        [share("or", usd(9), usd(3), of_purse=False, burn=usd(1)), share("or", None, usd(4), of_purse=False)]
    )
    assert (total.spend.today, total.burn) == (usd(7), usd(1))
    (mixed,) = totals([share("or", usd(9), usd(5)), share("or", None, usd(4), of_purse=False)])
    assert mixed.spend.today == usd(5)


def test_two_currencies_never_meet_and_points_come_last() -> None:
    points = Money(9, "points")
    found = totals(
        [
            share("a", points, currency="points"),
            share("b", cny(7), currency="CNY"),
            share("c", usd(1)),
            share("d", cny(1), currency="CNY"),
        ]
    )
    assert [total.remaining for total in found] == [cny(8), usd(1), points]


def test_credits_of_two_services_are_not_the_same_credits() -> None:
    two = [share(name, Money(9, "credits"), currency="credits") for name in ("stability", "firecrawl")]
    assert totals(two) == ()
    assert [total.remaining for total in totals([*two[:1], share("c", usd(1))])] == [usd(1), Money(9, "credits")]


def test_what_nobody_knows_is_not_nothing() -> None:
    (total,) = totals([share("a"), share("b")])
    assert (total.remaining, total.spend.today, total.spend.since, total.burn) == (None, None, None, None)
    assert totals([]) == ()


def test_the_sum_says_where_it_comes_from() -> None:
    def spending(source: str, since_days: float) -> Share:
        spend = Spend("USD", today=usd(1), source=source, since=ago(since_days), unpriced_tokens=5, notional=usd(2))  # type: ignore[arg-type]
        return Share(source, "USD", None, spend, None, False)

    (both,) = totals([spending("provider", 1), spending("ledger", 3)])
    assert (both.spend.source, both.spend.since, both.spend.unpriced_tokens) == ("ledger", ago(3), 10)
    assert both.spend.notional == usd(4)
    (told,) = totals([spending("provider", 1)])
    assert told.spend.source == "provider"


def test_pools_lead_to_one_purse() -> None:
    assert purses({"a": "", "b": "a", "c": "b", "d": "elsewhere", "e": "e"}) == {
        "a": "a",
        "b": "a",
        "c": "a",
        "d": "elsewhere",
        "e": "e",
    }
    assert purses({"a": "b", "b": "a", "c": "b"}) == {"a": "a", "b": "a", "c": "a"}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(-(10**9), 10**9)), min_size=1))
def test_the_same_purse_again_changes_nothing(rows: list[tuple[str, int]]) -> None:
    shares = [share(purse, Money(micros, "USD")) for purse, micros in rows]
    assert totals(shares) == totals(shares + shares)
    largest = {purse: max(micros for other, micros in rows if other == purse) for purse, _ in rows}
    assert totals(shares)[0].remaining == Money(sum(largest.values()), "USD")
