"""The tree of a captured page: read, asked, and changed in place."""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element

_LAZY = ("data-src", "data-original", "data-lazy-src")  # where pages with scripts keep photos
# libxml2 stops reading 2,048 levels down, and what parses as browsers do takes minutes there: of a
# page that goes deeper, these are taken out.
_NESTING = re.compile(
    r"</?(?:div|section|font|span|b|i|u|em|strong|big|small|center|blockquote|o:p)\b[^>]*>", re.I
)
_MARKER = 3  # pixels: smaller images only count readers

BOX_STYLE = (
    "a:not([href]):not([name]){cursor:not-allowed}"
    ".luutru-missing{display:inline-block;box-sizing:border-box;max-width:100%;padding:.5em .7em;"
    "border:1px dashed #767676;color:#444;background:#f6f6f6;font:13px/1.4 sans-serif;"
    "overflow-wrap:anywhere;text-align:left}"
)
"""Goes into the page: how links that lead nowhere look, and :func:`box`."""


def parsed(text: str) -> _Element:
    """The root element of a page; an empty one if there is none in *text*."""
    text = text.replace("\0", "")
    tree, deep = _tree(text)
    if deep:
        tree, _ = _tree(_NESTING.sub(" ", text))
    if tree is None:
        tree, _ = _tree("<html><body></body></html>")
        assert tree is not None
    # What follows an early </html> becomes a second root.
    for other in list(tree.itersiblings(etree.Element)):
        body = tree.find("body")
        (tree if body is None else body).append(other)
    return tree


def _tree(text: str) -> tuple[_Element | None, bool]:
    """The root element, and whether the page was nested too deeply to be read to its end."""
    if not text.strip():
        return None, False
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    # As bytes, because lxml refuses text that declares an encoding.
    tree: _Element | None = etree.fromstring(text.encode("utf-8", "replace"), parser)
    return tree, any(one.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for one in parser.error_log)


def sources(image: _Element) -> list[str]:
    """Where the photo of an `img` may be, the one that scripts would put there first."""
    first = (image.get("srcset") or "").split(",")[0].split()
    said = [*map(image.get, _LAZY), image.get("src"), *first[:1]]
    return [one.strip() for one in said if one and one.strip()]


def is_sheet(one: _Element) -> bool:
    """Whether a `link` names a style sheet that is in force."""
    rel = (one.get("rel") or "").lower().split()
    return one.tag == "link" and "stylesheet" in rel and "alternate" not in rel


def is_marker(image: _Element) -> bool:
    """Whether an `img` is there only to count readers."""
    sizes = [image.get("width") or "", image.get("height") or ""]
    return any(size.isdecimal() and len(size) < 5 and int(size) < _MARKER for size in sizes)


def box(tag: str, text: str) -> _Element:
    """What stands for something that is not shown."""
    made = etree.Element(tag)
    made.set("class", "luutru-missing")
    made.text = text
    return made


def put(one: _Element, name: str, value: str | None) -> None:
    """Set an attribute; None takes it away."""
    if value is not None:
        one.set(name, value)
    elif name in one.attrib:
        del one.attrib[name]


def replace(one: _Element, by: _Element | None) -> None:
    """Put *by* in the place of an element, or nothing; what follows it stays."""
    parent = one.getparent()
    if parent is None:
        return
    if by is None:
        by = etree.Comment("")
    by.tail, one.tail = one.tail, None
    parent.replace(one, by)
