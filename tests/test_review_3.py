"""What a review found by trying: odd values in others' files, links, long names, other sites."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from reading_room import room
from stored import ARTICLE, Store

from archive.cli.progress import bar
from archive.cli.run import status_of
from archive.db import Archive
from archive.interchange.fields import agrees, moment
from archive.ops.backup import back_up
from archive.ops.restore import restore
from archive.web import markup
from crawler.cli import group

RESPONSE = (
    b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.vn/%(name)s\r\n"
    b"WARC-Date: %(date)s\r\nWARC-Record-ID: <urn:x:%(name)s>\r\n%(more)s"
    b"Content-Type: application/http\r\nContent-Length: %(size)s\r\n\r\n%(block)s\r\n\r\n"
)


def response(name: bytes, date: bytes = b"2023-06-26T00:00:00Z", size: bytes = b"",
             length: bytes = b"5", more: bytes = b"") -> bytes:  # fmt: skip
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
    block += b"Content-Length: " + length + b"\r\n\r\nhello"
    size = size or str(len(block)).encode()
    return RESPONSE % {b"name": name, b"date": date, b"size": size, b"block": block, b"more": more}


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    store = Store(path)
    store.see(ARTICLE)
    store.end()
    return path


def call(*words: object) -> int:
    return status_of(group, [str(word) for word in words])


def test_an_odd_value_in_one_record_ends_no_import(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each of these ended it with a traceback, and what stood behind was not read."""
    odd = [
        response(b"digest", more="WARC-Block-Digest: sha1:ĐÀ\r\n".encode()),
        response(b"year", date=b"0001-01-01T00:00:00+07:00"),
        response(b"promised", length=b"9" * 5000),
        response(b"size", size=b"9" * 5000),
    ]
    file, archive = tmp_path / "odd.warc.gz", tmp_path / "a.db"
    file.write_bytes(b"".join(map(gzip.compress, [*odd, response(b"last")])))
    assert call("import", file, "--archive", archive) == 1
    assert "Traceback" not in capsys.readouterr().err
    with Archive.open(archive, readonly=True) as opened:
        urls = {row[0] for row in opened.conn.execute("SELECT url FROM page")}
    assert "http://a.vn/last" in urls


def test_values_that_say_nothing() -> None:
    assert agrees("sha1:đ", b"") is None
    assert moment("0001-01-01T00:00:00+07:00") is None
    assert moment("9999-12-31T23:59:59-07:00") is None


def test_the_size_of_an_image_may_have_any_number_of_digits() -> None:
    page = markup.parsed(f'<img width="{"9" * 5000}" src="a.png"><img width="1" src="b.png">')
    assert [markup.is_marker(one) for one in page.iter("img")] == [False, True]


def test_a_restore_puts_the_archive_where_its_link_leads(stored: Path, tmp_path: Path) -> None:
    """The archive had moved to the disk of the link, and who named the file kept the old one."""
    back_up(stored, tmp_path / "backup.db", bar=bar)
    disk = tmp_path / "disk"
    disk.mkdir()
    stored.rename(disk / "real.db")
    link = tmp_path / "link.db"
    link.symlink_to(disk / "real.db")
    before = (disk / "real.db").stat().st_ino
    restored = restore(tmp_path / "backup.db", link, force=True, bar=bar)
    assert link.is_symlink()
    assert (disk / "real.db").stat().st_ino != before
    assert restored.before == disk / "real.db.before-restore"
    assert restored.before.stat().st_ino == before


def test_an_export_keeps_the_link_that_it_is_written_to(stored: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    link = tmp_path / "out.jsonl"
    link.symlink_to(disk / "real.jsonl")
    assert call("export", "jsonl", link, "--archive", stored) == 0
    assert link.is_symlink()
    assert (disk / "real.jsonl").read_text("utf-8").count("\n") == 1
    assert [one.name for one in disk.iterdir()] == ["real.jsonl"]


@pytest.mark.parametrize("length", [240, 400])
@pytest.mark.parametrize("words", [("export", "jsonl"), ("export", "wacz"), ("backup",)])
def test_a_name_that_is_too_long(
    words: tuple[str, ...], length: int, stored: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    name = f"{'ộ' * (length // 3)}{'x' * 14}"
    assert call(*words, tmp_path / name, "--archive", stored) == 2
    assert "too long" in capsys.readouterr().err
    assert not [one for one in tmp_path.iterdir() if one.name.startswith((".", "ộ"))]


def test_a_cursor_of_thousands_of_digits(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("export", "jsonl", "-", "--since", "9" * 5000, "--archive", stored) == 2
    assert "is no event" in capsys.readouterr().err


def test_an_address_of_thousands_of_digits(stored: Path) -> None:
    with room(stored) as reader:
        for kind in ("capture", "replay", "photo"):
            assert reader.get(f"/{kind}/{'9' * 5000}").status_code == 404


@pytest.mark.parametrize(
    ("site", "dest", "status"),
    [
        ("cross-site", "image", 403),
        ("cross-site", "iframe", 403),
        ("same-site", "empty", 403),
        ("cross-site", "document", 200),
        ("same-origin", "empty", 200),
        ("none", "document", 200),
        (None, None, 200),
    ],
)
def test_no_page_of_another_site_makes_the_reader_run_sql(
    site: str | None, dest: str | None, status: int, stored: Path
) -> None:
    """An `img` there with `zeroblob(99999999)` for a few rows took gigabytes here."""
    said = {"sec-fetch-site": site, "sec-fetch-dest": dest}
    headers = {key: value for key, value in said.items() if value}
    with room(stored) as reader:
        assert reader.get("/archive.json?sql=select+1", **headers).status_code == status
