"""A curl command becomes a request without its key, or a sentence that repeats nothing of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.core.declare import candidates
from creditsui.core.declare.curl import Curl, NotDeclarable, parse

KEY = "sk-canary-0123456789abcdefghij"
HOST = "https://llm.acme.ai"


@pytest.mark.parametrize(
    ("command", "made"),
    [
        (
            f"curl {HOST}/v1/me -H 'Authorization: Bearer {KEY}'",
            Curl(HOST, "/v1/me", auth="Authorization: Bearer {key}"),
        ),
        (f"$ curl -sSL '{HOST}/v1/me' \\\n  -H \"x-api-key: {KEY}\"\n", Curl(HOST, "/v1/me", auth="x-api-key: {key}")),
        (f"curl -H'X-Auth-Token:{KEY}' llm.acme.ai/me", Curl(HOST, "/me", auth="X-Auth-Token: {key}")),
        (f"curl --oauth2-bearer {KEY} --url={HOST}/me", Curl(HOST, "/me", auth="Authorization: Bearer {key}")),
        (f"curl -u {KEY}: {HOST}", Curl(HOST, "/", auth="Authorization: Basic {key|base64}")),
        (f"curl -uadmin:{KEY} {HOST}/x", Curl(HOST, "/x", auth="Authorization: Basic {key|base64}")),
        (
            f'curl {HOST}/me -H "Authorization: Bearer $ACME_KEY" | jq .data',
            Curl(HOST, "/me", auth="Authorization: Bearer {key}", variable="ACME_KEY"),
        ),
        (
            f"curl '{HOST}/me?expand=credits&b=' -H 'X-Team: blue' -H 'Accept: */*' -H 'User-Agent: x' --compressed",
            Curl(HOST, "/me", query={"expand": "credits", "b": ""}, headers={"X-Team": "blue"}),
        ),
        (f"curl -G {HOST}/me -d days=30 -d 'team=a b'", Curl(HOST, "/me", query={"days": "30", "team": "a b"})),
        (
            f"curl -X POST {HOST}/q -H 'Content-Type: application/json' --data-raw '{{\"a\": [1, 2.5, null]}}'",
            Curl(HOST, "/q", "POST", body={"a": [1, 2.5, None]}),
        ),
        (f"curl {HOST}/q --json '{{}}' -o out.json -m 5", Curl(HOST, "/q", "POST", body={})),
        (f"curl.exe {HOST}/me ^\r\n -XGET", Curl(HOST, "/me")),
        ("curl http://127.0.0.1:8080/me", Curl("http://127.0.0.1:8080", "/me")),
    ],
)
def test_a_request_is_taken_from_the_command(command: str, made: Curl) -> None:
    assert parse(command) == made


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("wget https://a.ai", "This is no curl command"),
        ("", "This is no curl command"),
        (f"curl {HOST} -H 'Authorization: Bearer {KEY}", "A quotation mark is not closed"),
        ("curl -s", "no address"),
        (f"curl {HOST}/a {HOST}/b", "several addresses"),
        (f"curl '{HOST}/me?api_key={KEY}'", "The key stands in the address"),
        (f"curl '{HOST}/me?q={KEY}'", "The key stands in the address"),
        (f"curl '{HOST}/me?apiKey=abc'", "The key stands in the address"),
        (f"curl '{HOST}/me?access_token=$TOKEN'", "The key stands in the address"),
        (f"curl '{HOST}/me?x=$TOKEN'", "The key stands in the address"),
        (f"curl -G {HOST}/me -d token={KEY}", "The key stands in the address"),
        (f"curl https://me:{KEY}@llm.acme.ai/me", "a name or a password"),
        (f"curl {HOST}/users/{KEY}/me -H 'Authorization: Bearer {KEY}'", "a second place"),
        (f"curl {HOST}/users/{KEY}/me", "a second place"),
        (f"curl {HOST} -H 'Authorization: Bearer {KEY}' -H 'X-Copy: {KEY}'", "a second place"),
        (f"curl {HOST} -H 'X-Team: {KEY}'", "a second place"),
        (f"curl {HOST} -H 'Authorization: Bearer {KEY}' -H 'x-api-key: {KEY}'", "Two headers hold a key"),
        (f"curl {HOST} -H 'Authorization: AWS4 Credential={KEY}, Signature=abcdef'", "more than a word and a key"),
        (f"curl {HOST} -H 'Cookie: session={KEY}'", "A cookie"),
        (f"curl {HOST} -b session={KEY}", "A cookie"),
        (f'curl {HOST} -d \'{{"api_key": "{KEY}"}}\'', "The body holds a key"),
        (f'curl {HOST} -d \'{{"a": ["{KEY}"]}}\'', "The body holds a key"),
        (f"curl {HOST} -d 'key={KEY}'", "The body is no JSON"),
        (f"curl {HOST} -d @body.json", "stands in a file"),
        (f"curl {HOST} -d 7", "neither an object nor a list"),
        (f"curl -X DELETE {HOST}/me", "Only GET and POST"),
        (f"curl -I {HOST}/me", "HEAD"),
        (f"curl -X GET {HOST}/me -d '{{}}'", "A GET with a body"),
        ("curl http://llm.acme.ai/me", "must begin with https://"),
        ("curl ftp://llm.acme.ai/me", "must begin with https://"),
        (f"curl {HOST}/a/../b", "“..”"),
        (f"curl {HOST}//b", "“//”"),
        (f"curl {HOST}/@b", "“@”"),
        (f"curl {HOST} --{KEY}", "not understood here; leave it out"),
        (f"curl {HOST} --form a=b", "(--form)"),
        (f"curl {HOST} -F a=b", "not understood here"),
        (f"curl {HOST} -H nonsense", "A header is not understood"),
        ("curl " + "x" * 70_000, "too long"),
    ],
)
def test_what_cannot_be_declared_is_said_without_repeating_the_key(command: str, says: str) -> None:
    with pytest.raises(NotDeclarable) as fault:
        parse(command)
    assert says in str(fault.value)
    assert "canary" not in str(fault.value) and "0123456789" not in str(fault.value)


WORDS = [
    "curl",
    HOST,
    "-H",
    f"'Authorization: Bearer {KEY}'",
    f"'x-api-key: {KEY}'",
    "-d",
    f'\'{{"a": "{KEY}"}}\'',
    "-u",
]
WORDS += [
    f"a:{KEY}",
    "-X",
    "POST",
    "'",
    "?",
    "--json",
    "{}",
    "-b",
    "--url",
    f"{HOST}/{KEY}",
    f"'{HOST}?k={KEY}'",
    "-G",
    "|",
]


@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=10))
def test_no_command_brings_its_key_into_a_declaration_or_an_error(words: list[str]) -> None:
    try:
        made: Any = parse(" ".join(["curl", *words]))
    except NotDeclarable as fault:
        made = fault
    assert KEY not in f"{made!s} {made!r}"


def obvious(body: Any) -> str | None:
    found = candidates.obvious(candidates.numbers(body))
    return found.path if found is not None else None


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"data": {"credits": {"left": 41.2, "used": 8.8}}}, "data.credits.left"),
        ({"total_credits": 50, "remaining_credits": 41}, "remaining_credits"),
        ({"totalBalance": 50, "availableBalance": "41.0"}, "availableBalance"),
        ({"balance_used": 1, "balance": 2}, "balance"),
        ({"a": [{"balance": 2}, {"balance": 3}]}, "a[0].balance"),
        ([{"credit": 2}], "$[0].credit"),
        ({"rate-limit": {"remaining": 2}}, "$['rate-limit'].remaining"),
        ({"credits_used": 3, "credit_limit": 5, "created_at": 1}, None),
        ({"balance": "plenty", "left": None, "remaining": True}, None),
        ({}, None),
        (None, None),
    ],
)
def test_the_amount_that_is_left_is_found_by_its_name(body: Any, path: str | None) -> None:
    assert obvious(body) == path


def test_numbers_are_offered_by_their_paths_and_a_currency_by_its_own() -> None:
    body = {
        "a": {"b": 1, "c": "2.50", "d": "x", "it's": 3},
        "list": [{"n": 4}, {"n": 5}],
        "currency": "eur",
        "f": False,
    }
    assert [(one.path, one.shown) for one in candidates.numbers(body)] == [
        ("a.b", "1"),
        ("a.c", "2.50"),
        ("list[0].n", "4"),
    ]
    assert candidates.currency(body) == ("currency", "EUR") and candidates.currency({"unit": "USD"}) is None
    assert len(candidates.numbers({f"k{n}": n for n in range(500)})) == candidates.MOST
