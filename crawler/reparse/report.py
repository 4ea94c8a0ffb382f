"""What another reading gains and loses, by site and field, with examples."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from archive.derived import ArticleState, Derived, VersionState

Change = Literal["gained", "lost", "changed", "same"]

CHANGES = ("gained", "lost", "changed", "same")
FIELDS = (
    "title", "section", "lead", "published", "updated", "authors", "byline", "source", "body",
    "captions", "related", "attachments", "tags", "language",
)  # fmt: skip
ROWS = ("article", "version", *FIELDS)
"""The rows of the report. An article is gained if it appears, lost if it vanishes, changed if it
is now told as one with another; a version is lost if it is now one with another."""
_LONGEST = 160  # characters of a value in an example


@dataclass(frozen=True, slots=True)
class Example:
    """One change: *before* and *after* are values as in the JSON of an article, shortened."""

    site: str
    url: str
    field: str
    change: Change
    before: str
    after: str


@dataclass
class Report:
    """Counts by site, field and change, and at most *most* examples of each."""

    most: int = 0
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list)
    given: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, other: Report) -> None:
        """Count what another report has counted, and take its examples as far as there is room."""
        self.counts.update(other.counts)
        for one in other.examples:
            self._give(one)

    def compare(
        self, site: str, old: Derived, new: Derived, urls: dict[int, str], fresh: set[int]
    ) -> None:
        """Count what is different between two readings of the same captures.

        *urls*: of their pages. Articles whose page is not among *fresh* were counted before.
        """
        for key, article in old.articles.items():
            if article.page_id not in fresh:
                continue
            if key not in new.articles:
                change: Change = "lost" if new.of_key(key) is None else "changed"
                heir = new.of_key(key)
                self._tell(site, "article", change, urls[article.page_id], _title(article),
                           _title(heir) if heir else "")  # fmt: skip
            else:
                self._tell(site, "article", "same", "", "", "")
            for version in article.versions:
                self._version(site, article, version, new, urls)
        for key, article in new.articles.items():
            if article.page_id not in fresh:
                continue
            if key not in old.articles and old.of_key(key) is None:
                self._tell(site, "article", "gained", urls[article.page_id], "", _title(article))
            there = old.articles.get(key)
            for version in article.versions:
                if there is not None and there.version(version.first) is None:
                    self._tell(site, "version", "gained", urls[article.page_id], "",
                               new.captures[version.first][1])  # fmt: skip

    def _version(
        self,
        site: str,
        article: ArticleState,
        old: VersionState,
        new: Derived,
        urls: dict[int, str],
    ) -> None:
        """One version, beside that which holds its first capture now."""
        there = new.holder(old.first, article.key)
        if there is None:
            return  # told as an article that is lost
        found, version = there
        if found.key != article.key or version.first != old.first:
            self._tell(site, "version", "lost", urls[article.page_id], old.row["digest"], "")
        else:
            self._tell(site, "version", "same", "", "", "")
        if old.says_of_site() == version.says_of_site() and old.links == version.links:
            for name in FIELDS:
                self.counts[site, name, "same"] += 1
            return
        for name in FIELDS:
            before, after = _value(old, name), _value(version, name)
            self._tell(site, name, _change(before, after), urls[article.page_id], before, after)

    def _tell(
        self, site: str, name: str, change: Change, url: str, before: object, after: object
    ) -> None:
        self.counts[site, name, change] += 1
        if change == "same" or self.given[site, name, change] >= self.most:
            return
        if isinstance(before, list) and isinstance(after, list):
            before, after = (
                [one for one in before if one not in after],
                [one for one in after if one not in before],
            )
        self._give(Example(site, url, name, change, _short(before), _short(after)))

    def _give(self, one: Example) -> None:
        name = one.site, one.field, one.change
        if self.given[name] < self.most:
            self.given[name] += 1
            self.examples.append(one)

    def rows(self) -> list[dict[str, Any]]:
        """A row a site and field."""
        return [
            {"site": site, "field": name, **counts}
            for site in sorted({site for site, _, _ in self.counts})
            for name in ROWS
            if any((counts := self._counts(site, name)).values())
        ]

    def _counts(self, site: str, name: str) -> dict[str, int]:
        return {change: self.counts[site, name, change] for change in CHANGES}


def _value(version: VersionState, name: str) -> Any:
    """A field's value, links apart by what they are."""
    article = version.article
    if name == "authors":
        return [one.name for one in article.authors]
    if name == "body":
        return [block.text for block in article.body]
    if name == "captions":
        return [f"{one.text} ({one.credit})" if one.credit else one.text
                for one in article.captions]  # fmt: skip
    if name == "related":
        return [one.url for one in article.related]
    if name == "attachments":
        return [one.url for one in article.attachments]
    value = getattr(article, name)
    return list(value) if isinstance(value, tuple) else value


def _change(before: object, after: object) -> Change:
    if before == after:
        return "same"
    if not before:
        return "gained"
    return "changed" if after else "lost"


def _title(article: ArticleState) -> str:
    return str(article.versions[-1].row["title"])


def _short(value: object) -> str:
    """In one line; a list by what is in it."""
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
