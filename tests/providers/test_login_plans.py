"""What holds of each plan that another program's login reads."""

from datetime import timedelta
from pathlib import Path

import pytest

from creditsui.core import board as boards
from creditsui.core.asking.refresh import refresh
from creditsui.domain.problem import Refused
from creditsui.outputs.json import as_json
from creditsui.providers.spec import Get
from tests.core.conftest import Clock, SessionOf, clock, session_of
from tests.e2e.test_every_provider import lay_out, tell
from tests.providers.answering import known, read
from tests.providers.logins import found, unsigned
from tests.servers import Server, limited

__all__ = ["clock", "session_of"]

OF_LOGINS = ["copilot", "cursor", "gemini-cli"]


@pytest.mark.parametrize("id", OF_LOGINS)
class TestEveryLogin:
    def test_asking_with_it_is_opt_in_slow_soft_and_honest(self, id: str) -> None:
        gets = [ask for ask in known(id).asks if isinstance(ask, Get)]
        by_login = [ask for ask in gets if ask.opt_in == "login"]
        assert by_login and all(ask.every >= timedelta(minutes=5) for ask in gets)
        assert all(ask.failure == "soft" and ask.credential == ("login",) for ask in by_login)
        named = {name.lower() for ask in gets for name in ask.headers}
        assert not named & {"user-agent", "editor-version", "editor-plugin-version", "origin", "referer"}

    def test_no_variable_of_the_environment_is_taken_for_it(self, id: str) -> None:
        assert known(id).env == () and known(id).admin_env == ()

    def test_no_ask_is_made_of_a_page_that_gives_tokens_or_answers(self, id: str) -> None:
        for ask in known(id).asks:
            path = ask.path if isinstance(ask, Get) else ""
            assert not any(word in str(path) for word in ("token", "chat", "generate", "onboard", "messages"))

    def test_nobody_logged_in_is_no_key(self, id: str) -> None:
        assert unsigned(id).kind == "no_key"
        with pytest.raises(Refused) as caught:
            read(id)
        assert caught.value.problem.kind == "no_key" and not found(id)

    async def test_a_rate_limit_cools_down_and_what_was_read_stands(
        self, session_of: SessionOf, clock: Clock, home: Path, id: str
    ) -> None:
        with Server({}) as server:
            story, config = tell(id, "usual", server.port)
            server.routes.update({(method, f"/here{path}"): reply for (method, path), reply in story.routes.items()})
            lay_out(home, story)
            session = session_of(config=config, env=story.env, real=True)
            await refresh(session, force=True)
            before = as_json(boards.board(session))["accounts"]
            asked = len(server.requests)
            server.routes = {("GET", "*"): limited("0"), ("POST", "*"): limited("0")}
            clock.instant += timedelta(minutes=1)
            await refresh(session, force=True)
            assert len(server.requests) == asked  # not even by force
            clock.instant += timedelta(minutes=5)
            await refresh(session, force=True)
            (account,) = [one for one in as_json(boards.board(session))["accounts"] if one["id"] == id]
            assert len(server.requests) == asked + 1
            assert account["problem"]["kind"] == "limited"
            assert account["problem"]["retry_at"] >= "2026-11-20T19:11:00Z"
            assert account["windows"] == next(one for one in before if one["id"] == id)["windows"]

    async def test_nothing_of_the_other_program_is_written(
        self, session_of: SessionOf, clock: Clock, home: Path, id: str
    ) -> None:
        with Server({}) as server:
            story, config = tell(id, "usual", server.port)
            server.routes.update({(method, f"/here{path}"): reply for (method, path), reply in story.routes.items()})
            lay_out(home, story)
            folders = {(home / name).parent for name in story.files}
            before = {path: path.read_bytes() for folder in folders for path in folder.iterdir() if path.is_file()}
            await refresh(session_of(config=config, env=story.env, real=True), force=True)
            after = {path: path.read_bytes() for folder in folders for path in folder.iterdir() if path.is_file()}
            assert server.requests and after == before
