"""Pages broken in a thousand ways: reading never fails, never hangs, and says what it can say."""

from __future__ import annotations

import json
import random
import re
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

MUTANTS = 10_000
BUDGET = 110  # CPU seconds of reading; what a slow machine does not reach is left
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SPLICES = (
    b"<", b">", b'"', b"</div>", b"<div>", b"<table>", b"</body>", b"</html>", b"<!--", b"]]>",
    b"<script>", b"&#0;", b"&#x110000;", b"\x00", b"\xff\xfe", b"<p " * 40, b"\xe1\xbb",
    b"<base href=//>",
)  # fmt: skip


VALUE = re.compile(rb'(?<=")[^"<>]*(?=")')
TAG = re.compile(rb"<[a-z][^<>]{0,200}>")


def mutant(page: bytes, other: bytes, chance: random.Random) -> bytes:  # noqa: C901 - a table
    """*page* after one to eight cuts, repeats, flips and splices, some from *other*."""
    data = bytearray(page)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        to = min(len(data), at + chance.choice((1, 10, 400, 5_000)))
        match chance.randrange(9):
            case 0:
                del data[at:to]
            case 1:
                data[at:at] = data[at:to]
            case 2:
                data[at:at] = chance.choice(SPLICES)
            case 3:
                data[at:to] = bytes(chance.randrange(256) for _ in range(min(to - at, 50)))
            case 4:
                start = chance.randrange(len(other) + 1)
                data[at:to] = other[start : start + to - at]
            case 5:  # an attribute's value becomes another's
                values = [found.span() for found in VALUE.finditer(data, at)][:20]
                if len(values) > 1:
                    (a, b), (c, d) = sorted(chance.sample(values, 2))
                    data[c:d], data[a:b] = data[a:b], data[c:d]
            case 6:  # a tag again and again
                tag = TAG.search(data, at)
                if tag:
                    data[at:at] = tag[0] * chance.choice((2, 30, 300))
            case 7:  # a passage in another encoding, or encoded twice
                passage = data[at:to].decode("utf-8", "ignore")
                name = chance.choice(("cp1258", "cp1252", "utf-16-le", "utf-8"))
                wrong = passage.encode("utf-8").decode("latin-1") if name == "utf-8" else passage
                data[at:to] = wrong.encode(name, "replace")
            case _:
                if chance.random() < 0.3:
                    del data[at:]
    return bytes(data)


def test_mutants_are_read_without_an_error() -> None:
    chance = random.Random(20261120)
    pages = [
        (site, path, site.respond(DemoRequest(path, dynamic=False)))
        for site in build()
        for path in list(site.articles)[:20]
    ]
    read_as_article, slowest, spent, done = 0, 0.0, 0.0, 0
    while done < MUTANTS and spent < BUDGET:
        done += 1
        site, path, answer = chance.choice(pages)
        other = chance.choice(pages)[2].body
        body = mutant(answer.body, other, chance)
        exchange = Exchange(
            f"http://127.0.0.1{path}", NOW, status=200, headers=answer.headers, body=body
        )
        began = time.process_time()
        reading = read(exchange, generic(exchange.url), "article")
        took = time.process_time() - began
        slowest, spent = max(slowest, took), spent + took
        if reading.article is not None:
            read_as_article += 1
            told = article_to_dict(reading.article, url=exchange.url, site=site.slug, full=True)
            json.dumps(told).encode()
    assert done > MUTANTS / 5
    assert read_as_article > done / 4  # most wounds leave an article
    assert slowest < 10
