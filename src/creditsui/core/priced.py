"""What calls cost: by unit prices that the ledger keeps, so that the price table is loaded for a new model only."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from creditsui.core import configured
from creditsui.core.session import Session
from creditsui.pricing.table import fingerprint
from creditsui.pricing.unit import UnitPrice, price
from creditsui.sources import catalogue

if TYPE_CHECKING:
    from creditsui.adapters.usage_store import UsageStore

_TABLE = "prices"


class NeedsTable(Exception):
    """Something can only be priced with the price table, which this process shall not load."""


class Prices:
    """The unit prices of one run. `table`: whether the price table may be loaded here."""

    def __init__(self, session: Session, *, table: bool = True) -> None:
        self._table = table
        told = configured.current(session).rest.get("prices", {})
        self._own: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
        self._known: dict[tuple[str, str, str], tuple[UnitPrice, ...]] = {}

    @property
    def fingerprint(self) -> str:
        """Of the price table and of the user's own prices: another one prices history anew."""
        return fingerprint(self._own)

    def settle(self, store: "UsageStore") -> None:
        """Price everything anew where the table or the user's prices are others than the last time."""
        if store.meta(_TABLE) == self.fingerprint:
            return
        if not self._table:
            raise NeedsTable
        store.forget_units()
        for kind in store.kinds():
            if not kind.own:
                summed = kind.source in catalogue() and catalogue()[kind.source].sums
                units = self.units(store, kind.provider, kind.model, kind.tier)
                store.reprice(kind, partial(price, units=units, summed=summed))
        store.set_meta(_TABLE, self.fingerprint)

    def units(self, store: "UsageStore", provider: str, model: str, tier: str) -> tuple[UnitPrice, ...]:
        known = self._known.get((provider, model, tier))
        if known is None:
            kept = store.units(provider, model, tier)
            if kept is not None:
                known = tuple(UnitPrice(**one) for one in json.loads(kept))
            elif not self._table:
                raise NeedsTable
            else:
                from creditsui.pricing.quote import units

                known = tuple(units(provider, model, tier, self._own)) if model else ()
                store.keep_units(provider, model, tier, json.dumps([asdict(one) for one in known]))
            self._known[provider, model, tier] = known
        return known
