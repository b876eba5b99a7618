"""`creditsui providers new`: a first draft that works, holds no key and overwrites nothing."""

import io
import os
import stat
from pathlib import Path

import pytest

from creditsui.cli import providers_new
from creditsui.core.declare import draft as declaring
from creditsui.providers.declared import load
from creditsui.providers.spec import Get
from tests.cli.conftest import Run

KEY = "sk-canary-0123456789abcdefghij"
CURL = f"curl -s 'https://llm.acme.ai/v1/me?expand=credits' -H 'Authorization: Bearer {KEY}' -H 'X-Team: blue'"


@pytest.fixture
def folder(home: Path) -> Path:
    return home / ".config" / "creditsui" / "providers"


def test_a_draft_is_valid_commented_and_the_users_alone(run_cli: Run, folder: Path) -> None:
    done = run_cli("providers", "new", "acme")
    path = folder / "acme.toml"
    assert (done.code, done.out) == (0, f"{path}\n")
    assert "ACME_API_KEY" in done.err and "creditsui providers test acme" in done.err
    text = path.read_text()
    provider = load(text, "acme", "acme.toml")
    assert provider.env == ("ACME_API_KEY",) and provider.tells == ("balance",)
    assert all(f"# {table}" in text for table in ("[limit]", "[[window]]", "[spend]", "[[error]]"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(folder.stat().st_mode) == 0o700
    uncommented = [line.removeprefix("# ") for line in text[text.index("# [limit]") :].splitlines() if line != "#"]
    load(text[: text.index("# [limit]")] + "\n".join(uncommented), "acme", "acme.toml")
    assert "acme" in run_cli("providers", "--json").out


def test_nothing_is_overwritten(run_cli: Run, folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in ("acme", "empty"):
        (folder / f"{name}.toml").write_text("" if name == "empty" else "mine")
    (folder / "link.toml").symlink_to(folder / "nowhere")
    for name in ("acme", "empty", "link"):
        done = run_cli("providers", "new", name)
        assert done.code == 1 and "is there already and stays as it is" in done.err
    assert (folder / "acme.toml").read_text() == "mine" and (folder / "empty.toml").read_text() == ""
    assert not (folder / "nowhere").exists()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["openai"], 1, "openai is built in"),
        (["Acme AI"], 2, "an id is up to 64 small letters"),
        (["../x"], 2, "an id is up to 64 small letters"),
        (["acme", "--like", "nobody"], 1, "there are"),
        (["acme", "--like", "novita", "--curl"], 2, "exclude each other"),
        (["acme", "--sample", "/nonexistent"], 1, "cannot be read"),
        (["acme", KEY], 2, "A key is never an argument"),
    ],
)
def test_what_cannot_be_is_said(run_cli: Run, folder: Path, words: list[str], code: int, says: str) -> None:
    done = run_cli("providers", "new", *words)
    assert done.code == code and says.lower() in done.err.lower() and KEY not in done.err
    assert not (folder / "acme.toml").exists()


@pytest.mark.parametrize("model", sorted(declaring.models()))
def test_every_built_in_declaration_can_be_copied(model: str) -> None:
    made = load(declaring._like("my-gw", model), "my-gw", "my-gw.toml")
    assert (made.name, made.env) == ("My Gw", ("MY_GW_API_KEY",))
    assert not made.key_forms and not made.base_env and not made.admin_env


def test_a_copy_of_a_gateway_has_a_variable_for_its_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gateway = tmp_path / "gate.toml"
    gateway.write_text(
        'name = "Gate"\nurl = ""\nbase_env = ["GATE_URL"]\nenv = ["GATE_KEY", "GATE_TOKEN"]\n[[ask]]\npath = "/x"\n'
        '[[error]]\nwhen = "code != 0"\nmessage = "Gate refused."\naction = "creditsui key set gate"\n'
        '[[badge]]\ntext = "x"\n'
    )
    monkeypatch.setattr(declaring, "models", lambda: {"gate": gateway})
    text = declaring._like("my-gw", "gate")
    made = load(text, "my-gw", "my-gw.toml")
    assert (made.base_env, made.env) == (("MY_GW_BASE_URL",), ("MY_GW_API_KEY",))
    assert 'message = "My Gw refused."' in text and "creditsui key set my-gw" in text


