"""One PDF and one DOCX with Vietnamese text, written by hand so that no clock enters them."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from xml.sax.saxutils import escape

PLAN_PDF = "ke-hoach-tuyen-truyen.pdf"
GUIDE_DOCX = "huong-dan-sinh-hoat-chi-bo.docx"
LINES = {
    PLAN_PDF: (
        "KẾ HOẠCH",
        "Công tác tuyên truyền miệng và hoạt động báo cáo viên quý IV",
        "1. Mỗi chi bộ cử một đảng viên phụ trách công tác tuyên truyền.",
        "2. Báo cáo viên gửi kết quả về Văn phòng Đảng ủy trước ngày 25 hằng tháng.",
    ),
    GUIDE_DOCX: (
        "HƯỚNG DẪN",
        "Nội dung sinh hoạt chi bộ trong các cơ quan hành chính, sự nghiệp",
        "1. Thời gian sinh hoạt không dưới 60 phút.",
        "2. Mỗi quý có ít nhất một kỳ sinh hoạt chuyên đề.",
    ),
}
DOCUMENTS = (PLAN_PDF, GUIDE_DOCX)
MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@cache
def document(name: str) -> bytes:
    return pdf(LINES[name]) if name.endswith(".pdf") else docx(LINES[name])


def pdf(lines: tuple[str, ...]) -> bytes:
    """One page. Each letter has a code of its own, and a ToUnicode map tells readers of text which
    (ISO 32000-1, 9.10.3); the shapes are those of Helvetica, which lacks most of the letters."""
    letters = sorted(set("".join(lines)))
    if len(letters) > 255:
        raise ValueError("more letters than a simple font has codes")
    codes = {letter: n + 1 for n, letter in enumerate(letters)}
    shown = "".join(
        "<" + "".join(f"{codes[letter]:02x}" for letter in line) + "> Tj 0 -22 Td\n"
        for line in lines
    )
    text = f"BT /F1 12 Tf 60 760 Td\n{shown}ET".encode()
    cmap = _cmap(codes)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (vi-VN) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        _stream(text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        _stream(cmap),
    ]
    return _assemble(objects)


def _cmap(codes: dict[str, int]) -> bytes:
    rows = [f"<{code:02x}> <{ord(letter):04x}>" for letter, code in codes.items()]
    parts = [
        f"{len(rows[n : n + 100])} beginbfchar\n" + "\n".join(rows[n : n + 100]) + "\nendbfchar"
        for n in range(0, len(rows), 100)
    ]
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Viet def "
        "/CMapType 2 def 1 begincodespacerange <00> <ff> endcodespacerange\n"
        + "\n".join(parts)
        + "\nendcmap end end"
    ).encode()


def _stream(data: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data)


def _assemble(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for n, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def docx(lines: tuple[str, ...]) -> bytes:
    """The three parts that a word processor asks for (ECMA-376), with one paragraph a line."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    office = "http://schemas.openxmlformats.org"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{word}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{office}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{office}/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{office}/wordprocessingml/2006/main">'
        f"<w:body>{paragraphs}</w:body></w:document>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_EPOCH), head + text)
    return out.getvalue()
