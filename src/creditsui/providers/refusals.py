"""What a refusal means: from a status and a body to a typed problem with the next step."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from creditsui.domain.problem import Kind, Problem
from creditsui.providers.fields import number, records
from creditsui.providers.spec import Answer, Json, Provider
from creditsui.providers.times import duration

_SHORTEST, _LONGEST = timedelta(seconds=1), timedelta(hours=1)
_QUOTE = 120
_OUT_OF_MONEY = (
    "insufficient_quota", "exceeded_current_quota_error", "enforced_spend_limit_reached", "billing_hard_limit_reached",
    "insufficient_balance", "insufficient balance", "insufficient credits", "err_ngrok_4026",
    "credit balance is too low", "credits are depleted", "used all available credits", "run out of credits",
)  # fmt: skip
"""Codes and words that mean an empty purse under whatever status: a rate limit by its status, mostly."""
_BAD_KEY = ("api_key_invalid", "invalid_api_key", "api key not valid", "invalid api key", "incorrect api key",
            "invalid x-api-key", "api key expired", "api_key_expired")  # fmt: skip
_WRONG_KIND = ("management key", "admin key", "admin api key", "session key", "missing scope", "provisioning key",
               "insufficient permission", "insufficient_permissions", "insufficient scope")  # fmt: skip
_NO_DATA = "dataunavailableexception"
"""Amazon's word for costs that nobody has added up yet."""
_CODE_KEYS = frozenset({"__type", "code", "type", "status", "reason", "error_type", "error_code", "limit_source"})
_SLOT = {"admin_key": "admin key", "login": "login"}


def problem(provider: Provider, answer: Answer) -> Problem:
    """Why the provider refused: its own word for it if it has one, else the general meaning of the status, which is
    also told where it is an empty purse and the own word only quotes."""
    if answer.status == 403 and _is_page(answer):
        return _general(provider, answer)  # something in between speaks, and says nothing of the key
    own = provider.refuse(answer) if provider.refuse is not None else None
    if own is None or (own.kind == "unknown" and _kind(answer) == "out_of_money"):
        return _general(provider, answer)
    return own


def _general(provider: Provider, answer: Answer) -> Problem:
    status, name = answer.status, provider.name
    credential = _SLOT.get(answer.credential, "key")
    kind = _kind(answer)
    if kind == "out_of_money":
        return Problem(kind, f"{name} says that the credit is used up.", f"top up at {provider.console_url}")
    if kind == "limited":
        at = retry_at(answer)
        return Problem(kind, f"{name} is rate-limiting.", retry_at=at, told=at is not None)
    if kind == "busy":
        at = retry_at(answer)
        said = f"{name} is overloaded." if status == 529 else f"{name} failed to answer ({status})."
        said = f"{name} has no figures yet." if status < 408 else said
        return Problem(kind, said, retry_at=at, told=at is not None)
    if kind == "rejected":
        return Problem(kind, f"{name} rejected the {credential}.", _replace_key(provider, answer))
    if status == 403 and _is_page(answer):
        return Problem("busy", f"A web page answered instead of {name}; something is in between.", "check the network")
    if kind == "wrong_kind":
        return Problem(kind, f"{name} wants another kind of key here{_quoted(answer)}.", _replace_key(provider, answer))
    if kind == "forbidden":
        return Problem(
            kind, f"{name} does not let this {credential} read it{_quoted(answer)}.", _replace_key(provider, answer)
        )
    if kind == "unsupported":
        return Problem(kind, f"{name} has nothing to read here for this account ({status}).")
    if kind == "offline":
        return Problem(kind, f"The network wants a login before it lets {name} through.", "log in to the network")
    if kind == "changed":
        return Problem(kind, f"{name} has moved: it redirects ({status}), which is not followed.", "update creditsui")
    return Problem("unknown", f"{name} refused ({status}){_quoted(answer)}.")


def _is_page(answer: Answer) -> bool:
    return "text/html" in answer.headers.get("content-type", "")


