"""creditsui inside Hermes Agent: the slash command `/credits`, and beside it a bar for the dashboard.

These files are copied into `plugins/creditsui/` of Hermes' home, where creditsui itself cannot be imported. They read
the last board that creditsui wrote: no network, no key, nothing written.
"""

import os
from datetime import UTC, datetime
from typing import Any

from . import board


def register(ctx: Any) -> None:
    """What Hermes calls when the user has enabled the plugin."""
    ctx.register_command(
        "credits",
        handler=credits,
        description="How much credit is left at every provider, and for how long",
        args_hint="[provider]",
    )


def credits(words: str = "") -> str:
    """The answer to `/credits`, worst first; `words` choose accounts by any part of their names."""
    return board.text(board.status(os.environ, datetime.now(UTC)), words or "")
