"""Requests that a cloud's own login signs: the cloud's library finds the login and signs, the request goes through our
own door like any other.

The library runs in a process of its own, which is given the session's environment and a time, and is killed after it:
its chatter reaches no terminal, its threads and prompts outlive no round, and a long-lived secret never gets in here.
"""

import asyncio
import base64
import importlib.util
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from creditsui.adapters.child import end
from creditsui.adapters.http import Request
from creditsui.domain.clean import clean
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.urls import origin


@dataclass(frozen=True, slots=True)
class Cloud:
    """What a user has to install and to type for one kind of login."""

    name: str
    package: str
    module: str
    extra: str
    first: str
    """The command that makes a login where there is none."""
    again: str
    """The command that renews one that has expired."""


CLOUDS: Mapping[str, Cloud] = {
    "aws": Cloud("AWS", "boto3", "boto3", "aws", "aws configure", "aws sso login"),
    "azure": Cloud("Azure", "azure-identity", "azure.identity", "azure", "az login", "az login"),
    "gcp": Cloud(
        "Google Cloud", "google-auth", "google.auth", "gcp",
        "gcloud auth application-default login", "gcloud auth application-default login",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Login:
    """Whose login signs, and for what."""

    kind: str
    """`aws`, `azure` or `gcp`."""
    audience: str
    """The service's own address, which a signature or token is made for."""
    env: Mapping[str, str]
    profile: str = ""
    """The one of several logins that the user named; empty: the library's own choice."""


def lacking(kind: str) -> Problem | None:
    """What must be installed before this login can be used; None: nothing."""
    cloud = CLOUDS[kind]
    try:
        found = importlib.util.find_spec(cloud.module) is not None
    except (ImportError, ValueError):
        found = False
    if found:
        return None
    return Problem(
        "unsupported",
        f"{cloud.package} is missing.",
        f"pip install 'creditsui[{cloud.extra}]'",
    )


async def signed(request: Request, login: Login, seconds: float) -> Request:
    """The same request with its exact bytes and the headers that prove who sends it.

    Raises Refused where nobody is logged in, and after that many seconds. A token opens the whole cloud, so it is made
    for the cloud's own addresses alone, or for something on this machine.
    """
    if origin(request.url) != origin(login.audience) and not request.url.startswith("http://"):
        told = f"Its address is not {CLOUDS[login.kind].name}'s."
        raise Refused(Problem("unsupported", told, "correct its base_url"))
    problem = lacking(login.kind)
    if problem is not None:
        raise Refused(problem)
    body = b"" if request.body is None else json.dumps(request.body, separators=(",", ":")).encode()
    headers = {"Content-Type": "application/json", **request.headers} if body else dict(request.headers)
    order = {
        "kind": login.kind, "audience": login.audience, "profile": login.profile, "method": request.method,
        "url": request.url, "headers": headers, "body": base64.b64encode(body).decode(),
    }  # fmt: skip
    answer = await _ask(order, login.env, seconds)
    proof = answer.get("headers")
    if not isinstance(proof, dict) or not proof:
        raise Refused(_problem(login, str(answer.get("fault", ""))))
    secret = {clean(str(name), 100): str(value) for name, value in proof.items()}
    return replace(request, headers=headers, secret_headers=secret, body=body or None)


async def _ask(order: Mapping[str, Any], env: Mapping[str, str], seconds: float) -> Mapping[str, Any]:
    """What the process that knows the library answers; `fault` in words of `cloud_login`, or "late"."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "creditsui.adapters.cloud_login",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env=dict(env), start_new_session=True,
    )  # fmt: skip
    try:
        async with asyncio.timeout(max(seconds, 0.0)):
            said, _ = await child.communicate(json.dumps(order).encode())
    except TimeoutError:
        return {"fault": "late"}
    finally:
        await end(child)  # and its cloud's command line tool, which a library may have started
    try:
        answer = json.loads(said.rpartition(b"\n")[2])
    except ValueError:
        return {"fault": "broken"}
    return answer if isinstance(answer, dict) else {"fault": "broken"}


def _problem(login: Login, fault: str) -> Problem:
    cloud = CLOUDS[login.kind]
    profile = f" --profile {login.profile}" if login.profile and login.kind == "aws" else ""
    match fault:
        case "none":
            return Problem("no_key", f"No login at {cloud.name}.", cloud.first + profile)
        case "expired":
            return Problem("rejected", f"Login at {cloud.name} expired.", cloud.again + profile)
        case "profile":
            return Problem("no_key", f"{cloud.name} has no profile {login.profile} here.", f"aws configure{profile}")
        case "offline":
            return Problem("offline", f"The login at {cloud.name} cannot be reached.")
        case "late":
            return Problem("offline", f"The login at {cloud.name} did not answer in time.")
    return Problem("unknown", f"{cloud.package} failed to sign in at {cloud.name}.", cloud.again + profile)
