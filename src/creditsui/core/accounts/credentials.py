"""Where an account's keys come from, and which of its slots each one fills."""

import hashlib
import stat
from collections.abc import Mapping
from pathlib import Path

from creditsui.core import configured
from creditsui.core.asking.round import Credential, Credentials
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.secret import Secret, accept
from creditsui.domain.urls import origin
from creditsui.providers.spec import Answers, File, Get, Param, Provider


def home_of(account: Account, provider: Provider) -> str:
    """The origin that this account's keys are stored for and sent to. Raises Refused where nobody said the address."""
    base = account.base_url or provider.url
    if not base:
        raise Refused(homeless(account, provider))
    return origin(base)


def homeless(account: Account, provider: Provider) -> Problem:
    """Why a service that everybody runs at another place cannot be asked."""
    or_set = f", or set {provider.base_env[0]}" if provider.base_env and account.id == provider.id else ""
    return Problem(
        "unsupported",
        f"{provider.name} is at an address of your own, which is not known yet.",
        f"creditsui account set {account.id} base_url=https://…{or_set}",
    )


def variable(session: Session, name: str) -> str:
    """A variable of the environment, else of Hermes Agent's `.env`; "" where neither has it."""
    return session.env.get(name, "").strip() or hermes_env(session).get(name, "").strip()


def told(session: Session, param: Param) -> str:
    """What the environment says of something that must be known beside a key; "" where it says nothing."""
    return next(filter(None, (variable(session, name) for name in param.env)), "")


def resolve(session: Session, account: Account, provider: Provider) -> Credentials:
    """Find the keys of an account. May talk to the keyring, bounded in time: never call it on an event loop."""
    from creditsui.adapters import log

    login = _login(session, account, provider) or (BY_CLOUD if by_cloud(provider) else "")
    if not takes_key(provider):
        return Credentials(login=login)
    found: dict[str, Credential] = {}
    problem: Problem | None = None
    for slot, form, names in (
        ("key", account.key, provider.env),
        ("admin_key", account.admin_key, provider.admin_env),
    ):
        if slot == "admin_key" and not provider.admin_credential and form == "auto":
            continue
        try:
            one = _find(session, account, provider, slot, form, names)
            if one is not None:
                filled = slot_of(provider, slot, one.secret)
                if filled not in found:
                    found[filled] = one
        except Refused as refused:
            if slot == "key" or form != "auto":  # nobody said that there is a second key
                problem = problem or refused.problem
    if not found and account.key == "auto" and owns_environment(session, account):
        problem = problem or _of_no_use(session, account, provider)
    for one in found.values():
        log.remember(one.secret)
    if found:
        session.hints[account.id] = next(iter(found.values())).secret.hint
    return Credentials(found, problem, login)


def _of_no_use(session: Session, account: Account, provider: Provider) -> Problem | None:
    """What to say where the only key at hand is of a kind that tells nothing."""
    name = useless(session, provider)
    if name is None:
        return None
    or_set = f", or set {provider.env[0]}" if account.id == provider.id else ""
    return Problem("wrong_kind", f"{name}: {provider.useless_env[name]}", f"creditsui key set {account.id}{or_set}")


def _login(session: Session, account: Account, provider: Provider) -> str:
    if account.key != "login" or provider.login is None:
        return ""
    from creditsui.adapters import local_files

    files = [ask for ask in provider.asks if isinstance(ask, File) and ask.tells_login]
    answers = {ask.name: local_files.find(ask, session.env, session.paths.home) for ask in files}
    try:
        there = {name: answer for name, answer in answers.items() if answer is not None}
        headers = provider.login(Answers(session.now(), there))
    except Refused as refused:
        return refused.problem.kind
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return "unreadable"
    return hashlib.sha256(repr(sorted(headers.items())).encode()).hexdigest()[:24]


def takes_key(provider: Provider) -> bool:
    return any(isinstance(ask, Get) and ask.opt_in != "login" and not ask.identity for ask in provider.asks)


BY_CLOUD = "the cloud's own login"


def by_cloud(provider: Provider) -> bool:
    """Whether it is asked by a login that the cloud's own library finds."""
    return any(isinstance(ask, Get) and ask.identity for ask in provider.asks)


def named(session: Session, provider: Provider) -> str | None:
    """The variable that holds a key for this provider (`env:NAME` or `hermes:NAME`), without looking further."""
    for prefix, values in (("env", session.env), ("hermes", hermes_env(session))):
        for name in (*provider.env, *provider.admin_env):
            if name not in provider.borrowed and values.get(name, "").strip():
                return f"{prefix}:{name}"
    return None


def useless(session: Session, provider: Provider) -> str | None:
    """The variable that holds a key which tells nothing."""
    return next((name for name in provider.useless_env if variable(session, name)), None)


def region(session: Session, account: Account, provider: Provider) -> str:
    """The base of the region that the environment says the account's key is of; "" where it does not say."""
    if not provider.regions:
        return ""
    source = account.key
    if source == "auto" and owns_environment(session, account):
        source = named(session, provider) or ""
    if not source.startswith(("env:", "hermes:")):
        return ""
    for value in filter(None, (variable(session, name) for name in provider.base_env)):
        return next((base for base in provider.regions if not _elsewhere(value, base)), "")
    return provider.env_regions.get(source.partition(":")[2], "")


