"""What a source says of its own logs."""

from pathlib import Path

import pytest

from creditsui.sources import catalogue


@pytest.mark.parametrize(
    ("source", "name", "form"),
    [
        ("openclaw", "s.jsonl", "lines"),
        ("openclaw", "s.jsonl.deleted.2026-02-26T20-29-47.344Z", "lines"),
        ("openclaw", "openclaw-agent.sqlite", "rows"),
        ("gemini-cli", "session-1.json", "document"),
        ("gemini-cli", "session-1.jsonl", "lines"),
        ("pi", "s.jsonl", "lines"),
    ],
)
def test_a_log_is_read_by_the_form_that_its_name_tells(source: str, name: str, form: str) -> None:
    assert catalogue()[source].form(Path(name)) == form


def test_every_source_reads_at_least_one_form() -> None:
    for source in catalogue().values():
        assert source.lines or source.document or source.rows
        assert source.files
        assert source.roots
