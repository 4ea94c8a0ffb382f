-- Texts of documents. Frozen: a later change is a migration of its own. All of it is derived: the
-- texts from payloads, and what the index holds of them from texts and current versions.

-- DERIVED: what a document (PDF, DOCX, DOC) says, once for each payload that was read as one.
CREATE TABLE document_text (
    payload_id INTEGER PRIMARY KEY REFERENCES payload(id),
    kind TEXT NOT NULL,               -- by its bytes: pdf, docx, doc, …, unknown
    state TEXT NOT NULL CHECK (state IN
        ('text', 'empty', 'encrypted', 'broken', 'limits', 'unsupported')),
    text TEXT NOT NULL,               -- lines; pages of a PDF are divided by form feeds
    title TEXT,                       -- as the document names itself
    pages INTEGER,                    -- of a PDF
    cut INTEGER NOT NULL DEFAULT 0,   -- 1: it is longer than what is kept of it
    problem TEXT,                     -- in words: why there is no text, or not all of it
    extractor TEXT NOT NULL           -- who read it: its number, and the versions of the libraries
) STRICT;

-- DERIVED: the documents whose words the index holds with an article. They change only when the
-- article's row of the index is written, since that is deleted by giving its old words again.
CREATE TABLE search_document (
    article_id INTEGER NOT NULL,
    position INTEGER NOT NULL,        -- of the attachment in the version
    payload_id INTEGER NOT NULL,
    PRIMARY KEY (article_id, position)
) STRICT, WITHOUT ROWID;
-- which articles hold a document that is read anew
CREATE INDEX search_document_payload ON search_document (payload_id);
