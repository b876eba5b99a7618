"""What a provider is: a declared, immutable, stateless description of how to ask a service and how to read its answer.

A provider is one small file with `PROVIDER = Provider(...)`; the package is scanned, there is no registry to edit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal

from creditsui.domain.problem import Problem
from creditsui.domain.reading import ProbeCost, Reading, Semantics

Json = Any
"""A decoded JSON value. Numbers with a fraction are Decimal, so money stays exact; NaN never gets here."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Answer:
    """What one ask brought. `headers` are lower-case; strings are clean.

    `body` is decoded JSON, the text of a file, or None. `pages` are all bodies of a paged request, the first included.
    """

    status: int = 200
    body: Json = None
    headers: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    pages: tuple[Json, ...] = ()
    at: datetime | None = None
    """When it was true: the arrival of an answer, the last change of a file."""
    credential: str = ""
    """The slot whose secret was used: `key`, `admin_key` or `login`."""
    ask: str = ""
    """The name of the request it answers."""


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers of one round, by the name of the ask. An ask without a credential, a file or a feed is absent."""

    now: datetime
    by_name: Mapping[str, Answer]
    previous: Reading | None = None
    """The last good reading, for numbers that a source repeats only now and then."""
    base_url: str = ""
    """The base that was asked, for providers whose currency depends on the region."""
    params: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """What the user said about the account beside its key, by the names of `Provider.params`."""
    regions: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Those of the provider."""

    def __contains__(self, name: str) -> bool:
        return name in self.by_name

    def __getitem__(self, name: str) -> Answer:
        return self.by_name[name]

    def get(self, name: str) -> Answer | None:
        return self.by_name.get(name)

    def ok(self, name: str) -> Answer | None:
        """The answer, if there is one and it was a success."""
        answer = self.by_name.get(name)
        return answer if answer is not None and 200 <= answer.status < 300 else None


