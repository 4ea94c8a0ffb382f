-- Near copies. Frozen: a later change is a migration of its own. All of it is derived from the
-- current versions, and `luutru reindex` builds it anew.

-- DERIVED: the long sentences of current texts, and who has them: candidates for copies.
CREATE TABLE sentence (
    digest INTEGER NOT NULL,          -- 63 bits of the folded words' digest
    article_id INTEGER NOT NULL,      -- of `article`; not declared, or each article that is deleted
                                      -- would be looked for in all rows
    PRIMARY KEY (digest, article_id)
) STRICT, WITHOUT ROWID;

-- DERIVED: of each article what its current text is compared by.
CREATE TABLE copy_text (
    article_id INTEGER PRIMARY KEY REFERENCES article(id),
    sentences BLOB NOT NULL,          -- by digest, each once: digest in 8 bytes, syllables in 1
    counted INTEGER NOT NULL,         -- how many of them do not stand in crowds of articles
    syllables INTEGER NOT NULL        -- in those
) STRICT;

-- DERIVED: two articles that are near copies, the smaller row number first.
CREATE TABLE copy_pair (
    one_id INTEGER NOT NULL REFERENCES article(id),
    other_id INTEGER NOT NULL REFERENCES article(id),
    shared INTEGER NOT NULL,          -- counted sentences that stand in both
    of INTEGER NOT NULL,              -- counted sentences of the shorter
    PRIMARY KEY (one_id, other_id),
    CHECK (one_id < other_id)
) STRICT, WITHOUT ROWID;
-- the pairs of an article, from the other side
CREATE INDEX copy_pair_other ON copy_pair (other_id);

-- DERIVED: one row, how far the three tables above are.
CREATE TABLE copy_state (
    check_one INTEGER PRIMARY KEY CHECK (check_one = 1),
    rules INTEGER,                    -- archive.fingerprints.RULES_VERSION; NULL: nothing put in yet
    complete INTEGER NOT NULL         -- 0: articles are there that were never compared
) STRICT;
INSERT INTO copy_state SELECT 1, NULL, NOT EXISTS (SELECT 1 FROM article);

-- A story holds near copies too: it has no text that all its members share.
DROP INDEX story_text;
ALTER TABLE story DROP COLUMN text_digest;
