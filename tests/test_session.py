"""A crawl's beginning and end in the archive, and what limits it."""

import pytest
from crawling import BASE, begun, known, seen

from archive.db import Archive
from archive.errors import CrawlError
from crawler.job import CrawlOptions
from crawler.locks import HostLocks
from crawler.profile import generic
from crawler.session import begin, user_agent

HOST = BASE.removeprefix("http://")


@pytest.fixture
def session(tmp_path, clock):
    made = begun(tmp_path, clock)
    yield made
    made.locks.release()
    made.archive.close()


def crawls(archive):
    return [row["outcome"] for row in archive.conn.execute("SELECT outcome FROM crawl ORDER BY id")]


def test_a_crawl_holds_its_host_and_makes_its_start_points_due(session):
    assert not HostLocks().take(HOST)
    row = session.archive.conn.execute("SELECT url, pinned, due FROM page").fetchone()
    assert (row["url"], row["pinned"]) == (f"{BASE}/", 1) and row["due"] is not None
    assert session.archive.conn.execute("SELECT holder FROM site").fetchone()[0]


def test_its_end_is_sealed_and_lets_the_host_go(session):
    seen(session, known(session, "/a.html"))
    session.close("finished")
    assert crawls(session.archive) == ["finished"]
    row = session.archive.conn.execute("SELECT leaves FROM seal").fetchone()
    assert row["leaves"] == 1
    assert session.archive.conn.execute("SELECT holder FROM site").fetchone()[0] is None
    other = HostLocks()
    assert other.take(HOST)
    other.release()


@pytest.mark.parametrize(
    ("reason", "failed", "outcome"),
    [
        ("finished", {}, "finished"),
        ("shutdown", {}, "interrupted"),
        ("shutdown", {HOST: "unreachable"}, "interrupted"),
        ("finished", {HOST: "robots"}, "robots"),
        ("finished", {HOST: "unreachable"}, "failed"),
        ("finished", {"photos.example": "robots"}, "finished"),
    ],
)
def test_what_a_crawl_is_said_to_have_come_to(session, reason, failed, outcome):
    session.hosts_failed = failed
    session.close(reason)
    assert crawls(session.archive) == [outcome]


def test_a_crawl_whose_process_died_is_closed_by_the_next(session, tmp_path, clock):
    seen(session, known(session, "/a.html"))
    clock.advance(3600)
    session.locks.release()  # as the kernel does
    session.archive.close()
    after = begun(tmp_path, clock)
    assert crawls(after.archive) == ["killed", None]
    ended = after.archive.conn.execute("SELECT started, ended FROM crawl").fetchone()
    assert ended["ended"] == ended["started"], "it ended with its last capture, not an hour later"
    after.close("finished")
    after.archive.close()


@pytest.mark.parametrize(
    ("pace", "options", "captures", "minutes", "spent"),
    [
        ({}, {}, 10, 0, None),
        ({}, {"limit": 10}, 9, 0, None),
        ({}, {"limit": 10}, 10, 0, "limit"),
        ({"max_pages": 10}, {}, 10, 0, "limit"),
        ({"max_minutes": 5.0}, {}, 1, 5, None),
        ({"max_minutes": 5.0}, {}, 1, 6, "limit"),
    ],
)
def test_limits(tmp_path, clock, pace, options, captures, minutes, spent):
    session = begun(tmp_path, clock, pace=pace, **options)
    session.tally["captures"] = captures
    clock.advance(minutes * 60)
    assert session.spent() == spent
    session.close("finished")
    session.archive.close()


def test_a_site_without_a_start_point_is_refused_and_nothing_is_held(tmp_path, clock):
    profile = generic(f"{BASE}/")
    from dataclasses import replace

    from crawler.profile import Start

    with Archive.create(tmp_path / "b.db", clock) as archive:
        with pytest.raises(CrawlError, match="no start point") as raised:
            begin(replace(profile, start=Start()), archive, CrawlOptions())
        assert "[start]" in raised.value.next_step
        assert crawls(archive) == []


def test_an_archive_that_cannot_be_written_to_leaves_no_lock(tmp_path, clock, monkeypatch):
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))
    path = tmp_path / "a.db"
    Archive.create(path, clock).close()
    with (
        Archive.open(path, readonly=True) as archive,
        pytest.raises(Exception, match=r"written|readonly"),
    ):
        begin(generic(f"{BASE}/"), archive, CrawlOptions())
    other = HostLocks()
    assert other.take(HOST)
    other.release()


def test_only_photos_and_documents_lie_elsewhere(session):
    assert session.may_follow(f"{BASE}/a.html", "article")
    assert not session.may_follow("http://127.0.0.1:10/a.html", "article")
    assert not session.may_follow("https://cdn.example/style.css", "asset")
    assert session.may_follow("https://cdn.example/1.jpg", "photo")
    assert session.may_follow("https://cdn.example/1.pdf", "document")


def test_who_is_calling(monkeypatch):
    monkeypatch.delenv("LUUTRU_CONTACT", raising=False)
    assert user_agent(None).startswith("luutru/")
    assert "a@b.org" in user_agent("a@b.org")
    monkeypatch.setenv("LUUTRU_CONTACT", "env@b.org")
    assert "env@b.org" in user_agent(None)
    assert "env@b.org" not in user_agent("a@b.org")


def test_a_contact_cannot_smuggle_a_header():
    assert "\n" not in user_agent("a@b.org\r\nX-Evil: 1") and "\r" not in user_agent("a\rb")
