"""Files that are damaged, hostile or none at all: what is whole is kept, and the rest is told."""

import gzip
import os
import stat
import zipfile

import brotli
import pytest
import zstandard
from crawling import luutru, rows, value
from hypothesis import given
from hypothesis import strategies as st
from importing import (
    HOST,
    HTML,
    INFO,
    PNG,
    answer,
    bring,
    record,
    sha1,
    wacz,
    write,
    zipped,
)

from archive.errors import CrawlError, InputError
from archive.interchange.reading import Incoming, Records, Wrong
from archive.interchange.record import SITE
from crawler.locks import HostLocks

GOOD = [answer(f"r{n}", f"/{n}.png", b"\x89PNG" + bytes([n]) * 3000, PNG) for n in range(5)]
WHOLE = zipped(INFO, *GOOD)
NAMES = {f"import:urn:uuid:r{n}" for n in range(5)}


def sources(folder):
    return {name for (name,) in rows(folder / "a.db", "SELECT source FROM capture")}


# -- not to be read at all -------------------------------------------------------------------------

UNUSABLE = {
    "empty": (b"", "is empty"),
    "text": (b"<!DOCTYPE html><title>no</title>" * 99, "is neither WARC nor WACZ"),
    "gzip of something": (gzip.compress(b"tar" * 999), "is neither WARC nor WACZ"),
    "gzip of nothing": (gzip.compress(b""), "is empty"),
    "zeros": (b"\0" * 100_000, "is neither WARC nor WACZ"),
    "gzip, cut at once": (WHOLE[:12], "ends in the middle of a gzip member"),
    "arc": (b"filedesc://a.arc 0.0.0.0 20080101 text/plain 1\n", "warcio recompress"),
    "half a zip": (b"PK\3\4" + b"\0" * 100, "is a damaged zip"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_is_no_web_archive_is_told_and_no_archive_is_made(tmp_path, name):
    data, words = UNUSABLE[name]
    (tmp_path / "a.warc.gz").write_bytes(data)
    with pytest.raises(InputError, match=words) as caught:
        bring(tmp_path, tmp_path / "a.warc.gz")
    assert caught.value.next_step
    assert not (tmp_path / "a.db").exists()


def test_the_command_says_what_to_do_about_each_file_and_does_the_others(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "no.warc").write_bytes(b"no")
    (tmp_path / "good.warc.gz").write_bytes(WHOLE)
    called = luutru(tmp_path, "import", "missing.warc", "folder")
    assert called.returncode == 2
    assert "There is no file missing.warc." in called.stderr
    assert "folder is a folder." in called.stderr
    assert not (tmp_path / "luutru.db").exists()
    called = luutru(
        tmp_path, "import", "missing.warc", "no.warc", "good.warc.gz", "--format", "csv"
    )
    assert called.returncode == 1
    assert [line.split(",")[:3] for line in called.stdout.splitlines()[1:]] == [
        ["missing.warc", "not read", "0"], ["no.warc", "not read", "0"],
        ["good.warc.gz", "whole", "5"],
    ]  # fmt: skip
    assert "no.warc: no.warc is neither WARC nor WACZ. Name a file of these" in called.stderr
    (tmp_path / "cut.warc.gz").write_bytes(WHOLE[:-20])
    called = luutru(tmp_path, "import", "cut.warc.gz")
    assert called.returncode == 1
    assert "cut.warc.gz: the file ends too early; what was whole is kept." in called.stderr
    assert luutru(tmp_path, "import").returncode == 2
    called = luutru(tmp_path, "import", "good.warc.gz", "--site", "no-such-site")
    assert (called.returncode, "luutru sites list" in called.stderr) == (2, True)
    (tmp_path / "foreign.db").write_bytes(b"not an archive" * 999)
    called = luutru(tmp_path, "import", "good.warc.gz", "--archive", "foreign.db")
    assert (called.returncode, called.stdout) == (2, "")
    assert "foreign.db" in called.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    path = write(tmp_path / "a.warc.gz", *GOOD)
    path.chmod(0)
    with pytest.raises(InputError, match="cannot be read: Permission denied"):
        bring(tmp_path, path)


def test_one_import_at_a_time_into_an_archive(tmp_path, monkeypatch):
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))
    path = write(tmp_path / "a.warc.gz", *GOOD)
    bring(tmp_path, path)
    other = HostLocks()
    assert other.take(f"import {value(tmp_path / 'a.db', 'SELECT id FROM archive')}")
    with pytest.raises(CrawlError, match="Another import is at work"):
        bring(tmp_path, path)
    other.release()
    bring(tmp_path, path)


