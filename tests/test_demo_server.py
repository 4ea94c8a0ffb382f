"""The sample sites over real sockets."""

import http.client
import time
from urllib.parse import urlsplit

import pytest

from crawler.demo import traps
from crawler.demo.server import DemoServer
from crawler.demo.sites import build

SITES = build()


@pytest.fixture(scope="module")
def server():
    with DemoServer(SITES) as running:
        yield running


@pytest.fixture
def connect():
    opened = []

    def open_one(server, slug="demo-nukeviet"):
        opened.append(http.client.HTTPConnection(urlsplit(server.urls[slug]).netloc, timeout=20))
        return opened[-1]

    yield open_one
    for connection in opened:
        connection.close()


def get(connection, path, method="GET", body=None, headers=None):
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer, answer.read()


def test_three_ports_on_loopback(server):
    ports = {urlsplit(url).port for url in server.urls.values()}
    assert set(server.urls) == {"demo-nukeviet", "demo-liferay", "demo-sharepoint"}
    assert len(ports) == 3
    assert all(url.startswith("http://127.0.0.1:") for url in server.urls.values())


def test_one_connection_serves_many_requests_and_each_is_in_the_log(server, connect):
    before = len(server.log)
    connection = connect(server)
    paths = list(SITES[0].articles)[:5]
    for path in paths:
        answer, body = get(connection, path, headers={"User-Agent": "thu/1"})
        assert answer.status == 200
        assert server.urls["demo-nukeviet"].encode() in body  # the canonical link names the host
    asked = server.log[before:]
    assert [(a.slug, a.method, a.path, a.status, a.user_agent) for a in asked] == [
        ("demo-nukeviet", "GET", path, 200, "thu/1") for path in paths
    ]
    assert [a.time for a in asked] == sorted(a.time for a in asked)


def test_counters_vary_and_head_has_no_body(server, connect):
    connection = connect(server)
    path = next(iter(SITES[0].articles))
    assert get(connection, path)[1] != get(connection, path)[1]
    answer, body = get(connection, path, "HEAD")
    assert body == b"" and int(answer.headers["Content-Length"]) > 10_000
    assert get(connection, path)[0].status == 200


def test_304_keeps_the_connection(server, connect):
    connection = connect(server, "demo-liferay")
    path = next(iter(SITES[1].articles))
    answer, _body = get(connection, path)
    answer, body = get(connection, path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (answer.status, body) == (304, b"")
    assert get(connection, "/robots.txt")[0].status == 200


def test_a_page_fails_twice_and_recovers(server, connect):
    site = SITES[2]
    path = next(p for p, a in site.articles.items() if "fails-twice" in a.traits)
    connection = connect(server, site.slug)
    assert [get(connection, path)[0].status for _ in range(3)] == [500, 500, 200]


def test_the_slow_page_does_not_hold_up_the_others(server, connect):
    site = SITES[0]
    slow, quick = connect(server), connect(server)
    start = time.monotonic()
    slow.request("GET", next(p for p, a in site.articles.items() if "slow" in a.traits))
    assert get(quick, "/robots.txt")[0].status == 200
    assert time.monotonic() - start < 1.5
    assert slow.getresponse().status == 200
    assert time.monotonic() - start >= 1.9


def test_the_huge_page_streams_and_can_be_left(server, connect):
    path = SITES[0].traps["huge"]
    connection = connect(server)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert len(answer.read(1_000_000)) == 1_000_000
    connection.close()
    connection = connect(server)
    connection.request("GET", path)
    answer, size = connection.getresponse(), 0
    while piece := answer.read(1 << 20):
        size += len(piece)
    assert size >= traps.HUGE_BYTES
    assert get(connection, "/robots.txt")[0].status == 200


def test_days_ports_and_restart(connect):
    with DemoServer(SITES, dynamic=False) as first:
        ports = [urlsplit(url).port for url in first.urls.values()]
        lost = next(p for p, a in SITES[0].articles.items() if a.fate == "404")
        assert get(connect(first), lost)[0].status == 200
        first.set_day(2)
        assert get(connect(first), lost)[0].status == 404
    with DemoServer(SITES, 2, ports=ports) as second:
        assert second.urls == first.urls
        assert get(connect(second), lost)[0].status == 404
        with pytest.raises(OSError, match="in use"):
            DemoServer(SITES, ports=ports).start()
    second.stop()  # a second stop does nothing


def test_bad_requests_are_refused(server, connect):
    connection = connect(server)
    connection.connect()
    connection.sock.sendall(b"NONSENSE\r\n\r\n")
    assert connection.sock.recv(100).startswith(b"HTTP/1.1 400")
    with pytest.raises(ValueError, match="3 sites"):
        DemoServer(SITES, ports=[1, 2])
