"""`creditsui account add` on a terminal: every question, and nothing stored before the last."""

import os
import pty
import select
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Done, Running, Start
from tests.servers import Reply, Request, Server

KEY = "acme-canary-0123456789abcdef"
ZETA = "zeta-canary-0123456789abcdef"


def judge(request: Request) -> Reply:
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    return Reply({"left": "9.00"}) if key in {KEY, ZETA} else Reply({"error": "no"}, 401)


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    """Two services of the user's own: Acme needs a team, Zeta needs nothing."""
    with Server({("GET", "/t-1/left"): judge, ("GET", "/left"): judge}) as running:
        folder = home / ".config/creditsui/providers"
        folder.mkdir(parents=True)
        tail = '[[balance]]\nremaining = "left"\ncurrency = "USD"\n'
        (folder / "acme.toml").write_text(
            f'name = "Acme AI"\nurl = "{running.url}"\nconsole_url = "https://acme.example/keys"\nenv = ["ACME_KEY"]\n'
            'key_forms = ["acme-"]\n[params.team]\nsays = "team id, from acme.example/team"\n'
            f'[[ask]]\npath = "/{{team}}/left"\n{tail}'
        )
        (folder / "zeta.toml").write_text(
            f'name = "Zeta"\nurl = "{running.url}"\nenv = ["ZETA_KEY"]\nkey_forms = ["zeta-"]\n'
            f'[[ask]]\npath = "/left"\n{tail}'
        )
        yield running


class Talk:
    """A terminal with the command in it."""

    def __init__(self, master: int, running: Running) -> None:
        self.master, self._running = master, running
        self.seen = self._new = b""

    def hears(self, words: str) -> None:
        """Wait until something is said."""
        while words.encode() not in self._new:
            assert select.select([self.master], [], [], 30)[0], self.seen + self._new
            self._new += os.read(self.master, 4096)
        before, said, self._new = self._new.partition(words.encode())
        self.seen += before + said

    def answers(self, words: str, answer: str = "") -> None:
        """Wait for a question, and answer it."""
        self.hears(words)
        os.write(self.master, f"{answer}\n".encode())

    def ends(self, words: str) -> Done:
        self.hears(words)
        return Done(self._running.wait(30), (self.seen + self._new).decode(), "")


Talking = Callable[..., AbstractContextManager[Talk]]


@pytest.fixture
def talk(start_cli: Start) -> Talking:
    @contextmanager
    def talk(*words: str, env: Mapping[str, str] = {}) -> Iterator[Talk]:
        ours, theirs = pty.openpty()
        running = start_cli("account", "add", *words, stdin=theirs, stdout=theirs, stderr=theirs, env=env)
        os.close(theirs)
        try:
            yield Talk(ours, running)
        finally:
            running.kill()
            running.wait(10)
            os.close(ours)

    return talk


def accounts(home: Path) -> dict[str, Any]:
    path = home / ".config/creditsui/config.toml"
    return tomllib.loads(path.read_text())["accounts"] if path.exists() else {}


def test_step_by_step_to_an_account_with_a_tested_key(server: Server, home: Path, talk: Talking) -> None:
    with talk() as terminal:
        terminal.answers("provider: ", "acm")
        terminal.hears("made at https://acme.example/keys")
        terminal.answers("team id, from acme.example/team", "t-1")
        terminal.answers("not shown", KEY + "x")
        terminal.answers("Keep it all the same? [y/N]", "n")
        terminal.answers("not shown", KEY)
        terminal.hears("Acme AI accepts it: it reads balance.")
        assert accounts(home) == {}
        terminal.answers("id [acme]: ", "UP here")
        terminal.hears("An id is up to")
        terminal.answers("id [acme]: ")
        terminal.answers("Keep it in a file that only you can read? [y/N]", "y")
        done = terminal.ends("Next: creditsui status")
    assert done.code == 0
    assert "canary" not in done.out
    assert accounts(home) == {
        "acme": {"provider": "acme", "label": "Acme AI", "key": "file", "params": {"team": "t-1"}}
    }
    assert KEY in (home / ".config/creditsui/keys.toml").read_text()


def test_a_key_of_another_service_adds_that_one_instead(server: Server, home: Path, talk: Talking) -> None:
    with talk("--label", "Mine") as terminal:
        terminal.answers("provider: ", "ACME_KEY")
        terminal.answers("team id", "t-1")
        terminal.answers("not shown", ZETA)
        terminal.hears("This is a key of Zeta.")
        terminal.answers("Add Zeta instead? [Y/n]")
        terminal.hears("Zeta accepts it")
        terminal.answers("id [zeta]: ", "z2")
        terminal.answers("file that only you can read?", "y")
        assert terminal.ends("Next:").code == 0
    assert [request.path for request in server.requests] == ["/left"]
    assert accounts(home) == {"z2": {"provider": "zeta", "label": "Mine", "key": "file"}}


def test_several_matches_are_listed_and_one_is_taken_by_its_number(server: Server, home: Path, talk: Talking) -> None:
    plain = (home / ".config/creditsui/providers/zeta.toml").read_text().replace('"Zeta"', '"Zeta China"')
    (home / ".config/creditsui/providers/china.toml").write_text(plain)
    with talk() as terminal:
        terminal.answers("provider: ", "sk-canary-0123456789abcdef")
        terminal.hears("looks like a key")
        terminal.answers("provider: ", "no such thing")
        terminal.hears("manual")
        terminal.answers("provider: ", "e")
        terminal.hears("more of the name")
        terminal.answers("provider: ", "zet")
        terminal.hears("1  Zeta        balance")
        terminal.answers("provider: ", "1")
        terminal.answers("empty: one may be given later")
        terminal.answers("id [zeta]: ")
        assert terminal.ends("Next:").code == 0
    assert accounts(home) == {"zeta": {"provider": "zeta", "label": "Zeta"}}
    assert server.requests == []


def test_a_key_that_was_found_is_named_and_serves(home: Path, talk: Talking) -> None:
    with talk(env={"GROQ_API_KEY": "gsk_canary0123456789abcdef"}) as terminal:
        terminal.answers("provider: ", "gro")
        terminal.answers("empty: GROQ_API_KEY serves")
        terminal.answers("id [groq]: ")
        done = terminal.ends("Next:")
    assert done.code == 0 and "canary" not in done.out
    assert accounts(home) == {"groq": {"provider": "groq", "label": "Groq"}}


@pytest.mark.parametrize("answers", [(), ("zeta",), ("zeta", ZETA), ("zeta", ZETA, "", "n")])
def test_leaving_early_leaves_nothing_behind(
    server: Server, home: Path, answers: tuple[str, ...], talk: Talking
) -> None:
    questions = ("provider: ", "not shown", "id [zeta]", "only you can read?")
    with talk() as terminal:
        for question, answer in zip(questions, answers, strict=False):
            terminal.answers(question, answer)
        if len(answers) < 4:
            terminal.hears(questions[len(answers)])
            os.write(terminal.master, b"\x04")
        done = terminal.ends("Nothing was added.")
    assert done.code == 1
    assert accounts(home) == {}
    assert not (home / ".config/creditsui/keys.toml").exists()


def test_a_purse_by_hand_is_two_answers(server: Server, home: Path, talk: Talking) -> None:
    with talk("--currency", "points") as terminal:
        terminal.answers("provider: ", "manual")
        terminal.answers("id [manual]: ", "jar")
        terminal.answers("label [jar]: ", "The jar")
        assert terminal.ends("Next: creditsui sync jar AMOUNT").code == 0
    assert accounts(home) == {"jar": {"provider": "manual", "label": "The jar", "currency": "points"}}
