"""LiteLLM proxy: what budgets leave of a virtual key. Amounts are dollars as floats, with their noise.

Several budgets hold at once, and the one with the least left binds: the key's, and its team's with the member's share
of it; a user's own budget holds only for keys outside of any team. A budget that is null is not set. `spend` counts
from the last reset, so it is a lifetime total only where nothing ever resets. One proxy, one address: there is no
public one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from creditsui.domain.money import Money, money
from creditsui.domain.problem import Problem, Refused
from creditsui.domain.reading import Limit, Reading, ReportedSpend, Semantics, Window
from creditsui.providers import limits, refusals
from creditsui.providers.fields import amount, record, records, word
from creditsui.providers.limits import DAY
from creditsui.providers.spec import Answer, Answers, Get, Json, Provider
from creditsui.providers.times import duration, instant

_RESETS = {DAY: "daily", 7 * DAY: "weekly", 30 * DAY: "monthly"}
_LASTING = {400, 401, 403, 404, 405, 422}


@dataclass(frozen=True, slots=True)
class _Budget:
    name: str
    cap: Money
    spent: Money
    seconds: int | None
    """Between two resets; None: it never resets, or does not say when."""
    resets_at: datetime | None

    @property
    def left(self) -> Money:
        return self.cap - self.spent

    def limit(self) -> Limit:
        return Limit(self.cap, self.left, _RESETS.get(self.seconds or 0))

    def window(self) -> Window | None:
        """The same budget as a quota, because a limit does not tell when it is renewed."""
        if self.resets_at is None or self.cap.micros <= 0:
            return None
        used = min(max(self.spent / self.cap, 0.0), 1.0)
        name = limits.name(self.seconds) if self.seconds else "budget"
        return Window(name, used, self.cap.amount, self.left.amount, "usd", self.resets_at, self.seconds)


def parse(answers: Answers) -> Reading:
    key = _key(answers)
    budgets = [*_of(key, "key budget", answers), *_above(key, answers)]
    least = min(budgets, key=lambda budget: budget.left.micros, default=None)
    window = least.window() if least is not None else None
    return Reading(
        at=answers.now,
        limit=least.limit() if least is not None else None,
        windows=(window,) if window is not None else (),
        spend=_lifetime(key),
        badges=(*((least.name,) if least is not None else ("PAYG", "no budget")), *_badges(key, answers)),
    )


def _key(answers: Answers) -> Mapping[str, Json]:
    """Newer proxies wrap it in `info`."""
    body = record(answers["key"].body)
    key = record(body["info"]) if "info" in body else body
    if "spend" not in key:
        raise KeyError("spend")
    return key


def _of(holder: Mapping[str, Json], name: str, answers: Answers) -> Iterator[_Budget]:
    """The budget of a key, a user, a team or its member, their own or one that they share by reference."""
    shared = holder.get("litellm_budget_table")
    for one in (holder, shared if isinstance(shared, dict) else {}):
        if one.get("max_budget") is None:
            continue
        told = word(one.get("budget_duration")) or word(holder.get("budget_duration"))
        at = instant(one.get("budget_reset_at") or holder.get("budget_reset_at"), answers.now)
        yield _Budget(
            name, money(one["max_budget"], "USD"), money(holder["spend"], "USD"), _seconds(told),
            at if at is not None and at > answers.now else None,
        )  # fmt: skip
        return


def _seconds(told: str) -> int | None:
    """Of `30d`, `24h`, `1mo`."""
    if told.endswith("mo") and told[:-2].isdigit():
        return int(told[:-2][:3]) * 30 * DAY or None
    seconds = duration(told)
    return limits.length(seconds)


def _above(key: Mapping[str, Json], answers: Answers) -> Iterator[_Budget]:
    """Those of the team, if the key is in one, else of the user."""
    team, user = _id(key, "team_id"), _id(key, "user_id")
    if team:
        found = _team(team, answers)
        if found is None:
            return
        yield from _of(found, "team budget", answers)
        told = answers.ok("team")
        for member in records(record(told.body).get("team_memberships")) if told is not None else ():
            if user and member.get("user_id") == user:
                yield from _of(member, "team member budget", answers)
    elif user and (answer := answers.ok("user")) is not None:
        yield from _of(record(record(answer.body)["user_info"]), "user budget", answers)


def _team(team: str, answers: Answers) -> Mapping[str, Json] | None:
    """From its own page, else from the list of the user's teams."""
    answer = answers.ok("team")
    if answer is not None:
        return record(record(answer.body)["team_info"])
    answer = answers.ok("user")
    teams = records(record(answer.body).get("teams")) if answer is not None else []
    return next((one for one in teams if one.get("team_id") == team), None)


