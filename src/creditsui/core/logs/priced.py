"""What calls cost: by unit prices that were kept, so that the price table is loaded for a new model only."""

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from creditsui.adapters import spare
from creditsui.core import configured
from creditsui.core.session import Session
from creditsui.paths import ensure
from creditsui.pricing.table import fingerprint
from creditsui.pricing.unit import UnitPrice, from_json, price, to_json
from creditsui.sources import catalogue

if TYPE_CHECKING:
    from creditsui.adapters.usage_store import UsageStore

_TABLE = "prices"
_MOST = 10_000
"""Models whose prices are kept beside the ledger."""
_Model = tuple[str, str, str]
"""Provider, model, tier."""


class NeedsTable(Exception):
    """Something can only be priced with the price table, which this process shall not load."""


class Prices:
    """The unit prices of one run. `table`: whether the price table may be loaded here.

    The ledger keeps those of its calls. A file beside the last board keeps all that this machine ever asked of the same
    table, so that a fresh ledger does not wait for it either.
    """

    def __init__(self, session: Session, *, table: bool = True) -> None:
        self._table = table
        told = configured.current(session).rest.get("prices", {})
        self._own: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
        self.fingerprint = fingerprint(self._own)
        """Of the price table and of the user's own prices: another one prices history anew."""
        self._known: dict[_Model, tuple[UnitPrice, ...]] = {}
        self._file = str(session.paths.prices)
        self._kept: dict[_Model, str] | None = None
        self._asked = False

    def settle(self, store: "UsageStore") -> None:
        """Price everything anew where the table or the user's prices are others than the last time."""
        if store.meta(_TABLE) == self.fingerprint:
            return
        if not self._table and store.kinds():
            raise NeedsTable  # it may be much to price
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
                known = from_json(kept)
            else:
                known = self._fresh(provider, model, tier)
                store.keep_units(provider, model, tier, to_json(known))
            self._known[provider, model, tier] = known
        return known

    def _fresh(self, provider: str, model: str, tier: str) -> tuple[UnitPrice, ...]:
        if self._kept is None:
            self._kept = _kept(spare.load(self._file), self.fingerprint)
        if not model:
            return ()
        kept = self._kept.get((provider, model, tier))
        if kept is not None:
            try:
                return from_json(kept)
            except (ValueError, TypeError, RecursionError):
                pass  # not ours: the table tells
        if not self._table:
            raise NeedsTable
        from creditsui.pricing.quote import units

        found = tuple(units(provider, model, tier, self._own))
        self._kept[provider, model, tier] = to_json(found)
        self._asked = True
        return found

    def keep(self) -> None:
        """Keep for later what the table was asked for."""
        if self._asked and self._kept is not None:
            rows = [[*model, units] for model, units in self._kept.items()][-_MOST:]
            with suppress(OSError):
                ensure(Path(self._file).parent)
            spare.keep(self._file, json.dumps({"fingerprint": self.fingerprint, "units": rows}).encode())
            self._asked = False


def _kept(data: bytes | None, fingerprint: str) -> dict[_Model, str]:
    """What the file holds, as far as it is of this table."""
    try:
        told = json.loads(data or b"{}")
        if told["fingerprint"] != fingerprint:
            return {}
        return {(provider, model, tier): units for provider, model, tier, units in told["units"]}
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
