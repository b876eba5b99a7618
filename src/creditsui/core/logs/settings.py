"""What the user says of agents' logs: the sections `[sources.NAME]` of config.toml."""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from creditsui.core.session import Session
from creditsui.sources import catalogue


class Settings(NamedTuple):
    """What the user said about one source."""

    enabled: bool = True
    paths: tuple[str, ...] = ()
    account: str = ""
    billing: str = "auto"
    """`auto`, `metered` or `subscription`."""


def settings(session: Session) -> dict[str, Settings]:
    """By source; a value that means nothing is left at its default."""
    told: Any = {}
    if os.path.lexists(session.paths.config):  # else nothing needs to be loaded before the readers begin
        from creditsui.core import configured

        told = configured.current(session).rest.get("sources", {})
    found: dict[str, Settings] = {}
    for id in catalogue():
        given = told.get(id) if isinstance(told, Mapping) else None
        given = given if isinstance(given, Mapping) else {}
        paths = given.get("paths", [])
        billing = given.get("billing", "auto")
        account = given.get("account", "")
        found[id] = Settings(
            enabled=given.get("enabled", True) is not False,
            paths=tuple(one for one in paths if isinstance(one, str)) if isinstance(paths, list) else (),
            account=account if isinstance(account, str) else "",
            billing=billing if billing in ("metered", "subscription") else "auto",
        )
    return found
