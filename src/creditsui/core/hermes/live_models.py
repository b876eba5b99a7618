"""The models a provider lists itself, for the key that Hermes would use: every page, on the same origin only."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from creditsui.core.asking.round import Network
from creditsui.domain.cadence import DEADLINE
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.secret import Secret
from creditsui.domain.urls import origin

if TYPE_CHECKING:
    from creditsui.adapters.http import Response
    from creditsui.routing.hermes_ids import Target

MOST_PAGES = 20
_MOST = 20_000
_LONGEST = 200
_NEXT = re.compile(r'<([^<>]+)>\s*;[^,]*\brel="?next\b')
_PREFIX = "models/"


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed. `why` says, as the rest of a sentence, why that is not all, or nothing; empty: it is all."""

    ids: tuple[str, ...] = ()
    why: str = ""
    unsure: bool = False
    """Whether it may pass by itself."""


async def listed(network: Network, target: "Target", base: str, key: Secret) -> Listing:
    """Ask for the list below `base`. Never raises: whatever goes wrong is this provider's `why`."""
    import asyncio

    ends = asyncio.get_running_loop().time() + DEADLINE.total_seconds()
    url, query = base.rstrip("/") + target.models, dict(target.query)
    found: dict[str, None] = {}
    seen: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    try:
        while (page := (url, tuple(sorted(query.items())))) not in seen:
            if len(seen) >= MOST_PAGES or len(found) > _MOST:
                return Listing(tuple(found), "its list of models does not end", True)
            seen.add(page)
            response = await _page(network, target, url, query, key, ends - asyncio.get_running_loop().time())
            if (fault := _fault(response)) is not None:
                return fault if not found else Listing(tuple(found), fault.why, True)
            found.update(dict.fromkeys(_ids(response.body)))
            following = _following(response, url, query)
            if following is None:
                return Listing(tuple(found)) if found else Listing((), "it lists no models")
            if origin(following[0]) != origin(url):
                return Listing(tuple(found), "its list of models goes on at another host, which is not followed")
            url, query = following
        return Listing(tuple(found), "its list of models repeats itself", True)
    except Refused as refused:
        return Listing(tuple(found), f"its list of models cannot be read ({_plain(refused.problem)})", True)
    except (KeyError, TypeError, ValueError, AttributeError):
        return Listing(tuple(found), "its list of models has an unknown form", True)


async def _page(
    network: Network, target: "Target", url: str, query: Mapping[str, str], key: Secret, seconds: float
) -> "Response":
    await network.load()
    from creditsui.adapters.http import Request

    if seconds <= 0:
        raise Refused(Problem("offline", "it did not answer in time"))
    value = key.reveal()
    secret: Mapping[str, str] = {target.auth: value}
    if target.auth == "bearer":
        secret = {"Authorization": f"Bearer {value}"}
    fixed = {"anthropic-version": "2023-06-01"} if target.auth == "x-api-key" else {}
    return await network.send(Request("GET", url, headers=fixed, secret_headers=secret, query=query), seconds)


def _fault(response: "Response") -> Listing | None:
    """Why this is no list; None: it is one."""
    status = response.status
    if status in (401, 403):
        return Listing((), f"it refuses the key that Hermes has ({status})")
    if status == 402:
        return Listing((), "it wants to be paid first (402)")
    if status in (429, 503, 529):
        return Listing((), f"it is too busy to list its models ({status})", True)
    if not 200 <= status < 300:
        return Listing((), f"its list of models cannot be read ({status})", True)
    return None if response.is_json else Listing((), "its list of models is no JSON", True)


def _plain(problem: Problem) -> str:
    text = problem.message.removesuffix(".")
    return text[:1].lower() + text[1:] if text[:2].istitle() else text


def _ids(body: Any) -> Iterator[str]:
    """Of every model that can talk, without the folder that some put before it."""
    rows = body if isinstance(body, list) else body.get("data", body.get("models"))
    if not isinstance(rows, list):
        raise TypeError("no list")
    for row in rows:
        id = row if isinstance(row, str) else row.get("id") or row.get("name")
        can = row.get("supportedGenerationMethods") if isinstance(row, dict) else None
        if isinstance(id, str) and id and len(id) <= _LONGEST and (can is None or "generateContent" in can):
            yield id.removeprefix(_PREFIX)


def _following(response: "Response", url: str, query: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
    """Where the next page is, by any of the ways that are in use; None: this was the last."""
    body = response.body if isinstance(response.body, dict) else {}
    if isinstance(token := body.get("nextPageToken") or body.get("next_page_token"), str) and token:
        name = "pageToken" if "nextPageToken" in body else "page_token"
        return url, {**query, name: token}
    if body.get("has_more") is True:
        return url, {**query, "after_id" if "first_id" in body else "after": str(body["last_id"])}
    links = body.get("links")
    link = body.get("next") or (links.get("next") if isinstance(links, dict) else None)
    if not link and (match := _NEXT.search(response.headers.get("link", ""))):
        link = match[1]
    if not isinstance(link, str) or not link:
        return None
    there = urlsplit(urljoin(url, link))
    return there._replace(query="", fragment="").geturl(), dict(parse_qsl(there.query))
