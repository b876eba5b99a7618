"""Providers in the user's folder: found, mended, told from built-in ones, and given no key by their mere presence."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from creditsui.core import board as boards
from creditsui.core import settings
from creditsui.core.accounts import credentials, detect, keys
from creditsui.core.accounts.choices import providers
from creditsui.core.asking.refresh import refresh
from creditsui.core.declare.declared import Catalogue, declared
from creditsui.core.doctor import doctor
from creditsui.core.session import Session
from creditsui.domain.secret import Secret
from creditsui.outputs.json import as_json
from creditsui.providers import catalogue
from creditsui.providers.spec import Provider
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.servers import Server

__all__ = ["clock", "session_of"]

ACME = """
name = "Acme AI"
url = "https://llm.acme.internal"
env = ["ACME_API_KEY"]
[[ask]]
path = "/v1/credits"
[[balance]]
remaining = "left"
currency = "USD"
"""


@pytest.fixture
def folder(home: Path) -> Path:
    path = home / ".config" / "creditsui" / "providers"
    path.mkdir(parents=True)
    return path


@pytest.fixture
def session(session_of: SessionOf, folder: Path) -> Session:
    return replace(session_of(), providers=Catalogue(folder))


def configured(session: Session, text: str) -> None:
    session.paths.config.write_text(text)


def with_env(session: Session, **env: str) -> Session:
    return replace(session, env={**session.env, **env})


def row(session: Session, id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in as_json(boards.board(session))["accounts"] if one["id"] == id)
    return found


def test_a_declared_provider_is_found_by_its_variable_like_a_built_in_one(session: Session, folder: Path) -> None:
    (folder / "acme.toml").write_text(ACME)
    session = with_env(session, ACME_API_KEY="acme-0123456789abcdef")
    assert [one.id for one in detect.accounts(session, settings.config(session))] == ["acme"]
    assert any(one.provider == "acme" and one.found == "env:ACME_API_KEY" for one in detect.detect(session))
    assert detect.detect(session)[0].place == "~/.config/creditsui/config.toml"
    assert "llm.acme.internal" in doctor(session).hosts


def test_built_in_providers_are_all_there_and_one_declared_under_their_name_is_refused(folder: Path) -> None:
    (folder / "openai.toml").write_text(ACME)
    found = Catalogue(folder)
    assert found()["openai"] is catalogue()["openai"] and set(found()) == set(catalogue())
    assert [str(one) for one in found.faults] == ["openai.toml: openai is built in; give the file another name."]


async def test_a_broken_declaration_costs_its_own_row_only_and_is_picked_up_once_it_is_mended(
    session: Session, folder: Path, clock: Clock
) -> None:
    with Server({("GET", "/v1/credits"): {"left": 4.2}}) as server:
        good = ACME.replace("https://llm.acme.internal", server.url)
        (folder / "good.toml").write_text(good.replace("ACME_API_KEY", "GOOD_API_KEY"))
        (folder / "acme.toml").write_text(good.replace("remaining", "remainng"))
        session = with_env(session, ACME_API_KEY="acme-0123456789abcdef", GOOD_API_KEY="good-0123456789abcdef")
        await refresh(session)
        assert row(session, "good")["balance"]["remaining"] == 4.2
        problem = row(session, "acme")["problem"]
        assert (
            problem["message"] == "acme.toml line 8: [balance] remainng means nothing here (did you mean remaining?)."
        )
        assert problem["action"] == "creditsui providers test acme"
        assert any("acme.toml line 8" in one for one in doctor(session).advice)
        (folder / "acme.toml").write_text(good)
        await refresh(session)
        assert row(session, "acme")["balance"]["remaining"] == 4.2 and row(session, "acme")["problem"] is None


async def test_a_key_that_was_refused_is_tried_again_when_the_declaration_changes(
    session: Session, folder: Path
) -> None:
    def answer(request: Any) -> Any:
        from tests.servers import Reply

        right = request.headers.get("x-api-key") == "acme-0123456789abcdef"
        return Reply({"left": 1}) if right else Reply({"error": "no"}, 401)

    with Server({("GET", "/v1/credits"): answer}) as server:
        text = ACME.replace("https://llm.acme.internal", server.url)
        (folder / "acme.toml").write_text(text)
        session = with_env(session, ACME_API_KEY="acme-0123456789abcdef")
        for _ in range(2):
            await refresh(session)
        assert row(session, "acme")["problem"]["kind"] == "rejected" and len(server.requests) == 1
        (folder / "acme.toml").write_text('auth = "x-api-key: {key}"\n' + text)
        await refresh(session)
        assert row(session, "acme")["balance"]["remaining"] == 1.0


def test_a_file_alone_sends_no_key_of_another_provider_anywhere(session: Session, folder: Path) -> None:
    (folder / "acme.toml").write_text(ACME.replace("ACME_API_KEY", "OPENAI_API_KEY"))
    session = with_env(session, OPENAI_API_KEY="sk-real-0123456789abcdef")
    assert "acme" not in {one.id for one in detect.accounts(session, settings.config(session))}
    provider = session.providers()["acme"]
    assert provider.borrowed == {"OPENAI_API_KEY"}
    settings.add_account(session, "acme")
    account = settings.existing(session, "acme")
    assert credentials.resolve(session, account, provider).slots["key"].source == "env:OPENAI_API_KEY"
    alone = replace(account, configured=False)
    assert not credentials.resolve(session, alone, provider).slots
    assert any("acme is sent the key in OPENAI_API_KEY" in one for one in doctor(session).advice)


def test_a_found_account_takes_no_lent_key_beside_its_own(session: Session, folder: Path) -> None:
    (folder / "acme.toml").write_text(ACME.replace('["ACME_API_KEY"]', '["ACME_KEY", "OPENAI_API_KEY"]'))
    session = with_env(session, OPENAI_API_KEY="sk-real-0123456789abcdef", ACME_KEY="ä broken one")
    (account,) = (one for one in detect.accounts(session, settings.config(session)) if one.id == "acme")
    assert not credentials.resolve(session, account, session.providers()["acme"]).slots


def test_two_declared_providers_share_no_variable_without_being_asked_to(session: Session, folder: Path) -> None:
    for name in ("acme", "other"):
        (folder / f"{name}.toml").write_text(ACME)
    session = with_env(session, ACME_API_KEY="acme-0123456789abcdef")
    assert not detect.accounts(session, settings.config(session))


@pytest.mark.parametrize("variable", ["OPENAI_API_KEY", "ACME_API_KEY"])
def test_no_key_becomes_part_of_an_address(folder: Path, variable: str) -> None:
    (folder / "acme.toml").write_text(f'{ACME}\n[params.team]\nsays = "team"\nenv = ["{variable}"]\n')
    _, faults = declared(folder)
    assert str(faults[0]) == (
        f"acme.toml line 13: [params.team] env names {variable}, which holds a key; a key is no part of an address."
    )


@pytest.mark.parametrize(
    ("team", "asked"), [("..", None), (".", None), ("a/../b?c#d@e", "/v1/a%2F..%2Fb%3Fc%23d%40e/x")]
)
async def test_what_a_user_says_stays_one_step_of_the_path(
    session: Session, folder: Path, team: str, asked: str | None
) -> None:
    with Server({("GET", "*"): {"left": 1}}) as server:
        text = ACME.replace("https://llm.acme.internal", server.url).replace("/v1/credits", "/v1/{team}/x")
        (folder / "acme.toml").write_text(f'{text}[params.team]\nsays = "team id"\nenv = ["ACME_TEAM"]\n')
        session = with_env(session, ACME_API_KEY="acme-0123456789abcdef", ACME_TEAM=team)
        await refresh(session)
        assert [one.target for one in server.requests] == ([asked] if asked else [])
        assert (row(session, "acme")["problem"] is None) is (asked is not None)


@pytest.mark.parametrize(
    "key", ["acme-0123\r\nHost: evil.example", "acme-0123\nX: y", "acme 0123456789", "acmé-0123456"]
)
async def test_no_key_injects_a_header(session: Session, folder: Path, key: str) -> None:
    with Server({("GET", "/v1/credits"): {"left": 1}}) as server:
        (folder / "acme.toml").write_text(ACME.replace("https://llm.acme.internal", server.url))
        session = with_env(session, ACME_API_KEY=key)
        await refresh(session)
        assert not server.requests and row(session, "acme")["problem"]["kind"] == "rejected"


def test_a_declared_provider_does_not_catch_keys_that_a_built_in_one_knows(folder: Path) -> None:
    (folder / "acme.toml").write_text('key_forms = ["sk-or-v1-x", "acme-"]\n' + ACME)
    own, _ = declared(folder)
    assert own["acme"].key_forms == ("acme-",)


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("My File.toml", lambda path: path.write_text(ACME), "An id is up to 64 small letters"),
        ("-x.toml", lambda path: path.write_text(ACME), "An id is up to 64 small letters"),
        ("folder.toml", lambda path: path.mkdir(), "it cannot be read"),
        ("pipe.toml", lambda path: os.mkfifo(path), "it cannot be read"),
        ("nowhere.toml", lambda path: path.symlink_to("/nonexistent"), "it cannot be read"),
        ("device.toml", lambda path: path.symlink_to("/dev/zero"), "it cannot be read"),
        ("big.toml", lambda path: path.write_text("#" * (1 << 20)), "it is larger than 64 KiB"),
        ("latin.toml", lambda path: path.write_bytes(b'name = "caf\xe9"'), "a character is not UTF-8"),
        ("broken.toml", lambda path: path.write_text('name = "x'), "broken.toml line 1: "),
        ("deep.toml", lambda path: path.write_text("a = " + "[" * 9000), "nested too deeply"),
        ("long.toml", lambda path: path.write_text("a = " + "9" * 9000), "a number is too long"),
    ],
)
def test_what_is_no_declaration_is_said_and_the_others_work(folder: Path, name: str, make: Any, says: str) -> None:
    (folder / "acme.toml").write_text(ACME)
    make(folder / name)
    found = Catalogue(folder)
    assert found()["acme"].name == "Acme AI"
    assert len(found.faults) == 1 and says in str(found.faults[0])
    stem = name.removesuffix(".toml")
    assert (stem in found()) is settings.fit(stem)


def test_a_link_to_a_file_elsewhere_and_a_byte_order_mark_are_fine(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xef\xbb\xbf" + ACME.replace("\n", "\r\n").encode())
    (folder / "acme.toml").symlink_to(tmp_path / "mine.toml")
    found = Catalogue(folder)
    assert found()["acme"].name == "Acme AI" and not found.faults


def test_what_editors_leave_behind_is_no_declaration(folder: Path) -> None:
    (folder / ".acme.toml").write_text("half")
    (folder / ".#acme.toml").symlink_to("/nonexistent")
    (folder / "acme.toml~").write_text("old")
    assert declared(folder) == ({}, ())


def test_the_folder_is_read_again_only_when_it_changed(folder: Path) -> None:
    (folder / "acme.toml").write_text(ACME)
    found = Catalogue(folder)
    assert found() is found()
    before = found()
    (folder / "acme.toml").write_text(ACME.replace("Acme AI", "Acme"))
    assert found() is not before and found()["acme"].name == "Acme"
    (folder / "acme.toml").unlink()
    assert "acme" not in found()


def test_a_key_cannot_be_stored_for_a_declaration_with_a_mistake(session: Session, folder: Path) -> None:
    (folder / "acme.toml").write_text("currency = 1" + ACME)
    settings.add_account(session, "acme")
    with pytest.raises(settings.Unsettable, match=r"acme\.toml line 1: currency"):
        keys.save(session, "acme", Secret("acme-0123456789abcdef"), "file")


def test_a_declared_provider_can_be_chosen_and_a_mistake_in_it_is_marked(session: Session, folder: Path) -> None:
    (folder / "acme.toml").write_text(ACME)
    (folder / "broken.toml").write_text("currency = 1" + ACME)
    by_id = {one.id: one for one in providers(session)}
    assert by_id["acme"].declared == str(folder / "acme.toml") and by_id["acme"].tells == ("balance",)
    assert not by_id["acme"].fault and by_id["broken"].fault.startswith("broken.toml line 1: currency")


def test_an_account_whose_file_is_gone_says_so(session: Session, folder: Path) -> None:
    configured(session, '[accounts.acme]\nprovider = "acme"\n')
    assert any("no provider acme" in one for one in doctor(session).advice)


def test_broken_declarations_are_providers_that_cannot_be_asked(folder: Path) -> None:
    (folder / "acme.toml").write_text('env = ["ACME_API_KEY", "no-name"]\nurl = 1\n')
    own, _ = declared(folder)
    broken = own["acme"]
    assert isinstance(broken, Provider) and broken.fault is not None and broken.asks == ()
    assert broken.env == ("ACME_API_KEY",)
