"""What was withdrawn is not there, is told as withdrawn, and is left in no corner of the file."""

from __future__ import annotations

from archive.ops.checks import RESTORE, Look, Rule
from archive.withdrawals import IS_WITHDRAWN

_WITHDRAW = "`luutru withdraw` takes it out again."
_CLEAN = "`luutru withdraw --clean` writes the file anew."

RULES = (
    Rule(
        """SELECT payload.id, payload.digest FROM withdrawn_payload
           JOIN payload ON payload.id = withdrawn_payload.payload_id
           WHERE length(payload.data) > 0""",
        "Payload {0} ({1}) was withdrawn, and its bytes are there.",
        _WITHDRAW,
    ),
    Rule(
        f"""SELECT article.key FROM article WHERE {IS_WITHDRAWN} AND (
              EXISTS (SELECT 1 FROM version WHERE article_id = article.id
                      AND (title != '' OR body != '[]' OR lead IS NOT NULL OR text_digest != ''))
              OR EXISTS (SELECT 1 FROM caption JOIN version ON version.id = caption.version_id
                         WHERE version.article_id = article.id)
              OR EXISTS (SELECT 1 FROM search_row WHERE article_id = article.id)
              OR EXISTS (SELECT 1 FROM past_row WHERE article_id = article.id))""",
        "Article {0} was withdrawn, and text of it is there.",
        _WITHDRAW,
    ),
    Rule(
        f"""SELECT article.key FROM article WHERE {IS_WITHDRAWN} AND EXISTS (
              SELECT 1 FROM version LEFT JOIN withdrawn_version kept
                ON kept.first_capture_id = version.first_capture_id AND kept.digest = version.digest
              WHERE version.article_id = article.id AND kept.digest IS NULL)""",
        "Article {0} was withdrawn, and the digest of a version is not the one that was kept.",
    ),
    Rule(
        """SELECT page.id, page.url FROM withdrawn_page JOIN page ON page.id = page_id
           WHERE page.due IS NOT NULL""",
        "Page {0} ({1}) was withdrawn, and is due.",
    ),
    Rule(
        "SELECT id, time FROM withdrawal WHERE cleaned IS NULL",
        "Withdrawal {0} of {1}: its bytes may still be in free room of the file.",
        _CLEAN,
    ),
)


def withdrawals(look: Look) -> None:
    """Nothing of what was withdrawn is there but what proves it."""
    look.at(look.conn.execute("SELECT count(*) FROM withdrawal").fetchone()[0])
    for rule in RULES:
        for row in look.conn.execute(rule.sql):
            look.problem(rule.what.format(*row), rule.next_step or RESTORE)
