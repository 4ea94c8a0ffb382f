"""Derived tables against what they are derived from: articles against captures, and so on."""

from __future__ import annotations

import sqlite3

from archive import version_rows
from archive.content import content_of
from archive.digest import sha256
from archive.ops import checks_copies
from archive.ops.checks import WRONG_VALUES, Look, Rule, apply_rules, walk
from archive.ops.checks_rules import ARTICLES, EVENTS, PAGES, READINGS, STORIES, VERSIONS
from archive.places import page_key
from archive.times import sortable
from archive.vietnamese import RULES_VERSION
from archive.withdrawals import IS_WITHDRAWN

_ARTICLE_PAGES = """
SELECT page.id, page.url, page.method, page.body_digest, article_page.key
FROM article_page JOIN page ON page.id = article_page.page_id"""

_VERSION_ROWS = f"""
SELECT version.*, EXISTS (SELECT 1 FROM article WHERE article.id = version.article_id
                          AND {IS_WITHDRAWN}) AS is_withdrawn FROM version"""


def page_states(look: Look) -> None:
    """Each page's last capture and answer are of that page, and there is no later one."""
    _rules(look, "page", PAGES)
    for row in look.conn.execute("SELECT * FROM page WHERE body != x'' OR body_digest != ''"):
        if row["body_digest"] != (sha256(row["body"]) if row["body"] else ""):
            look.problem(f"Page {row['id']} ({row['url']}): its body is not that of its digest.")


def article_rows(look: Look) -> None:
    """Each article has its current version, and its key and page among its addresses."""
    _rules(look, "article", ARTICLES)
    for row in look.conn.execute(_ARTICLE_PAGES):
        if page_key(row["url"], row["method"], row["body_digest"]) != row["key"]:
            look.problem(f"Page {row['id']} ({row['url']}): its article's key {row['key']} is not"
                         " made of its address.")  # fmt: skip


def version_texts(look: Look) -> None:
    """Each version's digests and dates are those of its text."""
    _rules(look, "version", VERSIONS)
    (rules,) = look.conn.execute("SELECT rules FROM index_state").fetchone()
    for row in walk(look, "version", _VERSION_ROWS):
        if row["is_withdrawn"]:  # the digest is kept, its text is not: `withdrawals` looks at it
            continue
        try:
            wrong = _version(look, row, rules in (None, RULES_VERSION))
        except sqlite3.DatabaseError as error:
            look.require_damage(error)
            wrong = f"its parts cannot be read ({error})"
        except WRONG_VALUES as error:
            wrong = f"its row holds what nobody wrote ({type(error).__name__}: {error})"
        if wrong:
            look.problem(
                f"Version {row['id']} of article {_key(look, row['article_id'])}: {wrong}."
            )


def _version(look: Look, row: sqlite3.Row, same_rules: bool) -> str | None:
    content = content_of(version_rows.article_of(look.archive, row, ""))
    if (row["published_utc"], row["published_precision"]) != sortable(row["published"]):
        return f"{row['published']} is not {row['published_utc']} in UTC"
    # The words under this digest are made by the rules for words, which a release may change.
    if same_rules and content.text_digest != row["text_digest"]:
        return "its title or body is not that of its digest"
    if content.digest != row["digest"] and not _links_in_text(look, row["article_id"]):
        return "its content is not that of its digest"
    return None


def _links_in_text(look: Look, article_id: int) -> bool:
    """Whether links in the text are under the digest: their rows tell only when they stood there.

    A reading that was put in another's place may have had others.
    """
    row = look.conn.execute(
        "SELECT 1 FROM link WHERE article_id = ? AND kind = 'text' LIMIT 1", (article_id,)
    ).fetchone()
    return row is not None


def _key(look: Look, article_id: int) -> str:
    try:
        row = look.conn.execute("SELECT key FROM article WHERE id = ?", (article_id,)).fetchone()
    except sqlite3.DatabaseError as error:
        look.require_damage(error)
        row = None
    return row["key"] if row is not None else f"in row {article_id}"


def story_rows(look: Look) -> None:
    """Copies are one story, named by the smallest of their keys."""
    _rules(look, "story", STORIES)
    checks_copies.connected(look)


def event_rows(look: Look) -> None:
    """The journal names versions of the articles that it tells of."""
    _rules(look, "event", EVENTS)


def reading_rows(look: Look) -> None:
    """No capture of a crawl that has ended waits to be read."""
    _rules(look, "reading", READINGS)


def _rules(look: Look, table: str, rules: tuple[Rule, ...]) -> None:
    look.at(look.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    apply_rules(look, table, rules)
