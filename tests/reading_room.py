"""The reader over an archive, asked in this process; and an archive of text that attacks it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from strategies import Walker

from archive import crawls
from archive.clock import FixedClock, SystemClock
from archive.db import Archive
from archive.types import Article, Attachment, Author, Block, Caption, Headers, Link

HOST = "https://binh-son.example"
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
JPEG: Headers = (("Content-Type", "image/jpeg"),)
PHOTO = b"\xff\xd8\xff\xe0 a photo \xff\xd9"


@dataclass
class Room:
    """The reader's pages by their path."""

    datasette: Any

    def get(self, path: str, **headers: str) -> Any:
        """The answer; redirects are not followed."""
        client = self.datasette.client
        return asyncio.run(client.get(path, headers=headers, follow_redirects=False))

    def text(self, path: str, status: int = 200) -> str:
        answer = self.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:300])
        return str(answer.text)


@contextmanager
def room(path: Path) -> Iterator[Room]:
    from archive.web import server  # Datasette takes its time to load

    with server.opened(path, "127.0.0.1", SystemClock()) as datasette:
        yield Room(datasette)


# -- stored text that attacks ---------------------------------------------------------------------

MARK = "luutru-pwned"
RUN = f"document.documentElement.setAttribute('{MARK}','1')"
ATTACKS = (
    f"</title><script>{RUN}</script>",
    f'"\'><img src=x onerror="{RUN}">',
    f'<svg onload="{RUN}"><style>*{{background:url(https://evil.example/x)}}</style></svg>',
    "{{ 7*7 }}{% raw %}{{ config }}",
)
EVIL = "".join(ATTACKS)
EVIL_URLS = (
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f'https://evil.example/"><script>{RUN}</script>',
    "//evil.example/x.png",
)
BAD_URLS = (*EVIL_URLS, f"{HOST}/photo.svg", f"{HOST}/photo.html")


def attacked(url: str, number: int) -> Article:
    """An article that has attacks in every field; two of them differ, so they are versions."""
    words = f"{EVIL} tấn công {number}"
    return Article(
        url=url,
        title=f"Bài {number} {words}",
        section=(words, EVIL),
        lead=words,
        published=f"2026-03-0{number}",
        updated=EVIL,
        authors=(Author(words, EVIL, EVIL),),
        byline=words,
        source=words,
        body=tuple(
            Block(kind, f"{words}\t{EVIL}" if kind == "row" else words)
            for kind in ("paragraph", "heading", "item", "row", "quote")
        ),
        captions=tuple(Caption(f"{words} {bad}", EVIL, bad) for bad in BAD_URLS),
        related=tuple(
            Link(kind, f"{words} {bad}", bad, EVIL)
            for kind in ("related", "newer", "older", "text", "part")
            for bad in BAD_URLS
        ),
        attachments=tuple(Attachment(f"{words} {bad}", bad) for bad in BAD_URLS),
        tags=(words, EVIL),
        language=EVIL,
        images=BAD_URLS,
        evidence={EVIL: words, "title": words},
    )


