"""A resource becomes a response: marks filled, validators, 304, gzip and brotli."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

import brotli

from crawler.demo.dates import HANOI, WEEKDAYS
from crawler.demo.markup import escape
from crawler.demo.messages import DemoRequest, DemoResponse, Resource
from crawler.demo.plan import Plan

_MARK = re.compile(r"\[\[(\w+)\]\]")
_TEXT = ("text/", "application/xml", "application/rss+xml", "application/javascript")
_POOL = 40  # articles that the rotating link box takes its entries from
_SHOWN = 5
_PER_VISIT = timedelta(seconds=37)


def dress(plan: Plan, resource: Resource, request: DemoRequest) -> DemoResponse:
    """The answer to *request*: what varies is what ``request.visit`` says, and nothing else."""
    validators = _validators(plan, resource, request)
    headers = [("Content-Type", resource.media), *validators]
    if resource.status == 200 and _unchanged(request, dict(validators)):
        return DemoResponse(304, tuple(headers[1:]), delay=resource.delay)
    body = _body(plan, resource, request)
    coding = _coding(request.headers.get("accept-encoding", ""))
    if resource.media.startswith(_TEXT):
        headers.append(("Vary", "Accept-Encoding"))
        if coding is not None and len(body) > 200:
            headers.append(("Content-Encoding", coding))
            body = _encoded(coding, body)
    return DemoResponse(resource.status, tuple(headers), body, delay=resource.delay)


def _body(plan: Plan, resource: Resource, request: DemoRequest) -> bytes:
    content = resource.content
    if isinstance(content, bytes):
        return content
    visit = request.visit if request.dynamic else 0
    values = {"base": request.base}

    def value(mark: re.Match[str]) -> str:
        name = mark[1]
        if name not in values:
            values[name] = _FILLERS[name](plan, visit)
        return values[name]

    text = _MARK.sub(value, content)
    if resource.charset != "utf-8":
        return text.encode(resource.charset, "xmlcharrefreplace")
    return text.encode()


def _clock(plan: Plan, visit: int) -> str:
    day = plan.date if visit else plan.today
    start = datetime.combine(day, time(8), tzinfo=HANOI)
    now = start + _PER_VISIT * visit
    return now.strftime(plan.family.clock.replace("{weekday}", WEEKDAYS[now.weekday()]))


def _rotating(plan: Plan, visit: int) -> str:
    pool = [a for a in plan.articles[-_POOL:] if a.later is None and a.fate == "stays"]
    turn = visit * 3 % len(pool)
    shown = (pool[turn:] + pool[:turn])[:_SHOWN]
    return "\n".join(
        plan.family.rotating.format(path=escape(plan.paths[a.slug]), title=escape(a.title))
        for a in shown
    )


_FILLERS: Mapping[str, Callable[[Plan, int], str]] = {
    "clock": _clock,
    "views": lambda _plan, visit: str(1208 + 3 * visit),
    "rotating": _rotating,
    "session": lambda _plan, visit: hashlib.sha256(b"session %d" % visit).hexdigest()[:32],
}


def _validators(
    plan: Plan, resource: Resource, request: DemoRequest
) -> tuple[tuple[str, str], ...]:
    """Files have a strong ETag; pages what their family sends, or a strong one too where nothing
    varies by visit."""
    if resource.status != 200:
        return ()
    kind = "strong" if resource.fixed or not request.dynamic else plan.family.validators
    found = []
    if kind in ("strong", "weak"):
        mark = "" if kind == "strong" else "W/"
        found.append(("ETag", f'{mark}"{_digest(resource)}"'))
    if kind != "none" and resource.modified is not None:
        stamp = resource.modified.astimezone(UTC).replace(microsecond=0)
        found.append(("Last-Modified", format_datetime(stamp, usegmt=True)))
    return tuple(found)


def _digest(resource: Resource) -> str:
    content = resource.content
    data = content.encode() if isinstance(content, str) else content
    return _short_digest(data)


@lru_cache(maxsize=8192)
def _short_digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:20]


def _unchanged(request: DemoRequest, validators: Mapping[str, str]) -> bool:
    """RFC 9110, 13.2.2: If-None-Match rules; If-Modified-Since counts only where it is absent."""
    known = request.headers.get("if-none-match")
    if known is not None:
        etag = validators.get("ETag", "").removeprefix("W/")
        return bool(etag) and etag in known
    since = request.headers.get("if-modified-since")
    if since is None or "Last-Modified" not in validators:
        return False
    try:
        asked = parsedate_to_datetime(since)
    except ValueError:
        return False
    return parsedate_to_datetime(validators["Last-Modified"]) <= asked


def _coding(accepted: str) -> str | None:
    """Brotli before gzip, by what Accept-Encoding names without refusing it."""
    offers = {
        name.strip().lower()
        for name, _, weight in (part.partition(";") for part in accepted.split(","))
        if weight.replace(" ", "") not in ("q=0", "q=0.0")
    }
    return next((coding for coding in ("br", "gzip") if coding in offers), None)


@lru_cache(maxsize=2048)
def _encoded(coding: str, body: bytes) -> bytes:
    """Weak and fast: a page that varies is compressed for each visit."""
    if coding == "br":
        return bytes(brotli.compress(body, quality=2))
    return gzip.compress(body, compresslevel=1, mtime=0)
