"""What the agents of the corpora have in common: when they work, what an answer uses, and which calls were made."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.corpora.pen import DAYS, FIRST
from tests.corpora.truth import Made

_HOUR = 3_600_000
SERVED = (
    ("anthropic", "claude-opus-4-8"),
    ("anthropic", "claude-sonnet-4-6"),
    ("openai", "gpt-5.4"),
    ("google", "gemini-3-pro-preview"),
)
"""Who serves what, to agents that ask many."""


class Used(NamedTuple):
    """Tokens of an answer, disjoint, but that `reasoning` is part of `output`."""

    input: int
    output: int
    read: int = 0
    written: int = 0
    reasoning: int = 0

    @property
    def total(self) -> int:
        return self.input + self.output + self.read + self.written


class Agent:
    """One that writes its logs below a folder."""

    source = ""

    def __init__(self, root: Path, random: Random) -> None:
        self.root, self.random = root, random
        self.calls: list[Made] = []
        self.not_calls: list[Made] = []
        """What stands in these logs as calls do, and is none, is counted elsewhere, or cannot be read for sure."""
        self.unreadable = 0
        """Lines and documents that tell a call which nobody can read any more."""
        self._trap = FIRST

    def later(self) -> int:
        """When the next trap is set, half a day after the one before."""
        self._trap += 11 * _HOUR
        return self._trap

    def starts(self, sessions: int) -> Iterator[int]:
        """When usual work begins."""
        for _ in range(sessions):
            yield FIRST + self.random.randrange(DAYS * 24 * _HOUR)

    def pause(self, at: int) -> int:
        return at + self.random.randrange(2_000, 90_000)

    def called(self, at: int, model: str, used: Used, trap: str = "", *, hour: int = 0,
               told: int | None = None) -> Made:  # fmt: skip
        made = replace(made_of(self.source, at, model, used), hour=hour, trap=trap, told=told)
        self.calls.append(made)
        return made

    def copied(self, since: int, at: int | None = None) -> None:
        """What was called from the `since`th call on stands once more somewhere, dated anew or not."""
        self.calls[since:] = [
            replace(call, copies=(*call.copies, call.at if at is None else at)) for call in self.calls[since:]
        ]


def made_of(source: str, at: int, model: str, used: Used) -> Made:
    return Made(
        source=source, at=at, model=model, input=used.input, output=used.output, cache_read=used.read,
        cache_write=used.written, reasoning=used.reasoning,
    )  # fmt: skip


def usual(random: Random, *, written: bool = False, reasoning: bool = True) -> Used:
    output = random.randrange(30, 4000)
    return Used(
        random.randrange(40, 9000), output, random.randrange(5000, 90_000),
        random.randrange(300, 7000) if written else 0, random.randrange(output) if reasoning else 0,
    )  # fmt: skip


def dollars(made: Made) -> float:
    """What an agent says that an answer cost; 0 where it knows no price."""
    return (made.cost or 0) / 1e6
