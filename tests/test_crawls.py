"""Crawls: from beginning to seal, also when their process was killed."""

from __future__ import annotations

import json

from strategies import Walker

from archive import crawls, seals, sites
from archive.clock import FixedClock, iso
from archive.db import Archive


def crawl(archive: Archive, crawl_id: int) -> dict[str, object]:
    return dict(archive.conn.execute("SELECT * FROM crawl WHERE id = ?", (crawl_id,)).fetchone())


def test_begin_and_end(archive: Archive, clock: FixedClock) -> None:
    walker = Walker.begin(archive)
    begun = crawl(archive, walker.crawl_id)
    assert (begun["why"], begun["agent"], begun["ended"]) == ("asked", "test", None)
    clock.advance(60)
    crawls.end(archive, walker.crawl_id, "limit", {"captures": 0, "nhỏ": 1})
    ended = crawl(archive, walker.crawl_id)
    assert (ended["ended"], ended["outcome"]) == (iso(clock.now()), "limit")
    assert json.loads(str(ended["figures"])) == {"captures": 0, "nhỏ": 1}


def test_killed_crawls_are_closed_with_their_last_capture(
    archive: Archive, clock: FixedClock
) -> None:
    walker = Walker.begin(archive)
    name = walker.look("http://x.vn/a").identity
    last = iso(clock.now())
    other = Walker.begin(archive, "khac")
    clock.advance(1000)
    assert crawls.close_killed(archive, walker.site_id) == [walker.crawl_id]
    closed = crawl(archive, walker.crawl_id)
    assert (closed["outcome"], closed["ended"]) == ("killed", last)
    assert json.loads(str(closed["figures"])) == {"captures": 1}
    (root,) = archive.conn.execute("SELECT root FROM seal").fetchone()
    assert root == "sha256:" + seals.merkle_root([name.encode()]).hex()
    assert crawl(archive, other.crawl_id)["ended"] is None
    assert crawls.close_killed(archive, walker.site_id) == []


def test_a_crawl_that_died_at_once(archive: Archive) -> None:
    walker = Walker.begin(archive)
    assert crawls.close_killed(archive, walker.site_id) == [walker.crawl_id]
    closed = crawl(archive, walker.crawl_id)
    assert closed["ended"] == closed["started"]


def test_sites(archive: Archive) -> None:
    one = sites.ensure(archive, "b", "Cũ", "Bình Phước", None)
    sites.ensure(archive, "a", "A")
    assert sites.ensure(archive, "b", "Mới", "Bình Phước", "Đồng Nai") == one
    assert [site.slug for site in sites.all(archive)] == ["a", "b"]
    sites.hold(archive, one, "crawler 7")
    site = sites.get(archive, "b")
    assert site is not None
    assert (site.name, site.province_now, site.holder, site.state) == (
        "Mới", "Đồng Nai", "crawler 7", "healthy",
    )  # fmt: skip
    sites.hold(archive, one, None)
    assert sites.get(archive, "no") is None
