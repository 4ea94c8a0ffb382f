"""The elements of a page, held once for every rule, and where some attributes stand.

lxml makes a new object of an element that nobody holds (0.2 µs), and new strings of its attributes
each time they are asked for (0.3 to 1 µs): what is needed twice is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property, lru_cache

from lxml.etree import _Element

Items = list[tuple[str, str]]
_INDEXED = ("id", "class", "itemprop")
LONGEST = 500  # characters of a class attribute that is remembered
_SPACES = re.compile("[ \t\r\n]+")  # what XPath's normalize-space takes for white space


def words(classes: str) -> tuple[str, ...]:
    """The names in a class attribute, each once, cut as XPath cuts them: not at no-break spaces."""
    return _words(classes) if len(classes) <= LONGEST else _words.__wrapped__(classes)


@lru_cache(4096)
def _words(classes: str) -> tuple[str, ...]:
    found = classes.split() if classes.isprintable() else _SPACES.split(classes)
    return tuple(dict.fromkeys(found))


class Elements:
    """The elements under a root in document order; the index is made when first asked for."""

    def __init__(self, root: _Element) -> None:
        self.all: list[_Element] = list(root.iter("*"))
        self._attributes: dict[_Element, Items] = {}

    def reader(self) -> Callable[[_Element], Items]:
        """What gives an element's attributes, from the index if there is one already."""
        if self._attributes:
            return self._attributes.__getitem__
        return _Element.items  # type: ignore[return-value]  # str in HTML, never bytes

    @cached_property
    def having(self) -> dict[str, list[tuple[str, _Element]]]:
        """Name of an attribute -> its values with their elements."""
        found: dict[str, list[tuple[str, _Element]]] = {name: [] for name in _INDEXED}
        self._attributes = {element: element.items() for element in self.all}  # type: ignore[misc]
        for element, items in self._attributes.items():
            for name, value in items:
                if name in found:
                    found[name].append((value, element))
        return found

    @cached_property
    def by_id(self) -> dict[str, list[_Element]]:
        return self._by("id")

    @cached_property
    def by_itemprop(self) -> dict[str, list[_Element]]:
        return self._by("itemprop")

    @cached_property
    def by_class(self) -> dict[str, list[_Element]]:
        """Each element once under each of its names."""
        found: dict[str, list[_Element]] = {}
        for value, element in self.having["class"]:
            for word in words(value):
                if word in found:
                    found[word].append(element)
                else:
                    found[word] = [element]
        return found

    def _by(self, name: str) -> dict[str, list[_Element]]:
        found: dict[str, list[_Element]] = {}
        for value, element in self.having[name]:
            found.setdefault(value, []).append(element)
        return found
