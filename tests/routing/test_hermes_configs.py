"""Configs of many shapes: switched so that no other byte moves, and back byte by byte; or refused with a reason."""

import re
from datetime import UTC, datetime

import pytest

from creditsui.adapters import hermes_write
from creditsui.routing.hermes_config import added, current, rewrite, verify
from creditsui.routing.route import Choice, Refused, Route
from tests.routing.configs import REFUSED, SWITCHED

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DEEPSEEK = Route(
    Choice("deepseek", "deepseek-v4-pro"),
    Choice("anthropic", "claude-haiku-5.5"),
    (Choice("anthropic", "claude-opus-5"), Choice("gemini", "gemini-3-flash")),
)
GEMINI = Route(Choice("gemini", "gemini-3.1-pro"), None, (Choice("openrouter", "deepseek/deepseek-v4-pro"),))
ALONE = Route(Choice("openrouter", "anthropic/claude-opus-5"))
ROUTES = {"deepseek": DEEPSEEK, "gemini": GEMINI, "alone": ALONE}
_ROUTED = re.compile(
    r"""\ufeff?[ {-]*["']?(model|delegation|fallback_\w+|default|name|provider|base_url|api_base|api_mode)["']? *:|\{"""
)


def others(text: str) -> list[str]:
    """Lines that name no part of a route, in order: a plain look at the text, without any YAML."""
    return [one.strip() for one in text.splitlines() if one.strip(" {}[],") and not _ROUTED.match(one)]


def test_there_are_more_than_fifty_shapes_and_as_many_that_are_refused():
    assert len(SWITCHED) >= 50
    assert len(REFUSED) >= 46


@pytest.mark.parametrize("wanted", ROUTES.values(), ids=ROUTES)
@pytest.mark.parametrize("name", SWITCHED)
def test_a_switch_changes_the_route_and_nothing_else(name, wanted):
    old = SWITCHED[name]
    new = rewrite(old, wanted)
    verify(old, new, wanted)
    stands = current(new)
    assert stands is not None
    assert (stands.primary, stands.delegation) == (wanted.primary, wanted.delegation)
    assert stands.fallbacks[: len(wanted.fallbacks)] == wanted.fallbacks
    assert rewrite(new, wanted) == new, "a second time changes nothing"
    if name == "quoted_over_lines":  # the name of the model was two of them
        old = old.replace(b"\\\n    opus", b"opus")
    before, after = others(old.decode()), iter(others(new.decode()))
    assert [line for line in before if line not in after] == [], "lines are gone, or out of order"
    for every in (b"\r\n", b"\r", b"\n"):
        if set(re.findall(rb"\r\n|\r|\n", old)) == {every}:
            assert set(re.findall(rb"\r\n|\r|\n", new)) == {every}
    assert new.startswith(b"\xef\xbb\xbf") == old.startswith(b"\xef\xbb\xbf")
    assert new.endswith((b"\n", b"\r")) == old.endswith((b"\n", b"\r"))
    assert sorted(re.findall(rb"#.*", new)) == sorted(re.findall(rb"#.*", old)), "comments"
    assert new.count(b"api_key") == old.count(b"api_key"), "no key is ever written"


@pytest.mark.parametrize("name", SWITCHED)
def test_switched_twice_and_taken_back_twice_it_is_what_it_was(name, tmp_path):
    config, history = tmp_path / "config.yaml", tmp_path / "data" / "routing.json"
    config.write_bytes(SWITCHED[name])
    config.chmod(0o640)
    told = [SWITCHED[name]]
    for wanted in (DEEPSEEK, GEMINI):
        new = rewrite(told[-1], wanted)
        if hermes_write.apply(config, told[-1], new, wanted, history=history, at=NOW, reason="test"):
            told.append(new)
    assert len(told) == (2 if name == "already" else 3)
    while len(told) > 1:
        assert config.read_bytes() == told.pop()
        hermes_write.undo(config, history=history)
    assert config.read_bytes() == SWITCHED[name]
    assert config.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", SWITCHED)
def test_what_a_switch_added_goes_with_the_next_and_the_users_own_stay(name):
    old = SWITCHED[name]
    before = current(old)
    own = before.fallbacks if before else ()
    first = rewrite(old, DEEPSEEK)
    ours = added(old, first)
    second = rewrite(first, GEMINI, ours)
    verify(first, second, GEMINI, ours)
    stands = current(second)
    assert stands is not None
    remarked = name == "braces_on_lines"  # with remarks inside, nobody can tell whose an entry is
    assert set(stands.fallbacks) == {*GEMINI.fallbacks, *own, *(ours if remarked else ())}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_sure_is_refused_with_its_line(name):
    data, line, reason = REFUSED[name]
    with pytest.raises(Refused, match=re.escape(reason)) as refused:
        verify(data, rewrite(data, DEEPSEEK), DEEPSEEK)
    assert refused.value.line == line
    assert "\n" not in str(refused.value)
