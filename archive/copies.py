"""Near copies: which articles' current texts share most of the shorter one's sentences.

Candidates come from a table of sentence digests, exactly: who shares a sentence is found by it. A
sentence that stands in more than `CROWD` articles (a site's imprint, a slogan) says nothing of a
copy and counts nowhere. So the cost of an update is bounded however large the archive grows, and
what is near is a matter of the texts that are there, not of the order in which they came.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from archive import copies_state
from archive.db import Archive
from archive.fingerprints import (
    FEW,
    Figures,
    Fingerprint,
    Weight,
    figures_fit,
    figures_of,
    fingerprint_of,
    share,
)

CROWD = 300
"""Articles that may share a sentence before it counts as a formula. Over twice the committees that
a text of the centre can reach on two addresses each (63 provinces before 2025)."""

_TEXT = """
SELECT version.lead, version.body FROM article JOIN version ON version.id = article.version_id
WHERE article.id = ?"""

Pair = tuple[int, int]


@dataclass(slots=True)
class Changes:
    """The articles that gained or lost pairs; *others*: not only those asked for were compared,
    because a sentence became a formula, or ceased to be one."""

    articles: set[int] = field(default_factory=set)
    others: bool = False


def put(archive: Archive, article_ids: Iterable[int]) -> Changes:
    """Compare the current texts of these articles with all others, inside the transaction.

    While the tables are of other rules nothing is done: `stories.rebuild` will come to them too.
    """
    changes = Changes()
    if not copies_state.ready(archive):
        return changes
    touched: set[int] = set()
    asked = list(article_ids)
    for article_id in asked:
        text = _current(archive, article_id)
        if text is not None:
            touched |= _replace(archive, article_id, text)
    changes.others = not touched <= set(asked)
    _compare(archive, touched, changes)
    return changes


def take_out(archive: Archive, article_ids: Iterable[int]) -> Changes:
    """Forget these articles, before their rows are deleted."""
    changes = Changes()
    touched: set[int] = set()
    ids = set(article_ids)
    for article_id in ids:
        touched |= _replace(archive, article_id, Fingerprint({}))
        changes.articles.update(pairs(archive, article_id))
        archive.conn.execute(
            "DELETE FROM copy_pair WHERE one_id = :id OR other_id = :id", {"id": article_id}
        )
        archive.conn.execute("DELETE FROM copy_text WHERE article_id = ?", (article_id,))
    _compare(archive, touched - ids, changes)
    changes.articles -= ids
    return changes


def expected(archive: Archive, article_id: int) -> tuple[Weight, dict[int, tuple[int, int]]]:
    """What the sentence rows say of an article: its weight, and each near copy with what they
    share, of how many."""
    weight, shared = _found(archive, article_id)
    return weight, _near(archive, article_id, weight, shared)


# -- one text -------------------------------------------------------------------------------------


def _current(archive: Archive, article_id: int) -> Fingerprint | None:
    row = archive.conn.execute(_TEXT, (article_id,)).fetchone()
    return fingerprint_of(row["lead"], row["body"]) if row is not None else None


def _figures(archive: Archive, article_id: int) -> Figures:
    row = archive.conn.execute(_TEXT, (article_id,)).fetchone()
    return figures_of(row["lead"], row["body"])


def stored(archive: Archive, article_id: int) -> Fingerprint | None:
    """The fingerprint that was put in; None if there is none."""
    row = archive.conn.execute(
        "SELECT sentences FROM copy_text WHERE article_id = ?", (article_id,)
    ).fetchone()
    return Fingerprint.from_bytes(row[0]) if row is not None else None


def _replace(archive: Archive, article_id: int, text: Fingerprint) -> set[int]:
    """Write a text's sentences; the articles that must be compared again by that."""
    old = stored(archive, article_id)
    if old == text:
        return set()
    before = old.sentences.keys() if old is not None else set()
    touched = {article_id}
    for digest in before - text.sentences.keys():
        touched |= _at_the_border(archive, digest, CROWD + 1)
        archive.conn.execute(
            "DELETE FROM sentence WHERE digest = ? AND article_id = ?", (digest, article_id)
        )
    for digest in text.sentences.keys() - before:
        touched |= _at_the_border(archive, digest, CROWD)
        archive.conn.execute("INSERT INTO sentence VALUES (?, ?)", (digest, article_id))
    archive.conn.execute(
        """INSERT INTO copy_text VALUES (?, ?, 0, 0)
           ON CONFLICT (article_id) DO UPDATE SET sentences = excluded.sentences""",
        (article_id, text.to_bytes()),
    )
    return touched


