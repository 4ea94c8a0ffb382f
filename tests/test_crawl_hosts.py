"""Hosts: rules that fail or lie elsewhere, and pauses that are asked for."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from crawling import HTML, TEXT, article, redirect, robots
from offline import HERE, THERE, Site

from archive.clock import from_iso
from archive.status import statuses
from crawler.demo.messages import DemoResponse

MANY = {f"/tin/{n}.html": article(n) for n in range(60)}
"""More than the frontier queues ahead of a host whose robots.txt is not known."""
WWW = "http://127.0.0.1:11"


@pytest.fixture
def site(archive, clock, tmp_path, monkeypatch):
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))
    monkeypatch.setattr("crawler.frontier.monotonic", lambda: clock.now().timestamp())
    return Site(archive, dict(MANY), listings=list(MANY))


def busy(seconds, status=503, headers=TEXT):
    return DemoResponse(status, (*headers, ("Retry-After", str(seconds))), b"")


def robots_asked(site):
    return [url for url in site.asked if url.endswith("/robots.txt")]


# -- robots.txt -----------------------------------------------------------------------------------


@pytest.mark.parametrize("wait", [3600, 86_400])
def test_a_robots_txt_that_asks_for_an_hour_ends_the_crawl(site, clock, wait):
    site.answers["/robots.txt"] = busy(wait)
    began = clock.now()
    done = site.crawl()
    assert (done.outcome, site.paths) == ("robots", ["/robots.txt"])
    assert clock.now() - began < timedelta(seconds=60)
    site.answers["/robots.txt"] = robots("Allow: /")
    site.crawl(days=1)
    assert site.count() == 60


def test_a_robots_txt_that_failed_once_is_asked_again_while_many_pages_wait(site):
    site.answers["/robots.txt"] = lambda asked: robots("Allow: /") if asked.tries else busy(0)
    assert site.crawl().outcome == "finished"
    assert site.paths[:3] == ["/robots.txt", "/robots.txt", "/"] and site.count() == 60


def test_a_robots_txt_that_goes_on_failing_ends_the_crawl_while_many_pages_wait(site):
    site.answers["/robots.txt"] = busy(0)
    assert site.crawl().outcome == "robots"
    assert site.paths == ["/robots.txt"] * 3


def test_a_robots_txt_that_moved_is_followed_while_many_pages_wait(site):
    site.answers["/robots.txt"] = redirect("/ve/robots.txt", 301)
    site.answers["/ve/robots.txt"] = robots("Disallow: /tin/1.html")
    assert site.crawl().outcome == "finished"
    assert site.count() == 59 and "/tin/1.html" not in site.paths
    assert site.paths[:2] == ["/robots.txt", "/ve/robots.txt"]


@pytest.mark.parametrize("slow", [HERE, WWW, None])
def test_two_origins_of_one_robots_txt_while_it_is_on_its_way(site, slow):
    rules = robots("Disallow: /tin/1.html")
    moved = redirect(f"{HERE}/robots.txt", 301)
    site.hosts = [HERE, WWW]
    site.listings = [*MANY, f"{WWW}/", f"{WWW}/tin/1.html", f"{WWW}/tin/2.html"]
    site.answers |= {
        f"{HERE}/robots.txt": replace(rules, delay=5.0 if slow == HERE else 0.0),
        f"{WWW}/robots.txt": replace(moved, delay=5.0 if slow == WWW else 0.0),
    }
    assert site.crawl().outcome == "finished"
    assert sorted(robots_asked(site)) == [f"{WWW}/robots.txt", f"{HERE}/robots.txt"]
    assert {f"{WWW}/", f"{WWW}/tin/2.html", f"{HERE}/tin/2.html"} <= set(site.asked)
    assert not {f"{WWW}/tin/1.html", f"{HERE}/tin/1.html"} & set(site.asked)


@pytest.mark.parametrize("delay", [0.0, 5.0])
def test_two_origins_that_are_sent_to_a_third(site, delay):
    rules = replace(robots("Disallow: /tin/1.html"), delay=delay)
    site.hosts, site.listings = [HERE, WWW], ["/tin/1.html", "/tin/2.html", f"{WWW}/tin/3.html"]
    site.answers |= {
        f"{HERE}/robots.txt": redirect(f"{THERE}/robots.txt"),
        f"{WWW}/robots.txt": redirect(f"{THERE}/robots.txt"),
        f"{THERE}/robots.txt": rules,
    }
    assert site.crawl().outcome == "finished"
    assert sorted(robots_asked(site)) == sorted(f"{at}/robots.txt" for at in (HERE, WWW, THERE))
    assert {f"{HERE}/tin/2.html", f"{WWW}/tin/3.html"} <= set(site.asked)
    assert f"{HERE}/tin/1.html" not in site.asked


@pytest.mark.parametrize(
    "circle",
    [
        {f"{HERE}/robots.txt": "/robots.txt"},
        {f"{HERE}/robots.txt": "/ve/robots.txt", f"{HERE}/ve/robots.txt": "/robots.txt"},
        {f"{HERE}/robots.txt": f"{WWW}/robots.txt", f"{WWW}/robots.txt": f"{HERE}/robots.txt"},
    ],
    ids=["itself", "two files", "two hosts"],
)
def test_a_robots_txt_that_is_sent_in_a_circle_ends(site, circle):
    site.hosts, site.listings = [HERE, WWW], [*MANY, f"{WWW}/tin/2.html"]
    site.answers |= {url: redirect(target) for url, target in circle.items()}
    assert site.crawl().outcome == "robots"
    assert len(robots_asked(site)) <= 4 and not set(MANY) & set(site.paths)


def test_rules_elsewhere_that_are_relaxed_open_the_pages_here(site):
    site.answers["/robots.txt"] = redirect(f"{THERE}/robots.txt")
    site.answers[f"{THERE}/robots.txt"] = robots("Disallow: /tin/")
    site.crawl()
    assert site.count() == 0 and site.row("/tin/7.html", "state") == ("disallowed",)
    site.answers[f"{THERE}/robots.txt"] = robots("Disallow: /tin/1.html")
    site.crawl(days=2)
    assert site.count() == 59 and site.row("/tin/1.html", "state") == ("disallowed",)


def test_status_and_an_event_tell_of_a_failed_crawl(site):
    site.crawl()
    assert site.health == "healthy" and site.events("site") == 0
    site.answers["/robots.txt"] = busy(0)
    for wanted in ("healthy", "degraded", "degraded"):  # one bad day says nothing
        site.crawl(days=1)
        assert [one.state for one in statuses(site.archive)] == [wanted]
    assert site.events("site") == 1
    del site.answers["/robots.txt"]
    found = []
    for _ in range(10):
        site.crawl(days=1)
        found.append(site.health)
    assert found[0] == "degraded" and found[-1] == "healthy"
    told = [json.loads(row[0]) for row in site.rows("SELECT data FROM event WHERE kind = 'site'")]
    assert [one["state"] for one in told] == ["degraded", "healthy"]
    assert "HTTP 503" in told[0]["why"][0]


# -- hosts that ask to wait -----------------------------------------------------------------------


@pytest.mark.parametrize("places", [1, 4])
@pytest.mark.parametrize("status", [429, 503])
def test_who_asks_to_wait_is_not_asked_for_any_page(site, places, status):
    site.places = places
    site.answers["/tin/5.html"] = lambda asked: (
        article(5) if asked.tries else busy(30, status, HTML)
    )
    assert site.crawl().outcome == "finished"
    at = next(n for n, path in enumerate(site.paths) if path == "/tin/5.html")
    moments = [moment - site.times[at] for moment in site.times[at + 1 :]]
    late = [moment for moment in moments if moment > 1]
    assert min(late) > 29 and len(moments) - len(late) <= places, "but what was asked before"
    assert site.count() == 60


def test_who_asks_for_more_than_ten_minutes_is_left_for_another_crawl(site):
    site.answers["/tin/5.html"] = busy(601, 429, HTML)
    assert site.crawl().outcome == "failed"
    assert site.paths[-1] == "/tin/5.html" and len(site.paths) < 10
    site.answers["/tin/5.html"] = article(5)
    site.crawl(days=1)
    assert site.count() == 60


def test_the_last_try_s_wait_is_kept_too(site, clock):
    site.answers["/tin/5.html"] = lambda asked: busy(0 if asked.tries < 2 else 86_400, 500, HTML)
    site.crawl()
    assert site.paths.count("/tin/5.html") == 3
    due = from_iso(site.row("/tin/5.html", "due")[0])
    assert due - clock.now() > timedelta(hours=23)
