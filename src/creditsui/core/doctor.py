"""What was found on this machine, what works, and what to do about the rest. Holds no key and asks nobody outside."""

import platform
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from creditsui import __version__
from creditsui.config import Config, ConfigError
from creditsui.core import board, configured, keymap, settings, terminal
from creditsui.core.accounts import credentials, detect, keys
from creditsui.core.accounts.detect import Looked
from creditsui.core.alerts import settings as alert_settings
from creditsui.core.alerts import urls as alert_urls
from creditsui.core.asking.hosts import hosts
from creditsui.core.hermes import carriers
from creditsui.core.logs import faults as log_faults
from creditsui.core.logs import ingest
from creditsui.core.logs.ingest import SourceCheck
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.providers.spec import Feed, Get, Provider
from creditsui.routing.options import options
from creditsui.routing.route import Refused

_KEYRING_ADVICE = {
    "locked": "Unlock the keyring (log in to the desktop, or use its own tool); other accounts go on meanwhile.",
    "missing": "There is no keyring: set keys in the environment, or keep one in a file: creditsui key set ID --file",
    "hung": "The keyring does not answer: restart its service. Keys in the environment work meanwhile.",
    "null": "The keyring is set to one that forgets: unset PYTHON_KEYRING_BACKEND, or use creditsui key set ID --file",
}

_WIDEST = 44
"""Cells of a first column; a longer name pushes its own line only."""


@dataclass(frozen=True, slots=True)
class AccountCheck:
    id: str
    key_from: str | None
    """`env:NAME`, `hermes:NAME`, `keyring`, `file`, `login`; None: no credential."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Terminal:
    colors: "terminal.Color"
    utf8: bool
    tmux: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    keyring_backend: str
    keyring_state: str
    """`ok locked missing hung null`."""
    accounts: tuple[AccountCheck, ...]
    looked: tuple[Looked, ...]
    sources: tuple[SourceCheck, ...]
    """Agents whose logs are looked for."""
    hosts: tuple[str, ...]
    """Hosts that a refresh contacts, sorted, those of status pages and of logins at a cloud too; with the port where it
    is not the usual one."""
    route_hosts: tuple[str, ...]
    """Hosts that are asked which models they have, when it is looked who should carry Hermes' work; sorted."""
    alerts: tuple[tuple[str, tuple[str, ...], str], ...]
    """(name of an address, hosts that its alerts go to, why they are not known)."""
    terminal: Terminal
    files: tuple[tuple[str, str, str], ...]
    """(what, path, how it is)."""
    versions: tuple[tuple[str, str], ...]
    advice: tuple[str, ...]
    """What to do, most pressing first; empty when all is well."""


def doctor(session: Session) -> Report:
    """Look at everything once. Blocks on the keyring for a bounded time; raises nothing but NoHome."""
    from creditsui.adapters import keystore

    keyring = keystore.state()
    advice: list[str] = []
    config = _config(session, advice)
    accounts = detect.accounts(session, config)
    checks = _checks(session, config, accounts, keyring.state)
    synced = _synced(session)
    wanting = {one.id for one in accounts if "keyring" in {one.key, one.admin_key}}
    wanting |= {check.id for check in checks if check.key_from is None} - synced
    if keyring.state != "ok" and wanting:
        advice.append(_KEYRING_ADVICE.get(keyring.state, "Set keys in the environment meanwhile."))
    files = _files(session, advice)
    advice += _about_declared(session, accounts)
    advice += _about(session, accounts, checks, synced)
    with suppress(ConfigError):
        advice += log_faults.faults(session)
    screen = Terminal(terminal.colors(session.env), terminal.utf8(session.env), terminal.tmux(session.env))
    advice += _about_terminal(screen)
    return Report(
        keyring_backend=keyring.backend,
        keyring_state=keyring.state,
        accounts=checks,
        looked=tuple(detect.detect(session)),
        sources=_sources(session),
        hosts=_hosts(session, accounts, {check.id for check in checks if check.key_from is not None}),
        route_hosts=_route_hosts(session),
        alerts=_alerts(session),
        terminal=screen,
        files=files,
        versions=(
            ("creditsui", __version__),
            ("python", platform.python_version()),
            ("system", f"{platform.system()} {platform.release()}"),
        ),
        advice=tuple(advice),
    )


def _sources(session: Session) -> tuple[SourceCheck, ...]:
    try:
        return tuple(ingest.checks(session))
    except ConfigError:
        return ()


def _alerts(session: Session) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    try:
        return tuple(alert_urls.places(session))
    except ConfigError:
        return ()


def as_json(report: Report) -> dict[str, Any]:
    return {
        "schema": 1,
        "keyring": {"backend": report.keyring_backend or None, "state": report.keyring_state},
        "accounts": [{"id": one.id, "key_from": one.key_from} for one in report.accounts],
        "sources": [{"id": one.id, "found": one.found, "files": one.files, "note": one.note} for one in report.sources],
        "hosts": [*report.hosts],
        "route_hosts": [*report.route_hosts],
        "alert_hosts": {name: [*hosts] for name, hosts, _ in report.alerts},
        "terminal": {
            "colors": report.terminal.colors,
            "utf8": report.terminal.utf8,
            "tmux": report.terminal.tmux,
        },
        "files": {name: path for name, path, _ in report.files},
        "versions": dict(report.versions),
        "advice": [*report.advice],
    }


