"""Captured pages and style sheets made safe: tricks of markup and of CSS, one by one."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_room import START

from archive.types import Exchange
from archive.web import css, rewriting
from archive.web.media import attachment, file_name, media_of
from archive.web.rewriting import Finder, Words

BASE = "https://a.example/thu-muc/trang.html"
WORDS = Words("Chưa lưu: {url}", "Khung: {url}")
ALL = Finder(lambda urls: dict.fromkeys(urls, 7), lambda urls: dict.fromkeys(urls, 9))
NONE = Finder(lambda urls: {}, lambda urls: {})


def body(markup: str, finder: Finder = ALL) -> str:
    page = rewriting.page(markup, BASE, finder, WORDS)
    return page.partition("<body")[2].partition(">")[2].removesuffix("</body></html>")


# -- style sheets ------------------------------------------------------------------------------


def sheet(text: str) -> str:
    """With `good` captured, all else not."""
    return css.rewritten(
        text,
        lambda url: "/photo/1" if url == "good.png" else None,
        lambda url: "/replay/2" if url == "good.css" else None,
    )


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("a{background:url(good.png) no-repeat}", 'a{background:url("/photo/1") no-repeat}'),
        ("a{background:URL( 'good.png' )}", 'a{background:url("/photo/1")}'),
        ("a{b:url(bad.png)}", "a{b:none}"),
        (r"a{b:u\72l(bad)}", "a{b:none}"),
        (r"a{b:\000075 rl(bad)}", "a{b:none}"),
        (r"a{b:\u\rl('bad')}", "a{b:none}"),
        ("a{b:u/**/rl(x)}", "a{b:u rl(x)}"),
        ('a{b:url("bad', "a{b:none"),
        ('a{b:url(x"y)}', 'a{b:none(x"y)}'),
        ("a{content:'/*'}b{c:url(bad)}/*'*/d{}", "a{content:'/*'}b{c:none} d{}"),
        ('a{b:image-set("bad" 1x)}', 'a{b:none("bad" 1x)}'),
        ("a{width:expression(alert(1))}", "a{width: alert(1))}"),
        ("a{behavior:url(bad);-moz-binding:url(bad)}", "a{ none; none}"),
        ("@font-face{src:url(bad)}a{}", " a{}"),
        ("a{}</style><script>", r"a{}<\/style><script>"),
    ],
)
def test_a_style_sheet_loads_only_what_was_captured(given: str, wanted: str) -> None:
    assert sheet(given).strip() == wanted.strip()


@pytest.mark.parametrize(
    "given",
    ['@import "bad.css";', "@IMPORT url(bad.css) screen;", r"@\69mport 'bad'", "@import bad",
     '@imp@import "x";ort "bad";', "@import 'good.css' url(bad);"],
)  # fmt: skip
def test_imports_that_were_not_captured_go(given: str) -> None:
    assert "@import" not in sheet(given).lower().replace('@import "/replay/2"', "")
    assert "url(" not in sheet(given)


def test_captured_imports_stand_first_with_their_media() -> None:
    told = sheet('@charset "x"; @import url("good.css") screen and (min-width: 3em); a{}')
    assert told.startswith('@import "/replay/2" screen and (min-width: 3em);\n')


PARTS = st.sampled_from(
    ["url(", "u", "rl(", "\\75", "\\", " ", "@import", "@imp", "ort", '"', "'", ")", "http://bad/",
     "//bad", "/*", "*/", "\n", ";", "{", "}", "expression(", "behavior:", "<", "/style>", "a", ","]
)  # fmt: skip


@given(st.lists(PARTS, max_size=14).map("".join))
def test_no_mixture_of_tokens_loads_anything(text: str) -> None:
    told = sheet(text)
    assert "</" not in told
    assert not re.search(r"url\((?!\"/photo/1\"\))", told, re.I)
    assert "@import" not in told.lower()
    assert not re.search(r"\\(?:0*75|0*72|0*6c)", told, re.I) or "url" not in told


# -- pages -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ('<a href="x.html" onclick="a()">x</a>', '<a href="/capture/7" target="_top">x</a>'),
        ('<a href="#x" target="_blank">x</a>', '<a href="#x">x</a>'),
        ('<a href=" jav&#9;ascript:a()">x</a>', "<a>x</a>"),
        ('<img src="a.png" onerror="a()">', '<img src="/photo/9">'),
        ('<img srcset="a.png 1x, b.png 2x">', '<img src="/photo/9">'),
        ('<img src="data:image/svg+xml,<svg>">', None),
        ('<picture><source srcset="b.webp"><img src="a.png"></picture>',
         '<picture><img src="/photo/9"></picture>'),
        ("<form action=/x><input type=hidden value=1><button>ô</button></form>sau",
         '<div><button disabled="">ô</button></div>sau'),
        ("<noscript>tắt</noscript>sau", "sau"),
        ("<embed src=x>sau <b>đó</b>",
         '<div class="luutru-missing"><a href="/capture/7" target="_top">Khung: '
         "https://a.example/thu-muc/x</a></div><div>sau <b>đó</b></div>"),
        ("<svg><script>a()</script><a href=x>y</a></svg>sau", "sau"),
        ("<plaintext>x<b>y", None),
        ("<xmp><script>a()</script>x</xmp>sau", "<pre>&lt;script&gt;a()&lt;/script&gt;x</pre>sau"),
        ("<td background=a.png bgcolor=red>", None),
    ],
)  # fmt: skip
def test_markup(given: str, wanted: str | None) -> None:
    told = body(given)
    assert "javascript" not in told and "svg" not in told and "onclick" not in told
    if wanted is not None:
        assert told.strip() == wanted


def test_a_base_counts_for_addresses_and_goes() -> None:
    asked: set[str] = set()
    finder = Finder(lambda urls: asked.update(urls) or {}, lambda urls: asked.update(urls) or {})
    markup = '<base href="https://b.example/x/"><a href="y">1</a><img src="../z.png">'
    assert "<base" not in rewriting.page(markup, BASE, finder, WORDS)
    assert asked == {"https://b.example/x/y", "https://b.example/z.png"}


def test_without_captures_nothing_is_asked_of_anyone() -> None:
    told = rewriting.page(
        '<link rel=stylesheet href=a.css><style>p{background:url(b.png)}</style>'
        '<a href="c">x</a><img src="d.png" alt="Đ"><p style="background:url(e)" background=f>',
        BASE, NONE, WORDS,
    )  # fmt: skip
    assert not re.search(r"(?:href|src|background)=|url\(", told)
    assert "Chưa lưu: Đ" in told


@pytest.mark.parametrize(
    "markup",
    [*(f"{tags * 9000}sâu" for tags in ("<div>", "<font>", "<b><div>")), "sâu" + "<a>" * 9000],
)
def test_freaks_are_read_in_time(markup: str) -> None:
    began = time.monotonic()
    assert "sâu" in rewriting.page(markup, BASE, NONE, WORDS)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "markup", ["", " ", "\0", "<", "<!-- x", "<?xml version='1.0'?>", "<frameset>"]
)
def test_what_is_no_page_is_an_empty_one(markup: str) -> None:
    assert "<body" in rewriting.page(markup, BASE, ALL, WORDS)


@given(st.text(max_size=60), st.text(max_size=30))
def test_no_text_breaks_out(markup: str, url: str) -> None:
    told = rewriting.page(markup, f"https://a.example/{url}", NONE, WORDS)
    assert told.count("<body") == 1 and "<script" not in told.lower()


def test_the_doctype_stays_because_layout_hangs_on_it() -> None:
    strict = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/x.dtd">'
    assert rewriting.page(f"{strict}<p>x", BASE, ALL, WORDS).startswith(f"{strict}<html>")
    assert rewriting.page("<p>x", BASE, ALL, WORDS).startswith("<html>")
    assert "script" not in rewriting.page("<!DOCTYPE html <script>><p>x", BASE, ALL, WORDS)[:40]


# -- what bytes are ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "content", "kind"),
    [
        ("text/html; charset=utf-8", b"<p>x", "html"),
        ("text/html", b"\xff\xd8\xff\xe0", "image"),
        ("image/jpeg", b"<html>", "file"),
        ("image/svg+xml", b"<?xml version='1.0'?><!-- x --><svg>", "svg"),
        ("", b" <!DOCTYPE HTML><p>", "html"),
        ("text/plain", b"<html><body>", "html"),
        ("text/css", b"a{}", "css"),
        ("application/rss+xml", b"<rss>", "text"),
        ("application/javascript", b"a()", "text"),
        ("application/pdf", b"%PDF", "file"),
        ("text/html", b"", "empty"),
        ("image/svg+xml", b"<!---->" * 400, "text"),
    ],
)
def test_kinds(declared: str, content: bytes, kind: str) -> None:
    headers = (("Content-Type", declared),) if declared else ()
    assert media_of(Exchange(BASE, START, status=200, headers=headers, body=content)).kind == kind


def test_a_strange_type_is_not_sent_on() -> None:
    headers = (("Content-Type", 'a/b"\r\nX: y'),)
    assert media_of(Exchange(BASE, START, headers=headers, body=b"x")).type == (
        "application/octet-stream"
    )


@given(st.text(max_size=40))
def test_a_file_s_name_fits_a_header(name: str) -> None:
    value = attachment(file_name(f"https://a.example/{name}", "file"))
    assert value.isascii() and value.isprintable()
    assert value.count('"') == 2
