from collections.abc import Mapping

import pytest

from creditsui.domain.money import money
from creditsui.domain.problem import Refused
from creditsui.domain.reading import Balance, Reading
from creditsui.providers.spec import Answers
from tests.providers.answering import NOW, answer, known, refused

PERSON = {
    "id": "u-77", "name": "Ada Example", "image": "https://img.example/ada", "email": "ada@example.com",
    "isAdmin": False, "introduction": "hello, it is Ada", "role": "owner", "status": "normal",
}  # fmt: skip
AMOUNTS = {"balance": "0.88", "chargeBalance": "88.00", "totalBalance": "88.88"}


def told(data: Mapping[str, object] | None = None, base: str = "", code: int = 20000) -> Reading:
    body = {"code": code, "message": "OK", "status": True, "data": data or {**PERSON, **AMOUNTS}}
    provider = known("siliconflow")
    return provider.parse(Answers(NOW, {"answer": answer(body)}, base_url=base, regions=provider.regions))


def test_strings_of_which_balance_is_the_gift_and_charge_balance_was_paid() -> None:
    whole = Balance(money("88.88", "USD"), granted=money("0.88", "USD"), paid=money("88", "USD"))
    assert told().balances == (whole,) and told().badges == ()


def test_the_answer_names_the_user_and_the_reading_does_not() -> None:
    said = repr(told())
    assert [value for value in PERSON.values() if isinstance(value, str) and value in said] == []


def test_yuan_at_cn_dollars_at_com_and_at_hosts_that_nobody_knows() -> None:
    bases = ("https://api.siliconflow.cn", "https://api.siliconflow.com", "https://gateway.example", "")
    assert [told(base=base).balances[0].remaining.currency for base in bases] == ["CNY", "USD", "USD", "USD"]


def test_the_usual_region_is_com_and_a_variable_of_the_chinese_one_is_sent_there() -> None:
    provider = known("siliconflow")
    assert provider.url == "https://api.siliconflow.com" and provider.env[0] == "SILICONFLOW_API_KEY"
    assert provider.env_regions == {"SILICONFLOW_CN_API_KEY": "https://api.siliconflow.cn"}


@pytest.mark.parametrize("code", [0, 200, 20001, 50507])
def test_only_code_20000_is_an_answer(code: int) -> None:
    with pytest.raises(Refused) as caught:
        told(code=code)
    assert caught.value.problem.kind == "unknown"


def test_a_status_of_false_is_a_refusal_even_with_an_amount() -> None:
    body = {"code": 20000, "message": "frozen", "status": False, "data": AMOUNTS}
    with pytest.raises(Refused) as caught:
        known("siliconflow").parse(Answers(NOW, {"answer": answer(body)}))
    assert "“frozen”" in caught.value.problem.message


def test_debt_is_shown_and_a_status_that_is_not_normal_too() -> None:
    reading = told({"totalBalance": "-2.50", "status": "frozen"})
    assert reading.balances == (Balance(money("-2.5", "USD")),) and reading.badges == ("frozen",)


@pytest.mark.parametrize("odd", [{"balance": "0.88"}, {"totalBalance": None}, {"totalBalance": "NaN"}])
def test_no_total_is_a_changed_answer_never_zero_and_quotes_nobody(odd: dict[str, object]) -> None:
    with pytest.raises(Refused) as caught:
        told({**PERSON, **odd})
    problem = caught.value.problem
    assert problem.kind == "changed" and "ada@example.com" not in problem.message


def test_a_401_says_that_keys_work_at_one_of_two_hosts_only() -> None:
    problem = refused("siliconflow", 401, "Invalid token")
    assert problem.kind == "rejected" and "https://api.siliconflow.cn" in problem.message
