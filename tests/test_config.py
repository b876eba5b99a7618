"""The settings: every value that is used is checked, and a fault says its line and what may stand there."""

import os
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.config import Config, ConfigError, Display, load, parse, zone
from creditsui.domain.account import Account, Budget, Thresholds
from creditsui.domain.money import money
from creditsui.toml_text import line_of, scan

FULL = """\
schema = 1
timezone = "Europe/Berlin"
refresh_minutes = 10

[thresholds]
healthy = 80
days = 2

[display]
theme = "nord"
density = "rows"
motion = "none"
glyphs = "ascii"
sort = "config"

[accounts.zed]

[accounts.openrouter]
provider = "openrouter"
label = "Open\\u202eRouter\\u001b[31m"
enabled = false
key = "env:MY_KEY"
admin_key = "keyring"
pool = "zed"
base_url = "http://127.0.0.1:8080/api/"
capacity = 100
currency = "eur"
probe = true

[accounts.openrouter.thresholds]
critical = 10

[accounts.openrouter.budget]
amount = 0.1
per = "day"

[sources.claude-code]
enabled = true

[alerts]
command = ["true"]

[prices."mystery-9000"]
input = 1.0

[routing]
pin = "x"

[keys]
sync = "s"
"""


def test_everything_is_understood():
    config = parse(FULL)
    assert (config.timezone, config.refresh_minutes) == ("Europe/Berlin", 10)
    assert config.thresholds == Thresholds(healthy=80, days=2)
    assert config.display == Display("nord", "rows", "none", "ascii", "config")
    assert [account.id for account in config.accounts] == ["zed", "openrouter"]
    assert config.account("zed") == Account("zed", "zed", "zed", currency="", thresholds=Thresholds(healthy=80, days=2))
    assert config.account("openrouter") == Account(
        id="openrouter",
        provider="openrouter",
        label="OpenRouter[31m",
        enabled=False,
        key="env:MY_KEY",
        admin_key="keyring",
        pool="zed",
        base_url="http://127.0.0.1:8080/api",
        capacity=100.0,
        currency="EUR",
        probe=True,
        thresholds=Thresholds(healthy=80, days=2, critical=10),
        budget=Budget(money("0.1", "EUR"), "day"),
    )
    assert config.account("nobody") is None
    assert set(config.rest) == {"sources", "alerts", "prices", "routing"}
    assert config.keys == {"sync": "s"}
    assert config.unknown == ()


def test_nothing_is_the_defaults():
    assert parse("") == parse("# only a comment") == Config()
    assert Config().thresholds == Thresholds(75, 50, 25, 0, 0)


def test_what_is_unknown_is_told_and_ignored():
    config = parse(
        'colour = "red"\n[display]\nfont = 1\ncolors.bar = "#123456"\n'
        "[accounts.a]\nx = { y = 1 }\nbudget = { amount = 1, z = 2 }\n"
        "[accounts.a.thresholds]\nbad = 1\n[future]\nx = 1\n[sources.any]\nthing = 1\n"
    )
    assert set(config.unknown) == {
        "colour",
        "display.font",
        "display.colors.bar",
        "accounts.a.x",
        "accounts.a.budget.z",
        "accounts.a.thresholds.bad",
        "future",
    }


