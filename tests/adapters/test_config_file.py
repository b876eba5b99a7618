"""One setting changes; every other byte of the file stays."""

import copy
import difflib
import os
import random
import re
import subprocess
import sys
import tomllib

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from creditsui.adapters import atomic
from creditsui.adapters.config_file import REMOVE, change, change_all, remove
from creditsui.config import Config, ConfigError, load
from tests.soak import rounds

HAND_MADE = """\
# My settings
schema = 1            # do not touch

[thresholds] # percent
healthy = 80          # I like it green
  warning=50

# --- accounts -------------------------------------------

[accounts.openrouter]
label = 'OpenRouter ☕'
capacity = 100.0      # what I top up to
\"key\" = "auto"
thresholds = { critical = 10, 'healthy' = 90 } # inline
budget.amount = 5     # dotted
# probe = true

[sources.claude-code]
paths = [ # more roots
  "/a",   # first
  "/b",
]
note = '''
[accounts.openrouter]
label = "not me"
'''

[display]
sort = "name"
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "config.toml"


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(True), after.splitlines(True)) if line[0] in "+-"]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        (
            ("thresholds", "healthy"),
            85,
            ["- healthy = 80          # I like it green", "+ healthy = 85          # I like it green"],
        ),
        (("thresholds", "critical"), 20, ["+   critical = 20"]),
        (("accounts", "openrouter", "label"), "New", ["- label = 'OpenRouter ☕'", '+ label = "New"']),
        (("accounts", "openrouter", "key"), "keyring", ['- "key" = "auto"', '+ "key" = "keyring"']),
        (
            ("accounts", "openrouter", "thresholds", "healthy"),
            95,
            [
                "- thresholds = { critical = 10, 'healthy' = 90 } # inline",
                "+ thresholds = { critical = 10, 'healthy' = 95 } # inline",
            ],
        ),
        (
            ("accounts", "openrouter", "thresholds", "days"),
            2,
            [
                "- thresholds = { critical = 10, 'healthy' = 90 } # inline",
                "+ thresholds = { critical = 10, 'healthy' = 90, days = 2 } # inline",
            ],
        ),
        (("accounts", "openrouter", "budget", "per"), "week", ['+ budget.per = "week"']),
        (("accounts", "openrouter", "probe"), True, ["+ probe = true"]),
        (
            ("accounts", "groq", "currency"),
            "EUR",
            ["+ [accounts.groq]", '+ currency = "EUR"', "+ "],
        ),
        (("timezone",), "UTC", ['+ timezone = "UTC"']),
        (("display", "theme"), "nord", ['+ theme = "nord"']),
        (("keys", "quit"), "x", ["+ ", "+ [keys]", '+ quit = "x"']),
        (("accounts", "openrouter", "capacity"), REMOVE, ["- capacity = 100.0      # what I top up to"]),
        (
            ("accounts", "openrouter", "thresholds", "critical"),
            REMOVE,
            [
                "- thresholds = { critical = 10, 'healthy' = 90 } # inline",
                "+ thresholds = { 'healthy' = 90 } # inline",
            ],
        ),
        (
            ("sources", "claude-code", "paths"),
            REMOVE,
            ["- paths = [ # more roots", '-   "/a",   # first', '-   "/b",', "- ]"],
        ),
        (("display",), REMOVE, ["- ", "- [display]", '- sort = "name"']),
        (("nothing", "of", "it"), REMOVE, []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_only_the_line_concerned_changes(path, key, value, expected, newline):
    before = HAND_MADE.replace("\n", newline)
    path.write_bytes(before.encode())
    change(path, key, value)
    after = path.read_bytes().decode()
    lines = [line.rstrip("\r\n") for line in changed_lines(before, after) if line[0] != "?"]
    assert [line.rstrip() for line in lines] == [line.rstrip() for line in expected]
    assert all(line.endswith(newline) for line in changed_lines(before, after))
    assert not list(path.parent.glob("*.bak"))


def test_a_byte_order_mark_and_a_missing_last_line_end_survive(path):
    path.write_bytes(b'\xef\xbb\xbfschema = 1\n[display]\nsort = "name"')
    change(path, ("display", "theme"), "nord")
    assert path.read_bytes() == b'\xef\xbb\xbfschema = 1\n[display]\nsort = "name"\ntheme = "nord"'
    remove(path, ("display", "theme"))
    assert path.read_bytes() == b'\xef\xbb\xbfschema = 1\n[display]\nsort = "name"'


def test_a_new_file_says_what_each_field_is(path):
    new = path.parent / "deep" / "config.toml"
    change_all(new, {("accounts", "anthropic", "capacity"): 50.0, ("thresholds", "critical"): 10})
    text = new.read_text()
    assert new.stat().st_mode & 0o777 == 0o600
    assert new.parent.stat().st_mode & 0o777 == 0o700
    fields = [number for number, line in enumerate(text.splitlines()) if " = " in line and line[0] != "#"]
    assert len(fields) == 22
    assert all(text.splitlines()[number - 1].startswith("# ") for number in fields)
    config = load(new)
    assert config.unknown == ()
    assert config.accounts[0].capacity == 50
    assert config.thresholds.critical == 10
    assert (config.timezone, config.refresh_minutes, config.display) == (
        Config().timezone,
        Config().refresh_minutes,
        Config().display,
    )


def test_a_whole_account_comes_and_goes_without_a_trace(path):
    path.write_text(HAND_MADE)
    change(path, ("accounts", "groq"), {"provider": "groq", "thresholds": {"critical": 5}, "pool": ""})
    assert load(path).account("groq").thresholds.critical == 5
    assert set(HAND_MADE.splitlines()) <= set(path.read_text().splitlines())
    remove(path, ("accounts", "groq"))
    assert path.read_text() == HAND_MADE


def test_an_empty_table_can_be_made(path):
    path.write_text("# mine\n")
    change(path, ("accounts", "groq"), {})
    assert path.read_text() == "# mine\n\n[accounts.groq]\n"
    assert load(path).accounts[0].id == "groq"


def test_what_cannot_be_edited_is_rewritten_and_kept_aside(path):
    old = "# a comment that a rewrite loses\n[[prices.x]]\nz = 1\n\n[[prices.x]]\nz = 2\n"
    path.write_text(old)
    change(path, ("prices", "x", "y"), 3)
    assert tomllib.loads(path.read_text()) == {"prices": {"x": {"y": 3}}}
    assert path.with_name("config.toml.bak").read_text() == old


@pytest.mark.parametrize("broken", [b"schema = \n", b"[thresholds]\nhealthy = 200\n", b"x = '\xff'\n", b"schema = 2\n"])
def test_a_broken_file_is_left_alone(path, broken):
    path.write_bytes(broken)
    with pytest.raises(ConfigError, match="line"):
        change(path, ("timezone",), "UTC")
    assert path.read_bytes() == broken
    assert [one.name for one in path.parent.iterdir() if one.is_file()] == ["config.toml"]


def test_a_change_may_mend_a_broken_value(path):
    path.write_text("[thresholds]\nhealthy = 200 # oops\n")
    change(path, ("thresholds", "healthy"), 80)
    assert path.read_text() == "[thresholds]\nhealthy = 80 # oops\n"


def test_a_value_that_is_not_allowed_never_gets_into_the_file(path):
    path.write_text(HAND_MADE)
    with pytest.raises(ConfigError, match="refresh_minutes is 0; write a whole number from 1 to 1440"):
        change(path, ("refresh_minutes",), 0)
    assert path.read_text() == HAND_MADE


def test_setting_what_is_set_writes_nothing(path):
    path.write_text(HAND_MADE)
    os.utime(path, (1, 1))
    change(path, ("display", "sort"), "name")
    remove(path, ("accounts", "nobody"))
    assert path.stat().st_mtime == 1


def test_what_an_editor_saves_meanwhile_is_kept(path, monkeypatch):
    path.write_text(HAND_MADE)
    original = atomic.replace
    edits = iter(["# saved by an editor\n"])

    def replace(target, data, **options):
        for line in edits:
            path.write_text(line + HAND_MADE)
        original(target, data, **options)

    monkeypatch.setattr(atomic, "replace", replace)
    change(path, ("display", "sort"), "config")
    assert path.read_text() == "# saved by an editor\n" + HAND_MADE.replace('sort = "name"', 'sort = "config"')


def test_whatever_an_editor_saves_before_the_last_look_is_kept(path):
    """100 times, at any call that a change makes up to the look just before the file is replaced."""

    def save(n: int) -> None:
        text = f"# edit {n}\n" + HAND_MADE
        if n % 2:
            path.write_text(text)
        else:  # as editors do that write a new file
            path.with_name("new").write_text(text)
            path.with_name("new").replace(path)

    def at(moment: int, n: int) -> int:
        """Change a value, let the editor save at that call, and say how many calls there were before the last look."""
        calls = last = 0

        def watch(frame, event, _):
            nonlocal calls, last
            if event in {"call", "c_call"}:
                calls += 1
                if event == "call" and frame.f_code is atomic._bytes.__code__:
                    last = calls
                if calls == moment:
                    sys.setprofile(None)
                    save(n)

        path.write_text(HAND_MADE)
        sys.setprofile(watch)
        try:
            change(path, ("display", "sort"), "config")
        finally:
            sys.setprofile(None)
        return last

    at(-1, 0)  # what is done the first time only
    last = at(-1, 0)
    assert last > 100
    chance = random.Random(5)
    for n in range(100):
        at(chance.randrange(1, last), n)
        found = path.read_text()
        assert found == f"# edit {n}\n" + HAND_MADE.replace('sort = "name"', 'sort = "config"'), n


def test_many_instances_change_their_own_keys(path):
    path.write_text(HAND_MADE)
    code = (
        "import sys; from pathlib import Path; from creditsui.adapters.config_file import change\n"
        "for n in range(10): change(Path(sys.argv[1]), ('accounts', f'a{sys.argv[2]}', f'x{n}'), n)"
    )
    workers = [subprocess.Popen([sys.executable, "-c", code, str(path), str(number)]) for number in range(4)]
    assert [worker.wait(60) for worker in workers] == [0] * 4
    accounts = tomllib.loads(path.read_text())["accounts"]
    assert all(accounts[f"a{number}"] == {f"x{n}": n for n in range(10)} for number in range(4))
    assert set(HAND_MADE.splitlines()) <= set(path.read_text().splitlines())


# Random files. The names mean nothing to creditsui, so any value is allowed under them.

names = st.sampled_from(["a", "b", "c-d", "e f", "ü", "g.h"])
words = st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=["Cs", "Cc"]), max_size=6)
scalars = st.one_of(
    st.integers(-9, 99), st.booleans(), words, st.sampled_from([1.5, float("inf"), -0.0, "x # y", "] = [", 'q"q', "'"])
)
values = st.one_of(scalars, st.lists(scalars, max_size=3))


def spelled(draw, name: str) -> str:
    if re.fullmatch(r"[\w-]+", name, re.ASCII) and draw(st.booleans()):
        return name
    return draw(st.sampled_from([f'"{name}"', f"'{name}'"]))


def dotted(draw, path) -> str:
    return draw(st.sampled_from([".", " . "])).join(spelled(draw, name) for name in path)


def basic(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def written(draw, value, count) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        styles = [basic(value)]
        if "'" not in value:
            styles += [f"'{value}'", f"'''{value}'''"]
        if '"' not in value and "\\" not in value:
            styles += [f'"""\n# not a comment\n[no.header]\n{value}"""', f'"""{value}\\\n   """']
        return draw(st.sampled_from(styles))
    if isinstance(value, list):
        inner = [written(draw, one, count) for one in value]
        if draw(st.booleans()):
            return "[" + ", ".join(inner) + "]"
        return "[ # in\n" + "".join(f"  {one}, # ] in\n" for one in inner) + "]"
    return repr(value)


