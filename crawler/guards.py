"""What a crawl must not be led to: private addresses, and answers that are too large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.error import DNSLookupError

from archive.urls import is_loopback_host, is_private_address

if TYPE_CHECKING:
    from scrapy import Request
    from twisted.internet.defer import Deferred


class RefusedAddressError(IgnoreRequest):
    """A private, loopback or reserved address, which a public site must not lead to."""


def is_refused(host: str, allow_loopback: bool) -> bool:
    """Is this host an address, or a name for this machine, that the crawl must not ask?"""
    if is_loopback_host(host):
        return not allow_loopback
    try:
        return is_private_address(host)
    except ValueError:
        return False  # a name: the resolver sees where it leads


class AddressGuard:
    """Refuses URLs whose host is such an address as it stands; names are the resolver's task."""

    def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        if is_refused(host, GuardedResolver.allow_loopback):
            raise RefusedAddressError(f"{host} is a private or reserved address")


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver, which refuses names that lead to such addresses.

    The address it returns is the one that is connected to, so a name that changes its address
    between a check and the request (DNS rebinding) finds no gap. A process crawls one site, which
    says by ``allow_loopback`` whether it is on this machine; ``refused`` is name -> address.
    """

    allow_loopback: ClassVar[bool] = False
    refused: ClassVar[dict[str, str]] = {}

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802 - Twisted's
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if is_refused(address, self.allow_loopback):
            self.refused[name] = address
            # Twisted logs every other error of a resolver as its own failure
            raise DNSLookupError(f"{name} leads to {address}")
        return address