def _badges(key: Mapping[str, Json], answers: Answers) -> Iterator[str]:
    if key.get("blocked") is True:
        yield "key blocked"
    expires = instant(key.get("expires"), answers.now)
    if expires is not None and expires <= answers.now:
        yield "key expired"
    team, user = _id(key, "team_id"), _id(key, "user_id")
    if team:
        if _team(team, answers) is None:
            _passing(answers, "team")
            yield "team budget not told"
    elif user and answers.ok("user") is None:
        _passing(answers, "user")
        yield "user budget not told"


def _passing(answers: Answers, name: str) -> None:
    """Raises Refused where it failed for the moment only: without the budget that binds, more would seem to be left."""
    answer = answers.get(name)
    if answers.previous is None or (answer is not None and answer.status in _LASTING):
        return
    busy = Problem("busy", f"LiteLLM did not tell the {name}'s budget.")
    raise Refused(busy if answer is None or answer.status < 300 else refusals.problem(PROVIDER, answer))


def _lifetime(key: Mapping[str, Json]) -> ReportedSpend | None:
    shared = key.get("litellm_budget_table")
    for one in (key, shared if isinstance(shared, dict) else {}):
        if one.get("budget_duration") is not None or one.get("budget_reset_at") is not None:
            return None
    spent = amount(key["spend"], "USD")
    return ReportedSpend(all=spent) if spent is not None else None


def _id(key: Mapping[str, Json], name: str) -> str:
    return word(key.get(name))


def _told(answers: Answers, name: str) -> str:
    """An id that the key was answered with; never raises."""
    answer = answers.ok("key")
    body = answer.body if answer is not None else None
    inner = body.get("info", body) if isinstance(body, dict) else None
    return _id(inner, name) if isinstance(inner, dict) else ""


def _wants_user(answers: Answers) -> bool:
    """Outside of a team; and in one that does not tell its budget itself."""
    return bool(_told(answers, "user_id")) and (not _told(answers, "team_id") or answers.ok("team") is None)


def _refuse(answer: Answer) -> Problem | None:
    said = f"{refusals.message(answer)} {answer.body}".lower()
    if "budget_exceeded" in said or "budget has been exceeded" in said:
        return Problem("out_of_money", "The budget of this key is used up.", "ask who runs the proxy")
    if answer.status == 401 and "expired" in said:
        return Problem("rejected", "The key has expired.", "creditsui key set litellm")
    if answer.status == 401 and "blocked" in said:
        return Problem("rejected", "The key is blocked.", "ask who runs the proxy")
    if answer.status == 404:
        return Problem("unsupported", "This proxy keeps no budget of this key; a master key has none.")
    return None


PROVIDER = Provider(
    id="litellm",
    name="LiteLLM",
    url="",
    console_url="https://docs.litellm.ai/docs/proxy/users",
    parse=parse,
    asks=(
        Get(name="key", path="/key/info"),
        Get(
            name="team",
            path="/team/info",
            query=lambda answers: {"team_id": _told(answers, "team_id")},
            when=lambda answers: bool(_told(answers, "team_id")),
            failure="quiet",
        ),
        Get(
            name="user",
            path="/user/info",
            query=lambda answers: {"user_id": _told(answers, "user_id")},
            when=_wants_user,
            failure="quiet",
        ),
    ),
    env=("LITELLM_API_KEY", "LITELLM_PROXY_API_KEY", "LITELLM_KEY"),
    base_env=("LITELLM_BASE_URL", "LITELLM_PROXY_URL", "LITELLM_PROXY_API_BASE", "LITELLM_API_BASE"),
    base_suffix="/v1",
    refuse=_refuse,
    tells=("limit", "spend", "windows"),
    credential="virtual key",
    semantics=Semantics.CAP,
)
