"""Messages by Apprise: mail, ntfy, Slack, Telegram, Discord and a hundred others, each by an address that is a secret.

Nothing that Apprise or what it rests on says is passed on: it may quote the address. What went wrong is told by kind.
"""

import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from importlib.util import find_spec
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from creditsui.adapters.apart import TooLate, apart
from creditsui.domain.secret import Secret

Kind = Literal["info", "warning", "failure"]
SECONDS = 20.0
_LOUD = ("apprise", "urllib3", "requests")
_REFUSED = re.compile(r"\berror=(\d{3})\b")
_UNREACHED = re.compile(r"connection error|timed? ?out|refused", re.I)
_HOST = re.compile(r"[a-z0-9][a-z0-9.:-]{0,252}", re.I)
_SHARED = frozenset({"cloud", "official", "t2bot"})
"""Modes of services that can be one's own as well, in which the address holds no host but a secret in its place."""
_NO_ADDRESS = re.compile("service_url|setup_url|app_url|xsd|image|default_link|scope")
"""Constants of Apprise' classes that are about a service, and not where it is."""

Result = TypeVar("Result")


class NotSent(Exception):
    """The text goes on after the name of an address: `cannot be reached`."""


def there() -> bool:
    """Whether Apprise is installed."""
    return find_spec("apprise") is not None


def understood(address: Secret) -> bool:
    """Whether Apprise knows what to do with an address; nothing is sent. Raises NotSent where that cannot be told."""
    return _bounded(lambda: _services(address) is not None)


def hosts(address: Secret) -> tuple[str, ...]:
    """Hosts that a message to this address goes to, none of it secret; empty where Apprise decides only then.

    Raises NotSent where that cannot be told.
    """
    return _bounded(lambda: _hosts(_services(address)))


def send(address: Secret, title: str, text: str, kind: Kind) -> None:
    """Send one message; the text is plain, whatever it holds. Raises NotSent."""
    if why := _bounded(lambda: _sent(address, title, text, kind)):
        raise NotSent(why)


def _bounded(act: Callable[[], Result]) -> Result:
    if not there():
        raise NotSent("needs Apprise: pip install 'creditsui[notify]'")
    try:
        return apart(act, SECONDS, "notify")()
    except TooLate:
        why = f"did not answer within {SECONDS:g} seconds"
    except Exception as error:
        why = f"failed inside Apprise ({type(error).__name__})"
    # Outside of the except block, so that no frame that holds the address stays attached.
    raise NotSent(why)


def _services(address: Secret) -> Any:
    """Apprise, set to the one address; None: it makes nothing of it."""
    for name in _LOUD:
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())  # without any, Python itself would write to stderr
    import apprise

    # In this very thread, without a pool that would outlive it, with nothing kept on the disk, and to nobody else.
    asset = apprise.AppriseAsset(
        async_mode=False,
        secure_logging=True,
        interpret_escapes=False,
        interpret_emojis=False,
        allow_templates=False,
        http_redirects=False,
        pgp_autogen=False,
        pem_autogen=False,
        service_timeout=0,
        storage_mode="memory",
        app_id="creditsui",
        app_desc="creditsui",
        language="en",
    )
    services = apprise.Apprise(asset=asset)
    return services if services.add(address.reveal()) and len(services) == 1 else None


def _hosts(services: Any) -> tuple[str, ...]:
    """Where a host could stand, most services have a token: only what can be nothing else is taken for one."""
    if services is None:
        return ()
    (service,) = services
    kind, mode = type(service), getattr(service, "mode", None)
    fixed, own = _fixed(kind), getattr(service, "smtp_host", None)
    if own is None and "host" in kind.template_tokens:
        always = all("{host}" in one for one in kind.templates)
        own = service.host if (not fixed if always else mode not in (None, *_SHARED)) else None
    if isinstance(own, str) and _HOST.fullmatch(own):
        return (f"{own}:{service.port}" if service.port else own,)
    return fixed


def _fixed(kind: type) -> tuple[str, ...]:
    """The hosts that are written down in a service's class, so that they are nobody's secret."""
    values = [getattr(kind, name, None) for name in dir(kind) if not _NO_ADDRESS.search(name)]
    named = (urlsplit(one).netloc for one in values if isinstance(one, str) and one.startswith(("http://", "https://")))
    return tuple(sorted({host for host in named if _HOST.fullmatch(host)}))


def _sent(address: Secret, title: str, text: str, kind: Kind) -> str:
    """Why not; empty: it was sent."""
    services = _services(address)
    if services is None:
        return "has an address that Apprise does not understand"
    result = services.notify(body=text, title=title, notify_type=kind, body_format="text")
    if result:
        return ""
    said = " ".join(entry.message for entry in result.logs())
    if refused := _REFUSED.search(said):
        code = int(refused[1])
        phrase = f" {HTTPStatus(code).phrase}" if code in HTTPStatus._value2member_map_ else ""
        return f"was refused by its service ({code}{phrase})"
    return "cannot be reached" if _UNREACHED.search(said) else "was not taken by its service"
