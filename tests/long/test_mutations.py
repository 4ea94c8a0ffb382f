"""Pages broken in a thousand ways: reading never fails, never hangs, and says what it can say."""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, datetime

import pytest

from archive.article_json import article_to_dict
from archive.types import Exchange
from crawler.demo.messages import DemoRequest
from crawler.demo.sites import build
from crawler.profile import generic
from crawler.reading import read

pytestmark = pytest.mark.long

MUTANTS = 1_200
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SPLICES = (
    b"<", b">", b'"', b"</div>", b"<div>", b"<table>", b"</body>", b"</html>", b"<!--", b"]]>",
    b"<script>", b"&#0;", b"&#x110000;", b"\x00", b"\xff\xfe", b"<p " * 40, b"\xe1\xbb",
    b"<base href=//>",
)  # fmt: skip


def mutant(page: bytes, chance: random.Random) -> bytes:
    """*page* after one to eight cuts, repeats, flips and splices."""
    data = bytearray(page)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        to = min(len(data), at + chance.choice((1, 10, 400, 5_000)))
        match chance.randrange(5):
            case 0:
                del data[at:to]
            case 1:
                data[at:at] = data[at:to]
            case 2:
                data[at:at] = chance.choice(SPLICES)
            case 3:
                data[at:to] = bytes(chance.randrange(256) for _ in range(min(to - at, 50)))
            case _:
                del data[at:]
    return bytes(data)


def test_mutants_are_read_without_an_error() -> None:
    chance = random.Random(20261120)
    pages = [
        (site, path, site.respond(DemoRequest(path, dynamic=False)))
        for site in build()
        for path in list(site.articles)[:20]
    ]
    read_as_article, slowest = 0, 0.0
    for _ in range(MUTANTS):
        site, path, answer = chance.choice(pages)
        body = mutant(answer.body, chance)
        exchange = Exchange(
            f"http://127.0.0.1{path}", NOW, status=200, headers=answer.headers, body=body
        )
        began = time.process_time()
        reading = read(exchange, generic(exchange.url), "article")
        slowest = max(slowest, time.process_time() - began)
        if reading.article is not None:
            read_as_article += 1
            told = article_to_dict(reading.article, url=exchange.url, site=site.slug, full=True)
            json.dumps(told).encode()
    assert read_as_article > MUTANTS / 3  # most wounds leave an article
    assert slowest < 10
