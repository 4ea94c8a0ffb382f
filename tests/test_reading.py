"""One exchange -> one Reading: by bytes and Content-Type, pure, and never an exception."""

from __future__ import annotations

import gc
import gzip
import pickle
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from listing_cases import CASES, exchange

from archive.types import Exchange, Found, Reading
from archive.urls import canonical
from crawler.demo import addresses, sites
from crawler.demo.messages import DemoRequest
from crawler.demo.site import DemoSite
from crawler.profile import SiteProfile, generic, load
from crawler.reading import read, reader_identity

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
BASE = "https://tinhuy.example.vn"
SITE = generic(f"{BASE}/")


def got(body: bytes, media: str | None = "text/html; charset=utf-8", **more: object) -> Exchange:
    headers = (("Content-Type", media),) if media else ()
    values = {"url": f"{BASE}/a", "time": NOW, "status": 200, "headers": headers, "body": body}
    return Exchange(**{**values, **more})  # type: ignore[arg-type]  # keywords of a test


# -- by bytes and type ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "media", "kind"),
    [
        (b"", "text/html", "other"),
        (b"%PDF-1.4\n...", "application/pdf", "document"),
        (b"%PDF-1.4\n...", "text/html", "document"),
        (b"PK\3\4....", "application/octet-stream", "document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword", "document"),
        (b"\xff\xd8\xff\xe0", "image/jpeg", "other"),
        (b"\x89PNG\r\n\x1a\n\0\0", "text/html; charset=utf-8", "other"),
        (b"RIFF....WEBPVP8", "image/webp", "other"),
        (b"\0\1\2\3", "application/x-something", "other"),
        (b"var a = 1;", "application/javascript", "other"),
        (b"plain words", "text/plain", "other"),
        (b"<?xml version='1.0'?><note/>", "application/xml", "other"),
        (b"<urlset></urlset>", "text/html", "sitemap"),
        (b"<rss><channel/></rss>", None, "feed"),
    ],
)
def test_what_is_no_page(body: bytes, media: str | None, kind: str) -> None:
    reading = read(got(body, media), SITE)
    assert reading.kind == kind
    assert reading.article is None
    assert reading.reader == reader_identity(SITE)


def test_xhtml_is_read_as_a_page() -> None:
    body = (
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><a href="/b">b</a></html>'
    )
    assert [found.url for found in read(got(body, "application/xhtml+xml"), SITE).found] == [
        f"{BASE}/b"
    ]


def test_a_page_without_a_content_type() -> None:
    assert read(got(b"<p><a href='/b'>b</a></p>", None), SITE).found


def test_errors_and_failures_teach_nothing() -> None:
    page = b"<h1>Bai</h1><a href='/b'>b</a>"
    assert read(got(page, status=404), SITE) == Reading(
        "error", reader_identity(SITE), evidence={"kind": "status 404"}
    )
    assert read(got(b"", status=None, outcome="failure", failure="dns"), SITE).found == ()


def test_a_reading_leaves_the_garbage_collector_as_it_was() -> None:
    page = got(b"<title>x</title><p>y")
    read(page, SITE)
    assert gc.isenabled()
    gc.disable()
    try:
        read(page, SITE)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_style_sheet_names_what_it_needs() -> None:
    body = b"a{b:url(../img/n.png)} c{d:url(https://khac.example/x.png)}"
    reading = read(got(body, "text/css", url=f"{BASE}/css/a.css"), SITE, "asset")
    assert [(f.url, f.kind, f.how) for f in reading.found] == [
        (f"{BASE}/img/n.png", "asset", "asset")
    ]


def test_the_reader_is_named_by_what_decides_its_reading(tmp_path: Path) -> None:
    identity = reader_identity(SITE)
    assert SITE.digest[:12] in identity
    assert "lxml" in identity
    assert "libxml2" in identity
    assert identity != reader_identity(load("tinhuy-binhphuoc"))


def test_a_reading_goes_to_another_process_as_it_is() -> None:
    reading = read(exchange(CASES[0]), SITE)
    assert pickle.loads(pickle.dumps(reading)) == reading


# -- anything at all ------------------------------------------------------------------------------

MEDIA = st.sampled_from(
    ["text/html", "text/html; charset=utf-8", "text/html; charset=nope", "application/xml",
     "text/css", "text/plain", "image/png", "application/pdf", "application/xhtml+xml", "", None]
)  # fmt: skip
EXPECTED = st.sampled_from(["article", "listing", "photo", "asset", "robots", "other"])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2_000), MEDIA, EXPECTED)
def test_any_bytes_can_be_read(body: bytes, media: str | None, expected: str) -> None:
    read(got(body, media), SITE, expected)  # type: ignore[arg-type]  # drawn from the kinds


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=500), st.sampled_from([b"<urlset>", b"<rss>", b"<feed>", b"\x1f\x8b"]))
def test_any_xml_can_be_read(body: bytes, start: bytes) -> None:
    read(got(start + body, "application/xml"), SITE)
    read(got(gzip.compress(start + body), "application/gzip"), SITE)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_any_mutation_of_a_page_can_be_read(data: st.DataObject) -> None:
    page = exchange(data.draw(st.sampled_from(CASES)))
    body = bytearray(page.body)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body)))
        cut = data.draw(st.integers(0, 400))
        body[at : at + cut] = data.draw(st.binary(max_size=60))
    profile = generic(page.url)
    mutated = Exchange(page.url, NOW, status=200, headers=page.headers, body=bytes(body))
    reading = read(mutated, profile, "listing")
    own = ("photo", "attachment")
    assert all(f.url.startswith(page.url[:20]) for f in reading.found if f.how not in own)


