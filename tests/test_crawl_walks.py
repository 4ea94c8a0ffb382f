"""Listings to their end, whatever stands in the way; and when a page is asked for again."""

import re
from datetime import timedelta

import pytest
from crawling import HTML, article, begun, known, page, redirect, seen
from offline import HERE, THERE, Site

from archive import due, pages
from archive.clock import from_iso
from crawler.demo.messages import DemoResponse


def html(title, body=""):
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return DemoResponse(200, HTML, text.encode())


CLOSED = html(
    "Thông báo",
    "<h1>Website đang bảo trì</h1><p>Hệ thống đang bảo trì, vui lòng quay lại sau.</p>",
)
MISSING = html("Lỗi", "<h1>Có lỗi xảy ra</h1><p>Không tìm thấy trang.</p>")
EMPTY = DemoResponse(200, HTML, b"")
LAST = 4


@pytest.fixture
def site(archive, clock, tmp_path, monkeypatch):
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))
    monkeypatch.setattr("crawler.frontier.monotonic", lambda: clock.now().timestamp())
    return Site(archive, {})


def listing(number, urls=None, last=LAST):
    """Page *number* of the listing /muc, with three items of its own."""
    urls = urls or [f"/tin/{number}{n}.html" for n in range(3)]
    items = "".join(
        f'<div class="item"><h3><a href="{url}">Tiêu đề của bài viết số {url[5:-5]} về hội nghị'
        f"</a></h3><span>0{n}/05/2024</span><p>Đồng chí Bí thư phát biểu chỉ đạo.</p></div>"
        for n, url in enumerate(urls, 1)
    )
    more = f'<a href="/muc?page={number + 1}">Trang sau</a>' if number < last else ""
    body = f'<h1>Mục tin</h1><div class="list">{items}</div><div class="pagination">{more}</div>'
    return html("Mục tin", body)


def walk():
    """The answers of a listing of LAST pages and of all its articles."""
    found = {"/muc" if n == 1 else f"/muc?page={n}": listing(n) for n in range(1, LAST + 1)}
    numbers = [10 * n + k for n in range(1, LAST + 1) for k in range(3)]
    return found | {f"/tin/{number}.html": article(number) for number in numbers}


def undated(number, **more):
    return DemoResponse(200, HTML, re.sub(rb"<time.*?</time>", b"", article(number, **more).body))


@pytest.mark.parametrize("glitch", [CLOSED, EMPTY, MISSING], ids=["closed", "empty", "error"])
@pytest.mark.parametrize("at", ["/muc?page=2", "/muc"], ids=["middle", "first"])
def test_a_glitch_ends_no_walk(site, glitch, at):
    site.answers = walk() | {at: glitch}
    site.listings = ["/muc"]
    site.crawl()
    assert site.count() == (3 if "page" in at else 0)
    site.answers |= walk()
    site.crawl(days=2)
    assert site.count() == 3 * LAST
    site.crawl(days=2)
    assert [path for path in site.paths if "muc" in path] == ["/muc"], "the walk has ended"


def test_a_listing_that_answers_empty_once_stays_one(site):
    site.answers, site.links = walk(), ["/muc"]
    site.crawl()
    assert site.count() == 3 * LAST
    site.answers["/muc"] = EMPTY
    site.crawl(days=1)
    assert site.row("/muc", "kind") == ("listing",)
    site.answers["/muc"] = listing(1, ["/tin/99.html", "/tin/10.html", "/tin/11.html"])
    site.answers["/tin/99.html"] = article(99)
    site.crawl(days=1)
    assert site.count() == 3 * LAST + 1


def test_a_second_page_that_was_found_by_a_link_is_adopted(site):
    site.answers, site.links = walk(), ["/muc?page=2", "/muc"]
    site.crawl()
    assert site.row("/muc?page=2", "root_id") == site.row("/muc", "id")
    assert site.count() == 3 * LAST
    site.crawl(days=1)  # walks it once as one listing
    assert site.row("/muc", "backfilled") == (1,)
    site.crawl(days=1)
    assert [path for path in site.paths if "muc" in path] == ["/muc"]


def test_a_listing_that_could_not_be_read_is_read_when_it_answers_not_modified(site):
    tagged = (*HTML, ("ETag", '"2"'))
    site.answers, site.listings = walk(), ["/muc"]
    site.crawl()
    fresh = listing(1, ["/tin/99.html", "/tin/10.html", "/tin/11.html"])
    site.answers["/tin/99.html"] = article(99)

    def muc(request):
        if request.headers.get("If-None-Match") == '"2"':
            return DemoResponse(304, tagged, b"")
        return DemoResponse(200, tagged, fresh.body)

    site.answers["/muc"] = muc
    site.unreadable = lambda exchange: exchange.url.endswith("/muc")
    site.crawl(days=1)
    assert site.row("/muc", "kind") == ("listing",) and site.count() == 3 * LAST
    site.unreadable = lambda exchange: False
    site.crawl(days=1)
    assert site.count() == 3 * LAST + 1


def test_a_start_page_that_redirected_once_is_asked_again(site):
    site.answers = {"/": redirect("/bao-tri.html"), "/bao-tri.html": page("Bảo trì")}
    site.crawl()
    assert site.paths == ["/robots.txt", "/", "/bao-tri.html"]
    site.answers = {"/": page("Trang chủ", "/tin/1.html"), "/tin/1.html": article(1)}
    site.crawl(days=1)
    assert {"/", "/tin/1.html"} <= set(site.paths) and site.count() == 1


