"""The identity of a host: what a key is bound to."""

from urllib.parse import urlsplit

_PORTS = {"https": 443, "http": 80}


def origin(url: str) -> str:
    """`scheme://host[:port]`, lower-case, without a default port or a trailing dot; IDN in its ASCII form.

    Raises ValueError for what is not an http(s) URL with a host.
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme.lower() not in _PORTS or not host:
        raise ValueError("not a web address")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    if ":" in host:
        host = f"[{host}]"
    scheme = parts.scheme.lower()
    port = "" if parts.port in {None, _PORTS[scheme]} else f":{parts.port}"
    return f"{scheme}://{host}{port}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by name or by address; nothing is looked up."""
    from ipaddress import ip_address

    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def rebase(url: str, path: str, base_url: str) -> str:
    """`url` + `path`, with scheme and host replaced by `base_url`, which may add a path prefix of its own."""
    if not base_url:
        return url.rstrip("/") + path
    prefix = urlsplit(url).path.rstrip("/")
    return base_url.rstrip("/") + prefix + path
