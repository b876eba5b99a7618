"""One round of asks for one account: what it needs, and what comes of it."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from creditsui.domain.account import Account
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import ProbeCost, Reading
from creditsui.domain.secret import Secret
from creditsui.paths import Paths
from creditsui.providers.spec import Provider

if TYPE_CHECKING:
    import asyncio

    from creditsui.adapters.http import Client, Request, Response


@dataclass(frozen=True, slots=True)
class Credential:
    secret: Secret
    source: str
    """`env:NAME`, `hermes:NAME`, `keyring`, `file`."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was found for an account, by the slot it fills: `key`, `admin_key`."""

    slots: Mapping[str, Credential] = field(default_factory=dict)
    problem: Problem | None = None
    """Why one could not be had; the others may still serve."""
    login: str = ""
    """One-way, of the tool's own login where asking with it is allowed: a new login starts clean."""

    @property
    def source(self) -> str | None:
        return next((one.source for one in self.slots.values()), None)

    def fingerprint(self, account: Account) -> str:
        """One-way, and different whenever another key, host or opt-in would be used."""
        digest = hashlib.sha256(f"{account.base_url}|{account.key}|{account.probe}|{self.login}".encode())
        for name, value in sorted(account.params.items()):
            digest.update(f"|{name}:{value}".encode())
        for slot, one in sorted(self.slots.items()):
            digest.update(f"|{slot}={one.secret.reveal()}".encode())
        if self.problem is not None:
            digest.update(f"|{self.problem.kind}".encode())
        return digest.hexdigest()[:24]


class Network:
    """The one HTTP client of a refresh, opened by the first request, so a round of local files loads none."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._client: Client | None = None
        self._pages: dict[str, asyncio.Task[Any]] = {}
        self._loading: asyncio.Task[None] | None = None

    async def load(self) -> None:
        """Load what asking takes; not on the event loop, where the pane would stand still for it."""
        import asyncio

        if self._loading is None:
            self._loading = asyncio.create_task(asyncio.to_thread(_load))
        await asyncio.shield(self._loading)  # whoever gives up must not stop it for the others

    async def send(self, request: "Request", deadline: float) -> "Response":
        await self.load()
        if self._client is None:
            from creditsui.adapters.http import Client

            self._client = Client()
            await self._stack.enter_async_context(self._client)
        return await self._client.send(request, deadline)

    async def once(self, url: str, deadline: float, patience: float) -> Any:
        """The JSON of a public page, None where there is none within `patience` seconds.

        It is asked without a credential, and only once however many accounts want to know; it may take `deadline`
        seconds, because others may have more patience.
        """
        import asyncio

        if url not in self._pages:
            self._pages[url] = asyncio.create_task(self._page(url, deadline))
        done, _ = await asyncio.wait({self._pages[url]}, timeout=patience)
        return self._pages[url].result() if done else None

    async def _page(self, url: str, deadline: float) -> Any:
        from creditsui.adapters.http import Request

        try:
            response = await self.send(Request("GET", url), deadline)
        except Refused:
            return None
        return response.body if 200 <= response.status < 300 else None

    async def close(self) -> None:
        if self._pages:
            import asyncio

            for page in self._pages.values():
                page.cancel()
            await asyncio.gather(*self._pages.values(), return_exceptions=True)
        await self._stack.aclose()


def _load() -> None:
    from creditsui.adapters import http

    http.load()


@dataclass(frozen=True, slots=True)
class Round:
    """Everything that asking one account once needs."""

    account: Account
    provider: Provider
    credentials: Credentials
    network: Network
    paths: Paths
    env: Mapping[str, str]
    clock: Callable[[], datetime]
    previous: Reading | None = None
    online: bool = True
    """False: only files and feeds are read, because the network is not due."""
    failures: int = 0
    """Rounds in a row that failed before this one."""
    refused: Problem | None = None
    """What the same credentials were refused for good before, in one `part`: not asked again, but told again."""

    @property
    def now(self) -> datetime:
        """Aware, UTC."""
        return self.clock()


@dataclass(frozen=True, slots=True)
class Outcome:
    reading: Reading | None = None
    problem: Problem | None = None
    """With a reading: the rest was read, this part was not."""
    quiet_until: datetime | None = None
    """Not to be asked before, not even by force."""
    slot: str | None = None
    """Where the provider itself says that the key in use belongs: `key` or `admin_key`."""
    paid: ProbeCost | None = None
    """What asking cost, whether or not anything could be read."""
