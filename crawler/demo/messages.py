"""A request, a response, and what an address holds before it is dressed for one request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """``path`` with its query; header names in lower case.

    ``day``: the day of the site (``None``: that of the site itself). ``visit``: how many requests
    the server had answered before, ``tries``: how many of them for this path. ``dynamic``:
    whether clocks, counters and link boxes vary by visit.
    """

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    day: int | None = None
    visit: int = 0
    tries: int = 0
    dynamic: bool = True

    @property
    def base(self) -> str:
        return "http://" + self.headers.get("host", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class DemoResponse:
    """``stream`` makes the body in pieces, sent chunked; ``delay`` is seconds before the answer."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    stream: Callable[[], Iterator[bytes]] | None = None
    delay: float = 0.0

    def header(self, name: str) -> str | None:
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)


class Served(Protocol):
    """A site: its short name, and one request -> one response."""

    @property
    def slug(self) -> str: ...

    def respond(self, request: DemoRequest) -> DemoResponse: ...


@dataclass(frozen=True)
class Resource:
    """What stands at an address: ``make`` gives the body, text with marks or bytes.

    ``fixed``: a file that no visit changes, with a strong ETag always. ``charset`` is what text
    is encoded in; ``media`` may leave it undeclared.
    """

    make: Callable[[], str | bytes]
    media: str = HTML
    status: int = 200
    modified: datetime | None = None
    fixed: bool = False
    charset: str = "utf-8"
    delay: float = 0.0
    fails: int = 0  # tries that are answered with 500 first

    @cached_property
    def content(self) -> str | bytes:
        return self.make()


def redirect(status: int, location: str) -> DemoResponse:
    link = f'<a href="{location}">đi tiếp</a>'
    body = f"<html><head><title>{status}</title></head><body>{link}</body></html>"
    return DemoResponse(status, (("Location", location), ("Content-Type", HTML)), body.encode())
