"""What is typed: every verb has its help, every mistake its line, and a key is never said back."""

import shlex

import pytest

from creditsui.cli.main import main
from creditsui.cli.parser import WrongUse, parse
from creditsui.verbs import APP, VERBS, Verb, find

CANARY = "sk-canary-0123456789abcdefghij"


def leaves() -> list[tuple[str, Verb]]:
    """Every verb that can be run, as typed."""
    found: list[tuple[str, Verb]] = []
    for verb in VERBS:
        found += [(f"{verb.name} {one.name}", one) for one in verb.verbs] or [(verb.name, verb)]
    return found


@pytest.mark.parametrize("path", ["", *(path for path, _ in leaves()), "account", "key"])
def test_every_verb_has_help_with_an_example(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*path.split(), "--help"]) == 0
    said = capsys.readouterr()
    assert "example:" in said.out and "creditsui" in said.out and not said.err


@pytest.mark.parametrize(("path", "verb"), leaves())
def test_examples_are_understood(path: str, verb: Verb) -> None:
    command = verb.example.partition("        ")[0].partition(" < ")[0]
    words = shlex.split(command)
    assert words[: 1 + len(path.split())] == ["creditsui", *path.split()]
    parse(verb, words[1 + len(path.split()) :], path)


def test_help_lists_every_verb_and_the_table_says_no_name_twice(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {verb.name} " in out for verb in VERBS)
    assert len({verb.name for verb in VERBS}) == len(VERBS)
    assert APP.name == "" and find("nope") is None


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("creditsui 0.")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("stats", "did you mean status?"),
        ("status --nope", "no option --nope"),
        ("status --js", "no option --js"),
        ("status --fail-on never", "--fail-on"),
        ("line --for irc", "--for"),
        ("line --width 0", "whole number"),
        ("line --for claude --then", "--then needs a command"),
        ("line --for tmux --then date", "goes with --for claude"),
        ("status --cached --force", "take one of them"),
        ("topup openrouter", "AMOUNT"),
        ("undo x", "whole number"),
        ("undo 0", "whole number"),
        ("account add x --capacity nan", "not an amount"),
        ("sync openrouter 9999999999999", "is too much"),
        ("thresholds days=9999999999999", "million million"),
        ("sync ../x 4", "creditsui account add ID"),
        ("account nope", "list, add, set, remove, enable, disable"),
        ("--speed 2", "goes with --demo"),
        ("explain openrouter", "FIELD"),
    ],
)
def test_a_wrong_line_is_one_sentence_and_2(line: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(line.split()) == 2
    said = capsys.readouterr()
    assert says in said.err and not said.out
    assert said.err.startswith("creditsui") and said.err.count("\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        f"{CANARY}",
        f"key {CANARY}",
        f"key set {CANARY}",
        f"key set groq {CANARY}",
        f"key set groq {CANARY} --file",
        f"key set groq --key={CANARY}",
        f"key set groq --key {CANARY}",
        f"key set groq --admin={CANARY}",
        f"key test groq {CANARY}",
        f"key list {CANARY}",
        "key set groq short",
        f"sync {CANARY}",
        f"sync openrouter {CANARY}",
        f"sync openrouter=3 {CANARY}=4",
        f"topup openrouter {CANARY}",
        f"topup openrouter 3 --at {CANARY}",
        f"status {CANARY}",
        f"status --fail-on {CANARY}",
        f"status --fail-on={CANARY}",
        f"undo {CANARY}",
        f"thresholds {CANARY}=3",
        f"thresholds healthy={CANARY}",
        f"explain openrouter {CANARY}",
        f"line --for {CANARY}",
        f"--{CANARY}",
        f"--speed {CANARY}",
    ],
)
def test_a_key_as_an_argument_is_2_and_not_said_back(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(line.split()) == 2
    said = capsys.readouterr()
    assert not said.out
    assert "canary" not in said.err and "short" not in said.err and CANARY[-12:] not in said.err


def test_a_debt_needs_no_quoting_tricks() -> None:
    verb = find("sync")
    assert verb is not None
    for line in ("x -- -3.20", "x -3.20", "--capacity 50 x -- -3.20", "x -- -3.20", "x -$3.20"):
        assert parse(verb, line.split()).words[1].lstrip("−-").lstrip("$") == "3.20"
    assert parse(verb, ["x", "45", "--capacity", "50"]).words == ["x", "45"]
    assert parse(verb, ["x", "--capacity", "50", "45"]).words == ["x", "45"]


def test_everything_after_then_belongs_to_the_other_command() -> None:
    verb = find("line")
    assert verb is not None
    args = parse(verb, ["--for", "claude", "--then", "bash", "-c", "echo --width 3", "--help"])
    assert args.then == ["bash", "-c", "echo --width 3", "--help"]
    with pytest.raises(WrongUse):
        parse(verb, ["--for", "claude", "--then"])
