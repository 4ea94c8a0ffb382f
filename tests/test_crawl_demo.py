"""The first crawl of the sample sites: everything that stands there is kept, and read right."""

from dataclasses import replace

import pytest
from crawling import CONTACT, gap
from sample import each, site_of

from archive import articles, captures, pages, payloads
from archive.urls import canonical
from crawler.demo import addresses, traps


@pytest.fixture(scope="module")
def archive(demo_days):
    with demo_days.open() as opened:
        yield opened


def first_version(archive, ref):
    return articles.versions(archive, articles.resolve(archive, ref))[0]


def one(archive, sql, *values):
    return archive.conn.execute(sql, values).fetchone()[0]


def looks(archive, url):
    """Outcome, status, failure and truncated of the first day's captures of that URL."""
    found = archive.conn.execute(
        """SELECT capture.outcome, status, failure, truncated FROM capture
           JOIN page ON page.id = page_id
           WHERE page.url = ? AND capture.clock_shift = 0 ORDER BY capture.id""",
        (canonical(url),),
    )
    return [tuple(row) for row in found]


# -- the articles ---------------------------------------------------------------------------------


@each
def test_every_article_is_there_once_with_all_its_fields(demo_days, archive, slug):
    site, base = site_of(demo_days, slug), demo_days.bases[slug]
    main = site.twins(1)
    ids = set()
    for path in site.articles_on(1):
        version = first_version(archive, base + path)
        names = {path, *(twin for twin, of in main.items() if of == path)}
        truths = {name: site.truth(name, 1, base) for name in names}
        shown = next((t for t in truths.values() if canonical(t.url) == version.url), None)
        assert shown is not None, version.url
        found = replace(version.article, evidence={})
        assert found == replace(shown, url=found.url), path
        ids.add(articles.resolve(archive, base + path))
    assert len(ids) == len(site.articles_on(1)) == 43
    new = one(
        archive,
        """SELECT count(*) FROM event JOIN site ON site.id = site_id JOIN capture
           ON capture.id = capture_id WHERE event.kind = 'new' AND slug = ? AND clock_shift = 0""",
        slug,
    )
    assert new == len(ids), "something else was taken for an article, or one was doubled"


@each
def test_two_addresses_that_name_one_as_canonical_are_one_article(demo_days, archive, slug):
    base, twins = demo_days.bases[slug], site_of(demo_days, slug).twins(1)
    assert len(twins) == 2
    for twin, path in twins.items():
        assert looks(archive, base + twin) == [("answer", 200, None, 0)]
        assert articles.resolve(archive, base + twin) == articles.resolve(archive, base + path)


def test_the_same_text_on_two_sites_is_one_story(demo_days, archive):
    shared = {}
    for site in demo_days.sites:
        for path, article in site.articles_on(1).items():
            text = (article.title, tuple(block.text for block in article.body))
            shared.setdefault(text, []).append(demo_days.bases[site.slug] + path)
    twice = [urls for urls in shared.values() if len(urls) > 1]
    assert len(twice) >= 4  # the leading article stands on all three
    for urls in twice:
        stories = {
            one(archive, "SELECT story_id FROM article WHERE id = ?", articles.resolve(archive, u))
            for u in urls
        }
        assert len(stories) == 1
        assert None not in stories


def test_photos_and_documents_of_articles_are_captured_whole(demo_days, archive):
    for site in demo_days.sites:
        base = demo_days.bases[site.slug]
        for path in site.articles_on(1):
            truth = site.truth(path, 1, base)
            for url in (*truth.images, *(a.url for a in truth.attachments)):
                page = pages.by_url(archive, canonical(url))
                assert page is not None and page.last_answer_id is not None, url
                body = captures.exchange(archive, page.last_answer_id).body
                assert body[:4] in (b"\xff\xd8\xff\xe0", b"%PDF", b"PK\x03\x04"), url


def test_the_layout_is_captured_for_a_replay(archive, demo_days):
    for base in demo_days.bases.values():
        for path in ("css/style.css", "images/logo.png", "images/favicon.png"):
            found = archive.conn.execute(
                """SELECT kind, last_answer_id FROM page WHERE url LIKE ? || '%'""",
                (f"{base}/themes/mau/{path}",),
            ).fetchall()
            assert found and {row[0] for row in found} == {"asset"}, path
            assert all(row[1] for row in found)


