-- Versions that are not current, in an index of their own. Frozen: a later change is a migration of
-- its own. All of it is derived from the versions, and `luutru reindex` builds it anew.

-- When the version was first looked at, in microseconds of Unix time; until it is told: never.
ALTER TABLE search_row ADD COLUMN since INTEGER NOT NULL DEFAULT 4611686018427387904;

UPDATE search_row SET since = (
    SELECT CAST(strftime('%s', first.time) AS INTEGER) * 1000000
         + CAST(substr(first.time, 21, 6) AS INTEGER)
    FROM version JOIN capture first ON first.id = version.first_capture_id
    WHERE version.id = search_row.version_id)
WHERE EXISTS (SELECT 1 FROM version WHERE version.id = search_row.version_id);

-- What prints a later date than it was looked at: rows of a day are behind that day's looks but for
-- these. 937500 microseconds are a row.
CREATE INDEX search_row_ahead ON search_row (since) WHERE id > since / 937500;

-- DERIVED: which versions the index of versions that are not current holds, and under which row;
-- columns as in `search_row`.
CREATE TABLE past_row (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL,
    version_id INTEGER NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    site_id INTEGER NOT NULL,
    section_id INTEGER NOT NULL,
    author_id INTEGER NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL            -- when the article's next version was first looked at
) STRICT;
-- the earlier versions of an article
CREATE INDEX past_row_article ON past_row (article_id, since);
CREATE INDEX past_row_ahead ON past_row (since) WHERE id > since / 937500;

-- DERIVED: their words, as in `search_text`; without those of attached documents, which are found
-- with the current version.
CREATE VIRTUAL TABLE past_text USING fts5 (
    title, lead, body, caption, author, section, other,
    title_folded, lead_folded, body_folded, caption_folded, author_folded, section_folded,
    other_folded, site,
    content = '', tokenize = 'unicode61 remove_diacritics 0'
);

-- Where there are such versions, the index is not complete before they are in it.
UPDATE index_state SET complete = 0 WHERE EXISTS (
    SELECT 1 FROM version JOIN article ON article.id = version.article_id
    WHERE version.id IS NOT article.version_id
      AND article.page_id NOT IN (SELECT page_id FROM withdrawn_page));