def _kind(answer: Answer) -> Kind:
    status = answer.status
    codes = {code.lower() for code in _codes(answer.body)}
    text = " ".join((*codes, message(answer).lower()))
    if any("in_flight" in code for code in codes):
        return "limited"  # OpenRouter's budget for calls under way: there is credit
    if status == 402 or "1113" in codes or any(hint in text for hint in _OUT_OF_MONEY):
        return "out_of_money"
    if status == 401 or (status in {400, 403} and any(hint in text for hint in _BAD_KEY)):
        return "rejected"
    if status == 403:
        return "wrong_kind" if any(hint in text for hint in _WRONG_KIND) else "forbidden"
    if status == 429:
        return "limited"
    if status == 408 or (status >= 500 and status != 511) or any(code.endswith(_NO_DATA) for code in codes):
        return "busy"
    if status in {404, 410}:
        return "unsupported"
    if status in {407, 511}:
        return "offline"
    return "changed" if 300 <= status < 400 else "unknown"


def retry_at(answer: Answer) -> datetime | None:
    """When the provider said it may be asked again, at least a second and at most an hour after the answer.

    None where it did not say, or said something that means nothing: 0, a negative number, a date in the past.
    """
    wait = _retry_after(answer)
    if answer.at is None or wait is None or wait <= 0:
        return None
    return answer.at + min(max(timedelta(seconds=min(wait, 86400.0)), _SHORTEST), _LONGEST)


def _retry_after(answer: Answer) -> float | None:
    """Seconds, from `Retry-After` (a number or a date) or from Google's RetryInfo; the longest where Azure tells one
    for each of its throttles."""
    others = [number(value) for name, value in answer.headers.items() if name.endswith("-retry-after")]
    return max((wait for wait in (_usual_wait(answer), *others) if wait is not None), default=None)


def _usual_wait(answer: Answer) -> float | None:
    told = answer.headers.get("retry-after", "")
    seconds = number(told)
    if seconds is not None:
        return seconds
    try:
        # The sender's own clock, where it is told, so that a wrong clock on this side does not matter.
        sent = answer.headers.get("date", "")
        start = parsedate_to_datetime(sent) if sent else answer.at
        return (parsedate_to_datetime(told) - start).total_seconds() if start is not None else None
    except (TypeError, ValueError, OverflowError):
        pass
    for detail in records(_error(answer.body).get("details")):
        delay = detail.get("retryDelay")
        if isinstance(delay, str):
            return duration(delay)
    return None


def message(answer: Answer) -> str:
    """The provider's own sentence, "" where there is none."""
    error = _error(answer.body)
    for key in ("message", "detail", "error_description", "error", "msg"):
        if isinstance(error.get(key), str):
            return str(error[key])
    return ""


def _quoted(answer: Answer) -> str:
    said = " ".join(message(answer).split()).rstrip(".")
    return f": “{said[: _QUOTE - 1]}…”" if len(said) > _QUOTE else f": “{said}”" if said else ""


def _replace_key(provider: Provider, answer: Answer) -> str | None:
    if answer.credential == "login":
        return None
    return f"creditsui key set {provider.id}"


def _error(body: Json) -> dict[str, Json]:
    """The object that describes the error: `error`, or the body itself."""
    if isinstance(body, list) and body:  # Google wraps some errors in a list
        body = body[0]
    if not isinstance(body, dict):
        return {}
    inner = body.get("error")
    return inner if isinstance(inner, dict) else body


def _codes(value: Json, depth: int = 6) -> Iterator[str]:
    """Machine-readable words for what happened, wherever they stand. Only these keys: ids and sentences may hold any
    digits."""
    if isinstance(value, list) and depth:
        for item in value[:20]:
            yield from _codes(item, depth - 1)
    elif isinstance(value, dict) and depth:
        for key, item in value.items():
            if key in _CODE_KEYS and isinstance(item, str | int) and not isinstance(item, bool):
                yield str(item)
            yield from _codes(item, depth - 1)
