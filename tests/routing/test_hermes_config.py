# ruff: noqa: E501  # tables of what is wrong, one mistake a line
"""The route in config.yaml: what goes with it, what stays, and what the proof before writing would catch."""

import re

import pytest

from creditsui.routing.hermes_config import added, current, rewrite, verify
from creditsui.routing.route import Choice, Refused, Route
from tests.routing.configs import REAL, SWITCHED

DEEPSEEK = Choice("deepseek", "deepseek-v4-pro")
CLAUDE = Choice("anthropic", "claude-opus-5")
FLASH = Choice("gemini", "gemini-3-flash")
ROUTE = Route(DEEPSEEK, Choice("anthropic", "claude-haiku-5.5"), (CLAUDE, FLASH))


def switched(text: str, route: Route = ROUTE, ours: frozenset[Choice] = frozenset()) -> str:
    new = rewrite(text.encode(), route, ours)
    verify(text.encode(), new, route, ours)
    return new.decode()


def test_the_diff_of_a_real_file_is_the_routing_lines():
    old = REAL.decode()
    new = switched(old, Route(DEEPSEEK, Choice("anthropic", "claude-haiku-5.5"), (Choice("anthropic", "x"),)))
    before, after = old.splitlines(), new.splitlines()
    assert [one for one in before if one not in after] == [
        "  default: claude-opus-4-8      # flagship",
        "  provider: anthropic",
        "  model: deepseek-v4-flash",
        "  provider: deepseek",
    ]
    assert [one for one in after if one not in before] == [
        '  default: "deepseek-v4-pro"      # flagship',
        '  provider: "deepseek"',
        '  - provider: "anthropic"',
        '    model: "x"',
        '  model: "claude-haiku-5.5"',
        '  provider: "anthropic"',
    ]


def test_the_old_address_never_gets_the_key_of_the_new_provider():
    new = switched(
        "base_url: https://root.example/v1\napi_base: https://root.example/v2\n"
        "model:\n  default: q\n  provider: custom\n  base_url: https://llm.example.net/v1 # mine\n"
        "  api_base: https://llm.example.net/v2\n  api_mode: codex_responses\n"
        "delegation:\n  base_url: https://llm.example.net/v3\n"
    )
    assert "example" not in new
    assert new.count('""') == 6
    assert 'base_url: "" # mine' in new


def test_an_address_of_the_same_provider_is_the_users_own_and_stays():
    old = "model:\n  provider: minimax\n  default: m2\n  base_url: https://api.minimaxi.com/anthropic\n  api_mode: x\n"
    new = switched(old, Route(Choice("minimax", "m3")))
    assert new == old.replace("m2", '"m3"')


def test_helpers_as_the_primary_lose_what_they_had_of_their_own():
    new = switched(
        "model: x\ndelegation: {model: a, provider: b, base_url: 'https://c', max_iterations: 3}\n", Route(CLAUDE)
    )
    assert 'delegation: {model: "", provider: "", base_url: "", max_iterations: 3}' in new
    assert "delegation" not in switched("model: x\n", Route(CLAUDE))


def test_the_key_that_names_the_model_is_the_one_that_counts():
    assert 'model: "claude-opus-5"' in switched("model:\n  model: a\n  name: b\n  provider: anthropic\n", Route(CLAUDE))
    assert 'name: "claude-opus-5"' in switched("model:\n  name: b\n  provider: anthropic\n", Route(CLAUDE))
    assert switched("model:\n  default: a\n  name: b\n  provider: anthropic\n", Route(CLAUDE)).count('"') == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\n", None),
        ("model: ''\n", None),
        ("model: x\n", Route(Choice("", "x"))),
        ("provider: Custom\nmodel: x\n", Route(Choice("custom", "x"))),
        ("provider: a\nmodel: {name: x, provider: B}\n", Route(Choice("b", "x"))),
        ("model: x\ndelegation: {model: y}\n", Route(Choice("", "x"), Choice("", "y"))),
        ("model: x\ndelegation: {provider: a, model: y, base_url: u}\n", Route(Choice("", "x"), Choice("custom", "y"))),
        ("model: x\ndelegation: {provider: bedrock, model: y, base_url: u}\n",
         Route(Choice("", "x"), Choice("bedrock", "y"))),
        ("model: x\nfallback_providers: [{provider: a, model: b}, c, {provider: d}]\nfallback_model: "
         "[{provider: A, model: b}, {provider: e, model: f}, {provider: g, model: h, base_url: i}]\n",
         Route(Choice("", "x"), None, (Choice("a", "b"), Choice("e", "f")))),
    ],
)  # fmt: skip
def test_the_route_is_told_as_hermes_resolves_it(text, told):
    assert current(text.encode()) == told


