"""What would change in a file, line by line, without what is secret in the lines around it."""

import difflib
import re

from creditsui.domain.clean import clean
from creditsui.domain.secret import MASK, Scrubber, scrubber

_WIDEST = 400
_AROUND = 2
"""Lines before and after a change that tell where it stands."""
_SECRET = re.compile(
    r"""(\b(?:[\w-]*_)?(?:api[_-]?key|api|token|secret|password|passphrase|authorization)["']?\s*:\s+)"""
    r"""("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,}\]#"'][^,}\]#]*|["'].*)""",
    re.IGNORECASE,
)
_TELLS = re.compile(r"""\s*(?:$|#|-\s|\{|(?:- )*["']?[\w./-]+["']?\s*:(?:\s|$))""")
"""Lines that say where one is; what else there is may be the middle of a long secret."""


def diff(old: bytes, new: bytes, name: str) -> str:
    """A unified diff of text; empty where nothing changes."""
    scrub = scrubber(())
    changed = difflib.unified_diff(_lines(old), _lines(new), name, name, lineterm="", n=_AROUND)
    return "\n".join(_safe(line, scrub) for line in changed)


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8-sig", "replace").splitlines()


def _safe(line: str, scrub: Scrubber) -> str:
    mark, text = line[:1], line[1:].replace("\t", "    ")
    if mark == " " and not _TELLS.match(text):
        text = f"{text[: len(text) - len(text.lstrip())]}…"
    return mark + clean(scrub(_SECRET.sub(lambda found: found[1] + MASK, text)), _WIDEST)