FAULTS = [
    ("schema = 2", 1, "schema was written by a newer creditsui (schema 2): update creditsui."),
    ("schema = 'x'", 1, "schema is “x”; write a whole number from 1."),
    ("\n\nrefresh_minutes = 0", 3, "refresh_minutes is 0; write a whole number from 1 to 1440."),
    ("refresh_minutes = 1441", 1, "refresh_minutes is 1441; write a whole number from 1 to 1440."),
    ("refresh_minutes = true", 1, "refresh_minutes is true; write a whole number from 1 to 1440."),
    ("refresh_minutes = 5.0", 1, "refresh_minutes is 5.0; write a whole number from 1 to 1440."),
    ('timezone = "Mars/Olympus"', 1, 'timezone is “Mars/Olympus”; write "local" or a zone such as Europe/Berlin.'),
    ('timezone = "../../etc/passwd"', 1, 'write "local" or a zone'),
    ('timezone = "Europe"', 1, 'write "local" or a zone'),
    ("[thresholds]\n\n# c\nhealthy = 200", 4, "[thresholds] healthy is 200; write a number from 0 to 100."),
    ("[thresholds]\nhealthy = nan", 2, "[thresholds] healthy is nan; write a number from 0 to 100."),
    ("[thresholds]\nhealthy = '80'", 2, "[thresholds] healthy is “80”; write a number from 0 to 100."),
    ("[thresholds]\ndays = -1", 2, "[thresholds] days is -1; write a number from 0 (off)."),
    ("thresholds.critical = 90", 1, "[thresholds] has critical 90, warning 50, healthy 75. Edges run from"),
    ("thresholds = 3", 1, "thresholds is 3; write a table, [thresholds]."),
    ("[[thresholds]]", 1, "thresholds is a list; write a table, [thresholds]."),
    ('[display]\nsort = "best"', 2, "[display] sort is “best”; write worst, name or config."),
    ("[display]\ntheme = 1", 2, "[display] theme is 1; write text in quotes."),
    ("[display]\ndensity = ['auto']", 2, "[display] density is a list; write auto, cards or rows."),
    ("[accounts]\nopenrouter = true", 2, "[accounts] openrouter is true; write a table, [accounts.openrouter]."),
    ("[accounts.OpenRouter]", 1, "an account is called “OpenRouter”; write a to z, 0 to 9"),
    ('[accounts."a b"]', 1, "an account is called “a b”"),
    ('[accounts.""]', 1, "an account is called “”"),
    (f"[accounts.{'a' * 65}]", 1, "at most 64"),
    ('[accounts.a]\nprovider = "Open Router"', 2, "[accounts.a] provider is “Open Router”; write an id"),
    ('[accounts.a]\nprovider = ""', 2, "[accounts.a] provider is “”; write an id"),
    ('[accounts.a]\npool = "a"', 2, "[accounts.a] pool is “a”; write the id of another account"),
    ('[accounts.a]\npool = "B"', 2, "[accounts.a] pool is “B”; write an id"),
    ("[accounts.a]\npool = 1", 2, "[accounts.a] pool is 1; write text in quotes."),
    ('[accounts.a]\nenabled = "yes"', 2, "[accounts.a] enabled is “yes”; write true or false."),
    ("[accounts.a]\nprobe = 1", 2, "[accounts.a] probe is 1; write true or false."),
    ("[accounts.a]\ncapacity = 0", 2, "[accounts.a] capacity is 0; write a number above 0."),
    ("[accounts.a]\ncapacity = inf", 2, "[accounts.a] capacity is inf; write a number above 0."),
    ("[accounts.a]\ncapacity = -5", 2, "[accounts.a] capacity is -5; write a number above 0."),
    ('[accounts.a]\ncurrency = "$"', 2, "[accounts.a] currency is “$”; write a code such as USD"),
    ('[accounts.a]\nbudget.per = "day"', 2, "[accounts.a.budget] amount is missing; write a number above 0."),
    ("[accounts.a.budget]\nper = 'year'\namount = 1", 2, "write day, week, month or total."),
    (
        "[accounts.a]\nthresholds = {warning = 10}",
        2,
        "[accounts.a.thresholds] has critical 25, warning 10, healthy 75.",
    ),
    ("alerts = 1", 1, "alerts is 1; write a table, [alerts]."),
    ('[display.colors]\nlow = "#fff"\n', 2, '[display.colors] low is “#fff”; write a colour such as "#4fc26b".'),
    ("[display]\ncolors.low = 3", 2, "[display.colors] low is 3; write text in quotes."),
    ('[display]\nmotion = "some"', 2, "[display] motion is “some”; write auto, full, reduced or none."),
    ("[keys]\nsync = 1", 2, "[keys] sync is 1; write text in quotes."),
]


