"""Every command line of the README is understood, and those of the command line's own section run in their order."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from creditsui.cli import dispatch
from creditsui.cli.main import main

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
OWN = README.partition("\n## On the command line\n")[2].partition("\n## ")[0]
ASKS = (["key", "set"], ["account", "add"])
"""What waits for somebody to answer."""

ENDS = {"route": {0, 1}, "check": {0, 3}, "status": {0, 1}, "import": {0, 1}}
"""Codes of those that may end otherwise here: there is no Hermes, no balance of OpenRouter, and nothing to import."""


def commands(text: str) -> Iterator[list[str]]:
    """What is typed after `creditsui`, in each part of a pipe."""
    for kind, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for line in block.splitlines() if kind in ("", "sh") else ():
            for part in re.split(r" \| | && | \|\| |; ", re.split(r"\s{2,}#", line)[0]):
                found = re.match(r"\s*(?:ssh \S+ )?creditsui( .*|$)", part)
                if found:
                    yield shlex.split(found[1].partition(" >")[0])


def test_every_command_of_the_readme_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(commands(README))
    assert len(found) > 40
    monkeypatch.setattr(dispatch, "_act", lambda path: lambda args: 0)
    for words in found:
        assert dispatch.dispatch(words) == 0, shlex.join(words)


def test_the_commands_of_the_command_lines_own_section_run_as_they_stand(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(home)
    assert main(["account", "add", "openrouter"]) == 0
    for words in commands(OWN):
        if words[:2] in ASKS and words[2:3] in ([], ["openrouter"]):
            continue
        code = main([word.replace("https://…", "https://api.x.ai") for word in words])
        said = capsys.readouterr()
        assert code in ENDS.get(words[0], {0}) or (words, code) == (["topup", "openrouter"], 2), (words, said)
        assert said.out or said.err, words