def bearer(secret: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def header(name: str, **others: str) -> Callable[[str], Mapping[str, str]]:
    """Auth by one header that holds the bare key; `others` are fixed (underscores become hyphens)."""
    fixed = {key.replace("_", "-"): value for key, value in others.items()}
    return lambda secret: {name: secret, **fixed}


@dataclass(frozen=True, slots=True)
class Param:
    """Something beside a key that a provider must be told: a team, an organization, a subscription."""

    says: str
    """What it is and where to find it, in words."""
    env: tuple[str, ...] = ()
    """Variables that may hold it."""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Get:
    """A request. It is made only when one of `credential` is at hand, and when its opt-in was given."""

    name: str
    path: str | Callable[[Answers], str]
    """From the root of the host, with the leading slash. `{team}` stands for the account's param of that name; what
    earlier answers told can be put in by a function, which quotes it."""
    older: str = ""
    """The path that this one took over from, asked where it is not there (404, 405, 410)."""
    url: str = ""
    """Another base than the provider's."""
    credential: tuple[str, ...] = ("key",)
    """Slots in order of preference; the first that is filled is used."""
    auth: Callable[[str], Mapping[str, str]] = bearer
    method: Literal["GET", "POST"] = "GET"
    query: Callable[[Answers], Mapping[str, str]] | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """`{user}` stands for the account's param of that name; a header that is nothing without it is not sent."""
    body: Json | Callable[[Answers], Json] = None
    """Sent as JSON; None: nothing is sent."""
    next_page: Callable[[Json], Mapping[str, str] | None] | None = None
    """Query parameters of the next page, from a page's body; None ends it."""
    page_in: Literal["query", "body"] = "query"
    """Where they are put instead: into the body, which is an object then."""
    max_pages: int = 12
    partial: bool = False
    """Whether the first `max_pages` pages say something where there are more; `parse` sees that the last goes on."""
    opt_in: Literal["", "probe", "login"] = ""
    """`probe`: costs money, a served token mostly; `login`: uses another program's login. Both are off until the user
    allows them."""
    identity: Literal["", "aws", "azure", "gcp"] = ""
    """Needs no key: signed by the login of that cloud's own library, which is installed as an extra."""
    price: Callable[[Json], ProbeCost | None] | None = None
    """What a page that was served cost, from its body; booked as usage of the account, whatever comes of the round."""
    every: timedelta = timedelta(0)
    """Never asked more often, not even by force. A refusal that an act of the user ends holds it for minutes only."""
    failure: Literal["fatal", "soft", "quiet"] = "fatal"
    """fatal: the round fails. soft: the rest is read, the problem is shown. quiet: `parse` sees the refusal."""
    when: Callable[[Answers], bool] | None = None
    """Asked only if this holds of the answers before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A login or cache of the provider's own tool. Only ever read."""

    name: str
    roots: tuple[tuple[str, str], ...]
    """(environment variable, default folder): the variable's value, a comma list even, else the default; ~ expanded."""
    glob: str
    """Below each root. Several matches: the most recently changed come first."""
    format: Literal["json", "text", "sqlite", "tail"] = "json"
    """`json`: the newest file, decoded. `text`: its lines, as they are. `sqlite`: the values of `keys` in its `table`
    of keys and values, as an object. `tail`: texts of the ends of the `newest` files, newest first, as a tuple."""
    newest: int = 1
    tail_bytes: int = 262_144
    table: str = ""
    keys: tuple[str, ...] = ()

    @property
    def tells_login(self) -> bool:
        """Whether it is small and says who is logged in; the ends of logs are neither."""
        return self.format != "tail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What another tool pipes to us, kept in the state folder as JSON."""

    name: str
    file: str


Ask = Get | File | Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A service we know how to ask."""

    id: str
    name: str
    url: str
    """Scheme and host (and prefix) that `Get.path` is appended to; a `base_url` of the account replaces it. Empty:
    every user has an address of their own, from `base_url` or one of `base_env`."""
    console_url: str
    parse: Callable[[Answers], Reading]
    """Pure. May raise KeyError, TypeError, ValueError or IndexError freely: that is the problem `changed`. Raises
    `Refused` for a problem of its own."""
    asks: tuple[Ask, ...] = ()
    env: tuple[str, ...] = ()
    """Names of environment variables that may hold the key, the usual one first."""
    admin_env: tuple[str, ...] = ()
    useless_env: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Variables that hold a key of this service which tells nothing here, and why, as a sentence. Never sent."""
    base_env: tuple[str, ...] = ()
    """Variables that may say a key in the environment belongs to another host; then it is not sent to ours. Where
    `url` is empty they say the address."""
    base_suffix: str = ""
    """What people write at the end of a base that is not part of it, such as `/v1`."""
    params: Mapping[str, Param] = field(default_factory=lambda: _NOTHING)
    regions: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Other bases the service has, and the currency of accounts there ("" where it is the same)."""
    env_regions: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Variables of `env` whose keys are of one of these regions, and only ever sent there."""
    prefixes: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """Key prefix → slot it belongs to, wherever it was put; an unusable kind maps to a sentence that says so."""
    key_forms: tuple[str, ...] = ()
    """Beginnings that no other service's keys have: a pasted key that has one is known to be from here."""
    slot_told: Callable[[Answers], str | None] | None = None
    """The slot that the key in use belongs to by the provider's own answer; None: it did not say."""
    login: Callable[[Answers], Mapping[str, str]] | None = None
    """Headers of a request made with the tool's own login, from the files read. Raises `Refused` if it expired."""
    login_found: Callable[[Answers], bool] | None = None
    """Whether the files show that somebody is logged in, so the account can be shown unasked."""
    refuse: Callable[[Answer], Problem | None] | None = None
    """This provider's own errors, before the general table of statuses; None: not one of them."""
    tells: Sequence[str] = ("balance",)
    """What can be known: `balance spend limit windows plan`."""
    credential: str = "API key"
    """In words, for people who choose."""
    cost_of_asking: str | None = None
    """What a probe costs, in words; None: asking is free."""
    semantics: Semantics = Semantics.BALANCE
    currency: str = "USD"
    """Of balances that a user enters by hand."""
    credit_lasts_days: int = 0
    """How long credit that was bought can be used, by the provider's own terms; 0: without an end, or not known."""
    admin_credential: str = ""
    """In words: what a second credential adds; empty: there is none."""
    key_url: str = ""
    """Where keys are made; empty: at the console."""
    status_url: str = ""
    """The public status page as JSON, in the form of Statuspage (`{"status": {"indicator": …}}`)."""
    declared: str = ""
    """The file it was declared in by the user; empty: it is built in."""
    edition: str = ""
    """Another one whenever that file changes: what was refused before may be served now."""
    borrowed: frozenset[str] = frozenset()
    """Variables it names that are another provider's too. Their keys go to this one only for an account that the user
    configured: the presence of a file sends no key elsewhere."""
    fault: Problem | None = None
    """Why it cannot be asked at all: its declaration has a mistake."""


def currency(provider_regions: Mapping[str, str], base_url: str, usual: str) -> str:
    """The currency of an account by the region it was asked in; `usual` anywhere that is not a known region."""
    found = next((one for base, one in provider_regions.items() if _host(base) == _host(base_url)), "")
    return found or usual


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].lower()