@st.composite
def toml_files(draw) -> str:
    count = iter(range(10**6))
    lines: list[str] = []

    def litter() -> None:
        for _ in range(draw(st.integers(0, 2))):
            lines.append(draw(st.sampled_from(["", "  ", f"# c{next(count)}", f"  # key = {next(count)}", "#[a.b]"])))

    def assign(path, value) -> None:
        tail = draw(st.sampled_from(["", " ", f" # c{next(count)}", "#"]))
        if draw(st.integers(0, 5)) == 0:
            inner = draw(st.lists(names, max_size=3, unique=True))
            text = (
                "{ "
                + ", ".join(f"{dotted(draw, [one])} = {written(draw, draw(scalars), count)}" for one in inner)
                + "}"
            )
            assume("\n" not in text)
        else:
            text = written(draw, value, count)
        equals = draw(st.sampled_from(["=", " = ", "   ="]))
        lines.append(draw(st.sampled_from(["", "  ", "\t"])) + dotted(draw, path) + equals + text + tail)

    def body(depth: int) -> None:
        for name in draw(st.lists(names, max_size=3, unique=True)):
            litter()
            assign([name, *draw(st.lists(names, max_size=1))], draw(values))

    body(0)
    for path in draw(st.lists(st.lists(names, min_size=1, max_size=3).map(tuple), max_size=4, unique=True)):
        litter()
        lines.append(
            draw(st.sampled_from(["", " "])) + f"[ {dotted(draw, path)} ]" + draw(st.sampled_from(["", " # h"]))
        )
        body(1)
    litter()
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n"]))
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assume(False)
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return draw(st.sampled_from(["", "\ufeff"])) + text


