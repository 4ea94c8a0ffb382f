"""The frontier hands out each due page once, in any order of answers, and never a forbidden one."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from crawling import BASE, begun, known, seen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from protego import Protego

from archive import pages
from archive.clock import FixedClock
from crawler.frontier import Frontier
from crawler.outcomes import Outcome
from crawler.robots import Rules
from crawler.turns import SILENT, Turns

PLACES = 3


class Spider:
    """Stands for the site's spider: a request is the page itself."""

    def __init__(self, session):
        self.session = session
        self.delays = {}

    def request_for(self, page, host):
        return SimpleNamespace(page=page, host=host)

    def set_delay(self, host, seconds):
        self.delays[host] = seconds


def frontier_of(session):
    engine = SimpleNamespace(_slot=None)
    frontier = Frontier(SimpleNamespace(engine=engine, settings=None))
    frontier.open(Spider(session))
    frontier._set_alarm = lambda: None  # no loop runs here
    return frontier


def rules(session, *lines):
    parser = Protego.parse("\n".join(["User-agent: *", *lines]))
    return Rules(parser, True, session.clock.now(), None)


@pytest.fixture
def later(monkeypatch):
    """Moves the clock by which the frontier waits: ``later(seconds)``."""
    now = [1000.0]
    monkeypatch.setattr("crawler.frontier.monotonic", lambda: now[0])

    def advance(seconds):
        now[0] += seconds

    return advance


@pytest.fixture
def session(tmp_path, clock):
    made = begun(tmp_path, clock, pace={"concurrency": PLACES, "delay": 0.0})
    yield made
    made.locks.release()
    made.archive.close()


def robots_known(frontier, *lines):
    """robots.txt is handed out first, alone, and then answered."""
    session = frontier.session
    (request,) = handed(frontier)
    assert request.page.kind == "robots"
    seen(session, request.page, body=b"User-agent: *")
    frontier.learn(request.page, rules(session, *lines))
    frontier.captured(request.page, Outcome("content"))


def handed(frontier):
    """Everything that it hands out now."""
    out = []
    while (request := frontier.next_request()) is not None:
        out.append(request)
        assert len(out) < 1000
    return out


def test_nothing_before_the_rules_are_known_and_not_more_than_the_places(session):
    for n in range(20):
        known(session, f"/tin/bai-{n}.html")
    frontier = frontier_of(session)
    assert frontier.has_pending_requests()
    robots_known(frontier)
    first = handed(frontier)
    assert len(first) == PLACES + 1, "one more waits in the download slot"
    assert first[0].page.url == f"{BASE}/", "start points come first"
    assert handed(frontier) == []
    seen(session, first[0].page)
    frontier.captured(first[0].page, Outcome("content"))
    assert len(handed(frontier)) == 1


def test_forbidden_pages_are_put_aside_with_their_state(session):
    for n in range(6):
        known(session, f"/kin/{n}.html")
        known(session, f"/tin/{n}.html")
    frontier = frontier_of(session)
    robots_known(frontier, "Disallow: /kin/")
    out = drained(frontier)
    assert all("/kin/" not in page.url for page in out) and len(out) == 7
    rows = session.archive.conn.execute(
        "SELECT url FROM page WHERE state = 'disallowed'"
    ).fetchall()
    assert len(rows) == 6 == session.tally["disallowed"]


