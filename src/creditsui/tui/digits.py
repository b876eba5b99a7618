"""Big figures of half blocks, three lines high: a percent that is read from across the room."""

HEIGHT = 3
_GAP = 1
_SHAPES = {
    "0": ("██▀▀██", "██  ██", "██▄▄██"),
    "1": (" ▀██  ", "  ██  ", "▄▄██▄▄"),
    "2": ("▀▀▀▀██", "██▀▀▀▀", "██▄▄▄▄"),
    "3": ("▀▀▀▀██", " ▀▀▀██", "▄▄▄▄██"),
    "4": ("██  ██", "▀▀▀▀██", "    ██"),
    "5": ("██▀▀▀▀", "▀▀▀▀██", "▄▄▄▄██"),
    "6": ("██▀▀▀▀", "██▀▀██", "██▄▄██"),
    "7": ("▀▀▀▀██", "   ██ ", "  ██  "),
    "8": ("██▀▀██", "██▀▀██", "██▄▄██"),
    "9": ("██▀▀██", "▀▀▀▀██", "▄▄▄▄██"),
    "%": ("██ ▄█▀", " ▄█▀  ", "▄█▀ ██"),
    "~": ("      ", "▄▀▀▄▄▀", "      "),
    "<": (" ▄▀", "▀▄ ", "  ▀"),
    ">": ("▀▄ ", " ▄▀", "▀  "),
    "?": ("▀▀▀▀██", "  ▀▀▀▀", "  ██  "),
}


def big(text: str) -> tuple[str, str, str] | None:
    """Its three lines, all as long; None where there is no shape for a part of it."""
    shapes = [_SHAPES.get(one) for one in text]
    if not text or None in shapes:
        return None
    top, middle, bottom = ((" " * _GAP).join(shape[y] for shape in shapes if shape) for y in range(HEIGHT))
    return top, middle, bottom
