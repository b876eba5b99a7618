"""What the doctor finds, and what it says to do."""

import json
from pathlib import Path

import pytest

from creditsui.adapters import keystore
from creditsui.core import bundle
from creditsui.core.doctor import as_json, doctor, lines
from creditsui.core.terminal import colors, tmux, utf8
from creditsui.domain.secret import Secret
from tests.cli.conftest import Run, run_cli  # noqa: F401
from tests.core.conftest import SessionOf

CANARY = "sk-or-v1-canary0123456789abcdef"


def test_everything_at_once(session_of: SessionOf, home: Path) -> None:
    claude = home / ".claude/.credentials.json"
    claude.parent.mkdir()
    login = {"accessToken": "sk-ant-oat01-canary0123456789", "expiresAt": 4102444800000, "subscriptionType": "max"}
    claude.write_text(json.dumps({"claudeAiOauth": login}))
    log = home / ".claude/projects/p/one.jsonl"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("{}\n")
    session = session_of(
        real=True,
        env={"OPENROUTER_API_KEY": CANARY, "COLORTERM": "truecolor", "LANG": "C.UTF-8", "TMUX": "/tmp/x"},
        config='[accounts.deepseek]\nbase_url = "http://127.0.0.1:9/v1"\nkey = "env:SEEK"\n[accounts.piggy]\n'
        'provider = "manual"\n[accounts.groq]\n[accounts.odd]\nprovider = "nope"\n',
    )
    report = doctor(session)
    assert not any(" " * 50 in line for line in lines(report)), "one long name pushes every line to the right"
    data = as_json(report)
    assert json.loads(json.dumps(data)) == data
    assert data["schema"] == 1
    by_source = {one["id"]: (one["found"], one["files"]) for one in data["sources"]}
    assert by_source["claude-code"] == (True, 1) and by_source["codex"] == (False, 0)
    assert data["keyring"]["state"] == "missing"
    by_id = {row["id"]: row["key_from"] for row in data["accounts"]}
    assert by_id["openrouter"] == "env:OPENROUTER_API_KEY"
    assert by_id["claude"] == "login" and by_id["piggy"] is None and by_id["groq"] is None
    assert "openrouter.ai" in data["hosts"] and not any("groq" in host for host in data["hosts"])
    assert data["terminal"] == {"colors": "truecolor", "utf8": True, "tmux": True}
    text = "\n".join(lines(report))
    assert "creditsui key set groq" in text
    assert "line --for claude" in text and "focus-events" in text and "no provider nope" in text
    assert "canary" not in text + json.dumps(data)
    assert not any(line.startswith("  - piggy") for line in text.splitlines())


def test_an_empty_home_says_where_it_looked_and_what_to_do(session_of: SessionOf, home: Path) -> None:
    text = "\n".join(lines(doctor(session_of(real=True))))
    assert "OPENROUTER_API_KEY" in text and "creditsui account add" in text
    assert not list(home.rglob("*")), "looking leaves nothing behind"


def test_a_broken_config_and_a_foreign_ledger_are_findings(session_of: SessionOf) -> None:
    session = session_of(real=True, config="refresh_minutes = 0\n")
    session.paths.ledger.parent.mkdir(parents=True)
    session.paths.ledger.write_bytes(b"nothing of ours" * 100)
    advice = doctor(session).advice
    assert any("config.toml line 1" in one for one in advice)
    assert any("ledger" in one.lower() for one in advice)


def test_names_that_mean_nothing_are_told(session_of: SessionOf) -> None:
    advice = doctor(session_of(real=True, config="refresh_minute = 3\n")).advice
    assert any("refresh_minute" in one for one in advice)


def test_an_account_kept_by_hand_needs_no_key(run_cli: Run) -> None:  # noqa: F811
    run_cli("sync", "anthropic", "45")
    done = run_cli("doctor")
    assert done.code == 0 and "Nothing: all is well." in done.out
    assert run_cli("doctor", "--json").json["accounts"] == [{"id": "anthropic", "key_from": None}]


@pytest.mark.parametrize(
    ("env", "depth"),
    [
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "truecolor"),
        ({"TERM": "xterm-direct"}, "truecolor"),
        ({"TERM": "screen"}, "16"),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "256"),
        ({}, "16"),
    ],
)
def test_the_depth_of_colour(env: dict[str, str], depth: str) -> None:
    assert colors(env) == depth