@pytest.mark.parametrize(("text", "line", "says"), FAULTS, ids=[text for text, _, _ in FAULTS])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_fault_says_its_line_and_what_is_allowed(text, line, says, newline):
    with pytest.raises(ConfigError) as caught:
        parse(text.replace("\n", newline))
    assert caught.value.line == line
    assert str(caught.value).startswith(f"config.toml line {line}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize("key", ["key", "admin_key", "base_url"])
@pytest.mark.parametrize(
    "secret", ["sk-live-0123456789", "https://user:sk-live-0123456789@host", "env:sk-live-0123456789"]
)
def test_a_key_pasted_into_the_settings_is_never_repeated(key, secret):
    with pytest.raises(ConfigError) as caught:
        parse(f'[accounts.a]\n{key} = "{secret}"')
    assert "0123456789" not in f"{caught.value!s}{caught.value!r}{caught.value.__cause__!r}"
    assert caught.value.line == 2


@pytest.mark.parametrize(
    "url", ["https://api.example.com", "https://api.example.com:8443/v1", "http://localhost:1", "http://[::1]:9/x", ""]
)
def test_addresses_that_can_be_used(url):
    assert parse(f'[accounts.a]\nbase_url = "{url}"').accounts[0].base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com", "http://127.0.0.1.evil.com", "http://127.evil.com", "ftp://localhost", "//host",
        "host", "https://", "https://a@b", "https://:x@b", "https://host?x", "https://host/#f", "https://host:99999",
        "https://host:x", "https://ho st", "https://host\\\\x", "file:///etc/passwd", "https://ex\u00e4mple.com",
    ],
)  # fmt: skip
def test_addresses_that_cannot(url):
    with pytest.raises(ConfigError, match="base_url cannot be used; write https://host/path"):
        parse(f'[accounts.a]\nbase_url = "{url}"')


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = \n", 2),
        ("a = 1\na = 2", 2),
        ('a = "open', 1),
        ("[a\n", 1),
        ("a = '''\n\n", 3),
        ("x = [1,\n2\n", 3),
        ("\ufeffa = 1\n\n!", 3),
    ],
)
def test_a_syntax_error_has_its_line(text, line):
    with pytest.raises(ConfigError) as caught:
        parse(text)
    assert caught.value.line == line


@pytest.mark.parametrize("text", ["x = " + "[" * 5000, "x = " + "9" * 5000, "x = " + "{a=" * 5000])
def test_absurd_files_are_refused(text):
    with pytest.raises(ConfigError):
        parse(text)


def test_a_byte_order_mark_is_allowed():
    assert parse("\ufeffrefresh_minutes = 7").refresh_minutes == 7


@given(st.text(max_size=80))
def test_any_text_is_settings_or_a_sentence(text):
    try:
        assert isinstance(parse(text), Config)
    except ConfigError as error:
        assert str(error).isprintable()


@given(
    st.sampled_from(
        ["schema", "timezone", "thresholds", "display", "accounts", "keys", "alerts", "accounts.a", "display.sort"]
    ),
    st.sampled_from(
        ["1", "-1", "nan", "true", "'x'", "[]", "[1]", "{}", "{a = 1}", "{a = {}}", "1979-05-27", "07:32:00"]
    ),
)
def test_any_value_anywhere_is_settings_or_a_sentence(key, value):
    try:
        parse(f"{key} = {value}")
    except ConfigError as error:
        assert error.line == 1


# Files


def test_no_file_is_the_defaults(tmp_path):
    assert load(tmp_path / "nowhere" / "config.toml") == Config()


def test_a_file_is_read_as_it_is(tmp_path):
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())
    assert load(tmp_path / "config.toml") == parse(FULL)


