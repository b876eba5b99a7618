"""Logins of other programs as the engine hands them to a provider, and what it makes of them."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from creditsui.domain.problem import Problem, Refused
from creditsui.providers.spec import Answers
from tests.providers.answering import NOW, answer, known

STORIES = Path(__file__).parent / "scenarios"


def usual(id: str, route: str) -> Any:
    """What the service usually answers, to be changed here and there."""
    return json.loads((STORIES / f"{id}.json").read_text(encoding="utf-8"))["usual"]["routes"][route]


def signed(id: str, **bodies: Any) -> dict[str, str]:
    sign = known(id).login
    assert sign is not None
    return dict(sign(Answers(NOW, {name: answer(body) for name, body in bodies.items()})))


def unsigned(id: str, **bodies: Any) -> Problem:
    with pytest.raises(Refused) as caught:
        signed(id, **bodies)
    return caught.value.problem


def found(id: str, **bodies: Any) -> bool:
    look = known(id).login_found
    assert look is not None
    return look(Answers(NOW, {name: answer(body) for name, body in bodies.items()}))


def epoch(at: datetime) -> int:
    return int(at.timestamp())
