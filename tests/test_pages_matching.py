"""Selectors from the index find what XPath finds; and what the families' own selectors point at."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.types import Exchange
from crawler.pages import matching
from crawler.pages.document import Document
from crawler.pages.extract import extract
from crawler.profile import load
from crawler.selectors import select

ANSWERED = [
    "#a", ".b", "p.b", ".b.c", "[id$=a]", "[id^=a]", "div[id*=a]", "[itemprop=b]",
    "#a .b", "#a > .b", ".b p", ".b > p.c", "#a p > em", "P.b", "em.b[itemprop=b]",
    "//*[@id='a']/p", "//*[@id='a']/preceding::p[1]", "//*[@id='a']/@class", "//*[@id='aa']//em",
]  # fmt: skip
LEFT = ["p", "p > em", ".b + p", ".b:not(.c)", ".b, .c", "//p", "//*[@id='a']/p | //em", "::x"]
NAMES = st.sampled_from(["a", "b", "c", "aa", "b c", " c\n b", "b\u00a0c", "B", ""])
TAGS = st.sampled_from(["div", "p", "em", "span"])


def document(markup: str) -> Document:
    return Document.parse(
        Exchange(
            url="https://a.vn/x-1.html",
            time=datetime(2026, 11, 22, tzinfo=UTC),
            status=200,
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            body=markup.encode(),
        )
    )


@st.composite
def markup(draw: st.DrawFn) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 12))):
        tag, name, value = (
            draw(TAGS),
            draw(st.sampled_from(["id", "class", "itemprop"])),
            draw(NAMES),
        )
        more = f' class="{draw(NAMES)}"' if name != "class" else ""
        end = draw(st.sampled_from(["", f"</{tag}>"]))
        parts.append(f'<{tag} {name}="{value}"{more}>x{end}')
    return "".join(parts)


@settings(max_examples=150, deadline=None)
@given(markup(), st.sampled_from(ANSWERED))
def test_the_index_finds_what_xpath_finds(page: str, selector: str) -> None:
    doc = document(page)
    found = matching.find(doc.elements, selector)
    if found is not None:
        assert found == select(doc.tree, (selector,))[0]


def test_the_index_answers_what_stands_once() -> None:
    doc = document('<div id="a" class="d"><p class="b c" itemprop="b">x<em>y</em></p></div>')
    for selector in ANSWERED:
        found = matching.find(doc.elements, selector)
        assert found is not None, selector
        assert found == select(doc.tree, (selector,))[0], selector


@pytest.mark.parametrize("selector", LEFT)
def test_what_the_index_does_not_know_is_left_to_xpath(selector: str) -> None:
    doc = document('<p id="a" class="b">x</p><p class="c">y<em>z</em></p>')
    assert matching.find(doc.elements, selector) is None


def test_what_many_elements_offer_is_left_to_xpath() -> None:
    doc = document('<p class="b">x</p>' * (matching.MOST + 1))
    assert matching.find(doc.elements, ".b") is None


def test_the_date_of_nukeviet_is_the_first_of_its_row() -> None:
    body = "<p>Sáng nay, hội nghị đã thống nhất nhiều nội dung quan trọng của đơn vị.</p>" * 4
    row = "".join(f'<span class="h5">{text}</span>' for text in
                  ("Thứ sáu - 16/08/2024 10:47", "Xem: 15/08/2024", "3"))  # fmt: skip
    doc = document(
        '<span class="h5">01/01/2024 07:00</span><h1 itemprop="headline">Hội nghị quý ba</h1>'
        f'<div class="row"><div>{row}</div></div><div id="news-bodyhtml">{body}</div>'
    )
    article = extract(doc, load("tinhuy-binhphuoc"))
    assert article is not None
    assert article.published == "2024-08-16T10:47+07:00"
    assert article.evidence["published"].startswith("profile: //*[@id='news-bodyhtml']")


def test_a_selected_body_of_links_alone_is_no_error() -> None:
    links = '<a href="/x-2.html">Một tiêu đề khác của trang</a> ' * 5
    doc = document(f'<h1>Hội nghị quý ba</h1><div id="news-bodyhtml">{links}</div>')
    article = extract(doc, load("tinhuy-binhphuoc"))
    assert article is None or article.title == "Hội nghị quý ba"