def with_key(values: dict, key, value) -> dict | None:
    """What the file says with that key set; None where something that is no table is in the way."""
    result = copy.deepcopy(values)
    table = result
    for name in key[:-1]:
        table = table.setdefault(name, {})
        if not isinstance(table, dict):
            return None
    table[key[-1]] = value
    return result


def at(values: dict, key):
    for name in key:
        values = values.get(name) if isinstance(values, dict) else None
    return values


keys = st.lists(names, min_size=1, max_size=4).map(tuple)


@settings(max_examples=rounds(full=120, short=40), deadline=None, suppress_health_check=list(HealthCheck))
@given(before=toml_files(), key=keys, value=values)
def test_any_change_to_any_file(tmp_path_factory, before, key, value):
    path = tmp_path_factory.mktemp("any", numbered=True) / "config.toml"
    path.write_bytes(before.encode())
    old = tomllib.loads(before.removeprefix("\ufeff"))
    wanted = with_key(old, key, value)
    assume(before and wanted is not None)
    change(path, key, value)
    after = path.read_bytes().decode()
    assert same(tomllib.loads(after.removeprefix("\ufeff")), wanted)
    assert not path.with_name("config.toml.bak").exists()
    was = at(old, key)
    if was is None:  # nothing but an insertion
        start, end = common(before, after), common(before[::-1], after[::-1])
        assert start + end >= len(before)
        made_table = headers(after) > headers(before)
        if made_table <= (at(old, key[:-1]) is None) and not any("{" in line for line in changed_lines(before, after)):
            change(path, key[:-1] if made_table else key, REMOVE)
            assert filled(path.read_bytes().decode()) == filled(before)
    elif not isinstance(was, dict):
        assert comments(before) == comments(after)
        kept = [line for line in before.splitlines(True) if re.match(r"\s*# (c\d+|key = \d+)\s*$|\s*\[ ", line)]
        assert all(line in after for line in kept)


