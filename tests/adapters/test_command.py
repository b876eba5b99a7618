"""A program of somebody else's: it may hang, flood, refuse or not exist, and costs one sentence and its time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from creditsui.adapters import command
from creditsui.adapters.command import NotRun, run
from tests.conftest import wait_until

ENV = {"PATH": os.environ["PATH"]}
SECONDS = 20.0
"""Far more than any of these needs."""


def python(code: str, home: Path, text: str = "", seconds: float = SECONDS) -> str:
    return run([sys.executable, "-c", code], text=text, env=ENV, cwd=home, seconds=seconds)


def refused(code: str, home: Path, text: str = "", seconds: float = SECONDS) -> str:
    with pytest.raises(NotRun) as why:
        python(code, home, text, seconds)
    return str(why.value)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_gets_its_input_its_folder_and_its_environment(home: Path) -> None:
    said = python("import os, sys; print(sys.stdin.read(), os.getcwd(), sorted(os.environ))", home, "hé\n")
    assert said.startswith("hé") and str(home) in said and "PATH" in said and "HOME" not in said


def test_a_home_that_is_gone_keeps_nobody_from_running(tmp_path: Path) -> None:
    assert run(["pwd"], env=ENV, cwd=tmp_path / "gone", seconds=SECONDS) == "/"


def test_words_are_words_whatever_a_shell_would_make_of_them(home: Path) -> None:
    words = ["$(touch pwned)", "; touch pwned", "`touch pwned`", "*", "a b", "-n", "--"]
    assert run(["printf", "%s|", *words], env=ENV, cwd=home, seconds=SECONDS) == "|".join([*words, ""])
    assert not list(home.iterdir())


def test_what_is_not_there_or_no_program_is_one_sentence(home: Path) -> None:
    plain, folder, scrap = home / "plain", home / "folder", home / "scrap"
    plain.write_text("echo hello\n")
    folder.mkdir()
    scrap.write_bytes(b"\x00\x01\x02")
    scrap.chmod(0o755)
    for argv, words in (
        (["/no/such/program"], "does not exist"),
        ([str(plain)], "chmod +x"),
        ([str(folder)], "chmod +x"),
        ([str(scrap)], "could not be started (Exec format error)"),
        (["true", "\0"], "could not be started"),
        (["x" * 10_000], "could not be started (File name too long)"),
    ):
        with pytest.raises(NotRun) as why:
            run(argv, env=ENV, cwd=home, seconds=SECONDS)
        assert words in str(why.value) and "\n" not in str(why.value)


def test_exit_3_is_told_with_what_it_said_cleaned(home: Path) -> None:
    said = refused(r"import sys; print('bad \x1b]0;pwned\x07 tok\nen'); sys.exit(3)", home)
    assert said == "ended with exit code 3: bad ]0;pwned tok en"
    assert refused("import os; os.kill(os.getpid(), 9)", home) == "ended with signal 9"


def test_one_that_closes_its_input_early_and_ends_well_is_fine(home: Path) -> None:
    large = "x" * 5_000_000  # far more than a pipe holds
    assert python("import os; os.close(0); print('done')", home, large) == "done"
    assert refused("import os, sys; os.close(0); sys.exit(3)", home, large) == "ended with exit code 3"


def test_one_that_reads_slowly_gets_all(home: Path) -> None:
    code = "import os\nn = 0\nwhile data := os.read(0, 1 << 14): n += len(data)\nprint(n)"
    assert python(code, home, "y" * 3_000_000) == "3000000"


def test_one_that_closes_its_output_and_goes_on_is_waited_for(home: Path) -> None:
    code = "import os, time; os.close(1); os.close(2); time.sleep(0.3); open('late', 'w').close()"
    assert python(code, home) == "" and (home / "late").exists()


def test_a_flood_is_stopped_and_little_of_it_kept(home: Path) -> None:
    begun = time.monotonic()
    said = refused("import sys\nwhile True: sys.stdout.write('flood ' * 1000)", home)
    assert said == "wrote more than 1 MiB and was ended" and time.monotonic() - begun < SECONDS
    assert len(python("print('z' * 500_000)", home)) == 200


def test_one_that_hangs_is_ended_with_all_its_children_also_those_that_will_not_hear(home: Path) -> None:
    code = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"],
    stdout=subprocess.PIPE)
child.stdout.readline()
open("pids.new", "w").write(f"{os.getpid()} {child.pid}")
os.rename("pids.new", "pids")
time.sleep(600)
"""
    said = refused(code, home, seconds=3.0)
    assert said == "did not end within 3 seconds and was ended"
    pids = [int(word) for word in (home / "pids").read_text().split()]
    wait_until(lambda: not any(map(alive, pids)))


def test_one_that_is_asked_to_end_may_clean_up(home: Path) -> None:
    code = """
import signal, sys, time
def leave(*_):
    open("cleaned", "w").close()
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
time.sleep(600)
"""
    refused(code, home, seconds=2.0)
    assert (home / "cleaned").exists()


def test_what_it_leaves_in_the_background_may_stay_and_holds_up_nobody(home: Path) -> None:
    begun = time.monotonic()
    run(["sh", "-c", "sleep 300 & echo $! > pid"], env=ENV, cwd=home, seconds=60)
    assert time.monotonic() - begun < 30
    pid = int((home / "pid").read_text())
    assert alive(pid)
    os.kill(pid, signal.SIGKILL)


def test_none_outlives_a_program_that_gives_up(home: Path) -> None:
    code = (
        "import sys, threading, time; from pathlib import Path; from creditsui.adapters import command\n"
        "act = lambda: command.run(['sh', '-c', 'echo $$ > pid; sleep 300'], env={'PATH': sys.argv[1]}, "
        "cwd=Path.cwd(), seconds=60)\n"
        "threading.Thread(target=act, daemon=True).start()\n"
        "while not Path('pid').exists() or not Path('pid').read_text(): time.sleep(0.01)\n"
        "command.give_up()\n"
    )
    subprocess.run([sys.executable, "-c", code, ENV["PATH"]], cwd=home, check=True, timeout=60)
    wait_until(lambda: not alive(int((home / "pid").read_text())))


def test_nothing_is_remembered_of_those_that_ended(home: Path) -> None:
    python("pass", home)
    refused("import sys; sys.exit(1)", home)
    assert not command._running
