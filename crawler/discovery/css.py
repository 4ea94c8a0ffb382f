"""The URLs in a style sheet: `url(…)` and `@import`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from crawler.discovery.anchors import absolute

# Case matters, so that the engine can jump to the literal: a page's own styles are long.
_URL = re.compile(r"""url\(\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^)'"\s]+))\s*\)""")
_IMPORT = re.compile(r"""@import\s+(?:"([^"\n]*)"|'([^'\n]*)')""")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6}\s?|.)")
MOST = 1_000  # URLs of one sheet: more is a font or icon dump


def css_urls(sheet: str, base: str) -> Iterator[str]:
    """Absolute http(s) URLs imports first, each once; `data:` and the like left out."""
    sheet = sheet.replace("URL(", "url(")
    if "url(" not in sheet and "@import" not in sheet:
        return
    if "/*" in sheet:
        sheet = _COMMENT.sub(" ", sheet)
    seen: set[str] = set()
    for found in chain(_IMPORT.finditer(sheet), _URL.finditer(sheet)):
        raw = next((group for group in found.groups() if group), None)
        if raw is None or raw.startswith(("data:", "about:", "#")):
            continue
        url = absolute(base, _ESCAPE.sub(_unescaped, raw))
        if url is not None and url not in seen:
            seen.add(url)
            yield url
            if len(seen) >= MOST:
                return


def _unescaped(found: re.Match[str]) -> str:
    code = found[1].strip()
    if len(code) > 1 or code in "0123456789abcdefABCDEF":
        number = int(code, 16)
        return chr(number) if 0 < number < 0xD800 else ""
    return code
