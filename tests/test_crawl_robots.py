"""robots.txt of real servers: obeyed under load, followed, re-read, and missed (RFC 9309)."""

from dataclasses import replace

import pytest
from crawling import QUICK, TEXT, SmallSite, article, crawl, luutru, redirect, robots, rows, served

from crawler.demo.messages import DemoResponse


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def paths(server, slug="small"):
    return [asked.path for asked in server.log if asked.slug == slug]


def states(folder):
    return dict(rows(folder / "a.db", "SELECT url, state FROM page"))


def test_nothing_forbidden_is_asked_for_under_load_while_robots_is_slow(folder):
    """Scrapy's own middleware asked for 13 of 40 (its rules were still on their way)."""
    forbidden = [f"/kin/tai-lieu-{n}.html" for n in range(40)]
    open_ones = [f"/tin/bai-{n}.html" for n in range(12)]
    site = SmallSite(
        {"/robots.txt": replace(robots("Disallow: /kin/"), delay=0.6)}
        | {path: article(n) for n, path in enumerate(open_ones)},
        links=[one for pair in zip(forbidden, open_ones * 4, strict=False) for one in pair],
        pace="delay = 0.0\nconcurrency = 8",
    )
    with served(folder, site) as server:
        # a start point of its own for each: all are due before the first request
        site.start = f"listings = {[server.urls['small'] + path for path in forbidden]}"
        text = site.toml(server.urls["small"]).replace("'", '"')
        (folder / "sites" / "small.toml").write_text(text, encoding="utf-8")
        done = crawl(folder)
    assert (done.status, done.outcome) == (0, "finished")
    assert paths(server)[0] == "/robots.txt" and paths(server).count("/robots.txt") == 1
    assert not set(paths(server)) & set(forbidden)
    assert set(open_ones) <= set(paths(server))
    found = states(folder)
    assert {found[server.urls["small"] + path] for path in forbidden} == {"disallowed"}
    assert done.tally["disallowed"] == 40


@pytest.mark.long
def test_rules_that_change_hold_from_the_next_crawl_on(folder):
    site = SmallSite(
        {
            "/robots.txt": robots("Disallow: /tin/2.html", "Disallow: /tin/3.html"),
            **{f"/tin/{n}.html": article(n) for n in (1, 2, 3)},
        },
        links=["/tin/1.html", "/tin/2.html", "/tin/3.html"],
    )
    with served(folder, site) as server:
        base = server.urls["small"]
        crawl(folder)
        assert "/tin/1.html" in paths(server) and "/tin/2.html" not in paths(server)
        assert states(folder)[f"{base}/tin/2.html"] == "disallowed"
        site.pages["/robots.txt"] = robots("Disallow: /tin/1.html", "Disallow: /tin/3.html")
        server.log.clear()
        assert crawl(folder, full=True).tally["new"] == 1
        assert "/tin/2.html" in paths(server)
        assert not {"/tin/1.html", "/tin/3.html"} & set(paths(server)), "known, and forbidden now"
        found = states(folder)
        assert found[f"{base}/tin/2.html"] == "open"
        assert {found[f"{base}/tin/{n}.html"] for n in (1, 3)} == {"disallowed"}
        # it is taken away: all is allowed (RFC 9309, 2.3.1.3)
        site.pages["/robots.txt"] = DemoResponse(404, TEXT, b"no")
        server.log.clear()
        crawl(folder)
        assert {"/tin/1.html", "/tin/3.html"} <= set(paths(server))
    kept = rows(
        folder / "a.db",
        "SELECT status FROM capture JOIN page ON page.id = page_id WHERE kind = 'robots'",
    )
    assert kept == [(200,), (200,), (404,)]


