"""The text of a tree repaired before any rule reads it: its lines, and attributes that are text.

One cheap look at the bytes tells whether a page may need it; few do. Addresses, scripts and
styles are never touched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from lxml.etree import _Element

from archive.old_letters import CODINGS, Coding
from crawler.pages import old_fonts
from crawler.pages.edits import Around
from crawler.pages.repair import STEPS, Repaired, repair
from crawler.pages.shown_lines import ShownLine, lines_of, writable
from crawler.pages.text import VIETNAMESE

# Pairs that clean pages of any language hardly have. Each begins with one byte, which `re` looks
# for with memchr; the class before it stands behind it, in a look-behind.
_TELLS = (
    (b"\xcc", rb"\xcc[\x80-\xbf]"),  # combining marks
    (
        b"\xc2",  # TCVN3: signs behind a letter, Đ and đ before one
        rb"\xc2(?:(?<=[A-Za-z]\xc2)[\xa8\xaa\xac\xb5\xb6\xb8\xbc-\xbe]"
        rb"|[\xa7\xae\xb8](?:[a-z]|\xc2[\xa8-\xad\xb5\xb6\xb8\xb9]|\xc3[\xa1-\xbe]))",
    ),
    (
        b"\xc3",
        rb"\xc3(?:[\x90\xb0]"  # Ð, ð
        rb"|[\x82-\x86][\xc2\xc5\xc6\xcb\xe2]|\xa1\xc2[\xba\xbb]"  # UTF-8 encoded twice
        rb"|\xb6\xc3[\xb4\xb9\xb8\xbb\xaf]|(?<=[aA]\xc3)[\xa0-\xa3\xa5\xb8\xb9\xbb]"  # VNI
        rb"|(?<=[oOeE]\xc3)[\xa2\xb8]"
        rb"|(?:(?<=[aeouyAEOUY]\xc3)|[\xa2\xaa\xb4\xb5\xbd]\xc3)[\xac\xb2\x8c\x92\x9e])",  # 1258
    ),
    (b"\xc6", rb"\xc6\x89"),  # Ɖ
    (b"\xd0", rb"\xd0(?:(?<=[A-Za-z]\xd0).|.[A-Za-z\xc3\xe1])"),  # Cyrillic beside Latin letters
    (b"\xd1", rb"\xd1(?:(?<=[A-Za-z]\xd1).|.[A-Za-z\xc3\xe1])"),
    (
        b"&",  # the same as entities
        rb"&(?:amp;(?:#(?:19[2-9]|2\d\d|36[01]|41[67]|43[12]|7[89]\d\d)|#[xX](?:[c-fC-F]|1[0-9abAB]|1[eE][a-fA-F])[0-9a-fA-F]|[aeiouyAEIOUY](?:grave|acute|circ|tilde));"
        rb"|para;|cedil;|micro;|uml;|not;|frac1|Atilde;|AElig;|aacute;&(?:ordm|raquo|#18[67]);"
        rb"|(?:sect|reg);[a-z&]|ETH;|eth;|#(?:16[38]|172|18[1245]|188|190|195|208|240);"
        rb"|ouml;&ocirc;|(?<=[aA]&)(?:ugrave|oslash|ucirc|acirc|agrave|aacute|aring);"
        rb"|(?<=[oOeE]&)(?:acirc|oslash);)",
    ),
)
_SIGNS = tuple((lead, re.compile(sign)) for lead, sign in _TELLS)
_TEXTS = ("alt", "title", "content", "data-caption", "data-title")
_ADDRESS = re.compile(r"\s*(?:[a-z][a-z0-9+.-]{1,12}:|/|\?|#)\S*\s*$", re.I)
_UNSEEN = {
    "soft hyphens": "\u00ad",
    "zero-width spaces": "\u200b",
    "zero-width joiners": "\u200d",
    "zero-width non-joiners": "\u200c",
    "byte order marks": "\ufeff",
    "word joiners": "\u2060",
}
MANY = 20  # letters that only Vietnamese has, of a page that is Vietnamese
ENOUGH = 3  # lines that are certain by themselves make the others of their kind certain
LONGEST = 20_000  # characters of a line or an attribute that are looked at
MOST = 400_000  # characters of a page's suspicious lines that are: a book, in 2 s


def suspicious(data: bytes) -> bool:
    """Whether *data*, a page in UTF-8, may hold text that needs repair."""
    return any(lead in data and sign.search(data) for lead, sign in _SIGNS)


def mend(root: _Element) -> tuple[Around, tuple[str, ...]]:
    """Repairs the texts under *root* in place: what the page shows as a whole, and the notes."""
    lines = _suspects(root)
    around = _around(lines)
    counts: Counter[str] = Counter()
    for line in lines:
        changed = False
        for note, step in STEPS.items():
            edits = step(line.text(), around, line.told())
            if edits:
                line.apply(edits)
                counts[note] += 1
                changed = True
        if changed:
            line.write()
    for note in _attributes(root, around):
        counts[note] += 1
    return around, tuple(
        f"{note} in {counts[note]} {'line' if counts[note] == 1 else 'lines'}"
        for note in STEPS
        if counts[note]
    )


def mended(text: str, around: Around) -> Repaired:
    """*text* of a script or an attribute, unless it is an address."""
    if len(text) > LONGEST or _ADDRESS.match(text):
        return Repaired(text)
    return repair(text, around)


def settled(raw: str) -> tuple[str, ...]:
    """What of *raw*, lines as they stand, is settled in each text: characters that are not seen."""
    # `in` takes a hundredth of the time of a regular expression.
    return tuple(f"{name} removed" for name, char in _UNSEEN.items() if char in raw)


def _suspects(root: _Element) -> list[ShownLine]:
    found, size = [], 0
    for line in lines_of(root):
        length = sum(map(len, line.texts))
        if length <= LONGEST and _may_need(line):
            found.append(line)
            size += length
            if size > MOST:
                break
    return found


def _may_need(line: ShownLine) -> bool:
    return any(not text.isascii() or "&" in text for text in line.texts)


def _around(lines: list[ShownLine]) -> Around:
    """What all *lines* show together."""
    letters = 0
    runs: Counter[Coding | None] = Counter()
    none = Around()
    for line in lines:
        text = line.text()
        if letters < MANY:
            letters += len(VIETNAMESE.findall(text))
        if runs[None] < ENOUGH and STEPS["UTF-8 encoded twice"](text, none, ()):
            runs[None] += 1
            continue
        for coding in CODINGS:
            if runs[coding] < ENOUGH and old_fonts.edits(text, coding, none, line.told()):
                runs[coding] += 1
    return replace(
        none,
        vietnamese=letters >= MANY or sum(runs.values()) >= ENOUGH,
        codings=frozenset(c for c, n in runs.items() if c and n >= ENOUGH),
        twice=runs[None] >= ENOUGH,
    )


def _attributes(root: _Element, around: Around) -> Iterator[str]:
    """Repairs the attributes that are text, and gives the notes."""
    for element in root.iter("*"):
        for name in _TEXTS:
            value = element.get(name)
            if value is None or (value.isascii() and "&" not in value):
                continue
            fixed = mended(value, around)
            if fixed.notes:
                element.set(name, writable(fixed.text))
                yield from fixed.notes
