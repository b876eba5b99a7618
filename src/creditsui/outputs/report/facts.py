"""What is known of one account beside its bar: names and their parts, each only where it has something to say."""

from collections.abc import Iterator

from creditsui.domain import format as words
from creditsui.domain import grid
from creditsui.domain.board import AccountView, BudgetUse, Hit, Lot, Pace, Spike
from creditsui.domain.observe import UNSEEN
from creditsui.domain.reading import Certainty, Window
from creditsui.domain.spike import during
from creditsui.outputs.report import bar
from creditsui.outputs.report.markup import DOT, Markup, between, join, tag
from creditsui.outputs.report.say import UNKNOWN, Say

_WINDOWS, _LOTS, _EXPIRED, _HITS, _CULPRITS, _OTHERS, _MODELS = 8, 4, 2, 4, 3, 3, 4
_STATES = {"gathering": "gathering: needs 3 days of spend", "idle": "nothing spent for a week"}
_SOON = 7
"""Days before its end from which credit that ends is marked."""


def facts(view: AccountView, say: Say) -> Markup | None:
    """A list of them all."""
    pairs = [join(tag("dt", name), tag("dd", said)) for name, said in _pairs(view, say)]
    return tag("dl", *pairs, class_="facts") if pairs else None


def _pairs(view: AccountView, say: Say) -> Iterator[tuple[str, Markup]]:
    yield from _runway(view, say)
    if view.purse is not None and view.balance is not None and view.purse != view.balance.remaining:
        yield "purse", join(_strong(say.amount(view.purse)), _dim(" in the account"))
    yield from _cap(view, say)
    if len(view.balances) > 1:
        yield "purses", _parts([_strong(say.amount(one.remaining)) for one in view.balances])
    if view.budget is not None:
        yield "budget", _budget(view.budget, say)
    yield from _credit(view, say)
    moved = _drift(view, say)
    if moved is not None:
        yield "drift", moved
    if view.windows:
        yield "windows", tag("ul", *(_window(view, one, say) for one in view.windows[:_WINDOWS]), class_="windows")
    if view.spend is not None and view.spend.models and not say.hidden:
        dearest = view.spend.models[:_MODELS]
        yield "models", _parts([join(_strong(say.amount(one.amount)), f" {one.model}") for one in dearest])
    if view.spike is not None:
        yield "spike", _spike(view.spike, say)
    if view.hits and not say.hidden:
        yield "hits", tag("ul", *(_hit(view, one, say) for one in view.hits[:_HITS]), class_="hits")


# ── how long, how much ───────────────────────────────────────────────────────────────────────────────────────────────


def _runway(view: AccountView, say: Say) -> Iterator[tuple[str, Markup]]:
    it = view.runway
    pace = [join(_strong(say.amount(view.burn)), _dim(" a day"))] if view.burn is not None else []
    if it.state == "known" and it.empty_on is not None:
        yield "empty", _parts([join(_strong(words.weekday(it.empty_on, say.today)), _dim(" most likely")), *pace])
    elif it.state in _STATES:
        yield "runway", _parts([_dim(_STATES[it.state]), *pace])
    elif pace:
        yield "burning", _parts(pace)


def _cap(view: AccountView, say: Say) -> Iterator[tuple[str, Markup]]:
    it = view.limit
    if it is None:
        return
    left = join(_strong(say.amount(it.remaining if it.remaining is not None else it.amount)))
    whole = _dim(f" left of {say.amount(it.amount)}" if it.remaining is not None else " in all")
    yield "cap", _parts([join(left, whole), *([_dim(it.resets)] if it.resets else [])])


def _budget(it: BudgetUse, say: Say) -> Markup:
    whole = say.figures(words.budget(it))
    if it.remaining is None:
        return _parts([_strong(whole), _dim(f"{UNKNOWN} spent: not known")])
    if it.remaining.micros < 0:
        parts = [join(_warn(say.amount(-it.remaining)), _dim(f" over {whole}"))]
    else:
        parts = [join(_strong(say.amount(it.remaining)), _dim(f" left of {whole}"))]
    if it.projected is not None and it.resets_at is not None and it.per != "day":
        over = it.projected.micros > it.amount.micros
        by = _dim(f" spent by {say.day(it.resets_at.astimezone(say.zone).date())}")
        parts.append(join((_warn if over else _strong)(say.amount(it.projected)), by))
    if it.seen_since is not None:
        parts.append(_dim(f"seen since {say.short(it.seen_since)}"))
    return _parts(parts)


def _credit(view: AccountView, say: Say) -> Iterator[tuple[str, Markup]]:
    if view.proposals:
        first, more = view.proposals[0], len(view.proposals) - 1
        also = f" (+{more} more)" if more else ""
        yield "came in", join(_gain(say.signed(first.amount)), _dim(f" {say.short(first.at)}, not booked{also}"))
    if view.allowance is not None:
        yield "gifts", join(_gain(say.figures(words.allowance(view.allowance))), _dim(" by itself"))
    if len(view.lots) > 1 or (view.lots and view.lots[0].expires_at is not None):
        rest = len(view.lots) - _LOTS
        more_lots = [_dim(f"and {rest} more")] if rest > 0 else []
        yield "lots", _parts([*(_lot(lot, say) for lot in view.lots[:_LOTS]), *more_lots])
    if view.expired:
        gone = view.expired[:_EXPIRED]
        yield (
            "expired",
            _parts([join(_loss(say.amount(one.amount)), _dim(f" after {say.day(one.on)}")) for one in gone]),
        )
    if view.topups:
        last = view.topups[0]
        yield "top-up", join(_gain(say.signed(last.amount)), _dim(f" {say.short(last.at)}"))


