"""The system's keyring as the `keyring` package finds it: which one, whether to trust it, and what its errors mean.

Everything here may block without limit, and belongs in the keystore's own thread.
"""

import time
from collections.abc import Mapping
from typing import Any, Literal

from creditsui.domain.clean import clean
from creditsui.domain.problem import Problem

State = Literal["ok", "locked", "missing", "hung", "null"]
INSTEAD = "use an environment variable, or creditsui key set --file"
_DETECT_AGAIN_SECONDS = 30.0
_SAYINGS: Mapping[str, tuple[State, str, str]] = {
    "locked": ("locked", "The keyring is locked", f"unlock it, or {INSTEAD}"),
    "unset": ("locked", "The keyring is locked or was never set up", f"unlock it, or {INSTEAD}"),
    "missing": ("missing", "There is no keyring on this machine", INSTEAD),
    "typo": ("missing", "The keyring that PYTHON_KEYRING_BACKEND names does not exist", "correct or unset it"),
    "plain": ("missing", "The only keyring here writes keys in clear text, so it is not used", INSTEAD),
    "null": ("null", "The keyring is switched off (null backend) and keeps nothing", "unset PYTHON_KEYRING_BACKEND"),
    "lost": ("null", "The keyring did not keep the key", INSTEAD),
}

_found: Any = None
_found_at = 0.0


class Unusable(Exception):
    """The keyring cannot serve: `state` says how, `problem` says it to the user."""

    def __init__(self, state: State, message: str, action: str) -> None:
        super().__init__(message)
        self.state: State = state
        self.problem = Problem("no_key" if state == "missing" else "locked", message, action=action)


def unusable(reason: str) -> Unusable:
    """One of the known reasons: `locked unset missing typo plain null lost`."""
    return Unusable(*_SAYINGS[reason])


def find(env: Mapping[str, str]) -> Any:
    """The backend, looked for once, and now and then again while there is none. Raises Unusable."""
    global _found, _found_at
    import keyring

    if _found is None or (_is_fail(_found) and time.monotonic() - _found_at > _DETECT_AGAIN_SECONDS):
        if _found is not None:
            keyring.backend.get_all_keyring.reset()
        try:
            keyring.core.init_backend()
        except (ImportError, AttributeError, ValueError):
            raise unusable("typo") from None
        except RuntimeError:
            raise unusable("missing") from None
        _found, _found_at = keyring.get_keyring(), time.monotonic()
    if _is_fail(_found):
        raise unusable("missing")
    if _is_plain(_found) and not env.get("PYTHON_KEYRING_BACKEND") and not _configured(_found):
        raise unusable("plain")
    return _found


def name() -> str:
    """Of the backend found so far, short: `SecretService`, `macOS`; empty: none."""
    return "" if _found is None or _is_fail(_found) else _module(_found).rpartition(".")[2]


def is_null(backend: Any) -> bool:
    """Whether it is the one that accepts everything and keeps nothing."""
    return _module(backend) == "keyring.backends.null"


def refuse_prompt(backend: Any) -> None:
    """Raise Unusable where asking would make the keyring ask a person. Only Secret Service can be asked that."""
    if any(_module(part) == "keyring.backends.SecretService" for part in _parts(backend)):
        import secretstorage

        connection = secretstorage.dbus_init()
        try:
            if secretstorage.Collection(connection).is_locked():
                raise unusable("locked")
        except secretstorage.ItemNotFoundException:
            raise unusable("unset") from None
        finally:
            connection.close()


def understood(error: Exception) -> Unusable:
    """An exception of keyring or of what is below it, told by the names of its classes: not all can be imported."""
    if isinstance(error, Unusable):
        return error
    names = {kind.__name__ for kind in type(error).__mro__}
    # macOS says -25308 where it may not ask, as in a session over ssh.
    if names & {"KeyringLocked", "LockedException", "PromptDismissedException"} or "-25308" in str(error):
        return unusable("locked")
    if "InitError" in names:
        return unusable("unset")
    if names & {"NoKeyringError", "SecretServiceNotAvailableException"}:
        return unusable("missing")
    return Unusable("locked", f"The keyring failed ({clean(type(error).__name__, 40)})", f"restart it, or {INSTEAD}")


def _module(backend: Any) -> str:
    return type(backend).__module__


def _parts(backend: Any) -> list[Any]:
    """A chain's members, in the order in which they are asked; else the backend alone."""
    return list(backend.backends) if _module(backend) == "keyring.backends.chainer" else [backend]


def _is_fail(backend: Any) -> bool:
    return all(_module(part) == "keyring.backends.fail" for part in _parts(backend))


def _is_plain(backend: Any) -> bool:
    return "Plaintext" in type(_parts(backend)[0]).__name__


def _configured(backend: Any) -> bool:
    """Whether the user's keyring settings name this very backend."""
    import keyring

    configured = keyring.core.load_config()
    return configured is not None and type(configured) is type(backend)
