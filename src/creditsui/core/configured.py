"""What the configuration says now, and what it said when it could last be read."""

from creditsui import config as configuration
from creditsui.config import Config, ConfigError
from creditsui.core.session import Session


def config(session: Session) -> Config:
    """The configuration as the file has it now. Raises ConfigError with the line."""
    read = configuration.load(session.paths.config)
    session.good[:] = [read]
    return read


def current(session: Session) -> Config:
    """The file's configuration, or the last good one while somebody is in the middle of editing it.

    Raises ConfigError when there never was a good one: without its addresses no key may be sent anywhere.
    """
    try:
        return config(session)
    except ConfigError:
        if session.good:
            return session.good[0]
        raise


def last_good(session: Session) -> Config | None:
    return session.good[0] if session.good else None
