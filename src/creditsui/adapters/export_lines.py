"""Rows of a ledger as lines of JSON: the form in which it moves between machines.

Amounts are exact decimals in whole units, instants UTC. A key at its usual value is left out, but for those that every
line of its kind has.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec.json import Encoder

from creditsui.adapters.usage_tables import Kind
from creditsui.adapters.usage_told import CallRow, key_text
from creditsui.domain.entry import Entry
from creditsui.domain.money import MICRO, Money
from creditsui.domain.reading import Balance, Recorded, ReportedSpend, Window

_MICRO = Decimal(MICRO)
_ENCODER = Encoder(decimal_format="number")


def reading_line(account: str, recorded: Recorded) -> bytes:
    reading = recorded.reading
    row: dict[str, Any] = {"kind": "reading", "account": account, "at": reading.at}
    if recorded.until != reading.at:
        row["until"] = recorded.until
    row["certainty"] = reading.certainty.value
    row["balances"] = [_balance(one) for one in reading.balances]
    if reading.limit is not None:
        row["limit"] = _told(_money(reading.limit.amount, "amount"), remaining=_amount(reading.limit.remaining),
                             resets=reading.limit.resets)  # fmt: skip
    if reading.windows:
        row["windows"] = [_window(one) for one in reading.windows]
    if reading.spend is not None:
        row["spend"] = _spend(reading.spend)
    row |= _told({}, plan=reading.plan, badges=reading.badges or None)
    if reading.probe is not None:
        probe = reading.probe
        row["probe"] = {"model": probe.model, "input": probe.input, "output": probe.output} | _money(probe.cost, "cost")
    return _ENCODER.encode(row)


def entry_line(entry: Entry) -> bytes:
    row: dict[str, Any] = {
        "kind": "entry",
        "id": entry.id,
        "type": entry.type,
        "account": entry.account,
        "at": entry.at,
    }
    row["booked_at"] = entry.booked_at
    if entry.amount is not None:
        row |= _money(entry.amount, "amount")
    row |= {"expires_at": entry.expires_at, "note": entry.note}
    return _ENCODER.encode(row | _told({}, undoes=entry.undoes, credit=entry.kind if entry.type == "topup" else None))


def call_line(row: CallRow, kind: Kind, project: str, session: str) -> bytes:
    key, at, _, _, input, output, cache_read, cache_write, hour, reasoning, cost, tag = row
    told: dict[str, Any] = {
        "kind": "usage", "key": key_text(key), "source": kind.source, "account": kind.account,
        "at": datetime.fromtimestamp(at // 1000, UTC) + timedelta(milliseconds=at % 1000), "model": kind.model,
        "input": input, "output": output, "cache_read": cache_read, "cache_write": cache_write, "reasoning": reasoning,
        "cost": None if cost is None else Decimal(cost) / _MICRO, "currency": kind.currency, "billing": kind.billing,
        "project": project, "session": session,
    }  # fmt: skip
    more = {"provider": kind.provider, "tier": kind.tier, "low": kind.low, "cache_write_1h": hour}
    more |= {"side": bool(tag & 1), "group": tag >> 1}
    return _ENCODER.encode(told | {name: value for name, value in more.items() if value})


def _amount(amount: Money | None) -> Decimal | None:
    return None if amount is None else Decimal(amount.micros) / _MICRO


def _money(amount: Money, name: str) -> dict[str, Any]:
    return {name: _amount(amount), "currency": amount.currency}


def _told(row: dict[str, Any], **more: object) -> dict[str, Any]:
    return row | {name: value for name, value in more.items() if value is not None}


def _balance(one: Balance) -> dict[str, Any]:
    return _told(_money(one.remaining, "remaining"), granted=_amount(one.granted), paid=_amount(one.paid))


def _window(one: Window) -> dict[str, Any]:
    row = _told({"name": one.name, "used": one.used}, limit=one.limit, remaining=one.remaining)
    row = _told(row | {"unit": one.unit}, resets_at=one.resets_at, seconds=one.seconds)
    return row if one.counts else row | {"counts": False}


def _spend(spend: ReportedSpend) -> dict[str, Any]:
    row: dict[str, Any] = _told({}, since=spend.since)
    if spend.all is not None:
        row |= {"all": _money(spend.all, "amount")}
    if spend.days:
        row["days"] = [{"day": one.day} | _money(one.amount, "amount") for one in spend.days]
    if spend.models:
        row["models"] = [{"model": one.model} | _money(one.amount, "amount") for one in spend.models]
    return row | ({"late_seconds": spend.late.total_seconds()} if spend.late else {})
