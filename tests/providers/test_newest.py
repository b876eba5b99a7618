from datetime import timedelta

from creditsui.domain.reading import Reading, Window
from creditsui.providers.newest import Snapshot, merged, remembered
from tests.providers.answering import NOW

LATER = NOW + timedelta(days=1)


def five(used: float) -> Window:
    return Window("5h", used, resets_at=LATER)


def test_nobody_said_anything() -> None:
    assert merged((), NOW) is None and remembered(None) == () and remembered(Reading(at=NOW)) == ()


def test_a_partial_word_updates_only_what_it_names() -> None:
    week = Window("7d", 0.4, resets_at=LATER)
    found = merged([Snapshot(NOW - timedelta(hours=1), (five(0.1), week), True), Snapshot(NOW, (five(0.2),))], NOW)
    assert found == Snapshot(NOW, (five(0.2), week), True)


def test_a_whole_word_drops_what_is_gone() -> None:
    earlier = Snapshot(NOW - timedelta(hours=1), (five(0.1), Window("7d Fable", 0.4, resets_at=LATER)), True)
    found = merged([earlier, Snapshot(NOW, (five(0.2),), True)], NOW)
    assert found is not None and found.windows == (five(0.2),)


def test_an_older_word_never_replaces_a_newer_one() -> None:
    found = merged([Snapshot(NOW, (five(0.2),)), Snapshot(NOW - timedelta(minutes=1), (five(0.9),), True)], NOW)
    assert found is not None and (found.at, found.windows) == (NOW, (five(0.2),))


def test_a_remembered_window_that_nobody_names_any_more_ends_with_its_reset() -> None:
    gone = Window("7d Fable", 0.4, resets_at=NOW)
    found = merged([Snapshot(NOW - timedelta(hours=1), (gone,), True), Snapshot(NOW, (five(0.2),))], NOW)
    assert found is not None and found.windows == (five(0.2),)


def test_the_future_is_now() -> None:
    found = merged([Snapshot(LATER, (five(0.2),))], NOW)
    assert found is not None and found.at == NOW
