"""Feeds: RSS 2.0, RSS 1.0, Atom, and the dates and markup in them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.types import Exchange, Reading
from crawler.profile import generic
from crawler.reading import read

NOW = datetime(2024, 3, 11, tzinfo=UTC)
BASE = "https://tinhuy.example.vn"

RSS = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Tin</title><link>{BASE}/</link>
<item><title><![CDATA[Hội nghị &amp; tập huấn]]></title><link>{BASE}/tin/a-12.html</link>
<description>&lt;img src="x.jpg"&gt;Sáng 8/3, &lt;b&gt;Đảng ủy&lt;/b&gt; họp.</description>
<pubDate>Fri, 08 Mar 2024 14:15:00 +0700</pubDate></item>
<item><title>Hai</title><link>/tin/b-13.html</link><pubDate>08/03/2024 09:40</pubDate></item>
<item><title>Ba</title><guid isPermaLink="true">{BASE}/c</guid></item>
<item><title>Ngoài</title><link>https://khac.example/d</link></item>
<item><title>Không địa chỉ</title></item>
</channel></rss>"""
RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel/><item rdf:about="x"><title>Một</title><link>{BASE}/tin/a-12.html</link>
<dc:date>2024-03-08T14:15:00+07:00</dc:date></item></rdf:RDF>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">M&amp;#7897;t</title>
<link rel="self" href="{BASE}/self"/><link href="{BASE}/tin/a-12.html"/>
<published>2024-03-08T14:15:00+07:00</published><summary>Tóm tắt</summary></entry></feed>"""


def reading(body: str, media: str = "application/rss+xml") -> Reading:
    exchange = Exchange(
        f"{BASE}/rss/", NOW, status=200, headers=(("Content-Type", media),), body=body.encode()
    )
    return read(exchange, generic(BASE))


def test_rss() -> None:
    made = reading(RSS)
    assert made.kind == "feed"
    assert [(i.title, i.url.removeprefix(BASE), i.published, i.lead) for i in made.items] == [
        (
            "Hội nghị & tập huấn",
            "/tin/a-12.html",
            "2024-03-08T14:15+07:00",
            "Sáng 8/3, Đảng ủy họp.",
        ),
        ("Hai", "/tin/b-13.html", "2024-03-08T09:40+07:00", None),
        ("Ba", "/c", None, None),
    ]
    assert [(f.kind, f.how, f.title) for f in made.found] == [
        ("article", "feed", "Hội nghị & tập huấn"),
        ("article", "feed", "Hai"),
        ("article", "feed", "Ba"),
    ]
    assert made.next is None


@pytest.mark.parametrize("body", [RDF, ATOM])
def test_rdf_and_atom(body: str) -> None:
    made = reading(body, "text/xml")
    assert made.kind == "feed"
    [item] = made.items
    assert (item.title, item.url) == ("Một", f"{BASE}/tin/a-12.html")
    assert (item.published or "").startswith("2024-03-08T14:15")


def test_a_feed_served_as_html_is_known_by_its_root() -> None:
    assert reading(RSS, "text/html").kind == "feed"


def test_a_broken_feed_gives_what_comes_before() -> None:
    made = reading(RSS[: RSS.index("<item><title>Ba")])
    assert len(made.items) == 2
