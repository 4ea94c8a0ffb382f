"""Near copies against the texts they are derived from, and stories against copies."""

from __future__ import annotations

import json
import sqlite3

from archive import copies, copies_state
from archive.fingerprints import fingerprint_of
from archive.ops.checks import WRONG_VALUES, Look, sample

REINDEX = "`luutru reindex` compares all articles anew."

_ARTICLES = """
SELECT article.id, article.key, version.lead, version.body, copy_text.counted, copy_text.syllables
FROM article JOIN version ON version.id = article.version_id
LEFT JOIN copy_text ON copy_text.article_id = article.id"""

_STRANGE = """
SELECT article_id FROM copy_text WHERE article_id NOT IN (SELECT id FROM article)
UNION SELECT article_id FROM sentence WHERE article_id NOT IN (SELECT id FROM article)"""

_LINKS = """
SELECT one_id, other_id FROM copy_pair
UNION ALL
SELECT min(article.id) OVER (PARTITION BY version.text_digest), article.id
FROM article JOIN version ON version.id = article.version_id WHERE version.text_digest != ''"""


def copy_pairs(look: Look) -> None:
    """Each article's sentences are those of its text, and its pairs what the sentences say."""
    if not copies_state.complete(look.archive):
        look.problem("Not all articles were compared with each other: near copies are missing.",
                     REINDEX)  # fmt: skip
        return
    look.expect("copy_text", sampled=True)
    sql, values = _ARTICLES, list[str]()
    if look.sample is not None:
        ids = sample((row[0] for row in look.conn.execute("SELECT id FROM article")), look.sample)
        sql, values = f"{sql} WHERE article.id IN (SELECT value FROM json_each(?))", [str(ids)]
    for row in look.conn.execute(sql, values):
        look.at()
        try:
            wrong = _wrong(look, row)
        except sqlite3.DatabaseError as error:
            look.require_damage(error)
            wrong = f"what it is compared by cannot be read ({error})"
        except WRONG_VALUES as error:
            wrong = f"what it is compared by was written by nobody ({type(error).__name__})"
        if wrong:
            look.problem(f"Article {row['key']}: {wrong}.", REINDEX)
    for (article_id,) in look.conn.execute(_STRANGE):
        look.problem(f"Sentences are stored of article {article_id}, which is none.", REINDEX)
    _all_rows(look)


def _wrong(look: Look, row: sqlite3.Row) -> str | None:
    text = copies.stored(look.archive, row["id"])
    if text != fingerprint_of(row["lead"], row["body"]):
        return "its sentences are not those it is compared by"
    (there,) = look.conn.execute(
        """SELECT count(*) FROM json_each(?) JOIN sentence
           ON sentence.digest = json_each.value AND sentence.article_id = ?""",
        (json.dumps(list(text.sentences)), row["id"]),
    ).fetchone()
    if there != len(text.sentences):
        return "not all of its sentences can be looked up"
    weight, near = copies.expected(look.archive, row["id"])
    if (row["counted"], row["syllables"]) != (weight.counted, weight.syllables):
        return "its sentences are counted wrong"
    if near != copies.pairs(look.archive, row["id"]):
        return "its near copies are not those that its sentences say"
    return None


def _all_rows(look: Look) -> None:
    rows, said = look.conn.execute(
        """SELECT (SELECT count(*) FROM sentence),
                  (SELECT coalesce(sum(length(sentences) / 9), 0) FROM copy_text)"""
    ).fetchone()
    if rows != said:
        look.problem(f"{rows} sentences are stored, the texts have {said}.", REINDEX)


def connected(look: Look) -> None:
    """The members of a story hang together by copies."""
    above: dict[int, int] = {}

    def top(one: int) -> int:
        while (up := above.get(one, one)) != one:
            above[one] = above.get(up, up)
            one = up
        return one

    for one, other in look.conn.execute(_LINKS):
        above[top(other)] = top(one)
    parts: dict[int, int] = {}
    told: set[int] = set()
    for article_id, story_id, key in look.conn.execute(
        """SELECT article.id, story.id, story.key FROM article
           JOIN story ON story.id = article.story_id ORDER BY article.key"""
    ):
        if parts.setdefault(story_id, top(article_id)) != top(article_id) and story_id not in told:
            told.add(story_id)
            look.problem(f"Story {key}: no copies connect its articles.", REINDEX)
