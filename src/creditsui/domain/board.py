"""The frozen view of everything at one moment: the only thing a face receives."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from creditsui.domain.account import Thresholds
from creditsui.domain.band import Band as Band
from creditsui.domain.entry import CreditKind
from creditsui.domain.money import Money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Certainty, Limit, ModelSpend, Semantics, Window

RunwayState = Literal["known", "gathering", "idle", "refills", "empty", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a forecast of spend rests on."""

    pace: Money
    """A day, as it is expected to go on."""
    trend: float
    """By what share of it the pace grows in a day, as far as more than chance tells it."""
    swing: float
    """How far one day usually is from the next, as a share of the pace."""
    doubt: float
    """How far the pace itself may be off, as a share of it."""
    days: float
    """How many were observed."""
    quiet: float | None = None
    """What a day of a weekend takes, as a share of the pace; None before three weeks were seen."""
    gone: timedelta = timedelta(0)
    """How long ago the balance was known: what was probably spent since counts as gone."""


@dataclass(frozen=True, slots=True)
class Runway:
    """How long until empty, in days: from P10 to P90 around P50 (`days`). Numbers only when `state` is known."""

    state: RunwayState = "unknown"
    days: float | None = None
    p10: float | None = None
    p90: float | None = None
    empty_on: date | None = None
    """The P50 day in the configured zone; None where it is too far ahead to name one."""
    outlook: Outlook | None = None
    seen: float | None = None
    """How many days were observed, where that is still too little or nothing was spent in them."""


@dataclass(frozen=True, slots=True)
class Spend:
    """The best that is known of what was spent, in one currency. None: not known, never nothing.

    `today` starts at midnight in the configured zone, `week` and `month` are today and the 6 or 29 days before.
    """

    currency: str
    today: Money | None = None
    week: Money | None = None
    month: Money | None = None
    all: Money | None = None
    source: Literal["ledger", "provider"] = "ledger"
    since: datetime | None = None
    """The first instant that the figures cover."""
    unpriced_tokens: int = 0
    notional: Money | None = None
    models: tuple[ModelSpend, ...] = ()
    """Of the last 30 days, where the provider tells it; the most expensive first."""


@dataclass(frozen=True, slots=True)
class Drift:
    """What the last truth after a time in which only the ledger looked showed: `expected` less `reported`. Positive is
    more spent than was expected."""

    amount: Money
    since: datetime
    """When the number had been known to be true before."""
    expected: Money | None = None
    """By the share that was known before that truth."""
    reported: Money | None = None
    share: float | None = None
    """Of the spend seen, so much more is spent unseen, by all that is known now; None: nothing to learn it from."""
    pairs: int = 0
    """From how many such times the share was learned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a balance is carried forward from: anchor + credited − seen − unseen is the balance, to the micro-unit."""

    anchor: Money
    at: datetime
    """When it was last confirmed."""
    by_user: bool
    credited: Money
    """Top-ups, adjustments and what expired since."""
    seen: Money
    """What calls were seen to cost since."""
    unseen: Money
    """`share` of that, so that nothing is missing when the next truth comes; a part of spend until then."""
    share: float | None
    spread: float
    """How far a share is usually off; before anything was learned, how far it is taken to be."""
    pairs: int
    rate: Money | None
    """A day, lost beyond any share before now: it widens the band and is not subtracted. None: not known."""


@dataclass(frozen=True, slots=True)
class Lot:
    remaining: Money
    kind: CreditKind
    expires_at: date | None


@dataclass(frozen=True, slots=True)
class Expired:
    """What was left of a lot when its last day was over. It is no spend."""

    amount: Money
    kind: CreditKind
    on: date
    """The last day it could be used."""


@dataclass(frozen=True, slots=True)
class Expiring:
    """What expires next, where that is near."""

    amount: Money
    on: date
    """The last day it can be used."""
    days: int
    """From today to that day."""
    within: int
    """The warning it stands under: 30, 7 or 1 days."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rise of a live balance that nobody booked: credit that came in, most likely."""

    at: datetime
    """Just before it was seen."""
    amount: Money
    kind: CreditKind
    confirmed: bool
    """Whether the balance was read again since, and kept it."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """Credit that a provider gives again and again by itself; `every` is in days."""

    amount: Money
    every: int
    last: datetime


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """A budget of the user's, and what became of it in the period that runs now."""

    amount: Money
    per: Literal["day", "week", "month", "total"]
    since: datetime | None
    """When the period began; None: it has none."""
    resets_at: datetime | None
    spent: Money | None
    """None: not known, never nothing."""
    remaining: Money | None
    """Negative: that much over."""
    projected: Money | None
    """What will have been spent at the end of the period, at the pace of the days observed."""
    elapsed: float | None
    """How much of the period is over, 0 to 1: what an even pace would have spent of it."""
    seen_since: datetime | None
    """The first instant that `spent` covers, where that is later than `since`."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How the use of one window goes on, against an even pace. Fractions: 1 is all of it."""

    window: str
    """Its name."""
    unit: str
    even: float
    """How much of its period is over."""
    projected: float | None = None
    """What will be used when it refills, above 1 too; None: too little was seen of this period."""
    runs_out_at: datetime | None = None
    """Where that is before it refills; None also where it has."""
    rate: float | None = None
    """An hour, recent use counting more."""
    since: datetime | None = None
    """From when on this period was seen; a refill in its midst begins anew."""


@dataclass(frozen=True, slots=True)
class HitPart:
    """What one model did for one project, or what went unseen, of a hit."""

    cause: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Hit:
    """A drop of a balance and, where known, what made it."""

    at: datetime
    amount: Money
    """Positive: what was lost."""
    cause: str
    """The dearest call."""
    parts: tuple[HitPart, ...] = ()
    """Where calls were seen: what they make of it, most first, then what went unseen. Sums to `amount`."""


