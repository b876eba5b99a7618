"""What an agent may ask: tools that read the ledger and nothing else, with what they take and what they answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from creditsui import config as configuration
from creditsui.cli import amounts, named, shown
from creditsui.cli.check import moment
from creditsui.cli.mcp_schema import BALANCES, CHECK, RUNWAY, SPEND
from creditsui.cli.parser import WrongUse
from creditsui.core import advise, settings, spending
from creditsui.core import board as boards
from creditsui.core import check as preflight
from creditsui.core.session import Session
from creditsui.domain.board import Board
from creditsui.domain.spending import KEYS, TIMES
from creditsui.outputs import json as board_json
from creditsui.outputs import preflight as check_json
from creditsui.outputs import runway as runway_json
from creditsui.outputs import spend as spend_json

Answer = dict[str, Any]
_MOST_ROWS = 500
"""An agent reads every row that it is given; whoever wants more groups by fewer names, or asks for fewer days."""


@dataclass(frozen=True, slots=True)
class Tool:
    """`takes` and `answers` are JSON schemas of objects."""

    name: str
    title: str
    says: str
    takes: Mapping[str, Any]
    answers: Mapping[str, Any]
    act: Callable[[Session, Mapping[str, Any]], Answer]
    """Raises what commands raise, too."""


INSTRUCTIONS = (
    "How much credit is left at each LLM provider that this user pays, and for how long, as the local ledger of "
    "creditsui knows it: nothing here asks a provider, reads a key or changes anything. Each number has a certainty "
    "(live: the provider said so; synced: the user said so; estimated: carried forward; unknown) and an age; null is "
    "not known, never 0. Amounts of two currencies are never added. Before work that costs money, ask `check`: go "
    "false also means that nobody can tell. To have numbers renewed, ask the user to run `creditsui status`."
)


def _object(**properties: Any) -> dict[str, Any]:
    required = [name for name, schema in properties.items() if schema.pop("required", False)]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _text(says: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": says, "minLength": 1, "maxLength": 200, **more}


def balances(session: Session, given: Mapping[str, Any]) -> Answer:
    board = _board(session, given)
    told = board_json.as_json(board)
    return {name: told[name] for name in ("schema", "generated_at", "notices", "totals")} | {
        "accounts": [{name: row[name] for name in BALANCES.keys} for row in told["accounts"]]
    }


def runway(session: Session, given: Mapping[str, Any]) -> Answer:
    zone = configuration.zone(settings.config(session), session.env)
    until = None if "until" not in given else _day(given["until"])
    if until is not None and until < session.now().astimezone(zone).date():
        raise WrongUse("until is over; take a day to come")
    board = _board(session, given)
    advice = [] if until is None else advise.advise(session, until, [view.id for view in board.accounts])
    needs = None if until is None else {one.account: (until, one.amount) for one in advice}
    told = runway_json.as_json(board, zone, needs)
    ages = {view.id: view.age(board.generated_at) for view in board.accounts}
    for row in told["accounts"]:
        age = ages[row["id"]]
        row |= {"age_seconds": None if age is None else int(age)}
        row.setdefault("until", None)
        row.setdefault("needed", None)
    return told | {"notices": list(board.notices)}


def check(session: Session, given: Mapping[str, Any]) -> Answer:
    zone = configuration.zone(settings.config(session), session.env)
    account = named.account(session, given["account"])
    until = None if "until" not in given else moment(given["until"], session.now(), zone)
    return check_json.as_json(preflight.check(session, account.id, given["need"], until))


def spend(session: Session, given: Mapping[str, Any]) -> Answer:
    by = list(dict.fromkeys(given.get("by") or ["account"]))
    since = None if "since" not in given else _since(given["since"])
    until = None if "until" not in given else _day(given["until"])
    places, times = any(name in spending.PLACES for name in by), any(name in TIMES for name in by)
    found = spending.spent(session, since, until, places=places, times=times)
    if found.since > found.until:
        raise WrongUse(f"{found.since} is after the last day, {found.until}")
    told = spend_json.as_json(found.report(by))
    rows = told["rows"]
    return told | {"rows": rows[:_MOST_ROWS], "more_rows": max(0, len(rows) - _MOST_ROWS)}


def _board(session: Session, given: Mapping[str, Any]) -> Board:
    settings.config(session)  # without it there would be a board of nothing, and nobody the wiser
    ids = [named.account(session, given["account"]).id] if "account" in given else []
    board = boards.board(session)
    return shown.only(board, ids) if ids else board


def _day(text: str) -> date:
    return amounts.day(text)


def _since(text: str) -> date:
    return spending.ALL if text == "all" else _day(text)


_ACCOUNT = "Only this account, by its id; without it all of them."
TOOLS = (
    Tool(
        "balances",
        "Credit left",
        "How much is left of every account: balance, quotas (windows), spend, its band (healthy fair low critical "
        "unknown), certainty, age and problem. The worst come first; totals are by currency.",
        _object(account=_text(_ACCOUNT)),
        BALANCES.schema,
        balances,
    ),
    Tool(
        "runway",
        "How long it lasts",
        "How many days until each account is empty, as a range: in 8 cases of 10 between p10 and p90. With `until`, "
        "also how much to add (`needed`) so that it lasts through that day in 4 cases of 5.",
        _object(account=_text(_ACCOUNT), until=_text("A day to come, YYYY-MM-DD.")),
        RUNWAY.schema,
        runway,
    ),
    Tool(
        "check",
        "Can this be spent?",
        "Go or no before work that costs money: go only where what is left, less its uncertainty and what is probably "
        "spent meanwhile, covers the need in 9 cases of 10. What is not known is no, with the reason.",
        _object(
            account=_text("The account that pays, by its id.", required=True),
            need=_text("How much: 3.00, $3, 3 USD; of a plan with quotas a share of each: 10%.", required=True),
            until=_text("Until when others spend too: 18:00, 2026-11-24T18:00, or a day (its end)."),
        ),
        CHECK.schema,
        check,
    ),
    Tool(
        "spend",
        "What was spent on what",
        "What was spent, by the calls that the user's agents logged and by what balances lost beyond them (source "
        "`unseen`). `notional` is what a flat-rate plan's tokens would have cost, and no spend.",
        _object(
            by={
                "type": "array",
                "description": "What to group by, outermost first; account by default.",
                "items": {"type": "string", "enum": list(KEYS)},
                "minItems": 1,
                "maxItems": len(KEYS),
            },
            since=_text("The first day, YYYY-MM-DD, or all; 29 days before the last by default."),
            until=_text("The last day, YYYY-MM-DD; today by default."),
        ),
        SPEND.schema,
        spend,
    ),
)


def fitting(tool: Tool, given: Mapping[str, Any] | None) -> dict[str, Any]:
    """The arguments, if they are what the tool takes; null is as good as none. Raises WrongUse."""
    found = {name: value for name, value in (given or {}).items() if value is not None}
    properties = tool.takes["properties"]
    for name in tool.takes["required"]:
        if name not in found:
            raise WrongUse(f"{name} is missing: {properties[name]['description'].rstrip('.')}")
    for name, value in found.items():
        if name not in properties:
            raise WrongUse(f"{tool.name} takes only {', '.join(properties)}")
        _fit(name, value, properties[name])
    return found


def _fit(name: str, value: object, schema: Mapping[str, Any]) -> None:
    if schema["type"] == "string":
        if not isinstance(value, str) or not 1 <= len(value) <= schema["maxLength"]:
            raise WrongUse(f"{name} is a short text: {schema['description'].rstrip('.')}")
        return
    words = schema["items"]["enum"]
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one in words for one in value):
        raise WrongUse(f"{name} is a list of one or more of {', '.join(words)}")
