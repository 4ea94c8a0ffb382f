"""Others' WARC files: what their records become, on one time line with all that is there."""

import gzip
import hashlib
import zlib
from datetime import UTC, datetime

import brotli
import pytest
import zstandard
from crawling import rows, value
from importing import (
    HOST,
    INFO,
    PNG,
    answer,
    bring,
    dump,
    named,
    record,
    request,
    sha1,
    wacz,
    write,
    zipped,
)

from archive import captures
from archive.db import Archive

PICTURE = b"\x89PNG" + bytes(range(256)) * 9


def only(path):
    """The exchange of the only capture."""
    with Archive.open(path, readonly=True) as archive:
        ((capture_id,),) = archive.conn.execute("SELECT id FROM capture").fetchall()
        return captures.exchange(archive, capture_id)


# -- files ----------------------------------------------------------------------------------------

RECORDS = (INFO, *(answer(f"r{n}", f"/anh/{n}.png", PICTURE + bytes([n]), PNG) for n in range(3)))
PLAIN = b"".join(RECORDS)


def zstd(data):
    return zstandard.compress(data)


def with_dictionary(*records):
    """As ArchiveTeam writes them: a skippable frame with the dictionary, compressed, before all."""
    words = zstandard.ZstdCompressionDict(RECORDS[1] * 2)
    packed = zstd(words.as_bytes())
    frames = [zstandard.ZstdCompressor(dict_data=words).compress(one) for one in records]
    return b"\x5d\x2a\x4d\x18" + len(packed).to_bytes(4, "little") + packed + b"".join(frames)


FORMS = {
    "plain": PLAIN,
    "a member a record": zipped(*RECORDS),
    "one member": gzip.compress(PLAIN),
    "zeros behind": zipped(*RECORDS) + b"\0" * 512,
    "zstd": b"".join(map(zstd, RECORDS)),
    "zstd with a dictionary": with_dictionary(*RECORDS),
}


def test_a_record_is_one_capture_in_whatever_file_it_stands(tmp_path):
    paths = []
    for number, data in enumerate(FORMS.values()):
        paths.append(tmp_path / f"{number}.warc")
        paths[-1].write_bytes(data)
    paths.append(wacz(tmp_path / "a.wacz", {"archive/data.warc.gz": FORMS["a member a record"]}))
    told = [
        (one.outcome, one.tally["captures"], one.tally["known"]) for one in bring(tmp_path, *paths)
    ]
    assert told == [("whole", 3, 0)] + [("whole", 0, 3)] * len(FORMS)
    assert value(tmp_path / "a.db", "SELECT count(*) FROM capture") == 3
    sources = rows(tmp_path / "a.db", "SELECT source FROM capture ORDER BY id")
    assert sources == [(f"import:urn:uuid:r{n}",) for n in range(3)]


def test_a_file_is_a_sealed_crawl_and_one_that_brings_nothing_new_leaves_no_trace(tmp_path):
    first = write(tmp_path / "a.warc.gz", *RECORDS[1:])
    bring(tmp_path, first)
    path = tmp_path / "a.db"
    ((why, site, settings, outcome),) = rows(
        path, "SELECT why, site_id, settings, outcome FROM crawl"
    )
    assert (why, site, outcome) == ("import", None, "finished")
    assert f'"sha256": "sha256:{hashlib.sha256(first.read_bytes()).hexdigest()}"' in settings
    assert '"file": "a.warc.gz"' in settings
    assert value(path, "SELECT leaves FROM seal JOIN crawl ON crawl.id = seal.crawl_id") == 3
    before = dump(path)
    (tmp_path / "copy.warc.gz").write_bytes(first.read_bytes())
    for again in (first, tmp_path / "copy.warc.gz"):
        bring(tmp_path, again)
    assert dump(path) == before


def test_a_record_without_an_id_is_known_by_its_bytes(tmp_path):
    one = RECORDS[1].replace(b"WARC-Record-ID: <urn:uuid:r0>\r\n", b"")
    for name in ("a.warc.gz", "b.warc.gz"):
        bring(tmp_path, write(tmp_path / name, one))
    ((source,),) = rows(tmp_path / "a.db", "SELECT source FROM capture")
    assert source.startswith("import:sha256:")


# -- exchanges ------------------------------------------------------------------------------------

CODINGS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
    "identity": bytes,
}


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("chunked", [False, True])
def test_the_payload_is_kept_decoded_and_the_digest_is_of_what_was_transferred(
    tmp_path, coding, chunked
):
    wire = CODINGS[coding](PICTURE)
    headers, body = [PNG, ("Content-Encoding", coding)], wire
    if chunked:
        headers.append(("Transfer-Encoding", "chunked"))
        body = b"".join(
            f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (wire[:9], wire[9:])
        )
        body += b"0\r\n\r\n"
    fields = [("WARC-Payload-Digest", sha1(wire))]
    (told,) = bring(
        tmp_path,
        write(tmp_path / "a.warc.gz", answer("a", "/a.png", body, *headers, fields=fields)),
    )
    assert told.outcome == "whole"
    one = only(tmp_path / "a.db")
    assert one.body == PICTURE
    assert one.wire_digest == f"sha256:{hashlib.sha256(wire).hexdigest()}"
    assert (one.wire_size, one.headers, one.truncated) == (len(wire), tuple(headers), False)


