"""Fields set by name: what may be said, what may not, and that a key given by mistake is never repeated."""

import tomllib
from typing import Any

import pytest

from creditsui.core import settings
from creditsui.core.accounts import fields as account_fields
from creditsui.core.session import Session
from creditsui.domain.reading import Reading
from creditsui.providers.spec import Get, Param, Provider
from tests.core.conftest import SessionOf

CONFIG = '# mine\n[accounts.acme]   # work\nlabel = "Acme"  # short\n\n[accounts.jar]\nprovider = "manual"\npool = ""\n'
CANARY = "sk-canary-0123456789"
ACME = Provider(
    id="acme",
    name="Acme",
    url="https://api.acme.example",
    console_url="",
    parse=lambda answers: Reading(at=answers.now),
    asks=(Get(name="probe", path="/", opt_in="probe"),),
    env=("ACME_API_KEY",),
    params={"team": Param("team id, from acme.example/team"), "org": Param("organization", required=False)},
)
MANUAL = Provider(id="manual", name="Manual", url="", console_url="", parse=lambda answers: Reading(at=answers.now))


@pytest.fixture
def session(session_of: SessionOf) -> Session:
    return session_of(ACME, MANUAL, config=CONFIG)


def saved(session: Session) -> dict[str, Any]:
    account: dict[str, Any] = tomllib.loads(session.paths.config.read_text())["accounts"]["acme"]
    return account


def test_one_value_changes_and_every_other_byte_stays(session: Session) -> None:
    said = account_fields.change(session, "acme", {"capacity": "€50", "currency": "eur", "team": "t-1", "probe": "on"})
    assert said == "Acme: capacity, currency, team, probe are set."
    assert saved(session) == {
        "label": "Acme", "capacity": 50, "currency": "EUR", "probe": True, "params": {"team": "t-1"},
    }  # fmt: skip
    text = session.paths.config.read_text()
    assert text.startswith('# mine\n[accounts.acme]   # work\nlabel = "Acme"  # short\n')
    assert [line for line in CONFIG.splitlines() if line not in text.splitlines()] == []
    account_fields.change(session, "acme", {"capacity": "", "currency": "", "team": "", "probe": "no"})
    assert saved(session).get("params", {}) == {}
    assert "capacity" not in saved(session) and saved(session)["probe"] is False


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("capacity", "0", "more than nothing"),
        ("capacity", "¥5", "in USD"),
        ("capacity", CANARY, "amount"),
        ("currency", "$$", "currency"),
        ("pool", "nobody", "no account"),
        ("pool", "acme", "another account"),
        ("pool", CANARY + "!", "another account"),
        ("base_url", "http://far.example", "https://"),
        ("base_url", f"https://me:{CANARY}@far.example", "https://"),
        ("base_url", f"https://far.example/?key={CANARY}", "https://"),
        ("probe", "perhaps", "true or false"),
        ("key", CANARY, "creditsui key set acme"),
        ("key", "keyring", "creditsui key set acme"),
        ("enabled", "false", "account enable acme"),
        ("critical", "10", "thresholds acme"),
        (
            "moon",
            "1",
            "label=, currency=, capacity=, budget=, pool=, base_url=, probe=, key=, admin_key=, team= and org=",
        ),
        (CANARY, "", "no field of that name"),
    ],
)
def test_what_cannot_be_is_refused_and_not_repeated(session: Session, name: str, value: str, word: str) -> None:
    with pytest.raises(settings.Unsettable) as refusal:
        account_fields.change(session, "acme", {"label": "New", name: value})
    assert word in str(refusal.value) and "canary" not in str(refusal.value)
    assert session.paths.config.read_text() == CONFIG


def test_nothing_to_probe_is_said(session: Session) -> None:
    with pytest.raises(settings.Unsettable, match="without a request"):
        account_fields.change(session, "jar", {"probe": "true"})


def test_a_purse_is_shared_with_its_owner_only(session: Session) -> None:
    account_fields.change(session, "jar", {"pool": "acme"})
    settings.add_account(session, "third", provider="manual")
    with pytest.raises(settings.Unsettable, match="pool=acme"):
        account_fields.change(session, "third", {"pool": "jar"})


@pytest.mark.parametrize(
    ("env", "word"),
    [
        ({}, "A key that was kept for https://api.acme.example stays with https://api.acme.example; confirm one for "),
        ({"ACME_API_KEY": CANARY}, "Its key from the environment goes to https://proxy.example from now on"),
    ],
)
def test_another_address_says_what_becomes_of_the_key(session_of: SessionOf, env: dict[str, str], word: str) -> None:
    session = session_of(ACME, MANUAL, config=CONFIG, env=env)
    assert word in account_fields.change(session, "acme", {"base_url": "https://proxy.example/v1/"})
    assert saved(session)["base_url"] == "https://proxy.example/v1"
    same_host = account_fields.change(session, "acme", {"base_url": "https://proxy.example/v2"})
    assert same_host == "Acme: base_url is set."


def test_what_the_configuration_cannot_mean_is_found(session_of: SessionOf) -> None:
    config = (
        '[accounts.lost]\nprovider = "nobody"\n[accounts.acme]\npool = "gone"\n[accounts.acme.params]\nmoon = "1"\n'
        '[accounts.jar]\nprovider = "manual"\n[accounts.own]\nprovider = "proxy"\n'
    )
    proxy = Provider(
        id="proxy", name="Proxy", url="", console_url="", parse=ACME.parse, asks=(Get(name="key", path="/"),)
    )
    session = session_of(ACME, MANUAL, proxy, config=config)
    found = {one: account_fields.faults(session, settings.existing(session, one)) for one in ("lost", "jar", "own")}
    assert found == {
        "lost": ["there is no provider “nobody”"],
        "jar": [],
        "own": ["set its address: creditsui account set own base_url=https://…"],
    }
    assert account_fields.faults(session, settings.existing(session, "acme")) == [
        "there is no account “gone” to share a purse with",
        "Acme has no param “moon”",
        "set its team: creditsui account set acme team=…",
    ]


def test_a_budget_is_set_changed_and_taken_away_by_its_words(session: Session) -> None:
    assert account_fields.change(session, "acme", {"budget": "€50/month", "currency": "eur"})
    assert saved(session)["budget"] == {"amount": 50, "per": "month"}
    found = settings.existing(session, "acme").budget
    assert found is not None and (found.amount.currency, found.per) == ("EUR", "month")
    account_fields.change(session, "acme", {"budget": "7,50 a week"})
    assert saved(session)["budget"] == {"amount": 7.5, "per": "week"}
    with pytest.raises(settings.Unsettable, match="in EUR"):
        account_fields.change(session, "acme", {"budget": "$50/month"})
    with pytest.raises(settings.Unsettable, match="Write a budget like 50/month"):
        account_fields.change(session, "acme", {"budget": CANARY})
    for none in ("none", ""):
        account_fields.change(session, "acme", {"budget": "50/month"})
        account_fields.change(session, "acme", {"budget": none})
        assert "budget" not in saved(session)
    assert CONFIG.splitlines()[1] in session.paths.config.read_text()
