-- What a search counts and is narrowed by, beside the row of the index, so that no text is read for
-- it. Frozen: a later change is a migration of its own. All of it is derived.

-- DERIVED: names that many articles have alike: the path of a section, the authors of a text.
CREATE TABLE search_list (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('section', 'author')),
    names TEXT NOT NULL,              -- JSON, list
    keys TEXT NOT NULL,               -- JSON, list: in the same order what each is compared by
    uses INTEGER NOT NULL,            -- rows of the index that name it; none: it goes, since a name
                                      -- may be withdrawn
    UNIQUE (kind, names)
) STRICT;

ALTER TABLE search_row ADD COLUMN site_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE search_row ADD COLUMN section_id INTEGER NOT NULL DEFAULT 0;  -- of search_list
ALTER TABLE search_row ADD COLUMN author_id INTEGER NOT NULL DEFAULT 0;   -- the same
