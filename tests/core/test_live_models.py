"""A provider's own list of models: every page of it, from its own host alone."""

from collections.abc import Mapping
from typing import Any

import pytest

from creditsui.core.asking.round import Network
from creditsui.core.hermes.live_models import MOST_PAGES, Listing, listed
from creditsui.domain.secret import Secret
from creditsui.routing.hermes_ids import TARGETS, Target
from tests.servers import Reply, Request, Server, echo, html, huge, limited, raw, redirect, reset, text

KEY = Secret("sk-0123456789abcdef")
TARGET = {target.hermes: target for target in TARGETS}
MODELS = ("GET", "/v1/models")


async def ask(server: Server, target: Target = TARGET["deepseek"], base: str = "/v1") -> Listing:
    network = Network()
    try:
        return await listed(network, target, server.url + base, KEY)
    finally:
        await network.close()


def models(*ids: str, **more: Any) -> Mapping[str, Any]:
    return {"object": "list", "data": [{"id": id} for id in ids], **more}


async def test_a_list_is_asked_for_with_the_key_of_hermes() -> None:
    with Server({MODELS: models("deepseek-v4-pro", "deepseek-v4-flash")}) as server:
        assert await ask(server) == Listing(("deepseek-v4-pro", "deepseek-v4-flash"))
        (request,) = server.requests
        assert request.headers["authorization"] == "Bearer sk-0123456789abcdef"


async def test_pages_of_anthropic_are_followed() -> None:
    def page(request: Request) -> Any:
        if request.query.get("after_id") == "b":
            return models("c", has_more=False, first_id="c", last_id="c")
        return models("a", "b", has_more=True, first_id="a", last_id="b")

    with Server({MODELS: page}) as server:
        assert (await ask(server, TARGET["anthropic"], "")).ids == ("a", "b", "c")
        assert [request.query for request in server.requests] == [{"limit": "1000"}, {"limit": "1000", "after_id": "b"}]
        assert {request.headers["x-api-key"] for request in server.requests} == {KEY.reveal()}
        assert server.requests[0].headers["anthropic-version"] == "2023-06-01"


async def test_pages_of_google_are_followed_and_its_folder_is_no_part_of_a_name() -> None:
    def page(request: Request) -> Any:
        if request.query.get("pageToken") == "two":
            return {"models": [{"name": "models/gemini-small"}]}
        talks, draws = ["generateContent"], ["predict"]
        return {
            "models": [
                {"name": "models/gemini-big", "supportedGenerationMethods": talks},
                {"name": "models/imagen", "supportedGenerationMethods": draws},
            ],
            "nextPageToken": "two",
        }

    with Server({("GET", "/v1beta/models"): page}) as server:
        assert await ask(server, TARGET["gemini"], "/v1beta") == Listing(("gemini-big", "gemini-small"))
        assert server.requests[1].query == {"pageSize": "1000", "pageToken": "two"}
        assert "key" not in server.requests[0].query


@pytest.mark.parametrize("way", ["body", "links", "header", "relative"])
async def test_a_link_to_the_next_page_is_followed(way: str) -> None:
    def page(request: Request) -> Any:
        if request.query.get("page") == "2":
            return models("b")
        to = "/v1/models?page=2" if way == "relative" else f"{server.url}/v1/models?page=2"
        if way == "header":
            return Reply(models("a"), headers={"link": f'<{to}&x=1>; rel="next", <{to}>; rel="last"'})
        return models("a", links={"next": to}) if way == "links" else models("a", next=to)

    with Server({MODELS: page}) as server:
        assert await ask(server) == Listing(("a", "b"))


async def test_no_page_of_another_host_is_asked_for() -> None:
    with Server({("GET", "*"): models("stolen")}) as other:
        with Server({MODELS: models("a", next=f"{other.url}/v1/models")}) as server:
            found = await ask(server)
        assert other.requests == []
    assert found == Listing(("a",), "its list of models goes on at another host, which is not followed")


async def test_a_redirect_is_not_followed_with_the_key() -> None:
    with Server({("GET", "*"): models("stolen")}) as other:
        with Server({MODELS: redirect(f"{other.url}/v1/models")}) as server:
            found = await ask(server)
        assert other.requests == []
    assert found == Listing((), "its list of models cannot be read (302)", True)


async def test_a_list_without_an_end_ends() -> None:
    with Server({MODELS: models("a", has_more=True, last_id="a")}) as server:
        found = await ask(server)
        assert found == Listing(("a",), "its list of models repeats itself", True)
        assert len(server.requests) == 2

    def page(request: Request) -> Any:
        last = str(int(request.query.get("after", "0")) + 1)
        return models(last, has_more=True, last_id=last)

    with Server({MODELS: page}) as server:
        found = await ask(server)
        assert (found.why, found.unsure) == ("its list of models does not end", True)
        assert len(server.requests) == MOST_PAGES


@pytest.mark.parametrize(
    ("answer", "why", "unsure"),
    [
        (Reply({}, 401), "it refuses the key that Hermes has (401)", False),
        (Reply({}, 403), "it refuses the key that Hermes has (403)", False),
        (Reply({}, 402), "it wants to be paid first (402)", False),
        (limited("7"), "it is too busy to list its models (429)", True),
        (Reply({}, 503), "it is too busy to list its models (503)", True),
        (Reply({}, 500), "its list of models cannot be read (500)", True),
        (Reply({}, 404), "its list of models cannot be read (404)", True),
        (html(), "its list of models is no JSON", True),
        (text("[1, 2"), "its list of models is no JSON", True),
        (models(), "it lists no models", False),
        (None, "its list of models has an unknown form", True),
        ({"data": {"a": 1}}, "its list of models has an unknown form", True),
        ({"data": [3]}, "its list of models has an unknown form", True),
        (models("a", has_more=True), "its list of models has an unknown form", True),
        (models("a", next="http://[oops"), "its list of models has an unknown form", True),
    ],
)
async def test_what_is_no_list_says_why(answer: Any, why: str, unsure: bool) -> None:
    with Server({MODELS: answer}) as server:
        found = await ask(server)
    assert (found.why, found.unsure) == (why, unsure)


@pytest.mark.parametrize("mode", [reset(), raw(b"hello\r\n\r\n"), huge(3)])
async def test_whatever_a_server_does_is_one_line_of_a_reason(mode: Any) -> None:
    with Server({MODELS: mode}) as server:
        found = await ask(server)
    assert found.why.startswith("its list of models cannot be read (") and found.unsure


async def test_a_server_that_is_down_is_one_line_of_a_reason() -> None:
    with Server() as server:
        pass
    found = await ask(server)
    assert found == Listing((), "its list of models cannot be read (cannot reach 127.0.0.1)", True)


async def test_a_key_that_comes_back_is_in_no_name() -> None:
    with Server({MODELS: models(KEY.reveal(), "x" * 201, "", "a\u202eb\x1b[31m")}) as server:
        assert (await ask(server)).ids == ("[secret]", "ab[31m")
    with Server({MODELS: echo}) as server:
        found = await ask(server)
        assert KEY.reveal() not in repr(found)


async def test_an_address_in_clear_is_not_asked() -> None:
    network = Network()
    found = await listed(network, TARGET["deepseek"], "http://example.org/v1", KEY)
    await network.close()
    assert found.why.startswith("its list of models cannot be read (http:// would send the key in clear")
