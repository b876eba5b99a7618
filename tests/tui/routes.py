"""Decisions by hand: what the routing screen is told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from creditsui.domain.board import RunwayState
from creditsui.domain.money import Money
from creditsui.routing.route import Candidate, Change, Choice, Decision, Rank, Refused, Route
from tests.tui.boards import NOW, cny, usd

CONFIG = "/home/ada/.hermes/config.yaml"


def rank(
    id: str,
    label: str,
    left: Money | None,
    why: str,
    days: tuple[float, float, float] | None = None,
    *,
    eligible: bool = True,
    state: RunwayState = "known",
    lasting: float | None = None,
    beside: str | None = None,
    **more: Any,
) -> Rank:
    p10, p50, p90 = days or (None, None, None)
    usual = {
        "hermes": id,
        "account": id,
        "key_found": eligible,
        "flagship": f"{id}-large" if eligible else None,
        "fast": f"{id}-small" if eligible else None,
    }
    candidate = Candidate(
        provider=id, label=label, remaining=left, state=state, days=p50, p10=p10, p90=p90, **(usual | more)
    )
    return Rank(
        candidate=candidate, eligible=eligible, why=why, more=why if beside is None else beside, lasting=lasting
    )


RANKING = (
    rank(
        "deepseek",
        "DeepSeek",
        cny("71.10"),
        "¥71.10 left, enough for 40–90d, about 50d.",
        (40, 50, 90),
        beside="About 50d.",
    ),
    rank("openrouter", "OpenRouter", usd("41.20"), "$41.20 left, enough for 9d.", (9, 9, 9), beside=""),
    rank(
        "moonshot",
        "Moonshot",
        cny("25.20"),
        "¥25.20 left, nothing spent for 7 days; at ¥4.20/day it would carry the work for 6d.",
        state="idle",
        lasting=6.0,
        beside="Nothing spent for 7 days; at ¥4.20/day it would carry the work for 6d.",
    ),
    rank(
        "anthropic",
        "Anthropic",
        usd("18.03"),
        "$18.03 left, enough for 3–6d, about 4d; the number is estimated.",
        (3, 4, 6),
        beside="About 4d; the number is estimated.",
        estimated=True,
    ),
    rank("openai", "OpenAI", usd("0"), "Nothing is left ($0.00).", eligible=False, state="empty"),
    rank("xai", "xAI", usd("1.02"), "Hermes finds no key for it.", (0.3, 0.375, 0.45), eligible=False),
    rank(
        "groq",
        "Groq",
        None,
        "What is left is not known; creditsui sync groq tells it.",
        eligible=False,
        state="unknown",
    ),
)
DIFF = """\
--- config.yaml
+++ config.yaml
@@ -1,8 +1,8 @@
 # my agent
 model:
-  default: anthropic-large  # the big one
-  provider: anthropic
+  default: "deepseek-large"  # the big one
+  provider: "deepseek"
 delegation:
-  model: anthropic-small
-  provider: anthropic
+  model: "openrouter-small"
+  provider: "openrouter"
@@ -20,3 +20,5 @@
 fallback_providers:
+  - {provider: "openrouter", model: "openrouter-large"}
+  - {provider: "anthropic", model: "anthropic-large"}
   - {provider: mine, model: my-own}
"""
STANDS = Route(
    Choice("anthropic", "anthropic-large"), Choice("anthropic", "anthropic-small"), (Choice("mine", "my-own"),)
)
CHANGE = Decision(
    state="change",
    reason="DeepSeek has 50d of runway, Anthropic 4d.",
    ranking=RANKING,
    route=Route(
        Choice("deepseek", "deepseek-large"),
        Choice("openrouter", "openrouter-small"),
        (Choice("openrouter", "openrouter-large"), Choice("anthropic", "anthropic-large"), Choice("mine", "my-own")),
    ),
    current=STANDS,
    diff=DIFF,
    warnings=(
        "Hermes will skip 2 scheduled jobs that follow the primary, until they are pinned: morning brief, inbox.",
        "A gateway runs (process 4711): what it began keeps the old model until it is restarted.",
    ),
    config=CONFIG,
    before="00",
)
NO_OP = replace(
    CHANGE,
    state="no-op",
    reason="Anthropic stays: the last change was 3h ago, and 24 hours have to pass.",
    route=STANDS,
    diff="",
    warnings=(),
)
NOWHERE = Decision(
    state="refused",
    reason="No Hermes Agent in /home/ada/.hermes; set home under [routing] in config.toml, or HERMES_HOME.",
)
BROKEN = replace(CHANGE, state="refused", reason="Line 12: model.default stands there twice.", route=None, diff="")
PAST = (
    Change(
        at=NOW - timedelta(days=3),
        config=CONFIG,
        backup=f"{CONFIG}.creditsui-1",
        before="00",
        after="01",
        route=CHANGE.route or STANDS,
        reason="DeepSeek has 60d of runway, Anthropic 2d.",
        undone=True,
    ),
    Change(
        at=NOW - timedelta(hours=27),
        config=CONFIG,
        backup=f"{CONFIG}.creditsui-2",
        before="01",
        after="00",
        route=STANDS,
        reason="Anthropic has 20d of runway, DeepSeek 4d.",
    ),
)


class Book:
    """In the place of the core's acts: what is decided, what is written, and what was asked of it."""

    def __init__(self, *decisions: Decision, past: tuple[Change, ...] = ()) -> None:
        self.decisions = list(decisions)
        self.past = list(past)
        self.asked: list[str] = []
        self.refuse = ""

    async def decide(self, session: object, profile: str = "", *, by_hand: bool = False) -> Decision:
        self.asked.append("decide")
        return self.decisions.pop(0) if len(self.decisions) > 1 else self.decisions[0]

    def history(self, session: object) -> list[Change]:
        return self.past

    def apply(self, session: object, decision: Decision) -> Change:
        self.asked.append("apply")
        if self.refuse:
            raise Refused(self.refuse)
        assert decision.route is not None
        change = replace(PAST[1], at=NOW, route=decision.route, reason=decision.reason)
        self.past.append(change)
        return change

    def undo(self, session: object, profile: str = "") -> Change:
        self.asked.append("undo")
        if self.refuse:
            raise Refused(self.refuse)
        change = replace(self.past[-1], undone=True)
        self.past[-1] = change
        return change