def test_entries_of_the_user_stay_word_for_word_behind_those_of_the_route():
    own = "  # the box\n  - provider: custom   # here\n    model: q\n    base_url: http://127.0.0.1:1/v1\n    api_key: k\n"
    new = switched(f"model: x\nfallback_providers:\n{own}\n  - {{provider: gemini, model: gemini-3-flash}}\nz: 1\n")
    assert new.index('"claude-opus-5"') < new.index("gemini-3-flash") < new.index(own)
    assert new.count("gemini-3-flash") == 1


def test_an_entry_of_the_users_own_serves_where_it_says_the_same():
    own = "- provider: anthropic\n  model: claude-opus-5\n  key_env: MY_KEY\n"
    new = switched(f"model: x\nfallback_providers:\n- provider: a\n  model: b\n{own}", Route(DEEPSEEK, None, (CLAUDE,)))
    assert f"fallback_providers:\n{own}- provider: a\n" in new


def test_what_a_change_of_ours_added_goes_again_unless_somebody_wrote_beside_it():
    old = b"model: x\nfallback_providers:\n- provider: a\n  model: b\n"
    first = rewrite(old, ROUTE)
    ours = added(old, first)
    assert ours == {CLAUDE, FLASH}
    assert "opus" not in switched(first.decode(), Route(DEEPSEEK), ours)
    remarked = first.decode().replace('"claude-opus-5"', '"claude-opus-5"  # good')
    new = switched(remarked, Route(DEEPSEEK), ours)
    assert "claude-opus-5" in new
    assert "gemini" not in new
    with_key = first.decode().replace('"claude-opus-5"', '"claude-opus-5"\n  api_key: mine')
    assert "claude-opus-5" in switched(with_key, Route(DEEPSEEK), ours)


def test_a_remark_beside_an_entry_that_is_left_alone_is_no_lost_one():
    old = "model: x\nfallback_providers:\n- {provider: anthropic, model: claude-opus-5}\n- {provider: a, model: b} # why\n"
    assert "- {provider: a, model: b} # why\n" in switched(old, Route(DEEPSEEK), frozenset({CLAUDE}))


def test_entries_that_were_there_before_any_model_was_named_are_the_users():
    old = b"fallback_providers:\n- provider: a\n  model: b\n"
    assert added(old, rewrite(old, ROUTE)) == {CLAUDE, FLASH}


def test_a_list_of_which_all_was_ours_is_left_empty():
    text = "fallback_providers: # tried\n  - provider: anthropic\n    model: claude-opus-5\nmodel: {default: m, provider: p}"
    new = switched(text, Route(Choice("p", "m")), frozenset({CLAUDE}))
    assert new == "fallback_providers: [] # tried\nmodel: {default: m, provider: p}"


@pytest.mark.parametrize("word", ["", " x", "a\nb", "${KEY}", "x" * 300, "a\x00", "a\u2028b", "\ud800"])
def test_a_name_that_is_none_is_refused(word):
    for route in (
        Route(Choice("p", word)),
        Route(DEEPSEEK, Choice(word, "m")),
        Route(DEEPSEEK, None, (Choice("p", word),)),
    ):
        with pytest.raises(Refused):
            rewrite(b"model: x\n", route)


def test_a_name_with_signs_in_it_is_text_for_every_reader():
    for model in ("off", "0644", "12:30:45", "a: b # c", "say \"hi\" \\ 'ho'", "модель-🦊", "~", "[x]", "*a", "1e3"):
        assert current(switched("model: {default: x, provider: y}\n", Route(Choice("p", model))).encode()) == Route(
            Choice("p", model)
        )


def test_a_refusal_quotes_nothing_of_a_broken_file():
    with pytest.raises(Refused) as refused:
        rewrite(b"model: x\napi_key: sk-secret-1 'sk-secret-2': [*sk-secret-3\n", ROUTE)
    assert "sk-" not in str(refused.value)


def test_a_bomb_of_aliases_is_read_in_no_time():
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    switched(bomb + "model: x\n")


