"""One account of the board, as a row of the answer. Whatever has the wrong type counts as not known: null, never 0."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any

from . import words

LONGEST = 300
"""Characters of a text that are passed on."""
WORST_FIRST = ("critical", "low", "fair", "healthy", "unknown")
_LARGEST = 1e15


def row(data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What is known of an account `now`, some time after its board was made. `shown` says it in words."""
    windows = [_window(one, now) for one in tables(data.get("windows"))]
    health, band, binding = _health(data, windows)
    balance, cap, runway, problem = (table(data.get(name)) for name in ("balance", "limit", "runway", "problem"))
    purse = cap if number(balance.get("remaining")) is None else balance
    remaining, currency = number(purse.get("remaining")), text(purse.get("currency"))
    read = instant(data.get("read_at"))
    if read is None and not problem:
        problem = {"message": "no reading yet", "action": f"creditsui sync {text(data.get('id')) or ''}".strip()}
    known: dict[str, Any] = {
        "provider": text(data.get("provider")),
        "account": text(data.get("id")),
        "label": text(data.get("label")) or text(data.get("id")),
        "configured": True,
        "ok": not problem,
        "error": text(problem.get("message")),
        "hint": text(problem.get("action")),
        "plan": text(data.get("plan")),
        "remaining": remaining if currency else None,
        "currency": currency,
        "remaining_usd": remaining if currency == "USD" else None,
        **_cap(cap),
        "health": health,
        "band": band,
        "binding": binding,
        "certainty": text(data.get("certainty")),
        "windows": windows,
        "runway": {"state": text(runway.get("state"))}
        | {name: number(runway.get(name)) for name in ("days", "p10", "p90")},
        "read_at": text(data.get("read_at")),
        "age_seconds": None if read is None else max(0, int((now - read).total_seconds())),
        "stale": data.get("stale") is True,
    }
    return known | {"shown": _shown(data, known, now)}


def rank(one: Mapping[str, Any]) -> tuple[int, float, float]:
    """Of rows: the worst first, as in the pane."""
    days = one["runway"]["days"]
    return WORST_FIRST.index(one["band"]), float("inf") if days is None else days, one["health"] or 0.0


def _window(data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A quota; how much of it is used is not known any more once it has begun anew."""
    ends = instant(data.get("resets_at"))
    used = None if ends is not None and ends <= now else number(data.get("used"))
    return {"name": text(data.get("name")), "used": used, "resets_at": text(data.get("resets_at"))}


def _health(data: Mapping[str, Any], windows: list[dict[str, Any]]) -> tuple[float | None, str, str | None]:
    health, band, binding = number(data.get("health")), data.get("band"), text(data.get("binding"))
    told = [one["used"] for one in windows if one["name"] == binding]
    if health is None or band not in WORST_FIRST or (told and None in told):
        return None, band if health is None and band in WORST_FIRST else "unknown", binding
    return health, str(band), binding


def _cap(data: Mapping[str, Any]) -> dict[str, float | None]:
    """What may be spent, and what of it is: only where both ends are told, in dollars."""
    amount, left = number(data.get("amount")), number(data.get("remaining"))
    dollars = data.get("currency") == "USD"
    return {
        "limit_usd": amount if dollars else None,
        "usage_usd": round(amount - left, 6) if dollars and amount is not None and left is not None else None,
    }


def _shown(data: Mapping[str, Any], known: Mapping[str, Any], now: datetime) -> dict[str, str]:
    purse = known["binding"] in (None, "balance")
    age = known["age_seconds"]
    return {
        "glyph": words.GLYPHS[known["band"]],
        "percent": words.percent(known["health"], known["certainty"] == "estimated" and purse),
        "left": _left(data, known),
        "lasts": _lasts(data, known, now),
        "age": f"{words.age(age)} old" if known["stale"] and age is not None else "",
    }


def _left(data: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    bound = [one["used"] for one in known["windows"] if one["name"] == known["binding"]]
    if bound:
        return "" if None in bound else words.percent(1 - max(bound))
    if known["binding"] == "budget":
        return money(table(data.get("budget")))
    if number(table(data.get("balance")).get("remaining")) is None:
        return money(table(data.get("limit"))) if known["binding"] == "limit" else ""
    main = table(data.get("balance"))
    others = [
        one
        for one in tables(data.get("balances"))
        if one.get("currency") != main.get("currency") and number(one.get("remaining"))
    ]
    return " + ".join(filter(None, (money(one) for one in (main, *others))))


def _lasts(data: Mapping[str, Any], known: Mapping[str, Any], now: datetime) -> str:
    resets = [instant(one["resets_at"]) for one in known["windows"] if one["name"] == known["binding"]]
    if resets:
        soonest = min((one for one in resets if one is not None and one > now), default=None)
        return "" if soonest is None else words.reset((soonest - now).total_seconds())
    runway = known["runway"]
    anew = instant(table(data.get("budget")).get("resets_at")) if known["binding"] == "budget" else None
    wait = None if anew is None else (anew - now).total_seconds()
    if wait is not None and (runway["days"] is None or runway["days"] * 86_400 > wait):
        return words.reset(wait)
    if runway["state"] == "known" and runway["days"] is not None:
        return words.lasts(runway["days"], runway["p10"], runway["p90"])
    return runway["state"] if runway["state"] in ("gathering", "idle", "refills", "empty") else ""


def money(data: Mapping[str, Any]) -> str:
    """What remains of a purse; empty where that is not known."""
    remaining, currency = number(data.get("remaining")), text(data.get("currency"))
    return "" if remaining is None or not currency else words.amount(remaining, currency)


def table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def tables(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST:
        return None
    return float(value) if isfinite(value) else None


def text(value: object) -> str | None:
    """One line of what can be printed; None for what is no text, or empty."""
    if not isinstance(value, str):
        return None
    kept = "".join(char for char in value[:LONGEST] if char.isprintable()).strip()
    return kept or None


def instant(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None
