"""Hosts that fail: unreachable, unknown, insecure, private, and gone in the middle of a crawl."""

import http.server
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from crawling import HTML, QUICK, Running, SmallSite, article, crawl, page, redirect, rows, served

from crawler.demo.messages import DemoResponse
from crawler.demo.server import DemoServer

PUBLIC = """name = "Trang thử"
family = "generic"
hosts = ["{host}"]
[start]
home = "https://{host}/"
sitemaps = []
[crawl]
delay = {delay}
concurrency = 1
"""


def profile(folder, host, delay=1.0):
    (folder / "sites").mkdir()
    (folder / "sites" / "small.toml").write_text(PUBLIC.format(host=host, delay=delay))


def failures(folder):
    return [
        failure
        for (failure,) in rows(
            folder / "a.db", "SELECT failure FROM capture WHERE outcome = 'failure' ORDER BY id"
        )
    ]


@contextmanager
def self_signed(folder):
    """An HTTPS server on loopback whose certificate nobody vouches for; its host and port."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # the client hangs up, as it should
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_a_port_where_nobody_listens(tmp_path):
    profile(tmp_path, f"127.0.0.1:{free_port()}", 0.0)
    done = crawl(tmp_path, patch=QUICK)
    assert (done.status, done.outcome) == (1, "robots")
    assert len(failures(tmp_path)) == 3, "three tries"
    assert all(words.startswith("connection: ") for words in failures(tmp_path))


def test_a_name_that_nobody_knows(tmp_path):
    profile(tmp_path, "nowhere.invalid")
    done = crawl(tmp_path, patch=QUICK)
    assert (done.status, done.outcome) == (1, "robots")
    assert all(words.startswith("dns: ") for words in failures(tmp_path))
    assert "Traceback" not in done.stderr


def test_a_certificate_that_nobody_vouches_for(tmp_path):
    with self_signed(tmp_path) as host:
        profile(tmp_path, host, 0.0)
        done = crawl(tmp_path, patch=QUICK)
    assert (done.status, done.outcome) == (1, "robots")
    (words,) = failures(tmp_path)
    assert words.startswith("tls: ")


def test_a_public_name_that_leads_to_this_machine_is_refused(tmp_path):
    """A site's DNS must not make the crawler read what listens on its own loopback."""
    with served(tmp_path, SmallSite({}, slug="own")) as server:
        port = server.urls["own"].rsplit(":", 1)[1]
        (tmp_path / "sites" / "own.toml").unlink()
        text = PUBLIC.format(host="www.example.vn", delay=1.0).replace("https:", "http:")
        text = text.replace('//www.example.vn/"', f'//www.example.vn:{port}/"')
        (tmp_path / "sites" / "small.toml").write_text(text)
        resolver = """
from scrapy.resolver import CachingThreadedResolver
from twisted.internet import defer
CachingThreadedResolver.getHostByName = lambda self, name, timeout=(): defer.succeed("127.0.0.1")
"""
        done = crawl(tmp_path, patch=QUICK + resolver)
        assert not server.log
    assert done.status == 1
    assert failures(tmp_path)[0].startswith("refused: ")


def test_a_host_that_goes_down_in_the_middle(tmp_path):
    paths = [f"/tin/bai-{n}.html" for n in range(60)]
    pages = {path: article(n) for n, path in enumerate(paths)}
    site = SmallSite(pages, links=paths, pace="delay = 0.03\nconcurrency = 2")
    with served(tmp_path, site) as server:
        port = int(server.urls["small"].rsplit(":", 1)[1])
        running = Running(tmp_path, patch=QUICK)
        running.wait_for(lambda: len(server.log) > 15)
        server.stop()
        began = time.monotonic()
        done = running.end()
    assert time.monotonic() - began < 15
    assert (done.status, done.outcome) == (1, "failed")
    got = rows(tmp_path / "a.db", "SELECT count(*) FROM article")[0][0]
    assert 0 < got < 60
    due = """SELECT count(*) FROM page
             WHERE kind = 'article' AND due IS NOT NULL AND last_answer_id IS NULL"""
    assert rows(tmp_path / "a.db", due)[0][0] == 60 - got, "what was not asked for stays due"
    with DemoServer([site], ports=[port]) as server:
        again = crawl(tmp_path, patch=QUICK)
        asked = [one.path for one in server.log]
    assert (again.status, again.outcome) == (0, "finished")
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM article") == [(60,)]
    assert again.tally["new"] == 60 - got
    assert len(asked) < 60, "what was captured is not asked for again"


