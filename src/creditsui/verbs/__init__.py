"""What creditsui can be told to do: one table for the command line, the palette and the help."""

from creditsui.verbs import book, carry, serve, settle, show
from creditsui.verbs.verb import Argument as Argument
from creditsui.verbs.verb import Verb as Verb

APP = Verb(
    name="",
    help="Health bars for the credit left at every LLM provider you pay",
    example="creditsui --demo        look around without a key; nothing is written",
    arguments=(
        Argument(name="--demo", help="invented accounts and numbers; needs no key, writes nothing"),
        Argument(name="--speed", help="how fast the demo tells its story (1: in a minute)", metavar="N", kind="number"),
        Argument(name="--account", help="open with this account selected", metavar="ID"),
        Argument(name="--ascii", help="draw with ASCII characters only"),
        Argument(name="--still", help="no motion and no ticking clock"),
        Argument(name="--theme", help="colour theme for this run", metavar="NAME"),
    ),
)
"""`creditsui` without a verb."""

VERBS: tuple[Verb, ...] = (
    show.STATUS,
    show.LINE,
    book.SYNC,
    book.TOPUP,
    book.UNDO,
    book.ENTRIES,
    settle.THRESHOLDS,
    settle.ACCOUNT,
    settle.PROVIDERS,
    settle.KEY,
    carry.INGEST,
    show.SPEND,
    show.RUNWAY,
    serve.CHECK,
    serve.ALERTS,
    serve.ROUTE,
    show.EXPLAIN,
    serve.METRICS,
    serve.MCP,
    carry.EXPORT,
    carry.IMPORT,
    serve.TMUX,
    serve.HERMES_PLUGIN,
    settle.DOCTOR,
)
"""In the order of the help."""


def find(name: str) -> Verb | None:
    """The verb of that name."""
    return next((verb for verb in VERBS if verb.name == name), None)
