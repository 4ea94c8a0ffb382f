"""Credits: who made a photo, as a caption ends or as a line of its own. Pure functions on text.

Vietnamese pages print "Ảnh: …" as a part of the caption, and there it stays; others print the
credit beside it, where it is taken off the caption's text.
"""

from __future__ import annotations

import re

from crawler.pages import bylines, hints

_VIETNAMESE = re.compile(
    r"(?:^|[\s(.;,–—-])(?:\(?)(?:ảnh(?: minh h[oọ][aạ]| tư liệu)?|nguồn ảnh|nguồn|photo|foto|"
    r"photo credit|credit|bild|fotos)\s*[:;]\s*(?P<who>[^()]{2,80}?)\s*\)?\s*\.?\s*\)?$",
    re.I,
)
_FOREIGN = re.compile(
    r"\s*[(\[|–—-]*\s*(?:(?:[A-Z]{2,12}[ -])?(?:photos?|foto(?:s|grafie)?|bild(?:er|quelle)?|"
    r"images?(?: credits?)?|pict?(?:ure)?s?|photograph(?:er|s|y)?|credit|quelle|zdjęcie|фото|"
    r"isithombe|crédit)\s*(?:by\b|[:/])"
    r"|©|\(c\)\s|＝)\s*(?P<who>[^()\[\]]{2,90}?)\s*[)\]]*\s*\.?$",
    re.I,
)
# News agencies and libraries of photos sign with their name alone, behind a sentence or a bar.
_AGENCY = re.compile(
    r"(?:(?<=[.!?”»])\s*|\s*[|]\s*|\s+[–—-]\s+)(?P<who>[^.!?|]{0,50}?\b(?:dpa|AFP|AP|APA|Reuters|"
    r"Getty(?: Images)?|EPA|EFE|ANSA|Keystone|TASS|Xinhua|imago|Shutterstock|iStock|Alamy|"
    r"picture[- ]alliance|PA Wire|Bloomberg|NTB|TT|Ritzau|Midjourney)\b[^.!?|]{0,40})$"
)
_SLASHED = re.compile(r"[^\s/][^/]{1,40}\s?/\s?[^/]{2,30}$")
_BY_ELEMENT = hints.CREDIT | hints.SOURCE | hints.AUTHOR


def credit(text: str) -> str | None:
    """Who made a photo, by its caption ("… Ảnh: Mạnh Quân", "(Ảnh: AP)")."""
    found = _VIETNAMESE.search(text)
    return found["who"].strip(" .") if found else None


def parted(text: str) -> tuple[str, str | None]:
    """A caption's text and its credit; a foreign credit at its end is taken off."""
    foreign = _FOREIGN.search(text) or _AGENCY.search(text)
    if foreign and foreign.start() >= 5:
        return text[: foreign.start()].rstrip(), foreign["who"].strip(" .")
    return text, credit(text)


def is_maker(text: str) -> bool:
    """Whether a short line is a name, or names with an agency's ("A. Person/Agency")."""
    if len(text) > 60 or text[-1:] in ".!?:;":
        return False
    agency = _AGENCY.search(f". {text}")
    return bylines.is_name(text) or agency is not None or _SLASHED.match(text) is not None


def parted_at(text: str, last: str) -> tuple[str, str | None] | None:
    """A caption whose last element names who made the photo, without a sign between; else None."""
    head = text.removesuffix(last).rstrip()
    if not last or len(head) < 5 or len(head) == len(text):
        return None
    name = last.strip(" ()[]|–—-©")
    if not (is_maker(name) or (head[-1] in ".!?”»)" and len(name) <= 60 and name[:1].isupper())):
        return None
    return head.rstrip(" |–—-"), maker(last)


def maker(text: str) -> str:
    """The name in a credit that stands alone."""
    found = _FOREIGN.match(text)
    return found["who"].strip(" .") if found else text.strip(" ()|-–—©")


def is_credit(text: str, flags: int = 0) -> bool:
    """Whether a line at a photo names who made it and nothing else, by its words or its element."""
    if flags & hints.CREDIT and len(text) <= 120:
        return True
    return _FOREIGN.match(text) is not None or (bool(flags & _BY_ELEMENT) and len(text) <= 80)
