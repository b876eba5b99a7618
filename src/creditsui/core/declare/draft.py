"""Writing the first draft of a declaration: from nothing, from a built-in one, or from a curl command that works."""

import json
import re
from pathlib import Path
from typing import Any

from creditsui.core.declare import candidates
from creditsui.core.declare.curl import Curl
from creditsui.core.declare.declared import fault_of_name
from creditsui.core.session import Session
from creditsui.core.settings import Unsettable
from creditsui.domain.clean import clean
from creditsui.providers import declarations
from creditsui.providers.declaration import DeclarationError
from creditsui.providers.declared import load
from creditsui.providers.spec import Json
from creditsui.toml_edit import drop, key_text, put, value_text

_HEAD = """\
# {name}, as creditsui is to ask it. Every mistake is named with its line: creditsui providers test {id}
# creditsui providers test {id} --offline answer.json reads an answer from a file; this file holds no key.
"""
_ABOUT = """
name = {name}                     # as it is called on the screen
url = {url}                       # where it is; https, or http on this machine
env = {env}                     # variables that may hold the key, the usual one first
auth = {auth}                     # the header that carries the key
# console_url = "https://acme.ai/billing"      # what the key “o” opens
"""
_REST = """
# Further tables, each without its “# ” where the answer has such a number:
#
# [limit]                             # a cap on spending
# amount = "data.limit"
# used = "data.used"                  # or remaining = …
# resets = "monthly"                  # daily, weekly, monthly
# currency = "USD"
# optional = true                     # may be missing or null
#
# [[window]]                          # a quota that refills
# name = "5h"                         # or seconds = "data.window_seconds"
# used_fraction = "data.percent / 100"       # 0 to 1; or limit with remaining or used, and unit = "requests"
# resets_at = "data.reset"
#
# [spend]                             # what was spent: in all, today, or day by day
# all = "data.total_spent"
# currency = "USD"
#
# [[error]]                           # an answer that says no although its status is 200
# when = "code != 0"
# quotes = "message"
"""
_OTHERS_OWN = ("prefixes", "key_forms", "base_env", "base_suffix", "status_url", "key_url", "admin_env", "env_regions",
              "credit_lasts_days")  # fmt: skip
"""What holds for one service alone."""


def new(
    session: Session, id: str, *, like: str = "", curl: Curl | None = None, sample: Json = None, sampled: bool = False
) -> Path:
    """Write `providers/ID.toml` and return its path. An existing file stays as it is. Raises Unsettable."""
    check_name(session, id)
    path = session.paths.declared / f"{id}.toml"
    found = sample if sampled else None
    text = _like(id, like) if like else _draft(id, curl, found)
    if found is not None and like:
        text += _offered(candidates.numbers(found))
    try:
        load(text, id, path.name)
    except DeclarationError as fault:
        raise Unsettable(f"This request cannot be declared: {fault.message}") from None
    _write(path, text)
    return path


def check_name(session: Session, id: str) -> None:
    """Raises Unsettable for a name that cannot be, or is taken."""
    fault = fault_of_name(id)
    if fault is not None:
        built_in = " is built in" in fault
        raise Unsettable(f"{id} is built in; choose another name." if built_in else f"{fault.partition(';')[0]}.")
    path = session.paths.declared / f"{id}.toml"
    if path.exists() or path.is_symlink():
        raise Unsettable(f"{path} is there already and stays as it is; edit it, or choose another name.")


def variable(id: str) -> str:
    """The variable that usually holds the key of a provider of this id."""
    name = re.sub(r"[^A-Z0-9]+", "_", id.upper())
    return f"{'_' if name[:1].isdigit() else ''}{name}_API_KEY"


def models() -> dict[str, Path]:
    """Built-in declarations that can be copied, by id."""
    return {path.stem: path for path in declarations()}


