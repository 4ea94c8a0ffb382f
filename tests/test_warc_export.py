"""`luutru export warc`: what is in the file, that others accept it, that it is whole or absent."""

from __future__ import annotations

import gzip
import json
import resource
import shutil
import signal
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from crawling import DemoDays, luutru
from warcio.archiveiterator import ArchiveIterator
from web_archive import BELONGS, ELSEWHERE, HOST, MEETING, OTHER, groups, records, small, told

from archive.db import Archive
from archive.digest import sha256
from archive.errors import InputError, QueryError, UnknownReferenceError
from archive.filters import Filters
from archive.identity import identity
from archive.interchange import blocks, warc
from archive.interchange.record import CRAWL, SITE, record_id
from archive.interchange.selection import Exported

ALL = Filters()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    path = tmp_path_factory.mktemp("warc") / "a.db"
    small(path).close()
    with Archive.open(path, readonly=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def whole(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "all.warc.gz"
    warc.export(archive, path, ALL)
    return path


def urls(path: Path) -> set[str]:
    return {exchange.url for _, exchange, _ in told(path)}


# -- what is in it --------------------------------------------------------------------------------


def is_all_there(archive: Archive, path: Path) -> None:
    """Each capture is there once, by time, and what was read proves its identity."""
    rows = archive.conn.execute("SELECT identity FROM capture ORDER BY time, identity").fetchall()
    assert [name for name, _, _ in told(path)] == [record_id(row[0]) for row in rows]
    for (name, exchange, said), row in zip(told(path), rows, strict=True):
        assert identity(exchange, said.earlier) == row[0], name


def test_every_capture_comes_back_as_it_is(archive: Archive, whole: Path) -> None:
    is_all_there(archive, whole)


def test_every_capture_of_the_sample_sites_comes_back(demo_days: DemoDays, tmp_path: Path) -> None:
    path = tmp_path / "demo.warc.gz"
    with demo_days.open() as archive:
        made = warc.export(archive, path, ALL)
        is_all_there(archive, path)
    kinds = Counter(record.type for record in records(path))
    assert made.captures == demo_days.counts[-1]["capture"]
    assert made.records == sum(kinds.values())
    assert min(kinds[one] for one in ("response", "request", "revisit", "metadata")) > 10


def test_what_stands_beside_the_captures(archive: Archive, whole: Path) -> None:
    first, *others = records(whole)
    assert first.type == "warcinfo"
    assert (
        first.field("WARC-Date")
        == archive.conn.execute("SELECT max(time) FROM capture").fetchone()[0]
    )
    info = dict(line.split(": ", 1) for line in first.block.decode().splitlines())
    assert info["software"].startswith("luutru/")
    assert info["luutru-archive"] == archive.id
    assert "order and case" in info["description"]
    sites = [json.loads(one.block) for one in others if one.field("Content-Type") == SITE]
    assert [one["site"] for one in sites] == ["binh-son", "van-son"]
    assert sites[0]["province_now"] == "Đồng Nai"
    crawls = [json.loads(one.block) for one in others if one.field("Content-Type") == CRAWL]
    assert [(one["crawl"], one["site"], one["why"], one["outcome"]) for one in crawls] == [
        (1, "binh-son", "asked", "finished"), (2, "van-son", "asked", "finished"),
    ]  # fmt: skip
    assert (
        crawls[0]["seal"]["leaves"]
        == archive.conn.execute("SELECT count(*) FROM capture WHERE crawl_id = 1").fetchone()[0]
    )
    numbers = {exchange.url: said.crawl for _, exchange, said in told(whole)}
    assert numbers[MEETING.url] == 1
    assert numbers[ELSEWHERE.url] == 2


def test_a_payload_stands_once(archive: Archive, whole: Path) -> None:
    held: dict[str | None, bytes] = {}
    profiles = Counter[str]()
    for group in groups(whole):
        principal = group[0]
        if principal.type == "response":
            payload = blocks.parsed(principal.block)[2]
            assert payload == b"" or payload not in held.values()
            held[principal.field("WARC-Record-ID")] = payload
        elif principal.type == "revisit":
            profiles[(principal.field("WARC-Profile") or "").rpartition("/")[2]] += 1
            there = held[principal.field("WARC-Refers-To")]
            digest = blocks.hex_digest(principal.field("WARC-Payload-Digest") or "")
            assert digest == sha256(there)
    assert profiles == {"identical-payload-digest": 1, "server-not-modified": 1}


def test_each_record_is_a_gzip_member_of_its_own(whole: Path) -> None:
    data, count = whole.read_bytes(), 0
    while data:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        assert unpacker.decompress(data).startswith(b"WARC/1.1\r\n")
        assert data[4:8] == b"\0\0\0\0", "no time in it"
        data, count = unpacker.unused_data, count + 1
    assert count == sum(1 for _ in records(whole))


def test_the_name_says_whether_it_is_compressed(archive: Archive, tmp_path: Path) -> None:
    made = {name: warc.export(archive, tmp_path / name, ALL)
            for name in ("a.warc.gz", "a.warc", "a.bin")}  # fmt: skip
    plain = (tmp_path / "a.warc").read_bytes()
    assert plain.startswith(b"WARC/1.1\r\n")
    assert gzip.decompress((tmp_path / "a.warc.gz").read_bytes()) == plain
    assert (tmp_path / "a.bin").read_bytes() == (tmp_path / "a.warc.gz").read_bytes()
    for name, one in made.items():
        data = (tmp_path / name).read_bytes()
        assert one == Exported(20, one.records, len(data), sha256(data))


# -- which captures -------------------------------------------------------------------------------


def test_a_site_is_all_that_was_captured_there(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    made = warc.export(archive, path, Filters(sites=("van-son",)))
    assert made.captures == 1
    assert urls(path) == {ELSEWHERE.url}
    made = warc.export(archive, path, Filters(sites=("binh-son",)))
    assert made.captures == 19
    assert all(url.startswith(HOST) for url in urls(path))
    assert {f"{HOST}/robots.txt", f"{HOST}/gone", f"{HOST}/fails", f"{HOST}/"} <= urls(path)


@pytest.mark.parametrize(
    ("filters", "query"),
    [(ALL, '"sơ kết"'), (ALL, "so ket"), (Filters(sites=("binh-son",), province="Đồng Nai"), None)],
)
def test_articles_come_with_what_belongs_to_them(
    archive: Archive, tmp_path: Path, filters: Filters, query: str | None
) -> None:
    path = tmp_path / "a.warc.gz"
    warc.export(archive, path, filters, query)
    assert urls(path) == BELONGS
    looks = Counter(exchange.url for _, exchange, _ in told(path))
    assert looks[MEETING.url] == 2, "every capture of a page"


def test_what_selects_nothing_gives_a_file_without_captures(
    archive: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "a.warc.gz"
    assert warc.export(archive, path, ALL, "thủy điện").captures == 0
    assert [record.type for record in records(path)] == ["warcinfo"]


def test_a_selection_that_cannot_be(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    with pytest.raises(UnknownReferenceError, match="luutru status"):
        warc.export(archive, path, Filters(sites=("weg",)))
    with pytest.raises(UnknownReferenceError, match="province"):
        warc.export(archive, path, Filters(province="Hà Tây"))
    with pytest.raises(QueryError):
        warc.export(archive, path, ALL, '"sơ kết')
    assert not list(tmp_path.iterdir())


def test_the_export_is_of_one_moment(tmp_path: Path) -> None:
    small(tmp_path / "a.db").close()
    with Archive.open(tmp_path / "a.db") as writer:

        def crawl_on(done: int, total: int) -> None:
            with writer.transaction() as conn:
                conn.execute("UPDATE page SET kind = 'other'")

        with Archive.open(tmp_path / "a.db", readonly=True) as archive:
            warc.export(archive, tmp_path / "a.warc", ALL)
            before = (tmp_path / "a.warc").read_bytes()
            warc.export(archive, tmp_path / "a.warc", ALL, None, crawl_on)
            assert (tmp_path / "a.warc").read_bytes() == before
            warc.export(archive, tmp_path / "a.warc", ALL)
            assert (tmp_path / "a.warc").read_bytes() != before


# -- others accept it -----------------------------------------------------------------------------


def test_warcio_checks_every_digest(archive: Archive, whole: Path, tmp_path: Path) -> None:
    with whole.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            record.raw_stream.read()
            unchecked = record.rec_type == "revisit"
            assert record.digest_checker.passed is (None if unchecked else True)
    warc.export(archive, tmp_path / "a.warc", ALL)
    for path in (whole, tmp_path / "a.warc"):
        done = subprocess.run(
            [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        assert done.stdout.count("digest pass") == sum(r.type != "revisit" for r in records(path))
        assert "no digest to check" not in done.stdout


def test_fastwarc_reads_every_record(whole: Path) -> None:
    fastwarc = pytest.importorskip("fastwarc.warc")
    found = []
    with whole.open("rb") as file:
        for record in fastwarc.ArchiveIterator(file, parse_http=False):
            found.append(record.record_id)
            assert record.verify_block_digest(consume=False), record.headers
            record.parse_http()
            digest = record.headers.get("WARC-Payload-Digest")
            if digest and record.record_type != fastwarc.WarcRecordType.revisit:
                assert record.verify_payload_digest(consume=False), record.headers
    assert found == [one.field("WARC-Record-ID") for one in records(whole)]


# -- the same bytes, whole or not at all ----------------------------------------------------------


def test_the_same_captures_give_the_same_bytes(
    archive: Archive, whole: Path, tmp_path: Path
) -> None:
    shutil.copy(archive.path, tmp_path / "b.db")
    with Archive.open(tmp_path / "b.db") as copy:
        copy.conn.execute("VACUUM")
        warc.export(copy, tmp_path / "again.warc.gz", ALL)
    assert (tmp_path / "again.warc.gz").read_bytes() == whole.read_bytes()


def test_the_bar_moves_to_the_end(archive: Archive, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    warc.export(archive, tmp_path / "a.warc", ALL, None, lambda *at: seen.append(at))
    assert seen[-1] == (20, 20)


@pytest.mark.parametrize("format_", ["warc", "wacz"])
def test_a_full_disk_leaves_what_was_there(archive: Archive, tmp_path: Path, format_: str) -> None:
    file = tmp_path / f"a.{format_}"
    file.write_text("before")
    code = "from crawler.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "export", format_, file.name, "--archive", archive.path],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000)),
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("format_", ["warc", "wacz"])
def test_ctrl_c_leaves_what_was_there(archive: Archive, tmp_path: Path, format_: str) -> None:
    code = (
        "import os, signal, sys; from archive.interchange import warc; made = warc.records_of\n"
        "def stop(one, *more):\n"
        f"    if one.url == '{OTHER}/tin.html': os.kill(os.getpid(), signal.SIGINT)\n"
        "    return made(one, *more)\n"
        "warc.records_of = stop\n"
        "from crawler.cli import main; main()"
    )
    file = tmp_path / f"a.{format_}"
    file.write_text("before")
    done = subprocess.run(
        [sys.executable, "-c", code, "export", format_, file.name, "--archive", archive.path],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (130, -signal.SIGINT), done.stderr
    assert "Traceback" not in done.stderr
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_not_there(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        warc.export(archive, tmp_path / "weg" / "a.warc", ALL)


def test_the_command_tells_what_it_wrote(archive: Archive, tmp_path: Path) -> None:
    done = luutru(tmp_path, "export", "warc", "a.warc.gz", "--archive", str(archive.path))
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "20 captures are in a.warc.gz: 43 records" in done.stderr
    assert sha256((tmp_path / "a.warc.gz").read_bytes()) in done.stderr
