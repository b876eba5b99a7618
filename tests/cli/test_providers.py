"""`creditsui providers`: a table to choose from."""

import json
from pathlib import Path

import pytest

from creditsui.cli.providers_list import needs, tells
from creditsui.core.accounts import choices
from creditsui.core.accounts.choices import GROUPS
from creditsui.domain import grid
from creditsui.providers import catalogue
from tests.cli.conftest import Run
from tests.core.conftest import SessionOf, clock, session_of

__all__ = ["clock", "session_of"]

KEY = "sk-or-v1-canary0123456789abcdef"
OWN = """
name = "Acme AI"
url = "https://api.acme.example"
console_url = "https://acme.example"
env = ["ACME_API_KEY"]
[[ask]]
path = "/credits"
[[balance]]
remaining = "left"
currency = "USD"
"""


def own(home: Path, text: str = OWN) -> None:
    folder = home / ".config/creditsui/providers"
    folder.mkdir(parents=True)
    (folder / "acme.toml").write_text(text)


def row(out: str, id: str) -> str:
    return next(line for line in out.splitlines() if line[2:].startswith(f"{id} "))


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 120, 200])
def test_everybody_is_in_the_table_whatever_its_width(run_cli: Run, columns: int) -> None:
    out = run_cli("providers", env={"COLUMNS": str(columns), "LANG": "C.UTF-8"}).out
    assert max(map(grid.cells, out.splitlines())) <= max(columns, 50)
    for id in catalogue():
        assert row(out, id)
    assert not any(line.endswith(" ") for line in out.splitlines())
    assert columns < 60 or ("CLOUDFLARE_AI_GATEWAY_TOKEN" in out and "OPENROUTER_API_KEY" in out), "names in one piece"


def test_a_row_tells_what_a_newcomer_must_know(run_cli: Run) -> None:
    out = run_cli("providers", env={"COLUMNS": "120", "LANG": "C.UTF-8"}).out
    assert row(out, "openrouter").split() == ["openrouter", "OpenRouter", "balance", "spend", "cap", "windows",
                                              "OPENROUTER_API_KEY"]  # fmt: skip
    assert row(out, "groq").split()[-2:] == ["GROQ_API_KEY", "~$0.00002"]
    assert "login of Claude Code" in row(out, "claude")
    narrow = run_cli("providers", env={"COLUMNS": "80", "LANG": "C.UTF-8"}).out
    assert row(narrow, "groq").endswith("GROQ_API_KEY · ~$0.00002")


def test_they_are_grouped_by_what_they_give(run_cli: Run, session_of: SessionOf) -> None:
    out = run_cli("providers", env={"COLUMNS": "120"}).out
    lines = out.splitlines()
    titles = [line for line in lines if line in GROUPS.values()]
    assert titles == [title for title in GROUPS.values() if title in titles]
    group = {one.id: one.group for one in choices.providers(session_of(real=True))}
    assert group["openrouter"] == group["deepseek"] == "money"
    assert group["anthropic"] == group["openai"] == "spend"
    assert group["claude"] == group["codex"] == "plans"
    assert group["groq"] == group["google"] == group["manual"] == "hand"
    assert all(group[id] == "clouds" for id in ("bedrock", "azure", "vertex") if id in group)
    assert all(group[id] == "gateways" for id in ("litellm", "new-api") if id in group)


def test_what_was_found_on_this_machine_is_marked(run_cli: Run, home: Path) -> None:
    login = home / ".claude/.credentials.json"
    login.parent.mkdir()
    login.write_text(json.dumps({"claudeAiOauth": {"accessToken": "sk-ant-oat01-canary012345"}}))
    env = {"OPENROUTER_API_KEY": KEY, "LANG": "C.UTF-8"}
    out = run_cli("providers", env=env).out
    marked = {line.split()[1] for line in out.splitlines() if line.startswith("● ") and "this machine" not in line}
    assert marked == {"openrouter", "claude"}, out
    assert "● a credential for it was found" in out and "canary" not in out
    rows = {one["id"]: one for one in run_cli("providers", "--json", env=env).json["providers"]}
    assert rows["openrouter"]["found"] == "env:OPENROUTER_API_KEY" and rows["claude"]["found"] == "login"
    assert rows["groq"]["found"] is None
    login.unlink()
    assert "●" not in run_cli("providers", env={"LANG": "C.UTF-8"}).out


