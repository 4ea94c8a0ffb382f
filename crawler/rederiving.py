"""Derived data against the captures: pages read and replayed again, beside what the archive holds.

Only what today's reader has read can be compared: what another one made of a page is no damage.
`luutru reparse` brings that up to date, and by the same steps.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from archive import captures, pages
from archive.db import Archive
from archive.derived import ArticleState, Derived, VersionState
from archive.ops.checks import Look, sample
from archive.sites import Site
from crawler.reader_pool import ReaderPool
from crawler.reparse import Reparse, _Group
from crawler.reparse_choice import Options
from crawler.reparse_profiles import Profiles

USUAL = 200  # pages that are read again unasked: some seconds
_REPARSE = "`luutru reparse --all --apply` makes it anew from the captures."

_COMPARABLE = """
SELECT article_page.page_id FROM article_page JOIN page ON page.id = article_page.page_id
WHERE page.site_id = ? AND NOT EXISTS (
    SELECT 1 FROM capture JOIN reading ON reading.capture_id = capture.id
    WHERE capture.page_id = page.id AND (reading.reader IS NOT ? OR reading.state != 'read'))"""


class Rederiving:
    """The check, as `luutru verify` calls it. *most*: pages that are read; None: all."""

    def __init__(self, sites_dirs: Iterable[Path], workers: int, most: int | None) -> None:
        self._dirs, self._workers, self._most = tuple(sites_dirs), workers, most
        self.aside = 0  # pages of articles that cannot be compared

    def __call__(self, look: Look) -> None:
        profiles = Profiles(look.archive, self._dirs)
        known = {site.id: site for site in profiles.sites}
        found = list(_comparable(look.archive, profiles))
        row = look.conn.execute("SELECT count(*) FROM article_page").fetchone()
        self.aside = row[0] - len(found)
        ids = found if self._most is None else sample(iter(found), self._most)
        if not ids:
            return
        look.expect_some(len(ids))
        pool = ReaderPool(None, self._workers)
        try:
            result = asyncio.run(_Recheck(look, profiles, pool, known, sorted(ids)).run())
        finally:
            pool.close()
        for problem in result.problems:  # what was read once and cannot be read any more
            look.problem(problem)


def _comparable(archive: Archive, profiles: Profiles) -> Iterator[int]:
    for site in profiles.sites:
        values = (site.id, profiles.reader(site))
        yield from (row[0] for row in archive.conn.execute(_COMPARABLE, values))


class _Recheck(Reparse):
    """A reparse of chosen pages that tells what differs, and writes nothing."""

    def __init__(
        self, look: Look, profiles: Profiles, pool: ReaderPool, known: dict[int, Site],
        page_ids: list[int],
    ) -> None:  # fmt: skip
        super().__init__(look.archive, profiles, pool, Options(all=True))
        self._look, self._known, self._ids = look, known, page_ids

    def count(self) -> int:
        return len(self._ids)

    def _groups(self) -> Iterator[_Group]:
        for number, page_id in enumerate(self._ids, 1):
            self._look.at()
            if page_id not in self._begun:
                page_ids = self._kin.before({page_id})
                self._begun |= page_ids
                site = self._known[pages.get(self._archive, page_id).site_id]
                yield _Group(site, number, page_ids)

    async def _read(self, group: _Group, captures: Collection[int] = ()) -> None:
        try:
            await super()._read(group, captures)
        except Exception as error:  # noqa: BLE001 - see _lost
            self._lost(group, error)

    def _settle(self, group: _Group, old: Derived, new: Derived) -> bool:
        readers = {
            row[2] for capture_id, row in old.readings.items()
            if old.captures[capture_id][0] in group.page_ids
        }  # fmt: skip
        if readers <= {self._profiles.reader(group.site)}:
            for article, what in _differences(old, new):
                url = pages.get(self._archive, article.page_id).url
                self._look.problem(f"Article {article.key} ({url}): {what}", _REPARSE)
            for number, row in old.readings.items():
                if row[:2] != (there := new.readings.get(number, ("unread", None)))[:2]:
                    url = captures.get(self._archive, number).url
                    self._look.problem(
                        f"Capture {number} of {url}: it was {row[0]} as {row[1]}, and is"
                        f" {there[0]} as {there[1]}.", _REPARSE,
                    )  # fmt: skip
        self._finished |= group.page_ids
        self._begun |= group.page_ids
        return True

    async def _finish(self, scratch: object, group: _Group) -> None:
        try:
            await super()._finish(scratch, group)  # type: ignore[arg-type]  # passed on as it is
        except Exception as error:  # noqa: BLE001 - see _lost
            self._lost(group, error)

    def _lost(self, group: _Group, error: Exception) -> None:
        """Tell what could not be replayed: over rows that nobody wrote, code that is made for whole
        ones raises anything. What is no damage (a file in use, …) is raised again."""
        self._look.require_damage(error)
        ids = ", ".join(map(str, sorted(group.page_ids)[:3]))
        told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        self._look.problem(f"What is derived from page {ids} cannot be made again ({told}).")


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