def test_every_payload_can_be_read_and_every_crawl_is_sealed(archive):
    ids = [row[0] for row in archive.conn.execute("SELECT id FROM payload")]
    assert all(payloads.read(archive, payload_id) is not None for payload_id in ids[::7])
    assert one(archive, "SELECT count(*) FROM seal") == one(archive, "SELECT count(*) FROM crawl")
    assert one(archive, "SELECT count(*) FROM reading WHERE state != 'read'") == 0
    assert one(archive, "PRAGMA integrity_check") == "ok"


# -- manners --------------------------------------------------------------------------------------


@each
def test_nothing_disallowed_is_asked_for_though_it_is_known(demo_days, archive, slug):
    site, base = site_of(demo_days, slug), demo_days.bases[slug]
    assert len(site.disallowed) == 40
    asked = {asked.path for asked in demo_days.log if asked.slug == slug}
    assert not asked & set(site.disallowed)
    for path in site.disallowed:
        page = pages.by_url(archive, canonical(base + path))
        assert page is not None and (page.state, page.due) == ("disallowed", None), path
        assert page.last_answer_id is None


@each
def test_robots_comes_first_once_and_is_a_capture(demo_days, archive, slug):
    for number in (1, 2, 3, 4):
        paths = demo_days.paths(number, slug)
        assert paths[0] == "/robots.txt"
        assert paths.count("/robots.txt") == 1
    assert looks(archive, demo_days.bases[slug] + "/robots.txt") == [("answer", 200, None, 0)]


def test_every_request_says_who_is_calling(demo_days):
    agents = {asked.user_agent for asked in demo_days.log}
    assert len(agents) == 1
    (agent,) = agents
    assert agent.startswith("luutru/") and CONTACT in agent


def test_a_crawl_delay_is_kept(demo_days):
    # the server is busy with 50 MB now and then, so single gaps say little: test_crawl_manners.py
    times = sorted(asked.time for asked in demo_days.asked(1, "demo-liferay"))
    assert times[-1] - times[0] > 0.05 * (len(times) - 2), "Crawl-delay: 0.05 is in its robots.txt"


@each
def test_walks_every_listing_to_its_end_also_by_post(demo_days, slug):
    asked = demo_days.asked(1, slug)
    posts = [a for a in asked if a.method == "POST"]
    if slug == "demo-sharepoint":
        assert posts and {a.status for a in posts} == {200}
    else:
        assert not posts
    site = site_of(demo_days, slug)
    pages_of = addresses.listings(site.plan(1))
    steps = [path for path, (_, number) in pages_of.items() if number > 1]
    if slug != "demo-sharepoint":
        assert steps and set(steps) <= {a.path for a in asked}


@each
def test_no_page_is_asked_for_twice_but_what_failed(demo_days, slug):
    counts = {}
    for asked in demo_days.asked(1, slug):
        if asked.method == "GET":
            counts.setdefault(asked.path, []).append(asked.status)
    twice = {path: seen for path, seen in counts.items() if len(seen) > 1}
    assert all(set(seen[:-1]) == {500} for seen in twice.values()), twice


@each
def test_endless_ways_are_not_taken(demo_days, slug):
    paths = demo_days.paths(1, slug)
    assert len(paths) < 250
    assert sum(path.startswith("/lich-cong-tac/") for path in paths) <= 1
    abroad = [path for path in paths if path.startswith(("/vi/", "/en/"))]
    assert set(abroad) - set(site_of(demo_days, slug).twins(1)) <= {"/vi/", "/en/"}
    login = site_of(demo_days, slug).markup.login_paths
    low = [path.lower() for path in paths]
    assert not [p for p in paths if any(p.startswith(prefix) for prefix in login)]
    assert not [p for p in low if "jsessionid" in p or "phpsessid" in p or "sid=" in p]


@each
def test_print_copies_are_not_asked_for(demo_days, slug):
    site = site_of(demo_days, slug)
    plan = site.plan(1)
    prints = {site.markup.print_path(a, plan.section_of(a)) for a in plan.articles}
    assert not prints & set(demo_days.paths(1, slug))


def test_no_other_host_is_asked_and_none_is_entered(demo_days, archive):
    hosts = tuple(demo_days.bases.values())
    urls = [row[0] for row in archive.conn.execute("SELECT url FROM capture")]
    assert all(url.startswith(hosts) for url in urls)
    known = [row[0] for row in archive.conn.execute("SELECT url FROM page")]
    assert not [url for url in known if not url.startswith(hosts)]


