"""Captures: everything of an exchange is kept, once, under an identity that nothing else has."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from strategies import Walker, exchanges

from archive import captures, pages
from archive.clock import FixedClock
from archive.db import Archive
from archive.identity import identity
from archive.types import Exchange, Found

FULL = Exchange(
    url="http://x.vn/a?utm_source=z",
    time=datetime(2026, 3, 1, 8, tzinfo=UTC),
    method="POST",
    request_headers=(("User-Agent", "luutru"), ("Accept", "*/*")),
    request_body=b"page=2",
    status=200,
    headers=(("Content-Type", "text/html"), ("Set-Cookie", "a"), ("Set-Cookie", "b\xe9")),
    body="<html>ủy".encode(),
    wire_digest="sha256:00",
    wire_size=9,
    truncated=True,
    address="203.162.4.190",
    source="import:a.warc",
    clock_shift=86400.0,
)


@pytest.fixture
def walker(archive: Archive) -> Walker:
    return Walker.begin(archive)


def keep(walker: Walker, exchange: Exchange) -> captures.Kept:
    page = walker.page(exchange.url)
    with walker.archive.transaction():
        return captures.keep(walker.archive, exchange, page.id, walker.crawl_id)


def test_an_exchange_comes_back_as_it_was(walker: Walker) -> None:
    kept = keep(walker, FULL)
    assert captures.exchange(walker.archive, kept.capture_id) == FULL
    assert captures.headers(walker.archive, kept.capture_id) == FULL.headers
    capture = captures.get(walker.archive, kept.capture_id)
    assert (capture.identity, capture.time, capture.status) == (kept.identity, FULL.time, 200)
    assert capture.payload_digest is not None
    assert capture.payload_digest.startswith("sha256:")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(exchanges)
def test_every_exchange_comes_back(walker: Walker, exchange: Exchange) -> None:
    with walker.archive.transaction():
        found = [Found("http://x.vn/p", "article", "seed")]
        pages.add(walker.archive, walker.site_id, found, at=walker.clock.now())
        kept = captures.keep(walker.archive, exchange, 1, walker.crawl_id)
    back = captures.exchange(walker.archive, kept.capture_id)
    expected = exchange if exchange.outcome == "answer" else replace(exchange, body=b"")
    assert back == expected
    assert identity(back) == kept.identity


@given(exchanges, exchanges)
def test_other_exchanges_have_other_identities(one: Exchange, two: Exchange) -> None:
    for field in fields(Exchange):
        mixed = replace(one, **{field.name: getattr(two, field.name)})
        hidden = field.name == "body" and one.outcome != "answer"
        same = getattr(mixed, field.name) == getattr(one, field.name) or hidden
        assert (identity(mixed) == identity(one)) == same


def test_the_identity_stays_as_it_is_in_all_releases() -> None:
    assert identity(FULL) == identity(replace(FULL, time=FULL.time.astimezone()))
    assert identity(FULL) == (
        "sha256:ac85491e08687fd3d90ec09cf247d9a385a6ca2312aa89be09833ee4a3ac2dfa"
    )


def test_an_unchanged_one_names_the_answer_that_stands(walker: Walker) -> None:
    first = walker.look("http://x.vn/a", b"one", headers=(("Content-Type", "a/b"), ("ETag", "1")))
    again = walker.look("http://x.vn/a", unchanged=True, headers=(("etag", "2"),))
    assert (again.same_as_before, again.before_id, again.payload_id) == (True, 1, None)
    capture = captures.get(walker.archive, again.capture_id)
    assert (capture.outcome, capture.earlier_id, capture.status) == ("unchanged", 1, 304)
    one = captures.get(walker.archive, first.capture_id)
    assert capture.payload_digest == one.payload_digest
    whole = captures.exchange(walker.archive, again.capture_id)
    assert (whole.body, whole.headers) == (b"one", (("etag", "2"), ("Content-Type", "a/b")))
    sent = captures.exchange(walker.archive, again.capture_id, as_sent=True)
    assert (sent.body, sent.headers) == (b"", (("etag", "2"),))
    assert identity(sent, one.identity) == again.identity
    assert identity(sent, again.identity) != again.identity


def test_unchanged_that_nobody_asked_for(walker: Walker) -> None:
    for _ in range(2):
        kept = walker.look("http://x.vn/a", unchanged=True)
        assert (kept.same_as_before, kept.before_id) == (False, None)
        back = captures.exchange(walker.archive, kept.capture_id)
        assert (back.outcome, back.status, back.body) == ("answer", 304, b"")


def test_payloads_are_compared_with_the_last_answer(walker: Walker) -> None:
    first = walker.look("http://x.vn/a", b"one")
    assert (first.payload_new, first.same_as_before, first.before_id) == (True, False, None)
    again = walker.look("http://x.vn/a", b"one")
    assert (again.payload_new, again.same_as_before, again.before_id) == (False, True, 1)
    walker.look("http://x.vn/a", b"no", status=404)
    other = walker.look("http://x.vn/a", b"two")
    assert (other.payload_new, other.same_as_before, other.before_id) == (True, False, 2)
    back = walker.look("http://x.vn/a", b"one")
    assert (back.payload_new, back.same_as_before, back.before_id) == (False, False, 4)
    kept = [captures.kept(walker.archive, number) for number in range(1, 6)]
    assert [(one.same_as_before, one.before_id) for one in kept] == [
        (False, None), (True, 1), (False, 2), (False, 2), (False, 4),
    ]  # fmt: skip


def test_a_page_knows_its_last_capture_and_answer(walker: Walker) -> None:
    walker.look("http://x.vn/a", b"one")
    walker.look("http://x.vn/a", b"", status=500)
    row = walker.archive.conn.execute("SELECT * FROM page").fetchone()
    assert (row["last_capture_id"], row["last_answer_id"]) == (2, 1)
    old = replace(FULL, url="http://x.vn/a", method="GET", time=FULL.time - timedelta(days=900))
    keep(walker, old)
    row = walker.archive.conn.execute("SELECT * FROM page").fetchone()
    assert (row["last_capture_id"], row["last_answer_id"]) == (2, 1)


def test_the_same_capture_is_kept_once(walker: Walker, clock: FixedClock) -> None:
    first, again = keep(walker, FULL), keep(walker, FULL)
    assert (again.capture_id, again.identity) == (first.capture_id, first.identity)
    assert walker.archive.conn.execute("SELECT count(*) FROM capture").fetchone()[0] == 1


def test_a_failure_has_no_payload(walker: Walker) -> None:
    walker.look("http://x.vn/a", b"one")
    failed = Exchange("http://x.vn/a", walker.clock.now(), "failure", failure="dns: no such host")
    kept = keep(walker, failed)
    assert (kept.payload_id, kept.same_as_before) == (None, False)
    assert captures.exchange(walker.archive, kept.capture_id) == failed
    assert captures.get(walker.archive, kept.capture_id).payload_digest is None


def test_headers_that_come_again_are_kept_once(walker: Walker, clock: FixedClock) -> None:
    sent = (("Date", "1"), ("Server", "nginx"), ("Set-Cookie", "a"), ("Server", "nginx"),
            ("server", "nginx"), ("Vary", "é"), ("Content-Security-Policy", "nonce-9"))  # fmt: skip
    ids = [walker.look(f"http://x.vn/{n}", headers=sent).capture_id for n in range(2)]
    rows = walker.archive.conn.execute("SELECT name, value FROM header ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == [("Server", "nginx"), ("server", "nginx")]
    with Archive.open(walker.archive.path, clock=clock) as other:
        assert captures.headers(other, ids[0]) == sent
        walker.look("http://x.vn/3", headers=(("Vary", "*"),))
        assert captures.headers(other, 3) == (("Vary", "*"),)
    text = walker.archive.conn.execute("SELECT headers FROM capture").fetchone()[0]
    assert text.startswith('[["Date","1"],1,["Set-Cookie","a"],1,2,')


def test_headers_after_a_rollback(walker: Walker) -> None:
    with pytest.raises(KeyError), walker.archive.transaction():
        page = walker.page("http://x.vn/a")
        one = replace(FULL, headers=(("Server", "lost"),))
        captures.keep(walker.archive, one, page.id, walker.crawl_id)
        raise KeyError
    kept = walker.look("http://x.vn/a", headers=(("Server", "found"),))
    assert captures.headers(walker.archive, kept.capture_id) == (("Server", "found"),)


def test_what_is_not_there(walker: Walker) -> None:
    with pytest.raises(KeyError):
        captures.get(walker.archive, 7)
    with pytest.raises(KeyError), walker.archive.transaction():
        captures.keep(walker.archive, FULL, 7, walker.crawl_id)
    with pytest.raises(RuntimeError, match="transaction"):
        captures.keep(walker.archive, FULL, 1, 1)
