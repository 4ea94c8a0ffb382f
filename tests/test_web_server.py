"""`luutru serve`: the process and its socket, who may ask it what, and what it never does."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from crawling import environment
from reading_room import Room, room
from stored import ARTICLE, Store

from archive import opening
from archive.cli.run import status_of
from archive.clock import SystemClock
from archive.db import Archive
from archive.errors import InputError
from archive.web import pool, security, server
from crawler.cli import group


def make(path: Path) -> Path:
    store = Store(path)
    store.see(ARTICLE)
    store.end()
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("server") / "Kho lưu trữ.db")


@pytest.fixture(scope="module")
def reader(path: Path) -> Iterator[Room]:
    with room(path) as opened:
        yield opened


@contextmanager
def serving(folder: Path, archive: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process of `luutru serve` and the line that it begins with."""
    call = [sys.executable, "-m", "crawler", "serve", "--archive", str(archive), "--port", "0"]
    with subprocess.Popen(
        [*call, *more], cwd=folder, env=environment(folder), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            assert process.stderr is not None
            yield process, process.stderr.readline()
        finally:
            if process.poll() is None:
                process.kill()


def rows_of(reader: Room, table: str) -> int:
    count: int = reader.get(f"/archive/{table}.json").json()["filtered_table_rows_count"]
    return count


def url_in(line: str) -> str:
    return line.split(" at ")[1].split()[0]


# -- the process ---------------------------------------------------------------------------------


def test_it_serves_and_ends_cleanly_when_told(tmp_path: Path, path: Path) -> None:
    with serving(tmp_path, path) as (process, line):
        assert line.startswith(f"{path} is served at http://127.0.0.1:")
        url = url_in(line)
        with httpx.Client() as client:  # a connection that is kept alive must not hold it up
            assert "<mark>tuyên truyền</mark>" in client.get(f"{url}search?q=tuyen+truyen").text
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_crawl_writes_beside_it_and_what_it_writes_is_seen(tmp_path: Path) -> None:
    archive = make(tmp_path / "a.db")
    with (
        serving(tmp_path, archive) as (process, line),
        httpx.Client(base_url=url_in(line)) as client,
    ):
        assert "số mới" not in client.get("/").text
        with Archive.open(archive, clock=SystemClock()) as writing:
            with writing.transaction() as conn:
                assert client.get("/search?q=hoi+nghi").status_code == 200
                conn.execute("UPDATE site SET name = 'Trang số mới'")
                assert "số mới" not in client.get("/sites").text
            assert "số mới" in client.get("/sites").text
            assert "số mới" in client.get("/archive/site").text
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def test_a_port_in_use_or_out_of_reach(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        assert status_of(group, ["serve", "--archive", str(path), "--port", str(port)]) == 2
    told = capsys.readouterr().err
    assert f"Port {port} of 127.0.0.1 is in use" in told and "--port 0" in told
    for host, words in (("nowhere.invalid", "no host"), ("203.0.113.9", "no address of this")):
        with pytest.raises(InputError, match=words):
            server.bound(host, 0)


def test_archives_that_cannot_be_served(
    tmp_path: Path, path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def refused(name: str, *words: str) -> None:
        assert status_of(group, ["serve", "--archive", name, "--port", "0"]) == 2
        told = capsys.readouterr().err
        assert "served" not in told
        for word in words:
            assert word in told

    refused("none.db", "There is no archive at none.db", "luutru crawl SITE")
    (tmp_path / "text.db").write_text("hello, this is no archive")
    refused("text.db", "is not a SQLite file")
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as db:
        db.execute("CREATE TABLE a (b)")
    refused("foreign.db", "of another program")
    newer = tmp_path / "newer.db"
    newer.write_bytes(path.read_bytes())
    with closing(sqlite3.connect(newer)) as db, db:
        db.execute("UPDATE _sqlite_migrations SET name = name || '9'")
    refused("newer.db", "later release", "Update Luutru")
    damaged = path.read_bytes()
    (tmp_path / "damaged.db").write_bytes(damaged[:100] + b"\xff" * 8092 + damaged[8192:])
    refused("damaged.db", "damaged")


def test_a_page_of_a_damaged_archive_says_so(tmp_path: Path, path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    with closing(sqlite3.connect(path)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'article'").fetchone()
    whole = path.read_bytes()
    damaged.write_bytes(whole[: (page - 1) * 8192] + b"\xff" * 8192 + whole[page * 8192 :])
    with room(damaged) as reader:
        page = reader.text("/sites?lang=en", 503)
        assert "is damaged" in page and "luutru restore" in page
        assert "malformed" in reader.text("/archive.json?sql=select+*+from+article", 400)


def test_an_archive_that_nobody_may_write_to(tmp_path: Path) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    archive = make(folder / "a.db")
    archive.chmod(0o444)
    folder.chmod(0o555)
    try:
        with room(archive) as reader:
            assert "1 article" in reader.text("/search?q=tuyen&lang=en")
            assert rows_of(reader, "article") == 1
        left = {one.name for one in folder.iterdir()}
        assert left == {"a.db"} or os.geteuid() == 0, "root writes everywhere"
    finally:
        folder.chmod(0o755)


def test_serving_others_warns(tmp_path: Path, path: Path) -> None:
    with serving(tmp_path, path, "--host", "0.0.0.0") as (process, line):
        assert "http://127.0.0.1:" in line
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Warning: everyone who can reach this machine")
        url = url_in(line)
        assert httpx.get(url).status_code == 200
        port = url.rsplit(":", 1)[1].strip("/")
        assert httpx.get(url, headers={"Host": f"192.0.2.7:{port}"}).status_code == 200
        assert httpx.get(url, headers={"Host": f"evil.example:{port}"}).status_code == 403


# -- what may be asked, and what stands around every answer --------------------------------------

EVERYWHERE = (
    "/", "/search?q=(", "/search?q=a&format=json", "/sites", "/nowhere", "/article/0000", "/data",
    "/archive", "/archive/article", "/archive/article.json", "/archive/article.csv",
    "/archive/article/1", "/archive?sql=select+1", "/archive?sql=delete+from+site", "/archive/none",
    "/replay/1", "/replay/99", "/photo/1", "/capture/1", "/static/reader.css", "/static/none.css",
    "/favicon.ico", "/-/plugins", "/-/static/app.css", "/_internal", "/archive.db",
)  # fmt: skip


def policy(answer: httpx.Response) -> dict[str, str]:
    parts = answer.headers["content-security-policy"].split(";")
    return {name: value for name, _, value in (part.strip().partition(" ") for part in parts)}


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_has_its_policy(reader: Room, address: str) -> None:
    answer = reader.get(address)
    assert answer.status_code < 500
    found = policy(answer)
    assert found["default-src"] == found["script-src"] == "'none'"
    assert found["base-uri"] == "'none'"
    assert "connect-src" not in found and "object-src" not in found
    if address.startswith(("/replay/", "/photo/")):
        assert "allow-scripts" not in found["sandbox"]
        assert "allow-same-origin" not in found["sandbox"]
    else:
        assert found["style-src"] == found["img-src"] == found["form-action"] == "'self'"
        assert found["frame-ancestors"] == "'none'"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert len(answer.headers.get_list("content-security-policy")) == 1
    assert "<script" not in answer.text or not answer.headers["content-type"].startswith(
        "text/html"
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_it_only_reads(reader: Room, method: str) -> None:
    for address in ("/search", "/archive", "/archive/site", "/-/messages"):
        answer = asyncio.run(asked(reader, method, address))
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"


async def asked(reader: Room, method: str, address: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=reader.datasette.client.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.request(method, address)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200), ("127.0.0.1:8001", 200), ("[::1]:8001", 200), ("LOCALHOST:1", 200),
        ("evil.example", 403), ("127.0.0.1.evil.example", 403), ("localhost.evil.example:80", 403),
        ("192.168.1.5", 403), ("", 403), ("localhost@evil.example", 403),
    ],
)  # fmt: skip
def test_a_name_of_others_that_leads_here_is_refused(reader: Room, host: str, status: int) -> None:
    for address in ("/", "/archive.json"):
        answer = reader.get(address, Host=host)
        assert answer.status_code == status
        assert "tuyên truyền" not in answer.text or status == 200


def test_names_of_a_server_for_others() -> None:
    assert security.hosts_of("Kho.example").allow("kho.example:8001")
    assert not security.hosts_of("kho.example").allow("192.0.2.1")
    assert security.hosts_of("192.0.2.1").allow("192.0.2.1:80")
    assert security.hosts_of("::").allow("[2001:db8::1]:8001")
    assert security.hosts_of("0.0.0.0").allow(socket.gethostname())
    assert not security.hosts_of("0.0.0.0").allow("evil.example")
    assert security.is_loopback("127.9.9.9") and security.is_loopback("localhost")
    assert not security.is_loopback("0.0.0.0") and not security.is_loopback("kho.example")


def test_pages_of_datasette_about_itself_are_closed(reader: Room) -> None:
    for name in (
        "plugins",
        "settings",
        "versions",
        "threads",
        "permissions",
        "databases",
        "logout",
    ):
        for suffix in ("", ".json"):
            assert reader.get(f"/-/{name}{suffix}").status_code == 404
    assert reader.get("/_internal").status_code in (403, 404)
    assert reader.get("/archive.db").status_code in (403, 404)


# -- data ----------------------------------------------------------------------------------------


def test_tables_as_pages_json_and_csv(reader: Room) -> None:
    assert reader.get("/data").headers["location"] == "/archive"
    shown = reader.text("/archive/version")
    assert "tuyên truyền miệng" in shown and 'class="top"' in shown
    assert "one state of an article" in shown, "the schema's own words"
    (row,) = reader.get("/archive/article.json?_shape=array").json()
    assert row["state"] == "live"
    lines = reader.text("/archive/version.csv?_col=title&_stream=on").splitlines()
    assert lines[0].endswith("title") and ARTICLE.title in lines[1]
    sql = quote("select count(*) as n from capture")
    assert reader.get(f"/archive.json?sql={sql}&_shape=array").json() == [{"n": 1}]
    assert reader.get("/archive/nothing.json").json()["ok"] is False


@pytest.mark.parametrize(
    "sql",
    [
        "delete from site",
        "attach database '/tmp/x.db' as x",
        "pragma journal_mode = delete",
        "select load_extension('x')",
        "select readfile('/etc/passwd')",
        "select writefile('/tmp/x', 'x')",
        "select hex(zeroblob(400000000))",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n",
        "insert into search_text (search_text) values ('delete-all')",
    ],
)
def test_sql_that_would_write_read_other_files_or_never_end(reader: Room, sql: str) -> None:
    began = time.monotonic()
    answer = reader.get(f"/archive.json?sql={quote(sql)}")
    assert answer.status_code == 400, answer.text[:200]
    assert time.monotonic() - began < 5
    page = reader.get(f"/archive?sql={quote(sql)}")
    assert page.status_code in (200, 400) and "root:" not in page.text
    assert rows_of(reader, "site") == 1


def test_an_answer_too_large_for_the_machine_is_refused(reader: Room) -> None:
    large = "SELECT zeroblob(9e7) AS z FROM (VALUES (1), (2), (3), (4))"
    answer = reader.get(f"/archive.json?sql={quote(large)}")
    assert answer.status_code == 400 and "too large: ask for less" in answer.json()["error"]
    fits = "SELECT length(zeroblob(9e7)) AS n FROM (VALUES (1), (2), (3), (4))"
    answer = reader.get(f"/archive.json?sql={quote(fits)}&_shape=array")
    assert answer.json() == [{"n": 90_000_000}] * 4


def test_the_database_cannot_be_written_to(reader: Room) -> None:
    database = reader.datasette.get_database(server.NAME)
    with pytest.raises(RuntimeError):
        database.connect(write=True)
    with closing(database.connect()) as conn, pytest.raises(sqlite3.OperationalError, match="only"):
        conn.execute("DELETE FROM site")


def test_an_archive_that_takes_the_place_of_another_is_shown(tmp_path: Path) -> None:
    first = make(tmp_path / "a.db")
    other = make(tmp_path / "b.db")
    with Archive.open(other) as archive:
        archive.conn.execute("UPDATE site SET name = 'Kho khác'")
    with room(first) as reader:
        assert "Kho khác" not in reader.text("/sites") + reader.text("/archive/site")
        other.replace(first)
        assert "Kho khác" in reader.text("/sites")
        assert "Kho khác" in reader.text("/archive/site")
        first.unlink()
        assert "There is no archive at" in reader.text("/sites?lang=en", 503)


def test_a_locked_archive_is_waited_for_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "BUSY_MS", 100)
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.1)
    path = make(tmp_path / "a.db")
    with room(path) as reader, closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        assert "is in use" in reader.text("/sites?lang=en", 503)
        other.rollback()
        assert "binh-son" in reader.text("/sites")


def test_a_bug_is_a_page_and_a_traceback(
    reader: Room, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("archive.web.sites_page.overview", lambda archive: 1 / 0)
    page = reader.text("/sites?lang=en", 500)
    assert "Something is wrong in the program" in page and "ZeroDivision" not in page
    out, err = capfd.readouterr()
    assert out == "" and "ZeroDivisionError" in err
    reader.get("/nowhere")
    assert capfd.readouterr() == ("", "")


def test_its_help_loads_no_server() -> None:
    code = (
        "import sys; from crawler.cli import group\n"
        "try: group(['serve', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'datasette', 'uvicorn', 'jinja2', 'nh3', 'lxml'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "luutru serve --port 0" in done.stdout
