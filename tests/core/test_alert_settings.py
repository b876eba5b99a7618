"""The section [alerts], read strictly: what is meant is never guessed, and what may be a secret is never repeated."""

from datetime import date, time

import pytest

from creditsui.config import ConfigError
from creditsui.core import doctor
from creditsui.core.alerts.settings import AlertSettings, alert_settings, read
from creditsui.domain.quiet import Quiet
from tests.core.conftest import SessionOf

CANARY = "ntfy://sk-canary-0123456789@host/topic"


def test_without_a_section_all_is_as_the_manual_says() -> None:
    assert read(None) == read({}) == AlertSettings()
    plain = AlertSettings()
    assert plain.enabled and plain.desktop and not plain.bell and plain.quiet_hours is None and not plain.refills


def test_all_of_it(session_of: SessionOf) -> None:
    config = """
[alerts]
enabled = false
bell = true
desktop = false
title = false
command = ["notify", "me", "--fast"]
urls = ["phone", "team.chat", "phone"]
quiet_hours = "22:00-07:00"
refills = true
ignore = ["window", "spike"]
until = 2026-12-24
"""
    found = alert_settings(session_of(config=config))
    assert found == AlertSettings(
        enabled=False,
        bell=True,
        desktop=False,
        title=False,
        command=("notify", "me", "--fast"),
        urls=("phone", "team.chat"),
        quiet_hours=Quiet(time(22), time(7)),
        refills=True,
        ignore=frozenset({"window", "spike"}),
        until=date(2026, 12, 24),
    )
    assert found.through("anybody") == date(2026, 12, 24)


def test_a_day_to_last_through_may_be_one_for_each_account() -> None:
    found = read({"until": {"anthropic": "2026-12-24", "xai": date(2027, 1, 1)}})
    assert found.through("anthropic") == date(2026, 12, 24) and found.through("xai") == date(2027, 1, 1)
    assert found.through("openai") is None
    assert read({"until": "2026-12-24"}).through("xai") == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ([], "write [alerts]"),
        ({"enabled": "yes"}, "enabled is neither true nor false"),
        ({"bell": 1}, "bell is neither"),
        ({"command": CANARY}, "command is no list"),
        ({"command": [CANARY, 3]}, "command is no list"),
        ({"command": [""]}, "names no program"),
        ({"command": ["a\0b"]}, "names no program"),
        ({"urls": [CANARY]}, "creditsui alerts add NAME"),
        ({"urls": CANARY}, "urls is no list"),
        ({"quiet_hours": "late"}, '"22:00-07:00"'),
        ({"quiet_hours": 22}, '"22:00-07:00"'),
        ({"ignore": [CANARY]}, "there are band, runway, lot"),
        ({"until": "Christmas"}, '"2026-12-24"'),
        ({"until": {"xai": 3}}, '"2026-12-24"'),
        ({"until": 20261224}, '"2026-12-24"'),
    ],
)
def test_a_mistake_is_one_sentence_that_repeats_no_value(section: object, says: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(section)
    said = str(refused.value)
    assert says in said and said.startswith("config.toml: ") and "\n" not in said
    assert "canary" not in said


def test_the_doctor_names_what_means_nothing_and_what_is_wrong(session_of: SessionOf) -> None:
    session = session_of(config="[alerts]\nbel = true\n")
    assert alert_settings(session).unknown == ("bel",)
    assert "config.toml: [alerts] bel means nothing to this version." in doctor.doctor(session).advice
    wrong = session_of(config="[alerts]\nbell = 1\n")
    assert any("[alerts] bell is neither" in one for one in doctor.doctor(wrong).advice)