def lines(report: Report) -> list[str]:
    """The report for people."""
    screen = report.terminal
    out = _section("Versions", report.versions)
    out += _section("Files", [(name, path + (f" ({how})" if how else "")) for name, path, how in report.files])
    out += _section("Keys", [("keyring", f"{report.keyring_state} ({report.keyring_backend or 'no service'})")])
    out += _section(
        "Accounts",
        [
            (one.id, f"{one.key_from or 'no credential'}{f' · {one.note}' if one.note else ''}")
            for one in report.accounts
        ],
    )
    found = [(one.place, one.found) for one in report.looked if one.found is not None]
    out += _section("Found", [(place, text) for place, text in found if text])
    logs = [one for one in report.sources if one.found or one.note]
    told = [
        (one.id, f"{one.files:,} log{'' if one.files == 1 else 's'}{f' · {one.note}' if one.note else ''}")
        for one in logs
    ]
    out += _section("Logs of agents", told or [("none", f"of {', '.join(one.name for one in report.sources)}")])
    nothing = [one.place for one in report.looked if one.found is None]
    if nothing:
        out += ["Looked at in vain", *(f"  {place}" for place in nothing), ""]
    out += ["Hosts that a refresh contacts", *(f"  {host}" for host in report.hosts or ("none",)), ""]
    if report.route_hosts:
        out += ["Hosts that routing asks for their models", *(f"  {host}" for host in report.route_hosts), ""]
    if report.alerts:
        out += _section(
            "Hosts that alerts go to", [(name, ", ".join(hosts) or why) for name, hosts, why in report.alerts]
        )
    signs = "Unicode" if screen.utf8 else "ASCII only"
    depth = {"none": "no colour", "16": "16 colours", "256": "256 colours", "truecolor": "full colour"}[screen.colors]
    out += ["Terminal", f"  {depth}, {signs}{', in tmux' if screen.tmux else ''}", ""]
    todo = report.advice or ("Nothing: all is well.",)
    return [*out, "What to do", *(f"  - {one}" for one in todo)]


def _section(title: str, rows: Any) -> list[str]:
    rows = [*rows]
    if not rows:
        return [title, "  none", ""]
    width = max((len(name) for name, _ in rows if len(name) <= _WIDEST), default=0)
    return [title, *(f"  {name:<{width}}  {text}" for name, text in rows), ""]


def _config(session: Session, advice: list[str]) -> Config:
    try:
        config = settings.config(session)
    except ConfigError as fault:
        advice.append(str(fault))
        return settings.last_good(session) or Config()
    if config.unknown:
        advice.append(f"config.toml has names that mean nothing to this version: {', '.join(config.unknown)}")
    amiss = keymap.faults(config.keys)
    advice += [f"config.toml {one}" for one in amiss]
    if any("no action" in one for one in amiss):
        advice.append(f"[keys] may name: {', '.join(keymap.names())}")
    advice += alert_settings.advice(session)
    return config


def _checks(session: Session, config: Config, accounts: list[Account], keyring: str) -> tuple[AccountCheck, ...]:
    """Where each credential comes from. A keyring that hangs is not asked once for each."""
    catalogue = session.providers()
    rows: Mapping[str, keys.KeyRow] = {}
    if keyring != "hung":
        try:
            rows = {row.account: row for row in keys.listing(session)}
        except ConfigError:
            rows = {}
    checks = []
    for account in accounts:
        if row := rows.get(account.id):
            checks.append(AccountCheck(account.id, row.source, row.note))
        else:
            provider = catalogue.get(account.provider)
            checks.append(AccountCheck(account.id, _in_sight(session, account, provider)))
    return tuple(checks)


def _in_sight(session: Session, account: Account, provider: Provider | None) -> str | None:
    if provider is None or not provider.asks:
        return None
    if credentials.by_cloud(provider):
        return "login"
    return detect.source(session, provider) if account.key == "auto" else account.key


def _files(session: Session, advice: list[str]) -> tuple[tuple[str, str, str], ...]:
    paths = session.paths
    files = [("ledger", str(paths.ledger), _ledger(session, advice)), ("copies", *_copies(session))]
    for name, path in (
        ("config", paths.config),
        ("keys", paths.keys),
        ("board", paths.status),
        ("log", paths.log),
    ):
        files.append((name, str(path), "" if path.exists() else "not there"))
    return tuple(files)


