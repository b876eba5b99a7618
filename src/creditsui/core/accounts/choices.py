"""Who can be chosen when an account is added: every provider, in words, and what must be known to ask it."""

from dataclasses import dataclass
from types import MappingProxyType

from creditsui.core.accounts import credentials, detect
from creditsui.core.session import Session
from creditsui.domain.reading import Semantics
from creditsui.providers.spec import Provider

GROUPS = MappingProxyType(
    {
        "money": "Tells what is left, in money or credits",
        "spend": "Tells what was spent; you enter the balance",
        "plans": "A plan's windows that refill",
        "gateways": "Gateways at an address of your own",
        "clouds": "Clouds, by your own login to them",
        "hand": "Proves the key at most; you enter the balance",
    }
)
"""What a provider gives, most useful first, in words."""


@dataclass(frozen=True, slots=True)
class ParamChoice:
    """Something that must be said beside a key."""

    name: str
    says: str
    """What it is and where to find it, in words."""
    env: tuple[str, ...]
    required: bool
    told: str
    """What a variable says already."""


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """One line of the list to choose from when an account is added."""

    id: str
    name: str
    credential: str
    admin_credential: str
    console_url: str
    tells: tuple[str, ...]
    env: tuple[str, ...]
    currency: str
    cost_of_asking: str | None
    admin_env: tuple[str, ...] = ()
    key_url: str = ""
    """Where keys are made; the console, where they are made there."""
    status_url: str = ""
    url: str = ""
    """Its usual address; empty where every user has one of their own."""
    base_env: tuple[str, ...] = ()
    regions: tuple[tuple[str, str], ...] = ()
    """Other addresses it has, and the currency there ("" where it is the same)."""
    params: tuple[ParamChoice, ...] = ()
    takes_key: bool = True
    declared: str = ""
    """The file in which the user declared it; empty: it is built in."""
    fault: str = ""
    """The mistake in that file, which keeps it from being asked."""
    group: str = "hand"
    """One of `GROUPS`."""
    found: str | None = None
    """Where a credential for it lies in plain sight: `env:NAME`, `hermes:NAME`, `login`."""

    @property
    def homeless(self) -> bool:
        """Whether an address must be told before it can be asked."""
        return self.takes_key and not self.url


def providers(session: Session) -> list[ProviderChoice]:
    """Every provider there is, by name."""
    return sorted((_choice(session, one) for one in session.providers().values()), key=lambda one: one.name.casefold())


def _choice(session: Session, one: Provider) -> ProviderChoice:
    return ProviderChoice(
        id=one.id,
        name=one.name,
        credential=one.credential,
        admin_credential=one.admin_credential,
        console_url=one.console_url,
        tells=tuple(one.tells),
        env=(*one.env, *one.admin_env),
        currency=one.currency,
        cost_of_asking=one.cost_of_asking,
        admin_env=one.admin_env,
        key_url=one.key_url or one.console_url,
        status_url=one.status_url,
        url=one.url,
        base_env=one.base_env,
        regions=tuple(one.regions.items()),
        params=tuple(
            ParamChoice(name, param.says, param.env, param.required, credentials.told(session, param))
            for name, param in one.params.items()
        ),
        takes_key=credentials.takes_key(one),
        declared=one.declared,
        fault=one.fault.message if one.fault is not None else "",
        group=group(one),
        found=detect.source(session, one),
    )


def group(one: Provider) -> str:
    """Which of `GROUPS` a provider is in, by what it needs and what it tells."""
    if credentials.by_cloud(one):
        return "clouds"
    if credentials.takes_key(one) and not one.url:
        return "gateways"
    if one.semantics is Semantics.WINDOW:
        return "plans"
    return "money" if "balance" in one.tells else "spend" if "spend" in one.tells else "hand"
