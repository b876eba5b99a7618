"""Accounts are added whole or not at all, and a key is sent to nobody but the service it is for."""

import tomllib
from typing import Any

import pytest

from creditsui.adapters import config_file
from creditsui.core import settings
from creditsui.core.accounts import adding, detect, keys
from creditsui.core.accounts.adding import Draft
from creditsui.core.session import Session
from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Balance, Reading
from creditsui.domain.secret import Secret
from creditsui.providers.spec import Answers, Get, Param, Provider
from tests.core.conftest import SessionOf
from tests.servers import Reply, Request, Server, html

KEY = Secret("acme-0123456789abcdef")
ADMIN = Secret("acme-adm-0123456789abcdef")
OTHERS = Secret("zeta-0123456789abcdef")


def parse(answers: Answers) -> Reading:
    return Reading(at=answers.now, balances=(Balance(money(answers["credits"].body["left"], "USD")),))


def knows(request: Request) -> Any:
    key = request.headers.get("authorization", "")
    return Reply({"left": "3.50", "manages": "adm" in key or "mgmt" in key}) if "acme" in key else Reply({}, 401)


def acme(url: str, **changes: Any) -> Provider:
    usual: dict[str, Any] = {
        "id": "acme",
        "name": "Acme",
        "url": url,
        "console_url": "https://acme.example/keys",
        "parse": parse,
        "asks": (Get(name="credits", path="/credits", credential=("key", "admin_key")),),
        "env": ("ACME_API_KEY",),
        "key_forms": ("acme-",),
        "prefixes": {"acme-adm-": "admin_key", "acme-bot-": "Acme's bot keys read nothing."},
        "slot_told": lambda answers: "admin_key" if answers["credits"].body["manages"] else "key",
        "admin_credential": "management key: everything",
    }
    return Provider(**(usual | changes))


ZETA = Provider(id="zeta", name="Zeta", url="", console_url="", parse=parse, key_forms=("zeta-", "acme-for-zeta-"))


def text(session: Session) -> str:
    return session.paths.config.read_text() if session.paths.config.exists() else ""


async def tried(session: Session, secret: Secret, **draft: Any) -> keys.KeyTest:
    return await adding.test(session, Draft(provider="acme", **draft), secret)


async def test_a_key_is_tried_before_anything_is_stored(session_of: SessionOf) -> None:
    with Server({("GET", "/credits"): knows}) as server:
        session = session_of(acme(server.url))
        result = await tried(session, KEY)
        assert (result.ok, result.slot, result.says) == (True, "key", "Acme accepts it: it reads balance.")
        assert not list(session.paths.home.rglob("*.toml"))


async def test_a_key_of_another_service_is_not_sent(session_of: SessionOf) -> None:
    with Server({("GET", "/credits"): knows}) as server:
        session = session_of(acme(server.url), ZETA, config="[accounts.acme]\n")
        for result in (await tried(session, OTHERS), await keys.test(session, "acme", OTHERS)):
            assert not result.ok and result.hopeless
            assert (result.says, result.other) == ("This is a key of Zeta.", "zeta")
        with pytest.raises(Refused, match="This is a key of Zeta"):
            keys.save(session, "acme", OTHERS, "file")
        assert server.requests == []
        assert not session.paths.keys.exists()
    assert keys.maker(session, OTHERS) == "zeta"
    assert keys.maker(session, Secret("sk-anybody-0123456789")) is None


async def test_the_longer_form_says_whose_key_it_is(session_of: SessionOf) -> None:
    with Server({("GET", "/credits"): knows}) as server:
        session = session_of(acme(server.url), ZETA)
        assert (await tried(session, Secret("acme-for-zeta-0123456789"))).other == "zeta"
        assert (await tried(session, ADMIN)).ok
        assert len(server.requests) == 1


async def test_a_key_lands_in_the_slot_that_its_prefix_announces(session_of: SessionOf) -> None:
    with Server({("GET", "/credits"): knows}) as server:
        session = session_of(acme(server.url))
        result = await tried(session, ADMIN)
        assert (result.slot, result.says) == ("admin_key", "Acme accepts it as its management key: it reads balance.")
        adding.add(session, Draft(provider="acme", id="acme"), ADMIN, "file")
    assert tomllib.loads(text(session))["accounts"]["acme"] == {"provider": "acme", "admin_key": "file"}
    assert "acme/admin_key@" in session.paths.keys.read_text()


