"""Sitemaps: index, news, gzip, and what untrusted XML does."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.types import Exchange, Reading
from crawler.discovery.xml import LARGEST, unzipped, xml_root
from crawler.profile import generic
from crawler.reading import read

NOW = datetime(2024, 3, 11, tzinfo=UTC)
BASE = "https://tinhuy.example.vn"
SITE = generic(f"{BASE}/")
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def reading(body: bytes | str, media: str = "application/xml") -> Reading:
    data = body.encode() if isinstance(body, str) else body
    headers = (("Content-Type", media),) if media else ()
    return read(Exchange(f"{BASE}/sitemap.xml", NOW, status=200, headers=headers, body=data), SITE)


URLSET = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset {NS} {NEWS}>
<url><loc>{BASE}/tin/hoi-nghi-12.html</loc><lastmod>2024-03-08T14:15:00+07:00</lastmod></url>
<url><loc> {BASE}/gioi-thieu </loc><lastmod>2024-03-01</lastmod></url>
<url><loc>{BASE}/bai?a=1&amp;b=2</loc><lastmod>hôm qua</lastmod></url>
<url><loc>{BASE}/n/7</loc><news:news>
<news:title>Đại hội &amp; nhiệm kỳ</news:title></news:news></url>
<url><loc>https://khac.example/a.html</loc></url>
<url><loc>{BASE}/lich-cong-tac/2024/1/</loc></url>
<url><loc>{BASE}/tin/hoi-nghi-12.html</loc></url>
<url><loc></loc></url><url/>
</urlset>"""


def test_urlset() -> None:
    made = reading(URLSET)
    assert made.kind == "sitemap"
    assert [(f.url.removeprefix(BASE), f.kind, f.how, f.lastmod, f.title) for f in made.found] == [
        ("/tin/hoi-nghi-12.html", "article", "sitemap", "2024-03-08T14:15:00+07:00", None),
        ("/gioi-thieu", "listing", "sitemap", "2024-03-01", None),
        ("/bai?a=1&b=2", "article", "sitemap", None, None),
        ("/n/7", "article", "sitemap", None, "Đại hội & nhiệm kỳ"),
    ]


def test_index() -> None:
    made = reading(
        f"<sitemapindex {NS}><sitemap><loc>{BASE}/sitemap-vi.news.xml</loc>"
        f"<lastmod>2024-03-08</lastmod></sitemap></sitemapindex>"
    )
    [found] = made.found
    assert (found.kind, found.how, found.lastmod) == ("listing", "sitemap", "2024-03-08")


@pytest.mark.parametrize("media", ["application/x-gzip", "application/octet-stream", ""])
def test_zipped_in_one_member_or_two(media: str) -> None:
    data = URLSET.encode()
    whole = reading(gzip.compress(data), media)
    split = reading(gzip.compress(data[:300]) + gzip.compress(data[300:]), media)
    assert whole.found == split.found == reading(URLSET).found


def test_a_bomb_is_cut_and_a_broken_stream_gives_what_it_has() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * (LARGEST + 1_000))
    assert len(unzipped(bomb)) == LARGEST
    assert unzipped(gzip.compress(b"<urlset>" * 900)[:-12]).startswith(b"<urlset><urlset>")
    assert unzipped(b"\x1f\x8bno") == b""


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    made = reading(URLSET[: URLSET.index("<news:news>")])
    assert made.kind == "sitemap"
    assert len(made.found) >= 3


def test_space_before_the_declaration() -> None:
    assert len(reading("\n\n" + URLSET, "text/xml").found) == 4


def test_no_entity_is_expanded_and_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("bi-mat")
    doctype = (
        f'<!DOCTYPE u [<!ENTITY f SYSTEM "{secret.as_uri()}"><!ENTITY a "xxxx">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(8))
        + "]>"
    )
    made = reading(
        f'<?xml version="1.0"?>{doctype}<urlset><url><loc>{BASE}/&f;</loc></url>'
        f"<url><loc>{BASE}/&i;</loc></url></urlset>"
    )
    assert all(len(found.url) < 100 and "bi-mat" not in found.url for found in made.found)


@pytest.mark.parametrize("body", [b"", b"<", b"<?xml", b"\xff\xfe\x00", b"plain"])
def test_what_is_no_xml(body: bytes) -> None:
    root = xml_root(body)
    assert root is None or root.tag is not None


def test_sitemaps_that_robots_txt_names() -> None:
    body = f"User-agent: *\nDisallow: /a\nSitemap: {BASE}/sm.xml.gz\nsitemap:/b.xml\nSitemap: x:y\n"
    exchange = Exchange(f"{BASE}/robots.txt", NOW, status=200, body=body.encode())
    made = read(exchange, SITE, "robots")
    assert [(f.url, f.kind, f.how) for f in made.found] == [
        (f"{BASE}/sm.xml.gz", "listing", "robots"),
        (f"{BASE}/b.xml", "listing", "robots"),
    ]
