"""The index of versions that are not current: one row for each, with the times when it stood."""

from __future__ import annotations

from archive.index_past import MICROSECONDS
from archive.ops.checks import Look
from archive.withdrawals import IS_WITHDRAWN

_SEEN = f"""
WITH seen AS (
    SELECT version.id, version.article_id, {MICROSECONDS} AS since,
           lead({MICROSECONDS}) OVER (PARTITION BY version.article_id
                                      ORDER BY first.time, first.id) AS until
    FROM version JOIN capture first ON first.id = version.first_capture_id)"""

_RULES = (
    (
        f"""{_SEEN} SELECT article.key, seen.id FROM seen
            JOIN article ON article.id = seen.article_id
            LEFT JOIN past_row ON past_row.version_id = seen.id
            WHERE seen.id != article.version_id AND NOT {IS_WITHDRAWN}
              AND (past_row.article_id, past_row.site_id)
                  IS NOT (article.id, article.site_id)""",
        "Article {0}: the index of earlier versions does not hold version {1}.",
    ),
    (
        f"""{_SEEN} SELECT article.key, seen.id FROM seen
            JOIN article ON article.id = seen.article_id
            JOIN past_row ON past_row.version_id = seen.id
            WHERE (past_row.since, past_row.until) IS NOT (seen.since, seen.until)
            UNION ALL
            SELECT article.key, seen.id FROM search_row JOIN seen ON seen.id = search_row.version_id
            JOIN article ON article.id = search_row.article_id
            WHERE search_row.since != seen.since""",
        "Article {0}: the index says that version {1} stood at another time than it was seen.",
    ),
    (
        f"""SELECT past_row.id, past_row.version_id FROM past_row
            LEFT JOIN version ON version.id = past_row.version_id
            LEFT JOIN article ON article.id = version.article_id
            WHERE article.id IS NULL OR article.version_id = version.id OR {IS_WITHDRAWN}""",
        "Row {0} of the index of earlier versions is of version {1}, which is none of those.",
    ),
)


def rows(look: Look, next_step: str) -> None:
    """Every version that is not current has its row, and nothing else has one."""
    for sql, what in _RULES:
        for row in look.conn.execute(sql):
            look.problem(what.format(*row), next_step)