# -- traps ----------------------------------------------------------------------------------------


@each
def test_redirects_out_of_the_site_are_hops_that_end_there(demo_days, archive, slug):
    base, where = demo_days.bases[slug], site_of(demo_days, slug).traps
    for name, status in (("other-host", 301), ("private-10", 302), ("private-192", 302)):
        assert looks(archive, base + where[name]) == [("answer", status, None, 0)]
        page = pages.by_url(archive, canonical(base + where[name]))
        assert page is not None and page.state == "refused"
    for url in (traps.OTHER_HOST, *traps.PRIVATE):
        assert pages.by_url(archive, canonical(url)) is None


@each
def test_each_hop_of_a_chain_is_a_capture_and_a_loop_ends(demo_days, archive, slug):
    base, where = demo_days.bases[slug], site_of(demo_days, slug).traps
    for name, status in (
        ("redirect-301", 301), ("redirect-302", 302),
        ("chain-1", 301), ("chain-2", 302), ("chain-3", 301),
    ):  # fmt: skip
        assert looks(archive, base + where[name]) == [("answer", status, None, 0)], name
    for name in ("loop-1", "loop-2"):
        assert demo_days.paths(1, slug).count(where[name]) == 1, name


@each
@pytest.mark.parametrize("name", ["huge", "bomb"])
def test_what_is_too_large_is_a_capture_that_says_so(demo_days, archive, slug, name):
    url = demo_days.bases[slug] + site_of(demo_days, slug).traps[name]
    ((outcome, _status, failure, _),) = looks(archive, url)
    assert outcome == "failure"
    assert failure.startswith("too-large: ")


def test_memory_stays_bounded(demo_days):
    peaks = {key: done.peak_mb for key, done in demo_days.crawls.items()}
    assert min(peaks.values()) > 20, "not measured"
    assert max(peaks.values()) < 500, peaks


@each
def test_broken_empty_and_strange_pages(demo_days, archive, slug):
    base, where = demo_days.bases[slug], site_of(demo_days, slug).traps
    ((outcome, status, failure, _),) = looks(archive, base + where["broken-gzip"])
    assert (outcome, status) == ("failure", 200) and failure.startswith("encoding: ")
    for name in ("empty", "not-html"):
        assert looks(archive, base + where[name]) == [("answer", 200, None, 0)]
        kind = one(
            archive,
            """SELECT reading.kind FROM reading JOIN capture ON capture.id = capture_id
               JOIN page ON page.id = page_id WHERE page.url = ?""",
            canonical(base + where[name]),
        )
        assert kind == "other"
    for name, status in (("missing", 404), ("gone", 410)):
        assert looks(archive, base + where[name]) == [("answer", status, None, 0)]
        page = pages.by_url(archive, canonical(base + where[name]))
        assert page is not None and page.state == "gone"


@each
def test_a_page_that_fails_at_first_is_there_in_the_end(demo_days, archive, slug):
    site, base = site_of(demo_days, slug), demo_days.bases[slug]
    for trait, failures in (("fails-once", 1), ("fails-twice", 2)):
        path = next(p for p, a in site.articles_on(1).items() if trait in a.traits)
        tries = [a for a in demo_days.asked(1, slug) if a.path == path]
        assert [a.status for a in tries] == [500] * failures + [200]
        assert gap([a.time for a in tries]) > 0.7, "Retry-After: 1"
        kept = [look[:2] for look in looks(archive, base + path)]
        assert kept == [("answer", 500)] * failures + [("answer", 200)]


@each
def test_a_slow_page_is_captured(demo_days, archive, slug):
    site, base = site_of(demo_days, slug), demo_days.bases[slug]
    path = next(p for p, a in site.articles_on(1).items() if "slow" in a.traits)
    assert looks(archive, base + path) == [("answer", 200, None, 0)]


@each
def test_the_crawl_says_what_it_did(demo_days, slug):
    done = demo_days.crawls[1, slug]
    assert (done.status, done.outcome, done.stderr) == (0, "finished", "")
    asked = demo_days.asked(1, slug)
    told = done.tally
    assert told["captures"] == len(asked) - 1  # robots.txt is not counted
    assert told["new"] == 43
    assert told["disallowed"] == 40
    assert told.get("errors", 0) == 0 and told.get("unreadable", 0) == 0
