"""`luutru export wacz`: WARC, index and pages in one ZIP that others accept."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools import replay_program
from warcio.archiveiterator import ArchiveIterator
from web_archive import ELSEWHERE, HOST, MEETING, small

from archive.db import Archive
from archive.digest import sha256
from archive.filters import Filters
from archive.interchange import cdx, wacz, warc
from archive.interchange.cdx import surt
from archive.interchange.selection import Exported

ALL = Filters()
NAMES = [
    "archive/data.warc.gz", "indexes/index.cdx.gz", "indexes/index.idx", "pages/pages.jsonl",
    "datapackage.json", "datapackage-digest.json",
]  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    path = tmp_path_factory.mktemp("wacz") / "a.db"
    small(path).close()
    with Archive.open(path, readonly=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def whole(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "all.wacz"
    wacz.export(archive, path, ALL)
    return path


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def index_of(path: Path) -> list[tuple[str, str, dict[str, str]]]:
    lines = gzip.decompress(entries(path)["indexes/index.cdx.gz"]).decode().splitlines()
    found = []
    for line in lines:
        key, _, told = line.partition(" {")
        name, _, time = key.rpartition(" ")
        found.append((name, time, json.loads("{" + told)))
    return found


def pages_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in entries(path)["pages/pages.jsonl"].splitlines()]


def at(warc_file: bytes, place: Mapping[str, str]) -> Any:
    """The record in that place, which fills it."""
    start, length = int(place["offset"]), int(place["length"])
    record, *others = _all(warc_file[start : start + length])
    assert not others
    return record


def _all(data: bytes) -> list[Any]:
    found = []
    for record in ArchiveIterator(io.BytesIO(data)):
        record.text = record.content_stream().read()
        found.append(record)
    return found


# -- the package ----------------------------------------------------------------------------------


def test_the_files_and_how_they_are_stored(archive: Archive, whole: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(whole) as package:
        infos = package.infolist()
        assert package.testzip() is None
    assert [info.filename for info in infos] == NAMES
    stored = {info.filename for info in infos if info.compress_type == zipfile.ZIP_STORED}
    assert stored == set(NAMES[:2]), "so that a reader can fetch parts"
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    warc.export(archive, tmp_path / "a.warc.gz", ALL)
    assert entries(whole)[NAMES[0]] == (tmp_path / "a.warc.gz").read_bytes()


def test_every_file_has_its_digest(archive: Archive, whole: Path) -> None:
    found = entries(whole)
    package = json.loads(found["datapackage.json"])
    assert package["profile"] == "data-package"
    assert package["wacz_version"] == "1.1.1"
    assert package["title"] == "Đảng bộ binh-son; Đảng bộ van-son"
    last = archive.conn.execute("SELECT max(time) FROM capture").fetchone()[0]
    assert package["created"] == f"{last[:19]}Z"
    assert [one["path"] for one in package["resources"]] == NAMES[:4]
    for one in package["resources"]:
        data = found[one["path"]]
        assert (one["hash"], one["bytes"]) == (sha256(data), len(data))
        assert one["name"] == one["path"].rpartition("/")[2]
    digest = json.loads(found["datapackage-digest.json"])
    assert digest == {"path": "datapackage.json", "hash": sha256(found["datapackage.json"])}


def test_what_it_returns(archive: Archive, whole: Path, tmp_path: Path) -> None:
    made = wacz.export(archive, tmp_path / "a.wacz", ALL)
    data = whole.read_bytes()
    records = len(_all(entries(whole)[NAMES[0]]))
    assert made == Exported(20, records, len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
    assert (tmp_path / "a.wacz").read_bytes() == data, "the same captures give the same bytes"


@pytest.mark.long
@pytest.mark.parametrize("query", [None, '"sơ kết"', "thủy điện"])
def test_wacz_validate_accepts_it(archive: Archive, tmp_path: Path, query: str | None) -> None:
    program = replay_program("wacz")
    path = tmp_path / "a.wacz"
    wacz.export(archive, path, ALL, query)
    done = subprocess.run(
        [program, "validate", "--file", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the passed WACZ is valid" in done.stdout


# -- pages, which `wacz validate` does not look at -------------------------------------------------


def test_pages_are_the_articles(archive: Archive, whole: Path) -> None:
    header, *pages = pages_of(whole)
    assert header == {"format": "json-pages-1.0", "id": "pages", "title": "Articles",
                      "hasText": True}  # fmt: skip
    assert {one["url"]: one["title"] for one in pages} == {
        MEETING.url: MEETING.title, ELSEWHERE.url: ELSEWHERE.title,
    }  # fmt: skip
    keys = {row[0] for row in archive.conn.execute("SELECT key FROM article")}
    assert {one["id"] for one in pages} == keys
    meeting = next(one for one in pages if one["url"] == MEETING.url)
    assert meeting["text"].startswith("Sáng 12/5.\n")
    assert meeting["text"].endswith("\nQuang cảnh")


def test_every_page_is_in_the_index_at_its_time(whole: Path) -> None:
    index = {(name, time): told for name, time, told in index_of(whole)}
    warc_file = entries(whole)[NAMES[0]]
    for page in pages_of(whole)[1:]:
        time = "".join(char for char in page["ts"] if char.isdigit())
        record = at(warc_file, index[surt(page["url"]), time])
        assert record.rec_headers["WARC-Target-URI"] == page["url"]
        assert "Đảng ủy xã Bình Sơn".encode() in record.text


def test_a_query_narrows_the_pages(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.wacz"
    wacz.export(archive, path, ALL, '"sơ kết"')
    assert [one["url"] for one in pages_of(path)[1:]] == [MEETING.url]
    wacz.export(archive, path, Filters(sites=("van-son",)))
    assert [one["url"] for one in pages_of(path)[1:]] == [ELSEWHERE.url]


# -- the index -------------------------------------------------------------------------------------


def test_each_entry_names_its_record(whole: Path) -> None:
    warc_file = entries(whole)[NAMES[0]]
    found = index_of(whole)
    for _, time, told in found:
        record = at(warc_file, told)
        assert told["filename"] == "data.warc.gz"
        assert told["url"] == record.rec_headers["WARC-Target-URI"]
        assert told["digest"] == record.rec_headers["WARC-Payload-Digest"]
        assert time == "".join(c for c in record.rec_headers["WARC-Date"] if c.isdigit())[:14]
        if record.rec_type == "revisit":
            assert told["mime"] == "warc/revisit"
        else:
            assert told["status"] == record.http_headers.get_statuscode()
    answers = [r for r in _all(warc_file) if r.rec_type in ("response", "revisit")]
    assert len(found) == len(answers) == 18


@pytest.mark.long
def test_it_is_what_cdxj_indexer_makes(whole: Path, tmp_path: Path) -> None:
    program = replay_program("cdxj-indexer")
    (tmp_path / "data.warc.gz").write_bytes(entries(whole)[NAMES[0]])
    theirs = subprocess.run(
        [program, "--sort", "--post-append", str(tmp_path / "data.warc.gz")],
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    ours = gzip.decompress(entries(whole)["indexes/index.cdx.gz"]).decode().splitlines()
    assert ours == [line for line in theirs if "vnd.luutru" not in line]


def test_a_post_is_found_by_its_form(whole: Path) -> None:
    (post,) = (one for one in index_of(whole) if "method" in one[2])
    assert post[0] == "example,binh-son)/list.aspx?__viewstate=/wep&__wb_method=post&trang=2"
    assert post[2]["requestBody"] == "__VIEWSTATE=/wEP&trang=2"


def test_the_keys_lead_to_the_blocks(archive: Archive, monkeypatch: pytest.MonkeyPatch,
                                     tmp_path: Path) -> None:  # fmt: skip
    monkeypatch.setattr(cdx, "_LINES_A_BLOCK", 4)
    path = tmp_path / "a.wacz"
    wacz.export(archive, path, ALL)
    found = entries(path)
    meta, *keys = found["indexes/index.idx"].decode().splitlines()
    assert json.loads(meta.removeprefix("!meta 0 ")) == {
        "format": "cdxj-gzip-1.0", "filename": "index.cdx.gz",
    }  # fmt: skip
    blocks = []
    for key in keys:
        first, _, told = key.partition(" {")
        place = json.loads("{" + told)
        start = place["offset"]
        block = gzip.decompress(
            found["indexes/index.cdx.gz"][start : start + place["length"]]
        ).decode()
        assert block.startswith(first + " {")
        blocks.append(block)
    assert [block.count("\n") for block in blocks] == [4, 4, 4, 4, 2]
    lines = "".join(blocks).splitlines()
    assert lines == sorted(lines, key=str.encode)
    assert "".join(blocks).encode() == gzip.decompress(found["indexes/index.cdx.gz"])


# -- keys ------------------------------------------------------------------------------------------

# As `surt` 0.3.1 gives them.
KEYS = {
    "http://127.0.0.1:43885/a/B?z=1&a=2": "1,0,0,127:43885)/a/b?a=2&z=1",
    "https://www.x.vn/": "vn,x)/",
    "https://www2.x.vn/a//b/../c/?": "vn,x)/a/c",
    "http://x.vn:80/a%20b%2Fc?q=%C4%91&Q=A+b": "vn,x)/a%20b/c?q=%c4%91&q=a+b",
    "http://x.vn/%E1%BB%8B.html#x": "vn,x)/%e1%bb%8b.html",
    "http://[::1]:80/a": "::1)/a",
    "http://x.vn": "vn,x)/",
    "http://x.vn/a?b": "vn,x)/a?b",
    "http://x.vn/a/": "vn,x)/a",
    "http://x.vn/?a=&a&b": "vn,x)/?a&a=&b",
    'http://x.vn/a|b{c}"<>': 'vn,x)/a|b{c}"<>',
    "http://user:p@x.vn:8080/": "vn,x:8080)/",
    "http://a.vn/..//.B": "vn,a)/../.b",
    f"{HOST}/tin/hoi-nghi.html": "example,binh-son)/tin/hoi-nghi.html",
}


@pytest.mark.parametrize(("url", "key"), KEYS.items())
def test_keys(url: str, key: str) -> None:
    assert surt(url) == key


@given(st.text(max_size=30) | st.text("ht:/p[]@.?#%&=wđ 2", max_size=30))
def test_any_text_has_a_key(url: str) -> None:
    assert isinstance(surt(url), str)
    assert surt(f"http://x.vn/{url}").startswith("vn,x)/")
