"""DeepSeek: the balance, in one or two currencies, each as decimal strings."""

from collections.abc import Mapping

from creditsui.domain.money import money
from creditsui.domain.reading import Balance, Reading
from creditsui.providers.fields import MOST, amount, record
from creditsui.providers.spec import Answers, Get, Json, Provider


def parse(answers: Answers) -> Reading:
    body = record(answers["balance"].body)
    entries = body["balance_infos"]
    if not isinstance(entries, list):
        raise TypeError("balance_infos is no list")
    # The order of the entries is not fixed, and an empty purse may stand before the one with the money.
    every = [_balance(record(entry)) for entry in entries]
    every.sort(key=lambda balance: (balance.remaining.micros <= 0, balance.remaining.currency != "USD"))
    balances = tuple(balance for balance in every if balance.remaining.micros) or tuple(every[:1])
    balances = balances[:MOST]
    badges = []
    if not balances:
        badges.append("balance not told")
    if body.get("is_available") is False:
        has_money = any(balance.remaining.micros > 0 for balance in balances)
        badges.append("not available for calls" if has_money else "add credits")
    return Reading(at=answers.now, balances=balances, badges=tuple(badges))


def _balance(entry: Mapping[str, Json]) -> Balance:
    currency = str(entry["currency"])
    return Balance(
        money(entry["total_balance"], currency),
        granted=amount(entry.get("granted_balance"), currency),
        paid=amount(entry.get("topped_up_balance"), currency),
    )


PROVIDER = Provider(
    id="deepseek",
    name="DeepSeek",
    url="https://api.deepseek.com",
    console_url="https://platform.deepseek.com/usage",
    key_url="https://platform.deepseek.com/api_keys",
    parse=parse,
    asks=(Get(name="balance", path="/user/balance"),),
    env=("DEEPSEEK_API_KEY", "DEEPSEEK_KEY"),
    base_env=("DEEPSEEK_BASE_URL", "DEEPSEEK_API_BASE"),
    tells=("balance",),
)
