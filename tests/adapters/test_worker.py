import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from creditsui.adapters.worker import NoAnswer, Worker
from tests.conftest import wait_until


@pytest.fixture
def worker() -> Worker:
    return Worker("test")


def test_it_hands_back_results_and_errors(worker: Worker) -> None:
    assert worker.run(lambda: 7, 10) == 7
    with pytest.raises(ZeroDivisionError):
        worker.run(lambda: 1 // 0, 10)
    assert worker.run(lambda: None, 10) is None


def test_calls_from_many_threads_run_one_after_another_in_one_daemon(worker: Worker) -> None:
    seen: set[threading.Thread] = set()

    def act(number: int) -> int:
        seen.add(threading.current_thread())
        return number

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda number: worker.run(lambda: act(number), 30), range(200)))
    assert results == list(range(200))
    (thread,) = seen
    assert thread.daemon


def test_while_one_call_hangs_every_other_fails_at_once_and_all_is_well_when_it_returns(worker: Worker) -> None:
    release = threading.Event()
    with pytest.raises(NoAnswer):
        worker.run(lambda: release.wait(60), 0.05)
    assert worker.hung
    for _ in range(100):
        with pytest.raises(NoAnswer):
            worker.run(lambda: pytest.fail("it must not run"), 600)
    release.set()
    wait_until(lambda: not worker.hung)
    assert worker.run(lambda: "back", 10) == "back"


def test_it_hangs_as_soon_as_its_time_is_up_though_who_waits_for_it_has_not_woken_yet(worker: Worker) -> None:
    release, started = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(worker.run, lambda: started.set() or release.wait(60), 0.5)
        assert started.wait(60)
        with worker._lock:  # who waits needs it to give up
            wait_until(lambda: worker.hung)
        with pytest.raises(NoAnswer):
            waiting.result(60)
        release.set()


def test_a_call_that_was_given_up_before_it_began_never_runs(worker: Worker) -> None:
    release, started, ran = threading.Event(), threading.Event(), []

    def slow() -> str:
        started.set()
        release.wait(60)
        return "slow"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(worker.run, slow, 60)
        started.wait(60)
        with pytest.raises(NoAnswer):
            worker.run(lambda: ran.append("a write that was reported as failed"), 0.05)
        release.set()
        assert first.result(60) == "slow"  # somebody still waited for this one
    assert worker.run(lambda: "next", 10) == "next"
    assert ran == []


def test_giving_up_lets_everybody_go(worker: Worker) -> None:
    release, started = threading.Event(), threading.Event()

    def slow() -> None:
        started.set()
        release.wait(60)

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(worker.run, slow, 600)
        started.wait(60)
        worker.give_up()
        with pytest.raises(NoAnswer):
            waiting.result(60)
    release.set()