def test_on_a_terminal_the_command_ends_with_an_empty_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal(f"curl https://llm.acme.ai/v1/me \\\n -H 'x-api-key: {KEY}'\n\nmore\n"))
    made = providers_new._curl()
    assert (made.url, made.path, made.auth) == ("https://llm.acme.ai", "/v1/me", "x-api-key: {key}")
    assert "Paste the curl command" in capsys.readouterr().err


def test_a_copy_of_a_built_in_one_has_its_own_name_and_variable(run_cli: Run, folder: Path) -> None:
    assert run_cli("providers", "new", "acme", "--like", "novita").code == 0
    text = (folder / "acme.toml").read_text()
    assert 'scale = "1/10000"' in text and 'env = ["ACME_API_KEY"]' in text and "NOVITA_API_KEY" not in text


def test_a_curl_command_becomes_a_declaration_without_its_key(run_cli: Run, folder: Path, home: Path) -> None:
    done = run_cli("providers", "new", "acme", "--curl", input=CURL)
    assert done.code == 0 and "GET https://llm.acme.ai/v1/me" in done.err
    text = (folder / "acme.toml").read_text()
    (ask,) = load(text, "acme", "acme.toml").asks
    assert isinstance(ask, Get) and ask.headers == {"X-Team": "blue"}
    assert ask.auth("k") == {"Authorization": "Bearer k"}
    everything = done.out + done.err + "".join(one.read_text() for one in home.rglob("*") if one.is_file())
    assert "canary" not in everything


def test_a_curl_command_with_a_body_and_a_password(run_cli: Run, folder: Path) -> None:
    command = 'curl https://llm.acme.ai/q -u me:secret-password --json \'{"a b": [1, "x"], "c": {"d": true}}\''
    done = run_cli("providers", "new", "acme", "--curl", input=command)
    (ask,) = load((folder / "acme.toml").read_text(), "acme", "acme.toml").asks
    assert isinstance(ask, Get) and ask.body == {"a b": [1, "x"], "c": {"d": True}} and ask.method == "POST"
    assert ask.auth("me:secret-password") == {"Authorization": "Basic bWU6c2VjcmV0LXBhc3N3b3Jk"}
    assert "secret-password" not in done.err + (folder / "acme.toml").read_text() and "user:password" in done.err


def test_the_variable_in_the_command_is_one_of_the_providers_own(run_cli: Run, folder: Path) -> None:
    run_cli("providers", "new", "acme", "--curl", input='curl https://a.ai/me -H "Authorization: Bearer ${MY_KEY}"')
    assert 'env = ["ACME_API_KEY", "MY_KEY"]' in (folder / "acme.toml").read_text()


@pytest.mark.parametrize(
    "command", [f"curl https://a.ai/me?key={KEY}", f"curl https://a.ai/{{x}} -u a:{KEY}", "curl", ""]
)
def test_a_command_that_cannot_be_declared_leaves_no_file(run_cli: Run, folder: Path, command: str) -> None:
    done = run_cli("providers", "new", "acme", "--curl", input=command)
    assert done.code == 1 and "canary" not in done.err and done.err
    assert not (folder / "acme.toml").exists()


def test_a_sample_fills_in_what_is_obvious_and_offers_the_rest(run_cli: Run, folder: Path, tmp_path: Path) -> None:
    sample = tmp_path / "answer.json"
    sample.write_text('{"data": {"credits": {"left": 41.2, "used": 8.8}, "currency": "EUR"}}')
    assert run_cli("providers", "new", "acme", "--curl", "--sample", str(sample), input=CURL).code == 0
    text = (folder / "acme.toml").read_text()
    assert 'remaining = "data.credits.left"' in text and 'currency_path = "data.currency"' in text
    assert "# data.credits.used = 8.8\n" in text
    assert run_cli("providers", "test", "acme", "--offline", str(sample)).code == 0


@pytest.mark.parametrize("data", [b"no json", b"\xff", b'{"a": ' * 200, b" " * (3 << 20)])
def test_a_sample_that_is_none_is_refused(run_cli: Run, folder: Path, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "answer.json").write_bytes(data)
    done = run_cli("providers", "new", "acme", "--sample", str(tmp_path / "answer.json"))
    assert done.code == 1 and not (folder / "acme.toml").exists()


def test_a_folder_that_cannot_be_written_is_said(run_cli: Run, folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file")
    done = run_cli("providers", "new", "acme")
    assert done.code == 1 and str(folder) in done.err and os.path.isfile(folder)
