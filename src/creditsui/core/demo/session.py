"""The demo: the real app on invented accounts, in a folder, with a clock and answers of its own. No key, no network."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING

from creditsui.core.demo import story
from creditsui.core.demo.clock import LOOP, REJECTED, Calendar, place
from creditsui.core.demo.story import Purse
from creditsui.core.session import Session
from creditsui.domain.cadence import AskState
from creditsui.domain.entry import CreditKind
from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Limit, Reading, Window
from creditsui.domain.reconcile import carry, histories
from creditsui.domain.secret import Secret
from creditsui.paths import Paths, ensure
from creditsui.providers import catalogue
from creditsui.providers.spec import Answers, Feed, Get, Provider

if TYPE_CHECKING:
    from creditsui.adapters.ledger import Ledger
    from creditsui.core.asking.round import Outcome, Round

PACE = 8.0
"""How many seconds of the demo pass in one of ours where a user wants its usual speed: the story takes a minute."""
_BEAT = timedelta(seconds=2)
"""Of real time: how often something may happen, but never more than once a minute of the demo's own time."""
_FIVE_HOURS, _REFILL = timedelta(hours=5), timedelta(minutes=72)
"""The plan's window, and what it has to go at the start."""
_TRIES = 20
_HINTS = {"xai": "9k2d", "moonshot": "77b0", "openrouter": "a1f3", "deepseek": "c4e8"}
_CONFIG = """\
# The demo's settings. They are real: change them here or in the app, they vanish with the demo.
schema = 1
timezone = "UTC"
refresh_minutes = 1

[accounts.xai]
label = "xAI"
key = "keyring"
capacity = 10.0

[accounts.openai]
label = "OpenAI"
capacity = 20.0

[accounts.openai.budget]
amount = 150.0
per = "month"

[accounts.claude]
label = "Claude Max"
key = "login"

[accounts.anthropic]
label = "Anthropic"
capacity = 30.0

[accounts.moonshot]
label = "Moonshot"
key = "keyring"
currency = "CNY"
capacity = 36.0

[accounts.openrouter]
label = "OpenRouter"
key = "file"
capacity = 50.0

[accounts.deepseek]
label = "DeepSeek"
key = "keyring"
currency = "CNY"
capacity = 72.0

[accounts.groq]
label = "Groq"
key = "file"

[alerts]
refills = true
"""
_KEY = Secret("sk-or-demo-a1f3")
"""What the demo asks OpenRouter with, until it is refused: no key, and any other one works."""


def demo_session(speed: float, folder: Path, now: Callable[[], datetime] | None = None) -> Session:
    """A session whose files all lie in `folder`, seeded with a month of history.

    `speed` is how many seconds of the demo pass in one of `now` (aware, UTC; default: the clock), beside the leaps of
    its calendar; at `PACE` the story takes a minute. The same `now` and `speed` tell the same story. Raises ValueError
    for a speed that is not above 0, OSError and LedgerError.
    """
    if not 0 < speed < 1e6:
        raise ValueError("The speed of the demo is a number above 0.")
    clock = now or (lambda: datetime.now(UTC))
    start = clock()

    def demo_now() -> datetime:
        return script.calendar.now((clock() - start) * speed)

    script = _Script(start, max(timedelta(minutes=1), _BEAT * speed), folder / "data" / "ledger.db")
    session = Session(
        paths=_paths(folder),
        env={},
        now=demo_now,
        providers=_providers,
        ask=script.ask,
        demo=True,
        hints=dict(_HINTS),
        pace=speed,
    )
    _write(session, start, script)
    return session


def _paths(folder: Path) -> Paths:
    return Paths(
        config=folder / "config" / "config.toml",
        declared=folder / "config" / "providers",
        keys=folder / "config" / "keys.toml",
        ledger=folder / "data" / "ledger.db",
        status=folder / "state" / "status.json",
        claude_status=folder / "state" / "claude-status.json",
        prices=folder / "state" / "prices.json",
        seen=folder / "state" / "seen",
        log=folder / "state" / "creditsui.log",
        home=folder / "home",
    )


def _nothing(answers: Answers) -> Reading:
    return Reading(at=answers.now)


@cache
def _providers() -> Mapping[str, Provider]:
    """The catalogue with nothing in it that could reach a network, another program's files or a keyring."""
    told = (Feed(name="demo", file="demo.json"),)
    keyed = (Get(name="demo", path="/"),)
    real = {
        "xai": Provider(
            id="xai", name="xAI", url="https://api.x.ai", console_url="https://console.x.ai", parse=_nothing
        ),
        "moonshot": Provider(
            id="moonshot",
            name="Moonshot",
            url="https://api.moonshot.cn",
            console_url="https://platform.moonshot.cn/console",
            parse=_nothing,
            currency="CNY",
        ),
        **catalogue(),
    }
    kept = {purse.id for purse in story.KEPT} | {"manual"}
    return MappingProxyType(
        {
            id: replace(
                one,
                asks=() if id in kept else keyed if id in ("groq", "openrouter") else told,
                tells=() if id in kept else one.tells,
                login=None,
                login_found=None,
            )
            for id, one in sorted(real.items())
        }
    )


