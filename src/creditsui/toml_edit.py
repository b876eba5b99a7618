"""Change one value in the text of a TOML file and leave every other character where it is.

Works on text that tomllib accepts, without a byte order mark. The caller checks the result by parsing it: what cannot
be said this way (a key below an array of tables, say) comes out as something else, as no TOML, or as an IndexError.
"""

import re
from collections.abc import Iterator, Sequence

import tomli_w

from creditsui.toml_text import Assignment, Scan, Section, scan

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def value_text(value: object) -> str:
    """What tomli-w writes for a value that is no table. Raises TypeError for anything TOML has no word for."""
    text = tomli_w.dumps({"k": value})
    if not text.startswith("k = "):
        raise TypeError("a table is not a value")
    return text.removeprefix("k = ").rstrip("\n")


def key_text(names: Sequence[str]) -> str:
    """A dotted key, quoted where it must be."""
    return ".".join(name if _BARE.fullmatch(name) else tomli_w.dumps({name: 0})[: -len(" = 0\n")] for name in names)


def put(text: str, key: tuple[str, ...], value: object) -> str:
    """Set a value: where it stands, else on a line of its own in its table, else in a new table at a fitting place."""
    written = value_text(value).replace("\n", _newline(text))
    found = scan(text)
    if (there := found.exact(key)) is not None:
        return text[: there.start] + written + text[there.end :]
    if _inside(found, key):
        text = drop(text, key)  # a table has the name of the value
        found = scan(text)
    if (braces := _inline(text, found, key)) is not None:
        return _put_member(text, found, braces, f"{key_text(key[len(braces.path) :])} = {written}")
    if (own := _section(found, key[:-1])) is not None:
        return _put_line(text, found, own, f"{key_text(key[-1:])} = {written}")
    if (kin := _dotted(found, key[:-1])) is not None:
        relative = key[len(found.sections[kin.section].path) :]
        return _after_line(text, kin, f"{key_text(relative)} = {written}")
    return _put_table(text, found, key[:-1], f"{key_text(key[-1:])} = {written}")


def put_table(text: str, key: tuple[str, ...]) -> str:
    """Make an empty table."""
    found = scan(text)
    if (braces := _inline(text, found, key)) is not None:
        return _put_member(text, found, braces, f"{key_text(key[len(braces.path) :])} = {{}}")
    return _put_table(text, found, key, "")


def drop(text: str, key: tuple[str, ...]) -> str:
    """Remove a value, or a table with all that is in it. Comments of other lines stay."""
    while (found := scan(text)) and (gone := _inside(found, key)):
        text = _drop_section(text, found, gone) if isinstance(gone, int) else _drop_assignment(text, found, gone)
    return text


def _inside(found: Scan, key: tuple[str, ...]) -> Assignment | int | None:
    """The first assignment, or else the first section's index, at or below a key."""
    for one in found.assignments:
        if one.path[: len(key)] == key and found.sections[one.section].path[: len(key)] != key:
            return one
    return next((index for index, one in enumerate(found.sections) if index and one.path[: len(key)] == key), None)


def _inline(text: str, found: Scan, key: tuple[str, ...]) -> Assignment | None:
    """The innermost inline table that the key belongs in."""
    above = [one for one in found.assignments if text[one.start] == "{" and key[: len(one.path)] == one.path]
    return max(above, key=lambda one: len(one.path), default=None)


def _section(found: Scan, path: tuple[str, ...]) -> int | None:
    return next((index for index, one in enumerate(found.sections) if one.path == path), None)


def _dotted(found: Scan, path: tuple[str, ...]) -> Assignment | None:
    """The last line that makes the table `path` by a dotted key: that table can have no header of its own."""
    lines = [
        one
        for one in found.assignments
        if one.inside is None
        and len(one.path) > len(path) > len(found.sections[one.section].path)
        and one.path[: len(path)] == path
    ]
    return lines[-1] if lines else None


def _put_member(text: str, found: Scan, braces: Assignment, member: str) -> str:
    members = [one for one in found.assignments if one.inside == braces.start]
    if members:
        end = members[-1].end
        return f"{text[:end]}, {member}{text[end:]}"
    return f"{text[: braces.start]}{{ {member} }}{text[braces.end :]}"


