"""`reparse`: what it tells, what it writes, and what it leaves alone."""

from __future__ import annotations

import json

import pytest
import rereading
from crawling import HTML
from rereading import OLD, Eyes, build, does, dump, last_event, problems, says, told

from archive import articles, captures, crawls, pages, readings, versions
from archive.clock import FixedClock
from archive.db import Archive
from archive.errors import ProfileError, UnknownReferenceError
from archive.types import Exchange
from crawler.reparse.kinship import Kinship
from crawler.reparse.profiles import Profiles
from crawler.reparse.run import Reparse

A, B, C = (f"/tin/{name}.html" for name in "abc")
BLIND = Eyes(OLD, lead=False, canonical=False, notice=False)


@pytest.fixture
def made(tmp_path, clock: FixedClock):
    opened = []

    def make(*steps, eyes=BLIND, name="old"):
        opened.append(build(tmp_path / name, clock, steps, eyes))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def row(result, field):
    found = [one for one in result.report.rows() if one["field"] == field]
    assert len(found) == 1
    return {name: found[0][name] for name in ("gained", "lost", "changed", "same")}


def versions_of(archive, path):
    return articles.versions(archive, articles.resolve(archive, rereading.BASE + path))


def test_gains_losses_and_changes_are_told_and_nothing_is_written(made):
    archive = made(
        says(A, lead="Lời dẫn."), says(B, "Tin vắn"), says(C, kind="doubtful"),
        eyes=Eyes(OLD, lead=False),
    )  # fmt: skip
    before, number = dump(archive), last_event(archive)
    result = rereading.reparse(archive, Eyes(text=False, doubtful=False), apply=False)
    assert row(result, "lead") == {"gained": 1, "lost": 0, "changed": 0, "same": 1}
    assert row(result, "body") == {"gained": 0, "lost": 2, "changed": 0, "same": 0}
    assert row(result, "article") == {"gained": 0, "lost": 1, "changed": 0, "same": 2}
    assert row(result, "title")["same"] == 2
    given = {(one.url, one.field, one.change): one for one in result.report.examples}
    assert given[rereading.BASE + A, "lead", "gained"].after == "Lời dẫn."
    assert given[rereading.BASE + B, "body", "lost"].before == rereading.TEXTS[0]
    assert (rereading.BASE + C, "article", "lost") in given
    assert (dump(archive), last_event(archive)) == (before, number)


def test_examples_are_as_many_as_asked_for(made):
    archive = made(says(A, lead="x"), says(B, "Tin vắn", lead="y"))
    assert len(rereading.reparse(archive, examples=1).report.examples) == 1
    assert rereading.reparse(archive, all=True, examples=0).report.examples == []


def test_a_difference_that_only_the_new_reader_sees_splits_a_version(made):
    archive = made(says(A), says(A, lead="Mới"), does(A, "304"))
    (one,) = versions_of(archive, A)
    number = last_event(archive)
    result = rereading.reparse(archive)
    first, second = versions_of(archive, A)
    assert (first.id, first.article.lead, second.article.lead) == (one.id, None, "Mới")
    assert second.last_capture_id == one.last_capture_id
    assert row(result, "version") == {"gained": 1, "lost": 0, "changed": 0, "same": 1}
    assert told(archive, number) == ["reread"]
    assert problems(archive) == []


def test_versions_that_are_one_to_the_new_reader_merge(made):
    archive = made(says(A), says(A, lead="Mới"), eyes=Eyes(OLD))
    first, second = versions_of(archive, A)
    changed = archive.conn.execute("SELECT number FROM event WHERE kind = 'changed'").fetchone()[0]
    result = rereading.reparse(archive, Eyes(lead=False))
    (one,) = versions_of(archive, A)
    assert (one.id, one.last_capture_id) == (first.id, second.last_capture_id)
    assert row(result, "version") == {"gained": 0, "lost": 1, "changed": 0, "same": 1}
    event = archive.conn.execute("SELECT * FROM event WHERE number = ?", (changed,)).fetchone()
    assert (event["kind"], event["version_id"]) == ("changed", one.id), "it leads to its holder"
    assert problems(archive) == []


