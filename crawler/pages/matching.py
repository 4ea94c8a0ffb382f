"""Selectors answered from the index of a page's ids and classes, without a look at every element.

XPath goes over the whole tree for each selector: 50 to 100 µs, sixteen times an article page. What
is not answered here (`+`, `:not`, other XPath) is left to it; the results are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cssselect import SelectorError
from cssselect import parser as css
from lxml import etree
from lxml.etree import _Element

from crawler.pages.elements import Elements, words
from crawler.selectors import compiled

Test = Callable[[_Element], bool]
_FROM_ID = re.compile(r"//\*\[@id='([^']+)'\](/[^|]+)")
MOST = 300  # candidates: each looks at what stands above it, which XPath does once for all
_ENDS: dict[str, Callable[[str, str], bool]] = {
    "=": str.__eq__,
    "^=": str.startswith,
    "$=": str.endswith,
    "*=": str.__contains__,
}


@dataclass(frozen=True, slots=True)
class Compound:
    """Part of a selector between combinators; ``keys``: (name, sign, value) of attributes."""

    tag: str | None
    keys: tuple[tuple[str, str, str], ...]
    before: Compound | None = None
    parent: bool = False  # `before` is of the parent, not of any element above

    def fits(self, element: _Element) -> bool:
        if self.tag is not None and element.tag != self.tag:
            return False
        return all(_has(element, *key) for key in self.keys) and self._stands(element)

    def _stands(self, element: _Element) -> bool:
        if self.before is None:
            return True
        above = element.getparent()
        while above is not None:
            if self.before.fits(above):
                return True
            above = None if self.parent else above.getparent()
        return False


def _has(element: _Element, name: str, sign: str, value: str) -> bool:
    given = element.get(name)
    if given is None:
        return False
    return value in words(given) if sign == "word" else _ENDS[sign](given, value)


def find(elements: Elements, selector: str) -> list[Any] | None:
    """What *selector* finds, in document order; None if only XPath can tell."""
    compound = _compound(selector)
    if compound is not None:
        return _fitting(elements, compound)
    start = _FROM_ID.fullmatch(selector)
    if start is None:
        return None
    starts = elements.by_id.get(start[1], [])
    if not starts:
        return []
    try:
        found = compiled(f".{start[2]}")(starts[0]) if len(starts) == 1 else None
    except (ValueError, etree.XPathError):
        return None  # the same, told of the selector as it is written
    return found if isinstance(found, list) else None


def _fitting(elements: Elements, compound: Compound) -> list[_Element] | None:
    candidates = _candidates(elements, compound.keys)
    if candidates is None and compound.before is not None:
        outer = _fitting(elements, compound.before)
        if outer is None or len(outer) > 1:
            return None  # what stands in two of them would be found twice
        candidates = list(outer[0].iterdescendants(compound.tag or "*")) if outer else []
    if candidates is None or len(candidates) > MOST:
        return None
    return [element for element in candidates if compound.fits(element)]


def _candidates(elements: Elements, keys: Iterable[tuple[str, str, str]]) -> list[_Element] | None:
    """What the index offers for the last part of a selector."""
    for name, sign, value in keys:
        if name == "id" and sign == "=":
            return elements.by_id.get(value, [])
        if name == "id":
            fits = _ENDS[sign]
            return [element for known, element in elements.having["id"] if fits(known, value)]
        if sign == "word":
            return elements.by_class.get(value, [])
        if name == "itemprop" and sign == "=":
            return elements.by_itemprop.get(value, [])
    return None


@lru_cache(maxsize=2048)
def _compound(selector: str) -> Compound | None:
    try:
        (tree,) = css.parse(selector)
    except (SelectorError, ValueError):
        return None  # XPath, or several selectors
    return None if tree.pseudo_element else _translated(tree.parsed_tree)


def _translated(tree: Any) -> Compound | None:
    if isinstance(tree, css.CombinedSelector):
        before, last = _translated(tree.selector), _translated(tree.subselector)
        if before is None or last is None or tree.combinator not in {" ", ">"}:
            return None
        return Compound(last.tag, last.keys, before, tree.combinator == ">")
    if isinstance(tree, css.Element):
        tag = tree.element
        return None if tree.namespace else Compound(tag.lower() if tag else None, ())
    key = _key(tree)
    inner = _translated(tree.selector) if key else None
    return Compound(inner.tag, (*inner.keys, key)) if inner and key else None


def _key(tree: Any) -> tuple[str, str, str] | None:
    if isinstance(tree, css.Hash):
        return "id", "=", tree.id
    if isinstance(tree, css.Class):
        return "class", "word", tree.class_name
    if isinstance(tree, css.Attrib) and not tree.namespace and tree.operator in _ENDS:
        value = tree.value.value if tree.value else ""
        return (tree.attrib.lower(), tree.operator, value) if value else None
    return None
