"""The clock that nobody sets, and who is still there to hand an alert on."""

import platform
import subprocess
import sys

import pytest

from creditsui.adapters import uptime as clocks
from creditsui.adapters.episodes import gone, myself


def test_the_clock_that_nobody_sets_goes_on_and_knows_its_start() -> None:
    first, second = clocks.uptime(), clocks.uptime()
    if first is None or second is None:
        pytest.skip("this system has no such clock")
    assert second[0] >= first[0] > 0 and first[1] == second[1] != ""


def test_where_nobody_can_say_which_start_it_was_there_is_no_such_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "_BOOT", clocks._BOOT / "nowhere")
    assert clocks.uptime() is None


def test_a_process_that_ended_is_gone_and_one_of_another_machine_may_not_be() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from creditsui.adapters.episodes import myself; print(myself())"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    ended, far = said.stdout.strip(), f"far-from-{platform.node()}/1/1"
    assert ended.startswith(f"{platform.node()}/")
    assert gone([ended, myself(), far]) == {ended}