def promised(session: Session, account: Account, provider: Provider) -> str | None:
    """Where an account's keys are to come from, by what is written and by what lies in plain sight; None: nowhere.

    No keyring is asked, so nothing prompts and nothing hangs.
    """
    found: list[str] = []
    for slot, form in (("key", account.key), ("admin_key", account.admin_key)):
        if form == "auto" and slot == "key" and owns_environment(session, account):
            form = named(session, provider) or "auto"
        if form != "auto":
            found.append(form if slot == "key" else f"admin {form}")
    return " + ".join(found) or None


def hermes_env(session: Session) -> Mapping[str, str]:
    """Variables in the `.env` of Hermes Agent (`$HERMES_HOME` or `~/.hermes`); empty when there is none to read."""
    folder = session.env.get("HERMES_HOME", "").strip()
    path = (Path(folder) if folder else session.paths.home / ".hermes") / ".env"
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > 1_000_000:
            return {}
        kept = f"{path} {status.st_ino} {status.st_mtime_ns} {status.st_size}"
        if kept in session.hermes:
            return session.hermes[kept]
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    values: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and name.strip().isidentifier():
            value = value.strip()
            if value[:1] in {'"', "'"}:
                value = value[1:].partition(value[0])[0]
            else:
                value = value.partition(" #")[0].strip()
            values[name.strip()] = value
    session.hermes.clear()
    session.hermes[kept] = values
    return values


def _find(
    session: Session, account: Account, provider: Provider, slot: str, form: str, names: tuple[str, ...]
) -> Credential | None:
    if form.startswith("env:"):
        name = form.removeprefix("env:")
        value = session.env.get(name, "").strip()
        if not value:
            raise Refused(Problem("no_key", f"{name} is not set.", f"set {name}"))
        return _from_variable(session.env, account, provider, f"env:{name}", value)
    if form == "auto":
        own = owns_environment(session, account)
        for prefix, values in (("env", session.env), ("hermes", hermes_env(session))) if own else ():
            for name in names:
                lent = account.configured or name not in provider.borrowed
                if lent and values.get(name, "").strip():
                    return _from_variable(values, account, provider, f"{prefix}:{name}", values[name])
    if form == "login" or (form == "auto" and not account.configured):
        return None
    return _stored(session, account, provider, slot, form)


def owns_environment(session: Session, account: Account) -> bool:
    """Whether the provider's usual variables are this account's: its namesake's, else its first account's."""
    if account.id == account.provider:
        return True
    accounts = [one for one in configured.current(session).accounts if one.provider == account.provider]
    if any(one.id == one.provider for one in accounts):
        return False
    return not accounts or accounts[0].id == account.id


def _from_variable(
    values: Mapping[str, str], account: Account, provider: Provider, source: str, value: str
) -> Credential:
    try:
        secret = accept(value)
    except ValueError as fault:
        raise Refused(Problem("rejected", f"{source.partition(':')[2]}: {fault}", "set it again")) from None
    if not account.base_url and provider.url:
        for name in provider.base_env:
            other = values.get(name, "").strip()
            if other and _elsewhere(other, provider.url):
                raise Refused(
                    Problem(
                        "unsupported",
                        f"{name} points elsewhere, so this key is not sent to {origin(provider.url)}.",
                        f"set base_url for {account.id}",
                    )
                )
    return Credential(secret, source)


def _elsewhere(url: str, home: str) -> bool:
    try:
        return origin(url) != origin(home)
    except ValueError:
        return True


def _stored(session: Session, account: Account, provider: Provider, slot: str, form: str) -> Credential | None:
    from creditsui.adapters import keystore

    place = home_of(account, provider)
    if form == "file":
        secret = keystore.read_file(session.paths.keys, owner(account.id, slot), place)
    else:
        kept = owner(account.id, slot), f"{form} {place}"
        secret = session.stored.get(kept)
        if secret is None:
            secret = keystore.read(owner(account.id, slot), place, session.env, expected=form == "keyring")
        if secret is not None:
            session.stored[kept] = secret
    if secret is None:
        if form in {"keyring", "file"} and slot == "key":
            where = "the keyring" if form == "keyring" else "keys.toml"
            raise Refused(Problem("no_key", f"No key for {place} in {where}.", f"creditsui key set {account.id}"))
        return None
    return Credential(secret, "file" if form == "file" else "keyring")


def forget(session: Session, id: str) -> None:
    """Read an account's keys from the keyring again the next time: another process may have changed them."""
    for kept in [one for one in session.stored if one[0] in {owner(id, "key"), owner(id, "admin_key")}]:
        session.stored.pop(kept, None)


def owner(id: str, slot: str) -> str:
    """The name a key is stored under, before the `@` and its origin."""
    return id if slot == "key" else f"{id}/{slot}"


def slot_of(provider: Provider, slot: str, secret: Secret) -> str:
    """The slot a key belongs to by its prefix, wherever it was put. Raises Refused for a kind that cannot be used."""
    value = secret.reveal()
    for prefix, target in sorted(provider.prefixes.items(), key=lambda item: -len(item[0])):
        if value.startswith(prefix):
            if target not in {"key", "admin_key"}:
                raise Refused(Problem("wrong_kind", target, "use an API key"))
            return target
    return slot
