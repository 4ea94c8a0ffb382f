"""Sites on loopback made of the recorded cases: a family's listing at its address and at `/`, its
article under every item."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from crawling import HTML, robots
from listing_cases import SITES, exchange

from archive.types import Exchange
from crawler.demo.messages import DemoRequest, DemoResponse


@dataclass
class CaseSite:
    """*listing* and *article* are folders of cases; ``asked`` grows with every request."""

    slug: str
    listing: Path
    article: Path
    asked: list[DemoRequest] = field(default_factory=list)

    def profile_toml(self, base: str) -> str:
        """None of its own: `sites add` writes it. This one is of nobody's start points."""
        host = base.split("//")[1]
        return f'name = "{self.slug}"\nfamily = "generic"\nhosts = ["{host}"]\nstart = []\n'

    def respond(self, request: DemoRequest) -> DemoResponse:
        self.asked.append(request)
        if request.path == "/robots.txt":
            return robots("Allow: /")
        page = self._pages.get(request.path)
        if page is None:
            return DemoResponse(404, HTML, b"<title>404</title><h1>404</h1>")
        here = f"http://{request.headers['host']}".encode()
        there = "//".join(urlsplit(page.url)[:2]).replace("//", "://", 1).encode()
        return DemoResponse(200, page.headers, page.body.replace(there, here))

    @property
    def _pages(self) -> dict[str, Exchange]:
        listing, article = exchange(self.listing), exchange(self.article)
        items = json.loads((self.listing / "expected.json").read_text(encoding="utf-8"))["items"]
        return {
            "/": listing,
            _target(listing.url): listing,
            **{_target(item["url"]): article for item in items},
        }


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def of_family(family: str) -> CaseSite:
    """A site of the family's first listing and first article."""
    folder = SITES / family
    return CaseSite(family, min(folder.glob("listing-*")), min(folder.glob("article-*")))
