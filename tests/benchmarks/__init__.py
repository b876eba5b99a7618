"""Speed, by hand: `python -m tests.benchmarks [first_paint idle memory line refresh scroll ingest spend_board]`.
Never part of the tests.

Every figure is a ratio against something measured in the same run, because machines differ and are busy.
"""
