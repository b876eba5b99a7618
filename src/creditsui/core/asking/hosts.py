"""Whom a refresh may call, told by what it would ask; nobody is asked here."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from creditsui.core.asking import ask, outage
from creditsui.core.session import Session
from creditsui.domain.account import Account
from creditsui.providers.spec import Get, Provider


def hosts(session: Session, account: Account, provider: Provider) -> Iterator[str]:
    """With the port where it is not the usual one: the service itself, its status page, whoever makes or renews the
    login that a cloud's own library signs with, and proxies between."""
    from creditsui.adapters import cloud_hosts, proxies

    for one in provider.asks:
        if isinstance(one, Get) and ask.allowed(one, account):
            urls = ask.address(one, account, provider), outage.page(account, provider)
            yield from filter(None, (urlsplit(url).netloc for url in urls))
            yield from proxies.hosts()
            if one.identity:
                yield from cloud_hosts.hosts(ask.login(one, account, provider, session.env), session.paths.home)
