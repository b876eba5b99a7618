"""The clouds' own libraries, for real, against this machine alone: they find a login and sign, our door sends."""

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from creditsui.adapters import cloud
from creditsui.adapters.cloud_login import fault, place
from creditsui.adapters.http import Client, Request, Response
from creditsui.domain.problem import Problem, Refused
from tests.conftest import wait_until
from tests.servers import Reply, Server
from tests.servers import Request as Received

COSTS = "https://ce.us-east-1.amazonaws.com"
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE012345678",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
}
NOBODY = {"AWS_EC2_METADATA_DISABLED": "true", "NO_GCE_CHECK": "true", "AZURE_TOKEN_CREDENTIALS": "dev"}


def login(home: Path, kind: str, audience: str = COSTS, profile: str = "", **env: str) -> cloud.Login:
    return cloud.Login(kind, audience, {"HOME": str(home), **NOBODY, **env}, profile)


async def sent(server: Server, login: cloud.Login, request: Request | None = None) -> Response:
    request = request or Request(
        "POST", f"{server.url}/here/", {"Content-Type": "application/x-amz-json-1.1"}, body={"a": "ü"}
    )
    async with Client() as client:
        return await client.send(await cloud.signed(request, login, 30), 10)


async def problem(login: cloud.Login, seconds: float = 30) -> Problem:
    with pytest.raises(Refused) as refused:
        await cloud.signed(Request("GET", f"{login.audience}/"), login, seconds)
    return refused.value.problem


def aws_config(home: Path, text: str) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text(text)


