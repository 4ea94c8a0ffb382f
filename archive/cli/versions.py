"""Which version of which article a call means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.errors import InputError

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.types import Version


def all_of(archive: Archive, ref: str) -> list[Version]:
    """Every version of the article that *ref* means, the oldest first."""
    from archive import articles

    return articles.versions(archive, articles.resolve(archive, ref))


def chosen(archive: Archive, ref: str, number: int | None) -> tuple[Version, int, int]:
    """The version with that *number*, its number, and how many there are.

    None: the one that holds the capture, if *ref* is the citation of one; else the current one.

    Versions count from 1; negative numbers count from the last.
    """
    from archive import articles, citations

    article_id = articles.resolve(archive, ref)
    found = articles.versions(archive, article_id)
    if number is None:
        cited = citations.parse(ref)
        if cited is not None:
            capture_id = citations.capture_of(archive, cited)
            shown = citations.version_at(archive, article_id, capture_id)
        else:
            shown = articles.current(archive, article_id).id
        place = next(i for i, one in enumerate(found, 1) if one.id == shown)
        return found[place - 1], place, len(found)
    place = place_of(found, number)
    return found[place - 1], place, len(found)


def place_of(found: list[Version], number: int) -> int:
    """*number* as one from 1 on; InputError if there is no such version."""
    place = number if number > 0 else len(found) + 1 + number
    if number == 0 or not 1 <= place <= len(found):
        have = "1 version" if len(found) == 1 else f"versions 1 to {len(found)}"
        raise InputError(
            f"There is no version {number} of {found[0].key}: it has {have}.",
            f"`luutru history {found[0].key}` lists them.",
        )
    return place
