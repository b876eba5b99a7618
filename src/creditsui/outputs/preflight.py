"""A preflight's verdict as the one line of JSON that scripts and agents rely on."""

import json
from typing import Any

from creditsui.domain.money import Money
from creditsui.domain.preflight import Verdict
from creditsui.outputs.json import SCHEMA, instant


def dumps(verdict: Verdict) -> str:
    """One line in ASCII."""
    return json.dumps(as_json(verdict), allow_nan=False)


def as_json(verdict: Verdict) -> dict[str, Any]:
    """`remaining` is money, or the share of a quota (0 to 1) where `currency` is `fraction`; null is not known."""
    kind = verdict.left if verdict.left is not None else verdict.need
    return {
        "schema": SCHEMA,
        "account": verdict.account,
        "go": verdict.go,
        "remaining": _amount(verdict.left),
        "currency": kind.currency if isinstance(kind, Money) else "fraction",
        "certainty": verdict.certainty.value,
        "age_seconds": None if verdict.age is None else int(verdict.age),
        "reason": verdict.reason,
        "confidence": None if verdict.confidence is None else round(verdict.confidence, 2),
        "basis": {
            "need": _amount(verdict.need),
            "low": _amount(verdict.low),
            "error": _amount(verdict.error),
            "spent_meanwhile": _amount(verdict.spent),
            "until": instant(verdict.until),
            "by": verdict.by or None,
            "stale": verdict.stale,
            "pool": verdict.pool,
        },
    }


def _amount(value: Money | float | None) -> float | None:
    if value is None:
        return None
    return value.amount if isinstance(value, Money) else round(value, 6)
