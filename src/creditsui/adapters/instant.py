"""Instants as the ledger keeps them: whole microseconds since 1970, so they sort and compare as numbers."""

from datetime import UTC, datetime, timedelta

Micros = int

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)


def micros(instant: datetime) -> Micros:
    """Raises ValueError for an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return (instant - _EPOCH) // _MICRO


def utc(instant: Micros) -> datetime:
    return _EPOCH + timedelta(microseconds=instant)
