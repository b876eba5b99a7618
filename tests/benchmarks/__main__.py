"""Run the benchmarks that are named, or all."""

import sys
from importlib import import_module

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
