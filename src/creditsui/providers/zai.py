"""Z.ai and Zhipu: the windows of a GLM Coding Plan.

`usage` is the limit, `currentValue` what was used, `percentage` is of what was used. Failures come in a 200.
The balance of pay-as-you-go is left out: Zhipu tells it at another host, undocumented, and Z.ai nowhere.
"""

from collections.abc import Iterator, Mapping

from creditsui.domain.clean import clean
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Reading, Semantics, Window
from creditsui.providers import limits
from creditsui.providers.fields import MOST, number, record, records, share, word
from creditsui.providers.limits import DAY, HOUR, MINUTE, spent
from creditsui.providers.spec import Answer, Answers, Get, Json, Param, Provider
from creditsui.providers.times import coming

_CHINA = "https://open.bigmodel.cn"
_OF_CHINA = ("ZHIPUAI_API_KEY", "ZHIPU_API_KEY", "BIGMODEL_API_KEY", "GLM_API_KEY")
_LENGTHS = {1: DAY, 3: HOUR, 6: 7 * DAY}
_REJECTED = {401, *range(1000, 1005)}
_PLANS = ("planName", "plan", "plan_type", "packageName", "level")
_ROUNDED = 0.011
"""Percentages are whole numbers, rounded either way."""


def parse(answers: Answers) -> Reading:
    answer = answers["quota"]
    refused = _refuse(answer)
    if refused is not None:
        raise Refused(refused)
    data = record(record(answer.body).get("data") or {})
    windows = tuple(_windows(data, answers))
    if not windows:
        if records(data.get("limits")):
            raise KeyError("no limit that is known")
        raise Refused(_no_plan())
    plan = next((word(data.get(key)) for key in _PLANS if word(data.get(key))), "")
    return Reading(at=answers.now, windows=windows, plan=plan[:40].title() if plan.islower() else plan[:40] or None)


def _windows(data: Mapping[str, Json], answers: Answers) -> Iterator[Window]:
    for row in records(data.get("limits"))[:MOST]:
        kind = word(row.get("type")).upper()
        most, used, left = (number(row.get(key)) for key in ("usage", "currentValue", "remaining"))
        left = most - used if left is None and most is not None and used is not None else left
        told, exact = share(row.get("percentage")), spent(most, left)
        if told is not None and exact is not None and abs(exact - told) > _ROUNDED:
            exact = None  # amounts that say something else than the percentage are not understood
        fraction = told if exact is None else exact
        if fraction is None:
            continue
        name, seconds = _period(row, kind)
        yield Window(
            name=name,
            used=fraction,
            limit=None if exact is None else most,
            remaining=None if exact is None else left,
            unit="fraction" if exact is None else _unit(kind),
            resets_at=coming(row.get("nextResetTime"), answers.now),
            seconds=seconds,
            counts=kind != "TIME_LIMIT",  # calls of search tools: without them the models still answer
        )


def _period(row: Mapping[str, Json], kind: str) -> tuple[str, int | None]:
    """Unit 5 is a month of tool calls; in other places it is said to be minutes, which only a large number can be."""
    unit, count = number(row.get("unit")), number(row.get("number"))
    if unit == 5 and (kind == "TIME_LIMIT" or count == 1):
        return "month", None
    one = MINUTE if unit == 5 and count is not None and count >= 30 else _LENGTHS.get(int(unit)) if unit else None
    seconds = limits.length(one * count) if one is not None and count is not None else None
    return (limits.name(seconds), seconds) if seconds is not None else ("quota", None)


def _unit(kind: str) -> str:
    return {"TOKENS_LIMIT": "tokens", "CREDIT_LIMIT": "credits"}.get(kind, "calls")


def _refuse(answer: Answer) -> Problem | None:
    body = answer.body if isinstance(answer.body, dict) else {}
    said = clean(word(body.get("msg")) or word(body.get("message")), 120).rstrip(".")
    code = number(body.get("code"))
    if "coding plan" in said.lower():
        return _no_plan()
    if not 200 <= answer.status < 300 or (body.get("success") is not False and code in {None, 0, 200}):
        return None
    if code == 1113:
        return Problem("out_of_money", "Z.ai says that the credit is used up.", f"top up at {PROVIDER.console_url}")
    if code in _REJECTED:
        return Problem("rejected", "Z.ai rejected the key.", "creditsui key set zai")
    return Problem("unknown", f"Z.ai refused: “{said}”." if said else "Z.ai refused without saying why.")


def _scope(answers: Answers) -> Mapping[str, str]:
    """Of a team's plan, which one of the two ids alone gets an empty answer for, as if there were no plan."""
    told = [name for name in ("organization", "project") if answers.params.get(name)]
    if len(told) == 1:
        missing = "project" if told == ["organization"] else "organization"
        raise Refused(
            Problem("no_key", f"A team's plan needs its {missing} too.", f"creditsui account set zai {missing}=…")
        )
    return {"type": "2"} if told else {}


def _no_plan() -> Problem:
    return Problem(
        "unsupported",
        "There is no coding plan of this key's owner, and Z.ai tells no balance of pay-as-you-go.",
        "use the key of a GLM Coding Plan, or sync the balance",
    )


PROVIDER = Provider(
    id="zai",
    name="Z.ai",
    url="https://api.z.ai",
    console_url="https://z.ai/manage-apikey/coding-plan/personal/my-plan",
    key_url="https://z.ai/manage-apikey/apikey-list",
    parse=parse,
    asks=(
        Get(
            name="quota",
            path="/api/monitor/usage/quota/limit",
            query=_scope,
            headers={"Bigmodel-Organization": "{organization}", "Bigmodel-Project": "{project}"},
        ),
    ),
    params={
        "organization": Param("organization id at bigmodel.cn, for a team's plan", required=False),
        "project": Param("project id at bigmodel.cn, for a team's plan", required=False),
    },
    env=("ZAI_API_KEY", "Z_AI_API_KEY", *_OF_CHINA),
    base_env=("ZAI_BASE_URL", "Z_AI_BASE_URL", "GLM_BASE_URL", "ZHIPUAI_BASE_URL"),
    regions={_CHINA: "CNY"},
    env_regions=dict.fromkeys(_OF_CHINA, _CHINA),
    refuse=_refuse,
    tells=("windows", "plan"),
    credential="API key of a GLM Coding Plan",
    semantics=Semantics.WINDOW,
)
