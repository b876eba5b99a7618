"""`creditsui sync ID --refused`, as agents call it when a provider turned them away."""

import pytest

from tests.cli.conftest import Run


def test_it_books_an_empty_purse_says_what_was_missed_and_can_be_taken_back(run_cli: Run) -> None:
    run_cli("sync", "anthropic", "6.11", "--capacity", "20")
    done = run_cli("sync", "anthropic", "--refused")
    assert done.code == 0 and "K.O." in done.out
    assert "anthropic has nothing left; $6.11 was expected and is booked as unseen." in done.err
    assert "entry 2; creditsui undo takes it back" in done.err
    rows = run_cli("entries", "--json").json["entries"]
    assert (rows[0]["type"], rows[0]["amount"], rows[0]["note"]) == ("sync", 0, "refused")
    run_cli("undo")
    told = run_cli("status", "anthropic", "--cached", "--json").json["accounts"][0]
    assert told["balance"]["remaining"] == 6.11 and told["wide"] is False


@pytest.mark.parametrize(
    "words",
    [
        ("anthropic", "5", "--refused"),
        ("anthropic=5", "--refused"),
        ("anthropic", "openai", "--refused"),
        ("anthropic", "--refused", "--note", "x"),
        ("anthropic", "--refused", "--capacity", "5"),
    ],
)
def test_it_takes_one_account_and_nothing_else(run_cli: Run, words: tuple[str, ...]) -> None:
    done = run_cli("sync", *words)
    assert done.code == 2 and "--refused takes one account" in done.err
    assert run_cli("entries", "--json").json["entries"] == []


def test_an_unknown_account_is_named(run_cli: Run) -> None:
    done = run_cli("sync", "nobody", "--refused")
    assert done.code in (1, 2) and "nobody" in done.err
