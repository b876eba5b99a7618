"""A home of Hermes whose providers are servers on loopback, and accounts that drain."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from creditsui.adapters.ledger import open_ledger
from creditsui.core.session import Session
from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading
from creditsui.routing.hermes_ids import TARGETS, Target
from tests.core.conftest import SessionOf
from tests.servers import Server

KEY = "sk-0123456789abcdef"
CONFIG = """# my agent
model:
  default: deepseek-chat   # cheap
  provider: deepseek
terminal:
  backend: local
"""
MODELS = {
    "anthropic": ("claude-opus-4-8", "claude-haiku-4-5-20251001"),
    "deepseek": ("deepseek-v4-pro", "deepseek-v4-flash", "deepseek-chat"),
    "google": ("models/gemini-3.1-pro-preview", "models/gemini-3.5-flash"),
    "openrouter": ("anthropic/claude-opus-4.8", "anthropic/claude-haiku-4.5", "openrouter/auto"),
    "xai": ("grok-4.5", "grok-4.3"),
    "zai": ("glm-5.2", "glm-4.7"),
}


@dataclass
class Hermes:
    """Its home, the servers its keys go to, and our session."""

    home: Path
    session: Session
    servers: Mapping[str, Server]
    env: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        return self.home / "config.yaml"

    def dotenv(self, **values: str) -> None:
        self.env |= values
        lines = (f"{name}={value}\n" for name, value in self.env.items() if value)
        (self.home / ".env").write_text("".join(lines))

    def jobs(self, *jobs: Mapping[str, Any]) -> None:
        (self.home / "cron").mkdir(exist_ok=True)
        (self.home / "cron" / "jobs.json").write_text(json.dumps({"jobs": jobs}))


def target(provider: str) -> Target:
    return next(one for one in TARGETS if one.provider == provider)


def path(provider: str) -> str:
    """Of its list of models, on its own host."""
    one = target(provider)
    return "/" + one.base.partition("://")[2].partition("/")[2] + one.models if _prefix(one) else one.models


def _prefix(one: Target) -> str:
    return one.base.partition("://")[2].partition("/")[2]


def listing(provider: str) -> Any:
    ids = MODELS[provider]
    if any(id.startswith("models/") for id in ids):
        return {"models": [{"name": id, "supportedGenerationMethods": ["generateContent"]} for id in ids]}
    return {"data": [{"id": id} for id in ids]}


@contextmanager
def hermes(
    home: Path, session_of: SessionOf, *providers: str, config: str = "", yaml: str = CONFIG
) -> Iterator[Hermes]:
    """One account for each provider, whose key Hermes has in its `.env`; `config` is added to our config.toml."""
    folder = home / ".hermes"
    folder.mkdir()
    (folder / "config.yaml").write_text(yaml)
    with ExitStack() as stack:
        servers = {
            one: stack.enter_context(Server({("GET", path(one)): listing(one)})) for one in dict.fromkeys(providers)
        }
        tables = "".join(f'[accounts.{one}]\nbase_url = "{server.url}"\n' for one, server in servers.items())
        session = session_of(real=True, config=tables + config)
        found = Hermes(folder, session, servers)
        for one, server in servers.items():
            prefix = _prefix(target(one))
            base = server.url + (f"/{prefix}" if prefix else "")
            found.dotenv(**{target(one).env[-1]: f"{KEY}-{one}", target(one).base_env: base})
        yield found


def drains(session: Session, account: str, left: str, days: float, now: datetime, *, seen: int = 20) -> None:
    """Readings of `seen` days at the end of which `left` remains, at a pace that makes it last for `days`."""
    pace = Decimal(left) / Decimal(days)
    with open_ledger(session.paths.ledger) as ledger:
        for hours in range(24 * seen, -1, -6):
            remains = Decimal(left) + pace * hours / 24
            at = now - timedelta(hours=hours)
            ledger.record(
                account, Reading(at=at, balances=(Balance(money(remains.quantize(Decimal("0.000001")), "USD")),))
            )


def still(session: Session, account: str, left: str, now: datetime, *, seen: int = 20) -> None:
    """The same without any spend."""
    with open_ledger(session.paths.ledger) as ledger:
        for hours in range(24 * seen, -1, -6):
            at = now - timedelta(hours=hours)
            ledger.record(account, Reading(at=at, balances=(Balance(money(left, "USD")),)))
