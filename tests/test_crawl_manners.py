"""How gently a host is asked, as its server sees it."""

from dataclasses import replace
from statistics import median

import pytest
from crawling import Running, SmallSite, article, pace, robots, served

SOME = [f"/tin/bai-{n}.html" for n in range(8)]


def times(server, slug):
    return sorted(asked.time for asked in server.log if asked.slug == slug)


@pytest.mark.long
def test_pace_of_each_host_as_profile_and_robots_say(tmp_path):
    slow = {path: replace(article(n), delay=0.15) for n, path in enumerate(SOME)}
    quick = {path: article(n) for n, path in enumerate(SOME)}
    sites = (
        SmallSite(slow, "mot", SOME, "delay = 0.0\nconcurrency = 1"),
        SmallSite(quick, "hai", SOME, "delay = 0.2\nconcurrency = 1"),
        SmallSite(
            quick | {"/robots.txt": robots("Allow: /", "Crawl-delay: 0.2")}, "ba", SOME,
            "delay = 0.0\nconcurrency = 8",
        ),
        SmallSite(
            quick | {"/robots.txt": robots("Allow: /", "Request-rate: 5/1")}, "bon", SOME,
            "delay = 0.0\nconcurrency = 8",
        ),
    )  # fmt: skip
    with served(tmp_path, *sites) as server:
        running = [Running(tmp_path, site.slug, archive=f"{site.slug}.db") for site in sites]
        assert [one.end().outcome for one in running] == ["finished"] * 4
    # a request waits for the answer to the one before it: two are never at work
    assert pace([one.time for one in server.log if one.slug == "mot" and one.path in SOME]) > 0.145
    first = []
    for slug in ("hai", "ba", "bon"):
        assert len(times(server, slug)) >= 10
        of_robots, *others = times(server, slug)
        assert pace(others) > 0.185, slug  # two at once would make it .175
        first.append(others[0] - of_robots)
    # a server that was kept from noting the first request in time makes one of them seem short
    assert median(first) > 0.15, first
