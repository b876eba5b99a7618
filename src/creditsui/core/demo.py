"""The demo: the real app on invented accounts, in a folder, with a clock and answers of its own. No key, no network."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from creditsui.core import demo_story as story
from creditsui.core.demo_story import Purse
from creditsui.core.session import Session
from creditsui.domain.cadence import AskState
from creditsui.domain.entry import CreditKind
from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Limit, Reading, Window
from creditsui.domain.reconcile import carry, histories
from creditsui.paths import Paths, ensure
from creditsui.providers import catalogue
from creditsui.providers.spec import Answers, Feed, Get, Provider

if TYPE_CHECKING:
    from creditsui.adapters.ledger import Ledger
    from creditsui.core.round import Outcome, Round

_BEAT = timedelta(seconds=20)
"""Of real time: how often something may happen, but never more than once a minute of the demo's own time."""
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
key = "keyring"
capacity = 50.0

[accounts.deepseek]
label = "DeepSeek"
key = "keyring"
currency = "CNY"
capacity = 72.0

[accounts.groq]
label = "Groq"
key = "file"
"""


def demo_session(speed: float, folder: Path, now: Callable[[], datetime] | None = None) -> Session:
    """A session whose files all lie in `folder`, seeded with a month of history.

    `speed` is how many seconds of the demo pass in one of `now` (aware, UTC; default: the clock). The same `now` and
    `speed` tell the same story. Raises ValueError for a speed that is not above 0, OSError and LedgerError.
    """
    if not 0 < speed < 1e6:
        raise ValueError("The speed of the demo is a number above 0.")
    clock = now or (lambda: datetime.now(UTC))
    start = clock()

    def demo_now() -> datetime:
        return start + (clock() - start) * speed

    script = _Script(start, max(timedelta(minutes=1), _BEAT * speed), folder / "data" / "ledger.db")
    session = Session(
        paths=_paths(folder),
        env={},
        now=demo_now,
        providers=_providers,
        ask=script.ask,
        demo=True,
        hints=dict(_HINTS),
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
                asks=() if id in kept else keyed if id == "groq" else told,
                tells=() if id in kept else one.tells,
                login=None,
                login_found=None,
            )
            for id, one in sorted(real.items())
        }
    )


class _Script:
    """Answers for every account as the story goes on."""

    def __init__(self, start: datetime, beat: timedelta, ledger: Path) -> None:
        self.start, self.length, self.ledger = start, beat, ledger
        self._logged = 0
        """The last beat whose calls are in the ledger."""

    async def ask(self, round: "Round") -> "Outcome":
        """What the account's provider says at this moment. Never raises."""
        from creditsui.core.round import Outcome

        if not round.online:
            return Outcome()
        await asyncio.to_thread(self._log, round.now)
        answer = self.answer(round.account.id, round.now, keyed=bool(round.credentials.slots))
        return Outcome(None, answer) if isinstance(answer, Problem) else Outcome(answer)

    def beat(self, now: datetime) -> int:
        return max(0, (now - self.start) // self.length)

    def answer(self, id: str, now: datetime, *, keyed: bool = False) -> Reading | Problem:
        if id == "claude":
            return self.plan(now)
        if id == "groq":
            return self.groq(now, keyed)
        purse = story.PURSES.get(id)
        if purse is None or purse in story.KEPT:
            return Problem("no_key", "The demo invents no answers for this account.", f"creditsui sync {id} AMOUNT")
        beat = self.beat(now)
        if purse.away[0] <= beat < purse.away[1]:
            provider = _providers()[id]
            return Problem("offline", f"Cannot reach {provider.url.removeprefix('https://')}")
        return self.reading(purse, now, story.balance(purse, beat))

    def reading(self, purse: Purse, at: datetime, cents: int) -> Reading:
        left = purse.money(cents)
        if purse is story.DEEPSEEK:
            granted = purse.money(story.gift(purse, at, cents, self.start))
            return Reading(at=at, balances=(Balance(left, granted, left - granted),))
        if purse is not story.OPENROUTER or at < self.start - story.LATE:
            return Reading(at=at, balances=(Balance(left),))
        calls = 3 + self.beat(at)
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
                self._window("5h", timedelta(hours=5), timedelta(minutes=72), 0.56, at),
                self._window("7d", timedelta(days=7), timedelta(days=4, hours=2), 0.53, at),
            ),
        )

    def groq(self, at: datetime, keyed: bool) -> Reading | Problem:
        if not keyed:
            return Problem("rejected", "Groq rejected the key.", "creditsui key set groq")
        midnight = datetime.combine(at.date() + timedelta(days=1), time(), UTC)
        return Reading(
            at=at, badges=("free tier",), windows=(Window("day", 0.12, 14_400, 12_672, "requests", midnight),)
        )

    def _window(self, name: str, length: timedelta, left: timedelta, used: float, at: datetime) -> Window:
        """Used evenly, so that at the start it is `used` with `left` to go."""
        resets = self.start + left
        resets += length * max(0, -((resets - at) // length))
        resets -= length * max(0, (resets - at) // length)
        share = 1 - (resets - at) / length
        return Window(
            name, round(share * used / (1 - left / length), 2), resets_at=resets, seconds=int(length.total_seconds())
        )

    def _log(self, now: datetime) -> None:
        """Keep what the agents used up to now; calls that are kept already stay as they are."""
        from creditsui.adapters.ledger import open_ledger

        beat = self.beat(now)
        if beat <= self._logged:
            return
        rows = [
            call
            for purse in (*story.KEPT, story.OPENROUTER)
            for call in story.calls(purse, self.start, self.length, beat)
        ]
        with open_ledger(self.ledger) as ledger:
            ledger.book_usage(rows)
        self._logged = beat


def _write(session: Session, start: datetime, script: _Script) -> None:
    """The settings and the ledger, as if the app had run for a month."""
    from creditsui.adapters.ledger import open_ledger
    from creditsui.core import credentials, demo_hermes, settings

    for path in (session.paths.config, session.paths.ledger, session.paths.status):
        ensure(path.parent)
    session.paths.config.write_text(_CONFIG, encoding="utf-8")
    session.paths.config.chmod(0o600)
    demo_hermes.settle(session.paths.home)
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
            ledger.record(purse.id, script.reading(purse, point.at, point.cents))
    read = start - story.LATE
    if gone:
        ledger.record(purse.id, script.reading(purse, ends, purse.left))
        problem = script.answer(purse.id, start)
        assert isinstance(problem, Problem)
        problem = replace(problem.seen_since(ends), retry_at=start + timedelta(seconds=30))
        ledger.save_state(AskState(purse.id, read, ends, 1, problem, fingerprint=mark))
    else:
        ledger.save_state(AskState(purse.id, read, read, fingerprint=mark))
    if purse.source:
        ledger.book_usage(list(story.past_calls(purse, start)))
    came = list(story.topups(purse, start))
    for point, gift, end in came[:-1] if purse is story.OPENROUTER else came:  # its last one nobody booked yet
        at = point.at - timedelta(seconds=1)
        if gift:
            kind: CreditKind = "granted" if purse.granted else "promo"
            ledger.book("topup", purse.id, at, purse.money(gift), now=at, expires_at=end, kind=kind)
        ledger.book("topup", purse.id, at, purse.money(point.gained - gift), now=at)


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
