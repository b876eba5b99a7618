"""HTML that cannot be broken out of: whatever is not markup already is text, and is escaped where it enters."""

from collections.abc import Iterable
from html import escape

from creditsui.domain.clean import clean

#: Elements of HTML without an end, and leaves of SVG, which close themselves.
_VOID = frozenset({"meta", "link", "input", "br"})
_LEAVES = frozenset({"rect", "path", "circle", "line", "polygon"})

Value = str | int | float | bool | None


class Markup(str):
    """Text that is HTML and safe as it stands."""

    __slots__ = ()


#: Between two parts of a line.
DOT = Markup(' <i class="dot">·</i> ')


def text(said: str) -> Markup:
    """What anybody may have written, as HTML that shows just that; without controls and turns of direction."""
    return said if isinstance(said, Markup) else Markup(escape(clean(said, None), quote=False).replace('"', "&quot;"))


def join(*parts: str | None) -> Markup:
    return Markup("".join(text(part) for part in parts if part is not None))


def between(separator: Markup, parts: Iterable[str]) -> Markup:
    """The parts with the separator between them."""
    return Markup(separator.join(text(part) for part in parts))


def tag(name: str, /, *children: str | None, **attributes: Value) -> Markup:
    """An element. `aria_label` stands for `aria-label`, `class_` for `class`; None and False leave an attribute out,
    True stands for one without a value."""
    said = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    if name in _VOID:
        return Markup(f"<{name}{said}>")
    if name in _LEAVES and not children:
        return Markup(f"<{name}{said}/>")
    return Markup(f"<{name}{said}>{join(*children)}</{name}>")


def _attribute(key: str, value: Value) -> str:
    if value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{text(number(value))}"'


def number(value: Value) -> str:
    """As short as it is exact enough for a picture: `12.5`, `0.083`."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def share(value: float) -> str:
    """A part of 1 as `12.5%`."""
    return f"{number(value * 100)}%"
