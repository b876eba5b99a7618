"""What the declared form says to every slip of the pen."""

import tomllib
from contextlib import suppress
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from creditsui.domain.clean import clean
from creditsui.providers.declaration import DeclarationError
from creditsui.providers.declared import load
from creditsui.providers.spec import Provider
from tests.providers.test_declared import GOOD
from tests.soak import rounds

KEYS = [
    "name",
    "url",
    "env",
    "ask",
    "balance",
    "limit",
    "window",
    "spend",
    "badge",
    "error",
    "params",
    "regions",
    "plan",
]
KEYS += [
    "auth",
    "prefixes",
    "key_forms",
    "tells",
    "path",
    "query",
    "headers",
    "body",
    "remaining",
    "currency",
    "each",
    "when",
]


def ask(more: str) -> str:
    """With another line in its ask, line 6."""
    return GOOD.replace("path =", f"{more}\npath =")


# line, what stands instead, what is said
MISTAKES: list[tuple[str, str, int | None, str]] = [
    ("syntax", 'name = "x\n', 1, "Illegal character '\\n'"),
    ("twice", GOOD + 'name = "again"\n', None, ""),
    ("slip of a key", GOOD.replace("remaining", "remainng"), 9, "remainng means nothing here (did you mean remain"),
    ("slip at the root", GOOD.replace("url", "ulr"), 2, "ulr means nothing here (did you mean url?)"),
    ("slip of a table", GOOD.replace("balance", "balanse"), 8, "balanse means nothing here (did you mean balance?)"),
    ("no path", GOOD.replace('path = "/v1/credits"', ""), 5, "[ask] path is missing"),
    ("slip in an ask", GOOD.replace("path", "pth"), 6, "[ask] pth means nothing here (did you mean path?)"),
    ("unknown key", ask('zzz = 1'), 6, "[ask] zzz means nothing here; there are auth, body"),
    ("number for text", GOOD.replace('"Acme AI"', "7"), 1, "name must be text in quotes"),
    ("text for list", GOOD.replace('["ACME_API_KEY"]', '"A_KEY"'), 3, 'env must be a list of texts, such as ["one"]'),
    ("number in list", GOOD.replace('["ACME_API_KEY"]', "[1]"), 3, "env must be a list of texts"),
    ("key for a variable", GOOD.replace("ACME_API_KEY", "sk-0123456789abcdefghij"), 3, "never a key itself"),
    ("key like a variable", GOOD.replace("ACME_API_KEY", "gsk_0123456789abcdefghij"), 3, "never a key itself"),
    ("no url", GOOD.replace('url = "https://api.acme.ai"\n', ""), None, "url is missing; write where the service is"),
    ("plain http", GOOD.replace("https://api", "http://api"), 2, "url must begin with https:// and a host"),
    ("a query in url", GOOD.replace("acme.ai", "acme.ai?x=1"), 2, "and nothing after the path"),
    ("a password in url", GOOD.replace("https://", "https://u:p@"), 2, "url must begin with https://"),
    ("no host", GOOD.replace("https://api.acme.ai", "https://"), 2, "url must begin with https://"),
    ("upwards", GOOD.replace("/v1/credits", "/v1/../admin"), 6, "must not hold “//” or “..”"),
    ("upwards, encoded", GOOD.replace("/v1/credits", "/v1/%2e%2e/admin"), 6, "must not hold “//” or “..”"),
    ("another host", GOOD.replace("/v1/credits", "//evil.example/x"), 6, "must not hold “//” or “..”"),
    ("a host by @", GOOD.replace("/v1/credits", "/@evil.example"), 6, "[ask] path must begin with one “/”"),
    ("a whole address", GOOD.replace("/v1/credits", "https://evil.example"), 6, "[ask] path must begin with one “/”"),
    ("url of an ask", ask('url = "https://evil.example"'), 6, "[ask] url means nothing here"),
    ("query in path", GOOD.replace("/v1/credits", "/v1/credits?a=b"), 6, "use [ask.query]"),
    ("undeclared param", GOOD.replace("credits", "{team}"), 6, "holds {team}, which no [params.team] declares"),
    ("method", ask('method = "PUT"'), 6, "[ask] method must be one of: GET, POST"),
    ("failure", ask('failure = "sofd"'), 6, "did you mean soft?"),
    ("minutes", ask("every_minutes = -1"), 6, "a whole number from 0 to 1440"),
    ("slot", ask('credential = ["login"]'), 6, "must be a list of these: key, admin_key"),
    ("no second key", ask('credential = ["admin_key"]'), None, "admin_credential is missing"),
    ("body of a GET", ask("body = {a = 1}"), 6, 'is sent with method = "POST" only'),
    ("date in a body", ask('method = "POST"\nbody = {a = 2026-11-20}'), 7, "JSON cannot say"),
    ("key in a body", ask('method = "POST"\nbody = {a = "sk-0123456789abcdefghij"}'), 7,
     "holds what looks like a key"),
    ("key in a header", ask('headers = {X-A = "sk-0123456789abcdefghij"}'), 6, "looks like a key"),
    ("own Authorization", ask('headers = {Authorization = "x"}'), 6, "cannot set Authorization"),
    ("own Host", ask('headers = {host = "evil.example"}'), 6, "cannot set host"),
    ("injected header", ask('headers = {X-A = "a\\r\\nHost: b"}'), 6, "a line end"),
    ("header name", ask('headers = {"X A" = "a"}'), 6, "a table of header names"),
    ("key in the query", ask('query = {api_key = "x"}'), 6, "it must go into a header"),
    ("auth without key", ask('auth = "Authorization: Bearer"'), 6, "a header that ends with {key}"),
    ("auth injected", 'auth = "Authorization: {key}\\r\\nX: y"\n' + GOOD, 1, "a line end"),
    ("auth in a plain header", 'auth = "X-Acme: {key}"\n' + GOOD, 1, "auth must be a header whose name says"),
    ("when of the first", ask('when = "a == 1"'), 6, "has no answer before it"),
    ("two of one name", GOOD + '[[ask]]\nname = "answer"\npath = "/x"\n', 5, "has two tables of one name"),
    ("expression", GOOD.replace('"left"', '"left +"'), 9, "[balance] remaining is no path or calculation"),
    ("list for expression", GOOD.replace('"left"', '["left"]'), 9, "must be a path or a calculation in quotes"),
    ("no currency", GOOD.replace('currency = "USD"\n', ""), 8, "[balance] currency is missing"),
    ("currency", GOOD.replace('"USD"', '"$"'), 10, "must be a code such as USD"),
    ("no remaining", GOOD.replace('remaining = "left"\n', ""), 8, "[balance] remaining is missing"),
    ("scale", GOOD + 'scale = "1/0"\n', 11, "must be a number such as 0.01"),
    ("scale 0", GOOD + "scale = 0\n", 11, "must be a number such as 0.01"),
    ("from", GOOD + 'from = "usage"\n', 11, "names no ask; there are answer"),
    ("nothing to show", GOOD.partition("[[balance]]")[0], None, "balance is missing; say where a number stands"),
    ("cap", GOOD + '[limit]\ncurrency = "USD"\n', 11, "[limit] amount is missing"),
    ("resets", GOOD + '[limit]\namount = "a"\ncurrency = "USD"\nresets = "yearly"\n', 14, "daily, weekly, monthly"),
    ("window", GOOD + '[[window]]\nlimit = "a"\n', 11, "[window] used_fraction is missing"),
    ("unit", GOOD + '[[window]]\nused_fraction = "a"\nunit = "token"\n', 13, "did you mean tokens?"),
    ("spend", GOOD + '[spend]\ncurrency = "USD"\n', 11, "[spend] all is missing"),
    ("spend by day", GOOD + '[spend]\neach = "a"\nday = "b"\ncurrency = "USD"\n', 11, "[spend] amount is missing"),
    ("badge", GOOD + "[[badge]]\n", 11, "[badge] text is missing"),
    ("error without when", GOOD + '[[error]]\nkind = "busy"\n', 11, "[error] when is missing"),
    ("error kind", GOOD + '[[error]]\nstatus = 402\nkind = "locked"\n', 13, "must be one of: unknown, rejected"),
    ("status", GOOD + '[[error]]\nstatus = [402, "x"]\n', 12, "a whole number from 100 to 599, or a list"),
    ("probe without a price", ask('opt_in = "probe"'), None, "cost_of_asking is missing"),
    ("price without a probe", 'cost_of_asking = "1 token"\n' + GOOD, 1, "means nothing where no ask is a probe"),
    ("prefix", 'prefixes = {"a-" = "adminkey"}\n' + GOOD, 1, "lead to key, to admin_key, or to a sentence"),
    ("everybody's prefix", 'key_forms = ["sk-"]\n' + GOOD, 1, "that no other service's keys have"),
    ("tells", 'tells = ["money"]\n' + GOOD, 1, "must be a list of these: balance, spend"),
    ("region", GOOD + '[regions]\n"api.acme.cn" = "CNY"\n', 11, "leads from addresses"),
    ("param without words", GOOD + '[params.team]\nenv = ["ACME_TEAM"]\n', 11, "[params.team] says is missing"),
    ("param called key", GOOD + '[params.key]\nsays = "x"\n', 11, "and not key"),
    ("semantics", 'semantics = "money"\n' + GOOD, 1, "must be one of: balance, counter, cap, window"),
    ("long text", GOOD.replace("Acme AI", "A" * 400), 1, "name is longer than 300 characters"),
    ("hidden sign", GOOD.replace("Acme AI", "Acme\u202eAI"), 1, "another character that is not seen"),
    ("table for list", GOOD.replace("[[balance]]", "[balance.x]"), 8, ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "says"), [one[1:] for one in MISTAKES], ids=[one[0] for one in MISTAKES])