class _Script:
    """Answers for every account as the story goes on."""

    def __init__(self, start: datetime, length: timedelta, ledger: Path) -> None:
        self.start, self.ledger = start, ledger
        self.calendar = Calendar(start, length, lambda at: self._resets(_REFILL, _FIVE_HOURS, at))
        self._courses = {purse.id: story.Course(purse) for purse in story.PURSES.values()}
        self._logged = 0
        """The last beat whose calls are in the ledger."""
        self._lock = Lock()

    async def ask(self, round: "Round") -> "Outcome":
        """What the account's provider says at this moment. Never raises."""
        from creditsui.core.asking.round import Outcome

        if not round.online:
            return Outcome()
        key = next((one.secret for one in round.credentials.slots.values()), None)
        answer = await asyncio.to_thread(self._told, round.account.id, round.now, key)
        return Outcome(None, answer) if isinstance(answer, Problem) else Outcome(answer)

    def _told(self, id: str, now: datetime, key: Secret | None) -> Reading | Problem:
        with self._lock:  # one look at the story at a time
            self._log(now)
            return self.answer(id, now, key)

    def answer(self, id: str, now: datetime, key: Secret | None = None) -> Reading | Problem:
        if id == "claude":
            return self.plan(now)
        if id == "groq":
            return self.groq(now, key is not None)
        purse = story.PURSES.get(id)
        if purse is None or purse in story.KEPT:
            return Problem("no_key", "The demo invents no answers for this account.", f"creditsui sync {id} AMOUNT")
        beat = self.calendar.beat(now)
        if purse.away[0] <= beat < purse.away[1]:
            provider = _providers()[id]
            return Problem("offline", f"Cannot reach {provider.url.removeprefix('https://')}")
        if purse is story.OPENROUTER and place(beat) >= REJECTED and (key is None or key == _KEY):
            renewed = self.calendar.begins(beat - place(beat) + LOOP + 1)
            return Problem("rejected", "OpenRouter rejected the key.", f"creditsui key set {id}", renewed)
        state = self._courses[id].at(beat)
        return self.reading(purse, now, state.cents, sum(state.gifts))

    def past(self, purse: Purse, point: story.Point) -> Reading:
        return self.reading(purse, point.at, point.cents, story.gift(purse, point.at, point.cents, self.start))

    def reading(self, purse: Purse, at: datetime, cents: int, gift: int) -> Reading:
        left = purse.money(cents)
        if purse is story.DEEPSEEK:
            granted = purse.money(gift)
            return Reading(at=at, balances=(Balance(left, granted, left - granted),))
        if purse is not story.OPENROUTER or at < self.start - story.LATE:
            return Reading(at=at, balances=(Balance(left),))
        calls = 3 + self.calendar.beat(at) % 900
        midnight = datetime.combine(at.date() + timedelta(days=1), time(), UTC)
        return Reading(
            at=at,
            balances=(Balance(left),),
            limit=Limit(money(100, "USD"), money("86.5", "USD") - purse.money(max(0, purse.left - cents)), "monthly"),
            windows=(Window("day", calls / 1000, 1000, 1000 - calls, "requests", midnight),),
        )

    def plan(self, at: datetime) -> Reading:
        """A subscription: a five-hour window that is over half used and refills in 72 minutes, and a weekly one
        that will not last."""
        return Reading(
            at=at,
            plan="Max 20x",
            windows=(
                self._window("5h", _FIVE_HOURS, _REFILL, 0.56, at),
                self._window("7d", timedelta(days=7), timedelta(days=5), 0.31, at),
            ),
        )

    def groq(self, at: datetime, keyed: bool) -> Reading | Problem:
        if not keyed:
            return Problem("rejected", "Groq rejected the key.", "creditsui key set groq")
        midnight = datetime.combine(at.date() + timedelta(days=1), time(), UTC)
        return Reading(
            at=at, badges=("free tier",), windows=(Window("day", 0.12, 14_400, 12_672, "requests", midnight),)
        )

    def _resets(self, left: timedelta, length: timedelta, at: datetime) -> datetime:
        """When a window is full again after an instant, where at the start it had `left` to go."""
        first = self.start + left
        return first + length * ((at - first) // length + 1)

    def _window(self, name: str, length: timedelta, left: timedelta, used: float, at: datetime) -> Window:
        """Used evenly, so that at the start it is `used` with `left` to go."""
        resets = self._resets(left, length, at)
        share = 1 - (resets - at) / length
        told = min(1.0, round(share * used / (1 - left / length), 2))
        return Window(name, told, resets_at=resets, seconds=int(length.total_seconds()))

    def _log(self, now: datetime) -> None:
        """Keep what the agents used up to now; calls that are kept already stay as they are."""
        from creditsui.adapters.ledger import open_ledger

        beat = self.calendar.beat(now)
        if beat <= self._logged:
            return
        rows = [
            call
            for purse in (*story.KEPT, story.OPENROUTER)
            for call in story.calls(self._courses[purse.id], self.calendar, self._logged + 1, beat)
        ]
        with open_ledger(self.ledger) as ledger:
            ledger.book_usage(rows)
        self._logged = beat


def _write(session: Session, start: datetime, script: _Script) -> None:
    """The settings and the ledger, as if the app had run for a month."""
    from creditsui.adapters.ledger import open_ledger
    from creditsui.core import settings
    from creditsui.core.accounts import credentials, keys
    from creditsui.core.demo import hermes as demo_hermes

    for path in (session.paths.config, session.paths.ledger, session.paths.status):
        ensure(path.parent)
    session.paths.config.write_text(_CONFIG, encoding="utf-8")
    session.paths.config.chmod(0o600)
    demo_hermes.settle(session.paths.home)
    keys.save(session, "openrouter", _KEY, "file")
    providers = session.providers()
    marks = {
        account.id: credentials.resolve(session, account, providers[account.provider]).fingerprint(account)
        for account in settings.config(session).accounts
    }
    with open_ledger(session.paths.ledger) as ledger, ledger.transaction():
        for purse in story.LIVE:
            _seed_live(ledger, purse, start, script, marks[purse.id])
        for purse in story.KEPT:
            _seed_kept(ledger, purse, start)
        for back in range(story.DAYS * 8, -1, -1):
            ledger.record("claude", script.plan(start - story.LATE - back * story.STEP))
        read = start - story.LATE
        ledger.save_state(AskState("claude", read, read, fingerprint=marks["claude"]))
        rejected = script.groq(read, False)
        assert isinstance(rejected, Problem)
        rejected = rejected.seen_since(start - timedelta(days=2))
        ledger.save_state(AskState("groq", read, None, 1, rejected, fingerprint=marks["groq"]))


def _seed_live(ledger: "Ledger", purse: Purse, start: datetime, script: _Script, mark: str) -> None:
    gone = purse.away[0] < 0
    ends = start + timedelta(minutes=purse.away[0]) if gone else start
    points = story.past(purse, start)
    for point in points:
        if point.at < ends:
            ledger.record(purse.id, script.past(purse, point))
    read = start - story.LATE
    if gone:
        ledger.record(purse.id, script.past(purse, story.Point(ends, purse.left)))
        problem = script.answer(purse.id, start)
        assert isinstance(problem, Problem)
        problem = replace(problem.seen_since(ends), retry_at=start + timedelta(seconds=30))
        ledger.save_state(AskState(purse.id, read, ends, 1, problem, fingerprint=mark))
    else:
        ledger.save_state(AskState(purse.id, read, read, fingerprint=mark))
    if purse.source:
        ledger.book_usage(list(story.past_calls(purse, start)))
    nights = [script.calendar.night(number) for number in range(1, len(purse.gifts) + 1)]
    came = list(story.topups(purse, start, nights))
    kind: CreditKind = "granted" if purse.gifts else "promo"
    for point, gifts in came[:-1] if purse is story.OPENROUTER else came:  # its last one nobody booked yet
        at, paid = point.at - timedelta(seconds=1), point.gained
        for gift, end in gifts:
            paid -= gift
            ledger.book("topup", purse.id, at, purse.money(gift), now=at, expires_at=end, kind=kind)
        ledger.book("topup", purse.id, at, purse.money(paid), now=at)


def _seed_kept(ledger: "Ledger", purse: Purse, start: datetime) -> None:
    """A purse kept by hand: synced now and then, which shows what no log told of, and topped up when it ran low."""
    points = story.past(purse, start)
    logged = list(story.past_calls(purse, start))
    ledger.book_usage(logged)
    synced = start - purse.synced
    since = sum(call.cost.micros for call in logged if call.cost is not None and call.at > synced)
    latest = max((point.at for point in points if point.gained), default=None)
    last = points[0].at
    _sync(ledger, purse, last, purse.money(points[0].cents))
    for point in points[1:]:
        if point.at >= synced:
            break
        if point.gained:
            ending = purse.expiring if point.at == latest else 0
            if ending:
                end = (start + timedelta(days=45)).date()
                amount = purse.money(ending)
                ledger.book("topup", purse.id, point.at, amount, now=point.at, expires_at=end, note="voucher")
            ledger.book("topup", purse.id, point.at, purse.money(point.gained - ending), now=point.at)
        elif point.at - last > timedelta(days=3):
            last = point.at
            _sync(ledger, purse, last, purse.money(point.cents))
    # What was spent since then, as far as the ledger can tell, leads from here to exactly what the story says is left.
    amount, left = purse.money(purse.left) + Money(since, purse.currency), purse.money(purse.left)
    number = max(entry.number for entry in ledger.entries()) + 1
    booked = [entry for entry in ledger.entries() if entry.account == purse.id]
    for _ in range(_TRIES):
        sync = replace(booked[0], number=number, type="sync", at=synced, amount=amount)
        found = carry(histories((), [*booked, sync], logged)[purse.currency], start)
        if found is None or found.remaining == left:
            break
        amount += left - found.remaining
    _sync(ledger, purse, synced, amount)


def _sync(ledger: "Ledger", purse: Purse, at: datetime, amount: Money) -> None:
    ledger.book("sync", purse.id, at, amount, now=at, note="from the console")
