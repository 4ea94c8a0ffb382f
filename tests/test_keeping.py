"""What one look at a page makes of it: state, due time, redirects."""

from datetime import timedelta

import pytest
from crawling import BASE, begun, known, seen

from archive import captures, pages, readings


@pytest.fixture
def session(tmp_path, clock):
    made = begun(tmp_path, clock)
    yield made
    made.locks.release()
    made.archive.close()


def state(session, page):
    return pages.get(session.archive, page.id)


@pytest.mark.parametrize(
    ("status", "page_state", "failures", "waits"),
    [
        (200, "open", 0, True),
        (404, "gone", 1, False),
        (410, "gone", 1, False),
        (403, "refused", 1, False),
        (451, "refused", 1, False),
        (500, "open", 1, False),
        (418, "open", 1, False),
    ],
)
def test_state_by_status(session, status, page_state, failures, waits):
    page = known(session, "/tin/1.html")
    captured = seen(session, page, status)
    after = state(session, page)
    assert (after.state, after.failures) == (page_state, failures)
    assert after.due is None or after.due > session.clock.now(), "never again in the same moment"
    assert captured.to_read is waits
    assert bool(readings.waiting(session.archive, session.site_id, 9)) is waits
    assert captures.get(session.archive, captured.kept.capture_id).status == status


def test_three_failures_and_it_waits_for_another_crawl(session, clock):
    page = known(session, "/tin/1.html")
    waits = []
    for _ in range(3):
        page = state(session, page)
        captured = seen(session, page, 503)
        waits.append((captured.outcome.verdict, state(session, page).due - clock.now()))
        clock.advance(400)
    assert [verdict for verdict, _ in waits] == ["retry", "retry", "failed"]
    assert waits[0][1] < waits[1][1] < waits[2][1]
    assert waits[2][1] > timedelta(minutes=10)
    seen(session, state(session, page))
    assert state(session, page).failures == 0


def test_the_same_bytes_again_are_not_read_again(session, clock):
    page = known(session, "/tin/1.html")
    first = seen(session, page)
    with session.archive.transaction():
        readings.done(session.archive, first.kept.capture_id, "other", "reader")
    clock.advance(60)
    again = seen(session, state(session, page))
    assert again.kept.same_as_before and not again.kept.payload_new and not again.to_read
    clock.advance(60)
    changed = seen(session, state(session, page), body=b"<p>y")
    assert changed.to_read


def redirected(session, path, target, status=302, kind="article"):
    headers = (("Location", target),)
    return seen(session, known(session, path, kind), status, headers=headers)


def test_a_redirect_makes_its_target_due_once(session, clock):
    redirected(session, "/a.html", "/b.html")
    there = pages.by_url(session.archive, f"{BASE}/b.html")
    assert (there.how, there.kind) == ("redirect", "article") and there.due == clock.now()
    seen(session, there)
    clock.advance(60)
    redirected(session, "/c.html", "/b.html")
    assert state(session, there).due > clock.now(), "it was seen in this crawl"


@pytest.mark.parametrize(
    "target",
    ["", "ftp://127.0.0.1/a", "http://[::1", "javascript:alert(1)", "http://other.example/a",
     "http://10.0.0.1/", "//evil.example/", "http://127.0.0.1:10/", "mailto:a@b.vn"],
)  # fmt: skip
def test_redirects_that_are_not_followed(session, target):
    before = session.archive.conn.execute("SELECT count(*) FROM page").fetchone()[0]
    captured = redirected(session, "/a.html", target)
    assert session.archive.conn.execute("SELECT count(*) FROM page").fetchone()[0] == before + 1
    after = state(session, captured.page)
    assert after.state in ("refused", "open") and after.due > session.clock.now()


def test_another_spelling_of_the_same_address_is_asked_for_once(session, clock):
    page = known(session, "/Tin?b=1&utm_source=x")
    captured = redirected(session, "/Tin?b=1&utm_source=x", "/Tin?b=1")
    after = state(session, page)
    assert captured.outcome.verdict == "redirect"
    assert (after.found_url, after.due, after.state) == (f"{BASE}/Tin?b=1", clock.now(), "open")
    seen(session, after, 302, headers=(("Location", "/Tin?b=1&utm_source=x"),))
    assert state(session, page).due is None or state(session, page).due > clock.now()


def test_a_page_that_leads_to_itself_is_not_asked_for_again_at_once(session, clock):
    captured = redirected(session, "/a.html", "/a.html")
    assert state(session, captured.page).due > clock.now()


def test_a_location_of_raw_utf8_is_read_as_such(session):
    target = "/tin/hội-nghị.html".encode().decode("latin-1")
    redirected(session, "/a.html", target)
    assert (
        session.archive.conn.execute(
            "SELECT count(*) FROM page WHERE url LIKE '%h%E1%BB%99i%'"
        ).fetchone()[0]
        == 1
    )


def test_a_chain_of_redirects_ends(session):
    for hop in range(30):
        page = pages.by_url(session.archive, f"{BASE}/{hop}.html") or known(session, f"/{hop}.html")
        if page.found_at and hop and page.how != "redirect":
            break
        redirected(session, f"/{hop}.html", f"/{hop + 1}.html")
        if pages.by_url(session.archive, f"{BASE}/{hop + 1}.html") is None:
            break
    assert 9 <= hop <= 11
