"""Whatever stands in a log beside its calls: it costs itself, is counted, and spoils no neighbour."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from creditsui.sources import catalogue
from creditsui.sources.lines import login, marked, micro, moment
from creditsui.sources.spec import Call, Lines

Good = Callable[[int, Any], bytes]
PATH = Path("/x/sessions/a/b/wire.jsonl")


def pi(n: int, tokens: Any = 5) -> bytes:
    message = {
        "role": "assistant",
        "model": "m",
        "timestamp": 1787133600000 + n,
        "usage": {"input": tokens, "output": 3},
    }
    return json.dumps(
        {"type": "message", "id": str(n), "timestamp": "2026-08-19T10:00:00Z", "message": message}
    ).encode()


def gemini(n: int, tokens: Any = 5) -> bytes:
    told = {
        "type": "gemini",
        "id": str(n),
        "timestamp": "2026-08-19T10:00:00Z",
        "tokens": {"input": tokens, "output": 3},
    }
    return json.dumps(told).encode()


def kimi(n: int, tokens: Any = 5) -> bytes:
    payload = {"message_id": str(n), "token_usage": {"input_other": tokens, "output": 3}}
    return json.dumps({"timestamp": 1787133600.5, "message": {"type": "StatusUpdate", "payload": payload}}).encode()


def kimi_code(n: int, tokens: Any = 5) -> bytes:
    told = {
        "type": "usage.record",
        "model": "m",
        "time": 1787133600000 + n,
        "usage": {"inputOther": tokens, "output": 3},
    }
    return json.dumps(told).encode()


def qwen(n: int, tokens: Any = 5) -> bytes:
    usage = {"promptTokenCount": tokens, "candidatesTokenCount": 3}
    told = {"type": "assistant", "uuid": str(n), "timestamp": "2026-08-19T10:00:00Z", "usageMetadata": usage}
    return json.dumps(told).encode()


LOGS = [
    ("pi", pi),
    ("openclaw", pi),
    ("gemini-cli", gemini),
    ("kimi-cli", kimi),
    ("kimi-cli", kimi_code),
    ("qwen-code", qwen),
]
every = pytest.mark.parametrize(("source", "good"), LOGS, ids=lambda value: getattr(value, "__name__", value))


def read(source: str, *lines: bytes, state: dict[str, Any] | None = None) -> tuple[list[Call], int]:
    given = Lines(b"".join(line + b"\n" for line in lines), PATH, {} if state is None else state)
    told = catalogue()[source].lines
    assert told is not None
    return list(told(given)), given.skipped


@every
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda line: line[: len(line) - 2], id="cut short"),
        pytest.param(lambda line: line.replace(b": 5", b": NaN"), id="NaN"),
        pytest.param(lambda line: line.replace(b": 5", b": [[5]]"), id="a list for a number"),
        pytest.param(lambda line: line[:-1] + b',"x":' + b"[" * 100_000 + b"}", id="deep and broken"),
        pytest.param(lambda line: line.replace(b'"timestamp"', b'"t"').replace(b'"time"', b'"t"'), id="no time"),
    ],
)
def test_a_line_that_cannot_be_read_is_counted_and_spoils_no_neighbour(
    source: str, good: Good, spoil: Callable[[bytes], bytes]
) -> None:
    calls, skipped = read(source, good(1, 5), spoil(good(2, 5)), good(3, 5))
    assert ([call.input for call in calls], skipped) == ([5, 5], 1)


@every
@pytest.mark.parametrize(
    ("written", "means"), [("7", 7), (7.0, 7), (-7, 0), (True, 0), (None, 0), ("many", 0), (1e300, 0), (10**30, 0)]
)
def test_a_number_of_another_kind_is_what_it_says_or_nothing(source: str, good: Good, written: Any, means: int) -> None:
    calls, _ = read(source, good(1, 5), good(2, written), good(3, 5))
    assert calls[0].input == calls[-1].input == 5
    assert [call.input for call in calls[1:-1]] in ([means], [])
    assert means == 0 or len(calls) == 3


@every
def test_bytes_that_are_no_text_cost_at_most_their_line(source: str, good: Good) -> None:
    broken = good(2, 5)[:-1] + b', "note": "\xff\xfe"}'
    calls, skipped = read(source, good(1, 5), broken, good(3, 5))
    assert len(calls) + skipped == 3
    assert calls[0].input == calls[-1].input == 5


@every
def test_blank_lines_other_lines_and_very_long_ones_cost_nothing(source: str, good: Good) -> None:
    long = b'{"type": "user", "content": "' + b"word " * 10_000_000 + b'"}'
    calls, skipped = read(source, b"", b"   ", b"[]", long, good(1, 5), b"not json", b"\x00" * 100)
    assert (len(calls), skipped) == (1, 0)


@every
def test_a_log_read_piece_by_piece_or_again_tells_the_same_keys(source: str, good: Good) -> None:
    whole = [call.key for call in read(source, good(1, 5), good(2, 5), good(3, 5))[0]]
    state: dict[str, Any] = {}
    pieces = [call.key for n in (1, 2, 3) for call in read(source, good(n, 5), state=state)[0]]
    assert whole == pieces
    assert len(set(whole)) == 3
    assert len(json.dumps(state)) < 1_000


@every
def test_a_line_without_a_marker_is_never_one_that_tells_a_call(source: str, good: Good) -> None:
    assert any(marker in good(1, 5) for marker in catalogue()[source].markers)


def test_lines_that_hold_any_marker_come_once_and_in_order() -> None:
    data = b'one "a" "b"\ntwo\nthree "b"\nfour "a" "a"\nfive "b" without an end'
    assert [bytes(line)[:4] for line in marked(data, (b'"a"', b'"b"'))] == [b"one ", b"thre", b"four", b"five"]
    assert list(marked(b"", (b"a",))) == list(marked(b"b\n", (b"a",))) == []


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("2026-08-19T10:00:00.123Z", 1787133600123),
        ("2026-08-19T12:00:00.123+02:00", 1787133600123),
        ("2026-08-19T10:00:00.123", 1787133600123),
        (1787133600.123, 1787133600123),
        (1787133600123, 1787133600123),
        (0, None),
        (-5, None),
        (True, None),
        (None, None),
        (float("nan"), None),
        (float("inf"), None),
        ("yesterday", None),
        ("0001-01-01T00:00:00Z", None),
        (10**40, None),
    ],
)
def test_a_time_is_read_in_the_unit_it_is_in_or_not_at_all(
    told: Any, at: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Tongatapu")
    time.tzset()
    try:
        assert moment(told) == at
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("told", "amount"),
    [(0.25, 250_000), (1, 1_000_000), (0, None), (-1, None), (float("nan"), None), ("0.25", None), (True, None)],
)
def test_an_amount_of_nothing_is_no_amount(told: Any, amount: int | None) -> None:
    assert micro(told) == amount


def test_a_login_that_is_none_tells_nothing(tmp_path: Path) -> None:
    for content in ("[]", "{", '"x"', "[" * 100_000):
        (tmp_path / "login.json").write_text(content)
        assert login(tmp_path / "login.json") == {}
    (tmp_path / "login.json").write_text('{"a": "' + "b" * 1_000_000 + '"}')
    assert login(tmp_path / "login.json") == login(tmp_path) == login(tmp_path / "none") == {}
