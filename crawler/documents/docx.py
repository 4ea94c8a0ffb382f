"""Text of a DOCX, by python-docx: every paragraph of the body, of tables, boxes and controls."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml.etree import XMLSyntaxError, _Element

from archive.types import Extracted
from crawler.documents.letters import Line, settled
from crawler.documents.pdf import plausible
from crawler.pages import old_fonts
from crawler.pages.edits import Font

MOST_UNPACKED = 300_000_000  # bytes: a book with photos; a bomb says far more
_WORD = "word/document.xml"
_OTHERS = {"xl/": "xlsx", "ppt/": "pptx", "content.xml": "odf"}
_PARAGRAPH, _RUN = qn("w:p"), qn("w:r")
_DELETED = frozenset({qn("w:del"), qn("w:moveFrom")})
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_TEXT = qn("w:t")


def read(data: bytes, longest: int) -> Extracted:
    """The text, up to *longest* characters, a line a paragraph."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(one.file_size for one in package.infolist())
            names = package.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        return Extracted("zip", "broken", problem=f"it is no whole ZIP file: {error}")
    if unpacked > MOST_UNPACKED:
        return Extracted("zip", "limits", problem=f"unpacked it would have {unpacked:,} bytes")
    if _WORD not in names:
        kind = next((kind for start, kind in _OTHERS.items()
                     if any(name.startswith(start) for name in names)), "zip")  # fmt: skip
        return Extracted(kind, "unsupported", problem=f"files of this kind ({kind}) are not read")
    try:
        document = Document(io.BytesIO(data))
    except (PackageNotFoundError, zipfile.BadZipFile, XMLSyntaxError, ParseError, KeyError,
            ValueError, NotImplementedError, RuntimeError) as error:  # fmt: skip
        if "encrypted" in str(error):
            return Extracted("docx", "encrypted", problem="it asks for a password")
        return Extracted("docx", "broken", problem=f"python-docx cannot open it: {error}")
    text = settled(_lines(document.element.body))
    if not text:
        return Extracted("docx", "empty", problem="it holds no text")
    # without properties of its own python-docx gives it some
    title = plausible(document.core_properties.title) if "docProps/core.xml" in names else None
    return Extracted("docx", "text", text[:longest], title, cut=len(text) > longest)


def _lines(body: _Element) -> Iterator[Line]:
    """Each paragraph; one inside of another (a text box) is a line of its own, before it."""
    for paragraph in body.iter(_PARAGRAPH):
        if any(above.tag == _FALLBACK or above.tag in _DELETED
               for above in paragraph.iterancestors()):  # fmt: skip
            continue
        line = _line(paragraph)
        if "\n" not in line.text:
            yield line
        else:
            yield from map(Line, line.text.split("\n"))


def _line(paragraph: _Element) -> Line:
    text: list[str] = []
    fonts: list[Font] = []
    at = 0
    for run in paragraph.iter(_RUN):
        if next(run.iterancestors(_PARAGRAPH)) is not paragraph or _is_deleted(run):
            continue
        words = "".join(_signs(run))
        told = _font(run)
        if told is not None and words:
            fonts.append(Font(at, at + len(words), *told))
        text.append(words)
        at += len(words)
    return Line("".join(text), tuple(fonts))


def _is_deleted(run: _Element) -> bool:
    return any(above.tag in _DELETED for above in run.iterancestors())


def _signs(run: _Element) -> Iterator[str]:
    for one in run.iterchildren():
        if one.tag == _TEXT:
            yield one.text or ""
        elif one.tag in _SIGNS:
            yield _SIGNS[one.tag]


def _font(run: _Element) -> old_fonts.Told | None:
    named = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    if named is None:
        return None
    return old_fonts.of_name(named.get(qn("w:ascii")) or named.get(qn("w:hAnsi")) or "", None)
