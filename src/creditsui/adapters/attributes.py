"""Extended attributes of a file that is about to be replaced: who else may use it, and what its owner noted on it.

What decides over access, or is the owner's own, must be kept or the file is not replaced: a POSIX ACL
(`system.posix_acl_access`; without it the group's bits would mean more than they did) and `user.*`. Labels of the
system (`security.*`, `trusted.*`) are kept where this process may set them; else those stay that every new file in the
folder gets. Only Linux tells attributes this way: elsewhere nothing is kept.
"""

import errno
import os
from contextlib import suppress
from pathlib import Path

_ACL = "system.posix_acl_access"
_NONE = frozenset((errno.ENOTSUP, errno.ENOSYS))


def keep(old: Path, new: Path) -> None:
    """Give `new` the attributes of `old`, and no ACL by its folder's default that `old` has not. Raises OSError."""
    if not hasattr(os, "listxattr"):
        return
    told, there = _names(old), _names(new)
    if _ACL in there and _ACL not in told:
        os.removexattr(new, _ACL)
    for name in told:
        if name == _ACL or name.startswith("user."):
            os.setxattr(new, name, os.getxattr(old, name))
        else:
            with suppress(OSError):
                os.setxattr(new, name, os.getxattr(old, name))


def _names(path: Path) -> list[str]:
    try:
        return os.listxattr(path)
    except OSError as error:
        if error.errno in _NONE:
            return []
        raise
