"""The answers of the sample sites: pages that hold the truth, validators, days, families."""

import gzip
import io
import re
import unicodedata
import zipfile

import brotli
import pytest
from lxml import etree, html
from PIL import Image

from crawler.demo import documents
from crawler.demo.messages import DemoRequest
from crawler.demo.sites import build
from crawler.profile import load

SITES = {site.family: site for site in build()}
HOST = {"host": "127.0.0.1:8000"}
BASE = "http://127.0.0.1:8000"
families = pytest.mark.parametrize("site", SITES.values(), ids=SITES)


def ask(site, path, **request):
    headers = {**HOST, **request.pop("headers", {})}
    return site.respond(DemoRequest(path, headers=headers, **{"tries": 3, **request}))


def settled(text):
    return " ".join(unicodedata.normalize("NFC", text).split())


def page_text(response):
    charset = "utf-8" if "charset" in response.header("Content-Type") else "cp1258"
    page = unicodedata.normalize("NFC", response.body.decode(charset))
    return settled(html.fromstring(page).text_content())


def squeezed(text):
    """Cells and lines of a text stand in elements of their own."""
    return re.sub(r"\s", "", settled(text))


@families
def test_every_page_shows_its_truth(site):
    for path in site.articles:
        truth = site.truth(path, base_url=BASE)
        response = ask(site, path)
        assert response.status == 200
        assert 15_000 < len(response.body) < 45_000
        text = squeezed(page_text(response))
        shown = [truth.title, truth.section[-1], *(block.text for block in truth.body)]
        shown += [caption.text for caption in truth.captions]
        shown += [link.title for link in truth.related] + [a.title for a in truth.attachments]
        shown += [words for words in (truth.lead, truth.byline, truth.source) if words]
        shown += truth.tags
        for words in shown:
            assert squeezed(words) in text, words
        markup = response.body.decode("utf-8", "replace")
        for url in truth.images:
            assert url.split("?")[0].removeprefix(BASE) in markup


@families
def test_leading_article(site):
    path = next(p for p, a in site.articles.items() if a.slug == "toa-dam-sinh-hoat-chi-bo")
    truth = site.truth(path, base_url=BASE)
    assert truth.published == "2024-09-19T15:47+07:00"
    assert (len(truth.body), len(truth.captions), truth.related) == (6, 3, ())
    page = ask(site, path).body.decode()
    joined = re.search(r"nghe lại\.<br />\n&nbsp; &nbsp; &nbsp; Các đại biểu", page)
    assert joined is not None  # two paragraphs in one element
    assert "Tin liên quan</" in page


@families
@pytest.mark.parametrize("dynamic", [True, False])
def test_the_same_request_has_the_same_answer(site, dynamic):
    (again,) = (other for other in build() if other.slug == site.slug)
    for day in (1, 2):
        for path in site.paths(day):
            one = ask(site, path, day=day, visit=7, dynamic=dynamic)
            other = ask(again, path, day=day, visit=7, dynamic=dynamic)
            assert (one.status, one.headers, one.body) == (other.status, other.headers, other.body)


@families
def test_what_varies_by_visit_stops_on_demand(site):
    path = next(iter(site.articles))
    assert ask(site, path, visit=1).body != ask(site, path, visit=2).body
    still = {ask(site, path, visit=visit, dynamic=False).body for visit in range(3)}
    assert len(still) == 1


@families
def test_only_what_changed_differs_on_the_second_day(site):
    first, second = site.articles_on(1), site.articles_on(2)
    changed = {path for path in first if second.get(path) != first[path]}
    for path in set(first) - changed:
        one, two = (ask(site, path, day=day, dynamic=False) for day in (1, 2))
        assert (one.body, one.header("ETag")) == (two.body, two.header("ETag"))
    assert len(changed) == 7
    answers = {}
    for path in changed:
        one, two = (ask(site, path, day=day, dynamic=False) for day in (1, 2))
        assert two.status != 200 or two.header("ETag") != one.header("ETag")
        answers.setdefault(two.status, []).append((path, two))
    assert {status: len(found) for status, found in answers.items()} == {
        200: 4, 301: 1, 404: 1, 410: 1,
    }  # fmt: skip
    ((_path, moved),) = answers[301]
    assert ask(site, moved.header("Location"), day=2).status == 200
    gone = [two for path, two in answers[200] if path not in second]
    assert len(gone) == 1 and "Không tìm thấy" in page_text(gone[0])


@families
def test_sitemap_feed_and_listings_know_the_day(site):
    for day in (1, 2):
        paths = set(site.articles_on(day))
        index = etree.fromstring(ask(site, "/sitemap.xml", day=day).body)
        maps = [loc.text.removeprefix(BASE) for loc in index.iter("{*}loc")]
        entries = etree.fromstring(ask(site, maps[0], day=day).body)
        assert {loc.text.removeprefix(BASE) for loc in entries.iter("{*}loc")} == paths
        feed = etree.fromstring(ask(site, site.markup.feed_path(), day=day).body)
        links = [item.findtext("link").removeprefix(BASE) for item in feed.iter("item")]
        assert len(links) == 20 and set(links) <= paths
    new = set(site.articles_on(2).values()) - set(site.articles_on(1).values())
    fresh = {path for path, article in site.articles_on(2).items() if article.since == 2}
    assert len(new) == 6 and fresh <= set(links)


def test_lastmod_of_an_edited_article_moves_on_one_site_only():
    moved = {}
    for family, site in SITES.items():
        path = next(p for p, a in site.articles.items() if a.later is not None)
        one, two = site.articles_on(1)[path], site.articles_on(2)[path]
        moved[family] = site.markup.lastmod(one) != site.markup.lastmod(two)
    assert moved == {"nukeviet": False, "liferay": True, "sharepoint": False}


