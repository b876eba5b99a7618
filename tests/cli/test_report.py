"""`creditsui status --html`: a page in a file or a pipe, and one line where it cannot be."""

import json
import os
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.outputs.pages import classed, parsed, said

pytestmark = pytest.mark.usefixtures("booked")


@pytest.fixture
def booked(run_cli: Run) -> None:
    run_cli("account", "add", "piggy", "--label", "Piggy & <b>Co</b>", "--capacity", "50")
    run_cli("sync", "piggy", "45")


def test_a_page_is_written_for_the_owner_alone_and_says_what_the_table_says(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    done = run_cli("status", "--cached", "--html", str(path))
    assert (done.code, done.out, done.err) == (0, "", f"Wrote {path}.\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    card = said(classed(parsed(path.read_text(encoding="utf-8")), "card")[0])
    assert card.startswith("● Piggy & <b>Co</b> $45.00 left") and "90%" in card


def test_a_minus_is_a_pipe_in_utf_8_whatever_the_locale(run_cli: Run) -> None:
    done = run_cli("status", "--cached", "--html", "-", env={"LC_ALL": "C", "PYTHONUTF8": "0"})
    assert done.code == 0 and done.err == ""
    assert said(classed(parsed(done.out), "sign")[0]) == "●"


def test_json_goes_to_standard_output_beside_a_page_in_a_file(run_cli: Run, tmp_path: Path) -> None:
    done = run_cli("status", "--cached", "--json", "--html", str(tmp_path / "r.html"))
    assert json.loads(done.out)["accounts"][0]["id"] == "piggy" and (tmp_path / "r.html").exists()
    assert run_cli("status", "--cached", "--json", "--html", "-").code == 2


def test_only_the_accounts_that_were_named_are_in_it_and_no_sums(run_cli: Run) -> None:
    run_cli("account", "add", "other", "--label", "Other")
    run_cli("sync", "other", "7")
    whole, part = (run_cli("status", "--cached", "--html", "-", *ids).out for ids in ([], ["piggy"]))
    assert "Other" in whole and classed(parsed(whole), "total")
    assert "Other" not in part and not classed(parsed(part), "total")


def test_private_goes_with_a_page_and_hides_amounts_and_names(run_cli: Run) -> None:
    assert run_cli("status", "--cached", "--private").code == 2
    out = run_cli("status", "--cached", "--html", "-", "--private").out
    assert "Piggy" not in out and "piggy" not in out and "45.00" not in out and "90%" in out


def test_fail_on_speaks_by_the_exit_code_as_ever(run_cli: Run, tmp_path: Path) -> None:
    run_cli("sync", "piggy", "1")
    done = run_cli("status", "--cached", "--html", str(tmp_path / "r.html"), "--fail-on", "critical")
    assert done.code == 3 and (tmp_path / "r.html").exists()


def test_where_it_cannot_be_written_there_is_one_line_and_no_table(run_cli: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for place, why in (
        (tmp_path / "folder", "it is a folder; name a file"),
        (tmp_path / "no" / "r.html", "there is no such folder"),
        (Path("/dev/full"), "it is no file; “-” writes to standard output"),
    ):
        done = run_cli("status", "--cached", "--html", str(place))
        assert (done.code, done.out, done.err) == (1, "", f"{place}: {why}.\n")


def test_a_full_disk_behind_the_pipe_is_one_line_and_a_reader_that_left_is_none(run_cli: Run) -> None:
    words = ("status", "--cached", "--html", "-")
    with open("/dev/full", "w") as full:
        done = run_cli(*words, stdout=full.fileno())
    assert done.code == 1 and done.err.count("\n") == 1 and "the disk is full" in done.err
    reader, writer = os.pipe()
    os.close(reader)
    done = run_cli(*words, stdout=writer)
    os.close(writer)
    assert (done.code, done.err) == (0, "")


def test_what_the_readme_says_works_as_it_stands_there(run_cli: Run, tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    section = text.partition("\n## A report to share\n")[2].partition("\n## ")[0]
    commands = [line.partition("#")[0].split() for line in section.splitlines() if line.startswith("creditsui ")]
    assert len(commands) == 2
    for name, *words in commands:
        assert (name, run_cli(*words, cwd=tmp_path).code) == ("creditsui", 0)
    assert parsed((tmp_path / "report.html").read_text(encoding="utf-8")).get("lang") == "en"
