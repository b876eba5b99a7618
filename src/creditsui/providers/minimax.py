"""MiniMax: the windows of a Token Plan. Failures come with a status of 200.

A `usage_count` is what remains, whatever its name says, unless a percentage beside it shows that it is what was used.
The balance of pay-as-you-go is at the console only.
"""

from collections.abc import Iterator, Mapping

from creditsui.domain.clean import clean
from creditsui.domain.problem import Kind, Problem, Refused
from creditsui.domain.reading import Reading, Semantics, Window
from creditsui.providers import limits
from creditsui.providers.fields import MOST, number, record, records, share, word
from creditsui.providers.limits import DAY, HOUR, spent
from creditsui.providers.spec import Answer, Answers, Get, Json, Provider
from creditsui.providers.times import coming, instant

_CHINA = "https://api.minimaxi.com"
_KINDS: Mapping[float, Kind] = {
    1000: "busy", 1001: "busy", 1002: "limited", 1004: "rejected", 1008: "out_of_money", 1013: "busy",
    1024: "busy", 1033: "busy", 1039: "limited", 2049: "rejected",
}  # fmt: skip
_SAID: Mapping[Kind, str] = {
    "busy": "MiniMax failed to answer.",
    "limited": "MiniMax is rate-limiting.",
    "rejected": "MiniMax rejected the key; only that of a Token Plan can read it.",
    "out_of_money": "MiniMax says that the credit is used up.",
}
_EXHAUSTED, _NOT_LIMITED = 2, 3
_ROUNDED = 0.011


def parse(answers: Answers) -> Reading:
    answer = answers["plan"]
    refused = _refuse(answer)
    if refused is not None:
        raise Refused(refused)
    body = record(answer.body)
    if not isinstance(body["model_remains"], list):
        raise TypeError("model_remains is no list")
    plan = word(body.get("current_subscribe_title"))[:40] or None
    windows = tuple(_named(_rows(body, answers)))[:MOST]
    return Reading(at=answers.now, windows=windows, plan=plan, badges=() if windows else ("no limits told",))


def _rows(body: Mapping[str, Json], answers: Answers) -> Iterator[tuple[str, Window]]:
    for row in records(body["model_remains"])[:MOST]:
        model = word(row.get("model_name"))[:32]
        for part, prefix in (("interval", ""), ("weekly", "weekly_")):
            window = _window(row, part, prefix, answers)
            if window is not None:
                yield model, window


def _named(rows: Iterator[tuple[str, Window]]) -> Iterator[Window]:
    """Windows under the names of their models, but for the general one; a quota that models share is told once."""
    kept: dict[tuple[object, ...], tuple[str, Window]] = {}
    for model, window in rows:
        figures = (window.name, window.used, window.limit, window.remaining, window.resets_at)
        kept.setdefault(figures, (model, window))
    models = {model for model, _ in kept.values()}
    for model, one in kept.values():
        plain = model in {"", "general"} or len(models) == 1
        name = one.name if plain else f"{one.name} {model}"
        yield Window(name, one.used, one.limit, one.remaining, one.unit, one.resets_at, one.seconds)


def _window(row: Mapping[str, Json], part: str, prefix: str, answers: Answers) -> Window | None:
    count = f"current_{part}_"
    total, left = number(row.get(f"{count}total_count")), number(row.get(f"{count}usage_count"))
    remains, status = share(row.get(f"{count}remaining_percent")), number(row.get(f"{count}status"))
    if status == _NOT_LIMITED:
        return None
    told = 1 - remains if remains is not None else 1.0 if status == _EXHAUSTED else None
    used = spent(total, left)
    if used is None:
        total, left, used = None, None, told
    elif told is not None and abs(used - told) > _ROUNDED and abs(1 - used - told) <= _ROUNDED:
        left, used = (total or 0.0) - (left or 0.0), 1 - used
    if used is None:
        return None
    start, end = (instant(row.get(f"{prefix}{edge}_time"), answers.now) for edge in ("start", "end"))
    seconds = limits.length((end - start).total_seconds()) if start is not None and end is not None else None
    seconds = seconds or (7 * DAY if part == "weekly" else 5 * HOUR)
    unit = "fraction" if total is None else "requests"
    return Window(
        limits.name(seconds), used, total, left, unit, coming(row.get(f"{prefix}end_time"), answers.now), seconds
    )


def _refuse(answer: Answer) -> Problem | None:
    body = answer.body if isinstance(answer.body, dict) else {}
    base = body.get("base_resp")
    code = number(base.get("status_code")) if isinstance(base, dict) else None
    if not isinstance(base, dict) or code in {None, 0}:
        return None
    said = clean(word(base.get("status_msg")), 120).rstrip(".")
    kind = _KINDS.get(code or 0)
    if kind is None:
        return Problem("unknown", f"MiniMax refused: “{said}”." if said else "MiniMax refused without saying why.")
    action = {"rejected": "creditsui key set minimax", "out_of_money": f"top up at {PROVIDER.console_url}"}
    return Problem(kind, _SAID[kind], action.get(kind))


PROVIDER = Provider(
    id="minimax",
    name="MiniMax",
    url="https://api.minimax.io",
    console_url="https://platform.minimax.io/user-center/payment/token-plan",
    status_url="https://status.minimax.io/api/v2/status.json",
    parse=parse,
    asks=(Get(name="plan", path="/v1/token_plan/remains", older="/v1/api/openplatform/coding_plan/remains"),),
    env=("MINIMAX_CODING_API_KEY", "MINIMAX_API_KEY", "MINIMAX_CN_API_KEY"),
    base_env=("MINIMAX_BASE_URL", "MINIMAX_API_BASE", "MINIMAX_API_HOST"),
    prefixes={"sk-api-": "A pay-as-you-go key of MiniMax (sk-api-…) cannot read a plan; its balance you sync."},
    key_forms=("sk-cp-",),
    regions={_CHINA: "CNY"},
    env_regions={"MINIMAX_CN_API_KEY": _CHINA},
    refuse=_refuse,
    tells=("windows", "plan"),
    credential="key of a Token Plan (sk-cp-…)",
    semantics=Semantics.WINDOW,
)