def test_odd_answers_are_kept_and_end(tmp_path):
    """One crawl of many traps; each is one capture, and none holds up the others."""

    def endless(request):
        number = int(request.path.split("/")[2].split(".")[0])
        return redirect(f"/di/{number + 1}.html")

    pages = {
        "/tin/vong.html": redirect("/di/1.html"),
        **{f"/di/{n}.html": endless for n in range(1, 40)},
        "/tin/tu-minh.html": redirect("/tin/tu-minh.html"),
        "/tin/khong-dau.html": DemoResponse(302, HTML, b""),
        "/tin/ftp.html": redirect("ftp://127.0.0.1/a"),
        "/tin/loi.html": redirect("http://[::1"),
        "/tin/mat-khau.html": redirect("http://user:secret@127.0.0.1/"),
        "/tin/teapot.html": page("418", status=418),
        "/tin/cam.html": page("403", status=403),
        "/tin/het.html": page("451", status=451),
        "/tin/206.html": DemoResponse(206, HTML, b"<p>half"),
        "/tin/204.html": DemoResponse(204, ()),
        "/tin/304.html": DemoResponse(304, ()),
        "/tin/br.html": DemoResponse(200, (*HTML, ("Content-Encoding", "br")), b"not brotli"),
        "/tin/zstd.html": DemoResponse(200, (*HTML, ("Content-Encoding", "zstd")), b"not zstd"),
        "/tin/la.html": DemoResponse(200, (*HTML, ("Content-Encoding", "rot13")), b"<p>?</p>"),
        "/tin/nul.html": DemoResponse(200, HTML, b"\x00" * 500),
        "/tin/utf16.html": DemoResponse(200, HTML, "<p>Đảng</p>".encode("utf-16")),
        "/robots.txt": page("404", status=404),
        "/tin/dau.html": DemoResponse(200, (("Content-Type", "text/html; charset=xx"),), b"<p>x"),
        "/tin/cuoi.html": article(1),
    }  # fmt: skip
    site = SmallSite(pages, links=[path for path in pages if path.startswith("/tin/")])
    with served(tmp_path, site) as server:
        done = crawl(tmp_path, patch=QUICK)
        asked = [one.path for one in server.log]
    assert (done.status, done.outcome, done.stderr) == (0, "finished", "")
    assert done.tally.get("errors", 0) == 0
    assert done.tally["new"] == 1
    assert sum(path.startswith("/di/") for path in asked) == 10, "ten hops in a row at most"
    assert asked.count("/tin/tu-minh.html") == 1
    looks = dict(
        rows(
            tmp_path / "a.db",
            """SELECT replace(url, ?, ''), outcome || ' ' || coalesce(status, '') || ' ' ||
               substr(coalesce(failure, ':'), 1, instr(coalesce(failure, ':'), ':') - 1)
               FROM capture""",
            server.urls["small"],
        )
    )
    assert {path: looks[path].strip() for path in pages if path.startswith("/tin/")} == {
        "/tin/vong.html": "answer 302", "/tin/tu-minh.html": "answer 302",
        "/tin/khong-dau.html": "answer 302", "/tin/ftp.html": "answer 302",
        "/tin/loi.html": "answer 302", "/tin/mat-khau.html": "answer 302",
        "/tin/teapot.html": "answer 418", "/tin/cam.html": "answer 403",
        "/tin/het.html": "answer 451", "/tin/206.html": "answer 206", "/tin/204.html": "answer 204",
        "/tin/304.html": "answer 304",
        "/tin/br.html": "failure 200 encoding", "/tin/zstd.html": "failure 200 encoding",
        "/tin/la.html": "answer 200", "/tin/nul.html": "answer 200",
        "/tin/utf16.html": "answer 200", "/tin/dau.html": "answer 200",
        "/tin/cuoi.html": "answer 200",
    }  # fmt: skip


def test_retry_after_and_a_server_error_that_stays(tmp_path):
    def busy(request):
        return (
            DemoResponse(429, (*HTML, ("Retry-After", "1")), b"")
            if request.tries < 1
            else article(1)
        )

    pages = {
        "/tin/ban.html": busy,
        "/tin/hong.html": DemoResponse(500, (*HTML, ("Retry-After", "0")), b"<h1>500</h1>"),
        "/tin/mai.html": DemoResponse(500, (*HTML, ("Retry-After", "86400")), b""),
    }
    with served(tmp_path, SmallSite(pages, links=list(pages))) as server:
        done = crawl(tmp_path)
        log = list(server.log)
    times = [one.time for one in log if one.path == "/tin/ban.html"]
    assert len(times) == 2 and 1.0 <= times[1] - times[0] < 4
    assert [one.path for one in log].count("/tin/hong.html") == 3
    assert [one.path for one in log].count("/tin/mai.html") == 1
    assert (done.status, done.outcome) == (0, "finished")
    assert done.seconds < 20
    due = rows(tmp_path / "a.db", "SELECT due FROM page WHERE url LIKE '%/mai.html'")[0][0]
    wait = datetime.fromisoformat(due) - datetime.now(UTC)
    assert timedelta(hours=23) < wait <= timedelta(hours=24)


def test_a_host_that_asks_to_wait_is_left_alone_whatever_the_page(tmp_path):
    paths = [f"/tin/bai-{n}.html" for n in range(8)]
    pages = {path: article(n) for n, path in enumerate(paths)}

    def busy(request):
        if request.tries:
            return article(9)
        return DemoResponse(429, (*HTML, ("Retry-After", "2")), b"")

    pages["/tin/ban.html"] = busy
    links = [*paths[:2], "/tin/ban.html", *paths[2:]]
    site = SmallSite(pages, links=links, pace="delay = 0.0\nconcurrency = 1")
    with served(tmp_path, site) as server:
        done = crawl(tmp_path)
        times = {one.path: one.time for one in server.log}
        first = next(one.time for one in server.log if one.path == "/tin/ban.html")
    assert (done.outcome, done.tally["new"]) == ("finished", 9)
    after = [times[path] - first for path in paths if times[path] > first]
    assert len(after) == 6 and min(after) > 1.9


def test_a_host_that_asks_for_a_day_is_left_for_another_crawl(tmp_path):
    pages = {f"/tin/{n}.html": article(n) for n in range(8)}
    pages["/tin/2.html"] = DemoResponse(503, (*HTML, ("Retry-After", "86400")), b"")
    site = SmallSite(pages, links=list(pages), pace="delay = 0.0\nconcurrency = 1")
    with served(tmp_path, site) as server:
        done = crawl(tmp_path)
        asked = [one.path for one in server.log if one.path in pages]
    assert done.seconds < 20 and done.status == 1 and done.outcome == "failed"
    assert len(asked) == 3, "nothing more is asked of it"
    due = "SELECT count(*) FROM page WHERE due IS NOT NULL AND last_answer_id IS NULL"
    assert rows(tmp_path / "a.db", due) == [(6,)]