def drained(frontier, choose=lambda waiting: 0):
    """Hand out and capture until nothing is left; *choose* says who is answered next."""
    session, waiting, out = frontier.session, [], []
    while True:
        for request in handed(frontier):
            waiting.append(request.page)
            out.append(request.page)
        if not waiting:
            assert not frontier.has_pending_requests()
            return out
        page = waiting.pop(choose(waiting) % len(waiting))
        seen(session, page)
        frontier.captured(page, Outcome("content"))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_each_due_page_is_handed_out_exactly_once(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("frontier")
    clock = FixedClock(begun_at())
    session = begun(folder, clock, pace={"concurrency": data.draw(st.integers(1, 4)), "delay": 0.0})
    count = data.draw(st.integers(0, 25))
    for n in range(count):
        kind = data.draw(st.sampled_from(["article", "listing", "photo", "document", "asset"]))
        known(session, f"/{kind}/{n}", kind)
    frontier = frontier_of(session)
    robots_known(frontier)
    found_later = data.draw(st.lists(st.integers(0, 40), max_size=10))

    def choose(waiting):
        if found_later:  # meanwhile a page that was read names more, known ones among them
            known(session, f"/article/{found_later.pop()}")
            frontier.changed()
        return data.draw(st.integers(0, 99))

    out = drained(frontier, choose)
    urls = [page.url for page in out]
    assert len(urls) == len(set(urls)), "handed out twice"
    due = pages.count_due(session.archive, session.site_id, clock.now())
    left = len(found_later)
    assert due == 0 or left, "something due was never handed out"
    session.locks.release()
    session.archive.close()


def begun_at():
    from datetime import UTC, datetime

    return datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_a_page_to_be_tried_again_comes_again_when_it_is_due(session, clock, later):
    known(session, "/tin/1.html")
    frontier = frontier_of(session)
    robots_known(frontier)
    requests = handed(frontier)
    for request in requests:
        seen(session, request.page, 503 if "/tin/" in request.page.url else 200)
        bad = "/tin/" in request.page.url
        frontier.captured(request.page, Outcome("retry", wait=5.0) if bad else Outcome("content"))
    assert handed(frontier) == []
    assert frontier.has_pending_requests(), "the crawl waits for it"
    clock.advance(4)
    later(4)
    assert handed(frontier) == []
    clock.advance(2)
    later(2)
    (again,) = handed(frontier)
    assert again.page.url.endswith("/tin/1.html") and again.page.failures == 1
    seen(session, again.page)
    frontier.captured(again.page, Outcome("content"))
    assert not frontier.has_pending_requests()


def test_a_host_that_is_silent_is_left_alone_and_the_crawl_ends(session, clock):
    for n in range(30):
        known(session, f"/tin/{n}.html")
    frontier = frontier_of(session)
    robots_known(frontier)
    asked = 0
    while frontier.has_pending_requests():
        requests = handed(frontier)
        assert requests, "it says that there is more, and hands out nothing"
        for request in requests:
            asked += 1
            seen(session, request.page, None, outcome="failure", failure="connection: x", body=b"")
            frontier.captured(request.page, Outcome("retry", wait=5.0, no_answer=True))
    assert SILENT <= asked <= SILENT + PLACES + 1
    assert session.hosts_failed == {BASE.removeprefix("http://"): "unreachable"}
    assert pages.count_due(session.archive, session.site_id, clock.now()) >= 30 - asked


def test_a_page_that_could_not_be_kept_is_not_handed_out_again(session):
    known(session, "/tin/1.html")
    frontier = frontier_of(session)
    robots_known(frontier)
    for request in handed(frontier):
        frontier.dropped(request.page)
    assert handed(frontier) == [] and not frontier.has_pending_requests()


def test_one_place_is_one_claim(session):
    turns = Turns(1)
    turns.put(replace(known(session, f"/{n}.html"), due=None) for n in range(3))
    host = turns.next_host(0.0)
    turns.claim(turns.take(host), host, 0.0)
    assert turns.next_host(0.0) is None


def test_a_host_with_a_delay_is_asked_once_in_that_time(session):
    """Whatever else happens: the second page is handed out a delay after the first, no sooner."""
    known(session, "/tin/1.html")
    turns = Turns(8, 2.5)
    turns.put([known(session, f"/{n}.html") for n in range(3)])
    host = turns.next_host(100.0)
    page = turns.take(host)
    turns.claim(page, host, 100.0)
    turns.release(page, answered=True, again=None)
    assert turns.next_host(102.4) is None and turns.next_time() == 102.5
    assert turns.next_host(102.5) is host


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30), st.booleans()), max_size=60))
def test_turns_never_lose_or_double_a_page(steps):
    """Put, take, claim, release and close in any order: a page is in one place at a time."""
    turns, made, now = Turns(2), {}, 0.0
    claimed = []

    def page(number):
        url = f"http://h{number % 3}.vn/{number}"
        return SimpleNamespace(id=number, url=url, kind="robots" if number % 7 == 0 else "article")

    for action, number, flag in steps:
        now += 0.3
        if action == 0 and number not in turns.taken():
            made[number] = page(number)
            turns.put([made[number]])
        elif action == 1 and (host := turns.next_host(now)) is not None:
            taken = turns.take(host)
            turns.claim(taken, host, now)
            claimed.append(taken)
        elif action == 2 and claimed:
            done = claimed.pop(number % len(claimed))
            turns.release(done, answered=flag, again=now + 1 if flag else None)
        elif action == 3 and flag and turns.hosts:
            turns.close(list(turns.hosts.values())[number % len(turns.hosts)], "unreachable")
        queued = [p.id for host in turns.hosts.values() for p in host.queue]
        assert len(queued) == len(set(queued)) and set(queued) == turns.queued
        assert set(turns.claimed) == {p.id for p in claimed}
        assert not turns.queued & turns.claimed.keys()
        for host in turns.hosts.values():
            assert 0 <= host.claims <= 3
            assert host.claims == sum(h is host for h in turns.claimed.values())
            assert not (host.closed and (host.queue or host.again))
