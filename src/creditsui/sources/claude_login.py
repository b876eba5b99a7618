"""Whether Claude Code is logged in with a plan, and no key is used in its stead. Logins are only ever read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from creditsui.sources.lines import login

_ELSEWHERE = ("ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY")
"""Variables by which somebody else is asked than the login's plan."""


def on_plan(environment: Mapping[str, str], home: Path) -> bool:
    """A login that lost its tokens is one still: without a key nothing else can have made the calls."""
    named = next((part.strip() for part in environment.get("CLAUDE_CONFIG_DIR", "").split(",") if part.strip()), "")
    folder = home / (named[2:] if named.startswith("~/") else named or ".claude")
    folder = folder.parent if folder.name == "projects" else folder
    settings, own = login(folder / "settings.json"), login((folder if named else home) / ".claude.json")
    within = settings.get("env")
    told = {**environment, **(within if isinstance(within, dict) else {})}
    if settings.get("apiKeyHelper") or any(told.get(name, "") not in {"", "0", "false"} for name in _ELSEWHERE):
        return False
    if _used(told.get("ANTHROPIC_API_KEY"), own.get("customApiKeyResponses")):
        return False
    if told.get("CLAUDE_CODE_OAUTH_TOKEN") or isinstance(
        login(folder / ".credentials.json").get("claudeAiOauth"), dict
    ):
        return True
    person = own.get("oauthAccount")  # where the login itself is kept in a keychain
    billed = person.get("billingType") if isinstance(person, dict) else None
    return isinstance(billed, str) and "subscription" in billed and not own.get("primaryApiKey")


def _used(key: Any, answers: Any) -> bool:
    """Whether a key of the environment is: people may have said no to it, which is kept by the key's end."""
    refused = answers.get("rejected") if isinstance(answers, dict) else None
    return bool(key) and not (isinstance(refused, list) and str(key)[-20:] in refused)
