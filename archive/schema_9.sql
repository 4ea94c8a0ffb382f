-- Completeness. Frozen: a later change is a migration of its own.

-- The date that the first place to tell one (listing, feed, box of related articles) gave the page;
-- beside `lastmod` and as that: what the frontier was told, as printed, with offset or a day alone.
ALTER TABLE page ADD COLUMN told TEXT;

-- KEPT: what a page of a listing said of its listing when a crawl last read it. It is how far a walk
-- came, as `page.backfilled` is: the pages of a listing shift, so it is no property of one capture.
CREATE TABLE listing_page (
    page_id INTEGER PRIMARY KEY REFERENCES page(id),
    items INTEGER NOT NULL,           -- articles that it named and no page before it in that walk
    pages INTEGER,                    -- how many pages its pager says there are, this one included
    total INTEGER                     -- how many articles it says there are
) STRICT;

-- KEPT: which pages a listing has named so far, whichever of its pages they stood on.
CREATE TABLE listed (
    root_id INTEGER NOT NULL REFERENCES page(id),  -- the listing's start
    page_id INTEGER NOT NULL REFERENCES page(id),
    PRIMARY KEY (root_id, page_id)
) STRICT, WITHOUT ROWID;

-- the pages of a listing, from its start
CREATE INDEX page_root ON page (root_id) WHERE root_id IS NOT NULL;
