"""A board with every band, a stale account, a rejected key, and an account with nothing to measure."""

from datetime import UTC, date, datetime, timedelta

from creditsui.domain.board import AccountView, Band, Board, Drift, Lot, Runway, Spend, Total
from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem
from creditsui.domain.reading import Balance, Certainty, Limit, Semantics, Window

NOW = datetime(2026, 11, 20, 19, 41, tzinfo=UTC)


def usd(amount: str | int) -> Money:
    return money(amount, "USD")


def cny(amount: str | int) -> Money:
    return money(amount, "CNY")


def _purse(id: str, label: str, left: Money, full: Money, band: Band, days: tuple[float, float, float]) -> AccountView:
    return AccountView(
        id=id,
        provider=id,
        label=label,
        certainty=Certainty.LIVE,
        balance=Balance(left),
        purse=left,
        error=Money(0, left.currency),
        balances=(Balance(left),),
        capacity=full,
        capacity_from="config",
        health=left / full,
        binding="balance",
        band=band,
        runway=Runway("known", *days, date(2026, 11, 24)),
        read_at=NOW - timedelta(seconds=12),
    )


XAI = _purse("xai", "xAI", usd("1.02"), usd(10), Band.CRITICAL, (0.38, 0.37, 0.39))
OPENAI = _purse("openai", "OpenAI", usd("6.11"), usd(20), Band.LOW, (2.0, 1.2, 3.1))
CLAUDE = AccountView(
    id="claude",
    provider="claude",
    label="Claude Max",
    semantics=Semantics.WINDOW,
    certainty=Certainty.LIVE,
    plan="Max 20x",
    health=0.44,
    binding="5h",
    band=Band.LOW,
    windows=(
        Window("5h", 0.56, resets_at=NOW + timedelta(hours=1, minutes=12)),
        Window("7d", 0.31, resets_at=NOW + timedelta(days=3)),
    ),
    runway=Runway("refills"),
    read_at=NOW - timedelta(seconds=12),
)
ANTHROPIC = AccountView(
    id="anthropic",
    provider="anthropic",
    label="Anthropic",
    certainty=Certainty.ESTIMATED,
    balance=Balance(usd("18.03")),
    purse=usd("18.03"),
    error=usd("0.80"),
    balances=(Balance(usd("18.03")),),
    capacity=usd(30),
    capacity_from="top-up",
    health=0.601,
    binding="balance",
    band=Band.FAIR,
    spend=Spend("USD", usd("3.12"), usd("28.70"), usd("96.40"), usd(310), unpriced_tokens=7, notional=usd(0)),
    burn=usd("4.10"),
    runway=Runway("known", 4.2, 3.1, 6.2, date(2026, 11, 24)),
    drift=Drift(usd("0.31"), datetime(2026, 11, 12, 9, tzinfo=UTC)),
    lots=(Lot(usd(12), "paid", date(2026, 12, 3)), Lot(usd("6.03"), "granted", None)),
    read_at=NOW - timedelta(hours=3),
    console_url="https://platform.claude.com",
    manual=True,
)
MOONSHOT = AccountView(
    id="moonshot",
    provider="moonshot",
    label="月之暗面",
    certainty=Certainty.LIVE,
    balance=Balance(cny("25.20"), granted=cny("5.20"), paid=cny(20)),
    balances=(Balance(cny("25.20"), granted=cny("5.20"), paid=cny(20)),),
    capacity=cny(36),
    capacity_from="highest",
    health=0.7,
    binding="balance",
    band=Band.FAIR,
    runway=Runway("known", 12.0, 11.8, 12.2),
    read_at=NOW - timedelta(hours=2),
    stale=True,
    problem=Problem("offline", "Cannot reach api.moonshot.cn", retry_at=NOW + timedelta(seconds=27), since=NOW),
)
OPENROUTER = AccountView(
    id="openrouter",
    provider="openrouter",
    label="OpenRouter",
    certainty=Certainty.LIVE,
    balance=Balance(usd("41.20")),
    balances=(Balance(usd("41.20")),),
    capacity=usd(50),
    capacity_from="top-up",
    health=0.824,
    binding="balance",
    band=Band.HEALTHY,
    limit=Limit(usd(100), usd("74.50"), "monthly"),
    windows=(Window("day", 0.003, 1000, 997, "requests", datetime(2026, 11, 21, tzinfo=UTC), 86_400),),
    runway=Runway("known", 40.0, 20.0, 90.0),
    read_at=NOW - timedelta(seconds=12),
)
MISTRAL = AccountView(
    id="mistral",
    provider="mistral",
    label="Mistral",
    certainty=Certainty.LIVE,
    badges=("PAYG",),
    spend=Spend("EUR", money("0.42", "EUR"), source="provider"),
    read_at=NOW - timedelta(seconds=12),
)
GROQ = AccountView(id="groq", provider="groq", label="Groq", problem=Problem("rejected", "Groq rejected the key."))
EMPTY = AccountView(
    id="poe",
    provider="poe",
    label="Poe",
    certainty=Certainty.SYNCED,
    balance=Balance(money(0, "points")),
    balances=(Balance(money(0, "points")),),
    health=0.0,
    binding="balance",
    band=Band.CRITICAL,
    runway=Runway("empty"),
    read_at=NOW,
)
OFF = AccountView(id="vercel", provider="vercel", label="Vercel", enabled=False)

BOARD = Board(
    generated_at=NOW,
    accounts=(XAI, OPENAI, CLAUDE, ANTHROPIC, MOONSHOT, OPENROUTER, EMPTY, MISTRAL, GROQ, OFF),
    totals=(
        Total("USD", usd("66.36"), Spend("USD", usd("3.12"), usd("28.70"), usd("96.40")), usd("7.31")),
        Total("CNY", cny("25.20"), Spend("CNY"), None),
    ),
)
