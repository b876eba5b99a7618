"""The bar of the dashboard, run by Node with a React that only notes what it is given."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import creditsui

SCRIPT = Path(creditsui.__file__).parent / "hermes_plugin/dashboard/index.js"
RUN = r"""
const { script, answers } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const listening = new Set(), timers = new Map();
let state = [], at = 0, effects = [], asked = [];
const React = {
  createElement: (type, props, ...children) => ({ type, props: props || {}, children: children.flat() }),
};
const hooks = {
  useState: (first) => {
    const mine = at++;
    if (!(mine in state)) state[mine] = first;
    return [state[mine], (next) => { state[mine] = next; }];
  },
  useEffect: (effect) => { if (at === 2) effects.push(effect); },
};
const registered = {}, slots = {};
globalThis.window = {
  __HERMES_PLUGIN_SDK__: { React, hooks, fetchJSON: (path) => {
    asked.push(path);
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    return answer === "refused" ? Promise.reject(new Error("500: <b>no</b>")) : Promise.resolve(answer);
  } },
  __HERMES_PLUGINS__: {
    register: (name, part) => { registered[name] = part; },
    registerSlot: (name, slot, part) => { slots[slot] = [name, part]; },
  },
};
globalThis.document = {
  hidden: false,
  addEventListener: (name, act) => listening.add(act),
  removeEventListener: (name, act) => listening.delete(act),
};
globalThis.setInterval = (act, every) => { timers.set(timers.size + 1, [act, every]); return timers.size; };
globalThis.clearInterval = (id) => timers.delete(id);
new Function(script)();

const [name, Part] = slots["analytics:top"];
const drawn = (node) =>
  node && typeof node === "object"
    ? typeof node.type === "function"
      ? drawn(node.type({ ...node.props, children: node.children }))
      : { ...node, children: node.children.map(drawn) }
    : node;
