"""A style sheet of a captured page, made safe: what it loads comes from captures or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable

Address = Callable[[str], str | None]
"""An address as it stands in the style sheet -> the one to load instead, None: nothing."""

_STRING = r""""((?:[^"\\\n]|\\.)*)(?:"|\Z)|'((?:[^'\\\n]|\\.)*)(?:'|\Z)"""
_ENDS = re.compile(r"\r\n?|\f")
# An escaped letter is that letter (CSS Syntax 4.3.7), so `u\72l(` loads as `url(` does.
_ESCAPED = re.compile(r"\\(?:([0-9a-f]{1,6})[ \t\n]?|([g-z]))", re.I)
_COMMENT = re.compile(rf"({_STRING}|url\([^\"')]*\))|/\*.*?(?:\*/|\Z)", re.S | re.I)
_IMPORT = re.compile(
    rf"@import\s*(?:url\(\s*)?(?:{_STRING}|([^\s\"');]+))\s*\)?([^;{{}}]*)(?:;|\Z)", re.I
)
_URL = re.compile(rf"url\(\s*(?:{_STRING}|([^\"')]*))\s*(?:\)|\Z)", re.I)
_ODD_URL = re.compile(r"url\((?!\"(?:/(?!/)|data:image/))", re.I)
# A font needs leave from its origin that a page without scripts and origin cannot get.
_FONT = re.compile(r"@font-face\s*\{[^{}]*(?:\}|\Z)", re.I)
# The browsers that ran these are gone, but what is saved of a replay may be opened in anything.
_ACTIVE = re.compile(r"expression\s*\(|behaviou?r\s*:|-moz-binding\s*:|@import|@charset", re.I)
_OTHER_LOADS = re.compile(r"(?:-webkit-)?image-set\s*\(|\bsrc\s*\(|\bimage\s*\(", re.I)
_CONDITION = re.compile(r"[\w\s(),.:>=-]*\Z")  # of an import: media, layer, supports


def addresses(sheet: str) -> tuple[list[str], list[str]]:
    """What the style sheet would load, as it stands there: images (and the like), style sheets."""
    images: list[str] = []
    sheets: list[str] = []

    def note(found: list[str]) -> Address:
        def take(address: str) -> None:
            found.append(address)

        return take

    rewritten(sheet, note(images), note(sheets))
    return images, sheets


def rewritten(sheet: str, image: Address, style: Address) -> str:
    """The style sheet with its images and imported sheets at the addresses that are given.

    What has none is taken out. No `</` is in it, so it can stand in an element `style`.
    """
    sheet = _ESCAPED.sub(_unescaped, _ENDS.sub("\n", sheet))
    sheet = _FONT.sub(" ", _COMMENT.sub(_uncommented, sheet))
    imports: list[str] = []

    def take_import(match: re.Match[str]) -> str:
        there = style(_said(match))
        if there is not None and _CONDITION.match(match[4]) and "url" not in match[4].lower():
            imports.append(f'@import "{_quoted(there)}" {match[4].strip()};')
        return " "

    def put_url(match: re.Match[str]) -> str:
        there = image(_said(match))
        return f'url("{_quoted(there)}")' if there is not None else "none"

    # Each is put out by a space: what stands on its two sides must not become one of them.
    sheet = _ACTIVE.sub(" ", _IMPORT.sub(take_import, sheet))
    sheet = _ODD_URL.sub("none(", _URL.sub(put_url, sheet))
    sheet = _OTHER_LOADS.sub("none(", sheet)
    return "\n".join([*imports, sheet]).replace("</", "<\\/")


def _said(match: re.Match[str]) -> str:
    return next((one for one in match.groups()[:3] if one), "").strip()


def _uncommented(match: re.Match[str]) -> str:
    return match[1] or " "


def _unescaped(match: re.Match[str]) -> str:
    letter = match[2] or _letter(int(match[1], 16))
    return letter or match[0]


def _letter(code: int) -> str:
    return chr(code) if code < 0x80 and chr(code).isalpha() else ""


def _quoted(address: str) -> str:
    return address.replace("\\", "%5C").replace('"', "%22").replace("\n", "")
