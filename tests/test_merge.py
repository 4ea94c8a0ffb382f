"""Merges of archives: what is told, what people wrote, what is refused, what was cut off."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import kept
import pytest
from crawling import BASE, HTML
from merging import copied, dump, later, made, merge, problems, told
from rereading import does, says

from archive import (
    captures,
    collections,
    crawls,
    listings,
    migrations,
    news,
    notes,
    pages,
    schedules,
    sites,
    watches,
)  # fmt: skip
from archive.captures import Kept
from archive.db import Archive
from archive.errors import ArchiveError, CrawlError, InputError, NewerArchiveError
from archive.types import Exchange, Found
from crawler.locks import HostLocks

ONE, TWO = "/tin/1.html", "/tin/2.html"


@pytest.fixture(autouse=True)
def own_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(sql).fetchall()


# -- what is told ---------------------------------------------------------------------------------


def test_what_came_is_told_as_new_and_changed_and_never_as_reread(tmp_path: Path) -> None:
    here = made(tmp_path / "a", [says(ONE), does(ONE, "again")])
    there = made(
        tmp_path / "b",
        [says(ONE, "Hội nghị tổng kết"), says(TWO, text=1), says(TWO, "Sửa tựa", text=1)],
        hours=5,
    )
    before = len(told(here))
    (result,) = merge(here, there, clock=later())
    events = [one for one in told(here)[before:] if one[0] != "story"]
    assert sorted(events) == [("changed", True), ("changed", True), ("new", True)]
    assert (result.read["new"], result.read["changed"]) == (1, 2)
    row = result.row()
    assert (row["captures"], row["known"], row["payloads"], row["crawls"]) == (3, 0, 3, 1)
    (data,) = rows(here, "SELECT data FROM event WHERE kind = 'changed' ORDER BY number LIMIT 1")[0]
    assert '"fields": ["title"]' in str(data) and '"silent": true' in str(data)
    assert problems(here) == []


@pytest.mark.parametrize("first", [0, 1])
def test_watches_come_along_and_tell_what_came(tmp_path: Path, first: int) -> None:
    base = made(tmp_path / "base", [says(ONE)])
    clock = later(90)
    with Archive.open(base, clock=clock) as archive:
        both = watches.add(archive, "hoi nghi", "Mây", name="Chung")
    here = made(tmp_path / "here", [says(ONE)], hours=50, base=base)
    there = made(tmp_path / "there", [says("/tin/2.html", "Hội nghị hai")], hours=70, base=base)
    clock.advance(60)
    for path, query in ((here, "hai"), (there, "hoi nghi hai")):
        with Archive.open(path, clock=clock) as archive:
            watches.add(archive, query, "Mây", name="Riêng")
    clock.advance(60)
    with Archive.open(there, clock=clock) as archive:
        watches.remove(archive, both.key, "Mây")
    target = tmp_path / "all.db"
    for path in [(here, there), (there, here)][first]:
        merge(target, path, clock=later(200))
    found = dump(target)
    merge(target, here, there, clock=later(300))
    assert dump(target) == found
    assert [(row[1], bool(row[6])) for row in sorted(found["watch"], key=lambda row: row[1])] == [
        ("Chung", True), ("Riêng", False), ("Riêng", False),
    ]  # fmt: skip
    with Archive.open(target) as archive:
        assert len(watches.named(archive, "Riêng")) == 2
        with pytest.raises(InputError, match="Name a key"):
            watches.remove(archive, "Riêng", "Mây")
        with news.look(archive, watches.all(archive), "Mây") as told_:
            kinds = [(one.kind, one.match, one.title) for one in told_ if one.kind == "new"]
        # the watch that comes with the second file begins after what the first one brought
        assert kinds.count(("new", "came", "Hội nghị hai")) == 2 - first
        with news.look(archive, watches.all(archive), "Mây") as told_:
            assert list(told_) == []
    assert problems(target) == []


def test_what_is_older_is_put_in_its_place_in_the_history(tmp_path: Path) -> None:
    here = made(tmp_path / "a", [says(ONE, "Tựa ba")], hours=50)
    there = made(tmp_path / "b", [says(ONE, "Tựa một"), says(ONE, "Tựa hai")])
    merge(here, there, clock=later())
    titles = """SELECT title FROM version JOIN capture ON capture.id = first_capture_id
                ORDER BY time"""
    assert rows(here, titles) == [("Tựa một",), ("Tựa hai",), ("Tựa ba",)]
    assert [one for one in told(here)[1:] if one[0] != "story"] == [("changed", True)] * 2
    assert problems(here) == []


def test_an_article_that_left_in_the_other_archive_is_told_gone(tmp_path: Path) -> None:
    here = made(tmp_path / "a", [says(ONE)])
    lost = [step for _ in range(3) for step in (
        says("/tin/khac.html", text=1), does(ONE, "gone"), *[does("/tin/khac.html", "again")] * 24,
    )]  # fmt: skip
    there = made(tmp_path / "b", lost, hours=24)
    merge(here, there, clock=later())
    assert ("gone", True) in told(here)
    assert rows(here, "SELECT state FROM article ORDER BY key = '' LIMIT 2").count(("gone",)) == 1


# -- what people wrote ----------------------------------------------------------------------------


def test_notes_collections_and_schedules(tmp_path: Path) -> None:
    base = made(tmp_path / "base", [says(ONE)])
    (key,) = rows(base, "SELECT key FROM article")[0]
    paths = [copied(base, tmp_path / name) for name in ("one.db", "two.db")]
    clock = later(100)
    with Archive.open(base, clock=clock) as archive:
        number = notes.add(archive, str(key), "Chung", "Mây")
        collections.create(archive, "Sáp nhập", None, "Mây")
    for place, path in enumerate((base, *paths)):
        clock.advance(60)
        with Archive.open(path, clock=clock) as archive:
            if path != base:
                collections.create(archive, "Sáp nhập", f"Số {place}", f"Người {place}")
            collections.add(archive, "Sáp nhập", [str(key)], f"Người {place}")
            schedules.put(archive, sites.all(archive)[0].id, f"0 {place} * * *")
            notes.add(archive, str(key), f"Của {place}", f"Người {place}")
    clock.advance(60)
    with Archive.open(base, clock=clock) as archive:
        notes.retract(archive, number, "Mây")
        collections.take_out(archive, "Sáp nhập", [str(key)], "Mây")
    clock.advance(60)
    ways = [(base, *paths), (*paths, base), (paths[1], base, paths[0])]
    found = [tmp_path / f"all-{n}.db" for n in range(3)]
    for target, way in zip(found, ways, strict=True):
        merge(target, *way, clock=clock)
        merge(target, *way, clock=clock)
    first = dump(found[0])
    assert all(dump(one) == first for one in found)
    assert [(text, bool(when)) for _, text, _, _, when, _ in first["note"]].count(
        ("Chung", True)
    ) == 1
    assert (
        len(first["note"]) == 4 and len(first["collection"]) == 1 and len(first["collected"]) == 3
    )
    assert first["schedule"][0][1] == "0 2 * * *"
    with Archive.open(found[0], clock=clock) as archive:
        assert collections.keys(archive, "Sáp nhập") == [key], "two others put it in"
        assert collections.take_out(archive, "Sáp nhập", [str(key)], "Mây") == 1
        assert collections.keys(archive, "Sáp nhập") == []
    assert problems(found[0]) == []


# -- sites ----------------------------------------------------------------------------------------


def look(archive: Archive, slug: str, path: str, body: bytes, hours: float) -> Kept:
    """One import of one page, of that site."""
    with archive.transaction():
        site_id = sites.ensure(archive, slug, slug)
        crawl_id = crawls.begin(archive, None, "import", "test", {})
        found = [Found(BASE + path, "article", "import")]
        at = later(hours).now()
        pages.add(archive, site_id, found, at=at)
        page = pages.by_url(archive, BASE + path)
        assert page is not None
        exchange = Exchange(BASE + path, at, status=200, headers=HTML, body=body)
        made_ = captures.keep(archive, exchange, page.id, crawl_id)
    crawls.end(archive, crawl_id, "finished", {})
    return made_


def test_how_far_listings_were_walked_is_of_both(tmp_path: Path) -> None:
    """By the greatest of what either was told, whichever comes first."""
    files = []
    for name, items, many, date, number in (
        ("a", 10, None, "2026-02-01", 1), ("b", 7, 4, "2026-01-01", 2), ("c", 8, 3, None, 3),
    ):  # fmt: skip
        path = made(tmp_path / name, [])
        with Archive.open(path, clock=later()) as archive, archive.transaction():
            site_id = sites.ensure(archive, "s", "Trang", None, None)
            found = [Found(f"{BASE}/muc/", "listing", "seed")]
            found += [
                Found(f"{BASE}/{place}", "article", "listing", told=date)
                for place in (number, "chung")
            ]
            root, *rest = pages.add(archive, site_id, found, at=later().now())
            listings.tell(archive, root.id, items, many, None)
            listings.name(archive, root.id, [page.url for page in rest])
        files.append(path)
    results = []
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0, 1)):
        whole = tmp_path / f"{order}.db"
        merge(whole, *(files[one] for one in order), clock=later())
        results.append(dump(whole))
    assert results[0] == results[1] == results[2]
    assert [row[1:] for row in results[0]["listing"]] == [(10, 4, None)]
    assert len(results[0]["listed"]) == 4
    assert {row[-1] for row in results[0]["page"] if "chung" in row[0]} == {"2026-01-01"}


def test_a_page_is_of_the_site_that_knew_it_first(tmp_path: Path) -> None:
    template = b'{"title": "Hoi nghi", "text": "' + b"Bieu mau chung. " * 99
    for name, hours in (("a", 9.0), ("b", 1.0)):
        with Archive.create(tmp_path / f"{name}.db", later(hours)) as archive:
            for number in range(8):
                body = template + f'{name} {number}"}}'.encode()
                look(archive, f"site-{name}", f"/tin/{number}.html", body, hours + number / 60)
    one, other = tmp_path / "one.db", tmp_path / "other.db"
    merge(one, tmp_path / "a.db", tmp_path / "b.db", clock=later())
    merge(other, tmp_path / "b.db", tmp_path / "a.db", clock=later())
    assert dump(one) == dump(other)
    assert {page[1] for page in dump(one)["page"]} == {"site-b"}
    assert problems(one) == problems(other) == []


# -- what is not taken ----------------------------------------------------------------------------


def test_a_crawl_that_has_not_ended_stays_until_it_has(tmp_path: Path) -> None:
    path = made(tmp_path / "a", [says(ONE)])
    with Archive.open(path, clock=later(20)) as archive:
        with archive.transaction():
            crawl_id = crawls.begin(archive, 1, "asked", "test", {})
            page = pages.by_url(archive, BASE + ONE)
            assert page is not None
            exchange = Exchange(BASE + ONE, archive.clock.now(), status=404, body=b"404")
            captures.keep(archive, exchange, page.id, crawl_id)
        target = tmp_path / "all.db"
        (result,) = merge(target, path, clock=later())
        assert (result.row()["captures"], result.row()["left"]) == (1, 1)
        assert rows(target, "SELECT count(*) FROM crawl") == [(1,)]
        crawls.end(archive, crawl_id, "finished", {})
    (result,) = merge(target, path, clock=later())
    assert (result.row()["captures"], result.row()["known"], result.row()["left"]) == (1, 1, 0)
    assert dump(target)["capture"] == dump(path)["capture"]
    assert problems(target) == []


def damaged(path: Path, sql: str) -> Callable[[Path], Path]:
    return lambda folder: kept.changed(path, folder / "damaged.db", sql)


@pytest.mark.parametrize("sql, named", [
    ("UPDATE payload SET data = flipped(data, -3) WHERE id = 2", "Payload 2 of"),
    ("UPDATE capture SET status = 203 WHERE id = 2", "its identity is not the digest"),
    ("UPDATE capture SET page_id = 1 WHERE id = 2", "it is filed under"),
    ("UPDATE seal SET root = 'sha256:' || hex(randomblob(32))", "the seal of the crawl of"),
    ("DELETE FROM capture WHERE id = 2", "the captures under the seal"),
    ("UPDATE capture SET time = 7 WHERE id = 2", "holds what nobody wrote"),
])  # fmt: skip
def test_nothing_is_taken_from_a_damaged_file(tmp_path: Path, sql: str, named: str) -> None:
    path = made(tmp_path / "a", [says(ONE), says(TWO, text=1)])
    here = made(tmp_path / "b", [says("/tin/3.html")], hours=9)
    before = here.read_bytes()
    (result,) = merge(
        here, damaged(path, f"PRAGMA foreign_keys = OFF; {sql}".split("; ")[1])(tmp_path)
    )
    assert isinstance(result.fault, ArchiveError) and named in result.fault.what
    assert "luutru verify" in result.fault.next_step
    assert result.outcome == "not merged"
    assert here.read_bytes() == before


def test_files_that_are_no_other_archive_of_this_release(tmp_path: Path) -> None:
    path = made(tmp_path / "a", [says(ONE)])
    os.link(path, tmp_path / "same.db")
    (tmp_path / "text.db").write_text("no archive")
    with closing(sqlite3.connect(tmp_path / "other.db")) as conn:
        conn.execute("CREATE TABLE t (x)")
    newer = kept.changed(path, tmp_path / "newer.db",
                         "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                         " VALUES ('luutru', 'schema_99', '')")  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "NAMES", migrations.NAMES[:5])
        Archive.create(tmp_path / "older.db").close()
    wrong = {
        path: (InputError, "is the archive itself"),
        tmp_path / "same.db": (InputError, "is the archive itself"),
        tmp_path / "text.db": (ArchiveError, "is not a SQLite file"),
        tmp_path / "other.db": (ArchiveError, "of another program"),
        tmp_path / "missing.db": (ArchiveError, "There is no archive"),
        newer: (NewerArchiveError, "later release"),
        tmp_path / "older.db": (ArchiveError, "earlier release"),
    }
    for result, (kind, words) in zip(merge(path, *wrong), wrong.values(), strict=True):
        assert type(result.fault) is kind and words in result.fault.what
        assert result.fault.next_step


def test_one_merge_at_a_time(tmp_path: Path) -> None:
    here, there = made(tmp_path / "a", [says(ONE)]), made(tmp_path / "b", [says(TWO)], hours=3)
    with Archive.open(here) as archive:
        own = archive.id
    locks = HostLocks()
    os.environ["LUUTRU_LOCKS"] = str(tmp_path)
    for work in ("merge", "reparse"):
        assert locks.take(f"{work} {own}")
        with pytest.raises(CrawlError, match="Another merge or reparse"):
            merge(here, there)
        locks.release()
    assert merge(here, there)[0].fine


# -- cut off, and beside a crawl ------------------------------------------------------------------


def test_what_was_cut_off_is_finished_by_calling_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = [says(f"/tin/{n}.html", f"Tựa số {n}", n % 2) for n in range(12)]
    there = made(tmp_path / "b", [*steps, does("/tin/0.html", "moved", to="/tin/1.html")], hours=2)
    base = made(tmp_path / "a", [says("/tin/0.html"), says("/tin/5.html", "Khác")])
    monkeypatch.setattr("archive.ops.merge.captures._BATCH", 3)
    whole = copied(base, tmp_path / "whole.db")
    merge(whole, there, clock=later())
    for most in (1, 2, 4, 7):
        here = copied(base, tmp_path / f"cut-{most}.db")
        asked = 0

        def stopped(most: int = most) -> bool:
            nonlocal asked
            asked += 1
            return asked > most

        (result,) = merge(here, there, clock=later(), stopped=stopped)
        assert result.outcome == "interrupted" or not result.merged or result.fine
        merge(here, there, clock=later())
        assert dump(here) == dump(whole)
        assert sorted(told(here)) == sorted(told(whole))
        assert problems(here) == []


def test_a_crawl_goes_on_beside_it(tmp_path: Path) -> None:
    there = made(tmp_path / "b", [says(f"/tin/{n}.html") for n in range(5)], hours=2)
    here = made(tmp_path / "a", [says(ONE)])
    with Archive.open(here, clock=later(500)) as beside:
        with beside.transaction():
            crawl_id = crawls.begin(beside, 1, "asked", "test", {})

        def stopped() -> bool:
            beside.clock.advance(60)  # type: ignore[attr-defined]  # a FixedClock
            page = pages.by_url(beside, BASE + ONE)
            assert page is not None
            with beside.transaction():
                gone = Exchange(BASE + ONE, beside.clock.now(), status=500, body=b"500")
                captures.keep(beside, gone, page.id, crawl_id)
            return False

        assert merge(here, there, clock=later(600), stopped=stopped)[0].fine
        crawls.end(beside, crawl_id, "finished", {})
    assert problems(here) == []
    assert rows(here, "SELECT count(*) FROM article") == [(5,)]


# -- all that is kept -----------------------------------------------------------------------------


def test_a_site_that_fared_otherwise_since_is_told_with_what_it_was(tmp_path: Path) -> None:
    base = made(tmp_path / "base", [says("/tin/0.html")])
    one, other = (copied(base, tmp_path / f"{name}.db") for name in ("one", "other"))
    for path, hours, state in ((one, 40, "degraded"), (other, 50, "parked")):
        with Archive.open(path, clock=later(hours)) as archive:
            sites.settle(archive, 1, state)
            archive.conn.execute("UPDATE site SET better_since = '2026-03-02T00:00:00.000000Z'")
    assert merge(one, other, clock=later())[0].fine
    with Archive.open(one, readonly=True) as archive:
        state = archive.conn.execute("SELECT state, better_since FROM site").fetchone()
        assert tuple(state) == ("parked", None), "a recovery from another state is none"
        (told,) = archive.conn.execute(
            "SELECT data FROM event WHERE kind = 'site' ORDER BY number DESC LIMIT 1"
        ).fetchone()
    assert json.loads(told) == {"state": "parked", "was": "degraded", "merged": True}


MERGED = {
    "site", "page", "crawl", "payload", "header", "capture", "seal", "schedule", "withdrawal",
    "withdrawn_page", "withdrawn_payload", "withdrawn_version", "note", "collection", "collected",
    "listing_page", "listed", "synonym", "watch",
}  # fmt: skip
OF_ONE_FILE = {"archive", "anchor", "merge", "merged_crawl", "crawl_leaf", "watch_before"}


def test_every_table_that_is_kept_is_merged() -> None:
    found = set()
    for name in migrations.NAMES:
        sql = (files("archive") / f"{name}.sql").read_text(encoding="utf-8")
        tables = re.findall(r"((?:^--.*\n)+)CREATE TABLE (\w+)", sql, re.M)
        found |= {table for said, table in tables if "-- KEPT: " in said}
    assert found == MERGED | OF_ONE_FILE, "who adds a table that is kept says how it is merged"
