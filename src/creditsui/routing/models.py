"""Whether a provider lists a model, and how it spells it."""

from collections.abc import Iterable, Sequence


def confirmed(wanted: str, listed: Sequence[str]) -> str | None:
    """The id as the list has it; None where it is not there, or could be more than one.

    Letters may differ in case, and a maker may stand before the id on one side only (`anthropic/…`, `models/…`). A dot
    for a hyphen, or a date that one side lacks, is another model until somebody says so.
    """
    if wanted in listed:
        return wanted
    plain = wanted.casefold()
    same = [id for id in listed if id.casefold() == plain]
    if not same:
        bare = "/" not in wanted
        same = [id for id in listed if ("/" in id) is bare and _tail(id) == _tail(plain)]
    return same[0] if len(set(same)) == 1 else None


def first(wanted: Iterable[str], listed: Sequence[str]) -> str | None:
    """The first of several that the list confirms."""
    return next((id for one in wanted if one and (id := confirmed(one, listed)) is not None), None)


def similar(wanted: str, listed: Sequence[str]) -> str | None:
    """An id that differs in punctuation, or in a date at its end, alone: a hint, never a choice."""
    plain = _bare(wanted)
    found = [id for id in listed if _bare(id) == plain]
    dated = [id for id in listed if _bare(id).startswith(plain) and _date(_bare(id)[len(plain) :])]
    return next(iter(found or dated), None)


def _date(rest: str) -> bool:
    return len(rest) >= 4 and rest.isdigit()


def _tail(id: str) -> str:
    return id.casefold().rpartition("/")[2]


def _bare(id: str) -> str:
    return "".join(letter for letter in _tail(id) if letter.isalnum())