# -- damage ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["a member a record", "one member", "plain", "zstd"])
def test_of_a_file_that_was_cut_what_was_whole_is_kept(tmp_path, form):
    plain = INFO + b"".join(GOOD)
    frames = [zstandard.compress(one) for one in (INFO, *GOOD)]
    whole = {"one member": gzip.compress(plain), "plain": plain, "zstd": b"".join(frames)}
    data = whole.get(form, WHOLE)[:-20]
    (tmp_path / "a.warc").write_bytes(data)
    packed = wacz(tmp_path / "a.wacz", {"archive/a.warc.gz": data})
    for told in bring(tmp_path, tmp_path / "a.warc", packed):
        assert told.outcome == "truncated"
        assert ": the file ends in the middle of a" in told.problems()[0]
        assert "at byte " in told.problems()[0]
        assert told.problems()[-1].endswith("Fetch or copy it again.")
    assert sources(tmp_path) == NAMES - {"import:urn:uuid:r4"}
    assert value(tmp_path / "a.db", "SELECT count(*) FROM seal") == 1


def spoil(data, offset):
    return data[:offset] + bytes([data[offset] ^ 0x55]) + data[offset + 1 :]


def test_behind_a_damaged_member_it_goes_on(tmp_path):
    begins = len(zipped(INFO, *GOOD[:2]))
    (tmp_path / "a.warc.gz").write_bytes(spoil(WHOLE, begins + 40))
    (told,) = bring(tmp_path, tmp_path / "a.warc.gz")
    assert (told.outcome, told.tally["damaged"]) == ("damaged", 1)
    assert f"at byte {begins:,}: a damaged gzip member." in told.problems()[0]
    assert sources(tmp_path) == NAMES - {"import:urn:uuid:r2"}


def test_a_wrong_length_costs_what_it_covers_alone(tmp_path):
    short = answer("x", "/x.png", b"\x89PNG" * 9, PNG, fields=[("Content-Length", "60")])
    long = short.replace(b"Content-Length: 60", b"Content-Length: x9")
    (tmp_path / "a.warc").write_bytes(INFO + GOOD[0] + short + GOOD[1] + long + GOOD[2])
    (told,) = bring(tmp_path, tmp_path / "a.warc")
    assert told.outcome == "damaged"
    assert sources(tmp_path) == {f"import:urn:uuid:r{n}" for n in range(3)}
    words = " ".join(told.problems())
    assert "a record whose WARC-Block-Digest is another" in words
    assert "a record without a Content-Length" in words


def test_digests_that_do_not_agree(tmp_path):
    wrong = ("WARC-Payload-Digest", sha1(b"another"))
    unproven = answer("b", "/b.png", b"b" * 99, PNG, fields=[wrong, ("WARC-Block-Digest", "xx:9")])
    path = write(
        tmp_path / "a.warc.gz",
        answer("a", "/a.png", b"a" * 99, PNG, fields=[("WARC-Block-Digest", sha1(b"another"))]),
        unproven,
        answer("c", "/c.png", b"c" * 99, PNG, fields=[wrong]),  # its block's digest proves it
    )
    (told,) = bring(tmp_path, path)
    assert (told.tally["damaged"], told.tally["odd"], told.outcome) == (2, 1, "damaged")
    assert sources(tmp_path) == {"import:urn:uuid:c"}
    assert any("WARC-Payload-Digest is another" in line for line in told.problems())


