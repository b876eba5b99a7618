"""Whom the clouds' own libraries may call before a request can be signed, by what they will find: told without loading
them and without calling anybody.

Their files hold secrets, too: only names of settings, regions and addresses are looked at. Whom a program calls that
such a file names, or `az`, is that program's affair.
"""

import json
from collections.abc import Iterator, Mapping
from configparser import Error, RawConfigParser
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from creditsui.adapters.cloud import Login
from creditsui.adapters.cloud_login import place

_MACHINE = "169.254.169.254"
"""Where a machine of a cloud learns who it is: the same address in all three."""
_CONTAINER = "169.254.170.2"
_LARGEST = 1 << 20
_ADDRESSES = ("_url", "_uri", "url")
_UNCALLED = {"auth_uri", "auth_provider_x509_cert_url", "client_x509_cert_url", "revoke_url", "token_info_url"}
"""Addresses in Google's files that only who logs in calls."""


def hosts(login: Login, home: Path) -> frozenset[str]:
    """Hosts, with the port where it is not the usual one. `home` is the user's."""
    return frozenset(filter(None, _HOSTS[login.kind](login, home)))


def _aws(login: Login, home: Path) -> Iterator[str]:
    env = login.env
    if not login.profile and env.get("AWS_ACCESS_KEY_ID") and env.get("AWS_SECRET_ACCESS_KEY"):
        return
    settings = _sections(_path(env, "AWS_CONFIG_FILE", home, ".aws/config"))
    for name, held in _sections(_path(env, "AWS_SHARED_CREDENTIALS_FILE", home, ".aws/credentials")).items():
        named = name if name == "default" else f"profile {name}"
        settings[named] = {**settings.get(named, {}), **held}
    name = login.profile or env.get("AWS_PROFILE") or env.get("AWS_DEFAULT_PROFILE") or "default"
    chain = _chain(settings, name)
    keys = {key for one in chain for key in one}
    region, suffix = _region(login.audience)
    role = "role_arn" in keys or bool(env.get("AWS_WEB_IDENTITY_TOKEN_FILE"))
    if role:
        yield f"sts.{region}.{suffix}"
        yield "sts.amazonaws.com"  # where an old way of choosing it is set
    for one in chain:
        sso = {**one, **settings.get(f"sso-session {one.get('sso_session', '')}", {})}.get("sso_region")
        if sso:
            yield f"portal.sso.{sso}.{_suffix(sso)}"
            yield f"oidc.{sso}.{_suffix(sso)}"
    if "login_session" in keys:
        yield f"signin.{region}.{suffix}"
    told = [env[name] for name in env if name.startswith("AWS_ENDPOINT_URL")]
    yield from map(_host, [*told, *(one["endpoint_url"] for one in chain if "endpoint_url" in one)])
    known = {"aws_access_key_id", "credential_process", "sso_region", "sso_session", "login_session"}
    if "credential_source" in keys or not (role or keys & known):
        relative = env.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
        yield _CONTAINER if relative else _host(env.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", ""))
        if env.get("AWS_EC2_METADATA_DISABLED", "").lower() != "true":
            yield _host(env.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "")) or _MACHINE


def _chain(settings: Mapping[str, Mapping[str, str]], name: str) -> list[Mapping[str, str]]:
    """A profile, and those that it begins from."""
    met: dict[str, Mapping[str, str]] = {}
    while name and name not in met:
        met[name] = settings.get(name if name == "default" else f"profile {name}", {})
        name = met[name].get("source_profile", "")
    return [*met.values()]


def _region(audience: str) -> tuple[str, str]:
    try:
        region, _ = place(audience)
    except ValueError:
        region = "us-east-1"
    return region, _suffix(region)


def _suffix(region: str) -> str:
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"


def _azure(login: Login, home: Path) -> Iterator[str]:
    env = login.env
    authority = env.get("AZURE_AUTHORITY_HOST", "")
    yield (_host(authority) or authority.strip("/")) if authority else "login.microsoftonline.com"
    own = ("IDENTITY_ENDPOINT", "MSI_ENDPOINT", "AZURE_POD_IDENTITY_AUTHORITY_HOST")
    found = [host for host in (_host(env.get(name, "")) for name in own) if host]
    yield from found or [_MACHINE]


def _gcp(login: Login, home: Path) -> Iterator[str]:
    env = login.env
    folder = env.get("CLOUDSDK_CONFIG") or str(home / ".config/gcloud")
    info = _json(Path(env.get("GOOGLE_APPLICATION_CREDENTIALS") or f"{folder}/application_default_credentials.json"))
    if not info:
        if env.get("NO_GCE_CHECK") != "true":
            yield env.get("GCE_METADATA_HOST") or env.get("GCE_METADATA_ROOT") or "metadata.google.internal"
            yield env.get("GCE_METADATA_IP") or _MACHINE
        return
    domain = info.get("universe_domain")
    domain = domain if isinstance(domain, str) and domain else "googleapis.com"
    for kind in _kinds(info):
        yield f"oauth2.{domain}"
        if kind != "authorized_user":
            yield f"iamcredentials.{domain}"
        if kind.startswith("external_account"):
            yield f"sts.{domain}"
    yield from map(_host, _addresses(info))


def _kinds(info: Mapping[str, Any]) -> Iterator[str]:
    """That of a login, and those that it begins from."""
    kind, source = info.get("type"), info.get("source_credentials")
    if isinstance(kind, str):
        yield kind
    if isinstance(source, dict):
        yield from _kinds(source)


def _addresses(info: Mapping[str, Any]) -> Iterator[str]:
    for key, value in info.items():
        if isinstance(value, dict):
            yield from _addresses(value)
        elif isinstance(value, str) and key.endswith(_ADDRESSES) and key not in _UNCALLED:
            yield value


def _path(env: Mapping[str, str], name: str, home: Path, usual: str) -> Path:
    told = env.get(name, "")
    return home / told[2:] if told.startswith("~/") else Path(told) if told else home / usual


def _text(path: Path) -> str:
    with suppress(OSError, ValueError):
        if path.is_file() and path.stat().st_size <= _LARGEST:
            return path.read_text(encoding="utf-8")
    return ""


def _sections(path: Path) -> dict[str, dict[str, str]]:
    parser = RawConfigParser(strict=False, allow_no_value=True, default_section="\0")
    with suppress(Error):
        parser.read_string(_text(path))
    return {name: {key: value or "" for key, value in parser.items(name)} for name in parser.sections()}


def _json(path: Path) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        found = json.loads(_text(path) or "{}")
        if isinstance(found, dict):
            return found
    return {}


def _host(url: str) -> str:
    """ "" for what is no web address."""
    with suppress(ValueError):
        parts = urlsplit(url.replace("{region}", "us-east-1"))
        if parts.scheme in {"http", "https"} and parts.hostname:
            return parts.netloc.rpartition("@")[2]
    return ""


_HOSTS = {"aws": _aws, "azure": _azure, "gcp": _gcp}