@pytest.mark.parametrize(
    ("env", "is_utf8"),
    [
        ({"LANG": "C.UTF-8"}, True),
        ({"LANG": "de_DE.utf8"}, True),
        ({"LANG": "de_DE.UTF-8@euro"}, True),
        ({"LANG": "C.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({}, False),
    ],
)
def test_the_locale(env: dict[str, str], is_utf8: bool) -> None:
    assert utf8(env) is is_utf8
    assert not tmux(env) and tmux({"TERM": "tmux-256color"})


def test_a_damaged_ledger_comes_back_with_one_command(run_cli: Run, home: Path) -> None:  # noqa: F811
    """The doctor says which, and what was booked since the copy comes along."""
    ledger = home / ".local/share/creditsui/ledger.db"
    run_cli("sync", "anthropic", "45")
    run_cli("status")
    assert "sound, 1 entry" in run_cli("doctor").out
    run_cli("topup", "anthropic", "20")
    assert run_cli("doctor", "--restore").code == 1, "there is nothing to restore"
    whole = ledger.read_bytes()
    junk = bytes(4096)
    broken = whole[:4096] + junk + whole[8192:]
    ledger.write_bytes(broken)
    told = run_cli("doctor").out
    assert "cannot be used" in told and "creditsui doctor --restore" in told
    done = run_cli("doctor", "--restore")
    assert done.code == 0, done.err
    (aside,) = ledger.parent.glob("ledger.db.damaged-*[0-9]")
    assert aside.read_bytes() == broken and str(aside) in done.out
    assert "$65.00" in run_cli("status", "--cached").out and "1 entry that was booked since" in done.out
    assert "Nothing: all is well." in run_cli("doctor").out


def test_a_ledger_that_is_gone_or_began_anew_is_noticed(run_cli: Run, home: Path) -> None:  # noqa: F811
    ledger = home / ".local/share/creditsui/ledger.db"
    run_cli("sync", "anthropic", "45")
    run_cli("status")
    for harm in (ledger.unlink, lambda: ledger.write_bytes(b"")):
        harm()
        assert "creditsui doctor --restore" in run_cli("doctor").out
        assert run_cli("doctor", "--restore").code == 0
        assert "$45.00" in run_cli("status", "--cached").out


def test_hosts_that_alerts_go_to_are_told_without_their_secrets(session_of: SessionOf) -> None:
    pytest.importorskip("apprise")
    session = session_of(real=True, config='[alerts]\nurls = ["phone", "chat", "pager"]\n')
    for name, address in (("phone", f"ntfy://{CANARY}"), ("chat", f"json://me:{CANARY}@own.example:8080/{CANARY}")):
        keystore.write_file(session.paths.keys, f"alerts/{name}", "apprise", Secret(address))
    report = doctor(session)
    assert as_json(report)["alert_hosts"] == {"phone": ["ntfy.sh"], "chat": ["own.example:8080"], "pager": []}
    text = "\n".join(lines(report))
    assert "phone  ntfy.sh" in text and "chat   own.example:8080" in text
    assert "pager  there is no keyring on this machine; creditsui alerts add pager --file" in text
    assert "canary" not in text + json.dumps(as_json(report))
    masked = bundle.text(session, report)
    assert "own.example" not in masked and "canary" not in masked and "[alert-2]" in masked


def test_hosts_where_a_login_at_a_cloud_is_renewed_are_told(session_of: SessionOf) -> None:
    session = session_of(
        real=True,
        env={"AZURE_AUTHORITY_HOST": "https://login.microsoftonline.us", "AWS_WEB_IDENTITY_TOKEN_FILE": "token"},
        config='[accounts.azure]\nparams.subscription = "1"\n[accounts.bedrock]\nprobe = true\n[accounts.vertex]\n',
    )
    report = doctor(session)
    told = as_json(report)["hosts"]
    assert {"management.azure.com", "login.microsoftonline.us", "sts.us-east-1.amazonaws.com"} <= {*told}
    assert not any("google" in host for host in told), "it is not asked before that is allowed"
    assert {*told} <= {*"\n".join(lines(report)).split()}
    assert as_json(report)["route_hosts"] == []
