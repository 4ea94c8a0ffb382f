"""Encodings that lie or are not said, broken markup, and text that is settled."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.types import Exchange
from crawler.pages.document import Document, resolve
from crawler.pages.extract import extract, kind_of_page
from crawler.profile import generic

SEEN = datetime(2024, 1, 1, tzinfo=UTC)
WORDS = "Hội nghị của Đảng ủy Khối các cơ quan tỉnh diễn ra ở thành phố"
PARA = "<p>Đồng chí Nguyễn Văn An, Bí thư Chi bộ phát biểu, ngày 12/3/2020 tại hội nghị.</p>"


def parse(body: bytes | str, content_type: str = "text/html") -> Document:
    data = body.encode() if isinstance(body, str) else body
    headers = (("Content-Type", content_type),)
    return Document.parse(
        Exchange(url="https://a.vn/b/c-1.html", time=SEEN, status=200, headers=headers, body=data)
    )


def in_1258(text: str) -> bytes:
    """As windows-1258 writes Vietnamese: the tone marks alone stand behind their letters."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = []
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        tone = "".join(part for part in parts if part in tones)
        rest = "".join(part for part in parts if part not in tones)
        out.append(unicodedata.normalize("NFC", rest) + tone)
    return "".join(out).encode("cp1258")


ENCODED = [
    (WORDS.encode(), "text/html", "utf-8"),
    (WORDS.encode(), "text/html; charset=iso-8859-1", "utf-8"),  # the header lies
    (in_1258(WORDS), "text/html", "cp1258"),
    (in_1258(WORDS), "text/html; charset=windows-1252", "cp1258"),  # and here
    (in_1258(WORDS), "text/html; charset=windows-1258", "cp1258"),
    (WORDS.encode("utf-16"), "text/html", "utf-16-le"),
    (b"\xef\xbb\xbf" + WORDS.encode(), "text/html; charset=latin1", "utf-8"),
    (WORDS.encode(), "text/html; charset=no-such-thing", "utf-8"),
    (WORDS.encode(), "text/html; charset=hex", "utf-8"),
]


@pytest.mark.parametrize(("body", "content_type", "name"), ENCODED)
def test_encoding(body: bytes, content_type: str, name: str) -> None:
    doc = parse(body, content_type)
    assert doc.encoding == name
    assert doc.text_of(doc.tree) == WORDS


def test_latin_pages_stay_latin() -> None:
    doc = parse("Déjà vu à Paris, élève, où".encode("latin-1"), "text/html; charset=iso-8859-1")
    assert doc.text_of(doc.tree) == "Déjà vu à Paris, élève, où"


def test_utf8_with_a_broken_place() -> None:
    doc = parse((PARA * 9).encode() + b"\xc4 <p>x", "text/html; charset=utf-8")
    assert doc.encoding == "utf-8"
    assert "broken places" in doc.problems[0]


SETTLED = [
    ("Đảng&nbsp;&nbsp; u&#7927;", "Đảng uỷ"),
    (unicodedata.normalize("NFD", "Đảng ủy Khối"), "Đảng ủy Khối"),
    ("tuyên&shy;truyền mi\u200bệng", "tuyêntruyền miệng"),
    ("kinh tế &#150; xã hội", "kinh tế \u2013 xã hội"),
    ("một<br>hai<p>ba</p>bốn<b>năm</b>", "một hai ba bốnnăm"),
    ("thấy<script>var x</script><style>p{}</style><!-- y --> rõ", "thấy rõ"),
]


@pytest.mark.parametrize(("markup", "text"), SETTLED)
def test_text_of(markup: str, text: str) -> None:
    doc = parse(f"<meta charset=utf-8><body>{markup}")
    assert doc.text_of(doc.tree) == text


def test_what_follows_an_early_end_is_read() -> None:
    doc = parse("<html><body><p>một</p></body></html><p>hai</p>")
    assert doc.text_of(doc.tree) == "một hai"


def test_base_and_links() -> None:
    doc = parse('<base href="/x/"><a href="y.html">z</a>')
    assert doc.resolve("y.html#top") == "https://a.vn/x/y.html"
    assert resolve(doc.base, "javascript:void(0)") is None
    assert resolve(doc.base, "http://[::1") is None
    assert resolve(doc.base, "#top") is None


HARD = {
    "five megabytes": PARA * 50_000,
    "breaks": "Đồng chí Nguyễn Văn An phát biểu chỉ đạo.<br><br>" * 20_000,
    "links": '<a href="/x-1.html">Một tiêu đề dài của bài viết</a>, ' * 40_000,
    "nested boxes": "<div>" * 100_000 + "x",
    "nested letters": "<p>" + "<b>x " * 100_000,
    "nested tables": "<table><tr><td>chữ " * 20_000,
    "long attributes": f'<p class="{"x " * 500_000}" style="{"a:b;" * 200_000}">x</p>' + PARA * 9,
    "long title": "<title>" + "tin tức - " * 100_000 + "</title>" + PARA * 9,
    "indentation": "<p>abc." + "&nbsp;" * 500_000 + "X</p>" + PARA * 9,
    "photos": "<p>" + "<img src=/a.jpg>chú thích " * 10_000,
    "heads of links": (PARA + "<p>Tin liên quan</p>") * 8_000,
    "cells": "<table><tr>" + "<td>ô chữ số một, hai.</td>" * 20_000 + "</tr></table>",
    "JSON": '<script type="application/ld+json">' + "[" * 100_000 + "</script>" + PARA * 9,
}


@pytest.mark.parametrize("name", HARD)
def test_hard_pages_end_soon(name: str) -> None:
    body = ("<h1>Tiêu đề của bài viết này</h1>" + HARD[name]).encode()
    start = time.process_time()
    doc = parse(body)
    extract(doc, generic(doc.url))
    kind_of_page(doc, generic(doc.url))
    # 2 s at most alone on a machine; what is quadratic takes minutes.
    assert time.process_time() - start < 10


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=400) | st.text("<>/=\"'&;apdivbrtdimg hx!-", max_size=400).map(str.encode)
)
def test_any_bytes(body: bytes) -> None:
    doc = parse(body)
    kind_of_page(doc, generic(doc.url))
    extract(doc, generic(doc.url))


@pytest.mark.parametrize(
    "body", [b"", b" ", b"<!-- x", b"%PDF-1.4 \xff", b"<frameset><frame src=x>"]
)
def test_pages_of_nothing(body: bytes) -> None:
    doc = parse(body)
    assert extract(doc, generic(doc.url)) is None
    assert kind_of_page(doc, generic(doc.url)) in {"other", "error"}