def test_ascii_where_the_locale_is_not_utf_8(run_cli: Run) -> None:
    out = run_cli("providers", env={"OPENROUTER_API_KEY": KEY, "LANG": "C", "LC_ALL": "C"}).out
    assert out.isascii() and "* openrouter" in out and "?" not in out


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["openrouter"], {"openrouter"}),
        (["OPENROUTER_API_KEY"], {"openrouter"}),
        (["claude"], {"claude"}),
        (["list", "deepseek"], {"deepseek"}),
        (["cap", "management"], {"openrouter", "xai"}),
        (["SPEND", "anthropic"], {"anthropic"}),
    ],
)
def test_words_filter(run_cli: Run, words: list[str], ids: set[str]) -> None:
    done = run_cli("providers", *words, "--json")
    found = {one["id"] for one in done.json["providers"]}
    assert done.code == 0 and found == ids


def test_a_single_match_is_told_in_full(run_cli: Run) -> None:
    out = run_cli("providers", "anthropic_api").out
    page = "https://platform.claude.com/settings/keys"
    for text in (
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_ADMIN_KEY",
        "$0.00002",
        "off until you",
        page,
        "https://status.claude",
    ):
        assert text in out
    assert out.splitlines()[-1].split(maxsplit=1)[1] == "creditsui account add anthropic"
    assert "sk-" not in out


def test_no_match_says_what_else_there_is(run_cli: Run) -> None:
    done = run_cli("providers", "nobody", "here")
    assert done.code == 1 and not done.out
    assert "nobody here" in done.err and "creditsui account add NAME" in done.err
    assert "…" in run_cli("providers", "sk-or-v1-canary0123456789abcdef").err, "what may be a key is not repeated"


def test_ones_own_declaration_stands_among_them(run_cli: Run, home: Path) -> None:
    own(home)
    out = run_cli("providers", env={"ACME_API_KEY": "acme-0123456789", "COLUMNS": "100"}).out
    assert "Acme AI" in row(out, "acme") and "(yours)" in out
    rows = {one["id"]: one for one in run_cli("providers", "--json").json["providers"]}
    assert rows["acme"]["declared"].endswith("providers/acme.toml") and rows["groq"]["declared"] is None


def test_a_declaration_with_a_mistake_is_marked(run_cli: Run, home: Path) -> None:
    own(home, OWN.replace("[[balance]]", "[[ballance]]"))
    out = run_cli("providers", env={"COLUMNS": "120"}).out
    assert "its declaration has a mistake" in row(out, "acme")


def test_the_json_of_each(run_cli: Run) -> None:
    data = run_cli("providers", "--json").json
    assert data["schema"] == 1 and [one["id"] for one in data["providers"]] != []
    keys = {
        "id", "name", "tells", "credential", "env", "cost_of_asking", "console_url", "group", "admin_credential",
        "admin_env", "base_env", "key_url", "status_url", "params", "regions", "declared", "fault", "found",
    }  # fmt: skip
    for one in data["providers"]:
        assert set(one) == keys and one["group"] in GROUPS
        assert "" not in {one["key_url"], one["status_url"], one["admin_credential"], one["declared"]}
    by_id = {one["id"]: one for one in data["providers"]}
    assert by_id["anthropic"]["admin_env"] == ["ANTHROPIC_ADMIN_KEY", "ANTHROPIC_ADMIN_API_KEY"]
    assert by_id["groq"]["status_url"] == "https://groqstatus.com/api/v2/status.json"


def test_every_row_has_something_in_each_cell(session_of: SessionOf) -> None:
    for one in choices.providers(session_of(real=True)):
        assert all(needs(one)) and all(tells(one)) and one.group in GROUPS
