"""Is it me? Where a service fails, its public status page is asked whether the service itself says so."""

from collections.abc import Iterable
from dataclasses import replace

from creditsui.core.asking.round import Network
from creditsui.domain.account import Account
from creditsui.domain.problem import Kind, Problem
from creditsui.domain.urls import origin
from creditsui.providers.spec import Provider

LONGEST = 5.0
"""Seconds that a status page may take."""
DOUBTFUL: frozenset[Kind] = frozenset({"busy", "offline", "unknown", "changed"})
"""Kinds of problems that may be the fault of either side."""
_SAYS = {"none": False, "minor": True, "major": True, "critical": True}
"""Statuspage's indicator. What is announced (`maintenance`), and words to come, say neither."""


def page(account: Account, provider: Provider) -> str:
    """The status page that speaks of the address this account is asked at; "" for an address of the user's own."""
    if not provider.status_url or not provider.url:
        return ""
    own = set(_origins((provider.url, *provider.regions)))
    return provider.status_url if own.issuperset(_origins((account.base_url or provider.url,))) else ""


def _origins(urls: Iterable[str]) -> Iterable[str]:
    for url in urls:
        try:
            yield origin(url)
        except ValueError:
            yield url


async def told(problem: Problem, url: str, network: Network, seconds: float) -> Problem:
    """The problem with what the status page at `url` says of it; as it was where the page says nothing in time."""
    if problem.kind not in DOUBTFUL or problem.part or not url or seconds <= 0:
        return problem
    body = await network.once(url, LONGEST, min(seconds, LONGEST))
    status = body.get("status") if isinstance(body, dict) else None
    indicator = status.get("indicator") if isinstance(status, dict) else None
    outage = _SAYS.get(indicator) if isinstance(indicator, str) else None
    if outage is None:
        return problem
    end = "." if problem.message.endswith(".") else ""
    said = "an outage is reported" if outage else "no outage is reported"
    return replace(problem, message=f"{problem.message.removesuffix('.')}; {said}{end}", outage=outage)