def test_an_article_that_appears_or_vanishes_is_told_as_reread(made):
    archive = made(says(A, kind="notice"), says(B, "Tin vắn", text=1), eyes=Eyes(OLD))
    number, key = last_event(archive), versions_of(archive, B)[0].key
    rereading.reparse(archive, Eyes(notice=False))
    appeared = versions_of(archive, A)[0]
    assert versions_of(archive, B)[0].key == key
    rows = archive.conn.execute("SELECT * FROM event WHERE number > ?", (number,)).fetchall()
    assert [(one["kind"], one["article_id"]) for one in rows] == [
        ("reread", articles.resolve(archive, appeared.key))
    ]
    archive.conn.execute("UPDATE reading SET reader = ?", (OLD,))
    rereading.reparse(archive, Eyes())
    gone = archive.conn.execute("SELECT * FROM event ORDER BY number DESC").fetchone()
    assert (gone["kind"], gone["article_id"]) == ("reread", None)
    assert appeared.key in gone["data"]
    with pytest.raises(UnknownReferenceError):
        articles.resolve(archive, appeared.key)
    assert problems(archive) == []


def test_two_articles_that_turn_out_to_be_one_answer_to_both_keys(made):
    archive = made(says(A), says(B, canonical=A))
    keys = [versions_of(archive, path)[0].key for path in (A, B)]
    result = rereading.reparse(archive)
    found = {articles.resolve(archive, key) for key in keys}
    assert len(found) == 1
    assert row(result, "article") == {"gained": 0, "lost": 0, "changed": 1, "same": 1}
    assert articles.current(archive, found.pop()).key == keys[0]
    assert problems(archive) == []


def test_what_the_new_reader_has_read_is_not_read_again(made):
    archive = made(says(A), says(B, "Tin vắn"))
    rereading.reparse(archive, read_urls=(first := []))
    assert len(first) == 2
    rereading.reparse(archive, read_urls=(second := []))
    assert second == []
    rereading.reparse(archive, read_urls=(third := []), all=True, limit=1)
    assert len(third) == 1


def test_only_what_was_captured_since(made, clock):
    archive = made(says(A), says(B, "Tin vắn"))
    since = clock.now()
    result = rereading.reparse(archive, read_urls=(read := []), since=since)
    assert (result.pages, read) == (1, [rereading.BASE + B])


def test_a_page_that_ends_its_reader_is_left_as_it_was(made):
    archive = made(says(A, lead="x"), says(B, "Tin vắn", lead="y"))
    deaf = Eyes(deaf=lambda url: url.endswith("a.html"))
    result = rereading.reparse(archive, deaf)
    assert len(result.problems) == 1 and "/tin/a.html" in result.problems[0]
    (left,), (read,) = versions_of(archive, A), versions_of(archive, B)
    assert (left.reader, left.article.lead, read.article.lead) == (OLD, None, "y")
    assert problems(archive) == []
    assert rereading.reparse(archive).pages == 1


def test_what_failed_before_is_tried_once_by_each_reader(made):
    archive = made(says(A))
    with archive.transaction():
        archive.conn.execute("DELETE FROM reading")
        readings.failed(archive, 1, "it died", OLD)
    deaf = Eyes(deaf=lambda _url: True)
    assert rereading.reparse(archive, deaf).problems == []
    rereading.reparse(archive, deaf, read_urls=(read := []))
    assert read == []


def test_a_capture_that_a_crawl_is_to_read_is_left_to_it(made):
    archive = made(says(A), says(A, "Sửa"))
    (number,) = archive.conn.execute("SELECT max(capture_id) FROM reading").fetchone()
    with archive.transaction():
        readings.wait(archive, number)
    rereading.reparse(archive)
    row_ = archive.conn.execute("SELECT state, reader FROM reading WHERE capture_id = ?", (number,))
    assert tuple(row_.fetchone()) == ("waiting", None)
    assert [one.article.title for one in versions_of(archive, A)] == ["Hội nghị sơ kết"]


