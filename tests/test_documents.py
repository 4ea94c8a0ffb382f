"""Documents to text: real files of each kind, and what broken, locked and hostile ones come to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_files import doc as word97
from word_files import docx, ole, paragraph

from crawler.demo import documents as demo
from crawler.documents import child, doc, identity
from crawler.documents.extraction import Limits, extract
from crawler.documents.letters import Line, settled
from crawler.documents.pdf import plausible

TCVN3 = "§¶ng uû c¸c c¬ quan tØnh L¹ng S¬n tæ chøc héi nghÞ qu¸n triÖt"
UNICODE = "Đảng uỷ các cơ quan tỉnh Lạng Sơn tổ chức hội nghị quán triệt"


def page_of(content: bytes, *, broken_by: bytes = b"") -> bytes:
    """A PDF of one page with that content stream, compressed."""
    data = zlib.compress(content, 1) if isinstance(content, bytes) else content
    return raw(data) + broken_by


def raw(stream: bytes) -> bytes:
    return demo._assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>",
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
    )


@pytest.fixture(scope="module")
def greedy() -> bytes:
    """60 million letters, each with a place of its own, in 160 kB: gigabytes to a reader of PDF."""
    packer = zlib.compressobj(9)
    data = packer.compress(b"BT /F1 9 Tf ")
    some = b"(Aaaa) Tj 1 1 Td " * 65_536
    for _ in range(60):
        data += packer.compress(some)
    return raw(data + packer.compress(b"ET") + packer.flush())


def test_the_documents_of_the_sample_sites() -> None:
    for name in demo.DOCUMENTS:
        found = extract(demo.document(name))
        assert (found.kind, found.state, found.problem) == (name.rsplit(".", 1)[1], "text", None)
        assert found.text == "\n".join(demo.LINES[name])
    assert extract(demo.document(demo.PLAN_PDF)).pages == 1


def test_a_docx_with_tables_and_deleted_words() -> None:
    deleted = "<w:p><w:del><w:r><w:t>bỏ đi</w:t></w:r></w:del></w:p>"
    control = f"<w:sdt><w:sdtContent>{paragraph('trong ô nhập')}</w:sdtContent></w:sdt>"
    table = f"<w:tbl><w:tr><w:tc>{paragraph('ô bảng')}</w:tc></w:tr></w:tbl>"
    found = extract(docx(paragraph("Một") + deleted + control + table, title="Kế hoạch số 12"))
    assert found.text == "Một\n\ntrong ô nhập\nô bảng"
    assert found.title == "Kế hoạch số 12"


def test_the_pieces_of_a_doc() -> None:
    """Both kinds of pieces, cells, a field by what it shows, and signs for pictures left out."""
    found = extract(
        word97(
            [
                ("Đảng ủy xã Bình Sơn\r", "utf-16-le"),
                ("caf\xe9\x07ô\x07\x07\r".replace("ô", "\xf4"), "cp1252"),
                ("\x13 HYPERLINK x \x14tr\xean m\x1eng\x15\x01 h\x1f\xeat\r", "cp1252"),
            ]
        )
    )
    assert found.text == "Đảng ủy xã Bình Sơn\ncafé\tô\t\t\ntrên m-ng hêt"
    assert (found.kind, found.state) == ("doc", "text")


@pytest.mark.parametrize(
    ("data", "kind", "state", "words"),
    [
        (word97([("a", "cp1252")], flags=0x0300), "doc", "encrypted", "password"),
        (word97([("a", "cp1252")], version=0x65), "doc", "unsupported", "older than Word 97"),
        (word97([(" \r", "cp1252")]), "doc", "empty", "no text"),
        (ole({"EncryptedPackage": b"x"}), "docx", "encrypted", "password"),
        (ole({"Workbook": b"x"}), "ole", "unsupported", "no text of Word"),
        (ole({"WordDocument": b"x"}), "doc", "unsupported", "older"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 3_000, "doc", "broken", "MS-DOC"),
        (docx(""), "docx", "empty", "no text"),
        (docx(paragraph("x"))[:-40], "zip", "broken", "ZIP"),
        (docx("<w:p>"), "docx", "broken", "python-docx"),
        (b"PK\3\4" + bytes(300), "zip", "broken", "ZIP"),
        (b"%PDF-1.4 cut off", "pdf", "broken", "PDFium"),
        (page_of(b"0 0 1 rg 0 0 99 99 re f"), "pdf", "empty", "scan"),
        (b"{\\rtf1 a}", "rtf", "unsupported", "rtf"),
        (b"<!DOCTYPE html><html>", "html", "unsupported", "web page"),
        (b"", "unknown", "unsupported", "not read"),
    ],
)  # fmt: skip
def test_what_has_no_text_says_why(data: bytes, kind: str, state: str, words: str) -> None:
    found = child.extract(data, 1_000)
    assert (found.kind, found.state, found.text) == (kind, state, "")
    assert words in (found.problem or "")


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = docx(paragraph("x"), extra={"word/media/a.bin": bytes(5_000_000)})
    assert len(bomb) < 10_000
    assert child.extract(bomb, 99).state == "text"
    monkeypatch.setattr("crawler.documents.docx.MOST_UNPACKED", 4_000_000)
    found = child.extract(bomb, 99)
    assert (found.state, found.text) == ("limits", "")
    assert "5,000,9" in (found.problem or "")


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(memory=400_000_000), "400 MB of memory"),
        (Limits(cpu=1), "1 s of processor time"),
        (Limits(wall=0.4), "more than 0.4 s"),
    ],
)
def test_a_greedy_document_is_stopped(greedy: bytes, limits: Limits, words: str) -> None:
    assert len(greedy) < 200_000
    began = time.monotonic()
    found = extract(greedy, limits)
    assert (found.kind, found.state, found.text) == ("pdf", "limits", "")
    assert words in (found.problem or "")
    assert time.monotonic() - began < 10


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    found = child.extract(docx(paragraph("một hai ba")), 5)
    assert (found.text, found.cut) == ("một h", True)
    assert not child.extract(docx(paragraph("một")), 5).cut


def test_the_process_may_open_no_socket_and_start_no_program(tmp_path: object) -> None:
    tried = (
        "import sys; from crawler.documents import child\n"
        "child.bind(2_000_000_000, 20); sys.addaudithook(child._refuse)\n"
        "import socket, subprocess, json\n"
        "told = []\n"
        "for one in (lambda: socket.create_connection(('127.0.0.1', 9)),\n"
        "            lambda: subprocess.run(['true'])):\n"
        "    try: one()\n"
        "    except PermissionError as error: told.append(str(error))\n"
        "try: open(sys.argv[1], 'wb', buffering=0).write(b'x' * 9)\n"
        "except OSError as error: told.append(type(error).__name__)\n"
        "print(json.dumps(told))"
    )
    done = subprocess.run(
        [sys.executable, "-c", tried, f"{tmp_path}/file"], capture_output=True, text=True
    )
    told = json.loads(done.stdout)
    assert len(told) == 3
    assert told[0].startswith("socket.")
    assert told[1].startswith("subprocess.")


def test_a_child_of_another_parent_does_nothing() -> None:
    call = [sys.executable, "-m", "crawler.documents.child", "1000000000", "9", "99",
            str(os.getpid() + 1)]  # fmt: skip
    done = subprocess.run(call, input=demo.document(demo.PLAN_PDF), capture_output=True)
    assert (done.returncode, done.stdout) == (1, b"")


def test_who_reads_is_named() -> None:
    assert identity().split()[0].isdigit()
    assert "pypdfium2" in identity()


# -- letters ---------------------------------------------------------------------------------------


def test_old_letters_are_repaired_where_that_is_certain() -> None:
    assert extract(word97([(f"{TCVN3}\r", "cp1252")])).text == UNICODE
    found = child.extract(docx(paragraph("§¶ng uû", ".VnTime")), 999)  # two words; the font tells
    assert found.text == "Đảng uỷ"
    assert child.extract(docx(paragraph("§¶ng uû")), 999).text == "§¶ng uû"
    french = "Le café près de l'hôtel a été fermé à Noël, § 12"
    assert child.extract(docx(paragraph(french)), 999).text == french


@given(st.lists(st.text(max_size=40), max_size=6))
@settings(max_examples=60, deadline=None)
def test_settled_text_stays_as_it_is(lines: list[str]) -> None:
    once = settled(map(Line, lines))
    assert settled(map(Line, once.split("\n"))) == once
    assert "\x00" not in once


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_damage_to_a_doc_never_fails(noise: bytes) -> None:
    whole = bytearray(word97([("Một hai ba\r", "utf-16-le"), ("bon\r", "cp1252")]))
    at = 512 * 3 + 0x01A2 if len(noise) % 2 else 512 * (3 + 8) - len(noise)
    whole[at : at + len(noise)] = noise
    assert doc.read(bytes(whole), 1_000).state in ("text", "empty", "broken", "unsupported",
                                                   "encrypted")  # fmt: skip


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ("  Kế hoạch   số 12 ", "Kế hoạch số 12"),
        ("Microsoft Word - KH 12.doc", None),
        ("KH12.doc", None),
        ("", None),
        (None, None),
    ],
)
def test_titles_that_nobody_wrote_are_none(told: str | None, title: str | None) -> None:
    assert plausible(told) == title
