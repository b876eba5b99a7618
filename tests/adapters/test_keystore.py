"""Keys in a real Secret Service, in every state it can be in; in stand-ins that lie; and in the private file."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from creditsui.adapters import keystore, log
from creditsui.domain.problem import Refused
from creditsui.domain.secret import Secret
from tests.conftest import wait_until
from tests.keyring_session import KeyringSession
from tests.soak import rounds

KEY = "sk-canary-0123456789abcdef"
HERE = "https://api.example"
ELSEWHERE = "https://evil.example"

MISSING = ["", "missing"]

CHILD = """
import json, sys, time
from creditsui.adapters.keystore import *
from creditsui.domain.problem import Refused
from creditsui.domain.secret import Secret
def settled():
    while state().state == "hung":
        time.sleep(0.02)
    return state()
for line in sys.stdin:
    try:
        value = eval(line)
        said = value.reveal() if isinstance(value, Secret) else [value.backend, value.state] \\
            if isinstance(value, KeyringState) else value
    except Refused as refused:
        said = [refused.problem.kind, refused.problem.message]
    print(json.dumps(said), flush=True)
"""


class Child:
    """A program that stays open and evaluates lines, as the pane stays open while its keyring comes and goes."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD],
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, line: str) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self) -> str:
        """Let it end by itself; what it wrote on stderr."""
        _, words = self.process.communicate(timeout=20)
        assert self.process.returncode == 0
        return words


def read(account: str = "a", origin: str = HERE, more: str = "") -> str:
    return f"read({account!r}, {origin!r}{more})"


def write(value: str = KEY, account: str = "a", timeout: float = 20) -> str:
    return f"write({account!r}, {HERE!r}, Secret({value!r}), {timeout})"


@pytest.fixture
def child() -> Iterator[Callable[[Mapping[str, str]], Child]]:
    children: list[Child] = []

    def start(env: Mapping[str, str]) -> Child:
        children.append(Child(env))
        return children[-1]

    yield start
    for one in children:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


Start = Callable[[Mapping[str, str]], Child]


