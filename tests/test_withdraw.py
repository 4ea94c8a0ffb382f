"""Withdrawal: what goes is gone from the file, what proves it stays, and nothing brings it back."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import kept
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rereading import problems
from strategies import LONG, Walker, article

from archive import (
    anchors,
    articles,
    captures,
    crawls,
    documents,
    due,
    events,
    index,
    pages,
    payloads,
    readings,
    versions,
    withdrawals,
)
from archive.clock import FixedClock
from archive.db import Archive
from archive.digest import sha256
from archive.errors import ArchiveError, InputError, UnknownReferenceError, WithdrawnError
from archive.filters import Filters
from archive.identity import identity
from archive.ops import cleaning, withdraw_plan
from archive.ops.withdraw import withdraw
from archive.ops.withdraw_plan import Plan
from archive.ops.withdraw_quotes import quotes
from archive.search import browse, search
from archive.types import Article, Attachment, Author, Caption, Exchange, Extracted, Link

HOST = "http://x.vn"
URL = f"{HOST}/5.html"
NAME = "Zuyrbaquenh"  # a word that stands nowhere else
SECRET = article(
    URL, f"Chuyện riêng của {NAME}tit", *LONG, f"Bà {NAME}bod khai ở phường Tân Giang nào đó.",
    lead=f"Tin về {NAME}led.", byline=f"Ký tên {NAME}byl", authors=(Author(f"{NAME}aut", "Ban"),),
    captions=(Caption(f"Ảnh của {NAME}cap", None, f"{HOST}/anh/5.jpg"),),
    images=(f"{HOST}/anh/5.jpg", f"{HOST}/anh/chung.jpg"), tags=(f"{NAME}tag",),
    section=(f"{NAME}sec",), attachments=(Attachment(f"Đơn {NAME}att", f"{HOST}/don.pdf"),),
    related=(Link("related", f"Bài {NAME}rel", f"{HOST}/1.html"),),
    evidence={"title": f"h1 {NAME}evi"},
)  # fmt: skip
JPEG = (("Content-Type", "image/jpeg"),)


def page(number: int, text: str = "") -> bytes:
    """A page of one template, so that the later ones lean on the first three."""
    menu = "".join(f"<li><a href='/muc/{n}'>Chuyên mục số {n}</a></li>" for n in range(30))
    return f"<!DOCTYPE html><html><ul>{menu}</ul><p>Bài {number}. {text}</p></html>".encode()


def fill(archive: Archive, count: int = 12) -> Walker:
    """Articles of a site, the sixth of which is SECRET, in two versions, with photos."""
    walker = Walker.begin(archive)
    for number in range(count):
        shown = article(f"{HOST}/{number}.html", f"Hội nghị số {number}", f"Bài {number}", *LONG,
                        images=(f"{HOST}/anh/chung.jpg",))  # fmt: skip
        if number == 5:
            walker.read(walker.look(URL, page(5, f"{NAME}old")), replace(SECRET, title="Tựa cũ"))
            walker.read(walker.look(URL, page(5, f"{NAME}new")), SECRET)
            walker.look(URL, unchanged=True)
        else:
            walker.read(walker.look(shown.url, page(number)), shown)
    for name in ("5", "chung"):
        photo = f"photo {name} ".encode() + random.Random(name).randbytes(99)
        walker.look(f"{HOST}/anh/{name}.jpg", photo, headers=JPEG, kind="photo")
    return walker


def take(archive: Archive, ref: str = URL, reason: str = "Đơn số 1") -> Plan:
    make = partial(withdraw_plan.of_article, archive, ref)
    return withdraw(archive, make, make(), "Lò Thị Mây", reason)[1]


def raw(path: Path) -> bytes:
    """All bytes of the archive: the file and those beside it."""
    return b"".join(
        Path(f"{path}{end}").read_bytes() for end in ("", "-wal", "-shm")
        if Path(f"{path}{end}").exists()
    )  # fmt: skip


def stored(archive: Archive) -> dict[str, bytes]:
    rows = archive.conn.execute("SELECT digest, data FROM payload")
    return {row["digest"]: row["data"] for row in rows}


def test_the_text_of_an_attachment_goes_with_its_article(archive: Archive) -> None:
    walker = fill(archive)
    kept_document = walker.look(f"{HOST}/don.pdf", b"%PDF-1.4 " + NAME.encode(), kind="document")
    assert kept_document.payload_id is not None
    with archive.transaction():
        said = Extracted("pdf", "text", f"Đơn của {NAME}doc gửi Ban Nội chính.")
        documents.store(archive, kept_document.payload_id, said, "1")
        documents.show(archive, walker.page_id(f"{HOST}/don.pdf"))
    assert search(archive, f"{NAME}doc").hits
    take(archive)
    cleaning.clean(archive)
    assert not search(archive, f"{NAME}doc").hits
    assert f"{NAME}doc".encode() not in raw(archive.path)
    assert documents.waiting(archive) == []  # nobody reads it again
    assert documents.is_known(archive, kept_document.payload_id)
    assert problems(archive) == []


def test_no_byte_of_it_is_left(archive: Archive) -> None:
    """Text, words of the index, payloads in their stored form; the rest is as it was."""
    fill(archive)
    for number in range(12, 60):  # rows that make SQLite move others from page to page
        with archive.transaction():
            archive.conn.execute(
                "UPDATE version SET evidence = ? WHERE id = ?",
                (json.dumps({"x": "y" * 50 * number}), number % 10 + 1),
            )
    before = stored(archive)
    plan = take(archive)
    cleaning.clean(archive)
    after = stored(archive)
    found = raw(archive.path)
    gone = {one.digest for one in plan.payloads}
    assert len(gone) == 3 and plan.captures == 3 and plan.versions == 2  # two pages and a photo
    for sign in ("tit", "bod", "led", "byl", "aut", "cap", "tag", "sec", "att", "rel", "evi"):
        for spelled in (f"{NAME}{sign}", f"{NAME}{sign}".lower()):
            assert spelled.encode() not in found, spelled
    assert NAME[1:].lower().encode() not in found  # the index shortens what words share
    for digest in gone:
        assert len(before[digest]) > 20 and before[digest][:60] not in found
        assert digest.encode() in found and after[digest] == b""
    assert b"photo 5 " not in found and b"photo chung " in found  # which others show: it stays
    assert all(after[digest] for digest in before.keys() - gone)
    assert problems(archive) == []


def test_it_was_there_before(archive: Archive) -> None:
    """Else the test above proves nothing."""
    fill(archive)
    found = raw(archive.path)
    for sign in ("tit", "bod", "cap", "rel"):
        assert f"{NAME}{sign}".encode() in found
    assert NAME[1:].lower().encode() in found
    assert all(data[:60] in found for data in stored(archive).values())


def test_what_leans_on_an_anchor_is_encoded_anew(archive: Archive) -> None:
    walker = fill(archive)
    take(archive, f"{HOST}/0.html")
    take(archive, f"{HOST}/1.html")
    (leaning,) = archive.conn.execute("SELECT count(*) FROM payload WHERE anchors != ''").fetchone()
    assert leaning >= 8  # on the one that is left
    take(archive, f"{HOST}/2.html")
    for number in (3, 4, 6, 7, 8, 9, 10, 11):
        found = captures.exchange(
            archive, walker.look(f"{HOST}/{number}.html", page(number)).capture_id
        )
        assert found.body == page(number)
    assert problems_but_cleaning(archive) == []


@given(order=st.lists(st.integers(0, 11), min_size=1, max_size=6, unique=True))
@settings(max_examples=8)
def test_whatever_goes_all_else_stays_readable(order: list[int]) -> None:
    with TemporaryDirectory() as folder:
        clock = FixedClock(datetime(2026, 3, 1, 8, tzinfo=UTC))
        with Archive.create(Path(folder) / "a.db", clock) as archive:
            fill(archive)
            for number in order:
                take(archive, f"{HOST}/{number}.html")
            for row in archive.conn.execute(
                """SELECT payload.id, digest, size FROM payload
                   WHERE id NOT IN (SELECT payload_id FROM withdrawn_payload)"""
            ).fetchall():
                assert sha256(payloads.read(archive, row["id"])) == row["digest"]
            assert problems_but_cleaning(archive) == []
            assert browse(archive, limit=50).total == 12 - len(order)


def test_a_crawl_at_work_leans_on_no_anchor_that_went(archive: Archive, clock: FixedClock) -> None:
    """Its compressor is in memory, made of anchors that another process withdraws."""
    walker = fill(archive)
    with Archive.open(archive.path, clock=clock) as other:
        for number in range(3):
            take(other, f"{HOST}/{number}.html")
    looked = walker.look(f"{HOST}/new.html", page(77))
    archive.cache.clear()
    assert captures.exchange(archive, looked.capture_id).body == page(77)


def problems_but_cleaning(archive: Archive) -> list[str]:
    return [text for text in problems(archive) if "free room" not in text]


def test_what_stays_proves_what_was(archive: Archive) -> None:
    walker = fill(archive)
    crawls.end(archive, walker.crawl_id, "finished", {})
    article_id = articles.resolve(archive, URL)
    before = articles.versions(archive, article_id)
    looks = [captures.get(archive, one.first_capture_id) for one in before]
    take(archive)
    after = articles.versions(archive, article_id)
    assert [one.digest for one in after] == [one.digest for one in before]
    assert [captures.get(archive, one.first_capture_id) for one in after] == looks
    assert {one.state for one in after} == {"withdrawn"}
    assert all(not one.article.title and not one.article.body for one in after)
    found = withdrawals.of_article(archive, article_id)
    assert found is not None and found.reason == "Đơn số 1" and found.agent == "Lò Thị Mây"
    told = events.of_article(archive, article_id)[-1]
    assert told.kind == "withdrawn" and told.data["reason"] == "Đơn số 1"
    withheld = captures.exchange(archive, looks[0].id)
    assert (withheld.body, withheld.withheld) == (b"", looks[0].payload_digest)
    assert identity(withheld) == looks[0].identity
    with pytest.raises(WithdrawnError, match="Đơn số 1"):
        payloads.read(archive, archive.conn.execute(
            "SELECT payload_id FROM capture WHERE id = ?", (looks[0].id,)).fetchone()[0]
        )  # fmt: skip
    assert problems_but_cleaning(archive) == []
    cleaning.clean(archive)
    assert problems(archive) == []


def test_it_is_found_no_more_and_reindex_does_not_bring_it_back(archive: Archive) -> None:
    fill(archive)
    key = articles.key_of(archive, articles.resolve(archive, URL))
    assert search(archive, f"{NAME}bod").total == 1
    take(archive)
    for _ in range(2):
        assert search(archive, f"{NAME}bod").total == 0
        assert key not in {hit.key for hit in browse(archive, limit=50).hits}
        assert browse(archive, limit=50).total == 11
        index.rebuild(archive)
    assert problems_but_cleaning(archive) == []


def test_nobody_asks_for_its_pages(archive: Archive, clock: FixedClock) -> None:
    walker = fill(archive)
    plan = take(archive)
    closed = set(plan.pages.values()) | set(plan.photos.values())
    assert closed == {URL, f"{HOST}/anh/5.jpg"}
    with archive.transaction():
        due.make_due(archive, walker.site_id, clock.now(), "all")
        due.page_now(archive, walker.page_id(URL), clock.now())
        pages.set_state(archive, walker.page_id(URL), due=clock.now())
    asked = {one.url for one in pages.due(archive, walker.site_id, clock.now(), 100)}
    assert len(asked) == 12 and not asked & closed
    assert due.plan(archive, walker.site_id, clock.now(), True, False) == {
        "article": 11,
        "photo": 1,
    }


def test_no_later_look_brings_it_back(archive: Archive) -> None:
    """The same page with new bytes; the same bytes at another address; a 304."""
    walker = fill(archive)
    take(archive)
    count = search(archive, "hội nghị").total
    for url, body in ((URL, page(5, f"{NAME}again")), (f"{HOST}/in/5", page(5, f"{NAME}new"))):
        looked = walker.look(url, body)
        assert looked.withheld
        found = captures.exchange(archive, looked.capture_id)
        assert (found.body, found.withheld) == (b"", sha256(body))
        with pytest.raises(ValueError, match="withdrawn"):
            walker.read(looked, SECRET)
    assert walker.look(URL, unchanged=True).withheld
    cleaning.clean(archive)
    assert NAME.encode() not in raw(archive.path)
    assert search(archive, "hội nghị").total == count
    assert problems(archive) == []


def test_a_reading_that_was_under_way_is_dropped(archive: Archive) -> None:
    walker = fill(archive)
    looked = walker.look(URL, page(5, f"{NAME}fly"))
    with archive.transaction():
        readings.wait(archive, looked.capture_id)
    take(archive)
    assert readings.waiting(archive, walker.site_id, 9) == []
    with archive.transaction():
        assert not versions.reread(archive, looked.capture_id, SECRET, "r2")
    assert problems_but_cleaning(archive) == []


def test_no_redirect_or_canonical_address_opens_it_again(archive: Archive) -> None:
    """It was gone when it was withdrawn, and a page that leads to it shows something by now."""
    walker = fill(archive)
    assert walker.lose(URL, b"404")
    key = articles.key_of(archive, articles.resolve(archive, URL))
    take(archive)
    old = walker.look(f"{HOST}/cu", b"", status=301)
    with archive.transaction():
        versions.moved(archive, walker.page_id(f"{HOST}/cu"), walker.page_id(URL), old.capture_id)
    shown = article(f"{HOST}/cu", "", *LONG, "Nay là bài khác.", canonical=URL)
    assert walker.see(shown).outcome == "new"
    found = articles.current(archive, articles.resolve(archive, key))
    assert (found.state, found.url) == ("withdrawn", URL)
    assert articles.key_of(archive, articles.resolve(archive, f"{HOST}/cu")) != key
    assert problems_but_cleaning(archive) == []


def test_other_articles_with_the_same_bytes_go_too(archive: Archive) -> None:
    walker = fill(archive)
    other = article(f"{HOST}/ban-khac.html", "Tựa khác", *LONG, "Bản khác.")
    walker.read(walker.look(other.url, page(5, f"{NAME}new")), other)
    walker.look(f"{HOST}/khung", page(5, f"{NAME}new"), kind="other")
    plan = take(archive)
    assert set(plan.pages.values()) == {URL, other.url}
    assert list(plan.also.values()) == [f"{HOST}/khung"]
    assert search(archive, "tựa khác").total == 0
    assert problems_but_cleaning(archive) == []


def test_a_notice_that_other_pages_show_stays(archive: Archive) -> None:
    walker = fill(archive)
    notice = b"<h1>Khong tim thay trang</h1>"
    for url in (URL, f"{HOST}/1.html"):
        looked = walker.look(url, notice)
        with archive.transaction():
            readings.done(archive, looked.capture_id, "error", "r1")
    walker.look(f"{HOST}/2.html", notice, status=404)
    take(archive)
    assert captures.exchange(archive, looked.capture_id).body == notice


def test_a_copy_stays_and_is_named(archive: Archive) -> None:
    walker = fill(archive)
    walker.see(replace(SECRET, url=f"{HOST}/chep.html"))
    key = articles.key_of(archive, articles.resolve(archive, f"{HOST}/chep.html"))
    plan = take(archive)
    assert plan.copies == (key,)
    assert articles.current(archive, articles.resolve(archive, key)).state == "live"
    assert archive.conn.execute("SELECT count(*) FROM story").fetchone()[0] == 0
    assert problems_but_cleaning(archive) == []


def test_pages_that_quote_the_title_are_named(archive: Archive) -> None:
    walker = fill(archive)
    quoting = f'<a href="/5.html">Chuyện riêng của {NAME}tit</a>'.encode()
    listing = walker.look(f"{HOST}/tin", b"<ul>" + quoting, kind="listing")
    walker.look(f"{HOST}/tin", b"<ul>khac", kind="listing")
    walker.read(walker.look(f"{HOST}/1.html", page(1) + quoting), article(f"{HOST}/1.html", "Một"))
    make = partial(withdraw_plan.of_article, archive, URL)
    found = {one.url: one for one in quotes(archive, make())}
    assert set(found) == {f"{HOST}/tin", f"{HOST}/1.html"}
    assert found[f"{HOST}/tin"].captures == (listing.capture_id,)
    assert found[f"{HOST}/tin"].command() == f"luutru withdraw --capture {listing.capture_id}"
    assert found[f"{HOST}/1.html"].command().startswith("luutru withdraw ")


def test_a_listing_s_capture_goes_and_the_listing_goes_on(
    archive: Archive, clock: FixedClock
) -> None:
    walker = fill(archive)
    first = walker.look(f"{HOST}/tin", b"<ul>mot", kind="listing")
    second = walker.look(f"{HOST}/tin", b"<ul>hai", kind="listing")
    make = partial(withdraw_plan.of_captures, archive, [str(first.capture_id)])
    withdraw(archive, make, make(), "a", "b")
    assert captures.exchange(archive, first.capture_id).withheld
    assert captures.exchange(archive, second.capture_id).body == b"<ul>hai"
    by_url = partial(withdraw_plan.of_page, archive, f"{HOST}/tin")
    withdraw(archive, by_url, by_url(), "a", "b")
    assert captures.exchange(archive, second.capture_id).withheld
    with archive.transaction():
        pages.set_state(archive, walker.page_id(f"{HOST}/tin"), due=clock.now())
    assert walker.page_id(f"{HOST}/tin") in {
        one.id for one in pages.due(archive, walker.site_id, clock.now(), 9)
    }
    assert not walker.look(f"{HOST}/tin", b"<ul>ba", kind="listing").withheld
    assert problems_but_cleaning(archive) == []


def test_a_photo_goes_by_its_address(archive: Archive) -> None:
    walker = fill(archive)
    make = partial(withdraw_plan.of_page, archive, f"{HOST}/anh/chung.jpg")
    withdraw(archive, make, make(), "a", "Ảnh trẻ em")
    again = walker.look(f"{HOST}/anh/chung.jpg", b"another photo", headers=JPEG, kind="photo")
    assert again.withheld and captures.exchange(archive, again.capture_id).body == b""
    assert problems_but_cleaning(archive) == []


def test_what_cannot_be_withdrawn_says_why(archive: Archive) -> None:
    walker = fill(archive)
    key = articles.key_of(archive, articles.resolve(archive, URL))
    capture = articles.current(archive, articles.resolve(archive, URL)).first_capture_id
    with pytest.raises(InputError, match=f"luutru withdraw {key}"):
        withdraw_plan.of_page(archive, URL)
    with pytest.raises(InputError, match=f"luutru withdraw {key}"):
        withdraw_plan.of_captures(archive, [str(capture)])
    looked = walker.look(f"{HOST}/khung", page(5, f"{NAME}new"), kind="other")
    with pytest.raises(InputError, match="same bytes"):
        withdraw_plan.of_captures(archive, [looked.identity])
    for name in ("99999", "sha256:0"):
        with pytest.raises(UnknownReferenceError, match="no capture"):
            withdraw_plan.of_captures(archive, [name])
    with pytest.raises(UnknownReferenceError, match="No capture"):
        withdraw_plan.of_page(archive, f"{HOST}/never")
    take(archive)
    with pytest.raises(InputError, match="withdrawn already"):
        withdraw_plan.of_article(archive, URL)
    with pytest.raises(InputError, match="withdrawn already"):
        withdraw_plan.of_captures(archive, [looked.identity])


def test_more_than_was_agreed_to_does_not_go(archive: Archive) -> None:
    walker = fill(archive)
    make = partial(withdraw_plan.of_article, archive, URL)
    agreed = make()
    other = article(f"{HOST}/ban-khac.html", "Tựa khác", *LONG, "Bản khác.")
    walker.read(walker.look(other.url, page(5, f"{NAME}new")), other)
    with pytest.raises(ArchiveError, match="Call again"):
        withdraw(archive, make, agreed, "a", "b")
    assert withdrawals.all(archive) == [] and search(archive, f"{NAME}bod").total == 1


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE payload SET data = x'' WHERE id = 3", "Payload 3 is damaged"),
        ("UPDATE payload SET data = x'00' WHERE id = (SELECT payload_id FROM withdrawn_payload)",
         "was withdrawn, and its bytes are there"),
        ("UPDATE version SET lead = 'x' WHERE title = ''", "text of it is there"),
        ("DELETE FROM withdrawn_version", "not the one that was kept"),
        ("UPDATE withdrawal SET cleaned = NULL", "luutru withdraw --clean"),
    ],
)  # fmt: skip
def test_verify_tells_what_is_wrong(
    archive: Archive, tmp_path: Path, statement: str, told: str
) -> None:
    fill(archive)
    take(archive)
    cleaning.clean(archive)
    assert problems(archive) == []
    archive.close()
    path = kept.changed(archive.path, tmp_path / "changed.db", statement)
    with Archive.open(path, readonly=True) as changed:
        assert told in " ".join(problems(changed))


def test_cleaning_says_if_somebody_reads_the_old_state(archive: Archive) -> None:
    fill(archive)
    with closing(sqlite3.connect(archive.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM version").fetchone()
        take(archive)
        archive.conn.execute("PRAGMA busy_timeout = 100")
        with pytest.raises(ArchiveError, match=r"old state.*--clean"):
            cleaning.clean(archive)
        reader.execute("ROLLBACK")
    assert cleaning.clean(archive) == 1 and cleaning.clean(archive) == 0
    assert NAME.encode() not in raw(archive.path)


def test_an_exchange_that_is_withheld_is_kept_by_its_digest(archive: Archive) -> None:
    walker = fill(archive)
    plan = take(archive)
    digest = plan.payloads[0].digest
    one = Exchange(f"{HOST}/z", walker.clock.now(), status=200, withheld=digest)
    where = walker.page(f"{HOST}/z")
    with archive.transaction():
        looked = captures.keep(archive, one, where.id, walker.crawl_id)
    assert looked.withheld and captures.get(archive, looked.capture_id).payload_digest == digest
    assert captures.exchange(archive, looked.capture_id) == one


def test_leaners_are_those_that_lean(archive: Archive) -> None:
    fill(archive)
    ids = [row[0] for row in archive.conn.execute("SELECT payload_id FROM anchor ORDER BY 1")]
    assert len(anchors.leaners(archive, {ids[0]})) == 10
    assert anchors.leaners(archive, {9999}) == []


def test_a_withdrawn_article_is_in_the_selection_of_its_site(archive: Archive) -> None:
    """So that who took it over learns that it is to be dropped."""
    fill(archive)
    take(archive)
    states = [one.state for one in articles.iterate(archive, Filters(sites=("binh-son",)))]
    assert sorted(states) == ["live"] * 11 + ["withdrawn"]


def test_an_article_value_holds_nothing_of_it(archive: Archive) -> None:
    fill(archive)
    take(archive)
    found = articles.current(archive, articles.resolve(archive, URL)).article
    blank = Article(url=URL, title="", related=found.related)
    assert found == blank and [one.title for one in found.related] == [""]
