"""Speed, and how often forecasts come true, by hand: `python -m tests.benchmarks [NAME…]`. Never part of the tests.

Every speed is a ratio against something measured in the same run where it can be, because machines differ and are busy.
"""
