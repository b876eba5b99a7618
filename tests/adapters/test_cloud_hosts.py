"""The clouds' own libraries call nobody who was not told before: each is run, and every name it looks up is seen."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from creditsui.adapters.cloud import Login
from creditsui.adapters.cloud_hosts import hosts
from tests.conftest import wait_until

AUDIENCES = {
    "aws": "https://ce.us-east-1.amazonaws.com",
    "azure": "https://management.azure.com",
    "gcp": "https://bigquery.googleapis.com",
}
SEEING = """
import sys
def see(event, args):
    host = None
    if event == "socket.getaddrinfo" and args[0] is not None:
        host, port = args[0].decode() if isinstance(args[0], bytes) else args[0], args[1]
    elif event == "socket.connect" and isinstance(args[1], tuple):
        host, port = args[1][:2]
    if host is not None:
        with open(r"SEEN", "a") as seen:
            seen.write(f"{host}:{port}\\n")
        raise OSError("no network in this test")
sys.addaudithook(see)
"""
"""What Python runs before anything else."""
ROLE = "[profile base]\naws_access_key_id=AKIDEXAMPLE012345678\naws_secret_access_key=0123456789\n[default]\nrole_arn"
SSO = "[default]\nsso_session=work\nsso_account_id=1\nsso_role_name=x\n[sso-session work]\nsso_region=eu-west-1\n"


def put(path: str, text: str) -> Callable[[Path], None]:
    def there(home: Path) -> None:
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text)

    return there


def sso(home: Path) -> None:
    """A token of the single sign-on that is good for years."""
    put(".aws/config", f"{SSO}sso_start_url=https://acme.awsapps.com/start\n")(home)
    token = {"startUrl": "https://acme.awsapps.com/start", "region": "eu-west-1", "accessToken": "t"}
    name = f".aws/sso/cache/{hashlib.sha1(b'work', usedforsecurity=False).hexdigest()}.json"
    put(name, json.dumps(token | {"expiresAt": "2099-01-01T00:00:00Z"}))(home)


def person(home: Path) -> None:
    told = {"type": "authorized_user", "client_id": "1", "client_secret": "s", "refresh_token": "r"}
    put(".config/gcloud/application_default_credentials.json", json.dumps(told))(home)


def workload(home: Path) -> None:
    """A login of somebody else's, exchanged for one of Google's, for the account that it may be."""
    put("token", "a token")(home)
    told = {
        "type": "external_account", "audience": "//iam.googleapis.com/projects/1/x",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": "https://sts.googleapis.com/v1/token",
        "service_account_impersonation_url": "https://iamcredentials.googleapis.com/v1/x:generateAccessToken",
        "credential_source": {"file": str(home / "token")},
    }  # fmt: skip
    put("workload.json", json.dumps(told))(home)


SECRET = {"AZURE_CLIENT_ID": "c", "AZURE_TENANT_ID": "11111111-2222-3333-4444-555555555555", "AZURE_CLIENT_SECRET": "s"}
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE012345678", "AWS_SECRET_ACCESS_KEY": "0123456789"}


@pytest.mark.parametrize(
    ("kind", "made", "env", "called"),
    [
        pytest.param("aws", None, KEYS, set(), id="AWS by keys"),
        pytest.param("aws", None, {}, {"169.254.169.254"}, id="AWS by its machine"),
        pytest.param(
            "aws", put(".aws/config", f"{ROLE}=arn:aws:iam::1:role/x\nsource_profile=base\n"), {},
            {"sts.us-east-1.amazonaws.com"}, id="AWS by a role",
        ),
        pytest.param("aws", sso, {}, {"portal.sso.eu-west-1.amazonaws.com"}, id="AWS by single sign-on"),
        pytest.param("azure", None, {}, {"169.254.169.254", "login.microsoftonline.com"}, id="Azure by its machine"),
        pytest.param(
            "azure", None, {**SECRET, "AZURE_AUTHORITY_HOST": "https://login.microsoftonline.us"},
            {"login.microsoftonline.us"}, id="Azure of a government",
        ),
        pytest.param("gcp", person, {}, {"oauth2.googleapis.com"}, id="Google by a person"),
        pytest.param(
            "gcp", workload, {"GOOGLE_APPLICATION_CREDENTIALS": "~/workload.json"}, {"sts.googleapis.com"},
            id="Google by a workload",
        ),
        pytest.param(
            "gcp", None, {"GCE_METADATA_DETECT_RETRIES": "1"}, {"metadata.google.internal", "169.254.169.254"},
            id="Google by its machine",
        ),
    ],
)  # fmt: skip
def test_a_cloud_s_library_calls_nobody_who_is_not_told(
    home: Path, kind: str, made: Callable[[Path], None] | None, env: dict[str, str], called: set[str]
) -> None:
    if made is not None:
        made(home)
    env = {name: value.replace("~", str(home)) for name, value in env.items()}
    told = hosts(Login(kind, AUDIENCES[kind], env), home)
    seen = home / "seen"
    put("first/sitecustomize.py", SEEING.replace("SEEN", str(seen)))(home)
    given = {**env, "HOME": str(home), "PATH": str(home), "PYTHONPATH": f"{home}/first"}
    order = {
        "kind": kind, "audience": AUDIENCES[kind], "profile": "", "method": "GET", "url": f"{AUDIENCES[kind]}/",
        "headers": {}, "body": "",
    }  # fmt: skip
    command = [sys.executable, "-P", "-m", "creditsui.adapters.cloud_login"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=given) as library:
        assert library.stdin is not None
        library.stdin.write(json.dumps(order).encode())
        library.stdin.close()
        wait_until(lambda: seen.exists() or library.poll() is not None)
        with suppress(subprocess.TimeoutExpired):
            library.wait(1)  # it would try the same again for seconds
        library.kill()
    lines = seen.read_text().splitlines() if seen.exists() else []
    looked = {line.removesuffix(":443").removesuffix(":80").removesuffix(":None") for line in lines}
    assert looked <= told, f"{looked - told} were called and not told"
    assert called & looked or not called, f"or nobody was called: {looked}"
    assert called <= told and bool(told) == bool(called)
