"""Where keys are kept: the system's keyring, or by explicit choice a private file.

A key is stored for one account and one origin, so it is never found for another host. The keyring is only ever called
in one daemon thread, for it may hang; it is not imported before the first call.
"""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from creditsui.adapters import keyring_backend as backends
from creditsui.adapters import log
from creditsui.adapters.keyring_backend import INSTEAD, State
from creditsui.adapters.regular import opened
from creditsui.adapters.worker import NoAnswer, Worker
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.secret import Secret, accept

SERVICE = "creditsui"
READ_SECONDS = 3.0
WRITE_SECONDS = 60.0
"""A person may be typing the keyring's password."""
_LARGEST_FILE = 1_000_000
_ATTEMPTS = 20
_HEADER = "# Keys in clear text, kept here by your own choice. Nobody else may read this file.\n"
_HUNG = Problem("locked", "The keyring does not answer", action=f"see whether it asks for its password, or {INSTEAD}")

Result = TypeVar("Result")
_worker = Worker("keyring")


@dataclass(frozen=True, slots=True)
class KeyringState:
    backend: str
    """Its short name (`SecretService`, `macOS`); empty: there is none."""
    state: State


def read(
    account: str,
    origin: str,
    env: Mapping[str, str] = os.environ,
    timeout: float = READ_SECONDS,
    *,
    prompting: bool = False,
    expected: bool = False,
) -> Secret | None:
    """The key stored for this account and origin; None when there is none. Raises Refused when that cannot be told.

    Where there is no keyring nothing is stored, so that is None as well, unless a key is `expected` to be there.
    Only with `prompting`, for an act that a person started, may a locked keyring ask for its password.
    """

    def act() -> str | None:
        try:
            backend = backends.find(env)
        except backends.Unusable:
            if expected:
                raise
            return None
        if backends.is_null(backend):
            if expected:
                raise backends.unusable("null")
            return None
        if not prompting:
            backends.refuse_prompt(backend)
        value: str | None = backend.get_password(SERVICE, _user(account, origin))
        return value

    value = _run(act, timeout)
    return _accepted(value, "the keyring") if value else None


def write(account: str, origin: str, secret: Secret, timeout: float = WRITE_SECONDS) -> None:
    """Store a key and read it back. Raises Refused, also when the keyring says yes but did not keep it."""

    def act() -> None:
        log.remember(secret)
        backend = backends.find(os.environ)
        if backends.is_null(backend):
            raise backends.unusable("null")
        backend.set_password(SERVICE, _user(account, origin), secret.reveal())
        if backend.get_password(SERVICE, _user(account, origin)) != secret.reveal():
            raise backends.unusable("lost")

    _run(act, timeout)


def delete(account: str, origin: str, timeout: float = WRITE_SECONDS) -> bool:
    """Forget a key; False when there was none, or no keyring. Raises Refused when the keyring could not be asked."""

    def act() -> bool:
        try:
            backend = backends.find(os.environ)
        except backends.Unusable:
            return False
        if backends.is_null(backend) or backend.get_password(SERVICE, _user(account, origin)) is None:
            return False
        backend.delete_password(SERVICE, _user(account, origin))
        return True

    return _run(act, timeout)


def state(timeout: float = READ_SECONDS) -> KeyringState:
    """How the keyring is doing. Never raises, never prompts."""

    def act() -> KeyringState:
        try:
            backend = backends.find(os.environ)
            if backends.is_null(backend):
                return KeyringState(backends.name(), "null")
            backends.refuse_prompt(backend)
            backend.get_password(SERVICE, "nobody")
        except Exception as error:
            found = backends.understood(error).state
            return KeyringState("" if found == "missing" else backends.name(), found)
        return KeyringState(backends.name(), "ok")

    try:
        return _worker.run(act, timeout)
    except NoAnswer:
        return KeyringState(backends.name(), "hung")


def give_up() -> None:
    """Let every call that still waits for the keyring fail now, because the program ends."""
    _worker.give_up()


def read_file(path: Path, account: str, origin: str) -> Secret | None:
    """The key in the private key file; None when there is none. Raises Refused when the file is unfit to be trusted."""
    value = _keys(path, _bytes(path)).get(_user(account, origin))
    return _accepted(value, path.name) if value else None


def write_file(path: Path, account: str, origin: str, secret: Secret) -> None:
    """Store a key in clear text, in a file that only its owner can read. Raises Refused, OSError."""
    log.remember(secret)
    _change(path, _user(account, origin), secret.reveal())


def delete_file(path: Path, account: str, origin: str) -> bool:
    """Forget a key of the file; False when there was none. Raises Refused, OSError."""
    return _change(path, _user(account, origin), None)


def _run(act: Callable[[], Result], timeout: float) -> Result:
    try:
        return _worker.run(act, timeout)
    except NoAnswer:
        problem = _HUNG
    except Exception as error:
        problem = backends.understood(error).problem
    # Outside of the except block, so that no frame that holds a key stays attached.
    raise Refused(problem)


def _user(account: str, origin: str) -> str:
    return f"{account}@{origin}"


def _accepted(value: str, where: str) -> Secret:
    try:
        secret = accept(value)
        log.remember(secret)
        return secret
    except ValueError as error:
        problem = Problem("rejected", f"The key in {where} cannot be used. {error}", action="set the key again")
    raise Refused(problem)


def _bytes(path: Path) -> bytes | None:
    """The file's content, None when there is no file. Raises Refused when others can read it."""
    try:
        with opened(path) as (file, status):
            if status.st_mode & 0o077:
                problem = Problem(
                    "locked", f"{path.name} can be read by others, so it is not used", f"chmod 600 {path}"
                )
                raise Refused(problem)
            return file.read(_LARGEST_FILE)
    except FileNotFoundError:
        return None
    except OSError as error:
        problem = Problem("locked", f"{path.name} cannot be read ({error.strerror})", f"see {path}")
    raise Refused(problem)


def _keys(path: Path, data: bytes | None) -> dict[str, str]:
    try:
        table = tomllib.loads((data or b"").decode()).get("keys", {})
    except (ValueError, RecursionError):
        # The parser's own message may quote a key.
        table = None
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise Refused(Problem("locked", f"{path.name} is not valid TOML with a table of keys", f"correct {path}"))
    return table


def _change(path: Path, user: str, value: str | None) -> bool:
    import tomli_w

    from creditsui.adapters import atomic

    for attempt in range(_ATTEMPTS):
        before = _bytes(path)
        keys = _keys(path, before)
        if keys.pop(user, None) is None and value is None:
            return False
        if value is not None:
            keys[user] = value
        try:
            atomic.replace(path, (_HEADER + tomli_w.dumps({"keys": keys})).encode(), unless_changed=before or b"")
        except atomic.Conflict:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            break
    return True
