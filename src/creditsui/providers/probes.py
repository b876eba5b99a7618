"""One-token requests: the only way to read rate-limit headers, made only where the user allowed them."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from creditsui.domain.money import Money
from creditsui.domain.reading import ProbeCost, Reading
from creditsui.providers.fields import number, record
from creditsui.providers.limits import from_headers
from creditsui.providers.spec import Answer, Answers, Get, Json

EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Model:
    """A cheap model and its price in USD per million tokens, which is micro-dollars per token."""

    name: str
    input: Decimal
    output: Decimal


def chat(path: str, model: Model, **options: Json) -> Get:
    """A probe in the shape of OpenAI's chat completions. Its failure leaves the rest of the round standing."""
    return Get(
        name="probe",
        path=path,
        method="POST",
        body={"model": model.name, "messages": [{"role": "user", "content": "."}], **options},
        opt_in="probe",
        every=EVERY,
        failure="soft",
    )


def cost(
    answer: Answer | None, model: Model, fields: tuple[str, str] = ("prompt_tokens", "completion_tokens")
) -> ProbeCost | None:
    """What the probe used, rounded up to a micro-dollar; None where it was not made or does not say."""
    if answer is None:
        return None
    usage = record(answer.body).get("usage")
    counts = [number(usage.get(field)) if isinstance(usage, dict) else None for field in fields]
    used = [int(count) for count in counts if count is not None and 0 <= count <= 1_000_000]
    if len(used) < len(fields):
        return None
    price = math.ceil(used[0] * model.input + used[1] * model.output)
    return ProbeCost(model.name, used[0], used[1], Money(price, "USD"))


def reading(
    answers: Answers, pattern: re.Pattern[str], kinds: Mapping[str, tuple[str, int | None]], model: Model
) -> Reading:
    """All that a plain key tells where nobody tells money: that it is valid and, by a probe, its limits.

    `pattern` and `kinds` are those of `limits.from_headers`.
    """
    probe, models = answers.ok("probe"), answers.ok("models")
    if probe is None:
        record((models or answers["models"]).body)
    return Reading(
        at=answers.now,
        windows=from_headers(probe, pattern, kinds, answers.now),
        badges=("key valid",),
        probe=cost(probe, model),
    )
