"""Remapped keys: whatever of it cannot work is said in one sentence."""

import re
from pathlib import Path

import pytest
from textual.keys import _character_to_key

from creditsui.config import parse
from creditsui.core.doctor import doctor
from creditsui.core.keymap import SCREENS, faults, name_of, names
from creditsui.core.start import open_session


def test_the_keys_as_they_are_mean_one_thing_each() -> None:
    assert faults({}) == ()
    for screen, keys in SCREENS.items():
        given = [key for one in keys for key in one.keys.split(",")]
        assert len(set(given)) == len(given), screen


@pytest.mark.parametrize("key", list("?!/:@-+_\\aZ5.#"))
def test_signs_have_the_names_that_the_pane_gives_them(key: str) -> None:
    assert name_of(key) == _character_to_key(key)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"topup": "T"}, ()),
        ({"topup": "s", "sync": "t"}, ()),
        ({"topup": "full_stop,f5,ctrl+@"}, ()),
        ({"topup": "strg"}, ("[keys] topup is “strg”, which is no key; write one such as T or ctrl+t.",)),
        ({"tpup": "T"}, ("[keys] tpup is no action; did you mean topup?",)),
        ({"topup": "crtl+t"}, ("[keys] topup is “crtl+t”, which is no key; write one such as T or ctrl+t.",)),
        ({"topup": "s"}, ("[keys] s means sync and topup on the accounts screen; give one another key.",)),
        ({"help": "/"}, ("[keys] slash means filter and help on the accounts screen; give one another key.",)),
        ({"privacy": "w"}, ("[keys] w means period and privacy on the spend screen; give one another key.",
                            "[keys] w means period and privacy on the timeline screen; give one another key.")),
    ],
)  # fmt: skip
def test_a_fault_is_one_sentence(chosen: dict[str, str], said: tuple[str, ...]) -> None:
    assert faults(chosen) == said


def test_what_the_readme_writes_is_understood() -> None:
    text = Path(__file__).parents[2].joinpath("README.md").read_text()
    block = next(one for one in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "[display.colors]" in one)
    config = parse(block)
    assert config.unknown == () and faults(config.keys) == () and set(config.keys) == {"topup", "refresh_all"}
    assert config.display.colors == {"healthy": "#6cc7ff"} and config.display.theme == "arcade"


def test_doctor_says_them_and_what_may_be_remapped(home) -> None:
    opened = open_session({"HOME": str(home)})
    opened.paths.config.parent.mkdir(parents=True)
    opened.paths.config.write_text('[keys]\nzzz = "T"\nsync = "t"\n')
    advice = doctor(opened).advice
    assert "config.toml [keys] zzz is no action; creditsui doctor lists what there is." in advice
    assert "config.toml [keys] t means sync and topup on the accounts screen; give one another key." in advice
    assert any("topup" in one and "refresh_all" in one for one in advice)
    assert len(set(names())) == len(names())