const paint = () => { at = 0; effects = []; return drawn(React.createElement(Part)); };
(async () => {
  const frames = [paint()];
  const leave = effects[0]();
  for (let turn = 0; turn < answers.length; turn++) {
    await new Promise((done) => setImmediate(done));
    frames.push(paint());
    for (const [act] of timers.values()) act();
  }
  document.hidden = true;
  const before = asked.length;
  for (const [act] of timers.values()) act();
  const idle = asked.length === before;
  const every = [...timers.values()].map(([, each]) => each);
  leave();
  console.log(JSON.stringify({
    name, same: registered[name] === Part, frames, asked, every, idle, left: [listening.size, timers.size],
  }));
})();
"""

ROW = {
    "account": "anthropic", "label": "<img src=x onerror=alert(1)>", "health": 0.2, "band": "critical", "stale": False,
    "error": None, "hint": None,
    "shown": {"glyph": "✖", "percent": "20%", "left": "$9.02", "lasts": "2d", "age": ""},
}  # fmt: skip
NOT_KNOWN = {
    "account": "groq", "label": "Groq", "health": None, "band": "unknown", "stale": True, "error": "no key.",
    "hint": "creditsui key set groq",
    "shown": {"glyph": "?", "percent": "?%", "left": "", "lasts": "", "age": "2h old"},
}  # fmt: skip
BOARD = {
    "providers": [ROW, NOT_KNOWN], "cached": True, "age_seconds": 42, "stale": False, "demo": False, "error": None,
    "hint": None, "shown": {"left": "$9.02", "age": "40s ago"},
}  # fmt: skip


def played(*answers: Any) -> dict[str, Any]:
    """What the bar asked and drew; frame 0 is before the first answer."""
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI"):
            raise AssertionError("node is needed to run the bar")
        pytest.skip("node is needed to run the bar")
    told = json.dumps({"script": SCRIPT.read_text(), "answers": answers})
    done = subprocess.run([node, "-e", RUN], input=told, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def texts(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [text for child in node["children"] for text in texts(child)]
    return [node] if isinstance(node, str) and node else []


def every(node: Any, kind: str) -> list[dict[str, Any]]:
    """All elements with this class."""
    if not isinstance(node, dict):
        return []
    mine = [node] if kind in str(node["props"].get("className", "")).split() else []
    return mine + [one for child in node["children"] for one in every(child, kind)]


def test_the_bar_takes_its_slot_and_asks_us_alone() -> None:
    seen = played(BOARD)
    assert (seen["name"], seen["same"], seen["frames"][0]) == ("creditsui", True, None)
    assert set(seen["asked"]) == {"/api/plugins/creditsui/status"}
    assert seen["every"] == [60_000]


def test_it_shows_what_is_told_and_nothing_of_its_own() -> None:
    frame = played(BOARD)["frames"][1]
    assert texts(frame) == [
        "Credits · $9.02", "40s ago", "✖", "<img src=x onerror=alert(1)>", "20% · $9.02 · 2d",
        "?", "Groq", "?%", "2h old · no key · creditsui key set groq",
    ]  # fmt: skip


def test_text_stays_text() -> None:
    frame = json.dumps(played(BOARD)["frames"])
    assert "dangerouslySetInnerHTML" not in frame
    assert "innerHTML" not in SCRIPT.read_text()
    assert "href" not in frame


def test_the_unknown_has_no_bar_and_no_number() -> None:
    known, unknown = every(played(BOARD)["frames"][1], "creditsui-bar")
    assert (known["props"]["aria-valuenow"], known["children"][0]["props"]["style"]) == (20, {"width": "20%"})
    assert "aria-valuenow" not in unknown["props"]
    assert unknown["children"] == [None]
    assert unknown["props"]["aria-valuetext"] == "unknown · ?%"
    assert "creditsui-nothing" in unknown["props"]["className"]


def test_a_debt_and_more_than_full_stay_inside_the_bar() -> None:
    rows = [ROW | {"account": "a", "health": -0.4}, ROW | {"account": "b", "health": 1.7}]
    bars = every(played(BOARD | {"providers": rows})["frames"][1], "creditsui-bar")
    assert [bar["children"][0]["props"]["style"]["width"] for bar in bars] == ["0%", "100%"]


def test_what_is_stale_looks_and_says_so() -> None:
    frame = played(BOARD | {"stale": True, "shown": {"left": "", "age": "3h ago"}})["frames"][1]
    assert frame["props"]["className"] == "creditsui creditsui-stale"
    assert "stale · 3h ago" in texts(frame)
    assert [row["props"]["className"] for row in every(played(BOARD)["frames"][1], "creditsui-stale")] == [
        "creditsui-row creditsui-unknown creditsui-stale"
    ]


def test_when_it_is_not_answered_the_last_numbers_stay_and_are_stale() -> None:
    frames = played(BOARD, "refused")["frames"]
    assert every(frames[1], "creditsui")[0]["props"]["className"] == "creditsui"
    assert every(frames[2], "creditsui")[0]["props"]["className"] == "creditsui creditsui-stale"
    assert "creditsui does not answer · stale · 40s ago" in texts(frames[2])
    assert "20% · $9.02 · 2d" in texts(frames[2])
    assert texts(played("refused")["frames"][1]) == ["Credits", "creditsui does not answer"]


def test_a_board_that_is_not_there_says_what_to_do() -> None:
    nothing = {"providers": [], "stale": True, "error": "there is no board yet", "hint": "creditsui status"}
    assert texts(played(nothing | {"shown": {"left": "", "age": ""}})["frames"][1]) == [
        "Credits", "there is no board yet · creditsui status",
    ]  # fmt: skip
    assert texts(played(BOARD | {"providers": []})["frames"][1])[1] == "no accounts yet · 40s ago"


def test_an_answer_of_another_shape_breaks_nothing() -> None:
    for answer in ({}, [], {"providers": {}}, {"providers": [{}, {"band": "__proto__", "health": "1"}]}):
        assert texts(played(answer)["frames"][1])[0] == "Credits"
    frame = played(BOARD | {"providers": [ROW | {"band": "low hidden"}]})["frames"][1]
    assert every(frame, "creditsui-row")[0]["props"]["className"] == "creditsui-row creditsui-unknown"


def test_it_rests_while_nobody_looks_and_stops_when_it_is_taken_away() -> None:
    seen = played(BOARD)
    assert (seen["idle"], seen["left"]) == (True, [0, 0])
