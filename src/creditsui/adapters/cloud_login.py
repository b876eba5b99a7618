"""`python -m creditsui.adapters.cloud_login`: a request on standard input, the headers that sign it on standard output.

A fault is told in one word: `none` nobody is logged in, `expired`, `profile` that one is not there, `offline` or
`broken`; never in the library's words, which may quote keys.
"""

import base64
import json
import logging
import os
import re
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO


def aws(order: Mapping[str, Any]) -> Mapping[str, str]:
    """Signature version 4 of exactly these bytes."""
    import boto3
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    region, service = place(order["audience"])
    session = boto3.Session(profile_name=order["profile"] or None, region_name=region)
    credentials = session.get_credentials()
    if credentials is None:
        raise LookupError
    request = AWSRequest(order["method"], order["url"], headers=dict(order["headers"]), data=_body(order))
    SigV4Auth(credentials.get_frozen_credentials(), service, region).add_auth(request)
    return {name: value for name, value in request.headers.items() if name.lower() in _SIGNED}


_SIGNED = {"authorization", "x-amz-date", "x-amz-security-token"}


def place(audience: str) -> tuple[str, str]:
    """(region, service) of an address such as https://ce.us-east-1.amazonaws.com."""
    found = re.fullmatch(r"https://([a-z0-9-]+)\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?", audience)
    if found is None:
        raise ValueError("not an address of AWS")
    return found[2], found[1]


def azure(order: Mapping[str, Any]) -> Mapping[str, str]:
    from azure.identity import DefaultAzureCredential

    with DefaultAzureCredential() as credential:
        return {"Authorization": f"Bearer {credential.get_token(order['audience'] + '/.default').token}"}


def gcp(order: Mapping[str, Any]) -> Mapping[str, str]:
    import google.auth
    from google.auth.credentials import with_scopes_if_required
    from google.auth.transport.requests import Request

    found, _ = google.auth.default()
    # A login of a person has the scopes that it was made with; asking for others would be refused.
    credentials = with_scopes_if_required(found, ["https://www.googleapis.com/auth/bigquery"])
    headers: dict[str, str] = {}
    credentials.before_request(Request(), order["method"], order["url"], headers)
    return headers


_CLOUDS = {"aws": aws, "azure": azure, "gcp": gcp}
_NAMED = {
    "LookupError": "none",
    "NoCredentialsError": "none",
    "PartialCredentialsError": "none",
    "DefaultCredentialsError": "none",
    "CredentialUnavailableError": "none",
    "ProfileNotFound": "profile",
    "UnauthorizedSSOTokenError": "expired",
    "SSOTokenLoadError": "expired",
    "TokenRetrievalError": "expired",
    "CredentialRetrievalError": "expired",
    "ClientError": "expired",
    "ClientAuthenticationError": "none",
    "RefreshError": "expired",
    "ReauthFailError": "expired",
    "EndpointConnectionError": "offline",
    "ConnectTimeoutError": "offline",
    "ReadTimeoutError": "offline",
    "ServiceRequestError": "offline",
    "ServiceResponseError": "offline",
    "TransportError": "offline",
}
"""Exceptions of the three libraries, by the name of their class or of a class above it."""


def fault(error: BaseException) -> str:
    """The word for an exception: that of the nearest class that is known."""
    if getattr(error, "retryable", False) is True:  # google-auth: the token's server has a bad moment
        return "offline"
    return next((_NAMED[one.__name__] for one in type(error).__mro__ if one.__name__ in _NAMED), "broken")


def _body(order: Mapping[str, Any]) -> bytes:
    return base64.b64decode(order["body"])


def main() -> None:
    """Answer one order. Nothing that a library prints gets into the answer or onto a terminal."""
    out: BinaryIO = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    logging.disable(logging.CRITICAL)
    order = json.loads(sys.stdin.buffer.read())
    try:
        answer: dict[str, Any] = {"headers": dict(_CLOUDS[order["kind"]](order))}
    except Exception as error:
        answer = {"fault": fault(error)}
    out.write(b"\n" + json.dumps(answer).encode())
    out.flush()
    os._exit(0)  # a library's thread must not keep us


if __name__ == "__main__":
    main()