class TestSecretService:
    @pytest.mark.soak
    def test_a_key_outlives_the_program_and_the_daemon_and_is_for_one_account_and_host(
        self, tmp_path: Path, child: Start
    ) -> None:
        with KeyringSession(tmp_path) as session:
            for cycle in range(rounds(full=50, short=2)):
                key = f"{KEY}{cycle}"
                first = child(session.env())
                assert first(read()) is None
                assert first(write(key)) is None
                assert first("state()") == ["SecretService", "ok"]
                assert first.end() == ""
                session.kill()
                session.start()
                second = child(session.env())
                assert second(read()) == key
                assert second(read(account="b")) is None
                assert second(read(origin=ELSEWHERE)) is None
                assert [second(f"delete('a', {HERE!r})") for _ in range(2)] == [True, False]
                assert second(read()) is None
                assert second.end() == ""
                files = [path for path in session.home.rglob("*") if path.is_file()]
                assert any(path.suffix == ".keyring" for path in files)
                assert not [path for path in files if KEY.encode() in path.read_bytes()]

    @pytest.mark.soak
    def test_many_keys_come_and_go(self, tmp_path: Path) -> None:
        count = rounds(full=200, short=10)
        with KeyringSession(tmp_path) as session:
            ended = session.python(
                f"""
                from creditsui.adapters.keystore import *
                from creditsui.domain.secret import Secret
                kept = gone = 0
                for number in range({count}):
                    key = Secret(f"key-{{number}}")
                    write("a", {HERE!r}, key)
                    kept += read("a", {HERE!r}) == key
                    gone += delete("a", {HERE!r}) and read("a", {HERE!r}) is None
                print(kept, gone)
            """,
                timeout=60 + 2 * count,
            )
        assert (ended.stdout, ended.stderr) == (f"{count} {count}\n", "")

    def test_what_others_put_there_is_checked_before_it_is_used(self, tmp_path: Path, child: Start) -> None:
        with KeyringSession(tmp_path) as session:
            session.python(f"""
                import keyring
                for account, value in {{"line": {KEY!r} + "\\n", "accent": "sk-é-0123456789", "two": "a b"}}.items():
                    keyring.set_password("creditsui", account + "@{HERE}", value)
            """)
            asker = child(session.env())
            assert asker(read("line")) == KEY
            for account in ("accent", "two"):
                kind, message = asker(read(account))
                assert kind == "rejected" and message.startswith("The key in the keyring cannot be used. ")
                assert "0123" not in message
            assert asker.end() == ""

    def test_a_locked_one_says_so_never_asks_in_the_background_and_serves_once_it_is_open(
        self, tmp_path: Path, child: Start
    ) -> None:
        with KeyringSession(tmp_path) as session:
            asker = child(session.env())
            asker(write())
            session.kill()
            session.start(password=None)
            assert asker("state()") == ["SecretService", "locked"]
            assert asker(read()) == ["locked", "The keyring is locked"]
            assert session.prompts == 0
            for attempt in (read(more=", prompting=True, timeout=20"), write("sk-other-0123456789")):
                assert asker(attempt) == ["locked", "The keyring is locked"]
            wait_until(lambda: session.prompts == 2)
            session.kill()
            session.start()
            assert asker(read()) == KEY  # neither lost nor overwritten, and no restart was needed
            assert asker("state()") == ["SecretService", "ok"]
            assert asker.end() == ""

    def test_one_that_was_never_opened_counts_as_locked(self, tmp_path: Path, child: Start) -> None:
        with KeyringSession(tmp_path, service=False) as session:
            session.start(password=None)
            asker = child(session.env())
            assert asker("state()") == ["SecretService", "locked"]
            assert asker(read()) == ["locked", "The keyring is locked or was never set up"]
            assert asker(write()) == ["locked", "The keyring is locked or was never set up"]
            assert asker.end() == ""

    def test_one_that_hangs_is_left_alone_and_the_program_still_ends(self, tmp_path: Path, child: Start) -> None:
        with KeyringSession(tmp_path) as session:
            asker, ender = child(session.env()), child(session.env())
            asker(write())
            assert ender(read()) == KEY
            session.stop()
            hung = ["locked", "The keyring does not answer"]
            assert asker(read(more=", timeout=0.3")) == hung
            assert asker(read(more=", timeout=600")) == hung  # at once, or this test would never end
            assert asker(write("sk-other-0123456789", timeout=600)) == hung
            assert asker("state(600)") == ["SecretService", "hung"]
            assert ender(read(more=", timeout=0.3")) == hung
            assert ender.end() == ""
            session.resume()
            assert asker("settled()") == ["SecretService", "ok"]
            assert asker(read()) == KEY
            assert asker.end() == ""

    def test_one_that_dies_is_one_accounts_problem_and_comes_back(self, tmp_path: Path, child: Start) -> None:
        with KeyringSession(tmp_path) as session:
            asker = child(session.env())
            asker(write())
            session.kill()
            kind, message = asker(read())
            assert kind in ("locked", "no_key") and message.startswith("The")
            session.start()
            assert asker(read()) == KEY
            assert asker.end() == ""

    def test_a_bus_without_a_keyring_is_no_keyring(self, tmp_path: Path, child: Start) -> None:
        with KeyringSession(tmp_path, service=False) as session:
            asker = child(session.env())
            assert asker("state()") == ["", "missing"]
            assert asker(read()) is None
            assert asker(write()) == ["no_key", "There is no keyring on this machine"]
            assert asker.end() == ""


STAND_INS = '''
import keyring.backend, pathlib, sys

class PlaintextKeyring(keyring.backend.KeyringBackend):
    """As keyrings.alt has one: found by itself where nothing better is, and in clear text."""
    priority = 0.5
    file = pathlib.Path.home() / "plain.txt"
    def get_password(self, service, username):
        return self.file.read_text() if self.file.exists() else None
    def set_password(self, service, username, password):
        self.file.write_text(password)
    def delete_password(self, service, username):
        self.file.unlink()

class Liar(PlaintextKeyring):
    """Says yes and keeps nothing."""
    priority = -5
    def set_password(self, service, username, password): pass

class Broken(Liar):
    def get_password(self, *_):
        raise RuntimeError("with sk-canary-0123456789abcdef")
    set_password = delete_password = get_password

class Remote(Liar):
    """A macOS keychain seen from a session over ssh."""
    def get_password(self, *_):
        raise keyring.errors.KeyringError("Can't get password from keychain: (-25308, 'Unknown Error')")
    set_password = delete_password = get_password
'''


