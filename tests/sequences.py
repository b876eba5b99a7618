"""What a program told its terminal beside the text: everything that is not on a short list is an intruder.

    assert intruders(pane.written) == []

On the list are what Textual itself uses (colours, places, its own modes, and the questions whether a terminal knows
them), and what we say: a title, notifications, the bell, the clipboard, each with a payload of plain words.
"""

import base64
import re

_MODES = {"7", "25", "1000", "1002", "1003", "1004", "1006", "1015", "1016", "1049", "2004", "2026", "2031", "2048"}
_PIECE = re.compile(
    r"\x1b\[(?P<csi>[0-?]*[ -/]*[@-~])"
    r"|\x1b(?P<string>[\]PX^_])(?P<payload>.*?)(?:\x07|\x1b\\|\Z)"
    r"|(?P<escape>\x1b.?)"
    r"|(?P<control>[\x00-\x06\x08\x0b-\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f])"
    r"|(?P<hidden>[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff])",
    re.DOTALL,
)
_CSI = re.compile(r"[\d;:]*m|\d*;?\d*H|\?[\d;]+[hl]|\?\d+\$p|[<>=?][\d;]*u|22;0t|23;0t")
_TITLE, _TOLD, _COPY = re.compile("0;(.*)"), re.compile("(?:9|777;notify);(.*)"), re.compile("52;c;(.*)")


def intruders(written: bytes) -> list[str]:
    """The sequences, controls and unseen characters that have no place in the output of the pane."""
    return [repr(found[0])[:80] for found in _PIECE.finditer(written.decode(errors="replace")) if not _allowed(found)]


def payloads(written: bytes) -> list[str]:
    """What was said in titles, notifications and to the clipboard."""
    found = (_said(one["payload"]) for one in _PIECE.finditer(written.decode(errors="replace")) if one["string"])
    return [said for said in found if said is not None]


def _allowed(found: re.Match[str]) -> bool:
    if found["csi"]:
        modes = found["csi"][1:-1].split(";") if found["csi"][0] == "?" and found["csi"][-1] in "hl" else []
        return bool(_CSI.fullmatch(found["csi"])) and set(modes) <= _MODES
    if found["string"] == "]":
        if re.fullmatch(r"22;[a-z-]+", found["payload"]):  # the shape of the mouse
            return True
        said = _said(found["payload"])
        return said is not None and said.isprintable()
    return False


def _said(payload: str) -> str | None:
    for form in (_TITLE, _TOLD):
        if one := form.fullmatch(payload):
            return one[1]
    if one := _COPY.fullmatch(payload):
        try:
            return base64.b64decode(one[1], validate=True).decode()
        except ValueError:
            return None
    return None
