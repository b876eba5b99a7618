"""Proxies that this machine's settings name: where there is one, it is called in everybody's place."""

from urllib.parse import urlsplit
from urllib.request import getproxies


def hosts() -> frozenset[str]:
    """Their hosts, with the port where it is told; never the user or the password that may stand beside them."""
    told = getproxies()
    urls = (told[scheme] for scheme in ("http", "https", "all") if told.get(scheme))
    return frozenset(urlsplit(url if "://" in url else f"//{url}").netloc.rpartition("@")[2] for url in urls)
