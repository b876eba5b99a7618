"""The declared form: what it understands, and what it makes of answers."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditsui.domain.clean import decode_json
from creditsui.domain.money import Money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Reading, ReportedSpend
from creditsui.providers.declared import load
from creditsui.providers.spec import Answer, Answers, Get, Provider
from tests.providers.answering import NOW
from tests.providers.test_every_provider import places, put
from tests.soak import rounds

GOOD = """name = "Acme AI"
url = "https://api.acme.ai"
env = ["ACME_API_KEY"]

[[ask]]
path = "/v1/credits"

[[balance]]
remaining = "left"
currency = "USD"
"""


def acme(more: str = "", *, first: str = "", text: str = GOOD) -> Provider:
    return load(first + text + more, "acme", "acme.toml")


def read(provider: Provider, *bodies: str | Answer, base_url: str = "") -> Reading:
    names = [ask.name for ask in provider.asks]
    answers = [one if isinstance(one, Answer) else Answer(body=decode_json(one)) for one in bodies]
    return provider.parse(
        Answers(NOW, dict(zip(names, answers, strict=False)), None, base_url, {}, provider.regions),
    )


def refused(provider: Provider, *bodies: str | Answer) -> Problem:
    with pytest.raises(Refused) as fault:
        read(provider, *bodies)
    return fault.value.problem


def test_a_short_declaration_says_it_all() -> None:
    provider = acme()
    (ask,) = provider.asks
    assert isinstance(ask, Get) and (ask.name, ask.path, ask.method, ask.failure) == (
        "answer",
        "/v1/credits",
        "GET",
        "fatal",
    )
    assert ask.auth("k3y") == {"Authorization": "Bearer k3y"}
    assert (provider.name, provider.console_url) == ("Acme AI", "https://api.acme.ai")
    assert provider.tells == ("balance",) and provider.currency == "USD" and provider.credential == "API key"
    assert read(provider, '{"left": "12.345678"}').balances[0].remaining == Money(12_345_678, "USD")


@pytest.mark.parametrize(
    ("template", "header"),
    [
        ("x-api-key: {key}", {"x-api-key": "user:pass"}),
        ("Authorization: Token {key}", {"Authorization": "Token user:pass"}),
        ("Authorization: Basic {key|base64}", {"Authorization": "Basic dXNlcjpwYXNz"}),
    ],
)
def test_the_key_goes_into_the_header_that_is_named(template: str, header: dict[str, str]) -> None:
    (ask,) = acme(first=f'auth = "{template}"\n').asks
    assert isinstance(ask, Get) and ask.auth("user:pass") == header


def test_what_is_asked_is_a_request_as_it_was_written() -> None:
    text = GOOD.replace(
        'path = "/v1/credits"',
        'name = "usage"\npath = "/v1/{team}/usage"\nmethod = "POST"\nheaders = { X-Version = "2" }\n'
        'query = { group = "{team}", days = "30" }\nbody = { a = [1, 1.5, "x", true] }\nevery_minutes = 10',
    )
    provider = acme('[params.team]\nsays = "team id"\noptional = true\n', text=text)
    (ask,) = provider.asks
    assert isinstance(ask, Get) and ask.query is not None
    assert (ask.method, ask.headers, ask.body) == ("POST", {"X-Version": "2"}, {"a": [1, 1.5, "x", True]})
    assert ask.query(Answers(NOW, {}, params={"team": "t1"})) == {"group": "t1", "days": "30"}
    assert ask.query(Answers(NOW, {})) == {"days": "30"}
    assert ask.every.total_seconds() == 600 and not provider.params["team"].required


def test_a_second_ask_may_depend_on_the_answer_before_it() -> None:
    provider = acme('[[ask]]\nname = "usage"\npath = "/u"\nwhen = "plan == \'paid\'"\nfailure = "soft"\n')
    when = provider.asks[1].when  # type: ignore[union-attr]
    assert when is not None
    assert when(Answers(NOW, {"answer": Answer(body={"plan": "paid"})}))
    assert not when(Answers(NOW, {"answer": Answer(body={"plan": "free"})}))
    assert not when(Answers(NOW, {}))


ERRORS = """
[[error]]
when = "code == 1113"
kind = "out_of_money"
message = "Acme says that the credit is used up."
action = "top up at acme.ai"
[[error]]
when = "code != 0"
quotes = "msg"
[[error]]
status = [402, 403]
kind = "forbidden"
message = "This plan has no API."
quotes = "error.message"
"""


def test_a_refusal_in_a_200_is_a_problem_and_never_a_reading() -> None:
    provider = acme(ERRORS)
    assert refused(provider, '{"code": 1113, "left": 5}') == Problem(
        "out_of_money", "Acme says that the credit is used up.", "top up at acme.ai"
    )
    assert refused(provider, '{"code": 7, "msg": "try\\u202e later."}').message == "Acme AI refused: “try later”."
    assert refused(provider, '{"code": 7}').message == "Acme AI refused."
    assert read(provider, '{"code": 0, "left": 5}').balances
    assert provider.refuse is not None
    found = provider.refuse(Answer(403, {"error": {"message": "Upgrade"}}))
    assert found is not None and (found.kind, found.message) == ("forbidden", "This plan has no API: “Upgrade”.")
    assert provider.refuse(Answer(500, {})) is None


def test_an_error_of_one_ask_is_none_of_another() -> None:
    more = '[[ask]]\nname = "usage"\npath = "/u"\n[[error]]\nfrom = "usage"\nstatus = 404\nkind = "unsupported"\n'
    provider = acme(more)
    assert provider.refuse is not None
    assert provider.refuse(Answer(404, {}, ask="answer")) is None
    assert provider.refuse(Answer(404, {}, ask="usage")) is not None


def test_what_is_not_there_is_said_and_never_shown_as_zero() -> None:
    said = refused(acme(), '{"credits": 5, "plan": "x"}')
    assert said.kind == "changed" and "the answer has no “left” (it has: credits, plan)" in said.message
    assert "null" in refused(acme(), '{"left": null}').message
    assert "not a number" in refused(acme(), '{"left": "plenty"}').message
    assert not read(acme("optional = true\n"), "{}").balances


def test_amounts_are_scaled_exactly_and_carry_their_currency() -> None:
    cents = acme("scale = 0.01\n")
    assert read(cents, '{"left": 1999}').balances[0].remaining == Money(19_990_000, "USD")
    parts = acme('scale = "1/500000"\ngranted = "gift"\npaid = "nothing"\n')
    (balance,) = read(parts, '{"left": 500001, "gift": 1000000}').balances
    assert (balance.remaining, balance.granted, balance.paid) == (
        Money(1_000_002, "USD"),
        Money(2_000_000, "USD"),
        None,
    )


def test_an_amount_without_a_currency_is_no_amount() -> None:
    provider = acme(text=GOOD.replace('currency = "USD"', 'currency_path = "unit"'))
    assert read(provider, '{"left": 5, "unit": "eur"}').balances[0].remaining == Money(5_000_000, "EUR")
    assert "has no “unit”" in refused(provider, '{"left": 5}').message
    assert "the currency is “1$”" in refused(provider, '{"left": 5, "unit": "1$"}').message
    assert "the currency is null" in refused(provider, '{"left": 5, "unit": null}').message


def test_each_item_of_a_list_is_a_balance_where_its_condition_holds() -> None:
    text = GOOD.replace(
        'remaining = "left"\ncurrency = "USD"',
        'each = "wallets[*]"\nwhen = "open == true"\nremaining = "left - $.hold"\ncurrency_path = "unit"',
    )
    wallets = [f'{{"left": {n}, "unit": "USD", "open": {str(n == 39).lower()}}}' for n in range(40)]
    reading = read(acme(text=text), f'{{"hold": 1, "wallets": [{", ".join(wallets)}]}}')
    assert [one.remaining for one in reading.balances] == [Money(38_000_000, "USD")]


def test_the_currency_is_that_of_the_region_that_was_asked() -> None:
    provider = acme('[regions]\n"https://api.acme.cn" = "CNY"\n')
    assert read(provider, '{"left": 5}', base_url="https://api.acme.cn/x").balances[0].remaining.currency == "CNY"
    assert read(provider, '{"left": 5}', base_url="https://api.acme.ai").balances[0].remaining.currency == "USD"


LIMIT = '[limit]\namount = "cap"\nused = "used"\ncurrency = "USD"\nresets_path = "period"\noptional = true\n'


@pytest.mark.parametrize("cap", ["null", "0", "-1"])
def test_a_cap_that_is_not_set_is_none(cap: str) -> None:
    assert read(acme(LIMIT), f'{{"left": 1, "cap": {cap}}}').limit is None


def test_a_cap_has_what_is_left_under_it() -> None:
    limit = read(acme(LIMIT), '{"left": 1, "cap": 10, "used": 4, "period": "Monthly"}').limit
    assert limit is not None and (limit.amount, limit.remaining, limit.resets) == (
        Money(10_000_000, "USD"), Money(6_000_000, "USD"), "monthly",
    )  # fmt: skip
    unknown = read(acme(LIMIT), '{"left": 1, "cap": 10, "period": "aeon"}').limit
    assert unknown is not None and unknown.remaining is None and unknown.resets is None


WINDOW = '[[window]]\nused_fraction = "percent / 100"\nseconds = "length"\nresets_at = "until"\noptional = true\n'


def test_a_window_has_its_length_and_its_reset() -> None:
    (window,) = read(
        acme(WINDOW), '{"left": 1, "percent": 45, "length": 18000, "until": "2026-11-20T22:00:00Z"}'
    ).windows
    assert (window.name, window.used, window.seconds) == ("5h", 0.45, 18000)
    assert window.resets_at is not None and window.resets_at.hour == 22


def test_a_percentage_that_nobody_divided_is_no_fraction() -> None:
    provider = acme(WINDOW.replace(" / 100", ""))
    assert "not a fraction (percent / 100)" in refused(provider, '{"left": 1, "percent": 45, "length": 60}').message


def test_amounts_make_a_window_too() -> None:
    more = '[[window]]\nname = "month"\nlimit = "cap"\nused = "used"\nunit = "credits"\n'
    (window,) = read(acme(more), '{"left": 1, "cap": 200, "used": 50}').windows
    assert (window.used, window.limit, window.remaining, window.unit) == (0.25, 200.0, 150.0, "credits")
    assert "neither" in refused(acme(more), '{"left": 1, "cap": 200}').message


SPEND = '[spend]\neach = "rows"\nday = "date"\namount = "cost"\ncurrency = "USD"\n'


def spend(more: str, body: str) -> ReportedSpend | None:
    return read(acme(SPEND + more), f'{{"left": 1, {body}}}').spend


@pytest.mark.parametrize(
    "day", ['"2026-11-19"', '"2026-11-19T23:10:00Z"', '"20261119"', "20261119", "1795089600", "1795089600000"]
)
def test_a_day_is_told_in_many_ways(day: str) -> None:
    found = spend("", f'"rows": [{{"date": {day}, "cost": 2}}, {{"date": {day}, "cost": 3}}]')
    assert found is not None and [(one.day.isoformat(), one.amount.amount) for one in found.days] == [
        ("2026-11-19", 5.0)
    ]


@pytest.mark.parametrize("day", ["7", '"soon"', "null", '"2026-13-45"', "true"])
def test_what_is_no_day_is_not_taken_for_one(day: str) -> None:
    with pytest.raises(Refused, match="not a day"):
        spend("", f'"rows": [{{"date": {day}, "cost": 2}}]')


def test_a_short_report_does_not_say_that_the_days_before_it_were_free() -> None:
    rows = '"rows": [{"date": "2026-11-19", "cost": 2}]'
    found = spend("", rows)
    assert found is not None and found.since is None
    found = spend("days = 7\n", rows)
    assert found is not None and found.since is not None and found.since.isoformat() == "2026-11-14"
    assert spend("", '"rows": []') is None


def test_a_report_that_is_not_there_is_no_report_of_nothing() -> None:
    assert spend("optional = true\n", '"other": 1') is None
    assert spend("optional = true\n", '"rows": null') is None
    assert spend("optional = true\ndays = 7\n", '"other": 1') is None
    with pytest.raises(Refused, match="no “rows”"):
        spend("", '"other": 1')


def test_a_long_report_is_summed_whole() -> None:
    rows = ", ".join('{"date": "2026-11-19", "cost": 1}' for _ in range(100))
    found = spend("", f'"rows": [{rows}]')
    assert found is not None and found.days[0].amount == Money(100_000_000, "USD")


def test_badges_and_the_plan_are_said_where_they_are_told() -> None:
    provider = acme('[[badge]]\ntext = "frozen"\nwhen = "frozen == true"\n', first='plan = "plan.name"\n')
    reading = read(provider, '{"left": 1, "plan": {"name": "Pro"}, "frozen": true}')
    assert (reading.plan, reading.badges) == ("Pro", ("frozen",))
    reading = read(provider, '{"left": 1, "plan": {"name": true}, "frozen": false}')
    assert (reading.plan, reading.badges) == (None, ())


def test_a_service_at_an_address_of_the_users_own() -> None:
    text = GOOD.replace('url = "https://api.acme.ai"', 'base_env = ["ACME_BASE_URL"]\nbase_suffix = "/v1"')
    assert acme(text=text).url == ""


def test_numbers_in_a_declaration_are_exact() -> None:
    provider = acme(text=GOOD.replace('"left"', '"left * 0.1"'))
    assert read(provider, '{"left": 3}').balances[0].remaining == Money(300_000, "USD")
    assert Decimal("0.3") == Decimal(3) * Decimal("0.1")


def test_a_declaration_may_have_line_ends_of_any_system_and_a_byte_order_mark() -> None:
    assert acme(text="\ufeff" + GOOD.replace("\n", "\r\n")).name == "Acme AI"


RICH = acme(
    'granted = "data.a"\n[[balance]]\neach = "list[*]"\nwhen = "a > 1 or b == null"\nremaining = "a * $.left / b"\n'
    'currency_path = "c"\nscale = "1/3"\noptional = true\n[limit]\namount = "max(list[*].b)"\nused = "first(x, left)"\n'
    'resets_path = "data.c"\ncurrency = "EUR"\n[[window]]\neach = "list"\nused_fraction = "a / 100"\nseconds = "b"\n'
    'resets_at = "d"\nname_path = "c"\n[[window]]\nlimit = "sum(list[*].a)"\nremaining = "left - count(list)"\n'
    '[spend]\neach = "list"\nday = "d"\namount = "b"\ncurrency_path = "c"\n[[badge]]\ntext_path = "data.a"\n',
    first='plan = "data.c"\n',
)
TRUE = {
    "left": Decimal("20.5"),
    "data": {"a": "3.5", "c": "monthly"},
    "list": [{"a": 45, "b": 18000, "c": "USD", "d": "2026-11-19"}, {"a": 1, "b": 60, "c": "EUR", "d": 1795089600}],
}
ATOMS = st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=8) | st.integers(10**15, 10**400)
ATOMS |= st.sampled_from(["USD", "2026-11-20", "1e999", "9" * 39, Decimal("1e300"), Decimal("1e-300"), 20261120])
BODIES = st.recursive(ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcd"), inner))


def test_the_rich_one_reads_its_answer() -> None:
    reading = RICH.parse(Answers(NOW, {"answer": Answer(body=TRUE)}))
    assert len(reading.balances) == 2 and len(reading.windows) == 3 and reading.badges == ("3.5",)
    assert reading.limit is not None and reading.spend is not None and reading.plan == "monthly"


@settings(deadline=None, max_examples=rounds(full=400, short=120))
@given(st.lists(st.tuples(st.sampled_from(list(places(TRUE))), BODIES), min_size=1, max_size=3))
def test_whatever_is_answered_is_a_sound_reading_or_a_problem(wrong: list[tuple[tuple[Any, ...], Any]]) -> None:
    body: Any = TRUE
    for place, value in wrong:
        with suppress(KeyError, IndexError, TypeError):
            body = put(body, place, value)
    try:
        reading = RICH.parse(Answers(NOW, {"answer": Answer(body=body)}))
    except Refused as refused:
        assert refused.problem.kind == "changed" and refused.problem.message
        return
    assert all(0.0 <= one.used <= 1.0 for one in reading.windows)
    assert all(isinstance(one.remaining.micros, int) and one.remaining.currency for one in reading.balances)
    assert all(0 < len(badge) < 40 for badge in reading.badges)


def trace(provider_text: str, body: Any) -> list[tuple[str, str | None, str, bool]]:
    from creditsui.providers.declaration import Table, parse
    from creditsui.providers.picks import read as picks

    root = Table(parse(provider_text, "acme.toml"), (), provider_text, "acme.toml")
    answers = Answers(NOW, {"answer": Answer(body=body)})
    return [(one.field, one.found, one.missing, one.needed) for one in picks(root, ["answer"]).trace(answers)]


def test_a_trace_says_of_every_field_what_it_came_to() -> None:
    text = GOOD + 'granted = "gift"\n[[window]]\neach = "w[*]"\nused_fraction = "p"\n'
    text += '[limit]\namount = "c"\ncurrency = "USD"\noptional = true\n'
    said = trace(text, {"left": 5, "w": [{"p": 1}, {"q": 2}]})
    assert said == [
        ("balance remaining", "5", "", True),
        ("balance granted", None, "the answer has no “gift” (it has: left, w)", True),
        ("limit amount", None, "the answer has no “c” (it has: left, w)", False),
        ("window[0] used_fraction", "1", "", True),
        ("window[1] used_fraction", None, "the answer has no “p” (it has: q)", True),
    ]
