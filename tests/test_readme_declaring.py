"""The README's way from a curl command to a bar, walked; and its table of the form, held to the form."""

import json
import re
from pathlib import Path

import pytest

from creditsui.domain.money import Money
from creditsui.providers.declaration import DeclarationError
from creditsui.providers.declared import load
from tests.cli.conftest import Run, run_cli
from tests.servers import Reply, Request, Server

__all__ = ["run_cli"]

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
SECTION = README[README.index("## Declare your own provider") : README.index("## Configuration")]
ANSWER = re.search(r"```json\n(.*?)```", SECTION, re.S)[1]  # type: ignore[index]
WHOLE = re.sub(r"(?m)^   ", "", re.search(r"```toml\n(.*?)```", SECTION, re.S)[1])  # type: ignore[index]
CURL = re.search(r"```\n(curl .*?)\n```", SECTION, re.S)[1]  # type: ignore[index]
KEY = "nw-0123456789abcdef"


def gateway(request: Request) -> Reply:
    right = request.headers.get("authorization") == f"Bearer {KEY}"
    return Reply(json.loads(ANSWER)) if right else Reply({"error": "no such key"}, 401)


def test_a_newcomer_gets_from_a_curl_command_to_a_bar(run_cli: Run, home: Path, tmp_path: Path) -> None:
    env = {"NORTHWIND_API_KEY": KEY}
    (tmp_path / "answer.json").write_text(ANSWER)
    with Server({("GET", "/v1/account"): gateway}) as server:
        command = CURL.replace("https://llm.northwind.example", server.url)
        made = run_cli(
            "providers", "new", "northwind", "--curl", "--sample", "answer.json", input=command, cwd=tmp_path
        )
        assert made.code == 0, made.err
        path = home / ".config/creditsui/providers/northwind.toml"
        assert made.out == f"{path}\n"
        for text in (path.read_text(), WHOLE.replace("https://llm.northwind.example", server.url)):
            path.write_text(text)
            tested = run_cli("providers", "test", "northwind", env=env)
            assert tested.code == 0 and "balance €41.20" in tested.out
            offline = run_cli("providers", "test", "northwind", "--offline", "answer.json", cwd=tmp_path)
            assert offline.code == 0
            row = run_cli("status", "northwind", "--json", "--force", env=env).json["accounts"][0]
            assert row["balance"]["remaining"] == 41.2 and row["balance"]["currency"] == "EUR"
        assert row["windows"][0]["used"] == 0.63 and row["plan"] == "team"


def test_the_declaration_that_is_shown_reads_the_answer_that_is_shown() -> None:
    provider = load(WHOLE, "northwind", "northwind.toml")
    assert provider.tells == ("balance", "windows", "plan")
    from tests.providers.test_declared import read

    assert read(provider, ANSWER).balances[0].remaining == Money(41_200_000, "EUR")


def test_the_slip_of_the_pen_has_the_line_that_is_told() -> None:
    told = re.sub(r"\s+", " ", re.search(r"`(northwind\.toml line .*?)`", SECTION, re.S)[1])  # type: ignore[index]
    with pytest.raises(DeclarationError) as fault:
        load(WHOLE.replace("remaining =", "remainng ="), "northwind", "northwind.toml")
    assert str(fault.value) == told


BASE = 'url = "https://a.ai"\n[[ask]]\npath = "/x"\n[[badge]]\ntext = "x"\n'
WAYS = {
    "top": ("zzz = 1\n" + BASE, {"ask", "balance", "limit", "window", "spend", "badge", "error", "params", "regions"}),
    "`[[ask]]`": (BASE.replace("path", "zzz = 1\npath"), set()),
    "`[[balance]]`": (BASE + "[[balance]]\nzzz = 1\n", set()),
    "`[limit]`": (BASE + "[limit]\nzzz = 1\n", set()),
    "`[[window]]`": (BASE + "[[window]]\nzzz = 1\n", set()),
    "`[spend]`": (BASE + "[spend]\nzzz = 1\n", set()),
    "`[[badge]]`": (BASE + "[[badge]]\nzzz = 1\n", set()),
    "`[[error]]`": (BASE + "[[error]]\nzzz = 1\n", set()),
    "`[params.NAME]`": (BASE + "[params.x]\nzzz = 1\n", set()),
}
EVERYWHERE = {"from", "each", "when", "optional", "scale"}


@pytest.mark.parametrize("table", WAYS)
def test_the_reference_names_every_key_of_the_form(table: str) -> None:
    text, tables = WAYS[table]
    with pytest.raises(DeclarationError, match="zzz means nothing here; there are") as fault:
        load(text, "a", "a.toml")
    keys = set(fault.value.message.partition("there are ")[2].rstrip(".").split(", ")) - tables
    row = next(line for line in SECTION.splitlines() if line.startswith(f"| {table} |"))
    named = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]+)`", row.partition("|")[2].partition("|")[2]))))
    assert keys - EVERYWHERE <= named, f"not in the README: {keys - EVERYWHERE - named}"
    assert all(f"`{one}`" in SECTION for one in EVERYWHERE)
