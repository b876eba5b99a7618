"""What logs told, into the ledger: whose calls are, who pays for them, and what they cost."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from creditsui.core import configured
from creditsui.domain.call import Call
from creditsui.domain.clean import clean
from creditsui.pricing.table import maker
from creditsui.pricing.unit import UnitPrice, cost
from creditsui.sources import catalogue

if TYPE_CHECKING:
    from creditsui.adapters.usage_store import UsageStore
    from creditsui.adapters.usage_tables import Kept, Kind
    from creditsui.core.logs.priced import Prices
    from creditsui.core.logs.reading import Counted, Shared, Told
    from creditsui.core.logs.settings import Settings
    from creditsui.core.session import Session
    from creditsui.sources.spec import Source

_Row = tuple[Any, ...]
"""As in the ledger's `calls`."""


class Keeper:
    """Settled once for a run."""

    def __init__(self, session: "Session", chosen: Mapping[str, "Settings"], prices: "Prices") -> None:
        self._chosen = chosen
        self._billing = {id: _billing(session, source, chosen[id]) for id, source in catalogue().items()}
        self._of_provider: dict[str, str] = {}
        for account in configured.current(session).accounts:  # one that is only detected is called as its provider
            if account.id == account.provider or account.provider not in self._of_provider:
                self._of_provider[account.provider] = account.id
        self._prices = prices

    def settle(self, store: "UsageStore") -> None:
        """Say anew whose earlier calls are and what they cost, where settings or the price table changed."""
        store.reattribute(self.account)
        self._prices.settle(store)

    def account(self, kind: "Kind") -> str:
        source = catalogue().get(kind.source)
        if source is None:
            return kind.account or kind.source
        if self._chosen[source.id].account:
            return self._chosen[source.id].account
        if kind.billing == "subscription" and source.plan and kind.provider in {"", source.account}:
            return self._of_provider.get(source.plan, source.plan)
        provider = kind.provider or maker(kind.model) or source.account or source.id
        return self._of_provider.get(provider, provider)

    def _paid_by(self, id: str, call: Call) -> str:
        """A plan is one vendor's: models of others that the same agent calls are paid for elsewhere."""
        source, billing = catalogue()[id], self._billing[id]
        foreign = call.provider or maker(call.model)
        if billing == "subscription" and self._chosen[id].billing == "auto" and foreign not in {"", source.account}:
            return "metered"
        return billing

    def keep(self, store: "UsageStore", batch: "Sequence[Told]") -> "Kept":
        """The calls of these parts, and how far their logs were read, at once."""
        from creditsui.adapters.usage_tables import FileState

        kept = store.keep(row for told in batch for row in self._rows(store, told))
        for work, results in batch:
            last = results[-1]
            store.keep_file(
                work.source,
                FileState(
                    str(work.path), last.identity, last.size, work.changed, last.offset,
                    catalogue()[work.source].version, last.state, last.skipped_in_all,
                ),
            )  # fmt: skip
        return kept

    def _rows(self, store: "UsageStore", told: "Told") -> Iterator[_Row]:
        work, results = told
        for result in results:
            for shared, calls in result.groups:
                yield from self._group(store, work.source, shared, calls)

    def _group(self, store: "UsageStore", source: str, shared: "Shared", calls: "Sequence[Counted]") -> list[_Row]:
        """Rows of `calls`; made by the hundred thousand."""
        model, provider, tier, low, billing, project, session = shared
        common = Call(0, 0, clean(model, 120), provider=clean(provider, 60), tier=clean(tier, 20), low=low,
                      billing=billing)  # fmt: skip
        kind = store.kind(source, common, self._paid_by(source, common), self.account)
        place = store.place(clean(project, 80), clean(session, 80))
        units = self._prices.units(store, kind.provider, kind.model, kind.tier)
        rows: list[_Row] = []
        for unit, some in _by_unit(units, calls, summed=catalogue()[source].sums):
            rows += _priced(unit, some, kind, place)
        return rows


def _by_unit(
    units: tuple[UnitPrice, ...], calls: "Sequence[Counted]", *, summed: bool
) -> "Iterable[tuple[UnitPrice | None, Sequence[Counted]]]":
    """Calls by the price that holds for them, as `price` finds it."""
    if units and units[0].always:
        return [(units[0], calls)]
    found: list[tuple[UnitPrice | None, list[Counted]]] = [(unit, []) for unit in (*units, None)]
    for call in calls:
        at, prompt = call[1], 0 if summed else call[2] + call[4] + call[5]
        for unit, held in found:
            if unit is None or unit.holds(at, prompt):
                held.append(call)
                break
    return found


def _priced(unit: UnitPrice | None, calls: "Sequence[Counted]", kind: "Kind", place: int) -> list[_Row]:
    id = kind.id
    if unit is None:
        return [
            (key, at, id, place, input, output, read, written, hour, reasoning, recorded, tag)
            for key, at, input, output, read, written, hour, reasoning, recorded, tag in calls
        ]
    fresh, out, again, short, long = unit.input, unit.output, unit.cache_read, unit.cache_write, unit.cache_write_1h
    if out is not None and again is not None and short is not None and long is not None:
        return [  # as `cost` does, in a tenth of the time
            (key, at, id, place, input, output, read, written, hour, reasoning,
             (input * fresh + output * out + read * again + (written - hour) * short + hour * long + 500_000)
             // 1_000_000, tag)
            for key, at, input, output, read, written, hour, reasoning, _, tag in calls
        ]  # fmt: skip
    rows: list[_Row] = []
    for key, at, input, output, read, written, hour, reasoning, recorded, tag in calls:
        told = cost(Call(key, at, kind.model, input, output, read, written, hour), unit)
        told = recorded if told is None else told
        rows.append((key, at, id, place, input, output, read, written, hour, reasoning, told, tag))
    return rows


def _billing(session: "Session", source: "Source", chosen: "Settings") -> str:
    if chosen.billing != "auto":
        return chosen.billing
    if source.on_plan is None:
        return "metered"
    try:
        return "subscription" if source.on_plan(session.env, session.paths.home) else "metered"
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return "metered"
