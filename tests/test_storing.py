"""What a reading makes known, and how far a listing is walked."""

import pytest
from crawling import BASE, begun, known, seen

from archive import pages, readings
from archive.types import Article, Block, Found, Item, Reading
from crawler.storing import store


@pytest.fixture
def session(tmp_path, clock):
    made = begun(tmp_path, clock)
    yield made
    made.locks.release()
    made.archive.close()


def read(session, path, reading, kind="listing", body=None):
    page = known(session, path, kind)
    captured = seen(session, page, body=(body or path + repr(reading)).encode())
    with session.archive.transaction():
        learned = store(session, captured, reading)
    learned.tell(session)
    return pages.get(session.archive, page.id)


def items(*numbers):
    return tuple(Item(f"Bài {n}", f"{BASE}/tin/{n}.html") for n in numbers)


def listing(following=None, *numbers):
    step = Found(BASE + following, "listing", "pagination") if following else None
    return Reading("listing", "reader", items=items(*numbers), next=step)


def page_at(session, path):
    return pages.by_url(session.archive, BASE + path)


def again(tmp_path, clock, session, **options):
    """The next crawl, an hour later."""
    session.close("finished")
    session.archive.close()
    clock.advance(3600)
    return begun(tmp_path, clock, **options)


def test_items_become_due_articles_and_the_next_page_continues_its_root(session, clock):
    root = read(session, "/muc/", listing("/muc/2", 1, 2))
    assert {page_at(session, f"/tin/{n}.html").kind for n in (1, 2)} == {"article"}
    step = page_at(session, "/muc/2")
    assert (step.root_id, step.due, step.kind) == (root.id, clock.now(), "listing")
    assert not root.backfilled
    last = read(session, "/muc/2", listing(None, 3))
    assert last.root_id == root.id
    assert pages.get(session.archive, root.id).backfilled


def test_a_listing_that_goes_on_with_the_same_items_ends(session):
    root = read(session, "/muc/", listing("/muc/2", 1, 2))
    read(session, "/muc/2", listing("/muc/3", 2, 1))
    assert page_at(session, "/muc/3") is None, "no item was new to this walk"
    assert pages.get(session.archive, root.id).backfilled


def test_a_later_crawl_stops_at_known_ground_unless_it_is_full(tmp_path, session, clock):
    for path, reading in (("/muc/", listing("/muc/2", 1, 2)), ("/muc/2", listing(None, 3, 4))):
        read(session, path, reading)
    second = again(tmp_path, clock, session)
    read(second, "/muc/", listing("/muc/2", 1, 2), body="other bytes")
    assert page_at(second, "/muc/2").due is None or page_at(second, "/muc/2").due != clock.now()
    third = again(tmp_path, clock, second)
    read(third, "/muc/", listing("/muc/2", 9, 1), body="one is new")
    assert page_at(third, "/muc/2").due == clock.now(), "the next page may hold more that is new"
    full = again(tmp_path, clock, third, full=True)
    read(full, "/muc/", listing("/muc/2", 9, 1), body="nothing is new")
    assert page_at(full, "/muc/2").due == clock.now()
    full.locks.release()
    full.archive.close()


def test_an_unfinished_walk_goes_on_in_the_next_crawl(tmp_path, session, clock):
    read(session, "/muc/", listing("/muc/2", 1, 2))
    second = again(tmp_path, clock, session)
    read(second, "/muc/", listing("/muc/2", 1, 2), body="other bytes")
    assert page_at(second, "/muc/2").due is not None
    assert page_at(second, "/muc/2").due <= clock.now()
    second.locks.release()
    second.archive.close()


def test_urls_of_other_hosts_are_left_out_but_photos_and_documents(session):
    found = tuple(
        Found(url, kind, "link")
        for url, kind in (
            (f"{BASE}/a.html", "other"), ("http://other.example/b.html", "article"),
            ("http://other.example/c.css", "asset"), ("http://other.example/d.jpg", "photo"),
            ("http://other.example/e.pdf", "document"),
        )
    )  # fmt: skip
    read(session, "/x.html", Reading("other", "reader", found=found), "other")
    known_now = {row[0] for row in session.archive.conn.execute("SELECT url FROM page")}
    assert known_now - {f"{BASE}/", f"{BASE}/x.html"} == {
        f"{BASE}/a.html", "http://other.example/d.jpg", "http://other.example/e.pdf",
    }  # fmt: skip


def test_depth_is_bounded(tmp_path, clock):
    session = begun(tmp_path, clock, pace={"max_depth": 3})
    for n in range(6):
        page = page_at(session, f"/{n}.html") or (known(session, "/0.html") if n == 0 else None)
        if page is None:
            break
        reading = Reading("other", "r", found=(Found(f"{BASE}/{n + 1}.html", "other", "link"),))
        read(session, f"/{n}.html", reading, "other")
    assert n == 4, "three links away from where it began, and no farther"
    session.locks.release()
    session.archive.close()


def test_an_article_is_stored_and_its_page_is_one(session, clock):
    article = Article(f"{BASE}/tin/1.html", "Tiêu đề", body=(Block("paragraph", "Một câu."),))
    page = read(session, "/tin/1.html", Reading("article", "reader", article=article), "other")
    assert page.kind == "article" and page.due > clock.now()
    assert session.tally["new"] == 1
    assert session.archive.conn.execute("SELECT count(*) FROM version").fetchone()[0] == 1


def test_a_page_that_says_it_is_not_there_is_gone(session):
    page = read(session, "/tin/1.html", Reading("error", "reader"), "article")
    assert page.state == "gone"


def test_a_rollback_leaves_neither_tally_nor_walk(session):
    page = known(session, "/muc/", "listing")
    captured = seen(session, page)
    with pytest.raises(ZeroDivisionError), session.archive.transaction():
        store(session, captured, listing("/muc/2", 1, 2))
        _ = 1 / 0
    assert session.walks == {} and "read as listing" not in session.tally
    assert readings.waiting(session.archive, session.site_id, 9) == [captured.kept.capture_id]
    read(session, "/muc/", listing("/muc/2", 1, 2))
    assert page_at(session, "/muc/2") is not None
    assert session.tally["read as listing"] == 1