def test_a_crawl_that_writes_meanwhile_is_not_lost(made, clock, monkeypatch):
    archive = made(says(A), says(B, "Tin vắn"))
    wrote = []
    after = Kinship.after

    def after_and_write(self, new):
        """A crawl's transaction, between what was looked at and what is written."""
        joined = after(self, new)
        if not wrote:
            page_ids = set(new.pages)
            wrote.append(page_ids)
            clock.advance(60)
            with Archive.open(archive.path, clock=clock) as other, other.transaction():
                said = json.dumps(says(A, "Tựa mới")["says"]).encode()
                exchange = Exchange(
                    f"{rereading.BASE}{A}", clock.now(), status=200, headers=HTML, body=said
                )
                crawl_id = crawls.begin(other, 1, "asked", "test", {})
                kept = captures.keep(other, exchange, min(page_ids), crawl_id)
                reading = BLIND.read(exchange)
                readings.done(other, kept.capture_id, "article", OLD)
                versions.store(other, kept.capture_id, reading.article, OLD)
        return joined

    monkeypatch.setattr(Kinship, "after", after_and_write)
    result = rereading.reparse(archive)
    assert wrote and result.problems == []
    assert [one.article.title for one in versions_of(archive, A)][1:] == ["Tựa mới"]
    assert {one.reader for path in (A, B) for one in versions_of(archive, path)} == {rereading.NEW}
    assert problems(archive) == []


def test_what_a_crawl_writes_to_again_and_again_is_left_as_it_is(made, monkeypatch):
    archive = made(says(A, lead="x"))
    monkeypatch.setattr(Reparse, "_is_late", lambda *_: True)
    result = rereading.reparse(archive)
    assert len(result.problems) == 1 and A in result.problems[0]
    assert versions_of(archive, A)[0].reader == OLD


def test_addresses_that_are_found_now_are_due_for_the_next_crawl(made, clock):
    archive = made(says(A, links=["/tin/moi.html"]))
    archive.conn.execute("DELETE FROM page WHERE url LIKE '%moi.html'")
    assert rereading.reparse(archive, apply=False, all=True).found == 0
    result = rereading.reparse(archive)
    page = pages.by_url(archive, f"{rereading.BASE}/tin/moi.html")
    assert result.found == 1 and page is not None
    assert page.due is not None and page.due <= clock.now()


def test_stopped_in_between_it_goes_on_where_it_stopped(made):
    archive = made(*(says(f"/tin/{n}.html", f"Tin {n}", lead="x") for n in range(40)))
    read: list[str] = []
    result = rereading.reparse(archive, read_urls=read, stopped=lambda: len(read) > 20)
    assert result.interrupted and 0 < result.pages < 40
    assert problems(archive) == []
    again = rereading.reparse(archive)
    assert not again.interrupted and result.pages + again.pages == 40
    fresh = made(
        *(says(f"/tin/{n}.html", f"Tin {n}", lead="x") for n in range(40)),
        eyes=Eyes(), name="fresh",
    )  # fmt: skip
    assert dump(archive)["version"] == dump(fresh)["version"]


def test_a_site_that_was_crawled_by_a_profile_is_not_read_without_it(made):
    archive = made(says(A))
    found = Profiles(archive)
    assert found.sites == [] and "--sites" in next(iter(found.left.values()))
    with pytest.raises(ProfileError, match="--sites"):
        Profiles(archive, only=list(found.left))
    with pytest.raises(UnknownReferenceError):
        Profiles(archive, only=["khong-co"])
    archive.conn.execute("UPDATE crawl SET site_id = NULL")  # as an import's
    generic_ = Profiles(archive)
    assert generic_.left == {} and generic_.reader(generic_.sites[0]) == rereading.NEW
    assert generic_.of(pages.get(archive, 1)).digest == rereading.PROFILE.digest
