"""What a document is, by its first bytes: names and Content-Types are often wrong."""

from __future__ import annotations

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF_WITHIN = 1_024  # bytes before `%PDF-` that readers overlook (ISO 32000-1, annex H, note 13)


def kind_of(data: bytes) -> str:
    """`pdf`, `zip` (DOCX and its like), `ole` (DOC and its like), `rtf`, `html` or `unknown`."""
    head = data[:_PDF_WITHIN]
    if b"%PDF-" in head:
        return "pdf"
    if data.startswith(b"PK\3\4"):
        return "zip"
    if data.startswith(OLE):
        return "ole"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    low = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if low.startswith((b"<!doctype html", b"<html", b"<head", b"<script")):
        return "html"
    return "unknown"
