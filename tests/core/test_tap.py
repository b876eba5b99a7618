"""What is kept of Claude Code's status line input, and what is not."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from creditsui.core.tap import LONGEST_INPUT, keep, read

NOW = datetime(2026, 11, 20, 19, 40, tzinfo=UTC)
LIMITS = {
    "five_hour": {"used_percentage": 27, "resets_at": 1774047600},
    "seven_day": {"used_percentage": 9.5, "resets_at": None},
}


def piped(limits: object) -> bytes:
    private = {"session_id": "s-canary", "transcript_path": "/home/canary/t.jsonl", "cwd": "/canary"}
    return json.dumps({**private, "rate_limits": limits}).encode()


def test_keeps_the_limits_and_the_instant_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "state" / "creditsui" / "claude-status.json"
    assert keep(piped(LIMITS), path, NOW)
    assert json.loads(path.read_text()) == {"captured_at": "2026-11-20T19:40:00Z", "rate_limits": LIMITS}
    assert "canary" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_redraw_with_the_same_limits_writes_nothing_until_it_is_worth_it(tmp_path: Path) -> None:
    path = tmp_path / "claude-status.json"
    keep(piped(LIMITS), path, NOW)
    inode = path.stat().st_ino
    assert keep(piped(LIMITS), path, NOW + timedelta(seconds=5))
    assert path.stat().st_ino == inode
    keep(piped(LIMITS), path, NOW + timedelta(seconds=60))
    assert json.loads(path.read_text())["captured_at"] == "2026-11-20T19:41:00Z"
    keep(piped({"five_hour": {"used_percentage": 28, "resets_at": 1774047600}}), path, NOW + timedelta(seconds=61))
    assert json.loads(path.read_text())["rate_limits"]["five_hour"]["used_percentage"] == 28


def test_a_broken_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "claude-status.json"
    for old in (b"", b"[]", b"{", b'{"captured_at": 3}', b'{"captured_at": "2026-11-20T19:40:00"}'):
        path.write_bytes(old)
        assert keep(piped(LIMITS), path, NOW)
        assert json.loads(path.read_text())["rate_limits"] == LIMITS


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 200_000,
        piped(None),
        piped([]),
        piped({"five_hour": None}),
        piped({"five_hour": {"used_percentage": "27"}}),
        piped({"five_hour": {"used_percentage": True}}),
        piped({"five_hour": {"used_percentage": -1}}),
        b'{"rate_limits": {"five_hour": {"used_percentage": NaN}}}',
        b'{"rate_limits": {"five_hour": {"used_percentage": 1e999}}}',
        b'{"rate_limits": {"five_hour": {"used_percentage": ' + b"9" * 4000 + b"}}}",
        piped({"\x1b]0;title\x07": {"used_percentage": 1}}),
        piped(LIMITS) + b" " * LONGEST_INPUT,
    ],
)
def test_what_makes_no_sense_leaves_the_last_good_file(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "claude-status.json"
    keep(piped(LIMITS), path, NOW)
    before = path.read_bytes()
    assert not keep(raw, path, NOW + timedelta(hours=1))
    assert path.read_bytes() == before


def test_one_odd_window_does_not_cost_the_others() -> None:
    odd = {"five_hour": {"used_percentage": 130, "resets_at": "soon"}, "x": 3, "seven_day": {"used_percentage": 9}}
    assert read(piped(odd)) == {
        "five_hour": {"used_percentage": 100, "resets_at": None},
        "seven_day": {"used_percentage": 9, "resets_at": None},
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["rate_limits", "x"]), json_values))
def test_never_raises_and_keeps_only_windows(value: object) -> None:
    for window in read(json.dumps(value).encode()).values():
        assert window["used_percentage"] is not None and 0 <= window["used_percentage"] <= 100
