"""Derived data against the captures: pages read and replayed again, beside what the archive holds.

Only what today's reader has read can be compared: what another one made of a page is no damage.
`luutru reparse` brings that up to date, and by the same steps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from archive import captures, pages
from archive.db import Archive
from archive.derived import ArticleState, Derived, VersionState
from archive.ops.checks import Look, sample
from crawler.reparse.choice import Options
from crawler.reparse.profiles import Profiles
from crawler.reparse.run import TOGETHER
from crawler.reparse.values import Batch, Made, Rewrite
from crawler.reparse.workers import Processes, Setup

USUAL = 200  # pages that are read again unasked: some seconds
_REPARSE = "`luutru reparse --all --apply` makes it anew from the captures."

_COMPARABLE = """
SELECT article_page.page_id FROM article_page JOIN page ON page.id = article_page.page_id
WHERE page.site_id = ? AND page.id NOT IN (SELECT page_id FROM merged_page) AND NOT EXISTS (
    SELECT 1 FROM capture JOIN reading ON reading.capture_id = capture.id
    WHERE capture.page_id = page.id AND (reading.reader IS NOT ? OR reading.state != 'read'))"""


class Rederiving:
    """The check, as `luutru verify` calls it. *most*: pages that are read; None: all."""

    def __init__(self, sites_dirs: Iterable[Path], workers: int, most: int | None) -> None:
        self._dirs, self._workers, self._most = tuple(sites_dirs), workers, most
        self.aside = 0  # pages of articles that cannot be compared

    def __call__(self, look: Look) -> None:
        profiles = Profiles(look.archive, self._dirs)
        found = list(_comparable(look.archive, profiles))
        row = look.conn.execute("SELECT count(*) FROM article_page").fetchone()
        self.aside = row[0] - len(found)
        ids = found if self._most is None else sample(iter(found), self._most)
        if not ids:
            return
        look.expect_some(len(ids))
        options = Options(all=True, check=True)
        setup = Setup(look.archive.path, look.archive.clock, profiles, options)
        processes = Processes(setup, self._workers)
        try:
            _check(look, profiles, processes, sorted(ids))
        finally:
            processes.close()


def _check(look: Look, profiles: Profiles, processes: Processes, ids: list[int]) -> None:
    readers = {site.id: profiles.reader(site) for site in profiles.sites}
    batches = deque(ids[at : at + TOGETHER] for at in range(0, len(ids), TOGETHER))
    sent: deque[tuple[int, int]] = deque()
    done: set[int] = set()
    number = 0
    while batches or sent:
        while batches and len(sent) < processes.places:
            number += 1
            some = batches.popleft()
            processes.submit(Batch(number, tuple(some)))
            sent.append((number, len(some)))
        first, size = sent.popleft()
        for made in processes.result(first, lambda: False) or ():
            if not made.page_ids <= done:
                done |= made.page_ids
                _tell(look, readers, made)
        look.at(size)


def _tell(look: Look, readers: dict[int, str], made: Made) -> None:
    if made.problem:  # what was read once and cannot be read any more, too
        look.problem(made.problem)
    if not isinstance(made.change, Rewrite):
        return
    old, new = made.change.old, made.change.new
    site_id = pages.get(look.archive, min(made.page_ids)).site_id
    if not {row[2] for row in old.readings.values()} <= {readers.get(site_id)}:
        return  # a page that belongs to it was read by another reader
    for article, what in _differences(old, new):
        url = pages.get(look.archive, article.page_id).url
        look.problem(f"Article {article.key} ({url}): {what}", _REPARSE)
    for number, row in old.readings.items():
        if row[:2] != (there := new.readings.get(number, ("unread", None)))[:2]:
            url = captures.get(look.archive, number).url
            look.problem(
                f"Capture {number} of {url}: it was {row[0]} as {row[1]}, and is"
                f" {there[0]} as {there[1]}.", _REPARSE,
            )  # fmt: skip


def _comparable(archive: Archive, profiles: Profiles) -> Iterator[int]:
    for site in profiles.sites:
        values = (site.id, profiles.reader(site))
        yield from (row[0] for row in archive.conn.execute(_COMPARABLE, values))


def _differences(old: Derived, new: Derived) -> Iterator[tuple[ArticleState, str]]:
    for key, article in old.articles.items():
        there = new.articles.get(key)
        if there is None:
            yield article, "its captures show no such article."
        elif article.says() != there.says():
            yield article, f"{_different(article, there)}: its captures show it otherwise."
    for key in new.articles.keys() - old.articles.keys():
        yield new.articles[key], "its captures show it, and it is not there."


def _different(one: ArticleState, other: ArticleState) -> str:
    """Which of its parts, in words."""
    found = [
        name for name in ("site_id", "page_id", "state", "state_since", "current", "pages", "links")
        if getattr(one, name) != getattr(other, name)
    ]  # fmt: skip
    for version in one.versions:
        there = other.version(version.first)
        at = f"of the version first seen in capture {version.first}"
        if there is None:
            found.append(f"the bounds {at}")
        else:
            found += [f"`{name}` {at}" for name in _columns(version, there)]
    if len(one.versions) < len(other.versions):
        found.append("the versions, of which some are missing,")
    return ", ".join(found) or "its parts"


def _columns(one: VersionState, other: VersionState) -> Iterator[str]:
    yield from (name for name, value in one.row.items() if other.row[name] != value)
    if one.bylines != other.bylines:
        yield "byline rows"
    if one.captions != other.captions:
        yield "caption rows"