def test_records_that_tell_nonsense_are_left_out(tmp_path):
    fields = [("WARC-Date", "yesterday"), ("Content-Type", "application/http")]
    url = ("WARC-Target-URI", f"{HOST}/x")
    (told,) = bring(
        tmp_path,
        write(
            tmp_path / "a.warc.gz",
            record("response", b"HTTP/1.1 200 OK\r\n\r\nx", url, *fields),
            record("response", b"no answer", url, ("WARC-Date", "2024-01-01T00:00:00Z"), fields[1]),
            answer("a", "/a.png", b"x", PNG, host="http://nobody:secret@x.example"),
            *GOOD,
        ),
    )
    assert (told.tally["damaged"], told.tally["captures"]) == (3, 5)


@pytest.mark.parametrize("block", [b"{", b"[" * 100_000, b'"x"', b'{"name": ["x"], "site": 1}'])
def test_what_a_file_says_of_a_site_may_be_nonsense_and_the_rest_is_kept(tmp_path, block):
    told_of = record("metadata", block, ("WARC-Record-ID", "<urn:uuid:s>"), ("Content-Type", SITE),
                     ("WARC-Date", "2024-01-01T00:00:00Z"))  # fmt: skip
    (told,) = bring(tmp_path, write(tmp_path / "a.warc.gz", told_of, *GOOD))
    assert told.tally["damaged"] == (0 if block.endswith(b"}") else 1)
    assert told.tally["captures"] == 5


SMALL = [INFO, *(answer(f"r{n}", f"/{n}.png", bytes([65 + n]) * 30, PNG) for n in range(4))]


@given(st.data())
def test_whatever_happens_to_the_bytes_a_record_is_whole_or_missing(data):
    """Cut, flipped, doubled: what comes out is what went in, and nothing else is raised."""
    plain = b"".join(SMALL)
    frames = b"".join(map(zstandard.compress, SMALL))
    forms = (plain, zipped(*SMALL), gzip.compress(plain), frames)
    content = forms[data.draw(st.integers(0, 3))]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["cut", "flip", "double", "drop"]))
        if kind == "cut":
            content = content[: place + 1]
        elif kind == "flip":
            content = spoil(content, place)
        else:
            end = place + data.draw(st.integers(1, 500))
            more = content[place:end] if kind == "double" else b""
            content = content[:place] + more + content[place if more else end :]
        if not content:
            return
    raw = Raw(content)
    try:
        found = list(Records(raw, "file"))
    except InputError:
        return
    blocks = {one.partition(b"\r\n\r\n")[2][:-4] for one in SMALL}
    for one in found:
        if isinstance(one, Incoming):
            assert one.record.block in blocks or not one.proven
        elif isinstance(one, Wrong):
            assert 0 <= one.offset <= len(content)


class Raw:
    """A file in memory, with what is asked of one."""

    def __init__(self, data):
        self._data, self._pos = data, 0

    def read(self, size=-1):
        end = len(self._data) if size < 0 else self._pos + size
        part, self._pos = self._data[self._pos : end], min(end, len(self._data))
        return part

    def peek(self, size):
        return self._data[self._pos : self._pos + size]

    def tell(self):
        return self._pos


# -- hostile ---------------------------------------------------------------------------------------


