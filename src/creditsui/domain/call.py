"""One call as an agent's log tells it, before anybody prices it or says whose it is. Made by the hundred thousand."""

from typing import NamedTuple

from creditsui.domain.digest import digest


class Call(NamedTuple):
    """One metered call as a log tells it. Tokens are disjoint: `input` excludes cache reads and writes, `output`
    includes reasoning, of which `reasoning` is only a part, as `cache_write_1h` is of `cache_write`."""

    key: int
    """`key_of(…)` of what makes the call itself: the same wherever it is met again."""
    at: int
    """Milliseconds since 1970, UTC."""
    model: str
    """The log's own id; "" where it tells none."""
    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    reasoning: int = 0
    provider: str = ""
    """Who served it, by the id of our provider where the log tells; "": whoever makes the model."""
    project: str = ""
    """The last part of the folder it was made in; never a whole path."""
    session: str = ""
    tier: str = ""
    """`fast`, `priority`, `flex` or `batch`; "" is the usual price."""
    low: bool = False
    """Whether the log is known to count wrong here."""
    side: bool = False
    """Whether it stands in a side branch, which may repeat calls of the main one."""
    group: int = 0
    """Calls of one `key` in two different groups are two calls, unless one of them is a `side`: what is the same id
    of an answer under two ids of requests."""
    billing: str = ""
    """`metered` or `subscription` where the log itself tells; "": as the source's login says."""
    recorded: int | None = None
    """What the log says it cost, in micro-USD."""


def key_of(*parts: object) -> int:
    """64 bits of what makes a call itself."""
    return digest("\0".join(map(str, parts)).encode("utf-8", "surrogatepass"))
