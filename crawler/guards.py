"""What a crawl must not be led to: private addresses, and answers that are too large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver

from archive.urls import is_private_address

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred


class RefusedAddressError(IgnoreRequest):
    """A private, loopback or reserved address, which a public site must not lead to."""


class AddressGuard:
    """Refuses URLs whose host is such an address as it stands; names are the resolver's task."""

    def __init__(self, allow_loopback: bool) -> None:
        self._allow_loopback = allow_loopback

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getbool("LUUTRU_LOOPBACK"))

    def process_request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname or ""
        if is_private_address(host, allow_loopback=self._allow_loopback):
            raise RefusedAddressError(f"{host} is a private or reserved address")


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's resolver, which refuses names that lead to such addresses.

    The address it returns is the one that is connected to, so a name that changes its address
    between a check and the request (DNS rebinding) finds no gap.
    """

    allow_loopback = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        resolver = super().from_crawler(crawler, reactor)
        resolver.allow_loopback = crawler.settings.getbool("LUUTRU_LOOPBACK")
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802 - Twisted's name
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if is_private_address(address, allow_loopback=self.allow_loopback):
            raise RefusedAddressError(f"{name} leads to {address}, a private or reserved address")
        return address
