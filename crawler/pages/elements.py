"""The elements of a page, held once for every rule, and where some attributes stand.

lxml makes a new object of an element that nobody holds (0.2 µs): a list of all keeps them for the
whole reading, and is what the walk goes over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from lxml import etree
from lxml.etree import _Element

_WITH = {name: etree.XPath(f"//*[@{name}]") for name in ("id", "class", "itemprop")}
_SPACES = re.compile("[ \t\r\n]+")  # what XPath's normalize-space takes for white space


def words(classes: str) -> list[str]:
    """The names in a class attribute, cut as XPath cuts them: not at no-break spaces."""
    return classes.split() if classes.isprintable() else _SPACES.split(classes)


class Elements:
    """The elements under a root in document order; indexes are made when first asked for."""

    def __init__(self, root: _Element) -> None:
        self.root = root
        self.all: list[_Element] = list(root.iter("*"))

    @cached_property
    def ids(self) -> list[tuple[str, _Element]]:
        """Each id with its element."""
        return self._having("id")

    @cached_property
    def by_id(self) -> dict[str, list[_Element]]:
        return _grouped(self.ids)

    @cached_property
    def by_itemprop(self) -> dict[str, list[_Element]]:
        return _grouped(self._having("itemprop"))

    @cached_property
    def by_class(self) -> dict[str, list[_Element]]:
        """Each element once under each of its names."""
        return _grouped(
            (word, element)
            for value, element in self._having("class")
            for word in (dict.fromkeys(words(value)) if not value.isalnum() else (value,))
        )

    def _having(self, name: str) -> list[tuple[str, _Element]]:
        return [(element.get(name, ""), element) for element in _WITH[name](self.root)]


def _grouped(pairs: Iterable[tuple[str, _Element]]) -> dict[str, list[_Element]]:
    found: dict[str, list[_Element]] = {}
    for value, element in pairs:
        found.setdefault(value, []).append(element)
    return found
