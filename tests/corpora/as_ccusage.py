"""What ccusage makes of the calls of seven agents: where it differs from what was called, and why.

What is not named here is the same. It has prices of its own only where a log tells none: what agents say that an answer
cost is what it tells too, but for Hermes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tests.corpora.agent import made_of
from tests.corpora.entries import ANSWERING
from tests.corpora.hermes import Hermes
from tests.corpora.opencode import thought_twice
from tests.corpora.prices import cost
from tests.corpora.truth import Made, Row, Sum, rows

Charged = Iterator[tuple[Made, int]]
"""Calls as it has them, and what it says that each cost, in micro-USD."""


def seen(calls: Iterable[Made], zone: str) -> dict[Row, Sum]:
    """The truth with each difference put into it. `calls`: with what stands in the logs as if it were any."""
    found: defaultdict[Row, Sum] = defaultdict(Sum)
    for call in calls:
        for made, charged in _AGENTS[call.source](call):
            for row, sums in rows([made], zone).items():
                found[row] += replace(sums, cost=charged, reasoning=0)
    return dict(found)


def sessions(agent: Hermes, zone: str) -> dict[Row, Sum]:
    """Hermes' calls: what is left of each session, without auxiliary calls, on the day on which it began, and under
    its last model. By its own prices, with reasoning charged for twice: it takes Hermes' missing real cost for 0."""
    found: defaultdict[Row, Sum] = defaultdict(Sum)
    for session in agent.sessions:
        if not session.rows or session.route is None or session.trap == "profile":
            continue  # It does not look into the homes of profiles.
        whole = made_of(agent.source, session.began, session.route.model, session.sums)
        charged = _charged(replace(whole, output=whole.output + whole.reasoning))
        if session.route.provider == "openai-codex":
            charged = round(charged * 0.15)  # For openai/gpt-5.4 it finds a row of its table that is not that model's.
        for row, sums in rows([whole], zone).items():
            found[row] += replace(sums, cost=charged, reasoning=0)
    return dict(found)


def _opencode(call: Made) -> Charged:
    if call.trap == "channel":
        return  # It reads opencode.db, and another channel's only where there is none.
    charged = call.cost or 0
    if call.trap == "inside":
        # It takes OpenCode's word for what a call cost, which charged for reasoning twice until April 2026.
        charged = thought_twice(call).cost or 0
    else:
        call = _without_thoughts(call)  # It tells the output that could be read, and charges for the reasoning beside.
    yield _sum_as_output(call), charged
    if call.trap in ("20", "fork", "moved"):
        # It knows an answer by its id: copies in forks, and in newer tables, have new ones, and count again.
        for _ in call.copies:
            yield call, charged


def _openclaw(call: Made) -> Charged:
    if call.trap == "words":
        return  # It passes over a line with a letter of another encoding, which is only words of somebody's.
    charged = call.cost or 0
    yield _sum_as_output(call), charged
    if call.trap == "fork-anew":
        for _ in call.copies:  # It knows a call by its session too: a fork's count again.
            yield call, charged


def _pi(call: Made) -> Charged:
    if call.trap == "omp":
        return  # It does not look for the sessions of oh-my-pi.
    if call.trap == "summary-only":
        return  # It takes messages alone for calls; summaries of them, which are paid for as well, are none.
    if call.trap == "lone-copy":
        return  # It leaves transcripts of subagents out, even where nothing else is left.
    charged = call.cost or 0
    written = replace(_sum_as_output(call), at=call.at + ANSWERING)  # It dates an answer by the writing of its line.
    yield written, charged
    if call.trap == "fork-anew":
        for at in call.copies:  # A fork under new ids counts again, when it was written.
            yield replace(call, at=at), charged


def _gemini(call: Made) -> Charged:
    if call.trap == "checkpoint-only":
        return  # It does not look into messages that are set all at once.
    charged = call.cost or 0
    call = _without_thoughts(_sum_as_output(call))  # As with OpenCode.
    if call.trap == "total-only":
        charged = call.cost or 0  # It takes a sum for output.
    if call.trap == "stats":
        # In sums of a session it takes away what was cached from what is without it already, and charges for what
        # then lacks as for output.
        input = max(0, call.input - call.cache_read)
        lacking = call.input - input + call.reasoning
        call = replace(call, input=input)
        charged = _charged(replace(call, output=call.output + lacking))
    yield call, charged
    for _ in call.copies:
        yield call, charged  # A session that goes on in lines counts again while its document is there.


def _kimi(call: Made) -> Charged:
    if call.trap == "within":
        return  # It reads a subagent's steps in its own wire alone, and the first ones had none.
    if call.trap == "scope":
        return  # It takes what is used outside of turns for a sum of what was used in them.
    if not call.model:
        # It guesses what the wire does not name, and takes the price of kimi-k2.6 for it.
        charged = _charged(replace(call, model="kimi-k2.6"))
        call = replace(call, model="kimi-for-coding")
    else:
        charged = call.cost or 0
    yield call, charged
    if call.trap == "fork":
        for _ in call.copies:  # It knows a call by its session too: a fork's count again.
            yield call, charged


def _qwen(call: Made) -> Charged:
    if call.trap == "subagent":
        return  # It does not look for subagents' files.
    for _ in call.copies:
        yield from _qwen(replace(call, copies=()))  # It knows a call by its session too: a branch's count again.
    output = call.output
    if call.trap == "beside":
        call = _without_thoughts(call)
    if call.trap != "apart":
        call = replace(
            call, input=call.input + call.cache_read
        )  # What was cached is part of the prompt: counted twice.
    call = _sum_as_output(call)
    # Reasoning is part of the output, but where Gemini was asked: charged for twice.
    output = max(output, call.output) + (call.reasoning if call.trap != "beside" else 0)
    charged = replace(call, output=output)
    if call.model == "qwen3-coder-plus":
        # It has one price for all lengths of prompts and whoever serves it; ours depends on that, and nobody tells.
        dollars = (charged.input * 1.0, charged.output * 5.0, charged.cache_read * 0.1)
        yield call, round(sum(dollars))
    else:
        yield call, _charged(charged)


_AGENTS: dict[str, Callable[[Made], Charged]] = {
    "opencode": _opencode,
    "openclaw": _openclaw,
    "pi": _pi,
    "gemini-cli": _gemini,
    "kimi-cli": _kimi,
    "qwen-code": _qwen,
}


def _without_thoughts(call: Made) -> Made:
    return replace(call, output=call.output - call.reasoning)


def _sum_as_output(call: Made) -> Made:
    """Where only a sum is known, it is output to ccusage; most of a call is what it reads."""
    return replace(call, input=0, output=call.input) if call.trap == "total-only" else call


def _charged(call: Made) -> int:
    """By the list, however long the prompt is that comes out."""
    tokens = (call.input, call.output, call.cache_read, call.cache_write, call.hour)
    return cost(call.model, call.tier, call.at, 0, *tokens) or 0