class TestWithoutSecretService:
    """Backends that are not there, keep nothing, lie or break: each in its own words, and never in clear text."""

    @pytest.fixture
    def env(self, tmp_path: Path, home: Path) -> Callable[[str], dict[str, str]]:
        (tmp_path / "site").mkdir()
        (tmp_path / "site/stand_ins.py").write_text(STAND_INS)

        def make(backend: str = "", *, plugin: bool = False) -> dict[str, str]:
            if plugin:
                folder = tmp_path / "site/stand_ins-1.dist-info"
                folder.mkdir()
                (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: stand-ins\nVersion: 1\n")
                (folder / "entry_points.txt").write_text("[keyring.backends]\nstand_ins = stand_ins\n")
            chosen = {"PYTHON_KEYRING_BACKEND": backend} if backend else {}
            places = os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])
            return {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": places, **chosen}

        return make

    @pytest.mark.parametrize(
        ("backend", "state", "says"),
        [
            ("", ["", "missing"], "There is no keyring on this machine"),
            ("keyring.backends.fail.Keyring", ["", "missing"], "There is no keyring on this machine"),
            ("keyring.backends.SecretService.Keyring", ["", "missing"], "There is no keyring on this machine"),
            (
                "keyring.backends.Typo.Keyring",
                ["", "missing"],
                "The keyring that PYTHON_KEYRING_BACKEND names does not exist",
            ),
            (
                "keyring.backends.fail.Typo",
                ["", "missing"],
                "The keyring that PYTHON_KEYRING_BACKEND names does not exist",
            ),
            ("typo", ["", "missing"], "The keyring that PYTHON_KEYRING_BACKEND names does not exist"),
            (
                "keyring.backends.null.Keyring",
                ["null", "null"],
                "The keyring is switched off (null backend) and keeps nothing",
            ),
        ],
    )
    def test_none(self, backend: str, state: list[str], says: str, env: Any, child: Start) -> None:
        asker = child(env(backend))
        assert asker("state()") == state
        assert asker(read()) is None  # where nothing can be kept, nothing is
        assert asker(read(more=", expected=True"))[1] == says
        assert asker(write())[1] == says
        assert asker(f"delete('a', {HERE!r})") is False
        assert asker.end() == ""

    def test_one_that_lies(self, env: Any, child: Start) -> None:
        asker = child(env("stand_ins.Liar"))
        assert asker(write()) == ["locked", "The keyring did not keep the key"]
        assert asker.end() == ""

    def test_one_that_breaks(self, env: Any, child: Start) -> None:
        asker = child(env("stand_ins.Broken"))
        assert asker("state()") == ["stand_ins", "locked"]
        for attempt in (read(), write(), f"delete('a', {HERE!r})"):
            assert asker(attempt) == ["locked", "The keyring failed (RuntimeError)"]
        assert asker.end() == ""

    def test_one_that_may_not_ask(self, env: Any, child: Start) -> None:
        asker = child(env("stand_ins.Remote"))
        assert asker("state()") == ["stand_ins", "locked"]
        assert asker(read()) == ["locked", "The keyring is locked"]

    def test_one_in_clear_text_is_not_used_unless_it_was_chosen(self, env: Any, home: Path, child: Start) -> None:
        found = env(plugin=True)
        asker = child(found)
        assert asker("state()") == ["", "missing"]
        assert asker(read()) is None
        assert asker(write()) == ["no_key", "The only keyring here writes keys in clear text, so it is not used"]
        assert not (home / "plain.txt").exists()
        chosen = child({**found, "PYTHON_KEYRING_BACKEND": "stand_ins.PlaintextKeyring"})
        assert chosen(write()) is None
        assert chosen(read()) == KEY
        settings = home / ".config/python_keyring/keyringrc.cfg"
        settings.parent.mkdir(parents=True)
        settings.write_text("[backend]\ndefault-keyring=stand_ins.PlaintextKeyring\n")
        configured = child(found)
        assert configured(read()) == KEY
        assert asker.end() + chosen.end() + configured.end() == ""

    def test_nothing_is_imported_before_a_key_is_asked_for(self) -> None:
        code = "import sys, creditsui.adapters.keystore; print({'keyring', 'secretstorage'} & set(sys.modules))"
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
        assert ended.stdout == "set()\n"


TOML = [
    "[keys]\n",
    f'"a@{HERE}" = ',
    f'"{KEY}"',
    f'"{KEY}\\n\\u001b"',
    "'",
    '"""',
    "\n",
    "7",
    "{",
    "\\",
    "[[",
    "\0",
    "é",
]
"""What files of keys are made of, and what does not belong there."""


class TestFile:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "config/creditsui/keys.toml"

    def test_a_key_is_for_one_account_and_host_and_only_its_owner_reads_it(self, path: Path) -> None:
        assert keystore.read_file(path, "a", HERE) is None
        assert keystore.delete_file(path, "a", HERE) is False
        assert not path.exists()
        keystore.write_file(path, "a", HERE, Secret(KEY))
        keystore.write_file(path, "b/admin_key", HERE, Secret("other"))
        assert path.stat().st_mode & 0o777 == 0o600
        assert keystore.read_file(path, "a", HERE) == Secret(KEY)
        assert keystore.read_file(path, "b/admin_key", HERE) == Secret("other")
        assert keystore.read_file(path, "a", ELSEWHERE) is None
        assert [keystore.delete_file(path, "a", HERE) for _ in range(2)] == [True, False]
        assert keystore.read_file(path, "a", HERE) is None
        assert keystore.read_file(path, "b/admin_key", HERE) == Secret("other")

    def test_what_was_read_or_written_is_kept_out_of_the_log(self, path: Path) -> None:
        keystore.write_file(path, "a", HERE, Secret("written-by-hand-1"))
        path.write_text(path.read_text().replace("by-hand-1", "elsewhere-2"))
        keystore.read_file(path, "a", HERE)
        assert log.scrubbed("a written-by-hand-1 b written-elsewhere-2 c") == "a [secret] b [secret] c"

    def test_any_key_that_is_accepted_comes_back(self, path: Path) -> None:
        odd = Secret("a\"b'c\\d#e=[f]{g}$h%i~")
        keystore.write_file(path, "a.b c@d", HERE, odd)
        assert keystore.read_file(path, "a.b c@d", HERE) == odd

    @pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
    def test_a_file_that_others_can_read_is_not_used(self, path: Path, mode: int) -> None:
        keystore.write_file(path, "a", HERE, Secret(KEY))
        path.chmod(mode)
        for act in (
            lambda: keystore.read_file(path, "a", HERE),
            lambda: keystore.write_file(path, "a", HERE, Secret("other")),
            lambda: keystore.delete_file(path, "a", HERE),
        ):
            with pytest.raises(Refused) as caught:
                act()
            problem = caught.value.problem
            assert (problem.kind, problem.action) == ("locked", f"chmod 600 {path}")
            assert problem.message == "keys.toml can be read by others, so it is not used"
        assert KEY in path.read_text()

    @pytest.mark.parametrize(
        "content",
        [f'[keys]\n"a@{HERE}" = "{KEY}', f'[keys]\n"a@{HERE}" = 7', "keys = 3", "[[keys]]", b"\xff", "a=" + "[" * 5000],
    )
    def test_a_broken_file_is_left_as_it_is_and_not_quoted(self, path: Path, content: str | bytes) -> None:
        path.parent.mkdir(parents=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        path.chmod(0o600)
        for act in (
            lambda: keystore.read_file(path, "a", HERE),
            lambda: keystore.write_file(path, "a", HERE, Secret("other")),
        ):
            with pytest.raises(Refused) as caught:
                act()
            assert caught.value.problem.message == "keys.toml is not valid TOML with a table of keys"
            assert KEY not in repr(caught.value) and caught.value.__cause__ is None
        assert path.read_bytes() == data

    @pytest.mark.soak
    @settings(
        max_examples=rounds(full=10_000, short=60),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
    )
    @given(
        st.binary(max_size=60) | st.lists(st.sampled_from(TOML), max_size=9).map(lambda words: "".join(words).encode())
    )
    def test_whatever_is_in_it_a_key_comes_out_or_a_problem_that_quotes_nothing(
        self, path: Path, content: bytes
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o600)
        try:
            found = keystore.read_file(path, "a", HERE)
        except Refused as refused:
            assert KEY[3:15] not in str(refused.problem) and refused.problem.message.isprintable()
        else:
            assert found is None or found.reveal().isprintable()
        assert path.read_bytes() == content

    def test_something_else_in_its_place_is_not_waited_for(self, path: Path) -> None:
        path.parent.mkdir(parents=True)
        os.mkfifo(path, 0o600)
        with pytest.raises(Refused, match="cannot be read"):
            keystore.read_file(path, "a", HERE)
        path.unlink()
        path.mkdir()
        with pytest.raises(Refused, match="cannot be read"):
            keystore.read_file(path, "a", HERE)

    def test_a_key_that_was_typed_in_badly_is_stripped_or_refused(self, path: Path) -> None:
        path.parent.mkdir(parents=True)
        path.touch(0o600)
        path.write_text(f'[keys]\n"a@{HERE}" = " {KEY}\\n"\n"b@{HERE}" = "sk-\\u00e9-0123456789"\n')
        assert keystore.read_file(path, "a", HERE) == Secret(KEY)
        with pytest.raises(Refused) as caught:
            keystore.read_file(path, "b", HERE)
        assert caught.value.problem.kind == "rejected" and "0123" not in caught.value.problem.message

    def test_many_who_write_at_once_lose_nothing(self, path: Path) -> None:
        code = textwrap.dedent(f"""
            import pathlib, sys
            from creditsui.adapters.keystore import write_file
            from creditsui.domain.secret import Secret
            for turn in range(5):
                write_file(pathlib.Path({str(path)!r}), f"{{sys.argv[1]}}-{{turn}}", {HERE!r}, Secret("k"))
        """)
        writers = [subprocess.Popen([sys.executable, "-c", code, str(number)]) for number in range(4)]
        assert [writer.wait(60) for writer in writers] == [0] * 4
        kept = [keystore.read_file(path, f"{number}-{turn}", HERE) for number in range(4) for turn in range(5)]
        assert kept == [Secret("k")] * 20
