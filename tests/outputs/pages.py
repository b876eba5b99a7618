"""A page as a parser of HTML reads it; one that is not valid does not get that far."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

from creditsui.domain.board import Board
from creditsui.domain.spending import Report, Slot, report
from creditsui.outputs.report.page import page
from tests.outputs.boards import NOW

UTC = NOW.tzinfo
assert UTC is not None


def parsed(text: str) -> Element:
    """The root. Raises ParseError with the first thing that is against the standard."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text.encode())


def page_of(board: Board, slots: list[Slot] | None = None, *, private: bool = False) -> Element:
    return parsed(text_of(board, slots, private=private))


def text_of(board: Board, slots: list[Slot] | None = None, *, private: bool = False) -> str:
    return page(board, UTC, None if slots is None else reports(slots), private=private, version="1.2.3")


def reports(slots: list[Slot]) -> dict[str, Report]:
    until = NOW.date()
    since = until.fromordinal(until.toordinal() - 29)
    return {
        "account": report(slots, ["day", "account"], since, until, UTC),
        "model": report(slots, ["day", "model", "source"], since, until, UTC),
    }


def classed(root: Element, name: str) -> list[Element]:
    return [one for one in root.iter() if name in (one.get("class") or "").split()]


def said(element: Element) -> str:
    """The text of an element as it is seen: without titles that only a pointer shows."""
    return " ".join(" ".join(_texts(element)).split())


def _texts(element: Element) -> Iterator[str]:
    if isinstance(element.tag, str) and not element.tag.endswith("title"):
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""
