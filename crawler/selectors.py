"""CSS or XPath, compiled once: what the profiles say where a field stands."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cssselect import HTMLTranslator, SelectorError
from lxml import etree

_XPATH_STARTS = ("/", "./", "../", "(", "ancestor::", "descendant::", "self::")


@lru_cache(maxsize=2048)
def compiled(selector: str) -> etree.XPath:
    """The selector as a callable over an element; XPath begins with ``/``, ``./`` or ``(``.

    Raises ``ValueError`` with the reason if it is neither good CSS nor good XPath.
    """
    text = selector.strip()
    try:
        if not text.startswith(_XPATH_STARTS):
            text = HTMLTranslator().css_to_xpath(text)
        return etree.XPath(text)
    except (SelectorError, etree.XPathSyntaxError, ValueError) as problem:
        raise ValueError(f"{selector!r} is neither CSS nor XPath: {problem}") from problem


def select(root: Any, selectors: tuple[str, ...]) -> tuple[list[Any], str | None]:
    """What the first selector that finds anything finds under *root*, and that selector.

    XPath may give strings (``//meta/@content``) beside elements. A selector whose result is a
    number or a truth value finds nothing.
    """
    for selector in selectors:
        found = compiled(selector)(root)
        if isinstance(found, list) and found:
            return found, selector
    return [], None
