"""robots.txt of real servers: obeyed under load, followed, re-read, and missed (RFC 9309)."""

from dataclasses import replace

import pytest
from crawling import QUICK, TEXT, SmallSite, article, crawl, luutru, page, redirect, robots, rows, served

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


def test_rules_that_change_open_what_they_had_forbidden(folder):
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
        assert "/tin/2.html" not in paths(server)
        assert states(folder)[f"{base}/tin/2.html"] == "disallowed"
        site.pages["/robots.txt"] = robots("Disallow: /tin/3.html")
        done = crawl(folder)
    assert done.tally["new"] == 1
    assert paths(server).count("/tin/2.html") == 1 and "/tin/3.html" not in paths(server)
    assert states(folder)[f"{base}/tin/2.html"] == "open"
    assert states(folder)[f"{base}/tin/3.html"] == "disallowed"
    kept = rows(
        folder / "a.db",
        "SELECT count(*) FROM capture JOIN page ON page.id = page_id WHERE kind = 'robots'",
    )
    assert kept == [(2,)]


def test_rules_that_forbid_what_is_known_are_obeyed_at_once(folder):
    site = SmallSite({"/tin/1.html": article(1)}, links=["/tin/1.html"])
    with served(folder, site) as server:
        assert crawl(folder).tally["new"] == 1
        site.pages["/robots.txt"] = robots("Disallow: /tin/")
        server.log.clear()
        crawl(folder, full=True)
        assert "/tin/1.html" not in paths(server)


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


def test_without_robots_txt_all_is_allowed(folder):
    pages = {"/robots.txt": DemoResponse(404, TEXT, b"no"), "/tin/1.html": article(1)}
    with served(folder, SmallSite(pages, links=["/tin/1.html"])) as server:
        assert crawl(folder).tally["new"] == 1
        assert "/tin/1.html" in paths(server)


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
    other = SmallSite(
        {
            "/robots.txt": robots("Disallow: /rieng/"),
            "/anh/1.jpg": DemoResponse(200, (("Content-Type", "image/jpeg"),), b"\xff\xd8\xff\xe0 1"),
            "/rieng/2.jpg": DemoResponse(200, (("Content-Type", "image/jpeg"),), b"\xff\xd8 2"),
        },
        slug="kho-anh",
    )
    site = SmallSite({}, links=["/tin/1.html"])
    with served(folder, site, other) as server:
        store = server.urls["kho-anh"]
        photos = "".join(
            f'<p><img src="{store}{path}" width="600" height="400"></p>'
            for path in ("/anh/1.jpg", "/rieng/2.jpg")
        )
        site.pages["/tin/1.html"] = article(1, words=photos)
        assert crawl(folder).outcome == "finished"
    assert paths(server, "kho-anh") == ["/robots.txt", "/anh/1.jpg"]
    assert states(folder)[f"{store}/rieng/2.jpg"] == "disallowed"


def test_unreachable_rules_of_a_photo_host_do_not_fail_the_site(folder):
    other = SmallSite({"/robots.txt": DemoResponse(500, TEXT, b"")}, slug="kho-anh")
    site = SmallSite({}, links=["/tin/1.html", "/tin/2.html"])
    with served(folder, site, other) as server:
        photo = f'<p><img src="{server.urls["kho-anh"]}/1.jpg" width="600" height="400"></p>'
        site.pages["/tin/1.html"] = article(1, words=photo)
        site.pages["/tin/2.html"] = page("Liên hệ")
        done = crawl(folder, patch=QUICK)
    assert (done.status, done.outcome, done.tally["new"]) == (0, "finished", 1)
    assert set(paths(server, "kho-anh")) == {"/robots.txt"}