@dataclass(frozen=True, slots=True)
class SpikeHour:
    """One hour that cost far more than usual."""

    at: datetime
    """When it begins."""
    amount: Money
    usual: Money
    """What such an hour costs in the middle of those that were seen before."""
    limit: Money
    """What it may cost before it counts as a spike."""
    against: Literal["weekday", "hour", "busy"]
    """What was seen before: the same hour of the same weekday, the same hour of any day, or any hour with spend."""
    seen: int
    """How many of them."""


@dataclass(frozen=True, slots=True)
class Culprit:
    """What one session did with one model; words are empty where the log does not tell."""

    model: str
    project: str
    session: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Spike:
    """An episode of hours that cost far more than usual. `since` is its identity: it begins with the first such hour
    and ends after two calm ones."""

    since: datetime
    until: datetime | None
    """None: it goes on."""
    amount: Money
    usual: Money
    """What the same hours usually cost."""
    peak: SpikeHour
    """The dearest hour."""
    culprits: tuple[Culprit, ...] = ()
    """The dearest first; empty where no log knows."""


@dataclass(frozen=True, slots=True)
class TopUpMark:
    at: datetime
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """One account, complete. Lists are ordered; everything that is not known is None or empty."""

    id: str
    provider: str
    label: str
    provider_name: str = ""
    enabled: bool = True
    semantics: Semantics = Semantics.BALANCE
    certainty: Certainty = Certainty.UNKNOWN
    plan: str | None = None
    badges: tuple[str, ...] = ()
    pool: str | None = None
    currency: str = "USD"
    """Of amounts that the user enters."""

    balance: Balance | None = None
    """What can be spent of the main currency now: the account's balance, or less where a cap on the key binds."""
    purse: Money | None = None
    """The account's balance before a cap on this key; equals `balance.remaining` where none binds."""
    error: Money | None = None
    """Half the width of the uncertainty around `balance`, same currency; None: not known."""
    balances: tuple[Balance, ...] = ()
    capacity: Money | None = None
    capacity_from: Literal["config", "top-up", "highest"] | None = None
    health: float | None = None
    binding: str | None = None
    """What the health comes from: `balance`, `limit`, the name of a window, or `problem` where the provider says that
    the credit is used up."""
    band: Band = Band.UNKNOWN
    thresholds: Thresholds = field(default_factory=Thresholds)
    limit: Limit | None = None
    windows: tuple[Window, ...] = ()
    paces: tuple[Pace, ...] = ()
    """Of those windows that count, and say when they refill."""

    spend: Spend | None = None
    burn: Money | None = None
    """A day."""
    runway: Runway = Runway()
    drift: Drift | None = None
    basis: Basis | None = None
    """Of `purse`."""
    wide: bool = False
    """Whether only the user can tell what is left, and it became so uncertain that it is time to."""
    lots: tuple[Lot, ...] = ()
    """Of the main currency, soonest to expire first."""
    expiring: Expiring | None = None
    expired: tuple[Expired, ...] = ()
    """Newest first."""
    proposals: tuple[Proposal, ...] = ()
    """Oldest first."""
    allowance: Allowance | None = None
    """Instead of proposals, where the same rise comes at a steady cadence."""
    budget: BudgetUse | None = None
    credit_lasts_days: int = 0
    """How long bought credit lasts by the provider's rule; 0: no rule is known."""
    days: tuple[tuple[date, Money | None], ...] = ()
    """Spend of the last 30 days, oldest first; None where nobody was looking."""
    levels: tuple[Money | None, ...] = ()
    """Of `purse` at the end of each of these days, today's is that of now; None where nobody knew."""
    hits: tuple[Hit, ...] = ()
    """Newest first."""
    topups: tuple[TopUpMark, ...] = ()
    """Newest first."""
    spike: Spike | None = None
    """The last one, until a day after its end."""

    read_at: datetime | None = None
    stale: bool = False
    problem: Problem | None = None
    console_url: str | None = None
    key_from: str | None = None
    """Where the credential comes from: `env:NAME`, `keyring`, `file`, `hermes:NAME`, `login`; None: nowhere."""
    key_hint: str | None = None
    """The last four characters, when this process read the key."""
    manual: bool = False
    """True: nobody can be asked for the balance, the user syncs it."""
    probe: bool | None = None
    """Whether one-token requests are allowed; None: this provider has no use for them."""
    probe_cost: str | None = None
    """What such a request costs, in words."""
    next_at: datetime | None = None
    """When it is asked next; None: never by itself."""
    refreshing: bool = False

    def pace(self, window: Window) -> Pace | None:
        return next((one for one in self.paces if (one.window, one.unit) == (window.name, window.unit)), None)

    def age(self, now: datetime) -> float | None:
        """Seconds since the reading, never negative."""
        return None if self.read_at is None else max(0.0, (now - self.read_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Total:
    """Everything in one currency; a purse that several keys draw on is counted once."""

    currency: str
    remaining: Money | None
    spend: Spend
    burn: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    generated_at: datetime
    accounts: tuple[AccountView, ...] = ()
    """Worst first, or as `[display] sort` says; disabled ones last."""
    totals: tuple[Total, ...] = ()
    demo: bool = False
    notices: tuple[str, ...] = ()
    """What the user should know about the whole: a broken config line, a ledger from a newer version."""
    next_at: datetime | None = None
    """The next refresh of any account."""

    def account(self, id: str) -> AccountView | None:
        return next((account for account in self.accounts if account.id == id), None)