@pytest.mark.long
def test_a_robots_txt_elsewhere_on_the_host_is_followed_and_names_a_sitemap(folder):
    sitemap = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<url><loc>BASE/tin/1.html</loc></url><url><loc>BASE/kin/2.html</loc></url></urlset>"
    )

    def map_of(request):
        text = sitemap.replace("BASE", request.base)
        return DemoResponse(200, (("Content-Type", "application/xml"),), text.encode())

    site = SmallSite(
        {
            "/robots.txt": redirect("/ve/", 301),
            "/ve/": redirect("/ve/robots.txt"),
            "/ve/robots.txt": robots("Disallow: /kin/", "", "Sitemap: /so-do.xml"),
            "/so-do.xml": map_of,
            "/tin/1.html": article(1),
            "/kin/2.html": article(2),
        }
    )
    with served(folder, site) as server:
        done = crawl(folder)
        assert done.outcome == "finished"
        assert paths(server)[:3] == ["/robots.txt", "/ve/", "/ve/robots.txt"]
        assert "/kin/2.html" not in paths(server)
        hops = rows(
            folder / "a.db",
            """SELECT capture.url, status FROM capture JOIN page ON page.id = page_id
               WHERE kind = 'robots' ORDER BY capture.id""",
        )
        assert [status for _, status in hops] == [301, 302, 200]
        assert "/so-do.xml" in paths(server), "Sitemap: lines are start points too"
        assert "/tin/1.html" in paths(server)
        # and so in the next crawl, where both pages are known
        server.log.clear()
        crawl(folder, full=True)
        assert "/kin/2.html" not in paths(server) and "/tin/1.html" in paths(server)


def test_a_robots_txt_that_fails_ends_the_crawl_before_it_begins(folder):
    broken = DemoResponse(503, (*TEXT, ("Retry-After", "0")), b"later")
    site = SmallSite({"/robots.txt": broken, "/tin/1.html": article(1)}, links=["/tin/1.html"])
    with served(folder, site) as server:
        done = luutru(
            folder, "crawl", "small", "--sites", "sites", "--archive", "a.db", "--format", "json"
        )
        assert done.returncode == 1
        assert "robots.txt could not be read" in done.stderr
        assert "Traceback" not in done.stderr
        assert '"robots"' in done.stdout
        assert set(paths(server)) == {"/robots.txt"} and len(paths(server)) <= 3
        assert rows(folder / "a.db", "SELECT outcome FROM crawl") == [("robots",)]
        site.pages["/robots.txt"] = robots("Allow: /")
        assert crawl(folder).tally["new"] == 1, "and the next crawl goes on"


def test_the_rules_of_another_host_hold_for_the_photos_there(folder):
    jpeg = DemoResponse(200, (("Content-Type", "image/jpeg"),), b"\xff\xd8\xff\xe0 1")
    other = SmallSite(
        {"/robots.txt": robots("Disallow: /rieng/"), "/anh/1.jpg": jpeg, "/rieng/2.jpg": jpeg},
        slug="kho-anh",
    )
    broken = SmallSite({"/robots.txt": DemoResponse(500, TEXT, b""), "/1.jpg": jpeg}, slug="hong")
    site = SmallSite({}, links=["/tin/1.html", "/tin/2.html"])
    with served(folder, site, other, broken) as server:
        store = server.urls["kho-anh"]
        photos = "".join(
            f'<p><img src="{url}" width="600" height="400"></p>'
            for url in (
                f"{store}/anh/1.jpg",
                f"{store}/rieng/2.jpg",
                server.urls["hong"] + "/1.jpg",
            )
        )
        site.pages["/tin/1.html"] = article(1, words=photos)
        site.pages["/tin/2.html"] = article(2)
        done = crawl(folder, patch=QUICK)
    # a photo host whose robots.txt fails is left alone, and is no failure of the site
    assert (done.status, done.outcome, done.tally["new"]) == (0, "finished", 2)
    assert set(paths(server, "hong")) == {"/robots.txt"}
    assert paths(server, "kho-anh") == ["/robots.txt", "/anh/1.jpg"]
    assert states(folder)[f"{store}/rieng/2.jpg"] == "disallowed"