def signature(received: Received, url: str) -> str:
    """What botocore makes of the request as it arrived."""
    names = received.headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    headers = {name: received.headers[name] for name in names if name != "host"}
    request = AWSRequest(received.method, url, headers=headers, data=received.body)
    request.context["timestamp"] = received.headers["x-amz-date"]
    auth = SigV4Auth(Credentials(KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"]), "ce", "us-east-1")
    signed: str = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return signed


async def test_aws_signs_the_very_bytes_that_arrive(home: Path) -> None:
    with Server({("POST", "*"): {}}) as server:
        await sent(server, login(home, "aws", **KEYS))
        received = server.requests[0]
    assert received.json == {"a": "ü"} and received.headers["content-type"] == "application/x-amz-json-1.1"
    assert received.headers["user-agent"].startswith("creditsui/")
    assert "/us-east-1/ce/aws4_request" in received.headers["authorization"]
    assert received.headers["authorization"].endswith(f"Signature={signature(received, f'{server.url}/here/')}")
    assert "content-type" in received.headers["authorization"]


async def test_a_login_for_a_while_sends_its_session_token_and_no_echo_of_it_is_kept(home: Path) -> None:
    def echo(request: Received) -> Reply:
        return Reply({"said": request.headers["x-amz-security-token"]})

    with Server({("POST", "*"): echo}) as server:
        answer = await sent(server, login(home, "aws", AWS_SESSION_TOKEN="IQoJb3JpZ2luX2VjEXAMPLE", **KEYS))
    assert answer.body == {"said": "[secret]"}


async def test_the_users_profile_is_taken_and_one_that_is_not_there_is_named(home: Path) -> None:
    helper = home / "helper.py"
    told = {"Version": 1, "AccessKeyId": KEYS["AWS_ACCESS_KEY_ID"], "SecretAccessKey": KEYS["AWS_SECRET_ACCESS_KEY"]}
    helper.write_text(f"print({json.dumps(told)!r})")
    aws_config(home, f"[profile work]\ncredential_process = {sys.executable} {helper}\n")
    with Server({("POST", "*"): {}}) as server:
        await sent(server, login(home, "aws", profile="work"))
        assert f"Credential={KEYS['AWS_ACCESS_KEY_ID']}/" in server.requests[0].headers["authorization"]
    assert (await problem(login(home, "aws", profile="play"))).message == "AWS has no profile play here."


async def test_what_a_library_prints_is_neither_seen_nor_taken_for_the_answer(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    chatter = "import os, sys; print('{}'); sys.stderr.write('chatter\\n'); os.write(1, b'[]\\n')\n"
    (home / "sitecustomize.py").write_text(chatter)
    (home / "boto3.py").write_text(chatter + "class Session:\n    def __init__(self, **about): raise LookupError\n")
    (home / "botocore").mkdir()
    (home / "botocore" / "__init__.py").write_text("")
    (home / "botocore" / "auth.py").write_text("SigV4Auth = None")
    (home / "botocore" / "awsrequest.py").write_text("AWSRequest = None")
    assert (await problem(login(home, "aws", PYTHONPATH=str(home)))).message == "No login at AWS."
    assert capfd.readouterr() == ("", "")


async def test_a_helper_that_hangs_is_ended_with_its_children(home: Path) -> None:
    note = home / "pid"
    helper = home / "helper.py"
    helper.write_text(f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    aws_config(home, f"[default]\ncredential_process = {sys.executable} {helper}\n")
    start = time.monotonic()
    found = await problem(login(home, "aws"), 4)
    assert found.kind == "offline" and "in time" in found.message and time.monotonic() - start < 60
    assert note.exists(), "the helper did not even start"
    wait_until(lambda: not alive(int(note.read_text())))


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not fetched yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_without_a_login_the_next_step_is_the_clouds_own_command(home: Path) -> None:
    expected = {
        "aws": ("No login at AWS.", "aws configure"),
        "azure": ("No login at Azure.", "az login"),
        "gcp": ("No login at Google Cloud.", "gcloud auth application-default login"),
    }
    for kind, (message, action) in expected.items():
        found = await problem(login(home, kind, audience="https://management.azure.com" if kind == "azure" else COSTS))
        assert (found.kind, found.message, found.action) == ("no_key", message, action)


async def test_an_sso_login_that_is_over_is_renewed_by_its_own_command(home: Path) -> None:
    aws_config(
        home,
        "[profile work]\nsso_start_url = https://example.invalid/start\nsso_region = us-east-1\n"
        "sso_account_id = 123456789012\nsso_role_name = reader\n",
    )
    found = await problem(login(home, "aws", profile="work"))
    assert (found.kind, found.message) == ("rejected", "Login at AWS expired.")
    assert found.action == "aws sso login --profile work"


async def test_azure_gets_a_token_for_the_address_that_is_asked(home: Path) -> None:
    token = {"access_token": "eyJ0eXAi.azure-token", "expires_on": str(int(time.time()) + 3600), "resource": "r"}
    with Server({("GET", "/token"): token, ("POST", "*"): {}}) as server:
        env = {"IDENTITY_ENDPOINT": f"{server.url}/token", "IDENTITY_HEADER": "machine"}
        who = login(home, "azure", "https://management.azure.com", **env | {"AZURE_TOKEN_CREDENTIALS": "prod"})
        await sent(server, who)
        asked, received = server.requests
    assert asked.query["resource"] == "https://management.azure.com"
    assert received.headers["authorization"] == "Bearer eyJ0eXAi.azure-token"
    assert received.headers["content-type"] == "application/x-amz-json-1.1"


def service_account(home: Path, token_uri: str) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    told: Mapping[str, Any] = {
        "type": "service_account", "project_id": "acme-ai", "private_key_id": "1", "private_key": key.decode(),
        "client_email": "reader@acme-ai.iam.gserviceaccount.com", "client_id": "1", "token_uri": token_uri,
    }  # fmt: skip
    path = home / "service.json"
    path.write_text(json.dumps(told))
    return path


async def test_google_gets_a_token_for_bigquery_alone(home: Path) -> None:
    import base64
    from urllib.parse import parse_qs

    token = {"access_token": "ya29.google-token", "expires_in": 3600, "token_type": "Bearer"}
    with Server({("POST", "/token"): token, ("GET", "*"): {}}) as server:
        path = service_account(home, f"{server.url}/token")
        who = login(home, "gcp", "https://bigquery.googleapis.com", GOOGLE_APPLICATION_CREDENTIALS=str(path))
        await sent(server, who, Request("GET", f"{server.url}/q", query={"a": "1"}))
        asked, received = server.requests
    claims = parse_qs(asked.body.decode())["assertion"][0].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=="))["scope"] == "https://www.googleapis.com/auth/bigquery"
    assert received.headers["authorization"] == "Bearer ya29.google-token" and received.query == {"a": "1"}


async def test_a_google_login_that_was_withdrawn_has_expired(home: Path) -> None:
    with Server({("POST", "/token"): Reply({"error": "invalid_grant"}, 400)}) as server:
        path = service_account(home, f"{server.url}/token")
        found = await problem(login(home, "gcp", GOOGLE_APPLICATION_CREDENTIALS=str(path)))
    assert (found.kind, found.message) == ("rejected", "Login at Google Cloud expired.")


async def test_a_clouds_token_is_made_for_no_other_address(home: Path) -> None:
    with Server({}) as server:
        who = login(home, "azure", "https://management.azure.com", IDENTITY_ENDPOINT=f"{server.url}/token")
        for url in (
            "https://management.azure.com.evil.example/",
            "https://127.0.0.1:9/",
            "https://management.azure.com:8/",
        ):
            with pytest.raises(Refused) as refused:
                await cloud.signed(Request("GET", url), who, 30)
            assert refused.value.problem.action == "correct its base_url"
        assert server.requests == []


async def test_a_library_that_is_not_installed_is_named_with_the_command_that_installs_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    found = await problem(login(home, "aws"))
    assert (found.kind, found.message, found.action) == (
        "unsupported", "boto3 is missing.", "pip install 'creditsui[aws]'",
    )  # fmt: skip
    assert (cloud.lacking("gcp") or found).action == "pip install 'creditsui[gcp]'"


async def test_a_module_in_the_folder_one_stands_in_is_not_taken_for_the_library(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "boto3.py").write_text("open('taken', 'w').write('yes')")
    monkeypatch.chdir(home)
    with Server({("POST", "*"): {}}) as server:
        await sent(server, login(home, "aws", **KEYS))
    assert not (home / "taken").exists()


def test_a_signature_is_for_the_region_and_service_of_the_address() -> None:
    assert place(COSTS) == ("us-east-1", "ce")
    assert place("https://ce.cn-northwest-1.amazonaws.com.cn") == ("cn-northwest-1", "ce")
    with pytest.raises(ValueError, match="AWS"):
        place("https://ce.us-east-1.amazonaws.com.evil.example")


def test_the_word_for_a_fault_is_that_of_the_nearest_class() -> None:
    from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
    from botocore.exceptions import EndpointConnectionError, NoCredentialsError, UnauthorizedSSOTokenError
    from google.auth.exceptions import DefaultCredentialsError, RefreshError, TransportError

    told = {
        "none": (NoCredentialsError(), DefaultCredentialsError("x"), ClientAuthenticationError("x"), LookupError()),
        "expired": (UnauthorizedSSOTokenError(), RefreshError("x")),
        "offline": (EndpointConnectionError(endpoint_url="x"), TransportError("x"), ServiceRequestError("x"),
                    RefreshError("x", retryable=True)),
        "broken": (RuntimeError("x"),),
    }  # fmt: skip
    assert {word: {fault(one) for one in errors} for word, errors in told.items()} == {word: {word} for word in told}


def test_nothing_of_this_machine_is_in_reach() -> None:
    assert not [name for name in os.environ if name.startswith(("AWS_", "AZURE_", "GOOGLE_"))]
