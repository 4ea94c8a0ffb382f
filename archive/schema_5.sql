-- Withdrawals, notes and collections. Frozen: a later change is a migration of its own.

-- KEPT: what was taken out of the archive, when, by whom and why.
CREATE TABLE withdrawal (
    id INTEGER PRIMARY KEY,
    time TEXT NOT NULL,
    agent TEXT NOT NULL,              -- who withdrew it
    reason TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('article', 'page', 'capture')),
    names TEXT NOT NULL,              -- JSON, list: keys of articles, URLs, identities of captures
    cleaned TEXT                      -- when the file was written anew without it; NULL: its bytes
                                      -- may still stand in free room of the file
) STRICT;

-- KEPT: pages that a withdrawal closed: never asked for and never read again.
CREATE TABLE withdrawn_page (
    page_id INTEGER PRIMARY KEY REFERENCES page(id),
    withdrawal_id INTEGER NOT NULL REFERENCES withdrawal(id)
) STRICT;

-- KEPT: payloads whose bytes are not there on purpose: their `data` is empty, digest and size stay.
CREATE TABLE withdrawn_payload (
    payload_id INTEGER PRIMARY KEY REFERENCES payload(id),
    withdrawal_id INTEGER NOT NULL REFERENCES withdrawal(id)
) STRICT;

-- KEPT: versions whose text was withdrawn. No capture can prove them any more.
CREATE TABLE withdrawn_version (
    article_key TEXT NOT NULL,
    first_capture_id INTEGER NOT NULL REFERENCES capture(id),
    last_capture_id INTEGER NOT NULL REFERENCES capture(id),
    digest TEXT NOT NULL,             -- of the content, as in `version`
    withdrawal_id INTEGER NOT NULL REFERENCES withdrawal(id),
    PRIMARY KEY (article_key, first_capture_id)
) STRICT, WITHOUT ROWID;

-- Many places make pages due; none of them can make a closed one so.
CREATE TRIGGER withdrawn_page_due AFTER UPDATE OF due ON page
WHEN NEW.due IS NOT NULL AND EXISTS (SELECT 1 FROM withdrawn_page WHERE page_id = NEW.id)
BEGIN
    UPDATE page SET due = NULL WHERE id = NEW.id;
END;

-- KEPT: what archivists wrote about an article.
CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    article_key TEXT NOT NULL,        -- as it was then: it may be the key of another address by now
    text TEXT NOT NULL,
    agent TEXT NOT NULL,              -- who wrote it
    time TEXT NOT NULL,
    retracted TEXT,                   -- when; NULL: it stands
    retracted_by TEXT
) STRICT;
CREATE INDEX note_article ON note (article_key);

-- KEPT: collections of articles that somebody made.
CREATE TABLE collection (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,        -- NFC
    about TEXT,
    agent TEXT NOT NULL,
    time TEXT NOT NULL
) STRICT;

-- KEPT: which articles are, or were, in a collection.
CREATE TABLE collected (
    id INTEGER PRIMARY KEY,
    collection_id INTEGER NOT NULL REFERENCES collection(id),
    article_key TEXT NOT NULL,        -- as in `note`
    agent TEXT NOT NULL,
    time TEXT NOT NULL,
    taken_out TEXT,                   -- when; NULL: it is in it
    taken_out_by TEXT
) STRICT;
-- in a collection once at a time; also to list one
CREATE UNIQUE INDEX collected_once ON collected (collection_id, article_key) WHERE taken_out IS NULL;
-- the collections of an article
CREATE INDEX collected_article ON collected (article_key);
