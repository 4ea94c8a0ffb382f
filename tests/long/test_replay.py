"""pywb, in an environment of its own, replays what is exported."""

from __future__ import annotations

import html
import http.client
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from crawling import DemoDays
from tools import replay_program

from archive import articles, captures
from archive.db import Archive
from archive.filters import Filters
from archive.interchange import wacz, warc

pytestmark = pytest.mark.long
FORMATS = ("warc", "wacz")
POST = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Replay:
    """A pywb on loopback, with one collection for each format."""

    port: int

    def get(
        self, collection: str, moment: str, url: str, *, raw: bool = True, form: bytes = b""
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (names in small letters) and body of the capture nearest to *moment*."""
        stamp = "".join(char for char in moment if char.isdigit())[:14]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        path = f"/{collection}/{stamp}{'id_' if raw else 'mp_'}/{url}"
        try:
            connection.request("POST" if form else "GET", path, form or None, POST if form else {})
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read()
        finally:
            connection.close()


def manage(folder: Path, *call: str) -> None:
    done = subprocess.run(
        [replay_program("wb-manager"), *call], cwd=folder, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def playing(folder: Path) -> Iterator[Replay]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [replay_program("wayback"), "-b", "127.0.0.1", "-p", str(port)],
            cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        for _ in range(300):
            assert process.poll() is None, (folder / "log").read_text()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Replay(port)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def archive(demo_days: DemoDays) -> Iterator[Archive]:
    with demo_days.open() as opened:
        yield opened


@pytest.fixture(scope="module")
def replay(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    folder = tmp_path_factory.mktemp("pywb")
    warc.export(archive, folder / "demo.warc.gz", Filters())
    wacz.export(archive, folder / "demo.wacz", Filters())
    for format_ in FORMATS:
        manage(folder, "init", format_)
    manage(folder, "add", "warc", "demo.warc.gz")  # pywb makes the index
    manage(folder, "add", "--unpack-wacz", "wacz", "demo.wacz")  # and here it takes ours
    with playing(folder) as replay:
        yield replay


def rows(archive: Archive, condition: str) -> list[Any]:
    """Captures of GETs, but where two of one address fall into one second: pywb knows no less."""
    return archive.conn.execute(
        f"""SELECT capture.id, capture.url, capture.time, capture.status, page.kind
            FROM capture JOIN page ON page.id = capture.page_id
            WHERE capture.method = 'GET' AND {condition}
            AND 1 = (SELECT count(*) FROM capture other WHERE other.url = capture.url
                     AND substr(other.time, 1, 19) = substr(capture.time, 1, 19))
            ORDER BY capture.id"""
    ).fetchall()


@pytest.mark.parametrize("collection", FORMATS)
def test_every_answer_is_replayed_byte_by_byte(
    replay: Replay, archive: Archive, collection: str
) -> None:
    found = rows(archive, "outcome = 'answer' AND status NOT BETWEEN 300 AND 399")
    assert len(found) > 300
    assert {"article", "listing", "photo", "document", "asset", "robots"} <= {
        row["kind"] for row in found
    }
    for row in found:
        status, headers, body = replay.get(collection, row["time"], row["url"])
        kept = captures.exchange(archive, row["id"])
        assert (status, body) == (row["status"], kept.body), row["url"]
        assert headers.get("content-type") == kept.header("Content-Type")


@pytest.mark.parametrize("collection", FORMATS)
def test_a_page_shows_its_text(replay: Replay, archive: Archive, collection: str) -> None:
    shown = 0
    for version in articles.iterate(archive):
        capture = captures.get(archive, version.first_capture_id)
        kept = captures.exchange(archive, capture.id)
        start = version.article.body[0].text[:40] if version.article.body else version.article.title
        if start not in html.unescape(kept.body.decode("utf-8", "replace")):
            continue  # in another encoding, or with marks between the words
        moment = kept.time.isoformat()
        status, headers, body = replay.get(collection, moment, kept.url, raw=False)
        assert (status, headers["content-type"]) == (200, kept.header("Content-Type"))
        assert start in html.unescape(body.decode("utf-8", "replace")), kept.url
        assert f"/{collection}/".encode() in body, "its links lead into the collection"
        shown += 1
    assert shown > 100


@pytest.mark.parametrize("collection", FORMATS)
def test_redirects_lead_on(replay: Replay, archive: Archive, collection: str) -> None:
    found = rows(archive, "status IN (301, 302)")
    assert len(found) > 20
    for row in found:
        status, headers, _ = replay.get(collection, row["time"], row["url"], raw=False)
        target = captures.exchange(archive, row["id"]).header("Location") or ""
        assert status == row["status"], row["url"]
        assert headers["location"].endswith(f"mp_/{urljoin(row['url'], target)}")


@pytest.mark.parametrize("collection", FORMATS)
def test_what_the_server_called_unchanged_is_shown(
    replay: Replay, archive: Archive, collection: str
) -> None:
    found = rows(archive, "outcome = 'unchanged'")
    assert len(found) > 20
    for row in found:
        status, headers, body = replay.get(collection, row["time"], row["url"])
        assert status == 200, row["url"]
        assert body == captures.exchange(archive, row["id"]).body
        assert headers["content-type"]


@pytest.mark.parametrize("collection", FORMATS)
def test_a_form_leads_to_its_answer(replay: Replay, archive: Archive, collection: str) -> None:
    found = archive.conn.execute(
        "SELECT id, url, time FROM capture WHERE method = 'POST' AND outcome = 'answer'"
    ).fetchall()
    assert found
    for row in found:
        kept = captures.exchange(archive, row["id"])
        _, _, body = replay.get(collection, row["time"], row["url"], form=kept.request_body)
        assert body == kept.body, row["url"]


@pytest.mark.parametrize("collection", FORMATS)
def test_what_failed_is_no_page(replay: Replay, archive: Archive, collection: str) -> None:
    found = rows(archive, "outcome = 'failure'")
    assert found
    for row in found:
        assert replay.get(collection, row["time"], row["url"])[0] == 404
