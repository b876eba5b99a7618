"""Big figures, three lines high: a percent that is read from across the room. Of half blocks, or of strokes where
nothing but ASCII may stand."""

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
_STROKES = {
    "0": (" _ ", "| |", "|_|"),
    "1": ("   ", "  |", "  |"),
    "2": (" _ ", " _|", "|_ "),
    "3": (" _ ", " _|", " _|"),
    "4": ("   ", "|_|", "  |"),
    "5": (" _ ", "|_ ", " _|"),
    "6": (" _ ", "|_ ", "|_|"),
    "7": (" _ ", "  |", "  |"),
    "8": (" _ ", "|_|", "|_|"),
    "9": (" _ ", "|_|", " _|"),
    "%": ("   ", "o/ ", "/o "),
    "~": ("   ", "/\\/", "   "),
    "<": ("  ", " /", " \\"),
    ">": ("  ", "\\ ", "/ "),
    "?": (" _ ", "  |", " . "),
}


def big(text: str, *, ascii: bool = False) -> tuple[str, str, str] | None:
    """Its three lines, all as long; None where there is no shape for a part of it."""
    shapes = [(_STROKES if ascii else _SHAPES).get(one) for one in text]
    if not text or None in shapes:
        return None
    top, middle, bottom = ((" " * _GAP).join(shape[y] for shape in shapes if shape) for y in range(HEIGHT))
    return top, middle, bottom
