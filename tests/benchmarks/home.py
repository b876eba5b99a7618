"""A home with accounts whose provider answers on loopback after a while, as real ones do."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers import Late, Server

missed: list[str] = []
"""The names of what was not within its bound."""

ANSWER = {"is_available": True, "balance_infos": [{"currency": "USD", "total_balance": "41.20"}]}


@contextmanager
def home(accounts: int, delay: float = 0.0) -> Iterator[tuple[dict[str, str], Server]]:
    """The environment of such a home, and the server that answers."""
    with (
        TemporaryDirectory(prefix="creditsui-bench-") as name,
        Server({("GET", "/user/balance"): Late(delay, ANSWER)}) as server,
    ):
        folder = Path(name) / ".config/creditsui"
        folder.mkdir(parents=True)
        text = "".join(
            f'[accounts.a{n}]\nprovider = "deepseek"\nlabel = "Account {n}"\nkey = "env:KEY_{n}"\n'
            f'base_url = "{server.url}"\ncapacity = {50 + n}\n'
            for n in range(accounts)
        )
        (folder / "config.toml").write_text(text)
        keys = {f"KEY_{n}": f"sk-bench-{n:012d}" for n in range(accounts)}
        yield {"HOME": name, "TZ": "UTC", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", **keys}, server


def show(name: str, figure: str, bound: str, met: bool | None, **more: object) -> None:
    """One line of the report, as JSON for whoever collects them. `met`: None where there is no bound.

    The load is that of the last minute, to be held against the number of cores: a figure of a busy machine says less.
    """
    if met is False:
        missed.append(name)
    machine = {"load": round(os.getloadavg()[0], 1), "cores": os.cpu_count()}
    line = {"benchmark": name, "figure": figure, "bound": bound, "met": met, **machine, **more}
    print(json.dumps(line, ensure_ascii=False), flush=True)
