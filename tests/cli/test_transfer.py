"""`creditsui export` and `import` on real files and pipes: what they say, and that nothing is half done."""

import gzip
import json
import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run, Start
from tests.conftest import wait_until

CANARY = "sk-canary-0123456789abcdefghij"


@pytest.fixture
def booked(run_cli: Run) -> None:
    run_cli("account", "add", "piggy", "--capacity", "50")
    run_cli("sync", "piggy", "45", "--note", "mine")
    run_cli("topup", "piggy", "5")
    run_cli("undo")


def elsewhere(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "elsewhere"
    home.mkdir(exist_ok=True)
    return {"HOME": str(home)}


@pytest.mark.usefixtures("booked")
def test_an_export_is_for_the_owner_alone_and_another_home_takes_it_in(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.ndjson"
    done = run_cli("export", str(path))
    assert (done.code, done.out) == (0, "") and "Exported 0 readings, 3 entries, 0 calls." in done.err
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [row["type"] for row in rows] == ["sync", "topup", "undo"] and rows[2]["undoes"] == rows[1]["id"]
    there = elsewhere(tmp_path)
    run_cli("account", "add", "piggy", "--capacity", "50", env=there)
    done = run_cli("import", str(path), env=there)
    assert (done.code, done.out, done.err) == (0, "Imported 0 readings, 3 entries, 0 calls.\n", "")
    done = run_cli("import", str(path), env=there)
    assert done.out == "Imported 0 readings, 0 entries, 0 calls; 3 rows known already.\n"
    assert run_cli("entries", "--json", env=there).json == run_cli("entries", "--json").json
    status = Path(there["HOME"]) / ".local/state/creditsui/status.json"
    assert json.loads(status.read_text())["accounts"][0]["balance"]["remaining"] == 45, "status lines know it at once"


@pytest.mark.usefixtures("booked")
def test_a_minus_is_a_pipe(run_cli: Run, tmp_path: Path) -> None:
    done = run_cli("export", "-")
    assert done.code == 0 and len(done.out.splitlines()) == 3
    there = run_cli("import", "-", input=done.out, env=elsewhere(tmp_path))
    assert there.out == "Imported 0 readings, 3 entries, 0 calls.\n"


@pytest.mark.usefixtures("booked")
def test_what_ends_in_gz_is_compressed_and_told_by_its_bytes(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.ndjson.gz"
    assert run_cli("export", str(path)).code == 0
    data = path.read_bytes()
    assert len(gzip.decompress(data).splitlines()) == 3
    (tmp_path / "renamed").write_bytes(data)
    assert "3 entries" in run_cli("import", str(tmp_path / "renamed"), env=elsewhere(tmp_path)).out
    assert "3 rows known" in run_cli("import", "-", input=data, env=elsewhere(tmp_path)).out
    assert run_cli("export", str(path)).code == 0 and path.read_bytes() == data, "the same bytes every time"


@pytest.mark.usefixtures("booked")
def test_a_damaged_archive_gives_what_it_has_and_says_so(run_cli: Run, tmp_path: Path) -> None:
    data = run_cli("export", "-").out.encode()
    (tmp_path / "cut.gz").write_bytes(gzip.compress(data * 4000)[:-40])
    done = run_cli("import", str(tmp_path / "cut.gz"), env=elsewhere(tmp_path))
    assert done.code == 1 and "is damaged after line" in done.err and "3 entries" in done.out
    (tmp_path / "bad.gz").write_bytes(gzip.compress(data)[:20] + b"\0" * 40)
    done = run_cli("import", str(tmp_path / "bad.gz"), env=elsewhere(tmp_path))
    assert done.code == 1 and "is damaged after line 0" in done.err


@pytest.mark.usefixtures("booked")
def test_bad_lines_are_told_by_number_and_the_rest_comes_in(run_cli: Run, tmp_path: Path) -> None:
    good = run_cli("export", "-").out.splitlines()
    text = "\ufeff" + "\r\n".join(["", good[0], "{", "", good[1], '{"kind": "wish"}', "x" * 5_000_000, good[2]])
    done = run_cli("import", "-", input=text, env=elsewhere(tmp_path))
    assert done.code == 1 and done.out == "Imported 0 readings, 3 entries, 0 calls.\n"
    assert done.err.splitlines() == [
        "line 3: it is no JSON object",
        "line 6: kind means nothing here",
        "line 7: it is longer than any row",
    ]


def test_what_is_no_export_changes_nothing(run_cli: Run, home: Path) -> None:
    done = run_cli("import", sys.executable)
    assert done.code == 1 and "is no export of creditsui; nothing was taken in." in done.err and not done.out
    assert len(done.err.splitlines()) < 30 and all(line.isprintable() for line in done.err.splitlines())
    assert run_cli("entries", "--json").json["entries"] == []


def test_an_error_never_repeats_what_the_line_said(run_cli: Run) -> None:
    line = json.dumps({"kind": "entry", "type": CANARY, "id": "1", "account": "a", "at": CANARY, "amount": CANARY})
    done = run_cli("import", "-", input=f"{line}\n{CANARY}\n" + line.replace('"entry"', f'"{CANARY}"'))
    assert done.code == 1 and "canary" not in done.err + done.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["export", "{tmp}/nope/out"], "/nope: there is no such folder."),
        (["export", "{tmp}"], "it is a folder; name a file."),
        (["export", "/dev/null"], "it is no file; “-” writes to standard output."),
        (["export", "{tmp}/home/.local/share/creditsui/ledger.db"], "is a file of creditsui itself"),
        (["import", "{tmp}/nope"], "No such file or directory."),
        (["import", "{tmp}"], "Is a directory."),
    ],
)
@pytest.mark.usefixtures("booked")
def test_a_path_that_cannot_be_is_one_line(run_cli: Run, tmp_path: Path, words: list[str], says: str) -> None:
    done = run_cli(*(word.format(tmp=tmp_path) for word in words))
    assert done.code == 1 and says in done.err and done.err.count("\n") == 1 and not done.out


