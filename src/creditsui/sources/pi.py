"""pi, and oh-my-pi, which keeps the same sessions."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from creditsui.domain.call import Call
from creditsui.sources import pi_entries
from creditsui.sources.lines import login
from creditsui.sources.spec import Lines, Source

_PLANS = pi_entries.PLANS | {"zai"}
"""pi asks Z.ai only where its coding plan is served."""


def lines(new: Lines) -> Sequence[Call]:
    """The name of a file is a time and the id of its session; subagents' files have names of their own."""
    name = new.path.stem
    new.state.setdefault("session", name.rpartition("_")[2] if name.startswith("20") else name)
    return pi_entries.read(new, "pi", _PLANS)


def on_plan(environment: Mapping[str, str], home: Path) -> bool:
    """Whether Claude is served to a login: pi prefers what its own file holds to any key in the environment."""
    named = environment.get("PI_CODING_AGENT_DIR", "") or "~/.pi/agent"
    folder = home / (named[2:] if named.startswith("~/") else named)
    kept = login(folder / "auth.json").get("anthropic")
    return isinstance(kept, dict) and kept.get("type") == "oauth"


SOURCE = Source(
    id="pi",
    name="pi",
    roots=(
        ("PI_CODING_AGENT_DIR", "~/.pi/agent"),
        ("PI_CODING_AGENT_SESSION_DIR", "~/.pi/agent/sessions"),
        ("PI_AGENT_DIR", ""),
        ("", "~/.omp/agent"),
    ),
    files=("sessions/**/*.jsonl", "--*/**/*.jsonl", "20*_*/**/*.jsonl", "20*_*.jsonl"),
    lines=lines,
    markers=pi_entries.MARKERS,
    account="anthropic",
    plan="claude",
    on_plan=on_plan,
    note="What a tool used of models is counted only where it keeps a session of its own.",
)