def _ledger(session: Session, advice: list[str]) -> str:
    """How the ledger is, every row of it read."""
    from creditsui.adapters import ledger_copies
    from creditsui.adapters.ledger import LedgerError, open_ledger

    path = session.paths.ledger
    if not path.exists():
        if ledger_copies.copies(path):
            advice.append("The ledger is gone, but there are copies of it: creditsui doctor --restore")
        return "not there yet"
    try:
        ledger_copies.verify(path)
        with open_ledger(path, readonly=True) as opened:
            count = len(opened.entries())
        if lost := ledger_copies.missing(path):
            advice.append(f"The last copy has what the ledger lacks, entries: {lost}. creditsui doctor --restore")
    except LedgerError as fault:
        advice.append(str(fault))
        return "cannot be used"
    return "sound, 1 entry" if count == 1 else f"sound, {count} entries"


def _copies(session: Session) -> tuple[str, str]:
    """Where copies of the ledger are, and of which days."""
    from creditsui.adapters import ledger_copies

    days = [copy.name.rpartition("bak-")[2] for copy in ledger_copies.copies(session.paths.ledger)]
    return f"{session.paths.ledger}.bak-…", ", ".join(days) or "none yet"


def _synced(session: Session) -> set[str]:
    """Accounts that the user keeps by hand: they need no key."""
    from creditsui.adapters.ledger import LedgerError

    try:
        return {entry.account for entry in board.standing_entries(session) if entry.type == "sync"}
    except LedgerError:
        return set()


def _about(session: Session, accounts: list[Account], checks: tuple[AccountCheck, ...], synced: set[str]) -> list[str]:
    if not accounts:
        return ["No account yet: set a key in the environment, or: creditsui account add ID (see creditsui providers)"]
    catalogue = session.providers()
    source = {check.id: check.key_from for check in checks}
    advice = []
    for account in accounts:
        provider = catalogue.get(account.provider)
        if provider is None:
            advice.append(f"{account.id}: this version knows no provider {account.provider}; see creditsui providers")
        elif credentials.takes_key(provider) and source.get(account.id) is None and account.id not in synced:
            advice.append(
                f"{account.id} has no key: creditsui key set {account.id}, or creditsui sync {account.id} AMOUNT"
            )
        if provider is not None and (lacking := _lacking(provider)):
            advice.append(f"{account.id}: {lacking}")
        if provider is not None and _unfed(session, provider):
            advice.append(
                f"{provider.name}: to see its limits without asking online, let its status line call "
                "creditsui line --for claude (see creditsui line --help)"
            )
    return advice


def _lacking(provider: Provider) -> str:
    """What must be installed before this provider can be asked; "" nothing."""
    kinds = {one.identity for one in provider.asks if isinstance(one, Get) and one.identity}
    if not kinds:
        return ""
    from creditsui.adapters import cloud

    problems = [problem for kind in sorted(kinds) if (problem := cloud.lacking(kind)) is not None]
    return " ".join(f"{problem.message} {problem.action}" for problem in problems)


def _about_declared(session: Session, accounts: list[Account]) -> list[str]:
    """Mistakes in the user's declarations, and whose keys they are given."""
    from creditsui.core.declare import declared

    _, faults = declared.declared(session.paths.declared)
    providers = session.providers()
    advice = []
    for fault in faults:
        id = Path(fault.file).stem
        told = id in providers and providers[id].fault is not None
        advice.append(f"{fault} Try: creditsui providers test {id}" if told else str(fault))
    for account in accounts:
        provider = providers.get(account.provider)
        if provider is None or not provider.borrowed or account.key != "auto":
            continue
        for name, owner in declared.lenders(provider, providers).items():
            if credentials.variable(session, name):
                advice.append(
                    f"{account.id} is sent the key in {name}, which is {owner}'s, since you configured it; "
                    f"give it one of its own: creditsui key set {account.id}"
                )
    return advice


def _unfed(session: Session, provider: Provider) -> bool:
    kept = session.paths.claude_status
    return any(isinstance(one, Feed) and one.file == kept.name for one in provider.asks) and not kept.exists()


def _about_terminal(screen: Terminal) -> list[str]:
    advice = []
    if screen.tmux:
        advice.append("tmux: “set -g focus-events on” lets the pane rest while you look elsewhere.")
        advice.append("tmux: creditsui tmux --check says what else to set.")
        if screen.colors in {"none", "16"}:
            advice.append("tmux: “set -g default-terminal tmux-256color” brings the colours.")
    if not screen.utf8:
        advice.append("The locale is not UTF-8, so bars are drawn in ASCII: set LANG, for example to C.UTF-8.")
    return advice


def _hosts(session: Session, accounts: list[Account], keyed: set[str]) -> tuple[str, ...]:
    catalogue = session.providers()
    asked = (one for one in accounts if one.enabled and one.id in keyed and one.provider in catalogue)
    return tuple(sorted({host for one in asked for host in hosts(session, one, catalogue[one.provider])}))


def _route_hosts(session: Session) -> tuple[str, ...]:
    try:
        return tuple(sorted(carriers.listers(session, options(configured.current(session).rest.get("routing")))))
    except (ConfigError, Refused):
        return ()
