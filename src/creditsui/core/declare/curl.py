"""What a curl command asks, without its key: the request that a declaration repeats."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from creditsui.domain.secret import scrub
from creditsui.providers.declaration import fit_address, sound_path

LONGEST = 64 * 1024
_WITH_VALUE = {
    "-X": "method", "--request": "method", "-H": "header", "--header": "header", "-u": "user", "--user": "user",
    "-d": "data", "--data": "data", "--data-raw": "data", "--data-ascii": "data", "--data-binary": "data",
    "--json": "json", "--url": "url", "-b": "cookie", "--cookie": "cookie", "--oauth2-bearer": "bearer",
    "-o": "", "--output": "", "-m": "", "--max-time": "", "--connect-timeout": "", "-A": "", "--user-agent": "",
    "-w": "", "--write-out": "", "--retry": "", "-e": "", "--referer": "",
}  # fmt: skip
_ALONE = re.compile(
    r"-[sSfLivg#]|--(silent|show-error|fail|fail-with-body|location|include|verbose|globoff|compressed|http1.1|http2"
    r"|no-progress-meter|progress-bar)"
)
_OURS = re.compile(
    r"(?i)accept.*|user-agent|content-(type|length)|host|connection|origin|referer|dnt|priority|sec-.*|cache-control"
    r"|pragma|te"
)
"""Headers that every request has, or only a browser sends."""
_SECRET_HEADER = re.compile(r"(?i)(?!proxy-).*(auth|key|token|secret)")
_SECRET_QUERY = re.compile(r"(?i).*(key|token|auth|secret|sig|signature|password)")
_SECRET_WORD = re.compile(r"(?i).*(api[_-]?key|token|secret|password)")
_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")


class NotDeclarable(ValueError):
    """The request cannot be written down as a declaration; the sentence says why and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Curl:
    """A request without its key."""

    url: str
    """Scheme, host and port."""
    path: str
    method: str = "GET"
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    auth: str = ""
    """The header with {key} in the place of the secret; "" where the command holds none."""
    variable: str = ""
    """The environment variable that stood in the key's place."""


@dataclass(slots=True)
class _Found:
    urls: list[str] = field(default_factory=list)
    method: str = ""
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    auths: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    get: bool = False


def parse(text: str) -> Curl:
    """Raises NotDeclarable."""
    found = _Found()
    for option, value in _options(_words(text)):
        _take(found, option, value)
    if not found.urls:
        raise NotDeclarable("There is no address in the command.")
    if len(found.urls) > 1:
        raise NotDeclarable("There are several addresses in the command; give one request.")
    if len(found.auths) > 1:
        raise NotDeclarable("Two headers hold a key; a declaration can fill in one. Leave the other out.")
    url, path = _address(found)
    body = _body(found)
    method = found.method or ("GET" if body is None else "POST")
    if method not in {"GET", "POST"}:
        raise NotDeclarable("Only GET and POST requests can be declared: asking must change nothing.")
    if body is not None and method == "GET":
        raise NotDeclarable("A GET with a body cannot be declared.")
    made = Curl(url, path, method, found.query, found.headers, body, next(iter(found.auths), ""), _variable(found))
    _keyless(made, found.secrets)
    return made


