"""Who pays for what Claude Code does."""

import json
from pathlib import Path
from typing import Any

import pytest

from creditsui.sources.claude_login import on_plan

LOGIN = {"accessToken": "sk-ant-oat01-x", "refreshToken": "sk-ant-ort01-x", "expiresAt": 1789110151246}


def home(folder: Path, *, login: Any = None, settings: Any = None, own: Any = None, config: str = ".claude") -> Path:
    (folder / config).mkdir(parents=True, exist_ok=True)
    for name, value in (
        (f"{config}/.credentials.json", None if login is None else {"claudeAiOauth": login}),
        (f"{config}/settings.json", settings),
        (".claude.json", own),
    ):
        if value is not None:
            (folder / name).write_text(json.dumps(value))
    return folder


def test_a_plan_s_login_is_a_plan(tmp_path: Path) -> None:
    assert not on_plan({}, home(tmp_path))
    assert on_plan({}, home(tmp_path, login=LOGIN))


def test_logins_of_mcp_servers_alone_are_none(tmp_path: Path) -> None:
    folder = home(tmp_path)
    (folder / ".claude/.credentials.json").write_text('{"mcpOAuth": {"x": {"accessToken": "y"}}}')
    assert not on_plan({}, folder)


@pytest.mark.parametrize(
    "name", ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX"]
)
def test_a_key_or_a_cloud_goes_before_the_login(tmp_path: Path, name: str) -> None:
    folder = home(tmp_path, login=LOGIN)
    assert not on_plan({name: "1"}, folder)
    assert on_plan({name: ""}, folder)
    assert not on_plan({}, home(tmp_path, settings={"env": {name: "1"}}))


def test_a_helper_that_gives_keys_goes_before_the_login(tmp_path: Path) -> None:
    assert not on_plan({}, home(tmp_path, login=LOGIN, settings={"apiKeyHelper": "~/bin/key"}))


def test_a_key_that_people_said_no_to_is_not_in_use(tmp_path: Path) -> None:
    key = "sk-ant-api03-0123456789abcdefghijklmnop"
    answered = {"customApiKeyResponses": {"approved": [], "rejected": [key[-20:]]}}
    assert on_plan({"ANTHROPIC_API_KEY": key}, home(tmp_path, login=LOGIN, own=answered))
    assert not on_plan({"ANTHROPIC_API_KEY": key + "x"}, tmp_path)


def test_pitfall_24_a_login_that_blanked_itself_was_one(tmp_path: Path) -> None:
    blank = {"accessToken": "", "refreshToken": "", "expiresAt": 0, "refreshTokenExpiresAt": 1791529351246}
    assert on_plan({}, home(tmp_path, login=blank))
    assert not on_plan({"ANTHROPIC_API_KEY": "sk-ant-api03-x"}, tmp_path)


def test_a_token_in_the_environment_is_a_plan_s(tmp_path: Path) -> None:
    assert on_plan({"CLAUDE_CODE_OAUTH_TOKEN": "sk-ant-oat01-x"}, tmp_path)


def test_where_the_login_is_in_a_keychain_the_tool_s_own_file_tells_it(tmp_path: Path) -> None:
    person = {"oauthAccount": {"billingType": "stripe_subscription"}}
    assert on_plan({}, home(tmp_path, own=person))
    assert not on_plan({}, home(tmp_path, own={**person, "primaryApiKey": "sk-ant-api03-x"}))
    assert not on_plan({}, home(tmp_path, own={"oauthAccount": {"billingType": "prepaid"}}))


def test_the_folder_that_people_chose_is_asked(tmp_path: Path) -> None:
    home(tmp_path, login=LOGIN, config="work")
    assert on_plan({"CLAUDE_CONFIG_DIR": str(tmp_path / "work")}, tmp_path)
    assert on_plan({"CLAUDE_CONFIG_DIR": f"~/work/projects, {tmp_path}"}, tmp_path)
    assert not on_plan({}, tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"claudeAiOauth": 3}', "\xff"])
def test_a_login_file_that_is_none_is_no_login(tmp_path: Path, text: str) -> None:
    (home(tmp_path) / ".claude/.credentials.json").write_text(text)
    assert not on_plan({}, tmp_path)
