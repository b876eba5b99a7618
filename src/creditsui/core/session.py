"""What every act works with: where things are, what the environment says, what time it is, and how accounts are asked."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from creditsui.paths import Paths

if TYPE_CHECKING:
    from creditsui.core.ask import Outcome, Round


@dataclass(frozen=True, slots=True)
class Session:
    """One run of creditsui. The demo is a session too, with a folder, a clock and answers of its own."""

    paths: Paths
    env: Mapping[str, str]
    now: Callable[[], datetime]
    """Aware, UTC."""
    ask: "Callable[[Round], Awaitable[Outcome]]"
    demo: bool = False
    hints: dict[str, str] = field(default_factory=dict)
    """Last four characters of the keys this process has read, by account."""