def test_files_that_cannot_be_read(tmp_path):
    path = tmp_path / "config.toml"
    path.mkdir()
    with pytest.raises(ConfigError, match="not a file"):
        load(path)
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(ConfigError, match="not a file"):
        load(path)
    path.unlink()
    path.symlink_to(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        load(path)
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(ConfigError, match="not a file"):
        load(path)
    path.unlink()
    path.write_bytes(b"a = 1\nb = '\xe4'\n")
    with pytest.raises(ConfigError, match="not UTF-8") as caught:
        load(path)
    assert caught.value.line == 2
    path.write_bytes(b"#" * (1 << 20) + b"#")
    with pytest.raises(ConfigError, match="larger than 1 MiB"):
        load(path)


# Zones


def test_a_named_zone():
    assert zone(Config(timezone="Asia/Tokyo")) == ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    "name",
    ["Europe/Berlin", ":Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin", ":/usr/share/zoneinfo/Europe/Berlin"],
)
def test_the_local_zone_knows_its_summer_time(name):
    if name.lstrip(":").startswith("/") and not Path(name.lstrip(":")).exists():
        pytest.skip("this system keeps its zones elsewhere")
    local = zone(Config(), {"TZ": name})
    assert datetime(2026, 7, 1, tzinfo=local).utcoffset() == timedelta(hours=2)
    assert datetime(2026, 1, 1, tzinfo=local).utcoffset() == timedelta(hours=1)


def test_a_zone_in_a_file_of_its_own_is_the_same_as_long_as_the_file_is(tmp_path):
    place = tmp_path / "local"
    place.write_bytes(Path("/usr/share/zoneinfo/Europe/Berlin").read_bytes())
    here = zone(Config(), {"TZ": f":{place}"})
    assert zone(Config(), {"TZ": f":{place}"}) is here
    assert datetime(2026, 7, 1, tzinfo=here).utcoffset() == timedelta(hours=2)
    place.write_bytes(Path("/usr/share/zoneinfo/UTC").read_bytes())
    os.utime(place, ns=(1, 1))
    assert datetime(2026, 7, 1, tzinfo=zone(Config(), {"TZ": f":{place}"})).utcoffset() == timedelta(0)


def test_odd_local_zones_still_have_an_offset():
    assert zone(Config(), {"TZ": ""}) is UTC
    for env in ({}, {"TZ": "XYZ-3"}, {"TZ": "No/Such"}, {"TZ": "../etc"}, {"TZ": "/etc/passwd"}):
        assert datetime(2026, 7, 1, tzinfo=zone(Config(), env)).utcoffset() is not None


# Where things stand in a text


def test_every_value_is_found_where_it_stands():
    text = (
        "a = 1 # x\n"
        '"q.x" . b = { c = [1, 2, # z\n  {d = "}"}], e.f = \'x\' }\n'
        's = """a " "" \\""" b"""""\n'
        "d = 1979-05-27 07:32:00 # c\n"
        "[[x]]\nk=1\n[x.y]\nz=2\n[[x]]\nk = '''it''s'''\n[ p . 'q' ]\n"
    )
    tomllib.loads(text)
    found = scan(text)
    assert {one.path: text[one.start : one.end] for one in found.assignments} == {
        ("a",): "1",
        ("q.x", "b"): "{ c = [1, 2, # z\n  {d = \"}\"}], e.f = 'x' }",
        ("q.x", "b", "c"): '[1, 2, # z\n  {d = "}"}]',
        ("q.x", "b", "c", 0): "1",
        ("q.x", "b", "c", 1): "2",
        ("q.x", "b", "c", 2): '{d = "}"}',
        ("q.x", "b", "c", 2, "d"): '"}"',
        ("q.x", "b", "e", "f"): "'x'",
        ("s",): '"""a " "" \\""" b"""""',
        ("d",): "1979-05-27 07:32:00",
        ("x", 0, "k"): "1",
        ("x", 0, "y", "z"): "2",
        ("x", 1, "k"): "'''it''s'''",
    }
    assert [text[one.start : one.end] for one in found.sections[1:]] == ["[[x]]", "[x.y]", "[[x]]", "[ p . 'q' ]"]
    assert line_of(text, ("x", 1, "k")) == 11
    assert line_of(text, ("x",)) == 6
    assert line_of(text, ("x", 0, "y", "none")) == 8
    assert line_of(text, ("q.x", "b", "e")) == 3
    assert line_of(text, ("none",)) is None


def test_a_rise_that_nobody_booked_is_asked_about_unless_it_shall_be_booked_by_itself() -> None:
    assert parse("").accept == "ask"
    assert parse('[book]\naccept = "auto"').accept == "auto"
    with pytest.raises(ConfigError, match=r"line 2.*accept is “yes”; write ask or auto"):
        parse('[book]\naccept = "yes"')
