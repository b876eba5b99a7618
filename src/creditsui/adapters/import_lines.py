"""Lines of JSON as rows of a ledger: only what makes sense comes in, as clean text and exact sums."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import UNSET, Meta, MsgspecError, Struct, UnsetType, ValidationError
from msgspec.json import Decoder

from creditsui.adapters.usage_store import key_from
from creditsui.domain.call import Call
from creditsui.domain.clean import clean
from creditsui.domain.entry import CreditKind, Entry
from creditsui.domain.money import AmountError, Money, money
from creditsui.domain.reading import (
    Balance,
    Certainty,
    DaySpend,
    Limit,
    ModelSpend,
    ProbeCost,
    Reading,
    Recorded,
    ReportedSpend,
    Window,
)

Instant = Annotated[datetime, Meta(tz=True)]
Name = Annotated[str, Meta(min_length=1, max_length=64)]
Count = Annotated[int, Meta(ge=0, le=2**53)]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class BadLine(ValueError):
    """The line is no row of a ledger; the text says why, and repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class ReadingLine:
    account: str
    recorded: Recorded


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call with what the ledger knows of it beside."""

    call: Call
    account: str
    source: str
    billing: str
    cost: Money | None
    currency: str


Line = ReadingLine | CallLine | Entry
"""An entry has the number 0: it gets another one in every ledger."""


class _Amount(Struct):
    amount: Decimal
    currency: str


class _Balance(Struct):
    remaining: Decimal
    currency: str
    granted: Decimal | None = None
    paid: Decimal | None = None


class _Limit(_Amount):
    remaining: Decimal | None = None
    resets: str | None = None


class _Window(Struct):
    name: str
    used: Annotated[float, Meta(ge=0)]
    limit: float | None = None
    remaining: float | None = None
    unit: str = "fraction"
    resets_at: Instant | None = None
    seconds: Count | None = None
    counts: bool = True


class _Day(_Amount):
    day: date


class _Model(_Amount):
    model: str


class _Spend(Struct):
    days: list[_Day] = []
    since: date | None = None
    all: _Amount | None = None
    models: list[_Model] = []
    late_seconds: Annotated[float, Meta(ge=0, le=1e8)] = 0.0


class _Probe(Struct):
    model: str
    input: Count
    output: Count
    cost: Decimal
    currency: str


class _Reading(Struct, tag_field="kind", tag="reading"):
    account: Name
    at: Instant
    until: Instant | None = None
    certainty: Certainty = Certainty.LIVE
    balances: list[_Balance] = []
    limit: _Limit | None = None
    windows: list[_Window] = []
    spend: _Spend | None = None
    plan: str | None = None
    badges: list[str] = []
    probe: _Probe | None = None


class _Entry(Struct, tag_field="kind", tag="entry"):
    id: Name
    type: Literal["sync", "topup", "adjust", "undo"]
    account: Name
    at: Instant
    booked_at: Instant | None = None
    amount: Decimal | None = None
    currency: str = ""
    expires_at: date | None = None
    note: str = ""
    undoes: str | None = None
    credit: CreditKind = "paid"


class _Usage(Struct, tag_field="kind", tag="usage"):
    key: Annotated[str, Meta(min_length=1, max_length=200)]
    source: Name
    account: Name
    at: Instant
    model: str
    input: Count = 0
    output: Count = 0
    cache_read: Count = 0
    cache_write: Count = 0
    reasoning: Count = 0
    cost: Decimal | UnsetType | None = UNSET
    currency: str = "USD"
    billing: Literal["metered", "subscription", "unknown"] = "metered"
    project: str = ""
    session: str = ""
    provider: str = ""
    tier: str = ""
    low: bool = False
    cache_write_1h: Count = 0
    side: bool = False
    group: Annotated[int, Meta(ge=0, lt=2**23)] = 0


_DECODER = Decoder(_Reading | _Entry | _Usage)
_LONG, _SHORT = 200, 80


def line(text: bytes) -> Line:
    """The row that a line stands for. Raises BadLine."""
    try:
        row = _DECODER.decode(text)
    except ValidationError as wrong:
        raise BadLine(_reason(str(wrong))) from None
    except (MsgspecError, UnicodeDecodeError, RecursionError):
        raise BadLine("it is no JSON object") from None
    try:
        if isinstance(row, _Reading):
            return _reading(row)
        return _entry(row) if isinstance(row, _Entry) else _call(row)
    except AmountError as wrong:
        raise BadLine(str(wrong)) from None


def _reason(said: str) -> str:
    """What the decoder says, without what the line itself said."""
    what, _, where = said.partition(" - at `$.")
    where = where.rstrip("`")
    if what.startswith("Invalid"):
        return f"{where or 'kind'} means nothing here"
    what = what.replace("Object missing required field", "it lacks").replace("`", "")
    what = what[:1].lower() + what[1:]
    return f"{where}: {what}" if where else what


def _reading(row: _Reading) -> ReadingLine:
    at, until = row.at.astimezone(UTC), (row.until or row.at).astimezone(UTC)
    if until < at:
        raise BadLine("it ends before it begins")
    reading = Reading(
        at=at,
        balances=tuple(
            Balance(money(one.remaining, one.currency), _part(one.granted, one.currency), _part(one.paid, one.currency))
            for one in row.balances
        ),
        limit=None if row.limit is None else _limit(row.limit),
        windows=tuple(map(_window_of, row.windows)),
        spend=None if row.spend is None else _spend_of(row.spend),
        plan=None if row.plan is None else clean(row.plan),
        badges=tuple(map(clean, row.badges)),
        probe=None if row.probe is None else _probe(row.probe),
        certainty=row.certainty,
    )
    return ReadingLine(clean(row.account), Recorded(reading, until))


def _part(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else money(amount, currency)


def _limit(row: _Limit) -> Limit:
    resets = None if row.resets is None else clean(row.resets)
    return Limit(money(row.amount, row.currency), _part(row.remaining, row.currency), resets)


def _window_of(row: _Window) -> Window:
    resets = None if row.resets_at is None else row.resets_at.astimezone(UTC)
    return Window(clean(row.name), row.used, row.limit, row.remaining, clean(row.unit), resets, row.seconds, row.counts)


def _spend_of(row: _Spend) -> ReportedSpend:
    return ReportedSpend(
        tuple(DaySpend(one.day, money(one.amount, one.currency)) for one in row.days),
        row.since,
        None if row.all is None else money(row.all.amount, row.all.currency),
        tuple(ModelSpend(clean(one.model), money(one.amount, one.currency)) for one in row.models),
        timedelta(seconds=row.late_seconds),
    )


def _probe(row: _Probe) -> ProbeCost:
    return ProbeCost(clean(row.model), row.input, row.output, money(row.cost, row.currency))


def _entry(row: _Entry) -> Entry:
    if (row.type == "undo") != (row.amount is None):
        raise BadLine("an undo has no amount" if row.type == "undo" else "the amount is missing")
    if row.type == "undo" and not row.undoes:
        raise BadLine("it does not say what it undoes")
    amount = None if row.amount is None else money(row.amount, row.currency)
    if row.type == "topup" and amount is not None and amount.micros <= 0:
        raise BadLine("a top-up is more than 0")
    at = row.at.astimezone(UTC)
    return Entry(
        number=0,
        id=clean(row.id),
        type=row.type,
        account=clean(row.account),
        at=at,
        booked_at=(row.booked_at or at).astimezone(UTC),
        amount=amount,
        expires_at=row.expires_at,
        kind=row.credit,
        note=clean(row.note, 500),
        undoes=clean(row.undoes) if row.undoes and row.type == "undo" else None,
    )


def _call(row: _Usage) -> CallLine:
    if row.cost is UNSET:
        raise BadLine("the cost is missing; null says that it is not known")
    if row.cache_write_1h > row.cache_write or row.reasoning > row.output:
        raise BadLine("a part is more than the whole")
    at = row.at.astimezone(UTC)
    call = Call(
        key_from(row.key), (at - _EPOCH) // _MILLISECOND, clean(row.model, 120), row.input, row.output, row.cache_read,
        row.cache_write, row.cache_write_1h, row.reasoning, clean(row.provider, 60), clean(row.project, _SHORT),
        clean(row.session, _SHORT), clean(row.tier, 20), row.low, row.side, row.group, row.billing,
    )  # fmt: skip
    cost = None if row.cost is None or isinstance(row.cost, UnsetType) else money(row.cost, row.currency)
    currency = money(0, row.currency).currency
    return CallLine(call, clean(row.account), clean(row.source), row.billing, cost, currency)