HOSTILE_PAGE = f"""<!DOCTYPE html><html onclick="{RUN}"><head>
<title>{EVIL}</title><base href="https://evil.example/" target="_blank">
<meta http-equiv="refresh" content="0;url=https://evil.example/refresh">
<link rel="stylesheet" href="https://evil.example/a.css"><link rel="stylesheet" href="{HOST}/a.css">
<link rel="import" href="https://evil.example/i.html"><link rel="preload" href="//evil.example/p">
<style>@import "https://evil.example/b.css"; body{{background:u\\72l(https://evil.example/bg.png)}}
p{{width:expression({RUN})}} </style><script>{RUN}</script></head>
<body onload="{RUN}" style="background:url('https://evil.example/c.png')">
<p id="words">Nội dung trang gốc</p>
<script src="https://evil.example/s.js"></script><noscript><img src="https://evil.example/n"></noscript>
<img src="https://evil.example/d.png" onerror="{RUN}"><img srcset="//evil.example/e.png 2x">
<img src="javascript:{RUN}"><input type="image" src="https://evil.example/f.png">
<a id="bad" href="javascript:{RUN}">một</a><a href="data:text/html,<script>{RUN}</script>">hai</a>
<a href="&#106;avascript:{RUN}" ping="https://evil.example/ping">ba</a>
<a id="out" href="https://evil.example/out">ngoài</a>
<iframe src="https://evil.example/frame" srcdoc="<script>{RUN}</script>"></iframe>
<object data="https://evil.example/o.swf"></object><embed src="https://evil.example/e.swf">
<form action="https://evil.example/send"><input name="a" value="1">
<button formaction="https://evil.example/x">gửi</button></form>
<svg onload="{RUN}"><script>{RUN}</script><a xlink:href="javascript:{RUN}"><text>x</text></a></svg>
<math><mtext><table><mglyph><style><img src=x onerror="{RUN}"></style></mglyph></table></math>
<video src="https://evil.example/v.mp4" poster="https://evil.example/v.png"></video>
<table background="https://evil.example/t.png"><tr><td background="//evil.example/td.png">ô</table>
<div style="background:url(https://evil.example/g.png);behavior:url(#x);-moz-binding:url(x)">chữ</div>
<template><script>{RUN}</script></template><xmp><script>{RUN}</script></xmp>
<noembed><style></noembed><img src=x onerror="{RUN}"></style></noembed>
</body></html>"""


TYPES = {
    "xml": "application/xml",
    "xhtml": "application/xhtml+xml",
    "bin": f"text/html{EVIL}",
    "js": "text/javascript",
    "none": "",
}
"""Types that the same page is sent with, too."""


def hostile(path: Path) -> Archive:
    """An archive in which all that sites and servers send attacks whoever reads it.

    Two versions of an article; its page; an SVG and a page where photos should be; headers, a
    redirect, a failure; names of sites and crawls.
    """
    archive = Archive.create(path, FixedClock(START))
    walker = Walker.begin(archive, "evil")
    with archive.transaction():
        archive.conn.execute("UPDATE site SET name = ?, province_now = ?", (EVIL, EVIL))
        archive.conn.execute("UPDATE crawl SET agent = ?", (EVIL,))
    named = (("Content-Type", "text/html; charset=utf-8"), ("X-Evil", EVIL), (EVIL, EVIL))
    url = f"{HOST}/tin/{quote(EVIL)}"
    for number in (1, 2):
        look = walker.look(url, f"{HOSTILE_PAGE}<!-- {number} -->".encode(), headers=named)
        walker.read(look, attacked(url, number), reader=EVIL)
    word = "đ" * 300
    body = (Block("paragraph", f"{word} tấn công"), Block("row", f"{word}\t{word}"))
    walker.see(
        Article(
            f"{HOST}/{word}", f"Bài {word}", (word,), word, byline=word, tags=(word,), body=body
        )
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script></svg>'
    page = HOSTILE_PAGE.encode()
    walker.look(f"{HOST}/photo.svg", svg.encode(), headers=(("Content-Type", "image/svg+xml"),))
    walker.look(f"{HOST}/photo.html", page, headers=JPEG, kind="photo")
    css = f"@import '//evil.example/z'; p{{}} </style><script>{RUN}</script>".encode()
    walker.look(f"{HOST}/a.css", css, headers=(("Content-Type", "text/css"),), kind="asset")
    for name, kind in TYPES.items():
        walker.look(f"{HOST}/{name}", page, headers=(("Content-Type", kind),), kind="other")
    walker.look(f"{HOST}/go", b"", status=302, headers=(("Location", f"{HOST}/{EVIL}"),))
    walker.look(f"{HOST}/js-go", b"", status=302, headers=(("Location", EVIL_URLS[0]),))
    crawls.end(archive, walker.crawl_id, "finished", {})
    return archive