def _words(text: str) -> list[str]:
    if len(text) > LONGEST:
        raise NotDeclarable("This is too long for a curl command.")
    joined = re.sub(r"[\\^`][ \t]*\r?\n", " ", text).strip()
    try:
        words = shlex.split(joined)
    except ValueError:
        raise NotDeclarable("A quotation mark is not closed; paste the whole command.") from None
    while words and (words[0] == "$" or words[0] == "sudo"):
        words = words[1:]
    if not words or words[0].rpartition("/")[2].removesuffix(".exe") != "curl":
        raise NotDeclarable("This is no curl command; it begins with “curl”.")
    return words[1:]


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Each option with its value; a word alone is an address."""
    rest = iter(words)
    for word in rest:
        if word in {"|", ">", "&&", ";", "2>&1"}:
            return  # what is done with the answer
        if not word.startswith("-") or word == "-":
            yield "url", word
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            if name in _WITH_VALUE:
                yield _WITH_VALUE[name], value if equals else next(rest, "")
            elif name in {"--get", "--head"}:
                yield name.removeprefix("--"), ""
            elif not _ALONE.fullmatch(name):
                raise NotDeclarable(f"An option of this command is not understood here{_option(name)}; leave it out.")
        else:
            yield from _short(word[1:], rest)


def _short(cluster: str, rest: Iterator[str]) -> Iterator[tuple[str, str]]:
    """`-sSXPOST`: switches, then perhaps one option whose value is attached or follows."""
    while cluster:
        option, cluster = f"-{cluster[0]}", cluster[1:]
        if option in _WITH_VALUE:
            yield _WITH_VALUE[option], cluster or next(rest, "")
            return
        if option in {"-G", "-I"}:
            yield {"-G": "get", "-I": "head"}[option], ""
        elif not _ALONE.fullmatch(option):
            raise NotDeclarable(f"An option of this command is not understood here{_option(option)}; leave it out.")


def _option(name: str) -> str:
    return f" ({name})" if re.fullmatch(r"--?[a-z0-9-]{1,24}", name) else ""


def _take(found: _Found, option: str, value: str) -> None:
    match option:
        case "url":
            found.urls.append(value)
        case "method":
            found.method = value.upper()
        case "get":
            found.get = True
        case "head":
            raise NotDeclarable("A HEAD request has no answer to read.")
        case "header":
            _header(found, value)
        case "user":
            found.auths.append("Authorization: Basic {key|base64}")
            user, _, password = value.partition(":")
            found.secrets += [value, password or user]
        case "bearer":
            found.auths.append("Authorization: Bearer {key}")
            found.secrets.append(value)
        case "cookie":
            raise NotDeclarable("A cookie is the login of a browser and soon ends; use an API key.")
        case "json":
            found.data.append(value)
        case "data":
            if value.startswith("@"):
                raise NotDeclarable("The body stands in a file; write it into the command.")
            found.data.append(value)


def _header(found: _Found, text: str) -> None:
    name, colon, value = (part.strip() for part in text.partition(":"))
    if not colon or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        raise NotDeclarable("A header is not understood; it is written 'Name: value'.")
    if name.lower() == "cookie":
        raise NotDeclarable("A cookie is the login of a browser and soon ends; use an API key.")
    if _SECRET_HEADER.match(name):
        before, blank, secret = value.rpartition(" ")
        if before and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,31}", before):
            raise NotDeclarable(f"The header {name} is more than a word and a key; that cannot be declared.")
        found.secrets.append(secret)
        found.auths.append(f"{name}: {before}{blank}{{key}}")
    elif not _OURS.fullmatch(name) and value:
        found.headers[name] = value


def _address(found: _Found) -> tuple[str, str]:
    """The base and the path; what is asked for after the “?” goes into the query."""
    text = found.urls[0] if "://" in found.urls[0] else f"https://{found.urls[0]}"
    try:
        parts = urlsplit(text)
        base = f"{parts.scheme.lower()}://{parts.netloc}"
    except ValueError:
        base, parts = "", urlsplit("")
    if "@" in parts.netloc:
        raise NotDeclarable("The address holds a name or a password; use a header.")
    if not fit_address(base, base=True):
        raise NotDeclarable("The address must begin with https:// and a host (http:// only for this machine).")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if found.get:
        pairs += [pair for one in found.data for pair in parse_qsl(one, keep_blank_values=True)]
        found.data.clear()
    for name, value in pairs:
        if _SECRET_QUERY.fullmatch(name) or scrub(value) != value or _VARIABLE.fullmatch(value):
            raise NotDeclarable(
                "The key stands in the address, where it would end up in logs. Most services take it in a header too, "
                "as -H 'Authorization: Bearer …'; look into their documentation."
            )
        found.query[name] = value
    path = parts.path or "/"
    if not sound_path(path) or not path.isascii() or re.search(r"[\s\\@]", path):
        raise NotDeclarable(
            "The path of the address has “//”, “..”, “@”, a blank or another sign that has no place there."
        )
    return base, path


def _body(found: _Found) -> Any:
    if not found.data:
        return None
    try:
        body = json.loads("&".join(found.data))
    except (ValueError, RecursionError):
        raise NotDeclarable("The body is no JSON; only JSON bodies can be declared.") from None
    if not isinstance(body, dict | list):
        raise NotDeclarable("The body is neither an object nor a list.")
    if _secretive(body):
        raise NotDeclarable("The body holds a key; a declaration can fill one in only in a header.")
    return body


def _secretive(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_SECRET_WORD.fullmatch(str(key)) or _secretive(inner) for key, inner in value.items())
    if isinstance(value, list):
        return any(map(_secretive, value))
    return isinstance(value, str) and (scrub(value) != value or _VARIABLE.search(value) is not None)


def _variable(found: _Found) -> str:
    names = [match[1] for one in found.secrets if (match := _VARIABLE.search(one))]
    return names[0] if names else ""


def _keyless(made: Curl, secrets: list[str]) -> None:
    """Nothing that is written down holds a key, wherever it stood in the command."""
    texts = [made.url, made.path, *made.query.values(), *made.headers.values(), json.dumps(made.body), made.auth]
    for text in texts:
        plain = text.replace("{key}", "").replace("{key|base64}", "")
        if any(len(one) >= 4 and one in text for one in secrets) or (text != made.auth and scrub(plain) != plain):
            raise NotDeclarable("The key stands in a second place of the command; a declaration fills it in at one.")
