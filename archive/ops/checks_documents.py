"""Texts of documents: of payloads that are there, and in the index with their articles.

Whether a text is what its document says, only `crawler.documents` can tell: it is read again when
its extractor changes (`luutru reparse --apply`).
"""

from __future__ import annotations

from archive import index_documents
from archive.ops.checks import Look
from archive.ops.checks_index import REINDEX

_STATES = """
SELECT payload_id, state FROM document_text
WHERE (state = 'text') != (length(trim(text)) > 0) OR (state != 'text' AND problem IS NULL)"""

_HELD = """
SELECT search_document.article_id, search_document.payload_id FROM search_document
LEFT JOIN document_text ON document_text.payload_id = search_document.payload_id
LEFT JOIN search_row ON search_row.article_id = search_document.article_id
WHERE document_text.payload_id IS NULL OR search_row.id IS NULL"""

_ATTACHING = """
SELECT article.id, article.key, article.version_id FROM article
JOIN version ON version.id = article.version_id WHERE version.attachments != '[]'"""


def document_texts(look: Look) -> None:
    """Each text fits its state, and the index holds those of the current versions."""
    look.at(look.conn.execute("SELECT count(*) FROM document_text").fetchone()[0])
    for payload_id, state in look.conn.execute(_STATES):
        look.problem(
            f"Document {payload_id}: its state is {state}, which its text or problem is not.",
            "`luutru reparse --apply` reads it again.",
        )
    for article_id, payload_id in look.conn.execute(_HELD):
        look.problem(f"The index holds document {payload_id} of article {article_id}, which is"
                     " not there.", REINDEX)  # fmt: skip
    if look.sample is not None:
        return
    for row in look.conn.execute(_ATTACHING).fetchall():
        wanted = index_documents.wanted(look.archive, row["version_id"])
        held = index_documents.held(look.archive, row["id"])
        # what was captured and not read yet, the next crawl reads; until then the old text stays
        if wanted != held and not index_documents.waits(look.archive, row["version_id"]):
            look.problem(f"Article {row['key']}: the index holds other documents than it attaches.",
                         REINDEX)  # fmt: skip
