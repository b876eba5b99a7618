"""How long a test that repeats goes on: a short form in every run, the full figure on demand.

    @pytest.mark.soak
    def test_no_kill_ever_damages_the_ledger(...):
        for kill in range(rounds(full=200, short=8)):
            …

    @settings(max_examples=rounds(full=10_000, short=100))  # every test by hypothesis is found without the mark

Both forms prove the same of each round; the full one looks at more of them. All in full, the figures to quote:

    CREDITSUI_SOAK=full .venv/bin/pytest -n 0 -m "soak or hypothesis"
"""

import os

FULL = os.environ.get("CREDITSUI_SOAK") == "full"  # read once: each test starts without this machine's environment


def rounds(full: int, short: int) -> int:
    """How many times: `full` where CREDITSUI_SOAK=full asks for it, else `short`."""
    return full if FULL else short
