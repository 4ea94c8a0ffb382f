"""Kinds of readings that are no article's text, in the sets that decisions are made by."""

from __future__ import annotations

from collections.abc import Iterable

NO_MORE = ("error", "foreign")
"""They say, under status 200, that a page is no more."""

HIDDEN = ("login", "parked")
"""They hide a page and everything beside it: told, and no article is gone by them."""

STRANGE = ("parked", "foreign")
"""What another has put in the site's place: its links lead nowhere."""

OF_A_SITE = ("closed", "login", "parked", "foreign")
"""Shown in the place of a page by a site that shows them everywhere: the page may still be."""

NOTICES = ("error", *OF_A_SITE)
"""All of them: shown for many addresses."""


def listed(kinds: Iterable[str]) -> str:
    """*kinds* as a list of SQL."""
    return f"({', '.join(repr(kind) for kind in kinds)})"