def _like(id: str, other: str) -> str:
    """The declaration of a built-in provider, with a name and a variable of its own."""
    known = models()
    if other not in known:
        raise Unsettable(f"There is no declaration “{clean(other, 40)}” to copy; there are {', '.join(known)}.")
    text = known[other].read_text(encoding="utf-8")
    model = load(text, other, known[other].name)
    for key in _OTHERS_OWN:
        text = drop(text, (key,))
    text = text.replace(f"creditsui key set {other}", f"creditsui key set {id}")
    text = re.sub(r"(?m)^message = .*$", lambda line: line[0].replace(model.name, _title(id)), text)
    if not model.url:
        text = _one_word(put(text, ("base_env",), variable(id).replace("_API_KEY", "_BASE_URL")), "base_env")
    text = _one_word(put(put(text, ("name",), _title(id)), ("env",), variable(id)), "env")
    return f"{_HEAD.format(name=_title(id), id=id)}# It began as a copy of {other}.\n{text}"


def _one_word(text: str, key: str) -> str:
    """With the text at a key as a list of one, on its line."""
    return re.sub(rf"(?m)^{key} = (\".*\")$", rf"{key} = [\1]", text, count=1)


def _title(id: str) -> str:
    return " ".join(word.capitalize() for word in re.split(r"[-._]+", id) if word) or id


def _draft(id: str, curl: Curl | None, sample: Json) -> str:
    request = curl or Curl("https://api.example.com", "/v1/credits", auth="Authorization: Bearer {key}")
    name = _title(id)
    env = list(dict.fromkeys((variable(id), *filter(None, [request.variable]))))
    about = _ABOUT.format(
        name=value_text(name),
        url=value_text(request.url),
        env=_inline(env),
        auth=value_text(request.auth or "Authorization: Bearer {key}"),
    )
    return _HEAD.format(name=name, id=id) + _aligned(about) + _ask(request) + _balance(sample) + _REST


def _aligned(text: str) -> str:
    """With the comments of neighbouring lines below each other."""
    rows = [re.split(r" {3,}(?=# )", line, maxsplit=1) for line in text.splitlines()]
    width = max(len(row[0]) for row in rows if len(row) == 2)
    return "\n".join(f"{row[0]:<{width}}  {row[1]}" if len(row) == 2 else row[0] for row in rows) + "\n"


def _ask(request: Curl) -> str:
    lines = ["", "[[ask]]" + " " * 31 + "# what is requested; several are asked one after the other"]
    lines.append(f"path = {value_text(request.path)}")
    if request.method != "GET":
        lines.append(f"method = {value_text(request.method)}")
    for key, value in (("headers", dict(request.headers)), ("query", dict(request.query)), ("body", request.body)):
        if value:
            lines.append(f"{key} = {_inline(value)}")
    if "|base64" in request.auth:
        lines.append("# The key is typed as user:password (or key: where there is no password).")
    return "\n".join(lines) + "\n"


def _inline(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key_text([name])} = {_inline(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if value is None:
        raise Unsettable("The body holds a null, which TOML has no word for; leave that part out of the command.")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else value_text(value)


def _balance(sample: Json) -> str:
    found = candidates.numbers(sample)
    likely = candidates.obvious(found)
    told = candidates.currency(sample)
    remaining = likely.path if likely is not None else ("left" if not found else found[0].path)
    where = (
        f"the amount that is left: {likely.shown} in your sample" if likely is not None else "the amount that is left"
    )
    lines = [
        "",
        f"[[balance]]{' ' * 27}# where the numbers stand: paths and calculations, such as 'data.total - data.used'",
    ]
    lines.append(f"remaining = {json.dumps(remaining):<26}# {where}")
    if told is not None:
        lines.append(f"currency_path = {json.dumps(told[0]):<22}# {told[1]} in your sample")
    else:
        lines.append('currency = "USD"                      # or currency_path = "where.it.stands"')
    lines.append('# scale = 0.01                        # for cents; any number, or a fraction such as "1/10000"')
    return "\n".join(lines) + "\n" + _offered(found)


def _offered(found: list[candidates.Candidate]) -> str:
    if not found:
        return ""
    return "\n# The numbers in your sample:\n" + "".join(f"# {one.path} = {one.shown}\n" for one in found)


def _write(path: Path, text: str) -> None:
    """A new file for the owner alone; never over one that somebody else just made."""
    from creditsui.adapters import atomic

    try:
        atomic.replace(path, text.encode(), unless_changed=b"")
    except atomic.Conflict:
        raise Unsettable(f"{path} is there already and stays as it is; edit it, or choose another name.") from None
    except OSError as fault:
        raise Unsettable(f"{path} was not written: {fault.strerror or type(fault).__name__}.") from None