# -- the sample sites, without a network ----------------------------------------------------------

PORTS = {"demo-nukeviet": 9001, "demo-liferay": 9002, "demo-sharepoint": 9003}
FORBIDDEN = (
    "/lich-cong-tac", "/vi/vi", "/vi/en", "/en/en", "/en/vi", "/print/", "InBaiViet",
    "p_p_state=pop_up", "dang-nhap", "login", "Authenticate", "sid=", "jsessionid",
)  # fmt: skip


class Walk:
    """Everything that can be reached on one sample site, by what `read` finds alone."""

    def __init__(self, site: DemoSite, profile: SiteProfile) -> None:
        self.site, self.profile = site, profile
        self.base = f"http://127.0.0.1:{PORTS[site.slug]}"
        self.asked: dict[tuple[str, str, bytes], Found] = {}

    def read(self, found: Found) -> Reading | None:
        """None for a redirect, which teaches nothing."""
        request = DemoRequest(
            found.url.removeprefix(self.base),
            found.method,
            {"host": self.base.removeprefix("http://")},
            found.body,
        )
        answer = self.site.respond(request)
        if 300 <= answer.status < 400 or answer.header("Content-Encoding"):
            return None
        page = Exchange(
            found.url, NOW, method=found.method, request_body=found.body, status=answer.status,
            headers=answer.headers, body=answer.body,
        )  # fmt: skip
        return read(page, self.profile, found.kind)

    def listing(self, url: str) -> Iterator[Reading]:
        """The pages of one listing, by `next` alone."""
        step: Found | None = Found(url, "listing", "seed")
        for _ in range(20):
            if step is None:
                return
            reading = self.read(step)
            assert reading is not None
            yield reading
            step = reading.next
        pytest.fail(f"{url} goes on without end")

    def everything(self) -> None:
        queue = deque(Found(url, "listing", "seed") for url in self.profile.start.all)
        rules = self.profile.urls
        while queue:
            found = queue.popleft()
            url = canonical(found.url, strip_slash=rules.strip_slash, drop_params=rules.drop_params)
            key = (found.method, url, found.body)
            if key in self.asked or not found.url.startswith(f"{self.base}/"):
                continue
            self.asked[key] = found
            assert len(self.asked) < 500, "a trap"
            reading = self.read(found)
            if reading is not None:
                queue.extend(reading.found)
                queue.extend([reading.next] if reading.next else [])


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Walk]:
    folder = tmp_path_factory.mktemp("sites")
    built = sites.build()
    for site in built:
        toml = site.profile_toml(f"http://127.0.0.1:{PORTS[site.slug]}")
        (folder / f"{site.slug}.toml").write_text(toml, encoding="utf-8")
    made = {site.slug: Walk(site, load(site.slug, [folder])) for site in built}
    for walk in made.values():
        walk.everything()
    return made


@pytest.mark.parametrize("slug", PORTS)
def test_every_article_is_found_and_no_trap_is_followed(slug: str, walks: dict[str, Walk]) -> None:
    walk = walks[slug]
    asked = {url for _, url, _ in walk.asked}
    rules = walk.profile.urls
    for path in walk.site.articles:
        url = canonical(
            walk.base + path, strip_slash=rules.strip_slash, drop_params=rules.drop_params
        )
        assert url in asked
    trapped = [found.url for found in walk.asked.values() if any(t in found.url for t in FORBIDDEN)]
    assert trapped == []


@pytest.mark.parametrize("slug", PORTS)
def test_every_listing_is_read_right(slug: str, walks: dict[str, Walk]) -> None:
    """Title, address, date and lead of every item of every page that has an address."""
    walk = walks[slug]
    for path in addresses.listings(walk.site.plan()):
        reading = walk.read(Found(walk.base + path, "listing", "seed"))
        assert reading is not None
        assert reading.kind == "listing"
        assert reading.items == walk.site.items(path, base_url=walk.base)


@pytest.mark.parametrize("slug", PORTS)
def test_pagination_leads_to_the_end_and_no_further(slug: str, walks: dict[str, Walk]) -> None:
    walk = walks[slug]
    plan = walk.site.plan()
    for section in plan.sections:
        pages = list(walk.listing(walk.base + walk.site.markup.listing_path(section)))
        urls = [item.url for page in pages for item in page.items]
        wanted = [a for a in plan.articles if plan.section_of(a) == section]
        assert len(urls) == len(set(urls)) == len(wanted)
        assert len([page for page in pages if page.items]) == plan.pages(section)
