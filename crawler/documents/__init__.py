"""Documents (PDF, DOCX, DOC) to text, each in a process of its own under limits.

kinds.py            bytes -> what they are
child.py            the process: its limits, and the reader for the kind
pdf.py docx.py doc.py
letters.py          text in the letters of fonts before Unicode, repaired where that is certain
extraction.py       bytes -> Extracted, through the process
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

EXTRACTOR = 1
"""Raise it when the same bytes may give another text."""


@cache
def identity() -> str:
    """Who reads documents: this number, and the libraries' versions."""
    libraries = ("pypdfium2", "python-docx", "olefile")
    return " ".join([str(EXTRACTOR), *(f"{name} {version(name)}" for name in libraries)])
