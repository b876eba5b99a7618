"""A minute of the demo at its normal speed. Bounds: 3 % of a core, 20 kB/s to the terminal."""

from tests.benchmarks.home import home, show
from tests.benchmarks.program import CREDITSUI, Program

SECONDS = 60.0


def main() -> None:
    with home(0) as (env, _), Program(CREDITSUI, "--demo", env=env) as program:
        program.until("Thresholds")
        program.idle(2)  # starting is another benchmark's
        before = program.cpu
        written = program.idle(SECONDS)
        share = (program.cpu - before) / SECONDS * 100
        kilobytes = written / SECONDS / 1000
        met = share <= 3 and kilobytes <= 20
        show("demo minute", f"{share:.2f} % of a core, {kilobytes:.1f} kB/s", "≤ 3 %, ≤ 20 kB/s", met)