def test_an_old_article_is_not_due_again_in_minutes(site, clock):
    """However long ago it was found: it is as old as it says, not as the find."""
    slow = DemoResponse(503, (*HTML, ("Retry-After", "7200")), b"")
    site.answers = {"/tin/1.html": slow}
    site.links = ["/tin/1.html"]
    site.crawl()
    site.answers = {"/tin/1.html": article(1)}
    site.crawl(days=0.2)
    assert site.count() == 1
    assert from_iso(site.row("/tin/1.html", "due")[0]) - clock.now() > timedelta(days=100)


@pytest.mark.parametrize("made", [article, undated], ids=["dated", "undated"])
def test_a_page_is_captured_once_a_crawl(site, monkeypatch, made):
    soon = timedelta(seconds=0.05)  # shorter than the crawl
    steps = [(timedelta(days=9999), soon)]
    monkeypatch.setattr("crawler.revisit.ARTICLE_STEPS", steps)
    site.answers = {f"/tin/{n}.html": made(n) for n in range(30)}
    site.links = list(site.answers)
    site.crawl()
    assert sorted(site.asked) == sorted(set(site.asked)) and len(site.asked) == 32
    site.crawl(days=1)
    assert len(site.asked) == len(set(site.asked)) >= 31


def test_a_notice_on_every_page_says_of_no_article_that_it_is_gone(site):
    good = {f"/tin/{n}.html": article(n) for n in range(4)}
    site.answers, site.links = dict(good), list(good)
    site.crawl()
    site.answers = dict.fromkeys(["/", *good], CLOSED)
    site.crawl(days=1, full=True)
    assert len(site.asked) == 6 and site.events("gone") == 0
    site.answers = good
    site.crawl(days=2)
    assert set(good) <= set(site.paths), "they are looked at again soon"
    assert (site.events("gone"), site.events("back"), site.events("new")) == (0, 0, 4)


def test_what_says_that_it_is_not_there_stays_gone_when_it_says_so_again(site):
    site.answers, site.links = {"/tin/1.html": article(1)}, ["/tin/1.html"]
    site.crawl()
    site.answers["/tin/1.html"] = MISSING
    for _ in range(3):
        site.crawl(days=1, full=True)
        assert site.row("/tin/1.html", "state") == ("gone",)
    assert (site.events("gone"), site.events("back")) == (1, 0)
    site.answers["/tin/1.html"] = article(1)
    site.crawl(days=1, full=True)
    assert site.row("/tin/1.html", "state") == ("open",) and site.events("back") == 1


def test_what_is_gone_is_looked_at_ever_more_rarely(tmp_path, clock):
    session = begun(tmp_path, clock)
    page_ = known(session, "/tin/1.html")
    waits = []
    for _ in range(10):
        seen(session, pages.get(session.archive, page_.id), 404)
        later = pages.get(session.archive, page_.id).due
        waits.append((later - clock.now()) / timedelta(days=1))
        clock.advance(waits[-1] * 86_400)
    session.locks.release()
    session.archive.close()
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 180, 180]


def test_missing_asks_only_for_what_never_answered(site, clock):
    good = {f"/tin/{n}.html": undated(n) for n in range(4)}
    site.answers = good | {"/tin/0.html": DemoResponse(503, (*HTML, ("Retry-After", "0")), b"")}
    site.links = list(good)
    site.crawl()
    assert site.paths.count("/tin/0.html") == 3
    site.answers["/tin/0.html"] = article(0)
    clock.advance(86_400)
    asked = due.plan(site.archive, 1, clock.now(), full=False, missing=True)
    assert asked == {"article": 1}
    site.crawl(missing=True)
    assert site.paths == ["/robots.txt", "/tin/0.html"]
    site.crawl(missing=True)
    assert site.paths == []


@pytest.mark.parametrize("url", ["http://anh..vn/a.jpg", "http://anh.vn:99999/a.jpg", "http://[/a"])
def test_a_broken_address_costs_no_article(site, url):
    photo = f'<p><img src="{url}" width="600" height="400"></p>'
    paper = f'</p><p><a href="{url[:-3]}pdf">Tải về văn bản</a></p><p>'
    site.answers = {"/tin/1.html": article(1, words=photo), "/tin/2.html": article(2, words=paper)}
    site.links = list(site.answers)
    done = site.crawl()
    assert site.count() == 2 and done.tally["unreadable"] == 0
    assert [path for path in site.paths if "tin" in path] == ["/tin/1.html", "/tin/2.html"]


def test_a_former_capture_that_cannot_be_read_again_does_not_stop_the_new_one(site):
    site.answers, site.links = {"/tin/1.html": article(1, words="DIE")}, ["/tin/1.html"]
    site.crawl()
    site.drop_params = ("another-reader",)
    site.unreadable = lambda exchange: b"DIE" in exchange.body
    site.answers["/tin/1.html"] = article(1, words="edited and harmless")
    done = site.crawl(days=1, full=True)
    assert done.tally["unreadable"] == 0 and done.tally["read as article"] == 1
    assert site.rows("SELECT count(*) FROM reading WHERE state = 'failed'") == [(0,)]
    shown = "SELECT body FROM version ORDER BY id DESC LIMIT 1"
    assert "harmless" in str(site.rows(shown))


def test_photos_lie_where_they_like(site):
    """The other host is not asked for anything but them."""
    photo = f'<p><img src="{THERE}/a.jpg" width="600" height="400"></p>'
    site.answers = {
        "/tin/1.html": article(1, words=photo),
        f"{THERE}/a.jpg": DemoResponse(200, (("Content-Type", "image/jpeg"),), b"\xff\xd8\xff\xe0"),
    }
    site.links = ["/tin/1.html"]
    site.crawl()
    there = [url for url in site.asked if not url.startswith(HERE)]
    assert there == [f"{THERE}/robots.txt", f"{THERE}/a.jpg"]
