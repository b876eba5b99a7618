"""What is read in Hermes' home, and that it is read as Hermes reads it."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from creditsui.adapters import hermes_files
from creditsui.adapters.hermes_files import Keys, Place, place, stripped
from creditsui.routing.hermes_ids import TARGETS
from creditsui.routing.route import Refused
from tests import real_hermes

KEY = "sk-0123456789abcdef"
OTHER = "sk-fedcba9876543210"
DEEPSEEK = ("deepseek", ("DEEPSEEK_API_KEY",))
ANTHROPIC = next(target for target in TARGETS if target.hermes == "anthropic")


@pytest.fixture
def hermes(home: Path) -> Path:
    folder = home / ".hermes"
    folder.mkdir()
    return folder


def keys(folder: Path, env: Mapping[str, str] | None = None) -> Keys:
    return Keys(Place(folder, folder), env or {})


def found(folder: Path, env: Mapping[str, str] | None = None) -> tuple[str, str] | None:
    one = keys(folder, env).find(*DEEPSEEK)
    return (one.secret.reveal(), one.source) if one else None


def pool(folder: Path, provider: str, *entries: Mapping[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "auth.json").write_text(json.dumps({"version": 1, "credential_pool": {provider: entries}}))


# ── where it is ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_home_is_the_users_word_then_the_environments_then_the_usual_one(home: Path, tmp_path: Path) -> None:
    for name in ("told", "set"):
        (tmp_path / name).mkdir()
    (home / ".hermes").mkdir()
    (home / "mine").mkdir()
    env = {"HERMES_HOME": str(tmp_path / "set")}
    assert place(env, home, str(tmp_path / "told")).home == tmp_path / "told"
    assert place(env, home).home == tmp_path / "set"
    assert place({}, home).config == home / ".hermes" / "config.yaml"
    assert place({}, home, "~/mine").home == home / "mine"


def test_no_hermes_is_refused_with_what_to_do(home: Path) -> None:
    with pytest.raises(Refused, match=r"No Hermes Agent in .*/\.hermes; set home under \[routing\] in config\.toml"):
        place({}, home)


def test_a_profile_is_a_home_of_its_own_and_the_chosen_one_counts_as_it_does_for_hermes(
    hermes: Path, home: Path
) -> None:
    for name in ("coder", "writer"):
        (hermes / "profiles" / name).mkdir(parents=True)
    assert place({}, home, profile="coder") == Place(hermes / "profiles" / "coder", hermes)
    (hermes / "active_profile").write_text("writer\n")
    assert place({}, home).home.name == "writer"
    assert place({}, home, profile="default") == Place(hermes, hermes)
    inside = {"HERMES_HOME": str(hermes / "profiles" / "coder")}
    assert place(inside, home) == Place(hermes / "profiles" / "coder", hermes)
    assert place(inside, home, profile="default").home == hermes


@pytest.mark.parametrize("name", ["gone", "../..", "Coder", "a b", "x" * 65])
def test_a_profile_that_is_not_there_is_refused(hermes: Path, home: Path, name: str) -> None:
    (hermes / "profiles" / "coder").mkdir(parents=True)
    with pytest.raises(Refused):
        place({}, home, profile=name)


def test_a_missing_a_huge_and_an_unreadable_config_are_refused_and_a_folder_in_its_place(hermes: Path) -> None:
    path = hermes / "config.yaml"
    with pytest.raises(Refused, match="is missing; `hermes setup` makes it"):
        hermes_files.read(path)
    path.write_bytes(b"#" * (hermes_files.LARGEST + 1))
    with pytest.raises(Refused, match="larger than 8 MiB"):
        hermes_files.read(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(Refused, match="cannot be read"):
        hermes_files.read(path)
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(Refused, match="cannot be read"):
        hermes_files.read(path)


def test_an_installation_that_somebody_else_manages_is_known(hermes: Path) -> None:
    here = Place(hermes, hermes)
    assert hermes_files.manager(here, {}) == ""
    assert hermes_files.manager(here, {"HERMES_MANAGED": "true"}) == "NixOS"
    assert hermes_files.manager(here, {"HERMES_MANAGED": "brew"}) == "Homebrew"
    assert hermes_files.manager(here, {"HERMES_MANAGED": "acme"}) == "acme"
    (hermes / ".managed").touch()
    assert hermes_files.manager(here, {}) == "NixOS"


def test_what_an_administrator_lays_over_is_found(tmp_path: Path) -> None:
    env = {"HERMES_MANAGED_DIR": str(tmp_path / "it")}
    assert hermes_files.overlay(env) is None
    (tmp_path / "it").mkdir()
    (tmp_path / "it" / "config.yaml").write_text("model: {default: ours}\n")
    assert hermes_files.overlay(env) == (tmp_path / "it" / "config.yaml", b"model: {default: ours}\n")


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_dotenv_counts_before_the_environment(hermes: Path) -> None:
    assert found(hermes) is None
    assert found(hermes, {"DEEPSEEK_API_KEY": OTHER}) == (OTHER, "env:DEEPSEEK_API_KEY")
    (hermes / ".env").write_text(f"\ufeff# mine\nexport DEEPSEEK_API_KEY='{KEY}'\n", encoding="utf-8")
    assert found(hermes, {"DEEPSEEK_API_KEY": OTHER}) == (KEY, "env:DEEPSEEK_API_KEY")


@pytest.mark.parametrize("value", ["", "***", "changeme", "your_api_key", "abc", "sk 0123456789", "op://vault/item"])
def test_what_is_no_key_is_none(hermes: Path, value: str) -> None:
    (hermes / ".env").write_text(f"DEEPSEEK_API_KEY={value}\n")
    assert found(hermes) is None


def test_a_reference_to_a_password_manager_is_what_the_environment_has(hermes: Path) -> None:
    (hermes / ".env").write_text("DEEPSEEK_API_KEY=op://vault/item/key\n")
    assert found(hermes, {"DEEPSEEK_API_KEY": KEY}) == (KEY, "env:DEEPSEEK_API_KEY")


def test_the_pool_of_auth_json_is_looked_into_in_its_own_order(hermes: Path) -> None:
    pool(
        hermes, "deepseek",
        {"source": "manual", "access_token": OTHER, "priority": 1},
        {"source": "env:DEEPSEEK_API_KEY", "priority": 0},
    )  # fmt: skip
    assert found(hermes) == (OTHER, "auth.json")
    assert found(hermes, {"DEEPSEEK_API_KEY": KEY}) == (KEY, "env:DEEPSEEK_API_KEY")
    pool(hermes, "deepseek", {"source": "manual", "access_token": OTHER, "last_status": "dead"})
    assert found(hermes) is None


def test_a_profile_falls_back_to_the_pool_of_the_root_but_not_to_its_dotenv(hermes: Path) -> None:
    own = hermes / "profiles" / "coder"
    own.mkdir(parents=True)
    (hermes / ".env").write_text(f"DEEPSEEK_API_KEY={KEY}\n")
    assert Keys(Place(own, hermes), {}).find(*DEEPSEEK) is None
    pool(hermes, "deepseek", {"source": "manual", "access_token": OTHER})
    one = Keys(Place(own, hermes), {}).find(*DEEPSEEK)
    assert one is not None and one.secret.reveal() == OTHER


def test_an_inline_key_in_a_block_of_a_built_in_provider_does_not_count(hermes: Path) -> None:
    (hermes / "config.yaml").write_text(f"providers:\n  deepseek:\n    api_key: {KEY}\n")
    assert found(hermes) is None


def test_a_login_in_the_place_of_a_key_is_told_apart(hermes: Path) -> None:
    """Hermes takes the token of a plan before the key, and the plan is another purse."""

    def one(env: Mapping[str, str]) -> tuple[str, bool] | None:
        it = keys(hermes, env).find("anthropic", ANTHROPIC.env, ANTHROPIC.logins)
        return (it.source, it.login) if it else None

    plain, login = {"ANTHROPIC_API_KEY": "sk-ant-api03-abcdefgh"}, {"ANTHROPIC_TOKEN": "sk-ant-oat01-abcdefgh"}
    assert one(plain) == ("env:ANTHROPIC_API_KEY", False)
    assert one({**plain, **login}) == ("env:ANTHROPIC_TOKEN", True)
    assert one({"ANTHROPIC_API_KEY": "sk-ant-oat01-abcdefgh"}) == ("env:ANTHROPIC_API_KEY", True)
    pool(hermes, "anthropic", {"source": "claude_code", "access_token": "sk-ant-oat01-x", "auth_type": "oauth"})
    assert one({}) == ("auth.json", True)
    assert one(plain) == ("env:ANTHROPIC_API_KEY", False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"credential_pool": 3}',
        '{"credential_pool": {"deepseek": {"a": 1}}}',
        '{"credential_pool": {"deepseek": [3, null, {"access_token": 4}]}}',
    ],
)
def test_a_broken_auth_json_holds_no_key(hermes: Path, text: str) -> None:
    (hermes / "auth.json").write_text(text)
    assert found(hermes) is None
    assert keys(hermes).endpoint("zai") == ""


def test_the_address_that_hermes_found_out_is_known(hermes: Path) -> None:
    state = {"providers": {"zai": {"detected_endpoint": {"base_url": "https://api.z.ai/api/coding/paas/v4"}}}}
    (hermes / "auth.json").write_text(json.dumps(state))
    assert keys(hermes).endpoint("zai") == "https://api.z.ai/api/coding/paas/v4"


_RESOLVE = """
import json, sys
from hermes_cli.runtime_provider import resolve_runtime_provider
found = {}
for name in json.loads(sys.argv[1]):
    try:
        one = resolve_runtime_provider(requested=name)
        found[name] = [one["api_key"], one["base_url"]]
    except Exception as error:
        found[name] = None