@families
def test_validators_and_304(site):
    path = next(iter(site.articles))
    for name, dynamic in (("ETag", False), ("Last-Modified", False)):
        value = ask(site, path, dynamic=dynamic).header(name)
        asked = "if-none-match" if name == "ETag" else "if-modified-since"
        answer = ask(site, path, dynamic=dynamic, headers={asked: value})
        assert (answer.status, answer.body) == (304, b"")
    photo = site.truth(next(p for p, a in site.articles.items() if a.photos)).images[0]
    etag = ask(site, photo).header("ETag")
    assert ask(site, photo, headers={"if-none-match": f'"x", {etag}'}).status == 304
    assert ask(site, photo, headers={"if-none-match": '"x"'}).status == 200


def test_each_family_has_its_own_validators():
    found = {}
    for family, site in SITES.items():
        answer = ask(site, next(iter(site.articles)))
        found[family] = tuple(bool(answer.header(name)) for name in ("ETag", "Last-Modified"))
    assert found == {
        "nukeviet": (False, False), "liferay": (True, True), "sharepoint": (False, True),
    }  # fmt: skip


@families
def test_content_codings(site):
    path = next(iter(site.articles))
    plain = ask(site, path).body
    zipped = ask(site, path, headers={"accept-encoding": "gzip, deflate"})
    assert zipped.header("Content-Encoding") == "gzip"
    assert gzip.decompress(zipped.body) == plain
    small = ask(site, path, headers={"accept-encoding": "gzip, br;q=0.9"})
    assert small.header("Content-Encoding") == "br"
    assert brotli.decompress(small.body) == plain
    assert ask(site, path, headers={"accept-encoding": "br;q=0"}).header("Content-Encoding") is None


@families
def test_the_profile_loads(site, tmp_path):
    (tmp_path / f"{site.slug}.toml").write_text(site.profile_toml(BASE), encoding="utf-8")
    profile = load(site.slug, [tmp_path])
    assert (profile.family, profile.hosts) == (site.family, ("127.0.0.1:8000",))
    assert profile.crawl.delay == 0
    for url in profile.start.all:
        assert ask(site, url.removeprefix(BASE)).status == 200


@families
def test_robots_forbids_forty_linked_pages(site):
    robots = ask(site, "/robots.txt").body.decode()
    assert "Disallow: /noi-bo/" in robots
    assert ("Crawl-delay: 0.05" in robots) == (site.family == "liferay")
    assert f"Sitemap: {BASE}/sitemap.xml" in robots
    assert len(site.disallowed) == 40
    home = ask(site, "/").body.decode()
    assert all(f'"{path}"' in home for path in site.disallowed)
    assert ask(site, site.disallowed[0]).status == 200


@families
def test_two_addresses_of_one_article(site):
    twins = site.twins()
    assert len(twins) == 2
    home = ask(site, "/").body.decode()
    for twin, main in twins.items():
        truth = site.truth(twin, base_url=BASE)
        assert truth.url == BASE + twin and truth.canonical == BASE + main
        page = html.fromstring(ask(site, twin).body)
        assert page.xpath("//link[@rel='canonical']/@href") == [BASE + main]
        assert twin in home


@families
def test_odd_encodings(site):
    pages = {}
    for path, article in site.articles.items():
        for trait in article.traits & {"nfd", "entities", "windows-1258"}:
            pages[trait] = (article, ask(site, path))
    article, nfd = pages["nfd"]
    assert unicodedata.normalize("NFD", article.title) in nfd.body.decode()
    article, entities = pages["entities"]
    page = entities.body.decode()
    assert re.search(r"\w&#x[0-9A-F]{4};", page) and re.search(r"\w&#\d{4};", page)
    article, old = pages["windows-1258"]
    assert old.header("Content-Type") == "text/html"
    assert b"charset" not in old.body.lower()
    with pytest.raises(UnicodeDecodeError):
        old.body.decode("utf-8")
    assert article.title in unicodedata.normalize("NFC", old.body.decode("cp1258"))


@families
def test_files(site):
    plan = site.plan()
    photo = next(url for path in site.articles for url in site.truth(path).images)
    image = Image.open(io.BytesIO(ask(site, photo).body))
    assert (image.format, image.size) == ("JPEG", (320, 200))
    assert ask(site, "/themes/mau/css/style.css?t=15").header("Content-Type").startswith("text/css")
    assert ask(site, "/themes/mau/images/logo.png").body.startswith(b"\x89PNG")
    attached = [a for path in site.articles for a in site.truth(path).attachments]
    assert {a.url.rsplit(".", 1)[1] for a in attached} == {"pdf", "docx"}
    for name in documents.DOCUMENTS:
        assert ask(site, plan.family.document_path(name)).body == documents.document(name)


def test_the_docx_and_the_pdf_hold_vietnamese_text():
    docx = zipfile.ZipFile(io.BytesIO(documents.document(documents.GUIDE_DOCX)))
    assert "Thời gian sinh hoạt không dưới 60 phút." in docx.read("word/document.xml").decode()
    pdf = documents.document(documents.PLAN_PDF)
    assert pdf.startswith(b"%PDF-1.4") and pdf.endswith(b"%%EOF\n")
    start = int(re.search(rb"startxref\n(\d+)", pdf)[1])
    assert pdf[start:].startswith(b"xref")
    assert f"<{ord('Ế'):04x}>".encode() in pdf  # the map from codes to letters


@families
def test_unknown_addresses_and_methods(site):
    missing = ask(site, "/khong-co-trang-nay.html")
    assert missing.status == 404 and "404" in page_text(missing)
    assert ask(site, "/", method="DELETE").status in (404, 405)
