"""Boards built by hand: the state of the world is said, not derived."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from creditsui.domain.board import (
    AccountView,
    Band,
    Board,
    Drift,
    Hit,
    Lot,
    Runway,
    Spend,
    TopUpMark,
    Total,
)
from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Certainty, Semantics, Window

NOW = datetime(2026, 11, 20, 10, 4, tzinfo=UTC)


def usd(amount: str) -> Money:
    return money(amount, "USD")


def cny(amount: str) -> Money:
    return money(amount, "CNY")


def purse(
    id: str, label: str, left: Money, full: Money, band: Band, lasts: tuple[float, float, float], **more: object
) -> AccountView:
    """A prepaid account, read just now."""
    p10, p50, p90 = lasts
    known: dict[str, object] = {
        "id": id,
        "provider": id,
        "label": label,
        "provider_name": label,
        "certainty": Certainty.LIVE,
        "balance": Balance(left),
        "purse": left,
        "capacity": full,
        "capacity_from": "top-up",
        "health": left / full,
        "binding": "balance",
        "band": band,
        "runway": Runway("known", p50, p10, p90, (NOW + timedelta(days=p50)).date()),
        "read_at": NOW - timedelta(seconds=12),
        "console_url": f"https://console.{id}.example/billing",
        "key_from": f"env:{id.upper()}_API_KEY",
        "next_at": NOW + timedelta(seconds=48),
    }
    return AccountView(**(known | more))  # type: ignore[arg-type]


XAI = purse("xai", "xAI", usd("1.02"), usd("10"), Band.CRITICAL, (0.3, 0.375, 0.45))
OPENAI = purse("openai", "OpenAI", usd("6.11"), usd("20"), Band.LOW, (1, 2, 3))
CLAUDE = AccountView(
    id="claude",
    provider="claude",
    label="Claude Max 5h",
    provider_name="Claude",
    semantics=Semantics.WINDOW,
    certainty=Certainty.LIVE,
    plan="max",
    windows=(
        Window("5h", 0.56, resets_at=NOW + timedelta(hours=1, minutes=12), seconds=18000),
        Window("7d", 0.31, resets_at=NOW + timedelta(days=3, hours=4), seconds=604800),
    ),
    health=0.44,
    binding="5h",
    band=Band.LOW,
    runway=Runway("refills"),
    read_at=NOW - timedelta(seconds=40),
    key_from="login",
)
ANTHROPIC = purse(
    "anthropic",
    "Anthropic",
    usd("18.03"),
    usd("30"),
    Band.FAIR,
    (3, 4, 6),
    certainty=Certainty.ESTIMATED,
    error=usd("0.80"),
    manual=True,
    burn=usd("4.10"),
    lots=(Lot(usd("12"), "paid", date(2026, 12, 3)), Lot(usd("6.03"), "paid", None)),
    drift=Drift(usd("0.31"), datetime(2026, 11, 12, 9, tzinfo=UTC)),
    spend=Spend("USD", usd("3.12"), usd("28.70"), usd("96.40")),
    days=tuple(
        (date(2026, 10, 22) + timedelta(days=index), usd(str(amount)))
        for index, amount in enumerate(
            [1, 2, 2, 3, 5, 2, 1, 1, 3, 6, 8, 5, 3, 2, 2, 4, 5, 7, 6, 3, 2, 1, 2, 3, 5, 6, 7, 5, 3, 2]
        )
    ),
    hits=(
        Hit(datetime(2026, 11, 20, 10, 2, tzinfo=UTC), usd("2.31"), "claude-opus · web-app"),
        Hit(datetime(2026, 11, 20, 9, 10, tzinfo=UTC), usd("0.80"), "unseen by the ledger"),
    ),
    topups=(TopUpMark(datetime(2026, 11, 8, 9, tzinfo=UTC), usd("30")),),
    windows=(
        Window("tokens/min", 0.04, 400000, 384000, "tokens", seconds=60),
        Window("requests/min", 0.01, 4000, 3960, "requests", seconds=60),
    ),
    read_at=NOW - timedelta(hours=3),
    key_from="keyring",
    key_hint="a1f3",
    probe=True,
    probe_cost="about $0.00002 each, 5 min apart",
)
MOONSHOT = purse(
    "moonshot",
    "Moonshot",
    cny("25.20"),
    cny("36"),
    Band.FAIR,
    (12, 12, 12),
    stale=True,
    read_at=NOW - timedelta(hours=2),
)
OPENROUTER = purse("openrouter", "OpenRouter", usd("41.20"), usd("50"), Band.HEALTHY, (9, 9, 9))
DEEPSEEK = purse("deepseek", "DeepSeek", cny("71.10"), cny("72"), Band.HEALTHY, (40, 50, 90))
GROQ = AccountView(
    id="groq",
    provider="groq",
    label="Groq",
    provider_name="Groq",
    problem=Problem("rejected", "Groq refused the key.", "creditsui key set groq"),
    key_from="env:GROQ_API_KEY",
)

BOARD = Board(
    generated_at=NOW,
    accounts=(XAI, OPENAI, CLAUDE, ANTHROPIC, MOONSHOT, OPENROUTER, DEEPSEEK, GROQ),
    totals=(
        Total("USD", usd("66.36"), Spend("USD"), usd("7.31")),
        Total("CNY", cny("96.30"), Spend("CNY"), None),
    ),
    next_at=NOW + timedelta(seconds=48),
)


def changed(board: Board, account: str, **values: object) -> Board:
    """The board with other values in one account."""
    accounts = tuple(
        replace(view, **values) if view.id == account else view  # type: ignore[arg-type]
        for view in board.accounts
    )
    return replace(board, accounts=accounts)


def spent(board: Board, account: str, left: Money, band: Band) -> Board:
    """The board after an account fell (or rose) to `left`."""
    view = board.account(account)
    assert view is not None and view.capacity is not None
    return changed(board, account, balance=Balance(left), purse=left, health=left / view.capacity, band=band)