def test_a_mistake_has_a_file_a_line_and_what_to_write(text: str, line: int | None, says: str) -> None:
    with pytest.raises(DeclarationError) as fault:
        load(text, "acme", "acme.toml")
    assert says in fault.value.message and str(fault.value).startswith("acme.toml")
    if line is not None:
        assert fault.value.line == line
    assert "0123456789abcdefghij" not in str(fault.value)


TEXTS = st.sampled_from(
    ["", "a", "https://a.ai", "/x", "USD", "data.left", "{key}", "Authorization: {key}", "\n", "\u202e"]
)
VALUES = st.recursive(
    TEXTS | st.text(max_size=6) | st.integers() | st.booleans() | st.floats() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner),
    max_leaves=8,
)


@settings(deadline=None, max_examples=rounds(full=300, short=80), suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=6), st.booleans())
def test_no_declaration_is_met_by_anything_but_a_provider_or_a_sentence(values: dict[str, Any], whole: bool) -> None:
    text = tomli_w.dumps({**tomllib.loads(GOOD), **values} if whole else values)
    try:
        provider = load(text, "acme", "acme.toml")
    except DeclarationError as fault:
        assert str(fault).startswith("acme.toml") and clean(str(fault), None) == str(fault)
    else:
        assert isinstance(provider, Provider)


@settings(deadline=None, max_examples=rounds(full=200, short=60))
@given(st.text(max_size=40) | st.text("[]{}=\"'\n.#a1 ", max_size=40))
def test_no_text_is_met_by_anything_else(text: str) -> None:
    with suppress(DeclarationError):
        load(GOOD + text, "acme", "acme.toml")
