"""Writing Hermes' config.yaml: kept before, replaced at once, and put back byte by byte or not at all."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from creditsui.adapters import hermes_history, hermes_past, hermes_write
from creditsui.routing.hermes_config import rewrite
from creditsui.routing.route import Choice, Refused, Route
from tests.routing.configs import REAL

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DEEPSEEK = Route(Choice("deepseek", "deepseek-v4-pro"), None, (Choice("anthropic", "claude-opus-5"),))
GEMINI = Route(Choice("gemini", "gemini-3.1-pro"), None, (Choice("deepseek", "deepseek-v4-pro"),))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "hermes" / "config.yaml"
    path.parent.mkdir()
    path.write_bytes(REAL)
    path.chmod(0o600)
    return path


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "data" / "routing.json"


def switch(config: Path, history: Path, route: Route = DEEPSEEK, at: datetime = NOW) -> hermes_write.Applied | None:
    old = config.read_bytes()
    new = rewrite(old, route, hermes_past.ours(history, config))
    return hermes_write.apply(config, old, new, route, history=history, at=at, reason="it lasts longer")


def names(config: Path) -> list[str]:
    return sorted(one.name for one in config.parent.iterdir())


def test_the_bytes_before_are_kept_for_their_owner_alone_and_the_change_is_noted(config: Path, history: Path) -> None:
    config.chmod(0o644)
    applied = switch(config, history)
    assert applied is not None
    assert applied.backup.read_bytes() == REAL
    assert applied.backup.stat().st_mode & 0o777 == 0o600
    assert config.stat().st_mode & 0o777 == 0o644
    assert names(config) == ["config.yaml", "config.yaml.creditsui-20261120T120000000000Z"], (
        "no lock, nothing temporary"
    )
    assert hermes_history.changes(history) == [applied.change]
    assert applied.change.before == hermes_write.sha(REAL)
    assert applied.change.after == hermes_write.sha(config.read_bytes())
    assert history.stat().st_mode & 0o777 == 0o600


def test_what_changes_nothing_writes_nothing(config: Path, history: Path) -> None:
    switch(config, history)
    before = {one: one.stat().st_mtime_ns for one in (*config.parent.iterdir(), *history.parent.iterdir())}
    assert switch(config, history) is None
    assert {one: one.stat().st_mtime_ns for one in (*config.parent.iterdir(), *history.parent.iterdir())} == before


def test_ten_backups_are_kept_and_nobody_elses(config: Path, history: Path) -> None:
    theirs = [config.with_name(name) for name in ("config.yaml.bak", "config.yaml.creditsui-mine", "config.yaml.orig")]
    for one in theirs:
        one.write_bytes(b"theirs")
    for day in range(15):
        switch(config, history, (DEEPSEEK, GEMINI)[day % 2], NOW + timedelta(days=day))
    kept = [one for one in names(config) if "creditsui-2" in one]
    assert len(kept) == 10
    assert kept[-1] == "config.yaml.creditsui-20261204T120000000000Z"
    assert all(one.read_bytes() == b"theirs" for one in theirs)


def test_two_changes_within_a_second_have_a_backup_each(config: Path, history: Path) -> None:
    first, second = switch(config, history), switch(config, history, GEMINI)
    assert first and second and first.backup != second.backup
    hermes_write.undo(config, history=history)
    hermes_write.undo(config, history=history)
    assert config.read_bytes() == REAL


def test_a_link_stays_one_and_what_it_leads_to_is_written(config: Path, history: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "hermes.yaml"
    target.parent.mkdir()
    config.rename(target)
    config.symlink_to(target)
    applied = switch(config, history)
    assert applied is not None
    assert config.is_symlink()
    assert target.read_bytes() != REAL
    assert applied.backup.parent == config.parent, "no key goes to where the dotfiles are kept"
    assert [one.name for one in target.parent.iterdir()] == ["hermes.yaml"]
    hermes_write.undo(config, history=history)
    assert config.is_symlink()
    assert target.read_bytes() == REAL


def test_a_file_that_somebody_else_changed_meanwhile_is_left_alone(config: Path, history: Path) -> None:
    new = rewrite(REAL, DEEPSEEK)
    config.write_bytes(REAL + b"\n# theirs\n")
    with pytest.raises(Refused, match="somebody else"):
        hermes_write.apply(config, REAL, new, DEEPSEEK, history=history, at=NOW, reason="")
    assert config.read_bytes() == REAL + b"\n# theirs\n"
    assert names(config) == ["config.yaml"]


def test_a_file_changed_between_the_last_look_and_the_write_is_left_alone(
    config: Path, history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = hermes_past.noted

    def theirs(*given: object) -> None:
        noted(*given)  # type: ignore[arg-type]
        config.write_bytes(b"model: theirs\n")

    monkeypatch.setattr(hermes_past, "noted", theirs)
    with pytest.raises(Refused, match="somebody else just now"):
        switch(config, history)
    assert config.read_bytes() == b"model: theirs\n"
    assert names(config) == ["config.yaml"]
    assert hermes_history.changes(history) == []


@pytest.mark.parametrize("fault", ["read-only", "gone", "folder", "pipe", "dangling"])
def test_a_file_that_cannot_be_written_is_left_as_it_is(config: Path, history: Path, fault: str) -> None:
    new = rewrite(REAL, DEEPSEEK)
    if fault == "read-only":
        config.chmod(0o400)
    else:
        config.unlink()
    if fault == "folder":
        config.mkdir()
    elif fault == "pipe":
        os.mkfifo(config)
    elif fault == "dangling":
        config.symlink_to("nowhere")
    with pytest.raises(Refused) as refused:
        hermes_write.apply(config, REAL, new, DEEPSEEK, history=history, at=NOW, reason="")
    assert "\n" not in str(refused.value)
    assert fault != "read-only" or config.read_bytes() == REAL
    assert names(config) == ([] if fault == "gone" else ["config.yaml"])


def test_what_the_proof_does_not_pass_is_not_written(config: Path, history: Path) -> None:
    new = rewrite(REAL, DEEPSEEK).replace(b"umask: 0644", b"umask: 0640")
    with pytest.raises(Refused, match="Nothing was written"):
        hermes_write.apply(config, REAL, new, DEEPSEEK, history=history, at=NOW, reason="")

    def disagrees(*_: object) -> None:
        raise Refused("Hermes reads another route.")

    with pytest.raises(Refused, match="another route"):
        hermes_write.apply(
            config, REAL, rewrite(REAL, DEEPSEEK), DEEPSEEK, history=history, at=NOW, reason="", agrees=disagrees
        )
    assert config.read_bytes() == REAL
    assert names(config) == ["config.yaml"]
    assert not history.exists()


def test_undo_puts_back_only_what_still_is_what_was_written(config: Path, history: Path) -> None:
    applied = switch(config, history)
    assert applied is not None
    written = config.read_bytes()
    config.write_bytes(written + b"\n# theirs\n")
    with pytest.raises(Refused, match="changed since then"):
        hermes_write.undo(config, history=history)
    assert config.read_bytes() == written + b"\n# theirs\n"
    config.write_bytes(written)
    applied.backup.write_bytes(b"not what it was")
    with pytest.raises(Refused, match="not what was kept"):
        hermes_write.undo(config, history=history)
    applied.backup.unlink()
    with pytest.raises(Refused, match="gone"):
        hermes_write.undo(config, history=history)
    assert config.read_bytes() == written


def test_undo_goes_back_change_by_change_and_then_no_further(config: Path, history: Path) -> None:
    switch(config, history)
    first = config.read_bytes()
    switch(config, history, GEMINI, NOW + timedelta(days=1))
    assert hermes_write.undo(config, history=history).route == GEMINI
    assert config.read_bytes() == first
    assert hermes_write.undo(config, history=history).undone
    assert config.read_bytes() == REAL
    with pytest.raises(Refused, match="no change"):
        hermes_write.undo(config, history=history)
    assert [one.undone for one in hermes_history.changes(history)] == [True, True]


def test_a_change_that_was_put_back_by_hand_counts_as_taken_back(config: Path, history: Path) -> None:
    switch(config, history)
    config.write_bytes(REAL)
    assert hermes_write.undo(config, history=history).undone
    assert config.read_bytes() == REAL
    switch(config, history)
    config.write_bytes(REAL)
    switch(config, history, GEMINI, NOW + timedelta(days=1))
    assert [one.undone for one in hermes_history.changes(history)] == [True, True, False]


def test_two_homes_have_their_own_history(config: Path, history: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "config.yaml"
    other.parent.mkdir()
    other.write_bytes(REAL)
    switch(config, history)
    switch(other, history, GEMINI, NOW + timedelta(days=1))
    assert hermes_past.ours(history, config) == frozenset(DEEPSEEK.fallbacks)
    hermes_write.undo(config, history=history)
    assert config.read_bytes() == REAL
    assert other.read_bytes() != REAL
    assert hermes_past.ours(history, config) == frozenset()


def test_a_damaged_history_stops_a_change_and_is_not_overwritten(config: Path, history: Path) -> None:
    history.parent.mkdir()
    for damaged in (b"{not json", b'{"a": 1}', b"[" * 100_000):
        history.write_bytes(damaged)
        with pytest.raises(Refused, match="damaged"):
            hermes_write.apply(config, REAL, rewrite(REAL, DEEPSEEK), DEEPSEEK, history=history, at=NOW, reason="")
        assert history.read_bytes() == damaged
    assert config.read_bytes() == REAL
    assert names(config) == ["config.yaml"]


def test_the_history_is_the_list_that_was_agreed_on(config: Path, history: Path) -> None:
    switch(config, history)
    [row] = json.loads(history.read_bytes())
    assert {"at", "backup", "before_sha", "after_sha", "route", "reason"} <= set(row)
    assert row["at"] == "2026-11-20T12:00:00+00:00"
    assert row["route"]["primary"] == {"provider": "deepseek", "model": "deepseek-v4-pro"}
    assert "sk-local" not in history.read_text(), "no key"


@pytest.mark.skipif(os.geteuid() != 0, reason="root can give a file away")
def test_a_file_of_another_owner_keeps_its_owner(config: Path, history: Path) -> None:
    os.chown(config, 65534, 65534)
    switch(config, history)
    assert config.stat().st_uid == 65534