@pytest.mark.usefixtures("booked")
def test_a_full_disk_is_one_line(run_cli: Run) -> None:
    with Path("/dev/full").open("w") as full:
        done = run_cli("export", "-", stdout=full.fileno())
    assert done.code == 1 and "disk is full" in done.err and done.err.count("\n") <= 2


@pytest.mark.usefixtures("booked")
def test_a_reader_that_goes_away_is_no_error(run_cli: Run) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    assert run_cli("export", "-", stdout=writer).code == 0
    os.close(writer)


@pytest.mark.usefixtures("booked")
def test_an_interrupted_import_can_be_done_again(run_cli: Run, start_cli: Start, tmp_path: Path) -> None:
    usage = [
        json.dumps({"kind": "usage", "key": f"k{index}", "source": "pi", "account": "piggy", "model": "m", "cost": 1,
                    "at": "2026-11-01T00:00:00Z"})
        for index in range(12_000)
    ]  # fmt: skip
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    there = elsewhere(tmp_path)
    running = start_cli("import", str(pipe), env=there)
    with pipe.open("w") as out:
        out.write("\n".join(usage[:7000]) + "\n")
        out.flush()
        ledger = Path(there["HOME"]) / ".local/share/creditsui/ledger.db"
        wait_until(lambda: ledger.exists() and calls(run_cli, there) == 5000)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130
    assert calls(run_cli, there) == 5000
    done = run_cli("import", "-", input="\n".join(usage), env=there)
    assert done.out == "Imported 0 readings, 0 entries, 7,000 calls; 5,000 rows known already.\n"


def calls(run_cli: Run, env: dict[str, str]) -> int:
    totals = run_cli("spend", "--since", "all", "--by", "source", "--json", env=env).json["rows"]
    return sum(row["calls"] for row in totals)


def test_nothing_to_export_is_an_empty_file(run_cli: Run, tmp_path: Path) -> None:
    done = run_cli("export", str(tmp_path / "out"))
    assert done.code == 0 and "Nothing was read or booked yet." in done.err
    assert (tmp_path / "out").read_bytes() == b""
    assert run_cli("import", str(tmp_path / "out")).code == 0