async def test_a_key_lands_in_the_slot_that_the_provider_tells(session_of: SessionOf) -> None:
    with Server({("GET", "/credits"): knows}) as server:
        session = session_of(acme(server.url), config="[accounts.acme]\n")
        secret = Secret("acme-mgmt-0123456789")
        result = await keys.test(session, "acme", secret)
        assert result.slot == "admin_key"
        keys.save(session, "acme", secret, "file", result.slot)
        back = await keys.test(session, "acme", KEY, "admin_key")
        assert (back.slot, back.says) == ("key", "Acme accepts it as a plain key: it reads balance.")
    assert tomllib.loads(text(session))["accounts"]["acme"]["admin_key"] == "file"


async def test_a_kind_of_key_that_reads_nothing_is_not_sent(session_of: SessionOf) -> None:
    with Server({("GET", "/credits"): knows}) as server:
        session = session_of(acme(server.url))
        result = await tried(session, Secret("acme-bot-0123456789"))
        assert (result.ok, result.hopeless, result.says) == (False, True, "Acme's bot keys read nothing.")
        assert server.requests == []


async def test_a_failed_try_says_why_and_may_be_kept_all_the_same(session_of: SessionOf) -> None:
    with Server({("GET", "/credits"): html()}) as server:
        session = session_of(acme(server.url))
        result = await tried(session, KEY)
        assert not result.ok and not result.hopeless and result.says
        gone = await tried(session, KEY, base_url="http://127.0.0.1:1")
        assert not gone.ok and not gone.hopeless


async def test_params_and_a_region_are_asked_with_before_they_are_stored(session_of: SessionOf) -> None:
    with Server({("GET", "/here/teams/a b/credits"): {"left": "7"}}) as server:
        provider = acme(
            "https://api.acme.example",
            asks=(Get(name="credits", path="/teams/{team}/credits"),),
            params={"team": Param("team id, from acme.example/team", ("ACME_TEAM",))},
            regions={f"{server.url}/here": "CNY"},
            slot_told=None,
        )
        session = session_of(provider)
        at = {"base_url": f"{server.url}/here", "params": {"team": "a b"}}
        assert (await tried(session, KEY, **at)).ok
        assert not (await tried(session, KEY, base_url=f"{server.url}/here")).ok
        assert adding.currency(session, Draft(provider="acme", **at)) == "CNY"
        adding.add(session, Draft(provider="acme", id="acme", **at), KEY, "file")
    saved = tomllib.loads(text(session))["accounts"]["acme"]
    assert saved == {"provider": "acme", "base_url": f"{server.url}/here", "key": "file", "params": {"team": "a b"}}


@pytest.mark.parametrize(
    "wrong",
    [{"id": "UP"}, {"id": "there"}, {"pool": "nobody"}, {"base_url": "http://far.example"}, {"params": {"moon": "1"}},
     {"base_url": "https://u:pw@host"}, {"provider": "nobody"}],
)  # fmt: skip
async def test_what_cannot_be_added_leaves_neither_key_nor_account(
    session_of: SessionOf, wrong: dict[str, Any]
) -> None:
    session = session_of(acme("https://api.acme.example"), config='[accounts.there]\nprovider = "acme"\n')
    before = text(session)
    with pytest.raises(settings.Unsettable) as refusal:
        adding.add(session, Draft(**({"provider": "acme", "id": "acme"} | wrong)), KEY, "file")
    assert "pw" not in str(refusal.value)
    assert text(session) == before and not session.paths.keys.exists()


def test_a_keyring_that_keeps_nothing_leaves_no_account(session_of: SessionOf) -> None:
    session = session_of(acme("https://api.acme.example"))
    with pytest.raises(Refused):
        adding.add(session, Draft(provider="acme", id="acme"), KEY, "keyring")
    assert text(session) == ""


def test_a_configuration_that_cannot_be_written_leaves_no_key(
    session_of: SessionOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_of(acme("https://api.acme.example"))

    def full(*_: object) -> None:
        assert KEY.reveal() in session.paths.keys.read_text()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(config_file, "change_all", full)
    with pytest.raises(settings.Unsettable, match="No space left"):
        adding.add(session, Draft(provider="acme", id="acme"), KEY, "file")
    assert KEY.reveal() not in session.paths.keys.read_text()


def test_a_further_account_gets_a_free_id_and_takes_no_place_from_one_that_was_found(session_of: SessionOf) -> None:
    session = session_of(acme("https://api.acme.example"), env={"ACME_API_KEY": "acme-from-the-environment"})
    assert adding.proposed(session, "acme", own_key=False) == "acme"
    id = adding.proposed(session, "acme", own_key=True)
    assert id == "acme-2"
    adding.add(session, Draft(provider="acme", id=id), KEY, "file")
    assert [one.id for one in detect.accounts(session, settings.config(session))] == ["acme", "acme-2"]
    assert adding.proposed(session, "acme", own_key=True) == "acme-3"
    rows = {row.account: row.source for row in keys.listing(session)}
    assert rows == {"acme": "env:ACME_API_KEY", "acme-2": "file"}
