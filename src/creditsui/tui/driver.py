"""Textual's terminal driver, made to forgive."""

import sys
from codecs import getincrementaldecoder
from functools import partial


def forgive_stray_bytes() -> None:
    """Read what is no UTF-8 as replacement characters: one such byte, typed or pasted, would end the pane otherwise."""
    if sys.platform == "win32":
        return
    from textual.drivers import linux_driver

    lenient = partial(getincrementaldecoder("utf-8"), errors="replace")
    vars(linux_driver)["getincrementaldecoder"] = lambda encoding: lenient
