"""Files of our own: into where they came from they change nothing, elsewhere they say the same."""

import gzip

import pytest
from crawling import DAY, QUICK, SmallSite, article, crawl, page, redirect, served, value
from importing import PNG, answer, bring, content, dump, write
from importing import article as news
from web_archive import small

from archive.clock import SystemClock
from archive.db import Archive
from archive.filters import Filters
from archive.interchange import wacz, warc
from crawler.demo.messages import DemoResponse

WRITE = {"warc.gz": warc.export, "wacz": wacz.export}


def export(path, form="warc.gz", name=None):
    target = path.with_name(f"{name or path.stem}.{form}")
    with Archive.open(path, readonly=True) as archive:
        WRITE[form](archive, target, Filters())
    return target


def days(path):
    """A page of each fate: it stays (304), changes, goes, moves; and one that fails for a time."""
    day = 0

    def answers(number):
        def answer(request):
            if "if-none-match" in request.headers:
                return DemoResponse(304, (("ETag", f'"{number}"'),))
            return article(number, headers=(("ETag", f'"{number}"'),))

        return answer

    def by_day(*fates):
        return lambda request: fates[min(day, len(fates) - 1)]

    fates = {
        "/": by_day(page("Trang chủ", *(f"/tin/{n}.html" for n in range(8)), "/anh/a.png")),
        "/tin/0.html": answers(0),
        "/tin/1.html": by_day(article(1), article(11)),
        "/tin/2.html": by_day(article(2), page("Không tìm thấy", status=404)),
        "/tin/3.html": by_day(article(3), redirect("/tin/moved.html", 301)),
        "/tin/moved.html": article(3),
        "/tin/4.html": by_day(page("Lỗi", status=403), article(4)),
        "/tin/5.html": by_day(article(5), DemoResponse(500), article(5)),
        "/tin/6.html": article(6, "/tin/0.html"),
        "/tin/7.html": redirect("/tin/6.html"),
        "/anh/a.png": DemoResponse(
            200, (("Content-Type", "image/png"),), b"\x89PNG\r\n\x1a\n" * 50
        ),
    }
    with served(path.parent, SmallSite(fates)):
        Archive.create(path, SystemClock()).close()
        for day in range(2):
            done = crawl(path.parent, archive=path.name, full=True, shift=day * DAY, patch=QUICK)
            assert done.outcome == "finished", done.messages


@pytest.fixture(scope="module")
def crawled(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "crawled.db"
    days(path)
    return path


@pytest.mark.parametrize("form", WRITE)
def test_the_archive_that_it_came_from_does_not_change(crawled, form):
    file = export(crawled, form)
    before = dump(crawled)
    (told,) = bring(crawled.parent, file, archive=crawled.name)
    assert (told.outcome, told.tally["captures"]) == ("whole", 0)
    assert told.tally["known"] == value(crawled, "SELECT count(*) FROM capture") > 20
    assert dump(crawled) == before


@pytest.mark.parametrize("form", WRITE)
def test_an_empty_archive_says_the_same(crawled, form):
    path = crawled.with_name(f"{form}.db")
    (told,) = bring(crawled.parent, export(crawled, form), archive=path.name)
    assert (told.outcome, told.row()["left out"]) == ("whole", 0)
    for table, rows in content(crawled).items():
        assert content(path, table)[table] == rows, table
    assert value(path, "SELECT name FROM site") == "Trang thử"
    assert value(path, "SELECT count(*) FROM capture WHERE outcome = 'unchanged'") > 0
    assert value(path, "SELECT count(*) FROM capture WHERE source != 'crawl'") == 0


@pytest.mark.parametrize("form", WRITE)
def test_every_kind_of_capture_comes_back_as_it_was(tmp_path, form):
    small(tmp_path / "small.db").close()
    (told,) = bring(tmp_path, export(tmp_path / "small.db", form))
    assert told.outcome == "whole"
    names = ("capture", "payload")
    assert content(tmp_path / "a.db", *names) == content(tmp_path / "small.db", *names)


def test_what_others_wrote_and_we_handed_on_is_the_same_capture(tmp_path):
    picture = answer("b", "/1.png", b"\x89PNG", PNG)
    there = write(tmp_path / "a.warc.gz", answer("a", "/tin/1.html", news(1)), picture)
    bring(tmp_path, there)
    before = dump(tmp_path / "a.db")
    handed_on = export(tmp_path / "a.db", name="handed-on")
    bring(tmp_path, handed_on)
    assert dump(tmp_path / "a.db") == before
    bring(tmp_path, handed_on, archive="b.db")
    assert content(tmp_path / "b.db") == content(tmp_path / "a.db")
    before = dump(tmp_path / "b.db")
    bring(tmp_path, there, archive="b.db")
    assert dump(tmp_path / "b.db") == before


def test_a_capture_that_was_tampered_with_is_left_out(crawled, tmp_path):
    """Its digests are right, but its id is that of what it was."""
    data = gzip.decompress(export(crawled).read_bytes())
    assert b'"wire_size":' in data
    changed = data.replace(b'"wire_size":', b'"wire_size":1', 1)
    (tmp_path / "a.warc").write_bytes(changed)
    (told,) = bring(tmp_path, tmp_path / "a.warc")
    assert (told.outcome, told.tally["damaged"]) == ("damaged", 1)
    assert "not the one its record's id proves" in told.problems()[0]


def test_an_unchanged_page_whose_original_was_left_out_is_told(crawled, tmp_path):
    """A file cut after its first half, and then the rest alone: nothing is guessed."""
    data = export(crawled).read_bytes()
    records = [part for part in data.split(b"\x1f\x8b\x08") if part]
    last = next(
        n for n, part in enumerate(records)
        if b"server-not-modified" in gzip.decompress(b"\x1f\x8b\x08" + part)
    )  # fmt: skip
    (tmp_path / "rest.warc.gz").write_bytes(
        b"".join(b"\x1f\x8b\x08" + one for one in records[last:])
    )
    (told,) = bring(tmp_path, tmp_path / "rest.warc.gz")
    assert told.tally["missing"] >= 1
    assert told.outcome == "incomplete"