NEW = rewrite(REAL, ROUTE)
WRONG = {
    "a comment went": NEW.replace(b"# flagship", b""),
    "a comment among the fallbacks went": NEW.replace(b"  # the box under the desk\n", b""),
    "a blank line went": NEW.replace(b"\n\n", b"\n", 1),
    "quotes became others": NEW.replace(b"'yes'", b'"yes"'),
    "an anchor got another name": NEW.replace(b"gateway\n", b"id001\n"),
    "text became a truth": NEW.replace(b'mode: "off"', b"mode: off"),
    "a number became text": NEW.replace(b"0644", b'"0644"'),
    "a key changed": NEW.replace(b'"0123456789"', b'"1123456789"'),
    "a key came": NEW.replace(b'provider: "deepseek"\n', b'provider: "deepseek"\n  api_key: sk-a\n', 1),
    "a key came with a fallback": NEW.replace(b'model: "claude-opus-5"\n', b'model: "claude-opus-5"\n    api_key: sk-a\n'),
    "an entry of the user's went": NEW.replace(b"  - {provider: deepseek, model: deepseek-v4-pro}\n", b""),
    "an entry of the user's changed": NEW.replace(b"qwen3:32b", b"qwen3:33b"),
    "another fallback came": NEW.replace(b'  - provider: "gemini"', b"  - {provider: x, model: y}\n" b'  - provider: "gemini"'),
    "an address came": NEW.replace(b"base_url: ''", b"base_url: https://evil.example"),
    "an address of a block went": NEW.replace(b"base_url: https://api.deepseek.com/v1", b'base_url: ""'),
    "the primary is another": NEW.replace(b'default: "deepseek-v4-pro"', b'default: "deepseek-v4"'),
    "helpers get another": NEW.replace(b'"claude-haiku-5.5"', b'"claude-haiku-5"'),
    "the fallbacks changed places": NEW.replace(b'"gemini-3-flash"', b'"x"').replace(b'"claude-opus-5"', b'"gemini-3-flash"'),
    "the end of the file changed": NEW + b"\n",
    "blanks before a value changed": NEW.replace(b"base_url: ''", b"base_url:  ''"),
    "blanks after a name changed": NEW.replace(b"default: ", b"default : "),
    "line ends changed": NEW.replace(b"\n", b"\r\n"),
    "a mark of the byte order came": b"\xef\xbb\xbf" + NEW,
    "a setting of the model changed": NEW.replace(b"200000", b"100000"),
    "hex became decimal": NEW.replace(b"0x2000", b"8192"),
    "settings changed places": NEW.replace(b"  backend: local\n", b"").replace(b"12:30 ", b"12:30 ") + b"",
    "it is broken": NEW[:-300] + b"[",
    "it is empty": b"",
    "it is as before": REAL,
}  # fmt: skip


def test_the_proof_lets_the_true_one_pass():
    verify(REAL, NEW, ROUTE)


def test_entries_of_the_user_that_change_places_do_not_go_unnoticed():
    first, second = b"  - provider: openrouter        # pays", b"  # the box under the desk\n"
    start, middle, end = NEW.index(first), NEW.index(second), NEW.index(b"  - {provider: deepseek")
    moved = NEW[:start] + NEW[middle:end] + NEW[start:middle] + NEW[end:]
    with pytest.raises(Refused, match="change their order"):
        verify(REAL, moved, ROUTE)


def test_a_comment_within_brackets_does_not_go_unnoticed():
    old = SWITCHED["braces_on_lines"]
    new = rewrite(old, ROUTE)
    verify(old, new, ROUTE)
    with pytest.raises(Refused, match="a comment would go"):
        verify(old, new.replace(b" # first", b""), ROUTE)


@pytest.mark.parametrize("what", WRONG)
def test_nothing_is_written_where(what):
    assert WRONG[what] != NEW
    with pytest.raises(Refused, match=re.compile("Nothing was written|Hermes cannot read|no settings")):
        verify(REAL, WRONG[what], ROUTE)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("model: {default: x, provider: a}\nmodel: {default: x, provider: a}\n", 2),
        ("model:\n  default: x\n  provider: a\n  provider: a\n", 4),
        ("model: {default: x, base_url: a, base_url: a}\n", 1),
        ("model: x\nprovider: a\nprovider: a\n", 3),
        ("model: x\ndelegation:\n  model: a\n  model: a\n", 4),
        ("model: x\nfallback_providers:\n  - provider: a\n    model: b\n    model: b\n", 5),
        ("model: x\nfallback_model: {provider: a, model: b, provider: a}\n", 2),
        ("a: &it\n  default: x\n  default: x\nmodel: *it\n", 3),
    ],
)
def test_a_part_of_the_route_that_is_told_twice_is_refused_before_anybody_asks_for_a_change(text, line):
    with pytest.raises(Refused, match="twice") as refused:
        current(text.encode())
    assert refused.value.line == line


def test_what_is_told_twice_and_is_none_of_the_route_is_left_alone():
    assert current(b"skin: a\nskin: b\nmodel: {default: x, provider: a, max_tokens: 1, max_tokens: 2}\n") is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("model: [a\n", "Line 2: Hermes cannot read it: expected ',' or ']', but got '<stream end>'."),
        ("model: *sk-secret\n", "Line 1: Hermes cannot read it: found undefined alias …."),
        ('model: "\\q"\n', "Line 1: Hermes cannot read it: found unknown escape character …."),
        ("model: 'it'''s'\n", "Line 1: Hermes cannot read it: "),
        ("key: !sk-secret 1\n", "Line 1: Hermes cannot read it: could not determine a constructor for the tag …."),
    ],
)
def test_a_fault_of_the_file_is_told_without_a_word_of_what_stands_in_it(text, said):
    with pytest.raises(Refused) as refused:
        current(text.encode())
    assert str(refused.value).startswith(said) and "secret" not in str(refused.value)
