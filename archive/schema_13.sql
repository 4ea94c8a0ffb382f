-- Watches: searches that are kept. Frozen: a later change is a migration of its own.

-- KEPT: searches that somebody keeps, to be told of what comes to match. Never deleted.
CREATE TABLE watch (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,         -- made of what follows; the same in every archive that it is in
    name TEXT NOT NULL,               -- NFC; of those that were not removed only a merge brings two
    query TEXT NOT NULL,              -- as typed
    filters TEXT NOT NULL,            -- JSON: those of `archive.filters.Filters` that are set
    agent TEXT NOT NULL,              -- who keeps it
    added TEXT NOT NULL,
    removed TEXT,                     -- when; NULL: it stands
    removed_by TEXT,
    began INTEGER NOT NULL,           -- this file's newest event when the watch came to it
    looked INTEGER NOT NULL,          -- the event up to which all was told, in this file
    looked_at TEXT,                   -- when that was last asked for; NULL: never
    looked_by TEXT
) STRICT;

-- KEPT: the watches that an article matched right before an event changed or took its text. What
-- another reading, or a withdrawal, has put in the text's place does not tell it.
CREATE TABLE watch_before (
    event INTEGER NOT NULL REFERENCES event(number),
    watch_id INTEGER NOT NULL REFERENCES watch(id),
    PRIMARY KEY (event, watch_id)
) STRICT, WITHOUT ROWID;