def test_bombs_are_left_out_without_being_unpacked(tmp_path):
    zeros = bytes(1 << 20)
    bomb = gzip.compress(b"".join([zeros] * 80))  # 80 MB in 80 kB
    flat = brotli.compress(b"".join([zeros] * 80), quality=4)
    coded = ("Content-Encoding", "gzip")
    huge = record(
        "response", b"", ("WARC-Target-URI", f"{HOST}/huge"), ("WARC-Date", "2024-01-01T00:00:00Z"),
        ("Content-Type", "application/http"), ("Content-Length", str(70 << 20)),
    ).rstrip() + b"\r\n\r\n" + bytes(70 << 20) + b"\r\n\r\n"  # fmt: skip
    path = write(
        tmp_path / "a.warc.gz", answer("g", "/g", bomb, HTML, coded), huge,
        answer("b", "/b", flat, HTML, ("Content-Encoding", "br")), *GOOD,
    )  # fmt: skip
    (told,) = bring(tmp_path, path)
    assert (told.outcome, told.tally["too large"]) == ("incomplete", 3)
    assert sources(tmp_path) == NAMES
    (tmp_path / "endless.warc.gz").write_bytes(gzip.compress(b"WARC/1.0\r\nX: " + zeros * 9))
    (told,) = bring(tmp_path, tmp_path / "endless.warc.gz")
    assert "a line without an end" in told.problems()[0]


def link(name):
    made = zipfile.ZipInfo(name)
    made.external_attr = (stat.S_IFLNK | 0o777) << 16
    return made


def encrypted(path):
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + place] |= 1
    path.write_bytes(data)


def hostile(path, kind):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive/data.warc.gz", WHOLE)
        if kind == "symbolic link":
            file.writestr(link("archive/link.warc.gz"), "/etc/passwd")
        elif kind == "would expand":
            with file.open("archive/more.warc", "w", force_zip64=True) as out:
                for _ in range(101):
                    out.write(bytes(1 << 20))
        elif kind == "leaves it":
            file.writestr("archive/../../../outside.warc.gz", WHOLE)
        elif kind == "leaves it: '/":
            file.writestr("/outside.warc.gz", WHOLE)
        elif kind == "leaves it: 'C:":
            file.writestr("C:\\outside.warc.gz", WHOLE)
    if kind == "is encrypted":
        encrypted(path)
    elif kind == "damaged zip":
        path.write_bytes(path.read_bytes()[:-40])


@pytest.mark.parametrize(
    "kind",
    ["leaves it", "leaves it: '/", "leaves it: 'C:", "symbolic link", "would expand",
     "is encrypted", "damaged zip"],
)  # fmt: skip
def test_a_hostile_zip_is_refused_before_anything_of_it_is_read(tmp_path, kind):
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    hostile(inner / "a.wacz", kind)
    with pytest.raises(InputError, match=kind) as caught:
        bring(inner, inner / "a.wacz")
    assert caught.value.next_step
    assert {path.name for path in tmp_path.rglob("*")} == {"a", "b", "c", "a.wacz"}


def test_a_wacz_whose_digests_are_wrong_is_told_and_its_records_prove_themselves(tmp_path):
    claims = {"archive/data.warc.gz": "sha256:" + "0" * 64}
    path = wacz(tmp_path / "a.wacz", {"archive/data.warc.gz": WHOLE}, claims)
    (told,) = bring(tmp_path, path)
    assert (told.outcome, told.tally["captures"]) == ("damaged", 5)
    assert "its digest in datapackage.json is another" in told.problems()[0]
    with pytest.raises(InputError, match="a zip without a WARC"):
        bring(tmp_path, wacz(tmp_path / "b.wacz", {"pages/pages.jsonl": b"{}"}))


def test_a_member_of_a_wacz_that_was_damaged_costs_the_rest_of_that_file_alone(tmp_path):
    path = wacz(tmp_path / "a.wacz", {"archive/1.warc.gz": WHOLE}, {"archive/1.warc.gz": ""})
    data = path.read_bytes()
    at = data.index(WHOLE) + len(zipped(INFO, *GOOD[:4])) + 40
    path.write_bytes(spoil(data, at))
    other = write(tmp_path / "b.warc.gz", answer("z", "/z.png", b"z", PNG))
    told = bring(tmp_path, path, other)
    assert [one.outcome for one in told] == ["damaged", "whole"]
    assert NAMES - {"import:urn:uuid:r4"} < sources(tmp_path)