def common(one: str, other: str) -> int:
    """How many characters at the start are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def filled(text: str) -> list[str]:
    """The lines that are not blank."""
    return [line for line in text.removeprefix("\ufeff").splitlines(True) if line.strip()]


def headers(text: str) -> int:
    return len(re.findall(r"(?m)^\ufeff?[ \t]*\[", text))


def comments(text: str) -> list[str]:
    return re.findall(r"# c\d+|# key = \d+|# h", text)


def same(one, other) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return repr(one) == repr(other)


@settings(max_examples=rounds(full=60, short=25), deadline=None, suppress_health_check=list(HealthCheck))
@given(before=toml_files(), key=keys)
def test_any_removal_from_any_file(tmp_path_factory, before, key):
    path = tmp_path_factory.mktemp("any", numbered=True) / "config.toml"
    path.write_bytes(before.encode())
    old = tomllib.loads(before.removeprefix("\ufeff"))
    assume(before and at(old, key) is not None)
    change(path, key, REMOVE)
    after = path.read_bytes().decode()
    assert at(tomllib.loads(after.removeprefix("\ufeff")), key) is None
    assert not path.with_name("config.toml.bak").exists()
    position = 0
    for line in filled(after):  # what is left stands in the old file, in the same order
        if "{" not in line:
            found = before.find(line.rstrip("\r\n"), position)
            assert found >= 0
            position = found


def test_what_a_new_file_says_of_alerts_is_what_holds_without_it():
    from creditsui.adapters.config_new import defaults
    from creditsui.core.alerts.settings import AlertSettings, read

    assert read(defaults()["alerts"]) == AlertSettings()
