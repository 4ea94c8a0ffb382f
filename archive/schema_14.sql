-- Synonyms. Frozen: a later change is a migration of its own.

-- KEPT: what somebody said of an abbreviation and what it stands for; what was said last holds. The
-- abbreviations that come with the release are in archive.synonyms: a row here may take one out.
CREATE TABLE synonym (
    id INTEGER PRIMARY KEY,
    short TEXT NOT NULL,              -- as printed: UBND
    long TEXT NOT NULL,               -- as printed: Uỷ ban nhân dân
    holds INTEGER NOT NULL,           -- 0: they are not the same any more
    agent TEXT NOT NULL,
    time TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX synonym_said ON synonym (short, long, time, agent, holds);
