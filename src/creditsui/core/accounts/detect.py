"""What is on this machine: keys in the environment, logins of known tools. Names only; nothing here prompts or asks."""

from dataclasses import dataclass, replace
from pathlib import Path

from creditsui.config import Config, fit_address
from creditsui.core import configured
from creditsui.core.accounts import credentials
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.domain.money import Money
from creditsui.providers.spec import Answers, Feed, File, Param, Provider
from creditsui.providers.spec import currency as currency_at


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
            currency="",
            thresholds=config.thresholds,
            configured=False,
        )
        for provider in session.providers().values()
        if provider.id not in known and (source(session, provider) or credentials.useless(session, provider))
    ]
    catalogue = session.providers()
    return [completed(session, account, catalogue.get(account.provider)) for account in (*config.accounts, *found)]


def completed(session: Session, account: Account, provider: Provider | None) -> Account:
    """With what the provider and the environment know better than a default: its name, the currency of its money, an
    address of the user's own, and what else must be said beside a key."""
    if provider is None:
        return replace(account, currency=account.currency or "USD")
    base = account.base_url or (_own_address(session, provider) if not provider.url else "")
    base = base or credentials.region(session, account, provider)
    currency = account.currency or currency_at(provider.regions, base, provider.currency)
    budget = account.budget
    if budget is not None and not account.currency:
        budget = replace(budget, amount=Money(budget.amount.micros, currency))
    params = {name: value for name, param in provider.params.items() if (value := _told(session, account, name, param))}
    return replace(
        account,
        label=provider.name if account.label == account.id == provider.id else account.label,
        currency=currency,
        budget=budget,
        base_url=base.rstrip("/").removesuffix(provider.base_suffix) if base else "",
        params=params,
    )


def _own_address(session: Session, provider: Provider) -> str:
    """From the environment, where the provider is a program that everybody runs at another place."""
    for name in provider.base_env:
        value = credentials.variable(session, name)
        if value and fit_address(value):
            return value
    return ""


def _told(session: Session, account: Account, name: str, param: Param) -> str:
    return account.params.get(name) or credentials.told(session, param)


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
    places.append(Looked(_short(session.paths.config, session.paths.home), text))
    for provider in session.providers().values():
        if provider.env:
            name = credentials.named(session, provider)
            places.append(Looked(" or ".join((*provider.env, *provider.admin_env)), name, provider.id))
        for ask in provider.asks:
            if isinstance(ask, File) and ask.tells_login:
                variable, folder = ask.roots[0]
                found = "logged in" if _logged_in(session, provider) else None
                places.append(Looked(f"{session.env.get(variable) or folder}/{ask.glob}", found, provider.id))
    return places


def _short(path: Path, home: Path) -> str:
    """As the other places are told: `~/.config/creditsui/config.toml`."""
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)


def _logged_in(session: Session, provider: Provider) -> bool:
    if provider.login_found is None:
        return False
    from creditsui.adapters import local_files

    answers = {}
    for ask in provider.asks:
        if isinstance(ask, File) and ask.tells_login:
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
