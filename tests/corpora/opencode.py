"""OpenCode's answers in three generations: a JSON file each, a row of `message`, a row of `session_message`."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Any

from tests.corpora.agent import SERVED, Agent, Used, dollars, usual
from tests.corpora.pen import HERE, hex_of, text
from tests.corpora.truth import Made

_COLUMNS = "session_id TEXT NOT NULL, time_created INTEGER NOT NULL, time_updated INTEGER NOT NULL, data TEXT NOT NULL"
TABLES = (
    "CREATE TABLE session(id TEXT PRIMARY KEY, project_id TEXT, directory TEXT NOT NULL, title TEXT,"
    " time_created INTEGER NOT NULL, time_updated INTEGER NOT NULL)",
    f"CREATE TABLE message(id TEXT PRIMARY KEY, {_COLUMNS})",
    "CREATE TABLE session_v2(id TEXT PRIMARY KEY, fork_session_id TEXT, fork_boundary TEXT, directory TEXT NOT NULL,"
    " time_created INTEGER NOT NULL, time_updated INTEGER NOT NULL)",
    f"CREATE TABLE session_message(id TEXT PRIMARY KEY, {_COLUMNS}, type TEXT NOT NULL, seq INTEGER NOT NULL)",
)
STYLES = ("inside", "inside-total", "total", "beside", "newer")
"""How reasoning is told: inside the output, without a total or with one that shows it; beside it, with a total that
shows it or without; and as in the second generation, which has no totals."""


class Database:
    """A live one: what was written last stands in its log of writes alone."""

    def __init__(self, path: Path, *tables: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path, self.draft = path, path.with_name(f"draft-{path.name}")
        self.connection = sqlite3.connect(self.draft, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA wal_autocheckpoint=0")
        for table in tables:
            self.connection.execute(table)

    def put(self, table: str, **row: Any) -> None:
        marks = ", ".join("?" * len(row))
        columns = ", ".join(row)
        self.connection.execute(f"INSERT OR REPLACE INTO {table}({columns}) VALUES({marks})", tuple(row.values()))

    def settle(self) -> None:
        """From here on only the log of writes grows."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        for end in ("", "-wal"):
            copyfile(f"{self.draft}{end}", f"{self.path}{end}")
        self.connection.close()
        self.draft.unlink()


class OpenCode(Agent):
    source = "opencode"

    def __init__(self, root: Path, random: Random) -> None:
        super().__init__(root, random)
        self.database = Database(root / "opencode.db", *TABLES)
        self._ids = 0
        self._now = 0

    def id(self, kind: str, at: int) -> str:
        """Ids tell when they were made, but for the highest bits."""
        self._ids = (self._ids + 1) % 4096
        return f"{kind}_{(at * 4096 + self._ids) % 2**48:012x}{hex_of(self.random, 14)}"

    def session(self, at: int, *, newer: bool = False, base: Database | None = None, **more: Any) -> str:
        row = {"id": self.id("ses", at), "directory": "/home/u/shop", "time_created": at, "time_updated": at, **more}
        (base or self.database).put("session_v2" if newer else "session", **row)
        return str(row["id"])

    def answer(self, at: int, used: Used | None = None, trap: str = "", *, served: tuple[str, str] | None = None,
               style: str = "total", plan: bool = False, told: int | None = None) -> dict[str, Any]:  # fmt: skip
        """What was called, and how a generation tells it."""
        provider, model = served or self.random.choice(SERVED)
        used = used or usual(self.random, written=provider == "anthropic")
        made = self.called(at, model, used, trap, told=told)
        inside = style.startswith("inside")
        cost = 0 if plan else dollars(made)
        if inside and cost:  # reasoning was charged once more, where it stood inside the output already
            cost = dollars(thought_twice(made))
        tokens = {
            "input": used.input, "output": used.output - (0 if inside else used.reasoning),
            "reasoning": used.reasoning, "cache": {"read": used.read, "write": used.written},
        }  # fmt: skip
        if style.endswith("total"):
            tokens["total"] = used.total
        times = {"created": at, "completed": at + self.random.randrange(800, 40_000)}
        if style == "newer":
            return {"agent": "build", "model": {"id": model, "providerID": provider}, "cost": cost, "tokens": tokens,
                    "content": [{"type": "text", "text": HERE[1:-1]}], "time": times}  # fmt: skip
        return {
            "role": "assistant", "time": times, "parentID": self.id("msg", at - 9), "modelID": model,
            "providerID": provider, "mode": "build", "path": {"cwd": "/home/u/shop", "root": "/home/u/shop"},
            "cost": cost, "tokens": tokens, "finish": "stop",
        }  # fmt: skip

    def now(self, at: int) -> int:
        """When a row is written: one after another, whatever is told in them."""
        self._now = max(self._now + 1, at)
        return self._now

    def row(self, session: str, data: dict[str, Any], *, id: str = "", base: Database | None = None,
            late: int = 0) -> str:  # fmt: skip
        """`late`: milliseconds by which a row that is seen now was written before others."""
        at = data["time"]["created"]
        id = id or self.id("msg", at)
        (base or self.database).put("message", id=id, session_id=session, time_created=at,
                                    time_updated=self.now(data["time"]["completed"]) - late,
                                    data=json.dumps(data))  # fmt: skip
        return id

    def newer(self, session: str, data: dict[str, Any], seq: int, *, type: str = "assistant") -> None:
        at = data["time"]["created"]
        body = json.dumps(data).replace(HERE, f'"{text(self.random, 400)}"')
        now = self.now(data["time"].get("completed", at))
        self.database.put("session_message", id=self.id("msg", at), session_id=session, time_created=at,
                          time_updated=now, data=body, type=type, seq=seq)  # fmt: skip

    def file(self, session: str, data: dict[str, Any], *, id: str = "") -> Path:
        id = id or self.id("msg", data["time"]["created"])
        path = self.root / "storage/message" / session / f"{id}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"id": id, "sessionID": session, **data}, indent=2))
        return path


def thought_twice(made: Made) -> Made:
    """What OpenCode charged for, where reasoning stood inside the output."""
    return replace(made, output=made.output + made.reasoning)


def _asked(at: int) -> dict[str, Any]:
    return {"role": "user", "time": {"created": at, "completed": at}, "summary": {"title": "no words of anybody's"}}


def write(root: Path, random: Random) -> OpenCode:
    from tests.corpora import opencode_traps

    agent = OpenCode(root, random)
    for number, at in enumerate(agent.starts(24)):
        session = agent.session(at, newer=number % 3 == 2) if number % 3 else agent.id("ses", at)
        for seq in range(random.randrange(2, 12)):
            at = agent.pause(at)
            if number % 3 == 0:
                agent.file(session, _asked(at))
                agent.file(session, agent.answer(agent.pause(at), style="total"))
            elif number % 3 == 1:
                agent.row(session, _asked(at))
                agent.row(session, agent.answer(agent.pause(at)))
            else:
                agent.newer(session, _asked(at), 2 * seq, type="user")
                agent.newer(session, agent.answer(agent.pause(at), style="newer"), 2 * seq + 1)
            at = agent.pause(at) + 60_000
    agent.database.settle()
    opencode_traps.write(agent)
    agent.database.close()
    return agent
