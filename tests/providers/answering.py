"""Answers as the engine hands them to `parse`, made from fixture files; and what a provider makes of a refusal."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from creditsui.domain.format import quota
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Reading, Window
from creditsui.providers import get, refusals
from creditsui.providers.spec import Answer, Answers, Provider

NOW = datetime(2026, 11, 20, 19, 41, tzinfo=UTC)
_HERE = Path(__file__).parent


def body(provider: str, name: str) -> Any:
    """A fixture, decoded as answers are: numbers with a fraction are Decimal."""
    return json.loads((_HERE / provider / f"{name}.json").read_text(encoding="utf-8"), parse_float=Decimal)


def text(provider: str, name: str) -> str:
    return (_HERE / provider / name).read_text(encoding="utf-8")


def headers(provider: str, name: str) -> dict[str, str]:
    lines = text(provider, f"{name}.headers").splitlines()
    return {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines) if key}


def known(id: str) -> Provider:
    provider = get(id)
    assert provider is not None
    return provider


def answer(
    body: Any = None, status: int = 200, headers: Mapping[str, str] | None = None, credential: str = "key", **more: Any
) -> Answer:
    return Answer(status, body, headers or {}, more.get("pages", (body,)), more.get("at", NOW), credential)


def read(id: str, previous: Reading | None = None, now: datetime = NOW, **answers: Answer) -> Reading:
    return known(id).parse(Answers(now, answers, previous))


def refused(id: str, status: int, body: Any = None, credential: str = "key", **headers: str) -> Problem:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return refusals.problem(known(id), answer(body, status, named, credential))


def window(reading: Reading, name: str) -> Window:
    """By its words: `5h`, `requests/min`."""
    return next(window for window in reading.windows if quota(window) == name)
