"""The real program on a disk that is really full, and on one that may only be read."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run, run_cli
from tests.servers import Server

__all__ = ["run_cli"]

KEY = "sk-0123456789abcdefghijkl"
INFO = {"currency": "USD", "total_balance": "31.50", "granted_balance": "0.00", "topped_up_balance": "31.50"}


@pytest.fixture
def disk(home: Path) -> Iterator[Path]:
    """The home is a disk of its own, half a megabyte large."""
    options = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(home)]
    if os.geteuid() != 0 or not shutil.which("mount") or subprocess.run(options, capture_output=True).returncode:
        pytest.skip("a small disk of its own cannot be mounted here")
    yield home
    subprocess.run(["umount", "-l", str(home)], check=True)


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return ballast


def test_live_data_is_shown_nothing_is_half_written_and_all_goes_on_once_there_is_room(
    disk: Path, run_cli: Run
) -> None:
    env = {"DEEPSEEK_API_KEY": KEY}
    config = disk / ".config/creditsui/config.toml"
    config.parent.mkdir(parents=True)
    with Server({("GET", "/user/balance"): {"is_available": True, "balance_infos": [INFO]}}) as server:
        config.write_text(f'[accounts.deepseek]\nbase_url = "{server.url}"\n')
        assert run_cli("sync", "anthropic", "45", env=env).code == 0
        settings = config.read_bytes()
        ballast = fill(disk)
        shown = run_cli("status", env=env)
        assert shown.code == 1 and "$31.50" in shown.out and "$45.00" in shown.out, shown.err
        assert "full" in shown.err and "nothing is booked" in shown.err
        booked = run_cli("topup", "anthropic", "20", env=env)
        assert booked.code == 1 and "full" in booked.err and booked.err.count("\n") == 1
        changed = run_cli("thresholds", "days=3", env=env)
        assert changed.code == 1 and "No space left" in changed.err and config.read_bytes() == settings
        assert run_cli("doctor", env=env).code == 0
        ballast.unlink()
        again = run_cli("topup", "anthropic", "20", env=env)
        assert again.code == 0, again.err
        after = run_cli("status", env=env)
        assert after.code == 0 and "$65.00" in after.out and "$31.50" in after.out, after.err
        assert "sound, 2 entries" in run_cli("doctor", env=env).out
    left = [one.name for one in disk.rglob("*") if one.name.endswith((".tmp", ".copy"))]
    assert not left
