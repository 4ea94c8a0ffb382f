"""The one spider: a due page becomes a request, and what comes back an exchange."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from gzip import BadGzipFile
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit

import brotli
from scrapy import Request, Spider, signals
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from archive import captures
from archive.clock import Clock
from archive.db import Archive
from archive.digest import sha256
from archive.types import Exchange, Headers, Page
from crawler.guards import GuardedResolver, RefusedAddressError
from crawler.photo_types import photo_type, told
from crawler.profile import SiteProfile
from crawler.session import CrawlSession, user_agent

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.frontier import Frontier


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it was when it was asked for, and the exchange."""

    page: Page
    exchange: Exchange


class SiteSpider(Spider):
    """Asks for what the frontier hands out; everything else is the pipelines'."""

    name = "site"
    session: CrawlSession
    frontier: Frontier

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        session = kwargs.pop("session", None)
        if session is None:
            from crawler.runner import session_for_scrapy

            session = session_for_scrapy(kwargs.pop("site", None))
        for key, value in pace_settings(session.profile, session.options.contact).items():
            crawler.settings.set(key, value, priority="cmdline")
        GuardedResolver.allow_loopback = session.profile.loopback
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.session = session
        crawler.signals.connect(spider._on_wire, signals.response_downloaded)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: requests come only from the frontier."""
        return
        yield

    def closed(self, reason: str) -> None:
        """Scrapy calls it last, after the pipelines."""
        self.session.close(reason)

    # -- there ------------------------------------------------------------------------------------

    def request_for(self, page: Page, host: str) -> Request:
        """The request for a page, with the headers that allow "unchanged"."""
        headers = conditions(self.session.archive, page)
        if page.method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        # as found, but for a host that is written in a way that only browsers understand
        same_host = urlsplit(page.found_url).hostname == urlsplit(page.url).hostname
        return Request(
            page.found_url if same_host else page.url,
            method=page.method,
            body=page.body,
            headers=headers,
            callback=self.answered,
            errback=self.failed,
            meta={
                "page": page,
                "download_slot": host,
                "download_maxsize": self.session.profile.crawl.most_bytes(page.kind),
            },
        )

    # -- and back ---------------------------------------------------------------------------------

    def _on_wire(self, response: Response, request: Request) -> None:
        """Before the middlewares: headers and bytes as they came."""
        request.meta["wire"] = Wire(
            response.status, _headers(response.headers), sha256(response.body), len(response.body)
        )

    def answered(self, response: Response) -> Iterator[Fetched]:
        request = cast(Request, response.request)  # the engine sets it
        wire: Wire = request.meta["wire"]
        page: Page = request.meta["page"]
        if page.kind == "photo" and 200 <= response.status < 300 and not photo_type(response.body):
            yield self._failure(request, f"wrong-type: {told(response.body)}")
            return
        yield Fetched(
            page,
            Exchange(
                **_asked(request, self.session.clock),
                outcome="unchanged" if response.status == 304 else "answer",
                status=response.status,
                headers=wire.headers,
                body=b"" if response.status == 304 else response.body,
                wire_digest=wire.digest,
                wire_size=wire.size,
                address=str(response.ip_address) if response.ip_address else None,
            ),
        )

    def failed(self, failure: Failure) -> Iterator[Fetched]:
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        yield self._failure(request, failure_in_words(failure, request.url))

    def _failure(self, request: Request, words: str) -> Fetched:
        """A look that brought nothing that is kept; what the server sent of it is told."""
        wire: Wire | None = request.meta.get("wire")
        return Fetched(
            request.meta["page"],
            Exchange(
                **_asked(request, self.session.clock),
                outcome="failure",
                status=wire.status if wire else None,
                headers=wire.headers if wire else (),
                wire_digest=wire.digest if wire else None,
                wire_size=wire.size if wire else None,
                failure=words,
            ),
        )


@dataclass(frozen=True, slots=True)
class Wire:
    status: int
    headers: Headers
    digest: str
    size: int


def conditions(archive: Archive, page: Page) -> dict[str, str]:
    """The headers that let the server say "unchanged" (RFC 9110, 13.1).

    Not for a listing whose first walk has not ended: its links are wanted, changed or not.
    """
    if page.last_answer_id is None or page.method != "GET":
        return {}
    if page.kind == "listing" and (page.root_id is not None or not page.backfilled):
        return {}
    earlier = captures.headers(archive, page.last_answer_id)
    asks = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    return {asks[k.lower()]: v for k, v in earlier if k.lower() in asks}


def pace_settings(profile: SiteProfile, contact: str | None) -> dict[str, Any]:
    """What a profile changes in Scrapy's settings."""
    pace = profile.crawl
    return {
        "USER_AGENT": user_agent(contact),
        "CONCURRENT_REQUESTS_PER_DOMAIN": pace.concurrency,
        "DOWNLOAD_MAXSIZE": pace.max_bytes,
    }


def failure_in_words(failure: Failure, url: str) -> str:
    """One of the kinds that `Exchange.failure` names, a colon, and the error's own words."""
    error: BaseException = failure.value or RuntimeError(str(failure))
    words = " ".join(str(error).split())[:300]
    name = urlsplit(url).hostname or ""
    if isinstance(error, CannotResolveHostError) and name in GuardedResolver.refused:
        return f"refused: {name} leads to {GuardedResolver.refused[name]}, a private address"
    return f"{_kind_of(error)}: {words}"


def _kind_of(error: BaseException) -> str:
    if isinstance(error, RefusedAddressError):
        return "refused"
    if isinstance(error, CannotResolveHostError):
        return "dns"
    if "DOWNLOAD_MAXSIZE" in str(error) or isinstance(error, DownloadCancelledError):
        return "too-large"
    if isinstance(error, DownloadTimeoutError):
        return "timeout"
    if isinstance(error, DownloadConnectionRefusedError):
        return "connection"
    reasons = " ".join(repr(error).split()) + " ".join(
        repr(reason.value) for reason in getattr(error, "reasons", [])
    )
    if "SSL" in reasons or "certificate" in reasons.lower() or "TLS" in reasons:
        return "tls"
    if isinstance(error, (ResponseDataLossError, ResponseFailed)):
        return "protocol"
    if isinstance(error, (zlib.error, brotli.error, EOFError, BadGzipFile)):
        return "encoding"
    if type(error).__name__ == "ZstdError":  # the standard library's or a backport's
        return "encoding"
    return "connection"


def _asked(request: Request, clock: Clock) -> dict[str, Any]:
    return {
        "url": request.url,
        "method": request.method,
        "time": clock.now(),
        "request_headers": _headers(request.headers),
        "request_body": request.body,
        "clock_shift": clock.shift,
    }


def _headers(headers: Any) -> Headers:
    """As received, but for their order and case, which Scrapy does not keep; no byte is lost."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        for value in values
    )
