"""DeepInfra: prepaid credit, what was used since the last invoice, a cap, and the lifetime spend.

Signs and units are those of the service's OpenAPI document: `stripe_balance` is negative where there is credit and
positive where money is owed, in dollars; the cost of a month is in cents. Nothing is read of the person who pays.
"""

from collections.abc import Mapping

from creditsui.domain.money import AmountError, Money, money
from creditsui.domain.problem import Kind, Problem, Refused
from creditsui.domain.reading import Balance, Limit, Reading, ReportedSpend
from creditsui.providers.fields import amount, cents, record, records, word
from creditsui.providers.spec import Answer, Answers, Get, Json, Provider

_CONSOLE = "https://deepinfra.com/dash/billing"
_SUSPENDED: Mapping[str, tuple[Kind, str]] = {
    "balance": ("out_of_money", "the credit is used up"),
    "limit-reached": ("out_of_money", "the spending limit is reached"),
    "overdue-invoices": ("out_of_money", "invoices are overdue"),
    "payment-method": ("out_of_money", "it has no payment method"),
    "bad-cc": ("out_of_money", "the card was refused"),
}


def parse(answers: Answers) -> Reading:
    body = record(answers["checklist"].body)
    recent = money(body["recent"], "USD")
    left = -(money(body["stripe_balance"], "USD") + recent)
    if body.get("suspended") is True:
        raise Refused(_suspended(body))
    badges = []
    if left.micros < 0 and body.get("payment_method") is True:
        badges.append("paid afterwards")
    if body.get("topup_failed") is True:
        badges.append("top-up failed")
    return Reading(
        at=answers.now,
        balances=(Balance(left),),
        limit=_limit(body, recent),
        spend=_lifetime(answers),
        badges=tuple(badges),
    )


def _suspended(body: Mapping[str, Json]) -> Problem:
    reason = word(body.get("suspend_reason"))
    kind, why = _SUSPENDED.get(reason, ("unknown", f"it says “{reason[:60]}”" if reason else "it does not say why"))
    return Problem(kind, f"DeepInfra has suspended the account: {why}.", f"see {_CONSOLE}")


def _limit(body: Mapping[str, Json], recent: Money) -> Limit | None:
    """None where no cap is set: null, 0 or less."""
    cap = amount(body.get("limit"), "USD")
    return Limit(cap, cap - recent) if cap is not None and cap.micros > 0 else None


def _lifetime(answers: Answers) -> ReportedSpend | None:
    """The sum of all months; None where not every one of them was told."""
    current = answers.ok("usage")
    if current is None:
        return None
    asked = answers.ok("history") if _earlier(answers) else current
    months = _months(asked)
    first, last = _first(current), _latest(current)
    if not months or word(months[0].get("period")) != first or word(months[-1].get("period")) != last:
        return None
    try:
        costs = [cents(month.get("total_cost"), "USD") for month in months]
    except AmountError:
        return None
    return ReportedSpend(all=sum(costs, Money(0, "USD")))


def _months(answer: Answer | None) -> list[Mapping[str, Json]]:
    return records(answer.body.get("months")) if answer is not None and isinstance(answer.body, dict) else []


def _first(answer: Answer) -> str:
    """The account's first month, as `2026.07`."""
    return word(answer.body.get("initial_month")) if isinstance(answer.body, dict) else ""


def _latest(answer: Answer) -> str:
    months = _months(answer)
    return word(months[-1].get("period")) if months else ""


def _earlier(answers: Answers) -> bool:
    """Whether there are months before the current one."""
    usage = answers.ok("usage")
    return usage is not None and _first(usage) < _latest(usage)


def _since_the_first(answers: Answers) -> Mapping[str, str]:
    return {"from": _first(answers["usage"]), "to": "current"}


PROVIDER = Provider(
    id="deepinfra",
    name="DeepInfra",
    url="https://api.deepinfra.com",
    console_url=_CONSOLE,
    key_url="https://deepinfra.com/dash/api_keys",
    parse=parse,
    asks=(
        Get(name="checklist", path="/payment/checklist", query=lambda _: {"compute_owed": "true"}),
        Get(name="usage", path="/payment/usage", query=lambda _: {"from": "current"}, failure="quiet"),
        Get(name="history", path="/payment/usage", query=_since_the_first, when=_earlier, failure="quiet"),
    ),
    env=("DEEPINFRA_API_KEY", "DEEPINFRA_TOKEN", "DEEPINFRA_API_TOKEN"),
    base_env=("DEEPINFRA_BASE_URL", "DEEPINFRA_API_BASE"),
    tells=("balance", "spend", "limit"),
)
