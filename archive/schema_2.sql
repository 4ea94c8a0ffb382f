-- The search index. Frozen: a later change is a migration of its own. All of it is derived from the
-- current versions, and `luutru reindex` builds it anew.

-- DERIVED: which version of which article the index holds, and under which row.
CREATE TABLE search_row (
    id INTEGER PRIMARY KEY,           -- rises with the time of publication: newest first is a walk,
                                      -- a range of dates is a range of rows
    article_id INTEGER NOT NULL UNIQUE,
    version_id INTEGER NOT NULL,
    digest BLOB NOT NULL              -- of the text put in: a delete with another would do damage
) STRICT;

-- DERIVED: the words of the current versions. Each column stands twice: accents kept with tone marks
-- in one place, and folded to bare letters; in one table, so that one query may mix them. The table
-- holds no text (content=''): a row is deleted by giving its old text again, made from the version
-- row by the same rules. `remove_diacritics 0`, because folding in the tokenizer never turns đ into
-- d: text is lowered, settled and folded before it comes here.
CREATE VIRTUAL TABLE search_text USING fts5 (
    title, lead, body, caption, author, section, other,
    title_folded, lead_folded, body_folded, caption_folded, author_folded, section_folded,
    other_folded,
    site,                             -- `s` and the site's row number: a filter, never searched
    content = '', tokenize = 'unicode61 remove_diacritics 0'
);

-- DERIVED: one row, how far the index is.
CREATE TABLE index_state (
    check_one INTEGER PRIMARY KEY CHECK (check_one = 1),
    rules INTEGER,                    -- archive.vietnamese.RULES_VERSION; NULL: nothing put in yet
    complete INTEGER NOT NULL,        -- 0: articles are there that the index was never given
    event INTEGER NOT NULL            -- the last event when something was put in
) STRICT;
INSERT INTO index_state SELECT 1, NULL, NOT EXISTS (SELECT 1 FROM article), 0;