def _put_line(text: str, found: Scan, index: int, line: str) -> str:
    newline = _newline(text)
    own = _lines(found, index)
    if own:
        return _after_line(text, own[-1], line)
    if index:
        header = found.sections[index]
        end = _line_end(text, header.end)
        return f"{text[:end]}{newline}{_indent(text, header.start)}{line}{text[end:]}"
    if len(found.sections) > 1:  # the root has no line yet: before the first header and what is said above it
        start = _comments_start(text, _line_start(text, found.sections[1].start))
        return f"{text[:start]}{line}{newline}{newline}{text[start:]}"
    if text and not text.endswith("\n"):
        return f"{text}{newline}{line}"
    return f"{text}{line}{newline}"


def _after_line(text: str, one: Assignment, line: str) -> str:
    end = _line_end(text, one.end)
    return f"{text[:end]}{_newline(text)}{_indent(text, one.key_start)}{line}{text[end:]}"


def _put_table(text: str, found: Scan, path: tuple[str, ...], line: str) -> str:
    newline = _newline(text)
    block = f"[{key_text(path)}]" + (f"{newline}{line}" if line else "")
    kin = [index for index, one in enumerate(found.sections) if index and one.path[:1] == path[:1]]
    if kin and kin[-1] + 1 < len(found.sections):
        end = _section_end(text, found, kin[-1])
        return f"{text[:end]}{newline}{newline}{block}{text[end:]}"
    if not text:
        return f"{block}{newline}"
    if not text.endswith("\n"):
        return f"{text}{newline}{newline}{block}"
    return f"{text}{newline}{block}{newline}"


def _section_end(text: str, found: Scan, index: int) -> int:
    """The end of a section's last line, with the comments right below it that do not belong to the next header."""
    own = _lines(found, index)
    end = _line_end(text, own[-1].end if own else found.sections[index].end)
    after = end
    for start, line in _lines_from(text, end):
        if not line.lstrip(" \t").startswith("#"):
            return end if line.lstrip(" \t").startswith("[") else after
        after = start + len(line)
    return after


def _lines_from(text: str, end: int) -> Iterator[tuple[int, str]]:
    """The lines after the one that ends at `end`, without their line ends."""
    at = text.find("\n", end) + 1
    while 0 < at < len(text):
        yield at, text[at : _line_end(text, at)]
        at = text.find("\n", at) + 1


def _drop_section(text: str, found: Scan, index: int) -> str:
    own = _lines(found, index)
    header: Section = found.sections[index]
    start = _line_start(text, header.start)
    before = _line_start(text, start - 1) if start else 0
    if start and not text[before:start].strip():
        start = before  # the blank line that set it apart
    return _cut(text, start, own[-1].end if own else header.end)


def _drop_assignment(text: str, found: Scan, one: Assignment) -> str:
    if one.inside is None:
        return _cut(text, _line_start(text, one.key_start), one.end)
    members = [other for other in found.assignments if other.inside == one.inside]
    place = members.index(one)
    if place + 1 < len(members):
        return text[: one.key_start] + text[members[place + 1].key_start :]
    start = members[place - 1].end if place else one.key_start
    return text[:start] + text[one.end :]


def _cut(text: str, start: int, end: int) -> str:
    """Without the lines from `start` to the one in which `end` is."""
    after = text.find("\n", end) + 1
    if after == 0:  # the last line, which has no line end: the one before has none then either
        return text[:start].removesuffix("\n").removesuffix("\r")
    return text[:start] + text[after:]


def _lines(found: Scan, index: int) -> list[Assignment]:
    return [one for one in found.assignments if one.section == index and one.inside is None]


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, max(at, 0)) + 1


def _line_end(text: str, at: int) -> int:
    """Before the line end, whichever it is."""
    end = text.find("\n", at)
    if end < 0:
        return len(text)
    return end - 1 if text[end - 1 : end] == "\r" else end


def _comments_start(text: str, start: int) -> int:
    """The start of the comment lines right above."""
    while start:
        above = _line_start(text, start - 1)
        if not text[above:start].lstrip(" \t").startswith("#"):
            break
        start = above
    return start


def _indent(text: str, at: int) -> str:
    return text[_line_start(text, at) : at]


def _newline(text: str) -> str:
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"
