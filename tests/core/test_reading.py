"""What passes from a log to the store."""

from pathlib import Path
from random import Random

from creditsui.adapters import tail
from creditsui.core.logs.reading import Result, Work, one
from tests.corpora.claude import Session
from tests.corpora.pen import FIRST


def test_of_the_blocks_of_an_answer_one_call_passes_with_the_last_ones_tokens_at_the_first_ones_instant(
    tmp_path: Path,
) -> None:
    session = Session(tmp_path, Random(1), FIRST)
    session.answer(blocks=5)
    session.answer(blocks=1)
    session.file.close()
    (result,) = one(_work(session.file.path))
    assert result.repeated == 4
    assert _told(result) == [(made.at, made.output) for made in session.made]


def test_one_id_under_two_requests_or_in_a_side_branch_is_left_to_the_store(tmp_path: Path) -> None:
    session = Session(tmp_path, Random(1), FIRST)
    for request, side in (("req_a", False), ("req_b", False), ("req_b", True)):
        session.answer(id="msg_same", request=request, isSidechain=side)
    session.file.close()
    (result,) = one(_work(session.file.path))
    assert (len(_told(result)), result.repeated) == (3, 0)


def _told(result: Result) -> list[tuple[int, int]]:
    """When each call was, and its output, oldest first."""
    return sorted((call[1], call[3]) for _, calls in result.groups for call in calls)


def _work(path: Path) -> Work:
    log = tail.look(path)
    assert log is not None
    return Work("claude-code", path, log.file, log.size, log.changed, 0, f"{log.file}:0", "{}", log.size)
