"""Each trap answers as it is said to."""

import gzip
import re
import zlib

import pytest

from crawler.demo import traps
from crawler.demo.messages import DemoRequest
from crawler.demo.sites import build

SITES = build()
HOST = {"host": "127.0.0.1:8000"}
BASE = "http://127.0.0.1:8000"
sites = pytest.mark.parametrize("site", SITES, ids=lambda site: site.slug)


def ask(site, path, **request):
    return site.respond(DemoRequest(path, headers=HOST, **{"tries": 3, **request}))


@sites
def test_the_home_page_links_to_every_trap(site):
    home = ask(site, "/").body.decode().replace("&amp;", "&")
    for name in traps.TITLES:
        assert site.traps[name] in home


@sites
def test_redirects(site):
    def follow(name, most=6):
        path, statuses = site.traps[name], []
        while len(statuses) < most:
            answer = ask(site, path)
            statuses.append(answer.status)
            path = (answer.header("Location") or "").removeprefix(BASE)
            if answer.status == 200 or not path.startswith("/"):
                break
        return statuses, path

    assert follow("redirect-301")[0] == [301, 200]
    assert follow("redirect-302")[0] == [302, 200]
    assert follow("chain-1")[0] == [301, 302, 301, 200]
    assert follow("loop-1")[0] == [302] * 6
    assert follow("other-host") == ([301], traps.OTHER_HOST)
    assert follow("private-10") == ([302], "http://10.20.30.40/quan-tri.html")
    assert follow("private-192") == ([302], "http://192.168.1.1/")


@sites
def test_missing_and_gone(site):
    assert ask(site, site.traps["missing"]).status == 404
    assert ask(site, site.traps["gone"]).status == 410


@sites
def test_bodies_that_are_no_pages(site):
    empty = ask(site, site.traps["empty"])
    assert (empty.status, empty.body) == (200, b"")
    picture = ask(site, site.traps["not-html"])
    assert picture.header("Content-Type").startswith("text/html")
    assert picture.body.startswith(b"\x89PNG")
    broken = ask(site, site.traps["broken-gzip"])
    assert broken.header("Content-Encoding") == "gzip"
    with pytest.raises((zlib.error, EOFError, gzip.BadGzipFile)):
        gzip.decompress(broken.body)


def test_the_bomb_is_small_on_the_wire():
    answer = ask(SITES[0], SITES[0].traps["bomb"])
    assert len(answer.body) < 300_000
    unpacked = zlib.decompressobj(31)
    assert len(unpacked.decompress(answer.body, 1_000_000)) == 1_000_000
    size, rest = 1_000_000, unpacked.unconsumed_tail
    while rest:
        size += len(unpacked.decompress(rest, 8_000_000))
        rest = unpacked.unconsumed_tail
    assert size > 100_000_000


def test_the_huge_page_is_a_stream_of_fifty_megabytes():
    answer = ask(SITES[0], SITES[0].traps["huge"])
    assert answer.body == b"" and answer.stream is not None
    assert sum(map(len, answer.stream())) >= 50_000_000


@sites
def test_the_calendar_has_no_end(site):
    path, seen = site.traps["calendar"], set()
    for _ in range(30):
        seen.add(path)
        page = ask(site, path).body.decode()
        path = re.search(r'rel="next" href="([^"]+)"', page)[1]
    assert len(seen) == 30 and path == "/lich-cong-tac/2029/5/"
    assert ask(site, path + "?ngay=3").status == 200
    assert ask(site, "/lich-cong-tac/2026/13/").status == 404


@sites
def test_the_language_switch_nests(site):
    path = "/vi/"
    assert f'href="{path}"' in ask(site, "/").body.decode()
    for _ in range(5):
        path = re.search(r'href="(/en/[^"]*)"', ask(site, path).body.decode())[1]
    assert path == "/en/en/en/en/en/vi/"


@sites
def test_session_ids_are_new_in_every_answer(site):
    pages = [path for path in site.paths() if site.respond(DemoRequest(path)).status == 200]
    found = None
    for path in pages:
        page = ask(site, path, visit=1).body.decode("utf-8", "replace")
        found = re.search(
            r'href="([^"]*(?:PHPSESSID=|jsessionid=|[?&]sid=)[0-9a-f]{32}[^"]*)"', page
        )
        if found:
            break
    other = ask(site, path, visit=2).body.decode()
    assert found[1] not in other
    assert ask(site, found[1]).status == 200


@sites
def test_print_copies_and_login_links(site):
    for path, article in list(site.articles.items())[:5]:
        page = ask(site, path).body.decode("utf-8", "replace").replace("&amp;", "&")
        copy = site.markup.print_path(article, site.plan().section_of(article))
        assert copy in page
        assert article.paras[-1].text[:30] in ask(site, copy).body.decode()
        assert site.markup.login_paths[0] in page
    assert 'type="password"' in ask(site, site.markup.login_paths[0] + "?x=1").body.decode()


@sites
def test_pages_that_recover_and_a_slow_one(site):
    places = {t: p for p, a in site.articles.items() for t in a.traits}
    once, twice = (
        [ask(site, places[trait], tries=tries) for tries in range(4)]
        for trait in ("fails-once", "fails-twice")
    )
    assert [answer.status for answer in once] == [500, 200, 200, 200]
    assert [answer.status for answer in twice] == [500, 500, 200, 200]
    assert once[0].header("Retry-After") == "1"
    assert ask(site, places["slow"]).delay == 2.0
