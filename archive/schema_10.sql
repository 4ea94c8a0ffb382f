-- Merges of other archives. Frozen: a later change is a migration of its own.

-- KEPT: a merge of another archive's file that brought something.
CREATE TABLE merge (
    id INTEGER PRIMARY KEY,
    time TEXT NOT NULL,
    agent TEXT NOT NULL,              -- who merged it
    archive_id TEXT NOT NULL,         -- of the file that was merged
    file TEXT NOT NULL                -- its name, without the folder
) STRICT;

-- KEPT: crawls that were not run here but came by a merge. `seal` is the digest that names a crawl in
-- every archive; its row in `seal` is written when all captures of the crawl are here.
CREATE TABLE merged_crawl (
    crawl_id INTEGER PRIMARY KEY REFERENCES crawl(id),
    merge_id INTEGER NOT NULL REFERENCES merge(id),
    seal TEXT NOT NULL UNIQUE
) STRICT;

-- KEPT: the captures under a crawl's seal, where they are not simply those of the crawl in the order
-- of their rows: two crawls may have the same capture (both imported one file, or a copy of the
-- archive went on by itself), which then stands under one of them.
CREATE TABLE crawl_leaf (
    crawl_id INTEGER NOT NULL REFERENCES crawl(id),
    position INTEGER NOT NULL,        -- from 0
    capture_id INTEGER NOT NULL REFERENCES capture(id),
    PRIMARY KEY (crawl_id, position)
) STRICT, WITHOUT ROWID;
-- the crawls that have a capture
CREATE INDEX crawl_leaf_capture ON crawl_leaf (capture_id);

-- DERIVED: pages that got captures by a merge and were not read since; a merge that is called again
-- goes on with them.
CREATE TABLE merged_page (
    page_id INTEGER PRIMARY KEY REFERENCES page(id),
    capture_id INTEGER NOT NULL REFERENCES capture(id)  -- the first that came
) STRICT;

-- Two archives may each have put an article into a collection of one name: it is in it until both
-- are taken back.
DROP INDEX collected_once;
-- to list one
CREATE INDEX collected_list ON collected (collection_id, article_key);
