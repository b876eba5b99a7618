"""What a bug report needs, in one text that anybody may read: nothing secret, nothing personal."""

import os
import platform
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from creditsui.config import Config, ConfigError
from creditsui.core import crash, outside, settings
from creditsui.core.doctor import Report, lines
from creditsui.core.session import Session
from creditsui.providers import catalogue
from creditsui.providers.spec import Get

_LOG_LINES = 300
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"(?<![\d.])(?!127\.0\.0\.1)\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_AMOUNT = re.compile(r"[$€£¥][-−]?\d[\d.,]*|\b\d[\d.,]*\s?(?:USD|EUR|GBP|CNY|JPY)\b")
_TOLD = ("TERM", "COLORTERM", "LANG", "LC_ALL", "LC_CTYPE", "NO_COLOR")
"""Variables whose values matter and say nothing of anybody; of others that matter only whether they are set."""
_SET = (
    "TMUX", "SSH_CONNECTION", "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND",
    "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "TZ", "WSL_DISTRO_NAME",
)  # fmt: skip


def write(session: Session, report: Report, path: Path) -> str:
    """Put the text where the user wants it, and say what to do with it. Raises OSError."""
    outside.write(session, path, text(session, report).encode())
    return f"{path} holds what a bug report needs. Keys, names, paths and amounts are masked: read it, then attach it."


def text(session: Session, report: Report) -> str:
    config, fault = Config(), ""
    try:
        config = settings.config(session)
    except ConfigError as error:
        fault = str(error)
    parts = [
        "creditsui doctor --bundle",
        *lines(report),
        *_section("Environment", _environment(session.env)),
        *_section("Settings", [fault] if fault else _settings(config)),
        *_section("Ledger", _ledger(session)),
        *_section("Log", _log(session)),
    ]
    told = crash.hidden("\n".join(parts), {**session.env, **_secrets(session, config)})
    return f"{_impersonal(told, session, config, report)}\n"


def _section(title: str, told: Iterable[str]) -> list[str]:
    return ["", title, *(f"  {line}" for line in told)]


def _environment(env: Mapping[str, str]) -> list[str]:
    told = [f"{name}={env[name]}" for name in _TOLD if name in env]
    return [*told, f"set: {', '.join(name for name in _SET if env.get(name)) or 'none of those that matter'}"]


def _settings(config: Config) -> list[str]:
    """Kinds and counts: no text of the user's own is taken over."""
    display = config.display
    out = [
        f"timezone {'local' if config.timezone == 'local' else 'named'} · every {config.refresh_minutes} min",
        f"density {display.density} · motion {display.motion} · glyphs {display.glyphs} · sort {display.sort}",
        f"accept {config.accept} · {len(config.keys)} keys changed · {len(config.unknown)} unknown names",
        *(f"[{name}] {len(values)} values" for name, values in config.rest.items() if isinstance(values, Mapping)),
    ]
    for account in config.accounts:
        places = [
            f"{slot}: {place.partition(':')[0]}" for slot, place in
            (("key", account.key), ("admin key", account.admin_key))
        ]  # fmt: skip
        given = ("base_url", "pool", "capacity", "budget", "params", "probe")
        notes = [name for name in given if getattr(account, name)] + ([] if account.enabled else ["disabled"])
        out.append(f"{account.id}: {account.provider} · {' · '.join([*places, *notes])}")
    return out


def _ledger(session: Session) -> list[str]:
    from creditsui.adapters.ledger import LedgerError, open_ledger

    path, out = session.paths.ledger, []
    for suffix in ("", "-wal"):
        with suppress(OSError):
            out.append(f"{path.name}{suffix}: {path.with_name(path.name + suffix).stat().st_size:,} bytes")
    if not path.exists():
        return ["none"]
    try:
        with open_ledger(path, readonly=True) as ledger:
            with ledger.rows() as rows:
                out.append(f"{rows.count():,} rows")
            for account, state in ledger.states().items():
                problem = state.problem.kind if state.problem is not None else "fine"
                out.append(f"{account}: {problem} · {state.failures} failures in a row")
    except LedgerError as fault:
        out.append(str(fault))
    return out


def _log(session: Session) -> list[str]:
    try:
        return session.paths.log.read_text(errors="replace").splitlines()[-_LOG_LINES:] or ["empty"]
    except OSError:
        return ["none"]


def _secrets(session: Session, config: Config) -> dict[str, str]:
    """What the user's own variables hold, under names that say that it is secret."""
    names = {place[4:] for one in config.accounts for place in (one.key, one.admin_key) if place.startswith("env:")}
    names |= {name for provider in session.providers().values() for name in provider.env}
    return {f"{name}_KEY": session.env[name] for name in names if session.env.get(name)}


def _impersonal(told: str, session: Session, config: Config, report: Report) -> str:
    """Without the words by which somebody could be known."""
    for pattern, mask in ((_EMAIL, "[address]"), (_ADDRESS, "[address]"), (_AMOUNT, "••")):
        told = pattern.sub(mask, told)
    words = _words(session, config, report)
    for word in sorted(words, key=len, reverse=True):
        told = re.sub(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", words[word], told, flags=re.I)
    return told


def _words(session: Session, config: Config, report: Report) -> dict[str, str]:
    """What to mask, and with what: the same word stands for the same thing everywhere."""
    known = catalogue()
    public = {word.casefold() for one in known.values() for word in (one.id, one.name)}
    hosts = {urlsplit(url).netloc for one in known.values() for url in (*_urls(one.url, one.asks), one.status_url)}
    hosts |= {urlsplit(url).netloc for one in known.values() for url in one.regions}
    words: dict[str, str] = {}

    def hide(word: str, mask: str) -> None:
        if len(word) >= 2 and word.casefold() not in public and word not in hosts:
            words.setdefault(word, mask)

    for folder in {str(session.paths.home), os.path.realpath(session.paths.home)}:
        hide(folder, "~")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        hide(session.env.get(name, "").rstrip("/"), f"${name}")
    for user in (session.env.get("USER"), session.env.get("LOGNAME"), session.paths.home.name):
        hide(user or "", "[user]")
    hide(platform.node(), "[machine]")
    hide(platform.node().partition(".")[0], "[machine]")
    for number, (id, provider) in enumerate(session.providers().items(), 1):
        if id not in known:
            hide(id, f"[provider-{number}]")
            hide(provider.name, f"[provider-{number}]")
            for url in _urls(provider.url, provider.asks):
                hide(urlsplit(url).netloc, "[host]")
    for number, account in enumerate(config.accounts, 1):
        for word in (account.id, account.label, account.pool):
            hide(word, f"[account-{number}]")
        for word in (account.base_url, urlsplit(account.base_url).netloc, urlsplit(account.base_url).hostname or ""):
            hide(word, "[host]")
        for value in account.params.values():
            hide(value, "[param]")
        for place in (account.key, account.admin_key):
            hide(place.partition("env:")[2], "[variable]")
    for host in (*report.hosts, *report.route_hosts, *(host for _, hosts, _ in report.alerts for host in hosts)):
        hide(host, "[host]")
    for number, (name, _, _) in enumerate(report.alerts, 1):
        hide(name, f"[alert-{number}]")
    return words


def _urls(url: str, asks: Iterable[object]) -> list[str]:
    return [url, *(one.url for one in asks if isinstance(one, Get) and one.url)]