print(json.dumps(found))
"""


def test_the_real_hermes_finds_the_same_keys_and_sends_them_to_the_same_places(hermes: Path) -> None:
    try:
        package = real_hermes.package()
    except real_hermes.Absent as absent:
        if real_hermes.ALWAYS:
            raise
        pytest.skip(str(absent))
    (hermes / "config.yaml").write_text(f"providers:\n  novita:\n    api_key: {KEY}\n")
    (hermes / ".env").write_text(
        f"DEEPSEEK_API_KEY={KEY}\nDEEPSEEK_BASE_URL=https://proxy.example/v1\n"
        f'GEMINI_API_KEY="{OTHER}"\nOPENROUTER_API_KEY={KEY}\nKIMI_API_KEY=sk-kimi-0123456789\n'
    )
    auth = {"version": 1, "credential_pool": {"openai-api": [
        {"id": "a1", "label": "x", "source": "manual", "auth_type": "api_key", "access_token": OTHER, "priority": 0},
    ]}}  # fmt: skip
    (hermes / "auth.json").write_text(json.dumps(auth))
    env = {"DEEPSEEK_API_KEY": "sk-from-the-shell-1234", "MINIMAX_API_KEY": KEY, "FIREWORKS_API_KEY": OTHER}
    names = ["deepseek", "xai", "gemini", "openrouter", "openai-api", "minimax", "fireworks", "novita", "kimi-coding"]
    done = subprocess.run(
        [sys.executable, "-c", _RESOLVE, json.dumps(names)],
        env={"PATH": os.environ["PATH"], "HOME": str(hermes.parent), "HERMES_HOME": str(hermes),
             "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1", **env},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    real = json.loads(done.stdout.splitlines()[-1])
    ours = keys(hermes, env)
    for name in names:
        target = next(one for one in TARGETS if one.hermes == name)
        one = ours.find(name, target.env, target.logins)
        assert (one.secret.reveal() if one else None) == (real[name][0] if real[name] else None), name
    assert real["deepseek"][1] == ours.variable("DEEPSEEK_BASE_URL")
    assert real["kimi-coding"][1] == "https://api.kimi.com/coding"


# ── what runs ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_jobs_are_read_and_what_is_odd_is_none(hermes: Path) -> None:
    here = Place(hermes, hermes)
    assert hermes_files.jobs(here) == []
    (hermes / "cron").mkdir()
    for text, count in (("{", 0), ("[]", 0), ('{"jobs": 3}', 0), ('{"jobs": [3, {"id": "a"}]}', 1)):
        (hermes / "cron" / "jobs.json").write_text(text)
        assert len(hermes_files.jobs(here)) == count


def test_a_gateway_runs_while_its_process_does(hermes: Path) -> None:
    here, path = Place(hermes, hermes), hermes / "gateway.pid"
    assert hermes_files.gateway(here) is None
    path.write_text(json.dumps({"pid": os.getpid(), "kind": "hermes-gateway"}))
    assert hermes_files.gateway(here) == os.getpid()
    path.write_text(str(os.getpid()))
    assert hermes_files.gateway(here) == os.getpid()
    path.write_text(json.dumps({"pid": os.getpid(), "start_time": 1}))  # another process has its number now
    assert hermes_files.gateway(here) is None
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    for odd in (ended.pid, -1, 0, 10**30, "x"):
        path.write_text(json.dumps({"pid": odd}))
        assert hermes_files.gateway(here) is None


def test_reading_changes_nothing(hermes: Path, home: Path) -> None:
    (hermes / ".env").write_text(f"DEEPSEEK_API_KEY={KEY}\n")
    before = {path: path.stat(follow_symlinks=False).st_mtime_ns for path in home.rglob("*")}
    found(hermes)
    hermes_files.jobs(Place(hermes, hermes))
    hermes_files.gateway(Place(hermes, hermes))
    assert {path: path.stat(follow_symlinks=False).st_mtime_ns for path in home.rglob("*")} == before
    assert stat.S_ISREG((hermes / ".env").stat().st_mode)


_STARTED = """
import json, os
from tools.environments.local import _sanitize_subprocess_env
print(json.dumps(_sanitize_subprocess_env(os.environ.copy())))
"""


def test_the_real_hermes_leaves_its_mark_and_no_key_of_a_provider_in_what_its_scripts_see(tmp_path: Path) -> None:
    try:
        package = real_hermes.package()
    except real_hermes.Absent as absent:
        if real_hermes.ALWAYS:
            raise
        pytest.skip(str(absent))
    taken = {name: "sk-0123456789" for one in TARGETS for name in (*one.env, one.base_env) if name}
    done = subprocess.run(
        [sys.executable, "-c", _STARTED],
        env={**taken, "PATH": os.environ["PATH"], "HOME": str(tmp_path), "HERMES_HOME": str(tmp_path / "it"),
             "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    env = json.loads(done.stdout.splitlines()[-1])
    assert stripped(env) and not stripped(taken)
    assert env["HERMES_REAL_HOME"] == env["HOME"] == str(tmp_path)
    assert set(taken) & set(env) <= {"CLAUDE_CODE_OAUTH_TOKEN", "OPENROUTER_BASE_URL"}
