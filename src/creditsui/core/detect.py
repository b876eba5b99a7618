"""What is on this machine: keys in the environment, logins of known tools. Names only; nothing here prompts or asks."""

from dataclasses import dataclass, replace

from creditsui.config import Config
from creditsui.core import configured, credentials
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.providers.spec import Answers, Feed, File, Provider


@dataclass(frozen=True, slots=True)
class Looked:
    """One place that was looked at. `found` says what was there, None that nothing was."""

    place: str
    found: str | None
    provider: str | None = None


def accounts(session: Session, config: Config) -> list[Account]:
    """The configured accounts in their order, then those that were only detected, by provider id."""
    known = {account.provider for account in config.accounts} | {account.id for account in config.accounts}
    found = [
        Account(
            id=provider.id,
            provider=provider.id,
            label=provider.name,
            currency=provider.currency,
            thresholds=config.thresholds,
            configured=False,
        )
        for provider in session.providers().values()
        if provider.id not in known and source(session, provider) is not None
    ]
    return [*(_named(account, session.providers().get(account.provider)) for account in config.accounts), *found]


def _named(account: Account, provider: Provider | None) -> Account:
    """With what the provider knows better than a default: its name, and the currency of its money."""
    if provider is None:
        return account
    label = provider.name if account.label == account.id == provider.id else account.label
    return replace(account, label=label, currency=account.currency or provider.currency)


def source(session: Session, provider: Provider) -> str | None:
    """Where a credential for this provider lies in plain sight: `env:NAME`, `hermes:NAME`, `login`; None: nowhere."""
    return credentials.named(session, provider) or login(session, provider)


def login(session: Session, provider: Provider) -> str | None:
    """`login` where the tool's own login lies in plain sight."""
    return "login" if _logged_in(session, provider) else None


def detect(session: Session) -> list[Looked]:
    """Every place and its result, for a first run that found nothing and for the doctor."""
    from creditsui.config import ConfigError

    places: list[Looked] = []
    try:
        known = configured.config(session).accounts
        text = ", ".join(account.id for account in known) or None
    except ConfigError as fault:
        text = str(fault)
    places.append(Looked(str(session.paths.config), text))
    for provider in session.providers().values():
        if provider.env:
            name = credentials.named(session, provider)
            places.append(Looked(" or ".join((*provider.env, *provider.admin_env)), name, provider.id))
        for ask in provider.asks:
            if isinstance(ask, File) and ask.format == "json":
                variable, folder = ask.roots[0]
                found = "logged in" if _logged_in(session, provider) else None
                places.append(Looked(f"{session.env.get(variable) or folder}/{ask.glob}", found, provider.id))
    return places


def _logged_in(session: Session, provider: Provider) -> bool:
    if provider.login_found is None:
        return False
    from creditsui.adapters import local_files

    answers = {}
    for ask in provider.asks:
        if isinstance(ask, File) and ask.format == "json":
            answer = local_files.find(ask, session.env, session.paths.home)
        elif isinstance(ask, Feed):
            answer = local_files.feed(session.paths.status.parent / ask.file)
        else:
            continue
        if answer is not None:
            answers[ask.name] = answer
    try:
        return provider.login_found(Answers(session.now(), answers))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return False
