"""Run the benchmarks that are named, or all. Ends with 1 where a bound was missed, and says which."""

import sys
from importlib import import_module

from tests.benchmarks.home import missed

ALL = (
    "line",
    "refresh",
    "first_paint",
    "demo_minute",
    "key_to_paint",
    "memory",
    "idle",
    "burst",
    "scroll",
    "ingest",
    "heartbeat",
    "new_lines",
    "spend_board",
    "forecast",
    "drift",
    "view",
)

for name in [word for word in sys.argv[1:] if not word.startswith("--")] or ALL:
    import_module(f"tests.benchmarks.{name}").main()
if missed:
    raise SystemExit(f"missed: {', '.join(missed)}")
