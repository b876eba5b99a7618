"""`creditsui sync ID --refused`, as agents call it when a provider turned them away."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.servers import Server


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


def test_a_provider_that_can_tell_is_asked_anew_and_believed(run_cli: Run, home: Path) -> None:
    told = {"is_available": True, "balance_infos": [{"currency": "USD", "total_balance": "8.00"}]}
    with Server({("GET", "/user/balance"): told}) as server:
        file = home / ".config/creditsui/config.toml"
        file.parent.mkdir(parents=True)
        file.write_text(f'[accounts.deepseek]\nbase_url = "{server.url}"\n')
        done = run_cli("sync", "deepseek", "--refused", env={"DEEPSEEK_API_KEY": "sk-0123456789abcdef"})
    assert done.code == 0 and "$8.00" in done.out
    assert "deepseek still tells $8.00, so something else refused." in done.err
    assert run_cli("entries", "--json").json["entries"] == []