def test_what_a_recorder_stored_decoded_or_cut_short_is_taken_as_it_is(tmp_path):
    coded = ("Content-Encoding", "gzip")
    cut = gzip.compress(PICTURE * 50)[:-20]
    spoiled = bytearray(gzip.compress(PICTURE))
    spoiled[-6] ^= 1  # of the checksum
    bring(
        tmp_path,
        write(
            tmp_path / "a.warc.gz",
            answer("a", "/a.png", PICTURE, PNG, coded),
            answer("b", "/b.png", cut, PNG, coded),
            answer("c", "/c.png", PICTURE, PNG, fields=[("WARC-Truncated", "length")]),
            answer("d", "/d.png", PICTURE, PNG, ("Content-Length", "99999")),
            answer("e", "/e.png", bytes(spoiled), PNG, coded),
            answer("f", "/f.png", PICTURE, PNG, ("Transfer-Encoding", "chunked")),
        ),
    )
    found = rows(
        tmp_path / "a.db",
        """SELECT substr(capture.source, -1), outcome, truncated, size FROM capture
           LEFT JOIN payload ON payload.id = payload_id ORDER BY capture.id""",
    )
    assert found[0] == ("a", "answer", 0, len(PICTURE))
    assert found[1][:3] == ("b", "answer", 1)
    assert found[2:4] == [("c", "answer", 1, len(PICTURE)), ("d", "answer", 1, len(PICTURE))]
    assert found[4][:2] == ("e", "failure")
    assert found[5] == ("f", "answer", 0, len(PICTURE))


@pytest.mark.parametrize("order", ["before", "behind", "far behind", "by address"])
def test_a_request_is_found_wherever_the_tool_put_it(tmp_path, order):
    mine = request("/a.png", ("User-Agent", "Wget"), to=None if order == "by address" else "a")
    picture, other = answer("a", "/a.png", PICTURE, PNG), answer("b", "/b.png", b"b", PNG)
    records = {
        "before": [mine, picture],
        "behind": [picture, mine],
        "far behind": [picture, other, mine],
        "by address": [mine, picture],
    }[order]
    bring(tmp_path, write(tmp_path / "a.warc.gz", *records))
    assert rows(
        tmp_path / "a.db",
        "SELECT header.value FROM header, capture, json_each(capture.request_headers)"
        " WHERE capture.url LIKE '%/a.png' AND header.id = json_each.value",
    ) == [("Wget",)]


def test_a_post_is_a_page_of_its_own_and_other_methods_are_passed_over(tmp_path):
    form = ("Content-Type", "application/x-www-form-urlencoded")
    (told,) = bring(
        tmp_path,
        write(
            tmp_path / "a.warc.gz",
            answer("a", "/a.png", PICTURE, PNG),
            request("/a.png", form, to="a", method="POST", body=b"trang=2"),
            answer("b", "/b.png", b"", PNG),
            request("/b.png", to="b", method="HEAD"),
        ),
    )
    assert told.tally["skipped answer to HEAD"] == 1
    found = rows(tmp_path / "a.db", "SELECT method, url, body FROM page WHERE last_capture_id")
    assert found == [("POST", f"{HOST}/a.png", b"trang=2")]


def test_times_addresses_and_headers_come_as_they_were(tmp_path):
    headers = (
        PNG,
        ("X-Tên", "hội nghị".encode().decode("latin-1")),
        ("Set-Cookie", "a"),
        ("Set-Cookie", "b"),
    )
    headers = tuple((name.replace("ê", "e"), text) for name, text in headers)
    fields = [("WARC-IP-Address", "203.0.113.7")]
    time = "2019-10-11T12:13:14.123456789Z"
    one = answer("a", "/a.png", PICTURE, *headers, time=time, fields=fields)
    one = one.replace(f"{HOST}/a.png".encode(), f"<{HOST}/a.png>".encode())  # as wget has it
    bring(tmp_path, write(tmp_path / "a.warc.gz", one))
    kept = only(tmp_path / "a.db")
    assert kept.time == datetime(2019, 10, 11, 12, 13, 14, 123456, tzinfo=UTC)
    assert (kept.url, kept.address, kept.headers) == (f"{HOST}/a.png", "203.0.113.7", headers)


def test_records_that_are_no_answers_are_counted(tmp_path):
    date = ("WARC-Date", "2024-05-06T07:08:09Z")
    dns = [
        named("d"),
        date,
        ("WARC-Target-URI", "dns:khoi-van-son.example"),
        ("Content-Type", "text/dns"),
    ]
    page = [date, ("WARC-Target-URI", f"{HOST}/"), ("Content-Type", "text/html")]
    (told,) = bring(
        tmp_path,
        write(
            tmp_path / "a.warc.gz",
            record("response", b"20240506070809\n", *dns),
            record("resource", b"<p>", named("e"), *page),
            record("conversion", b"<p>", named("f"), *page),
            record("metadata", b"via: x", named("g"), *page),
            *RECORDS[1:2],
        ),
    )
    assert told.row()["skipped"] == 5  # the warcinfo too
    assert (told.outcome, told.tally["captures"]) == ("whole", 1)