def _lot(lot: Lot, say: Say) -> Markup:
    kind = "" if lot.kind == "paid" else f" {lot.kind}"
    if lot.expires_at is None:
        return join(_strong(say.amount(lot.remaining)), _dim(f"{kind} for ever"))
    near = (lot.expires_at - say.today).days <= _SOON
    ends = (_warn if near else _dim)(f" ends {say.day(lot.expires_at)}")
    return join(_strong(say.amount(lot.remaining)), _dim(kind) if kind else None, ends)


def _drift(view: AccountView, say: Say) -> Markup | None:
    it, parts = view.drift, []
    if view.wide and view.error is not None:
        parts.append(_warn(f"±{say.amount(view.error)} by now: worth a sync"))
    if it is not None and it.amount.micros:
        missed = "unseen" if it.amount.micros > 0 else "overcounted"
        size = max(it.amount, -it.amount)
        parts.append(join(_strong(say.amount(size)), _dim(f" {missed} since {say.short(it.since)}")))
    if it is not None and it.share is not None and round(it.share * 100):
        more = "unseen beside what is seen" if it.share > 0 else "cheaper than priced"
        parts.append(_dim(f"{abs(it.share):.0%} {more}"))
    return _parts(parts) if parts else None


# ── windows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _window(view: AccountView, window: Window, say: Say) -> Markup:
    left = words.percent(min(max(1 - window.used, 0.0), 1.0))
    name = words.quota(window)
    refill = f"refills {say.short(window.resets_at)}" if window.resets_at is not None else ""
    said, dry = _course(view.pace(window), say)
    label = ", ".join(part for part in (f"{name}: {left} left", refill, said) if part)
    notes = [_dim(refill)] if refill else []
    notes += [(_warn if dry else _dim)(said)] if said else []
    row = [tag("span", name, class_="what"), bar.small(view, window, label), tag("b", left)]
    return tag("li", *row, tag("span", _parts(notes), class_="note") if notes else None)


def _course(pace: Pace | None, say: Say) -> tuple[str, bool]:
    """What a window is on course for, and whether it runs dry before it refills."""
    if pace is None or pace.projected is None:
        return "", False
    if pace.projected <= 1:
        return f"on course for {words.percent(1 - pace.projected)} left at reset", False
    used = f"on course for {words.projected(pace)} used"
    if pace.runs_out_at is None:
        return used, False
    return f"{used}: dry {say.short(pace.runs_out_at)}", True


# ── what took it ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _spike(spike: Spike, say: Say) -> Markup:
    when = f" since {say.short(spike.since)}"
    if spike.until is not None:
        when = f" {say.short(spike.since)} – {say.short(spike.until)}"
    usual = f"{words.times_usual(spike)} the usual {say.amount(spike.usual)}"
    lead = (_dim if spike.until is not None else _warn)("↯ ")
    parts = [join(lead, _loss(say.amount(spike.amount)), _dim(when)), _dim(usual)]
    if say.hidden:
        return _parts(parts)
    who = [
        join(_strong(say.amount(one.amount)), f" {' · '.join(part for part in (one.model, one.project) if part)}")
        for one in spike.culprits[:_CULPRITS]
    ]
    return join(_parts(parts), tag("ul", *(tag("li", one) for one in who), class_="who") if who else None)


def _hit(view: AccountView, hit: Hit, say: Say) -> Markup:
    cause = _cut(hit.parts[0].cause if hit.parts else hit.cause)
    mark = _warn(" ↯") if during(view.spike, hit.at) else None
    main = join(_loss(say.signed(-hit.amount)), tag("span", cause, mark, class_="cause"), _dim(say.short(hit.at)))
    others = hit.parts[1:]
    unseen = [part for part in others if part.cause == UNSEEN]
    calls = [part for part in others if part.cause != UNSEEN][: _OTHERS - len(unseen)]
    said = [f"{say.amount(part.amount)} {_cut(part.cause)}" for part in (*calls, *unseen)]
    if len(others) > _OTHERS:
        said.append(f"and {len(others) - _OTHERS} more")
    return tag("li", main, tag("span", " · ".join(said), class_="note") if said else None)


def _cut(cause: str) -> str:
    return grid.cut(cause[:200], 80)


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def source(view: AccountView, say: Say) -> str:
    """Where the number comes from and when: `read 19:40`, `synced 16:40 · ±$0.80`, `2h old`; certainty in a word."""
    if view.read_at is None:
        return "never read"
    verb = {"live": "read", "synced": "synced", "estimated": "synced"}.get(view.certainty, "seen")
    parts = [f"{verb} {say.short(view.read_at)}"]
    if view.certainty is Certainty.ESTIMATED:
        parts.append("estimated since")
        if view.error is not None and view.error.micros:
            parts.append(f"±{say.amount(view.error)}")
    age = view.age(say.now)
    if view.stale and age is not None:
        parts.append(words.old(age))
    return " · ".join(parts)


def _parts(parts: list[Markup]) -> Markup:
    return between(DOT, (tag("span", part, class_="part") for part in parts))


def _strong(said: str) -> Markup:
    return tag("b", said)


def _dim(said: str) -> Markup:
    return tag("span", said, class_="dim")


def _warn(said: str) -> Markup:
    return tag("span", said, class_="warn")


def _gain(said: str) -> Markup:
    return tag("b", said, class_="gain")


def _loss(said: str) -> Markup:
    return tag("b", said, class_="loss")