def _at_the_border(archive: Archive, digest: int, number: int) -> set[int]:
    """Who has a sentence, if that is just the *number* at which it begins or ends to count."""
    there = _holders(archive, digest, number + 1)
    return set(there) if len(there) == number else set()


def _holders(archive: Archive, digest: int, most: int) -> list[int]:
    rows = archive.conn.execute(
        "SELECT article_id FROM sentence WHERE digest = ? LIMIT ?", (digest, most)
    )
    return [row[0] for row in rows]


# -- pairs ----------------------------------------------------------------------------------------


def _compare(archive: Archive, touched: set[int], changes: Changes) -> None:
    """Weigh these articles, then bring their pairs up to date."""
    found = {article_id: _found(archive, article_id) for article_id in touched}
    for article_id, (weight, _) in found.items():
        archive.conn.execute(
            "UPDATE copy_text SET counted = ?, syllables = ? WHERE article_id = ?",
            (weight.counted, weight.syllables, article_id),
        )
    for article_id, (weight, shared) in found.items():
        before = pairs(archive, article_id)
        after = _near(archive, article_id, weight, shared)
        for other in before.keys() - after.keys():
            archive.conn.execute(
                "DELETE FROM copy_pair WHERE one_id = ? AND other_id = ?", _pair(article_id, other)
            )
            changes.articles |= {article_id, other}
        for other, told in after.items():
            if before.get(other) != told:
                archive.conn.execute(
                    "INSERT OR REPLACE INTO copy_pair VALUES (?, ?, ?, ?)",
                    (*_pair(article_id, other), *told),
                )
        if new := after.keys() - before.keys():
            changes.articles |= {article_id, *new}


def _found(archive: Archive, article_id: int) -> tuple[Weight, Counter[int]]:
    """An article's weight, and the other articles with how many counted sentences they share."""
    text = stored(archive, article_id) or Fingerprint({})
    shared: Counter[int] = Counter()
    counted = syllables = 0
    for digest, length in text.sentences.items():
        there = _holders(archive, digest, CROWD + 1)
        if len(there) <= CROWD:
            counted, syllables = counted + 1, syllables + length
            shared.update(there)
    shared.pop(article_id, None)
    return Weight(counted, syllables), shared


def _near(
    archive: Archive, article_id: int, weight: Weight, shared: Counter[int]
) -> dict[int, tuple[int, int]]:
    """Of those who share sentences with a text of that weight the near copies."""
    if not shared:
        return {}
    near_ones: dict[int, tuple[int, int]] = {}
    for row in archive.conn.execute(
        """SELECT article_id, counted, syllables FROM copy_text
           WHERE article_id IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(shared)),),
    ):
        other = Weight(row["counted"], row["syllables"])
        told = share(weight, other, shared[row["article_id"]])
        if told and (
            told[0] == told[1]
            or told[1] > FEW
            or _figures_fit(archive, (article_id, weight), (row["article_id"], other))
        ):
            near_ones[row["article_id"]] = told
    return near_ones


def _figures_fit(archive: Archive, one: tuple[int, Weight], other: tuple[int, Weight]) -> bool:
    """Whether the figures of the shorter fit the longer, or those of both if neither is longer."""
    said, there = _figures(archive, one[0]), _figures(archive, other[0])
    shorter, longer = one[1].counted <= other[1].counted, other[1].counted <= one[1].counted
    return (not shorter or figures_fit(said, there)) and (not longer or figures_fit(there, said))


def pairs(archive: Archive, article_id: int) -> dict[int, tuple[int, int]]:
    """An article's near copies, as stored: what they share, of how many sentences."""
    rows = archive.conn.execute(
        """SELECT other_id AS id, shared, of FROM copy_pair WHERE one_id = :id
           UNION ALL SELECT one_id, shared, of FROM copy_pair WHERE other_id = :id""",
        {"id": article_id},
    )
    return {row["id"]: (row["shared"], row["of"]) for row in rows}


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)
