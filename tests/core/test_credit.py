"""Credit that came in and nobody booked: proposed, or booked by itself where the settings say so."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from creditsui.core import board as boards
from creditsui.core import book, credit
from creditsui.core.asking.refresh import refresh
from creditsui.core.session import Session
from creditsui.domain.money import money
from creditsui.providers import catalogue
from tests.core.conftest import Clock, SessionOf
from tests.servers import Reply, Server, turns

BALANCE = ("GET", "/user/balance")
ENV = {"DEEPSEEK_API_KEY": "sk-0123456789abcdef"}


def has(total: str, granted: str = "0.00") -> Reply:
    parts = {"granted_balance": granted, "topped_up_balance": f"{float(total) - float(granted):.2f}"}
    return Reply({"is_available": True, "balance_infos": [{"currency": "USD", "total_balance": total, **parts}]})


def opened(session_of: SessionOf, server: Server, more: str = "") -> Session:
    return session_of(real=True, config=f'[accounts.deepseek]\nbase_url = "{server.url}"\n{more}', env=ENV)


async def rounds(session: Session, clock: Clock, count: int) -> None:
    for _ in range(count):
        await refresh(session, force=True)
        clock.instant += timedelta(minutes=5)


async def test_a_rise_is_proposed_and_nothing_is_booked_unasked(session_of: SessionOf, clock: Clock) -> None:
    with Server({BALANCE: turns(has("8.00"), has("33.00"), has("32.00"))}) as server:
        session = opened(session_of, server)
        await rounds(session, clock, 3)
        (one,) = credit.proposed(session, "deepseek")
        assert (one.amount, one.kind, one.confirmed) == (money(25, "USD"), "paid", True)
        assert one.at == datetime(2026, 11, 20, 19, 4, 59, tzinfo=UTC)
        assert book.entries(session) == []


async def test_a_rise_of_what_the_provider_calls_granted_is_proposed_as_a_gift(
    session_of: SessionOf, clock: Clock
) -> None:
    with Server({BALANCE: turns(has("8.00"), has("13.00", granted="5.00"))}) as server:
        session = opened(session_of, server)
        await rounds(session, clock, 2)
        (one,) = credit.proposed(session, "deepseek")
        assert (one.amount, one.kind, one.confirmed) == (money(5, "USD"), "granted", False)


async def test_a_confirmed_rise_is_booked_by_itself_once_and_stays_taken_back(
    session_of: SessionOf, clock: Clock
) -> None:
    with Server({BALANCE: turns(has("8.00"), has("33.00"), has("33.00"), has("32.00"))}) as server:
        session = opened(session_of, server, '[book]\naccept = "auto"\n')
        await rounds(session, clock, 2)
        assert book.entries(session) == []  # one odd answer books nothing
        await rounds(session, clock, 2)
        (entry,) = book.entries(session)
        assert (entry.type, entry.amount, entry.kind) == ("topup", money(25, "USD"), "paid")
        assert entry.at == datetime(2026, 11, 20, 19, 4, 59, tzinfo=UTC)
        view = boards.board(session).account("deepseek")
        assert view is not None and view.proposals == () and view.balance is not None
        assert view.balance.remaining == money(32, "USD") and view.spend is not None
        assert view.spend.today == money(1, "USD")

        book.undo(session)
        await rounds(session, clock, 2)
        assert [entry.type for entry in book.entries(session)] == ["undo", "topup"]
        assert len(credit.proposed(session, "deepseek")) == 1
        assert credit.accept_by_itself(session, boards.board(session)) == []


async def test_what_is_booked_by_itself_ends_as_the_providers_credit_does(session_of: SessionOf, clock: Clock) -> None:
    lasting = {**catalogue(), "deepseek": replace(catalogue()["deepseek"], credit_lasts_days=30)}
    with Server({BALANCE: turns(has("8.00"), has("33.00"), has("33.00"))}) as server:
        session = opened(session_of, server, '[book]\naccept = "auto"\n')
        session = replace(session, providers=lambda: lasting)
        await rounds(session, clock, 3)
        assert [entry.expires_at for entry in book.entries(session)] == [date(2026, 12, 20)]


async def test_while_the_settings_cannot_be_read_nothing_is_booked_by_itself(
    session_of: SessionOf, clock: Clock
) -> None:
    with Server({BALANCE: turns(has("8.00"), has("33.00"), has("33.00"))}) as server:
        session = opened(session_of, server, '[book]\naccept = "auto"\n')
        await rounds(session, clock, 2)
        whole = session.paths.config.read_text()
        session.paths.config.write_text(whole + "[[[")
        await rounds(session, clock, 2)
        assert book.entries(session) == []
        session.paths.config.write_text(whole)
        await rounds(session, clock, 1)
        assert len(book.entries(session)) == 1


async def test_a_disabled_account_books_nothing(session_of: SessionOf, clock: Clock) -> None:
    with Server({BALANCE: turns(has("8.00"), has("33.00"), has("33.00"))}) as server:
        session = opened(session_of, server)
        await rounds(session, clock, 3)
        path = session.paths.config
        path.write_text(path.read_text() + 'enabled = false\n[book]\naccept = "auto"\n')
        await rounds(session, clock, 1)
        assert book.entries(session) == []


def test_bought_credit_of_a_known_rule_has_an_end_in_the_users_own_days(session_of: SessionOf) -> None:
    session = session_of(real=True, config='timezone = "Pacific/Auckland"\n')
    at = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)  # the 21st there
    for id, name in (("anthropic", "Anthropic"), ("openai", "OpenAI")):
        assert credit.usual_end(session, id, "paid", at) == credit.Usual(date(2027, 11, 21), name)
    assert credit.usual_end(session, "anthropic", "granted", at) is None
    assert credit.usual_end(session, "openrouter", "paid", at) is None
    assert credit.usual_end(session, "piggy", "paid", at) is None
