"""A home with accounts whose provider answers on loopback after a while, as real ones do."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.servers import Late, Server

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


def show(name: str, figure: str, bound: str, **more: object) -> None:
    """One line of the report, as JSON for whoever collects them."""
    print(json.dumps({"benchmark": name, "figure": figure, "bound": bound, **more}, ensure_ascii=False), flush=True)
