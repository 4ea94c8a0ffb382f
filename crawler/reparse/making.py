"""What a process makes of its pages: it reads, replays and compares them, and writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from archive import derived, pages
from archive.db import Archive
from archive.derived import Derived
from archive.ops.checks import is_damage
from archive.quiet import quiet
from archive.types import Page
from crawler.reparse import choice
from crawler.reparse.choice import Options
from crawler.reparse.joining import names_of
from crawler.reparse.kinship import Kinship
from crawler.reparse.profiles import Profiles
from crawler.reparse.reading import Read, ReadOne, Rereader
from crawler.reparse.replay import MoreError, Readings, Scratch, Unreadable
from crawler.reparse.report import Report
from crawler.reparse.single import CAPTURES, single
from crawler.reparse.values import Batch, Entry, Made, Rewrite


@dataclass
class _Group:
    """Pages that are read and replayed together."""

    page_ids: set[int]
    read: dict[int, dict[int, Read]] = field(default_factory=dict)  # page -> capture -> reading


class Maker:
    """Makes what is to stand in an archive of what *read* reads in its captures."""

    def __init__(
        self, archive: Archive, profiles: Profiles, options: Options, read: ReadOne
    ) -> None:
        self._archive, self._profiles, self._options = archive, profiles, options
        self._reader = Rereader(archive, profiles, read, options.apply and not options.merged)
        self._kin = Kinship(archive, profiles.of)
        self._scratch = Scratch(archive.clock)
        self._slugs = {site.id: site.slug for site in profiles.sites}
        self._pages: dict[int, Page] = {}  # of this batch
        self._given = Report(options.examples)  # of this batch: more examples are of no use

    def make(self, batch: Batch) -> list[Made]:
        """What is made of these pages and those that belong to them, in the order of the pages.

        All of it is of one snapshot of the archive.
        """
        conn = self._archive.conn
        self._pages.clear()
        begun: set[int] = set()
        made: list[Made] = []
        self._given = Report(self._options.examples)
        conn.execute("BEGIN")
        try:
            for page_id in batch.page_ids:
                if page_id not in begun:
                    one = self._made(page_id, batch.whole)
                    begun |= one.page_ids
                    made.append(one)
        finally:
            conn.execute("ROLLBACK")
        return made

    def close(self) -> None:
        self._scratch.close()

    # -- one group --------------------------------------------------------------------------------

    def _made(self, page_id: int, whole: bool) -> Made:
        try:
            return self._group(page_id, whole)
        except Exception as error:
            if not (self._options.check and is_damage(error)):
                raise
            told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            problem = f"What is derived from page {page_id} cannot be made again ({told})."
            return Made(frozenset({page_id}), problem)

    def _group(self, page_id: int, whole: bool) -> Made:
        group = _Group(self._kin.before({page_id}))
        if not group.page_ids:  # it was withdrawn since the pages were chosen
            return Made(frozenset({page_id}), reports={})
        self._read(group)
        old, new = self._replay(group)
        page_ids = frozenset(group.page_ids)
        problem = _unreadable(old, group)
        if problem:
            # what was read of it before is worth more than nothing
            return Made(page_ids, problem)
        if self._options.check:
            return Made(page_ids, change=Rewrite(old, new))
        members = [self._page(one) for one in sorted(page_ids)]
        slug = self._slugs[self._page(page_id).site_id]
        reports = dict(self._reports(slug, members, old, new))
        if not self._options.apply:
            return Made(page_ids, reports=reports)
        change = None if whole else quiet(old, new)
        if change is None:
            rewrite = Rewrite(old, new)
            names, seeks = names_of(self._archive, old, new, self._kin.may_leave(new))
            return Made(page_ids, None, reports, rewrite, names, seeks, self._entries(group, new))
        if not change.versions and not change.readings:
            change = None
        return Made(page_ids, None, reports, change, entries=self._entries(group, new))

    def _page(self, page_id: int) -> Page:
        if page_id not in self._pages:
            self._pages[page_id] = pages.get(self._archive, page_id)
        return self._pages[page_id]

    def _read(self, group: _Group, captures: Collection[int] = ()) -> None:
        """Read the pages of a group that are not read yet, and those *captures* of them."""
        for page_id in sorted(group.page_ids):
            page = self._page(page_id)
            if page_id in group.read:
                ids = [one for one in captures if self._page_of(one) == page_id]
            else:
                ids = choice.captures_of(self._archive, page_id)
            group.read.setdefault(page_id, {}).update(self._reader.read(page, ids))

    def _page_of(self, capture_id: int) -> int:
        row = self._archive.conn.execute("SELECT page_id FROM capture WHERE id = ?", (capture_id,))
        return int(row.fetchone()[0])

    def _replay(self, group: _Group) -> tuple[Derived, Derived]:
        """What the archive holds of the group, and what the new readings make of it."""
        while True:
            old = derived.load(self._archive, group.page_ids)
            read = {n: one.reading for of_page in group.read.values() for n, one in of_page.items()}
            new = self._single(group, old, read)
            if new is not None and self._kin.after(new) <= group.page_ids:
                return old, new
            waiting = {n for n, row in old.readings.items() if choice.waits(row)}
            try:
                new = self._scratch.replay(
                    self._archive, group.page_ids, self._profiles.of, read, waiting
                )
            except MoreError as more:
                group.page_ids = self._kin.before(group.page_ids | more.pages)
                self._read(group, more.captures)
                continue
            together = self._kin.after(new)
            if together <= group.page_ids:
                return old, new
            group.page_ids = self._kin.before(group.page_ids | together)
            self._read(group)

    def _single(self, group: _Group, old: Derived, read: Readings) -> Derived | None:
        if len(group.page_ids) > 1:
            return None
        (page_id,) = group.page_ids
        looks = self._archive.conn.execute(CAPTURES, (page_id,)).fetchall()
        return single(self._page(page_id), looks, old, read)

    def _reports(
        self, slug: str, members: list[Page], old: Derived, new: Derived
    ) -> Iterator[tuple[int, Report]]:
        urls = {page.id: page.url for page in members}
        for page in members:
            report = Report(self._options.examples, given=self._given.given)
            report.compare(slug, old, new, urls, {page.id})
            yield page.id, report

    def _entries(self, group: _Group, new: Derived) -> tuple[Entry, ...]:
        return tuple(
            Entry(page_id, new.captures[capture_id][1], one.found)
            for page_id, of_page in group.read.items()
            for capture_id, one in of_page.items()
            if one.found and new.captures.get(capture_id, (0, ""))[0] == page_id
        )


def _unreadable(old: Derived, group: _Group) -> str | None:
    """Why the group is left as it is: what was read once cannot be read again."""
    for of_page in group.read.values():
        for capture_id, one in of_page.items():
            was = old.readings.get(capture_id)
            if isinstance(one.reading, Unreadable) and was is not None and was[0] == "read":
                return one.reading.problem
    return None
