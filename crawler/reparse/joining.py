"""Which of the groups made at one time could be one: each was made without the other's new reading.

What a process compares with is the archive as it was when it began. If two groups both say
something new by which articles are joined (a text, a canonical address), neither has seen the other
one: the later of the two is made once more, when the earlier one is written.
"""

from __future__ import annotations

from collections.abc import Iterable

from archive.db import Archive
from archive.derived import ArticleState, Derived
from archive.pages import get
from archive.reading_kinds import NO_MORE

_MOST = 10_000  # names of what was written that are held, before the older ones are looked through


class Written:
    """The pages and names of what was written lately, numbered in the order of writing."""

    def __init__(self) -> None:
        self.number = 0
        self._last: dict[int | str, int] = {}

    def since(self, number: int, keys: Iterable[int | str]) -> bool:
        """Whether one of these was written after that *number*."""
        return any(self._last.get(one, 0) > number for one in keys)

    def add(self, keys: Iterable[int | str], oldest: int) -> None:
        """Note what is written now. Nobody will ask about what is older than *oldest*."""
        self.number += 1
        if len(self._last) > _MOST:
            self._last = {one: at for one, at in self._last.items() if at > oldest}
        self._last.update(dict.fromkeys(keys, self.number))


def names_of(
    archive: Archive, old: Derived, new: Derived, left: bool
) -> tuple[frozenset[str], frozenset[str]]:
    """The texts and addresses by which the articles of *new* can be joined to others, and those by
    which others can be joined to them; none if those of *old*, which others have seen in the
    archive, were the same.

    A text joins only what has *left* its address to what shows it elsewhere.
    """
    if _errors(old) == _errors(new) and _said(old) == _said(new):
        return frozenset(), frozenset()
    names: set[str] = set()
    texts: set[str] = set()
    for article in new.articles.values():
        texts |= {one.row["text_digest"] for one in article.versions} - {""}
        names |= {f"page {one.row['canonical']}" for one in article.versions}
        names |= {f"page {get(archive, page_id).url}" for page_id, _ in article.pages}
    names.discard("page None")
    shown, gone = {f"shown {one}" for one in texts}, {f"gone {one}" for one in texts}
    if left:
        return frozenset(names | shown | gone), frozenset(names | shown | gone)
    return frozenset(names | shown), frozenset(names | gone)


def _said(one: Derived) -> dict[str, set[tuple[str, str, str | None]]]:
    return {key: _marks(article) for key, article in one.articles.items()}


def _marks(article: ArticleState) -> set[tuple[str, str, str | None]]:
    return {
        (one.row["text_digest"], one.row["title"], one.row["canonical"]) for one in article.versions
    }


def _errors(one: Derived) -> set[int]:
    """Captures that say their page is no more: what they showed may have moved."""
    return {capture_id for capture_id, row in one.readings.items() if row[1] in NO_MORE}
